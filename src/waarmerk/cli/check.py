"""``waarmerk check``: read results files, examine them, and say in one screen what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from waarmerk import checks
from waarmerk.checks.postcodes import COLUMNS, by_postcode, read_postcodes
from waarmerk.cli import echo, echo_json, inputs, language
from waarmerk.election.count import Count, Level
from waarmerk.errors import Rejection, WrongUse
from waarmerk.formats import NoResults, NotCounted, Reading
from waarmerk.machine.files import open_regular, output
from waarmerk.machine.tables import from_parquet
from waarmerk.pages import report
from waarmerk.pages.catalogue import LANGUAGES
from waarmerk.pages.check_page import render_check
from waarmerk.pages.paths import shown
from waarmerk.pages.protocol_tables import protocol_tables
from waarmerk.pages.report_json import report_json
from waarmerk.wire.digests import differing_groups, parse_printed

FAST = "fast"
READERS = (FAST, "general")
"""Both give the same answer; the fast one proves canonical bytes instead of parsing them."""
PARQUET = b"PAR1"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a report.")
@click.option("--protocol", metavar="NAME", help=f"Edition of the control protocol: {', '.join(checks.NAMES)}.")
@click.option("--postcodes", type=click.Path(), metavar="FILE", help="Post code to neighbourhood, Parquet or CSV.")
@click.option(
    "--earlier",
    type=click.Path(),
    multiple=True,
    metavar="PATH",
    help="Counts of an earlier election: what to expect of the lists. May be given again.",
)
@click.option(
    "--budget",
    type=click.FloatRange(0, 100, min_open=True),
    metavar="N",
    help="Flag at most N statistical findings per hundred stations, the likeliest and largest first.",
)
@click.option(
    "--statistics/--no-statistics", default=True, help="Without: only the law, sums and the control protocol."
)
@click.option("--replaces", type=click.Path(path_type=Path), metavar="OLD", help="The version that this file replaces.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as one HTML page.")
@click.option(
    "--protocol-csv", type=click.Path(path_type=Path), metavar="DIR", help="Write the tables a.csv, b.csv, c.csv."
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--printed", metavar="DIGEST", help="The 16 groups of 4 on the paper record: compared with the file.")
@click.option(
    "--reader",
    type=click.Choice(READERS),
    default=FAST,
    help="general: every byte by the reader that is the authority.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report; Dutch unless said otherwise.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    as_json: bool,
    protocol: str | None,
    postcodes: str | None,
    earlier: tuple[str, ...],
    budget: float | None,
    statistics: bool,
    replaces: Path | None,
    html: Path | None,
    protocol_csv: Path | None,
    force: bool,
    printed: str | None,
    reader: str,
    lang: str | None,
) -> None:
    """Check results files: EML 510, OSV4-3 CSV, ZIP files and folders with them, or - for standard input.

    Exit code 0: nothing to look at; 1: somebody has to look; 2: something could not be read.
    """
    lang = lang or language(ctx)
    page = output(html, force=force) if html else None
    context = checks.Context(
        checks.named(protocol).name if protocol else None,
        _postcodes(postcodes),
        statistics=statistics,
        earlier=_earlier(earlier),
        budget=budget,
    )
    typed = parse_printed(printed) if printed else None
    files = _checked(inputs.readings(paths, fast=reader == FAST), context, typed)
    if not files:
        raise WrongUse("there is no file with results here; .xml, .csv and .zip files are read")
    if typed and len(files) != 1:
        raise WrongUse(f"--printed compares one file with its paper, and here are {len(files)}")
    replaced = _replaced(replaces, files, context) if replaces else None
    if protocol_csv:
        _write_tables(files, protocol_csv, force=force)
    if page:
        page.write(render_check(files, lang, replaced).encode())
    if as_json:
        echo_json(report_json(files, lang, replaced), indent=1)
    else:
        echo(report.text(files, lang, replaced), nl=False)
    ctx.exit(report.exit_code(files))


def _replaced(path: Path, files: Sequence[report.Checked], context: checks.Context) -> report.Replaced:
    """Compare the one count that was checked with an older version of it."""
    new = [file.reading.value for file in files if isinstance(file.reading.value, Count)]
    old = [(r, r.value) for r in inputs.readings((str(path),), fast=True) if isinstance(r.value, Count)]
    if len(new) != 1 or len(old) != 1:
        raise WrongUse(f"--replaces compares one count with one older one, and here are {len(new)} and {len(old)}")
    reading, before = old[0]
    changed = checks.correction(before, new[0], checks.examine(before, context).findings)
    return report.Replaced(reading.name, reading.sha256, changed)


def _write_tables(files: Sequence[report.Checked], folder: Path, *, force: bool) -> None:
    """Write the three tables of the one count with polling stations; several would overwrite each other's rows."""
    counts = [(f.reading.value, f.examined) for f in files if isinstance(f.reading.value, Count) and f.examined]
    counts = [(count, examined) for count, examined in counts if count.level is Level.STATION]
    if len(counts) != 1:
        raise WrongUse(f"--protocol-csv writes the tables of one count of polling stations, and here are {len(counts)}")
    tables = protocol_tables(*counts[0])
    places = {name: output(folder / name, force=force) for name in tables}
    for name, data in tables.items():
        places[name].write(data)


def _postcodes(path: str | None) -> dict[str, str] | None:
    if path is None:
        return None
    with open_regular(Path(path)) as stream:
        parquet = stream.read(len(PARQUET)) == PARQUET
        stream.seek(0)
        return by_postcode(from_parquet(Path(path), COLUMNS)) if parquet else read_postcodes(stream)


def _earlier(paths: Sequence[str]) -> tuple[Count, ...]:
    """Read the counts of earlier elections; a file that cannot be read is named, and nothing is checked without it."""
    if not paths:
        return ()
    found = inputs.readings(paths, fast=True)
    for reading in found:
        if isinstance(reading.value, Rejection):
            raise WrongUse(f"--earlier {reading.name}: {reading.value.code} {reading.value.reason}")
    counts = tuple(r.value for r in found if isinstance(r.value, Count) and r.value.level is Level.STATION)
    if not counts:
        raise WrongUse(f"--earlier {', '.join(paths)}: there is no count of polling stations here")
    return counts


def _checked(readings: Sequence[Reading], context: checks.Context, typed: str | None) -> list[report.Checked]:
    """Examine what was read, each by itself and all against each other."""
    documents = [r.value for r in readings if not isinstance(r.value, Rejection | NoResults | NotCounted)]
    examined = iter(checks.examine_together(documents, context))
    short = shown([reading.name for reading in readings])
    return [
        report.Checked(
            reading.name,
            reading,
            None if isinstance(reading.value, Rejection | NoResults | NotCounted) else next(examined),
            None if typed is None else _compare(typed, reading),
            short[reading.name],
        )
        for reading in readings
    ]


def _compare(typed: str, reading: Reading) -> tuple[int, ...]:
    """Which groups of the paper differ from the file: from its bytes, and from its canonical form where it has one."""
    digests = [reading.sha256, reading.sha256_canonical or reading.sha256]
    return min((tuple(differing_groups(typed, digest)) for digest in digests), key=len)
