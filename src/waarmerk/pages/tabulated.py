"""A tabulation in words and as data: totals with coverage, what the comparison of sums and of levels showed, file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Code
from waarmerk.pages.catalogue import number
from waarmerk.pages.law import word
from waarmerk.tabulation.add_up import Coverage, SumCheck, Tabulation
from waarmerk.tabulation.climb import Climb, LevelCheck
from waarmerk.tabulation.coverage import Replaced
from waarmerk.tabulation.difference import Cell
from waarmerk.tabulation.draw import Draw
from waarmerk.tabulation.typed import PaperDifference

SHOWN = 20
"""Unequal cells that a terminal shows; JSON has all."""


def text(whole: Climb, lang: str) -> str:
    """Return what a person reads after adding up: the highest total, and everything that does not agree."""
    return "\n".join(_lines(whole, lang))


def _lines(whole: Climb, lang: str) -> Iterator[str]:
    top = whole.top
    if top is None:
        yield word(lang, "tabulate", "nothing")
        return
    count = top.count
    election = count.election.id or count.election.name or "?"
    yield word(lang, "tabulate", "title", election=election, area=count.authority_name)
    yield from _coverage(top.coverage, lang)
    for one in whole.replaced:
        values = {"authority": one.authority_id, "old": one.origin, "new": one.by}
        yield word(lang, "tabulate", "replaced", cells=one.cells, **values)
    if all(admitted is not None for admitted in top.admitted):
        yield word(lang, "tabulate", "admitted", admitted=sum(a or 0 for a in top.admitted))
    yield ""
    yield from _totals(count, lang)
    yield ""
    yield from _sums(whole.sums, lang)
    if whole.levels:
        yield from _levels(whole.levels, lang)


def _totals(count: Count, lang: str) -> Iterator[str]:
    for index, lst in enumerate(count.ballot.lists):
        yield f"{lst.number:>4}  {number(int(count.total.lists[0, index]), lang):>11}  {lst.name}"
    for figure, key in ((Figure.COUNTED, "valid"), (Figure.BLANK, "blank"), (Figure.INVALID, "invalid")):
        yield f"      {number(int(count.total.figures[0, figure]), lang):>11}  {word(lang, 'tabulate', key)}"


def _coverage(coverage: Coverage, lang: str) -> Iterator[str]:
    values = {"reported": len(coverage.reported), "stations": coverage.stations}
    if coverage.expected:
        yield word(lang, "tabulate", "coverage", expected=len(coverage.expected), **values)
    else:
        yield word(lang, "tabulate", "coverage-open", **values)
    missing = [authority.name for part in (coverage, *coverage.below) for authority in part.missing]
    if missing:
        yield word(lang, "tabulate", "missing", names=", ".join(missing))
    if coverage.doubled:
        yield word(lang, "tabulate", "doubled", names=", ".join(coverage.doubled))
    if coverage.not_reported:
        names = ", ".join(word(lang, "figure", figure.name) for figure in coverage.not_reported)
        yield word(lang, "tabulate", "not-reported", figures=names)
    if coverage.called is not None:
        yield word(lang, "tabulate", "called", called=coverage.called)


def _sums(sums: tuple[SumCheck, ...], lang: str) -> Iterator[str]:
    unequal = [(check.authority_id, cell) for check in sums for cell in check.difference.cells]
    compared = sum(check.difference.compared for check in sums)
    yield word(lang, "tabulate", "sums-differ" if unequal else "sums-hold", cells=compared, differ=len(unequal))
    for authority, cell in unequal[:SHOWN]:
        yield "  " + _cell("cell", cell, lang, authority=authority)


def _levels(levels: tuple[LevelCheck, ...], lang: str) -> Iterator[str]:
    unequal = [(check, cell) for check in levels for cell in check.difference.cells]
    compared = sum(check.difference.compared for check in levels)
    yield word(lang, "tabulate", "levels-differ" if unequal else "levels-hold", cells=compared, differ=len(unequal))
    for check, cell in unequal[:SHOWN]:
        yield "  " + _cell("level", cell, lang, authority=check.authority_id, below=check.below)


def _cell(key: str, cell: Cell, lang: str, **who: str) -> str:
    return word(lang, "tabulate", key, what=what(cell, lang), old=cell.old or 0, new=cell.new or 0, **who)


def what(cell: Cell, lang: str) -> str:
    """Return what a cell is: a figure, a list or a candidate."""
    if cell.figure is not None:
        return word(lang, "figure", cell.figure.name)
    if cell.candidate is not None:
        return word(lang, "tabulate", "cell-candidate", list=str(cell.list), candidate=str(cell.candidate))
    return word(lang, "tabulate", "cell-list", list=str(cell.list))


def as_json(whole: Climb) -> dict[str, Any]:
    """Return everything as the one object that ``--json`` prints: the highest total, with those below it under ``below``."""
    top = whole.top
    made = _tabulation(top) if top is not None else {}
    below = [_tabulation(one) for one in whole.tabulations.values() if one is not top]
    return {
        **made,
        "sums": [_sum(check) for check in whole.sums],
        "levels": [_level(check) for check in whole.levels],
        "replaced": [_replaced(one) for one in whole.replaced],
        "below": below,
    }


def _tabulation(one: Tabulation) -> dict[str, Any]:
    count = one.count
    total = count.total
    reported = [figure for figure in Figure if total.figures_reported[0, figure]]
    lists = enumerate(count.ballot.lists)
    return {
        "election": count.election.id,
        "message": count.message,
        "authority": count.authority_id,
        "contest": count.contest_id,
        "coverage": _coverage_object(one.coverage),
        "totals": {
            "figures": {figure.name.lower(): int(total.figures[0, figure]) for figure in reported},
            "admitted": None if None in one.admitted else sum(a or 0 for a in one.admitted),
            "lists": [{"list": lst.number, "name": lst.name, "votes": int(total.lists[0, i])} for i, lst in lists],
        },
    }


def _coverage_object(coverage: Coverage) -> dict[str, Any]:
    return {
        "expected": [authority.authority_id for authority in coverage.expected],
        "reported": list(coverage.reported),
        "missing": [authority.authority_id for authority in coverage.missing],
        "doubled": list(coverage.doubled),
        "stations": coverage.stations,
        "called": coverage.called,
        "not_reported": [figure.name.lower() for figure in coverage.not_reported],
        "complete": coverage.complete,
    }


def _replaced(one: Replaced) -> dict[str, Any]:
    return {
        "code": Code.X14.value,
        "authority": one.authority_id,
        "file": one.origin,
        "by": one.by,
        "unequal": one.cells,
    }


def _sum(check: SumCheck) -> dict[str, Any]:
    cells = [cell_object(cell) for cell in check.difference.cells]
    return {
        "authority": check.authority_id,
        "file": check.origin,
        "compared": check.difference.compared,
        "unequal": cells,
    }


def _level(check: LevelCheck) -> dict[str, Any]:
    found = check.difference
    return {
        "authority": check.authority_id,
        "below": check.below,
        "files": [check.origin, check.origin_below],
        "compared": found.compared,
        "unequal": [cell_object(cell) for cell in found.cells],
        "no_row": bool(found.units_gone),
        "other_ballot": bool(found.ballot),
    }


def cell_object(cell: Cell) -> dict[str, Any]:
    """Return one unequal cell for JSON."""
    return {
        "unit": cell.unit,
        "list": cell.list,
        "candidate": cell.candidate,
        "figure": cell.figure.name.lower() if cell.figure is not None else None,
        "old": cell.old,
        "new": cell.new,
    }


@dataclass(frozen=True, slots=True)
class Paper:
    """Totals typed from the paper record of one authority, against its count."""

    authority_id: str
    difference: PaperDifference


def draws(drawn: Sequence[Draw], lang: str) -> Iterator[str]:
    """Yield what was drawn for whom, and how to repeat it."""
    if drawn:
        yield ""
        yield word(lang, "draw", "title", seed=drawn[0].seed)
        for one in drawn:
            yield "  " + word(lang, "draw", "drawn", authority=one.authority_id, lists=", ".join(map(str, one.lists)))
        yield word(lang, "draw", "how", text=drawn[0].tickets[0].text)


def papers(typed: Sequence[Paper], lang: str) -> Iterator[str]:
    """Yield what the comparison with paper showed."""
    for paper in typed:
        found = paper.difference
        key = "differs" if found.cells else "agrees"
        values = {"compared": found.compared, "differ": len(found.cells)}
        yield word(lang, "paper", key, authority=paper.authority_id, **values)
        for cell in found.cells[:SHOWN]:
            yield "  " + word(lang, "paper", "cell", what=what(cell, lang), old=cell.old or 0, new=cell.new or 0)


def draw_object(drawn: Draw) -> dict[str, Any]:
    """Return a draw for JSON, with every hash."""
    tickets = [{"list": one.list, "text": one.text, "sha256": one.sha256} for one in drawn.tickets]
    return {"authority": drawn.authority_id, "seed": drawn.seed, "lists": list(drawn.lists), "tickets": tickets}


def paper_object(paper: Paper) -> dict[str, Any]:
    """Return a comparison with paper for JSON."""
    found = paper.difference
    cells = [cell_object(cell) for cell in found.cells]
    return {"authority": paper.authority_id, "compared": found.compared, "unequal": cells}


def file_name(count: Count) -> str:
    """Return the name of a count's file as OSV makes it (eml-nl.md 9): ``Telling_TK2025_kieskring_Nijmegen.eml.xml``."""
    election = count.election.id or "verkiezing"
    if count.message == "510d":
        return f"Totaaltelling_{election}.eml.xml"
    return f"Telling_{election}_kieskring_{_plain(count.authority_name)}.eml.xml"


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.replace(" ", "_"))
    return re.sub(r"[^0-9A-Za-z_]", "", decomposed) or "naamloos"
