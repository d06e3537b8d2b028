import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tabulation.literal import seats_by_the_letter
from tests.tabulation.test_margins import D66, SP, TK2023
from waarmerk.checks.impact import Impact, Shift, Total, impact
from waarmerk.errors import BadData
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.party import Party, PartyList, Standing

NATION = Total(rules_for("TK", 150), tuple(Party(n, "", v) for n, v in enumerate(TK2023, 1)))


def of(shift: Shift, total: Total = NATION) -> Impact:
    found = impact(shift, total)
    assert found is not None
    return found


def council(*persons: tuple[str, int]) -> Total:
    """A council of nine in which list 1 has these people and list 2 the rest of 900 votes."""
    first = PartyList("geen", tuple(Standing(key, votes) for key, votes in persons))
    other = PartyList("geen", tuple(Standing(f"z{n}", 0 if n else 900 - first.votes) for n in range(9)))
    return Total(rules_for("GR", 9), (Party(1, "", first.votes, (first,)), Party(2, "", other.votes, (other,))))


def test_without_a_total_nothing_is_said() -> None:
    assert impact(Shift({1: 5}), None) is None


def test_the_last_seat_of_tk2023_turns_at_159_votes_and_may_at_158() -> None:
    for votes, seats in ((157, ()), (158, ((D66, 1), (SP, -1))), (159, ((D66, 1), (SP, -1)))):
        found = of(Shift({D66: votes}))
        assert (found.seats, found.matters, found.votes, found.margin) == (seats, bool(seats), votes, 158)


def test_votes_that_stood_with_the_wrong_list_count_once_and_turn_the_seat_three_times_sooner() -> None:
    found = of(Shift({D66: 54, SP: -54}))
    assert (found.seats, found.votes, found.margin) == (((D66, 1), (SP, -1)), 54, 53)


def test_votes_that_a_list_loses_can_cost_it_a_seat() -> None:
    found = of(Shift({SP: -10}))
    assert found.seats == ()
    assert found.margin is not None
    assert [bool(of(Shift({SP: -votes})).seats) for votes in (found.margin - 1, found.margin)] == [False, True]


def test_a_person_who_passes_the_preference_threshold_is_named_and_who_makes_room() -> None:
    total = council(("a", 150), ("b", 100), ("c", 50))  # quota 100, three seats, threshold 50
    assert not of(Shift({2: 0}), total).matters
    for votes, passes in ((50, False), (51, True)):
        low = council(("a", 200), ("b", 70), ("c", 30), ("d", 0))
        found = of(Shift(persons={(1, "a"): -votes + 29, (1, "d"): votes, (1, "c"): -29}), low)
        assert (found.seats, ((1, "d") in found.threshold), bool(found.persons)) == ((), passes, passes)
    assert found.persons == ((1, "c"), (1, "d"))


def test_votes_inside_one_list_move_no_seat() -> None:
    found = of(Shift(persons={(1, "a"): -20, (1, "b"): 20}), council(("a", 150), ("b", 100), ("c", 50)))
    assert (found.seats, found.votes, found.margin) == ((), 0, None)


def test_a_shift_stands_on_the_list_of_its_district() -> None:
    """In a group of lists the one seat goes to the district with the most votes (P 12): 151 against 149."""
    lists = tuple(
        PartyList(n, (Standing(f"p{n}", 60), Standing(f"x{n}", 60), Standing(f"y{n}", rest), Standing("q", 0)))
        for n, rest in (("1", 29), ("2", 31))
    )
    total = Total(rules_for("PS", 39), (Party(1, "", 300, lists), Party(2, "", 38 * 300)))
    here, there = (of(Shift(persons={(1, "q"): 10}, contest=contest), total) for contest in ("1", "2"))
    assert (here.persons, there.persons) == (((1, "p1"), (1, "p2")), ())


def test_a_person_who_does_not_stand_is_refused_by_name() -> None:
    with pytest.raises(BadData) as raised:
        impact(Shift(persons={(1, "r"): 1}), council(("a", 100)))
    assert (raised.value.code, "list 1 candidate r" in raised.value.reason) == ("E-EML-CANDIDATES", True)


def test_a_list_that_does_not_stand_is_refused_by_name() -> None:
    with pytest.raises(BadData) as raised:
        impact(Shift({99: 1}), NATION)
    assert (raised.value.code, "list 99" in raised.value.reason) == ("E-EML-CANDIDATES", True)


VOTES = st.dictionaries(st.integers(1, 6), st.integers(0, 40), min_size=2, max_size=5)
CHANGES = st.dictionaries(st.integers(1, 6), st.integers(-20, 20), min_size=1, max_size=3)


def by_letter(votes: dict[int, int], seats: int, category: str) -> dict[int, int] | None:
    """The seats by the second calculator; ``None`` where a lot decides."""
    got, lots = seats_by_the_letter(
        votes, seats, threshold=category == "TK", majority=category != "EK", averages=True if category == "EK" else None
    )
    return None if lots else got


@settings(max_examples=150, deadline=None)
@given(VOTES, CHANGES, st.integers(1, 30), st.sampled_from(["GR", "TK", "EK"]))
def test_seats_change_exactly_when_a_second_calculator_says_so(
    votes: dict[int, int], changes: dict[int, int], seats: int, category: str
) -> None:
    changes = {number: by for number, by in changes.items() if number in votes}
    after = {number: max(total + changes.get(number, 0), 0) for number, total in votes.items()}
    assume(sum(votes.values()) and sum(after.values()))
    before, then = by_letter(votes, seats, category), by_letter(after, seats, category)
    assume(before is not None and then is not None)
    assert before is not None and then is not None
    total = Total(rules_for(category, seats), tuple(Party(n, "", v) for n, v in votes.items()))
    found = of(Shift(changes), total)
    assert dict(found.seats) == {n: then[n] - before[n] for n in votes if then[n] != before[n]}


@settings(max_examples=60, deadline=None)
@given(VOTES, st.data(), st.integers(1, 25), st.sampled_from(["GR", "TK", "EK"]))
def test_the_margin_of_votes_taken_away_is_what_trying_each_number_finds(
    votes: dict[int, int], pick: st.DataObject, seats: int, category: str
) -> None:
    number = pick.draw(st.sampled_from(sorted(votes)))
    assume(votes[number] and by_letter(votes, seats, category) is not None)
    total = Total(rules_for(category, seats), tuple(Party(n, "", v) for n, v in votes.items()))
    tries = range(1, min(votes[number], sum(votes.values()) - 1) + 1)
    tried = next((by for by in tries if of(Shift({number: -by}), total).seats), None)
    assert of(Shift({number: -1}), total).margin == tried if len(tries) else True
