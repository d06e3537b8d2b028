"""``examine``: everything that is wrong or remarkable in one count, by the rules, in the order to look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from waarmerk.checks import triage
from waarmerk.checks.case import Case, NotJudged
from waarmerk.checks.editions import Protocol, choose
from waarmerk.checks.elsewhere import Elsewhere
from waarmerk.checks.model.parameters import FEWEST_STATIONS
from waarmerk.checks.rules import RULES, Rule
from waarmerk.election.count import Count, Figure, Level
from waarmerk.election.finding import Code, Finding

if TYPE_CHECKING:
    from waarmerk.checks.model.statistics import Statistics

STATISTICAL = tuple(code for code in Code if code.value.startswith("H-"))
"""The last one, a station without ballots, needs no others to compare with."""


@dataclass(frozen=True, slots=True)
class Context:
    """What else is known when a count is examined."""

    protocol: str | None = None
    """Name of an edition that is used whatever the election says."""
    postcodes: Mapping[str, str] | None = None
    """Post code (``1234AB``) to neighbourhood; without it P-06 compares with the municipality only."""
    statistics: bool = True
    """Whether the statistics are asked too; without them only rules."""
    earlier: tuple[Count, ...] = ()
    """Counts of earlier elections; those of the same authority say what to expect of the lists."""
    elsewhere: Elsewhere | None = None
    """What other municipalities with the same lists have so far."""
    budget: float | None = None
    """Flag at most so many statistical findings per hundred stations."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of an examination: findings in the order to look at them, what could not be judged, and the edition."""

    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]
    protocol: Protocol
    statistics: Statistics | None = None


def examine(count: Count, context: Context | None = None) -> Examined:
    """Put every rule to a count and return what they say, merged and ranked (checks.md 5.1).

    A rule that fails at a unit through a defect of ours becomes C-31 there, and all others go on. An edition that does not
    exist is :class:`~waarmerk.errors.WrongUse`.
    """
    context = context or Context()
    protocol = choose(count.election, context.protocol)
    case = Case.of(count, protocol.edition, context.postcodes)
    findings: list[Finding] = []
    silent: list[NotJudged] = list(_not_applicable(case))
    for rule in RULES:
        if rule.stations_only and not case.judged.any():
            continue
        for answer in _put(rule, case):
            (findings if isinstance(answer, Finding) else silent).append(answer)  # type: ignore[arg-type]
    said = _statistics(case, context, findings, silent) if context.statistics else None
    ranked = triage.rank(triage.merge(findings), by_difference=protocol.edition.investigated)
    return Examined(ranked, tuple(_together(silent)), protocol, said)


def _statistics(case: Case, context: Context, findings: list[Finding], silent: list[NotJudged]) -> Statistics | None:
    """Add what the statistics find; a defect of ours in them is said, and leaves every rule standing."""
    count = case.count
    if count.level is not Level.STATION or not case.judged.any():
        silent.append(NotJudged(STATISTICAL, "level", len(count.units)))
        return None
    # Only here: scipy takes a quarter of a second, and most commands examine nothing.
    from waarmerk.checks.model.statistics import statistics

    try:
        said = statistics(
            count,
            case.category,
            postcodes=context.postcodes,
            earlier=context.earlier,
            elsewhere=context.elsewhere,
            budget=context.budget,
        )
    except Exception as problem:
        findings.append(_failed_at(case, STATISTICAL[0], None, problem))
        return None
    findings.extend(said.findings)
    if said.stations < FEWEST_STATIONS:
        silent.append(NotJudged(STATISTICAL[:-1], "few-stations", said.stations))
    _, absent = case.stations(Code.H06, Figure.ADMITTED)
    silent.extend(absent)
    return said


def _put(rule: Rule, case: Case) -> list[Finding | NotJudged]:
    try:
        return list(rule.judge(case))
    except Exception as problem:
        # The one place where our own mistakes are caught: a file must not escape all rules because one of them fails.
        return _unit_by_unit(rule, case) if rule.stations_only else [_failed(rule, case, None, problem)]


def _unit_by_unit(rule: Rule, case: Case) -> list[Finding | NotJudged]:
    """Put a rule that failed to one station at a time, so that only the stations where it fails are left unjudged."""
    answers: list[Finding | NotJudged] = []
    for row in case.rows(case.judged):
        alone = np.zeros_like(case.judged)
        alone[row] = True
        try:
            answers.extend(rule.judge(replace(case, judged=alone)))
        except Exception as problem:
            answers.append(_failed(rule, case, row, problem))
    return answers


def _failed(rule: Rule, case: Case, row: int | None, problem: Exception) -> Finding:
    return _failed_at(case, rule.code, row, problem)


def _failed_at(case: Case, code: Code, row: int | None, problem: Exception) -> Finding:
    return case.at(Code.C31, row, {"rule": code.value, "problem": type(problem).__name__})


def _not_applicable(case: Case) -> Iterable[NotJudged]:
    codes = tuple(rule.code for rule in RULES if rule.stations_only)
    if case.count.level is not Level.STATION:
        yield NotJudged(codes, "level", len(case.count.units))
    elif not case.judged.all():
        yield NotJudged(codes, "not-a-station", int((~case.judged).sum()))
    elif not case.count.units:
        yield NotJudged(codes, "no-units")


def _together(silent: Iterable[NotJudged]) -> Iterable[NotJudged]:
    """Join what was not judged for one reason into one line, with the codes in their order."""
    joined: dict[tuple[str, int, tuple[str, ...]], list[Code]] = {}
    for item in silent:
        joined.setdefault((item.reason, item.units, item.figures), []).extend(item.codes)
    for (reason, units, figures), codes in joined.items():
        yield NotJudged(tuple(dict.fromkeys(codes)), reason, units, figures)
