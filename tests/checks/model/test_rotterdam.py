"""The findings of checks.md 6.3 in the real count of Rotterdam. They are questions: nobody compared them with paper."""

from pathlib import Path

import pytest

from waarmerk.checks.model.statistics import Statistics, statistics
from waarmerk.checks.neighbourhoods import normal
from waarmerk.checks.postcodes import COLUMNS, by_postcode
from waarmerk.election.count import Count
from waarmerk.election.finding import Code, Finding

ROW_FINDINGS = (Code.H01, Code.H02, Code.H03)
EXCHANGES = [
    (6, (1, 6), (0, 11)),
    (4, (2, 4), (0, 10)),
    (18, (1, 18), (0, 3)),
    (18, (1, 18), (0, 2)),
    (5, (1, 5), (0, 6)),
    (12, (1, 12), (0, 7)),
    (2, (1, 2), (0, 13)),
    (15, (1, 15), (0, 7)),
    (11, (1, 11), (0, 6)),
    (3, (1, 2), (69, 111)),
    (3, (16, 18), (18, 0)),
    (13, (1, 13), (0, 4)),
    (10, (3, 4), (8, 0)),
]
EXPECTED = {(6, 1): 9.8, (6, 6): 0.2, (2, 1): 12.4, (2, 2): 0.5, (3, 1): 122, (3, 2): 54, (3, 16): 0.2, (3, 18): 11.3}


@pytest.fixture(scope="module")
def said(city: Count, data: Path) -> Statistics:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the table of post codes is Parquet")
    table = data / "fixtures" / "HCP" / "data" / "zip_to_neighbourhood_2023.parquet"
    if not table.is_file():
        pytest.skip("the table of neighbourhoods of 2023 is not in the collection")
    names, codes = [name for name, _ in COLUMNS], {normal(unit.postcode or "") for unit in city.units}
    mine = parquet.read_table(table, columns=names, filters=[(names[0], "in", codes)]).to_pylist()
    assert len(mine) > len(codes) / 2
    return statistics(city, "TK", postcodes=by_postcode(row.values() for row in mine))


def numbers(finding: Finding, lst: int) -> dict[int | None, tuple[int, int | None]]:
    return {c.candidate: (c.reported, c.corrected) for c in finding.cells if c.list == lst}


@pytest.mark.parametrize(("lst", "rows", "reported"), EXCHANGES)
def test_rows_that_were_probably_exchanged_are_found(said: Statistics, lst, rows, reported):
    wanted = dict(zip(rows, zip(reported, reported[::-1], strict=True), strict=True))
    found = [f for f in said.findings if f.code in ROW_FINDINGS and wanted.items() <= numbers(f, lst).items()]
    assert found
    assert max(f.score or 0.0 for f in found) > 3


def test_as_much_was_expected_as_was_measured(said: Statistics):
    cells = {(c.list, c.candidate): c for f in said.findings if (f.score or 0) > 3 for c in f.cells}
    for place, votes in EXPECTED.items():
        assert float(cells[place].expected or "nan") == pytest.approx(votes, abs=max(0.15, votes / 50))


def test_the_large_difference_is_found_whatever_explains_it(said: Statistics):
    (finding,) = [f for f in said.findings if f.unit == "0599::SB726" and f.figures.get("difference") == -27]
    (large,) = [f for f in (finding, *finding.also) if f.code is Code.H08]
    assert large.score == pytest.approx(5.4, abs=0.3)
    assert (finding.score or 0) >= (large.score or 0)
    assert large.figures["usual"] in (8, 9)


def test_the_structure_of_the_findings_shows_that_they_are_not_chance(said: Statistics):
    assert said.audit.found >= 30
    assert (said.audit.precision or 0) >= 0.9


def test_no_more_of_the_flagged_are_doubtful_than_is_said(said: Statistics):
    assert said.expected_false <= said.parameters.false_discoveries * said.flagged
