"""110b, the polling stations of one municipality: grammar and builder (eml-nl.md 3.2).

The detailed ``sb:`` locations of EML_NL 1.3 are known and passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from waarmerk.election.places import PollingPlace, PollingPlaces
from waarmerk.formats.document import (
    NAMED_CONTEST,
    Document,
    boolean,
    election_identifier,
    message,
    token,
)
from waarmerk.formats.grammar import element, leaf, many, must, newer, should, unread
from waarmerk.formats.xmlstream import refuse

POSTAL_CODE = element("xal:PostalCode", leaf("xal:PostalCodeNumber", "postcode"))
PLACE = element(
    "PollingPlace",
    must(
        element(
            "PhysicalLocation",
            must(
                element(
                    "Address",
                    leaf("xal:Address", "place_named"),
                    element(
                        "Locality",
                        should(leaf("xal:LocalityName", "place_named", attributes="Type")),
                        POSTAL_CODE,
                        attributes="Type UsageType",
                    ),
                    many(newer(unread("sb:Location"))),
                )
            ),
            must(leaf("PollingStation", "station_voters", ids="Id", begin="station")),
            newer(leaf("kr:ReportingUnitType", "kind")),
            newer(leaf("kr:SharedLocation", "shared")),
        )
    ),
    attributes="Channel",
    begin="place",
)
CONTEST = element(
    "Contest",
    NAMED_CONTEST,
    must(
        element(
            "ReportingUnit", must(leaf("ReportingUnitIdentifier", "municipality_named", ids="Id", begin="municipality"))
        )
    ),
    should(leaf("VotingMethod", "voting_method")),
    should(leaf("MaxVotes", "voters")),
    newer(leaf("sb:MunicipalityContactDetails")),
    newer(leaf("sb:MunicipalityElectionSite")),
    many(should(PLACE)),
    begin="contest_begins",
)
GRAMMAR = message(
    element(
        "ElectionEvent",
        should(unread("EventIdentifier")),
        many(
            must(
                element(
                    "Election", must(election_identifier(nominated=False)), many(must(CONTEST)), begin="election_begins"
                )
            )
        ),
    ),
)


class PlacesBuilder(Document):
    """Makes ``PollingPlaces`` of the events of a 110b."""

    def __init__(self) -> None:
        super().__init__()
        self._contests = 0
        self._municipality = ("", "")
        self._voters: int | None = None
        self._places: list[PollingPlace] = []
        self._numbers: set[str] = set()

    def _on_election_begins(self, attributes: Mapping[str, str]) -> None:
        if self._contests:
            refuse("E-XML-SCHEMA", "more than one election in a 110b is not read")

    def _on_contest_begins(self, attributes: Mapping[str, str]) -> None:
        self._contests += 1
        if self._contests > 1:
            refuse("E-XML-SCHEMA", "more than one contest in a 110b is not read")

    def _on_municipality(self, attributes: Mapping[str, str]) -> None:
        self._municipality = (attributes["Id"], "")

    def _on_municipality_named(self, text: str) -> None:
        self._municipality = (self._municipality[0], token(text))

    def _on_voters(self, text: str) -> None:
        self._voters = self.numbers[text] if text.strip() else None
        if self._voters == 0:
            self.note("MaxVotes is 0")

    def _on_place(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self._places.append(PollingPlace("", "", None, None, attributes.get("Channel", "polling")))

    def _on_place_named(self, text: str) -> None:
        self._change(name=token(text))

    def _on_postcode(self, text: str) -> None:
        self._change(postcode=token(text) or None)

    def _on_station(self, attributes: Mapping[str, str]) -> None:
        number = attributes["Id"]
        if number in self._numbers:
            refuse("E-EML-DUPLICATE", f"polling station {number[:20]} more than once")
        if not number.isascii() or not number.isdigit():
            self.note("number of a polling station with other signs than digits")
        self._numbers.add(number)
        self._change(number=number)

    def _on_station_voters(self, text: str) -> None:
        self._change(voters=self.numbers[text])

    def _on_kind(self, text: str) -> None:
        self._change(kind=token(text))

    def _on_shared(self, text: str) -> None:
        self._change(shared=boolean(text))

    def _change(self, **parts: str | int | bool | None) -> None:
        self._places[-1] = replace(self._places[-1], **parts)  # type: ignore[arg-type]

    def value(self, notes: Counter[str]) -> PollingPlaces:
        """Return the polling stations."""
        return PollingPlaces(
            self.head("110b", notes),
            self.contest_id,
            *self._municipality,
            self.voting_method,
            self._voters,
            tuple(self._places),
        )
