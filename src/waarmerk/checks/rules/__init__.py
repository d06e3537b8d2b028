"""The rules: each one function, one code. What a rule needs stands in its module; here is the list, in the order of the codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waarmerk.checks.case import Answer, Case
from waarmerk.checks.rules import deviations, differences, notes, protocol, registers, sums, switched, voters, voting
from waarmerk.election.finding import Code


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, the function that judges it, and whether it holds for polling stations only."""

    code: Code
    judge: Callable[[Case], Answer]
    stations_only: bool = False


RULES: tuple[Rule, ...] = (
    Rule(Code.C04, sums.list_is_the_sum_of_its_candidates),
    Rule(Code.C05, sums.valid_is_the_sum_of_the_lists),
    Rule(Code.C06, sums.total_is_the_sum_of_the_units),
    Rule(Code.C07, sums.called_is_the_sum_of_the_units),
    Rule(Code.C09, voters.admitted_are_cards_proxies_and_passes, stations_only=True),
    Rule(Code.C10, sums.found_is_valid_blank_and_invalid),
    Rule(Code.C11, voters.more_and_fewer_are_the_difference, stations_only=True),
    Rule(Code.C12, voters.not_more_and_fewer_at_once, stations_only=True),
    Rule(Code.C13, voters.sums_of_units_keep_the_difference),
    Rule(Code.C14, differences.explanations_make_up_the_difference, stations_only=True),
    Rule(Code.C19, registers.more_admitted_than_called, stations_only=True),
    Rule(Code.C20, registers.municipality_admitted_more_than_called, stations_only=True),
    Rule(Code.C21, registers.units_have_their_numbers),
    Rule(Code.C22, registers.units_have_names_of_their_own),
    Rule(Code.C26, registers.lists_have_one_name),
    Rule(Code.C27, voting.no_voter_passes_in_local_elections, stations_only=True),
    Rule(Code.C28, registers.called_is_unknown, stations_only=True),
    Rule(Code.C29, notes.figures_not_reported),
    Rule(Code.C30, notes.form_tolerated),
    Rule(Code.L01, differences.difference_is_explained, stations_only=True),
    Rule(Code.L02, voting.proxies_that_voters_can_carry, stations_only=True),
    Rule(Code.P01, protocol.no_votes, stations_only=True),
    Rule(Code.P02, protocol.many_invalid, stations_only=True),
    Rule(Code.P03, protocol.many_blank, stations_only=True),
    Rule(Code.P04, protocol.large_difference, stations_only=True),
    Rule(Code.P05, deviations.list_deviates_from_the_rest, stations_only=True),
    Rule(Code.P06, switched.candidates_switched, stations_only=True),
)
