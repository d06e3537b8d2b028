"""The statistics: what was to be expected, which named mistake explains what is reported, how sure (checks.md 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waarmerk.checks.elsewhere import Elsewhere
from waarmerk.checks.model.audit import Audit
from waarmerk.checks.model.causes import Cause, causes
from waarmerk.checks.model.earlier import Matched, match
from waarmerk.checks.model.findings import findings
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import MISSING, MISSING_WITH_VOTERS, Parameters, parameters, worth
from waarmerk.checks.model.search import search
from waarmerk.election.count import Count, Figure, Level
from waarmerk.election.finding import Code, Finding, Severity

FEW_STATIONS = 10
"""With so few, twice as strict (3.11)."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the statistics say of one count: findings, what they rest on, and what they show of themselves."""

    findings: tuple[Finding, ...]
    stations: int
    elsewhere: int
    """Stations of other municipalities with the same lists that the expectation rests on as well."""
    resummed: int
    """Stations of which the reported totals are not the sums of the candidates, with which the statistics reckon."""
    flagged: int
    expected_false: float
    """How many of the flagged are likely to be no mistake."""
    audit: Audit
    parameters: Parameters
    matched: Matched | None = None


def statistics(
    count: Count,
    category: str,
    *,
    postcodes: Mapping[str, str] | None = None,
    earlier: Sequence[Count] = (),
    elsewhere: Elsewhere | None = None,
    budget: float | None = None,
) -> Statistics:
    """Return the named mistakes that explain a count, the surest first.

    ``budget`` flags at most so many findings per hundred stations (but one in any count) instead of by the share of false ones.
    """
    constants = parameters(category)
    observed = Observed.of(count, postcodes, elsewhere)
    matched = match(observed, earlier) if earlier else None
    searched = search(observed, category, constants, matched.shares if matched else None)
    found = [cause for cause in causes(searched.explanations, constants) if cause.score > constants.watch]
    missing = list(_missing(count))
    if budget is not None:
        found.sort(key=lambda cause: worth(cause.score, cause.lead.moved), reverse=True)
    number = _flagged(found, observed.stations, constants, budget)
    flagged, watched = found[:number], found[number:]
    said = (
        *missing,
        *findings(observed, flagged, Severity.REMARKABLE),
        *findings(observed, watched, Severity.NOTICE),
    )
    doubt = sum(1 - cause.probability for cause in flagged)
    others = elsewhere.stations if elsewhere else 0
    return Statistics(
        said,
        observed.stations,
        others,
        observed.resummed,
        number + len(missing),
        doubt,
        searched.audit,
        constants,
        matched,
    )


def _flagged(found: Sequence[Cause], stations: int, constants: Parameters, budget: float | None) -> int:
    """Return how many are flagged: the longest beginning whose mean doubt stays within the aim (3.7, 2), or the budget."""
    if budget is not None:
        return min(len(found), max(1, int(stations * budget / 100)))
    aim = constants.false_discoveries / (2 if stations <= FEW_STATIONS else 1)
    doubt, longest = 0.0, 0
    for number, cause in enumerate(found, 1):
        doubt += 1 - cause.probability
        if doubt <= aim * number:
            longest = number
    return longest


def _missing(count: Count) -> list[Finding]:
    """H-17: a station without a single ballot among stations that have them."""
    found = count.votes.found()
    if count.level is not Level.STATION or not found.any():
        return []
    admitted = count.votes.figure(Figure.ADMITTED)
    usual = int(np.median(found[found > 0]))
    return [
        Finding(
            Code.H17,
            Severity.REMARKABLE,
            unit=unit.id,
            unit_name=unit.name,
            figures={"case": "voters" if admitted[row] else "none", "admitted": int(admitted[row]), "moved": usual},
            hypothesis="station-missing",
            score=score,
            probability=probability,
        )
        for row, unit in enumerate(count.units)
        if unit.station and found[row] == 0
        for score, probability in (MISSING_WITH_VOTERS if admitted[row] else MISSING,)
    ]
