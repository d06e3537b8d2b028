"""The control protocol at one station, P-01 … P-06, at its thresholds (T1 … T7, T13 of checks.md 6.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.counts import Station, difference, found_by, municipality, numbers, reasons, station
from waarmerk.checks import NAMES, Context, examine
from waarmerk.election.finding import Code

GOOD = difference(500, 500)


def rejected(total, figure, number):
    return station([[total - number, 0], [0, 0]], **{figure: number})


@pytest.mark.parametrize("edition", ["tk2023", "ep2024", "tk2025", "gr2026"])
@pytest.mark.parametrize(("invalid", "flagged"), [(15, [2]), (14, [])])  # T1, T2
def test_many_invalid(edition, invalid, flagged):
    count = municipality(GOOD, rejected(500, "invalid", invalid))
    assert numbers(found_by(count, Code.P02, protocol=edition)) == flagged


@pytest.mark.parametrize(("blank", "flagged"), [(15, [2]), (14, [])])
def test_many_blank(blank, flagged):
    assert numbers(found_by(municipality(GOOD, rejected(500, "blank", blank)), Code.P03)) == flagged


def test_ps2023_takes_its_percentage_of_the_valid_votes():
    count = municipality(GOOD, station([[490, 10], [0, 0]], invalid=15), station([[501, 0], [0, 0]], invalid=15))
    assert numbers(found_by(count, Code.P02, protocol="ps2023")) == [2]
    assert numbers(found_by(count, Code.P02, protocol="tk2023")) == []


def test_no_votes():
    count = municipality(GOOD, difference(0, 0), rejected(1, "blank", 1))
    assert numbers(found_by(count, Code.P01, protocol="tk2025")) == [2]
    assert numbers(found_by(count, Code.P01, protocol="ps2023")) == [2, 3]


@pytest.mark.parametrize(
    ("found", "admitted", "flagged"),
    [(700, 714, [2]), (700, 713, []), (5000, 5015, [2]), (5000, 5014, [])],  # T3, T4
)
def test_large_difference(found, admitted, flagged):
    count = municipality(GOOD, difference(found, admitted, other_explanation=admitted - found))
    assert numbers(found_by(count, Code.P04)) == flagged
    assert found_by(count, Code.P04, protocol="ps2023") == []


def test_t5_station_without_ballots_has_a_difference_too():
    examined = examine(municipality(GOOD, difference(0, 20)), Context(protocol="tk2025"))
    law, zero = [f for f in examined.findings if f.unit]
    assert (law.code, zero.code, zero.hypothesis) == (Code.L01, Code.H17, "station-missing")
    assert [f.code for f in zero.also] == [Code.P01]
    assert Code.P04 in [f.code for f in law.also]


def test_tk2023_looks_at_the_explained_part():
    count = municipality(
        GOOD,
        difference(1000, 1020, other_explanation=20),
        difference(1000, 1020, no_explanation=20),
        difference(1000, 1019, other_explanation=19),
    )
    assert numbers(found_by(count, Code.P04, protocol="tk2023")) == [2]


def test_t6_exactly_fifty_points_is_fifty_points():
    count = municipality(station([[57, 0], [43, 0]]), station([[7, 0], [93, 0]]))
    findings = found_by(count, Code.P05, protocol="tk2025")
    assert (1, 1, "+50.0") in {(numbers([f])[0], f.list, f.figures["deviation"]) for f in findings}
    assert found_by(count, Code.P05, protocol="ps2023") == []
    assert found_by(count, Code.P05, protocol="gr2026") == []


def test_list_deviates_from_the_rest():
    count = municipality(station([[70, 0], [30, 0]]), station([[10, 0], [90, 0]]), station([[10, 0], [90, 0]]))
    assert {(numbers([f])[0], f.list) for f in found_by(count, Code.P05, protocol="gr2026")} == {(1, 1), (1, 2)}


def test_t7_single_station_is_not_compared_with_nothing():
    examined = examine(municipality(station([[60, 0], [40, 0]])), Context(protocol="tk2025"))
    assert [f for f in examined.findings if f.code in (Code.P05, Code.P06)] == []
    assert "one-station" in reasons(examined, Code.P05) & reasons(examined, Code.P06)


@given(
    st.lists(st.lists(st.integers(0, 400), min_size=3, max_size=3), min_size=2, max_size=5),
    st.sampled_from(NAMES),
)
def test_deviation_is_judged_as_in_whole_numbers(rows, edition):
    count = municipality(*(station([[v] for v in row]) for row in rows))
    points = 60 if edition == "gr2026" else 50
    expected = set()
    for s, row in enumerate(rows):
        rest = [sum(other[k] for other in rows) - row[k] for k in range(3)]
        e, er = sum(row), sum(rest)
        for k in range(3):
            gap = abs(100 * (row[k] * er - rest[k] * e)) - points * e * er
            if e and er and (gap > 0 or (gap == 0 and edition != "ps2023")):
                expected.add((s + 1, k + 1))
    assert {(numbers([f])[0], f.list) for f in found_by(count, Code.P05, protocol=edition)} == expected


SWITCHED = [[10, 190], [50, 50]]
USUAL = [[190, 10], [50, 50]]


def test_candidates_switched():
    count = municipality(station(SWITCHED), *(station(USUAL) for _ in range(4)))
    (finding,) = found_by(count, Code.P06)
    assert (finding.unit, finding.list, finding.candidates) == ("9987::SB1", 1, (1, 2))
    assert (finding.figures["row_more"], finding.figures["votes_more"], finding.figures["expected_more"]) == (
        2,
        190,
        "10.0",
    )


def test_candidates_are_not_compared_before_ep2024():
    count = municipality(station(SWITCHED), *(station(USUAL) for _ in range(4)))
    assert found_by(count, Code.P06, protocol="tk2023") == []


@pytest.mark.parametrize(("few", "edition", "flagged"), [(15, "tk2025", [1]), (14, "tk2025", []), (19, "ep2024", [])])
def test_switched_candidates_have_the_editions_size(few, edition, flagged):
    count = municipality(station([[0, few]]), *(station([[few * 10, 0]]) for _ in range(4)))
    assert numbers(found_by(count, Code.P06, protocol=edition)) == flagged


@pytest.mark.parametrize(("more", "flagged"), [(100, True), (99, False)])
def test_five_times_as_expected_is_judged_exactly(more, flagged):
    # 200 votes; elsewhere the second has a tenth: 20 are expected, five times that is 100.
    count = municipality(station([[0, more, 200 - more]]), station([[100, 100, 800]]))
    assert (1 in numbers(found_by(count, Code.P06, protocol="tk2025"))) == flagged


@pytest.mark.parametrize(("here", "flagged"), [([20, 100, 80], True), ([21, 100, 79], False)])
def test_five_times_less_than_expected_is_judged_exactly(here, flagged):
    # 200 votes; elsewhere the first has half: 100 are expected, a fifth of that is 20.
    count = municipality(station([here]), station([[500, 100, 400]]))
    assert (1 in numbers(found_by(count, Code.P06, protocol="tk2025"))) == flagged


def test_t13_small_neighbourhood_does_not_silence_the_municipality():
    stations = [Station(SWITCHED, postcode="9999 AA"), Station(USUAL, postcode="9999 AA")]
    count = municipality(*stations, *(Station(USUAL) for _ in range(4)))
    (finding,) = found_by(count, Code.P06, protocol="tk2025", postcodes={"9999AA": "wijk"})
    assert finding.figures["reference"] == "municipality"


def test_only_the_neighbourhood_counts_where_it_is_large_enough():
    here = [Station(SWITCHED, postcode="9999AA") for _ in range(5)]
    count = municipality(*here, *(Station(USUAL, postcode="1111 BB") for _ in range(40)))
    assert numbers(found_by(count, Code.P06, protocol="tk2025")) == [1, 2, 3, 4, 5]
    assert found_by(count, Code.P06, protocol="tk2025", postcodes={"9999AA": "a", "1111BB": "b"}) == []


@pytest.mark.parametrize(
    ("name", "neighbourhood"),
    [("Stationsplein", True), ("Metropole", True), ("NS-station", False), ("Mobiel stembureau", False)],
)
def test_stations_with_voters_from_everywhere_are_known_by_whole_words(name, neighbourhood):
    here = [Station(SWITCHED, postcode="9999AA", name=name) for _ in range(5)]
    count = municipality(*here, *(Station(USUAL) for _ in range(40)))
    silenced = found_by(count, Code.P06, protocol="tk2025", postcodes={"9999AA": "a"}) == []
    assert silenced == neighbourhood


def test_gr2026_leaves_out_a_station_that_differs_everywhere():
    special = station([[10, 190], [90, 10]])
    count = municipality(special, *(station([[190, 10], [10, 90]]) for _ in range(4)))
    assert found_by(count, Code.P06, protocol="tk2025")
    assert found_by(count, Code.P06, protocol="gr2026") == []


@pytest.mark.parametrize(("other", "flagged"), [([54, 46], [1]), ([55, 45], [])])
def test_gr2026_leaves_a_station_out_above_four_votes_from_what_is_expected(other, flagged):
    count = municipality(station([[10, 190], other]), *(station([[190, 10], [50, 50]]) for _ in range(4)))
    assert numbers(found_by(count, Code.P06, protocol="gr2026")) == flagged


def test_gr2026_keeps_a_pair_when_there_is_nobody_else():
    count = municipality(station([[10, 190]]), *(station([[190, 10]]) for _ in range(4)))
    assert numbers(found_by(count, Code.P06, protocol="gr2026")) == [1]


def test_further_pairs_of_one_list_are_one_finding():
    count = municipality(station([[0, 0, 200, 100]]), *(station([[200, 100, 2, 1]]) for _ in range(4)))
    rules = Context(protocol="tk2025", statistics=False)
    (finding,) = [f for f in examine(count, rules).findings if f.code is Code.P06]
    assert len(finding.also) == 3


def test_t14_a_pair_below_every_factor_is_found_by_the_statistics():
    """60 and 240 instead of 240 and 60: neither is five times what was to be expected."""
    others = (station([[240 + i, 60 - i, 30], [100, 50 + i, 20]]) for i in range(7))
    examined = examine(municipality(station([[60, 240, 30], [100, 50, 20]]), *others), Context(protocol="tk2025"))
    assert [f for f in examined.findings if f.code is Code.P06] == []
    (finding,) = [f for f in examined.findings if f.code is Code.H01]
    assert (finding.unit, finding.list, finding.candidates) == ("9987::SB1", 1, (1, 2))
    assert [(cell.reported, cell.corrected) for cell in finding.cells] == [(60, 240), (240, 60)]
