"""``waarmerk sign``: read the draft again, show what it says, add one person's signature; the last one needed seals it."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.cli.decide import described
from waarmerk.errors import BadData
from waarmerk.machine import clock, files
from waarmerk.office import sealing, trust_folder
from waarmerk.office.outbox import Outbox
from waarmerk.office.sealing import Opened, Sender
from waarmerk.pages.summary import summary
from waarmerk.seal.container import MANIFEST, RECEIPT, TRUST_LIST
from waarmerk.seal.decision import Decision
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.trust import ACCEPT_ROLE, TrustList
from waarmerk.wire.shape import format_time


@click.command()
@click.argument("draft", type=options.FILE)
@click.option(
    "--key", type=options.FILE, required=True, help="Your key: a key file, or the .pub of a token or agent key."
)
@options.trust
@click.option(
    "--outbox", type=options.FOLDER, default=Path("outbox"), help="Where the envelope goes when two have signed."
)
@click.option("--yes", is_flag=True, help="Do not ask: the figures were compared with paper.")
def sign(draft: Path, key: Path, trust: Path, outbox: Path, yes: bool) -> None:
    """Show what DRAFT says and add your signature to it."""
    name = sealing.container_of(draft)
    if name == TRUST_LIST:
        raise BadData("E-OUT-TYPE", "a trust list is signed with `waarmerk trust sign`")
    known = trust_folder.load(trust)
    if name == MANIFEST:
        _sign_delivery(draft, key, known, Outbox(outbox), yes=yes)
    else:
        _sign_by_two(draft, key, known, name, yes=yes)


def _sign_delivery(draft: Path, key: Path, trust: TrustList, outbox: Outbox, *, yes: bool) -> None:
    say, now = words(), clock.now()
    with sealing.open_draft(draft) as opened:
        manifest, made = opened.draft.manifest, opened.draft.signed.signatures
        sender = Sender(manifest.sender, trust, outbox)
        persons = [sender.body.keys[key_id].person for key_id in made if key_id in sender.body.keys]
        read = opened.content()
        echo(
            summary(manifest, read, title="sign", sender=sender.body.name, signed_by=persons, lang=language()), nl=False
        )
        confirm(yes=yes)
        public, armored = sealing.make_signature(manifest.data, key, MANIFEST)
        person = sealing.person_of(public, sender.body, manifest.kind, made, now)
        signed = Opened(opened.draft.with_signature(public.id, armored), opened.sources)
        sealing.write_draft(signed, draft, force=True)
        echo(say("sign.added", person=person, key=public.id, path=draft), err=True)
        missing = sealing.missing_persons(signed.draft.signed, sender.body, manifest.kind, now)
        if missing:
            echo(say("sign.more", n=missing, path=draft), err=True)
            return
        path = sealing.envelope(signed, sender)
    echo(say("sign.sealed", path=path), err=True)
    echo(say("sign.send", path=path), err=True)


def _sign_by_two(draft: Path, key: Path, trust: TrustList, name: str, *, yes: bool) -> None:
    """An acceptance or a decision: shown, and signed by one of two persons of the receiver."""
    say = words()
    signed = sealing.read_signed(draft, name)
    made = Receipt.from_bytes(signed.document) if name == RECEIPT else Decision.from_bytes(signed.document)
    # A decision may be that this very clock is right.
    at = trust.judged_at(clock.now()) if isinstance(made, Receipt) else None
    if made.receiver not in trust.orgs:
        raise BadData("E-ADR-SENDER", f"{made.receiver} is not in the trust list")
    body = trust.orgs[made.receiver]
    echo(say("summary.sign"))
    if isinstance(made, Receipt):
        echo(say("summary.accept", sender=made.sender, sequence=made.stream_sequence))
        echo(f"{made.manifest}  {format_time(made.received)}")
    else:
        echo(described(made))
    confirm(yes=yes)
    public, armored = sealing.make_signature(signed.document, key, name)
    person = sealing.person_of(public, body, ACCEPT_ROLE, signed.signatures, at)
    signed = signed.with_signature(public.id, armored)
    files.replace(draft, signed.to_bytes())
    echo(say("sign.added", person=person, key=public.id, path=draft), err=True)
    missing = sealing.missing_persons(signed, body, ACCEPT_ROLE, at)
    ready = "sign.ready" if name == RECEIPT else "decide.ready"
    echo(say("sign.more", n=missing, path=draft) if missing else say(ready, path=draft), err=True)


def confirm(*, yes: bool, question: str = "confirm") -> None:
    """Ask the person whether what was shown is right; without a clear yes nothing is signed."""
    say = words()
    if yes:
        return
    answer = click.prompt(say(f"summary.{question}"), default="", show_default=False, err=True)
    if answer.strip().lower() != say("summary.yes"):
        echo(say("summary.not_confirmed"), err=True)
        raise click.exceptions.Exit(1)
