"""``waarmerk receipt``: show what a receiver said, and whether it was the receiver who said it."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import options, words
from waarmerk.machine import clock, files
from waarmerk.office import trust_folder
from waarmerk.office.sending import MAX_CONTAINER
from waarmerk.seal import receipt as receipts
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.wire.shape import format_time


@click.group()
def receipt() -> None:
    """Receipts."""


@receipt.command()
@click.argument("path", type=options.FILE)
@click.option("--trust", type=options.FOLDER, help="Folder with the trust list, to check who signed.")
def show(path: Path, trust: Path | None) -> None:
    """Show a receipt, verified when a trust list is given."""
    say = words()
    signed = Signed.from_bytes(files.read_bounded(path, MAX_CONTAINER, "E-MAN-SIZE"), RECEIPT)
    if trust is None:
        said = receipts.Receipt.from_bytes(signed.document)
        click.echo(say("receipt.unchecked"), err=True)
    else:
        said = receipts.check(signed, trust_folder.load(trust, clock.now()))
    values = {"receiver": said.receiver, "time": format_time(said.received), "sender": said.sender}
    click.echo(say("receipt.valid", sequence=said.stream_sequence, verdict=said.verdict.value, **values))
    if said.codes:
        click.echo(say("receipt.codes", codes=", ".join(said.codes)))
