"""What the log has shown so far, and whether a next document may be believed on it (security.md 3 and 4.1).

Documents are taken in the order of the log. A trust list must follow the one before; a receipt is judged by the list that
it names; a manifest by the list that its receipt names, or else by the newest before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from waarmerk.election.ids import covers
from waarmerk.errors import BadData
from waarmerk.seal import decision as decisions
from waarmerk.seal import manifest as manifests
from waarmerk.seal import receipt as receipts
from waarmerk.seal import signatures
from waarmerk.seal.container import DECISION, MANIFEST, RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.decision import Decision
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.trust import RootCard, TrustList, accept_first, accept_next, nothing_moved

CONTAINERS = {"trust-list": TRUST_LIST, "manifest": MANIFEST, "receipt": RECEIPT, "incident": DECISION}
"""Type of an entry to the name of the document in its container."""


@dataclass(slots=True)
class Evidence:
    """Everything believed so far. Without a root card the first list is only shown to be signed by its own roots."""

    card: RootCard | None = None
    lists: dict[int, TrustList] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """First receipt of each manifest."""

    @property
    def newest(self) -> TrustList:
        """The newest trust list; ``E-TRU-NONE`` when there is none yet."""
        if not self.lists:
            raise BadData("E-TRU-NONE", "no trust list stands in the log before this")
        return self.lists[max(self.lists)]

    def take(self, kind: str, document: bytes, container: bytes, now: datetime) -> None:
        """Believe a document on its container, or refuse with the ``E-TAR-``, ``E-MAN-``, ``E-TRU-`` or ``E-SIG-`` code."""
        signed = Signed.from_bytes(container, CONTAINERS[kind])
        if signed.document != document:
            raise BadData("E-FIL-HASH", "the container holds another document")
        if signed.to_bytes() != container:
            raise BadData("E-TAR-EXTRA", "the public container holds more than document and signatures")
        judge: dict[str, Callable[[Signed, datetime], None]] = {
            "trust-list": self._trust_list,
            "receipt": self._receipt,
            "manifest": self._manifest,
            "incident": self._decision,
        }
        judge[kind](signed, now)
        self.remember(kind, document)

    def remember(self, kind: str, document: bytes) -> None:
        """Go on from a document that was believed when it was logged."""
        if kind == "trust-list":
            trust = TrustList.from_bytes(document)
            self.lists[trust.version] = nothing_moved(self.newest, trust) if self.lists else trust
        elif kind == "receipt":
            receipt = Receipt.from_bytes(document)
            self.receipts.setdefault(receipt.manifest, receipt)

    def _trust_list(self, signed: Signed, now: datetime) -> None:
        if self.lists:
            accept_next(self.newest, signed)
            return
        own = TrustList.from_bytes(signed.document)
        card = self.card or RootCard(own.environment, own.election, own.root_threshold, own.roots)
        accept_first(signed, card)

    def _receipt(self, signed: Signed, now: datetime) -> None:
        receipt = Receipt.from_bytes(signed.document)
        trust = self.lists.get(receipt.trust_version) or self.newest
        receipts.check(signed, trust)

    def _manifest(self, signed: Signed, now: datetime) -> None:
        manifest = Manifest.from_bytes(signed.document)
        receipt = self.receipts.get(manifest.sha256)
        if receipt is not None and receipt.receiver != manifest.recipient:
            raise BadData("E-ADR-RECIPIENT", f"received by {receipt.receiver}, sent to {manifest.recipient}")
        trust = (self.lists.get(receipt.trust_version) if receipt else None) or self.newest
        _check_election(trust, manifest.environment, manifest.election)
        if (manifest.sender, manifest.recipient) not in trust.routes:
            raise BadData("E-ADR-ROUTE", f"trust list {trust.version} has no route for this sender and recipient")
        # Every sender in a route is in orgs: a trust list without that is refused when it is read.
        org = trust.orgs[manifest.sender]
        if manifest.epoch != org.epoch:
            raise BadData("E-ADR-EPOCH", f"epoch {manifest.epoch}, trust list {trust.version} says {org.epoch}")
        signatures.judge(
            signed.document,
            signed.signatures,
            namespace=manifests.NAMESPACE,
            org=org,
            role=manifest.kind,
            threshold=org.needs(manifest.kind),
            # The receiver's clock, under its signature, says more than the sender's own.
            now=trust.judged_at(receipt.received if receipt else manifest.created),
        )

    def _decision(self, signed: Signed, now: datetime) -> None:
        decision = Decision.from_bytes(signed.document)
        trust = self.lists.get(decision.trust_version) or self.newest
        _check_election(trust, decision.environment, decision.election)
        if decision.receiver not in trust.orgs:
            raise BadData("E-ADR-SENDER", f"{decision.receiver} is not in trust list {trust.version}")
        decisions.check(signed, trust.orgs[decision.receiver])


def _check_election(trust: TrustList, environment: str, election: str) -> None:
    if environment != trust.environment:
        raise BadData("E-ADR-ENV", f"of {environment}, the log is of {trust.environment}")
    if not covers(trust.election, election):
        raise BadData("E-ADR-ELECTION", f"of {election}, the log is of {trust.election}")
