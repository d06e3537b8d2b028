"""Which mistakes are made in which of many counts: shared out beforehand, so that each count can be made alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waarmerk.checks.mistakes import KINDS, Kind, Planted, sow
from waarmerk.election.count import Count

RATE = 0.045
"""Part of the stations with a mistake (checks.md 4.7); a count has room for one at least."""


def shared_out(seed: int, stations: Sequence[int], each: int, rate: float = RATE) -> list[tuple[Kind, ...]]:
    """Return the kinds of mistake for counts of so many stations: ``each`` of every kind, as far as there is room."""
    rng = np.random.default_rng([seed, *b"mistakes"])
    left = [KINDS[i] for _ in range(each) for i in rng.permutation(len(KINDS))]
    shares: list[tuple[Kind, ...]] = [()] * len(stations)
    for index in rng.permutation(len(stations)):
        room = max(1, round(stations[index] * rate))
        shares[index], left = tuple(left[:room]), left[room:]
    return shares


def mistaken(seed: int, count: Count, kinds: Sequence[Kind]) -> tuple[Count, tuple[Planted, ...]]:
    """Return the count with these mistakes, of any size; one that has no place there is not made."""
    rng = np.random.default_rng([seed, *b"mistakes", *(count.authority_id or "").encode()])
    return sow(count, rng, [(kind, None) for kind in kinds])
