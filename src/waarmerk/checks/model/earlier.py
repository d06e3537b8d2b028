"""Stations of an earlier election, found again by post code, name or number (checks.md 3.5, Previous election).

Only what people vote as to lists is used, and only to expect the lists: other people stand in other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from waarmerk.checks.model.density import Real
from waarmerk.checks.model.observed import Observed, plain
from waarmerk.checks.model.shares import scaled
from waarmerk.checks.neighbourhoods import normal
from waarmerk.election.count import Count, Unit

WAYS = ("postcode", "name", "number")
"""How a station is found again, the surest first. A number alone is used for stations that nothing else matches."""
FEWEST_VOTES = 20
LARGEST_LISTS = 12
"""Lists of the earlier election that are used; the small ones are noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """List shares of an earlier election for each station, and how many stations were found again in which way."""

    shares: Real
    """u per station and list of the earlier election; NaN where the station was not found again."""
    ways: tuple[tuple[str, int], ...]
    stations: int
    election: str | None

    @property
    def found(self) -> int:
        """How many stations were found again."""
        return sum(number for _, number in self.ways)


def match(observed: Observed, earlier: Sequence[Count]) -> Matched | None:
    """Find the stations of a count again in the newest earlier count of the same authority; ``None`` where there is none."""
    same = [
        count for count in earlier
        if count.authority_id == observed.count.authority_id or plain(count.authority_name) == plain(observed.count.authority_name)
    ]  # fmt: skip
    if not same:
        return None
    before = max(same, key=lambda count: (count.election.date or "", count.election.id or ""))
    old = Observed.of(before)
    if not old.stations or not observed.stations:
        return None
    largest = np.sort(np.argsort(-old.lists.sum(axis=0), kind="stable")[:LARGEST_LISTS])
    votes = np.column_stack([old.lists[:, largest], old.valid - old.lists[:, largest].sum(axis=1)])
    shares = np.full((observed.stations, votes.shape[1]), np.nan)
    ways = dict.fromkeys(WAYS, 0)
    for way, key in zip(WAYS, KEYS, strict=True):
        places = _places(old, key)
        for station in np.flatnonzero(np.isnan(shares[:, 0])):
            members = places.get(key(observed.unit(int(station))), [])
            together = votes[members].sum(axis=0)
            if members and together.sum() >= FEWEST_VOTES:
                shares[station] = scaled(together[None], together.sum()[None])[0]
                ways[way] += 1
    return Matched(shares, tuple(ways.items()), observed.stations, before.election.id)


def _places(old: Observed, key: Callable[[Unit], str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for station in range(old.stations):
        name = key(old.unit(station))
        if name:
            places.setdefault(name, []).append(station)
    return places


def _number(unit: Unit) -> str:
    return unit.id.rpartition("::")[2]


KEYS: tuple[Callable[[Unit], str], ...] = (
    lambda unit: normal(unit.postcode or ""),
    lambda unit: plain(unit.name),
    _number,
)
