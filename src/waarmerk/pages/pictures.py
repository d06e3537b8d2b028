"""Small pictures: a station among its municipality, and the rows of a list beside what was expected of them, with its band.

A picture is values (bars, marks, labels); the template draws it. Whatever it shows also stands in the table beside it.
Integers and fractions only; a station is drawn by its rank in the count, so the same count gives the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Cell, Code, Finding
from waarmerk.pages.catalogue import number
from waarmerk.pages.screens import words

WIDTH = 360
HEIGHT = 96
"""Of the area with bars, in units of the drawing."""
MAX_BINS = 40
"""More bars than that are thinner than a pen stroke on a telephone."""
MAX_ROWS = 12
"""Candidates in a picture of a list: the ones in question and the largest others of their size."""
OTHERS = 2
"""Candidates with more than so many times the votes in question are left out: beside a leader of a list nothing is seen."""
SMALLEST = 3
"""A bar that stands for one station among hundreds is still seen."""
ENOUGH = 5
"""Among fewer stations there is nothing to see."""

Whole = NDArray[np.int64]
Values = Callable[[Count, Finding], Whole]
"""A number of every unit."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, its foot at the bottom of the area.

    ``expected`` is the height of the line of what was to be expected, ``band`` where most such figures end, lowest and highest.
    """

    x: int
    width: int
    height: int
    here: bool
    expected: int | None = None
    band: tuple[int, int] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table beside the picture."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn and said. ``left`` and ``right`` are the ends of the scale, ``mark`` points at this station.

    ``band`` runs from left to right over the stations, with the expected figure between them.
    """

    caption: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    left: str = ""
    right: str = ""
    mark: str = ""
    mark_x: int = 0
    band: tuple[int, int, int] | None = None

    @property
    def mark_anchor(self) -> str:
        """On which side of the mark its words stand, so that they stay inside."""
        return "start" if self.mark_x < WIDTH // 3 else "end" if self.mark_x > WIDTH * 2 // 3 else "middle"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a code's figure is worked out for every station, and how it is written."""

    key: str
    needed: tuple[Figure, ...]
    part: Values
    whole: Values | None = None
    """Of what the figure is a share; ``None`` for a number by itself."""
    cell: Callable[[Finding], Cell | None] = lambda finding: None
    """Which number under suspicion it shows."""

    def values(self, count: Count, finding: Finding) -> list[Fraction]:
        """Return the figure of every unit, shares in per cent."""
        part = self.part(count, finding)
        whole = [100] * len(part) if self.whole is None else self.whole(count, finding)
        return [Fraction(100 * int(p), int(w)) if w else Fraction(0) for p, w in zip(part, whole, strict=True)]


def pictures(finding: Finding, count: Count, lang: str) -> tuple[Picture, ...]:
    """Return the pictures that help with a finding; none where none does or the count cannot give it."""
    row = _row_of(finding, count)
    if row is None:
        return ()
    rows = finding.list is not None and finding.candidates and finding.code in OF_ROWS
    measure = MEASURES.get(finding.code) or MEASURES_OF.get(str(finding.figures.get("counter_one")))
    measure = measure or (CANDIDATE if rows else None)
    made = (
        _rows_of_list(finding, count, row, lang) if rows else None,
        _among(measure, finding, count, row, lang) if measure else None,
    )
    return tuple(picture for picture in made if picture)


def _row_of(finding: Finding, count: Count) -> int | None:
    return next((row for row, unit in enumerate(count.units) if unit.id == finding.unit), None)


def _difference(count: Count, finding: Finding) -> Whole:
    return count.votes.found() - count.votes.figure(Figure.ADMITTED)


def _ballots(count: Count, finding: Finding) -> Whole:
    return count.votes.found()


def _of(figure: Figure) -> Values:
    return lambda count, finding: count.votes.figure(figure)


def _list_votes(count: Count, finding: Finding) -> Whole:
    cell = _of_list(finding)
    number = finding.list if cell is None else cell.list
    return count.votes.lists[:, count.ballot.index_of(number or 0)].astype(np.int64)


def _farthest(cells: Iterable[Cell]) -> Cell | None:
    """Return the number that differs most from what was expected."""
    return max(cells, key=lambda cell: abs(cell.reported - Fraction(cell.expected or cell.reported)), default=None)


def _of_candidate(finding: Finding) -> Cell | None:
    return _farthest(cell for cell in finding.cells if cell.candidate is not None and cell.list == finding.list)


def _candidate_votes(count: Count, finding: Finding) -> Whole:
    cell = _of_candidate(finding)
    lst = count.ballot.lists[count.ballot.index_of(finding.list or 0)]
    places = [candidate.id or index for index, candidate in enumerate(lst.candidates, 1)]
    column = lst.start + places.index(cell.candidate) if cell and cell.candidate in places else None
    size = len(count.units)
    return np.zeros(size, np.int64) if column is None else count.votes.candidates[:, column].astype(np.int64)


