"""Documents that belong together, and for every rule between documents a set that it has something to say about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tests.checks.counts import difference, municipality, station
from waarmerk.checks import examine_together
from waarmerk.election.count import Count, ElectionInfo
from waarmerk.election.definition import Committee, ElectionDefinition, Region
from waarmerk.election.finding import Code, Finding
from waarmerk.election.head import Head
from waarmerk.election.lists import CandidateLists, ContestLists, ListedCandidate, NamedList, Person
from waarmerk.election.places import PollingPlace, PollingPlaces
from waarmerk.election.result import Elected, ElectedList, Result
from waarmerk.formats import Document

ELECTION = ElectionInfo("TK2025", "Tweede Kamer 2025", "TK", "TK", None, None, "2025-10-29")
STATE = ("STAAT", None)
FIRST = ("KIESKRING", "1")


def head(message: str, election: ElectionInfo = ELECTION, **more: str) -> Head:
    """Return what a message says about itself."""
    return Head(message, election, **more)


def definition(
    *extra: Region, election: ElectionInfo = ELECTION, seats: int = 150, threshold: int = 25
) -> ElectionDefinition:
    """Return a country of one district with the municipalities 9987 and 9988."""
    regions = (
        Region("STAAT", None, "Nederland", None, committees=(Committee("CSB"),)),
        Region("KIESKRING", "1", "Noord", STATE, committees=(Committee("HSB"),)),
        Region("GEMEENTE", "9987", "Voorbeelddam", FIRST),
        Region("GEMEENTE", "9988", "Naastdijk", FIRST),
        *extra,
    )
    return ElectionDefinition(
        head("110a", election, nomination="2025-09-15"), "alle", None, None, seats, threshold, regions, ()
    )


def lists(*sizes: int, contest: str = "1", name: str = "Noord", election: ElectionInfo = ELECTION) -> CandidateLists:
    """Return candidate lists with so many people on each."""
    named = tuple(
        NamedList(
            number,
            f"Lijst {number}",
            None,
            tuple(ListedCandidate(row, None, Person(f"Van {number}-{row}", "A.")) for row in range(1, size + 1)),
        )
        for number, size in enumerate(sizes, 1)
    )
    return CandidateLists(head("230b", election, nomination="2025-09-15"), (ContestLists(contest, name, named),))


def city(*stations: object, number: str = "9987", name: str = "Voorbeelddam", **more: object) -> Count:
    """Return the count of a municipality in district 1."""
    made = municipality(*(stations or (difference(60, 60), difference(40, 40))), id="TK2025")  # type: ignore[arg-type]
    units = tuple(replace(unit, id=unit.id.replace("9987", number)) for unit in made.units)
    count = replace(made, authority_id=number, authority_name=name, contest_id="1", contest_name="Noord", units=units)
    return replace(count, **({"created": "2025-10-30T10:00:00"} | more))  # type: ignore[arg-type]


def above(*counts: Count, message: str = "510c", ids: Sequence[str] = ()) -> Count:
    """Return a count of counts: one unit for each, with their totals."""
    votes = [count.total for count in counts]
    stacked = replace(
        votes[0],
        **{name: np.concatenate([getattr(one, name) for one in votes]) for name in votes[0].__slots__},
    )
    total = replace(
        votes[0],
        candidates=stacked.candidates.sum(axis=0, keepdims=True, dtype=np.int32),
        lists=stacked.lists.sum(axis=0, keepdims=True, dtype=np.int32),
        figures=stacked.figures.sum(axis=0, keepdims=True, dtype=np.int32),
    )
    form = "HSB1::{}" if message == "510c" else "{}"
    names = ids or [count.authority_id or "" for count in counts]
    units = tuple(
        replace(count.units[0], id=form.format(name), name=count.authority_name, station=False)
        for count, name in zip(counts, names, strict=True)
    )
    authority = ("HSB1", "Noord") if message == "510c" else ("CSB", "Nederland")
    return replace(
        counts[0],
        message=message,
        authority_id=authority[0],
        authority_name=authority[1],
        units=units,
        votes=stacked,
        total=total,
        created="2025-11-03T10:00:00",
    )


def changed(count: Count, row: int = 0, by: int = 1) -> Count:
    """Return the count with one candidate's votes, and all sums of them, higher."""
    votes, total = count.votes, count.total
    new = [
        replace(each, **{n: getattr(each, n).copy() for n in ("candidates", "lists", "figures")})
        for each in (votes, total)
    ]
    for each, index in zip(new, (row, 0), strict=True):
        each.candidates[index, 0] += by
        each.lists[index, 0] += by
        each.figures[index, 1] += by
        each.figures[index, 4] += by
        each.figures[index, 7] += by
    return replace(count, votes=new[0], total=new[1])


