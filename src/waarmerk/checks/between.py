"""``examine_together``: documents that were given together, each by itself and all against each other (eml-nl.md 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from waarmerk.checks import triage
from waarmerk.checks.editions import choose
from waarmerk.checks.examination import Context, Examined, examine
from waarmerk.checks.rules import identity, levels, outcome, tree
from waarmerk.checks.together import Said, Together, between
from waarmerk.election.count import Count
from waarmerk.election.finding import Code, Finding
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
    found = _between(Together.of(documents))
    return [_with(_alone(document, context), found.get(index, [])) for index, document in enumerate(documents)]


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
    if not more:
        return examined
    by_difference = examined.protocol.edition.investigated
    ranked = triage.rank(triage.fold([*examined.findings, *more]), by_difference=by_difference)
    return replace(examined, findings=ranked)
