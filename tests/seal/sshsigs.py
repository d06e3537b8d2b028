"""SSHSIG files of any parts, good and flawed, under the published test keys."""

import base64
import hashlib
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
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


BROWSER_KEY = ec.derive_private_key(
    int.from_bytes(hashlib.sha256(b"stf-test-key:browser").digest(), "big"), ec.SECP256R1()
)
ORIGIN, PARTY = b"http://localhost:8643", b"localhost"


def browser_blob(party: bytes = PARTY) -> bytes:
    """The public key of a security key that signs in a browser."""
    point = BROWSER_KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return string(b"sk-ecdsa-sha2-nistp256@openssh.com") + string(b"nistp256") + string(point) + string(party)


def browser(
    document: bytes = M1,
    *,
    flags: int = 0x05,
    origin: bytes = ORIGIN,
    party: bytes = PARTY,
    namespace: str = NAMESPACE,
    extensions: bytes = b"",
    form: bytes = b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
    client_data: bytes = b'{"type":"webauthn.get","challenge":"%b","origin":"%b","crossOrigin":false}',
    said: bytes | None = None,
) -> bytes:
    """What a security key makes in a browser; ``client_data`` has places for challenge and origin, ``said`` is the outer origin."""
    challenge = base64.urlsafe_b64encode(to_be_signed(document, namespace)).rstrip(b"=")
    data = client_data % ((challenge, origin) if client_data.count(b"%b") == 2 else ())
    tail = struct.pack(">BI", flags, 7)
    message = hashlib.sha256(party).digest() + tail + extensions + hashlib.sha256(data).digest()
    made = BROWSER_KEY.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    numbers = b"".join(string(n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in decode_dss_signature(made))
    rest = string(said or origin) + string(data) + string(extensions)
    return sshsig(browser_blob(party), string(form) + string(numbers) + tail + rest, namespace=namespace.encode())


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
