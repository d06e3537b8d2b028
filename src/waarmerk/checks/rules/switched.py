"""P-06: two candidates of one list whose votes may have changed places (checks.md 1.3).

What is expected follows from the same list elsewhere: in the neighbourhood where that has enough stations, otherwise in the
municipality; always without the station itself, and on sums of candidates, never on a reported list total. Floats pick the
cells, integers decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, NotJudged, tenths
from waarmerk.checks.editions import Swapped
from waarmerk.checks.neighbourhoods import neighbourhoods
from waarmerk.election.finding import Code, Finding

SLACK = 1 - 1e-9
"""Floats pick everything within this factor of a threshold."""

Row = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reference:
    """The votes per candidate and list that a station is compared with, the station itself taken out."""

    name: str
    """``municipality`` or ``neighbourhood``."""
    stations: int
    candidates: Row
    sums: Row


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of one list: the one with more than expected, and the one with less."""

    list_column: int
    more: int
    less: int
    expected_more: Fraction
    expected_less: Fraction
    rounded: tuple[int, int]
    """What the tables of the protocol show as expected."""

    def moved(self, votes: Row) -> Fraction:
        """How many votes the two cells are away from what was expected, on average."""
        return (abs(int(votes[self.more]) - self.expected_more) + abs(int(votes[self.less]) - self.expected_less)) / 2


def candidates_switched(case: Case) -> Answer:
    """P-06: on one list a candidate with far more and one with far less than expected, by the edition's factor and size.

    One finding per station and list: the pair with the most votes leads, further pairs of that list are in ``also``.
    """
    rule = case.edition.swapped
    if rule is None:
        return
    if case.postcodes is None and case.judged.any():
        yield NotJudged((Code.P06,), "no-neighbourhoods", int(case.judged.sum()))
    if len(case.count.units) < rule.stations:
        yield NotJudged((Code.P06,), "one-station", int(case.judged.sum()))
        return
    votes = np.where(case.count.votes.candidates_reported, case.count.votes.candidates, 0)
    everybody = votes.sum(axis=0, dtype=np.int64)
    areas = _areas(case, votes, rule)
    outside = int((case.judged & ~np.isin(np.arange(len(case.judged)), list(areas))).sum())
    if case.postcodes is not None and outside:
        yield NotJudged((Code.P06,), "no-postcode", outside)
    # A pair needs a candidate with at least the minimum here: stations without one are in order.
    for row in case.rows(case.judged & (votes >= rule.votes).any(axis=1)):
        here = votes[row].astype(np.int64)
        near = areas.get(row)
        stations, total = near if near else (len(case.count.units), everybody)
        reference = _without(case, "neighbourhood" if near else "municipality", stations, total, row, here)
        pairs = list(_pairs(case, here, row, reference, rule))
        if near and pairs:
            pairs = _as_shown(
                pairs, _pairs(case, here, row, _without(case, "municipality", 0, everybody, row, here), rule)
            )
        yield from _findings(case, row, here, reference, pairs)


def _areas(case: Case, votes: NDArray[np.int32], rule: Swapped) -> dict[int, tuple[int, Row]]:
    """Per station the size of its neighbourhood and the votes there; only neighbourhoods with enough stations."""
    areas: dict[int, tuple[int, Row]] = {}
    if case.postcodes is None:
        return areas
    for members in neighbourhoods(case.count.units, case.postcodes):
        if len(members) >= rule.neighbourhood_stations:
            total = votes[members].sum(axis=0, dtype=np.int64)
            areas.update(dict.fromkeys(members, (len(members), total)))
    return areas


def _as_shown(pairs: list[Pair], elsewhere: Iterable[Pair]) -> list[Pair]:
    """Give pairs that the whole municipality shows too its expectation for the tables of the protocol (checks.md 1.3)."""
    same = {(pair.more, pair.less): (round(pair.expected_more), round(pair.expected_less)) for pair in elsewhere}
    return [replace(pair, rounded=same.get((pair.more, pair.less), pair.rounded)) for pair in pairs]


