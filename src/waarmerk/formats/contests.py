"""Which contest a count belongs to, where its document does not say it (eml-nl.md 1.2, 3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from waarmerk.election.count import Count, ElectionInfo
from waarmerk.election.definition import ElectionDefinition
from waarmerk.errors import WrongUse

ONE_CONTEST = {
    "GR": "geen",
    "ER": "geen",
    "AB": "geen",
    "BC": "geen",
    "GC": "geen",
    "KC": "geen",
    "PS1": "geen",
    "EP": "alle",
}
"""Elections whose contest is always the same, by category or subcategory."""
OF_ALL_DISTRICTS = ("TK", "EK", "PS")
"""Elections whose national or provincial total has the contest ``alle``."""


@dataclass(frozen=True, slots=True)
class Contest:
    """The contest of a count: ``13`` with its name ``Rotterdam``, ``geen`` or ``alle``."""

    id: str
    name: str | None = None


def contest_of(count: Count, info: ElectionInfo) -> Contest:
    """Return the contest of a count, said by itself or following from its election and level; else ``WrongUse``."""
    if count.contest_id is not None:
        return Contest(count.contest_id, count.contest_name)
    for kind in (info.subcategory, info.category):
        if kind in ONE_CONTEST:
            return Contest(ONE_CONTEST[kind])
    if count.message == "510d" and info.category in OF_ALL_DISTRICTS:
        return Contest("alle")
    district = re.fullmatch(r"HSB([1-9][0-9]?)", count.authority_id or "")
    if district is not None and info.category == "TK":
        return Contest(district[1], count.authority_name)
    raise WrongUse("a CSV does not say the district of its candidates; say it with --contest 13:Rotterdam")


def contest_in(definition: ElectionDefinition, municipality: str | None) -> Contest | None:
    """Return the contest of a municipality in the tree of its election; ``None`` where it has none of its own."""
    district = definition.district_of(municipality or "")
    if district is None or len(definition.of_category("KIESKRING")) < 2:
        return None
    return Contest(district.contest_id, district.name)
