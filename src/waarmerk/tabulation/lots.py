"""Lots (*loting*): a tie that matters is asked, never decided here (eml-nl.md 12.9). The answer is an input that is recorded.

Draws are given in the order in which they were asked. A calculation that meets a tie without an answer stops with the
question; one that finds an answer to another question than its own refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from waarmerk.errors import BadData

Option = int | str
"""A list by its number, a person by key, a list inside a group by its contest."""


class Purpose(StrEnum):
    """What the drawn option gets or loses."""

    SEAT = "seat"
    """The drawn list gets the next seat."""
    LOSES = "loses"
    """The drawn list gives up the seat that article P 9 takes."""
    SEAT_IN_GROUP = "seat-in-group"
    """The drawn list of a group gets the next seat of the group."""
    PERSON = "person"
    """The drawn person is elected next."""


@dataclass(frozen=True, slots=True)
class Question:
    """A lot that must be drawn now: for what, under which article, between whom."""

    article: str
    purpose: Purpose
    options: tuple[Option, ...]
    party: int | None = None
    """The list whose persons, or the group whose lists, are drawn between."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A lot that was drawn: the options as asked, and the outcome."""

    options: tuple[Option, ...]
    outcome: Option


class LotAsked(Exception):
    """Internal: unwinds a calculation to the door, which returns the question as a value."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.question = question


class Lots:
    """The draws of one calculation, used up in order."""

    def __init__(self, draws: Sequence[Draw]) -> None:
        self._draws = tuple(draws)
        self._used = 0

    def draw(self, question: Question) -> Option:
        """Return the recorded outcome of this question.

        ``LotAsked`` when it is not drawn yet, ``BadData`` ``E-LOT-OTHER`` when the draw is one of another question.
        """
        if self._used == len(self._draws):
            raise LotAsked(question)
        drawn = self._draws[self._used]
        spelled = {str(option): option for option in question.options}
        if {str(option) for option in drawn.options} != set(spelled) or str(drawn.outcome) not in spelled:
            asked, given = _named(question.options), _named(drawn.options)
            raise BadData(
                "E-LOT-OTHER", f"lot {self._used + 1} is between {asked}, not between {given} ({drawn.outcome})"
            )
        self._used += 1
        return spelled[str(drawn.outcome)]

    def finish(self) -> None:
        """Refuse draws that nobody asked for (``E-LOT-UNUSED``): they belong to other figures than these."""
        if self._used < len(self._draws):
            raise BadData("E-LOT-UNUSED", f"{len(self._draws) - self._used} of {len(self._draws)} lots were not needed")


def _named(options: Sequence[Option]) -> str:
    return ", ".join(str(option) for option in options)
