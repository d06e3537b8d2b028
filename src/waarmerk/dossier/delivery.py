"""A delivery's states as types: each carries only what exists then; a transition is a method that gives the next state.

``expected → … → held → received → accepted → published → superseded | withdrawn``; ``rejected`` ends it (architecture.md).
``draft``, ``signed`` and ``sent`` are the sender's and live in its outbox; here deliveries begin when they arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from waarmerk.seal.manifest import Kind, Manifest, StreamId

MANIFEST_PART = 4_000
"""A string of canonical JSON has at most 4,096 code points; a manifest stands in pieces."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a delivery from the moment that it was authentic: the constant part of all its states."""

    manifest: Manifest
    sealed: str
    size: int
    time: datetime
    signers: tuple[tuple[str, str, str], ...]
    """Key id, person and kind of key (``hardware`` or ``file``) of each signature that counted."""
    codes: tuple[str, ...]

    @property
    def stream(self) -> StreamId:
        """The stream that it belongs to."""
        return self.manifest.stream


@dataclass(frozen=True, slots=True)
class Examination:
    """What the examination of a delivery gave, as the act has it: numbers of findings and the digest of the full report."""

    report: str
    notice: int
    remarkable: int
    warning: int
    error: int
    stations: int = 0
    """How many polling stations the statistics rest on, those of other authorities among them."""


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """How far the comparison with the paper record is (security.md 3.19)."""

    digest_tries: int = 0
    digest_by: str = ""
    """Who typed the 64 digits right; empty while nobody did."""
    totals_by: str = ""
    draft: str = ""
    """The unsigned ``accepted`` receipt, once both are right."""

    @property
    def complete(self) -> bool:
        """Whether digest and totals were both compared and equal."""
        return bool(self.digest_by and self.totals_by)


@dataclass(frozen=True, slots=True)
class Held:
    """Stored and proven, waits for what comes before it, or for a newer trust list."""

    arrival: Arrival
    code: str
    word = "held"

    def receive(self, time: datetime, codes: tuple[str, ...]) -> Received:
        """What it waited for is there."""
        return Received(replace(self.arrival, time=time, codes=codes))


@dataclass(frozen=True, slots=True)
class Rejected:
    """Authentic, but its content or its place in the chain was refused; kept as evidence."""

    arrival: Arrival
    code: str
    reason: str = ""
    word = "rejected"


@dataclass(frozen=True, slots=True)
class Received:
    """Authentic, complete, durable: the sender may go home."""

    arrival: Arrival
    examination: Examination | None = None
    paper: PaperCheck = field(default_factory=PaperCheck)
    word = "received"

    def examined(self, examination: Examination) -> Self:
        """The examination is done."""
        return replace(self, examination=examination)

    def typed_digest(self, *, by: str, right: bool) -> Self:
        """Somebody typed the digest from paper."""
        tries = self.paper.digest_tries + 1
        return replace(self, paper=replace(self.paper, digest_tries=tries, digest_by=by if right else ""))

    def typed_totals(self, *, by: str, right: bool) -> Self:
        """Somebody typed the totals from paper."""
        return replace(self, paper=replace(self.paper, totals_by=by if right else ""))

    def drafted(self, draft: str) -> Self:
        """The acceptance is ready to be signed by two persons."""
        return replace(self, paper=replace(self.paper, draft=draft))

    def reject(self, code: str, reason: str) -> Rejected:
        """Its content cannot be used."""
        return Rejected(self.arrival, code, reason)

    def accept(self, by: tuple[str, ...], time: datetime) -> Accepted:
        """Two persons accepted it against paper."""
        return Accepted(self.arrival, self.examination, by, time)

    def supersede(self, by: Manifest) -> Superseded | Withdrawn:
        """A later delivery replaced it."""
        return _replaced(self.arrival, self.examination, by, accepted=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Compared with paper and accepted by two persons."""

    arrival: Arrival
    examination: Examination | None
    by: tuple[str, ...]
    time: datetime
    word = "accepted"

    def examined(self, examination: Examination) -> Self:
        """It was examined again."""
        return replace(self, examination=examination)

    def publish(self) -> Published:
        """It stands in the public log."""
        return Published(self.arrival, self.examination, self.by, self.time)

    def supersede(self, by: Manifest) -> Superseded | Withdrawn:
        """A later delivery replaced it."""
        return _replaced(self.arrival, self.examination, by, accepted=True)


@dataclass(frozen=True, slots=True)
class Published:
    """Accepted and public."""

    arrival: Arrival
    examination: Examination | None
    by: tuple[str, ...]
    time: datetime
    word = "published"

    def examined(self, examination: Examination) -> Self:
        """It was examined again."""
        return replace(self, examination=examination)

    def supersede(self, by: Manifest) -> Superseded | Withdrawn:
        """A later delivery replaced it."""
        return _replaced(self.arrival, self.examination, by, accepted=True)


@dataclass(frozen=True, slots=True)
class Superseded:
    """Replaced by a correction; it stays readable."""

    arrival: Arrival
    examination: Examination | None
    by: str
    accepted: bool
    """Whether it was accepted before: then it is public and stays so."""
    word = "superseded"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Taken back by its sender; it stays readable."""

    arrival: Arrival
    examination: Examination | None
    by: str
    accepted: bool
    word = "withdrawn"


Delivery = Held | Rejected | Received | Accepted | Published | Superseded | Withdrawn


def _replaced(
    arrival: Arrival, examination: Examination | None, by: Manifest, *, accepted: bool
) -> Superseded | Withdrawn:
    state = Withdrawn if by.kind is Kind.WITHDRAWAL else Superseded
    return state(arrival, examination, by.sha256, accepted)


def arrival_details(arrival: Arrival) -> dict[str, Any]:
    """Return what the act of an arrival keeps, from which :func:`arrival_from` makes it again."""
    return {
        "manifest": _pieces(arrival.manifest.data.decode("utf-8")),
        "sealed": arrival.sealed,
        "size": arrival.size,
        "signers": [list(signer) for signer in arrival.signers],
        "codes": list(arrival.codes),
    }


def _pieces(text: str) -> list[str]:
    return [text[start : start + MANIFEST_PART] for start in range(0, len(text), MANIFEST_PART)]


def arrival_from(details: Mapping[str, Any], time: datetime) -> Arrival:
    """Return the arrival that an act recorded."""
    text = "".join(details["manifest"])
    return Arrival(
        manifest=Manifest.from_bytes(text.encode("utf-8")),
        sealed=details["sealed"],
        size=details["size"],
        time=time,
        signers=tuple((signer[0], signer[1], signer[2]) for signer in details["signers"]),
        codes=tuple(details["codes"]),
    )
