"""Who is who across districts: the same person stands at different places of a list, or not at all (eml-nl.md 4.6).

Persons are joined inside one list number: by short code where every document has them; else by the published person of the
candidate lists (name, first name, gender, locality); else by the name as a CSV prints it. Two people of one list who cannot be
told apart are a question for a person (``E-TAB-NAMESAKES``), never a guess; without any names nothing is joined (``E-TAB-NAMES``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from waarmerk.election.count import CandidateList, Count
from waarmerk.election.lists import ListedCandidate, NamedList, Person
from waarmerk.errors import BadData

MAX_CODE = 15
"""Characters of a short code (eml-nl.md 2.6)."""
Lists = Mapping[str, Sequence[NamedList]]
"""The candidate lists of each contest."""


@dataclass(frozen=True, slots=True)
class Known:
    """One place of a list in one district: who stands there, as a key that is the same in every district, and the name."""

    key: Hashable
    name: str
    code: str | None
    """The short code, where the documents have it."""


def known_people(counts: Sequence[Count], lists: Lists) -> list[list[Known]]:
    """Return who stands in each candidate column of each count; the counts are of different districts of one election."""
    if all(candidate.short_code for count in counts for lst in count.ballot.lists for candidate in lst.candidates):
        columns = [_coded(count) for count in counts]
    elif all(count.contest_id in lists for count in counts):
        columns = [_published(count, lists[str(count.contest_id)]) for count in counts]
    else:
        columns = [_printed(count) for count in counts]
    for count, known in zip(counts, columns, strict=True):
        _no_namesakes(count, known)
    return columns


def _coded(count: Count) -> list[Known]:
    candidates = (candidate for lst in count.ballot.lists for candidate in lst.candidates)
    return [Known(one.short_code or "", one.name or one.short_code or "", one.short_code) for one in candidates]


def _printed(count: Count) -> list[Known]:
    known: list[Known] = []
    for lst in count.ballot.lists:
        for candidate in lst.candidates:
            if not candidate.name:
                what = f"the count of {count.authority_id} has no names of candidates"
                raise BadData("E-TAB-NAMES", f"{what}: the candidate lists (230b) of its district are needed")
            known.append(Known(_plain(candidate.name), candidate.name, None))
    return known


def _published(count: Count, lists: Sequence[NamedList]) -> list[Known]:
    by_number = {lst.number: {candidate.id: candidate for candidate in lst.candidates} for lst in lists}
    return [
        _listed(count, by_number.get(lst.number, {}), lst, candidate.id)
        for lst in count.ballot.lists
        for candidate in lst.candidates
    ]


def _listed(
    count: Count, listed: Mapping[int | None, ListedCandidate], lst: CandidateList, identifier: int | None
) -> Known:
    candidate = listed.get(identifier)
    if candidate is None:
        what = f"list {lst.number} candidate {identifier}"
        raise BadData("E-EML-CANDIDATES", f"{count.authority_id}: {what} is not in the candidate lists of its district")
    return Known(_identity(candidate.person), candidate.person.display, candidate.short_code)


def _identity(person: Person) -> Hashable:
    """Return everything that is published about a person; the parts that lists leave out are left out everywhere."""
    return tuple(
        _plain(part or "")
        for part in (
            person.last_name,
            person.prefix,
            person.initials,
            person.first_name,
            person.gender,
            person.locality,
        )
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _no_namesakes(count: Count, known: Sequence[Known]) -> None:
    for lst in count.ballot.lists:
        seen: set[Hashable] = set()
        for one in known[lst.columns]:
            if one.key in seen:
                what = f"{count.authority_id}: list {lst.number} has two candidates {one.name}"
                raise BadData("E-TAB-NAMESAKES", f"{what} that nothing tells apart: their short codes are needed")
            seen.add(one.key)


def short_code(name: str, taken: set[str]) -> str:
    """Return a new short code for a person, letters of the name and a number where it is taken: ``vanDijckAPC``, ``BakkerA2``."""
    letters = "".join(sign for sign in name.replace(",", " ") if sign.isalpha()) or "X"
    code, number = letters[:MAX_CODE], 1
    while code in taken:
        number += 1
        code = letters[: MAX_CODE - len(str(number))] + str(number)
    taken.add(code)
    return code
