"""The difference of two counts, cell by cell: the one place where figures are compared with figures.

Used for CSV against EML, a correction against what it replaces, a level against the one below, a reported total against the
sum of its units, figures typed from paper against a file, and by anyone who verifies. Units are matched by id, lists by
number, candidates by their id in that list (a total over districts has short codes only: by those). A cell that only one side
reports is *one-sided*, never a difference: absent is not 0.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import Ballot, Candidate, Count, Figure, Mask
from waarmerk.tabulation.table import Row, Sums, Table, filled, of_district, of_total, of_units, place_of, summed


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure that the two sides do not give alike. ``None`` as value: that side does not report it."""

    unit: str | None
    """The unit's id; ``None`` for the total."""
    unit_name: str
    list: int | None
    candidate: int | str | None
    """The candidate's id on the list, or its short code; ``None`` for the total of a list, or a figure."""
    figure: Figure | None
    old: int | None
    new: int | None

    @property
    def one_sided(self) -> bool:
        """Whether only one of the two reports this cell."""
        return self.old is None or self.new is None


@dataclass(frozen=True, slots=True)
class BallotChange:
    """A list, or a candidate on a list, that stands on one of two ballots only."""

    list: int
    candidate: int | str | None
    where: str
    """``old`` or ``new``: the side that has it."""


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """Something the two documents say differently about themselves: election, date, authority, contest."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that two counts say differently. ``compared`` cells stand on both sides, so that a reader knows what was covered."""

    cells: tuple[Cell, ...]
    one_sided: tuple[Cell, ...]
    units_gone: tuple[str, ...]
    units_new: tuple[str, ...]
    ballot: tuple[BallotChange, ...]
    header: tuple[HeaderChange, ...]
    compared: int

    @property
    def same(self) -> bool:
        """Whether both give the same figures for the same units and candidates; what only one reports does not count."""
        return not (self.cells or self.units_gone or self.units_new or self.ballot or self.header)


def difference(old: Count, new: Count) -> Difference:
    """Return what two documents say differently: header, ballot, units, every cell, and the reported totals."""
    units = compare(of_units(old), of_units(new))
    totals = compare(of_total(old, Row(None, new.authority_name)), of_total(new))
    return Difference(
        totals.cells + units.cells,
        totals.one_sided + units.one_sided,
        units.units_gone,
        units.units_new,
        units.ballot,
        _header(old, new),
        totals.compared + units.compared,
    )


def sum_difference(count: Count) -> Difference:
    """Return where the reported total (new) is not the sum of the units (old). Without units there is nothing to compare."""
    total = of_total(count)
    if not count.units:
        return compare(total, total)
    return compare(summed(_addends(count), total.rows[0]), total)


def _addends(count: Count) -> Table:
    """Return the units as they add up: a list or candidate that does not stand in a district adds nothing there (4.6)."""
    units = of_units(count)
    if count.positions is None:
        return units
    stands = count.positions > 0
    lists = np.stack([stands[:, lst.columns].any(axis=1) for lst in count.ballot.lists], axis=1)
    return filled(units, lists, stands)


def level_difference(below: Count, above: Count, unit: str) -> Difference:
    """Return where the row ``unit`` of the level above (new) is not the total of the level below (old): X-09 and X-10.

    A level above without that unit gives it back as the unit that only the level below has (``units_gone``).
    """
    index = next((index for index, one in enumerate(above.units) if one.id == unit), None)
    if index is None:
        return Difference((), (), (unit,), (), (), (), 0)
    row = of_district(above, index)
    return compare(of_total(below, row.rows[0]), row)


