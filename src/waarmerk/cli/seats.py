"""``waarmerk seats``: the seats of a total, with the law's reasons, and the persons elected where candidates are known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from waarmerk.cli import echo, echo_json, language, options
from waarmerk.cli.options import TEXT
from waarmerk.election.count import Count
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists, by_contest
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import created_at, read, with_names
from waarmerk.formats.csvlines import MAX_TABLE
from waarmerk.formats.write_results import write_520
from waarmerk.machine import clock, files
from waarmerk.pages import allotment, rounds, sheets
from waarmerk.pages.law import word
from waarmerk.tabulation import votes_table
from waarmerk.tabulation.law import Rules, category_of, rules_for
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.margins import Margin, margins
from waarmerk.tabulation.party import Party, parties_of
from waarmerk.tabulation.published import named, published
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.senate import VALUES_2023, parse_values, weighed

NUMBER = re.compile(r"[0-9]{1,9}")


@click.command("seats")
@click.argument("total", type=options.FILE)
@click.option(
    "--election",
    type=TEXT,
    metavar="E",
    help="TK2023, GR2026_Voorbeelddam: which rules hold, where TOTAL does not say.",
)
@click.option("--seats", "number", type=int, metavar="N", help="How many seats there are.")
@click.option("--definition", type=options.FILE, help="The election definition (110a), which says both.")
@click.option(
    "--candidates", type=options.FILE, multiple=True, help="Candidate lists (230b), for names; of each district."
)
@click.option(
    "--lot", "lots", type=TEXT, multiple=True, metavar="A,B=A", help="A lot that was drawn: options, outcome; in order."
)
@click.option(
    "--deceased", type=TEXT, multiple=True, metavar="LIST/CANDIDATE", help="A candidate who died (article P 19a)."
)
@click.option("--vote-values", "values", metavar="2023|FILE", help="Eerste Kamer: vote values, CSV name,value.")
@click.option("--margins", "with_margins", is_flag=True, help="How many votes would turn a seat.")
@click.option("-o", "out", type=options.FILE, help="Write the result as EML 520.")
@click.option("--sheet", type=options.FILE, help="Write the figures for the committee's record (P 22) as PDF.")
@click.option("--picture", type=options.FILE, help="Write the rounds as a picture with the derivation, HTML.")
@click.option("--force", is_flag=True, help="Overwrite what is written.")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
@click.pass_context
def seats(
    context: click.Context,
    total: Path,
    election: str | None,
    number: int | None,
    definition: Path | None,
    candidates: tuple[Path, ...],
    lots: tuple[str, ...],
    deceased: tuple[str, ...],
    values: str | None,
    with_margins: bool,
    out: Path | None,
    sheet: Path | None,
    picture: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Verdeel de zetels van TOTAL (510, OSV4-3 CSV, of list,name,votes). Allot the seats of TOTAL.

    Exit code 0: the seats are known; 1: a lot must be drawn first; 2: something could not be read.
    """
    outputs = {path: files.output(path, force=force) for path in (out, sheet, picture) if path}
    lists = [_lists(path) for path in candidates]
    given = _total(total, frozenset(map(_dead, deceased)), lists, _values(values))
    rules = _rules(election or given.election, number, definition)
    result = establish(rules, given.parties, [_draw(text) for text in lots])
    names, lang = {party.number: party.name for party in given.parties}, language(context)
    if isinstance(result, Result):
        what = election or given.election or rules.category
        if out:
            outputs[out].write(_document(result, given, lists))
        if sheet:
            outputs[sheet].write(sheets.record(result, names, word(lang, "sheet", "record-title", election=what), lang))
        if picture:
            title = word(lang, "picture", "title", election=what)
            outputs[picture].write(rounds.page(result, names, title, lang).encode("utf-8"))
    found: tuple[Margin, ...] = ()
    if with_margins and isinstance(result, Result):
        found = margins(rules, given.parties, result.allotment)
    if as_json:
        extra = {"margins": [allotment.margin_object(one) for one in found]} if with_margins else {}
        echo_json(allotment.as_json(result, names, lang) | extra)
    else:
        echo("\n".join([allotment.text(result, names, lang), *allotment.margins(found, names, lang)]))
    context.exit(1 if isinstance(result, LotNeeded) else 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Total:
    parties: list[Party]
    election: str | None
    count: Count | None


def _lists(path: Path) -> CandidateLists:
    value = _value(path)
    if not isinstance(value, CandidateLists):
        raise BadData("E-EML-TYPE", f"{path.name}: not candidate lists (230b)")
    return value


def _values(text: str | None) -> Mapping[str, int] | None:
    if text is None:
        return None
    if text == "2023":
        return VALUES_2023
    return parse_values(files.read_bounded(Path(text), MAX_TABLE, "E-CSV-CELL"))


def _total(
    path: Path, dead: frozenset[tuple[int, str]], lists: list[CandidateLists], values: Mapping[str, int] | None
) -> _Total:
    with files.open_regular(path) as stream:
        table = votes_table.is_table(stream.read(votes_table.HEAD))
    if table:
        return _Total(votes_table.parse(files.read_bounded(path, MAX_TABLE, "E-CSV-CELL")), None, None)
    value = _value(path)
    if not isinstance(value, Count):
        raise BadData("E-EML-TYPE", f"{path.name}: neither a count nor a table list,name,votes")
    if values is not None:
        value = weighed(value, values)
    if value.positions is None and value.source == "eml" and len(lists) == 1:
        value = with_names(value, lists[0])
    elif value.positions is not None and lists:
        value = named(value, by_contest(lists))
    return _Total(parties_of(value, dead), value.election.id or value.election.category, value)


def _value(path: Path) -> object:
    with files.open_regular(path) as stream:
        value = read(stream, path.name)
    if isinstance(value, Rejection):
        raise BadData(value.code, f"{path.name}: {value.reason}", value.place)
    return value


def _rules(election: str | None, number: int | None, definition: Path | None) -> Rules:
    if definition is not None:
        value = _value(definition)
        if not isinstance(value, ElectionDefinition) or value.seats is None:
            raise BadData(
                "E-EML-TYPE", f"{definition.name}: not an election definition (110a) with its number of seats"
            )
        return rules_for(value.head.election.category or "", value.seats, value.threshold)
    if election is None:
        raise WrongUse("the file does not say which election it is; say it with --election TK2023")
    if number is None:
        raise WrongUse("the file does not say how many seats there are; say it with --seats 150, or give --definition")
    return rules_for(category_of(election) if len(election) > 2 else election, number)


def _draw(text: str) -> Draw:
    options, sign, outcome = text.partition("=")
    if not sign:
        raise WrongUse(f"--lot {text!r}: write the options, then the outcome: --lot 3,9=9")
    return Draw(tuple(option.strip() for option in options.split(",")), outcome.strip())


def _dead(text: str) -> tuple[int, str]:
    number, sign, key = text.partition("/")
    if not sign or NUMBER.fullmatch(number) is None:
        raise WrongUse(f"--deceased {text!r}: write list and candidate: --deceased 3/12")
    return int(number), key


def _document(result: Result, given: _Total, lists: list[CandidateLists]) -> bytes:
    if given.count is None:
        raise WrongUse("a plain table names no persons; a 520 is made of a count and its candidate lists")
    created = created_at(clock.now().astimezone())
    return write_520(published(result, given.count, by_contest(lists), created))
