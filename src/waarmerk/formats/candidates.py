"""230b and 230c, the candidate lists: grammar and builder (eml-nl.md 3.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from waarmerk.election.lists import CandidateLists, ContestLists, ListedCandidate, NamedList
from waarmerk.formats.document import (
    NAMED_CONTEST,
    boolean,
    election_identifier,
    increasing,
    message,
    positive,
    token,
)
from waarmerk.formats.grammar import element, leaf, many, must, should, unread
from waarmerk.formats.persons import ADDRESS, FULL_NAME, GENDER, PersonsDocument

CANDIDATE = element(
    "Candidate",
    must(
        element(
            "CandidateIdentifier",
            leaf("ShortCode", "short_code"),
            attributes="Id ShortCode DisplayOrder",
            begin="candidate",
        )
    ),
    should(FULL_NAME),
    leaf("DateOfBirth"),
    *GENDER,
    ADDRESS,
    unread("Contact"),
    unread("Agent"),
    leaf("kr:DateOfBirthAnnex"),
    unread("kr:NationalIdentificationNumber"),
    begin="person",
    end="candidate_ends",
)
LIST_DATA = element(
    "kr:ListData",
    element("kr:Contests", many(leaf("kr:Contest", "list_contest_named", ids="Id", begin="list_contest"))),
    attributes="PublishGender PublicationLanguage BelongsToSet BelongsToCombination",
    begin="list_data",
)
LIST = element(
    "Affiliation",
    must(element("AffiliationIdentifier", must(leaf("RegisteredName", "list_named")), ids="Id", begin="list")),
    should(leaf("Type", "kind")),
    should(LIST_DATA),
    many(should(CANDIDATE)),
    foreign="rg",
    end="list_ends",
)
GRAMMAR = message(
    element(
        "CandidateList",
        leaf("ListDate", "list_date"),
        must(
            element(
                "Election",
                must(election_identifier(nominated=True)),
                many(
                    must(
                        element(
                            "Contest", NAMED_CONTEST, many(should(LIST)), begin="contest_begins", end="contest_ends"
                        )
                    )
                ),
            )
        ),
    ),
)


class ListsBuilder(PersonsDocument):
    """Makes ``CandidateLists`` of the events of a 230b or 230c."""

    def __init__(self, message_id: str) -> None:
        super().__init__(names_only=message_id == "230c")
        self._message = message_id
        self._contests: list[ContestLists] = []
        self._list_date: str | None = None
        self._lists: list[NamedList] = []
        self._number = 0
        self._name = ""
        self._kind: str | None = None
        self._data: Mapping[str, str] = {}
        self._districts: list[tuple[str, str]] = []
        self._candidates: list[ListedCandidate] = []
        self._id: int | None = None
        self._short_code: str | None = None

    def _on_list_date(self, text: str) -> None:
        self._list_date = token(text)

    def _on_contest_begins(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self.contest_id = self.contest_name = None
        self._lists = []
        if self._contests and self._message == "230b":
            self.note("more than one contest in a 230b")

    def _on_contest_ends(self, text: str) -> None:
        self._contests.append(ContestLists(self.contest_id, self.contest_name, tuple(self._lists)))

    def _on_list(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self._number = positive(attributes["Id"], "list")
        increasing(self._number, self._lists[-1].number if self._lists else None, "list")
        self._kind, self._data, self._districts, self._candidates = None, {}, [], []

    def _on_list_named(self, text: str) -> None:
        self._name = token(text)

    def _on_kind(self, text: str) -> None:
        self._kind = token(text)

    def _on_list_data(self, attributes: Mapping[str, str]) -> None:
        self._data = dict(attributes)

    def _on_list_contest(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self._districts.append((attributes["Id"], ""))

    def _on_list_contest_named(self, text: str) -> None:
        self._districts[-1] = (self._districts[-1][0], token(text))

    def _on_candidate(self, attributes: Mapping[str, str]) -> None:
        self.part()
        identifier = attributes.get("Id")
        self._id = positive(identifier, "candidate") if identifier is not None else None
        self._short_code = attributes.get("ShortCode")
        if self._id is None and self._short_code is None:
            self.note("candidate without Id")
        if self._id is not None:
            increasing(self._id, self._candidates[-1].id if self._candidates else None, "candidate")

    def _on_short_code(self, text: str) -> None:
        self._short_code = token(text) or self._short_code

    def _on_candidate_ends(self, text: str) -> None:
        self._candidates.append(ListedCandidate(self._id, self._short_code, self.person()))

    def _on_list_ends(self, text: str) -> None:
        self._lists.append(
            NamedList(
                self._number,
                self._name,
                self._kind,
                tuple(self._candidates),
                boolean(self._data.get("PublishGender")),
                self._data.get("PublicationLanguage"),
                self._data.get("BelongsToSet"),
                tuple(self._districts),
            )
        )

    def value(self, notes: Counter[str]) -> CandidateLists:
        """Return the lists."""
        return CandidateLists(self.head(self._message, notes), tuple(self._contests), self._list_date)
