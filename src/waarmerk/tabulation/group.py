"""Seats inside a list group (*lijstengroep*): by the group's own quota and largest remainders (P 12, P 13; U 12, U 13)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from waarmerk.tabulation.law import Rule
from waarmerk.tabulation.lots import Lots, Purpose, Question
from waarmerk.tabulation.party import Party, PartyList
from waarmerk.tabulation.steps import Derivation, Kind, Value


@dataclass(slots=True)
class GroupSeats:
    """How many seats each list of a party has, by contest, and which of them were given last."""

    party: Party
    lots: Lots
    derivation: Derivation
    quota: Fraction
    seats: dict[str, int] = field(default_factory=dict)
    awards: list[str] = field(default_factory=list)
    """The contests of the rest seats, in the order in which they were given."""

    def free(self, lst: PartyList) -> bool:
        """Whether a list has a living candidate for another seat."""
        return self.seats[lst.contest] < sum(not person.deceased for person in lst.persons)

    def give(self, number: int, rule: Rule = Rule.GROUP) -> None:
        """Give so many seats by largest remainders, one per list, and beyond those by largest averages (P 13 lid 2)."""
        while number > 0:
            kind, values = self._round(rule)
            if not values:
                return
            top = max(values.values())
            tied = tuple(contest for contest, value in values.items() if value == top)
            lot = tied if len(tied) > number else ()
            for contest in (self._drawn(rule, tied),) if lot else tied:
                self._award(rule, kind, contest, top, lot)
                number -= 1

    def _round(self, rule: Rule) -> tuple[Kind, dict[str, Fraction]]:
        lists = [lst for lst in self.party.lists if self.free(lst)]
        remainders = {
            lst.contest: lst.votes - lst.votes // self.quota * self.quota
            for lst in lists
            if lst.contest not in self.awards
        }
        if remainders:
            return (Kind.GROUP_REMAINDER if rule is Rule.GROUP else Kind.GROUP_EXHAUSTED), remainders
        averages = {lst.contest: Fraction(lst.votes, self.seats[lst.contest] + 1) for lst in lists}
        return Kind.GROUP_AVERAGE, averages

    def _drawn(self, rule: Rule, tied: tuple[str, ...]) -> str:
        article = self.derivation.rules.article(rule)
        return str(self.lots.draw(Question(article, Purpose.SEAT_IN_GROUP, tied, self.party.number)))

    def _award(self, rule: Rule, kind: Kind, contest: str, value: Fraction, lot: tuple[Value, ...]) -> None:
        figures: dict[str, Value] = {"contest": contest, "value": value, "before": self.seats[contest]}
        self.seats[contest] += 1
        self.awards.append(contest)
        self.derivation.say(rule, kind, self.party.number, figures, lot)

    def take_last(self, open_lists: set[str]) -> str | None:
        """Take back the seat that was given last to one of these lists; ``None`` when none of them has any.

        Rest seats first, the last one first; then a full seat of the list with the smallest remainder over its full seats.
        """
        for index in range(len(self.awards) - 1, -1, -1):
            contest = self.awards[index]
            if contest in open_lists:
                del self.awards[index]
                self.seats[contest] -= 1
                return contest
        full = [lst for lst in self.party.lists if lst.contest in open_lists and self.seats[lst.contest]]
        if not full:
            return None
        last = min(full, key=lambda lst: (lst.votes - lst.votes // self.quota * self.quota, lst.contest))
        self.seats[last.contest] -= 1
        return last.contest


def group_seats(party: Party, seats: int, lots: Lots, derivation: Derivation) -> GroupSeats:
    """Return how the seats of a party are divided among its lists; a party with one list gives them all to that."""
    table = GroupSeats(party, lots, derivation, Fraction(party.votes, seats))
    if len(party.lists) == 1:
        table.seats[party.lists[0].contest] = seats
        return table
    for lst in party.lists:
        full = lst.votes // table.quota
        table.seats[lst.contest] = full
        if full:
            figures: dict[str, Value] = {
                "contest": lst.contest,
                "votes": lst.votes,
                "seats": full,
                "quota": table.quota,
            }
            derivation.say(Rule.GROUP, Kind.GROUP_FULL, party.number, figures)
    # Remainders are worked out without regard to candidates first: a list gives back what it cannot fill (P 13).
    table.give(seats - sum(table.seats.values()))
    surplus = 0
    for lst in party.lists:
        living = sum(not person.deceased for person in lst.persons)
        while table.seats[lst.contest] > living:
            table.take_last({lst.contest})
            surplus += 1
    table.give(surplus, Rule.GROUP_EXHAUSTED)
    return table
