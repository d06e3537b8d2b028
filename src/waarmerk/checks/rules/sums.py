"""Sums that must hold in every document, at every level (eml-nl.md 7.1): C-04, C-05, C-06, C-07, C-10."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.case import Answer, Case, NotJudged, everywhere, level_of
from waarmerk.election.count import Ballot, Cells, Figure, Mask
from waarmerk.election.finding import Code, Finding


def list_is_the_sum_of_its_candidates(case: Case) -> Answer:
    """C-04: a list's votes are the sum of its candidates, in every unit and in the total."""
    ballot = case.count.ballot
    for where in everywhere(case):
        judged = where.votes.lists_reported & any_candidate(where.votes.candidates_reported, ballot)
        broken = judged & (where.votes.lists != where.sums)
        for index, column in np.argwhere(broken):
            figures = {"sum": int(where.sums[index, column]), "total": int(where.votes.lists[index, column])}
            yield case.at(Code.C04, where.row(int(index)), figures, list_column=int(column))
    if not all(lst.candidates for lst in ballot.lists):
        yield NotJudged((Code.C04,), "no-candidates")


def valid_is_the_sum_of_the_lists(case: Case) -> Answer:
    """C-05: valid votes (E) are the sum of the lists, in every unit and in the total."""
    for where in everywhere(case):
        judged = where.votes.reported(Figure.COUNTED) & where.votes.lists_reported.any(axis=1)
        sums = where.votes.lists.sum(axis=1, dtype=np.int64)
        valid = where.votes.figure(Figure.COUNTED)
        for index in case.rows(judged & (sums != valid)):
            yield case.at(Code.C05, where.row(index), {"sum": int(sums[index]), "valid": int(valid[index])})


def total_is_the_sum_of_the_units(case: Case) -> Answer:
    """C-06: every counter of the total is the sum over the units. One finding a document, with all counters that differ.

    Called voters are C-07. A counter that is absent in the total or in some unit is not judged.
    """
    if not case.count.units:
        yield NotJudged((Code.C06,), "no-units")
        return
    differing = sorted(_differing(case), key=lambda f: -abs(int(f.figures["sum"]) - int(f.figures["total"])))
    if differing:
        first, *others = differing
        figures = {**first.figures, "counters": len(differing)}
        yield Finding(first.code, first.severity, None, None, first.list, first.candidates, figures, tuple(others))


def called_is_the_sum_of_the_units(case: Case) -> Answer:
    """C-07: the total of called voters is their sum; a notice, because real files fill in the total only."""
    votes, total = case.count.votes, case.count.total
    if case.count.units and votes.reported(Figure.CAST).all() and total.reported(Figure.CAST).all():
        called, stated = int(votes.figure(Figure.CAST).sum()), int(total.figure(Figure.CAST)[0])
        if called != stated:
            yield case.at(Code.C07, None, {"sum": called, "total": stated})


def found_is_valid_blank_and_invalid(case: Case) -> Answer:
    """C-10: ballots found (H) are E + F + G where a document reports H itself (a CSV), in every unit and in the total."""
    for where in everywhere(case):
        judged = where.votes.reported(Figure.FOUND, Figure.COUNTED, Figure.BLANK, Figure.INVALID)
        made, stated = where.votes.found(), where.votes.figure(Figure.FOUND)
        for index in case.rows(judged & (made != stated)):
            yield case.at(Code.C10, where.row(index), {"sum": int(made[index]), "found": int(stated[index])})


def any_candidate(reported: Mask, ballot: Ballot) -> NDArray[np.bool_]:
    """Return per unit and list whether at least one of its candidates is reported."""
    return np.stack(
        [reported[:, lst.columns].any(axis=1) for lst in ballot.lists] or [np.zeros(len(reported), np.bool_)], axis=1
    )[:, : len(ballot.lists)]


def _differing(case: Case) -> Iterator[Finding]:
    votes, total, ballot = case.count.votes, case.count.total, case.count.ballot
    level = {"level": level_of(case.count).value, "counters": 1}
    for figure in _uneven(votes.figures, votes.figures_reported, total.figures, total.figures_reported):
        if figure != Figure.CAST:
            pair = _pair(votes.figures, total.figures, figure)
            yield case.at(Code.C06, None, {"case": "figure", "counter": Figure(figure).name.lower(), **pair, **level})
    for column in _uneven(votes.lists, votes.lists_reported, total.lists, total.lists_reported):
        pair = _pair(votes.lists, total.lists, column)
        yield case.at(Code.C06, None, {"case": "list", **pair, **level}, list_column=column)
    cells = _uneven(votes.candidates, votes.candidates_reported, total.candidates, total.candidates_reported)
    owner = np.repeat(np.arange(len(ballot.lists)), [len(lst.candidates) for lst in ballot.lists])
    for cell in cells:
        pair = _pair(votes.candidates, total.candidates, cell)
        yield case.at(
            Code.C06, None, {"case": "candidate", **pair, **level}, list_column=int(owner[cell]), candidates=(cell,)
        )


def _uneven(units: Cells, reported: Mask, total: Cells, total_reported: Mask) -> list[int]:
    judged = reported.all(axis=0) & total_reported[0]
    return [int(column) for column in np.flatnonzero(judged & (units.sum(axis=0, dtype=np.int64) != total[0]))]


def _pair(units: Cells, total: Cells, column: int) -> dict[str, int]:
    return {"sum": int(units[:, column].sum(dtype=np.int64)), "total": int(total[0, column])}
