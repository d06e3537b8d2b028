"""Small pictures: a station among its municipality, and the rows of a list beside what was expected of them.

A picture is values (bars, marks, labels); the template draws it. Whatever it shows also stands in the table beside it.
Integers and fractions only; a station is drawn by its rank in the count, so the same count gives the same picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Code, Finding
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

Values = list[Fraction]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, its foot at the bottom of the area; ``expected`` is the height of the dashed outline, where there is one."""

    x: int
    width: int
    height: int
    here: bool
    expected: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table beside the picture."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn and said. ``left`` and ``right`` are the ends of the scale, ``mark`` points at this station."""

    caption: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    left: str = ""
    right: str = ""
    mark: str = ""
    mark_x: int = 0

    @property
    def mark_anchor(self) -> str:
        """On which side of the mark its words stand, so that they stay inside."""
        return "start" if self.mark_x < WIDTH // 3 else "end" if self.mark_x > WIDTH * 2 // 3 else "middle"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a code's figure is worked out for every station, and how it is written."""

    key: str
    needed: tuple[Figure, ...]
    values: Callable[[Count, Finding], Values]
    percent: bool = False


def picture(finding: Finding, count: Count, lang: str) -> Picture | None:
    """Return the picture that helps with a finding, or ``None`` where none does or the count cannot give it."""
    row = _row_of(finding, count)
    if row is None:
        return None
    if finding.list is not None and finding.candidates and finding.code in OF_ROWS:
        return _rows_of_list(finding, count, row, lang)
    measure = MEASURES.get(finding.code) or MEASURES_OF.get(str(finding.figures.get("counter_one")))
    return None if measure is None else _among(measure, finding, count, row, lang)


def _row_of(finding: Finding, count: Count) -> int | None:
    return next((row for row, unit in enumerate(count.units) if unit.id == finding.unit), None)


def _difference(count: Count, finding: Finding) -> Values:
    return [Fraction(int(value)) for value in count.votes.found() - count.votes.figure(Figure.ADMITTED)]


def _ballots(count: Count, finding: Finding) -> Values:
    return [Fraction(int(value)) for value in count.votes.found()]


def _share(figure: Figure) -> Callable[[Count, Finding], Values]:
    def values(count: Count, finding: Finding) -> Values:
        return _shares(count.votes.figure(figure), count.votes.found())

    return values


def _of_voters(figure: Figure) -> Callable[[Count, Finding], Values]:
    def values(count: Count, finding: Finding) -> Values:
        return _shares(count.votes.figure(figure), count.votes.figure(Figure.ADMITTED))

    return values


def _list_share(count: Count, finding: Finding) -> Values:
    column = count.ballot.index_of(finding.list or 0)
    return _shares(count.votes.lists[:, column].astype(np.int64), count.votes.figure(Figure.COUNTED))


def _shares(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Values:
    return [Fraction(100 * int(p), int(w)) if w else Fraction(0) for p, w in zip(part, whole, strict=True)]


MEASURES: dict[Code, Measure] = {
    Code.L01: Measure("difference", (Figure.ADMITTED,), _difference),
    Code.P04: Measure("difference", (Figure.ADMITTED,), _difference),
    Code.C14: Measure("difference", (Figure.ADMITTED,), _difference),
    Code.P01: Measure("ballots", (Figure.COUNTED,), _ballots),
    Code.P02: Measure("invalid", (Figure.COUNTED, Figure.INVALID), _share(Figure.INVALID), percent=True),
    Code.P03: Measure("blank", (Figure.COUNTED, Figure.BLANK), _share(Figure.BLANK), percent=True),
    Code.P05: Measure("list", (Figure.COUNTED,), _list_share, percent=True),
} | {
    code: Measure("difference", (Figure.ADMITTED,), _difference) for code in (Code.H08, Code.H09, Code.H11)
} | {
    code: Measure("list", (Figure.COUNTED,), _list_share, percent=True) for code in (Code.H05, Code.H07, Code.H15)
}  # fmt: skip
MEASURES_OF: dict[str, Measure] = {
    "blank": MEASURES[Code.P03],
    "invalid": MEASURES[Code.P02],
    "proxies": Measure("proxies", (Figure.ADMITTED, Figure.PROXIES), _of_voters(Figure.PROXIES), percent=True),
    "voter_passes": Measure(
        "passes", (Figure.ADMITTED, Figure.VOTER_PASSES), _of_voters(Figure.VOTER_PASSES), percent=True
    ),
    "poll_cards": Measure("cards", (Figure.ADMITTED, Figure.POLL_CARDS), _of_voters(Figure.POLL_CARDS), percent=True),
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
    bars, mark_x = _bars(values, here, whole=not measure.percent)
    ordered = sorted(values)
    lines = (
        Line(t("picture.here"), written(here)),
        Line(t("picture.lowest"), written(low)),
        Line(t("picture.middle"), written(ordered[len(ordered) // 2])),
        Line(t("picture.highest"), written(high)),
    )
    caption = t(f"picture.{measure.key}", stations=t.count("stations", len(stations)), list=finding.list)
    return Picture(caption, bars, lines, written(low), written(high), written(here), mark_x)


def _written(measure: Measure, lang: str) -> Callable[[Fraction], str]:
    def written(value: Fraction) -> str:
        if not measure.percent:
            return number(int(value), lang)
        tenths = round(value * 10)
        mark = "," if lang == "nl" else "."
        return f"{tenths // 10}{mark}{tenths % 10}\u00a0%"

    return written


def _bars(values: Values, here: Fraction, *, whole: bool) -> tuple[tuple[Bar, ...], int]:
    """Return the bars of a histogram and the middle of the one that holds ``here``."""
    low, high = min(values), max(values)
    span = high - low
    # whole numbers: as many of them in each bin, or the picture gets a comb that is not in the figures
    step = Fraction(-(-(int(span) + 1) // MAX_BINS)) if whole else span / MAX_BINS
    number_of_bins = int(span / step) + 1 if whole else MAX_BINS

    def place(value: Fraction) -> int:
        return min(int((value - low) / step), number_of_bins - 1)

    bins = [0] * number_of_bins
    for value in values:
        bins[place(value)] += 1
    bars = tuple(_bin(index, size, bins, place(here)) for index, size in enumerate(bins) if size)
    return bars, next(bar.x + bar.width // 2 for bar in bars if bar.here)


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
    known = {
        cell.candidate: Fraction(cell.expected) for cell in finding.cells if cell.expected and cell.list == lst.number
    }
    rows = [
        _Row(
            candidate.id or index + 1,
            candidate.name or "",
            int(votes),
            known.get(candidate.id or index + 1, Fraction(int(here.sum()) * int(other), int(elsewhere.sum()))),
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
            t("picture.against", votes=number(candidate.votes, lang), expected=number(round(candidate.expected), lang)),
        )
        for candidate in asked
    )
    return Picture(t("picture.rows", list=lst.number), _row_bars(rows, asked), lines)


@dataclass(frozen=True, slots=True)
class _Row:
    """One candidate of the list: what stands there, and what was to be expected."""

    place: int
    name: str
    votes: int
    expected: Fraction

    @property
    def size(self) -> Fraction:
        """The higher of the two."""
        return max(self.expected, Fraction(self.votes))


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
            str(candidate.place),
        )
        for at, candidate in enumerate(shown)
    )
