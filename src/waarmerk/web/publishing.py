"""What the service publishes: trust lists, receipts, decisions, accepted manifests with their public files (security.md 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median_low
from typing import BinaryIO

from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.delivery import Accepted, Delivery, Published, Superseded, Withdrawn
from waarmerk.ledger.note import Note
from waarmerk.ledger.policy import Policy
from waarmerk.machine import files
from waarmerk.office import trust_folder
from waarmerk.office.house import OfficeHouse
from waarmerk.publication.read import Folder
from waarmerk.publication.write import Batch, PublicDocument, PublicFile
from waarmerk.seal.container import DECISION, Signed
from waarmerk.seal.manifest import PayloadFile
from waarmerk.wire.shape import format_time

LAST = 253_402_300_799
"""The last second that a document can name: the year 9999."""


def batch(house: OfficeHouse) -> Batch:
    """Return everything that belongs in the public log, in the order in which it happened."""
    dossier = house.dossier()
    documents = []
    for path in trust_folder.versions(house.folder / "trust"):
        signed = trust_folder.read(path)
        documents.append(PublicDocument("trust-list", signed.document, signed.to_bytes()))
    said = [receipt for receipts in dossier.receipts.values() for receipt in receipts]
    for receipt in sorted(said, key=lambda one: (one.sender, one.sequence)):
        path = house.store.receipt(receipt.sha256)
        # One that the service has not signed yet comes with the next run: who publishes holds no receipt key.
        if path.is_file():
            documents.append(PublicDocument("receipt", receipt.data, path.read_bytes()))
    for digest in dossier.standing.decisions:
        container = house.store.decision(digest).read_bytes()
        documents.append(PublicDocument("incident", Signed.from_bytes(container, DECISION).document, container))
    public = [state for state in dossier.deliveries.values() if was_accepted(state)]
    payload = []
    for state in public:
        manifest = state.arrival.manifest
        container = house.store.manifest(manifest.sha256).read_bytes()
        documents.append(PublicDocument("manifest", manifest.data, container))
        payload += [
            PublicFile(file.sha256, file.size, file.role, _opener(house, file)) for file in manifest.public_files
        ]
    return Batch(tuple(documents), tuple(payload))


def was_accepted(state: Delivery) -> bool:
    """Whether two persons accepted this delivery, also when it was replaced later."""
    return isinstance(state, Accepted | Published) or (isinstance(state, Superseded | Withdrawn) and state.accepted)


def record(house: OfficeHouse, now: datetime) -> None:
    """Record that what was accepted stands in the public log now."""
    new = [
        NewAct(Action.PUBLISHED, manifest)
        for manifest, state in house.dossier().deliveries.items()
        if isinstance(state, Accepted)
    ]
    if new:
        house.record(new, now)


def witnessed(lines: Sequence[str], note: Note) -> datetime | None:
    """Return the median of the times of a quorum of witnesses: one wrong clock among them moves nothing (attack 123)."""
    policy = Policy.parse("".join(f"{line}\n" for line in lines).encode())
    seen = policy.seen_by(note)
    if not seen or not policy.meets_quorum(seen):
        return None
    return datetime.fromtimestamp(min(median_low(seen.values()), LAST), UTC)


def raise_floor(house: OfficeHouse, out: Path, now: datetime) -> None:
    """Record how late it is at least, when a quorum of witnesses says so in the published checkpoint (security.md 3.14)."""
    trust, signed = house.trust(), Folder(out).signed()
    time = witnessed(trust.policy, signed.note) if trust is not None and signed is not None else None
    if time is None or signed is None:
        return
    if house.dossier().standing.raised(time, now) != house.dossier().standing:
        root = signed.checkpoint.root.hex()
        house.record([NewAct(Action.FLOOR_RAISED, root, {"time": format_time(time)})], now)


def _opener(house: OfficeHouse, file: PayloadFile) -> Callable[[], BinaryIO]:
    return partial(files.open_regular, house.store.file(file.sha256))
