"""``examine_together``: documents that were given together, each by itself and all against each other (eml-nl.md 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from waarmerk.checks import triage
from waarmerk.checks.editions import choose
from waarmerk.checks.elsewhere import elsewhere
from waarmerk.checks.examination import Context, Examined, examine
from waarmerk.checks.rules import identity, levels, outcome, tree
from waarmerk.checks.stakes import total_of, weigh
from waarmerk.checks.together import Said, Together, between
from waarmerk.election.count import Count
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.formats import Document


@dataclass(frozen=True, slots=True)
class RuleBetween:
    """A code and the function that judges documents that were given together."""

    code: Code
    judge: Callable[[Together], Said]


RULES_BETWEEN: tuple[RuleBetween, ...] = (
    RuleBetween(Code.C32, tree.tree_holds_together),
    RuleBetween(Code.C33, identity.local_election_names_its_area),
    RuleBetween(Code.C34, tree.seats_and_threshold_fit_the_election),
    RuleBetween(Code.X01, identity.lists_are_of_the_election),
    RuleBetween(Code.X02, identity.lists_are_of_a_known_district),
    RuleBetween(Code.X03, identity.count_has_the_candidates_of_the_lists),
    RuleBetween(Code.X04, identity.lists_have_the_names_of_the_lists),
    RuleBetween(Code.X05, identity.municipality_is_in_its_district),
    RuleBetween(Code.X06, tree.district_has_its_municipalities),
    RuleBetween(Code.X07, tree.total_has_its_parts),
    RuleBetween(Code.X08, identity.stations_are_those_of_the_register),
    RuleBetween(Code.X09, levels.district_has_the_municipality_s_figures),
    RuleBetween(Code.X10, levels.total_has_the_figures_below),
    RuleBetween(Code.X11, outcome.total_is_the_sum_over_districts),
    RuleBetween(Code.X12, outcome.seats_follow_from_the_votes),
    RuleBetween(Code.X13, outcome.elected_persons_stand_on_the_lists),
    RuleBetween(Code.X14, levels.newest_count_holds),
    RuleBetween(Code.X15, levels.total_is_younger_than_its_parts),
    RuleBetween(Code.X16, tree.municipalities_have_reported),
    RuleBetween(Code.X17, levels.csv_has_the_figures_of_the_eml),
)


def examine_together(documents: Sequence[Document], context: Context | None = None) -> list[Examined]:
    """Return for every document what is wrong or remarkable in it, by itself and against the others.

    A finding about two documents stands with the one to look at: the table beside its EML, the level above beside the one
    below, a count beside the definition.
    """
    context = context or Context()
    case = Together.of(documents)
    found = _between(case)
    counts = [document for document in documents if isinstance(document, Count)]
    others = iter(elsewhere(counts) if context.statistics else [None] * len(counts))
    alone = [
        _at_stake(
            case,
            document,
            _alone(document, replace(context, elsewhere=next(others) if isinstance(document, Count) else None)),
        )
        for document in documents
    ]
    if context.budget is not None:
        alone = _within(alone, context.budget)
    return [_with(examined, found.get(index, [])) for index, examined in enumerate(alone)]


def _at_stake(case: Together, document: Document, examined: Examined) -> Examined:
    """Say of statistical findings what could change, where the election's definition and total were given too."""
    if not isinstance(document, Count) or not any(finding.cells for finding in examined.findings):
        return examined
    return replace(examined, findings=weigh(examined.findings, document, total_of(case, document)))


def _within(every: Sequence[Examined], budget: float) -> list[Examined]:
    """Flag the surest statistical findings of all documents together; the others are notices."""
    stations = sum(examined.statistics.stations for examined in every if examined.statistics)
    chosen = triage.within_budget([finding for examined in every for finding in examined.findings], stations, budget)
    return [_flagged(examined, chosen) for examined in every]


def _flagged(examined: Examined, chosen: Container[object]) -> Examined:
    if examined.statistics is None:
        return examined
    flagged = [f for f in examined.findings if triage.is_statistical(f) and f.identity in chosen]

    def weighed(finding: Finding) -> Finding:
        if not triage.is_statistical(finding):
            return finding
        own = Severity.REMARKABLE if finding.identity in chosen else Severity.NOTICE
        return replace(finding, severity=max(own, *(f.severity for f in finding.also if not f.hypothesis), own))

    said = replace(
        examined.statistics, flagged=len(flagged), expected_false=sum(1 - (f.probability or 0.0) for f in flagged)
    )
    return replace(examined, findings=tuple(weighed(f) for f in examined.findings), statistics=said)


def _between(case: Together) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = {}
    for rule in RULES_BETWEEN:
        for index, finding in _put(rule, case):
            found.setdefault(index, []).append(finding)
    return found


def _put(rule: RuleBetween, case: Together) -> list[tuple[int, Finding]]:
    try:
        return list(rule.judge(case))
    except Exception as problem:
        # As in examine: a defect of ours in one rule leaves all others standing.
        return [(0, between(Code.C31, {"rule": rule.code.value, "problem": type(problem).__name__}))]


def _alone(document: Document, context: Context) -> Examined:
    if isinstance(document, Count):
        return examine(document, context)
    return Examined((), (), choose(document.head.election, context.protocol))


def _with(examined: Examined, more: Sequence[Finding]) -> Examined:
    by_difference = examined.protocol.edition.investigated
    ranked = triage.rank(triage.fold([*examined.findings, *more]), by_difference=by_difference)
    return replace(examined, findings=ranked)
