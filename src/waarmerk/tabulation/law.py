"""What the Kieswet prescribes for each election: method, threshold, majority rule, preference threshold, article numbers.

Everything that differs between elections stands in ``Rules``, so that the calculation has no category in it (eml-nl.md 12).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from waarmerk.errors import BadData

FROM_LARGEST_AVERAGES = 19
"""Bodies of so many seats and more use largest averages (P 7); smaller ones largest remainders (P 8)."""
REMAINDER_THRESHOLD = Fraction(3, 4)
"""Part of the quota that a list needs to take part in the largest remainders (P 8)."""
MAX_SEATS = 1_000
"""No body has more than 150; beyond this a number is a typing error, and the rounds would take long."""


class Rule(StrEnum):
    """A rule of the law that a step can cite; elections number them differently."""

    QUOTA = "quota"
    FULL = "full"
    AVERAGE = "average"
    REMAINDER = "remainder"
    MAJORITY = "majority"
    EXHAUSTED = "exhausted"
    GROUP = "group"
    GROUP_EXHAUSTED = "group-exhausted"
    PREFERENCE = "preference"
    PREFERENCE_IN_GROUP = "preference-in-group"
    ORDER = "order"
    ORDER_IN_GROUP = "order-in-group"


_ARTICLES: Mapping[Rule, str] = {
    Rule.QUOTA: "P 5",
    Rule.FULL: "P 6",
    Rule.AVERAGE: "P 7",
    Rule.REMAINDER: "P 8",
    Rule.MAJORITY: "P 9",
    Rule.EXHAUSTED: "P 10",
    Rule.GROUP: "P 12",
    Rule.GROUP_EXHAUSTED: "P 13",
    Rule.PREFERENCE: "P 15",
    Rule.PREFERENCE_IN_GROUP: "P 16",
    Rule.ORDER: "P 17",
    Rule.ORDER_IN_GROUP: "P 18",
}
_ARTICLES_EK: Mapping[Rule, str] = {
    **_ARTICLES,
    Rule.QUOTA: "U 7",
    Rule.FULL: "U 8",
    Rule.AVERAGE: "U 9",
    Rule.EXHAUSTED: "U 10",
    Rule.GROUP: "U 12",
    Rule.GROUP_EXHAUSTED: "U 13",
    Rule.PREFERENCE: "U 15",
    Rule.PREFERENCE_IN_GROUP: "U 16",
    Rule.ORDER: "U 17",
    Rule.ORDER_IN_GROUP: "U 18",
}
_ARTICLES_EP: Mapping[Rule, str] = {**_ARTICLES, Rule.PREFERENCE: "Y 23a"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How the seats of one election are allotted."""

    category: str
    seats: int
    averages: bool
    """Rest seats by largest averages; else by largest remainders with its further rounds."""
    threshold: bool
    """Whether a list below the quota gets no rest seat."""
    majority: bool
    """Whether article P 9 holds."""
    preference: Fraction
    """Part of the quota that a person needs to be elected by preference."""
    reaching: bool
    """Whether reaching the preference threshold is enough; else it must be exceeded."""
    articles: Mapping[Rule, str]

    def preferred(self, votes: int, quota: Fraction) -> bool:
        """Whether so many votes on a person are enough to be elected by preference (P 15, Y 23a, U 15)."""
        threshold = self.preference * quota
        return votes > threshold or (self.reaching and votes == threshold)

    def article(self, rule: Rule) -> str:
        """Return the article that holds this rule; the rounds after the remainders stand in the same article as those."""
        if rule is Rule.AVERAGE and not self.averages:
            return self.articles[Rule.REMAINDER]
        return self.articles[rule]


def rules_for(category: str, seats: int, preference_percent: int | None = None) -> Rules:
    """Return the rules for a category (``TK``, ``GR`` …) and number of seats.

    ``preference_percent`` is that of the election definition, where there is one. ``E-SEATS-CATEGORY`` for what has no seats
    (a referendum), ``E-SEATS-NUMBER`` for a number of seats that cannot be.
    """
    if category not in ("TK", "EP", "EK", "PS", "AB", "GR", "ER", "BC", "GC", "KC"):
        raise BadData("E-SEATS-CATEGORY", f"{category[:20]!r} is not an election in which seats are allotted to lists")
    if not 1 <= seats <= MAX_SEATS:
        raise BadData("E-SEATS-NUMBER", f"{seats} seats: from 1 to {MAX_SEATS}")
    large = seats >= FROM_LARGEST_AVERAGES
    percent = preference_percent if preference_percent is not None else _percent(category, large=large)
    return Rules(
        category=category,
        seats=seats,
        averages=large or category == "EK",
        threshold=category in ("TK", "EP") and large,
        majority=category != "EK",
        preference=Fraction(percent, 100),
        reaching=category == "EK",
        articles={"EK": _ARTICLES_EK, "EP": _ARTICLES_EP}.get(category, _ARTICLES),
    )


def _percent(category: str, *, large: bool) -> int:
    """Return the preference threshold in per cent of the quota (P 15, Y 23a, U 15)."""
    return {"EP": 10, "EK": 100}.get(category, 25 if large else 50)


def category_of(election: str) -> str:
    """Return the category of an election id: ``TK`` of ``TK2023``, ``GR`` of ``GR2022_Enkhuizen``."""
    match = re.match(r"([A-Z]{2})(?:2|1)[0-9]{3}", election)
    if match is None:
        raise BadData("E-SEATS-CATEGORY", f"{election[:40]!r} is not an election such as TK2023 or GR2026_Voorbeelddam")
    return match[1]
