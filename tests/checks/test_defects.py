"""Defects of the official tool (checks.md 1.5), each with its input: here the right thing happens.

Those about reading (13, 16 … 20, 24) are tests of ``formats``, about tables (22, 23) of the protocol's tables, about
thresholds (1, 5 … 8, 15) stand in ``test_protocol`` and ``test_differences``; 2, 26 and 27 are for statistics.
"""

from dataclasses import replace

from tests.checks.counts import Station, difference, found_by, municipality, numbers, station
from waarmerk.checks import Context, examine, list_deviations
from waarmerk.election.count import OtherName
from waarmerk.election.finding import Code

GOOD = difference(500, 500)


def codes(count):
    return {f.code for f in examine(count, Context(protocol="tk2025")).findings}


def test_3_absent_code_leaves_everything_else_checked():
    count = municipality(GOOD, difference(499, 500, no_explanation=None), GOOD)
    assert {Code.C29, Code.L01} <= codes(count)


def test_4_list_with_another_name_is_compared_all_the_same():
    count = municipality(station([[57], [43]]), station([[7], [93]]))
    named = replace(count, other_names=(OtherName(0, 1, "VVD "),))
    assert {Code.C26, Code.P05} <= codes(named)


def test_9_one_mistake_is_one_finding():
    count = municipality(station([[0, 0, 200, 100]]), *(station([[200, 100, 2, 1]]) for _ in range(4)))
    rules = Context(protocol="tk2025", statistics=False)
    found = [f for f in examine(count, rules).findings if f.code is Code.P06]
    assert len(found) == 1


def test_10_total_that_does_not_add_up_is_not_believed():
    count = municipality(station([[60], [40]]), station([[50], [50]]))
    half = replace(count, total=replace(count.total, lists=count.total.lists // 2))
    assert Code.C06 in codes(half)
    assert all(abs(points) <= 100 for row in list_deviations(half) for points in row if points is not None)
    assert found_by(half, Code.P05) == []


def test_10_list_with_more_votes_than_its_candidates_is_said_to_be_wrong():
    count = municipality(Station([[100], [5]], lists=[400, 5], figures={"counted": 105}), station([[50], [50]]))
    assert {Code.C04, Code.C05} <= codes(count)
    assert all(abs(points) <= 100 for row in list_deviations(count) for points in row if points is not None)


def test_11_total_smaller_than_a_station_stops_nothing():
    count = municipality(station([[190, 10]]), station([[10, 190]]), station([[5, 5]]))
    wrong = replace(count, total=replace(count.total, lists=count.total.lists * 0 + 200))
    found = examine(wrong, Context(protocol="tk2025")).findings
    assert Code.C31 not in {f.code for f in found}
    assert Code.C06 in {f.code for f in found}
    assert numbers([f for f in found if f.code is Code.P06]) == [1, 2]


def test_12_sums_are_checked():
    count = municipality(
        difference(10, 10, proxies=3),
        Station([[5, 5], [0, 0]], lists=[11, 0], figures={"counted": 11}),
        station([[5, 5], [0, 0]], counted=9),
    )
    assert {Code.C04, Code.C05, Code.C09} <= codes(count)


def test_28_larger_comes_first():
    count = municipality(*[GOOD] * 3, station([[97, 0], [0, 0]], blank=3), station([[500, 0], [0, 0]], blank=200))
    found = [f for f in examine(count, Context(protocol="tk2025", statistics=False)).findings if f.code is Code.P03]
    assert [f.unit for f in found] == ["9987::SB5", "9987::SB4"]
