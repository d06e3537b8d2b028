"""Every kind of mistake keeps and breaks exactly the sums that it keeps and breaks on paper, and can be undone."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarmerk.checks import examine
from waarmerk.checks.mistakes import (
    KINDS,
    SIZES,
    Kind,
    Planted,
    Size,
    doubled,
    dropped,
    plant,
    same_address,
    sow,
    transposed,
    undo,
)
from waarmerk.election.count import Count, ElectionInfo, Figure
from waarmerk.election.finding import Code
from waarmerk.formats import Contest, read, zips
from waarmerk.simulate.municipality import municipality

BY_NAME = {kind.name: kind for kind in KINDS}
ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")
EXCHANGES = ("adjacent-rows", "rows-two-apart", "row-of-list-number", "rows-1-51", "any-two-rows")
WITHIN_A_LIST = (*EXCHANGES, "block-shifted", "row-added")
BETWEEN_LISTS = ("lists-exchanged", "pile-misplaced", "votes-moved")
WRONG_NUMBER = ("digits-transposed", "digit-dropped", "digit-doubled", "row-empty", "page-copied")
VOTERS_ONLY = ("cards-proxies", "proxies-passes", "differences-cancel", "difference-unknown")
SUMS = (Code.C04, Code.C05, Code.C06, Code.C09, Code.C10, Code.C11, Code.C13, Code.C14, Code.C31)
"""What a file can contradict itself in."""


@pytest.fixture(scope="module")
def city(rotterdam_zip: Path) -> Count:
    with rotterdam_zip.open("rb") as stream:
        ((name, member),) = zips.members(stream)
        count = read(member, name)
    assert isinstance(count, Count)
    return count


def made_up(seed: int) -> Count:
    return municipality(seed, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("13"), stations=12)


def planted(count: Count, name: str, seed: int, size: Size | None = None) -> Planted:
    found = plant(count, BY_NAME[name], np.random.default_rng(seed), size)
    assert found is not None
    return found


def changed(before: Count, after: Planted, what: str) -> bool:
    """Whether this changed at any station."""
    old, new = before.votes, after.count.votes
    if what == "lists":
        return not np.array_equal(old.lists, new.lists)
    if what == "found":
        return not np.array_equal(old.found(), new.found())
    figure = Figure[what.upper()]
    return not np.array_equal(old.figures[:, figure], new.figures[:, figure])


@pytest.mark.parametrize("name", BY_NAME)
def test_undo_gives_back_the_city(city: Count, name: str) -> None:
    one = planted(city, name, 1)
    assert not one.count.same(city)
    assert undo(one.count, one).same(city)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([None, *SIZES]))
def test_whatever_the_place_it_is_undone_has_its_size_and_contradicts_itself_nowhere(
    kind: Kind, seed: int, size: Size | None
) -> None:
    count = made_up(seed % 5)
    one = plant(count, kind, np.random.default_rng(seed), size)
    if one is None:
        return
    assert undo(one.count, one).same(count)
    assert one.moved in (size or Size(2))
    assert (one.count.votes.candidates >= 0).all()
    assert (one.count.votes.figures >= 0).all()
    contradictions = [f.code for f in examine(one.count).findings if f.code in SUMS]
    assert contradictions == []


@pytest.mark.parametrize("name", [*WITHIN_A_LIST, *BETWEEN_LISTS, "blank-invalid"])
def test_an_exchange_keeps_every_sum(city: Count, name: str) -> None:
    one = planted(city, name, 2)
    assert changed(city, one, "lists") == (name in BETWEEN_LISTS)
    assert np.array_equal(one.count.total.figures, city.total.figures) == (name != "blank-invalid")
    for what in ("found", "admitted", "counted", "more", "fewer", "no_explanation"):
        assert not changed(city, one, what)


@pytest.mark.parametrize("name", [*WRONG_NUMBER, "rejected-digit"])
def test_a_wrong_number_goes_into_the_sums_and_voters_stay_right(city: Count, name: str) -> None:
    one = planted(city, name, 3, SIZES[3])
    row = [unit.id for unit in city.units].index(one.units[0])
    votes = one.count.votes
    grown = int(votes.found()[row] - city.votes.found()[row])
    assert grown
    assert int(one.count.total.found()[0] - city.total.found()[0]) == grown
    assert not changed(city, one, "admitted")
    difference = int(votes.figures[row, Figure.ADMITTED] - votes.found()[row])
    assert votes.figures[row, Figure.FEWER] - votes.figures[row, Figure.MORE] == difference
    assert votes.figures[row, Figure.NO_EXPLANATION] == abs(difference)


@pytest.mark.parametrize("name", VOTERS_ONLY)
def test_wrong_voters_leave_the_ballots_alone(city: Count, name: str) -> None:
    one = planted(city, name, 4)
    assert np.array_equal(one.count.votes.candidates, city.votes.candidates)
    assert not changed(city, one, "found")
    assert changed(city, one, "admitted") == name.startswith("difference")


@pytest.mark.parametrize("name", ["results-exchanged", "ballots-exchanged", "differences-cancel"])
def test_what_two_stations_exchange_leaves_ballots_and_voters_of_the_city_as_they_were(city: Count, name: str) -> None:
    one = planted(city, name, 5)
    assert len(one.units) == 2
    assert np.array_equal(one.count.total.candidates, city.total.candidates)
    for figure in (Figure.ADMITTED, Figure.COUNTED, Figure.CAST):
        assert one.count.total.figures[0, figure] == city.total.figures[0, figure]


def test_exchanged_results_keep_every_total_of_the_city(city: Count) -> None:
    assert planted(city, "results-exchanged", 6).count.total.same(city.total)


def test_ballots_are_exchanged_without_the_voters(city: Count) -> None:
    one = planted(city, "ballots-exchanged", 6)
    here, there = ([unit.id for unit in city.units].index(unit) for unit in one.units)
    votes = one.count.votes
    assert np.array_equal(votes.candidates[here], city.votes.candidates[there])
    assert not changed(city, one, "admitted")


def test_a_copied_station_says_the_same_twice_but_for_the_called_voters(city: Count) -> None:
    one = planted(city, "station-copied", 7)
    here, there = ([unit.id for unit in city.units].index(unit) for unit in one.units)
    votes = one.count.votes
    assert np.array_equal(votes.candidates[here], votes.candidates[there])
    assert np.array_equal(votes.figures[here, 1:], votes.figures[there, 1:])
    assert votes.figures[here, Figure.CAST] == city.votes.figures[here, Figure.CAST]


def test_differences_cancel_in_one_building(city: Count) -> None:
    one = planted(city, "differences-cancel", 8)
    rows = [[unit.id for unit in city.units].index(unit) for unit in one.units]
    assert same_address(*(city.units[row] for row in rows))


@pytest.mark.parametrize("name", EXCHANGES)
def test_exchanged_rows_are_those_of_the_kind(city: Count, name: str) -> None:
    for seed in range(8):
        one = planted(city, name, seed, SIZES[seed % 5])
        low, high = sorted(one.candidates)
        shape = {
            "adjacent-rows": high - low == 1,
            "rows-two-apart": high - low == 2,
            "row-of-list-number": (low, high) == (1, one.list),
            "rows-1-51": (low, high) == (1, 51),
        }
        assert shape.get(name, True)
        cells = {cell.candidate: (cell.reported, cell.true) for cell in one.cells}
        assert cells[low] == cells[high][::-1]
        assert abs(cells[low][1] - cells[high][1]) == one.moved


def test_slips_of_the_pen() -> None:
    assert transposed(75) == {57}
    assert dropped(22) == {2}
    assert dropped(105) == {5, 15, 10}
    assert dropped(13) == {1, 3, 30}
    assert dropped(90) == {9, 0, 19}
    assert doubled(6) == {66}
    assert doubled(123) == {1123, 1223, 1233}
    assert transposed(11) == dropped(7) == set()


def test_what_has_no_place_is_not_made() -> None:
    count = made_up(1)
    rng = np.random.default_rng(1)
    assert plant(count, BY_NAME["pile-misplaced"], rng, Size(2, 4)) is None
    assert plant(count, BY_NAME["any-two-rows"], rng, avoid={unit.id for unit in count.units}) is None
    assert plant(count, BY_NAME["digit-doubled"], rng, Size(3, 4)) is None


def test_many_mistakes_stand_at_stations_of_their_own_and_are_undone_one_by_one(city: Count) -> None:
    wrong, made = sow(city, np.random.default_rng(9), [(kind, None) for kind in KINDS], most=18)
    units = [unit for one in made for unit in one.units]
    assert len(made) == 18
    assert len(units) == len(set(units))
    for one in reversed(made):
        wrong = undo(wrong, one)
    assert wrong.same(city)


def test_the_same_generator_makes_the_same_mistake(city: Count) -> None:
    assert planted(city, "any-two-rows", 3).truth() == planted(city, "any-two-rows", 3).truth()
    assert planted(city, "any-two-rows", 3).truth() != planted(city, "any-two-rows", 4).truth()


def test_the_truth_is_plain_and_names_true_and_reported_values(city: Count) -> None:
    one = planted(city, "row-empty", 3)
    truth = json.loads(json.dumps(one.truth()))
    assert truth["cells"][0] == {
        "unit": one.units[0],
        "list": one.list,
        "candidate": one.candidates[0],
        "reported": 0,
        "true": one.moved,
    }
    assert truth["hypothesis"] == "digit-error"
