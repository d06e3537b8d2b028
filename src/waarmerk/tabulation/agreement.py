"""What all parts of one total must agree on: election, contest, ballot. A disagreement is refused, naming both files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from waarmerk.election.count import Ballot, Candidate, CandidateList, ElectionInfo
from waarmerk.election.lists import NamedList
from waarmerk.errors import BadData
from waarmerk.tabulation.difference import key_of
from waarmerk.tabulation.parts import Part, Target


def agreed_election(parts: Sequence[Part]) -> ElectionInfo:
    """Return the election that all parts are about, each thing from the first that says it; ``E-EML-ELECTION`` if two disagree."""
    names = ("id", "category", "date", "subcategory", "domain", "domain_id")
    agreed = {name: _agreed(parts, name) for name in names}
    if agreed["id"] is None:
        _agreed(parts, "name")
    name = next((part.count.election.name for part in parts if part.count.election.name), None)
    return ElectionInfo(name=name, **agreed)


def _agreed(parts: Sequence[Part], name: str) -> str | None:
    said: dict[str, Part] = {}
    for part in parts:
        value = getattr(part.count.election, name)
        if value is not None:
            said.setdefault(value, part)
    if len(said) > 1:
        (one, first), (other, second) = list(said.items())[:2]
        raise BadData("E-EML-ELECTION", f"{first.origin} says {name} {one!r}, {second.origin} says {other!r}")
    return next(iter(said), None)


def is_of(part: Part, election: ElectionInfo) -> None:
    """Refuse a count of another election, category or date than this one; what it does not say is no disagreement."""
    for name in ("id", "category", "date"):
        said, wanted = getattr(part.count.election, name), getattr(election, name)
        if said is not None and wanted is not None and said != wanted:
            raise BadData("E-EML-ELECTION", f"{part.origin} says {name} {said!r}, the election definition {wanted!r}")


def has_lists(part: Part, lists: Sequence[NamedList]) -> None:
    """Refuse a count whose lists or candidates are not exactly those of the candidate lists of its contest (X-03)."""
    wanted = [(lst.number, [candidate.id for candidate in lst.candidates]) for lst in lists]
    found = [(lst.number, [candidate.id for candidate in lst.candidates]) for lst in part.count.ballot.lists]
    for (number, candidates), (other, others) in zip_longest(wanted, found, fillvalue=(0, [])):
        if (number, candidates) != (other, others):
            there = f"list {other} with {len(others)} candidates" if other else "nothing more"
            here = f"list {number} with {len(candidates)}" if number else "nothing more"
            raise BadData("E-EML-CANDIDATES", f"{part.origin}: {there} where the candidate lists have {here}")


def agreed_contest(parts: Sequence[Part]) -> tuple[str | None, str | None]:
    """Return id and name of the one contest of all parts; a CSV does not say it, and is taken to be of the same."""
    said: dict[str, Part] = {}
    for part in parts:
        if part.count.contest_id is not None:
            said.setdefault(part.count.contest_id, part)
    if len(said) > 1:
        (one, first), (other, second) = list(said.items())[:2]
        raise BadData("E-EML-ELECTION", f"{first.origin} is of contest {one}, {second.origin} of contest {other}")
    name = next((part.count.contest_name for part in parts if part.count.contest_name), None)
    return next(iter(said), None), name


def contest_of(parts: Sequence[Part], target: Target) -> tuple[str | None, str | None]:
    """Return id and name of the contest of the total: that of the parts, else that which the target says."""
    contest_id, name = agreed_contest(parts)
    if contest_id is not None and target.contest_id is not None and contest_id != target.contest_id:
        raise BadData("E-EML-ELECTION", f"the files are of contest {contest_id}, not {target.contest_id}")
    if contest_id is None and target.contest_id is not None:
        return target.contest_id, target.contest_name or target.authority_name
    return contest_id, name or target.contest_name


def agreed_ballot(parts: Sequence[Part]) -> Ballot:
    """Return the one ballot of all parts, with names from the first that has them; ``E-EML-CANDIDATES`` if two differ."""
    first = parts[0]
    for part in parts[1:]:
        if _shape(part.count.ballot) != _shape(first.count.ballot):
            what = _first_unlike(first.count.ballot, part.count.ballot)
            raise BadData("E-EML-CANDIDATES", f"{part.origin} has another ballot than {first.origin}: {what}")
    return Ballot(
        tuple(_named(lists) for lists in zip(*(part.count.ballot.lists for part in parts), strict=True)),
    )


def _shape(ballot: Ballot) -> list[tuple[int, list[int | str]]]:
    return [(lst.number, [key_of(c, i) for i, c in enumerate(lst.candidates)]) for lst in ballot.lists]


def _first_unlike(one: Ballot, other: Ballot) -> str:
    for (number, candidates), (also, others) in zip(_shape(one), _shape(other), strict=False):
        if number != also:
            return f"list {also} where the other has list {number}"
        if candidates != others:
            return f"list {number} has {len(others)} candidates where the other has {len(candidates)}, or other ones"
    return f"{len(other.lists)} lists where the other has {len(one.lists)}"


def _named(lists: tuple[CandidateList, ...]) -> CandidateList:
    """Return a list with each name from the first part that gives one (an EML count has no names of candidates)."""
    candidates = tuple(
        Candidate(
            same[0].id,
            next((c.name for c in same if c.name), None),
            next((c.short_code for c in same if c.short_code), None),
        )
        for same in zip(*(lst.candidates for lst in lists), strict=True)
    )
    name = next((lst.name for lst in lists if lst.name), "")
    return CandidateList(lists[0].number, name, candidates, lists[0].start)
