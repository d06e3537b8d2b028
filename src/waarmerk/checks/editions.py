"""The control protocol *(Controleprotocol centraal stembureau)* through the years, as data (checks.md 1.2).

One row per edition; a rule reads its threshold, comparison and denominator here and has none of its own. Which edition holds
follows from the date of the election; the reason is part of every report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from waarmerk.election.count import ElectionInfo
from waarmerk.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Difference:
    """P-04: at least so many ballots, or at least this percentage of the ballots found."""

    percent: Fraction
    ballots: int | None
    """``None``: the edition has no number beside the percentage."""
    explained_only: bool = False
    """``tk2023`` looks at the explained part (codes 7, 8, 9 and 14) instead of the whole difference."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """P-05: percentage points between a list here and the same list in the rest of the municipality."""

    points: Fraction
    strict: bool = False
    """``ps2023`` alone asks for more than the threshold; all others for at least."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """P-06: one candidate so many times as often as expected, another so many times less, each of some size."""

    factor: int
    votes: int
    rms_at_most: Fraction | None = None
    """Above this root mean square over the other candidates the station is called special, and the pair is left out."""
    stations: int = 2
    """Stations that a municipality must have."""
    neighbourhood_stations: int = 5
    """Below this a neighbourhood says nothing. ``gr2026`` then falls back to the municipality; we do so in every edition,
    because the silence of the earlier ones was a defect of the tool (checks.md 1.5 no. 1)."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The thresholds of one election's control protocol."""

    name: str
    first_used: date
    of_valid: bool
    """Whether P-01, P-02 and P-03 are about the valid votes (E); otherwise about the ballots found (H)."""
    rejected_percent: Fraction
    difference: Difference | None
    deviation: Deviation
    swapped: Swapped | None
    investigated: bool = False
    """Whether list A is every difference that was not investigated, instead of every one that is not explained."""
    leaves_out_recounted: bool = False
    """Whether stations that were recounted already leave list A; no file we read can say so (the record as ODT does)."""


THREE = Fraction(3)
WHOLE = Difference(percent=Fraction(2), ballots=15)

EDITIONS: tuple[Edition, ...] = (
    Edition(
        name="ps2023",
        first_used=date(2023, 3, 15),
        of_valid=True,
        rejected_percent=THREE,
        difference=None,
        deviation=Deviation(Fraction(50), strict=True),
        swapped=None,
    ),
    Edition(
        name="tk2023",
        first_used=date(2023, 11, 22),
        of_valid=False,
        rejected_percent=THREE,
        difference=Difference(percent=Fraction(2), ballots=None, explained_only=True),
        deviation=Deviation(Fraction(50)),
        swapped=None,
    ),
    Edition(
        name="ep2024",
        first_used=date(2024, 6, 6),
        of_valid=False,
        rejected_percent=THREE,
        difference=WHOLE,
        deviation=Deviation(Fraction(50)),
        swapped=Swapped(factor=10, votes=20),
        leaves_out_recounted=True,
    ),
    Edition(
        name="tk2025",
        first_used=date(2025, 10, 29),
        of_valid=False,
        rejected_percent=THREE,
        difference=WHOLE,
        deviation=Deviation(Fraction(50)),
        swapped=Swapped(factor=5, votes=15),
        leaves_out_recounted=True,
    ),
    Edition(
        name="gr2026",
        first_used=date(2026, 3, 18),
        of_valid=False,
        rejected_percent=THREE,
        difference=WHOLE,
        deviation=Deviation(Fraction(60)),
        swapped=Swapped(factor=5, votes=15, rms_at_most=Fraction(4)),
        investigated=True,
    ),
)
"""In order of first use; the last is what a later election is judged by."""
NAMES: Sequence[str] = tuple(edition.name for edition in EDITIONS)


@dataclass(frozen=True, slots=True)
class Protocol:
    """The edition used, and why: ``asked``, ``own`` (of this election), ``in-force``, ``before`` or ``no-date``."""

    edition: Edition
    reason: str


def choose(election: ElectionInfo, asked: str | None = None) -> Protocol:
    """Return the edition for an election: the one asked for, else the newest first used on or before its date.

    Before the first edition, or without a date, it is the newest, and the reason says that it was not in force or is
    assumed. A name that is no edition is :class:`~waarmerk.errors.WrongUse`.
    """
    if asked is not None:
        return Protocol(named(asked), "asked")
    day = _date(election.date)
    if day is None:
        return Protocol(EDITIONS[-1], "no-date")
    used = [edition for edition in EDITIONS if edition.first_used <= day]
    if not used:
        return Protocol(EDITIONS[-1], "before")
    return Protocol(used[-1], "own" if used[-1].first_used == day else "in-force")


def named(name: str) -> Edition:
    """Return an edition by its name; ``WrongUse`` names those there are."""
    for edition in EDITIONS:
        if edition.name == name:
            return edition
    raise WrongUse(f"{name[:40]!r} is not an edition of the control protocol; there are {', '.join(NAMES)}")


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
