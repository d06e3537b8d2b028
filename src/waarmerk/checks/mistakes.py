"""The mistakes that people make with results (checks.md 2.2), made on purpose: in a count whose truth is then known.

Each kind changes what a clerk would change and lets the sums follow as they do on paper: rows and lists exchanged keep every
sum; a wrong digit, an empty row or a copied page gives sums of what is written while the voters stay right, so that the
difference shows it, booked as *no explanation*. Randomness comes in as a generator: the same generator, the same mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from waarmerk.checks.case import candidate_number, candidate_sums
from waarmerk.checks.rules.differences import ASKED, EXPLAIN_FEWER, EXPLAIN_MORE
from waarmerk.election.count import MAX_NUMBER, CandidateList, Count, Figure, Unit, Votes

Row = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Size:
    """Fewest and most votes that a mistake moves."""

    low: int
    high: int = MAX_NUMBER

    def __contains__(self, moved: int) -> bool:
        """Whether so many votes are of this size."""
        return self.low <= moved <= self.high

    def __str__(self) -> str:
        """As in a table: ``5-9``, ``50+``."""
        return f"{self.low}+" if self.high == MAX_NUMBER else f"{self.low}-{self.high}"


SIZES = (Size(2, 4), Size(5, 9), Size(10, 19), Size(20, 49), Size(50))
ANY = Size(2)
LARGEST_PILE = 4
"""Where the amount is ours to choose: at most so many times the fewest of its size, or 100 when any size will do."""
PAGE = 50
"""Candidates on a page of the paper form: the next page begins with number 51."""
MOVED_LISTS, SHIFTED, COPIED_ROWS = 10, 3, 3
"""Fewest votes of a pile; fewest rows of a block (two are an exchange); fewest filled rows of a copied page."""
RESULT = tuple(figure for figure in Figure if figure is not Figure.CAST)
"""The figures of a station's record; who was called is the register's."""
BALLOTS = (Figure.COUNTED, Figure.BLANK, Figure.INVALID)
EXPLANATIONS = tuple(dict.fromkeys((*ASKED, *EXPLAIN_FEWER, *EXPLAIN_MORE)))
DICTATED = {tens: units for n in range(3, 10) for tens, units in ((10 + n, 10 * n), (10 * n, 10 + n))}
"""*Dertien* heard as *dertig* and the reverse."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a mistake writes: new rows of candidates and new figures, by unit; and what it is about."""

    moved: int
    candidates: Mapping[int, Row] = field(default_factory=dict)
    figures: Mapping[int, Mapping[Figure, int]] = field(default_factory=dict)
    list: int | None = None
    other_list: int | None = None
    columns: Sequence[int] = ()
    """Columns of the candidates that it is about."""
    others: tuple[int, ...] = ()
    """Other units that it is about."""
    whole: bool = False
    """Whether it writes all figures; otherwise ballots and difference follow from the rows."""
    gone: bool = False
    """Whether the unit is left out."""


@dataclass(frozen=True, slots=True)
class Here:
    """One station of a count at which a mistake is tried."""

    count: Count
    row: int
    others: Sequence[int]
    """The other stations where one may be made, in a random order."""
    size: Size
    rng: Generator

    def votes(self, row: int | None = None) -> Row:
        """The candidates of this station, or of another."""
        votes: Row = self.count.votes.candidates[self.row if row is None else row].astype(np.int64)
        return votes

    def figure(self, figure: Figure, row: int | None = None) -> int:
        """A figure of this station, or of another."""
        return int(self.count.votes.figures[self.row if row is None else row, figure])

    def has(self, *figures: Figure) -> bool:
        """Whether these figures are reported here."""
        return bool(self.count.votes.figures_reported[self.row, list(figures)].all())

    def lists(self, smallest: int = 1) -> Iterator[int]:
        """Yield the lists of at least so many candidates, in a random order."""
        lists = self.count.ballot.lists
        yield from (int(i) for i in self.rng.permutation(len(lists)) if len(lists[i].candidates) >= smallest)

    def amount(self, fewest: int, most: int) -> int | None:
        """Return a number of this size, small ones as likely as large ones; ``None`` if none is possible."""
        low = max(self.size.low, fewest)
        high = min(self.size.high, most, 100 if self.size == ANY else LARGEST_PILE * low)
        if high < low:
            return None
        return min(high, int(np.exp(self.rng.uniform(np.log(low), np.log(high + 1)))))

    def rows(self, votes: Row, index: int, columns: Sequence[int], moved: int, **more: Any) -> Change:
        """Return the change of one list of this station."""
        return Change(moved, {self.row: votes}, list=index, columns=columns, **more)


