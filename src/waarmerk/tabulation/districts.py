"""Adding up districts: counts of different contests of one election become the total over them, persons joined by name or code.

A list may be absent in a district, and a person may stand at another place or not at all: such a cell is *not reported* there,
and adds nothing. The total has short codes and no places; ``positions`` keeps the places per district (eml-nl.md 4.6).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from waarmerk.election.count import Ballot, Candidate, Cells, Count, Mask
from waarmerk.tabulation.add_up import Expected, Joined, Part, Tabulation, Target, tabulated
from waarmerk.tabulation.agreement import agreed_election
from waarmerk.tabulation.parts import parts_in_order, unit_of
from waarmerk.tabulation.people import Known, Lists, known_people, short_code
from waarmerk.tabulation.table import Row, Table, filled, of_total, stack

ALL = "alle"
"""The contest of a total over districts (eml-nl.md 1.2)."""


def add_up_districts(
    parts: Sequence[Part], expected: Sequence[Expected], target: Target, lists: Lists | None = None
) -> Tabulation:
    """Return the total over districts; ``lists`` are the candidate lists of each contest, where the counts have no names.

    The order of the parts never matters. Raises ``BadData`` as :func:`waarmerk.tabulation.add_up.add_up`, and ``E-TAB-NAMES``,
    ``E-TAB-NAMESAKES``.
    """
    chosen = parts_in_order(parts, expected)
    ordered = chosen.parts
    election = agreed_election(ordered)
    counts = [part.count for part in ordered]
    union = _union(counts, known_people(counts, lists or {}))
    units = tuple(unit_of(part, target) for part in ordered)
    spread = [
        _spread(of_total(part.count, Row(unit.id, unit.name)), union, columns)
        for part, unit, columns in zip(ordered, units, union.columns, strict=True)
    ]
    rows = stack(spread)
    addends = filled(rows, union.lists_stand, union.positions > 0)
    joined = Joined(election, ALL, None, union.ballot, units, rows, addends, union.positions)
    return tabulated(chosen, expected, target, joined)


@dataclass(frozen=True, slots=True)
class _Union:
    """The ballot over all districts, and for each district the column there of each of its lists and candidates."""

    ballot: Ballot
    columns: tuple[_Columns, ...]
    positions: Cells

    @property
    def lists_stand(self) -> Mask:
        """Which lists stand in which district."""
        stand = np.zeros((len(self.columns), len(self.ballot.lists)), dtype=np.bool_)
        for row, columns in enumerate(self.columns):
            stand[row, columns.lists] = True
        return stand


@dataclass(frozen=True, slots=True)
class _Columns:
    lists: list[int]
    candidates: list[int]


def _union(counts: Sequence[Count], known: Sequence[Sequence[Known]]) -> _Union:
    """Join lists by number and, inside them, persons by key; in the order of the first district that has them."""
    people: dict[int, dict[Hashable, Known]] = {}
    names: dict[int, str] = {}
    for count, here in zip(counts, known, strict=True):
        for lst in count.ballot.lists:
            names.setdefault(lst.number, lst.name)
            members = people.setdefault(lst.number, {})
            for one in here[lst.columns]:
                members.setdefault(one.key, one)
    ballot = _ballot(people, names)
    column = _column_of(ballot, people)
    where = {lst.number: index for index, lst in enumerate(ballot.lists)}
    columns = tuple(
        _Columns(
            [where[lst.number] for lst in count.ballot.lists],
            [column[lst.number, one.key] for lst in count.ballot.lists for one in here[lst.columns]],
        )
        for count, here in zip(counts, known, strict=True)
    )
    return _Union(ballot, columns, _positions(counts, columns, ballot.size))


def _ballot(people: dict[int, dict[Hashable, Known]], names: dict[int, str]) -> Ballot:
    taken = {one.code for members in people.values() for one in members.values() if one.code}
    return Ballot.of(
        (
            number,
            names[number],
            tuple(
                Candidate(None, one.name, one.code or short_code(one.name, taken)) for one in people[number].values()
            ),
        )
        for number in sorted(people)
    )


def _column_of(ballot: Ballot, people: dict[int, dict[Hashable, Known]]) -> dict[tuple[int, Hashable], int]:
    return {
        (lst.number, key): lst.start + place for lst in ballot.lists for place, key in enumerate(people[lst.number])
    }


def _positions(counts: Sequence[Count], columns: Sequence[_Columns], size: int) -> Cells:
    positions = np.zeros((len(counts), size), dtype=np.int32)
    for row, (count, here) in enumerate(zip(counts, columns, strict=True)):
        places = [c.id or place for lst in count.ballot.lists for place, c in enumerate(lst.candidates, 1)]
        positions[row, here.candidates] = places
    return positions


def _spread(row: Table, union: _Union, columns: _Columns) -> Table:
    """Return a district's total under the ballot of all districts; what does not stand there is not reported there."""
    size, lists = union.ballot.size, len(union.ballot.lists)
    candidates, candidates_reported = np.zeros((1, size), np.int64), np.zeros((1, size), np.bool_)
    totals, totals_reported = np.zeros((1, lists), np.int64), np.zeros((1, lists), np.bool_)
    candidates[:, columns.candidates] = row.candidates
    candidates_reported[:, columns.candidates] = row.candidates_reported
    totals[:, columns.lists] = row.lists
    totals_reported[:, columns.lists] = row.lists_reported
    return Table(
        union.ballot,
        row.rows,
        candidates,
        totals,
        row.figures,
        candidates_reported,
        totals_reported,
        row.figures_reported,
    )
