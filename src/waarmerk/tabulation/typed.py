"""Totals typed from a paper record, compared with a count cell by cell: the record leads (article O 3).

A CSV ``list,candidate,votes``: a row without candidate is the total of a list, a row without list is a figure, named in the
column ``candidate`` (``blank``, ``invalid``, ``counted``, ``admitted`` …). Only what is typed is compared.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from waarmerk.election.count import NUMBER, Count, Figure
from waarmerk.errors import BadData, Place
from waarmerk.formats.csvlines import small_table
from waarmerk.tabulation.difference import Cell, key_of

HEADER = ["list", "candidate", "votes"]
FIGURES = {figure.name.lower(): figure for figure in Figure}

Key = tuple[int | None, str]
"""List and candidate; list and nothing; nothing and the name of a figure."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed from paper, by cell, for the total of a count or one of its units."""

    cells: dict[Key, int]


@dataclass(frozen=True, slots=True)
class PaperDifference:
    """Typed against filed: the unequal cells (paper is *old*, the file *new*), and how many were compared."""

    cells: tuple[Cell, ...]
    compared: int


def parse(data: bytes) -> Typed:
    """Return typed totals; ``BadData`` with an ``E-CSV-…`` code and the line for a row that cannot be placed."""
    lines = small_table(data)
    separator = ";" if lines and ";" in lines[0] else ","
    if not lines or _row(lines[0].lower(), separator, 1) != HEADER:
        raise BadData("E-CSV-LABEL", "the first line must be list,candidate,votes", Place(line=1))
    cells: dict[Key, int] = {}
    for line, text in enumerate(lines[1:], 2):
        if text.strip(" ;,"):
            key, votes = _cell(_row(text, separator, line), line)
            if key in cells:
                raise BadData("E-EML-DUPLICATE", "the same cell is typed twice", Place(line=line))
            cells[key] = votes
    return Typed(cells)


def typed_difference(typed: Typed, count: Count, unit: str | None = None) -> PaperDifference:
    """Return where paper (old) and file (new) differ, in the total or in one unit; ``E-TYPED-CELL`` for what the file has not."""
    filed = dict(_filed(count, unit))
    unknown = next((key for key in typed.cells if key not in filed), None)
    if unknown is not None:
        raise BadData("E-TYPED-CELL", f"the count has no list {unknown[0]}, candidate or figure {unknown[1]!r}")
    cells = tuple(
        Cell(
            unit,
            count.authority_name,
            number,
            name or None if number is not None else None,
            _figure(number, name),
            votes,
            new,
        )
        for (number, name), votes in typed.cells.items()
        if (new := filed[number, name]) != votes
    )
    return PaperDifference(cells, len(typed.cells))


def _figure(number: int | None, name: str) -> Figure | None:
    return FIGURES[name] if number is None else None


def _filed(count: Count, unit: str | None) -> Iterator[tuple[Key, int]]:
    votes, row = count.total, 0
    if unit is not None:
        row = next((index for index, one in enumerate(count.units) if one.id == unit), -1)
        if row < 0:
            raise BadData("E-TYPED-CELL", f"the count has no unit {unit[:40]!r}")
        votes = count.votes
    for index, lst in enumerate(count.ballot.lists):
        yield (lst.number, ""), int(votes.lists[row, index])
        for place, candidate in enumerate(lst.candidates):
            yield (lst.number, str(key_of(candidate, place))), int(votes.candidates[row, lst.start + place])
    for name, figure in FIGURES.items():
        if votes.figures_reported[row, figure]:
            yield (None, name), int(votes.figures[row, figure])
    yield (None, "found"), int(votes.found()[row])


def _row(text: str, separator: str, line: int) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, strict=True), [])]
    except csv.Error as error:
        raise BadData("E-CSV-QUOTE", str(error), Place(line=line)) from None


def _cell(cells: list[str], line: int) -> tuple[Key, int]:
    if len(cells) != len(HEADER):
        raise BadData("E-CSV-WIDTH", f"{len(cells)} cells, not {len(HEADER)}", Place(line=line))
    number, name, votes = cells
    if NUMBER.fullmatch(votes) is None or (number and NUMBER.fullmatch(number) is None):
        raise BadData("E-CSV-NUMBER", f"{votes[:20]!r} or {number[:20]!r} is no number", Place(line=line))
    if not number and name.lower() not in FIGURES:
        raise BadData("E-CSV-LABEL", f"{name[:40]!r} is no figure", Place(line=line))
    return ((int(number), name) if number else (None, name.lower())), int(votes)
