"""``waarmerk seal``: make the draft of a delivery, checked exactly as the receiver will check it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.cli.receipt import warn
from waarmerk.errors import WrongUse
from waarmerk.machine import clock
from waarmerk.office import sealing, trust_folder
from waarmerk.office.outbox import Outbox
from waarmerk.pages.summary import summary
from waarmerk.seal.manifest import REASONS, Kind


@click.command()
@click.argument("paths", type=click.Path(path_type=Path, dir_okay=False), nargs=-1)
@click.option("-o", "out", type=options.FILE, required=True, help="The draft to write: NAME.draft.")
@options.sender
@click.option("--to", required=True, metavar="AUTHORITY", help="Who receives it: csb:kiesraad.")
@options.trust
@options.outbox
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default="result", help="What it is.")
@click.option(
    "--reason", type=click.Choice([r for r in REASONS if r]), default=None, help="Why a corrigendum or withdrawal."
)
@click.option("--session", type=click.IntRange(1), default=1, help="Number of the public sitting that made it.")
@click.option("--travels", is_flag=True, help="For a stick: encrypt the draft to your own receiving keys.")
@click.option("--role", "roles", multiple=True, metavar="FILE=ROLE", help="Role of a file that is not a count.")
@options.force
def seal(
    paths: tuple[Path, ...],
    out: Path,
    org: str,
    to: str,
    trust: Path,
    outbox: Path,
    kind: str,
    reason: str | None,
    session: int,
    travels: bool,
    roles: tuple[str, ...],
    force: bool,
) -> None:
    """Put FILES into a draft that two persons then sign with `waarmerk sign`."""
    now = clock.now()
    sender = sealing.Sender(sealing.organisation(org), trust_folder.load(trust), Outbox(outbox))
    warn(sender.acts.look(sender.trust, now))
    opened, read = sealing.prepare(
        paths,
        sender,
        to=sealing.organisation(to),
        kind=Kind(kind),
        session=session,
        reason=reason or "",
        roles=dict(map(role_pair, roles)),
        now=now,
    )
    sealing.write_draft(replace(opened, travels=travels), out, sender.body, force=force)
    name = sender.body.name
    echo(
        summary(opened.draft.manifest, read, title="title", sender=name, signed_by=(), lang=language()),
        nl=False,
    )
    echo(words()("seal.draft", path=out), err=True)


def role_pair(text: str) -> tuple[str, str]:
    """Return file and role of ``FILE=ROLE``."""
    name, equals, role = text.partition("=")
    if not equals:
        raise WrongUse(f"--role {text}: write FILE=ROLE")
    return name, role
