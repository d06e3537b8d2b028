"""A made-up ballot: lists of 5 to 50 candidates with invented names."""

from __future__ import annotations

from numpy.random import Generator

from waarmerk.election.count import Ballot, Candidate, CandidateList
from waarmerk.simulate import names

SMALLEST, LARGEST = 5, 50
"""Candidates on one list (checks.md 6.4)."""


def ballot(rng: Generator, lists: int = 12) -> Ballot:
    """Return a ballot of so many lists, numbered from 1."""
    made: list[CandidateList] = []
    start = 0
    for number in range(1, lists + 1):
        size = int(rng.integers(SMALLEST, LARGEST + 1))
        candidates = tuple(Candidate(place, name) for place, name in enumerate(_people(rng, size), 1))
        made.append(CandidateList(number, list_name(number), candidates, start))
        start += size
    return Ballot(tuple(made))


def _people(rng: Generator, size: int) -> list[str]:
    """Return so many different names: nobody has a namesake on a list here."""
    found: dict[str, None] = {}
    while len(found) < size:
        found.setdefault(names.person(rng))
    return list(found)


def list_name(number: int) -> str:
    """Return an invented name; beyond the invented ones the number tells lists apart."""
    name = names.LISTS[(number - 1) % len(names.LISTS)]
    return name if number <= len(names.LISTS) else f"{name} {number}"