def _of_list(finding: Finding) -> Cell | None:
    return _farthest(cell for cell in finding.cells if cell.candidate is None and cell.list is not None)


def _of_figure(finding: Finding) -> Cell | None:
    return next((cell for cell in finding.cells if cell.figure), None)


DIFFERENCE = Measure("difference", (Figure.ADMITTED,), _difference)
LIST = Measure("list", (Figure.COUNTED,), _list_votes, _of(Figure.COUNTED), _of_list)
CANDIDATE = Measure("share", (), _candidate_votes, _list_votes, _of_candidate)
BLANK = Measure("blank", (Figure.COUNTED, Figure.BLANK), _of(Figure.BLANK), _ballots, _of_figure)
INVALID = Measure("invalid", (Figure.COUNTED, Figure.INVALID), _of(Figure.INVALID), _ballots, _of_figure)
MEASURES: dict[Code, Measure] = {
    Code.P01: Measure("ballots", (Figure.COUNTED,), _ballots),
    Code.P02: INVALID,
    Code.P03: BLANK,
    **dict.fromkeys((Code.L01, Code.P04, Code.C14, Code.H08, Code.H09, Code.H11), DIFFERENCE),
    **dict.fromkeys((Code.P05, Code.H05, Code.H07, Code.H15), LIST),
}
MEASURES_OF: dict[str, Measure] = {"blank": BLANK, "invalid": INVALID} | {
    figure.name.lower(): Measure(name, (Figure.ADMITTED, figure), _of(figure), _of(Figure.ADMITTED), _of_figure)
    for name, figure in (("proxies", Figure.PROXIES), ("passes", Figure.VOTER_PASSES), ("cards", Figure.POLL_CARDS))
}
"""By the first figure in question (H-13, H-14, H-06)."""
OF_ROWS = (Code.P06, Code.H01, Code.H02, Code.H03, Code.H04, Code.H06)
"""Findings about rows of one list."""


