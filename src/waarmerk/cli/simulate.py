"""``waarmerk simulate``: a folder with a made-up election (definition, candidate lists, counts), to try things out with.

With ``--mistakes`` a file beside them tells the truth about every mistake that was made on purpose (docs/formats.md).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import click

from waarmerk.checks.mistakes import Kind as Mistake
from waarmerk.checks.mistakes import Planted
from waarmerk.cli import echo
from waarmerk.cli.options import TEXT
from waarmerk.errors import WrongUse
from waarmerk.formats import Contest, created_at, write_510
from waarmerk.machine import clock, cores, files
from waarmerk.simulate import country
from waarmerk.simulate.election import KINDS, Kind, election, file_name
from waarmerk.simulate.mistaken import RATE, mistaken, shared_out
from waarmerk.simulate.municipality import municipality as make_up
from waarmerk.simulate.styles import indented

STYLES = ("osv", "indented", "mixed")
CODE = re.compile(r"[0-9]{4}")
MIXED = 10
"""Of so many files in the mixed style, one is indented."""
TRUTH = "mistakes.jsonl"


@click.command("simulate")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="PART",
    help="Part of full size; of TK, 1 is 342 municipalities, 9,896 stations, 1.3 GB. Left out: a small example.",
)
@click.option("--kind", type=click.Choice(list(KINDS)), default="TK", help="Which election is made up.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, help="The same seed gives the same files.")
@click.option(
    "--only", type=TEXT, metavar="CODE", help="Of that country only this municipality: 0363 has 470 stations, 68 MB."
)
@click.option(
    "--style", type=click.Choice(STYLES), default="osv", help="Counts on one line, indented, or one in ten indented."
)
@click.option(
    "--municipality", type=TEXT, metavar="CODE:NAME", help="Only this one, in the contest of --like: 9901:Voorbeelddam."
)
@click.option(
    "--like", type=click.Path(path_type=Path, dir_okay=False), help="A count whose election and ballot are used."
)
@click.option("--mistakes", type=click.IntRange(0, 1000), default=0, help="Make so many mistakes of every kind.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 0.5, min_open=True),
    default=RATE,
    help="At most this part of a count's stations has one, but one at least.",
)
def simulate(
    folder: Path,
    scale: float | None,
    kind: str,
    seed: int,
    only: str | None,
    style: str,
    municipality: str | None,
    like: Path | None,
    mistakes: int,
    rate: float,
) -> None:
    """Schrijf een verzonnen verkiezing in FOLDER. Write a made-up election into FOLDER: definition, lists and counts.

    All people, parties, stations and figures are made up; the name of the election at full size says so.
    """
    if scale is not None and math.isnan(scale):
        raise WrongUse("--scale is a part of full size, between 0 and 1")
    if math.isnan(rate):
        raise WrongUse("--rate is a part of the stations, between 0 and 0.5")
    if municipality is not None:
        if mistakes:
            raise WrongUse("--mistakes is for a whole election, not for --municipality")
        _write(folder, [_one(municipality, like, seed)])
    elif kind == "TK" and (scale is not None or only is not None):
        _country(folder, seed, 1.0 if scale is None else scale, only, style, mistakes, rate)
    elif only is not None or style != "osv":
        raise WrongUse("--only and --style are for the country: --kind TK, and --scale with --style")
    else:
        made = election(KINDS[kind], seed, _times(KINDS[kind], scale))
        made, truth = made.with_mistakes(seed, mistakes, rate)
        _write(folder, made.files())
        if mistakes:
            _tell(folder, [_line(file_name(count), one) for count, one in truth])


def _times(kind: Kind, scale: float | None) -> float:
    """How many times the municipalities of the small example."""
    return 1.0 if scale is None else scale * kind.full / kind.municipalities


def _write(folder: Path, made: Iterable[tuple[str, bytes]]) -> None:
    for name, data in made:
        files.put_new(folder / name, data)
        echo(str(folder / name))


def _tell(folder: Path, lines: Iterable[str]) -> None:
    """Write the truth about the mistakes, a line each."""
    _write(folder, [(TRUTH, "".join(lines).encode())])


def _line(name: str, planted: Planted) -> str:
    return json.dumps({"file": name, **planted.truth()}, separators=(",", ":")) + "\n"


def _country(folder: Path, seed: int, scale: float, only: str | None, style: str, mistakes: int, rate: float) -> None:
    """Write the country on all cores, each count as a stream; with ``only`` one count and the lists of its district."""
    chosen = country.part(scale)
    wanted = [place for place in chosen if only in (None, place.code)]
    if not wanted:
        raise WrongUse(f"there is no municipality {only} in this country; write its code in four digits")
    district = None if only is None else wanted[0].district
    _write(folder, country.documents(seed, chosen, district))
    shares = shared_out(seed, [place.stations for place in chosen], mistakes, rate)
    jobs = [(place, _is_indented(style, index), shares[index]) for index, place in enumerate(chosen) if place in wanted]
    truth = _counts(folder, seed, jobs)
    if mistakes:
        _tell(folder, truth)


def _is_indented(style: str, index: int) -> bool:
    return style == "indented" or (style == "mixed" and index % MIXED == MIXED - 1)


Job = tuple[country.Place, bool, tuple[Mistake, ...]]


def _counts(folder: Path, seed: int, jobs: Sequence[Job]) -> list[str]:
    truth: list[str] = []
    progress = cores.Progress(len(jobs))
    try:
        for path, lines in cores.each(partial(_count, folder, seed), jobs):
            truth.extend(lines)
            echo(str(path))
            progress.step(path.name)
    finally:
        progress.close()
    return truth


def _count(folder: Path, seed: int, job: Job) -> tuple[Path, list[str]]:
    """Write one count; return its path and the truth about its mistakes."""
    place, laid_out, kinds = job
    path = folder / country.file_name(place)
    count, made = mistaken(seed, country.count(seed, place), kinds)
    pieces = write_510(count)
    with files.staged(path) as out:
        for piece in indented(pieces) if laid_out else pieces:
            out.write(piece)
    return path, [_line(path.name, one) for one in made]


def _one(who: str, like: Path | None, seed: int) -> tuple[str, bytes]:
    from waarmerk.cli.convert import read_count

    code, colon, name = who.partition(":")
    if not (colon and like is not None and CODE.fullmatch(code)):
        raise WrongUse("give CODE:NAME (a code of four digits), and with --like a count in whose contest it stands")
    model = read_count(like)
    count = make_up(
        seed,
        code,
        name,
        election=model.election,
        contest=Contest(model.contest_id or "geen", model.contest_name),
        ballot=model.ballot,
        created=created_at(clock.now()),
    )
    return "telling.eml.xml", b"".join(write_510(count))
