"""Writes counts as EML 510: one line of canonical XML, valid against the schemas, read back equal (eml-nl.md 2.9, 4).

A CSV does not say everything that EML must say: :func:`complete` adds it and names what is put in its place, and what it
returns is exactly what the written file is read as.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from waarmerk.election.count import (
    REASON_CODES,
    REJECTED_CODES,
    Ballot,
    Candidate,
    CandidateList,
    Correction,
    Count,
    ElectionInfo,
    Figure,
    Unit,
    Votes,
)
from waarmerk.election.lists import CandidateLists
from waarmerk.errors import WrongUse
from waarmerk.formats import writing
from waarmerk.formats.contests import Contest, contest_of
from waarmerk.formats.write_osv43 import with_names
from waarmerk.formats.writing import leaf, tag

MESSAGES = ("510a", "510b", "510c", "510d")


def complete(
    count: Count,
    *,
    created: str | None = None,
    contest: Contest | None = None,
    election: ElectionInfo | None = None,
    lists: CandidateLists | None = None,
) -> Count:
    """Return the count as its EML says it: with the election, contest and time that a CSV lacks.

    ``created`` is local ISO time; ``lists`` confirms candidates whose numbers do not run on (10.8). Names of candidates and
    the CSV's own row of ballots found are not in a 510; called voters that are not reported become 0, *unknown*.
    Raises ``WrongUse`` naming what must be said.
    """
    if count.message not in MESSAGES:
        raise WrongUse("the level of this count is not known; its head is missing")
    info = _election(election or count.election)
    chosen = contest or contest_of(count, info)
    _confirm(replace(count, contest_id=chosen.id), lists)
    moment = created or count.created
    if moment is None:
        raise WrongUse("the time of creation is not in a CSV; say it with --created")
    if count.authority_id is None:
        raise WrongUse("the authority of this count is not known; its head is missing")
    return replace(
        count,
        election=info,
        contest_id=chosen.id,
        contest_name=chosen.name,
        created=moment,
        ballot=_without_names(count.ballot),
        units=tuple(_unit(unit, count) for unit in count.units),
        votes=_figures_of_eml(count.votes),
        total=_figures_of_eml(count.total),
        source="eml",
        notes=(),
        canonical=True,
        canonicalization_method=True,
    )


def _election(info: ElectionInfo) -> ElectionInfo:
    if info.id is None or info.date is None:
        raise WrongUse("the name in the CSV does not say which election it is; say it with --election")
    category = info.category or info.id[:2]
    subcategory = info.subcategory or (category if category in ("TK", "EP", "EK") else None)
    return replace(info, category=category, subcategory=subcategory)


def _confirm(count: Count, lists: CandidateLists | None) -> None:
    """The numbers of a CSV are the places on the list when they run 1..n; else only the candidate lists can say so."""
    if lists is not None:
        with_names(count, lists)
    elif count.source == "csv" and any(
        [candidate.id for candidate in one.candidates] != list(range(1, len(one.candidates) + 1))
        for one in count.ballot.lists
    ):
        raise WrongUse("the numbers of candidates do not run on from 1; give the candidate lists (230b) too")


def _without_names(ballot: Ballot) -> Ballot:
    return Ballot(tuple(_list_without_names(one) for one in ballot.lists))


def _list_without_names(one: CandidateList) -> CandidateList:
    first = one.candidates[0].name if one.candidates else None
    # A CSV shows a list without a name by its first candidate (eml-nl.md 10.2).
    name = "" if first and one.name == f"Blanco ({first})" else one.name
    return replace(one, name=name, candidates=tuple(Candidate(c.id, None, c.short_code) for c in one.candidates))


def _unit(unit: Unit, count: Count) -> Unit:
    bare = count.source == "csv" or (count.source == "table" and unit.raw_name == unit.name)
    if not (bare and unit.station):
        return unit
    postcode = f" (postcode: {unit.postcode})" if unit.postcode else ""
    return replace(unit, raw_name=f"Stembureau {unit.name}{postcode}")


def _figures_of_eml(votes: Votes) -> Votes:
    reported = votes.figures_reported.copy()
    figures = np.where(reported, votes.figures, 0).astype(np.int32)
    reported[:, Figure.FOUND] = False
    figures[:, Figure.FOUND] = 0
    reported[:, Figure.CAST] = True
    return replace(votes, figures=figures, figures_reported=reported)


def write_510(
    count: Count,
    *,
    created: str | None = None,
    contest: Contest | None = None,
    election: ElectionInfo | None = None,
    lists: CandidateLists | None = None,
) -> Iterator[bytes]:
    """Yield the bytes of the count as EML, canonical, unit by unit; arguments and errors as :func:`complete`."""
    return _pieces(complete(count, created=created, contest=contest, election=election, lists=lists))


def without_units(count: Count, left_out: Sequence[int]) -> Count:
    """Return the count without some units, its total as it is."""
    if not left_out:
        return count
    kept = np.setdiff1d(np.arange(len(count.units)), np.array(left_out, dtype=np.intp)).tolist()
    places = {old: new for new, old in enumerate(kept)}
    return replace(
        count,
        units=tuple(count.units[row] for row in kept),
        votes=Votes(*(getattr(count.votes, name)[kept] for name in Votes.__slots__)),
        investigations=tuple(replace(one, unit=places[one.unit]) for one in count.investigations if one.unit in places),
        corrections=tuple(
            one if one.unit is None else replace(one, unit=places[one.unit])
            for one in count.corrections
            if one.unit is None or one.unit in places
        ),
    )


def _pieces(count: Count) -> Iterator[bytes]:
    groups = _Groups(count)
    yield opening(count).encode("utf-8")
    if count.message != "510a":
        yield b"<TotalVotes>"
        yield groups.votes(count.total, 0, None)
        yield b"</TotalVotes>"
    for index, unit in enumerate(count.units):
        yield f"<ReportingUnitVotes>{unit_identifier(unit)}".encode()
        yield groups.votes(count.votes, index, index)
        yield (_investigations(count, index) + "</ReportingUnitVotes>").encode()
    yield b"</Contest></Contests></Election></Count></EML>"


def unit_identifier(unit: Unit) -> str:
    """Return what stands in front of the votes of a unit."""
    shared = None if unit.shared is None else "true" if unit.shared else "false"
    added = leaf("kr:ReportingUnitType", unit.kind) + leaf("kr:SharedLocation", shared)
    return leaf("ReportingUnitIdentifier", unit.raw_name, Id=unit.id) + added


def opening(count: Count) -> str:
    """Return everything in front of the reported total."""
    return (
        writing.root(count.message or "")
        + writing.header(count.created or "", (count.authority_id or "", count.authority_name), version=count.version)
        + "<Count>"
        + (tag("kr:CountingMethod", MethodCode=count.counting_method) if count.counting_method else "")
        + tag("EventIdentifier")
        + (tag("kr:Phase", PhaseCode=count.phase) if count.phase else "")
        + "<Election>"
        + writing.election(count.election)
        + "<Contests><Contest>"
        + writing.contest(count.contest_id or "", count.contest_name)
    )


def _investigations(count: Count, unit: int) -> str:
    answers = [one for one in count.investigations if one.unit == unit]
    if not answers:
        return ""
    return tag(
        "kr:ReportingUnitInvestigations",
        "".join(leaf("kr:Investigation", "true" if one.value else "false", ReasonCode=one.reason) for one in answers),
    )


class _Groups:
    """Writes groups of votes by templates: the markup is the same for every unit, only the numbers differ."""

    def __init__(self, count: Count) -> None:
        self._lists = count.ballot.lists
        self._corrections = count.corrections
        self._corrected = {one.unit for one in count.corrections}
        self._selections = self._template_of(())
        self._figures: dict[bytes, tuple[bytes, tuple[Figure, ...]]] = {}

    def votes(self, votes: Votes, row: int, unit: int | None) -> bytes:
        """Return the selections and figures of one row."""
        if not (votes.candidates_reported[row].all() and votes.lists_reported[row].all()):
            raise WrongUse("a figure of a list or candidate is not reported; EML has no form for that")
        numbers = self._numbers(votes, row)
        if unit in self._corrected:
            return self._corrected_votes(votes, row, unit, numbers)
        key = votes.figures_reported[row].tobytes()
        if key not in self._figures:
            self._figures[key] = figures_template(votes, row, {})
        template, figures = self._figures[key]
        return self._selections % numbers + template % tuple(votes.figures[row, list(figures)].tolist())

    def _numbers(self, votes: Votes, row: int) -> tuple[int, ...]:
        candidates, lists = votes.candidates[row].tolist(), votes.lists[row].tolist()
        numbers: list[int] = []
        for column, one in enumerate(self._lists):
            numbers.append(lists[column])
            numbers += candidates[one.columns]
        return tuple(numbers)

    def _corrected_votes(self, votes: Votes, row: int, unit: int | None, numbers: tuple[int, ...]) -> bytes:
        """The same with the values before a correction in front of those that they became (4.8)."""
        mine = tuple(one for one in self._corrections if one.unit == unit)
        earlier = {one.figure: one.value for one in mine if one.figure is not None}
        template, figures = figures_template(votes, row, earlier)
        return self._template_of(mine) % numbers + template % tuple(votes.figures[row, list(figures)].tolist())

    def _template_of(self, corrections: tuple[Correction, ...]) -> bytes:
        earlier = tuple(((one.list, one.candidate), one.value) for one in corrections if one.figure is None)
        return _template(self._lists, earlier)


Earlier = dict[tuple[int | None, int | None], int]


@lru_cache(maxsize=8)
def _template(
    lists: tuple[CandidateList, ...], earlier: tuple[tuple[tuple[int | None, int | None], int], ...]
) -> bytes:
    """Return the selections of a ballot as a template; kept, because all municipalities of a district have one ballot."""
    return writing.skeleton("".join(_selections(one, dict(earlier)) for one in lists))


def _selections(one: CandidateList, earlier: Earlier) -> str:
    registered = leaf("RegisteredName", one.name)
    affiliation = tag("AffiliationIdentifier", registered, Id=str(one.number))
    selections = _selection(affiliation, earlier.get((one.number, None)))
    for offset, candidate in enumerate(one.candidates):
        selections += _selection(_candidate(candidate), earlier.get((one.number, one.start + offset)))
    return selections


def _candidate(candidate: Candidate) -> str:
    if candidate.id is None:
        raise WrongUse("this total over districts has no places on lists; it cannot be written as EML")
    identifier = tag("CandidateIdentifier", Id=str(candidate.id), ShortCode=candidate.short_code)
    return tag("Candidate", identifier)


def _selection(of: str, earlier: int | None) -> str:
    return tag("Selection", of + _before_correction("ValidVotes", earlier) + tag("ValidVotes", "\0"))


def _before_correction(name: str, value: int | None, code: str | None = None) -> str:
    return "" if value is None else tag(f"kr:Initial{name}", str(value), ReasonCode=code)


def figures_template(votes: Votes, row: int, earlier: dict[Figure, int]) -> tuple[bytes, tuple[Figure, ...]]:
    """Return the template of the figures behind the selections, and the columns that fill it."""
    reported = {figure for figure in Figure if votes.figures_reported[row, figure]}
    for figure in (Figure.CAST, Figure.COUNTED, *REJECTED_CODES.values()):
        if figure not in reported:
            raise WrongUse(f"{figure.name.lower()} is not reported; EML must say it")
    codes = {code: figure for code, figure in REASON_CODES.items() if figure in reported}
    markup = _before_correction("Cast", earlier.get(Figure.CAST)) + tag("Cast", "\0")
    markup += _before_correction("TotalCounted", earlier.get(Figure.COUNTED)) + tag("TotalCounted", "\0")
    markup += _coded("RejectedVotes", REJECTED_CODES, earlier) + _coded("UncountedVotes", codes, earlier)
    return writing.skeleton(markup), (Figure.CAST, Figure.COUNTED, *REJECTED_CODES.values(), *codes.values())


def _coded(name: str, codes: dict[str, Figure], earlier: dict[Figure, int]) -> str:
    """First the values before a correction, then all values (4.1)."""
    before = "".join(_before_correction(name, earlier.get(figure), code) for code, figure in codes.items())
    return before + "".join(tag(name, "\0", ReasonCode=code) for code in codes)
