"""What is at stake in a statistical finding: whether its correction could change a seat or who is elected (checks.md 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from waarmerk.checks.case import category_of
from waarmerk.checks.impact import Shift, Total, impact
from waarmerk.checks.together import Together
from waarmerk.election.count import Count
from waarmerk.election.finding import Cell, Finding, Stakes
from waarmerk.errors import BadData
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.party import Place, parties_of

OF_ONE_MUNICIPALITY = ("GR", "ER", "BC", "GC", "KC")
"""Elections of which the count of one municipality is the whole total."""


def total_of(case: Together, count: Count) -> Total | None:
    """Return the total that decides the seats of a count's election, where it was given with the election's definition."""
    definition = case.definition_of(count.election)
    if definition is None or definition.seats is None:
        return None
    whole = count
    if category_of(count.election) not in OF_ONE_MUNICIPALITY:
        totals = [each for _, each in case.counts("510d") if each.election.id == count.election.id]
        if len(totals) != 1:
            return None
        whole = totals[0]
    try:
        rules = rules_for(category_of(count.election), definition.seats, definition.threshold)
    except BadData:
        return None  # C-34 says what is wrong with the definition
    return Total(rules, tuple(parties_of(whole)))


def weigh(findings: Sequence[Finding], count: Count, total: Total | None) -> tuple[Finding, ...]:
    """Return findings with what is at stake in those that suppose other votes; without a total nothing is said."""
    if total is None:
        return tuple(findings)
    return tuple(replace(finding, stakes=_stakes(finding, count, total)) for finding in findings)


def _stakes(finding: Finding, count: Count, total: Total) -> Stakes | None:
    shift = _shift(finding.cells, count, total)
    if not shift.lists and not shift.persons:
        return None
    try:
        found = impact(shift, total)
    except BadData:
        return None  # a list that does not stand in the total: rules between files name it
    if found is None or not found.matters:
        return None
    return Stakes.SEAT if found.seats else Stakes.PERSON


def _shift(cells: Sequence[Cell], count: Count, total: Total) -> Shift:
    lists: dict[int, int] = {}
    persons: dict[Place, int] = {}
    known = {party.number: party for party in total.parties}
    for cell in cells:
        if cell.list is None or cell.corrected is None or cell.list not in known:
            continue
        change = cell.corrected - cell.reported
        if cell.candidate is None:
            lists[cell.list] = change
            continue
        standing = [
            one for lst in known[cell.list].lists if lst.contest == (count.contest_id or "geen") for one in lst.persons
        ]
        row = _row(count, cell.list, cell.candidate)
        if row is not None and row < len(standing):
            persons[cell.list, standing[row].key] = change
        else:
            lists[cell.list] = lists.get(cell.list, 0) + change
    return Shift(lists, persons, count.contest_id)


def _row(count: Count, number: int, candidate: int) -> int | None:
    lst = count.ballot.lists[count.ballot.index_of(number)]
    ids = [row + 1 if one.id is None else one.id for row, one in enumerate(lst.candidates)]
    return ids.index(candidate) if candidate in ids else None
