"""Figures that pass from one document into another (eml-nl.md 7.2): X-09, X-10, X-14, X-15, X-17."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from waarmerk.checks.together import POSTAL_AUTHORITY, Said, Together, between, named
from waarmerk.election.count import Count, Figure, Votes
from waarmerk.election.finding import Code, Figures, FigureValue
from waarmerk.tabulation.difference import Cell, Difference, difference, level_difference
from waarmerk.tabulation.parts import made_before

DROPPED = (Figure.POLL_CARDS, Figure.ADMITTED, Figure.CAST)
"""Not carried into the level above, or not to be trusted (C-07); what only one side reports is never a difference."""
DISTRICT_12 = "HSB12"


def district_has_the_municipality_s_figures(case: Together) -> Said:
    """X-09: a row of a district's count is the total of that municipality's newest count."""
    for index, above in case.counts("510c"):
        for unit in above.units:
            below = case.newest_of(above.election, "510b", unit.id.rpartition("::")[2])
            if below is not None:
                yield from _level(Code.X09, index, below, above, unit.id, unit.name)


def total_has_the_figures_below(case: Together) -> Said:
    """X-10: a row of the grand total is the newest count of that district or municipality; district 12 with the postal votes."""
    for index, above in case.counts("510d"):
        for unit in above.units:
            message = "510c" if unit.id.startswith("HSB") else "510b"
            below = case.newest_of(above.election, message, unit.id)
            if below is None:
                continue
            postal = case.newest_of(above.election, "510b", POSTAL_AUTHORITY)
            inside = any(each.id.endswith(POSTAL_AUTHORITY) for each in below.units)
            if unit.id == DISTRICT_12 and postal is not None and not inside:
                below = _together(below, postal)
            yield from _level(Code.X10, index, below, above, unit.id, unit.name)


def newest_count_holds(case: Together) -> Said:
    """X-14: several counts of one authority; the newest holds, the others stay visible."""
    for key, others in case.older.items():
        figures: dict[str, FigureValue] = {"authority": key[2] or "–", "count": len(others) + 1}
        yield case.newest[key], between(Code.X14, figures)


def total_is_younger_than_its_parts(case: Together) -> Said:
    """X-15: a count of counts was not made before one that it adds up."""
    for index, above in case.counts("510c", "510d"):
        for unit in above.units:
            name = unit.id.rpartition("::")[2]
            for message in ("510b", "510c"):
                below = case.newest_of(above.election, message, name)
                if below and made_before(above, below):
                    figures = {"above": above.created or "", "below": below.created or ""}
                    yield index, between(Code.X15, figures, unit=unit.id, unit_name=unit.name)


def csv_has_the_figures_of_the_eml(case: Together) -> Said:
    """X-17: a CSV and the EML of the same count have the same units, candidates and figures."""
    eml = [(index, count) for index, count in case.all_counts() if count.source == "eml"]
    for index, table in case.all_counts():
        if table.source == "eml":
            continue
        same = [count for _, count in eml if _same_count(count, table)]
        differences = [difference(table, count) for count in same]
        if same and not any(_agree(each) for each in differences):
            yield index, between(Code.X17, _figures(differences[-1]))


def _level(code: Code, index: int, below: Count, above: Count, unit: str, name: str) -> Said:
    found = level_difference(below, above, unit)
    cells = tuple(cell for cell in found.cells if cell.figure not in DROPPED)
    if cells:
        figures = _figures(replace(found, cells=cells))
        yield index, between(code, figures, unit=unit, unit_name=name, number=_largest(cells).list)


def _agree(found: Difference) -> bool:
    return not (found.cells or found.units_gone or found.units_new or found.ballot)


def _figures(found: Difference) -> Figures:
    """Say how many cells differ, and the one that differs most; without cells, which units or candidates do."""
    if not found.cells:
        gone = [*found.units_gone, *found.units_new, *(f"{c.list}/{c.candidate or '–'}" for c in found.ballot)]
        return {"case": "other", "count": len(gone), "detail": named(gone)}
    cell = _largest(found.cells)
    figures: dict[str, FigureValue] = {"case": "cells", "count": len(found.cells), "counter": _counter(cell)}
    figures |= {"below": cell.old or 0, "above": cell.new or 0}
    if cell.list is not None:
        figures["list"] = str(cell.list)
    if cell.candidate is not None:
        figures["candidate"] = str(cell.candidate)
    return figures


def _largest(cells: Sequence[Cell]) -> Cell:
    return max(cells, key=lambda cell: abs((cell.old or 0) - (cell.new or 0)))


def _counter(cell: Cell) -> str:
    if cell.figure is not None:
        return cell.figure.name.lower()
    return "list" if cell.candidate is None else "candidate"


def _same_count(one: Count, other: Count) -> bool:
    fields: Iterator[tuple[str | None, str | None]] = iter(
        (
            (one.message, other.message),
            (one.authority_id, other.authority_id),
            (one.election.id, other.election.id),
            (one.election.date, other.election.date),
        )
    )
    known = [(a, b) for a, b in fields if a is not None and b is not None]
    return one.authority_id is not None and one.authority_id == other.authority_id and all(a == b for a, b in known)


def _together(one: Count, other: Count) -> Count:
    """Return a count whose total is that of both; only where they have the same candidates."""
    if one.ballot.size != other.ballot.size or len(one.ballot.lists) != len(other.ballot.lists):
        return one
    a, b = one.total, other.total
    total = Votes(
        np.asarray(a.candidates + b.candidates, np.int32),
        np.asarray(a.lists + b.lists, np.int32),
        np.asarray(a.figures + b.figures, np.int32),
        a.candidates_reported & b.candidates_reported,
        a.lists_reported & b.lists_reported,
        a.figures_reported & b.figures_reported,
    )
    return replace(one, total=total)
