"""Whether a finding could matter for the result: what the seats and the elected become when its correction is made.

The seats are worked out again with the correction (eml-nl.md 12); nothing is estimated. What only a lot would decide could change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

from waarmerk.errors import BadData
from waarmerk.tabulation.elected import persons_of
from waarmerk.tabulation.law import Rules
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.margins import turned, votes_to_turn, ways
from waarmerk.tabulation.party import Party, PartyList, Place
from waarmerk.tabulation.result import Result, establish


@dataclass(frozen=True, slots=True)
class Shift:
    """What a finding supposes to be right: votes more (or fewer), by list number, and by person where that is known."""

    lists: Mapping[int, int] = field(default_factory=dict)
    """Of the list as a whole; a list that is not named here changes as its persons do."""
    persons: Mapping[Place, int] = field(default_factory=dict)
    contest: str | None = None
    """The district of the place where it was found; without it, or where its list is one of identical ones, the first."""

    def by_list(self) -> dict[int, int]:
        """Return the change of every list that changes."""
        changes: dict[int, int] = {}
        for (number, _), by in self.persons.items():
            changes[number] = changes.get(number, 0) + by
        return {number: by for number, by in (changes | dict(self.lists)).items() if by}


@dataclass(frozen=True, slots=True)
class Total:
    """The votes that a result rests on; ``draws`` are the lots that were drawn for it."""

    rules: Rules
    parties: tuple[Party, ...]
    draws: tuple[Draw, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What a correction could change."""

    seats: tuple[tuple[int, int], ...]
    """List and seats more or fewer, in one of the outcomes where a lot would decide."""
    persons: tuple[Place, ...]
    """Who could be elected and was not, or the other way round."""
    threshold: tuple[Place, ...]
    """Whose votes pass the preference threshold in one of the two only."""
    votes: int
    """Votes that change place, or are added or taken away."""
    margin: int | None
    """The fewest votes that turn a seat between the lists of the correction, in its direction; ``None`` when no number does."""

    @property
    def matters(self) -> bool:
        """Whether anything about the result could change."""
        return bool(self.seats or self.persons or self.threshold)


def impact(shift: Shift, total: Total | None) -> Impact | None:
    """Return what the correction of a finding could change; ``None`` as long as there is no total to tell it from.

    ``E-EML-CANDIDATES`` for a list or person that does not stand in the total, ``E-SEATS-VOTES`` when no vote is left.
    """
    if total is None:
        return None
    changes = shift.by_list()
    _known(shift, changes, total.parties)
    after = tuple(_changed(party, shift, changes.get(party.number, 0)) for party in total.parties)
    change = turned(total.rules, total.parties, changes) if changes else None
    up, down = (sum(max(sign * by, 0) for by in changes.values()) for sign in (1, -1))
    return Impact(
        change.changes if change else (),
        _persons(total, after),
        _threshold(total.rules, total.parties, after),
        max(up, down),
        _margin(total, changes),
    )


def _known(shift: Shift, changes: Mapping[int, int], parties: Sequence[Party]) -> None:
    stand = {party.number: {one.key for lst in party.lists for one in lst.persons} for party in parties}
    unknown = next((f"list {number}" for number in changes if number not in stand), None) or next(
        (f"list {number} candidate {key}" for number, key in shift.persons if key not in stand.get(number, ())), None
    )
    if unknown is not None:
        raise BadData("E-EML-CANDIDATES", f"{unknown} does not stand in the total")


def _changed(party: Party, shift: Shift, by: int) -> Party:
    """Return a party with the correction made, no votes below zero."""
    lists = list(party.lists)
    for (number, key), votes in shift.persons.items():
        if number == party.number:
            at = _list_at(lists, key, shift.contest)
            persons = tuple(
                replace(one, votes=max(one.votes + votes, 0)) if one.key == key else one for one in lists[at].persons
            )
            lists[at] = replace(lists[at], persons=persons)
    return replace(party, votes=max(party.votes + by, 0), lists=tuple(lists))


def _list_at(lists: Sequence[PartyList], key: str, contest: str | None) -> int:
    """Return on which list of a party the votes for a person changed."""
    stands = [at for at, lst in enumerate(lists) if any(one.key == key for one in lst.persons)]
    return next((at for at in stands if lists[at].contest == contest), stands[0])


def _persons(total: Total, after: tuple[Party, ...]) -> tuple[Place, ...]:
    """Return who is elected in some outcome before and not in every one after, or the other way round."""
    before = _elected(total.rules, total.parties)
    now = _elected(total.rules, after)
    if before == now:
        return ()
    everyone = frozenset[Place]().union(*before, *now)
    always = everyone.intersection(*before, *now)
    return tuple(sorted(everyone - always))


def _elected(rules: Rules, parties: tuple[Party, ...]) -> set[frozenset[Place]]:
    results: list[Result] = ways(lambda draws: establish(rules, parties, draws))[0]
    return {frozenset((one.party, one.key) for one in result.elected) for result in results}


def _threshold(rules: Rules, before: Sequence[Party], after: Sequence[Party]) -> tuple[Place, ...]:
    return tuple(sorted(_preferred(rules, before) ^ _preferred(rules, after)))


def _preferred(rules: Rules, parties: Sequence[Party]) -> set[Place]:
    quota = Fraction(sum(party.votes for party in parties), rules.seats)
    votes = {(party.number, key): votes for party in parties for key, votes in persons_of(party)[0].items()}
    return {place for place, number in votes.items() if rules.preferred(number, quota)}


def _margin(total: Total, changes: Mapping[int, int]) -> int | None:
    """Return the smallest margin of a move from a list that loses to one that gains; else of what is added or taken away."""
    result = establish(total.rules, total.parties, total.draws)
    if not isinstance(result, Result):
        return 0
    more = [{number: 1} for number, by in changes.items() if by > 0]
    less = [{number: -1} for number, by in changes.items() if by < 0]
    effects = [one | other for one, other in product(more, less)] or more or less
    found = (votes_to_turn(total.rules, total.parties, result.allotment, effect) for effect in effects)
    return min((votes for votes in found if votes is not None), default=None)
