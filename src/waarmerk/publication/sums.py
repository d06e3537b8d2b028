"""The sums that anyone can add up again in a published count: C-04, C-05 and C-06, the rules of ``checks`` and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from waarmerk.checks.case import Case
from waarmerk.checks.editions import choose
from waarmerk.checks.rules import sums
from waarmerk.election.count import Count
from waarmerk.election.finding import Finding
from waarmerk.errors import BadData, Rejection
from waarmerk.formats import read

RULES = (
    sums.list_is_the_sum_of_its_candidates,
    sums.valid_is_the_sum_of_the_lists,
    sums.total_is_the_sum_of_the_units,
)


def wrong_sums(stream: BinaryIO) -> tuple[str, ...]:
    """Return what does not add up in a count, in technical words; ``BadData`` when the file is no count that can be read."""
    value = read(stream)
    if isinstance(value, Rejection):
        raise BadData(value.code, value.reason)
    if not isinstance(value, Count):
        raise BadData("E-EML-TYPE", "not a count")
    case = Case.of(value, choose(value.election).edition)
    return tuple(text for rule in RULES for found in rule(case) if isinstance(found, Finding) for text in _lines(found))


def _lines(finding: Finding) -> Iterator[str]:
    for one in (finding, *finding.also):
        place = f"{one.unit or 'total'}" + (f", list {one.list}" if one.list is not None else "")
        figures = ", ".join(f"{name} {value}" for name, value in one.figures.items())
        yield f"{one.code.value} at {place}: {figures}"
