"""``waarmerk decide``: the ways out of a fork, a lost key, an expired list, a wrong clock, an old backup: always by two persons.

Works on the authority's folder beside the service. What each is for, and whom to call first: ``docs/operator.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from waarmerk.cli import echo, options, words
from waarmerk.dossier import decisions
from waarmerk.dossier.decisions import Situation
from waarmerk.errors import WrongUse
from waarmerk.machine import clock, files
from waarmerk.office.sealing import organisation, persons_of
from waarmerk.seal.container import DECISION, Signed
from waarmerk.seal.decision import LONGEST_ALLOWED, MAX_REASON, Decision, What
from waarmerk.seal.limits import MAX_RECEIPT, MAX_SIGNATURE, MAX_SIGNATURES
from waarmerk.web import database
from waarmerk.wire.shape import format_time

if TYPE_CHECKING:
    from waarmerk.office.house import OfficeHouse

MAX_DRAFT = MAX_RECEIPT + MAX_SIGNATURES * (MAX_SIGNATURE + 1_024) + 4_096
WITH_OBJECT = (What.CLEAR, What.BLOCK, What.UNBLOCK)
"""What is said about something that must be named; the others are about this receiver itself."""
HOURS = int(LONGEST_ALLOWED.total_seconds()) // 3_600
folder = click.option("--folder", type=options.FOLDER, default=Path(), help="The authority's folder, as for `serve`.")


@click.group()
def decide() -> None:
    """Decide with two persons: fork, lost key, expired list, wrong clock, old backup."""


@decide.command()
@options.sender
@folder
def show(org: str, folder: Path) -> None:
    """Show what waits for a decision, and which decisions hold."""
    say, (house, situation) = words(), _situation(org, folder)
    drafted = house.drafted()
    lines = [*_alarms(situation), *_waits(situation), *_holds(situation)]
    if drafted is not None:
        persons = persons_of(drafted.signatures, situation.trust.orgs[situation.org])
        made = described(Decision.from_bytes(drafted.document))
        lines.append(say("decide.at_pages", made=made, persons=", ".join(persons) or say("summary.nobody")))
    for line in lines or [say("decide.nothing")]:
        echo(line)


def _alarms(situation: Situation) -> Iterator[str]:
    for (manifest, code), act in situation.dossier.alarms.items():
        about = {"code": code, "manifest": manifest, "time": format_time(act.time)}
        yield words()("decide.alarm", sender=act.details["sender"], keys=act.details["keys"], **about)


def _waits(situation: Situation) -> Iterator[str]:
    say, deliveries, trust = words(), situation.dossier.deliveries, situation.trust
    times = {"now": format_time(situation.now), "issued": format_time(trust.issued), "time": format_time(trust.expires)}
    for matter in decisions.waiting(situation):
        known = [deliveries[manifest] for manifest in matter.objects if manifest in deliveries]
        number = known[0].arrival.manifest.sequence if known else 0
        about = {"sender": matter.sender, "number": number, "manifest": "".join(matter.objects[:1])}
        yield say(f"decide.{matter.why}", **about, **times, version=trust.version)
        if matter.why == "fork":
            for manifest, state in zip(matter.objects, known, strict=True):
                word = words("screens")(f"state.{state.word}.word")
                yield say("decide.of_fork", manifest=manifest, word=word)


def _holds(situation: Situation) -> Iterator[str]:
    say, standing = words(), situation.dossier.standing
    for key, since in standing.blocked.items():
        yield say("decide.blocked", key=key, time=format_time(since))
    for list_, until in standing.allowed.items():
        if until >= situation.now and list_ == situation.trust.sha256:
            yield say("decide.allowed", time=format_time(until))


@decide.command()
@click.argument("what", type=click.Choice([what.value for what in What]))
@click.argument("object_", metavar="[OBJECT]", type=options.TEXT, default="")
@options.sender
@folder
@click.option("--reason", type=options.TEXT, required=True, help="What was agreed; it becomes public, so no names.")
@click.option("--hours", type=click.IntRange(1, HOURS), help="For `allow`: for how many hours from now.")
@click.option("-o", "out", type=options.FILE, required=True, help="The draft that two persons sign.")
def draft(what: str, object_: str, org: str, folder: Path, reason: str, hours: int | None, out: Path) -> None:
    """Draft a decision: clear DELIVERY, block KEY, unblock KEY, allow, clock, restore."""
    chosen = What(what)
    if bool(object_) != (chosen in WITH_OBJECT) or bool(hours) != (chosen is What.ALLOW):
        raise WrongUse(words()("decide.use"))
    if len(reason) > MAX_REASON:
        raise WrongUse(words()("decide.long", n=MAX_REASON))
    output = files.output(out, force=False)
    _, situation = _situation(org, folder)
    until = situation.now + timedelta(hours=hours) if hours else None
    made = decisions.draft(situation, chosen, object_, reason=reason, until=until)
    output.write(made.to_bytes())
    echo(described(Decision.from_bytes(made.document)))
    echo(words()("decide.drafted", path=out))


@decide.command()
@click.argument("drafts", metavar="DRAFT...", type=options.FILE, nargs=-1, required=True)
@options.sender
@folder
def record(drafts: tuple[Path, ...], org: str, folder: Path) -> None:
    """Record a decision that two persons signed: one DRAFT with both signatures, or one of each person."""
    signed = [files.read_bounded(path, MAX_DRAFT, "E-MAN-SIZE") for path in drafts]
    Decision.from_bytes(Signed.from_bytes(signed[0], DECISION).document)
    house, _ = _situation(org, folder)
    with house.alone():
        made = house.decide(signed, clock.now())
    echo(described(made))
    echo(words()("decide.recorded"))


def _situation(org: str, folder: Path) -> tuple[OfficeHouse, Situation]:
    org, folder = organisation(org), folder.resolve()
    if not (folder / "trust").is_dir():
        raise WrongUse(words()("decide.folder", path=folder))
    database.prepare(folder, org)
    from waarmerk.web.service import beside

    house = beside()
    return house, house.situation(clock.now())


def described(made: Decision) -> str:
    """Return what a decision says, for the person who signs it."""
    say = words()
    until = format_time(made.until) if made.until else ""
    text = say(f"decide.what.{made.what.value}", object=made.object, until=until, taken=format_time(made.taken))
    return f"{text}\n{say('decide.reason', reason=made.reason)}"
