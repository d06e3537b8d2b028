"""A made-up election for the log: two roots, a municipality with two signers, a central committee. All keys from labels."""

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.publication.operator import LogSigner
from waarmerk.publication.write import Batch, PublicDocument, PublicFile
from waarmerk.seal import manifest, receipt, trust
from waarmerk.seal.container import MANIFEST, RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.sshsig import sign_with
from waarmerk.wire import canonical
from waarmerk.wire.digests import sha256
from waarmerk.wire.sshkeys import ED25519, PublicKey, string

NOW = datetime(2026, 3, 19, 1, 0, tzinfo=UTC)
ORIGIN = "uitslag.example/gr2026"
ELECTION = "GR2026_Mokum"
ZERO = "0" * 64
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def key(label: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"stf-test-key:" + label.encode()).digest())


def public(label: str) -> PublicKey:
    return PublicKey.from_blob(string(ED25519.encode()) + string(key(label).public_key().public_bytes_raw()))


def log_signer(label: str = "log") -> LogSigner:
    return LogSigner(ORIGIN, key(label), "csb:kiesraad")


def _key(label: str, *roles: str) -> dict[str, Any]:
    return {
        "id": public(label).id, "key": public(label).text, "person": label, "roles": sorted(roles), "status": "active",
        "from": "2026-03-01T00:00:00Z", "until": "2026-04-30T00:00:00Z", "revoked_at": "", "reason": "", "user_check": "",
    }  # fmt: skip


def _org(name: str, threshold: dict[str, int], *keys: dict[str, Any]) -> dict[str, Any]:
    listed = sorted(keys, key=lambda item: item["id"])
    return {"name": name, "epoch": 1, "threshold": threshold, "recipients": [RECIPIENT], "keys": listed}


def container(name: str, document: bytes, namespace: str, *labels: str) -> bytes:
    signatures = {public(label).id: sign_with(key(label), document, namespace) for label in labels}
    return Signed(name, document, signatures).to_bytes()


def trust_list(version: int = 1, previous: str = ZERO, **changes: Any) -> PublicDocument:
    roles = ("answer", "corrigendum", "result", "withdrawal")
    value = {
        "format": trust.FORMAT, "environment": "exercise", "election": ELECTION, "version": version, "previous": previous,
        "issued": "2026-03-02T00:00:00Z", "expires": "2026-05-01T00:00:00Z",
        "roots": {"threshold": 2, "keys": sorted(public(f"root{n}").text for n in (1, 2, 3))},
        "algorithms": {"signature": [ED25519], "hash": ["sha256"], "encryption": ["age-x25519"]},
        "orgs": {
            "gsb:0599": _org("Mokum", dict.fromkeys(roles, 2), _key("p1", *roles), _key("p2", *roles)),
            "csb:kiesraad": _org("Kiesraad", {"receipt": 1, "accept": 2}, _key("service", "receipt")),
        },
        "routes": [{"from": "gsb:0599", "to": "csb:kiesraad"}], "expected": ["gsb:0599"],
        "logs": [str(log_signer().key)], "policy": ["quorum none"], **changes,
    }  # fmt: skip
    document = canonical.dump(value)
    return PublicDocument("trust-list", document, container(TRUST_LIST, document, trust.NAMESPACE, "root1", "root2"))


@dataclass
class Town:
    """Makes one delivery after the other, each a correction of the one before, with the receipt for it."""

    trust: PublicDocument = field(default_factory=trust_list)
    sequence: int = 0
    previous: str = ZERO
    receipts: int = 0
    last_receipt: str = ZERO

    def deliver(self, content: bytes, *, signers: tuple[str, ...] = ("p1", "p2")) -> tuple[PublicDocument, PublicFile]:
        self.sequence += 1
        files = [{"name": "telling.eml.xml", "role": "eml-510b", "size": len(content), "sha256": sha256(content)}]
        first = self.sequence == 1
        made = manifest.compose(
            {
                "transfer": f"{self.sequence:032x}", "environment": "exercise", "election": ELECTION,
                "sender": "gsb:0599", "recipient": "csb:kiesraad", "epoch": 1, "sequence": self.sequence,
                "previous": self.previous, "kind": "result" if first else "corrigendum", "session": self.sequence,
                "supersedes": "" if first else self.previous, "reason": "" if first else "recount",
                "created": "2026-03-18T23:30:00Z", "clock": "unsynchronised", "audit_head": ZERO,
                "trust_list": {"version": 1, "sha256": sha256(self.trust.document)},
                "software": {"name": "waarmerk", "version": "0", "sha256": ZERO}, "files": files,
            }
        )  # fmt: skip
        self.previous = made.sha256
        packed = container(MANIFEST, made.data, manifest.NAMESPACE, *signers)
        public_file = PublicFile(sha256(content), len(content), "eml-510b", lambda: io.BytesIO(content))
        return PublicDocument("manifest", made.data, packed), public_file

    def receive(self, delivery: PublicDocument, verdict: str = "received") -> PublicDocument:
        self.receipts += 1
        about = json.loads(delivery.document)
        value = {
            "format": receipt.FORMAT, "environment": "exercise", "election": ELECTION, "receiver": "csb:kiesraad",
            "sender": "gsb:0599", "epoch": 1, "sequence": self.receipts, "previous": self.last_receipt,
            "stream_sequence": about["sequence"], "manifest": sha256(delivery.document), "sealed": ZERO,
            "verdict": verdict, "codes": [], "received": "2026-03-19T00:10:00Z", "clock": "synchronised",
            "trust_list": about["trust_list"], "software": about["software"], "audit_head": ZERO,
        }  # fmt: skip
        document = canonical.dump(value)
        self.last_receipt = sha256(document)
        return PublicDocument("receipt", document, container(RECEIPT, document, receipt.NAMESPACE, "service"))

    def batch(self, content: bytes) -> Batch:
        """The list, then a delivery with its receipt."""
        delivery, file = self.deliver(content)
        return Batch((self.trust, self.receive(delivery), delivery), (file,))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
