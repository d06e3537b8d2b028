"""``waarmerk tabulate``: the counts in a folder become the counts one level up, with coverage and every sum compared.

With an election definition (110a) in the folder every level is added up, and the files of higher levels are compared with
those below them; without one the counts are taken to be of one level and one contest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from waarmerk.cli import echo, echo_json, language
from waarmerk.cli.inputs import ENDINGS
from waarmerk.cli.options import TEXT
from waarmerk.election.count import Count
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists, by_contest
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import created_at, read, write_510, write_osv43, zips
from waarmerk.formats.csvlines import MAX_TABLE
from waarmerk.formats.write_districts import write_510_over_districts
from waarmerk.machine import clock, files
from waarmerk.pages import tabulated
from waarmerk.pages.sheets import recount
from waarmerk.pages.tabulated import Paper
from waarmerk.tabulation.add_up import Part, Tabulation, Target, add_up
from waarmerk.tabulation.climb import Climb, climb
from waarmerk.tabulation.districts import add_up_districts
from waarmerk.tabulation.draw import Draw, draw
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.parts import newest
from waarmerk.tabulation.typed import parse, typed_difference


@dataclass(slots=True)
class _Found:
    """What a folder holds."""

    parts: list[Part] = field(default_factory=list)
    definitions: list[ElectionDefinition] = field(default_factory=list)
    lists: list[CandidateLists] = field(default_factory=list)


@click.command("tabulate")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o", "out", type=click.Path(path_type=Path), required=True, help="OUT.xml, OUT.csv or OUT.json; else a folder."
)
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
@click.option(
    "--contest", type=TEXT, metavar="ID[:NAME]", help="The district of CSV files, which do not say it: 13:Rotterdam."
)
@click.option(
    "--draw", "seed", type=TEXT, metavar="SEED", help="Draw three lists per municipality to add up again: '4 2 6 1'."
)
@click.option("--sheets", type=click.Path(path_type=Path, file_okay=False), help="Write a PDF for each draw here.")
@click.option("--paper", multiple=True, metavar="ID=FILE", help="Totals typed from paper, CSV list,candidate,votes.")
@click.option("--force", is_flag=True, help="Overwrite what is written.")
@click.pass_context
def tabulate(
    context: click.Context,
    folder: Path,
    out: Path,
    as_json: bool,
    contest: str | None,
    seed: str | None,
    sheets: Path | None,
    paper: tuple[str, ...],
    force: bool,
) -> None:
    """Tel de tellingen in FOLDER op. Add up the counts in FOLDER.

    Exit code 0: every sum and every level agrees; 1: something differs; 2: a file could not be added.
    """
    if not folder.is_dir():
        raise WrongUse(f"{folder} is not a folder")
    found = _found(folder)
    created = created_at(clock.now().astimezone())
    if found.definitions:
        definition = found.definitions[0]
        whole = climb(bodies(definition), found.parts, by_contest(found.lists), created, definition.head.election)
    else:
        whole = Climb.of_one(_one_level(found, contest, created))
    lang = language(context)
    draws = _draws(found, seed) if seed is not None else []
    typed = [_paper(text, found, whole) for text in paper]
    _write(whole, found, out, force=force)
    if sheets is not None:
        _write_sheets(draws, sheets, lang, force=force)
    if as_json:
        extra = {
            "draws": [tabulated.draw_object(d) for _, d in draws],
            "paper": [tabulated.paper_object(p) for p in typed],
        }
        echo_json(tabulated.as_json(whole) | extra)
    else:
        lines = [*tabulated.draws([d for _, d in draws], lang), *tabulated.papers(typed, lang)]
        echo("\n".join([tabulated.text(whole, lang), *lines]))
    context.exit(0 if whole.agrees and not any(p.difference.cells for p in typed) else 1)


def _newest(found: _Found) -> list[Count]:
    """Return the count of each authority that holds."""
    by_authority: dict[str, list[Part]] = {}
    for part in found.parts:
        by_authority.setdefault(part.count.authority_id or "", []).append(part)
    return [part.count for authority in sorted(by_authority) for part in newest(by_authority[authority]).parts]


def _draws(found: _Found, seed: str) -> list[tuple[Count, Draw]]:
    counts = [count for count in _newest(found) if count.message == "510b"]
    return [
        (
            count,
            draw(seed, count.election.id or "", count.authority_id or "", [lst.number for lst in count.ballot.lists]),
        )
        for count in counts
    ]


def _write_sheets(draws: list[tuple[Count, Draw]], folder: Path, lang: str, *, force: bool) -> None:
    for count, drawn in draws:
        path = folder / f"optellen_{drawn.authority_id}.pdf"
        files.output(path, force=force).write(recount(count, drawn, lang))


def _paper(text: str, found: _Found, whole: Climb) -> Paper:
    authority, sign, path = text.partition("=")
    if not sign:
        raise WrongUse(f"--paper {text!r}: write the authority and the file: --paper 0599=papier.csv")
    made = whole.tabulations.get(authority)
    counts = [count for count in _newest(found) if count.authority_id == authority] or ([made.count] if made else [])
    if not counts:
        raise WrongUse(f"--paper {text!r}: there is no count of {authority}")
    data = files.read_bounded(Path(path), MAX_TABLE, "E-CSV-CELL")
    return Paper(authority, typed_difference(parse(data), counts[0]))


def _found(folder: Path) -> _Found:
    found = _Found()
    for name, value in _values(folder):
        if isinstance(value, Count):
            found.parts.append(Part(value, name))
        elif isinstance(value, ElectionDefinition):
            found.definitions.append(value)
        elif isinstance(value, CandidateLists):
            found.lists.append(value)
        else:
            echo(f"{name}: {type(value).__name__}", err=True)
    if not found.parts:
        raise WrongUse(f"{folder} holds no count; .xml, .csv and .zip files are read")
    if len(found.definitions) > 1:
        raise WrongUse(f"{folder} holds {len(found.definitions)} election definitions; tabulate one election at a time")
    return found


def _values(folder: Path) -> Iterator[tuple[str, object]]:
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS):
        with files.open_regular(path) as stream:
            if path.suffix.lower() == ".zip":
                for name, member in zips.members(stream):
                    yield f"{path.name}/{name}", _taken(read(member, name), name)
            else:
                yield path.name, _taken(read(stream, path.name), path.name)


def _taken(value: object, name: str) -> object:
    if isinstance(value, Rejection):
        raise BadData(value.code, f"{name}: {value.reason}", value.place)
    return value


def _one_level(found: _Found, contest: str | None, created: str) -> Tabulation:
    if found.parts[0].count.election.category == "EK":
        # Every province is a contest of its own; its votes are weighed afterwards (waarmerk seats --vote-values).
        return add_up_districts(found.parts, (), Target("510d", "CSB", "Kiesraad", created), by_contest(found.lists))
    return add_up(found.parts, (), _target(found.parts, contest, created))


def _target(parts: list[Part], contest: str | None, created: str) -> Target:
    """Return the body one level up, from what the files say: a district for the Tweede Kamer, else the central committee."""
    given, _, name = (contest or "").partition(":")
    known = next((part.count for part in parts if part.count.contest_id is not None), None)
    number = given or (known.contest_id if known else None)
    if number is None and parts[0].count.election.category in ("TK", None):
        raise WrongUse("a CSV does not say its district; say it with --contest 13:Rotterdam")
    if number is None or not number.isdigit():
        central = parts[0].count.election.domain or parts[0].count.election.name or "CSB"
        return Target("510d", "CSB", central, created)
    district = name or (known.contest_name if known else None) or number
    return Target("510c", f"HSB{number}", district, created, number, district)


def _write(whole: Climb, found: _Found, out: Path, *, force: bool) -> None:
    """Write the highest total as one file, or every total into a folder."""
    if out.suffix:
        top = whole.top
        if top is None:
            raise WrongUse("there is nothing to write: nothing came in")
        files.output(out, force=force).write(_document(whole, top, found, out))
        return
    for made in whole.tabulations.values():
        path = out / tabulated.file_name(made.count)
        files.output(path, force=force).write(_eml(made.count))


def _document(whole: Climb, top: Tabulation, found: _Found, out: Path) -> bytes:
    suffix = out.suffix.lower()
    if suffix == ".xml":
        return _eml(top.count)
    if suffix == ".csv":
        return b"".join(write_osv43(top.count, _lists_of(top.count, found)))
    if suffix == ".json":
        return json.dumps(tabulated.as_json(whole), ensure_ascii=False, indent=1).encode() + b"\n"
    raise WrongUse(f"{out.name}: the name of the result ends in .xml (EML 510), .csv (OSV4-3) or .json")


def _eml(count: Count) -> bytes:
    return b"".join(write_510(count) if count.positions is None else write_510_over_districts(count))


def _lists_of(count: Count, found: _Found) -> CandidateLists | None:
    contests = [one for one in found.lists if any(contest.id == count.contest_id for contest in one.contests)]
    return contests[0] if contests else None
