"""Writes the result, 520, as canonical EML: the lists with seats and their elected in the order of the seats (eml-nl.md 5)."""

from __future__ import annotations

from waarmerk.election.lists import Person
from waarmerk.election.result import Elected, ElectedList, Result
from waarmerk.errors import WrongUse
from waarmerk.formats import writing
from waarmerk.formats.write_definitions import address, message, person_name
from waarmerk.formats.writing import leaf, tag


def write_520(result: Result) -> bytes:
    """Return a result; ``WrongUse`` when nobody is elected, or an elected person has no place of residence (EML needs it)."""
    if not result.lists:
        raise WrongUse("a result without elected persons cannot be written")
    election = writing.election(result.head.election) + tag(
        "Contest", writing.contest(result.contest_id or "", result.contest_name) + "".join(map(_list, result.lists))
    )
    return message(result.head, tag("Result", tag("Election", election)))


def _list(one: ElectedList) -> str:
    affiliation = tag("AffiliationIdentifier", leaf("RegisteredName", one.name), Id=str(one.number))
    return tag("Selection", affiliation + tag("Elected", "yes")) + "".join(map(_person, one.elected))


def _person(one: Elected) -> str:
    candidate = tag(
        "Candidate",
        tag("CandidateIdentifier", Id=str(one.order), ShortCode=one.short_code)
        + tag("CandidateFullName", tag("xnl:PersonName", person_name(one.person)))
        + leaf("Gender", one.person.gender)
        + _residence(one.person),
    )
    votes = None if one.votes is None else str(one.votes)
    ranking = None if one.ranking is None else str(one.ranking)
    return tag("Selection", candidate + leaf("Votes", votes) + leaf("Ranking", ranking) + tag("Elected", "yes"))


def _residence(person: Person) -> str:
    found = address(person)
    if not found:
        raise WrongUse(f"{person.display} has no place of residence; a 520 must say it")
    return found
