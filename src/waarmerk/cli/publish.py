"""``waarmerk publish``: write the public folder: log, files, proofs, and the pages that are made from nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk import site
from waarmerk.cli import echo, options, words
from waarmerk.errors import BadData
from waarmerk.machine import clock, files
from waarmerk.office.keeper import service_key
from waarmerk.office.sealing import organisation
from waarmerk.publication.operator import LogSigner
from waarmerk.publication.write import publish as write
from waarmerk.web import database


@click.command()
@click.argument("out", type=options.FOLDER)
@options.sender
@click.option("--folder", type=options.FOLDER, default=Path(), help="The authority's folder, as for `serve`.")
@click.option("--log-key", type=options.FILE, required=True, help="The log's key (waarmerk key new --service).")
@click.option("--origin", required=True, help="The log's name, as in the trust list: uitslag.example/tk2023.")
def publish(out: Path, org: str, folder: Path, log_key: Path, origin: str) -> None:
    """Write what was accepted, and every receipt, to the public folder OUT. Safe to repeat."""
    org, now, say = organisation(org), clock.now(), words()
    database.prepare(folder.resolve(), org)
    from waarmerk.web import publishing
    from waarmerk.web.service import beside

    house = beside()
    publishing.raise_floor(house, out, now)
    batch = publishing.batch(house)
    try:
        written = write(out, batch, LogSigner(origin, service_key(log_key), org), now=now)
    except files.Differs as error:
        raise BadData("E-FIL-HASH", str(error)) from None
    publishing.record(house, now)
    site.build(out)
    echo(say("publish.done", entries=written.checkpoint.size, files=len(batch.files), path=out))
    if not batch.files:
        echo(say("publish.nothing"), err=True)
