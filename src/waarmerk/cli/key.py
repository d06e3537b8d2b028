"""``waarmerk key``: make and enrol personal signing keys (by ``ssh-keygen``), make the receiving keys of a machine."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, language, words
from waarmerk.cli.options import FILE
from waarmerk.election.ids import ENVIRONMENTS
from waarmerk.errors import WrongUse
from waarmerk.ledger.note import Kind, VerifierKey
from waarmerk.machine import files, sshkeygen
from waarmerk.office import sealing
from waarmerk.office.keeper import service_key
from waarmerk.pages import enrolment as pages
from waarmerk.seal import age, enrolment
from waarmerk.seal.container import ENROLMENT, Signed
from waarmerk.wire.digests import printed_key
from waarmerk.wire.sshkeys import PublicKey

KINDS = {"file": "ed25519", "security-key": "ed25519-sk"}


@click.group()
def key() -> None:
    """Make, enrol and show keys."""


@key.command()
@click.argument("path", type=FILE)
@click.option("--person", "kind", flag_value="person", help="A key with which a person signs.")
@click.option("--machine", "kind", flag_value="machine", help="A key with which a machine opens what is sealed to it.")
@click.option("--service", "kind", flag_value="service", help="A key with which a service signs: receipts, the log.")
@click.option(
    "--type", "form", type=click.Choice(list(KINDS)), default="file", help="A key file, or a FIDO2 security key."
)
@click.option("--no-passphrase", is_flag=True, help="For an exercise only.")
def new(path: Path, kind: str | None, form: str, no_passphrase: bool) -> None:
    """Make a key PATH (secret) and PATH.pub (public)."""
    say = words()
    if kind is None:
        raise WrongUse("say whose key it is: --person, --machine or --service")
    if kind == "machine":
        secret, public = age.new_identity()
        files.put_new(path, f"{secret}\n".encode(), mode=files.PRIVATE)
        files.put_new(path.with_name(path.name + ".pub"), f"{public}\n".encode())
        echo(say("key.machine", path=path))
        return
    open_key = no_passphrase or kind == "service"
    sshkeygen.new_key(path, kind=KINDS[form], comment="", passphrase="" if open_key else None)
    if no_passphrase:
        echo(say("key.no_passphrase"), err=True)
    echo(say("key.made", path=path, id=PublicKey.parse(sshkeygen.public_text(path)).id))


@key.command()
@click.argument("path", type=FILE)
@click.option("-o", "out", type=FILE, required=True, help="The request to write.")
@click.option("--sheet", type=FILE, required=True, help="The page to print and sign with ink (PDF).")
@click.option("--as", "org", required=True, metavar="AUTHORITY", help="Who you sign for: gsb:0599.")
@click.option("--person", required=True, help="Your label in the list, such as p1; never a name.")
@click.option("--election", required=True, help="Election or group of the list: TK2023, GR2026.")
@click.option("--environment", type=click.Choice(ENVIRONMENTS), required=True)
@click.option("--challenge", required=True, help="The challenge in the letter of the central body.")
def enrol(
    path: Path, out: Path, sheet: Path, org: str, person: str, election: str, environment: str, challenge: str
) -> None:
    """Ask to be listed with your key PATH: a request that the key signs, and the page that goes with it.

    A key that was made in a browser signs the request there; `waarmerk sign` puts its signature on it.
    """
    targets = files.output(out, force=False), files.output(sheet, force=False)
    made = enrolment.compose(
        environment=environment,
        election=election,
        org=sealing.organisation(org),
        person=person,
        key=PublicKey.parse(sshkeygen.public_text(path)),
        challenge=challenge.strip().upper(),
    )
    request = Signed(ENROLMENT, made.data, {})
    if not made.key.at_page:
        request = sealing.with_own_key(request, *sealing.make_signature(made.data, path, ENROLMENT))
    targets[0].write(request.to_bytes())
    targets[1].write(pages.sheet(made, language()))
    say = words()
    echo(say("key.enrol", path=out, sheet=sheet))
    echo(say("key.number", number=printed_key(made.key.id)))
    if made.key.at_page:
        echo(say("key.page", path=out))


@key.command()
@click.argument("paths", type=FILE, nargs=-1, required=True)
@click.option("--log", "origin", help="Show the verifier key of a public log of this name, for the trust list.")
def show(paths: tuple[Path, ...], origin: str | None) -> None:
    """Show number and type of public keys."""
    for path in paths:
        if origin is not None:
            echo(str(VerifierKey.of(origin, Kind.LOG, service_key(path))))
            continue
        public = PublicKey.parse(sshkeygen.public_text(path))
        echo(words()("key.shown", id=public.id, type=public.type, path=path))
