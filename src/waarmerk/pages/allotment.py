"""Seats and elected persons in words and as data: the table, the derivation to follow by hand, who is elected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from waarmerk.pages.catalogue import number
from waarmerk.pages.law import derivation, question, word
from waarmerk.tabulation.result import Result
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.steps import Step, exact_text

Names = Mapping[int, str]
"""Names of lists by number."""


def text(result: Result | LotNeeded, names: Names, lang: str) -> str:
    """Return a whole result as text; where a lot is needed, the steps so far and the question."""
    if isinstance(result, LotNeeded):
        return "\n".join([*_steps(result.steps, names, lang), "", *question(result.question, lang)])
    return "\n".join([*_table(result, lang), "", *_steps(result.steps, names, lang), *_elected(result, lang)])


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


def _steps(steps: Sequence[Step], names: Names, lang: str) -> Iterator[str]:
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


def as_json(result: Result | LotNeeded, names: Names, lang: str) -> dict[str, Any]:
    """Return a result as the one object that ``--json`` prints; a lot that is needed stands under ``lot``."""
    if isinstance(result, LotNeeded):
        asked = result.question
        lot = {
            "article": asked.article,
            "for": asked.purpose.value,
            "options": list(asked.options),
            "list": asked.party,
        }
        steps = _step_objects(result.steps, names, lang)
        return {"lists": [], "steps": steps, "lot": {**lot, "text": question(asked, lang)[1]}}
    made: dict[str, Any] = {
        "lists": [
            {
                "list": share.number,
                "name": share.name,
                "votes": share.votes,
                "seats": share.seats,
                "full_quota_seats": share.full,
                "residual_seats": share.residual,
            }
            for share in result.allotment.shares
        ],
        "steps": _step_objects(result.steps, names, lang),
        "quota": exact_text(result.allotment.quota),
        "vacant": result.allotment.vacant,
        "lots": [{"options": list(draw.options), "outcome": draw.outcome} for draw in result.lots],
    }
    if result.elected:
        made["elected"] = [
            {
                "list": person.party,
                "candidate": int(person.key) if person.key.isdecimal() else person.key,
                "how": person.how.value,
                "name": person.name,
                "votes": person.votes,
                "contest": person.contest,
            }
            for person in result.elected
        ]
    return made


def _step_objects(steps: Sequence[Step], names: Names, lang: str) -> list[dict[str, Any]]:
    return [
        {"article": sentence.article, "text": sentence.text, "figures": _figures(step)}
        for step, sentence in zip(steps, derivation(steps, names, lang), strict=True)
    ]


def _figures(step: Step) -> dict[str, Any]:
    """Return the figures of a step: whole numbers as numbers, fractions as exact text (``69551 38/75``)."""
    figures: dict[str, Any] = {"list": step.party} if step.party is not None else {}
    for name, value in step.figures.items():
        figures[name] = value if isinstance(value, int | str) else exact_text(value)
    if step.lot:
        figures["lot"] = list(step.lot)
    return figures
