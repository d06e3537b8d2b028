"""Whether documents are about the same thing (eml-nl.md 7.2): C-33, X-01 … X-05, X-08."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waarmerk.checks.case import category_of
from waarmerk.checks.model.parameters import MISSING
from waarmerk.checks.rules.tree import MEETINGS
from waarmerk.checks.together import Said, Together, between, forgotten, named
from waarmerk.election.count import Count, Figure
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.finding import Code, Figures, Severity
from waarmerk.election.head import Head
from waarmerk.election.lists import NamedList

LOCAL = ("GR", "AB", "PS")
"""Elections of one municipality, water board or province, whose name a document must give."""
NO_DISTRICT = ("geen", "alle")


def local_election_names_its_area(case: Together) -> Said:
    """C-33: a document about a local election does not say of where; a CSV has no field for it."""
    for index, document in enumerate(case.documents):
        if isinstance(document, Count) and document.source != "eml":
            continue
        election = document.election if isinstance(document, Count) else document.head.election
        if category_of(election) in LOCAL and not election.domain:
            yield index, between(Code.C33, {})


def lists_are_of_the_election(case: Together) -> Said:
    """X-01: a candidate list and the definition say the same of the election; other dates only are a warning (a re-run)."""
    for index, lists in case.candidate_lists():
        same = [each for _, each in case.definitions() if each.head.election.id == lists.head.election.id]
        unequal = [_unequal(lists.head, each.head) for each in same or _only(case)]
        names, dates = min(unequal, key=lambda pair: len(pair[0]) + len(pair[1]), default=([], []))
        if names or dates:
            severity = None if names else Severity.WARNING
            yield index, between(Code.X01, {"detail": named([*names, *dates])}, severity=severity)


def lists_are_of_a_known_district(case: Together) -> Said:
    """X-02: the district of a candidate list is one of the definition's tree, under the same name."""
    for index, lists in case.candidate_lists():
        definition = case.definition_of(lists.head.election)
        if definition is None:
            continue
        meetings = category_of(lists.head.election) == MEETINGS
        districts = definition.below_root if meetings else definition.of_category("KIESKRING")
        known = {region.contest_id: region.name for region in districts}
        for contest in lists.contests:
            if contest.id in NO_DISTRICT:
                continue
            if contest.id not in known or (contest.name and contest.name != known[contest.id]):
                yield index, between(Code.X02, {"contest": f"{contest.id or '–'} {contest.name or ''}".strip()})


def count_has_the_candidates_of_the_lists(case: Together) -> Said:
    """X-03: a count has the lists and candidates of its district's candidate list, in the same order."""
    for index, count, lists in _with_lists(case):
        if not lists:
            yield index, between(Code.X03, {"detail": case.contest_of(count) or "–"})
            continue
        ours = {lst.number: [candidate.id for candidate in lst.candidates] for lst in count.ballot.lists}
        theirs = {lst.number: [candidate.id for candidate in lst.candidates] for lst in lists}
        wrong = [
            f"{number} ({_size(ours, number)}/{_size(theirs, number)})"
            for number in dict.fromkeys([*theirs, *ours])
            if ours.get(number) != theirs.get(number)
        ]
        if wrong or list(ours) != list(theirs):
            yield index, between(Code.X03, {"detail": named(wrong or list(ours))})


def lists_have_the_names_of_the_lists(case: Together) -> Said:
    """X-04: a list is called the same in the count and on the candidate list; an unnamed one is called by its first person."""
    for index, count, lists in _with_lists(case):
        names = {lst.number: lst for lst in lists}
        for lst in count.ballot.lists:
            other = names.get(lst.number)
            if other and lst.name not in (other.name, other.display) and (lst.name or other.name):
                figures = {"name": lst.name or "–", "other": other.display or "–"}
                yield index, between(Code.X04, figures, number=lst.number)


