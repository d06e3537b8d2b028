"""Made-up candidate lists: the same party with partly other people, at other places, in each district; and plain ballots."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from waarmerk.election.count import Ballot, Candidate
from waarmerk.election.lists import ListedCandidate, NamedList, Person
from waarmerk.simulate import names

SMALLEST, LARGEST = 5, 50
"""Candidates on one list (checks.md 6.4)."""
SHARED = 0.7
"""Part of a list that is the same in every district."""


def people(rng: Generator, number: int) -> list[Person]:
    """Return different people: nobody has a namesake on a list here."""
    found: dict[str, Person] = {}
    while len(found) < number:
        prefix, last, initials = names.person_parts(rng)
        one = Person(last, initials, prefix=prefix, locality=names.area(int(rng.integers(6))))
        found.setdefault(one.display, one)
    return list(found.values())


def local(rng: Generator, members: list[Person]) -> list[Person]:
    """Return a party's list in one district: the leader first, most others in their order, some swapped, some replaced."""
    shared = max(1, round(len(members) * SHARED))
    own = [one for one in people(rng, len(members) - shared + 3) if one.display not in {m.display for m in members}]
    mixed = [*members[1:shared], *own[: len(members) - shared]]
    first, second = (int(place) for place in rng.choice(len(mixed), size=2, replace=False))
    mixed[first], mixed[second] = mixed[second], mixed[first]
    return [members[0], *mixed]


def named_list(number: int, name: str, candidates: Sequence[Person]) -> NamedList:
    """Return a list with its candidates in this order."""
    listed = tuple(ListedCandidate(place, None, one) for place, one in enumerate(candidates, 1))
    return NamedList(number, name, "lijstengroep", listed, publish_gender=False, language="nl")


def ballot_of(lists: tuple[NamedList, ...]) -> Ballot:
    """Return the ballot of a contest, as a count has it."""
    return Ballot.of(
        (lst.number, lst.name, tuple(Candidate(one.id, None, one.short_code) for one in lst.candidates))
        for lst in lists
    )


def ballot(rng: Generator, lists: int = 12) -> Ballot:
    """Return a ballot of so many lists, numbered from 1, with names only."""
    made = []
    for number in range(1, lists + 1):
        size = int(rng.integers(SMALLEST, LARGEST + 1))
        candidates = tuple(Candidate(place, name) for place, name in enumerate(_printed(rng, size), 1))
        made.append((number, list_name(number), candidates))
    return Ballot.of(made)


def _printed(rng: Generator, size: int) -> list[str]:
    """Return so many different names: nobody has a namesake on a list here."""
    found: dict[str, None] = {}
    while len(found) < size:
        found.setdefault(names.person(rng))
    return list(found)


def list_name(number: int) -> str:
    """Return an invented name; beyond the invented ones the number tells lists apart."""
    name = names.LISTS[(number - 1) % len(names.LISTS)]
    return name if number <= len(names.LISTS) else f"{name} {number}"
