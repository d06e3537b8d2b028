"""``waarmerk convert``: one count from one form to another, by the name of the result; it says what the result cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from waarmerk import formats
from waarmerk.cli import echo
from waarmerk.cli.options import TEXT
from waarmerk.election.count import Count, ElectionInfo
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.formats import Contest, tidy
from waarmerk.machine import clock, files, tables

COLUMNS = [(column.name, column.number) for column in tidy.COLUMNS]
TABLES = {
    ".parquet": (tables.to_parquet, tables.from_parquet),
    ".sqlite": (tables.to_sqlite, tables.from_sqlite),
}
"""Forms of the tidy table: what writes and what reads them."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="COUNT [LISTS] OUT", type=click.Path(path_type=Path))
@click.option(
    "--election",
    type=TEXT,
    metavar="ID",
    help="Election of the result where the count cannot say it, as in EML: TK2023.",
)
@click.option("--date", type=TEXT, metavar="YYYY-MM-DD", help="Date of the election where the count cannot say it.")
@click.option(
    "--contest",
    type=TEXT,
    metavar="ID[:NAME]",
    help="District of the candidates where a CSV cannot say it: 13:Rotterdam.",
)
@click.option(
    "--created", type=TEXT, metavar="TIME", help="Time of creation in the result, ISO local time; now when left out."
)
@click.option("--force", is_flag=True, help="Overwrite OUT.")
def convert(
    paths: tuple[Path, ...],
    election: str | None,
    date: str | None,
    contest: str | None,
    created: str | None,
    force: bool,
) -> None:
    """Convert COUNT to OUT, by the name of OUT: .xml (EML 510), .csv (OSV4-3), .parquet or .sqlite (tidy table).

    COUNT is EML 510, OSV4-3 CSV, a ZIP with one of them, or a tidy table. LISTS is the 230b with the names of candidates,
    which a 510 has not and its CSV needs; a 230b or 110a also says the election and district that a CSV does not say.
    """
    if len(paths) not in (2, 3):
        raise WrongUse("convert takes a count, perhaps its candidate lists (230b), and the name of the result")
    source, out = paths[0], paths[-1]
    target = files.output(out, force=force)
    write = _writer(out)
    value = read_count(source)
    beside = _beside(paths[1]) if len(paths) == 3 else None
    value = replace(value, election=_election(value.election, beside, election, date))
    chosen = _contest(contest) or _contest_of(value, beside)
    if chosen:
        value = replace(value, contest_id=chosen.id, contest_name=chosen.name)
    if created:
        value = replace(value, created=created)
    lists = beside if isinstance(beside, CandidateLists) else None
    for what in write(value, lists, target):
        echo(f"{out.name} cannot carry {what}", err=True)


Writer = Callable[[Count, CandidateLists | None, files.Output], tuple[str, ...]]


def _writer(out: Path) -> Writer:
    writers: dict[str, Writer] = {".xml": _as_eml, ".csv": _as_csv, **dict.fromkeys(TABLES, _as_table)}
    if out.suffix.lower() not in writers:
        raise WrongUse(f"{out.name}: the name of the result must end in {', '.join(writers)}")
    return writers[out.suffix.lower()]


def _as_eml(count: Count, lists: CandidateLists | None, target: files.Output) -> tuple[str, ...]:
    created = count.created or formats.created_at(clock.now().astimezone())
    target.write(b"".join(formats.write_510(replace(count, created=created), lists=lists)))
    named = any(candidate.name for one in count.ballot.lists for candidate in one.candidates)
    return ("names of candidates",) if named else ()


def _as_csv(count: Count, lists: CandidateLists | None, target: files.Output) -> tuple[str, ...]:
    target.write(b"".join(formats.write_osv43(count, lists)))
    return formats.lost_in_csv(count)


def _as_table(count: Count, lists: CandidateLists | None, target: files.Output) -> tuple[str, ...]:
    named = formats.with_names(count, lists) if lists else count
    write, _ = TABLES[target.path.suffix.lower()]
    target.write(write(COLUMNS, tidy.rows(named)))
    return tidy.lost(count)


def read_count(path: Path) -> Count:
    """Return the one count in a file or ZIP; ``WrongUse`` when there is none, or more than one."""
    if path.suffix.lower() in TABLES:
        _, read = TABLES[path.suffix.lower()]
        return tidy.count_of(read(path, COLUMNS))
    value = _read(path)
    if not isinstance(value, Count):
        raise WrongUse(f"{path.name} holds no count of votes")
    return value


def _beside(path: Path) -> CandidateLists | ElectionDefinition:
    value = _read(path)
    if not isinstance(value, CandidateLists | ElectionDefinition):
        raise WrongUse(f"{path.name} holds neither candidate lists (230b) nor an election definition (110a)")
    return value


def _read(path: Path) -> formats.Value:
    with files.open_regular(path) as stream, _single(path, stream) as (name, source):
        value = formats.read(source, name)
    if isinstance(value, Rejection):
        raise BadData(value.code, f"{name}: {value.reason}", value.place)
    return value


@contextmanager
def _single(path: Path, stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    if path.suffix.lower() != ".zip":
        yield path.name, stream
        return
    archive = formats.zips.Archive(stream, formats.zips.EXPORT)
    found = list(archive.members())
    if len(found) != 1:
        raise WrongUse(f"{path.name} holds {len(found)} files; take out the one to convert")
    yield found[0]


def _election(
    info: ElectionInfo, beside: CandidateLists | ElectionDefinition | None, election: str | None, date: str | None
) -> ElectionInfo:
    """The election as the count says it, as the document beside it says it where the count does not, or as it was typed."""
    found = beside.head.election if beside is not None and info.id in (None, beside.head.election.id) else info
    changed = replace(found, id=election, category=election[:2], subcategory=None) if election else found
    return replace(changed, date=date) if date else changed


def _contest(text: str | None) -> Contest | None:
    if text is None:
        return None
    identifier, _, name = text.partition(":")
    return Contest(identifier, name or None)


def _contest_of(count: Count, beside: CandidateLists | ElectionDefinition | None) -> Contest | None:
    """The contest of the candidate lists, or of the municipality in the tree, where the count says none."""
    if count.contest_id is not None or beside is None:
        return None
    if isinstance(beside, ElectionDefinition):
        return formats.contest_in(beside, count.authority_id)
    if len(beside.contests) != 1:
        return None
    (only,) = beside.contests
    return Contest(only.id, only.name) if only.id else None