Make = Callable[[Here], Iterator[Change]]
Pairs = Callable[[CandidateList], Iterable[tuple[int, int]]]
"""Places on a list, from 0, that are exchanged."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake, and the word of the hypothesis that names it (checks.md 5.1)."""

    name: str
    hypothesis: str
    make: Make
    visible: bool = True
    """Whether the count alone can show it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that the mistake changed, sums included; ``reported`` is ``None`` where the station is left out."""

    unit: str
    list: int | None
    candidate: int | None
    figure: str | None
    reported: int | None
    true: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A station that was left out."""

    row: int
    unit: Unit
    votes: Votes


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """A count with one mistake more, and the truth about it."""

    count: Count
    kind: str
    hypothesis: str
    units: tuple[str, ...]
    """Where it is, the station that was tried first."""
    list: int | None
    other_list: int | None
    candidates: tuple[int, ...]
    moved: int
    cells: tuple[Cell, ...]
    removed: Removed | None = None

    def truth(self) -> dict[str, Any]:
        """Return all but the count as plain values (docs/formats.md)."""
        names = ("kind", "hypothesis", "units", "list", "other_list", "candidates", "moved")
        cells = [{name: getattr(c, name) for name in Cell.__slots__ if _said(c, name)} for c in self.cells]
        return {name: getattr(self, name) for name in names} | {"cells": cells}


def _said(cell: Cell, name: str) -> bool:
    return name in ("reported", "true") or getattr(cell, name) is not None


def plant(
    count: Count, kind: Kind, rng: Generator, size: Size | None = None, avoid: Collection[str] = ()
) -> Planted | None:
    """Make one mistake at a random station outside ``avoid`` (ids); ``None`` where this kind and size have no place."""
    if kind.make is _missing and (count.investigations or count.corrections or count.other_names):
        return None  # these count their units, and would have to be numbered again
    size = size or ANY
    usable = [row for row in _usable(count) if count.units[row].id not in avoid]
    order = [int(row) for row in rng.permutation(usable)]
    for row in order:
        others = [other for other in order if other != row]
        for change in kind.make(Here(count, row, others, size, rng)):
            if change.moved in size:
                return _planted(count, kind, row, change)
    return None


def sow(
    count: Count, rng: Generator, wanted: Iterable[tuple[Kind, Size | None]], most: int = MAX_NUMBER
) -> tuple[Count, tuple[Planted, ...]]:
    """Make these mistakes, each at stations of its own, until there are so many; one that has no place is passed over.

    Where no size is given it is one of ``SIZES``, as likely as any other that has a place.
    """
    made: list[Planted] = []
    for kind, size in wanted:
        if len(made) >= most:
            break
        avoid = {unit for planted in made for unit in planted.units}
        sizes = [SIZES[i] for i in rng.permutation(len(SIZES))] if size is None else [size]
        one = next(filter(None, (plant(count, kind, rng, each, avoid) for each in sizes)), None)
        if one is not None:
            made.append(one)
            count = one.count
    return count, tuple(made)


def undo(count: Count, planted: Planted) -> Count:
    """Return the count without a mistake that was planted in it."""
    if planted.removed is not None:
        return _inserted(count, planted.removed)
    rows = {unit.id: row for row, unit in enumerate(count.units)}
    parts = _copies(count.votes)
    for cell in planted.cells:
        _write(parts, count, rows[cell.unit], cell)
    return _with(count, _replaced(count.votes, parts))


def _usable(count: Count) -> Iterator[int]:
    """Yield the stations that have votes, all of them reported, voters too."""
    votes = count.votes
    whole = votes.candidates_reported.all(axis=1) & votes.lists_reported.all(axis=1)
    whole &= votes.reported(*BALLOTS, Figure.ADMITTED) & (votes.figure(Figure.COUNTED) > 0)
    yield from (int(row) for row in np.flatnonzero(whole) if count.units[int(row)].station)


def _planted(count: Count, kind: Kind, row: int, change: Change) -> Planted:
    lists = count.ballot.lists
    lst = None if change.list is None else lists[change.list]
    made, removed = _without(count, row) if change.gone else (_changed(count, change), None)
    rows = (row, *change.others)
    return Planted(
        made,
        kind.name,
        kind.hypothesis,
        tuple(count.units[each].id for each in rows),
        lst.number if lst else None,
        None if change.other_list is None else lists[change.other_list].number,
        tuple(candidate_number(lst, column) for column in change.columns) if lst else (),
        change.moved,
        tuple(_cells(count, made, rows, gone=change.gone)),
        removed,
    )


def _changed(count: Count, change: Change) -> Count:
    """Write a change, and what follows from it."""
    before = count.votes
    parts = _copies(before)
    for row, votes in change.candidates.items():
        parts["candidates"][row] = votes
    grown = candidate_sums(_replaced(before, parts), count.ballot) - candidate_sums(before, count.ballot)
    parts["lists"] += grown.astype(np.int32)
    figures, reported = parts["figures"], before.figures_reported
    figures[:, Figure.COUNTED] += grown.sum(axis=1).astype(np.int32)
    for row, said in change.figures.items():
        for figure, value in said.items():
            figures[row, figure] = value if reported[row, figure] else 0
    if not change.whole:
        for row in {*change.candidates, *change.figures}:
            _rebook(before.figures[row], figures[row], reported[row])
    return _with(count, _replaced(before, parts))


def _rebook(before: NDArray[np.int32], after: NDArray[np.int32], reported: NDArray[np.bool_]) -> None:
    """Let the ballots found and the difference follow; a difference that changed has no explanation."""
    if reported[Figure.FOUND]:
        after[Figure.FOUND] = after[list(BALLOTS)].sum()
    old, new = (int(row[Figure.ADMITTED] - row[list(BALLOTS)].sum()) for row in (before, after))
    if old == new:
        return
    booked = dict.fromkeys(EXPLANATIONS, 0)
    booked |= {Figure.MORE: max(-new, 0), Figure.FEWER: max(new, 0), Figure.NO_EXPLANATION: abs(new)}
    for figure, value in booked.items():
        after[figure] = value if reported[figure] else 0


def _with(count: Count, votes: Votes) -> Count:
    """Return the count with other votes, and a total that follows them."""
    return replace(count, votes=votes, total=_total(count.total, count.votes, votes))


def _total(total: Votes, before: Votes, after: Votes) -> Votes:
    parts = _copies(total)
    for name, cells in parts.items():
        old, new = (getattr(votes, name).sum(axis=0, dtype=np.int64) for votes in (before, after))
        cells[0] += np.where(getattr(total, f"{name}_reported")[0], new - old, 0).astype(np.int32)
    return _replaced(total, parts)


def _without(count: Count, row: int) -> tuple[Count, Removed]:
    votes = Votes(*(np.delete(getattr(count.votes, name), row, axis=0) for name in Votes.__slots__))
    units = count.units[:row] + count.units[row + 1 :]
    alone = Votes(*(getattr(count.votes, name)[row : row + 1].copy() for name in Votes.__slots__))
    removed = Removed(row, count.units[row], alone)
    return replace(_with(count, votes), units=units), removed


def _inserted(count: Count, removed: Removed) -> Count:
    parts = (
        np.insert(getattr(count.votes, name), removed.row, getattr(removed.votes, name)[0], axis=0)
        for name in Votes.__slots__
    )
    units = (*count.units[: removed.row], removed.unit, *count.units[removed.row :])
    return replace(_with(count, Votes(*parts)), units=units)


def _replaced(votes: Votes, parts: Mapping[str, NDArray[np.int32]]) -> Votes:
    return replace(votes, candidates=parts["candidates"], lists=parts["lists"], figures=parts["figures"])


def _copies(votes: Votes) -> dict[str, NDArray[np.int32]]:
    return {name: getattr(votes, name).copy() for name in ("candidates", "lists", "figures")}


def _cells(before: Count, after: Count, rows: Iterable[int], *, gone: bool) -> Iterator[Cell]:
    """Yield every number of these units that is not as it was."""
    nothing = [None] * max(before.ballot.size, len(Figure))
    for row in rows:
        unit = before.units[row].id

        def pairs(name: str, row: int = row) -> Iterator[tuple[int, int | None, int]]:
            true = getattr(before.votes, name)[row].tolist()
            now = nothing if gone else getattr(after.votes, name)[row].tolist()
            yield from ((i, r, t) for i, (r, t) in enumerate(zip(now, true, strict=False)) if r != t)

        owner = {column: lst for lst in before.ballot.lists for column in range(lst.columns.start, lst.columns.stop)}
        for column, reported, true in pairs("candidates"):
            lst = owner[column]
            yield Cell(unit, lst.number, candidate_number(lst, column), None, reported, true)
        for index, reported, true in pairs("lists"):
            yield Cell(unit, before.ballot.lists[index].number, None, None, reported, true)
        for index, reported, true in pairs("figures"):
            yield Cell(unit, None, None, Figure(index).name.lower(), reported, true)


def _write(parts: dict[str, NDArray[np.int32]], count: Count, row: int, cell: Cell) -> None:
    if cell.figure is not None:
        parts["figures"][row, Figure[cell.figure.upper()]] = cell.true
        return
    index = count.ballot.index_of(cell.list or 0)
    if cell.candidate is None:
        parts["lists"][row, index] = cell.true
        return
    lst = count.ballot.lists[index]
    column = next(c for c in range(lst.columns.start, lst.columns.stop) if candidate_number(lst, c) == cell.candidate)
    parts["candidates"][row, column] = cell.true


# Rows of one list.


def _exchange(pairs: Pairs, here: Here) -> Iterator[Change]:
    votes = here.votes()
    for index in here.lists(2):
        lst = here.count.ballot.lists[index]
        places = np.array(list(pairs(lst)), dtype=np.int64).reshape(-1, 2) + lst.start
        moved = np.abs(votes[places[:, 0]] - votes[places[:, 1]])
        fit = np.flatnonzero((moved >= here.size.low) & (moved <= here.size.high))
        if len(fit):
            one, other = places[here.rng.choice(fit)].tolist()
            written = votes.copy()
            written[[one, other]] = votes[[other, one]]
            yield here.rows(written, index, (one, other), int(abs(votes[one] - votes[other])))


def _apart(distance: int, lst: CandidateList) -> Iterator[tuple[int, int]]:
    return ((place, place + distance) for place in range(len(lst.candidates) - distance))


def _own_number(lst: CandidateList) -> Iterator[tuple[int, int]]:
    if 1 < lst.number <= len(lst.candidates):
        yield 0, lst.number - 1


def _next_page(lst: CandidateList) -> Iterator[tuple[int, int]]:
    if len(lst.candidates) > PAGE:
        yield 0, PAGE


def _any_two(lst: CandidateList) -> Iterator[tuple[int, int]]:
    return combinations(range(len(lst.candidates)), 2)


def _shift(here: Here) -> Iterator[Change]:
    """A block one row too low (or, read backwards, too high): its first row is 0, and an empty row takes up the last."""
    votes = here.votes()
    for index in here.lists(SHIFTED):
        columns = np.arange(*here.count.ballot.lists[index].columns.indices(len(votes)))
        columns = columns if here.rng.random() < 0.5 else columns[::-1]
        row = votes[columns]
        starts, ends = np.arange(len(row))[:, None], np.arange(len(row))[None, :]
        steps = np.concatenate([[0], np.abs(np.diff(row)).cumsum()])
        filled = np.concatenate([[0], (row > 0).cumsum()])
        moved = (row[:, None] + steps[None, :] - steps[:, None]) // 2
        fit = (ends - starts >= SHIFTED - 1) & (row[:, None] > 0) & (row[None, :] == 0)
        fit &= (filled[ends] - filled[starts] > 1) & (moved >= here.size.low) & (moved <= here.size.high)
        found = np.argwhere(fit)
        if len(found):
            start, end = here.rng.choice(found).tolist()
            written = votes.copy()
            written[columns[start : end + 1]] = np.concatenate([[0], row[start:end]])
            yield here.rows(written, index, sorted(columns[start : end + 1].tolist()), int(moved[start, end]))


def _add_row(here: Here) -> Iterator[Change]:
    """A row is added to the one above or below; that has votes, or it would be an exchange."""
    votes = here.votes()
    for index in here.lists(2):
        columns = here.count.ballot.lists[index].columns
        fit = [
            (one, other)
            for one in range(columns.start, columns.stop)
            for other in (one - 1, one + 1)
            if votes[one] in here.size and columns.start <= other < columns.stop and votes[other]
        ]
        if fit:
            one, other = fit[int(here.rng.integers(len(fit)))]
            written = votes.copy()
            written[other] += written[one]
            written[one] = 0
            yield here.rows(written, index, (one, other), int(votes[one]))


# Numbers.


def transposed(number: int) -> set[int]:
    """Return what a number becomes when two neighbouring digits change places."""
    text = str(number)
    return {int(text[:i] + text[i + 1] + text[i] + text[i + 2 :]) for i in range(len(text) - 1)} - {number}


def dropped(number: int) -> set[int]:
    """Return what a number becomes when one digit is not written, or was heard as another (13 as 30)."""
    text = str(number)
    short = {int(text[:i] + text[i + 1 :]) for i in range(len(text))} if len(text) > 1 else set()
    return short | ({DICTATED[number]} if number in DICTATED else set())


def doubled(number: int) -> set[int]:
    """Return what a number becomes when one digit is typed twice."""
    text = str(number)
    return {int(text[: i + 1] + text[i:]) for i in range(len(text))} - {number}


def _slip(slips: Callable[[int], set[int]], here: Here) -> Iterator[Change]:
    votes = here.votes()
    wrong = {
        value: [slip for slip in sorted(slips(value)) if abs(slip - value) in here.size and slip <= MAX_NUMBER]
        for value in np.unique(votes[votes > 0]).tolist()
    }
    possible = np.isin(votes, [value for value, found in wrong.items() if found])
    for index in here.lists():
        columns = here.count.ballot.lists[index].columns
        fit = columns.start + np.flatnonzero(possible[columns])
        if len(fit):
            column = int(here.rng.choice(fit))
            value = int(votes[column])
            written = votes.copy()
            written[column] = wrong[value][int(here.rng.integers(len(wrong[value])))]
            yield here.rows(written, index, (column,), abs(int(written[column]) - value))


def _empty(_: int) -> set[int]:
    return {0}


def _rejected_digit(here: Here) -> Iterator[Change]:
    for figure in here.rng.permutation([Figure.BLANK, Figure.INVALID]):
        value = here.figure(Figure(figure))
        wrong = value * 10 + int(here.rng.integers(10)) if here.rng.random() < 0.5 else max(doubled(value), default=0)
        if value and wrong <= MAX_NUMBER:
            yield Change(wrong - value, figures={here.row: {Figure(figure): wrong}})


def _exchange_figures(one: Figure, other: Figure, here: Here) -> Iterator[Change]:
    if here.has(one, other):
        first, second = here.figure(one), here.figure(other)
        yield Change(abs(first - second), figures={here.row: {one: second, other: first}})


# Lists.


def _exchange_lists(here: Here) -> Iterator[Change]:
    votes, lists = here.votes(), here.count.ballot.lists
    for index in here.lists():
        for other in here.lists():
            one, two = lists[index].columns, lists[other].columns
            length = min(one.stop - one.start, two.stop - two.start)
            beyond = votes[one.start + length : one.stop].sum() + votes[two.start + length : two.stop].sum()
            moved = int(abs(votes[one].sum() - votes[two].sum()))
            if index < other and moved in here.size and not beyond:
                written = votes.copy()
                written[one.start : one.start + length] = votes[two.start : two.start + length]
                written[two.start : two.start + length] = votes[one.start : one.start + length]
                yield here.rows(written, index, (), moved, other_list=other)


def _move_votes(here: Here, *, hidden: bool) -> Iterator[Change]:
    """A pile lands at the rows of the other list where the ballots have their cross; who hides it follows that list's pattern."""
    votes, lists = here.votes(), here.count.ballot.lists
    for index in here.lists():
        one = lists[index].columns
        amount = here.amount(MOVED_LISTS, int(votes[one].sum()))
        other = next((i for i in here.lists() if i != index), None)
        if amount is None or other is None:
            continue
        two = lists[other].columns
        taken = here.rng.multivariate_hypergeometric(votes[one], amount)
        written = votes.copy()
        written[one] -= taken
        if hidden:
            shares = votes[two] + 1 / (two.stop - two.start)
            written[two] += here.rng.multinomial(amount, shares / shares.sum())
        else:
            places = np.arange(len(taken))
            np.add.at(written, two.start + np.where(places < two.stop - two.start, places, 0), taken)
        yield here.rows(written, index, (), amount, other_list=other)