def result(*seats: int, name: str = "Van {}-{}", ranking: int | None = None) -> Result:
    """Return a result in which each list gets so many seats, for its first persons."""
    won = tuple(
        ElectedList(
            number,
            f"Lijst {number}",
            tuple(Elected(row, None, Person(name.format(number, row), "A."), ranking) for row in range(1, count + 1)),
        )
        for number, count in enumerate(seats, 1)
        if count
    )
    return Result(head("520"), "alle", None, won)


def said(code: Code, *documents: Document) -> list[Finding]:
    """Return the findings with a code about documents given together."""
    found = (f for examined in examine_together(documents) for f in examined.findings)
    return [each for f in found for each in (f, *f.also) if each.code is code]


def _over_districts() -> Count:
    total = above(city(), city(number="9988"), message="510d", ids=("HSB1", "HSB2"))
    total.votes.candidates_reported[1, 0] = False
    return total


ONE = difference(100, 100)
NATION = above(city(), city(number="9988", name="Naastdijk"))
SMALL = ElectionInfo("GR2026_Voorbeelddam", None, "GR", "GR2", "Voorbeelddam", "9987", "2026-03-18")
VOTED = above(city(station([[60, 20, *[0] * 8], [15, 5, *[0] * 8]])), message="510d", ids=("9987",))
BETWEEN: dict[Code, Callable[[], list[Finding]]] = {
    Code.C32: lambda: said(Code.C32, definition(Region("GEMEENTE", "1", "Los", ("KIESKRING", "9")))),
    Code.C33: lambda: said(Code.C33, definition(election=replace(SMALL, domain=None))),
    Code.C34: lambda: said(Code.C34, definition(seats=151)),
    Code.X01: lambda: said(Code.X01, definition(), lists(2, 2, election=replace(ELECTION, date="2025-11-05"))),
    Code.X02: lambda: said(Code.X02, definition(), lists(2, 2, contest="2")),
    Code.X03: lambda: said(Code.X03, city(), lists(2, 3)) + said(Code.X03, city(), lists(2, 2, contest="2")),
    Code.X04: lambda: said(Code.X04, replace(city(), ballot=_named(city(), "Anders")), lists(2, 2)),
    Code.X05: lambda: (
        said(Code.X05, definition(), city(number="0599"))
        + said(Code.X05, definition(), city(contest_id="2"))
        + said(Code.X05, definition(), city(name="Anders"))
    ),
    Code.X06: lambda: said(Code.X06, definition(), above(city(), city(number="0599"))),
    Code.X07: lambda: said(Code.X07, definition(), above(city(), message="510d", ids=("9987",))),
    Code.X08: lambda: (
        said(Code.X08, city(), places("1"))
        + said(Code.X08, city(), places("1", "2", "3"))
        + said(Code.X08, city(), places("1", "2", name="Kerk {}"))
        + said(Code.X08, city(), places("1", "2", voters=7))
    ),
    Code.X09: lambda: said(Code.X09, changed(city()), NATION),
    Code.X10: lambda: said(Code.X10, changed(NATION), above(NATION, message="510d", ids=("HSB1",))),
    Code.X11: lambda: said(Code.X11, _over_districts()),
    Code.X12: lambda: said(Code.X12, definition(seats=10), VOTED, result(7, 3)),
    Code.X13: lambda: said(Code.X13, definition(seats=10), VOTED, lists(10, 10), result(1, name="Onbekend {}-{}")),
    Code.X14: lambda: said(Code.X14, city(), city(created="2025-10-31T10:00:00")),
    Code.X15: lambda: said(Code.X15, city(created="2025-12-01T10:00:00"), NATION),
    Code.X16: lambda: said(Code.X16, definition(), city()),
    Code.X17: lambda: (
        said(Code.X17, city(), replace(changed(city()), source="csv"))
        + said(Code.X17, city(ONE), replace(city(ONE, difference(0, 0, cast=0)), source="csv"))
    ),
}


def places(*numbers: str, voters: int | None = None, name: str = "Gymzaal {}") -> PollingPlaces:
    """Return the list of stations of municipality 9987."""
    all_places = tuple(PollingPlace(number, name.format(number), None, None) for number in numbers)
    return PollingPlaces(head("110b"), "1", "9987", "Voorbeelddam", None, voters, all_places)


def _named(count: Count, name: str) -> object:
    first, *others = count.ballot.lists
    return replace(count.ballot, lists=(replace(first, name=name), *others))
