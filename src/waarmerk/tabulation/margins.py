"""Margins: the smallest number of votes, moved or added, that changes who has how many seats; and whether a correction would.

Exact, for every method. Between two *events* (points where one of the comparisons that the allotment rests on turns round) the
outcome cannot change, so the search jumps from event to event and works out the seats there. A point at which only a lot would
decide counts as turned: the seat is no longer certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from waarmerk.tabulation.law import Rules
from waarmerk.tabulation.lots import Draw, Lots
from waarmerk.tabulation.party import Party
from waarmerk.tabulation.seats import Allotment, LotNeeded, Share, allot
from waarmerk.tabulation.steps import Kind

MAX_EVENTS = 20_000
"""Events without a change of seats, of one question; a nation has some tens. Beyond it the answer is *not found*, never a guess."""

MAX_DRAWS = 64
"""Ways to draw lots that are tried to show what a lot may change; real ones are between two or three."""


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
    found = [_margin(rules, parties, allotment, source, target) for source, target in _questions(parties)]
    return tuple(sorted((m for m in found if m is not None), key=lambda m: (m.votes, m.target, m.source or 0)))


def closest(found: Sequence[Margin], number: int) -> tuple[Margin | None, Margin | None]:
    """Return the smallest margin with which a list would lose a seat, and the one with which it would win one."""
    loses = next((m for m in found if any(n == number and by < 0 for n, by in m.changes)), None)
    wins = next((m for m in found if any(n == number and by > 0 for n, by in m.changes)), None)
    return loses, wins


def turned(rules: Rules, parties: Sequence[Party], corrections: Mapping[int, int]) -> Margin | None:
    """Return what these corrections (votes by list number, more or fewer) would change; ``None`` when no seat moves.

    For a finding or a case: whether it matters for the result. ``votes`` is the sum of what is added and taken away.
    """
    before = _outcome(rules, parties)
    changed = [_changed(party, corrections.get(party.number, 0)) for party in parties]
    after = _outcome(rules, changed)
    if _same(before, after):
        return None
    size = sum(abs(by) for by in corrections.values())
    gaining = max(corrections, key=lambda number: corrections[number])
    lot = isinstance(after, LotNeeded)
    return Margin(None, gaining, size, lot, _changes(before, _after_lots(rules, changed, before)))


Outcome = Allotment | LotNeeded
Line = tuple[int, int]
"""A quantity that changes with the number of votes x: value at 0, and per vote."""


def _questions(parties: Sequence[Party]) -> Iterator[tuple[int | None, int]]:
    for target in parties:
        yield None, target.number
        for source in parties:
            if source.votes and source.number != target.number:
                yield source.number, target.number


def _margin(
    rules: Rules, parties: Sequence[Party], before: Allotment, source: int | None, target: int
) -> Margin | None:
    limit = next(
        (party.votes for party in parties if party.number == source), sum(p.votes for p in parties) * rules.seats
    )
    effect = {target: 1} if source is None else {target: 1, source: -1}
    now: Outcome = before
    votes = 0
    for _ in range(MAX_EVENTS):
        event = _next_event(rules, parties, now, effect, votes)
        if event is None or event > limit:
            return None
        votes = event
        changed = [_changed(party, effect.get(party.number, 0) * votes) for party in parties]
        now = _outcome(rules, changed)
        if not _same(before, now):
            lot = isinstance(now, LotNeeded)
            return Margin(source, target, votes, lot, _changes(before, _after_lots(rules, changed, before)))
    return None


def _outcome(rules: Rules, parties: Sequence[Party]) -> Outcome:
    return allot(rules, parties, Lots(()))


def _after_lots(rules: Rules, parties: Sequence[Party], before: Outcome) -> Outcome:
    """Return an outcome that differs, after drawing the lots that are needed one way or another; the first one tried."""
    open_draws: list[tuple[Draw, ...]] = [()]
    for _ in range(MAX_DRAWS):
        draws = open_draws.pop()
        found = allot(rules, parties, Lots(draws))
        if isinstance(found, LotNeeded):
            options = found.question.options
            open_draws += [(*draws, Draw(options, option)) for option in options]
        elif not _same(before, found):
            return found
        if not open_draws:
            break
    return before


def _changed(party: Party, by: int) -> Party:
    if not by:
        return party
    return Party(party.number, party.name, max(party.votes + by, 0), party.lists)


def _same(before: Outcome, after: Outcome) -> bool:
    """Whether every list has as many seats; a lot that is newly needed is a difference, one of before is not."""
    if isinstance(before, LotNeeded) or isinstance(after, LotNeeded):
        return isinstance(before, LotNeeded) and isinstance(after, LotNeeded) and before.question == after.question
    return before.seats() == after.seats()


def _changes(before: Outcome, after: Outcome) -> tuple[tuple[int, int], ...]:
    if isinstance(before, LotNeeded) or isinstance(after, LotNeeded):
        return ()
    had, has = before.seats(), after.seats()
    return tuple((number, has[number] - had[number]) for number in sorted(had) if has[number] != had[number])


def _next_event(
    rules: Rules, parties: Sequence[Party], now: Outcome, effect: Mapping[int, int], votes: int
) -> int | None:
    """Return the first number of votes beyond ``votes`` at which a comparison of this outcome would come out differently."""
    if isinstance(now, LotNeeded):
        return votes + 1
    lines = {party.number: (party.votes, effect.get(party.number, 0)) for party in parties}
    everything = (sum(line[0] for line in lines.values()), sum(line[1] for line in lines.values()))
    events = (
        event
        for one, other in _comparisons(rules, now, lines, everything)
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
    moving = [share for share in now.shares if lines[share.number][1] or everything[1]]
    for share in moving:
        yield from _alone(rules, _quotas(share, now), lines[share.number], everything)
    plain = _is_plain(rules, now)
    rivals = [s for s in now.shares if not rules.threshold or s.votes >= now.quota] if plain else now.shares
    for share in moving:
        if plain and share not in rivals:
            continue
        for other in rivals:
            if other.number == share.number:
                continue
            if plain:
                yield from _last_and_next(share, other, lines)
            else:
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


def _last_and_next(share: Share, other: Share, lines: Mapping[int, Line]) -> Iterator[tuple[Line, Line]]:
    """The average with which one got its last seat against that with which the other would get its next: largest averages."""
    one, two = lines[share.number], lines[other.number]
    yield _times(one, other.seats + 1), _times(two, share.seats)
    yield _times(one, other.seats), _times(two, share.seats + 1)


def _quotas(share: Share, now: Allotment) -> int:
    """How often the quota is in a list's votes: its full seats, also those that it gave back for want of candidates."""
    return share.votes // now.quota


def _divisors(share: Share, now: Allotment) -> range:
    """The numbers by which a list's votes were divided in any round that it took part in, or would be in the next."""
    held = [int(s.figures["before"]) + 1 for s in now.steps if s.party == share.number and "before" in s.figures]
    return range(max(share.full, 1), max([share.seats, _quotas(share, now), *held]) + 2)


def _is_plain(rules: Rules, outcome: Allotment) -> bool:
    """Whether the seats are largest averages and nothing else: no majority rule, no list without candidates left."""
    special = (Kind.MAJORITY, Kind.EXHAUSTED, Kind.VACANT)
    return rules.averages and not any(step.kind in special for step in outcome.steps)


def _times(line: Line, factor: int) -> Line:
    return line[0] * factor, line[1] * factor


def _minus(one: Line, other: Line) -> Line:
    return one[0] - other[0], one[1] - other[1]
