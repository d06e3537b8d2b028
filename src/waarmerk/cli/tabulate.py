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

from waarmerk.cli import language
from waarmerk.election.count import Count
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists, NamedList
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import read, write_510, write_osv43, zips
from waarmerk.formats.write_districts import write_510_over_districts
from waarmerk.machine import clock, files
from waarmerk.pages import tabulated
from waarmerk.tabulation.add_up import Part, Tabulation, Target, add_up
from waarmerk.tabulation.climb import Climb, climb
from waarmerk.tabulation.levels import bodies

ENDINGS = (".xml", ".csv", ".zip")


@dataclass(slots=True)
class _Found:
    """What a folder holds."""

    parts: list[Part] = field(default_factory=list)
    definitions: list[ElectionDefinition] = field(default_factory=list)
    lists: list[CandidateLists] = field(default_factory=list)

    @property
    def named(self) -> dict[str, tuple[NamedList, ...]]:
        """The candidate lists by contest."""
        return {one.id or "": one.lists for document in self.lists for one in document.contests}


@click.command("tabulate")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o", "out", type=click.Path(path_type=Path), required=True, help="OUT.xml, OUT.csv or OUT.json; else a folder."
)
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
@click.option("--contest", metavar="ID[:NAME]", help="The district of CSV files, which do not say it: 13:Rotterdam.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.pass_context
def tabulate(context: click.Context, folder: Path, out: Path, as_json: bool, contest: str | None, force: bool) -> None:
    """Tel de tellingen in FOLDER op. Add up the counts in FOLDER.

    Exit code 0: every sum and every level agrees; 1: something differs; 2: a file could not be added.
    """
    found = _found(folder)
    created = clock.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S.000")
    if found.definitions:
        whole = climb(bodies(found.definitions[0]), found.parts, found.named, created)
    else:
        whole = Climb.of_one(add_up(found.parts, (), _target(found.parts, contest, created)))
    _write(whole, found, out, force=force)
    lang = language(context)
    said = json.dumps(tabulated.as_json(whole), ensure_ascii=False) if as_json else tabulated.text(whole, lang)
    click.echo(said)
    context.exit(0 if whole.agrees else 1)


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
            click.echo(f"{name}: {type(value).__name__}", err=True)
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
