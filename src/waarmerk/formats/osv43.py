"""OSV4-3 CSV: one count for spreadsheet users, read by labels, not by places (eml-nl.md 10).

Refused is only what cannot be placed (10.7); what a spreadsheet left behind is noted (10.5). The identifier of a unit is
made as in EML (10.8), so that findings of both forms join.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from waarmerk.election.count import (
    NUMBER,
    Ballot,
    Candidate,
    Cells,
    Count,
    ElectionInfo,
    Figure,
    Mask,
    Note,
    Unit,
    Votes,
)
from waarmerk.errors import BadData
from waarmerk.formats import names
from waarmerk.formats.ballots import MAX_SELECTIONS
from waarmerk.formats.counts import MAX_CELLS
from waarmerk.formats.csvlines import Lines, Source
from waarmerk.formats.document import Numbers

MAX_COLUMNS = 10_000
"""Columns of the table; the widest real one has 594."""
FIXED = 5
"""Columns before the first unit: Lijstnummer, Aanduiding, Volgnummer, Naam kandidaat, Totaal."""
HEAD_LINES = 10
"""The row of headings is among the first ten lines."""

LABELS: dict[str, Figure] = {
    "opgeroepenen": Figure.CAST,
    "geldige stempas": Figure.POLL_CARDS,
    "geldig volmachtbewijs": Figure.PROXIES,
    "geldige kiezerspas": Figure.VOTER_PASSES,
    "toegelaten kiezers": Figure.ADMITTED,
    "geldige stembiljetten": Figure.COUNTED,
    "blanco stembiljetten": Figure.BLANK,
    "ongeldige stembiljetten": Figure.INVALID,
    "aangetroffen stembiljetten": Figure.FOUND,
    "meer stembiljetten dan toegelaten kiezers": Figure.MORE,
    "minder stembiljetten dan toegelaten kiezers": Figure.FEWER,
    "kiezers met stembiljet hebben niet gestemd": Figure.TAKEN_HOME,
    "er zijn te weinig stembiljetten uitgereikt": Figure.TOO_FEW_HANDED_OUT,
    "er zijn te veel stembiljetten uitgereikt": Figure.TOO_MANY_HANDED_OUT,
    "geen stembiljet in enveloppe": Figure.NO_POSTAL_BALLOT,
    "meer stembiljetten in een enveloppe": Figure.TOO_MANY_POSTAL_BALLOTS,
    "er zijn stembiljetten kwijtgeraakt": Figure.LOST,
    "geen verklaring": Figure.NO_EXPLANATION,
    "andere verklaring": Figure.OTHER_EXPLANATION,
}
"""Labels of statistic rows in the order of the specification (10.3)."""
POSTAL = (Figure.NO_POSTAL_BALLOT, Figure.TOO_MANY_POSTAL_BALLOTS, Figure.LOST)
MUNICIPAL_ONLY = (Figure.POLL_CARDS, Figure.ADMITTED)
NEEDED = ("geldige stembiljetten", "blanco stembiljetten", "ongeldige stembiljetten")

ELECTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Tweede Kamer der Staten-Generaal ([0-9]{4})"), "TK"),
    (re.compile(r"Europees Parlement ([0-9]{4})"), "EP"),
    (re.compile(r"Gemeenteraad ([A-Za-z ]+) ([0-9]{4})"), "GR"),
    (re.compile(r"Provinciale Staten ([A-Za-z ]+) ([0-9]{4})"), "PS"),
    (re.compile(r"Algemeen bestuur van het waterschap ([A-Za-z ]+) ([0-9]{4})"), "AB"),
)
"""Names from which the ElectionId follows; of any other it cannot be told (10.8)."""
DUTCH_DATE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MUNICIPALITY = re.compile(r"[0-9]{4}")
DISTRICT = re.compile(r"HSB[0-9]+")
SHORT_CODE = re.compile(r"[0-9]{1,3}")
"""A municipality's code after a spreadsheet took its zeros off."""
AREA_WORDS = ("Gemeente ", "Openbaar lichaam ", "Kieskring ")


def election_of(name: str, date: str | None) -> ElectionInfo:
    """Return the election that a name of row 1 stands for; its id is ``None`` where the name does not give it."""
    for pattern, category in ELECTIONS:
        found = pattern.fullmatch(name)
        if found is not None:
            year = found[found.lastindex or 1]
            area = found[1] if found.lastindex == 2 else None
            identifier = f"{category}{year}" + (f"_{area.replace(' ', '')}" if area else "")
            subcategory = category if area is None else None
            return ElectionInfo(identifier, name, category, subcategory, area, None, date)
    return ElectionInfo(None, name or None, date=date)


