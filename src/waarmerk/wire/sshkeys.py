"""SSH public keys as the profile has them, and the weak-key guard (security.md 3.3, 3.5.3, 3.5.4).

OpenSSL accepts Ed25519 keys of small order, with which one signature fits every message: a poisoned trust list would
make signatures forgeable by anyone. So every key passes the guard when it is read, and a P-256 key must lie on its curve.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec

from waarmerk.errors import BadData

ED25519 = "ssh-ed25519"
ECDSA_P256 = "ecdsa-sha2-nistp256"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
"""A security key that signs in a browser; its application is the relying party, a host name (security.md 3.5.3)."""
KEY_TYPES = (ED25519, SK_ED25519, ECDSA_P256, SK_ECDSA)
SK_APPLICATION = b"ssh:"
RELYING_PARTY = re.compile(rb"[a-z0-9-]+(\.[a-z0-9-]+)*")

FIELD_PRIME = 2**255 - 19
SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)


class Strings:
    """Reads the length-prefixed strings of the SSH wire format; every flaw is ``BadData`` with the code given."""

    def __init__(self, data: bytes, code: str) -> None:
        self._data = data
        self._at = 0
        self._code = code

    def take(self, count: int) -> bytes:
        """Return exactly ``count`` bytes."""
        block = self._data[self._at : self._at + count]
        if len(block) != count:
            raise BadData(self._code, "shorter than its own lengths say")
        self._at += count
        return block

    def number(self) -> int:
        """Return a 32-bit number."""
        return int(struct.unpack(">I", self.take(4))[0])

    def string(self) -> bytes:
        """Return one length-prefixed string."""
        return self.take(self.number())

    def end(self) -> None:
        """Refuse bytes that are left over."""
        if self._at != len(self._data):
            raise BadData(self._code, "bytes after the end")


def string(data: bytes) -> bytes:
    """Return one length-prefixed string in the SSH wire format."""
    return struct.pack(">I", len(data)) + data


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key of a type in the profile, past the weak-key guard. ``blob`` is its binary form."""

    type: str
    blob: bytes
    material: bytes
    """32 bytes for Ed25519, the 65-byte point for P-256."""
    application: bytes = b""
    """What a security key was made for: ``ssh:``, or the host name of the page that signs."""

    @property
    def id(self) -> str:
        """First 32 hex digits of the SHA-256 of the blob (security.md 3.3)."""
        return hashlib.sha256(self.blob).hexdigest()[:32]

    @property
    def text(self) -> str:
        """Type and base64, without a comment, as in a trust list."""
        return f"{self.type} {base64.b64encode(self.blob).decode()}"

    @property
    def hardware(self) -> bool:
        """Whether the key type can only live in a security key (security.md 3.5.5)."""
        return self.type.startswith("sk-")

    @property
    def at_page(self) -> bool:
        """Whether it signs at a page in a browser only; ``ssh-keygen`` cannot have it sign."""
        return self.type == SK_ECDSA

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``type base64``, nothing before or after; raises ``BadData`` ``E-SIG-KEYTYPE``, ``-PARSE`` or ``E-TRU-WEAKKEY``."""
        parts = text.split(" ")
        if len(parts) != 2:
            raise BadData("E-SIG-PARSE", "a public key is a type and base64, without a comment")
        try:
            blob = base64.b64decode(parts[1], validate=True)
        except (binascii.Error, ValueError):
            raise BadData("E-SIG-PARSE", "the public key is not base64") from None
        key = cls.from_blob(blob)
        if key.text != text:
            raise BadData("E-SIG-PARSE", "the public key has another, canonical spelling")
        return key

    @classmethod
    def from_blob(cls, blob: bytes) -> Self:
        """Read the binary form; see :meth:`parse`."""
        strings = Strings(blob, "E-SIG-PARSE")
        kind = strings.string().decode("ascii", "replace")
        if kind not in KEY_TYPES:
            raise BadData("E-SIG-KEYTYPE", f"key type {kind[:40]!r} is not in the profile")
        p256 = kind in (ECDSA_P256, SK_ECDSA)
        if p256 and strings.string() != b"nistp256":
            raise BadData("E-SIG-PARSE", "the curve is not nistp256")
        material = strings.string()
        application = strings.string() if kind in (SK_ED25519, SK_ECDSA) else b""
        strings.end()
        if kind == SK_ED25519 and application != SK_APPLICATION:
            raise BadData("E-SIG-PARSE", "the application of a security key must be ssh:")
        if kind == SK_ECDSA and application == SK_APPLICATION:
            raise BadData(
                "E-SIG-KEYTYPE", "a security key of this type signs in a browser only, and was made elsewhere"
            )
        if kind == SK_ECDSA and RELYING_PARTY.fullmatch(application) is None:
            raise BadData("E-SIG-PARSE", "the application of a key that signs in a browser must be a host name")
        (guard_p256 if p256 else guard_ed25519)(material)
        return cls(kind, blob, material, application)


def guard_p256(point: bytes) -> None:
    """Refuse what is no uncompressed point (``E-SIG-PARSE``) and points off the curve (``E-TRU-WEAKKEY``), security.md 3.5.4."""
    if len(point) != 65 or point[0] != 4:
        raise BadData("E-SIG-PARSE", "not an uncompressed P-256 point")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadData("E-TRU-WEAKKEY", "the P-256 key is not a point of its curve") from None


def guard_ed25519(key: bytes) -> None:
    """Refuse Ed25519 keys of small order and other spellings of a point (security.md 3.5.4); ``E-TRU-WEAKKEY``."""
    if len(key) != 32:
        raise BadData("E-SIG-PARSE", "an Ed25519 key has 32 bytes")
    cleared = key[:31] + bytes([key[31] & 0x7F])
    if cleared in SMALL_ORDER or int.from_bytes(cleared, "little") >= FIELD_PRIME:
        raise BadData("E-TRU-WEAKKEY", "the Ed25519 key is weak: signatures with it can be forged by anyone")
