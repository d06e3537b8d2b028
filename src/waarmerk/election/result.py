"""``Result`` (520): who was elected. The ids of its candidates are the order of the seats, not positions on lists (eml-nl.md 5)."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.election.head import Head
from waarmerk.election.lists import Person


@dataclass(frozen=True, slots=True)
class Elected:
    """One elected person. ``order`` counts the seats of the list from 1."""

    order: int
    short_code: str | None
    person: Person
    ranking: int | None
    """1: elected on preference votes; 2: by the order of the list."""
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class ElectedList:
    """A list that won seats, with the persons who take them."""

    number: int
    name: str
    elected: tuple[Elected, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The result as published: lists with seats only."""

    head: Head
    contest_id: str | None
    contest_name: str | None
    lists: tuple[ElectedList, ...]