def _without(case: Case, name: str, stations: int, total: Row, row: int, here: Row) -> Reference:
    rest = total - here
    filled = [(column, lst.start) for column, lst in enumerate(case.count.ballot.lists) if lst.candidates]
    sums = np.zeros(len(case.count.ballot.lists), dtype=np.int64)
    if filled:
        columns, starts = zip(*filled, strict=True)
        sums[list(columns)] = np.add.reduceat(rest, starts)
    return Reference(name, stations, rest, sums)


def _pairs(case: Case, here: Row, row: int, reference: Reference, rule: Swapped) -> Iterator[Pair]:
    for column, lst in enumerate(case.count.ballot.lists):
        n, rest = int(case.sums[row, column]), int(reference.sums[column])
        if n < rule.votes or rest <= 0:
            continue
        x, others = here[lst.columns], reference.candidates[lst.columns]
        expected = others * (n / rest)
        more = list(np.flatnonzero(x >= np.maximum(rule.votes, expected * (rule.factor * SLACK))))
        if not more:
            continue
        less = np.flatnonzero((expected >= rule.votes * SLACK) & (x * rule.factor * SLACK <= expected))
        exact = {int(k): Fraction(int(others[k]) * n, rest) for k in (*more, *less)}
        yield from (
            Pair(
                column,
                lst.start + int(a),
                lst.start + int(b),
                exact[int(a)],
                exact[int(b)],
                (round(exact[int(a)]), round(exact[int(b)])),
            )
            for a in more
            for b in less
            if int(x[a]) >= rule.factor * exact[int(a)]
            and exact[int(b)] >= rule.votes
            and rule.factor * int(x[b]) <= exact[int(b)]
        )


def _findings(case: Case, row: int, here: Row, reference: Reference, pairs: list[Pair]) -> Iterator[Finding]:
    rule = case.edition.swapped
    limit = rule.rms_at_most if rule else None
    kept = [pair for pair in pairs if limit is None or _ordinary(case, row, here, reference, pair, limit)]
    for column in dict.fromkeys(pair.list_column for pair in kept):
        same = sorted((p for p in kept if p.list_column == column), key=lambda p: (-p.moved(here), p.more, p.less))
        first, *others = (_finding(case, row, here, reference, pair) for pair in same)
        yield Finding(
            first.code,
            first.severity,
            first.unit,
            first.unit_name,
            first.list,
            first.candidates,
            first.figures,
            tuple(others),
        )


def _finding(case: Case, row: int, here: Row, reference: Reference, pair: Pair) -> Finding:
    rule = case.edition.swapped
    lst = case.count.ballot.lists[pair.list_column]
    return case.at(
        Code.P06,
        row,
        {
            "edition": case.edition.name,
            "row_more": _number(lst.candidates[pair.more - lst.start].id, pair.more - lst.start),
            "votes_more": int(here[pair.more]),
            "expected_more": tenths(pair.expected_more),
            "row_less": _number(lst.candidates[pair.less - lst.start].id, pair.less - lst.start),
            "votes_less": int(here[pair.less]),
            "expected_less": tenths(pair.expected_less),
            "rounded_more": pair.rounded[0],
            "rounded_less": pair.rounded[1],
            "reference": reference.name,
            "stations": reference.stations,
            "factor": rule.factor if rule else 0,
            "minimum": rule.votes if rule else 0,
            "moved": round(pair.moved(here)),
        },
        list_column=pair.list_column,
        candidates=sorted((pair.more, pair.less)),
    )


def _ordinary(case: Case, row: int, here: Row, reference: Reference, pair: Pair, limit: Fraction) -> bool:
    """Whether the root mean square of the other candidates' deviations is within the limit: squared, so exact."""
    square, others = Fraction(0), len(here) - 2
    for column, lst in enumerate(case.count.ballot.lists):
        rest = int(reference.sums[column])
        n = int(case.sums[row, column])
        columns = [c for c in range(*lst.columns.indices(len(here))) if c not in (pair.more, pair.less)]
        if rest <= 0:
            square += sum(int(here[c]) ** 2 for c in columns)
            continue
        top = sum((int(here[c]) * rest - int(reference.candidates[c]) * n) ** 2 for c in columns)
        square += Fraction(top, rest * rest)
    return others <= 0 or square <= limit * limit * others


def _number(identifier: int | None, index: int) -> int:
    return index + 1 if identifier is None else identifier
