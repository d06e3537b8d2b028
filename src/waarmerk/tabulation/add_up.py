"""Adding up: the counts of the level below become one count one level up, with its coverage and every sum compared.

What is added is the *reported* total of each document, after it was compared with the sum of its own units. Nothing that does
not belong together is added: another election, date, contest or ballot, or two different counts of one authority of which
neither is newer, is refused by name, because a total that silently includes or leaves out one is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waarmerk.election.count import Ballot, Cells, Count, ElectionInfo, Figure, Unit
from waarmerk.tabulation.agreement import agreed_ballot, agreed_election, contest_of
from waarmerk.tabulation.coverage import Coverage, Expected
from waarmerk.tabulation.difference import Difference, sum_difference
from waarmerk.tabulation.parts import Chosen, Part, Target, parts_in_order, unit_of
from waarmerk.tabulation.table import Row, Table, of_total, stack, summed, without_figures

__all__ = ["Coverage", "Expected", "Joined", "Part", "SumCheck", "Tabulation", "Target", "add_up", "tabulated"]

DROPPED = (Figure.POLL_CARDS, Figure.ADMITTED, Figure.FOUND)
"""Codes 1 and 4 do not go up (eml-nl.md 4.5); H is by definition E + F + G, and has no element of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class SumCheck:
    """The reported total of one part against the sum of its units."""

    authority_id: str
    origin: str
    difference: Difference


@dataclass(frozen=True, slots=True, eq=False)
class Tabulation:
    """One level up: the count, how complete it is, and what the comparison of every sum showed."""

    count: Count
    coverage: Coverage
    sums: tuple[SumCheck, ...]
    admitted: tuple[int | None, ...]
    """D, admitted voters, of each unit of ``count``: it does not go up in the document, but people ask for it."""

    @property
    def sums_hold(self) -> bool:
        """Whether every reported total is the sum of its units; the called voters aside (C-07: a notice, real files differ)."""
        return not self.unequal

    @property
    def unequal(self) -> tuple[SumCheck, ...]:
        """The parts whose total is not the sum of their units in another figure than the called voters."""
        return tuple(
            check for check in self.sums if any(cell.figure is not Figure.CAST for cell in check.difference.cells)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Parts brought under one ballot, ready to be added: a row each, and the same rows as they count in a sum."""

    election: ElectionInfo
    contest_id: str | None
    contest_name: str | None
    ballot: Ballot
    units: tuple[Unit, ...]
    rows: Table
    addends: Table
    positions: Cells | None = None


def add_up(parts: Sequence[Part], expected: Sequence[Expected], target: Target) -> Tabulation:
    """Return the count one level up, with coverage and every sum compared; the order of the parts never matters.

    Candidates are joined by list number and id, so all parts must be of one contest. Raises ``BadData``: ``E-TAB-NONE``,
    ``E-TAB-TWICE``, ``E-TAB-UNKNOWN``, ``E-TAB-OVERFLOW``, ``E-EML-TYPE``, ``E-EML-ELECTION``, ``E-EML-AUTHORITY``,
    ``E-EML-CANDIDATES`` (X-03).
    """
    chosen = parts_in_order(parts, expected)
    ordered = chosen.parts
    election = agreed_election(ordered)
    contest_id, contest_name = contest_of(ordered, target)
    units = tuple(unit_of(part, target) for part in ordered)
    rows = stack([of_total(part.count, Row(unit.id, unit.name)) for part, unit in zip(ordered, units, strict=True)])
    joined = Joined(election, contest_id, contest_name, agreed_ballot(ordered), units, rows, rows)
    return tabulated(chosen, expected, target, joined)


def tabulated(chosen: Chosen, expected: Sequence[Expected], target: Target, joined: Joined) -> Tabulation:
    """Return the count of parts that were brought under one ballot."""
    rows = without_figures(joined.rows, DROPPED)
    total = summed(without_figures(joined.addends, DROPPED), Row(None, target.authority_name))
    count = Count(
        message=target.message,
        election=joined.election,
        authority_id=target.authority_id,
        authority_name=target.authority_name,
        contest_id=joined.contest_id,
        contest_name=joined.contest_name,
        created=target.created,
        ballot=joined.ballot,
        units=joined.units,
        votes=rows.votes(),
        total=total.votes(),
        source="eml",
        positions=joined.positions,
    )
    sums = tuple(
        SumCheck(str(part.count.authority_id), part.origin, sum_difference(part.count)) for part in chosen.parts
    )
    return Tabulation(count, _coverage(chosen, expected, rows, total), sums, _admitted(chosen.parts, joined.rows))


def _coverage(chosen: Chosen, expected: Sequence[Expected], units: Table, total: Table) -> Coverage:
    parts = chosen.parts
    reported = tuple(str(part.count.authority_id) for part in parts)
    some = units.figures_reported.any(axis=0) & ~total.figures_reported[0]
    return Coverage(
        expected=tuple(expected),
        reported=reported,
        missing=tuple(authority for authority in expected if authority.authority_id not in reported),
        doubled=chosen.doubled,
        replaced=chosen.replaced,
        stations=sum(_stations(part) for part in parts),
        called=int(total.figures[0, Figure.CAST]) if total.figures_reported[0, Figure.CAST] else None,
        not_reported=tuple(figure for figure in Figure if some[figure]),
        below=tuple(part.coverage for part in parts if part.coverage is not None),
    )


def _stations(part: Part) -> int:
    return part.coverage.stations if part.coverage else sum(unit.station for unit in part.count.units)


def _admitted(parts: Sequence[Part], rows: Table) -> tuple[int | None, ...]:
    column = Figure.ADMITTED
    return tuple(
        int(rows.figures[row, column]) if rows.figures_reported[row, column] else part.admitted
        for row, part in enumerate(parts)
    )
