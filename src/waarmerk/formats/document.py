"""What all EML messages share: the header, the election and the contest (eml-nl.md 2.4 to 2.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from waarmerk.election.count import NUMBER, ElectionInfo, Note
from waarmerk.election.head import Head
from waarmerk.formats.grammar import Element, element, leaf, must, newer, should, unread
from waarmerk.formats.xmlstream import Builder, refuse

CATEGORIES = ["EP", "EK", "TK", "GR", "BC", "GC", "ER", "PS", "AB", "NR", "PR", "LR", "IR", "KC"]
SUBCATEGORIES = ["PS1", "PS2", "AB1", "AB2", "GR1", "GR2", "ER1", "TK", "EK", "EP", "BC", "GC", "NR", "PR", "LR", "IR"]
ELECTION_ID = re.compile(rf"(?:{'|'.join(CATEGORIES)}(?:CN|NI)?)2[0-9]{{3}}(?:[0-9]{{4}})?(?:_[\w-]*)?")
AUTHORITY_ID = re.compile(r"CSB|(?:HSB|SB)[0-9]+|[0-9]{4}")
CONTEST_ID = re.compile(r"[1-9][0-9]*|geen|alle|[IVXLCDM]+")
DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
DATE_TIME = re.compile(rf"{DATE.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
CANONICALIZATION = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
MAX_KNOWN = 100_000
"""Different numbers kept as text; a city has some thousands. Beyond it each is converted anew."""


class Numbers(dict[str, int]):
    """Leaf numbers in the one form of eml-nl.md 2.7, by their text; any other text is refused ``E-XML-NUMBER``."""

    def __missing__(self, text: str) -> int:
        if NUMBER.fullmatch(text) is None:
            refuse("E-XML-NUMBER", f"{text[:40]!r} is not a whole number from 0 to 999999999")
        value = int(text)
        if len(self) < MAX_KNOWN:
            self[text] = value
        return value


MAX_PARTS = 100_000
"""Regions, parties, stations, candidates and the like of one document; all lists of all districts have 22,000 candidates."""
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def boolean(text: str | None) -> bool | None:
    """Return what a boolean says; ``None`` when it is absent or none."""
    return BOOLEANS.get((text or "").strip())


def positive(text: str, what: str) -> int:
    """Return the number of a list or candidate; refused ``E-XML-SCHEMA`` in any other form: it could not be placed."""
    if NUMBER.fullmatch(text) is None or text == "0":
        refuse("E-XML-SCHEMA", f"{text[:20]!r} is no number of a {what}")
    return int(text)


def increasing(value: int, before: int | None, what: str) -> None:
    """Refuse numbers of lists or candidates that come again or go down (C-03)."""
    if before is not None and value == before:
        refuse("E-EML-DUPLICATE", f"{what} {value} more than once (C-03)")
    if before is not None and value < before:
        refuse("E-XML-SCHEMA", f"{what} {value} after a higher one (C-03)")


def token(text: str) -> str:
    """Return a name without the white space that a layout put around or into it; blanks inside stay as they are."""
    stripped = text.strip()
    return " ".join(stripped.split()) if any(sign in stripped for sign in "\t\r\n") else stripped


def header(authority: Element | None = None) -> tuple[Element, ...]:
    """Return the elements before the payload, in their order."""
    return (
        should(leaf("TransactionId")),
        authority or should(AUTHORITY),
        leaf("IssueDate", "issued_at"),
        newer(element("kr:Schema", attributes="Version", begin="schema")),
        should(leaf("kr:CreationDateTime", "created_at")),
        element("ds:CanonicalizationMethod", attributes="Algorithm", begin="canonicalized"),
    )


AUTHORITY = element(
    "ManagingAuthority",
    must(leaf("AuthorityIdentifier", "authority_named", ids="Id", begin="authority")),
    should(unread("AuthorityAddress")),
    leaf("kr:CreatedByAuthority", attributes="Id"),
)


def election_identifier(*, nominated: bool) -> Element:
    """Return the grammar of ElectionIdentifier; ``nominated``: whether NominationDate belongs to it."""
    nomination = leaf("kr:NominationDate", "nomination_date" if nominated else "nomination_elsewhere")
    return element(
        "ElectionIdentifier",
        leaf("ElectionName", "election_name"),
        should(leaf("ElectionCategory", "category")),
        leaf("kr:ElectionSubcategory", "subcategory"),
        leaf("kr:ElectionDomain", "domain", attributes="Id", begin="domain_id"),
        should(leaf("kr:ElectionDate", "election_date")),
        should(nomination) if nominated else nomination,
        ids="Id",
        begin="election",
    )


def contest_identifier(*children: Element) -> Element:
    """Return the grammar of ContestIdentifier."""
    return must(element("ContestIdentifier", *children, ids="Id", begin="contest"))


NAMED_CONTEST = contest_identifier(leaf("ContestName", "contest_named"))


def message(payload: Element, *, authority: Element | None = None) -> Element:
    """Return the grammar of a whole message."""
    return element("EML", *header(authority), must(payload), ids="Id", attributes="SchemaVersion", begin="root")


class Document(Builder):
    """Builder of what all messages share; the builder of a message adds its own."""

    def __init__(self) -> None:
        self.unit: str | None = None
        self.newer = False
        self.notes: Counter[str] = Counter()
        self._parts_read = 0
        self.numbers = Numbers()
        self.version: str | None = None
        self.created: str | None = None
        self.issued: str | None = None
        self.canonicalization_method = False
        self.authority_id: str | None = None
        self.authority_name = ""
        self.info: dict[str, str | None] = {}
        self.nomination: str | None = None
        self.contest_id: str | None = None
        self.contest_name: str | None = None
        self.voting_method: str | None = None

    def _on_root(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("SchemaVersion") != "5":
            self.note("SchemaVersion is not 5")

    def part(self) -> None:
        """Count one more part of the document; refuse too many."""
        self._parts_read += 1
        if self._parts_read > MAX_PARTS:
            refuse("E-XML-LIMIT", f"more than {MAX_PARTS} parts")

    def note(self, text: str) -> None:
        """Count something tolerated (C-30)."""
        self.notes[text] += 1

    def _on_schema(self, attributes: Mapping[str, str]) -> None:
        self.version = attributes.get("Version")

    def _on_created_at(self, text: str) -> None:
        self.created = self.checked(text, DATE_TIME, "CreationDateTime")

    def _on_issued_at(self, text: str) -> None:
        form = DATE_TIME if "T" in text else DATE
        self.issued = self.checked(text, form, "IssueDate")

    def _on_canonicalized(self, attributes: Mapping[str, str]) -> None:
        self.canonicalization_method = attributes.get("Algorithm") == CANONICALIZATION

    def _on_authority(self, attributes: Mapping[str, str]) -> None:
        self.authority_id = attributes["Id"]
        self.check(attributes["Id"], AUTHORITY_ID, "AuthorityIdentifier Id")

    def _on_authority_named(self, text: str) -> None:
        self.authority_name = token(text)

    def _on_election(self, attributes: Mapping[str, str]) -> None:
        self.info["id"] = attributes["Id"]
        self.check(attributes["Id"], ELECTION_ID, "ElectionIdentifier Id")

    def _on_election_name(self, text: str) -> None:
        self.info["name"] = token(text)

    def _on_category(self, text: str) -> None:
        self.info["category"] = token(text)
        if token(text) not in CATEGORIES:
            self.note("unknown ElectionCategory")

    def _on_subcategory(self, text: str) -> None:
        self.info["subcategory"] = token(text)
        if token(text) not in SUBCATEGORIES:
            self.note("unknown ElectionSubcategory")

    def _on_domain_id(self, attributes: Mapping[str, str]) -> None:
        self.info["domain_id"] = attributes.get("Id")

    def _on_domain(self, text: str) -> None:
        self.info["domain"] = token(text)

    def _on_election_date(self, text: str) -> None:
        self.info["date"] = self.checked(text, DATE, "ElectionDate")

    def _on_nomination_date(self, text: str) -> None:
        self.nomination = self.checked(text, DATE, "NominationDate")

    def _on_nomination_elsewhere(self, text: str) -> None:
        self.note("NominationDate in a message that has none")

    def _on_contest(self, attributes: Mapping[str, str]) -> None:
        self.contest_id = attributes["Id"] or None
        self.check(attributes["Id"], CONTEST_ID, "ContestIdentifier Id")

    def _on_contest_named(self, text: str) -> None:
        self.contest_name = token(text)

    def _on_voting_method(self, text: str) -> None:
        self.voting_method = token(text) or None
        if token(text) != "SPV":
            self.note("VotingMethod is not SPV")

    def check(self, text: str, pattern: re.Pattern[str], what: str) -> None:
        """Note a text that has not its form."""
        if pattern.fullmatch(text) is None:
            self.note(f"{what} is not in the form of the specification")

    def checked(self, text: str, pattern: re.Pattern[str], what: str) -> str | None:
        """Return a text that has its form; note any other, ``None``."""
        stripped = text.strip()
        self.check(stripped, pattern, what)
        return stripped if pattern.fullmatch(stripped) else None

    @property
    def election_info(self) -> ElectionInfo:
        """The election that the document is about."""
        return ElectionInfo(
            self.info.get("id"),
            self.info.get("name"),
            self.info.get("category"),
            self.info.get("subcategory"),
            self.info.get("domain"),
            self.info.get("domain_id"),
            self.info.get("date"),
        )

    def head(self, message_id: str, of_reader: Counter[str]) -> Head:
        """Return what the document says about itself."""
        return Head(
            message_id,
            self.election_info,
            self.nomination,
            self.authority_id,
            self.authority_name,
            self.created,
            self.issued,
            self.version,
            self.all_notes(of_reader),
            self.canonicalization_method,
        )

    def all_notes(self, of_reader: Counter[str]) -> tuple[Note, ...]:
        """Return what was tolerated by the reader and by the builder, in a fixed order."""
        both = of_reader + self.notes
        if self.newer and self.version is None:
            both["element of EML_NL 1.3 in an older message"] += 1
        return tuple(Note(text, count) for text, count in sorted(both.items()))
