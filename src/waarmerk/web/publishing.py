"""What the service has to publish: trust lists, every receipt, every accepted manifest with its public files (security.md 4.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import BinaryIO

from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.delivery import Accepted, Delivery, Published, Superseded, Withdrawn
from waarmerk.machine import files
from waarmerk.office import trust_folder
from waarmerk.office.house import OfficeHouse
from waarmerk.publication.write import Batch, PublicDocument, PublicFile
from waarmerk.seal.manifest import PayloadFile


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


def _opener(house: OfficeHouse, file: PayloadFile) -> Callable[[], BinaryIO]:
    return partial(files.open_regular, house.store.file(file.sha256))
