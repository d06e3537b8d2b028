"""What other municipalities with the very same lists have so far: during the night references are thin (checks.md 3.5, 3.11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import candidate_sums
from waarmerk.election.count import Count, Level
from waarmerk.wire.digests import sha256

Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """Votes per candidate and per list in all other counts with the same lists, and in how many stations."""

    candidates: Real
    lists: Real
    stations: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What one count adds to what others are expected to have: derived, and made again from the count at any time."""

    key: str
    """Same election, contest, lists and candidates, and nothing less: never joined by numbers alone (trap 13 of checks.md 7)."""
    authority: str
    candidates: NDArray[np.int64]
    lists: NDArray[np.int64]
    stations: int
    """Those that have votes."""

    @classmethod
    def of(cls, count: Count) -> Self | None:
        """Return the sums of a count of polling stations."""
        if count.level is not Level.STATION:
            return None
        sums = candidate_sums(count.votes, count.ballot)
        filled = sum(bool(row.any()) and unit.station for row, unit in zip(sums, count.units, strict=True))
        key = sha256(repr((count.election.id, count.contest_id, count.ballot)).encode())
        votes = count.votes.candidates.sum(axis=0, dtype=np.int64)
        return cls(key, count.authority_id or "", votes, sums.sum(axis=0), filled)

    def as_value(self) -> dict[str, Any]:
        """Return plain values, from which :meth:`from_value` makes it again."""
        candidates, lists = self.candidates.tolist(), self.lists.tolist()
        return {
            "key": self.key,
            "authority": self.authority,
            "candidates": candidates,
            "lists": lists,
            "stations": self.stations,
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Self:
        """Return the sums that :meth:`as_value` wrote."""
        candidates, lists = (np.array(value[name], dtype=np.int64) for name in ("candidates", "lists"))
        return cls(value["key"], value["authority"], candidates, lists, value["stations"])


def beside(own: Sums | None, others: Iterable[Sums | None]) -> Elsewhere | None:
    """Return what other authorities with the same lists have; ``None`` where there are none."""
    found = [each for each in others if each and own and (each.key == own.key and each.authority != own.authority)]
    if not found:
        return None
    candidates, lists = (np.sum([getattr(each, part) for each in found], axis=0) for part in ("candidates", "lists"))
    return Elsewhere(candidates.astype(float), lists.astype(float), sum(each.stations for each in found))


def elsewhere(counts: Sequence[Count]) -> list[Elsewhere | None]:
    """Return for every count what the others have; ``None`` where no other authority of its contest has the same candidates."""
    every = [Sums.of(count) for count in counts]
    groups: dict[str, list[Sums]] = defaultdict(list)
    for each in every:
        if each is not None:
            groups[each.key].append(each)
    return [None if own is None else beside(own, groups[own.key]) for own in every]
