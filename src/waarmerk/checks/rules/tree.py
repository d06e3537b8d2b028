"""The tree of regions: whether it holds together (C-32), fits the election (C-34), and whom it expects (X-06, X-07, X-16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from waarmerk.checks.case import category_of
from waarmerk.checks.together import POSTAL_AUTHORITY, Said, Together, between, forgotten, named
from waarmerk.election.count import Count
from waarmerk.election.definition import ElectionDefinition, Region
from waarmerk.election.finding import Code, FigureValue

HIGHEST = {
    "TK": "STAAT", "EP": "STAAT", "EK": "STAAT", "NR": "STAAT", "PS": "PROVINCIE", "PR": "PROVINCIE", "AB": "WATERSCHAP",
    "GR": "GEMEENTE", "BC": "GEMEENTE", "GC": "GEMEENTE", "LR": "GEMEENTE", "ER": "GEMEENTE", "IR": "GEMEENTE",
}  # fmt: skip
"""The category of the root by that of the election (eml-nl.md 3.1)."""
RANK = {
    "STAAT": 0, "PROVINCIE": 1, "WATERSCHAP": 1, "PROVINCIAAL_STEMBUREAU": 2, "KIESKRING": 2, "PROVINCIAAL_KIESKRING": 2,
    "WATERSCHAP_KIESKRING": 2, "GEMEENTE": 3, "WATERSCHAP_GEMEENTE": 3, "DEELGEMEENTE": 4, "STEMBUREAU": 5,
}  # fmt: skip
SEATS = {"TK": (150, 150), "EK": (75, 75), "GR": (9, 45), "PS": (39, 55)}
"""Fewest and most seats; those of the European Parliament change with the treaties."""
THRESHOLDS = {"TK": 25, "EP": 10, "PS1": 25, "PS2": 25, "AB1": 50, "AB2": 25, "GR1": 50, "GR2": 25, "ER1": 50}
"""Preference threshold in per cent (eml-nl.md 3.1)."""
LARGE = 19
"""Seats from which a council or water board is of subcategory 2."""
DISTRICT_WITH_POSTAL_VOTES = "12"
MEETINGS = "EK"
"""The election by meetings of members: its tree has no municipalities, and no file says how its counts name themselves."""


def tree_holds_together(case: Together) -> Said:
    """C-32: one root, no region twice, every parent there and higher, one central committee, a municipality."""
    for index, definition in case.definitions():
        for flaw, detail in _flaws(definition):
            yield index, between(Code.C32, {"flaw": flaw, "detail": detail})


def seats_and_threshold_fit_the_election(case: Together) -> Said:
    """C-34: category, subcategory, seats, preference threshold and root fit together."""
    for index, definition in case.definitions():
        for flaw, detail in _contradictions(definition):
            yield index, between(Code.C34, {"flaw": flaw, "detail": detail})


def district_has_its_municipalities(case: Together) -> Said:
    """X-06: the units of a district's count are the municipalities below it; district 12 with or without the postal votes."""
    for index, count in case.counts("510c"):
        definition = case.definition_of(count.election)
        if definition is None or category_of(count.election) == MEETINGS:
            continue
        number = (count.authority_id or "").removeprefix("HSB")
        district = next((r for r in definition.of_category("KIESKRING") if r.number == number), None)
        below = (
            () if district is None else [r for r in definition.of_category("GEMEENTE") if r.superior == district.key]
        )
        yield from _compared(Code.X06, index, count, [(r.number or "").zfill(4) for r in below], number)


def total_has_its_parts(case: Together) -> Said:
    """X-07: the units of a grand total are the districts, or in an election of one district the municipalities."""
    for index, count in case.counts("510d"):
        definition = case.definition_of(count.election)
        category = category_of(count.election)
        if definition is None or category not in ("TK", "EP", "PS", "AB"):
            continue
        districts = [f"HSB{region.number}" for region in definition.of_category("KIESKRING")]
        expected = districts if len(districts) > 1 else _municipalities(definition)
        yield from _compared(Code.X07, index, count, expected, "")


