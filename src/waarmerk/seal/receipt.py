"""Receipts: what a receiver says about a delivery, signed (security.md 3.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from waarmerk.election.ids import covers
from waarmerk.errors import BadData
from waarmerk.seal import document, signatures
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.limits import MAX_RECEIPT
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.trust import ACCEPT_ROLE, RECEIPT_ROLE, TrustList
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

FORMAT = "stf-receipt/1"
NAMESPACE = "stf-receipt-v1"


class Verdict(StrEnum):
    """What a receipt says."""

    RECEIVED = "received"
    HELD = "held"
    REJECTED = "rejected"
    ACCEPTED = "accepted"


SCHEMA = shape.fields(
    {
        "format": shape.text,
        "environment": document.environment,
        "election": document.election,
        "receiver": document.organisation,
        "sequence": shape.whole(1),
        "previous": shape.digest,
        "sender": document.organisation,
        "epoch": shape.whole(1),
        "stream_sequence": shape.whole(1),
        "manifest": shape.digest,
        "sealed": shape.digest,
        "verdict": shape.one_of(*Verdict),
        "codes": shape.array(shape.pattern(r"[EWR]-[A-Z]+(-[A-Z]+)*", "a code")),
        "received": shape.moment,
        "clock": document.clock,
        "trust_list": document.trust_list,
        "software": document.software,
        "audit_head": shape.digest,
    },
    {"head": shape.fields({"sequence": shape.whole(0), "manifest": shape.digest})},
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt with its exact bytes."""

    data: bytes
    environment: str
    election: str
    receiver: str
    sequence: int
    previous: str
    sender: str
    epoch: int
    stream_sequence: int
    manifest: str
    sealed: str
    verdict: Verdict
    codes: tuple[str, ...]
    received: datetime
    trust_version: int
    head: tuple[int, str] | None
    """Where the sender's stream ends, in a refusal with ``E-CHN-…``: number and manifest."""

    @property
    def sha256(self) -> str:
        """Hash of the document."""
        return sha256(self.data)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read exact bytes; raises ``BadData`` with ``E-MAN-*``."""
        return cls._from_value(data, document.read(data, MAX_RECEIPT, FORMAT, SCHEMA, "receipt"))

    @classmethod
    def _from_value(cls, data: bytes, value: dict[str, Any]) -> Self:
        shape.sorted_by(value["codes"], lambda code: code, "receipt.codes")
        off_chain = value["verdict"] == Verdict.REJECTED and any(code.startswith("E-CHN-") for code in value["codes"])
        if "head" in value and not off_chain:
            raise shape.refuse("receipt.head", "absent: only a refusal with E-CHN-… names the head")
        return cls(
            data=data,
            environment=value["environment"],
            election=value["election"],
            receiver=value["receiver"],
            sequence=value["sequence"],
            previous=value["previous"],
            sender=value["sender"],
            epoch=value["epoch"],
            stream_sequence=value["stream_sequence"],
            manifest=value["manifest"],
            sealed=value["sealed"],
            verdict=Verdict(value["verdict"]),
            codes=tuple(value["codes"]),
            received=shape.parse_time(value["received"]),
            trust_version=value["trust_list"]["version"],
            head=(value["head"]["sequence"], value["head"]["manifest"]) if "head" in value else None,
        )

    @property
    def end_of_stream(self) -> tuple[int, str] | None:
        """Number and manifest from which the sender may continue; ``None`` where this receipt does not say."""
        if self.verdict is Verdict.HELD:
            return None
        return self.head or (self.stream_sequence, self.manifest)


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where the receiver's chain of receipts for one sender ends: the next receipt follows it."""

    sequence: int = 0
    sha256: str = shape.ZERO_HASH


def compose(
    manifest: Manifest,
    verdict: Verdict,
    *,
    receiver: str,
    sealed: str,
    codes: Sequence[str],
    received: datetime,
    after: ChainEnd,
    trust: TrustList,
    software: Mapping[str, str],
    audit_head: str,
    head: tuple[int, str] | None = None,
) -> Receipt:
    """Return the unsigned receipt about a delivery. ``head`` is given only when it was refused with ``E-CHN-…``."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "environment": manifest.environment,
        "election": manifest.election,
        "receiver": receiver,
        "sequence": after.sequence + 1,
        "previous": after.sha256,
        "sender": manifest.sender,
        "epoch": manifest.epoch,
        "stream_sequence": manifest.sequence,
        "manifest": manifest.sha256,
        "sealed": sealed,
        "verdict": verdict.value,
        "codes": sorted(set(codes)),
        "received": shape.format_time(received),
        "clock": "unsynchronised",
        "trust_list": {"version": trust.version, "sha256": trust.sha256},
        "software": dict(software),
        "audit_head": audit_head,
    }
    if head is not None:
        value["head"] = {"sequence": head[0], "manifest": head[1]}
    return Receipt.from_bytes(canonical.dump(value))


def check(signed: Signed, trust: TrustList) -> Receipt:
    """Return a receipt whose signatures make it one: the receiver's service key, or two persons for ``accepted``.

    Judged by the trust list at the time that the receipt names. Raises ``BadData``.
    """
    if signed.name != RECEIPT:
        raise BadData("E-TAR-ORDER", "not a receipt")
    receipt = Receipt.from_bytes(signed.document)
    if receipt.environment != trust.environment:
        raise BadData("E-ADR-ENV", f"a receipt of {receipt.environment}, a list of {trust.environment}")
    if not covers(trust.election, receipt.election):
        raise BadData("E-ADR-ELECTION", f"a receipt for {receipt.election}, a list for {trust.election}")
    org = trust.orgs.get(receipt.receiver)
    if org is None:
        raise BadData("E-ADR-SENDER", f"{receipt.receiver} is not in the trust list")
    role = ACCEPT_ROLE if receipt.verdict is Verdict.ACCEPTED else RECEIPT_ROLE
    signatures.judge(
        signed.document,
        signed.signatures,
        namespace=NAMESPACE,
        org=org,
        role=role,
        threshold=org.needs(role) if role == ACCEPT_ROLE else org.threshold.get(role, 1),
        now=trust.judged_at(receipt.received),
    )
    return receipt
