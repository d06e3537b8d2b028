"""The published vectors of the sealed transfer format (security.md 7.3) and its test keys."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.seal.sshsig import sign_with
from waarmerk.seal.trust import TrustList

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "seal"
TRUST, M1, M2, RECEIPT = (
    (FOLDER / f"{name}.json").read_bytes() for name in ("trust-list-1", "manifest-1", "manifest-2", "receipt-1")
)
P1_OVER_M1 = (FOLDER / "manifest-1.p1.sshsig").read_bytes()
PAYLOAD_1 = b"<EML/>\n"
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
NIGHT = datetime(2025, 10, 30, 1, 20, tzinfo=UTC)


def private(label: str) -> Ed25519PrivateKey:
    """The private key of a label."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"stf-test-key:{label}".encode()).digest())


def key_id(label: str) -> str:
    """The key id of a label, by way of a signature."""
    from waarmerk.seal.sshsig import Signature

    return Signature.parse(sign_with(private(label), b"", "stf-manifest-v1")).key.id


def signed(document: bytes, *labels: str, namespace: str = "stf-manifest-v1", name: str = MANIFEST) -> Signed:
    """A document with the signatures of these labels."""
    return Signed(name, document, {key_id(label): sign_with(private(label), document, namespace) for label in labels})


def trust() -> TrustList:
    """Trust list T."""
    return TrustList.from_bytes(TRUST)
