"""Envelopes of the city of an office, made in this process: small counts, real keys, real seals."""

import http.client
import io
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from tests.dossier.house import Sender, Sent, eml
from tests.office import CITY, CSB, Office
from waarmerk.office import trust_folder
from waarmerk.seal import age, manifest
from waarmerk.seal.draft import Draft
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.wire.digests import sha256

ELECTION = "TK2023"
SOON = 2.0
"""Seconds within which every answer must be there."""


class Post:
    """The city's stream: each delivery follows the one before."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.trust = trust_folder.load(office.folder / "trust")
        self.sender = Sender(CITY, list=self.trust)
        self.keys = {name: _key(office, name) for name in ("a", "b", "c", "x", "y")}

    def seal(
        self,
        made: Manifest,
        files: Mapping[str, bytes],
        keys: Sequence[str] = ("a", "b"),
        to: Sequence[str] = (),
        broken: Sequence[str] = (),
    ) -> Sent:
        """Seal a manifest; the signatures of ``broken`` are over other bytes."""
        draft = Draft.of(made)
        for name in (*keys, *broken):
            over = made.data + b" " if name in broken else made.data
            armored = sign_with(self.keys[name], over, manifest.NAMESPACE)
            draft = draft.with_signature(Signature.parse(armored).key.id, armored)
        plain, sealed = io.BytesIO(), io.BytesIO()
        draft.write(plain, lambda file: io.BytesIO(files[file.role]))
        plain.seek(0)
        age.encrypt(plain, sealed, to or self.trust.orgs[CSB].recipients)
        return Sent(made, sealed.getvalue())

    def test(self, text: bytes = b"does the line work?", **said: Any) -> Sent:
        """A delivery of kind ``test``, the next of the stream."""
        return self.next("test", {"note": text}, **said)

    def result(self, kind: str = "result", seed: int = 1, **said: Any) -> Sent:
        return self.next(kind, {"eml-510b": eml(seed, "0599", ELECTION)}, **said)

    def next(self, kind: str, files: Mapping[str, bytes], **said: Any) -> Sent:
        made = self.sender.draft(kind, files=files, election=ELECTION, **said)
        self.sender.sequence, self.sender.previous = made.sequence, made.sha256
        return self.seal(made, files)


def _key(office: Office, name: str) -> Ed25519PrivateKey:
    key = load_ssh_private_key((office.folder / "keys" / name).read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


@dataclass(frozen=True)
class Reply:
    """What the service answered, and how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def value(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


def ask(
    address: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """One request with exactly these headers besides what HTTP itself asks."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        # What is refused is not read to its end: the answer is there although sending broke off.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        data = answer.read()
    finally:
        connection.close()
    heads = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, heads, data, time.monotonic() - began)


def put(address: str, sealed: bytes, digest: str = "") -> Reply:
    """Bring bytes to the intake."""
    return ask(address, "PUT", f"/api/v1/inbox/{digest or sha256(sealed)}", sealed)
