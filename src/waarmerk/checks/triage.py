"""One fact, one finding; and the order in which people should look (checks.md 5.1).

1. A finding goes into another one about the same cause (``also``); L-01 goes into nothing, so the law's list stays whole.
2. Order: errors; the law's list, the largest unexplained rest first; the others by how many votes are concerned; notices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from waarmerk.checks.model.parameters import impact, worth
from waarmerk.election.finding import Code, Finding, Severity, Stakes

GOES_INTO: dict[Code, tuple[Code, ...]] = {
    Code.C12: (Code.C11,),
    Code.C14: (Code.L01,),
    Code.P01: (Code.H17,),
    Code.P02: (Code.H13,),
    Code.P03: (Code.H13,),
    Code.P04: (Code.L01, Code.H06, Code.H09, Code.H11, Code.H08),
    Code.P05: (Code.H05, Code.H07, Code.H10, Code.H15),
    Code.P06: (Code.H01, Code.H02, Code.H03),
    Code.H14: (Code.L02, Code.C27),
}
"""Into which findings of its unit a finding goes, the first that is there. C-13 stands at the total and is looked at apart."""
OF_DIFFERENCES = frozenset({Code.H06, Code.H08, Code.H09, Code.H11})
"""What explains a difference of voters and ballots: it and the law's finding name each other."""
SIZE: dict[Code, tuple[str, ...]] = {
    Code.C04: ("sum", "total"),
    Code.C05: ("sum", "valid"),
    Code.C06: ("sum", "total"),
    Code.C09: ("sum", "admitted"),
    Code.C10: ("sum", "found"),
    Code.C11: ("more", "fewer"),
    Code.C13: ("rest",),
    Code.C14: ("difference",),
    Code.C20: ("admitted", "called"),
    Code.C27: ("voter_passes",),
    Code.L01: ("unexplained",),
    Code.L02: ("proxies",),
    Code.X09: ("below", "above"),
    Code.X10: ("below", "above"),
    Code.X08: ("moved",),
    Code.X17: ("below", "above"),
    Code.P01: ("admitted",),
    Code.P02: ("rejected",),
    Code.P03: ("rejected",),
    Code.P04: ("size",),
    Code.P05: ("moved",),
    Code.P06: ("moved",),
} | {code: ("moved",) for code in Code if code.value.startswith("H-")}
"""Which figures say how many votes are concerned: one figure, or the distance between two."""

FindingIdentity = tuple[str, str, int, tuple[int, ...]]
STAKES = {Stakes.SEAT: 4, Stakes.PERSON: 2}
"""What it adds to the impact when a seat, or a person elected, could change (3.7, 4)."""
RankKey = tuple[int, float, str, str, int, tuple[int, ...]]


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those that share a cause inside the one that names it, which takes the highest severity."""
    by_unit: dict[str | None, list[Finding]] = defaultdict(list)
    both: dict[str, list[Finding]] = defaultdict(list)
    for finding in fold(findings):
        by_unit[finding.unit].append(finding)
        if "other_unit" in finding.figures:
            both[str(finding.figures["other_unit"])].append(finding)
    inside: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    kept: list[Finding] = []
    for unit, here in by_unit.items():
        leads = [*here, *both.get(unit or "", ())]
        for finding in here:
            lead = next(iter(_leads(finding, leads)), None)
            kept.append(finding) if lead is None else inside[lead.identity].append(finding)
    merged = [_absorb(finding, inside.get(finding.identity, ())) for finding in kept]
    return _naming_each_other(_total_into_stations(merged))


def fold(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those of one code at one place in the first of them: an identity stands in a report once."""
    first: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        before = first.get(finding.identity)
        first[finding.identity] = finding if before is None else _absorb(before, (finding,))
    return list(first.values())


def rank(findings: Iterable[Finding], *, by_difference: bool = False) -> tuple[Finding, ...]:
    """Return findings in the order of a report; ``by_difference`` puts the law's list by the whole difference (``gr2026``)."""
    return tuple(sorted(findings, key=lambda finding: rank_key(finding, by_difference=by_difference)))


def rank_key(finding: Finding, *, by_difference: bool = False) -> RankKey:
    """Return the place of a finding in a report, over any number of files."""
    size = abs(_figure(finding, "difference")) if _is_law(finding) and by_difference else votes_concerned(finding)
    weight = float(size) if _is_law(finding) else priority(finding, size)
    return (_class(finding), -weight, *finding.identity)