def read(stream: Source) -> Count:
    """Return the count of an OSV4-3 CSV; raises ``BadData`` with an ``E-CSV-…`` code or ``E-EML-DUPLICATE``."""
    return Table(Lines(stream)).count()


@dataclass(slots=True)
class _List:
    number: int
    name: str
    candidates: list[Candidate] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)


class Table:
    """Reads the rows of one file in their order."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._notes: Counter[str] = Counter()
        self._head: dict[str, str] = {}
        self._width = 0
        self._units: list[str] = []
        self._unit_names: list[str] = []
        self._postcodes: list[str | None] = []
        self._figures: dict[Figure, tuple[Cells, Mask]] = {}
        self._lists: list[_List] = []
        self._list_rows: list[tuple[Cells, Mask]] = []
        self._candidate_rows: list[tuple[Cells, Mask]] = []
        self._seen_numbers: set[int] = set()
        self._cells = 0
        self._numbers = Numbers()

    def count(self) -> Count:
        """Return the count of all rows."""
        rows = iter(self._lines)
        for row in rows:
            if row[0] == "Lijstnummer":
                self._headings(row)
                break
            self._head_row(row)
        else:
            raise self._refuse("E-CSV-LABEL", "no row Lijstnummer")
        for row in rows:
            self._row(row)
        return self._value()

    def _refuse(self, code: str, reason: str, column: int | None = None) -> BadData:
        unit = None
        if column is not None and 0 <= column - FIXED - 1 < len(self._units):
            unit = self._units[column - FIXED - 1]
        return self._lines.refuse(code, reason, column, unit)

    # The head.

    def _head_row(self, row: list[str]) -> None:
        if any(row[3:]):
            raise self._refuse("E-CSV-WIDTH", "a row of the head with more than three fields")
        if len(row) not in (1, 3) or (len(row) == 1) != (row == [""]):
            self._notes["rows of the head with empty fields behind them"] += 1
        if row[0]:
            self._head[row[0]] = row[2] if len(row) > 2 else ""

    def _headings(self, row: list[str]) -> None:
        if len(row) > MAX_COLUMNS:
            raise self._refuse("E-CSV-WIDTH", f"more than {MAX_COLUMNS} columns")
        trimmed = _trimmed(row)
        if len(trimmed) != len(row):
            self._notes["empty fields at the end of a row"] += 1
        if trimmed[4:5] != ["Totaal"]:
            raise self._refuse("E-CSV-TOTAL", "no Totaal in the fifth column", 5)
        if trimmed[:4] != ["Lijstnummer", "Aanduiding", "Volgnummer", "Naam kandidaat"]:
            raise self._refuse("E-CSV-LABEL", "the headings are not those of a count of lists and candidates")
        self._width = len(row)
        self._unit_names = row[FIXED:]

    # The table.

    def _row(self, row: list[str]) -> None:
        if not any(row):
            self._notes["empty row in the table"] += 1
            return
        first, second, third, fourth = (row + [""] * 4)[:4]
        if first in ("Gebiednummer", "Postcode", "Lijstnummer"):
            self._row_of_names(first, row)
        elif first:
            self._list_row(first, second, row)
        elif second:
            self._statistic(second, row)
        else:
            self._candidate(third, fourth, row)

    def _row_of_names(self, label: str, row: list[str]) -> None:
        if label == "Lijstnummer":
            raise self._refuse("E-CSV-LABEL", "a second row Lijstnummer")
        if label == "Gebiednummer":
            self._numbers_of_units(row)
        else:
            self._rows_of_postcodes(row)

    def _numbers_of_units(self, row: list[str]) -> None:
        if self._units:
            raise self._refuse("E-CSV-LABEL", "a second row Gebiednummer")
        cells = self._wide(row)[FIXED:]
        # A spreadsheet pads the table with empty columns; a column without name and number is no unit.
        while cells and not cells[-1] and not self._unit_names[len(cells) - 1]:
            cells.pop()
        self._unit_names = self._unit_names[: len(cells)]
        if len(cells) != self._width - FIXED:
            self._notes["empty columns at the end of the table"] += 1
            self._width = len(cells) + FIXED
        for index, cell in enumerate(cells):
            identifier = self._identifier(cell, FIXED + index + 1)
            self._units.append(identifier)
        if len(set(self._units)) != len(self._units):
            twice = next(unit for unit, times in Counter(self._units).items() if times > 1)
            raise self._refuse("E-EML-DUPLICATE", f"Gebiednummer of {twice} more than once (C-21)")

    def _identifier(self, number: str, column: int) -> str:
        if not number:
            raise self._refuse("E-CSV-LABEL", "a unit without Gebiednummer", column)
        authority = self._authority
        if authority is None:
            return f"SB{number}"
        if MUNICIPALITY.fullmatch(authority):
            return f"{authority}::SB{number}"
        if authority == "CSB" and number.startswith("HSB"):
            return number
        if SHORT_CODE.fullmatch(number):
            self._notes["municipality code without leading zeros"] += 1
            number = number.zfill(4)
        return number if authority == "CSB" else f"{authority}::{number}"

    def _rows_of_postcodes(self, row: list[str]) -> None:
        if self._postcodes:
            raise self._refuse("E-CSV-LABEL", "a second row Postcode")
        cells = (row + [""] * self._width)[: self._width]
        self._only_empty(row[self._width :])
        self._postcodes = [cell or None for cell in cells[FIXED:]]

    def _statistic(self, label: str, row: list[str]) -> None:
        figure = LABELS.get(label)
        if figure is None:
            raise self._refuse("E-CSV-LABEL", f"unknown label {label[:60]!r}", 2)
        if figure in self._figures:
            raise self._refuse("E-CSV-LABEL", f"{label} more than once", 2)
        self._figures[figure] = self._values(row)

    def _list_row(self, number: str, name: str, row: list[str]) -> None:
        value = self._positive(number, 1)
        if value in self._seen_numbers:
            raise self._refuse("E-EML-DUPLICATE", f"list {value} more than once (C-03)", 1)
        if self._lists and value < self._lists[-1].number:
            raise self._refuse("E-CSV-LABEL", f"list {value} after a higher one (C-03)", 1)
        self._seen_numbers.add(value)
        self._lists.append(_List(value, name))
        self._list_rows.append(self._values(row))

    def _candidate(self, number: str, name: str, row: list[str]) -> None:
        if not self._lists:
            raise self._refuse("E-CSV-LABEL", "a candidate before any list (C-02)", 3)
        if number.startswith("(") and number.endswith(")"):
            # In totals over districts, where nobody has one position, OSV writes the name in brackets (10.2).
            self._lists[-1].candidates.append(Candidate(None, name or number[1:-1]))
        else:
            self._numbered(self._positive(number, 3), name)
        self._candidate_rows.append(self._values(row))

    def _numbered(self, value: int, name: str) -> None:
        one = self._lists[-1]
        if value in one.numbers:
            raise self._refuse("E-EML-DUPLICATE", f"Volgnummer {value} more than once on one list (C-03)", 3)
        if one.candidates and value < (one.candidates[-1].id or 0):
            raise self._refuse("E-CSV-LABEL", f"Volgnummer {value} after a higher one (C-03)", 3)
        one.numbers.add(value)
        one.candidates.append(Candidate(value, name))

    def _positive(self, text: str, column: int) -> int:
        if NUMBER.fullmatch(text) is None or text == "0":
            raise self._refuse("E-CSV-NUMBER", f"{text[:40]!r} is no number of a list or candidate", column)
        return int(text)

    def _wide(self, row: list[str]) -> list[str]:
        if len(row) < self._width:
            raise self._refuse("E-CSV-WIDTH", f"{len(row)} fields in a table of {self._width} columns", len(row))
        self._only_empty(row[self._width :])
        return row[: self._width]

    def _only_empty(self, extra: list[str]) -> None:
        if any(extra):
            raise self._refuse("E-CSV-WIDTH", f"figures beyond the {self._width} columns of the table", self._width + 1)
        if extra:
            self._notes["empty fields at the end of a row"] += 1

    def _values(self, row: list[str]) -> tuple[Cells, Mask]:
        """Return the figures of a row, the total first, with the mask of those that are given."""
        if not self._units and self._width > FIXED:
            raise self._refuse("E-CSV-LABEL", "no row Gebiednummer before the figures")
        cells = self._wide(row)[4:]
        if len(self._list_rows) + len(self._candidate_rows) > MAX_SELECTIONS:
            raise self._refuse("E-CSV-WIDTH", f"more than {MAX_SELECTIONS} lists and candidates")
        self._cells += len(cells)
        if self._cells > MAX_CELLS:
            raise self._refuse("E-CSV-WIDTH", f"more than {MAX_CELLS} figures")
        try:
            values = [self._numbers[cell] for cell in cells]
        except BadData:
            values = self._absent_or_refused(cells)
            return np.array(values, np.int32), np.array([cell != "" for cell in cells], np.bool_)
        return np.array(values, np.int32), np.ones(len(cells), np.bool_)

    def _absent_or_refused(self, cells: list[str]) -> list[int]:
        for index, cell in enumerate(cells):
            if cell and NUMBER.fullmatch(cell) is None:
                raise self._refuse(
                    "E-CSV-NUMBER", f"{cell[:40]!r} is not a whole number from 0 to 999999999", 5 + index
                )
        self._notes["empty figure: not reported"] += 1
        return [int(cell or 0) for cell in cells]

    # The value.

    def _value(self) -> Count:
        for label in NEEDED:
            if LABELS[label] not in self._figures:
                raise self._refuse("E-CSV-LABEL", f"no row {label} (C-08)")
        if not self._lists:
            raise self._refuse("E-CSV-LABEL", "no list")
        candidates = _columns(self._candidate_rows, self._width - FIXED + 1)
        lists = _columns(self._list_rows, self._width - FIXED + 1)
        figures = self._figure_columns()
        units, total = (_votes(candidates, lists, figures, rows) for rows in (slice(1, None), slice(0, 1)))
        return Count(
            self._message,
            election_of(self._head.get("Verkiezing", ""), self._date),
            self._authority,
            self._authority_name,
            None,
            None,
            None,
            self._ballot(),
            tuple(self._unit(index) for index in range(len(self._units))),
            units,
            total,
            "csv",
            self._all_notes(),
        )

    def _figure_columns(self) -> tuple[Cells, Mask]:
        rows = self._width - FIXED + 1
        values = np.zeros((rows, len(Figure)), np.int32)
        reported = np.zeros((rows, len(Figure)), np.bool_)
        for figure, (column, mask) in self._figures.items():
            values[:, figure] = column
            reported[:, figure] = mask
        return values, reported

    def _ballot(self) -> Ballot:
        return Ballot.of((one.number, one.name, tuple(one.candidates)) for one in self._lists)

    def _unit(self, index: int) -> Unit:
        postcode = self._postcodes[index] if self._postcodes else None
        stations = self._message == "510b"
        return names.unit(self._units[index], self._unit_names[index], postcode=postcode, stations=stations)

    @property
    def _authority(self) -> str | None:
        number = self._head.get("Nummer", "")
        return number.zfill(4) if SHORT_CODE.fullmatch(number) else number or None

    @property
    def _message(self) -> str | None:
        authority = self._authority
        if authority is None:
            return "510b" if any(figure in self._figures for figure in MUNICIPAL_ONLY) else None
        if MUNICIPALITY.fullmatch(authority):
            return "510b"
        return "510d" if authority == "CSB" else "510c" if DISTRICT.fullmatch(authority) else None

    @property
    def _authority_name(self) -> str:
        area = self._head.get("Gebied", "")
        word = next((word for word in AREA_WORDS if area.startswith(word)), "")
        return area[len(word) :]

    @property
    def _date(self) -> str | None:
        text = self._head.get("Datum", "")
        if ISO_DATE.fullmatch(text):
            return text
        found = DUTCH_DATE.fullmatch(text)
        if found is None:
            return None
        return f"{found[3]}-{found[2]}-{found[1]}"

    def _all_notes(self) -> tuple[Note, ...]:
        notes = self._notes + self._lines.notes
        if not self._lines.quoted:
            notes["no field in quotes"] += 1
        if DUTCH_DATE.fullmatch(self._head.get("Datum", "")):
            notes["date as dd-mm-yyyy"] += 1
        if not self._head:
            notes["no head above the table"] += 1
        if self._head.get("Nummer", "") != (self._authority or ""):
            notes["Nummer without leading zeros"] += 1
        if any(not one.candidates for one in self._lists):
            notes["list without candidates"] += sum(not one.candidates for one in self._lists)
        return tuple(Note(text, count) for text, count in sorted(notes.items()))


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _columns(rows: list[tuple[Cells, Mask]], height: int) -> tuple[Cells, Mask]:
    """Turn rows of a table into columns: one row a unit, the total first."""
    if not rows:
        return np.zeros((height, 0), np.int32), np.zeros((height, 0), np.bool_)
    values = np.ascontiguousarray(np.stack([row for row, _ in rows]).T)
    return values, np.ascontiguousarray(np.stack([mask for _, mask in rows]).T)


def _votes(
    candidates: tuple[Cells, Mask], lists: tuple[Cells, Mask], figures: tuple[Cells, Mask], rows: slice
) -> Votes:
    (cells, cells_given), (sums, sums_given), (others, others_given) = candidates, lists, figures
    return Votes(cells[rows], sums[rows], others[rows], cells_given[rows], sums_given[rows], others_given[rows])
