"""P-05: a list that does far better or worse at a station than in the rest of its municipality (checks.md 1.3).

The rest is the sum of the other units, never the reported total: a total that does not add up (C-06) must not decide here.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, NotJudged, tenths, threshold
from waarmerk.election.count import Count
from waarmerk.election.finding import Code

Counts = NDArray[np.int64]
MARGIN = 1e-6
"""Percentage points: floats pick everything this close to the threshold or over it, and integers decide about those."""


def list_deviates_from_the_rest(case: Case) -> Answer:
    """P-05: the share of a list here and in the rest of the municipality differ by the edition's points or more."""
    here, valid, others, others_valid = _sides(case.count)
    judged = case.judged & (valid > 0) & (others_valid > 0)
    alone = int((case.judged & (others_valid == 0)).sum())
    if alone:
        yield NotJudged((Code.P05,), "one-station", alone)
    rule = case.edition.deviation
    for row, column in np.argwhere(_near(here, valid, others, others_valid, float(rule.points)) & judged[:, None]):
        n, e = int(here[row, column]), int(valid[row])
        rest, rest_valid = int(others[row, column]), int(others_valid[row])
        points = Fraction(100 * n, e) - Fraction(100 * rest, rest_valid)
        if abs(points) < rule.points or (rule.strict and abs(points) == rule.points):
            continue
        yield case.at(
            Code.P05,
            int(row),
            {
                "case": "more" if points > 0 else "less",
                "edition": case.edition.name,
                "deviation": tenths(points, signed=True),
                "threshold": threshold(rule.points),
                "votes": n,
                "valid": e,
                "percent": tenths(Fraction(100 * n, e)),
                "rest_percent": tenths(Fraction(100 * rest, rest_valid)),
                "moved": round(abs(n - Fraction(rest * e, rest_valid))),
            },
            list_column=int(column),
        )


def list_deviations(count: Count) -> list[list[Fraction | None]]:
    """Return per unit and list the deviation in percentage points from the rest; ``None`` where there is nothing to compare."""
    here, valid, others, others_valid = _sides(count)
    return [
        [
            Fraction(100 * int(n), int(e)) - Fraction(100 * int(rest), int(rest_valid)) if e and rest_valid else None
            for n, rest in zip(row, rests, strict=True)
        ]
        for row, e, rests, rest_valid in zip(here, valid, others, others_valid, strict=True)
    ]


def _sides(count: Count) -> tuple[Counts, Counts, Counts, Counts]:
    """Votes per unit and list here and elsewhere, each with the valid votes: sums of lists, so that a share is a share."""
    here = np.where(count.votes.lists_reported, count.votes.lists, 0).astype(np.int64)
    valid = here.sum(axis=1)
    return here, valid, here.sum(axis=0) - here, valid.sum() - valid


def _near(
    here: Counts,
    valid: Counts,
    others: Counts,
    others_valid: Counts,
    points: float,
) -> NDArray[np.bool_]:
    share = here / np.maximum(valid, 1)[:, None]
    rest = others / np.maximum(others_valid, 1)[:, None]
    return np.asarray(np.abs(share - rest) * 100 >= points - MARGIN, dtype=np.bool_)
