"""For every rule counts that it has something to say about: all of its cases. The catalogue's words are tried on these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.checks.counts import Station, difference, found_by, municipality, station, with_total
from tests.checks.documents import BETWEEN
from waarmerk.checks import examination
from waarmerk.checks.between import RULES_BETWEEN
from waarmerk.checks.rules import RULES, Rule
from waarmerk.election.count import Count, Note, OtherName
from waarmerk.election.finding import Code, Finding

GOOD = difference(500, 500)
COUNT = municipality(GOOD, GOOD)


def _by(code: Code, *counts: Count, protocol: str = "tk2025") -> Callable[[], list[Finding]]:
    return lambda: [finding for count in counts for finding in found_by(count, code, protocol=protocol)]


def renamed(count: Count, old: str, new: str) -> Count:
    """Return a count whose units have other ids."""
    return replace(count, units=tuple(replace(unit, id=unit.id.replace(old, new)) for unit in count.units))


def _c06() -> list[Finding]:
    count = municipality(GOOD, difference(10, 10))
    lists, candidates = count.total.lists.copy(), count.total.candidates.copy()
    lists[0, 1] += 900
    candidates[0, 3] += 900
    wrong = [
        with_total(count, blank=4),
        replace(count, total=replace(count.total, lists=lists)),
        replace(count, total=replace(count.total, candidates=candidates)),
    ]
    return [finding for each in wrong for finding in found_by(each, Code.C06)]


def _c31() -> list[Finding]:
    def fails(case: object) -> None:
        raise ZeroDivisionError

    case = examination.Case.of(COUNT, examination.choose(COUNT.election).edition)
    return [a for a in examination._put(Rule(Code.P01, fails, stations_only=True), case) if isinstance(a, Finding)]  # type: ignore[arg-type]


def _p_rejected(code: Code, figure: str) -> Callable[[], list[Finding]]:
    count = municipality(GOOD, station([[400, 0], [0, 0]], **{figure: 100}))
    return lambda: found_by(count, code, protocol="tk2025") + found_by(count, code, protocol="ps2023")


def _p04() -> list[Finding]:
    count = municipality(GOOD, difference(900, 1000, other_explanation=100))
    return found_by(count, Code.P04, protocol="tk2025") + found_by(count, Code.P04, protocol="tk2023")


def _l01() -> list[Finding]:
    count = municipality(GOOD, difference(499, 500, no_explanation=1))
    return found_by(count, Code.L01, protocol="tk2025") + found_by(count, Code.L01, protocol="gr2026")


SWITCHED = municipality(station([[10, 190]]), *(station([[190, 10]]) for _ in range(4)))
EXAMPLES: dict[Code, Callable[[], list[Finding]]] = {
    Code.C04: _by(Code.C04, municipality(GOOD, Station([[5, 5], [0, 0]], lists=[11, 0]))),
    Code.C05: _by(Code.C05, municipality(GOOD, station([[5, 5], [0, 0]], counted=11))),
    Code.C06: _c06,
    Code.C07: _by(Code.C07, with_total(COUNT, cast=1)),
    Code.C09: _by(Code.C09, municipality(GOOD, difference(5, 5, proxies=3))),
    Code.C10: _by(Code.C10, municipality(*[station([[5, 0], [0, 0]], found=6)] * 2)),
    Code.C11: _by(Code.C11, municipality(GOOD, difference(5, 6, fewer=2))),
    Code.C12: _by(Code.C12, municipality(GOOD, difference(5, 6, fewer=2, more=1))),
    Code.C13: _by(Code.C13, with_total(COUNT, more=2)),
    Code.C14: _by(
        Code.C14,
        municipality(
            GOOD,
            difference(5, 5, no_explanation=1),
            difference(5, 5, taken_home=2),
            difference(5, 7, taken_home=1),
            difference(5, 7, taken_home=3),
            difference(5, 7, too_many_handed_out=2),
        ),
    ),
    Code.C19: _by(Code.C19, municipality(GOOD, difference(5000, 5000))),
    Code.C20: _by(Code.C20, with_total(COUNT, cast=999)),
    Code.C21: _by(
        Code.C21,
        renamed(COUNT, "9987::SB", "0599::SB"),
        renamed(COUNT, "9987::SB", "9987::stembureau-"),
    ),
    Code.C22: _by(Code.C22, municipality(Station([[1]], name="Kerk"), Station([[1]], name="Kerk"))),
    Code.C26: _by(Code.C26, replace(COUNT, other_names=(OtherName(1, 1, "Anders"),))),
    Code.C27: _by(Code.C27, municipality(GOOD, difference(5, 5, voter_passes=1), category="GR")),
    Code.C28: _by(Code.C28, municipality(GOOD, difference(5, 5, cast=0))),
    Code.C29: _by(Code.C29, municipality(GOOD, difference(5, 5, proxies=None))),
    Code.C30: _by(Code.C30, replace(COUNT, notes=(Note("no BOM", 2),))),
    Code.C31: _c31,
    Code.L01: _l01,
    Code.L02: _by(Code.L02, municipality(GOOD, difference(666, 666, poll_cards=58, proxies=608))),
    Code.P01: _by(Code.P01, municipality(GOOD, difference(0, 0), station([[0, 0], [0, 0]], admitted=None))),
    Code.P02: _p_rejected(Code.P02, "invalid"),
    Code.P03: _p_rejected(Code.P03, "blank"),
    Code.P04: _p04,
    Code.P05: _by(Code.P05, municipality(station([[90, 0], [10, 0]]), station([[10, 0], [90, 0]]))),
    Code.P06: _by(Code.P06, SWITCHED),
}


def without_example() -> set[Code]:
    """Rules that nothing here makes speak."""
    return {rule.code for rule in (*RULES, *RULES_BETWEEN)} - set(EXAMPLES) - set(BETWEEN)
