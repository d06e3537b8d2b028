"""The derivation of a result: steps that cite an article and carry the figures with which a person can follow them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from waarmerk.tabulation.law import Rule, Rules

Value = int | Fraction | str


class Kind(StrEnum):
    """What a step says; the key of its words in the catalogue of the law."""

    QUOTA = "quota"
    FULL = "full"
    AVERAGE = "average"
    REMAINDER = "remainder"
    UNIQUE_AVERAGE = "unique-average"
    MAJORITY = "majority"
    EXHAUSTED = "exhausted"
    VACANT = "vacant"
    GROUP_FULL = "group-full"
    GROUP_REMAINDER = "group-remainder"
    GROUP_EXHAUSTED = "group-exhausted"
    GROUP_AVERAGE = "group-average"
    GROUP_MOVES = "group-moves"
    PREFERENCE_THRESHOLD = "preference-threshold"
    PREFERENCE = "preference"
    PREFERENCE_MOVES = "preference-moves"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the derivation: the article, what happened, to which list, and the figures that show it."""

    article: str
    kind: Kind
    party: int | None
    figures: Mapping[str, Value]
    lot: tuple[Value, ...] = ()
    """The options between which a lot decided; empty without one."""


def exact_text(value: Fraction) -> str:
    """Return a fraction as text that loses nothing: ``69551 38/75``, ``3/4``, ``12``."""
    whole, rest = divmod(value, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


@dataclass(slots=True)
class Derivation:
    """The steps of one calculation, in order, citing the articles of one election."""

    rules: Rules
    steps: list[Step] = field(default_factory=list)

    def say(
        self, rule: Rule, kind: Kind, party: int | None, figures: Mapping[str, Value], lot: tuple[Value, ...] = ()
    ) -> None:
        """Write down a step."""
        self.steps.append(Step(self.rules.article(rule), kind, party, figures, lot))
