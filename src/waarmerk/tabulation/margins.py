"""Margins: the smallest number of votes, moved or added, that changes who has how many seats; and whether a correction would.

Exact, for every method. Between two *events* (points where one of the comparisons that the allotment rests on turns round) the
outcome cannot change, so the search jumps from event to event and works out the seats there. A point at which only a lot would
decide counts as turned: the seat is no longer certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import permutations, product, takewhile
from typing import TypeVar

from waarmerk.tabulation.law import Rules
from waarmerk.tabulation.lots import Draw, Lots
from waarmerk.tabulation.party import Contender, Party
from waarmerk.tabulation.seats import Allotment, LotNeeded, Share, allot
from waarmerk.tabulation.steps import Kind

MAX_EVENTS = 20_000
"""Events without a change of seats, of one question; a nation has some tens. Beyond it the answer is *not found*, never a guess."""

MAX_DRAWS = 64
"""Calculations with lots drawn one way or another, to see what a lot may change; real ones are between two or three."""


@dataclass(frozen=True, slots=True)
class Margin:
    """So many votes turn a seat: moved from ``source`` to ``target``, or added to ``target`` where there is no source."""

    source: int | None
    target: int
    votes: int
    lot: bool
    """At this number a lot would decide; one vote more may do it without."""
    changes: tuple[tuple[int, int], ...]
    """List and number of seats more (or fewer) then; with a lot: after one of its outcomes."""


def margins(rules: Rules, parties: Sequence[Party], allotment: Allotment) -> tuple[Margin, ...]:
    """Return the margin of every move between two lists and of every addition to one, smallest first.

    ``allotment`` is that of these parties. A move that changes nothing, whatever its size, is left out.
    """
    contenders = [Contender.of(party) for party in parties]
    found = [_margin(rules, contenders, allotment, source, target) for source, target in _questions(contenders)]
    return tuple(sorted((m for m in found if m is not None), key=lambda m: (m.votes, m.target, m.source or 0)))


def turned(rules: Rules, parties: Sequence[Party], corrections: Mapping[int, int]) -> Margin | None:
    """Return what these corrections (votes by list number, more or fewer) would change; ``None`` when no seat moves.

    For a finding or a case: whether it matters for the result. ``votes`` is the sum of what is added and taken away.
    """
    contenders = [Contender.of(party) for party in parties]
    before = _possible(rules, contenders)
    after = _possible(rules, [_changed(party, corrections.get(party.number, 0)) for party in contenders])
    if before.seats == after.seats:
        return None
    gaining = max(corrections, key=lambda number: corrections[number])
    size = sum(abs(by) for by in corrections.values())
    return Margin(None, gaining, size, after.lot, _changes(before.outcomes[0], after, before))


@dataclass(frozen=True, slots=True, eq=False)
class _Possible:
    """What the seats can be: one outcome, or several where a lot that matters must be drawn."""

    outcomes: tuple[Allotment, ...]
    lot: bool
    """Whether any lot is needed, also one that changes nothing."""

    @property
    def seats(self) -> list[dict[int, int]]:
        """The different allotments."""
        return [outcome.seats() for outcome in self.outcomes]


Line = tuple[int, int]
"""A quantity that changes with the number of votes x: value at 0, and per vote."""


def _questions(parties: Sequence[Contender]) -> Iterator[tuple[int | None, int]]:
    for target in parties:
        yield None, target.number
        for source in parties:
            if source.votes and source.number != target.number:
                yield source.number, target.number


def _margin(
    rules: Rules, parties: Sequence[Contender], before: Allotment, source: int | None, target: int
) -> Margin | None:
    found = _search(rules, parties, before, {target: 1} if source is None else {target: 1, source: -1})
    if found is None:
        return None
    votes, now = found
    return Margin(source, target, votes, now.lot, _changes(before, now))


def votes_to_turn(
    rules: Rules, parties: Sequence[Party], allotment: Allotment, effect: Mapping[int, int]
) -> int | None:
    """Return how many votes turn a seat when each one has this effect (1 or -1 by list number); ``None`` when no number does."""
    found = _search(rules, [Contender.of(party) for party in parties], allotment, effect)
    return None if found is None else found[0]


def _search(
    rules: Rules, parties: Sequence[Contender], before: Allotment, effect: Mapping[int, int]
) -> tuple[int, _Possible] | None:
    everything = sum(party.votes for party in parties)
    taken = [party.votes for party in parties if effect.get(party.number, 0) < 0]
    # Without any vote there is nothing to allot by.
    most = everything - 1 if sum(effect.values()) < 0 else everything
    limit = min(*taken, most) if taken else everything * rules.seats
    now = _Possible((before,), lot=False)
    votes = 0
    for _ in range(MAX_EVENTS):
        event = _next_event(rules, parties, now, effect, votes)
        if event is None or event > limit:
            return None
        votes = event
        now = _possible(rules, [_changed(party, effect.get(party.number, 0) * votes) for party in parties])
        if now.seats != [before.seats()]:
            return votes, now
    return None


Outcome = TypeVar("Outcome")


def ways(calculate: Callable[[tuple[Draw, ...]], Outcome | LotNeeded]) -> tuple[list[Outcome], bool]:
    """Return what a calculation comes to by every way of drawing its lots, as far as ``MAX_DRAWS`` goes; and whether it has any."""
    open_draws: list[tuple[Draw, ...]] = [()]
    found: list[Outcome] = []
    lot = False
    tried = 0
    while open_draws and (tried < MAX_DRAWS or not found):
        tried += 1
        draws = open_draws.pop()
        outcome = calculate(draws)
        if isinstance(outcome, LotNeeded):
            lot = True
            open_draws += [(*draws, Draw(outcome.question.options, option)) for option in outcome.question.options]
        else:
            found.append(outcome)
    return found, lot


def _possible(rules: Rules, parties: Sequence[Contender]) -> _Possible:
    outcomes, lot = ways(lambda draws: allot(rules, parties, Lots(draws)))
    different = [one for at, one in enumerate(outcomes) if one.seats() not in [two.seats() for two in outcomes[:at]]]
    return _Possible(tuple(different), lot)


def _changed(party: Contender, by: int) -> Contender:
    if not by:
        return party
    return replace(party, votes=max(party.votes + by, 0))


def _changes(before: Allotment, after: _Possible, known: _Possible | None = None) -> tuple[tuple[int, int], ...]:
    """Return who would have more or fewer seats, in the first outcome that is not one of before."""
    old = known.seats if known else [before.seats()]
    has = next((seats for seats in after.seats if seats not in old), after.seats[0] if after.outcomes else {})
    had = before.seats()
    return tuple((number, has[number] - had[number]) for number in sorted(has) if has[number] != had[number])


def _next_event(
    rules: Rules, parties: Sequence[Contender], now: _Possible, effect: Mapping[int, int], votes: int
) -> int | None:
    """Return the first number of votes beyond ``votes`` at which a comparison of this outcome would come out differently."""
    if now.lot:
        return votes + 1
    lines = {party.number: (party.votes, effect.get(party.number, 0)) for party in parties}
    everything = (sum(line[0] for line in lines.values()), sum(line[1] for line in lines.values()))
    events = (
        event
        for one, other in _comparisons(rules, now.outcomes[0], lines, everything)
        if (event := _turn(one, other, votes)) is not None
    )
    return min(events, default=None)


def _turn(one: Line, other: Line, votes: int) -> int | None:
    """Return the first whole number beyond ``votes`` where two lines compare otherwise than at ``votes``."""
    distance, slope = one[0] - other[0], one[1] - other[1]
    if slope == 0:
        return None
    here = distance + slope * votes
    if here == 0:
        return votes + 1
    if (here > 0) == (slope > 0):
        return None
    return votes + -(-abs(here) // abs(slope))


def _comparisons(
    rules: Rules, now: Allotment, lines: Mapping[int, Line], everything: Line
) -> Iterator[tuple[Line, Line]]:
    """Yield every comparison that the outcome rests on and that the votes in question touch."""
    moving = {share.number for share in now.shares if lines[share.number][1] or everything[1]}
    for share in now.shares:
        if share.number in moving:
            yield from _alone(rules, _quotas(share, now), lines[share.number], everything)
    if rules.averages and not any(step.kind is Kind.MAJORITY for step in now.steps):
        for seats in _stages(rules, now):
            yield from _last_and_next(seats, lines, moving)
        return
    for share, other in permutations(now.shares, 2):
        if share.number in moving:
            yield from _between(rules, now, share, other, lines, everything)


def _alone(rules: Rules, quotas: int, line: Line, everything: Line) -> Iterator[tuple[Line, Line]]:
    """What one list is measured by: any vote, the majority, the quota and its parts."""
    scaled = _times(line, rules.seats)
    yield line, (0, 0)
    yield _times(line, 2), everything
    if rules.threshold:
        yield scaled, everything
    if not rules.averages:
        yield _times(scaled, 4), _times(everything, 3)
        yield scaled, _times(everything, quotas)
        yield scaled, _times(everything, quotas + 1)


def _between(
    rules: Rules, now: Allotment, share: Share, other: Share, lines: Mapping[int, Line], everything: Line
) -> Iterator[tuple[Line, Line]]:
    one, two = lines[share.number], lines[other.number]
    if not rules.averages:
        yield (
            _minus(_times(one, rules.seats), _times(everything, _quotas(share, now))),
            _minus(_times(two, rules.seats), _times(everything, _quotas(other, now))),
        )
    for mine, theirs in product(_divisors(share, now), _divisors(other, now)):
        yield _times(one, theirs), _times(two, mine)


def _last_and_next(
    seats: Mapping[int, int], lines: Mapping[int, Line], moving: Set[int]
) -> Iterator[tuple[Line, Line]]:
    """The average with which one got its last seat against that with which another would get its next: largest averages."""
    for one, other in permutations(seats, 2):
        if seats[one] and (one in moving or other in moving):
            yield _times(lines[one], seats[other] + 1), _times(lines[other], seats[one])


def _stages(rules: Rules, now: Allotment) -> Iterator[Mapping[int, int]]:
    """Yield the seats of those who take part: in the end, and before lists without candidates gave theirs back."""
    takes_part = {share.number for share in now.shares if not rules.threshold or share.votes >= now.quota}
    yield {share.number: share.seats for share in now.shares if share.number in takes_part}
    if any(step.kind is Kind.EXHAUSTED for step in now.steps):
        first = {share.number: _quotas(share, now) for share in now.shares if share.number in takes_part}
        for step in takewhile(lambda step: step.kind is not Kind.EXHAUSTED, now.steps):
            if step.kind is Kind.AVERAGE and step.party is not None:
                first[step.party] += 1
        yield first


def _quotas(share: Share, now: Allotment) -> int:
    """How often the quota is in a list's votes: its full seats, also those that it gave back for want of candidates."""
    return share.votes // now.quota


def _divisors(share: Share, now: Allotment) -> range:
    """The numbers by which a list's votes were divided in any round that it took part in, or would be in the next."""
    held = [int(s.figures["before"]) + 1 for s in now.steps if s.party == share.number and "before" in s.figures]
    return range(max(share.full, 1), max([share.seats, _quotas(share, now), *held]) + 2)


def _times(line: Line, factor: int) -> Line:
    return line[0] * factor, line[1] * factor


def _minus(one: Line, other: Line) -> Line:
    return one[0] - other[0], one[1] - other[1]
