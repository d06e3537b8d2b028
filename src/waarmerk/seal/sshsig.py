"""SSH signatures, the profile of security.md 3.5: made by ``ssh-keygen``, read strictly, verified here.

A signature has one spelling: the armor is decoded, written again and compared. What ``ssh-keygen`` accepts beyond the
profile is refused: other hash algorithms, other key types, a security key that nobody touched, a page that is not listed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from waarmerk.errors import BadData
from waarmerk.seal.limits import MAX_SIGNATURE
from waarmerk.wire.sshkeys import ECDSA_P256, ED25519, SK_ECDSA, PublicKey, Strings, string

BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
END = b"-----END SSH SIGNATURE-----\n"
LINE = 70
MAGIC = b"SSHSIG"
HASH = b"sha512"
USER_PRESENT = 0x01
USER_VERIFIED = 0x04
BACKUP_ELIGIBLE = 0x08
"""A passkey that can be synchronised: whoever has the account has the key."""
ATTESTED, EXTENDED = 0x40, 0x80
WEBAUTHN = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
"""The one form of signature with a key of type ``sk-ecdsa``: what a browser makes, unchanged."""
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def to_be_signed(message: bytes, namespace: str) -> bytes:
    """Return the bytes that the key signs for a message."""
    digest = hashlib.sha512(message).digest()
    return MAGIC + string(namespace.encode()) + string(b"") + string(HASH) + string(digest)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a browser adds to the signature of a security key; ``client_data`` is signed as it is."""

    origin: bytes
    client_data: bytes
    extensions: bytes

    def check(self, challenge: bytes) -> None:
        """Refuse client data that is not about this challenge at this origin; bytes are compared, no JSON is read (3.5.3)."""
        asked = base64.urlsafe_b64encode(challenge).rstrip(b"=")
        start = b'{"type":"webauthn.get","challenge":"%b","origin":"%b"' % (asked, self.origin)
        rest = self.client_data.removeprefix(start)
        if rest == self.client_data or rest[:1] not in (b"}", b",") or rest.startswith(b',"crossOrigin":true'):
            raise BadData("E-SIG-BAD", "the browser signed something else than these bytes at this page")


@dataclass(frozen=True, slots=True)
class Signature:
    """One parsed signature file; nothing of it is verified yet."""

    key: PublicKey
    namespace: str
    raw: bytes
    """The signature itself: 64 bytes, or r and s."""
    flags: int = USER_PRESENT | USER_VERIFIED
    counter: int = 0
    web: Assertion | None = None

    @property
    def hardware(self) -> bool:
        """Whether the key can only live in a security key; one that is synchronised ranks as a file (security.md 3.5.5)."""
        return self.key.hardware and not (self.web and self.flags & BACKUP_ELIGIBLE)

    @classmethod
    def parse(cls, armored: bytes) -> Self:
        """Read one canonical signature file; raises ``BadData`` with ``E-SIG-ARMOR``, ``-PARSE``, ``-ALG`` or ``-KEYTYPE``."""
        blob = _dearmor(armored)
        if armor(blob) != armored:
            raise BadData("E-SIG-ARMOR", "the signature file has another, canonical spelling")
        strings = Strings(blob, "E-SIG-PARSE")
        if strings.take(len(MAGIC)) != MAGIC or strings.number() != 1:
            raise BadData("E-SIG-PARSE", "not an SSHSIG of version 1")
        key = PublicKey.from_blob(strings.string())
        namespace = strings.string()
        if strings.string():
            raise BadData("E-SIG-PARSE", "the reserved field is not empty")
        if strings.string() != HASH:
            raise BadData("E-SIG-ALG", "the hash must be sha512")
        inner = strings.string()
        strings.end()
        return cls(key, namespace.decode("ascii", "replace"), *_signature(key, inner))

    def verify(self, message: bytes, namespace: str) -> None:
        """Return when this is the key's signature over the message in the namespace; ``E-SIG-NAMESPACE`` or ``E-SIG-BAD``."""
        if self.namespace != namespace:
            raise BadData("E-SIG-NAMESPACE", f"made for {self.namespace[:40]!r}, not for {namespace!r}")
        signed = to_be_signed(message, namespace)
        extensions = b""
        if self.web is not None:
            self.web.check(signed)
            signed, extensions = self.web.client_data, self.web.extensions
        if self.key.application:
            signed = (
                hashlib.sha256(self.key.application).digest()
                + struct.pack(">BI", self.flags, self.counter)
                + extensions
                + hashlib.sha256(signed).digest()
            )
        try:
            if self.key.type in (ECDSA_P256, SK_ECDSA):
                public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.key.material)
                public.verify(self.raw, signed, ec.ECDSA(hashes.SHA256()))
            else:
                Ed25519PublicKey.from_public_bytes(self.key.material).verify(self.raw, signed)
        except (InvalidSignature, ValueError):
            raise BadData("E-SIG-BAD", f"the signature of key {self.key.id} does not fit these bytes") from None

    def check_touch(self, user_check: str) -> None:
        """Refuse a security key that was not touched, or not unlocked where the key list demands it (``E-SIG-UP``, ``-UV``).

        ``ssh-keygen -Y verify`` does not look at this.
        """
        if not self.flags & USER_PRESENT:
            raise BadData("E-SIG-UP", f"key {self.key.id} was not touched")
        if (self.web or user_check == "uv") and not self.flags & USER_VERIFIED:
            raise BadData("E-SIG-UV", f"key {self.key.id} was used without PIN")

    def check_origin(self, origins: Mapping[str, str]) -> None:
        """Refuse a signature made at a page that the trust list does not name with its relying party (``E-SIG-ORIGIN``)."""
        if self.web is None:
            return
        origin, party = self.web.origin.decode("ascii", "replace"), self.key.application.decode()
        if origins.get(origin) != party:
            raise BadData(
                "E-SIG-ORIGIN", f"made at {origin[:80]!r} for {party[:80]!r}, which the trust list does not name"
            )