def municipality_is_in_its_district(case: Together) -> Said:
    """X-05: the municipality of a count is in the tree, in the district that the count names; another name is a warning."""
    for index, count in case.counts("510a", "510b"):
        definition = case.definition_of(count.election)
        if definition is None or count.message == "510a" or category_of(count.election) == MEETINGS:
            continue
        municipality = count.authority_id or ""
        regions = {(region.number or "").zfill(4): region for region in definition.of_category("GEMEENTE")}
        if municipality not in regions:
            yield index, between(Code.X05, {"case": "unknown", "authority": municipality, "detail": municipality})
            continue
        district = definition.district_of(municipality)
        contest = count.contest_id
        if contest and contest not in NO_DISTRICT and district and district.contest_id != contest:
            figures = {"case": "district", "authority": municipality, "detail": f"{contest} ≠ {district.contest_id}"}
            yield index, between(Code.X05, figures)
        elif count.authority_name and regions[municipality].name != count.authority_name:
            figures = {
                "case": "name",
                "authority": municipality,
                "detail": f"{count.authority_name} ≠ {regions[municipality].name}",
            }
            yield index, between(Code.X05, figures, severity=Severity.WARNING)


def stations_are_those_of_the_register(case: Together) -> Said:
    """X-08: the stations of a count are those of the municipality's list of stations, and so many voters were called."""
    for index, count in case.counts("510b"):
        places = case.places_of(count)
        if places is None:
            continue
        names = {place.number: place.name for place in places.places}
        numbers = {unit.id.rpartition("::")[2].removeprefix("SB"): unit.name for unit in count.units if unit.station}
        in_count = {unit.id.rpartition("::")[2].removeprefix("SB") for unit in count.units}
        found = count.votes.found()
        usual = int(np.median(found[found > 0])) if found.any() else 0
        for place in places.places:
            if place.number not in in_count:
                said: Figures = {"case": "missing", "detail": f"{place.number} ({place.name})", "moved": usual}
                unit = f"{count.authority_id}::SB{place.number}"
                absent = between(Code.X08, said, unit=unit, unit_name=place.name)
                yield index, forgotten(absent, *MISSING)
        called = int(count.total.figures[0, Figure.CAST])
        wrong = {
            "stations": [number for number in numbers if number not in names],
            "names": [f"{n}: {numbers[n]} ≠ {names[n]}" for n in numbers if n in names and names[n] != numbers[n]],
            "voters": [f"{called} ≠ {places.voters}"] if places.voters and called and places.voters != called else [],
        }
        for what, which in wrong.items():
            if which:
                yield index, between(Code.X08, {"case": what, "detail": named(which)})


def _only(case: Together) -> list[ElectionDefinition]:
    definitions = [each for _, each in case.definitions()]
    return definitions if len(definitions) == 1 else []


def _unequal(one: Head, other: Head) -> tuple[list[str], list[str]]:
    """Return what two heads say differently of their election: names, and dates."""
    a, b = one.election, other.election
    names = [(a.id, b.id), (a.category, b.category), (a.subcategory, b.subcategory), (a.domain, b.domain)]
    dates = [(a.date, b.date), (one.nomination, other.nomination)]
    return [_pair(*pair) for pair in names if _differ(*pair)], [_pair(*pair) for pair in dates if _differ(*pair)]


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _pair(one: str | None, other: str | None) -> str:
    return f"{one} ≠ {other}"


def _with_lists(case: Together) -> Iterator[tuple[int, Count, tuple[NamedList, ...]]]:
    """Yield counts that can be compared with candidate lists: not totals over districts, which have no positions."""
    for index, count in case.counts():
        over_districts = any(c.id is None for lst in count.ballot.lists for c in lst.candidates)
        lists = None if over_districts or count.positions is not None else case.lists_of(count)
        if lists is not None and category_of(count.election):
            yield index, count, lists


def _size(lists: dict[int, list[int | None]], number: int) -> str:
    return str(len(lists[number])) if number in lists else "–"
