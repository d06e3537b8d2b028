"""520, the result: grammar and builder (eml-nl.md 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from waarmerk.election.result import Elected, ElectedList, Result
from waarmerk.formats.document import (
    NAMED_CONTEST,
    election_identifier,
    increasing,
    message,
    positive,
    token,
)
from waarmerk.formats.grammar import element, leaf, many, must, should
from waarmerk.formats.persons import ADDRESS, FULL_NAME, GENDER, PersonsDocument
from waarmerk.formats.xmlstream import refuse

SELECTION = element(
    "Selection",
    element(
        "Candidate",
        must(
            element(
                "CandidateIdentifier",
                leaf("ShortCode"),
                ids="Id",
                attributes="ShortCode DisplayOrder",
                begin="candidate",
            )
        ),
        should(FULL_NAME),
        *GENDER,
        ADDRESS,
        begin="person",
    ),
    element("AffiliationIdentifier", must(leaf("RegisteredName", "list_named")), ids="Id", begin="list"),
    leaf("Votes", "votes"),
    leaf("Ranking", "ranking"),
    should(leaf("Elected", "elected")),
    attributes="Value Category",
    begin="selection",
    end="selection_ends",
)
GRAMMAR = message(
    element(
        "Result",
        must(
            element(
                "Election",
                must(election_identifier(nominated=False)),
                must(element("Contest", NAMED_CONTEST, many(must(SELECTION)))),
            )
        ),
        foreign="*",
    ),
)


class ResultBuilder(PersonsDocument):
    """Makes a ``Result`` of the events of a 520."""

    def __init__(self) -> None:
        super().__init__()
        self._lists: list[ElectedList] = []
        self._of_list = False
        self._order = 0
        self._short_code: str | None = None
        self._ranking: int | None = None
        self._votes: int | None = None

    def _on_selection(self, attributes: Mapping[str, str]) -> None:
        self.part()
        self._of_list, self._order, self._ranking, self._votes = False, 0, None, None

    def _on_list(self, attributes: Mapping[str, str]) -> None:
        number = positive(attributes["Id"], "list")
        increasing(number, self._lists[-1].number if self._lists else None, "list")
        self._of_list = True
        self._lists.append(ElectedList(number, "", ()))

    def _on_list_named(self, text: str) -> None:
        self._lists[-1] = ElectedList(self._lists[-1].number, token(text), ())

    def _on_candidate(self, attributes: Mapping[str, str]) -> None:
        if not self._lists:
            refuse("E-XML-SCHEMA", "an elected person before any list")
        self._order = positive(attributes["Id"], "candidate")
        before = self._lists[-1].elected
        increasing(self._order, before[-1].order if before else None, "seat")
        self._short_code = attributes.get("ShortCode")

    def _on_votes(self, text: str) -> None:
        self._votes = self.numbers[text]

    def _on_ranking(self, text: str) -> None:
        self._ranking = {"1": 1, "2": 2}.get(text.strip())
        if self._ranking is None:
            self.note("Ranking is neither 1 nor 2")

    def _on_elected(self, text: str) -> None:
        if text.strip() != "yes":
            self.note("Elected is not yes")

    def _on_selection_ends(self, text: str) -> None:
        if self._of_list == bool(self._order):
            refuse("E-XML-SCHEMA", "a Selection must be of one list or of one person")
        if self._order:
            person = Elected(self._order, self._short_code, self.person(), self._ranking, self._votes)
            last = self._lists[-1]
            self._lists[-1] = ElectedList(last.number, last.name, (*last.elected, person))

    def value(self, notes: Counter[str]) -> Result:
        """Return the result."""
        return Result(self.head("520", notes), self.contest_id, self.contest_name, tuple(self._lists))
