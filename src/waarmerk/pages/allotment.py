"""Seats and elected persons in words and as data: the table, the derivation to follow by hand, who is elected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from waarmerk.pages.catalogue import number
from waarmerk.pages.law import derivation, party_name, question, word
from waarmerk.tabulation.margins import Margin
from waarmerk.tabulation.result import Result
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.steps import Step, exact_text

CLOSEST = 10
"""Seats of which a terminal shows the margin; JSON has every margin."""
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


def margins(found: Sequence[Margin], names: Names, lang: str) -> Iterator[str]:
    """Yield in words, for each seat that could turn, the smallest number of votes and from where to where."""
    by_change: dict[tuple[tuple[int, int], ...], Margin] = {}
    for one in found:
        by_change.setdefault(one.changes, one)
    if found:
        yield ""
        yield word(lang, "margin", "title")
    for one in list(by_change.values())[:CLOSEST]:
        target = party_name(one.target, names, lang)
        if one.source is None:
            said = word(lang, "margin", "added", votes=one.votes, target=target)
        else:
            source = party_name(one.source, names, lang)
            said = word(lang, "margin", "moved", votes=one.votes, source=source, target=target)
        parts = [word(lang, "margin", "wins" if by > 0 else "loses", list=str(n)) for n, by in one.changes]
        yield "  " + said + " " + ", ".join(parts) + (" " + word(lang, "margin", "lot") if one.lot else "")


def margin_object(one: Margin) -> dict[str, Any]:
    """Return a margin for JSON."""
    changes = [{"list": number, "seats": by} for number, by in one.changes]
    return {"source": one.source, "target": one.target, "votes": one.votes, "lot": one.lot, "changes": changes}
