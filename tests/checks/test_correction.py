"""A new version beside the old one: cells that nobody asked about come first."""

from tests.checks.counts import Station, difference, municipality, station
from waarmerk.checks import correction, examine

CONTRADICTS = Station([[5, 5], [0, 0]], lists=[11, 0], figures={"counted": 11})
LAST = station([[490, 0], [10, 0]])
OLD = municipality(
    difference(499, 500, no_explanation=1),
    CONTRADICTS,
    LAST,
)


def changes(*stations):
    asked = examine(OLD).findings
    changed = correction(OLD, municipality(*stations), asked)
    return {(c.unit, c.list, c.candidate) for c in changed.unasked if c.unit}, changed


def test_same_version_changes_nothing():
    assert correction(OLD, OLD, ()).difference.same


def test_cells_of_a_station_under_the_laws_duty_were_asked():
    unasked, _ = changes(
        difference(500, 500),
        CONTRADICTS,
        LAST,
    )
    assert unasked == set()


def test_cell_of_a_list_that_was_asked_about_was_asked():
    unasked, _ = changes(difference(499, 500, no_explanation=1), Station([[6, 5], [0, 0]]), LAST)
    assert {place for place in unasked if place[1] is not None} == set()


def test_cell_that_nobody_asked_about_comes_first():
    unasked, changed = changes(
        difference(499, 500, no_explanation=1),
        CONTRADICTS,
        station([[491, 0], [9, 0]]),
    )
    assert {("9987::SB3", 1, 1), ("9987::SB3", 2, 1)} <= unasked
    # the totals changed because the station did
    assert all(cell.unit for cell in changed.unasked)
    assert any(cell.unit is None for cell in changed.asked)
