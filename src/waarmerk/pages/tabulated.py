"""A tabulation in plain text: totals with coverage, and what the comparison of every sum showed."""

from __future__ import annotations

from collections.abc import Iterator

from waarmerk.election.count import Figure
from waarmerk.pages.catalogue import number
from waarmerk.pages.law import word
from waarmerk.tabulation.add_up import Coverage, SumCheck, Tabulation
from waarmerk.tabulation.difference import Cell

SHOWN = 20
"""Unequal cells that a terminal shows; JSON has all."""


def summary(result: Tabulation, lang: str) -> str:
    """Return what a person reads after adding up."""
    return "\n".join(_lines(result, lang))


def _lines(result: Tabulation, lang: str) -> Iterator[str]:
    count = result.count
    yield word(
        lang, "tabulate", "title", election=count.election.id or count.election.name or "?", area=count.authority_name
    )
    yield from _coverage(result.coverage, lang)
    if all(admitted is not None for admitted in result.admitted):
        yield word(lang, "tabulate", "admitted", admitted=sum(a or 0 for a in result.admitted))
    yield ""
    for index, lst in enumerate(count.ballot.lists):
        yield f"{lst.number:>4}  {number(int(count.total.lists[0, index]), lang):>11}  {lst.name}"
    for figure, key in ((Figure.COUNTED, "valid"), (Figure.BLANK, "blank"), (Figure.INVALID, "invalid")):
        yield f"      {number(int(count.total.figures[0, figure]), lang):>11}  {word(lang, 'tabulate', key)}"
    yield ""
    yield from _sums(result.sums, lang)


def _coverage(coverage: Coverage, lang: str) -> Iterator[str]:
    values = {"reported": len(coverage.reported), "stations": coverage.stations}
    if coverage.expected:
        yield word(lang, "tabulate", "coverage", expected=len(coverage.expected), **values)
    else:
        yield word(lang, "tabulate", "coverage-open", **values)
    if coverage.missing:
        yield word(lang, "tabulate", "missing", names=", ".join(authority.name for authority in coverage.missing))
    if coverage.doubled:
        yield word(lang, "tabulate", "doubled", names=", ".join(coverage.doubled))
    if coverage.not_reported:
        names = ", ".join(word(lang, "figure", figure.name) for figure in coverage.not_reported)
        yield word(lang, "tabulate", "not-reported", figures=names)
    if coverage.called is not None:
        yield word(lang, "tabulate", "called", called=coverage.called)


def _sums(sums: tuple[SumCheck, ...], lang: str) -> Iterator[str]:
    cells = sum(check.difference.compared for check in sums)
    unequal = [(check, cell) for check in sums for cell in check.difference.cells]
    if not unequal:
        yield word(lang, "tabulate", "sums-hold", cells=cells)
        return
    yield word(lang, "tabulate", "sums-differ", cells=cells, differ=len(unequal))
    for check, cell in unequal[:SHOWN]:
        old, new = (number(value or 0, lang) for value in (cell.old, cell.new))
        yield "  " + word(
            lang, "tabulate", "cell", authority=check.authority_id, what=what(cell, lang), old=old, new=new
        )


def what(cell: Cell, lang: str) -> str:
    """Return what a cell is: a figure, a list or a candidate."""
    if cell.figure is not None:
        return word(lang, "figure", cell.figure.name)
    if cell.candidate is not None:
        return word(lang, "tabulate", "cell-candidate", list=str(cell.list), candidate=str(cell.candidate))
    return word(lang, "tabulate", "cell-list", list=str(cell.list))
