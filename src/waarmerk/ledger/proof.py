"""The proof file that stands beside a published file (C2SP tlog-proof): entry, its place, the way to the root, checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from waarmerk.errors import BadData
from waarmerk.ledger import base64, codes
from waarmerk.ledger.checkpoint import number
from waarmerk.ledger.merkle import HASH_SIZE, MAX_PROOF
from waarmerk.ledger.note import MAX_NOTE
from waarmerk.ledger.tiles import MAX_ENTRY

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_PROOF_FILE = MAX_NOTE + 2 * MAX_ENTRY + 64 * MAX_PROOF
"""Bytes: a note, an entry in base64, and the longest way to a root."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was read: nothing in it is to be believed before :mod:`waarmerk.publication.verify` did its steps."""

    entry: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: bytes

    def __bytes__(self) -> bytes:
        lines = [FIRST_LINE, f"extra {base64.encode(self.entry)}", f"index {self.index}"]
        lines += [base64.encode(one) for one in self.hashes]
        return "\n".join([*lines, "", ""]).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a proof file in its one form; ``BadData`` ``E-LOG-PROOF``."""
        if len(data) > MAX_PROOF_FILE:
            raise BadData(codes.PROOF, f"{len(data)} bytes, a proof has at most {MAX_PROOF_FILE}")
        head, gap, note = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise BadData(codes.PROOF, "not ASCII before the checkpoint") from None
        if not gap or len(lines) < 3 or lines[0] != FIRST_LINE:
            raise BadData(codes.PROOF, f"no proof: {FIRST_LINE}, extra, index, hashes, empty line, checkpoint")
        if len(lines) > 3 + MAX_PROOF:
            raise BadData(codes.PROOF, f"more than {MAX_PROOF} hashes")
        entry = base64.decode(_after("extra ", lines[1]), codes.PROOF, "extra")
        index = number(_after("index ", lines[2]), codes.PROOF)
        return cls(entry, index, tuple(_hash(line) for line in lines[3:]), note)


def _after(label: str, line: str) -> str:
    if not line.startswith(label):
        raise BadData(codes.PROOF, f"a line does not begin with {label!r}")
    return line[len(label) :]


def _hash(line: str) -> bytes:
    value = base64.decode(line, codes.PROOF, "a hash")
    if len(value) != HASH_SIZE:
        raise BadData(codes.PROOF, f"a hash has {HASH_SIZE} bytes")
    return value
