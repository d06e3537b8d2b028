"""The log operator: the key that signs, and what it remembers outside the public folder so that it never signs two pasts.

State: entries that were taken in and in which order (the queue), and the last size and root that were about to be signed.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.errors import BadData, Unreachable
from waarmerk.ledger import codes, note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry
from waarmerk.ledger.merkle import EMPTY_ROOT
from waarmerk.ledger.note import Kind, Note, VerifierKey
from waarmerk.machine import files
from waarmerk.wire import canonical, shape

FORMAT = "waarmerk-log-state/1"
MAX_STATE = 64 << 20
"""Bytes: the queue of a whole election is 2 MB."""
SCHEMA = shape.fields(
    {
        "format": shape.one_of(FORMAT),
        "origin": shape.text,
        "from": shape.whole(0),
        "queue": shape.array(lambda value, path: None),
        "signing": shape.fields({"size": shape.whole(0), "root": shape.digest}),
    }
)
NOTHING_SIGNED = Checkpoint("none", 0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class LogSigner:
    """Name (origin), private key, and the body that keeps the log, under which trust lists are logged."""

    origin: str
    private: Ed25519PrivateKey
    operator: str

    @property
    def key(self) -> VerifierKey:
        """The public side; ``str`` of it is the line for trust list and policy."""
        return VerifierKey.of(self.origin, Kind.LOG, self.private)

    def sign(self, checkpoint: Checkpoint) -> Note:
        """Return the signed checkpoint; the same one has the same bytes."""
        return Note(checkpoint.text, (note.sign(checkpoint.text, self.origin, self.private),))


@dataclass(frozen=True, slots=True)
class State:
    """What the operator remembers: entries from ``start`` on in their order, and what was last about to be signed."""

    origin: str
    start: int = 0
    queue: tuple[Entry, ...] = ()
    signing: Checkpoint = NOTHING_SIGNED

    def to_bytes(self) -> bytes:
        """Return the state as it is stored."""
        return canonical.dump(
            {
                "format": FORMAT,
                "origin": self.origin,
                "from": self.start,
                "queue": [dict(entry.document) for entry in self.queue],
                "signing": {"size": self.signing.size, "root": self.signing.root.hex()},
            }
        )


def load(path: Path, origin: str) -> State:
    """Return the state of a log; an empty one when there is no file yet. ``BadData`` ``E-LOG-STATE`` when it is another's."""
    if not path.exists():
        return State(origin)
    value = shape.require(canonical.load(files.read_bounded(path, MAX_STATE, codes.STATE), MAX_STATE), SCHEMA, "state")
    if value["origin"] != origin:
        raise BadData(codes.STATE, f"{path.name} is the state of the log {value['origin'][:80]!r}, not of {origin!r}")
    queue = tuple(Entry.parse(canonical.dump(document)) for document in value["queue"])
    signing = Checkpoint(origin, value["signing"]["size"], bytes.fromhex(value["signing"]["root"]))
    return State(origin, value["from"], queue, signing)


def save(path: Path, state: State) -> None:
    """Make a state durable."""
    files.replace(path, state.to_bytes(), mode=files.PRIVATE)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only writer of this log while the block runs; ``Unreachable`` when another one is at work."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unreachable("another program is writing this log; try again") from None
        yield
