import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.tabulation.elected import How
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.lots import Draw, Purpose
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.steps import Kind


def party_of(number: int, name: str, *lists: PartyList) -> Party:
    return Party(number, name, sum(lst.votes for lst in lists), lists)


def one_list(number: int, *votes: int, dead: tuple[int, ...] = (), contest: str = "geen") -> Party:
    persons = tuple(Standing(f"{number}.{i}", v, deceased=i in dead) for i, v in enumerate(votes, 1))
    return party_of(number, f"Lijst {number}", PartyList(contest, persons))


def district(contest: str, **votes: int) -> PartyList:
    return PartyList(contest, tuple(Standing(key, v) for key, v in votes.items()))


def result(parties: list[Party], seats: int, category: str = "GR", draws: list[Draw] | None = None) -> Result:
    found = establish(rules_for(category, seats), parties, draws or [])
    assert isinstance(found, Result)
    return found


def elected(
    parties: list[Party], seats: int, category: str = "GR", draws: list[Draw] | None = None
) -> list[tuple[str, str]]:
    return [(person.key, person.how.value) for person in result(parties, seats, category, draws).elected]


# Preference.


def test_enough_votes_of_their_own_come_before_the_order_of_the_list() -> None:
    # Quota 100; threshold 50: the third has 60, the second 10.
    assert elected([one_list(1, 130, 10, 60)], 2) == [("1.1", "preference"), ("1.3", "preference")]


def test_exactly_the_threshold_is_not_enough() -> None:
    assert elected([one_list(1, 140, 10, 50)], 2) == [("1.1", "preference"), ("1.2", "order")]


def test_large_bodies_ask_a_quarter_of_the_quota() -> None:
    # 20 seats, 2,000 votes: quota 100, threshold 25.
    votes = [1000, *([0] * 10), 26, 25]
    assert [
        key for key, how in elected([one_list(1, *votes), one_list(2, *([949] + [0] * 10))], 20) if how == "preference"
    ] == [
        "1.1",
        "1.12",
        "2.1",
    ]


def test_the_european_parliament_asks_a_tenth() -> None:
    votes = [1000, *([0] * 24), 10, 11]
    party = [one_list(1, *votes)]
    # 1,021 votes, 10 seats: quota 102.1, threshold 10.21.
    assert elected(party, 10, "EP")[:2] == [("1.1", "preference"), ("1.27", "preference")]


def test_the_senate_asks_the_whole_quota_and_reaching_it_is_enough() -> None:
    assert elected([one_list(1, 10, 0, 100, 90)], 2, "EK") == [("1.3", "preference"), ("1.1", "order")]


def test_more_people_over_the_threshold_than_seats_go_by_votes() -> None:
    # 210 votes, 2 seats: threshold 52.5.
    assert elected([one_list(1, 60, 70, 80)], 2) == [("1.3", "preference"), ("1.2", "preference")]


def test_equal_votes_with_seats_for_all_go_in_list_order() -> None:
    assert elected([one_list(1, 5, 90, 90)], 2) == [("1.2", "preference"), ("1.3", "preference")]


def test_equal_votes_without_seats_for_all_are_asked() -> None:
    parties = [one_list(1, 5, 90, 90, 90)]
    needed = establish(rules_for("GR", 2), parties)
    assert isinstance(needed, LotNeeded)
    assert (needed.question.purpose, needed.question.options, needed.question.party) == (
        Purpose.PERSON,
        ("1.2", "1.3", "1.4"),
        1,
    )
    draws = [Draw(("1.2", "1.3", "1.4"), "1.4")]
    second = establish(rules_for("GR", 2), parties, draws)
    assert isinstance(second, LotNeeded)
    assert second.question.options == ("1.2", "1.3")
    assert [key for key, _ in elected(parties, 2, draws=[*draws, Draw(("1.2", "1.3"), "1.2")])] == ["1.4", "1.2"]


def test_a_lot_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(BadData) as raised:
        establish(rules_for("GR", 2), [one_list(1, 5, 90)], [Draw(("a", "b"), "a")])
    assert raised.value.code == "E-LOT-UNUSED"


def test_the_dead_are_passed_over() -> None:
    assert elected([one_list(1, 150, 20, 30, dead=(1,))], 2) == [("1.2", "order"), ("1.3", "order")]


