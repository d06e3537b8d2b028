"""What is only for the record, once a document with a count (eml-nl.md 7): C-29, C-30."""

from __future__ import annotations

import numpy as np

from waarmerk.checks.case import Answer, Case
from waarmerk.election.count import Figure, Level
from waarmerk.election.finding import Code

ABOVE = (
    Figure.PROXIES,
    Figure.VOTER_PASSES,
    Figure.MORE,
    Figure.FEWER,
    Figure.TAKEN_HOME,
    Figure.TOO_FEW_HANDED_OUT,
    Figure.TOO_MANY_HANDED_OUT,
    Figure.NO_EXPLANATION,
    Figure.OTHER_EXPLANATION,
)
"""The nine reason codes of a count of counts (eml-nl.md 4.5)."""
USUAL = dict.fromkeys(Level, ABOVE) | {Level.STATION: (Figure.POLL_CARDS, Figure.ADMITTED, *ABOVE)}


def figures_not_reported(case: Case) -> Answer:
    """C-29: a figure that this level usually has is not reported; which is not 0."""
    reported = case.count.votes.figures_reported
    names = [figure for figure in USUAL[case.count.level] if not np.all(reported[:, figure])]
    if names and case.count.units:
        cells = sum(int((~reported[:, figure]).sum()) for figure in names)
        listed = ", ".join(figure.name.lower() for figure in names)
        yield case.at(Code.C29, None, {"count": cells, "names": listed})


def form_tolerated(case: Case) -> Answer:
    """C-30: something in the form of the document deviates from the specification and was read all the same."""
    if case.count.notes:
        yield case.at(
            Code.C30,
            None,
            {
                "count": sum(note.count for note in case.count.notes),
                "notes": "; ".join(note.text for note in case.count.notes),
            },
        )
