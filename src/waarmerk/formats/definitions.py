"""110a, the election definition: grammar and builder (eml-nl.md 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from waarmerk.election.definition import Committee, ElectionDefinition, Party, Region
from waarmerk.formats.document import (
    AUTHORITY,
    NAMED_CONTEST,
    Document,
    boolean,
    election_identifier,
    message,
    token,
)
from waarmerk.formats.grammar import element, leaf, many, must, should, unread

REGION = element(
    "kr:Region",
    should(leaf("kr:RegionName", "region_named")),
    many(
        element(
            "kr:Committee",
            ids="CommitteeCategory",
            attributes="CommitteeName AcceptCentralSubmissions",
            begin="committee",
        )
    ),
    ids="RegionCategory",
    attributes="RegionNumber RomanNumerals FrysianExportAllowed SuperiorRegionNumber SuperiorRegionCategory",
    begin="region",
    end="region_ends",
)
PARTY = element(
    "kr:RegisteredParty",
    must(leaf("kr:RegisteredAppellation", "party")),
    leaf("kr:RegisteredBy", "registered_by"),
)
GRAMMAR = message(
    element(
        "ElectionEvent",
        should(unread("EventIdentifier")),
        must(
            element(
                "Election",
                must(election_identifier(nominated=True)),
                should(
                    element(
                        "Contest",
                        NAMED_CONTEST,
                        should(leaf("VotingMethod", "voting_method")),
                        should(leaf("MaxVotes", "max_votes")),
                    )
                ),
                should(leaf("kr:NumberOfSeats", "seats")),
                should(leaf("kr:PreferenceThreshold", "threshold")),
                should(element("kr:ElectionTree", many(should(REGION)))),
                should(element("kr:RegisteredParties", many(PARTY))),
            )
        ),
    ),
    authority=AUTHORITY,
)


class DefinitionBuilder(Document):
    """Makes an ``ElectionDefinition`` of the events of a 110a."""

    def __init__(self) -> None:
        super().__init__()
        self._figures: dict[str, int | None] = {}
        self._regions: list[Region] = []
        self._parties: list[Party] = []
        self._attributes: Mapping[str, str] = {}
        self._name = ""
        self._committees: list[Committee] = []

    def _on_max_votes(self, text: str) -> None:
        # Empty is the rule in a 110a: not reported (eml-nl.md 2.7).
        if text.strip():
            self._figures["max_votes"] = self.numbers[text]

    def _on_seats(self, text: str) -> None:
        self._figures["seats"] = self.numbers[text]

    def _on_threshold(self, text: str) -> None:
        self._figures["threshold"] = self.numbers[text]

    def _on_region(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self._attributes, self._name, self._committees = dict(attributes), "", []

    def _on_region_named(self, text: str) -> None:
        self._name = token(text)

    def _on_committee(self, attributes: Mapping[str, str]) -> None:
        self.part()
        central = boolean(attributes.get("AcceptCentralSubmissions"))
        self._committees.append(Committee(attributes["CommitteeCategory"], attributes.get("CommitteeName"), central))

    def _on_region_ends(self, text: str) -> None:
        given = self._attributes
        above = given.get("SuperiorRegionCategory")
        self._regions.append(
            Region(
                given["RegionCategory"],
                given.get("RegionNumber"),
                self._name,
                (above, given.get("SuperiorRegionNumber")) if above else None,
                boolean(given.get("RomanNumerals")),
                boolean(given.get("FrysianExportAllowed")),
                tuple(self._committees),
            )
        )

    def _on_party(self, text: str) -> None:
        self.part()
        self._parties.append(Party(token(text)))

    def _on_registered_by(self, text: str) -> None:
        self._parties[-1] = Party(self._parties[-1].appellation, token(text))

    def value(self, notes: Counter[str]) -> ElectionDefinition:
        """Return the definition."""
        return ElectionDefinition(
            self.head("110a", notes),
            self.contest_id,
            self.voting_method,
            self._figures.get("max_votes"),
            self._figures.get("seats"),
            self._figures.get("threshold"),
            tuple(self._regions),
            tuple(self._parties),
        )
