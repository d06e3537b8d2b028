"""Documents that were given together, by what they are about: which definition, lists and counts belong to each other.

Only documents of the same election belong together. Of several counts of one authority the newest holds: a corrigendum
before a first session, then the later time of making (X-14).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from waarmerk.checks.severity import SEVERITY
from waarmerk.election.count import Count, ElectionInfo
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.finding import Code, Figures, Finding, Severity
from waarmerk.election.lists import CandidateLists, NamedList
from waarmerk.election.places import PollingPlaces
from waarmerk.formats import Document
from waarmerk.tabulation.parts import age

Said = Iterator[tuple[int, Finding]]
"""A finding with the place, among the documents given, of the one to look at."""
SHOWN = 5
"""Things named in one finding; more are counted only."""
MISSING_STATION = "station-missing"
POSTAL_AUTHORITY = "9010"
"""The votes from abroad, which district 12 takes in (eml-nl.md 1.3)."""


@dataclass(frozen=True, slots=True)
class Together:
    """All documents of one check, in the order in which they were given."""

    documents: tuple[Document, ...]
    newest: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Election, message and authority → the count that holds."""
    older: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Together:
        """Sort counts by what they are of."""
        by_key: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        ages = {index: age(each) for index, each in enumerate(documents) if isinstance(each, Count)}
        for index, document in enumerate(documents):
            if isinstance(document, Count) and document.source == "eml":
                by_key[_key(document)].append(index)
        newest: dict[tuple[str, str, str], int] = {}
        older: dict[tuple[str, str, str], list[int]] = {}
        for key, indices in by_key.items():
            ordered = sorted(indices, key=ages.__getitem__)
            newest[key] = ordered[-1]
            if len(ordered) > 1:
                older[key] = ordered[:-1]
        for index, document in enumerate(documents):
            if isinstance(document, Count) and document.source == "csv":
                newest.setdefault(_key(document), index)
        return cls(tuple(documents), newest, older)

    def counts(self, *messages: str) -> Iterator[tuple[int, Count]]:
        """Yield the counts with one of these messages that hold, in the order given."""
        for index in sorted(self.newest.values()):
            document = self.documents[index]
            if isinstance(document, Count) and (not messages or document.message in messages):
                yield index, document

    def all_counts(self) -> Iterator[tuple[int, Count]]:
        """Yield every count, also those that are superseded."""
        yield from ((index, each) for index, each in enumerate(self.documents) if isinstance(each, Count))

    def newest_of(self, election: ElectionInfo, message: str, authority: str) -> Count | None:
        """Return the count that holds of an authority."""
        index = self.newest.get((election.id or "", message, authority))
        document = None if index is None else self.documents[index]
        return document if isinstance(document, Count) else None

    def definitions(self) -> list[tuple[int, ElectionDefinition]]:
        """Return the election definitions."""
        return [(index, each) for index, each in enumerate(self.documents) if isinstance(each, ElectionDefinition)]

    def definition_of(self, election: ElectionInfo) -> ElectionDefinition | None:
        """Return the definition of an election."""
        return next((each for _, each in self.definitions() if _same(each.head.election, election)), None)

    def candidate_lists(self) -> list[tuple[int, CandidateLists]]:
        """Return the candidate lists."""
        return [(index, each) for index, each in enumerate(self.documents) if isinstance(each, CandidateLists)]

    def contest_of(self, count: Count) -> str | None:
        """Return the district of a count: as it says, else by the tree of the definition, else the only one there are lists of."""
        if count.contest_id is not None:
            return count.contest_id
        definition = self.definition_of(count.election)
        district = definition.district_of(count.authority_id or "") if definition else None
        if district is not None:
            return district.contest_id
        contests = {one.id for _, each in self.candidate_lists() for one in each.contests if self._fits(each, count)}
        return contests.pop() if len(contests) == 1 else None

    def lists_of(self, count: Count) -> tuple[NamedList, ...] | None:
        """Return the lists of a count's district; empty where there are lists of other districts only; ``None`` without any."""
        given = [each for _, each in self.candidate_lists() if self._fits(each, count)]
        contest = self.contest_of(count)
        if not given or (contest is None and len(given) > 1):
            return None
        return next((lists for each in given if (lists := each.in_contest(contest))), ())

    def places_of(self, count: Count) -> PollingPlaces | None:
        """Return the polling stations of a municipality."""
        places = (each for each in self.documents if isinstance(each, PollingPlaces))
        here = (each for each in places if each.municipality_id == count.authority_id)
        return next((each for each in here if _same(each.head.election, count.election)), None)

    def _fits(self, lists: CandidateLists, count: Count) -> bool:
        return _same(lists.head.election, count.election)


def between(
    code: Code,
    figures: Figures,
    *,
    severity: Severity | None = None,
    unit: str | None = None,
    unit_name: str | None = None,
    number: int | None = None,
) -> Finding:
    """Return a finding about documents that disagree."""
    return Finding(code, SEVERITY[code] if severity is None else severity, unit, unit_name, number, (), figures)


def forgotten(finding: Finding, score: float | None = None, probability: float | None = None) -> Finding:
    """Return a finding about a result that is not there with the hypothesis that this is (H-17), as its own and inside it.

    Without a score where it may just not be in yet.
    """
    figures: Figures = {"case": "absent", "admitted": 0, "moved": finding.figures.get("moved", 0)}
    inside = replace(finding, code=Code.H17, severity=Severity.REMARKABLE, figures=figures, hypothesis=MISSING_STATION)
    return replace(finding, also=(inside,), hypothesis=MISSING_STATION, score=score, probability=probability)


def named(things: Sequence[object]) -> str:
    """Return the first few things, and how many there are more."""
    shown = ", ".join(str(thing) for thing in things[:SHOWN])
    return f"{shown} … (+{len(things) - SHOWN})" if len(things) > SHOWN else shown


def _key(count: Count) -> tuple[str, str, str]:
    return count.election.id or "", count.message or "", count.authority_id or ""


def _same(one: ElectionInfo, other: ElectionInfo) -> bool:
    return one.id is not None and one.id == other.id
