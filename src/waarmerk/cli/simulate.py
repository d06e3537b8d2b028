"""``waarmerk simulate``: a folder with a made-up election (definition, candidate lists, counts), to try things out with."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.errors import WrongUse
from waarmerk.formats import Contest, write_510
from waarmerk.machine import clock, files
from waarmerk.simulate.election import KINDS, election
from waarmerk.simulate.municipality import municipality as make_up

MAX_SCALE = 200.0
"""1,800 municipalities: five times the nation."""


@click.command("simulate")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--scale",
    type=click.FloatRange(0, MAX_SCALE, min_open=True),
    default=1.0,
    help="1: three municipalities a district.",
)
@click.option("--kind", type=click.Choice(list(KINDS)), default="TK", help="Which election is made up.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, help="The same seed gives the same files.")
@click.option("--municipality", metavar="CODE:NAME", help="Only this one, in the contest of --like: 9901:Voorbeelddam.")
@click.option(
    "--like", type=click.Path(path_type=Path, dir_okay=False), help="A count whose election and ballot are used."
)
def simulate(folder: Path, scale: float, kind: str, seed: int, municipality: str | None, like: Path | None) -> None:
    """Schrijf een verzonnen verkiezing in FOLDER. Write a made-up election into FOLDER: definition, lists and counts."""
    made = election(KINDS[kind], seed, scale).files() if municipality is None else [_one(municipality, like, seed)]
    for name, data in made:
        files.put_new(folder / name, data)
        click.echo(str(folder / name))


def _one(who: str, like: Path | None, seed: int) -> tuple[str, bytes]:
    from waarmerk.cli.convert import read_count

    code, colon, name = who.partition(":")
    if not (colon and like is not None):
        raise WrongUse("give CODE:NAME, and with --like a count in whose contest it stands")
    model = read_count(like)
    count = make_up(
        seed,
        code,
        name,
        election=model.election,
        contest=Contest(model.contest_id or "geen", model.contest_name),
        ballot=model.ballot,
        created=clock.now().strftime("%Y-%m-%dT%H:%M:%S.000"),
    )
    return "telling.eml.xml", b"".join(write_510(count))
