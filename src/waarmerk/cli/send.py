"""``waarmerk send``: bring an envelope to its receiver and file the receipt."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, options, words
from waarmerk.cli.receipt import explain, verdict
from waarmerk.errors import BadData, Unreachable
from waarmerk.machine import http
from waarmerk.office import sending, trust_folder
from waarmerk.office.sending import Said
from waarmerk.seal.receipt import Verdict
from waarmerk.wire.digests import transfer_code
from waarmerk.wire.shape import format_time


@click.command()
@click.argument("envelope", type=options.FILE)
@click.option("--to", required=True, metavar="URL|FOLDER", help="The receiver's address, or a folder on a stick.")
@options.trust
def send(envelope: Path, to: str, trust: Path) -> None:
    """Send ENVELOPE; safe to repeat: the receiver gives the same receipt."""
    say, known = words(), trust_folder.load(trust)
    code = transfer_code(sending.outbox_of(envelope).manifest_of(envelope).sha256)
    if not http.is_address(to):
        path = sending.by_stick(envelope, Path(to))
        echo(say("send.copied", path=path))
        echo(say("send.read_code", code=code))
        for said in sending.receipts_on_stick(envelope, Path(to), known):
            _tell(said)
        return
    try:
        answered = sending.by_network(envelope, to, known)
    except BadData as error:
        if error.code == "E-TRU-NEWER":
            raise Unreachable(say("send.newer")) from None
        raise
    if answered is None:
        echo(say("send.later", path=envelope, to=to))
        raise click.exceptions.Exit(3)
    echo(say("send.sent", size=say.number(envelope.stat().st_size), to=to))
    _tell(answered)
    echo(say("send.read_code", code=code))
    if answered.receipt.verdict is Verdict.REJECTED:
        raise click.exceptions.Exit(1)


def _tell(said: Said) -> None:
    say, receipt = words(), said.receipt
    echo(say("send.receipt", verdict=verdict(receipt), receiver=receipt.receiver, time=format_time(receipt.received)))
    explain(receipt)
    if receipt.verdict is Verdict.RECEIVED:
        echo(say("send.home"))
    echo(say("send.filed", path=said.path))
