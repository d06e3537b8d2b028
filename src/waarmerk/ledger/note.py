"""Signed notes (C2SP signed-note): a few lines of text and under them the signatures of whoever vouches for it.

Text and signatures are parted by the last empty line. A key is known by its name and a four-byte id together. Signatures
by keys that we do not know are ignored; a false signature by a known key, or two by the same, make the whole note false.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from waarmerk.errors import BadData
from waarmerk.ledger import base64, codes
from waarmerk.wire.sshkeys import guard_ed25519

MAX_NOTE = 65_536
MAX_SIGNATURES = 32
"""A verifier must take 16; more than 32 nobody needs."""
DASH = "\u2014"
LINE = re.compile(rf"{DASH} ([^ ]+) ([A-Za-z0-9+/=]+)")


class Kind(IntEnum):
    """What a key signs, as the byte before the public key in its verifier line."""

    LOG = 0x01
    """Ed25519 over the text."""
    WITNESS = 0x04
    """Ed25519 over a time and the text (C2SP tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, written ``name+id+base64``."""

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes with which its signatures begin."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier line; ``BadData`` ``E-LOG-NOTE`` for another spelling or type, ``E-TRU-WEAKKEY`` for a weak key."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise BadData(codes.NOTE, "a verifier key is name+id+base64")
        name, _, encoded = parts
        data = base64.decode(encoded, codes.NOTE, "the verifier key")
        if len(data) != 33 or data[0] not in list(Kind):
            raise BadData(codes.NOTE, "only Ed25519 keys of a log (1) or a witness (4) are known")
        guard_ed25519(data[1:])
        key = cls(check_name(name), Kind(data[0]), data[1:])
        if str(key) != text:
            raise BadData(codes.NOTE, "the id of a verifier key does not belong to its name and key")
        return key

    @classmethod
    def of(cls, name: str, kind: Kind, private: Ed25519PrivateKey) -> Self:
        """Return the public side of a private key under a name."""
        return cls(check_name(name), kind, private.public_key().public_bytes_raw())


def check_name(name: str) -> str:
    """Return a key name: not empty, without white space, ``+`` or control characters; ``BadData`` ``E-LOG-NOTE``."""
    if not name or any(
        c == "+" or c.isspace() or unicodedata.category(c) in ("Cc", "Cs", "Zs", "Zl", "Zp") for c in name
    ):
        raise BadData(codes.NOTE, f"{name[:60]!r} is not a key name")
    return name


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line under a note: who says it signed, and with what."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64.encode(self.key_id + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line without its newline; ``BadData`` ``E-LOG-NOTE``."""
        match = LINE.fullmatch(line)
        if match is None:
            raise BadData(codes.NOTE, f"{line[:60]!r} is not a signature line")
        data = base64.decode(match[2], codes.NOTE, "a signature")
        if len(data) <= 4:
            raise BadData(codes.NOTE, "a signature line has no signature")
        return cls(check_name(match[1]), data[:4], data[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a note of at most 64 KiB; ``BadData`` ``E-LOG-NOTE``. Nothing is verified yet."""
        if len(data) > MAX_NOTE:
            raise BadData(codes.NOTE, f"{len(data)} bytes, a note has at most {MAX_NOTE}")
        try:
            whole = data.decode()
        except UnicodeDecodeError as error:
            raise BadData(codes.NOTE, f"not UTF-8 at byte {error.start}") from None
        if any(unicodedata.category(character) == "Cc" and character != "\n" for character in whole):
            raise BadData(codes.NOTE, "a control character")
        body, gap, under = whole.rpartition("\n\n")
        if not gap or not under.endswith("\n"):
            raise BadData(codes.NOTE, "no empty line before signatures, or no newline at the end")
        lines = under[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise BadData(codes.NOTE, f"{len(lines)} signatures, at most {MAX_SIGNATURES}")
        return cls(body + "\n", tuple(map(SignatureLine.parse, lines)))

    def of_known(self, keys: Iterable[VerifierKey]) -> dict[VerifierKey, bytes]:
        """Return the signature bytes under each known key, not yet verified; ``E-LOG-SIGNATURE`` when a key has two."""
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, bytes] = {}
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                continue
            if key in found:
                raise BadData(codes.SIGNATURE, f"two signatures by {key.name}")
            found[key] = line.signature
        return found

    def verify(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return the log keys that signed the text: at least one, and none falsely.

        Raises ``BadData`` ``E-LOG-SIGNATURE`` (false, or twice) or ``E-LOG-UNKNOWN`` (no known key).
        """
        found = self.of_known(key for key in keys if key.kind is Kind.LOG)
        for key, signature in found.items():
            check_ed25519(key, signature, self.text.encode())
        if not found:
            raise BadData(codes.UNKNOWN, "not signed by a log that the policy knows")
        return tuple(found)


def check_ed25519(key: VerifierKey, signature: bytes, message: bytes) -> None:
    """Refuse an Ed25519 signature that is not the key's own over the message; ``E-LOG-SIGNATURE``."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        raise BadData(codes.SIGNATURE, f"the signature of {key.name} is false") from None


def sign(text: str, name: str, private: Ed25519PrivateKey) -> SignatureLine:
    """Return a log's signature line over a text; Ed25519 is deterministic, so signing again gives the same line."""
    key = VerifierKey.of(name, Kind.LOG, private)
    return SignatureLine(name, key.id, private.sign(text.encode()))
