"""What explains a difference, and the law's duty: C-14 and L-01, with the vectors T8 … T12 of checks.md 6.1."""

import pytest

from tests.checks.counts import difference, found_by, municipality, numbers, reasons
from waarmerk.checks import Context, examine
from waarmerk.election.count import Investigation
from waarmerk.election.finding import Code, Severity

GOOD = difference(500, 500)


def both(second, **more):
    """Codes at station 2, the merged ones behind their lead, with the unexplained rest."""
    found = [f for f in examine(municipality(GOOD, second, **more)).findings if f.unit]
    return [(f.code, [a.code for a in f.also], f.figures.get("unexplained")) for f in found]


def test_t8_explained_difference_is_in_order():
    assert both(difference(505, 500, too_many_handed_out=2, other_explanation=3)) == []


def test_t9_difference_that_is_partly_explained_is_the_laws_duty():
    assert both(difference(505, 500, too_many_handed_out=2)) == [(Code.L01, [Code.C14], 3)]


def test_t10_difference_that_is_explained_too_much_is_no_duty():
    assert both(difference(505, 500, too_many_handed_out=7)) == [(Code.C14, [], None)]


def test_t11_explanation_for_the_other_direction_explains_nothing():
    assert both(difference(505, 500, taken_home=5)) == [(Code.L01, [Code.C14], 5)]


def test_t12_explanation_without_a_difference_is_no_difference():
    assert both(difference(500, 500, no_explanation=3)) == [(Code.C14, [], None)]


def test_one_ballot_without_explanation_is_enough():
    assert both(difference(499, 500, no_explanation=1)) == [(Code.L01, [], 1)]


def test_explanations_make_up_the_difference():
    count = municipality(GOOD, difference(498, 500, taken_home=1), difference(498, 500, taken_home=1, no_explanation=1))
    assert numbers(found_by(count, Code.C14)) == [2]


def test_an_explanation_for_the_other_direction_is_named_also_beside_a_sufficient_one():
    count = municipality(GOOD, difference(505, 500, too_many_handed_out=5, taken_home=3))
    (finding,) = found_by(count, Code.C14)
    assert (finding.figures["case"], finding.figures["other_direction"]) == ("other-direction", 3)


@pytest.mark.parametrize(
    ("edition", "said"), [("tk2023", False), ("ep2024", True), ("tk2025", True), ("gr2026", False)]
)
def test_editions_that_leave_out_recounted_stations_say_that_no_file_tells(edition, said):
    examined = examine(municipality(GOOD, GOOD), Context(protocol=edition))
    assert ("recounted-unknown" in reasons(examined, Code.L01)) == said


def test_postal_explanations_count_where_they_are_reported():
    assert both(difference(497, 500, lost=2, no_postal_ballot=1)) == []


def test_difference_is_explained():
    (finding,) = found_by(municipality(GOOD, difference(490, 500, no_explanation=4, taken_home=6)), Code.L01)
    assert finding.severity is Severity.WARNING
    assert finding.figures["difference"] == -10
    assert finding.figures["unexplained"] == finding.figures["no_explanation"] == 4


def test_absent_explanations_never_hide_a_difference():
    absent = dict.fromkeys(
        ("taken_home", "too_few_handed_out", "too_many_handed_out", "no_explanation", "other_explanation")
    )
    count = municipality(GOOD, difference(499, 500, **absent))
    examined = examine(count, Context(protocol="tk2023"))
    assert [f.code for f in examined.findings if f.unit] == [Code.L01]
    assert {item.reason for item in examined.not_judged if Code.C14 in item.codes} == {"figure-absent"}
    assert "explanations-absent" in {item.reason for item in examined.not_judged if Code.L01 in item.codes}


@pytest.mark.parametrize(
    "answer", ["onderzocht vanwege onverklaard verschil", "toegelaten kiezers opnieuw vastgesteld"]
)
def test_gr2026_shows_every_difference_that_was_not_investigated(answer):
    explained = difference(505, 500, other_explanation=5)
    done = Investigation(1, answer, True)
    count = municipality(GOOD, explained, explained, investigations=[done, Investigation(2, answer, False)])
    assert numbers(found_by(count, Code.L01, protocol="gr2026")) == [3]


def test_investigation_of_something_else_takes_no_station_off_the_list():
    other = Investigation(1, "stembiljetten deels herteld", True)
    count = municipality(GOOD, difference(505, 500, other_explanation=5), investigations=[other])
    assert numbers(found_by(count, Code.L01, protocol="gr2026")) == [2]


def test_t18_two_differences_that_cancel_in_one_building_are_one_finding():
    here, there = difference(500, 507, no_explanation=7), difference(520, 513, no_explanation=7)
    here.postcode = there.postcode = "1234AB"
    examined = examine(municipality(here, there, *(difference(500 + i, 500 + i) for i in range(8))))
    (finding,) = [f for f in examined.findings if f.code.value.startswith("H-")]
    assert (finding.code, finding.unit, finding.figures["other_unit"]) == (Code.H09, "9987::SB1", "9987::SB2")
    law = [f for f in examined.findings if f.code is Code.L01]
    assert [f.unit for f in law] == ["9987::SB1", "9987::SB2"]
    assert all(f.see == (Code.H09,) for f in law)
    assert finding.see == (Code.L01,)
