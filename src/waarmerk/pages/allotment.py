"""Seats and elected persons as plain text: the table, the derivation that a person can follow by hand, who is elected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waarmerk.pages.catalogue import number
from waarmerk.pages.law import derivation, question, word
from waarmerk.tabulation.result import Result
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.steps import Step


def text(result: Result, lang: str) -> str:
    """Return a whole result as text."""
    names = {share.number: share.name for share in result.allotment.shares}
    return "\n".join([*_table(result, lang), "", *_steps(result.steps, names, lang), *_elected(result, lang)])


def asked(needed: LotNeeded, names: Mapping[int, str], lang: str) -> str:
    """Return the steps so far and the lot that must be drawn."""
    return "\n".join([*_steps(needed.steps, names, lang), "", *question(needed.question, lang)])


def _table(result: Result, lang: str) -> Iterator[str]:
    full, residual, seats, votes, name = (
        word(lang, "seats", key) for key in ("full", "residual", "seats", "votes", "name")
    )
    yield f"{word(lang, 'seats', 'list'):>5}  {votes:>12}  {full:>5}  {residual:>5}  {seats:>6}  {name}"
    for share in result.allotment.shares:
        figures = f"{share.full:>5}  {share.residual:>5}  {share.seats:>6}"
        yield f"{share.number:>5}  {number(share.votes, lang):>12}  {figures}  {share.name}"
    if result.allotment.vacant:
        yield f"{result.allotment.vacant:>35}  {word(lang, 'seats', 'vacant')}"


def _steps(steps: tuple[Step, ...], names: Mapping[int, str], lang: str) -> Iterator[str]:
    yield word(lang, "seats", "steps")
    for sentence in derivation(steps, names, lang):
        yield f"  {sentence.article:<10}  {sentence.text}"


def _elected(result: Result, lang: str) -> Iterator[str]:
    if result.elected:
        yield ""
        yield word(lang, "seats", "elected")
    for person in result.elected:
        how = word(lang, "seats", person.how.value)
        yield f"{person.party:>5}  {person.key:>4}  {person.name or ''}  {how}, {number(person.votes, lang)}"