def votes_concerned(finding: Finding) -> int:
    """How many votes or ballots a finding is about; 0 where that has no meaning."""
    names = SIZE.get(finding.code, ())
    values = [_figure(finding, name) for name in names]
    return abs(values[0] - values[1]) if len(values) == 2 else abs(values[0]) if values else 0


def priority(finding: Finding, votes: int) -> float:
    """Probability × impact (checks.md 3.7): a rule is certain of what it says."""
    matters = impact(votes) + (STAKES[finding.stakes] if finding.stakes else 0)
    return matters * (1.0 if finding.probability is None else finding.probability)


def within_budget(findings: Sequence[Finding], stations: int, budget: float) -> set[FindingIdentity]:
    """Return which of the statistical findings, over any number of files, are flagged: the surest and largest, at least one."""
    scored = sorted((f for f in findings if is_statistical(f)), key=lambda finding: finding.identity)
    scored.sort(key=lambda finding: worth(finding.score or 0.0, votes_concerned(finding)), reverse=True)
    return {finding.identity for finding in scored[: max(1, int(stations * budget / 100))]}


def is_statistical(finding: Finding) -> bool:
    """Whether a finding is one of the statistics, and no rule's that took one in."""
    return finding.code.value.startswith("H-")


def _class(finding: Finding) -> int:
    if finding.severity is Severity.ERROR:
        return 0
    if _is_law(finding):
        return 1
    return 3 if finding.severity is Severity.NOTICE else 2


def _is_law(finding: Finding) -> bool:
    return finding.code is Code.L01


def _leads(finding: Finding, others: Sequence[Finding]) -> list[Finding]:
    """Return the findings about the same cause that this one goes into, the best first."""
    wanted = GOES_INTO.get(finding.code, ())
    fitting = [other for other in others if other.code in wanted and _same_place(finding, other)]
    return sorted(fitting, key=lambda other: (wanted.index(other.code), -(other.score or 0.0)))


def _same_place(finding: Finding, lead: Finding) -> bool:
    """Whether a finding on a list or rows is about the list or rows of the other one."""
    if finding.code is Code.P05:
        return lead.code is Code.H10 or finding.list in {lead.list, *(cell.list for cell in lead.cells)}
    if finding.code is Code.P06:
        return finding.list == lead.list and bool(set(finding.candidates) & set(lead.candidates))
    return True


def _naming_each_other(findings: list[Finding]) -> list[Finding]:
    """Let the law's finding and the one that explains its difference name each other; the law's list stays whole."""
    law = {finding.unit for finding in findings if _is_law(finding)}
    explained: dict[object, list[Code]] = defaultdict(list)
    for finding in findings:
        if finding.code in OF_DIFFERENCES:
            for unit in (finding.unit, finding.figures.get("other_unit")):
                explained[unit].append(finding.code)

    def named(finding: Finding) -> Finding:
        if _is_law(finding) and explained.get(finding.unit):
            return replace(finding, see=tuple(dict.fromkeys(explained[finding.unit])))
        units = {finding.unit, finding.figures.get("other_unit")}
        return replace(finding, see=(Code.L01,)) if finding.code in OF_DIFFERENCES and units & law else finding

    return [named(finding) for finding in findings]


def _absorb(lead: Finding, others: Sequence[Finding]) -> Finding:
    if not others:
        return lead
    severity = max(lead.severity, *(other.severity for other in others))
    named = next((other for other in others if other.hypothesis and not lead.hypothesis), None)
    if named:
        lead = replace(
            lead, hypothesis=named.hypothesis, score=named.score, probability=named.probability, cells=named.cells
        )
    return replace(lead, severity=severity, also=(*lead.also, *others))


def _total_into_stations(findings: list[Finding]) -> list[Finding]:
    """Put a C-13 of the total into the C-11 of its stations where these account for it: into the largest of them."""
    total = next((f for f in findings if f.code is Code.C13 and f.unit is None), None)
    stations = [f for f in findings if f.code is Code.C11]
    if total is None or not stations:
        return findings
    if sum(_rest(f) for f in stations) != _figure(total, "rest"):
        return findings
    lead = max(stations, key=lambda f: abs(_rest(f)))
    return [_absorb(f, (total,)) if f is lead else f for f in findings if f is not total]


def _rest(finding: Finding) -> int:
    """D − H + I − J of a station."""
    return _figure(finding, "more") - _figure(finding, "fewer") - _figure(finding, "difference")


def _figure(finding: Finding, name: str) -> int:
    value = finding.figures.get(name, 0)
    return value if isinstance(value, int) else 0
