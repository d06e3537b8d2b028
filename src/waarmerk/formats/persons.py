"""Names and addresses of candidates in 230 and 520: their grammar and what is kept of them.

Of a 230c, which is not public, only names are kept: no birth dates, no addresses, no agents (eml-nl.md 3.0).
"""

from __future__ import annotations

from collections.abc import Mapping

from waarmerk.election.lists import Person
from waarmerk.formats.document import Document, token
from waarmerk.formats.grammar import Element, element, leaf, many, must, newer, unread

LOCALITY = element(
    "xal:Locality",
    many(unread("xal:AddressLine")),
    leaf("xal:LocalityName", "locality"),
    unread("xal:PostalCode"),
    attributes="Type UsageType",
)
FULL_NAME = element(
    "CandidateFullName",
    must(
        element(
            "xnl:PersonName",
            leaf("xnl:NameLine", "initials", attributes="NameType"),
            leaf("xnl:FirstName", "first_name"),
            leaf("xnl:NamePrefix", "prefix"),
            must(leaf("xnl:LastName", "last_name")),
        )
    ),
)
ADDRESS = element(
    "QualifyingAddress",
    LOCALITY,
    element("xal:Country", leaf("xal:CountryNameCode", "country"), LOCALITY),
)
GENDER: tuple[Element, Element] = (leaf("Gender", "gender"), newer(leaf("kr:GenderAnnex", "gender")))


class PersonsDocument(Document):
    """Builder of what a message says about persons; ``names_only`` leaves everything but names unread."""

    def __init__(self, *, names_only: bool = False) -> None:
        super().__init__()
        self._names_only = names_only
        self._parts: dict[str, str] = {}

    def _on_person(self, attributes: Mapping[str, str]) -> None:
        self._parts = {}

    def _on_initials(self, text: str) -> None:
        self._keep("initials", text)

    def _on_first_name(self, text: str) -> None:
        self._keep("first_name", text)

    def _on_prefix(self, text: str) -> None:
        self._keep("prefix", text)

    def _on_last_name(self, text: str) -> None:
        self._keep("last_name", text)

    def _on_gender(self, text: str) -> None:
        self._keep("gender", text, public=False)

    def _on_locality(self, text: str) -> None:
        self._keep("locality", text, public=False)

    def _on_country(self, text: str) -> None:
        self._keep("country", text, public=False)

    def _keep(self, part: str, text: str, *, public: bool = True) -> None:
        if token(text) and (public or not self._names_only):
            self._parts[part] = token(text)

    def person(self) -> Person:
        """Return the person whose parts were read last."""
        return Person(self._parts.get("last_name", ""), **{k: v for k, v in self._parts.items() if k != "last_name"})
