"""Cosignatures (C2SP tlog-cosignature, Ed25519): a witness says that it saw this checkpoint, at this time, and no fork of it.

The signed message does not contain the witness's name, so a witness has one key for one name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.checkpoint import MAX_SIZE
from waarmerk.ledger.note import Kind, Note, SignatureLine, VerifierKey, check_ed25519

SIGNATURE_SIZE = 8 + 64


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(text: str, name: str, private: Ed25519PrivateKey, time: int) -> SignatureLine:
    """Return a witness's line over a checkpoint text; ``time`` in seconds since 1970 UTC."""
    key = VerifierKey.of(name, Kind.WITNESS, private)
    return SignatureLine(name, key.id, struct.pack(">Q", time) + private.sign(_message(text, time)))


def verify(note: Note, witnesses: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """Return which of the witnesses cosigned a note, and when (seconds since 1970 UTC).

    Raises ``BadData`` ``E-LOG-SIGNATURE`` when one of them did so falsely or twice. Whether the times and the number of
    witnesses suffice is for the policy.
    """
    times: dict[VerifierKey, int] = {}
    for key, signature in note.of_known(w for w in witnesses if w.kind is Kind.WITNESS).items():
        if len(signature) != SIGNATURE_SIZE:
            raise BadData(codes.SIGNATURE, f"the cosignature of {key.name} has another length")
        time = int(struct.unpack(">Q", signature[:8])[0])
        if time > MAX_SIZE:
            raise BadData(codes.SIGNATURE, f"the cosignature of {key.name} has an impossible time")
        check_ed25519(key, signature[8:], _message(note.text, time))
        times[key] = time
    return times
