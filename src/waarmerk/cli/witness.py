"""``waarmerk witness``: see the growth of a public log and sign that, by files on a stick or any other way; no network."""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, options
from waarmerk.errors import BadData, WrongUse
from waarmerk.ledger.note import Kind, VerifierKey
from waarmerk.machine import clock, files
from waarmerk.office.keeper import service_key
from waarmerk.publication import witness as witnesses
from waarmerk.publication.read import Folder


@click.group()
def witness() -> None:
    """See a log grow, sign that, and put such signatures under its checkpoint."""


@witness.command()
@click.argument("key", type=options.FILE)
@click.option("--name", required=True, help="The witness's name: getuige.example/w1. One key, one name.")
def show(key: Path, name: str) -> None:
    """Show the line of a witness KEY for a policy."""
    echo(str(VerifierKey.of(name, Kind.WITNESS, service_key(key))))


@witness.command("request")
@click.argument("folder", type=options.FOLDER)
@click.option("--old", type=click.IntRange(0), default=0, show_default=True, help="How many entries it saw before.")
@click.option("-o", "--output", "out", type=options.FILE, required=True, help="Where the request is written.")
@options.force
def make_request(folder: Path, old: int, out: Path, force: bool) -> None:
    """Write what the log in the public FOLDER asks of a witness."""
    target = files.output(out, force=force)
    target.write(bytes(witnesses.request(Folder(folder), old)))


@witness.command()
@click.argument("request", type=options.FILE)
@click.option("--key", type=options.FILE, required=True, help="The witness's key (waarmerk key new --service).")
@click.option("--name", required=True, help="The witness's name, as in the policy.")
@click.option("--log", "logs", multiple=True, required=True, help="Verifier key of a log that it follows.")
@click.option("--memory", type=options.FILE, help="What it saw; default: beside the key, KEY.seen.json.")
@click.option("-o", "--output", "out", type=options.FILE, required=True, help="Where the signature line is written.")
@options.force
def sign(
    request: Path, key: Path, name: str, logs: tuple[str, ...], memory: Path | None, out: Path, force: bool
) -> None:
    """Check that the log of a REQUEST only grew since it was last seen, remember it, and sign."""
    target = files.output(out, force=force)
    known = tuple(_log_key(line) for line in logs)
    remembered = memory or key.with_name(key.name + ".seen.json")
    data = files.read_bounded(request, witnesses.MAX_REQUEST, witnesses.REQUEST)
    line = witnesses.answer(witnesses.Witness(name, service_key(key), known, remembered), data, now=clock.now())
    target.write(str(line).encode())


@witness.command()
@click.argument("folder", type=options.FOLDER)
@click.argument("lines", type=options.FILE)
def add(folder: Path, lines: Path) -> None:
    """Put the signature LINES of a witness under the checkpoint in the public FOLDER."""
    seen = witnesses.add(folder, files.read_bounded(lines, witnesses.MAX_LINES, "E-LOG-NOTE"))
    echo(", ".join(seen))


def _log_key(line: str) -> VerifierKey:
    try:
        return VerifierKey.parse(line)
    except BadData as error:
        raise WrongUse(f"--log: {error.reason}") from None
