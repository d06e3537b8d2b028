"""``waarmerk deliver``: the sender's way in one command: prepare, check, two signatures, seal, send; started again at any point.

Where things stand is read from the outbox, never remembered. One run adds at most one signature of a person at this computer.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.cli.receipt import verdict, warn
from waarmerk.cli.seal import role_pair
from waarmerk.cli.send import bring
from waarmerk.cli.sign import add_signature, check_yes, how
from waarmerk.dossier.acts import PROGRAM, Action
from waarmerk.election.finding import Severity
from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import clock, files
from waarmerk.office import delivering, sealing, trust_folder
from waarmerk.office.delivering import Half, Sent
from waarmerk.office.outbox import Outbox, travel_name
from waarmerk.office.own_acts import SAME_MACHINE
from waarmerk.office.sealing import Sender
from waarmerk.pages.summary import summary
from waarmerk.seal.container import MANIFEST
from waarmerk.seal.manifest import REASONS, Kind
from waarmerk.seal.receipt import Verdict
from waarmerk.wire.digests import transfer_code
from waarmerk.wire.shape import format_time


@click.command()
@click.argument("paths", type=options.FILE, nargs=-1)
@click.option("--as", "org", metavar="AUTHORITY", help="Who you are: gsb:0599.")
@click.option("--to", metavar="AUTHORITY", help="Who receives it: csb:kiesraad.")
@click.option("--trust", type=options.FOLDER, help="Folder with root-card.json, 1.tar, 2.tar …")
@click.option("--outbox", type=options.FOLDER, help="Folder with your drafts, envelopes and receipts.")
@click.option("--address", metavar="URL|FOLDER", help="Where to send: the receiver's address, or a folder on a stick.")
@click.option("--key", type=options.FILE, multiple=True, callback=options.once, help="Sign now with this key.")
@click.option("--stick", type=options.FOLDER, help="Exchange the draft and its signatures with a stick.")
@options.keys
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default="result", help="What it is.")
@click.option(
    "--reason", type=click.Choice([r for r in REASONS if r]), default=None, help="Why a corrigendum or withdrawal."
)
@click.option("--session", type=click.IntRange(1), default=1, help="Number of the public sitting that made it.")
@click.option("--role", "roles", multiple=True, metavar="FILE=ROLE", help="Role of a file that is not a count.")
@click.option("--drop", is_flag=True, help="Put the half-signed draft away; its number is free again.")
@click.option("--yes", is_flag=True, help="Do not ask: the figures were compared with paper. Not in production.")
def deliver(
    paths: tuple[Path, ...],
    org: str | None,
    to: str | None,
    trust: Path | None,
    outbox: Path | None,
    address: str | None,
    key: Path | None,
    stick: Path | None,
    keys: Path | None,
    kind: str,
    reason: str | None,
    session: int,
    roles: tuple[str, ...],
    drop: bool,
    yes: bool,
) -> None:
    """Deliver FILES step by step; without FILES: go on where you were. Says what to do next and whose turn it is."""
    say = words()
    needed = {"as": org, "to": to, "trust": trust, "outbox": outbox}
    if org is None or to is None or trust is None or outbox is None:
        raise WrongUse(
            say("deliver.settings", missing=", ".join(name for name, have in needed.items() if have is None))
        )
    sender = Sender(sealing.organisation(org), trust_folder.load(trust), Outbox(outbox))
    check_yes(sender.trust, yes=yes)
    walk = Walk(sender, sealing.organisation(to), trust, keys)
    half = walk.look()
    if drop:
        walk.drop(half)
    if drop or (half is not None and half.overtaken):
        half = None
    files_ = list(paths) or walk.ask_files(half, kind)
    if files_ or (kind == Kind.WITHDRAWAL and half is None and not walk.waiting):
        pairs = dict(map(role_pair, roles))
        half = walk.prepare(files_, half, kind=Kind(kind), session=session, reason=reason or "", roles=pairs)
    if half is not None:
        walk.gather(half, stick)
        walk.seal(half, stick, signed=walk.sign(half, None if stick else key, yes=yes))
    walk.send(address)


class Walk:
    """One run of the command: what is open, and each step that can be done now."""

    def __init__(self, sender: Sender, to: str, trust: Path, keys: Path | None) -> None:
        self.sender, self.to, self.trust, self.keys = sender, to, trust, keys
        self.say, self.lang, self.now = words(), language(), clock.now()
        self.waiting: list[Sent] = []

    def look(self) -> Half | None:
        """Say what is open and return the draft to go on with."""
        warn(self.sender.acts.look(self.sender.trust, self.now))
        self._renewed()
        envelopes = delivering.sent(self.sender)
        self.waiting = [one for one in envelopes if not one.answered]
        found = delivering.halves(self.sender, envelopes, self.now)
        for half in found:
            self._tell(half)
        for one in self.waiting:
            self._say("unsent", sequence=one.manifest.sequence, kind=self._kind(one), path=one.path)
            self._acts(one)
        usable = [half for half in found if not half.dropped and half.manifest.recipient == self.to]
        return min(usable, key=lambda half: half.overtaken, default=None)

    def _tell(self, half: Half) -> None:
        manifest = half.manifest
        if half.dropped:
            self._say("dropped", sequence=manifest.sequence, code=transfer_code(manifest.sha256)[:9])
        elif half.overtaken:
            self._say("overtaken", sequence=manifest.sequence)
        else:
            self._say("half", sequence=manifest.sequence, kind=self._kind(half), n=half.missing, path=half.path,
                      persons=", ".join(half.persons) or self.say("summary.nobody"))  # fmt: skip
            self._acts(half)

    def _acts(self, one: Half | Sent) -> None:
        """Say what was done with a delivery on this machine."""
        for act in self.sender.acts.about(one.manifest.sha256, self.now):
            word = words("screens")(f"act.{act.action.value}")
            parts = (word, act.actor if act.actor != PROGRAM else "", act.result if act.result == SAME_MACHINE else "")
            self._say("act", time=format_time(act.time), what=" ".join(filter(None, parts)))

    def _renewed(self) -> None:
        for known in self.sender.acts.sound(self.now)[0].history.values():
            for act in known:
                if act.action is Action.CHAIN_RENEWED:
                    self._say("renewed", time=format_time(act.time), aside=act.object)

    def drop(self, half: Half | None) -> None:
        """Put the open draft away."""
        if half is None:
            raise WrongUse(self.say("deliver.no_drop"))
        delivering.drop(half)
        self._say("dropped", sequence=half.manifest.sequence, code=transfer_code(half.manifest.sha256)[:9])

    def ask_files(self, half: Half | None, kind: str) -> list[Path]:
        """Ask which file, when nothing is open and somebody is there to answer."""
        if half is not None or self.waiting or kind == Kind.WITHDRAWAL:
            return []
        answer = _ask(self.say("deliver.which"))
        if not answer:
            self._say("nothing")
        return [Path(answer)] if answer else []

    def prepare(
        self, paths: list[Path], half: Half | None, *, kind: Kind, session: int, reason: str, roles: dict[str, str]
    ) -> Half | None:
        """Make the draft, unless one of these very files is open or sealed already."""
        for path in paths:
            if not path.is_file():
                raise WrongUse(self.say("deliver.not_there", path=path))
        digests = sorted(files.sha256(path) for path in paths)
        if half is not None:
            if digests != sorted(file.sha256 for file in half.manifest.files):
                raise WrongUse(self.say("deliver.other", path=half.path))
            return half
        if any(digests == sorted(file.sha256 for file in one.manifest.files) for one in self.waiting):
            return None
        opened, read = sealing.prepare(
            paths, self.sender, to=self.to, kind=kind, session=session, reason=reason, roles=roles, now=self.now
        )
        path = delivering.new_path(opened.draft.manifest, self.sender)
        sealing.write_draft(opened, path, self.sender.body, force=True)
        name = self.sender.body.name
        echo(summary(opened.draft.manifest, read, title="title", sender=name, signed_by=(), lang=self.lang), nl=False)
        if read.examined and any(finding.severity >= Severity.WARNING for finding in read.examined.findings):
            self._say("findings", path=paths[0])
        self._say("prepared", path=path)
        return delivering.half_of(path, self.sender, self.now)

    def gather(self, half: Half, stick: Path | None) -> None:
        """Take in signatures that were made elsewhere: files beside the draft, and the draft on a stick."""
        came: dict[Path, dict[str, bytes]] = {}
        for path in sorted(half.path.parent.glob("*.sshsig")):
            try:
                public, armored = sealing.take_signature(half.manifest.data, path, MANIFEST)
            except BadData as error:
                self._say("not_taken", path=path, code=error.code)
                continue
            came[path] = {public.id: armored}
        away = stick and stick / travel_name(half.manifest, "draft")
        if away and away.is_file():
            with sealing.open_draft(away, self.keys) as back:
                if back.draft.manifest.sha256 == half.manifest.sha256:
                    came[away] = dict(back.draft.signed.signatures)
        if not came:
            return
        with sealing.open_draft(half.path) as opened:
            made = opened
            for path, others in came.items():
                try:
                    made, persons = delivering.merge(made, others, self.sender, self.now)
                except BadData as error:
                    self._say("not_taken", path=path, code=error.code)
                    continue
                for person in persons:
                    self._say("found", person=person, path=path)
            sealing.write_draft(made, half.path, self.sender.body, force=True)

    def sign(self, half: Half, key: Path | None, *, yes: bool) -> bool:
        """Add one signature of a person at this computer, who is asked for a key when nobody gave one; whether it was added."""
        half = delivering.half_of(half.path, self.sender, self.now)
        if not half.missing:
            return False
        if key is None:
            self._turn(half)
            answer = _ask(self.say("deliver.key"))
            if not answer:
                return False
            key = Path(answer)
        with sealing.open_draft(half.path) as opened:
            add_signature(opened, half.path, self.sender, how(key, None), here=True, ask=not yes)
        return True

    def seal(self, half: Half, stick: Path | None, *, signed: bool) -> None:
        """Make the envelope of a draft that has its signatures; else say whose turn it is."""
        half = delivering.half_of(half.path, self.sender, self.now)
        with sealing.open_draft(half.path) as opened:
            if half.missing:
                if stick is not None:
                    away = stick / travel_name(half.manifest, "draft")
                    sealing.write_draft(replace(opened, travels=True), away, self.sender.body, force=True)
                    self._say("stick", path=away, folder=stick)
                elif signed:
                    self._turn(half)
                return
            path = sealing.envelope(opened, self.sender)
        half.path.unlink()
        self._say("signed", path=path)
        self.waiting.append(Sent(path, half.manifest, None))

    def _turn(self, half: Half) -> None:
        if not half.may:
            self._say("nobody")
            return
        self._say("turn", persons=", ".join(half.may))
        trust = self.trust / f"{half.manifest.trust_list.version}.tar"
        self._say("ways")
        if self.sender.body.origins:
            self._say("browser", path=half.path, list=trust, folder=half.path.parent)
        self._say("again")

    def send(self, address: str | None) -> None:
        """Bring every envelope that has no answer to its receiver, oldest first, and say what the answer means."""
        for one in self.waiting:
            if address is None:
                self._say("no_address")
                return
            self._say("sending", to=address)
            said = bring(one.path, address, self.trust, tell=False)
            if said is None:
                self._say("carry", to=address)
            elif said.verdict is Verdict.HELD:
                self._say("held")
            elif said.verdict is Verdict.REJECTED:
                name = self.sender.trust.orgs[one.manifest.recipient].name
                self._say("call", name=name, sequence=one.manifest.sequence)
                raise click.exceptions.Exit(1)
            else:
                self._say("done", sequence=one.manifest.sequence, verdict=verdict(said))

    def _kind(self, one: Half | Sent) -> str:
        return str(self.say(f"kind.{one.manifest.kind}"))

    def _say(self, key: str, **values: object) -> None:
        echo(self.say(f"deliver.{key}", **values))


def _ask(question: str) -> str:
    """Ask a person, when one is there; else nothing was answered."""
    if not sys.stdin.isatty():
        return ""
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()