def _copy_page(here: Here) -> Iterator[Change]:
    votes = here.votes()
    for index in here.lists(COPIED_ROWS):
        columns = here.count.ballot.lists[index].columns
        for other in here.others:
            page = here.votes(other)[columns]
            moved = _distance(page, votes[columns])
            if moved in here.size and np.count_nonzero(page) >= COPIED_ROWS:
                written = votes.copy()
                written[columns] = page
                yield here.rows(written, index, (), moved, others=(other,))


def _distance(one: Row, other: Row) -> int:
    """Return how many votes lie elsewhere."""
    more = one - other
    return int(max(np.maximum(more, 0).sum(), np.maximum(-more, 0).sum()))


# Stations.


def _result(here: Here, row: int) -> dict[Figure, int]:
    return {figure: here.figure(figure, row) for figure in RESULT}


def _alike(here: Here, most: int = MAX_NUMBER) -> Iterator[int]:
    """Yield the other stations that report the same figures, and have at most so many votes on other lists."""
    reported, lists = here.count.votes.figures_reported, here.count.votes.lists
    others = np.array(here.others, dtype=np.int64)
    more = lists[others] - lists[here.row]
    apart = np.maximum(np.maximum(more, 0).sum(axis=1), np.maximum(-more, 0).sum(axis=1))
    same = (reported[others] == reported[here.row]).all(axis=1)
    yield from (int(other) for other in others[same & (apart <= most)])


