"""The witness by file (security.md 4.4): it has seen this state of a log, and every earlier one that it saw is a part of it.

A request is the body of C2SP *tlog-witness*: ``old <size>``, proof lines, empty line, checkpoint. It travels on a stick or by
any channel. What a witness saw is durable before its signature leaves it, so that it never signs two pasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.errors import BadData
from waarmerk.ledger import base64, codes, cosignature
from waarmerk.ledger.checkpoint import Checkpoint, number
from waarmerk.ledger.entry import Entry
from waarmerk.ledger.merkle import EMPTY_ROOT, HASH_SIZE, MAX_PROOF, check_consistency
from waarmerk.ledger.note import MAX_NOTE, Kind, Note, SignatureLine, VerifierKey
from waarmerk.ledger.policy import Policy
from waarmerk.machine import files
from waarmerk.publication import copies, layout, operator
from waarmerk.publication.read import Folder
from waarmerk.publication.write import state_file, write_proofs
from waarmerk.seal.trust import TrustList
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

FORMAT = "waarmerk-witness-state/1"
REQUEST = "E-WIT-REQUEST"
ORIGIN = "E-WIT-ORIGIN"
OLDER = "E-WIT-OLDER"
SIZE = "E-WIT-SIZE"
MAX_REQUEST = MAX_NOTE + 64 * (MAX_PROOF + 1)
MAX_MEMORY = 1 << 20
"""Bytes: one line for each log that a witness follows."""
MAX_LINES = 16_384
"""Bytes of signature lines that come back."""
SCHEMA = shape.fields(
    {
        "format": shape.one_of(FORMAT),
        "logs": shape.array(
            shape.fields({"origin": shape.text, "size": shape.whole(0), "root": shape.digest}),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks of a witness: to go on from the size that it saw last."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *(base64.encode(one) for one in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a request; ``BadData`` ``E-WIT-REQUEST``."""
        head, gap, note = data.partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        if len(data) > MAX_REQUEST or not gap or not lines[0].startswith("old ") or len(lines) > MAX_PROOF + 1:
            raise BadData(REQUEST, "no request: old <size>, at most 63 hashes, empty line, checkpoint")
        proof = tuple(base64.decode(line, REQUEST, "a hash") for line in lines[1:])
        if any(len(one) != HASH_SIZE for one in proof):
            raise BadData(REQUEST, f"a hash has {HASH_SIZE} bytes")
        return cls(number(lines[0].removeprefix("old "), REQUEST), proof, note)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who witnesses: name, key (one name, one key), the logs it follows, and where it remembers what it saw."""

    name: str
    private: Ed25519PrivateKey
    logs: tuple[VerifierKey, ...]
    memory: Path

    @property
    def key(self) -> VerifierKey:
        """The public side, for a policy."""
        return VerifierKey.of(self.name, Kind.WITNESS, self.private)


def request(folder: Folder, old: int) -> Request:
    """Return what the log of a folder asks of a witness that saw its first ``old`` entries; ``E-WIT-OLDER`` when it has fewer."""
    signed = folder.signed()
    if signed is None or old > signed.checkpoint.size:
        raise BadData(OLDER, f"the folder has {signed.checkpoint.size if signed else 0} entries, the witness saw {old}")
    proof = folder.tree(signed.checkpoint.size).consistency(old)
    return Request(old, tuple(proof), bytes(signed.note))


def answer(witness: Witness, data: bytes, *, now: datetime) -> SignatureLine:
    """Return the witness's signature line over the checkpoint of a request, after remembering it.

    Raises ``BadData``: ``E-WIT-ORIGIN`` (a log it does not follow), ``E-LOG-UNKNOWN`` or ``E-LOG-SIGNATURE`` (not signed by it),
    ``E-WIT-OLDER`` (shrinks), ``E-WIT-SIZE`` (the reason names the size to go on from), ``E-LOG-CONSISTENCY`` (another past:
    the request is kept as evidence). ``Unreachable`` when another request is being answered.
    """
    asked = Request.parse(data)
    note = Note.parse(asked.note)
    checkpoint = Checkpoint.parse(note.text)
    known = [key for key in witness.logs if key.name == checkpoint.origin]
    if not known:
        raise BadData(ORIGIN, f"the log {checkpoint.origin[:80]!r} is not one that this witness follows")
    note.verify(known)
    if asked.old > checkpoint.size:
        raise BadData(OLDER, f"from {asked.old} entries to {checkpoint.size}: a log does not shrink")
    with operator.alone(witness.memory):
        seen = seen_logs(witness.memory)
        held = seen.get(checkpoint.origin, Checkpoint(checkpoint.origin, 0, EMPTY_ROOT))
        if asked.old != held.size:
            raise BadData(
                SIZE, f"this witness saw {held.size} entries; make the request from there (--old {held.size})"
            )
        try:
            check_consistency(held.size, checkpoint.size, asked.proof, held.root, checkpoint.root)
        except BadData:
            _keep_evidence(witness.memory, data)
            raise
        _remember(witness.memory, {**seen, checkpoint.origin: checkpoint})
    return cosignature.cosign(note.text, witness.name, witness.private, int(now.timestamp()))


def seen_logs(memory: Path) -> dict[str, Checkpoint]:
    """Return the newest checkpoint that a witness saw of each log, by origin."""
    if not memory.exists():
        return {}
    value = shape.require(
        canonical.load(files.read_bounded(memory, MAX_MEMORY, codes.STATE), MAX_MEMORY), SCHEMA, "state"
    )
    return {log["origin"]: Checkpoint(log["origin"], log["size"], bytes.fromhex(log["root"])) for log in value["logs"]}


def _remember(memory: Path, seen: dict[str, Checkpoint]) -> None:
    logs = [{"origin": origin, "size": one.size, "root": one.root.hex()} for origin, one in sorted(seen.items())]
    files.replace(memory, canonical.dump({"format": FORMAT, "logs": logs}), mode=files.PRIVATE)


def _keep_evidence(memory: Path, data: bytes) -> None:
    """Two signed states that do not fit are what a witness is for: nobody may lose them."""
    files.put_same(memory.with_name(f"{memory.name}.evidence") / sha256(data), data)


def add(folder: Path, lines: bytes, *, state: Path | None = None) -> tuple[str, ...]:
    """Put signature lines of witnesses under the checkpoint of a folder, and return the witnesses that it has then.

    Proofs that lacked witnesses are written again once there are enough. Raises ``BadData``: ``E-LOG-UNKNOWN`` (not a witness of
    the policy), ``E-LOG-SIGNATURE`` (false, or not over this checkpoint: ask again).
    """
    with operator.alone(state or state_file(folder)):
        public = Folder(folder)
        signed = public.checkpointed()
        entries = public.entries(signed.checkpoint.size)
        policy = _policy(public, entries)
        note = _with(signed.note, _lines(lines), policy)
        seen = policy.seen_by(note)
        files.replace(folder / layout.CHECKPOINT, bytes(note))
        again = public.signed()
        if again is not None:
            write_proofs(public, again, entries, policy)
        return tuple(sorted(seen))


def _policy(folder: Folder, entries: Sequence[Entry]) -> Policy:
    newest = next((entry.object for entry in reversed(entries) if entry.type == "trust-list"), None)
    if newest is None:
        raise BadData("E-TRU-NONE", "no trust list stands in the log")
    return Policy.parse(copies.policy(TrustList.from_bytes(folder.document(newest))))


def _lines(data: bytes) -> list[SignatureLine]:
    if len(data) > MAX_LINES or not data.endswith(b"\n"):
        raise BadData(codes.NOTE, f"signature lines of at most {MAX_LINES} bytes, each with its newline")
    return [SignatureLine.parse(line) for line in data.decode("utf-8", "replace")[:-1].split("\n")]


def _with(note: Note, lines: Sequence[SignatureLine], policy: Policy) -> Note:
    """The note with these lines, each in the place of an earlier one of the same witness."""
    known = {(key.name, key.id) for key in policy.witnesses.values()}
    for line in lines:
        if (line.name, line.key_id) not in known:
            raise BadData(codes.UNKNOWN, f"{line.name[:80]!r} is not a witness of the policy")
    replaced = {(line.name, line.key_id) for line in lines}
    kept = [line for line in note.signatures if (line.name, line.key_id) not in replaced]
    return Note(note.text, (*kept, *lines))
