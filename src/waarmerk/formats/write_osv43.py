"""Writes OSV4-3 CSV as OSV2020 does: BOM, LF, every filled field in quotes, no line end after the last row (eml-nl.md 10.1).

A 510 has no names of candidates, so its CSV needs the candidate lists. :func:`lost` names what a CSV cannot carry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from waarmerk.election.count import Ballot, CandidateList, Count, Figure, Unit, Votes
from waarmerk.election.lists import CandidateLists
from waarmerk.errors import BadData, WrongUse
from waarmerk.formats.osv43 import LABELS, MUNICIPAL_ONLY, POSTAL

ISLANDS = ("Bonaire", "Sint Eustatius", "Saba")
MUNICIPAL = ("510a", "510b")


def write_osv43(count: Count, lists: CandidateLists | None = None) -> Iterator[bytes]:
    """Yield the rows of a count. ``lists`` names the candidates of an EML count; a CSV has names of its own.

    Raises ``WrongUse`` without names, ``BadData`` ``E-EML-CANDIDATES`` when the lists are not those of the count.
    """
    named = with_names(count, lists) if lists is not None else count
    if any(candidate.name is None for one in named.ballot.lists for candidate in one.candidates):
        raise WrongUse("a 510 has no names of candidates; give the candidate lists (230b) too")
    rows = [*_head(named), *_unit_rows(named), *_statistics(named), *_votes(named)]
    yield b"\xef\xbb\xbf"
    for index, row in enumerate(rows):
        yield (("\n" if index else "") + ";".join(map(_field, row))).encode("utf-8")


def lost(count: Count) -> tuple[str, ...]:
    """Return what of this count a CSV cannot carry (10.8), in English, for a message."""
    if count.source == "csv":
        return ()
    pairs = (
        (count.contest_id is not None, "the contest"),
        (count.created is not None, "the time of creation"),
        (any(unit.raw_name != unit.name for unit in count.units), "prefixes and spacing of unit names"),
        (any(not one.name for one in count.ballot.lists), "that a list has no name"),
        (not _all_reported(count), "that figures are not reported (they become 0)"),
        (bool(count.investigations), "the investigations"),
        (any(c.short_code for one in count.ballot.lists for c in one.candidates), "short codes of candidates"),
        (bool(count.version), "what EML_NL 1.3 adds: method, phase, corrections, kinds of stations"),
    )
    return tuple(what for has, what in pairs if has)


def _all_reported(count: Count) -> bool:
    columns = [figure for figure in _figures(count) if figure is not Figure.FOUND]
    return bool(count.total.figures_reported[:, columns].all() and count.votes.figures_reported[:, columns].all())


def _field(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if value else ""


def _head(count: Count) -> list[list[str]]:
    return [
        ["Verkiezing", "", count.election.name or ""],
        ["Datum", "", count.election.date or ""],
        ["Gebied", "", _area(count)],
        ["Nummer", "", count.authority_id or ""],
        [""],
    ]


def _area(count: Count) -> str:
    name = count.authority_name
    if count.message == "510c":
        return f"Kieskring {name}"
    if count.message not in MUNICIPAL:
        return "Nederland" if "Kiesraad" in name else name
    return f"Openbaar lichaam {name}" if name in ISLANDS else f"Gemeente {name}"


def _unit_rows(count: Count) -> Iterator[list[str]]:
    heads = ["Lijstnummer", "Aanduiding", "Volgnummer", "Naam kandidaat", "Totaal"]
    yield heads + [_unit_name(unit, count) for unit in count.units]
    yield ["Gebiednummer", "", "", "", ""] + [_number(unit) for unit in count.units]
    if count.message in MUNICIPAL and any(unit.postcode for unit in count.units):
        yield ["Postcode", "", "", "", ""] + [unit.postcode or "" for unit in count.units]


def _unit_name(unit: Unit, count: Count) -> str:
    return unit.raw_name if count.source == "csv" else unit.name


def _number(unit: Unit) -> str:
    return unit.id.rpartition("::")[2].removeprefix("SB")


def _figures(count: Count) -> list[Figure]:
    """Return the statistic rows in their order: 16 of a municipality, 14 above it, those of postal votes where reported.

    A CSV is written with the rows that it had.
    """
    given = np.concatenate((count.votes.figures_reported, count.total.figures_reported))
    reported = {figure for figure in Figure if given[:, figure].any()}
    skipped = {figure for figure in POSTAL if figure not in reported}
    if count.message not in MUNICIPAL:
        skipped |= {figure for figure in MUNICIPAL_ONLY if figure not in reported}
    if count.source == "csv":
        skipped |= set(Figure) - reported
    return [figure for figure in LABELS.values() if figure not in skipped]


def _statistics(count: Count) -> Iterator[list[str]]:
    labels = {figure: label for label, figure in LABELS.items()}
    for figure in _figures(count):
        cells = [cell for votes in (count.total, count.votes) for cell in _figure_cells(votes, figure, count.source)]
        yield ["", labels[figure], "", "", *cells]


def _figure_cells(votes: Votes, figure: Figure, source: str) -> list[str]:
    """Return a figure of the total or of all units: absent is 0 in the CSV of an EML (10.2), and stays empty in that of a CSV."""
    values = votes.figures[:, figure]
    reported = votes.figures_reported[:, figure]
    if figure is Figure.FOUND:
        values = np.where(reported, values, votes.found())
    return [
        str(value) if given or source != "csv" else ""
        for value, given in zip(values.tolist(), reported.tolist(), strict=True)
    ]


def _votes(count: Count) -> Iterator[list[str]]:
    for column, one in enumerate(count.ballot.lists):
        name = one.name or (f"Blanco ({one.candidates[0].name})" if one.candidates else "")
        yield [str(one.number), name, "", "", *_cells(count, column, of_lists=True)]
        for offset, candidate in enumerate(one.candidates):
            place = str(candidate.id) if candidate.id is not None else f"({candidate.name})"
            yield ["", "", place, candidate.name or "", *_cells(count, one.start + offset, of_lists=False)]


def _cells(count: Count, column: int, *, of_lists: bool) -> list[str]:
    cells = []
    for votes in (count.total, count.votes):
        values = (votes.lists if of_lists else votes.candidates)[:, column].tolist()
        reported = (votes.lists_reported if of_lists else votes.candidates_reported)[:, column].tolist()
        cells += [str(value) if given else "" for value, given in zip(values, reported, strict=True)]
    return cells


def with_names(count: Count, lists: CandidateLists) -> Count:
    """Return the count with the names of its candidates; ``BadData`` ``E-EML-CANDIDATES`` when the lists are others (X-03)."""
    named = tuple(_named(one, lists, count) for one in count.ballot.lists)
    return replace(count, ballot=Ballot(named))


def _named(one: CandidateList, lists: CandidateLists, count: Count) -> CandidateList:
    found = next((other for other in lists.in_contest(count.contest_id) if other.number == one.number), None)
    if found is None:
        raise BadData(
            "E-EML-CANDIDATES", f"list {one.number} is not in the candidate lists of contest {count.contest_id}"
        )
    if [candidate.id for candidate in found.candidates] != [candidate.id for candidate in one.candidates]:
        raise BadData("E-EML-CANDIDATES", f"list {one.number} has other candidates in the candidate lists")
    pairs = zip(one.candidates, found.candidates, strict=True)
    return replace(one, candidates=tuple(replace(mine, name=theirs.person.display) for mine, theirs in pairs))
