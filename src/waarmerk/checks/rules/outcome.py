"""The outcome: the total over districts (X-11), the seats (X-12) and the persons elected (X-13)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waarmerk.checks.case import category_of
from waarmerk.checks.together import Said, Together, between, named
from waarmerk.election.count import Cells, Count, Mask
from waarmerk.election.finding import Code
from waarmerk.election.lists import ListedCandidate
from waarmerk.election.result import Elected, Result
from waarmerk.errors import BadData
from waarmerk.tabulation.law import Rules, rules_for
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.result import establish
from waarmerk.tabulation.seats import LotNeeded


def total_is_the_sum_over_districts(case: Together) -> Said:
    """X-11: where not every district has every list, a total is the sum of the districts that have it."""
    for index, count in case.counts("510d"):
        votes, total = count.votes, count.total
        columns = [f"{lst.number}" for lst in count.ballot.lists]
        wrong = [columns[c] for c in _uneven(votes.lists, votes.lists_reported, total.lists, total.lists_reported)]
        owners = [f"{lst.number}/{c.short_code or c.id}" for lst in count.ballot.lists for c in lst.candidates]
        cells = _uneven(votes.candidates, votes.candidates_reported, total.candidates, total.candidates_reported)
        wrong += [owners[c] for c in cells]
        if wrong:
            yield index, between(Code.X11, {"count": len(wrong), "detail": named(wrong)})


def seats_follow_from_the_votes(case: Together) -> Said:
    """X-12: the seats of a result are those that follow from the grand total; not judged where a lot decided."""
    for index, result, count, rules in _results(case):
        seats = _seats(rules, count)
        if seats is None:
            continue
        given = {lst.number: len(lst.elected) for lst in result.lists}
        wrong = [
            f"{number}: {given.get(number, 0)} ≠ {seats.get(number, 0)}"
            for number in sorted({*seats, *given})
            if given.get(number, 0) != seats.get(number, 0)
        ]
        if wrong:
            yield index, between(Code.X12, {"detail": named(wrong)})


def elected_persons_stand_on_the_lists(case: Together) -> Said:
    """X-13: whoever is elected stands on that list, and is elected by preference exactly when the votes are enough."""
    for index, result, count, rules in _results(case):
        lists = case.lists_of(count)
        if not lists:
            continue
        known = {lst.number: lst.candidates for lst in lists}
        wrong: list[str] = []
        for elected_list in result.lists:
            for elected in elected_list.elected:
                person = _find(elected, known.get(elected_list.number, ()))
                if person is None or not _ranking_fits(elected, person, elected_list.number, count, rules):
                    wrong.append(f"{elected_list.number}: {elected.person.display}")
        if wrong:
            yield index, between(Code.X13, {"detail": named(wrong)})


def _uneven(units: Cells, reported: Mask, total: Cells, total_reported: Mask) -> list[int]:
    """Columns that some but not all units report, whose total is not the sum of those that do; the others are C-06."""
    some = reported.any(axis=0) & ~reported.all(axis=0) & total_reported[0]
    sums = np.where(reported, units, 0).sum(axis=0, dtype=np.int64)
    return [int(column) for column in np.flatnonzero(some & (sums != total[0]))]


def _results(case: Together) -> Iterator[tuple[int, Result, Count, Rules]]:
    for index, document in enumerate(case.documents):
        if not isinstance(document, Result):
            continue
        election = document.head.election
        definition = case.definition_of(election)
        counts = [count for _, count in case.counts("510d") if count.election.id == election.id]
        if definition is None or definition.seats is None or not counts:
            continue
        try:
            rules = rules_for(category_of(election), definition.seats, definition.threshold)
        except BadData:
            continue  # an election without seats: nothing to compare
        yield index, document, counts[-1], rules


def _seats(rules: Rules, count: Count) -> dict[int, int] | None:
    try:
        result = establish(rules, parties_of(count))
    except BadData:
        return None
    return None if isinstance(result, LotNeeded) else result.allotment.seats()


def _find(elected: Elected, candidates: tuple[ListedCandidate, ...]) -> ListedCandidate | None:
    for candidate in candidates:
        if elected.short_code and candidate.short_code == elected.short_code:
            return candidate
    return next((each for each in candidates if each.person.display == elected.person.display), None)


def _ranking_fits(elected: Elected, person: ListedCandidate, number: int, count: Count, rules: Rules) -> bool:
    """Whether "by preference" (1) agrees with the votes; where these are not known it is not judged."""
    lst = next((lst for lst in count.ballot.lists if lst.number == number), None)
    position = None if lst is None else next((i for i, c in enumerate(lst.candidates) if c.id == person.id), None)
    if elected.ranking is None or lst is None or position is None or person.id is None:
        return True
    votes = int(count.total.candidates[0, lst.start + position])
    everybody = int(count.total.lists.sum(dtype=np.int64))
    needed = everybody * rules.preference / rules.seats
    enough = votes >= needed if rules.reaching else votes > needed
    return enough == (elected.ranking == 1)
