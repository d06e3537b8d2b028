"""The difference between voters and ballots: what explains it (C-14), and the law's duty (L-01) where that falls short.

The duty (Kieswet, chapter Na, since 2023): a station where ballots found (H) and admitted voters (D) differ, and the
explanation is absent or covers a part only, is recounted. One vote is enough; nothing hides a row of this list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, NotJudged
from waarmerk.election.count import Figure, Votes
from waarmerk.election.finding import Code

EXPLAIN_MORE = (Figure.TOO_MANY_HANDED_OUT, Figure.TOO_MANY_POSTAL_BALLOTS)
EXPLAIN_FEWER = (Figure.TAKEN_HOME, Figure.TOO_FEW_HANDED_OUT, Figure.NO_POSTAL_BALLOT, Figure.LOST)
ASKED = (
    Figure.TAKEN_HOME,
    Figure.TOO_FEW_HANDED_OUT,
    Figure.TOO_MANY_HANDED_OUT,
    Figure.NO_EXPLANATION,
    Figure.OTHER_EXPLANATION,
)
"""What every record with explanations asks; the three of postal votes are there only where those were counted."""
INVESTIGATED = ("onderzocht vanwege onverklaard verschil", "toegelaten kiezers opnieuw vastgesteld")
"""The two answers that take a station off list A of ``gr2026`` (checks.md 1.3); the other four are about something else."""

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Explained:
    """Per unit the difference H − D and what was written down to explain it."""

    difference: Column
    right: Column
    """Explanations for the direction of the difference, "other" included, "no explanation" not."""
    wrong: Column
    """Explanations for the other direction."""
    none: Column
    """*Geen verklaring*: ballots for which no explanation was found."""

    @property
    def unexplained(self) -> Column:
        """What the law asks to look at: the difference without the explanations that fit it."""
        short = np.maximum(np.abs(self.difference) - self.right, self.none)
        return np.where(self.difference == 0, 0, np.maximum(short, 0))


def explained(votes: Votes) -> Explained:
    """Work out the explanations of every unit; an absent one explains nothing."""
    difference = votes.found() - votes.figure(Figure.ADMITTED)
    more, fewer = _sum(votes, EXPLAIN_MORE), _sum(votes, EXPLAIN_FEWER)
    other = votes.figure(Figure.OTHER_EXPLANATION)
    return Explained(
        difference,
        right=np.where(difference > 0, more, np.where(difference < 0, fewer, 0)) + other,
        wrong=np.where(difference > 0, fewer, np.where(difference < 0, more, more + fewer)),
        none=votes.figure(Figure.NO_EXPLANATION),
    )


def explanations_make_up_the_difference(case: Case) -> Answer:
    """C-14: what explains a difference adds up to it, in its direction only, and nothing is explained where there is none."""
    judged, missing = case.stations(Code.C14, Figure.ADMITTED, *ASKED)
    yield from missing
    said = explained(case.count.votes)
    written = said.right + said.none
    fits = (written == np.abs(said.difference)) & (said.wrong == 0)
    for row in case.rows(judged & ~fits):
        yield case.at(
            Code.C14,
            row,
            {
                "case": _case(int(said.difference[row]), int(written[row]), int(said.wrong[row])),
                "difference": int(said.difference[row]),
                "size": abs(int(said.difference[row])),
                "written": int(written[row] + (said.wrong[row] if said.difference[row] == 0 else 0)),
                "explained": int(said.right[row]),
                "no_explanation": int(said.none[row]),
                "other_direction": int(said.wrong[row]),
            },
        )


def difference_is_explained(case: Case) -> Answer:
    """L-01: a difference that is not fully explained; in an edition that says so, one that was not investigated.

    Where a document cannot say whether it was explained, investigated or recounted, the station is shown.
    """
    votes = case.count.votes
    judged, missing = case.stations(Code.L01, Figure.ADMITTED)
    yield from missing
    said = explained(votes)
    if case.edition.investigated:
        due = (said.difference != 0) & ~_investigated(case)
        if not case.count.investigations:
            yield NotJudged((Code.L01,), "investigated-unknown")
    else:
        due = said.unexplained > 0
        unknown = int((judged & ~votes.reported(*ASKED)).sum())
        if unknown:
            yield NotJudged((Code.L01,), "explanations-absent", unknown)
        if case.edition.leaves_out_recounted:
            yield NotJudged((Code.L01,), "recounted-unknown")
    for row in case.rows(judged & due):
        yield case.at(
            Code.L01,
            row,
            {
                "case": "not-investigated" if case.edition.investigated else "unexplained",
                "edition": case.edition.name,
                "admitted": int(votes.figures[row, Figure.ADMITTED]),
                "found": int(votes.found()[row]),
                "difference": int(said.difference[row]),
                "explained": int(said.right[row]),
                "no_explanation": int(said.none[row]),
                "unexplained": int(said.unexplained[row]),
            },
        )


def _case(difference: int, written: int, wrong: int) -> str:
    if difference == 0:
        return "no-difference"
    if wrong:
        return "other-direction"
    return "too-much" if written > abs(difference) else "too-little"


def _investigated(case: Case) -> NDArray[np.bool_]:
    done = np.zeros(len(case.count.units), dtype=np.bool_)
    for answer in case.count.investigations:
        if answer.value and answer.reason in INVESTIGATED:
            done[answer.unit] = True
    return done


def _sum(votes: Votes, figures: tuple[Figure, ...]) -> Column:
    return np.asarray(votes.figures[:, list(figures)].sum(axis=1, dtype=np.int64))
