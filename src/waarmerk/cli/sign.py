"""``waarmerk sign``: read the draft again, show what it says, add one person's signature; the last one needed seals it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.cli.decide import described
from waarmerk.cli.receipt import warn
from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import clock, files
from waarmerk.office import sealing, trust_folder
from waarmerk.office.outbox import Outbox
from waarmerk.office.own_acts import SAME_MACHINE
from waarmerk.office.sealing import Opened, Sender
from waarmerk.pages.summary import summary
from waarmerk.seal.container import ENROLMENT, MANIFEST, RECEIPT, TRUST_LIST
from waarmerk.seal.decision import Decision
from waarmerk.seal.enrolment import Enrolment
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.trust import ACCEPT_ROLE, TrustList
from waarmerk.wire.digests import printed_key
from waarmerk.wire.shape import format_time
from waarmerk.wire.sshkeys import PublicKey

Make = Callable[[bytes, str], tuple[PublicKey, bytes]]
"""How one signature is had: made now with a key, or taken from a file."""


@click.command()
@click.argument("draft", type=options.FILE)
@click.option(
    "--key",
    type=options.FILE,
    multiple=True,
    callback=options.once,
    help="Your key: a key file, or the .pub of a token or agent key.",
)
@click.option(
    "--signature",
    type=options.FILE,
    multiple=True,
    callback=options.once,
    help="A signature made elsewhere: in a browser, or by hand.",
)
@click.option("--trust", type=options.FOLDER, help="Folder with root-card.json, 1.tar, 2.tar …; not for a request.")
@click.option(
    "--outbox", type=options.FOLDER, default=Path("outbox"), help="Where the envelope goes when two have signed."
)
@options.keys
@click.option("--yes", is_flag=True, help="Do not ask: the figures were compared with paper. Not in production.")
def sign(
    draft: Path,
    key: Path | None,
    signature: Path | None,
    trust: Path | None,
    outbox: Path,
    keys: Path | None,
    yes: bool,
) -> None:
    """Show what DRAFT says and add one signature to it: yours, or one that was made elsewhere."""
    make = how(key, signature)
    name = sealing.container_of(draft)
    if name == TRUST_LIST:
        raise BadData("E-OUT-TYPE", "a trust list is signed with `waarmerk trust sign`")
    if name == ENROLMENT:
        _sign_request(draft, make, ask=not (yes or signature))
        return
    if trust is None:
        raise WrongUse(words()("sign.trust"))
    known = trust_folder.load(trust)
    check_yes(known, yes=yes)
    if name == MANIFEST:
        _sign_delivery(draft, make, known, Outbox(outbox), keys, here=key is not None, ask=not (yes or signature))
    else:
        _sign_by_two(draft, make, known, name, ask=not (yes or signature))


def how(key: Path | None, signature: Path | None) -> Make:
    """Return how the signature is had; one run makes or takes one."""
    if (key is None) == (signature is None):
        raise WrongUse(words()("sign.which"))
    # Before anybody reads a page of figures.
    if not (key or signature or Path()).is_file():
        raise WrongUse(words()("deliver.not_there", path=key or signature))
    if key is not None:
        return lambda document, name: sealing.make_signature(document, key, name)
    return lambda document, name: sealing.take_signature(document, signature or Path(), name)


def check_yes(trust: TrustList, *, yes: bool) -> None:
    """Refuse to sign unseen in ``production``: there each person reads and answers (security.md 3.10)."""
    if yes and trust.environment == "production":
        raise WrongUse(words()("sign.no_yes"))


def _sign_delivery(
    draft: Path, make: Make, trust: TrustList, outbox: Outbox, keys: Path | None, *, here: bool, ask: bool
) -> None:
    with sealing.open_draft(draft, keys) as opened:
        sender = Sender(opened.draft.manifest.sender, trust, outbox)
        warn(sender.acts.look(trust, clock.now()))
        signed = add_signature(opened, draft, sender, make, here=here, ask=ask)
        finish(signed, draft, sender)


def add_signature(opened: Opened, draft: Path, sender: Sender, make: Make, *, here: bool, ask: bool) -> Opened:
    """Show the draft, add one signature to it and write it; whoever signs on this machine for another is told so."""
    say, manifest, made = words(), opened.draft.manifest, opened.draft.signed
    read, persons = opened.content(), sealing.persons_of(made.signatures, sender.body)
    echo(summary(manifest, read, title="sign", sender=sender.body.name, signed_by=persons, lang=language()), nl=False)
    confirm(yes=not ask)
    public, armored = make(manifest.data, MANIFEST)
    result, person, same = sealing.signed_by_person(opened, public, armored, sender, here=here, now=clock.now())
    sealing.write_draft(result, draft, sender.body, force=True)
    echo(say("sign.added", person=person, key=public.id, path=draft), err=True)
    if same:
        warn([SAME_MACHINE])
    return result


def finish(opened: Opened, draft: Path, sender: Sender) -> Path | None:
    """Seal a draft that has its signatures and return the envelope; one that travels goes home first."""
    say, manifest = words(), opened.draft.manifest
    missing = sealing.missing_persons(opened.draft.signed, sender.body, manifest.kind, sender.at(clock.now()))
    if missing:
        echo(say("sign.more", n=missing, path=draft), err=True)
    elif opened.travels:
        echo(say("sign.home", path=draft), err=True)
    else:
        path = sealing.envelope(opened, sender)
        echo(say("sign.sealed", path=path), err=True)
        echo(say("sign.send", path=path), err=True)
        return path
    return None


def _sign_by_two(draft: Path, make: Make, trust: TrustList, name: str, *, ask: bool) -> None:
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
    confirm(yes=not ask)
    public, armored = make(signed.document, name)
    signed, person = sealing.with_person(signed, public, armored, body, ACCEPT_ROLE, at)
    files.replace(draft, signed.to_bytes())
    echo(say("sign.added", person=person, key=public.id, path=draft), err=True)
    missing = sealing.missing_persons(signed, body, ACCEPT_ROLE, at)
    ready = "sign.ready" if name == RECEIPT else "decide.ready"
    echo(say("sign.more", n=missing, path=draft) if missing else say(ready, path=draft), err=True)


def _sign_request(path: Path, make: Make, *, ask: bool) -> None:
    """A request to be listed: signed once, by the key that it is about."""
    say, request = words(), sealing.read_signed(path, ENROLMENT)
    made = Enrolment.from_bytes(request.document)
    echo(say("summary.sign"))
    echo(say("key.asks", person=made.person, org=made.org, number=printed_key(made.key.id)))
    confirm(yes=not ask)
    files.replace(path, sealing.with_own_key(request, *make(request.document, ENROLMENT)).to_bytes())
    echo(say("sign.added", person=made.person, key=made.key.id, path=path), err=True)


def confirm(*, yes: bool, question: str = "confirm") -> None:
    """Ask the person whether what was shown is right; without a clear yes nothing is signed."""
    say = words()
    if yes:
        return
    answer = click.prompt(say(f"summary.{question}"), default="", show_default=False, err=True)
    if answer.strip().lower() != say("summary.yes"):
        echo(say("summary.not_confirmed"), err=True)
        raise click.exceptions.Exit(1)
