from hypothesis import assume, given, settings
from hypothesis import strategies as st

from waarmerk.tabulation.law import Rules, rules_for
from waarmerk.tabulation.lots import Draw, Lots
from waarmerk.tabulation.margins import margins, turned
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.seats import Allotment, LotNeeded, allot

TK2023 = [2450878, 1643073, 1589519, 1343287, 656292, 485551, 345822, 328225, 246765, 235148, 232963, 217270, 212532]
TK2023 += [178802, 71345, 52913, 51043, 44253, 12838, 9117, 5487, 5325, 5122, 4152, 3966, 1038, 3967 - 262 + 262]
D66, SP = 5, 8
VOTES = st.dictionaries(st.integers(1, 9), st.integers(0, 25), min_size=2, max_size=4).filter(
    lambda v: sum(v.values()) > 0
)


def parties(votes: dict[int, int], sizes: dict[int, int] | None = None) -> list[Party]:
    made = []
    for number, total in votes.items():
        size = (sizes or {}).get(number, 0)
        people = tuple(Standing(f"{number}/{i}", total if i == 0 else 0) for i in range(size))
        made.append(Party(number, "", total, (PartyList("geen", people),) if size else ()))
    return made


def nation() -> tuple[list[Party], Allotment]:
    listed = parties(dict(enumerate(TK2023, 1)))
    found = allot(rules_for("TK", 150), listed, Lots([]))
    assert isinstance(found, Allotment)
    return listed, found


def test_the_last_seat_of_tk2023_hung_on_158_votes() -> None:
    listed, found = nation()
    rules = rules_for("TK", 150)
    smallest = next(m for m in margins(rules, listed, found) if m.source is None)
    assert (smallest.target, smallest.votes, smallest.lot, smallest.changes) == (D66, 158, True, ((D66, 1), (SP, -1)))


def test_the_closest_loss_and_win_of_a_list_are_named() -> None:
    listed, found = nation()
    all_of_them = margins(rules_for("TK", 150), listed, found)
    loses = next(m for m in all_of_them if (SP, -1) in m.changes)
    wins = next(m for m in all_of_them if (D66, 1) in m.changes)
    assert (loses.source, loses.target, loses.votes) == (wins.source, wins.target, wins.votes) == (SP, D66, 53)


def test_a_correction_that_turns_a_seat_is_told_from_one_that_does_not() -> None:
    listed, _ = nation()
    rules = rules_for("TK", 150)
    assert turned(rules, listed, {D66: 157}) is None
    change = turned(rules, listed, {D66: 159})
    assert change is not None
    assert (change.lot, change.changes) == (False, ((D66, 1), (SP, -1)))


def outcomes(rules: Rules, listed: list[Party]) -> list[dict[int, int]]:
    """Every allotment that some way of drawing lots gives."""
    found: list[dict[int, int]] = []
    waiting: list[list[Draw]] = [[]]
    while waiting:
        draws = waiting.pop()
        result = allot(rules, listed, Lots(draws))
        if isinstance(result, LotNeeded):
            waiting += [[*draws, Draw(result.question.options, option)] for option in result.question.options]
        elif result.seats() not in found:
            found.append(result.seats())
    return found


def scanned(
    votes: dict[int, int], sizes: dict[int, int], seats: int, category: str, source: int | None, target: int
) -> int | None:
    """The margin by trying every number of votes."""
    rules = rules_for(category, seats)
    before = outcomes(rules, parties(votes, sizes))
    for number in range(1, votes[source] + 1 if source is not None else sum(votes.values()) + 1):
        moved = {**votes, target: votes[target] + number}
        if source is not None:
            moved[source] -= number
        if outcomes(rules, parties(moved, sizes)) != before:
            return number
    return None


@settings(max_examples=60, deadline=None)
@given(VOTES, st.integers(1, 26), st.sampled_from(["GR", "TK", "EK"]), st.data())
def test_every_margin_is_what_trying_each_number_finds(
    votes: dict[int, int], seats: int, category: str, pick: st.DataObject
) -> None:
    sizes = pick.draw(st.dictionaries(st.sampled_from(sorted(votes)), st.integers(1, 8), max_size=2))
    listed = parties(votes, sizes)
    found = allot(rules_for(category, seats), listed, Lots([]))
    assume(isinstance(found, Allotment))
    assert isinstance(found, Allotment)
    known = {(m.source, m.target): m.votes for m in margins(rules_for(category, seats), listed, found)}
    for target in votes:
        for source in (None, *(n for n in votes if n != target and votes[n])):
            expected = scanned(votes, sizes, seats, category, source, target)
            if expected is None and source is None:
                assert known.get((source, target), 10**9) > sum(votes.values())
            else:
                assert known.get((source, target)) == expected
