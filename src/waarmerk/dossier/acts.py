"""Acts: what a person or the program did, one append-only row each, in a hash chain (security.md 5.8, architecture.md).

The chain is the audit log. All states are folds over it, so it holds everything that a state needs, and never a vote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

PROGRAM = "waarmerk"
"""The actor when no person did it."""
MAX_ACT = 1 << 20
"""One row; the largest has a manifest's files."""


MAX_TEXT = 400
"""Text that others wrote (a name, a reason), as far as it is kept."""


class Action(StrEnum):
    """Everything that can be done, at a receiver and (from ``PREPARED``) at a sender. A word is never reused."""

    TRUST_LOADED = "trust-loaded"
    RECEIVED = "received"
    HELD = "held"
    REJECTED = "rejected"
    EXAMINED = "examined"
    EXAMINED_AGAIN = "examined-again"
    PAPER_DIGEST = "paper-digest"
    PAPER_TOTALS = "paper-totals"
    ACCEPT_DRAFTED = "accept-drafted"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    LINK_USED = "link-used"
    DECIDED = "decided"
    FLOOR_RAISED = "floor-raised"
    ADOPTED = "adopted"
    ALARMED = "alarmed"
    PREPARED = "prepared"
    SIGNED = "signed"
    SAME_MACHINE = "same-machine"
    SEALED = "sealed"
    SENT = "sent"
    RECEIPT_FILED = "receipt-filed"
    CHAIN_RENEWED = "chain-renewed"


SCHEMA = shape.fields(
    {
        "sequence": shape.whole(1),
        "time": shape.moment,
        "actor": shape.text,
        "role": shape.text,
        "action": shape.one_of(*Action),
        "object": shape.text,
        "result": shape.text,
        "origin": shape.text,
        "details": shape.mapping(shape.text, lambda value, path: None),
        "previous": shape.digest,
    }
)


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act that is about to be recorded."""

    action: Action
    object: str
    """What it is about: a manifest hash, a file hash, a list version."""
    details: Mapping[str, Any] = field(default_factory=dict)
    actor: str = PROGRAM
    role: str = ""
    result: str = "ok"
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain of acts ends."""

    sequence: int = 0
    sha256: str = shape.ZERO_HASH


@dataclass(frozen=True, slots=True)
class Act:
    """One recorded act. ``body`` is its canonical form, of which :attr:`sha256` is the link for the next."""

    body: bytes
    sequence: int
    time: datetime
    actor: str
    action: Action
    object: str
    result: str
    details: Mapping[str, Any]
    previous: str

    @property
    def sha256(self) -> str:
        """The hash that the next act names."""
        return sha256(self.body)

    @property
    def head(self) -> Head:
        """The end of a chain that ends here."""
        return Head(self.sequence, self.sha256)

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """Read one row; ``BadData`` when it is not one."""
        value = shape.require(canonical.load(body, MAX_ACT), SCHEMA, "act")
        return cls(
            body=body,
            sequence=value["sequence"],
            time=shape.parse_time(value["time"]),
            actor=value["actor"],
            action=Action(value["action"]),
            object=value["object"],
            result=value["result"],
            details=value["details"],
            previous=value["previous"],
        )


def plain(text: str) -> str:
    """Return text from outside as an act may keep it: one line, bounded, no sign that canonical JSON refuses (16.4.1)."""
    escaped = text.encode("unicode_escape").decode("ascii")
    return escaped[:MAX_TEXT]


def record(new: NewAct, head: Head, now: datetime) -> Act:
    """Return the act as the next of a chain."""
    body = canonical.dump(
        {
            "sequence": head.sequence + 1,
            "time": shape.format_time(now),
            "actor": new.actor,
            "role": new.role,
            "action": new.action.value,
            "object": new.object,
            "result": new.result,
            "origin": new.origin,
            "details": dict(new.details),
            "previous": head.sha256,
        }
    )
    return Act.from_bytes(body)


def record_all(news: Iterable[NewAct], head: Head, now: datetime) -> Iterator[Act]:
    """Yield several acts as the next of a chain."""
    for new in news:
        act = record(new, head, now)
        head = act.head
        yield act
