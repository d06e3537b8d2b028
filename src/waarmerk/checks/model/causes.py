"""From explanations to causes: one anomaly is one finding, under the most specific explanation that holds (checks.md 3.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from waarmerk.checks.model.explanation import Explanation
from waarmerk.checks.model.parameters import Parameters
from waarmerk.election.finding import Code

DIFFERENCE_CAUSES = frozenset({Code.H06, Code.H09, Code.H11, Code.H12, Code.H16})
PAGES = frozenset({Code.H05, Code.H10, Code.H12, Code.H16})
SPECIFIC: dict[Code, frozenset[Code]] = {
    Code.H08: DIFFERENCE_CAUSES,
    Code.H01: PAGES,
    Code.H02: PAGES,
    Code.H03: PAGES,
    Code.H04: PAGES | {Code.H01, Code.H02, Code.H03, Code.H06},
    Code.H07: frozenset({Code.H05, Code.H10, Code.H16}),
    Code.H15: PAGES | {Code.H06, Code.H07},
    Code.H10: frozenset({Code.H11}),
    Code.H12: frozenset({Code.H16}),
    Code.H13: frozenset({Code.H06}),
    Code.H14: frozenset({Code.H06}),
}
"""Which causes explain what a general finding only sees: the last column of the table in checks.md 5.1."""
LEFT_OVER = 2
"""A difference that stays after a cause has explained it is ordinary up to this (3.7)."""
CLEARLY = 3.0
"""A page or station that is so much less likely exchanged than two rows does not explain them."""
WHOLE_STATIONS = frozenset({Code.H10, Code.H16})
WHOLE_PAGES = frozenset({Code.H05, Code.H12})
TOTALS = frozenset({Code.H05, Code.H06, Code.H07, Code.H12, Code.H15})
"""Those that change a list's total."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One anomaly: how it is explained best, what else it may be, and its probability."""

    lead: Explanation
    score: float
    """The odds that one of these mistakes was made (natural logarithm): its place in a ranking."""
    probability: float
    """That one of these mistakes was made (local false-discovery rate: 1 minus this)."""
    others: tuple[Explanation, ...] = ()


def causes(found: Iterable[Explanation], parameters: Parameters) -> list[Cause]:
    """Return the anomalies, the surest first; explanations of the same figures compete and are never added up."""
    waiting = sorted(found, key=lambda e: (-e.score, e.code.value, e.station, e.other or -1, e.lists, repr(e.slots)))
    at: dict[int, list[int]] = defaultdict(list)
    for number, explanation in enumerate(waiting):
        for station in explanation.stations:
            at[station].append(number)
    used: set[int] = set()
    made: list[Cause] = []
    for number, top in enumerate(waiting):
        if number in used:
            continue
        group = _near(top, waiting, at, used) | {number}
        lead = _lead(top, [waiting[other] for other in sorted(group)], parameters)
        if lead is not top:
            group |= _near(lead, waiting, at, used)
        used |= group
        others = tuple(waiting[other] for other in sorted(group) if waiting[other] is not lead)
        most = max(lead.score, top.score)
        score = most + log(sum(exp(e.score - most) for e in (lead, *others)))
        made.append(Cause(lead, score, min(1 / (1 + exp(-score)), parameters.largest_probability), others))
    return made


def _near(one: Explanation, waiting: Sequence[Explanation], at: dict[int, list[int]], used: set[int]) -> set[int]:
    candidates = {other for station in one.stations for other in at[station]} - used
    return {other for other in candidates if overlap(one, waiting[other])}


def overlap(one: Explanation, two: Explanation) -> bool:
    """Whether two explanations are about the same figures of a station, so that at most one of them holds."""
    shared = set(one.stations) & set(two.stations)
    if not shared:
        return False
    if one.explains_difference and two.explains_difference:
        return True
    if {one.code, two.code} == {Code.H10, Code.H11} and set(one.stations) == set(two.stations):
        return True
    for whole, part in ((one, two), (two, one)):
        if whole.code in WHOLE_STATIONS and (part.lists or part.code in WHOLE_STATIONS):
            return True
        if whole.code in WHOLE_PAGES and set(whole.lists) & set(part.lists):
            return True
    if {slot.place for slot in one.slots} & {slot.place for slot in two.slots}:
        return True
    return one.code in TOTALS and two.code in TOTALS and bool(set(one.lists) & set(two.lists))


def _lead(top: Explanation, others: Sequence[Explanation], parameters: Parameters) -> Explanation:
    """Return the most specific explanation that holds and has no equal; else the likeliest."""
    wanted = SPECIFIC.get(top.code, frozenset())
    specific = sorted((e for e in others if e.code in wanted and _holds(e, top, parameters)), key=lambda e: -e.score)
    if not specific:
        return top
    first = specific[0]
    return top if len(specific) > 1 and specific[1].score >= first.score else first


def _holds(explanation: Explanation, top: Explanation, parameters: Parameters) -> bool:
    least = max(min(top.score, 0.0), top.score - CLEARLY)
    if explanation.code in PAGES and top.code is not Code.H08 and explanation.score < least:
        # A page that only might have been exchanged does not explain two rows that surely were.
        return False
    return explanation.score > parameters.keep and abs(explanation.remaining) <= LEFT_OVER
