"""``waarmerk receipt``: show what a receiver said, and whether it was the receiver who said it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.cli.open import tell_strength
from waarmerk.errors import BadData
from waarmerk.machine import files, http
from waarmerk.office import sending, trust_folder
from waarmerk.office.outbox import Outbox
from waarmerk.office.sealing import organisation
from waarmerk.pages import catalogue
from waarmerk.seal import receipt as receipts
from waarmerk.seal.container import RECEIPT, Signed, largest
from waarmerk.seal.signatures import strength_in
from waarmerk.wire.shape import format_time


@click.group()
def receipt() -> None:
    """Receipts."""


@receipt.command()
@click.argument("path", type=options.FILE)
@click.option("--trust", type=options.FOLDER, help="Folder with the trust list, to check who signed.")
def show(path: Path, trust: Path | None) -> None:
    """Show a receipt, verified when a trust list is given, and how strong the signatures of its delivery beside it are."""
    say, known = words(), trust_folder.load(trust) if trust else None
    signed = Signed.from_bytes(files.read_bounded(path, largest(RECEIPT), "E-MAN-SIZE"), RECEIPT)
    if known is None:
        said = receipts.Receipt.from_bytes(signed.document)
        echo(say("receipt.unchecked"), err=True)
    else:
        said = receipts.check(signed, known)
    values = {"receiver": said.receiver, "time": format_time(said.received), "sender": said.sender}
    echo(say("receipt.valid", sequence=said.stream_sequence, verdict=verdict(said), **values))
    explain(said)
    beside = path.with_name(f"{path.name.partition('.receipt-')[0]}.tar")
    if known is not None and said.sender in known.orgs and beside != path and beside.is_file():
        sent = Outbox(path.parent).head_of(beside)
        if sent.sha256 == said.manifest:
            tell_strength(strength_in(sent.signatures, known.orgs[said.sender]))


@receipt.command("continue")
@click.argument("source", metavar="URL|RECEIPT")
@options.sender
@options.trust
@options.outbox
@click.option("--election", type=options.TEXT, help="Which election, where the trust list is for a group of them.")
def continue_(source: str, org: str, trust: Path, outbox: Path, election: str | None) -> None:
    """Continue from where the receiver says that your stream ends: after a fork, a broken chain or a lost outbox.

    From the receiver's address, or from the newest receipt that you have of it.
    """
    known, org = trust_folder.load(trust), organisation(org)
    if org not in known.orgs:
        raise BadData("E-ADR-SENDER", f"{org} is not in the trust list")
    if http.is_address(source):
        container = sending.head(source, election or known.election, org, known.orgs[org].epoch)
    else:
        container = files.read_bounded(Path(source), largest(RECEIPT), "E-MAN-SIZE")
    said = receipts.check(Signed.from_bytes(container, RECEIPT), known)
    if said.sender != org:
        raise BadData("E-RCP-OTHER", f"the receipt is for {said.sender}, not for {org}")
    aside = Outbox(outbox).continue_from(said, container)
    say = words()
    for path in aside:
        echo(say("receipt.aside", path=path), err=True)
    number, manifest = said.end_of_stream or (0, "")
    echo(say("receipt.continued", sequence=number + 1, manifest=manifest))


def verdict(said: receipts.Receipt) -> str:
    """Return what a receipt says in the reader's language."""
    return str(words("screens")(f"state.{said.verdict.value}.word"))


def warn(codes: Iterable[str]) -> None:
    """Say what people at this machine must know, and what to do about it."""
    say, lang = words(), language()
    for code in codes:
        text = catalogue.text(code, lang)
        echo(say("receipt.code", title=text.title, code=code), err=True)
        for step in text.do.get("sender", ()):
            echo(say("tip", step=step), err=True)


def explain(said: receipts.Receipt) -> None:
    """Print what each code of a receipt means and, when the delivery does not count, what the sender has to do."""
    say, lang = words(), language()
    steps: list[str] = []
    for code in said.codes:
        if code not in catalogue.codes(lang):
            # A receiver of a newer version may know codes that we do not.
            echo(say("receipt.code", title="?", code=code))
            continue
        text = catalogue.text(code, lang)
        echo(say("receipt.code", title=text.title, code=code))
        steps += text.do.get("sender", ())
    if said.verdict in (receipts.Verdict.REJECTED, receipts.Verdict.HELD):
        for step in dict.fromkeys(steps or [say("receipt.call")]):
            echo(say("tip", step=step))