def _among(measure: Measure, finding: Finding, count: Count, row: int, lang: str) -> Picture | None:
    stations = [i for i, unit in enumerate(count.units) if unit.station]
    reported = count.votes.reported(*measure.needed)
    if row not in stations or not reported[stations].all() or len(stations) < ENOUGH:
        return None
    every = measure.values(count, finding)
    values = [every[i] for i in stations]
    low, high, here = min(values), max(values), every[row]
    if low == high:
        return None
    t = words(lang)
    written = _written(measure, lang)
    band = _band(measure, finding, count, row)
    scale = _Scale.of([*values, *(band or ())], whole=measure.whole is None)
    bars = scale.bars(values, here)
    ordered = sorted(values)
    lines = [
        Line(t("picture.here"), written(here)),
        Line(t("picture.lowest"), written(low)),
        Line(t("picture.middle"), written(ordered[len(ordered) // 2])),
        Line(t("picture.highest"), written(high)),
    ]
    if band:
        first, usual, last = (written(value) for value in band)
        lines.insert(1, Line(t("picture.usual"), t("card.band", expected=usual, low=first, high=last)))
    cell = measure.cell(finding)
    what = {"list": cell.list if cell and cell.list else finding.list, "n": cell.candidate if cell else None}
    caption = t(f"picture.{measure.key}", stations=t.count("stations", len(stations)), **what)
    if band:
        caption = f"{caption} {t('picture.shaded')}"
    return Picture(
        caption,
        bars,
        tuple(lines),
        written(scale.low),
        written(scale.high),
        written(here),
        next(bar.x + bar.width // 2 for bar in bars if bar.here),
        None if band is None else (scale.x(band[0]), scale.x(band[1]), scale.x(band[2])),
    )


def _band(measure: Measure, finding: Finding, count: Count, row: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return from where to where most stations like this one would be, and what was expected, as the picture measures it."""
    cell = measure.cell(finding)
    bounds = band_of(cell)
    if cell is None or cell.expected is None or bounds is None:
        return None
    whole = 100 if measure.whole is None else int(measure.whole(count, finding)[row])
    if not whole or cell.unit != finding.unit:
        return None
    low, expected, high = (Fraction(value) for value in (bounds[0], cell.expected, bounds[1]))
    return 100 * low / whole, 100 * expected / whole, 100 * high / whole


def _written(measure: Measure, lang: str) -> Callable[[Fraction], str]:
    def written(value: Fraction) -> str:
        if measure.whole is None:
            return number(int(value), lang)
        tenths = round(value * 10)
        mark = "," if lang == "nl" else "."
        return f"{tenths // 10}{mark}{tenths % 10}\u00a0%"

    return written


@dataclass(frozen=True, slots=True)
class _Scale:
    """From left to right: the lowest and the highest figure, in bins of one width."""

    low: Fraction
    high: Fraction
    step: Fraction
    bins: int

    @classmethod
    def of(cls, values: list[Fraction], *, whole: bool) -> _Scale:
        low, high = min(values), max(values)
        span = high - low
        # whole numbers: as many of them in each bin, or the picture gets a comb that is not in the figures
        step = Fraction(-(-(int(span) + 1) // MAX_BINS)) if whole else span / MAX_BINS
        return cls(low, high, step, int(span / step) + 1 if whole else MAX_BINS)

    def x(self, value: Fraction) -> int:
        return min(int((value - self.low) / self.step / self.bins * WIDTH), WIDTH)

    def bars(self, values: list[Fraction], here: Fraction) -> tuple[Bar, ...]:
        def place(value: Fraction) -> int:
            return min(int((value - self.low) / self.step), self.bins - 1)

        sizes = [0] * self.bins
        for value in values:
            sizes[place(value)] += 1
        return tuple(_bin(index, size, sizes, place(here)) for index, size in enumerate(sizes) if size)


def _bin(index: int, size: int, bins: list[int], here: int) -> Bar:
    x, after = index * WIDTH // len(bins), (index + 1) * WIDTH // len(bins)
    return Bar(x, max(1, after - x - 1), max(SMALLEST, HEIGHT * size // max(bins)), index == here)


def _rows_of_list(finding: Finding, count: Count, row: int, lang: str) -> Picture | None:
    """The candidates of one list here, beside what the list's votes elsewhere in the municipality let expect."""
    lst = count.ballot.lists[count.ballot.index_of(finding.list or 0)]
    here = count.votes.candidates[row, lst.columns].astype(np.int64)
    elsewhere = count.votes.candidates[:, lst.columns].sum(axis=0, dtype=np.int64) - here
    compared = finding.hypothesis is not None or finding.figures.get("reference") == "municipality"
    if not compared or not here.sum() or not elsewhere.sum():
        return None
    cells = {cell.candidate: cell for cell in finding.cells if cell.expected and cell.list == lst.number}
    known = {candidate: Fraction(cell.expected or 0) for candidate, cell in cells.items()}
    rows = [
        _Row(
            candidate.id or index + 1,
            candidate.name or "",
            int(votes),
            known.get(candidate.id or index + 1, Fraction(int(here.sum()) * int(other), int(elsewhere.sum()))),
            band_of(cells.get(candidate.id or index + 1)),
        )
        for index, (candidate, votes, other) in enumerate(zip(lst.candidates, here, elsewhere, strict=True))
    ]
    asked = [candidate for candidate in rows if candidate.place in finding.candidates]
    if not asked:
        return None
    t = words(lang)
    lines = tuple(
        Line(
            t("picture.candidate", n=candidate.place, name=candidate.name),
            t("picture.against", votes=number(candidate.votes, lang), expected=_usual(candidate, lang)),
        )
        for candidate in asked
    )
    caption = t("picture.rows", list=lst.number)
    if any(candidate.band for candidate in asked):
        caption = f"{caption} {t('picture.shaded')}"
    return Picture(caption, _row_bars(rows, asked), lines)


def _usual(row: _Row, lang: str) -> str:
    expected = number(round(row.expected), lang)
    if row.band is None:
        return expected
    low, high = (number(value, lang) for value in row.band)
    return words(lang)("card.band", expected=expected, low=low, high=high)


def band_of(cell: Cell | None) -> tuple[int, int] | None:
    """Return between which numbers most such figures lie."""
    if cell is None or cell.expected_low is None or cell.expected_high is None:
        return None
    return cell.expected_low, cell.expected_high


@dataclass(frozen=True, slots=True)
class _Row:
    """One candidate of the list: what stands there, and what was to be expected."""

    place: int
    name: str
    votes: int
    expected: Fraction
    band: tuple[int, int] | None = None

    @property
    def size(self) -> Fraction:
        """The highest of all."""
        return max(self.expected, Fraction(self.votes), Fraction(self.band[1] if self.band else 0))


def _row_bars(rows: list[_Row], asked: list[_Row]) -> tuple[Bar, ...]:
    most = OTHERS * max(candidate.size for candidate in asked)
    others = [candidate for candidate in rows if candidate not in asked and candidate.size <= most]
    others.sort(key=lambda candidate: (-candidate.size, candidate.place))
    shown = sorted([*asked, *others][:MAX_ROWS], key=rows.index)
    top = max(candidate.size for candidate in shown)
    width = WIDTH // len(shown)
    return tuple(
        Bar(
            at * width + 2,
            width - 4,
            int(HEIGHT * candidate.votes / top),
            candidate in asked,
            int(HEIGHT * candidate.expected / top),
            None if candidate.band is None else (HEIGHT * candidate.band[0] // top, HEIGHT * candidate.band[1] // top),
            str(candidate.place),
        )
        for at, candidate in enumerate(shown)
    )