def compare(old: Table, new: Table) -> Difference:
    """Return what two tables say differently, matching rows by id, lists by number and candidates by their key."""
    row_pairs = _pairs([row.id for row in old.rows], [row.id for row in new.rows])
    list_pairs = _pairs([lst.number for lst in old.ballot.lists], [lst.number for lst in new.ballot.lists])
    old_keys, new_keys = _keys(old.ballot), _keys(new.ballot)
    candidate_pairs = _pairs(old_keys, new_keys)
    names = [new.rows[there] for _, there in row_pairs]
    lists = _unequal(old.lists, new.lists, old.lists_reported, new.lists_reported, row_pairs, list_pairs)
    candidates = _unequal(
        old.candidates, new.candidates, old.candidates_reported, new.candidates_reported, row_pairs, candidate_pairs
    )
    every = [(figure.value, figure.value) for figure in Figure]
    figures = _unequal(old.figures, new.figures, old.figures_reported, new.figures_reported, row_pairs, every)
    cells = (
        [_cell(names[r], None, None, Figure(c), a, b) for r, c, a, b in figures.cells]
        + [_cell(names[r], new.ballot.lists[list_pairs[c][1]].number, None, None, a, b) for r, c, a, b in lists.cells]
        + [_cell(names[r], *new_keys[candidate_pairs[c][1]], None, a, b) for r, c, a, b in candidates.cells]
    )
    return Difference(
        tuple(cell for cell in cells if not cell.one_sided),
        tuple(cell for cell in cells if cell.one_sided),
        _missing([row.id for row in old.rows], [row.id for row in new.rows]),
        _missing([row.id for row in new.rows], [row.id for row in old.rows]),
        _ballot_changes(old.ballot, new.ballot),
        (),
        lists.compared + candidates.compared + figures.compared,
    )


Key = tuple[int, int | str]
Found = tuple[int, int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Unequal:
    cells: list[Found]
    """Pair of rows, pair of columns, both values."""
    compared: int


def _unequal(
    old: Sums,
    new: Sums,
    old_reported: Mask,
    new_reported: Mask,
    rows: Sequence[tuple[int, int]],
    columns: Sequence[tuple[int, int]],
) -> _Unequal:
    """Compare two blocks at the paired rows and columns at once."""
    if not rows or not columns:
        return _Unequal([], 0)
    here, there = _grid(rows, columns, 0), _grid(rows, columns, 1)
    a, b, has_a, has_b = old[here], new[there], old_reported[here], new_reported[there]
    both = has_a & has_b
    cells: list[Found] = []
    for r, c in np.argwhere((both & (a != b)) | (has_a ^ has_b)):
        cells.append((int(r), int(c), int(a[r, c]) if has_a[r, c] else None, int(b[r, c]) if has_b[r, c] else None))
    return _Unequal(cells, int(both.sum()))


def _grid(
    rows: Sequence[tuple[int, int]], columns: Sequence[tuple[int, int]], side: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    r, c = np.ix_([pair[side] for pair in rows], [pair[side] for pair in columns])
    return r, c


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the positions of what stands on both sides, in the order of the new one."""
    where = {key: index for index, key in enumerate(old)}
    return [(where[key], index) for index, key in enumerate(new) if key in where]


def _missing(there: Sequence[str | None], here: Sequence[str | None]) -> tuple[str, ...]:
    known = set(here)
    return tuple(key for key in there if key is not None and key not in known)


def key_of(candidate: Candidate, position: int) -> int | str:
    """Return how a candidate is told from the others on its list: id, else short code, else its position in the document."""
    if candidate.id is not None:
        return candidate.id
    return candidate.short_code or f"#{position + 1}"


def _keys(ballot: Ballot) -> list[Key]:
    return [(lst.number, key_of(lst.candidates[position], position)) for lst, position in place_of(ballot)]


def _ballot_changes(old: Ballot, new: Ballot) -> tuple[BallotChange, ...]:
    changes: list[BallotChange] = []
    for here, there, where in ((old, new, "old"), (new, old, "new")):
        lists, keys = {lst.number for lst in there.lists}, set(_keys(there))
        changes += [BallotChange(lst.number, None, where) for lst in here.lists if lst.number not in lists]
        changes += [BallotChange(*key, where) for key in _keys(here) if key[0] in lists and key not in keys]
    return tuple(changes)


def _cell(
    row: Row, number: int | None, candidate: int | str | None, figure: Figure | None, old: int | None, new: int | None
) -> Cell:
    return Cell(row.id, row.name, number, candidate, figure, old, new)


def _header(old: Count, new: Count) -> tuple[HeaderChange, ...]:
    """Compare what both documents state; what one leaves out (a CSV has no contest) is no difference."""
    pairs = (
        ("election", old.election.id, new.election.id),
        ("date", old.election.date, new.election.date),
        ("authority", old.authority_id, new.authority_id),
        ("contest", old.contest_id, new.contest_id),
    )
    return tuple(HeaderChange(what, a, b) for what, a, b in pairs if a is not None and b is not None and a != b)
