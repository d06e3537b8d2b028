"""From causes to findings: the same facts as codes, numbers and figures that the catalogue makes sentences of."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, floor, log10

from waarmerk.checks.model.causes import Cause
from waarmerk.checks.model.explanation import HYPOTHESES, Explanation, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.election.count import CandidateList
from waarmerk.election.finding import Cell, Code, FigureValue, Finding, Severity

MOST = 1_000_000
"""A factor above this says no more (3.9)."""
ALTERNATIVES = 3
"""More than that nobody weighs (3.7, 6)."""


def findings(observed: Observed, causes: Iterable[Cause], severity: Severity) -> list[Finding]:
    """Return a finding for every cause, its alternatives inside it."""
    return [_finding(observed, cause, severity) for cause in causes]


def _finding(observed: Observed, cause: Cause, severity: Severity) -> Finding:
    lead = _one(observed, cause.lead, severity, cause.score, cause.probability)
    others = [other for other in cause.others if other.code is not Code.H04][:ALTERNATIVES]
    inside = tuple(_one(observed, other, Severity.NOTICE, other.score, None) for other in others)
    return Finding(**{name: getattr(lead, name) for name in Finding.__slots__} | {"also": inside})


def _one(
    observed: Observed, explanation: Explanation, severity: Severity, score: float, probability: float | None
) -> Finding:
    unit = observed.unit(explanation.station)
    rows = [slot for slot in explanation.slots if slot.place.row is not None]
    first = explanation.lists[0] if explanation.lists and explanation.code is not Code.H16 else None
    lst = None if first is None else observed.ballot.lists[first]
    return Finding(
        explanation.code,
        severity,
        unit=unit.id,
        unit_name=unit.name,
        list=lst.number if lst else None,
        candidates=tuple(_number(lst, slot) for slot in rows if slot.place.list == first) if lst else (),
        figures=_figures(observed, explanation),
        hypothesis=HYPOTHESES[explanation.code],
        score=round(score, 4),
        probability=None if probability is None else round(probability, 4),
        cells=tuple(_cell(observed, slot) for slot in explanation.slots),
    )


def _figures(observed: Observed, explanation: Explanation) -> dict[str, FigureValue]:
    given: dict[str, FigureValue] = {}
    lists = observed.ballot.lists
    if explanation.code is not Code.H16:
        for name, index in zip(("list_name", "other_list"), explanation.lists, strict=False):
            lst = lists[index]
            given[name] = lst.name or str(lst.number) if name == "list_name" else f"{lst.number} ({lst.name})"
    if explanation.other is not None:
        other = observed.unit(explanation.other)
        given |= {"other_unit": other.id, "other_name": f"{other.name} ({other.id.rpartition('::')[2]})"}
    for name, slot in zip(("one", "two"), explanation.slots, strict=False):
        given |= _said(observed, name, slot)
    given |= explanation.figures
    for name in ("from", "to"):
        if name in given:
            given[name] = _number(lists[explanation.lists[0]], explanation.slots[0 if name == "from" else -1])
    if explanation.code is Code.H06:
        given["case"] = "votes" if explanation.slots[0].place.figure is None else "figure"
    return given | {
        "moved": explanation.moved,
        "factor": factor(explanation.likelihood),
        "behind": round(explanation.behind),
    }


def _said(observed: Observed, name: str, slot: Slot) -> dict[str, FigureValue]:
    at = slot.place
    given: dict[str, FigureValue] = {f"reported_{name}": slot.reported}
    if at.row is not None and at.list is not None:
        lst = observed.ballot.lists[at.list]
        who = lst.candidates[at.row].name
        given[name] = f"{_number(lst, slot)} ({who})" if who else str(_number(lst, slot))
    elif at.figure is not None:
        given[f"counter_{name}"] = at.figure.name.lower()
    if slot.expected is not None:
        given[f"expected_{name}"] = tenths(slot.expected)
    if slot.corrected is not None:
        given[f"corrected_{name}"] = slot.corrected
    return given


def _number(lst: CandidateList, slot: Slot) -> int:
    row = slot.place.row or 0
    identifier = lst.candidates[row].id
    return row + 1 if identifier is None else identifier


def _cell(observed: Observed, slot: Slot) -> Cell:
    at = slot.place
    lst = None if at.list is None else observed.ballot.lists[at.list]
    low, high = slot.spread.band() if slot.spread else (None, None)
    return Cell(
        observed.unit(at.station).id,
        slot.reported,
        lst.number if lst else None,
        _number(lst, slot) if lst and at.row is not None else None,
        at.figure.name.lower() if at.figure is not None else None,
        None if slot.expected is None else tenths(slot.expected),
        slot.corrected,
        low,
        high,
    )


def factor(likelihood: float) -> int:
    """Return how much better the figures fit, as a round number that it surely is (3.9)."""
    if likelihood >= log10(MOST) / log10(2.718281828459045):
        return MOST
    value = exp(max(likelihood, 0.0))
    step = 10 ** floor(log10(value))
    return int(value // step * step)


def tenths(value: float) -> str:
    """Return an expected number with one decimal; it is an estimate, and this is all that it says."""
    return f"{value:.1f}"
