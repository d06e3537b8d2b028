"""The figures of polling stations as the statistics use them: votes per candidate, the sums that they make, voters, places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import candidate_sums
from waarmerk.checks.elsewhere import Elsewhere
from waarmerk.checks.neighbourhoods import FROM_EVERYWHERE, normal
from waarmerk.election.count import Ballot, Count, Figure, Level, Unit

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Groups = NDArray[np.int64]
"""A group number per station, -1 for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """The stations of one count that have votes, with what they report.

    A list's votes are the sum of its candidates, whatever total is reported (rules report that contradiction); where a list
    has no candidates in the file, its reported total. ``valid`` is the sum of the lists.
    """

    count: Count
    rows: Whole
    """Unit of each station."""
    votes: Real
    """Votes per station and candidate."""
    lists: Real
    """Sums per station and list."""
    valid: Real
    found: Real
    """H = valid + blank + invalid, with the sums above."""
    difference: Whole
    """δ = D − H; positive: ballots missing."""
    has_difference: NDArray[np.bool_]
    neighbourhood: Groups
    area: Groups
    """The four digits of the post code."""
    building: Groups
    """The whole post code: several stations in one building have it in common."""
    list_of: Whole
    """List of each candidate's column."""
    elsewhere: Elsewhere | None = None

    @classmethod
    def of(cls, count: Count, postcodes: Mapping[str, str] | None = None, elsewhere: Elsewhere | None = None) -> Self:
        """Take what the statistics need from a count: polling stations with at least one vote."""
        every = count.votes
        sums = candidate_sums(every, count.ballot)
        empty = np.array([not lst.candidates for lst in count.ballot.lists], dtype=np.bool_)
        lists = np.where(empty, every.lists, sums)
        station = np.array([unit.station for unit in count.units], dtype=np.bool_)
        if count.level is not Level.STATION:
            station[:] = False
        rows = np.flatnonzero(station & (lists.sum(axis=1) > 0))
        units = [count.units[row] for row in rows]
        valid = lists[rows].sum(axis=1)
        found = valid + every.figure(Figure.BLANK)[rows] + every.figure(Figure.INVALID)[rows]
        codes = [normal(unit.postcode or "") for unit in units]
        return cls(
            count=count,
            rows=rows,
            votes=every.candidates[rows].astype(float),
            lists=lists[rows].astype(float),
            valid=valid.astype(float),
            found=found.astype(float),
            difference=every.figure(Figure.ADMITTED)[rows] - found,
            has_difference=every.reported(Figure.ADMITTED)[rows],
            neighbourhood=_groups(_areas(units, codes, postcodes or {})),
            area=_groups([code[:4] for code in codes]),
            building=_groups([code if len(code) == 6 else "" for code in codes]),
            list_of=np.repeat(np.arange(len(count.ballot.lists)), [len(lst.candidates) for lst in count.ballot.lists]),
            elsewhere=elsewhere,
        )

    @property
    def stations(self) -> int:
        """How many stations there are."""
        return len(self.rows)

    @property
    def ballot(self) -> Ballot:
        """All lists."""
        return self.count.ballot

    @property
    def resummed(self) -> int:
        """How many stations report other sums than these."""
        votes = self.count.votes
        lists = ((votes.lists[self.rows] != self.lists) & votes.lists_reported[self.rows]).any(axis=1)
        valid = self.reported(Figure.COUNTED) & (self.figure(Figure.COUNTED) != self.valid)
        return int((lists | valid).sum())

    def unit(self, station: int) -> Unit:
        """Return the unit of a station."""
        return self.count.units[int(self.rows[station])]

    def figure(self, figure: Figure) -> Whole:
        """Return a figure of every station; 0 where it is absent."""
        return self.count.votes.figure(figure)[self.rows]

    def reported(self, *figures: Figure) -> NDArray[np.bool_]:
        """Return which stations report all these figures."""
        return self.count.votes.reported(*figures)[self.rows]


def siblings(observed: Observed) -> list[tuple[int, int]]:
    """Return the pairs of stations in one building, by post code."""
    pairs: list[tuple[int, int]] = []
    for group in range(int(observed.building.max(initial=-1)) + 1):
        members = np.flatnonzero(observed.building == group)
        pairs.extend((int(a), int(b)) for i, a in enumerate(members) for b in members[i + 1 :])
    return pairs


def plain(name: str) -> str:
    """Return a station's name as it is compared over the years: small letters and digits only."""
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _areas(units: Sequence[Unit], codes: Sequence[str], postcodes: Mapping[str, str]) -> list[str]:
    return [
        "" if FROM_EVERYWHERE.search(unit.name) else postcodes.get(code, "")
        for unit, code in zip(units, codes, strict=True)
    ]


def _groups(names: Sequence[str]) -> Groups:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) if name else -1 for name in names], dtype=np.int64)
