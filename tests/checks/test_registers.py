"""Names, numbers and called voters (C-19 … C-28), and what the law does not allow (C-27, L-02)."""

from dataclasses import replace

import pytest

from tests.checks.counts import Station, difference, found_by, municipality, numbers, with_total
from waarmerk.checks import examine
from waarmerk.election.count import OtherName
from waarmerk.election.finding import Code, Severity

GOOD = difference(500, 500)


def test_more_admitted_than_called():
    count = municipality(difference(20, 20, cast=10), difference(20, 20, cast=20), difference(20, 20, cast=0))
    (finding,) = found_by(count, Code.C19)
    assert finding.figures["count"] == 1
    assert finding.severity is Severity.NOTICE


@pytest.mark.parametrize(("called", "found"), [(999, 1), (1000, 0), (0, 0)])
def test_municipality_admitted_more_than_called(called, found):
    assert len(found_by(with_total(municipality(GOOD, GOOD), cast=called), Code.C20)) == found


@pytest.mark.parametrize(
    ("identifier", "severity"),
    [("9987::SB1", None), ("SB1", None), ("9987::stembureau een", Severity.ERROR), ("0599::SB1", Severity.WARNING)],
)
def test_units_have_their_numbers(identifier, severity):
    count = municipality(GOOD)
    count = replace(count, units=(replace(count.units[0], id=identifier),))
    assert [f.severity for f in found_by(count, Code.C21)] == ([severity] if severity is not None else [])


def test_units_have_names_of_their_own():
    (finding,) = found_by(municipality(Station([[1]], name="Kerk"), Station([[1]], name="Kerk"), GOOD_ONE), Code.C22)
    assert finding.figures["count"] == 2


GOOD_ONE = Station([[1]], name="School")


def test_lists_have_one_name():
    count = replace(municipality(GOOD, GOOD), other_names=(OtherName(0, 2, "Ander"), OtherName(1, 2, "Ander")))
    (finding,) = found_by(count, Code.C26)
    assert (finding.list, finding.figures["other"], finding.figures["count"]) == (2, "Ander", 2)


@pytest.mark.parametrize(("category", "stations"), [("GR", [2]), ("ER", [2]), ("TK", [])])
def test_no_voter_passes_in_local_elections(category, stations):
    count = municipality(GOOD, difference(10, 10, voter_passes=4), category=category)
    assert numbers(found_by(count, Code.C27)) == stations


def test_category_is_known_by_the_election_id_of_a_csv():
    count = municipality(GOOD, difference(10, 10, voter_passes=4), id="GR2026_Voorbeelddam")
    count = replace(count, election=replace(count.election, category=None))
    assert numbers(found_by(count, Code.C27)) == [2]


def test_called_is_unknown():
    (finding,) = found_by(municipality(GOOD, difference(1, 1, cast=0), difference(1, 1, cast=None)), Code.C28)
    assert finding.figures["count"] == 1


def test_t17_proxies_that_voters_can_carry():
    count = municipality(
        GOOD,
        difference(666, 666, poll_cards=58, proxies=608, voter_passes=0),
        difference(174, 174, poll_cards=50, proxies=116, voter_passes=8),
        difference(175, 175, poll_cards=50, proxies=117, voter_passes=8),
    )
    found = found_by(count, Code.L02)
    assert numbers(found) == [2, 4]
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize(("category", "stations"), [("GR", [2]), ("TK", [])])
def test_absent_passes_hide_no_proxies_where_there_are_none(category, stations):
    count = municipality(GOOD, difference(30, 30, poll_cards=9, proxies=21, voter_passes=None), category=category)
    assert numbers(found_by(count, Code.L02)) == stations
    judged = {code for item in examine(count).not_judged for code in item.codes if item.reason == "figure-absent"}
    assert (Code.L02 in judged) == (category == "TK")
