"""The result as a document says it (520): the lists with seats, and the elected in the order in which they got theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from waarmerk.election.count import Ballot, Candidate, CandidateList, Count
from waarmerk.election.definition import roman
from waarmerk.election.head import Head
from waarmerk.election.lists import NamedList, Person
from waarmerk.election.result import Elected, ElectedList
from waarmerk.election.result import Result as PublishedResult
from waarmerk.errors import BadData
from waarmerk.tabulation.difference import key_of
from waarmerk.tabulation.elected import Elected as Chosen
from waarmerk.tabulation.elected import How
from waarmerk.tabulation.people import Lists
from waarmerk.tabulation.result import Result

RANKING = {How.PREFERENCE: 1, How.ORDER: 2}


def published(result: Result, count: Count, lists: Lists, created: str) -> PublishedResult:
    """Return the result as a value to be written; ``count`` is the total that it was worked out from.

    ``lists`` are the candidate lists of each contest, for the persons. ``E-TAB-NAMES`` when an elected person is not in them.
    """
    head = Head(
        "520", count.election, authority_id=count.authority_id, authority_name=count.authority_name, created=created
    )
    elected = tuple(
        ElectedList(lst.number, lst.name, _elected(chosen, lst, count, lists))
        for lst in count.ballot.lists
        if (chosen := [person for person in result.elected if person.party == lst.number])
    )
    return PublishedResult(head, count.contest_id, count.contest_name, elected)


def _elected(chosen: Sequence[Chosen], lst: CandidateList, count: Count, lists: Lists) -> tuple[Elected, ...]:
    where = {str(key_of(candidate, at)): at for at, candidate in enumerate(lst.candidates)}
    return tuple(
        Elected(
            order,
            lst.candidates[where[person.key]].short_code,
            _person(lst, where[person.key], count, lists),
            RANKING[person.how],
        )
        for order, person in enumerate(chosen, 1)
    )


def named(count: Count, lists: Lists) -> Count:
    """Return a total over districts with the names of its candidates, as far as the candidate lists have them."""
    ballot = Ballot(tuple(replace(lst, candidates=_named(lst, count, lists)) for lst in count.ballot.lists))
    return replace(count, ballot=ballot)


def _named(lst: CandidateList, count: Count, lists: Lists) -> tuple[Candidate, ...]:
    persons = [_found(lst, at, count, lists) for at in range(len(lst.candidates))]
    return tuple(
        replace(candidate, name=person.display) if person else candidate
        for candidate, person in zip(lst.candidates, persons, strict=True)
    )


def _person(lst: CandidateList, at: int, count: Count, lists: Lists) -> Person:
    person = _found(lst, at, count, lists)
    if person is None:
        raise BadData("E-TAB-NAMES", f"list {lst.number}: the candidate lists (230b) of an elected person are needed")
    return person


def _found(lst: CandidateList, at: int, count: Count, lists: Lists) -> Person | None:
    for contest, place in _places(lst, at, count):
        # Limburg writes its contests in roman numerals and its authorities not (eml-nl.md 1.3).
        person = _listed(lists.get(contest, lists.get(roman(contest), ())), lst.number, place)
        if person is not None:
            return person
    return None


def _places(lst: CandidateList, at: int, count: Count) -> Sequence[tuple[str, int]]:
    """Return where a candidate stands: contest and place there."""
    if count.positions is None:
        return [(count.contest_id or "geen", lst.candidates[at].id or at + 1)]
    places: Mapping[int, int] = dict(enumerate(count.positions[:, lst.start + at].tolist()))
    return [(count.units[row].id.removeprefix("HSB"), place) for row, place in places.items() if place]


def _listed(named: Sequence[NamedList], number: int, place: int) -> Person | None:
    candidates = (candidate for lst in named if lst.number == number for candidate in lst.candidates)
    return next((candidate.person for candidate in candidates if candidate.id == place), None)
