"""P-06: two candidates of one list whose votes may have changed places (checks.md 1.3).

What is expected follows from the same list elsewhere: in the neighbourhood where that has enough stations, otherwise in the
municipality; always without the station itself, and on sums of candidates, never on a reported list total. Floats pick the
cells, for all stations at once; integers decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, NotJudged, candidate_number, tenths
from waarmerk.checks.editions import Swapped
from waarmerk.checks.neighbourhoods import neighbourhoods
from waarmerk.election.count import Ballot
from waarmerk.election.finding import Code, Finding

MAX_PAIRS = 10_000
"""Pairs of one document; the whole country had 596 in 2022. Beyond it only the first pair of a list is shown."""
SLACK = 1 - 1e-9
"""Floats pick everything within this factor of a threshold."""

Row = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class References:
    """Votes of the municipality (the first row) and of each neighbourhood with enough stations."""

    of: NDArray[np.intp]
    """Per unit the row that it is compared with."""
    candidates: NDArray[np.int64]
    sums: NDArray[np.int64]
    stations: Sequence[int]

    def without(self, index: int, here: Row, sums: Row) -> Reference:
        """Return one of them with a station taken out."""
        name = "neighbourhood" if index else "municipality"
        return Reference(name, self.stations[index], self.candidates[index] - here, self.sums[index] - sums)


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
    if len(case.count.units) < rule.stations:
        yield NotJudged((Code.P06,), "one-station", int(case.judged.sum()))
        return
    votes = np.where(case.count.votes.candidates_reported, case.count.votes.candidates, 0)
    references = _references(case, votes, rule)
    outside = int((case.judged & (references.of == 0)).sum())
    if outside:
        yield NotJudged((Code.P06,), "no-neighbourhoods" if case.postcodes is None else "no-postcode", outside)
    left = MAX_PAIRS
    for row, columns in _suspects(case, votes, references, rule).items():
        here = votes[row].astype(np.int64)
        reference = references.without(int(references.of[row]), here, case.sums[row])
        pairs: list[Pair] = []
        for column in columns:
            pairs += islice(_pairs(case, here, row, reference, rule, column), 1 + max(left - len(pairs), 0))
        left -= len(pairs)
        if pairs and references.of[row]:
            whole = references.without(0, here, case.sums[row])
            pairs = _as_shown(pairs, (p for c in columns for p in _pairs(case, here, row, whole, rule, c)))
        yield from _findings(case, rule, row, here, reference, pairs)


def _references(case: Case, votes: NDArray[np.int32], rule: Swapped) -> References:
    areas = [] if case.postcodes is None else neighbourhoods(case.count.units, case.postcodes)
    areas = [members for members in areas if len(members) >= rule.neighbourhood_stations]
    of = np.zeros(len(case.count.units), dtype=np.intp)
    for index, members in enumerate(areas, 1):
        of[members] = index
    groups: list[slice | list[int]] = [slice(None), *areas]
    return References(
        of,
        np.stack([votes[group].sum(axis=0, dtype=np.int64) for group in groups]),
        np.stack([case.sums[group].sum(axis=0) for group in groups]),
        [len(case.count.units), *map(len, areas)],
    )


def _suspects(case: Case, votes: NDArray[np.int32], references: References, rule: Swapped) -> dict[int, list[int]]:
    """Return, per station, the lists with a candidate far above what is expected; few, and only these are looked at."""
    large = (votes >= rule.votes) & case.judged[:, None]
    rows, cells = np.nonzero(large)
    lists = _owners(case.count.ballot)[cells]
    area, x, n = references.of[rows], votes[rows, cells].astype(np.int64), case.sums[rows, lists]
    rest = references.sums[area, lists] - n
    expected = (references.candidates[area, cells] - x) * (n / np.maximum(rest, 1))
    far = (rest > 0) & (x >= expected * (rule.factor * SLACK))
    found: dict[int, list[int]] = {}
    for row, column in dict.fromkeys(zip(rows[far].tolist(), lists[far].tolist(), strict=True)):
        found.setdefault(row, []).append(column)
    return found


def _owners(ballot: Ballot) -> NDArray[np.intp]:
    """The list of every candidate's column."""
    return np.repeat(np.arange(len(ballot.lists)), [len(lst.candidates) for lst in ballot.lists])


