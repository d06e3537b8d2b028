"""``waarmerk convert``: one count from one form to another, by the name of the result; it says what the result cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from waarmerk import formats
from waarmerk.election.count import Count, ElectionInfo
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
    "--election", metavar="ID", help="Election of the result where the count cannot say it, as in EML: TK2023."
)
@click.option("--date", metavar="YYYY-MM-DD", help="Date of the election where the count cannot say it.")
@click.option(
    "--contest", metavar="ID[:NAME]", help="District of the candidates where a CSV cannot say it: 13:Rotterdam."
)
@click.option("--created", metavar="TIME", help="Time of creation in the result, ISO local time; now when left out.")
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
    which a 510 has not and its CSV needs.
    """
    if len(paths) not in (2, 3):
        raise WrongUse("convert takes a count, perhaps its candidate lists (230b), and the name of the result")
    source, out = paths[0], paths[-1]
    target = files.output(out, force=force)
    write = _writer(out)
    value = read_count(source)
    value = replace(value, election=_election(value.election, election, date))
    named = _lists(paths[1]) if len(paths) == 3 else None
    chosen = _contest(contest) or _contest_of(value, named)
    if chosen:
        value = replace(value, contest_id=chosen.id, contest_name=chosen.name)
    if created:
        value = replace(value, created=created)
    for what in write(value, named, target):
        click.echo(f"{out.name} cannot carry {what}", err=True)


Writer = Callable[[Count, CandidateLists | None, files.Output], tuple[str, ...]]


def _writer(out: Path) -> Writer:
    writers: dict[str, Writer] = {".xml": _as_eml, ".csv": _as_csv, **dict.fromkeys(TABLES, _as_table)}
    if out.suffix.lower() not in writers:
        raise WrongUse(f"{out.name}: the name of the result must end in {', '.join(writers)}")
    return writers[out.suffix.lower()]


def _as_eml(count: Count, lists: CandidateLists | None, target: files.Output) -> tuple[str, ...]:
    created = count.created or clock.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S.000")
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


def _lists(path: Path) -> CandidateLists:
    value = _read(path)
    if not isinstance(value, CandidateLists):
        raise WrongUse(f"{path.name} holds no candidate lists (230b)")
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
    archive = formats.zips.Archive(stream)
    found = list(archive.members())
    if len(found) != 1:
        raise WrongUse(f"{path.name} holds {len(found)} files; take out the one to convert")
    yield found[0]


def _election(info: ElectionInfo, election: str | None, date: str | None) -> ElectionInfo:
    changed = replace(info, id=election, category=election[:2], subcategory=None) if election else info
    return replace(changed, date=date) if date else changed


def _contest(text: str | None) -> Contest | None:
    if text is None:
        return None
    identifier, _, name = text.partition(":")
    return Contest(identifier, name or None)


def _contest_of(count: Count, lists: CandidateLists | None) -> Contest | None:
    """The contest of the candidate lists, where the count says none and they have one."""
    if count.contest_id is not None or lists is None or len(lists.contests) != 1:
        return None
    (only,) = lists.contests
    return Contest(only.id, only.name) if only.id else None