def _copy_station(here: Here) -> Iterator[Change]:
    for other in _alike(here, here.size.high):
        moved = _distance(here.votes(other), here.votes())
        if moved in here.size:
            written, figures = {here.row: here.votes(other)}, {here.row: _result(here, other)}
            yield Change(moved, written, figures, others=(other,), whole=True)


def _exchange_stations(here: Here, *, whole: bool) -> Iterator[Change]:
    found = here.count.votes.found()
    for other in _alike(here):
        moved = int(abs(found[here.row] - found[other]))
        if moved not in here.size:
            continue
        written = {here.row: here.votes(other), other: here.votes()}
        figures = {here.row: _result(here, other), other: _result(here, here.row)}
        if not whole:
            figures = {row: {figure: said[figure] for figure in BALLOTS} for row, said in figures.items()}
        yield Change(moved, written, figures, others=(other,), whole=whole)


def _zero(here: Here) -> Iterator[Change]:
    found = int(here.count.votes.found()[here.row])
    figures: dict[int, dict[Figure, int]] = {here.row: dict.fromkeys(RESULT, 0)}
    yield Change(found, {here.row: np.zeros_like(here.votes())}, figures, whole=True)


def _missing(here: Here) -> Iterator[Change]:
    if len(here.count.units) > 1:
        yield Change(int(here.count.votes.found()[here.row]), gone=True)


