"""Where the deliveries of a sender stand, read from its outbox: half-signed drafts and envelopes without an answer (3.10, 3.11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from waarmerk.errors import BadData
from waarmerk.machine import files
from waarmerk.office import sealing
from waarmerk.office.outbox import travel_name
from waarmerk.office.sealing import Opened, Sender
from waarmerk.seal import draft, receipt
from waarmerk.seal.container import MANIFEST, RECEIPT, Signed, largest
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.receipt import Receipt, Verdict

OPEN, DROPPED = ".draft", ".dropped"
FINAL = frozenset({Verdict.RECEIVED, Verdict.REJECTED, Verdict.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Half:
    """A draft that is no envelope yet: who signed, how many more must, and who may."""

    path: Path
    manifest: Manifest
    signed: Signed
    persons: tuple[str, ...]
    missing: int
    may: tuple[str, ...]
    overtaken: bool
    """Whether its number was used by another delivery."""

    @property
    def dropped(self) -> bool:
        """Whether somebody put it away; it stays listed until a receipt for its number is in."""
        return self.path.suffix == DROPPED


@dataclass(frozen=True, slots=True)
class Sent:
    """An envelope and the last that its receiver said about it."""

    path: Path
    manifest: Manifest
    last: Receipt | None

    @property
    def answered(self) -> bool:
        """Whether the receiver said what became of it."""
        return self.last is not None and self.last.verdict in FINAL


def sent(sender: Sender) -> list[Sent]:
    """Return the envelopes of the sender's outbox, oldest first, with receipts that were verified when they were filed."""
    return [
        Sent(path, sender.outbox.manifest_of(path), _last_receipt(path, sender))
        for path in sorted(sender.outbox.folder.rglob("*.sealed"))
    ]


def _last_receipt(envelope: Path, sender: Sender) -> Receipt | None:
    said = []
    for path in envelope.parent.glob(f"{envelope.stem}.receipt-*.tar"):
        try:
            signed = Signed.from_bytes(files.read_bounded(path, largest(RECEIPT), "E-MAN-SIZE"), RECEIPT)
            said.append(receipt.check(signed, sender.trust))
        except BadData:
            # What lies in a folder is no proof; what the receiver said can be asked again.
            continue
    return max(said, key=lambda one: one.sequence, default=None)


def halves(sender: Sender, envelopes: Iterable[Sent], now: datetime) -> list[Half]:
    """Return the drafts of the sender that no receipt has overtaken; one that is sealed already is taken away."""
    used = {(one.manifest.stream, one.manifest.sequence): one for one in envelopes}
    found = []
    for path in sorted(sender.outbox.drafts.glob("*.d*")):
        if path.suffix not in (OPEN, DROPPED):
            continue
        half = half_of(path, sender, now)
        one = used.get((half.manifest.stream, half.manifest.sequence))
        if one is not None and one.manifest.sha256 == half.manifest.sha256:
            # Stopped between sealing and tidying.
            path.unlink()
        elif one is None or not one.answered:
            found.append(replace(half, overtaken=one is not None))
    return found


def half_of(path: Path, sender: Sender, now: datetime) -> Half:
    """Return how far a draft is, without reading its files."""
    with files.open_regular(path) as stream:
        read = draft.read(stream, None)
    body, made, kind, now = sender.body, read.signed.signatures, read.manifest.kind, sender.at(now)
    persons = sealing.persons_of(made, body)
    missing = body.needs(kind) if not made else sealing.missing_persons(read.signed, body, kind, now)
    may = {key.person for key in body.keys.values() if key.why_not(kind, now) is None} - set(persons)
    return Half(path, read.manifest, read.signed, tuple(persons), missing, tuple(sorted(may)), False)


def new_path(manifest: Manifest, sender: Sender) -> Path:
    """Return where a new draft is kept."""
    sender.outbox.drafts.mkdir(parents=True, exist_ok=True)
    return sender.outbox.drafts / travel_name(manifest, "draft")


def drop(half: Half) -> Path:
    """Put a half-signed draft away: its number is free, and it stays listed until a receipt for that number is in."""
    target = half.path.with_suffix(DROPPED)
    half.path.replace(target)
    return target


def merge(opened: Opened, others: dict[str, bytes], sender: Sender, now: datetime) -> tuple[Opened, list[str]]:
    """Return a draft with signatures that came back, and whose they are; raises ``BadData`` for one that does not count."""
    persons = []
    for key_id in sorted(set(others) - set(opened.draft.signed.signatures)):
        key = sealing.signature_of(opened.draft.manifest.data, others[key_id], MANIFEST)[0]
        opened, person, _ = sealing.signed_by_person(opened, key, others[key_id], sender, here=False, now=now)
        persons.append(person)
    return opened, persons
