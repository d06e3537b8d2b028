"""The band around what was expected, in which nine of ten such figures lie: shown beside the expected number (checks.md 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from scipy.special import betaincinv

from waarmerk.checks.model.density import SMALLEST_SHARE, ln_beta_binomial

TAIL = 0.05
"""Below the band, and above it."""
DEVIATIONS = 1.6448536269514722
"""The same of a normal distribution."""
COUNTED = 100_000
"""Of more votes not every number is looked at."""
SAME = 1e-7
"""Sums and roots may differ in so much between machines; a whole number of votes may not."""

Band = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OfVotes:
    """A figure that is a part of another: the beta-binomial with which it was scored (3.3)."""

    size: float
    share: float
    m: float

    def band(self) -> Band:
        """Return the 5 % and 95 % quantiles, as far apart that the expected number, in whole votes, lies between them."""
        size = max(int(self.size), 0)
        low, high = self._counted(size) if size <= COUNTED else self._of_beta(size)
        usual = round(size * self.share)
        return min(low, usual), max(high, usual)

    def _counted(self, size: int) -> Band:
        below = np.exp(ln_beta_binomial(np.arange(size + 1), size, self.share, self.m)).cumsum()
        low, high = (min(int((below < tail - SAME).sum()), size) for tail in (TAIL, 1 - TAIL))
        return low, high

    def _of_beta(self, size: int) -> Band:
        """The beta with the same mean and variance: no station has so many votes, but a file may say so."""
        m = size * (1 + self.m) / (size + self.m) - 1
        share = min(max(self.share, SMALLEST_SHARE), 1 - SMALLEST_SHARE)
        low, high = (betaincinv(m * share, m * (1 - share), tail) * size for tail in (TAIL, 1 - TAIL))
        return int(low), ceil(high)


@dataclass(frozen=True, slots=True)
class OfList:
    """A list's votes: expected u and its deviation, whatever the other lists have (3.6); normal, as tails are shown (3.4)."""

    valid: float
    location: float
    deviation: float

    def band(self) -> Band:
        """Return the bounds in whole votes, outwards."""
        far = DEVIATIONS * self.deviation
        low, high = ((max(u, 0.0) / 2) ** 2 * self.valid for u in (self.location - far, self.location + far))
        return floor(low + SAME), min(ceil(high - SAME), int(self.valid))


Spread = OfVotes | OfList
