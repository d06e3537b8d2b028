"""Called voters and the names and numbers of units (eml-nl.md 7.1): C-19 … C-22, C-26, C-28."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from waarmerk.checks.case import Answer, Case
from waarmerk.election.count import Figure, Level
from waarmerk.election.finding import Code, FigureValue, Severity

UNIT_FORMS: dict[Level, re.Pattern[str]] = {
    Level.STATION: re.compile(r"([0-9]{4}::)?[A-Za-z]{0,4}[0-9]{1,6}"),
    Level.MUNICIPALITY: re.compile(r"(HSB[0-9]{1,2}::)?[0-9]{4}"),
    Level.DISTRICT: re.compile(r"HSB[0-9]{1,2}|[0-9]{4}"),
}
"""What a unit's id looks like (eml-nl.md 4.2, 10.8): ``0599::SB12``, ``HSB6::0668``, ``HSB6`` or ``0307``."""


def more_admitted_than_called(case: Case) -> Answer:
    """C-19: at a station more voters were admitted than called; usual, because one may vote anywhere."""
    votes = case.count.votes
    called, admitted = votes.figure(Figure.CAST), votes.figure(Figure.ADMITTED)
    known = case.judged & votes.reported(Figure.CAST, Figure.ADMITTED) & (called > 0)
    number = int((known & (admitted > called)).sum())
    if number:
        yield case.at(Code.C19, None, {"count": number})


def municipality_admitted_more_than_called(case: Case) -> Answer:
    """C-20: a whole municipality admitted more voters than it called."""
    total = case.count.total
    called, admitted = int(total.figure(Figure.CAST)[0]), int(total.figure(Figure.ADMITTED)[0])
    if bool(total.reported(Figure.CAST, Figure.ADMITTED)[0]) and 0 < called < admitted:
        yield case.at(Code.C20, None, {"admitted": admitted, "called": called})


def units_have_their_numbers(case: Case) -> Answer:
    """C-21: an id that is out of form (error), or belongs to another authority than the document (warning)."""
    form = UNIT_FORMS.get(case.count.level)
    ids = [unit.id for unit in case.count.units]
    wrong = [] if form is None else [unit for unit in ids if form.fullmatch(unit) is None]
    if wrong:
        figures: dict[str, FigureValue] = {"case": "form", "id": wrong[0], "count": len(wrong)}
        yield case.at(Code.C21, None, figures, severity=Severity.ERROR)
    authority = case.count.authority_id
    others = [unit for unit in ids if "::" in unit and authority and unit.partition("::")[0] != authority]
    if others:
        figures = {"case": "prefix", "id": others[0], "count": len(others), "authority": authority or ""}
        yield case.at(Code.C21, None, figures)


def units_have_names_of_their_own(case: Case) -> Answer:
    """C-22: units share a name; frequent, two stations in one building."""
    times = Counter(unit.name for unit in case.count.units)
    number = sum(count for count in times.values() if count > 1)
    if number:
        yield case.at(Code.C22, None, {"count": number})


def lists_have_one_name(case: Case) -> Answer:
    """C-26: a list has another name in some unit than in the total."""
    columns = {lst.number: column for column, lst in enumerate(case.count.ballot.lists)}
    for number in dict.fromkeys(other.list for other in case.count.other_names if other.list in columns):
        named = [other for other in case.count.other_names if other.list == number]
        name = case.count.ballot.lists[columns[number]].name
        figures: dict[str, FigureValue] = {"name": name or "–", "other": named[0].name or "–", "count": len(named)}
        yield case.at(Code.C26, None, figures, list_column=columns[number])


def called_is_unknown(case: Case) -> Answer:
    """C-28: a unit with no called voters at all; the number is not known there."""
    votes = case.count.votes
    number = int(np.count_nonzero(votes.reported(Figure.CAST) & (votes.figure(Figure.CAST) == 0)))
    if number:
        yield case.at(Code.C28, None, {"count": number})
