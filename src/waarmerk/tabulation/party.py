"""What stands for election: a party with one list, or with a group of lists that differ per district; and its persons.

Made of the reported total of a count. Over districts a party is a group of lists: one for each district, those with the same
persons in the same order taken together as one (*stel gelijkluidende lijsten*), under the lowest of their districts.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from waarmerk.election.count import CandidateList, Count
from waarmerk.tabulation.difference import key_of

Place = tuple[int, str]
"""A list number and the key of a person on it: the number on the list, over districts the short code."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One person at one place of one list, with the votes cast for that person there. ``key`` is the same on every list."""

    key: str
    votes: int
    name: str = ""
    deceased: bool = False
    """Votes for the dead count for their list; they are not elected (P 19a)."""


@dataclass(frozen=True, slots=True)
class PartyList:
    """One list, or a set of identical lists (*stel gelijkluidende lijsten*), of a party: persons in the order of the ballot."""

    contest: str
    """The district it stands in (the lowest of them); ``geen`` or ``alle`` where there are none."""
    persons: tuple[Standing, ...]

    @property
    def votes(self) -> int:
        """The votes on this list."""
        return sum(person.votes for person in self.persons)


@dataclass(frozen=True, slots=True)
class Party:
    """What counts as one list in the allotment of seats (P 2, P 3): a list, identical lists or a list group, under one number."""

    number: int
    name: str
    votes: int
    lists: tuple[PartyList, ...] = ()
    """Empty where only the votes are known: such a party never runs out of candidates, and nobody is elected from it."""

    @property
    def size(self) -> int | None:
        """How many living persons stand for it; ``None`` where the candidates are not known."""
        if not self.lists:
            return None
        return len({person.key for lst in self.lists for person in lst.persons if not person.deceased})


@dataclass(frozen=True, slots=True)
class Contender:
    """All that the allotment between parties needs to know of one: its votes, and how many persons it can seat."""

    number: int
    name: str
    votes: int
    size: int | None = None

    @classmethod
    def of(cls, party: Party) -> Contender:
        """Return a party without its persons: counting them once is enough for many calculations."""
        return cls(party.number, party.name, party.votes, party.size)


def parties_of(count: Count, deceased: Set[Place] = frozenset()) -> list[Party]:
    """Return a party for each list of the reported total; ``deceased`` persons keep their votes and take no seat.

    A total over districts without the places of candidates (it came from a CSV) gives votes only, and no persons.
    """
    return [_party(count, index, lst, deceased) for index, lst in enumerate(count.ballot.lists)]


def _party(count: Count, index: int, lst: CandidateList, deceased: Set[Place]) -> Party:
    votes = int(count.total.lists[0, index])
    if count.positions is not None:
        return Party(lst.number, lst.name, votes, _lists_of_districts(count, lst, deceased))
    known = lst.candidates and all(candidate.id is not None for candidate in lst.candidates)
    lists = (_only_list(count, lst, deceased),) if known else ()
    return Party(lst.number, lst.name, votes, lists)


def _only_list(count: Count, lst: CandidateList, deceased: Set[Place]) -> PartyList:
    cells = count.total.candidates[0, lst.columns]
    return PartyList(
        count.contest_id or "geen",
        tuple(_standing(lst, at, int(cells[at]), deceased) for at in range(len(lst.candidates))),
    )


def _lists_of_districts(count: Count, lst: CandidateList, deceased: Set[Place]) -> tuple[PartyList, ...]:
    """Return the different lists of a party, in the order of the districts in the count."""
    orders: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(count.units)):
        order = _order(count, lst, row)
        if order:
            orders.setdefault(order, []).append(row)
    return tuple(_set_of_lists(count, lst, order, rows, deceased) for order, rows in orders.items())


def _order(count: Count, lst: CandidateList, row: int) -> tuple[int, ...]:
    """Return who stands on the list in a district, by place there; numbers inside the list of the total."""
    if count.positions is None:
        return ()
    places = count.positions[row, lst.columns].tolist()
    return tuple(sorted((at for at in range(len(places)) if places[at]), key=places.__getitem__))


def _set_of_lists(
    count: Count, lst: CandidateList, order: tuple[int, ...], rows: list[int], deceased: Set[Place]
) -> PartyList:
    votes = count.votes.candidates[rows].sum(axis=0, dtype="int64")
    persons = tuple(_standing(lst, at, int(votes[lst.start + at]), deceased) for at in order)
    return PartyList(count.units[rows[0]].id.removeprefix("HSB"), persons)


def _standing(lst: CandidateList, at: int, votes: int, deceased: Set[Place]) -> Standing:
    candidate = lst.candidates[at]
    key = str(key_of(candidate, at))
    return Standing(key, votes, candidate.name or "", (lst.number, key) in deceased)
