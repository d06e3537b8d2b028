"""``CandidateLists`` (230b, and of a 230c the names only): lists, candidates and their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waarmerk.election.head import Head


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as published. Empty parts of a name are ``None``."""

    last_name: str
    initials: str | None = None
    first_name: str | None = None
    prefix: str | None = None
    gender: str | None = None
    locality: str | None = None
    country: str | None = None

    @property
    def display(self) -> str:
        """The name as OSV4-3 prints it: ``van Dijck, A.P.C.``"""
        last = f"{self.prefix} {self.last_name}" if self.prefix else self.last_name
        return f"{last}, {self.initials}" if self.initials else last


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """A person on a list; ``id`` is the position there."""

    id: int | None
    short_code: str | None
    person: Person


@dataclass(frozen=True, slots=True)
class NamedList:
    """One list of candidates. The attributes of ListData are as written; ``None`` is absent."""

    number: int
    name: str
    kind: str | None
    """``lijstengroep``, ``stel gelijkluidende lijsten`` or ``op zichzelf staande lijst``."""
    candidates: tuple[ListedCandidate, ...]
    publish_gender: bool | None = None
    language: str | None = None
    belongs_to_set: str | None = None
    contests: tuple[tuple[str, str], ...] = ()
    """Districts in which the list stands, as id and name."""

    @property
    def display(self) -> str:
        """The name for a table: a list without a name is called by its first candidate (eml-nl.md 10.2)."""
        if self.name or not self.candidates:
            return self.name
        return f"Blanco ({self.candidates[0].person.display})"


@dataclass(frozen=True, slots=True)
class ContestLists:
    """The lists of one district."""

    id: str | None
    name: str | None
    lists: tuple[NamedList, ...]


@dataclass(frozen=True, slots=True)
class CandidateLists:
    """All lists of a document: one district in a 230b, all of them in a 230c."""

    head: Head
    contests: tuple[ContestLists, ...]
    list_date: str | None = None

    def in_contest(self, contest: str | None) -> tuple[NamedList, ...]:
        """Return the lists of a district; of the only one when the document has one and none is asked."""
        if contest is None and len(self.contests) == 1:
            return self.contests[0].lists
        return next((one.lists for one in self.contests if one.id == contest), ())


def by_contest(documents: Iterable[CandidateLists]) -> dict[str, tuple[NamedList, ...]]:
    """Return the lists of every district in these documents, by its id; ``""`` where it has none."""
    return {one.id or "": one.lists for document in documents for one in document.contests}
