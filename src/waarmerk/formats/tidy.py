"""The tidy table: one row a unit, list and candidate, the same in Parquet, in SQLite and in the open data.

Cells of candidates that are 0 are left out below the total; the total has every candidate, so that the ballot is whole. A
figure that is not reported has no row, a cell that is not reported has a row without a value: absent is not 0. The table is
plain values; ``machine/tables`` knows the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import (
    MAX_NUMBER,
    Ballot,
    Candidate,
    CandidateList,
    Count,
    ElectionInfo,
    Figure,
    Unit,
    Votes,
)
from waarmerk.errors import BadData
from waarmerk.formats import names
from waarmerk.formats.ballots import MAX_SELECTIONS
from waarmerk.formats.counts import MAX_CELLS, MAX_UNITS
from waarmerk.formats.xmlstream import MAX_TEXT

Cell = str | int | None
RowOfCells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its entry in the data dictionary."""

    name: str
    number: bool
    meaning: str


COLUMNS = (
    Column("election", False, "ElectionIdentifier Id, as in EML: `TK2023`; empty where a CSV cannot say it"),
    Column("election_name", False, "name of the election"),
    Column("election_date", False, "day of the election, ISO"),
    Column("message", False, "level of the count: `510a` station, `510b` municipality, `510c` district, `510d` nation"),
    Column("authority", False, "AuthorityIdentifier Id: `0599`, `HSB13`, `CSB`"),
    Column("authority_name", False, "name of the authority"),
    Column("contest", False, "ContestIdentifier Id: number of the district, `geen` or `alle`"),
    Column("contest_name", False, "name of the district"),
    Column("created", False, "time of creation of the document, ISO local time"),
    Column("unit_order", True, "place of the unit in the document, from 1; 0 for the reported total"),
    Column("unit", False, "reporting unit as in EML: `0599::SB726`; empty for the reported total"),
    Column("unit_name", False, "name of the unit as the document has it"),
    Column("postcode", False, "post code of the station"),
    Column("kind", False, "`candidate`, `list` or `figure`: what the row counts"),
    Column("list_order", True, "place of the list in the document, from 1"),
    Column("list", True, "number of the list"),
    Column("list_name", False, "name of the list; empty for a list without a name"),
    Column("candidate_order", True, "place of the candidate on the list in the document, from 1"),
    Column("candidate", True, "number of the candidate on the list; empty where a total over districts has none"),
    Column("candidate_name", False, "name of the candidate, where the document gives it"),
    Column("short_code", False, "key of the candidate over districts"),
    Column("figure", False, "what a row of kind `figure` counts: `cast`, `counted`, `admitted`, …"),
    Column("value", True, "the number; empty when the document does not report it"),
)
NAMES = tuple(column.name for column in COLUMNS)
MAX_ROWS = 6_000_000
"""Rows of one count; its cells have a limit of five million."""
STRANGE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no other form of a count can hold in a text."""


def rows(count: Count) -> Iterator[RowOfCells]:
    """Yield the rows of a count: first the reported total, then every unit."""
    about = _about(count)
    yield from _group(count, count.total, 0, (*about, 0, None, None, None), every=True)
    for index, unit in enumerate(count.units):
        place = (*about, index + 1, unit.id, unit.raw_name, unit.postcode)
        yield from _group(count, count.votes, index, place, every=False)


def lost(count: Count) -> tuple[str, ...]:
    """Return what of this count the table cannot carry, in English, for a message."""
    pairs = (
        (bool(count.investigations), "the investigations"),
        (bool(count.version), "what EML_NL 1.3 adds: method, phase, corrections, kinds of stations"),
        (bool(count.notes), "what was tolerated on reading"),
        (count.positions is not None, "the places on lists in each district"),
        (bool(count.election.domain or count.election.subcategory), "domain and subcategory of the election"),
    )
    return tuple(what for has, what in pairs if has)


def _about(count: Count) -> tuple[Cell, ...]:
    info = count.election
    who = (count.message, count.authority_id, count.authority_name, count.contest_id, count.contest_name, count.created)
    return (info.id, info.name, info.date, *who)


def _group(count: Count, votes: Votes, row: int, place: tuple[Cell, ...], *, every: bool) -> Iterator[RowOfCells]:
    lists = _values(votes.lists[row], votes.lists_reported[row])
    candidates = _values(votes.candidates[row], votes.candidates_reported[row])
    for order, (one, total) in enumerate(zip(count.ballot.lists, lists, strict=True), 1):
        head = (order, one.number, one.name)
        yield (*place, "list", *head, None, None, None, None, None, total)
        for offset, candidate in enumerate(one.candidates):
            value = candidates[one.start + offset]
            if every or value != 0:
                person = (offset + 1, candidate.id, candidate.name, candidate.short_code)
                yield (*place, "candidate", *head, *person, None, value)
    for figure in Figure:
        if votes.figures_reported[row, figure]:
            value = int(votes.figures[row, figure])
            yield (*place, "figure", None, None, None, None, None, None, None, figure.name.lower(), value)


def _values(cells: NDArray[np.int32], reported: NDArray[np.bool_]) -> list[int | None]:
    return [value if given else None for value, given in zip(cells.tolist(), reported.tolist(), strict=True)]


def count_of(table: Iterable[Sequence[Cell]]) -> Count:
    """Return the count that a tidy table holds; raises ``BadData`` ``E-TAB-ROW`` where a row cannot be placed."""
    reader = _Reader()
    for number, row in enumerate(table, 1):
        if number > MAX_ROWS:
            raise BadData("E-TAB-ROW", f"more than {MAX_ROWS} rows")
        try:
            reader.take(_typed(row))
        except (KeyError, TypeError, ValueError, OverflowError, IndexError):
            raise BadData("E-TAB-ROW", f"row {number} cannot be placed") from None
    return reader.count()


def _typed(row: Sequence[Cell]) -> dict[str, Cell]:
    """Return a row by name, after every cell was seen to be what its column says; a ``ValueError`` says that one is not."""
    for column, cell in zip(COLUMNS, row, strict=True):
        if cell is None:
            continue
        if column.number:
            if type(cell) is not int or not 0 <= cell <= MAX_NUMBER:
                raise ValueError(column.name)
        elif not isinstance(cell, str) or len(cell) > MAX_TEXT or STRANGE.search(cell):
            raise ValueError(column.name)
    return dict(zip(NAMES, row, strict=True))


class _Reader:
    """Puts rows back into a count; the rows of the total come first and give the ballot."""

    def __init__(self) -> None:
        self._about: dict[str, Cell] = {}
        self._lists: list[CandidateList] = []
        self._units: list[Unit] = []
        self._total = _Cells()
        self._rows: list[_Cells] = []
        self._selections = 0

    def take(self, row: dict[str, Cell]) -> None:
        """Take one row; a ``ValueError`` or ``KeyError`` says that it does not fit."""
        self._about = self._about or row
        cells = self._cells(row)
        value = row["value"]
        if row["kind"] == "figure":
            cells.figures[Figure[str(row["figure"]).upper()]] = int(_needed(value))
        elif row["kind"] == "list":
            self._list(row, cells, value)
        elif row["kind"] == "candidate":
            self._candidate(row, cells, value)
        else:
            raise ValueError

    def _cells(self, row: dict[str, Cell]) -> _Cells:
        order = int(_needed(row["unit_order"]))
        if order == 0:
            return self._total
        if order == len(self._rows) + 1:
            if order > MAX_UNITS or order * self._selections > MAX_CELLS:
                raise BadData("E-TAB-ROW", f"more than {MAX_UNITS} units or {MAX_CELLS} numbers of votes")
            name, postcode = str(row["unit_name"] or ""), row["postcode"]
            stations = row["message"] in ("510a", "510b")
            identifier = str(_needed(row["unit"]))
            self._units.append(
                names.unit(identifier, name, postcode=None if postcode is None else str(postcode), stations=stations)
            )
            self._rows.append(_Cells())
        return self._rows[order - 1]

    def _list(self, row: dict[str, Cell], cells: _Cells, value: Cell) -> None:
        order = _place(row["list_order"])
        if cells is self._total:
            start = self._lists[-1].start + len(self._lists[-1].candidates) if self._lists else 0
            if order != len(self._lists):
                raise ValueError
            self._one_more()
            self._lists.append(CandidateList(int(_needed(row["list"])), str(row["list_name"] or ""), (), start))
        elif order >= len(self._lists):
            raise ValueError
        cells.lists[order] = None if value is None else int(value)

    def _candidate(self, row: dict[str, Cell], cells: _Cells, value: Cell) -> None:
        one = self._lists[_place(row["list_order"])]
        offset = _place(row["candidate_order"])
        if cells is self._total:
            if offset != len(one.candidates):
                raise ValueError
            self._one_more()
            self._lists[-1] = CandidateList(one.number, one.name, (*one.candidates, _person(row)), one.start)
        elif not 0 <= offset < len(one.candidates):
            raise ValueError
        cells.candidates[one.start + offset] = None if value is None else int(value)

    def _one_more(self) -> None:
        self._selections += 1
        if self._selections > MAX_SELECTIONS:
            raise BadData("E-TAB-ROW", f"more than {MAX_SELECTIONS} lists and candidates")
        if self._rows:
            # The cells of the units were counted by the whole ballot.
            raise ValueError

    def count(self) -> Count:
        """Return the count of all rows."""
        if not self._lists:
            raise BadData("E-TAB-ROW", "no rows of the total")
        about = {name: None if value is None else str(value) for name, value in self._about.items()}
        identifier = about["election"]
        info = ElectionInfo(
            identifier, about["election_name"], identifier[:2] if identifier else None, date=about["election_date"]
        )
        ballot = Ballot(tuple(self._lists))
        return Count(
            about["message"],
            info,
            about["authority"],
            about["authority_name"] or "",
            about["contest"],
            about["contest_name"],
            about["created"],
            ballot,
            tuple(self._units),
            _votes(self._rows, ballot),
            _votes([self._total], ballot),
            "table",
        )


class _Cells:
    """The values of one group of rows by their place."""

    def __init__(self) -> None:
        self.lists: dict[int, int | None] = {}
        self.candidates: dict[int, int | None] = {}
        self.figures: dict[int, int] = {}


def _needed(value: Cell) -> str | int:
    if value is None:
        raise ValueError
    return value


def _place(order: Cell) -> int:
    """Return the place, from 0, of something counted from 1."""
    place = int(_needed(order)) - 1
    if place < 0:
        raise ValueError
    return place


def _person(row: dict[str, Cell]) -> Candidate:
    number, name, code = row["candidate"], row["candidate_name"], row["short_code"]
    return Candidate(
        None if number is None else int(number),
        None if name is None else str(name),
        None if code is None else str(code),
    )


def _votes(groups: list[_Cells], ballot: Ballot) -> Votes:
    votes = Votes(
        np.zeros((len(groups), ballot.size), np.int32),
        np.zeros((len(groups), len(ballot.lists)), np.int32),
        np.zeros((len(groups), len(Figure)), np.int32),
        np.ones((len(groups), ballot.size), np.bool_),
        np.ones((len(groups), len(ballot.lists)), np.bool_),
        np.zeros((len(groups), len(Figure)), np.bool_),
    )
    for row, group in enumerate(groups):
        _fill(votes.candidates[row], votes.candidates_reported[row], group.candidates)
        _fill(votes.lists[row], votes.lists_reported[row], group.lists)
        for figure, value in group.figures.items():
            votes.figures[row, figure] = value
            votes.figures_reported[row, figure] = True
    return votes


def _fill(cells: NDArray[np.int32], reported: NDArray[np.bool_], given: dict[int, int | None]) -> None:
    for column, value in given.items():
        cells[column] = value or 0
        reported[column] = value is not None
