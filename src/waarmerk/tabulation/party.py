"""What stands for election: a party with one list, or with a group of lists that differ per district; and its persons."""

from __future__ import annotations

from dataclasses import dataclass


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
