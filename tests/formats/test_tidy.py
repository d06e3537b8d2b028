"""The tidy table carries every figure of a count and gives it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.formats.invented import count, counts
from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.errors import BadData
from waarmerk.formats import tidy


def carried(made: Count) -> Count:
    """What is left of a count when the table has carried it."""
    info = replace(made.election, subcategory=None, domain=None, domain_id=None)
    return replace(
        made, election=info, source="table", notes=(), investigations=(), canonical=False, canonicalization_method=False
    )


@given(counts())
@settings(max_examples=60, deadline=None)
def test_a_count_comes_back_out_of_its_rows(made: Count) -> None:
    assert tidy.count_of(tidy.rows(made)).same(carried(made))


def test_absent_figures_and_cells_stay_absent() -> None:
    made = count()
    cells, figures = made.votes.candidates_reported.copy(), made.votes.figures_reported.copy()
    cells[0, 1] = figures[1, 5] = False
    values = made.votes.candidates.copy()
    others = made.votes.figures.copy()
    values[0, 1] = others[1, 5] = 0
    votes = replace(made.votes, candidates=values, figures=others, candidates_reported=cells, figures_reported=figures)
    partial = replace(made, votes=votes)
    assert tidy.count_of(tidy.rows(partial)).same(carried(partial))


def test_cells_of_zero_have_no_row_below_the_total() -> None:
    names = tidy.NAMES
    below = [row for row in tidy.rows(count(stations=4)) if row[names.index("unit_order")]]
    candidates = [row for row in below if row[names.index("kind")] == "candidate"]
    assert all(row[names.index("value")] for row in candidates)


def test_rotterdam_has_a_row_for_every_vote(rotterdam_zip: Path) -> None:
    with rotterdam_zip.open("rb") as stream:
        ((_, member),) = formats.zips.members(stream)
        value = formats.read(member)
    assert isinstance(value, Count)
    table = list(tidy.rows(value))
    place = {name: tidy.NAMES.index(name) for name in ("kind", "unit_order", "value")}
    votes = [row[place["value"]] for row in table if row[place["kind"]] == "candidate" and row[place["unit_order"]]]
    assert sum(int(number or 0) for number in votes) == 294_027
    assert len(votes) == int((value.votes.candidates > 0).sum())


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("kind", "x"),
        ("value", -1),
        ("value", 10**10),
        ("unit_order", None),
        ("unit_order", 9),
        ("list_order", 7),
        ("value", "x"),
    ],
)
def test_rows_that_cannot_be_placed_are_refused(column: str, bad: object) -> None:
    table = [list(row) for row in tidy.rows(count())]
    last = max(place for place, row in enumerate(table) if row[tidy.NAMES.index("kind")] == "list")
    table[last][tidy.NAMES.index(column)] = bad  # type: ignore[call-overload]
    with pytest.raises(BadData) as refused:
        tidy.count_of(table)
    assert refused.value.code == "E-TAB-ROW"


def test_every_column_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    missing = [column.name for column in tidy.COLUMNS if f"| `{column.name}` | {column.meaning} |" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("value", 1.5),
        ("list", 1e300),
        ("list", -5),
        ("list_name", "\x1b[2J"),
        ("list_name", b"x"),
        ("list_name", "x" * 5_000),
    ],
)
def test_a_cell_that_no_other_form_of_a_count_can_hold_is_refused(column: str, bad: object) -> None:
    table = [list(row) for row in tidy.rows(count())]
    first = next(row for row in table if row[tidy.NAMES.index("kind")] == "list")
    first[tidy.NAMES.index(column)] = bad  # type: ignore[call-overload]
    with pytest.raises(BadData, match="E-TAB-ROW"):
        tidy.count_of(table)


def test_a_table_has_the_limits_of_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    table = list(tidy.rows(count(stations=4)))
    for limit in ("MAX_SELECTIONS", "MAX_UNITS", "MAX_CELLS"):
        with monkeypatch.context() as lower:
            lower.setattr(tidy, limit, 3)
            with pytest.raises(BadData, match="more than"):
                tidy.count_of(table)
