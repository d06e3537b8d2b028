"""Who is elected: by preference first, then in the order of the lists (P 15 to P 19, Y 23a, U 15 and further).

In a group of lists a person stands on several lists and keeps one seat. The dead are passed over, their votes counted for
their list. Where equal numbers of preference votes matter, a lot is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from waarmerk.tabulation.group import GroupSeats, group_seats
from waarmerk.tabulation.law import Rule, Rules
from waarmerk.tabulation.lots import Lots, Purpose, Question
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.steps import Derivation, Kind, Value


class How(StrEnum):
    """How a person was elected; in a 520 ``Ranking`` 1 and 2."""

    PREFERENCE = "preference"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Elected:
    """One elected person: on which list of which party, how, with how many votes on all lists of the party together."""

    party: int
    contest: str
    key: str
    name: str
    votes: int
    how: How


@dataclass(slots=True)
class _Election:
    """The state while the seats of one party are filled."""

    party: Party
    group: GroupSeats
    derivation: Derivation
    votes: dict[str, int]
    names: dict[str, str]
    elected: list[Elected] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)

    def left(self, contest: str) -> int:
        """Seats of a list that nobody has yet."""
        return self.group.seats[contest] - self.used.get(contest, 0)

    def in_list(self, key: str) -> list[tuple[PartyList, Standing]]:
        """The lists on which a person stands, the one with most votes for them first; at a tie the first district (P 18)."""
        places = [(lst, person) for lst in self.party.lists for person in lst.persons if person.key == key]
        return sorted(places, key=lambda place: -place[1].votes)

    def elect(self, key: str, contest: str, how: How) -> None:
        self.used[contest] = self.used.get(contest, 0) + 1
        self.elected.append(Elected(self.party.number, contest, key, self.names[key], self.votes[key], how))

    def is_elected(self, key: str) -> bool:
        return any(person.key == key for person in self.elected)


def elect(
    rules: Rules, quota: Fraction, party: Party, seats: int, lots: Lots, derivation: Derivation
) -> tuple[Elected, ...]:
    """Return who is elected for the seats of one party, in the order in which they are declared so.

    A lot that must be drawn goes up as ``LotAsked``.
    """
    if not seats or not party.lists:
        return ()
    votes, names = persons_of(party)
    state = _Election(party, group_seats(party, seats, lots, derivation), derivation, votes, names)
    over = _over_threshold(rules, quota, state)
    for key in _by_preference(over, seats, state, lots):
        _seat_by_preference(key, state)
    _seat_by_order(state)
    return tuple(state.elected)


def persons_of(party: Party) -> tuple[dict[str, int], dict[str, str]]:
    """Return the votes and the name of every living person, in the order of the lists."""
    votes: dict[str, int] = {}
    names: dict[str, str] = {}
    for lst in party.lists:
        for person in lst.persons:
            if not person.deceased:
                votes[person.key] = votes.get(person.key, 0) + person.votes
                names.setdefault(person.key, person.name)
    return votes, names


def _over_threshold(rules: Rules, quota: Fraction, state: _Election) -> list[str]:
    """Return who has enough votes of their own, in the order of the lists."""
    threshold = rules.preference * quota
    figures: dict[str, Value] = {"threshold": threshold, "quota": quota, "percent": int(rules.preference * 100)}
    over = [key for key, votes in state.votes.items() if rules.preferred(votes, quota)]
    state.derivation.say(
        Rule.PREFERENCE, Kind.PREFERENCE_THRESHOLD, state.party.number, {**figures, "persons": len(over)}
    )
    return over


def _by_preference(over: list[str], seats: int, state: _Election, lots: Lots) -> Iterable[str]:
    """Return who is elected by preference, most votes first, as far as there are seats; equals in the order of the lists."""
    chosen: list[str] = []
    for votes in sorted({state.votes[key] for key in over}, reverse=True):
        tied = [key for key in over if state.votes[key] == votes]
        while tied and len(chosen) < seats:
            drawn = tied[0]
            if len(tied) > seats - len(chosen):
                article = state.derivation.rules.article(Rule.PREFERENCE)
                drawn = str(lots.draw(Question(article, Purpose.PERSON, tuple(tied), state.party.number)))
            tied.remove(drawn)
            chosen.append(drawn)
    return chosen


def _seat_by_preference(key: str, state: _Election) -> None:
    """Give a person the seat on their strongest list that has one left; else there all the same, and another lapses (P 16)."""
    places = [lst.contest for lst, _ in state.in_list(key)]
    contest = next((contest for contest in places if state.left(contest) > 0), places[0])
    figures: dict[str, Value] = {"person": state.names[key] or key, "votes": state.votes[key], "contest": contest}
    rule = Rule.PREFERENCE
    kind = Kind.PREFERENCE
    if len(state.party.lists) > 1:
        rule = Rule.PREFERENCE_IN_GROUP
        if state.left(contest) <= 0:
            taken = state.group.take_last({c for c in state.group.seats if state.left(c) > 0})
            state.group.seats[contest] += 1
            kind, figures["loser"] = Kind.PREFERENCE_MOVES, taken or ""
    state.elect(key, contest, How.PREFERENCE)
    state.derivation.say(rule, kind, state.party.number, figures)


def _seat_by_order(state: _Election) -> None:
    """Fill the seats that are left in the order of the lists; a seat whose list runs out moves inside the group (P 17, P 18)."""
    while True:
        heads = {
            lst.contest: head
            for lst in state.party.lists
            if state.left(lst.contest) > 0 and (head := _head(lst, state))
        }
        if heads:
            key = next(iter(heads.values()))
            contests = [contest for contest, head in heads.items() if head == key]
            contest = next(lst.contest for lst, _ in state.in_list(key) if lst.contest in contests)
            state.elect(key, contest, How.ORDER)
            _say_order(key, contest, state)
        elif not _move_empty_seat(state):
            return


def _head(lst: PartyList, state: _Election) -> str | None:
    """Return the first living person of a list who has no seat yet."""
    return next((p.key for p in lst.persons if not p.deceased and not state.is_elected(p.key)), None)


def _say_order(key: str, contest: str, state: _Election) -> None:
    rule = Rule.ORDER_IN_GROUP if len(state.party.lists) > 1 else Rule.ORDER
    figures: dict[str, Value] = {"person": state.names[key] or key, "contest": contest}
    state.derivation.say(rule, Kind.ORDER, state.party.number, figures)


def _move_empty_seat(state: _Election) -> bool:
    """Give the seat of a list that has run out to a list of the group that has not (P 13); whether there was one."""
    empty = [lst for lst in state.party.lists if state.left(lst.contest) > 0]
    others = [lst for lst in state.party.lists if lst not in empty and _head(lst, state)]
    if not empty or not others:
        return False
    state.group.seats[empty[0].contest] -= 1
    best = max(others, key=lambda lst: Fraction(lst.votes, state.group.seats[lst.contest] + 1))
    state.group.seats[best.contest] += 1
    figures: dict[str, Value] = {"contest": best.contest, "loser": empty[0].contest}
    state.derivation.say(Rule.GROUP_EXHAUSTED, Kind.GROUP_MOVES, state.party.number, figures)
    return True
