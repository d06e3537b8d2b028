"""SSHSIG files of any parts, good and flawed, under the published test keys."""

import hashlib
import struct

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.seal.stf import M1, private
from waarmerk.seal.sshsig import armor, to_be_signed
from waarmerk.wire.sshkeys import string

NAMESPACE = "stf-manifest-v1"


def sshsig(
    public: bytes,
    inner: bytes,
    *,
    namespace: bytes = b"stf-manifest-v1",
    version: int = 1,
    reserved: bytes = b"",
    algorithm: bytes = b"sha512",
    tail: bytes = b"",
) -> bytes:
    """An SSHSIG file of any parts."""
    blob = (
        b"SSHSIG"
        + struct.pack(">I", version)
        + string(public)
        + string(namespace)
        + string(reserved)
        + string(algorithm)
    )
    return armor(blob + string(inner) + tail)


def parts(label: str = "gsb0363-p1") -> tuple[bytes, bytes]:
    """Public blob and inner signature of a good signature over M1."""
    key = private(label)
    public = string(b"ssh-ed25519") + string(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    return public, string(b"ssh-ed25519") + string(key.sign(to_be_signed(M1, NAMESPACE)))


def security_key(
    flags: int,
    application: bytes = b"ssh:",
    document: bytes = M1,
    *,
    label: str = "gsb0363-p1",
    namespace: str = NAMESPACE,
) -> bytes:
    """What a security key that holds the key of a label makes."""
    key = private(label)
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    public = string(b"sk-ssh-ed25519@openssh.com") + string(raw) + string(application)
    tail = struct.pack(">BI", flags, 7)
    message = hashlib.sha256(application).digest() + tail + hashlib.sha256(to_be_signed(document, namespace)).digest()
    inner = string(b"sk-ssh-ed25519@openssh.com") + string(key.sign(message)) + tail
    return sshsig(public, inner, namespace=namespace.encode())
