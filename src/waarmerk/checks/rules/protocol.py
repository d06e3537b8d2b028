"""The control protocol's counts at one station (checks.md 1.2, 1.3): P-01 … P-04. Thresholds come from the edition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, tenths, threshold
from waarmerk.election.count import Figure
from waarmerk.election.finding import Code

EXPLAINED_PART = (
    Figure.TAKEN_HOME,
    Figure.TOO_FEW_HANDED_OUT,
    Figure.TOO_MANY_HANDED_OUT,
    Figure.OTHER_EXPLANATION,
)
"""What ``tk2023`` adds up for its difference (codes 7, 8, 9 and 14)."""


def no_votes(case: Case) -> Answer:
    """P-01: no ballots found at all (``ps2023``: no valid votes)."""
    votes = case.count.votes
    for row in case.rows(case.judged & (_base(case) == 0)):
        figures: dict[str, int | str] = {
            "case": "unknown",
            "edition": case.edition.name,
            "found": int(votes.found()[row]),
        }
        if votes.figures_reported[row, Figure.ADMITTED]:
            figures["case"] = "admitted"
            figures["admitted"] = int(votes.figures[row, Figure.ADMITTED])
        yield case.at(Code.P01, row, figures)


def many_invalid(case: Case) -> Answer:
    """P-02: invalid ballots from the edition's percentage up."""
    yield from _rejected(case, Code.P02, Figure.INVALID)


def many_blank(case: Case) -> Answer:
    """P-03: blank ballots from the edition's percentage up."""
    yield from _rejected(case, Code.P03, Figure.BLANK)


def large_difference(case: Case) -> Answer:
    """P-04: a difference of voters and ballots from a number or a percentage of the ballots up, also when explained."""
    rule = case.edition.difference
    if rule is None:
        return
    votes = case.count.votes
    needed = EXPLAINED_PART if rule.explained_only else (Figure.ADMITTED,)
    judged, missing = case.stations(Code.P04, *needed)
    yield from missing
    found = votes.found()
    difference = found - votes.figure(Figure.ADMITTED)
    part = votes.figures[:, list(EXPLAINED_PART)].sum(axis=1, dtype=np.int64)
    size = part if rule.explained_only else np.abs(difference)
    large = _at_least(size, rule.percent, found)
    if rule.ballots is not None:
        large |= size >= rule.ballots
    for row in case.rows(judged & large):
        yield case.at(
            Code.P04,
            row,
            {
                "case": "explained-part" if rule.explained_only else "whole",
                "edition": case.edition.name,
                "difference": int(difference[row]),
                "size": int(size[row]),
                "found": int(found[row]),
                "percent": _percent(int(size[row]), int(found[row])),
                "threshold": threshold(rule.percent),
                "threshold_ballots": "" if rule.ballots is None else rule.ballots,
            },
        )


def _rejected(case: Case, code: Code, figure: Figure) -> Answer:
    base = _base(case)
    rejected = case.count.votes.figure(figure)
    limit = case.edition.rejected_percent
    for row in case.rows(case.judged & _at_least(rejected, limit, base)):
        yield case.at(
            code,
            row,
            {
                "case": "valid" if case.edition.of_valid else "found",
                "edition": case.edition.name,
                "rejected": int(rejected[row]),
                "of": int(base[row]),
                "percent": _percent(int(rejected[row]), int(base[row])),
                "threshold": threshold(limit),
            },
        )


def _base(case: Case) -> NDArray[np.int64]:
    votes = case.count.votes
    return votes.figure(Figure.COUNTED) if case.edition.of_valid else votes.found()


def _at_least(part: NDArray[np.int64], percent: Fraction, whole: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether part ≥ percent of whole, in whole numbers; nothing is a share of nothing."""
    exact = 100 * percent.denominator * part >= percent.numerator * whole
    return np.asarray(exact & (whole > 0), dtype=np.bool_)


def _percent(part: int, whole: int) -> str:
    return tenths(Fraction(100 * part, whole)) if whole else ""
