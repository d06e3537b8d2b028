"""``waarmerk send``: bring an envelope to its receiver and file the receipt."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, options, words
from waarmerk.cli.receipt import explain, verdict, warn
from waarmerk.machine import clock, http
from waarmerk.office import sending, trust_folder
from waarmerk.office.own_acts import of_envelope
from waarmerk.office.sending import Said
from waarmerk.seal.receipt import Receipt, Verdict
from waarmerk.seal.trust import TrustList
from waarmerk.wire.digests import transfer_code
from waarmerk.wire.shape import format_time

WAIT = 30
"""Minutes without an answer after which people telephone (security.md 3.13)."""


@click.command()
@click.argument("envelope", type=options.FILE)
@click.option("--to", required=True, metavar="URL|FOLDER", help="The receiver's address, or a folder on a stick.")
@options.trust
@click.option(
    "--wait",
    type=click.IntRange(0, 24 * 60),
    default=WAIT,
    show_default=True,
    help="Minutes to wait for the receipt; then call the receiver.",
)
def send(envelope: Path, to: str, trust: Path, wait: int) -> None:
    """Send ENVELOPE and wait for its receipt; safe to repeat: the receiver gives the same receipt."""
    said = bring(envelope, to, trust, wait)
    if said is not None and said.verdict is Verdict.REJECTED:
        raise click.exceptions.Exit(1)


def bring(envelope: Path, to: str, trust: Path, wait: int = WAIT, *, tell: bool = True) -> Receipt | None:
    """Send an envelope, tell what came back and return it; ``None`` when a stick goes and nothing came back yet."""
    say, known = words(), trust_folder.load(trust)
    acts = of_envelope(envelope)
    if tell and acts is not None:
        warn(acts.look(known, clock.now()))
    code = transfer_code(sending.outbox_of(envelope).manifest_of(envelope).sha256)
    if not http.is_address(to):
        path = sending.by_stick(envelope, Path(to), trust)
        echo(say("send.copied", path=path))
        echo(say("send.read_code", code=code))
        back = sending.receipts_on_stick(envelope, Path(to), known)
        for said in back:
            _tell(said)
        return back[-1].receipt if back else None
    answered = _by_network(envelope, to, known, wait)
    if answered is None:
        echo(say("send.later", path=envelope, to=to))
        raise click.exceptions.Exit(3)
    echo(say("send.sent", size=say.number(envelope.stat().st_size), to=to))
    _tell(answered)
    echo(say("send.read_code", code=code))
    for path in answered.missing:
        # An old backup was put back at the receiver, and it asks for what it has no more.
        echo(say("send.missing", path=path), err=True)
        again = _by_network(path, to, known, wait)
        if again is not None:
            _tell(again)
    return answered.receipt


def _by_network(envelope: Path, to: str, known: TrustList, wait: int) -> Said | None:
    say, told = words(), set[str]()

    def waiting(code: str) -> None:
        if code not in told:
            echo(say("send.newer" if code == "E-TRU-NEWER" else "send.waiting"), err=True)
        told.add(code)

    return sending.by_network(envelope, to, known, patience=wait * 60, waiting=waiting)


def _tell(said: Said) -> None:
    say, receipt = words(), said.receipt
    echo(say("send.receipt", verdict=verdict(receipt), receiver=receipt.receiver, time=format_time(receipt.received)))
    explain(receipt)
    if said.behind:
        warn(["W-CLK-BEHIND"])
    if receipt.verdict is Verdict.RECEIVED:
        echo(say("send.home"))
    echo(say("send.filed", path=said.path))
