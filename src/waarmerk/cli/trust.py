"""``waarmerk trust``: make, extend, sign, accept and show the list of whose signature counts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import clock, files, sshkeygen
from waarmerk.office import sealing, trust_editing, trust_folder
from waarmerk.office.trust_editing import NewPerson
from waarmerk.pages.trust_changes import changes
from waarmerk.seal.age import parse_recipient
from waarmerk.seal.container import TRUST_LIST
from waarmerk.seal.trust import KEY_ROLES, TrustList, allowed_signers, nothing_moved
from waarmerk.wire.digests import CROCKFORD, parse_printed_key
from waarmerk.wire.shape import format_time
from waarmerk.wire.sshkeys import PublicKey


@click.group()
def trust() -> None:
    """Make, extend, sign, accept and show the trust list."""


@trust.command()
@click.option("-o", "out", type=options.FILE, required=True, help="The list to write, unsigned.")
@click.option("--card", type=options.FILE, required=True, help="The root card to write.")
@click.option("--election", required=True, help="Election or group: TK2023, GR2026.")
@click.option("--environment", type=click.Choice(["production", "exercise", "test"]), required=True)
@click.option("--root", "roots", type=options.FILE, multiple=True, required=True, help="Public key of a root holder.")
@click.option("--threshold", type=click.IntRange(2), default=2, show_default=True, help="How many roots must sign.")
@click.option("--days", type=int, default=90, show_default=True, help="How long the list is valid.")
def new(
    out: Path, card: Path, election: str, environment: str, roots: tuple[Path, ...], threshold: int, days: int
) -> None:
    """Start a list: version 1, without organisations, and the root card that goes on paper."""
    keys = [PublicKey.parse(sshkeygen.public_text(path)) for path in roots]
    made = trust_editing.draft(
        trust_editing.first(
            election=election, environment=environment, roots=keys, threshold=threshold, days=days, now=clock.now()
        )
    )
    pinned = trust_editing.card(election=election, environment=environment, roots=keys, threshold=threshold)
    files.put_new(out, made.to_bytes())
    files.put_new(card, pinned)
    echo(words()("trust.draft", version=1, path=out))
    echo(words()("trust.card", path=card))


@trust.command()
@click.argument("path", type=options.FILE)
@click.option("--org", required=True, help="Whom to add or extend: gsb:0599.")
@click.option("--name", help="Its name, for people.")
@click.option("--person", "persons", multiple=True, metavar="LABEL=KEY.pub", help="A person's signing key.")
@click.option("--request", "requests", multiple=True, type=options.FILE, help="A person's enrolment request.")
@click.option("--challenge", help="The challenge that the requests answer (waarmerk trust challenge).")
@click.option("--typed", multiple=True, help="The key number on the paper of each request; without it you are asked.")
@click.option("--roles", help="What these keys may do, with commas (default: what a sender of results does).")
@click.option("--recipient", "recipients", multiple=True, type=options.FILE, help="Receiving key (NAME.age.pub).")
@click.option("--to", multiple=True, help="To whom it sends.")
@click.option("--expected", is_flag=True, help="It must deliver a result.")
@click.option("--log", help="Also name this public log (its verifier key).")
@click.option(
    "--signing-origin", "page", metavar="ORIGIN", help="Also name the page where security keys sign: https://…"
)
def add(
    path: Path,
    org: str,
    name: str | None,
    persons: tuple[str, ...],
    requests: tuple[Path, ...],
    challenge: str | None,
    typed: tuple[str, ...],
    roles: str | None,
    recipients: tuple[Path, ...],
    to: tuple[str, ...],
    expected: bool,
    log: str | None,
    page: str | None,
) -> None:
    """Add an organisation, keys or routes to a list; one that is signed gets a next version beside it."""
    chosen = roles.split(",") if roles else [str(role) for role in trust_editing.SENDING]
    for role in chosen:
        if role not in KEY_ROLES:
            raise WrongUse(f"{role} is not a role; roles are {', '.join(KEY_ROLES)}")
    people = [
        NewPerson(label, PublicKey.parse(sshkeygen.public_text(Path(file))), chosen)
        for label, file in map(_pair, persons)
    ]
    if requests and challenge is None:
        raise WrongUse("--request needs the --challenge that was sent to this body")
    keys = [parse_recipient(_line(file)) for file in recipients]
    org = sealing.organisation(org)
    where = [sealing.organisation(other) if other != "*" else other for other in to]

    def change(value: dict[str, Any]) -> dict[str, Any]:
        for request in requests:
            made = sealing.enrolled(request, value, org, challenge or "")
            people.append(NewPerson(made.person, made.key, chosen))
        _compare_with_paper(people[len(persons) :], typed)
        extended = trust_editing.with_org(
            value, org, name=name, persons=people, recipients=keys, to=where, expected=expected
        )
        extended = trust_editing.with_log(extended, log) if log else extended
        return trust_editing.with_signing_origin(extended, page) if page else extended

    _edit(path, change)
    echo(words()("trust.changed", org=org, keys=len(people), recipients=len(keys)))


def _compare_with_paper(people: list[NewPerson], typed: tuple[str, ...]) -> None:
    """Refuse unless the number on each paper is that of the key; nothing of the expected number is shown before (3.19)."""
    say = words()
    if typed and len(typed) != len(people):
        raise WrongUse("give --typed once for each --request, in the same order")
    for index, one in enumerate(people):
        number = typed[index] if typed else click.prompt(say("trust.type", person=one.label), err=True)
        if parse_printed_key(number) != one.key.id:
            raise BadData("E-TRU-ENROL", f"the paper of {one.label} shows another key than the request")


@trust.command()
def challenge() -> None:
    """Make the challenge of one round of enrolment, for the letter to a body."""
    letters = [secrets.choice(CROCKFORD) for _ in range(16)]
    echo("-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4)))


@trust.command()
@click.argument("path", type=options.FILE)
@options.trust
def accept(path: Path, trust: Path) -> None:
    """Check that a signed list may follow the one in your trust folder, and file it there."""
    accepted = trust_folder.accept(path, trust)
    echo(words()("trust.accepted", version=accepted.version, path=trust))


@trust.command()
@click.argument("path", type=options.FILE)
@click.option("--key", required=True, help="Number of the key (32 digits).")
@click.option("--reason", type=click.Choice(["lost", "stolen", "left", "mistake"]), required=True)
def revoke(path: Path, key: str, reason: str) -> None:
    """Revoke a key in the next version."""
    _edit(path, lambda value: trust_editing.revoked(value, key, reason, clock.now()))
    echo(words()("trust.revoked", key=key, reason=reason))


def _edit(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Write the changed list: a draft in place, the next version of a signed list as a new file beside it."""
    signed = trust_folder.read(path)
    made = trust_editing.draft(change(trust_editing.editable(signed, clock.now())))
    # What no holder would accept is not made.
    edited = trust_folder.knowing(TrustList.from_bytes(made.document), path.parent)
    if not signed.signatures:
        files.replace(path, made.to_bytes())
        return
    nothing_moved(trust_folder.knowing(TrustList.from_bytes(signed.document), path.parent), edited)
    version = edited.version
    beside = path.with_name(f"{version}.tar")
    files.put_new(beside, made.to_bytes())
    echo(words()("trust.draft", version=version, path=beside), err=True)