def armor(blob: bytes) -> bytes:
    """Return the one spelling of a signature file: lines of 70 characters, LF."""
    text = base64.b64encode(blob)
    lines = b"".join(text[start : start + LINE] + b"\n" for start in range(0, len(text), LINE))
    return BEGIN + lines + END


def normalise(foreign: bytes) -> bytes:
    """Return the canonical file of a signature that another tool wrapped otherwise (CRLF, other line lengths)."""
    if len(foreign) > MAX_SIGNATURE:
        raise BadData("E-SIG-ARMOR", f"larger than {MAX_SIGNATURE} bytes")
    lines = foreign.replace(b"\r\n", b"\n").strip().split(b"\n")
    if len(lines) < 3 or lines[0] + b"\n" != BEGIN or lines[-1] + b"\n" != END:
        raise BadData("E-SIG-ARMOR", "not an SSH signature file")
    return armor(_decode(b"".join(line.strip() for line in lines[1:-1])))


def sign_with(key: Ed25519PrivateKey, message: bytes, namespace: str) -> bytes:
    """Return the signature file of a service key (receipts); personal keys sign with ``ssh-keygen`` only. Deterministic."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    blob = string(ED25519.encode()) + string(public)
    inner = string(ED25519.encode()) + string(key.sign(to_be_signed(message, namespace)))
    return armor(
        MAGIC
        + struct.pack(">I", 1)
        + string(blob)
        + string(namespace.encode())
        + string(b"")
        + string(HASH)
        + string(inner)
    )


def _dearmor(armored: bytes) -> bytes:
    if len(armored) > MAX_SIGNATURE:
        raise BadData("E-SIG-ARMOR", f"larger than {MAX_SIGNATURE} bytes")
    if not (armored.startswith(BEGIN) and armored.endswith(END) and len(armored) > len(BEGIN) + len(END)):
        raise BadData("E-SIG-ARMOR", "not an SSH signature file")
    return _decode(armored[len(BEGIN) : -len(END)].replace(b"\n", b""))


def _decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadData("E-SIG-ARMOR", "not base64") from None


def _signature(key: PublicKey, inner: bytes) -> tuple[bytes, int, int, Assertion | None]:
    strings = Strings(inner, "E-SIG-PARSE")
    if strings.string().decode("ascii", "replace") != (WEBAUTHN if key.type == SK_ECDSA else key.type):
        raise BadData("E-SIG-KEYTYPE", "the signature is of another type than its key")
    raw, web = strings.string(), None
    flags, counter = USER_PRESENT | USER_VERIFIED, 0
    if key.application:
        flags, counter = strings.take(1)[0], strings.number()
    if key.type == SK_ECDSA:
        web = _assertion(Assertion(strings.string(), strings.string(), strings.string()), flags)
    strings.end()
    if key.type in (ECDSA_P256, SK_ECDSA):
        return _ecdsa(raw), flags, counter, web
    if len(raw) != 64:
        raise BadData("E-SIG-PARSE", "an Ed25519 signature has 64 bytes")
    return raw, flags, counter, web


def _assertion(web: Assertion, flags: int) -> Assertion:
    if flags & ATTESTED or bool(flags & EXTENDED) != bool(web.extensions):
        raise BadData("E-SIG-PARSE", "the flags of the security key do not fit what follows them")
    if b'"' in web.origin:
        raise BadData("E-SIG-PARSE", "the origin holds a quotation mark")
    return web


def _ecdsa(raw: bytes) -> bytes:
    strings = Strings(raw, "E-SIG-PARSE")
    r, s = (_mpint(strings.string()) for _ in range(2))
    strings.end()
    return encode_dss_signature(r, s)


def _mpint(data: bytes) -> int:
    value = int.from_bytes(data, "big")
    minimal = value.to_bytes(value.bit_length() // 8 + 1, "big")
    if data != minimal or not 1 <= value < P256_ORDER:
        raise BadData("E-SIG-PARSE", "a number of the signature is out of range or not minimal")
    return value
