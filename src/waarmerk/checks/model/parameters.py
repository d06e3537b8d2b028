"""Every constant of the statistics, once, with its source; a change of any of them is a new ``VERSION``.

Sections are those of checks.md. "Real counts" are Rotterdam TK2023 and the councils of 2022 as measured there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from math import exp, log2

VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Rates:
    """Prior odds that a station has a mistake of the kind (3.6): base rates, to be estimated again after each election."""

    row: float = 0.12
    shift: float = 0.02
    move: float = 0.03
    cell: float = 0.02
    lists: float = 0.01
    digit: float = 0.05
    pile: float = 0.01
    difference: float = 0.02
    cancel_same_place: float = 0.02
    cancel_elsewhere: float = 0.0005
    station_exchange: float = 0.004
    ballots_exchange: float = 0.004
    copy: float = 0.002
    station_copy: float = 0.004
    rejected: float = 0.02
    voters: float = 0.01
    list_off: float = 0.01


@dataclass(frozen=True, slots=True)
class Distances:
    """How much of the exchanges of two rows lies at which distance (3.6, H1; set from the structure audit, 2.3)."""

    adjacent: float = 0.40
    two: float = 0.27
    own_number: float = 0.12
    page: float = 0.05
    ten: float = 0.02
    any: float = 0.16
    page_rows: int = 50
    """Rows on a page of the record: 1 and 51 are confused (2.2, E4); it depends on the form of the year (8)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """How much the levels above count beside the level itself, in votes (3.5)."""

    neighbourhood: float = 1500.0
    likeness_width: float = 0.13
    likeness: float = 300.0
    area: tuple[float, ...] = (100.0, 400.0, float("inf"))
    building: tuple[float, ...] = (30.0, 100.0, 400.0, float("inf"))
    trial_m: float = 150.0
    trial_epsilon: float = 0.01
    outlier: float = 7.0
    """A cell this much (natural logarithm) below its mode is left out of the reference of others (3.5, 5)."""
    nation: float = 300.0


@dataclass(frozen=True, slots=True)
class Spread:
    """The grid of M and its prior (3.3)."""

    smallest: float = 8.0
    largest: float = 20_000.0
    steps: int = 14
    centre: float = 120.0
    width: float = 0.9
    sharing: float = 0.15
    epsilon: float = 0.01


@dataclass(frozen=True, slots=True)
class Lists:
    """The model of list shares (3.6)."""

    fewest_votes: int = 20
    freedom: float = 6.0
    rounds: int = 8
    floor: float = 2e-4
    neighbourhood: float = 5.0
    area: float = 1.0
    building: float = 0.5
    spread: float = 0.01
    """Variance of a list's residual that is assumed where there are few stations (sd 0.1: the means of 3.5)."""
    spread_stations: float = 5.0
    earlier_penalty: float = 5.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """All constants of the statistics for one category of election."""

    epsilon: float = 0.003
    """Share of cells where anything can happen (3.3): 0.003 for TK."""
    largest_probability: float = 1.0
    """Above this a probability is not shown: local heroes (4.4)."""
    false_discoveries: float = 0.10
    """Share of false findings that is aimed at (3.7)."""
    tempering: float = 0.5
    cut: float = 60.0
    keep: float = -3.0
    watch: float = -2.0
    copied_votes: int = 10
    rates: Rates = field(default_factory=Rates)
    distances: Distances = field(default_factory=Distances)
    reference: Reference = field(default_factory=Reference)
    spread: Spread = field(default_factory=Spread)
    lists: Lists = field(default_factory=Lists)

    @property
    def digest(self) -> str:
        """Short hash of all constants: stands in every report, so that a finding can be computed again."""
        text = json.dumps([VERSION, asdict(self)], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


NATIONAL = Parameters()
OTHER = Parameters(epsilon=0.006, rates=Rates(row=0.07))
"""EP, PS, water boards: not measured anywhere, a guess between the two others (3.3)."""
LOCAL = Parameters(
    epsilon=0.015,
    largest_probability=0.90,
    false_discoveries=0.30,
    rates=Rates(row=0.04, shift=0.01, move=0.01),
    distances=Distances(own_number=0.04),
)
"""GR and ER: village candidates, and rows with the list's own number less often (3.3, 3.7, 4.4).

In 11,979 stations of councils 282 rows, 71 % of them real, and 21 shifts were seen (4.2); about as many again stay unseen.
"""


MISSING_WITH_VOTERS, MISSING = (6.0, 0.99), (4.0, 0.9)
"""Score and probability of a station without ballots: with voters it cannot be, without them, or only on the list of stations, it
may be a number that was never used; but a station that was forgotten is the largest mistake there is."""
FEWEST_STATIONS = 4
"""With fewer there is nothing to expect from others (3.11)."""


def worth(score: float, votes: int) -> tuple[float, float]:
    """Return by what the questions are chosen when their number is given: probability × impact, then how sure (3.7, 4)."""
    return impact(votes) / (1 + exp(-score)), score


def impact(votes: int) -> float:
    """Return how much a mistake of so many votes matters: it grows with the logarithm (3.7, 4)."""
    return 1 + log2(max(votes, 1))


def parameters(category: str) -> Parameters:
    """Return the constants for a category of election (``TK``, ``GR``, …)."""
    if category in ("GR", "ER"):
        return LOCAL
    return NATIONAL if category in ("TK", "") else OTHER
