"""Voters admitted and ballots found: C-09, C-11, C-12, C-13."""

from tests.checks.counts import difference, found_by, municipality, numbers, station, with_total
from waarmerk.checks import examine
from waarmerk.election.finding import Code

GOOD = difference(500, 500)


def test_admitted_are_cards_proxies_and_passes():
    count = municipality(GOOD, difference(100, 100, poll_cards=80, proxies=10, voter_passes=9))
    (finding,) = found_by(count, Code.C09)
    assert (finding.unit, finding.figures["sum"]) == ("9987::SB2", 99)


def test_admitted_are_not_judged_where_passes_are_absent():
    count = municipality(GOOD, difference(100, 100, poll_cards=80, voter_passes=None))
    examined = examine(count)
    assert found_by(count, Code.C09) == []
    assert any(Code.C09 in item.codes and item.figures == ("voter_passes",) for item in examined.not_judged)


def test_more_and_fewer_are_the_difference():
    count = municipality(
        GOOD,
        difference(100, 98, more=1, no_explanation=2),  # too little
        difference(98, 100, more=2, fewer=0, no_explanation=2),  # the wrong way
        difference(98, 100, fewer=2, no_explanation=2),  # right
    )
    assert numbers(found_by(count, Code.C11)) == [2, 3]


def test_not_more_and_fewer_at_once():
    count = municipality(GOOD, difference(100, 98, more=4, fewer=2, no_explanation=2))
    (c11,) = [f for f in examine(count).findings if f.code is Code.C11]
    assert Code.C12 in [f.code for f in c11.also]


def test_not_more_and_fewer_at_once_stands_alone_without_admitted_voters():
    count = municipality(GOOD, station([[9, 0], [0, 0]], admitted=None, more=1, fewer=1))
    assert [f.code for f in examine(count).findings if f.unit] == [Code.C12]


def test_sums_of_units_keep_the_difference():
    count = with_total(municipality(GOOD, GOOD), more=3)
    (finding,) = found_by(count, Code.C13)
    assert (finding.unit, finding.figures["rest"]) == (None, 3)


def test_difference_of_the_total_is_part_of_the_stations_that_account_for_it():
    count = municipality(GOOD, difference(100, 98, more=5, no_explanation=2))
    top = examine(count).findings
    assert Code.C13 not in [f.code for f in top]
    (c11,) = [f for f in top if f.code is Code.C11]
    assert Code.C13 in [f.code for f in c11.also]


def test_sums_of_units_are_judged_at_municipalities_of_a_district():
    count = municipality(difference(100, 98, more=5), difference(100, 100), message="510c")
    assert {f.unit for f in found_by(count, Code.C13)} == {"HSB1::0001", None}
