"""Pictures: what is drawn is what the table says, and the table is what the count says."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarmerk import formats
from waarmerk.checks import Context, examine
from waarmerk.election.count import Count, ElectionInfo, Figure
from waarmerk.election.finding import Cell, Code, Finding, Severity
from waarmerk.formats import Reading
from waarmerk.pages.cards import card
from waarmerk.pages.check_page import render_check
from waarmerk.pages.pictures import HEIGHT, MAX_BINS, MAX_ROWS, WIDTH, Picture, pictures
from waarmerk.pages.report import Checked
from waarmerk.simulate.municipality import Contest, municipality

INFO = ElectionInfo("TK2025", "Tweede Kamer", "TK", "TK", date="2025-10-29")
COUNT = municipality(7, "9901", "Eiland", election=INFO, contest=Contest("1", "Groningen"), stations=40)
CODES = (Code.L01, Code.P01, Code.P02, Code.P03, Code.P04, Code.P05)


@pytest.fixture(scope="module")
def rotterdam(rotterdam_zip: Path) -> Count:
    with zipfile.ZipFile(rotterdam_zip) as archive, archive.open(archive.namelist()[0]) as stream:
        value = formats.read(stream)
    assert isinstance(value, Count)
    return value


def of(finding: Finding, count: Count) -> Picture:
    return pictures(finding, count, "nl")[0]


def at(code: Code, row: int, **more: object) -> Finding:
    return Finding(code, Severity.REMARKABLE, COUNT.units[row].id, COUNT.units[row].name, **more)  # type: ignore[arg-type]


@settings(max_examples=40)
@given(st.sampled_from(CODES), st.integers(0, 39), st.integers(1, 3))
def test_every_bar_stays_inside_the_picture_and_one_is_this_station(code: Code, row: int, number: int) -> None:
    lst = COUNT.ballot.lists[min(number, len(COUNT.ballot.lists)) - 1].number
    found = pictures(at(code, row, list=lst), COUNT, "nl")
    if not found:  # all stations alike: nothing to see
        return
    made = found[0]
    assert [bar.here for bar in made.bars].count(True) == 1
    assert len(made.bars) <= MAX_BINS
    assert all(0 < bar.height <= HEIGHT and bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in made.bars)


@given(st.sampled_from([Code.P01, Code.L01]))
def test_the_scale_runs_from_the_lowest_to_the_highest(code: Code) -> None:
    found = COUNT.votes.found()
    values = found - COUNT.votes.figure(Figure.ADMITTED) if code is Code.L01 else found
    low, high = of(at(code, int(values.argmin())), COUNT), of(at(code, int(values.argmax())), COUNT)
    assert (low.mark, low.bars[0].here) == (low.left, True)
    assert (high.mark, high.bars[-1].here) == (high.right, True)


@given(st.integers(0, 39))
def test_the_table_has_lowest_middle_and_highest(row: int) -> None:
    found = COUNT.votes.found()
    lines = of(at(Code.P01, row), COUNT).lines
    here, low, middle, high = (int(line.value.replace(".", "").replace("−", "-")) for line in lines)
    assert here == found[row]
    assert (low, middle, high) == (found.min(), np.sort(found)[20], found.max())


def test_the_station_without_explanation_stands_alone_in_rotterdam(rotterdam: Count) -> None:
    finding = next(
        f for f in examine(rotterdam, Context("tk2025", statistics=False)).findings if f.unit == "0599::SB726"
    )
    made = of(finding, rotterdam)
    assert [line.value for line in made.lines] == ["−27", "−27", "0", "12"]
    assert made.mark == "−27"
    assert (made.bars[0].here, made.bars[0].x) == (True, 0)


def test_switched_candidates_stand_beside_what_was_expected(rotterdam: Count) -> None:
    finding = next(
        f
        for f in examine(rotterdam, Context("tk2025", statistics=False)).findings
        if f.unit == "0599::SB33" and f.code is Code.P06
    )
    made = of(finding, rotterdam)
    assert {bar.label for bar in made.bars if bar.here} == {"4", "5"}
    assert len(made.bars) == MAX_ROWS
    assert [bar.expected is not None for bar in made.bars] == [True] * MAX_ROWS
    assert [line.value for line in made.lines] == ["50, verwacht 9", "0, verwacht 19"]


def test_what_was_compared_with_a_neighbourhood_is_not_drawn_against_the_municipality(rotterdam: Count) -> None:
    finding = next(f for f in examine(rotterdam, Context("tk2025", statistics=False)).findings if f.code is Code.P06)
    other = replace(finding, figures={**finding.figures, "reference": "neighbourhood"})
    assert pictures(other, rotterdam, "nl") == ()


def test_a_count_that_does_not_report_the_figure_has_no_picture() -> None:
    mask = COUNT.votes.figures_reported.copy()
    mask[3, Figure.ADMITTED] = False
    count = replace(COUNT, votes=replace(COUNT.votes, figures_reported=mask))
    assert pictures(at(Code.L01, 1), count, "nl") == ()


def test_a_finding_about_the_whole_file_has_no_picture() -> None:
    assert pictures(Finding(Code.C06, Severity.ERROR), COUNT, "nl") == ()


def test_a_unit_that_is_not_in_the_count_has_no_picture() -> None:
    assert pictures(Finding(Code.L01, Severity.WARNING, "9999::SB1"), COUNT, "nl") == ()


SAID = {"one": "2", "reported_one": 9, "expected_one": "12.0", "moved": 3, "factor": 5, "behind": 900}


def banded(code: Code, row: int, cell: Cell, **more: object) -> Finding:
    unit = COUNT.units[row].id
    return at(code, row, hypothesis="a", cells=(replace(cell, unit=unit, expected_low=5, expected_high=21),), **more)


def test_the_band_of_a_row_is_drawn_and_said() -> None:
    lst = COUNT.ballot.lists[0]
    finding = banded(Code.H01, 3, Cell("", 9, lst.number, 2, expected="12.0"), list=lst.number, candidates=(2,))
    rows, among = pictures(finding, COUNT, "nl")
    (bar,) = (bar for bar in rows.bars if bar.label == "2")
    assert bar.band is not None
    assert bar.expected is not None
    assert 0 <= bar.band[0] < bar.expected < bar.band[1] <= HEIGHT
    assert rows.lines[0].value.endswith("verwacht 12 (5 tot 21)")
    assert pictures(finding, COUNT, "en")[0].lines[0].value.endswith("expected 12 (5 to 21)")
    votes = int(COUNT.votes.lists[3, 0])
    assert among.lines[1].value.startswith(f"{1200 / votes:.1f}".replace(".", ","))
    assert among.band is not None
    assert 0 <= among.band[0] <= among.band[1] <= among.band[2] <= WIDTH


@given(st.integers(0, 39), st.sampled_from(["blank", "invalid", "proxies"]))
def test_the_band_of_a_figure_lies_on_the_scale_of_its_municipality(row: int, figure: str) -> None:
    cell = Cell("", 9, figure=figure, expected="12.0")
    (made,) = pictures(banded(Code.H13, row, cell, figures={"counter_one": figure}), COUNT, "nl")
    assert made.band is not None
    assert 0 <= made.band[0] < made.band[1] < made.band[2] <= WIDTH


def test_a_screen_reader_and_the_table_hear_the_band() -> None:
    lst = COUNT.ballot.lists[0]
    finding = banded(
        Code.H04, 3, Cell("", 9, lst.number, 2, expected="12.0"), list=lst.number, candidates=(2,), figures=SAID
    )
    shown = card(finding, "nl", anchor="a", count=COUNT)
    assert shown.cells[0].expected == "12,0 (5 tot 21)"
    checked = Checked("a.xml", Reading("a.xml", COUNT, 1, "0" * 64, None), replace(examine(COUNT), findings=(finding,)))
    page = render_check([checked], "nl")
    (said,) = (part.split('"')[0] for part in page.split('aria-label="')[1:] if part.startswith("Lijst"))
    assert "verwacht 12 (5 tot 21)" in said
    assert page.count('class="band"') == 2


def test_of_two_lists_the_one_that_is_farther_off_is_shown() -> None:
    one, two = COUNT.ballot.lists[:2]
    cells = [Cell(COUNT.units[3].id, 9, one.number, None, None, "12.0", None, 5, 21)]
    cells.append(replace(cells[0], list=two.number, reported=300))
    (made,) = pictures(at(Code.H05, 3, list=one.number, cells=tuple(cells)), COUNT, "nl")
    assert f"lijst {two.number}" in made.caption
    assert made.band is not None
