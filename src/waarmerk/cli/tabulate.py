"""``waarmerk tabulate``: the counts in a folder become the count one level up, with coverage and every sum compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from waarmerk.election.count import Count, Figure
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import read, write_510
from waarmerk.machine import clock, files
from waarmerk.pages.tabulated import summary
from waarmerk.tabulation.add_up import Coverage, Part, SumCheck, Tabulation, Target, add_up
from waarmerk.tabulation.difference import Cell

ENDINGS = (".xml", ".csv")


@click.command("tabulate")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="OUT.xml (EML 510) or OUT.json.")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
@click.option("--contest", metavar="ID[:NAME]", help="The district of CSV files, which do not say it: 13:Rotterdam.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl")
@click.pass_context
def tabulate(
    context: click.Context, folder: Path, out: Path, as_json: bool, contest: str | None, force: bool, lang: str
) -> None:
    """Tel de tellingen in FOLDER op. Add up the counts in FOLDER."""
    output = files.output(out, force=force)
    parts = [Part(_count(path), path.name) for path in _paths(folder)]
    result = add_up(parts, (), _target(parts, contest))
    output.write(_document(result, out))
    click.echo(json.dumps(as_object(result), ensure_ascii=False) if as_json else summary(result, lang))
    context.exit(0 if result.sums_hold else 1)


def _paths(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    if not found:
        raise WrongUse(f"{folder} holds no .xml and no .csv file")
    return found


def _count(path: Path) -> Count:
    with files.open_regular(path) as stream:
        value = read(stream, path.name)
    if isinstance(value, Rejection):
        raise BadData(value.code, f"{path.name}: {value.reason}", value.place)
    if not isinstance(value, Count):
        raise BadData("E-EML-TYPE", f"{path.name}: not a count")
    return value


def _target(parts: list[Part], contest: str | None) -> Target:
    """Return the body one level up, from what the files say: a district for the Tweede Kamer, else the central committee."""
    created = clock.now().strftime("%Y-%m-%dT%H:%M:%S.000")
    given, _, name = (contest or "").partition(":")
    known = next((part.count for part in parts if part.count.contest_id is not None), None)
    number = given or (known.contest_id if known else None)
    if number is None and parts[0].count.election.category in ("TK", None):
        raise WrongUse("a CSV does not say its district; say it with --contest 13:Rotterdam")
    if number is None or not number.isdigit():
        return Target("510d", "CSB", parts[0].count.election.domain or "CSB", created)
    return Target("510c", f"HSB{number}", name or (known.contest_name if known else None) or number, created, number)


def _document(result: Tabulation, out: Path) -> bytes:
    if out.suffix.lower() == ".xml":
        return b"".join(write_510(result.count))
    if out.suffix.lower() == ".json":
        return json.dumps(as_object(result), ensure_ascii=False, indent=2).encode() + b"\n"
    raise WrongUse(f"{out.name}: the name of the result ends in .xml (EML 510) or .json")


def as_object(result: Tabulation) -> dict[str, Any]:
    """Return a tabulation as the one object that ``--json`` prints."""
    count = result.count
    return {
        "election": count.election.id,
        "message": count.message,
        "authority": count.authority_id,
        "contest": count.contest_id,
        "coverage": _coverage(result.coverage),
        "totals": _totals(result),
        "sums": [_sum(check) for check in result.sums],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "expected": [authority.authority_id for authority in coverage.expected],
        "reported": list(coverage.reported),
        "missing": [authority.authority_id for authority in coverage.missing],
        "doubled": list(coverage.doubled),
        "stations": coverage.stations,
        "called": coverage.called,
        "not_reported": [figure.name.lower() for figure in coverage.not_reported],
        "complete": coverage.complete,
    }


def _totals(result: Tabulation) -> dict[str, Any]:
    total, ballot = result.count.total, result.count.ballot
    reported = [figure for figure in Figure if total.figures_reported[0, figure]]
    return {
        "figures": {figure.name.lower(): int(total.figures[0, figure]) for figure in reported},
        "admitted": sum(a for a in result.admitted if a is not None) if None not in result.admitted else None,
        "lists": [
            {"list": lst.number, "name": lst.name, "votes": int(total.lists[0, index])}
            for index, lst in enumerate(ballot.lists)
        ],
    }


def _sum(check: SumCheck) -> dict[str, Any]:
    found = check.difference
    return {
        "authority": check.authority_id,
        "file": check.origin,
        "compared": found.compared,
        "unequal": [cell_object(cell) for cell in found.cells],
    }


def cell_object(cell: Cell) -> dict[str, Any]:
    """Return one unequal cell for JSON."""
    return {
        "unit": cell.unit,
        "list": cell.list,
        "candidate": cell.candidate,
        "figure": cell.figure.name.lower() if cell.figure is not None else None,
        "old": cell.old,
        "new": cell.new,
    }
