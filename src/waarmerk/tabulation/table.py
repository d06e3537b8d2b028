"""``Table``: rows of figures in int64, for adding and comparing. Cells of a document are int32; sums of them are not.

Everything that adds or compares goes through a table, so that a sum can never silently wrap around.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import MAX_NUMBER, Ballot, CandidateList, Count, Figure, Mask, Votes
from waarmerk.errors import BadData, Place

Sums = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Whose figures a row holds; ``id`` is ``None`` for a total."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Figures of n rows under one ballot, with masks of what is reported, as in ``Votes`` but wide enough for sums."""

    ballot: Ballot
    rows: tuple[Row, ...]
    candidates: Sums
    lists: Sums
    figures: Sums
    candidates_reported: Mask
    lists_reported: Mask
    figures_reported: Mask

    def votes(self) -> Votes:
        """Return the same figures as cells of a document; ``E-TAB-OVERFLOW`` names the first that is too large for one."""
        for cells, kind in ((self.lists, "list"), (self.candidates, "candidate"), (self.figures, "figure")):
            self._fits(cells, kind)
        return Votes(
            self.candidates.astype(np.int32),
            self.lists.astype(np.int32),
            self.figures.astype(np.int32),
            self.candidates_reported,
            self.lists_reported,
            self.figures_reported,
        )

    def _fits(self, cells: Sums, kind: str) -> None:
        too_large = np.argwhere(cells > MAX_NUMBER)
        if len(too_large):
            row, column = (int(number) for number in too_large[0])
            what = Figure(column).name if kind == "figure" else f"{kind} in column {column + 1}"
            reason = f"{what}: {int(cells[row, column])} is more than the {MAX_NUMBER} that a document can hold"
            raise BadData("E-TAB-OVERFLOW", reason, Place(unit=self.rows[row].id))


def of_units(count: Count) -> Table:
    """Return the units of a document, as reported."""
    return _table(count.ballot, tuple(Row(unit.id, unit.name) for unit in count.units), count.votes)


def of_total(count: Count, row: Row | None = None) -> Table:
    """Return the reported total of a document as one row, called ``row``."""
    return _table(count.ballot, (row or Row(None, count.authority_name),), count.total)


def stack(tables: list[Table]) -> Table:
    """Return the rows of several tables under the ballot of the first; the caller has seen that the ballots agree."""
    return Table(
        tables[0].ballot,
        tuple(row for table in tables for row in table.rows),
        *(np.concatenate([getattr(table, name) for table in tables]) for name in _ARRAYS),
    )


def summed(table: Table, row: Row) -> Table:
    """Return the sum of all rows as one row. A cell that one row does not report is not reported in the sum: absent is not 0."""
    totals = (getattr(table, name).sum(axis=0, dtype=np.int64, keepdims=True) for name in _ARRAYS[:3])
    masks = (getattr(table, name).all(axis=0, keepdims=True) for name in _ARRAYS[3:])
    return Table(table.ballot, (row,), *totals, *masks)


def filled(table: Table, lists: Mask, candidates: Mask) -> Table:
    """Return the table with a reported 0 wherever a list or a candidate does not stand: there it adds nothing to a sum."""
    return replace(
        table,
        lists_reported=table.lists_reported | ~lists,
        candidates_reported=table.candidates_reported | ~candidates,
    )


def without_figures(table: Table, dropped: tuple[Figure, ...]) -> Table:
    """Return the table with some figures not reported."""
    figures, reported = table.figures.copy(), table.figures_reported.copy()
    figures[:, list(dropped)] = 0
    reported[:, list(dropped)] = False
    return replace(table, figures=figures, figures_reported=reported)


def one_row(table: Table, index: int) -> Table:
    """Return one row as a table."""
    return replace(
        table, rows=(table.rows[index],), **{name: getattr(table, name)[index : index + 1] for name in _ARRAYS}
    )


def of_district(count: Count, index: int) -> Table:
    """Return one unit of a total over districts as the district has it: its own lists, candidates at their places (4.6)."""
    units = of_units(count)
    if count.positions is None:
        return one_row(units, index)
    places = count.positions[index]
    lists: list[CandidateList] = []
    columns: list[int] = []
    for lst in count.ballot.lists:
        here = sorted((int(places[lst.start + at]), lst.start + at) for at in range(len(lst.candidates)))
        here = [(place, column) for place, column in here if place]
        if here:
            candidates = tuple(replace(lst.candidates[column - lst.start], id=place) for place, column in here)
            lists.append(CandidateList(lst.number, lst.name, candidates, len(columns)))
            columns += [column for _, column in here]
    chosen = [count.ballot.index_of(lst.number) for lst in lists]
    row = one_row(units, index)
    return replace(
        row,
        ballot=Ballot(tuple(lists)),
        candidates=row.candidates[:, columns],
        candidates_reported=row.candidates_reported[:, columns],
        lists=row.lists[:, chosen],
        lists_reported=row.lists_reported[:, chosen],
    )


def place_of(ballot: Ballot) -> list[tuple[CandidateList, int]]:
    """Return, for every candidate column, its list and its position in that list (from 0)."""
    return [(lst, position) for lst in ballot.lists for position in range(len(lst.candidates))]


_ARRAYS = ("candidates", "lists", "figures", "candidates_reported", "lists_reported", "figures_reported")


def _table(ballot: Ballot, rows: tuple[Row, ...], votes: Votes) -> Table:
    return Table(
        ballot,
        rows,
        votes.candidates.astype(np.int64),
        votes.lists.astype(np.int64),
        votes.figures.astype(np.int64),
        votes.candidates_reported,
        votes.lists_reported,
        votes.figures_reported,
    )