def _pairs(case: Case, here: Row, row: int, reference: Reference, rule: Swapped, column: int) -> Iterator[Pair]:
    """Yield the pairs of one list, those furthest from what is expected first."""
    lst = case.count.ballot.lists[column]
    n, rest = int(case.sums[row, column]), int(reference.sums[column])
    if rest <= 0:
        return
    x, others = here[lst.columns], reference.candidates[lst.columns]
    near = others * (n / rest)
    large = np.flatnonzero((x >= rule.votes) & (x >= near * (rule.factor * SLACK))).tolist()
    small = np.flatnonzero((near >= rule.votes * SLACK) & (x * rule.factor * SLACK <= near)).tolist()
    expected = {k: Fraction(int(others[k]) * n, rest) for k in (*large, *small)}
    more = [k for k in large if int(x[k]) >= rule.factor * expected[k]]
    less = [k for k in small if rule.votes <= expected[k] and rule.factor * int(x[k]) <= expected[k]]
    more.sort(key=lambda k: expected[k] - int(x[k]))
    less.sort(key=lambda k: int(x[k]) - expected[k])
    for a, b in product(more, less):
        rounded = (round(expected[a]), round(expected[b]))
        yield Pair(column, lst.start + a, lst.start + b, expected[a], expected[b], rounded)


def _as_shown(pairs: list[Pair], elsewhere: Iterable[Pair]) -> list[Pair]:
    """Give pairs that the whole municipality shows too its expectation for the tables of the protocol (checks.md 1.3)."""
    same = {(pair.more, pair.less): pair.rounded for pair in elsewhere}
    return [replace(pair, rounded=same.get((pair.more, pair.less), pair.rounded)) for pair in pairs]


def _findings(
    case: Case, rule: Swapped, row: int, here: Row, reference: Reference, pairs: list[Pair]
) -> Iterator[Finding]:
    if rule.rms_at_most is not None and pairs:
        pairs = _in_ordinary_station(case, row, here, reference, pairs, rule.rms_at_most)
    for column in dict.fromkeys(pair.list_column for pair in pairs):
        same = sorted((p for p in pairs if p.list_column == column), key=lambda p: (-p.moved(here), p.more, p.less))
        first, *others = (_finding(case, rule, row, here, reference, pair) for pair in same)
        yield replace(first, also=tuple(others))


def _finding(case: Case, rule: Swapped, row: int, here: Row, reference: Reference, pair: Pair) -> Finding:
    lst = case.count.ballot.lists[pair.list_column]
    return case.at(
        Code.P06,
        row,
        {
            "edition": case.edition.name,
            "row_more": candidate_number(lst, pair.more),
            "votes_more": int(here[pair.more]),
            "expected_more": tenths(pair.expected_more),
            "row_less": candidate_number(lst, pair.less),
            "votes_less": int(here[pair.less]),
            "expected_less": tenths(pair.expected_less),
            "rounded_more": pair.rounded[0],
            "rounded_less": pair.rounded[1],
            "reference": reference.name,
            "stations": reference.stations,
            "factor": rule.factor,
            "minimum": rule.votes,
            "moved": round(pair.moved(here)),
        },
        list_column=pair.list_column,
        candidates=sorted((pair.more, pair.less)),
    )


def _in_ordinary_station(
    case: Case, row: int, here: Row, reference: Reference, pairs: list[Pair], limit: Fraction
) -> list[Pair]:
    """Return the pairs beside which all other candidates are near what is expected: root mean square within the limit.

    Compared as squares, so exactly. Without anybody else there is nothing that speaks against a pair.
    """
    others = len(here) - 2
    whole = sum(
        (_square(case, row, here, reference, column) for column in range(len(case.count.ballot.lists))), Fraction()
    )
    return [
        pair
        for pair in pairs
        if others <= 0
        or whole - (int(here[pair.more]) - pair.expected_more) ** 2 - (int(here[pair.less]) - pair.expected_less) ** 2
        <= limit * limit * others
    ]


def _square(case: Case, row: int, here: Row, reference: Reference, column: int) -> Fraction:
    """The sum of the squared distances of a list's candidates from what is expected."""
    columns = case.count.ballot.lists[column].columns
    x, others = here[columns].tolist(), reference.candidates[columns].tolist()
    n, rest = int(case.sums[row, column]), int(reference.sums[column])
    if rest <= 0:
        return Fraction(sum(votes**2 for votes in x))
    return Fraction(sum((votes * rest - other * n) ** 2 for votes, other in zip(x, others, strict=True)), rest * rest)
