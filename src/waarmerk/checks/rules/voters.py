"""Voters admitted and ballots found, station by station (eml-nl.md 4.4, 7.1): C-09, C-11, C-12, C-13."""

from __future__ import annotations

import numpy as np

from waarmerk.checks.case import Answer, Case, NotJudged, everywhere
from waarmerk.election.count import Figure, Level
from waarmerk.election.finding import Code

ADMITTED, MORE, FEWER = Figure.ADMITTED, Figure.MORE, Figure.FEWER
PARTS = (Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES)


def admitted_are_cards_proxies_and_passes(case: Case) -> Answer:
    """C-09: admitted voters (D) are poll cards (A), proxies (B) and voter passes (C); only where all are reported."""
    votes = case.count.votes
    judged, missing = case.stations(Code.C09, ADMITTED, *PARTS)
    yield from missing
    made, stated = sum(votes.figure(part) for part in PARTS), votes.figure(ADMITTED)
    for row in case.rows(judged & (made != stated)):
        parts = {part.name.lower(): int(votes.figures[row, part]) for part in PARTS}
        yield case.at(Code.C09, row, {**parts, "sum": int(np.asarray(made)[row]), "admitted": int(stated[row])})


def more_and_fewer_are_the_difference(case: Case) -> Answer:
    """C-11: at a station "more" (I) is H − D where that is above 0 and else 0, "fewer" (J) is D − H in the same way."""
    votes = case.count.votes
    judged, missing = case.stations(Code.C11, ADMITTED, MORE, FEWER)
    yield from missing
    found, admitted = votes.found(), votes.figure(ADMITTED)
    more, fewer = votes.figure(MORE), votes.figure(FEWER)
    right = (more == np.maximum(found - admitted, 0)) & (fewer == np.maximum(admitted - found, 0))
    for row in case.rows(judged & ~right):
        yield case.at(
            Code.C11,
            row,
            {
                "admitted": int(admitted[row]),
                "found": int(found[row]),
                "difference": int(found[row] - admitted[row]),
                "more": int(more[row]),
                "fewer": int(fewer[row]),
            },
        )


def not_more_and_fewer_at_once(case: Case) -> Answer:
    """C-12: one station cannot have more ballots and fewer ballots than voters at once."""
    votes = case.count.votes
    judged, missing = case.stations(Code.C12, MORE, FEWER)
    yield from missing
    more, fewer = votes.figure(MORE), votes.figure(FEWER)
    for row in case.rows(judged & (more > 0) & (fewer > 0)):
        yield case.at(Code.C12, row, {"more": int(more[row]), "fewer": int(fewer[row])})


def sums_of_units_keep_the_difference(case: Case) -> Answer:
    """C-13: in a sum of several units D = H − I + J; the total of a document, and every unit that is itself a sum."""
    unjudged = 0
    for where in everywhere(case):
        votes = where.votes
        sums_only = ~case.judged if not where.total else np.ones(1, dtype=np.bool_)
        if not where.total and case.count.level is Level.STATION:
            sums_only = np.zeros(len(case.count.units), dtype=np.bool_)
        reported = votes.reported(ADMITTED, MORE, FEWER)
        unjudged += int((sums_only & ~reported).sum())
        rest = votes.figure(ADMITTED) - votes.found() + votes.figure(MORE) - votes.figure(FEWER)
        for index in case.rows(sums_only & reported & (rest != 0)):
            figures = {name.name.lower(): int(votes.figures[index, name]) for name in (ADMITTED, MORE, FEWER)}
            yield case.at(
                Code.C13, where.row(index), {**figures, "found": int(votes.found()[index]), "rest": int(rest[index])}
            )
    if unjudged:
        yield NotJudged((Code.C13,), "figure-absent", unjudged, ("admitted", "more", "fewer"))
