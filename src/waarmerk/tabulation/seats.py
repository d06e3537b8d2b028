"""Seats of the lists: quota, full seats, rest seats, majority, exhausted lists (Kieswet P 5 to P 10, U 7 to U 10).

Integers and fractions only. Each step cites its article and carries the figures with which a person can follow it by hand.
A tie that matters stops the calculation with a question (``lots``); nothing here is decided by order or chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from waarmerk.errors import BadData
from waarmerk.tabulation.law import REMAINDER_THRESHOLD, Rule, Rules
from waarmerk.tabulation.lots import LotAsked, Lots, Purpose, Question
from waarmerk.tabulation.party import Contender, Party
from waarmerk.tabulation.steps import Derivation, Kind, Step, Value


class Way(StrEnum):
    """How a rest seat was won."""

    AVERAGE = "average"
    REMAINDER = "remainder"
    UNIQUE_AVERAGE = "unique-average"
    MAJORITY = "majority"


@dataclass(frozen=True, slots=True)
class Award:
    """One rest seat, in the order in which they were given: to whom, how, with which average or remainder."""

    party: int
    way: Way
    value: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """What one party has in the end."""

    number: int
    name: str
    votes: int
    full: int
    residual: int

    @property
    def seats(self) -> int:
        """All its seats."""
        return self.full + self.residual


@dataclass(frozen=True, slots=True)
class Allotment:
    """The seats of every party, and how they came about."""

    quota: Fraction
    shares: tuple[Share, ...]
    steps: tuple[Step, ...]
    vacant: int
    """Seats that stay empty because every list has run out of candidates."""

    def seats(self) -> dict[int, int]:
        """Seats by list number."""
        return {share.number: share.seats for share in self.shares}


@dataclass(frozen=True, slots=True)
class LotNeeded:
    """The calculation stops here: this lot must be drawn first. The steps so far stand."""

    question: Question
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Table:
    """The state of one calculation: who has what so far. Private to this room."""

    rules: Rules
    parties: tuple[Contender, ...]
    by_number: dict[int, Contender]
    lots: Lots
    derivation: Derivation
    quota: Fraction
    full: dict[int, int] = field(default_factory=dict)
    residual: dict[int, int] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    """The rest seats that stand, in the order in which they were given; counted by list in ``residual``."""
    given: int = 0
    """Rest seats given so far, also those that lapsed."""
    vacant: int = 0
    only_with_candidates: bool = False
    """From P 10 on, lists without a candidate left take no part."""

    def seats(self, party: Contender) -> int:
        """All seats of a party so far."""
        return self.full[party.number] + self.residual[party.number]

    def award(self, number: int, way: Way, value: Fraction) -> None:
        """Give a rest seat."""
        self.awards.append(Award(number, way, value))
        self.residual[number] += 1
        self.given += 1

    def take_back(self, number: int) -> None:
        """Take back the rest seat that this list won last."""
        del self.awards[max(index for index, award in enumerate(self.awards) if award.party == number)]
        self.residual[number] -= 1

    def won(self, party: Contender, way: Way) -> bool:
        """Whether it holds a seat won this way."""
        return any(award.party == party.number and award.way is way for award in self.awards)

    def takes_part(self, party: Contender) -> bool:
        """Whether it may get another seat at all: it has votes and, from P 10 on, a candidate."""
        size = party.size
        free = not self.only_with_candidates or size is None or self.seats(party) < size
        return party.votes > 0 and free


def allot(rules: Rules, parties: Sequence[Party | Contender], lots: Lots) -> Allotment | LotNeeded:
    """Return the seats of every party, or the lot that must be drawn first; the order of the parties never matters.

    Raises ``BadData`` ``E-SEATS-VOTES`` without any vote, ``E-EML-DUPLICATE`` for a list number that stands there twice,
    ``E-LOT-OTHER`` for an answer to another question. Draws that are not needed are left to the caller (``Lots.finish``).
    """
    table = _laid_out(rules, parties, lots)
    try:
        _full_seats(table)
        _rest_seats(table, rules.seats - sum(table.full.values()))
        if rules.majority:
            _majority(table)
        _exhausted(table)
    except LotAsked as asked:
        return LotNeeded(asked.question, tuple(table.derivation.steps))
    shares = tuple(
        Share(p.number, p.name, p.votes, table.full[p.number], table.residual[p.number]) for p in table.parties
    )
    return Allotment(table.quota, shares, tuple(table.derivation.steps), table.vacant)


def _laid_out(rules: Rules, parties: Sequence[Party | Contender], lots: Lots) -> Table:
    contenders = (Contender.of(party) if isinstance(party, Party) else party for party in parties)
    ordered = tuple(sorted(contenders, key=lambda party: party.number))
    for one, other in pairwise(ordered):
        if one.number == other.number:
            raise BadData("E-EML-DUPLICATE", f"list {one.number} stands there twice")
    votes = sum(party.votes for party in ordered)
    if votes == 0:
        raise BadData("E-SEATS-VOTES", "no list has a vote: there is nothing to allot seats by")
    table = Table(
        rules,
        ordered,
        {party.number: party for party in ordered},
        lots,
        Derivation(rules),
        Fraction(votes, rules.seats),
    )
    table.derivation.say(Rule.QUOTA, Kind.QUOTA, None, {"votes": votes, "seats": rules.seats, "quota": table.quota})
    return table


def _full_seats(table: Table) -> None:
    for party in table.parties:
        seats = table.full[party.number] = party.votes // table.quota
        table.residual[party.number] = 0
        if seats:
            table.derivation.say(
                Rule.FULL, Kind.FULL, party.number, {"votes": party.votes, "quota": table.quota, "seats": seats}
            )


def _rest_seats(table: Table, seats: int) -> None:
    """Give so many seats, one round after another; what nobody can take stays empty."""
    while seats > 0:
        way, values = _round(table)
        if not values:
            table.vacant += seats
            table.derivation.say(Rule.EXHAUSTED, Kind.VACANT, None, {"seats": seats})
            return
        top = max(values.values())
        tied = [number for number, value in values.items() if value == top]
        if len(tied) <= seats:
            for number in tied:
                _award(table, number, way, top)
            seats -= len(tied)
        else:
            _award_by_lot(table, tied, way, top)
            seats -= 1


def _award_by_lot(table: Table, tied: list[int], way: Way, value: Fraction) -> None:
    article = table.rules.article(_RULE[way])
    drawn = table.lots.draw(Question(article, Purpose.SEAT, tuple(tied)))
    _award(table, int(drawn), way, value, tuple(tied))


def _award(table: Table, number: int, way: Way, value: Fraction, lot: tuple[Value, ...] = ()) -> None:
    party = table.by_number[number]
    before = table.seats(party)
    table.award(number, way, value)
    figures: dict[str, Value] = {"votes": party.votes, "before": before, "value": value, "seat": table.given}
    if way is Way.REMAINDER:
        figures["quota"] = table.quota
    table.derivation.say(_RULE[way], Kind(way.value), number, figures, lot)


_RULE = {Way.AVERAGE: Rule.AVERAGE, Way.REMAINDER: Rule.REMAINDER, Way.UNIQUE_AVERAGE: Rule.AVERAGE}


def _round(table: Table) -> tuple[Way, dict[int, Fraction]]:
    """Return who takes part in the next round, with the value by which the seat goes."""
    if not table.rules.averages:
        values = _remainders(table)
        if values:
            return Way.REMAINDER, values
        values = {p.number: _average(table, p) for p in _taking_part(table) if not table.won(p, Way.UNIQUE_AVERAGE)}
        if values:
            return Way.UNIQUE_AVERAGE, values
    parties = _taking_part(table)
    if table.rules.threshold:
        parties = [party for party in parties if party.votes >= table.quota]
    return Way.AVERAGE, {party.number: _average(table, party) for party in parties}


def _taking_part(table: Table) -> list[Contender]:
    return [party for party in table.parties if table.takes_part(party)]


def _remainders(table: Table) -> dict[int, Fraction]:
    """Lists with at least three quarters of the quota, at most one seat each; remainder 0 is the smallest remainder (P 8)."""
    enough = REMAINDER_THRESHOLD * table.quota
    return {
        party.number: party.votes - party.votes // table.quota * table.quota
        for party in _taking_part(table)
        if party.votes >= enough and not table.won(party, Way.REMAINDER)
    }


def _average(table: Table, party: Contender) -> Fraction:
    return Fraction(party.votes, table.seats(party) + 1)


def _majority(table: Table) -> None:
    """More than half of the votes without more than half of the seats: one seat more, the last one given lapses (P 9)."""
    votes = sum(party.votes for party in table.parties)
    winner = next((party for party in table.parties if 2 * party.votes > votes), None)
    if winner is None or 2 * table.seats(winner) > table.rules.seats or not table.awards:
        return
    last = table.awards[-1]
    tied = tuple(award.party for award in table.awards if award.way is last.way and award.value == last.value)
    lot = tied if len(tied) > 1 else ()
    loser = last.party
    if lot:
        loser = int(table.lots.draw(Question(table.rules.article(Rule.MAJORITY), Purpose.LOSES, lot)))
    table.take_back(loser)
    figures: dict[str, Value] = {"votes": winner.votes, "all": votes, "seats": table.rules.seats}
    figures |= {"before": table.seats(winner), "loser": loser, "value": last.value}
    table.derivation.say(Rule.MAJORITY, Kind.MAJORITY, winner.number, figures, lot)
    table.award(winner.number, Way.MAJORITY, Fraction(0))


def _exhausted(table: Table) -> None:
    """Lists with more seats than candidates give back the surplus, rest seats first; the others go on (P 10)."""
    table.only_with_candidates = True
    open_seats = 0
    for party in table.parties:
        size = party.size
        surplus = 0 if size is None else max(table.seats(party) - size, 0)
        for _ in range(surplus):
            full = not table.residual[party.number]
            if full:
                table.full[party.number] -= 1
            else:
                table.take_back(party.number)
            kind = "full" if full else "residual"
            table.derivation.say(Rule.EXHAUSTED, Kind.EXHAUSTED, party.number, {"candidates": size or 0, "kind": kind})
        open_seats += surplus
    _rest_seats(table, open_seats)
