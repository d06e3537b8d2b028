"""Writes a total over districts as EML 510d: short codes in the total, short codes and places in each district (eml-nl.md 4.6).

A district has its own lists only, its candidates in the order of their places there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waarmerk.election.count import CandidateList, Count, Votes
from waarmerk.errors import WrongUse
from waarmerk.formats.write_counts import complete, figures_template, opening, unit_identifier
from waarmerk.formats.writing import leaf, tag


def write_510_over_districts(count: Count, *, created: str | None = None) -> Iterator[bytes]:
    """Yield the bytes of a total with ``positions``; ``WrongUse`` names what EML must say and the count does not."""
    if count.positions is None:
        raise WrongUse("a count of one contest is written by write_510")
    return _pieces(complete(count, created=created))


def _pieces(count: Count) -> Iterator[bytes]:
    yield opening(count).encode("utf-8")
    everyone = [_Standing(index, lst, range(len(lst.candidates))) for index, lst in enumerate(count.ballot.lists)]
    yield b"<TotalVotes>" + _group(count.total, 0, everyone, None) + b"</TotalVotes>"
    for row, unit in enumerate(count.units):
        places = [] if count.positions is None else count.positions[row].tolist()
        yield f"<ReportingUnitVotes>{unit_identifier(unit)}".encode()
        yield _group(count.votes, row, _standing(count, places), places)
        yield b"</ReportingUnitVotes>"
    yield b"</Contest></Contests></Election></Count></EML>"


@dataclass(frozen=True, slots=True)
class _Standing:
    """One list as it stands somewhere: its column, and who stands on it (numbers inside the list), in order of place."""

    column: int
    list: CandidateList
    persons: Sequence[int]


def _standing(count: Count, places: Sequence[int]) -> list[_Standing]:
    """Return the lists of one district."""
    found: list[_Standing] = []
    for column, lst in enumerate(count.ballot.lists):
        here = places[lst.columns]
        persons = sorted((at for at, place in enumerate(here) if place), key=here.__getitem__)
        if persons:
            found.append(_Standing(column, lst, persons))
    return found


def _group(votes: Votes, row: int, standing: Sequence[_Standing], places: Sequence[int] | None) -> bytes:
    """Return the selections and figures of one row; with places also the Ids of the candidates."""
    selections = "".join(_selections(votes, row, one, places) for one in standing)
    template, figures = figures_template(votes, row, {})
    return selections.encode("utf-8") + template % tuple(votes.figures[row, list(figures)].tolist())


def _selections(votes: Votes, row: int, one: _Standing, places: Sequence[int] | None) -> str:
    lst = one.list
    affiliation = tag("AffiliationIdentifier", leaf("RegisteredName", lst.name), Id=str(lst.number))
    text = _selection(affiliation, int(votes.lists[row, one.column]))
    for at in one.persons:
        place = None if places is None else str(places[lst.start + at])
        identifier = tag("CandidateIdentifier", Id=place, ShortCode=lst.candidates[at].short_code)
        text += _selection(tag("Candidate", identifier), int(votes.candidates[row, lst.start + at]))
    return text


def _selection(of: str, votes: int) -> str:
    return tag("Selection", of + tag("ValidVotes", str(votes)))