def municipalities_have_reported(case: Together) -> Said:
    """X-16: which municipalities of the tree have no count, once there is one of some."""
    for index, definition in case.definitions():
        election = definition.head.election
        here = [count for _, count in case.counts("510b") if count.election.id == election.id]
        above = [count for _, count in case.counts("510c") if count.election.id == election.id]
        if not here and not above:
            continue
        known = {count.authority_id for count in here}
        known |= {unit.id.rpartition("::")[2] for count in above for unit in count.units}
        expected = _municipalities(definition)
        missing = [number for number in expected if number not in known]
        if missing:
            figures: dict[str, FigureValue] = {
                "missing": len(missing),
                "expected": len(expected),
                "detail": named(missing),
            }
            yield index, forgotten(between(Code.X16, figures))


def _compared(code: Code, index: int, count: Count, expected: Sequence[str], district: str) -> Said:
    units = [unit.id.rpartition("::")[2] for unit in count.units]
    both_ways = {POSTAL_AUTHORITY} if district == DISTRICT_WITH_POSTAL_VOTES else set()
    missing = [number for number in expected if number not in units and number not in both_ways]
    extra = [number for number in units if number not in expected and number not in both_ways]
    if missing or extra:
        detail = named([*(f"− {number}" for number in missing), *(f"+ {number}" for number in extra)])
        figures: dict[str, FigureValue] = {
            "authority": count.authority_id or "–",
            "missing": len(missing),
            "extra": len(extra),
            "detail": detail,
        }
        yield index, between(code, figures)


def _municipalities(definition: ElectionDefinition) -> list[str]:
    return [(region.number or "").zfill(4) for region in definition.of_category("GEMEENTE")]


def _flaws(definition: ElectionDefinition) -> Iterator[tuple[str, str]]:
    regions = definition.regions
    roots = [region for region in regions if region.superior is None]
    if len(roots) != 1:
        yield "root", named([_name(region) for region in roots]) or "–"
    twice = [key for key, times in Counter(region.key for region in regions).items() if times > 1]
    if twice:
        yield "twice", named([f"{category} {number or ''}".strip() for category, number in twice])
    keys = {region.key: region for region in regions}
    lost = [r for r in regions if r.superior is not None and r.superior not in keys]
    if lost:
        yield "parent", named([_name(region) for region in lost])
    low = [r for r in regions if r.superior in keys and RANK.get(r.superior[0], 0) >= RANK.get(r.category, 9)]
    if low:
        yield "order", named([_name(region) for region in low])
    central = [r for r in regions if any(c.category == "CSB" for c in r.committees)]
    if len(central) != 1:
        yield "central", named([_name(region) for region in central]) or "–"
    if not definition.of_category("GEMEENTE") and category_of(definition.head.election) != MEETINGS:
        yield "municipality", "–"


def _contradictions(definition: ElectionDefinition) -> Iterator[tuple[str, str]]:
    election = definition.head.election
    category, subcategory = category_of(election), election.subcategory or ""
    seats, threshold = definition.seats, definition.threshold
    root = next((region for region in definition.regions if region.superior is None), None)
    if root is not None and category in HIGHEST and root.category != HIGHEST[category]:
        yield "root-region", f"{category}, {root.category}"
    if subcategory and not subcategory.startswith(category):
        yield "subcategory", f"{category}, {subcategory}"
    if seats is None:
        return
    if category in ("GR", "AB") and subcategory in (f"{category}1", f"{category}2"):
        right = f"{category}{2 if seats >= LARGE else 1}"
        if subcategory != right:
            yield "subcategory", f"{subcategory}, {seats}"
    least, most = SEATS.get(category, (1, seats))
    if not least <= seats <= most:
        yield "seats", f"{seats}, {least}–{most}"
    usual = THRESHOLDS.get(subcategory, THRESHOLDS.get(category))
    if threshold is not None and usual is not None and threshold != usual:
        yield "threshold", f"{threshold} %, {usual} %"


def _name(region: Region) -> str:
    return f"{region.category} {region.number or ''} {region.name}".replace("  ", " ")
