"""``waarmerk monitor``: watch a public log from a copy of it: is it whole, is all of it mine, does another copy agree?"""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, echo_json, language, options
from waarmerk.errors import WrongUse
from waarmerk.machine import clock
from waarmerk.office.outbox import Outbox
from waarmerk.pages.screens import words
from waarmerk.publication import monitor as watching
from waarmerk.publication.folder import verify_folder
from waarmerk.publication.read import Folder
from waarmerk.publication.sums import wrong_sums


@click.command()
@click.argument("folder", type=options.FOLDER)
@click.option("--as", "org", metavar="AUTHORITY", help="Who you are: gsb:0599; with --outbox.")
@click.option("--outbox", type=options.FOLDER, help="Your envelopes: everything in your name must be one of them.")
@click.option("--copy", "other", type=options.FOLDER, help="Another copy of the same log, fetched another way.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.pass_context
def monitor(
    ctx: click.Context, folder: Path, org: str | None, outbox: Path | None, other: Path | None, as_json: bool
) -> None:
    """Watch the public log in FOLDER. Exit code 0: nothing to see to; 1: an alarm; 2: wrong use, or unreadable."""
    if (org is None) != (outbox is None):
        raise WrongUse("--as and --outbox belong together")
    say = words(language(ctx), "verify")
    public = Folder(folder)
    report = verify_folder(public, now=clock.now(), sums=wrong_sums)
    alarms: list[watching.Alarm] = []
    if report.ok and org is not None and outbox is not None:
        sent = {Outbox(outbox).manifest_of(path).sha256 for path in sorted(outbox.rglob("*.sealed"))}
        alarms += watching.own_bureau(public, org, sent)
    if report.ok and other is not None:
        alarms += watching.same_past(public, Folder(other))
    if as_json:
        listed = [{"code": a.code, "subject": a.subject, "reason": a.reason} for a in alarms]
        echo_json({**report.to_json(), "alarms": listed}, indent=1)
    else:
        echo(say(f"folder.{'verified' if report.ok else 'not-verified'}"))
        for flaw in report.flaws:
            echo(f"  {flaw.file or ''} {say('detail', reason=flaw.reason, code=flaw.code)}")
        for alarm in alarms:
            echo(f"{say(f'alarm.{alarm.code}')} {alarm.subject}")
            echo(f"  {say('detail', reason=alarm.reason, code=alarm.code)}")
    ctx.exit(0 if report.ok and not alarms else 1)
