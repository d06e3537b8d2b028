"""``waarmerk seats``: the seats of a total, with the law's reasons, and the persons elected where candidates are known."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from waarmerk.election.count import Count
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import read
from waarmerk.machine import files
from waarmerk.pages import allotment
from waarmerk.pages.law import derivation, question
from waarmerk.tabulation import votes_table
from waarmerk.tabulation.law import Rules, category_of, rules_for
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.parties import parties_of
from waarmerk.tabulation.party import Party
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.steps import Step, exact_text

MAX_TOTAL = 256 << 20
"""Bytes of a total; that of a nation is under 10 MB."""


@click.command("seats")
@click.argument("total", type=click.Path(path_type=Path))
@click.option(
    "--election", metavar="E", help="TK2023, GR2026_Voorbeelddam: which rules hold, where TOTAL does not say."
)
@click.option("--seats", "number", type=int, metavar="N", help="How many seats there are.")
@click.option(
    "--lot", "lots", multiple=True, metavar="A,B=A", help="A lot that was drawn: options, then the outcome; in order."
)
@click.option("--deceased", multiple=True, metavar="LIST/CANDIDATE", help="A candidate who died (article P 19a).")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl")
@click.pass_context
def seats(
    context: click.Context,
    total: Path,
    election: str | None,
    number: int | None,
    lots: tuple[str, ...],
    deceased: tuple[str, ...],
    as_json: bool,
    lang: str,
) -> None:
    """Verdeel de zetels van TOTAL (510, OSV4-3 CSV, of list,name,votes). Allot the seats of TOTAL."""
    dead = frozenset((int(one), key) for one, _, key in map(_dead, deceased))
    parties, said = _parties(total, dead)
    rules = _rules(election or said, number)
    result = establish(rules, parties, [_draw(text) for text in lots])
    names = {party.number: party.name for party in parties}
    if as_json:
        click.echo(json.dumps(as_object(result, names, lang), ensure_ascii=False))
    else:
        click.echo(
            allotment.asked(result, names, lang) if isinstance(result, LotNeeded) else allotment.text(result, lang)
        )
    context.exit(1 if isinstance(result, LotNeeded) else 0)


def _parties(path: Path, dead: frozenset[tuple[int, str]]) -> tuple[list[Party], str | None]:
    """Return the parties of a file, and the election that it says it is of."""
    data = files.read_bounded(path, MAX_TOTAL, "E-XML-LIMIT")
    if votes_table.is_table(data):
        return votes_table.parse(data), None
    value = read(io.BytesIO(data), path.name)
    if isinstance(value, Rejection):
        raise BadData(value.code, f"{path.name}: {value.reason}", value.place)
    if not isinstance(value, Count):
        raise BadData("E-EML-TYPE", f"{path.name}: neither a count nor a table list,name,votes")
    return parties_of(value, dead), value.election.id or value.election.category


def _rules(election: str | None, number: int | None) -> Rules:
    if election is None:
        raise WrongUse("the file does not say which election it is; say it with --election TK2023")
    if number is None:
        raise WrongUse("the file does not say how many seats there are; say it with --seats 150")
    return rules_for(category_of(election) if len(election) > 2 else election, number)


def _draw(text: str) -> Draw:
    options, sign, outcome = text.partition("=")
    if not sign:
        raise WrongUse(f"--lot {text!r}: write the options, then the outcome: --lot 3,9=9")
    return Draw(tuple(option.strip() for option in options.split(",")), outcome.strip())


def _dead(text: str) -> tuple[str, str, str]:
    number, sign, key = text.partition("/")
    if not sign or not number.isdecimal():
        raise WrongUse(f"--deceased {text!r}: write list and candidate: --deceased 3/12")
    return number, sign, key


def as_object(result: Result | LotNeeded, names: Mapping[int, str], lang: str) -> dict[str, Any]:
    """Return a result as the one object that ``--json`` prints; a lot that is needed stands under ``lot``."""
    if isinstance(result, LotNeeded):
        asked = result.question
        lot = {
            "article": asked.article,
            "for": asked.purpose.value,
            "options": list(asked.options),
            "list": asked.party,
        }
        return {
            "lists": [],
            "steps": _steps(result.steps, names, lang),
            "lot": {**lot, "text": question(asked, lang)[1]},
        }
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
        "steps": _steps(result.steps, names, lang),
        "quota": exact_text(result.allotment.quota),
        "vacant": result.allotment.vacant,
    }
    if result.elected:
        made["elected"] = [
            {
                "list": p.party,
                "candidate": int(p.key) if p.key.isdecimal() else p.key,
                "how": p.how.value,
                "name": p.name,
            }
            for p in result.elected
        ]
    return made


def _steps(steps: tuple[Step, ...], names: Mapping[int, str], lang: str) -> list[dict[str, Any]]:
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
