import csv
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tabulation.literal import seats_by_the_letter
from waarmerk.errors import BadData
from waarmerk.tabulation.law import category_of, rules_for
from waarmerk.tabulation.lots import Draw, Lots, Purpose
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.seats import Allotment, Kind, LotNeeded, allot


def people(number: int, *votes: int) -> PartyList:
    return PartyList("geen", tuple(Standing(f"{number}/{i}", v) for i, v in enumerate(votes, 1)))


def parties(votes: dict[int, int], candidates: dict[int, int] | None = None) -> list[Party]:
    made = []
    for number, total in votes.items():
        size = (candidates or {}).get(number)
        lists = () if size is None else (people(number, total, *([0] * (size - 1))),)
        made.append(Party(number, f"Lijst {number}", total, lists))
    return made


def allotted(
    votes: Iterable[int], seats: int, category: str = "GR", draws: Iterable[Draw] = (), **candidates: dict[int, int]
) -> Allotment:
    listed = parties(dict(enumerate(votes, 1)), candidates.get("candidates"))
    result = allot(rules_for(category, seats), listed, Lots(list(draws)))
    assert isinstance(result, Allotment)
    return result


def seats_of(votes: Iterable[int], seats: int, category: str = "GR", **more: dict[int, int]) -> list[int]:
    return list(allotted(votes, seats, category, **more).seats().values())


def answered(listed: list[Party], seats: int, category: str) -> tuple[dict[int, int], list[set[object]]]:
    """Allot with every lot going to its lowest option; return seats and what was asked."""
    draws: list[Draw] = []
    while True:
        result = allot(rules_for(category, seats), listed, Lots(draws))
        if isinstance(result, Allotment):
            return result.seats(), [set(draw.options) for draw in draws]
        options = result.question.options
        draws.append(Draw(options, min(options)))


# Official results.

LOTS = {"GR2026_unnamed_33_seats": [Draw((3, 9), 9)]}
ONE_CANDIDATE = {"GR2022_Enkhuizen": {10: 1}}


