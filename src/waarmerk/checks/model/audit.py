"""The structure audit: what the data themselves show of the precision of row findings, without knowing the truth (checks.md 3.8).

Real exchanges of rows prefer neighbours, rows two apart, and the row with the list's number; chance prefers nothing. So the
same search among pairs of other distances counts how often it is mere chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from waarmerk.checks.model.parameters import Parameters
from waarmerk.checks.model.rows import SUSPECT, Page, pairs_of

LIKELIHOOD = 8.0
"""Pairs that fit this much better after exchange count, whatever their distance."""
CONTROL = (3, 9)
"""Distances that no mechanism prefers."""
NEAR_OWN = 3
"""Rows this far from the list's number are the control of that row."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Pairs found by distance; ``control`` are those of the distances that only chance gives."""

    own_number: int = 0
    adjacent: int = 0
    two: int = 0
    control: int = 0
    near_own: int = 0

    def __add__(self, other: Self) -> Self:
        """Return the audit of two files together."""
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def found(self) -> int:
        """Pairs of the distances that mistakes prefer."""
        return self.own_number + self.adjacent + self.two

    @property
    def by_chance(self) -> float:
        """How many of them chance alone would give."""
        return 2 * self.control / (CONTROL[1] - CONTROL[0] + 1) + self.near_own / (2 * NEAR_OWN)

    @property
    def precision(self) -> float | None:
        """The share that is more than chance; ``None`` where nothing was found."""
        return max(0.0, 1 - self.by_chance / self.found) if self.found else None


def audit(page: Page, parameters: Parameters) -> Audit:
    """Count the pairs of one list by distance."""
    s, j, k = pairs_of(page.loss > SUSPECT, page.rows)
    hopeful = (page.votes[s, j] != page.votes[s, k]) & (page.loss[s, j] + page.loss[s, k] > LIKELIHOOD)
    s, j, k = s[hopeful], j[hopeful], k[hopeful]
    gain = (
        page.ln(s, j, page.votes[s, k], parameters)
        + page.ln(s, k, page.votes[s, j], parameters)
        - page.fit[s, j]
        - page.fit[s, k]
    )
    good = gain >= LIKELIHOOD
    first, last = np.minimum(j, k)[good], np.maximum(j, k)[good]
    distance, leader = last - first, first == 0
    own = leader & (last == page.number - 1)
    near = leader & ~own & (np.abs(last - (page.number - 1)) <= NEAR_OWN) & (distance > 2)
    control = ~own & (distance >= CONTROL[0]) & (distance <= CONTROL[1])
    counts = (own, ~own & (distance == 1), ~own & (distance == 2), control, near)
    return Audit(*(int(which.sum()) for which in counts))
