"""What a public folder says about each authority: a fold over the entries of its log, in their order.

Nothing is verified here (``waarmerk verify`` does that); every document is read by its hash, so it is the logged one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from waarmerk.errors import BadData, Place
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry
from waarmerk.publication import layout
from waarmerk.publication.read import Folder
from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.seal.manifest import Kind, Manifest
from waarmerk.seal.receipt import Receipt, Verdict
from waarmerk.seal.signatures import Strength, strength_in
from waarmerk.seal.trust import TrustList

RESULTS = (Kind.RESULT, Kind.CORRIGENDUM)


@dataclass(slots=True)
class Delivery:
    """One delivery: its receipts in order, and its manifest once that was published."""

    sha256: str
    sequence: int
    receipts: list[Receipt] = field(default_factory=list)
    manifest: Manifest | None = None
    persons: tuple[str, ...] = ()
    strength: Strength | None = None
    replaced_by: Manifest | None = None

    @property
    def state(self) -> str:
        """Its state in the fixed words of the program."""
        if self.replaced_by is not None:
            return "withdrawn" if self.replaced_by.kind is Kind.WITHDRAWAL else "superseded"
        if self.manifest is not None:
            return "published"
        return str(self.receipts[-1].verdict) if self.receipts else "expected"

    @property
    def is_result(self) -> bool:
        """Whether it may hold a count; of one without manifest nobody outside can tell."""
        return self.manifest is None or self.manifest.kind in (*RESULTS, Kind.WITHDRAWAL)


@dataclass(slots=True)
class Authority:
    """One body with its deliveries, in the order in which the log first names them."""

    org: str
    name: str
    deliveries: dict[str, Delivery] = field(default_factory=dict)

    @property
    def current(self) -> Delivery | None:
        """The published result that counts now."""
        states = [d for d in self.deliveries.values() if d.state == "published" and d.manifest]
        return next((d for d in reversed(states) if d.manifest and d.manifest.kind in RESULTS), None)

    @property
    def newest(self) -> Delivery | None:
        """What its state is about: the result that counts, or else the newest that arrived."""
        results = [d for d in self.deliveries.values() if d.is_result]
        return self.current or (results[-1] if results else None)


@dataclass(frozen=True, slots=True)
class Published:
    """A public folder as read: the state of the log, the newest trust list, and every authority that it expects or names."""

    checkpoint: Checkpoint
    trust: TrustList
    authorities: tuple[Authority, ...]
    removed: frozenset[str]
    """Hashes of what was taken down."""


def read(folder: Folder) -> Published:
    """Return what a folder has; ``BadData`` with the address of what is missing, too large or not what its name says."""
    signed = folder.signed()
    if signed is None:
        raise BadData("E-FIL-MISSING", "nothing was published here yet", Place(element=layout.CHECKPOINT))
    entries = folder.entries(signed.checkpoint.size)
    trust = _newest_trust(folder, entries)
    authorities = {org: _authority(org, trust) for org in trust.expected}
    for entry in entries:
        _take(folder, entry, authorities, trust)
    removed = frozenset(str(e.document["removed"]) for e in entries if e.type == "takedown")
    return Published(signed.checkpoint, trust, tuple(authorities.values()), removed)


def _newest_trust(folder: Folder, entries: list[Entry]) -> TrustList:
    lists = [entry.object for entry in entries if entry.type == "trust-list"]
    if not lists:
        raise BadData("E-TRU-NONE", "no trust list stands in this log", Place(element=layout.CHECKPOINT))
    return TrustList.from_bytes(folder.document(lists[-1]))


def _take(folder: Folder, entry: Entry, authorities: dict[str, Authority], trust: TrustList) -> None:
    if entry.type == "receipt":
        receipt = Receipt.from_bytes(folder.document(entry.object))
        delivery = _delivery(authorities, trust, receipt.sender, receipt.manifest, receipt.stream_sequence)
        delivery.receipts.append(receipt)
    elif entry.type == "manifest":
        manifest = Manifest.from_bytes(folder.document(entry.object))
        delivery = _delivery(authorities, trust, manifest.sender, manifest.sha256, manifest.sequence)
        delivery.manifest = manifest
        signed = Signed.from_bytes(folder.container(manifest.sha256), MANIFEST)
        delivery.persons = tuple(sorted(_persons(signed, manifest, trust)))
        if manifest.sender in trust.orgs:
            delivery.strength = strength_in(signed.signatures, trust.orgs[manifest.sender])
        replaced = authorities[manifest.sender].deliveries.get(manifest.supersedes)
        if replaced is not None:
            replaced.replaced_by = manifest


def _delivery(authorities: dict[str, Authority], trust: TrustList, org: str, manifest: str, sequence: int) -> Delivery:
    authority = authorities.setdefault(org, _authority(org, trust))
    return authority.deliveries.setdefault(manifest, Delivery(manifest, sequence))


def _authority(org: str, trust: TrustList) -> Authority:
    listed = trust.orgs.get(org)
    return Authority(org, listed.name if listed else org)


def _persons(signed: Signed, manifest: Manifest, trust: TrustList) -> Iterator[str]:
    """The persons whose keys the signatures name, as the newest list has them."""
    listed = trust.orgs.get(manifest.sender)
    for key_id in signed.signatures:
        key = listed.keys.get(key_id) if listed else None
        yield key.person if key else key_id


def codes_of(delivery: Delivery) -> str | None:
    """Return why a delivery is refused or held, by its newest receipt."""
    last = delivery.receipts[-1] if delivery.receipts else None
    refused = last is not None and last.verdict in (Verdict.REJECTED, Verdict.HELD)
    return next((code for code in last.codes if code.startswith("E-")), None) if last and refused else None
