"""What other municipalities with the very same lists have so far: during the night references are thin (checks.md 3.5, 3.11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import candidate_sums
from waarmerk.election.count import Ballot, Count, Level

Real = NDArray[np.float64]
Key = tuple[str | None, str | None, Ballot]


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """Votes per candidate and per list in all other counts with the same lists."""

    candidates: Real
    lists: Real


def elsewhere(counts: Sequence[Count]) -> list[Elsewhere | None]:
    """Return for every count what the others have; ``None`` where no other count of its contest has the same candidates.

    Never joined by list and number alone: contest, lists and candidates must be equal (trap 13 of checks.md 7).
    """
    groups: dict[Key, list[int]] = defaultdict(list)
    for index, count in enumerate(counts):
        if count.level is Level.STATION:
            groups[count.election.id, count.contest_id, count.ballot].append(index)
    found: list[Elsewhere | None] = [None] * len(counts)
    for members in groups.values():
        if len({counts[index].authority_id for index in members}) < 2:
            continue
        sums = {index: _sums(counts[index]) for index in members}
        candidates, lists = (sum(each[part] for each in sums.values()) for part in (0, 1))
        for index, own in sums.items():
            found[index] = Elsewhere(candidates - own[0], lists - own[1])
    return found


def _sums(count: Count) -> tuple[Real, Real]:
    votes = count.votes
    return (
        votes.candidates.sum(axis=0, dtype=np.int64).astype(float),
        candidate_sums(votes, count.ballot).sum(axis=0).astype(float),
    )
