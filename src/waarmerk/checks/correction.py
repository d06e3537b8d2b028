"""A new version of a count beside the one it replaces: which cells changed, those that nobody asked about first (checks.md 5.2).

A correction answers questions. A cell that changed without one is what a person must see first; a total that changed with
its units only follows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from waarmerk.election.count import Count
from waarmerk.election.finding import Code, Finding
from waarmerk.tabulation.difference import Cell, Difference, difference

WHOLE_STATION = (Code.L01, Code.P01, Code.P02, Code.P03, Code.P04, Code.C31)
"""Findings that ask to count a station again, so that every figure of it may change."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What changed. ``unasked`` are the cells that no finding of the old version was about."""

    difference: Difference
    unasked: tuple[Cell, ...]
    asked: tuple[Cell, ...]


def correction(old: Count, new: Count, asked: Iterable[Finding]) -> Correction:
    """Return what the new version changes; ``asked`` are the findings of the old one, also those inside others."""
    found = difference(old, new)
    questions: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in asked:
        for each in (finding, *finding.also):
            questions[each.unit].append(each)
    columns = {_column(cell) for cell in found.cells if cell.unit is not None}
    expected = [
        _follows(cell, columns) or any(_asks(question, cell) for question in questions[cell.unit])
        for cell in found.cells
    ]
    cells = list(zip(found.cells, expected, strict=True))
    return Correction(found, tuple(c for c, was in cells if not was), tuple(c for c, was in cells if was))


def _follows(cell: Cell, columns: set[tuple[object, ...]]) -> bool:
    return cell.unit is None and _column(cell) in columns


def _column(cell: Cell) -> tuple[object, ...]:
    return (cell.list, cell.candidate, cell.figure)


def _asks(question: Finding, cell: Cell) -> bool:
    if question.code in WHOLE_STATION:
        return True
    if question.list is None:
        return cell.figure is not None
    if question.list != cell.list:
        return False
    return cell.candidate is None or not question.candidates or cell.candidate in question.candidates