def test_enkhuizen_number_twelve_of_list_nine_is_elected_by_preference() -> None:
    # eml-nl.md 13.5: list 9 has 1,184 votes, 3 seats; 439 and 378 are over 222.15, then number 2 by order.
    nine = one_list(9, 439, 100, *([20] * 9), 378, 87)
    others = dict(zip((1, 2, 3, 4, 5, 6, 7, 8, 11), (1116, 485, 832, 658, 601, 649, 606, 326, 380), strict=True))
    parties = [nine, one_list(10, 716), *(Party(number, "", votes) for number, votes in others.items())]
    found = [(p.key, p.how) for p in result(parties, 17).elected if p.party == 9]
    assert found == [("9.1", How.PREFERENCE), ("9.12", How.PREFERENCE), ("9.2", How.ORDER)]


# Groups of lists.


def test_seats_of_a_group_go_to_its_lists_by_largest_remainders() -> None:
    # 400 votes, 4 seats: group quota 100; lists 250, 90, 60: two full, then remainders 90 and 60 before 50.
    group = party_of(1, "Groep", district("1", a=250, b=0, c=0), district("2", d=90), district("3", e=60))
    found = result([group], 4, "PS")
    assert sorted(person.contest for person in found.elected) == ["1", "1", "2", "3"]


def test_votes_of_a_person_are_those_on_all_lists_together() -> None:
    group = party_of(1, "Groep", district("1", a=60, b=30), district("2", c=60, b=30))
    # 180 votes, 2 seats: quota 90, threshold 45; b has 60 in all, as many as a and c.
    needed = establish(rules_for("GR", 2), [group])
    assert isinstance(needed, LotNeeded)
    assert set(needed.question.options) == {"a", "b", "c"}


def test_a_person_takes_the_seat_where_most_votes_are() -> None:
    group = party_of(1, "Groep", district("1", a=100, b=10), district("2", a=101, c=9))
    found = result([group], 2)
    assert [(p.key, p.contest) for p in found.elected] == [("a", "2"), ("b", "1")]


def test_one_person_never_has_two_seats() -> None:
    group = party_of(1, "Groep", district("1", a=100, b=1), district("2", a=100, c=1), district("3", a=100, d=1))
    keys = [person.key for person in result([group], 3).elected]
    assert sorted(set(keys)) == sorted(keys)
    assert len(keys) == 3


def test_at_a_tie_the_lowest_district_has_the_person() -> None:
    group = party_of(1, "Groep", district("1", a=1, x=99), district("2", a=1, y=99))
    found = result([group, Party(2, "", 800)], 10, "EK")
    assert ("a", "1") in [(p.key, p.contest) for p in found.elected]


def test_preference_without_a_seat_left_takes_the_seat_given_last() -> None:
    # 300 votes, 3 seats, group quota 100: district 1 has 2 seats, district 2 one; a and b stand in district 2 only.
    group = party_of(1, "Groep", district("1", p=20, q=19, r=150), district("2", a=60, b=51))
    found = result([group], 3)
    assert [(p.key, p.contest) for p in found.elected[:3]] == [("r", "1"), ("a", "2"), ("b", "2")]
    assert any(step.kind is Kind.PREFERENCE_MOVES for step in found.steps)
    assert len(found.elected) == 3


def test_a_list_that_runs_out_gives_its_seat_to_another_of_the_group() -> None:
    # Both lists begin with the same person; district 2 has nobody else.
    group = party_of(1, "Groep", district("1", a=60, b=40, c=10), district("2", a=90))
    found = result([group], 2, "EK")
    assert sorted(p.key for p in found.elected) == ["a", "b"]


def test_a_group_never_gets_more_seats_than_it_has_people() -> None:
    group = party_of(1, "Groep", district("1", a=501), district("2", a=500))
    found = result([group, one_list(2, 100, 100, 100)], 3, "EK")
    assert (found.allotment.seats(), [p.key for p in found.elected if p.party == 1]) == ({1: 1, 2: 2}, ["a"])


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 50)), min_size=1, max_size=6, unique_by=lambda t: t[0]
        ),
        min_size=1,
        max_size=4,
    ).filter(lambda lists: sum(v for lst in lists for _, v in lst)),
    st.integers(1, 25),
    st.sampled_from(["PS", "EK"]),
)
def test_every_seat_is_filled_by_one_living_person_while_there_are_any(
    lists: list[list[tuple[str, int]]], seats: int, category: str
) -> None:
    group = party_of(1, "", *(district(str(n), **dict(persons)) for n, persons in enumerate(lists, 1)))
    draws: list[Draw] = []
    while isinstance(found := establish(rules_for(category, seats), [group], draws), LotNeeded):
        draws.append(Draw(found.question.options, found.question.options[0]))
    keys = [person.key for person in found.elected]
    people = {key for lst in lists for key, _ in lst}
    assert len(keys) == len(set(keys)) == min(seats, len(people))
    assert all(person.key in {key for key, _ in lists[int(person.contest) - 1]} for person in found.elected)
