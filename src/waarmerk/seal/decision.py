"""Decisions of two persons at a receiver: the ways out of a fork, a lost key, an expired list, a wrong clock, an old backup.

One document for all of them, signed as an acceptance is (security.md 3.8, 3.11, 3.14, 5.7). Each names the one before it, so
none can be played again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from waarmerk.seal import document, signatures
from waarmerk.seal.container import Signed
from waarmerk.seal.limits import MAX_RECEIPT
from waarmerk.seal.receipt import ChainEnd
from waarmerk.seal.trust import ACCEPT_ROLE, Organisation, TrustList
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

FORMAT = "stf-decision/1"
NAMESPACE = "stf-decision-v1"
MAX_REASON = 400
"""Letters of a reason: what was agreed with whom by telephone, without names."""
LONGEST_ALLOWED = timedelta(hours=72)
"""An expired list goes on judging for at most this long: enough to bring the root holders together."""


class What(StrEnum):
    """What two persons can decide. The words are in documents for ever."""

    CLEAR = "clear"
    """Which delivery counts at a fork: object is its manifest hash."""
    BLOCK = "block"
    """A key counts no longer, before the next list: object is its id."""
    UNBLOCK = "unblock"
    """It counts again, under a list issued after the block that still has it: object is its id."""
    ALLOW = "allow"
    """An expired list counts until a time: object is its hash."""
    CLOCK = "clock"
    """The clock of this machine was right when the decision was drafted: object is the hash of the list held."""
    RESTORE = "restore"
    """After a backup was put back, the chains of receipts go on from the mark: object is the zero hash."""


SCHEMA = shape.fields(
    {
        "format": shape.text,
        "environment": document.environment,
        "election": document.election,
        "receiver": document.organisation,
        "sequence": shape.whole(1),
        "previous": shape.digest,
        "what": shape.one_of(*What),
        "object": shape.pattern(r"[0-9a-f]{32}|[0-9a-f]{64}", "a hash or the id of a key"),
        "until": shape.either(shape.one_of(""), shape.moment),
        "reason": shape.text,
        "taken": shape.moment,
        "trust_list": document.trust_list,
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with its exact bytes."""

    data: bytes
    environment: str
    election: str
    receiver: str
    sequence: int
    previous: str
    what: What
    object: str
    until: datetime | None
    reason: str
    taken: datetime
    trust_version: int

    @property
    def sha256(self) -> str:
        """Hash of the document."""
        return sha256(self.data)

    @property
    def end(self) -> ChainEnd:
        """The end of a chain of decisions that ends here."""
        return ChainEnd(self.sequence, self.sha256)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read exact bytes; raises ``BadData`` with ``E-MAN-*``."""
        value = document.read(data, MAX_RECEIPT, FORMAT, SCHEMA, "decision")
        key = What(value["what"]) in (What.BLOCK, What.UNBLOCK)
        if (len(value["object"]) == 32) != key:
            raise shape.refuse("decision.object", "the id of a key to block or unblock one, else a hash")
        if bool(value["until"]) != (value["what"] == What.ALLOW):
            raise shape.refuse("decision.until", "a time, to allow an expired list and for nothing else")
        taken = shape.parse_time(value["taken"])
        until = shape.parse_time(value["until"]) if value["until"] else None
        if until is not None and not taken < until <= taken + LONGEST_ALLOWED:
            raise shape.refuse("decision.until", f"at most {LONGEST_ALLOWED} after it was taken")
        if not value["reason"] or len(value["reason"]) > MAX_REASON:
            raise shape.refuse("decision.reason", f"1 to {MAX_REASON} letters")
        return cls(
            data=data,
            environment=value["environment"],
            election=value["election"],
            receiver=value["receiver"],
            sequence=value["sequence"],
            previous=value["previous"],
            what=What(value["what"]),
            object=value["object"],
            until=until,
            reason=value["reason"],
            taken=taken,
            trust_version=value["trust_list"]["version"],
        )


def compose(
    what: What,
    object_: str,
    *,
    reason: str,
    until: datetime | None,
    trust: TrustList,
    receiver: str,
    after: ChainEnd,
    taken: datetime,
) -> Decision:
    """Return the unsigned decision that follows the last one of a receiver; raises ``BadData`` for a field that cannot be."""
    value: dict[str, Any] = {
        "format": FORMAT,
        "environment": trust.environment,
        "election": trust.election,
        "receiver": receiver,
        "sequence": after.sequence + 1,
        "previous": after.sha256,
        "what": what.value,
        "object": object_,
        "until": shape.format_time(until) if until else "",
        "reason": reason,
        "taken": shape.format_time(taken),
        "trust_list": {"version": trust.version, "sha256": trust.sha256},
    }
    return Decision.from_bytes(canonical.dump(value))


def check(signed: Signed, body: Organisation) -> None:
    """Refuse a decision that two persons of a receiver did not sign, for whoever reads it later: windows of keys aside."""
    signatures.judge(
        signed.document,
        signed.signatures,
        namespace=NAMESPACE,
        org=body,
        role=ACCEPT_ROLE,
        threshold=body.needs(ACCEPT_ROLE),
        now=None,
    )
