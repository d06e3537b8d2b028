"""What a rule is given and what it may answer: findings, or what could not be judged and why.

A rule never repairs or guesses: a figure that a document does not give is *absent*, and a rule that needs it says so with
:class:`NotJudged`. Integers and fractions at every threshold; a float may only pick the cells that are then judged exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.severity import SEVERITY
from waarmerk.election.count import Ballot, CandidateList, Count, ElectionInfo, Figure, Level, Mask, Votes
from waarmerk.election.finding import Code, Figures, Finding, Severity

if TYPE_CHECKING:
    from waarmerk.checks.editions import Edition

Sums = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Rules that were not put to some units, by the key of the reason in the catalogue (``[not-judged]``)."""

    codes: tuple[Code, ...]
    reason: str
    units: int = 0
    """How many units it is about; 0 when it is about the whole document."""
    figures: tuple[str, ...] = ()
    """Names of the figures that are not reported."""


@dataclass(frozen=True, slots=True)
class Case:
    """One count with what was worked out once for all rules."""

    count: Count
    edition: Edition
    judged: Mask
    """The polling stations among the units: the only ones that station rules are put to."""
    sums: Sums
    """Per unit and list the sum of its candidates."""
    total_sums: Sums
    """The same of the reported total."""
    postcodes: Mapping[str, str] | None = None

    @classmethod
    def of(cls, count: Count, edition: Edition, postcodes: Mapping[str, str] | None = None) -> Case:
        """Prepare a count for the rules."""
        stations = np.array([unit.station for unit in count.units], dtype=np.bool_)
        if count.level is not Level.STATION:
            stations[:] = False
        return cls(
            count,
            edition,
            stations,
            candidate_sums(count.votes, count.ballot),
            candidate_sums(count.total, count.ballot),
            postcodes,
        )

    @property
    def category(self) -> str:
        """``TK``, ``GR``, …: as the document says, or by its election id."""
        return category_of(self.count.election)

    def rows(self, mask: Mask) -> Iterator[int]:
        """Yield the units of a mask, in document order."""
        yield from (int(row) for row in np.flatnonzero(mask))

    def stations(self, code: Code, *needed: Figure) -> tuple[Mask, list[NotJudged]]:
        """Return the stations at which all these figures are reported, and what must be said of the others."""
        reported = self.count.votes.reported(*needed)
        missing = self.judged & ~reported
        if not missing.any():
            return self.judged, []
        present = self.count.votes.figures_reported[missing]
        absent = tuple(figure.name.lower() for figure in needed if not present[:, figure].all())
        return self.judged & reported, [NotJudged((code,), "figure-absent", int(missing.sum()), absent)]

    def at(
        self,
        code: Code,
        row: int | None,
        figures: Figures,
        *,
        list_column: int | None = None,
        candidates: Iterable[int] = (),
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding at a unit (``None``: at the total), on a list and candidates given by their columns.

        Its severity is that of its code, unless a case of it is more or less serious.
        """
        unit = None if row is None else self.count.units[row]
        lst = None if list_column is None else self.count.ballot.lists[list_column]
        return Finding(
            code,
            SEVERITY[code] if severity is None else severity,
            unit=unit.id if unit else None,
            unit_name=unit.name if unit else None,
            list=lst.number if lst else None,
            candidates=tuple(candidate_number(lst, c) for c in candidates) if lst else (),
            figures=figures,
        )


Answer = Iterator[Finding | NotJudged]


@dataclass(frozen=True, slots=True)
class Where:
    """Rows of a count with the place they come from: its units, or its total."""

    votes: Votes
    sums: Sums
    total: bool = field(default=False)

    def row(self, index: int) -> int | None:
        """The unit of a row; ``None`` for the total."""
        return None if self.total else index


def everywhere(case: Case) -> tuple[Where, Where]:
    """Return the units and the total: rules about sums within a row hold for both."""
    return Where(case.count.votes, case.sums), Where(case.count.total, case.total_sums, total=True)


def level_of(count: Count) -> Level:
    """Return what the units of a count are; a grand total over one district has municipalities (eml-nl.md 4.2)."""
    if count.level is Level.DISTRICT and not any(unit.id.startswith("HSB") for unit in count.units):
        return Level.MUNICIPALITY
    return count.level


def category_of(election: ElectionInfo) -> str:
    """Return the category of an election, which every id starts with; empty when neither is known."""
    return election.category or (election.id or "")[:2]


def candidate_sums(votes: Votes, ballot: Ballot) -> Sums:
    """Return per unit and list the sum of its candidates; 0 for a list without candidates."""
    sums = np.zeros((votes.candidates.shape[0], len(ballot.lists)), dtype=np.int64)
    filled = [(column, lst.start) for column, lst in enumerate(ballot.lists) if lst.candidates]
    if filled:
        columns, starts = zip(*filled, strict=True)
        sums[:, columns] = np.add.reduceat(votes.candidates, starts, axis=1, dtype=np.int64)
    return sums


def tenths(value: Fraction, *, signed: bool = False) -> str:
    """Return a number with one decimal as exact text (``52.9``; signed: ``+52.9``), made only after deciding."""
    whole = round(value * 10)
    sign = "-" if whole < 0 else "+" if signed else ""
    return f"{sign}{abs(whole) // 10}.{abs(whole) % 10}"


def threshold(value: Fraction) -> str:
    """Return a threshold as text (``3``, ``0.5``)."""
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def candidate_number(lst: CandidateList, column: int) -> int:
    """Return the number that a candidate has on the list: the id, or where a document has none the place there."""
    index = column - lst.start
    identifier = lst.candidates[index].id
    return index + 1 if identifier is None else identifier