def test_every_official_case_without_combinations_gives_the_official_seats(data: Path) -> None:
    cases: dict[str, list[dict[str, str]]] = {}
    with (data / "derived" / "apportionment_cases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["election"], []).append(row)
    plain = {name: rows for name, rows in cases.items() if not any(row["list_combination"] for row in rows)}
    assert len(plain) >= 10
    for name, rows in plain.items():
        votes = {number: int(row["votes"]) for number, row in enumerate(rows, 1)}
        if "list_number" in rows[0] and all(row["list_number"] for row in rows) and name in (*LOTS, *ONE_CANDIDATE):
            votes = {int(row["list_number"]): int(row["votes"]) for row in rows}
        rules = rules_for(category_of(name), int(rows[0]["seats"]))
        result = allot(rules, parties(votes, ONE_CANDIDATE.get(name)), Lots(LOTS.get(name, [])))
        assert isinstance(result, Allotment), name
        assert [result.seats()[n] for n in votes] == [int(row["seats_won"]) for row in rows], name


def test_tk2023_rest_seats_in_the_official_order() -> None:
    votes = [2450878, 1643073, 1589519, 1343287, 656292, 485551, 345822, 328225, 246765, 235148, 232963, 217270, 212532]
    votes += [178802, 71345, 52913, 51043, 44253, 12838, 9117, 5487, 5325, 5122, 4152, 3966, 1038]
    rest = 10_432_726 - sum(votes)
    result = allotted([*votes, rest], 150, "TK")
    assert [step.party for step in result.steps if step.kind is Kind.AVERAGE] == [6, 7, 3, 2, 1, 4, 1, 3, 2, 8]
    averages = [Fraction(step.figures["value"]) for step in result.steps if step.kind is Kind.AVERAGE]
    assert [f"{float(average):.2f}" for average in averages[:3]] == ["69364.43", "69164.40", "69109.52"]


def test_ep2024_small_lists_get_no_second_seat_from_the_threshold() -> None:
    votes = [1313624, 1057473, 706975, 589133, 523128, 336920, 319428, 281557, 233541, 228025, 180000, 155128, 136958]
    votes += [58489, 40566, 23752, 23001, 11287, 8356, 2730]
    assert seats_of(votes, 31, "EP")[:11] == [8, 6, 4, 3, 3, 2, 2, 1, 1, 1, 0]
    without = seats_by_the_letter(dict(enumerate(votes, 1)), 31, threshold=False)[0]
    assert (without[11], without[7]) == (1, 1)


def test_tk2025_seats() -> None:
    votes = [
        1790634,
        1760966,
        1505829,
        1352163,
        1246874,
        628517,
        480393,
        279916,
        250368,
        238093,
        219371,
        201361,
        199585,
    ]
    votes += [151053, 116468]
    others = [30079, 30080, 30080, 30080, 30080]
    assert sum(votes + others) == 10_571_990
    assert seats_of(votes + others, 150, "TK") == [26, 26, 22, 20, 18, 9, 7, 4, 3, 3, 3, 3, 3, 2, 1, 0, 0, 0, 0, 0]


def test_ek2023_weighted_seats() -> None:
    votes = [36976, 22194, 17313, 15862, 13136, 11144, 10922, 8560, 8289, 7404, 6595, 4866, 4826, 4436, 3264, 3183]
    assert seats_of(votes, 75, "EK") == [16, 10, 7, 7, 6, 5, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1]


# Small councils (eml-nl.md 13.5).

MAJORITY = [2571, 977, 567, 536, 453]
EXHAUSTED = [1116, 485, 832, 658, 601, 649, 606, 326, 1184, 716, 380]


def test_a_majority_of_votes_gets_a_majority_of_seats() -> None:
    assert seats_of(MAJORITY, 15) == [8, 3, 2, 1, 1]


def test_exactly_half_of_the_votes_is_no_majority() -> None:
    assert seats_of([2552, 987, 570, 539, 456], 15) == [7, 3, 2, 2, 1]


def test_a_list_without_candidates_left_gives_its_rest_seat_back() -> None:
    assert seats_of(EXHAUSTED, 17, candidates={10: 1}) == [3, 1, 2, 2, 1, 2, 1, 0, 3, 1, 1]


def test_a_list_without_candidates_left_gives_a_full_seat_back() -> None:
    votes = [2000, 1600, 1200, 800, 400]
    assert seats_of(votes, 15, candidates={1: 4, 2: 4, 3: 3, 4: 2}) == [4, 4, 3, 2, 2]


@pytest.mark.parametrize(
    ("votes", "seats", "expected"),
    [
        ([540, 160, 160, 80, 80, 80, 60, 40], 15, [7, 2, 2, 1, 1, 1, 1, 0]),
        ([808, 59, 58, 57, 56, 55, 54, 53], 15, [12, 1, 1, 1, 0, 0, 0, 0]),
        ([480, 240, 240, 55, 50, 45, 45, 45], 15, [7, 4, 4, 0, 0, 0, 0, 0]),
        ([0, 3, 5, 6, 7, 79], 10, [0, 0, 0, 0, 1, 9]),
        ([8, 7, 6, 5, 4, 3, 2, 1, 1, 1], 3, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_small_councils_by_largest_remainders(votes: list[int], seats: int, expected: list[int]) -> None:
    assert seats_of(votes, seats) == expected


def test_who_loses_the_seat_to_the_majority_is_asked_between_equals() -> None:
    votes = dict(enumerate([2552, 511, 511, 511, 509, 509], 1))
    result = allot(rules_for("GR", 15), parties(votes), Lots([]))
    assert isinstance(result, LotNeeded)
    assert (result.question.purpose, result.question.options, result.question.article) == (
        Purpose.LOSES,
        (2, 3, 4),
        "P 9",
    )
    assert allotted(votes.values(), 15, draws=[Draw((2, 3, 4), 3)]).seats() == {1: 8, 2: 2, 3: 1, 4: 2, 5: 1, 6: 1}


def test_the_dead_count_for_their_list_and_take_no_seat() -> None:
    dead = PartyList("geen", (Standing("a", 500, deceased=True), Standing("b", 100)))
    result = allot(rules_for("GR", 3), [Party(1, "A", 600, (dead,)), Party(2, "B", 300)], Lots([]))
    assert isinstance(result, Allotment)
    assert result.seats() == {1: 1, 2: 2}


def test_a_seat_that_no_list_can_fill_stays_empty() -> None:
    result = allotted([100, 50], 3, candidates={1: 1, 2: 1})
    assert (list(result.seats().values()), result.vacant) == ([1, 1], 1)


# Lots and refusals.


def test_a_tie_with_too_few_seats_is_asked() -> None:
    result = allot(rules_for("GR", 19), parties({1: 50, 2: 50}), Lots([]))
    assert isinstance(result, LotNeeded)
    assert (result.question.options, result.question.purpose) == ((1, 2), Purpose.SEAT)


def test_a_tie_with_enough_seats_is_not_asked() -> None:
    assert seats_of([50, 50], 20) == [10, 10]


@pytest.mark.parametrize("options", [(1, 3), (1, 2, 3), (1,)])
def test_a_draw_between_others_is_refused(options: tuple[int, ...]) -> None:
    with pytest.raises(BadData) as raised:
        allot(rules_for("GR", 19), parties({1: 50, 2: 50}), Lots([Draw(options, 1)]))
    assert raised.value.code == "E-LOT-OTHER"


def test_no_votes_is_refused() -> None:
    with pytest.raises(BadData) as raised:
        allot(rules_for("GR", 19), parties({1: 0}), Lots([]))
    assert raised.value.code == "E-SEATS-VOTES"


def test_a_list_number_twice_is_refused() -> None:
    with pytest.raises(BadData) as raised:
        allot(rules_for("GR", 19), [Party(1, "A", 5), Party(1, "B", 5)], Lots([]))
    assert raised.value.code == "E-EML-DUPLICATE"


@pytest.mark.parametrize(("category", "seats"), [("NR", 10), ("XX", 10), ("GR", 0), ("GR", 1_001)])
def test_what_has_no_seats_is_refused(category: str, seats: int) -> None:
    with pytest.raises(BadData):
        rules_for(category, seats)


# Laws.

VOTES = st.dictionaries(st.integers(1, 40), st.integers(0, 5_000), min_size=1, max_size=12).filter(
    lambda v: sum(v.values())
)
CLOSE = st.dictionaries(st.integers(1, 9), st.integers(0, 12), min_size=1, max_size=8).filter(lambda v: sum(v.values()))
LARGE, SMALL = st.integers(19, 60), st.integers(1, 18)


@given(VOTES, LARGE)
def test_largest_averages_give_at_least_the_full_quotas(votes: dict[int, int], seats: int) -> None:
    got, _ = answered(parties(votes), seats, "PS")
    winner = max(votes.values())
    assume(2 * winner <= sum(votes.values()))
    assert all(got[n] >= v * seats // sum(votes.values()) for n, v in votes.items())


@given(VOTES, SMALL)
def test_largest_remainders_stay_within_the_quota_where_they_decide_all(votes: dict[int, int], seats: int) -> None:
    """Quota: its full seats and at most one more, as long as no further round and no majority has to give seats."""
    found = allot(rules_for("GR", seats), parties(votes), Lots([]))
    assume(isinstance(found, Allotment))
    assert isinstance(found, Allotment)
    assume({step.kind for step in found.steps} <= {Kind.QUOTA, Kind.FULL, Kind.REMAINDER})
    for number, total in votes.items():
        assert 0 <= found.seats()[number] - total * seats // sum(votes.values()) <= 1


@given(VOTES, LARGE)
def test_all_seats_are_given(votes: dict[int, int], seats: int) -> None:
    got, _ = answered(parties(votes), seats, "PS")
    assert sum(got.values()) == seats


@given(VOTES, LARGE)
def test_one_seat_more_never_costs_a_list_one_under_largest_averages(votes: dict[int, int], seats: int) -> None:
    got, ties = answered(parties(votes), seats, "EK")
    more, ties_then = answered(parties(votes), seats + 1, "EK")
    assume(not ties and not ties_then)
    assert all(more[n] >= got[n] for n in votes)


@given(VOTES, LARGE, st.data())
def test_more_votes_never_lose_a_list_a_seat_under_largest_averages(
    votes: dict[int, int], seats: int, pick: st.DataObject
) -> None:
    number = pick.draw(st.sampled_from(sorted(votes)))
    more = {**votes, number: votes[number] + pick.draw(st.integers(1, 500))}
    got, ties = answered(parties(votes), seats, "EK")
    then, ties_then = answered(parties(more), seats, "EK")
    assume(not ties and not ties_then)
    assert then[number] >= got[number]


@given(CLOSE, st.integers(1, 30), st.data())
def test_order_of_lists_never_matters(votes: dict[int, int], seats: int, pick: st.DataObject) -> None:
    listed = parties(votes)
    assert answered(listed, seats, "GR") == answered(pick.draw(st.permutations(listed)), seats, "GR")


@given(VOTES, SMALL)
def test_equal_votes_get_equal_seats_unless_a_lot_was_asked(votes: dict[int, int], seats: int) -> None:
    got, ties = answered(parties(votes), seats, "GR")
    by_votes: dict[int, set[int]] = {}
    for number, total in votes.items():
        by_votes.setdefault(total, set()).add(got[number])
    assume(not ties)
    assert all(len(seats_then) == 1 for seats_then in by_votes.values())


@given(VOTES, LARGE)
def test_a_majority_of_votes_always_has_a_majority_of_seats(votes: dict[int, int], seats: int) -> None:
    top = max(votes, key=lambda n: votes[n])
    assume(2 * votes[top] > sum(votes.values()))
    got, _ = answered(parties(votes), seats, "PS")
    assert 2 * got[top] > seats


def check_against_the_letter(
    votes: dict[int, int], seats: int, category: str, candidates: dict[int, int] | None
) -> None:
    got, ties = answered(parties(votes, candidates), seats, category)
    letter, lots = seats_by_the_letter(
        votes,
        seats,
        threshold=category == "TK",
        majority=category != "EK",
        averages=True if category == "EK" else None,
        candidates=candidates,
    )
    assert got == letter
    assert ties == [set(options) for options in lots]


@settings(max_examples=500, deadline=None)
@given(st.one_of(VOTES, CLOSE), st.integers(1, 30), st.sampled_from(["GR", "TK", "EK"]), st.data())
def test_a_literal_calculator_agrees(votes: dict[int, int], seats: int, category: str, pick: st.DataObject) -> None:
    sizes = st.dictionaries(st.sampled_from(sorted(votes)), st.integers(1, 6))
    check_against_the_letter(votes, seats, category, pick.draw(st.one_of(st.none(), sizes)))


@pytest.mark.slow
def test_a_literal_calculator_agrees_on_ten_thousand_random_elections() -> None:
    rng = np.random.default_rng(20301)
    for _ in range(10_000):
        numbers = [int(n) for n in rng.choice(40, size=rng.integers(1, 16), replace=False) + 1]
        scale = int(rng.choice([3, 20, 500, 100_000]))
        votes = {n: int(v) for n, v in zip(numbers, rng.integers(0, scale, size=len(numbers)), strict=True)}
        votes[numbers[0]] += 1
        few = {n: int(rng.integers(1, 8)) for n in numbers if rng.random() < 0.3} if rng.random() < 0.5 else None
        check_against_the_letter(votes, int(rng.integers(1, 60)), str(rng.choice(["GR", "TK", "EK", "PS"])), few)
