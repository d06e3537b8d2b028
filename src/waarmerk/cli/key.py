"""``waarmerk key``: make personal signing keys (by ``ssh-keygen``) and the receiving keys of a machine."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import words
from waarmerk.cli.options import FILE
from waarmerk.errors import WrongUse
from waarmerk.machine import files, sshkeygen
from waarmerk.seal import age
from waarmerk.wire.sshkeys import PublicKey

KINDS = {"file": "ed25519", "security-key": "ed25519-sk"}


@click.group()
def key() -> None:
    """Make and show keys."""


@key.command()
@click.argument("path", type=FILE)
@click.option("--person", "kind", flag_value="person", help="A key with which a person signs.")
@click.option("--machine", "kind", flag_value="machine", help="A key with which a machine opens what is sealed to it.")
@click.option(
    "--type", "form", type=click.Choice(list(KINDS)), default="file", help="A key file, or a FIDO2 security key."
)
@click.option("--no-passphrase", is_flag=True, help="For an exercise, or for a machine's receipt key.")
def new(path: Path, kind: str | None, form: str, no_passphrase: bool) -> None:
    """Make a key PATH (secret) and PATH.pub (public)."""
    say = words()
    if kind is None:
        raise WrongUse("say whose key it is: --person or --machine")
    if kind == "machine":
        secret, public = age.new_identity()
        files.put_new(path, f"{secret}\n".encode(), mode=files.PRIVATE)
        files.put_new(path.with_name(path.name + ".pub"), f"{public}\n".encode())
        click.echo(say("key.machine", path=path))
        return
    sshkeygen.new_key(path, kind=KINDS[form], comment="", passphrase="" if no_passphrase else None)
    if no_passphrase:
        click.echo(say("key.no_passphrase"), err=True)
    click.echo(say("key.made", path=path, id=PublicKey.parse(sshkeygen.public_text(path)).id))


@key.command()
@click.argument("paths", type=FILE, nargs=-1, required=True)
def show(paths: tuple[Path, ...]) -> None:
    """Show number and type of public keys."""
    for path in paths:
        public = PublicKey.parse(sshkeygen.public_text(path))
        click.echo(words()("key.shown", id=public.id, type=public.type, path=path))