def _cancel(here: Here) -> Iterator[Change]:
    """Poll cards of this station are counted at another in the same building."""
    units = here.count.units
    for other in here.others:
        if not same_address(units[here.row], units[other]):
            continue
        amount = here.amount(2, here.figure(Figure.POLL_CARDS))
        if amount is not None:
            figures = {here.row: _voters(here, here.row, -amount), other: _voters(here, other, amount)}
            yield Change(amount, figures=figures, others=(other,))


def _difference(here: Here) -> Iterator[Change]:
    """Voters are counted wrong, nobody knows how."""
    fewer = here.rng.random() < 0.5
    amount = here.amount(2, here.figure(Figure.POLL_CARDS) if fewer else MAX_NUMBER)
    if amount is not None:
        yield Change(amount, figures={here.row: _voters(here, here.row, -amount if fewer else amount)})


def _voters(here: Here, row: int, more: int) -> dict[Figure, int]:
    return {figure: here.figure(figure, row) + more for figure in (Figure.POLL_CARDS, Figure.ADMITTED)}


def same_address(one: Unit, other: Unit) -> bool:
    """Whether two stations are in one building: the same name (33 pairs in Rotterdam), and the same post code if known."""
    return one.name == other.name and one.postcode == other.postcode


KINDS = (
    Kind("adjacent-rows", "candidates-swapped", partial(_exchange, partial(_apart, 1))),
    Kind("rows-two-apart", "candidates-swapped", partial(_exchange, partial(_apart, 2))),
    Kind("row-of-list-number", "candidates-swapped", partial(_exchange, _own_number)),
    Kind("rows-1-51", "candidates-swapped", partial(_exchange, _next_page)),
    Kind("any-two-rows", "candidates-swapped", partial(_exchange, _any_two)),
    Kind("block-shifted", "rows-shifted", _shift),
    Kind("row-added", "row-moved", _add_row),
    Kind("lists-exchanged", "lists-swapped", _exchange_lists),
    Kind("pile-misplaced", "pile-on-wrong-list", partial(_move_votes, hidden=False)),
    Kind("votes-moved", "pile-on-wrong-list", partial(_move_votes, hidden=True)),
    Kind("digits-transposed", "digit-error", partial(_slip, transposed)),
    Kind("digit-dropped", "digit-error", partial(_slip, dropped)),
    Kind("digit-doubled", "digit-error", partial(_slip, doubled)),
    Kind("row-empty", "digit-error", partial(_slip, _empty)),
    Kind("rejected-digit", "digit-error", _rejected_digit),
    Kind("page-copied", "page-copied", _copy_page),
    Kind("station-copied", "station-copied", _copy_station),
    Kind("ballots-exchanged", "ballots-swapped", partial(_exchange_stations, whole=False)),
    Kind("results-exchanged", "stations-swapped", partial(_exchange_stations, whole=True)),
    Kind("station-zero", "station-missing", _zero),
    Kind("station-missing", "station-missing", _missing, visible=False),
    Kind("blank-invalid", "blank-invalid-swapped", partial(_exchange_figures, Figure.BLANK, Figure.INVALID)),
    Kind("cards-proxies", "voters-swapped", partial(_exchange_figures, Figure.POLL_CARDS, Figure.PROXIES)),
    Kind("proxies-passes", "voters-swapped", partial(_exchange_figures, Figure.PROXIES, Figure.VOTER_PASSES)),
    Kind("differences-cancel", "differences-cancel", _cancel),
    Kind("difference-unknown", "difference-large", _difference),
)
"""Every kind of checks.md 4.3, the station that is left out, and the two that nothing but the difference shows."""