@trust.command()
@click.argument("path", type=options.FILE)
@click.option("--key", type=options.FILE, required=True, help="Your root key.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--since", type=options.FILE, help="The version before, to show what changed.")
def sign(path: Path, key: Path, yes: bool, since: Path | None) -> None:
    """Sign a list with a root key, after its contents were shown."""
    from waarmerk.cli.sign import confirm

    signed = trust_folder.read(path)
    listed = TrustList.from_bytes(signed.document)
    _show(listed)
    _show_changes(since, listed)
    confirm(yes=yes, question="confirm_list")
    public, armored = sealing.make_signature(signed.document, key, TRUST_LIST)
    if public.id not in {root.id for root in listed.roots}:
        raise BadData("E-SIG-UNKNOWN", f"key {public.id} is not a root of this list")
    signed = signed.with_signature(public.id, armored)
    files.replace(path, signed.to_bytes())
    made = trust_editing.root_signatures(signed, listed.roots)
    say = words()
    echo(say("trust.signed", key=public.id, n=made, threshold=listed.root_threshold))
    if made >= listed.root_threshold:
        echo(say("trust.complete", path=path))


@trust.command()
@click.argument("path", type=options.FILE)
@click.option("--since", type=options.FILE, help="Show only what changed since this version.")
def show(path: Path, since: Path | None) -> None:
    """Show a list, or what changed since another: what a root holder reads before signing."""
    listed = TrustList.from_bytes(trust_folder.read(path).document)
    if since is None:
        _show(listed)
    _show_changes(since, listed)


@trust.command("allowed-signers")
@click.argument("path", type=options.FILE)
def allowed(path: Path) -> None:
    """Print the file with which `ssh-keygen -Y verify` checks signatures without this program."""
    echo(allowed_signers(TrustList.from_bytes(trust_folder.read(path).document)), nl=False)


def _show(listed: TrustList) -> None:
    say = words()
    window = {"issued": format_time(listed.issued), "expires": format_time(listed.expires)}
    echo(say("trust.list", version=listed.version, election=listed.election, environment=listed.environment, **window))
    for org in listed.orgs.values():
        echo(say("trust.org", id=org.id, name=org.name))
        for key_id, key in org.keys.items():
            status = "active" if key.active else "revoked"
            echo(say("trust.key", id=key_id, person=key.person, roles=",".join(sorted(key.roles)), status=status))


def _show_changes(since: Path | None, new: TrustList) -> None:
    if since is None:
        return
    old = TrustList.from_bytes(trust_folder.read(since).document)
    echo(words()("trust.changes", old=old.version, new=new.version))
    for line in changes(old, new, language()):
        echo(f"  {line}")


def _pair(text: str) -> tuple[str, str]:
    label, equals, file = text.partition("=")
    if not equals:
        raise WrongUse(f"--person {text}: write LABEL=KEY.pub")
    return label, file


def _line(path: Path) -> str:
    return files.read_bounded(path, 4_096, "E-MAN-SIZE").decode("utf-8", "replace").strip()
