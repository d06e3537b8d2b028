"""Which edition of the control protocol holds, and why."""

import pytest

from tests.checks.counts import difference, municipality
from waarmerk.checks import EDITIONS, Context, choose, examine
from waarmerk.election.count import ElectionInfo
from waarmerk.errors import WrongUse


@pytest.mark.parametrize(
    ("date", "name", "reason"),
    [
        ("2023-03-15", "ps2023", "own"),
        ("2023-11-22", "tk2023", "own"),
        ("2024-06-05", "tk2023", "in-force"),
        ("2024-06-06", "ep2024", "own"),
        ("2025-10-29", "tk2025", "own"),
        ("2026-03-18", "gr2026", "own"),
        ("2030-03-20", "gr2026", "in-force"),
        ("2022-03-16", "gr2026", "before"),
        (None, "gr2026", "no-date"),
        ("gisteren", "gr2026", "no-date"),
    ],
)
def test_edition_follows_from_the_date(date, name, reason):
    chosen = choose(ElectionInfo(None, date=date))
    assert (chosen.edition.name, chosen.reason) == (name, reason)


def test_edition_that_was_asked_for_overrides():
    examined = examine(municipality(difference(1, 1)), Context(protocol="ps2023"))
    assert (examined.protocol.edition.name, examined.protocol.reason) == ("ps2023", "asked")


def test_unknown_edition_is_refused_with_those_there_are():
    with pytest.raises(WrongUse, match="tk2025"):
        choose(ElectionInfo(None), "tk1848")


def test_editions_are_in_order_of_first_use():
    assert [e.first_used for e in EDITIONS] == sorted(e.first_used for e in EDITIONS)
