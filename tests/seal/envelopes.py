"""Small envelopes in memory, good ones and ones with a flaw, under the published test keys."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import pyrage
from pyrage import x25519

from tests.seal.stf import IDENTITY, M1, NIGHT, PAYLOAD_1, RECIPIENT, TRUST, signed
from waarmerk.seal import opening
from waarmerk.seal.age import parse_identities
from waarmerk.seal.manifest import PayloadFile
from waarmerk.seal.opening import Judged, Receiver
from waarmerk.seal.trust import TrustList
from waarmerk.wire import canonical, ustar

SIGNERS = ("gsb0363-p1", "gsb0363-p2")


def manifest(**changes: Any) -> bytes:
    """M1 with other values; a value of ``None`` takes the field out."""
    value = {**json.loads(M1), **changes}
    return canonical.dump({name: item for name, item in value.items() if item is not None})


def trust_list(change: Callable[[dict[str, Any]], None] = lambda value: None) -> TrustList:
    """Trust list T, changed."""
    value = json.loads(TRUST)
    change(value)
    return TrustList.from_bytes(canonical.dump(value))


def entries(document: bytes, signatures: Mapping[str, bytes], files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """The entries of a container in their order."""
    return [
        ("manifest.json", document),
        *((f"sig/{key_id}.sshsig", signatures[key_id]) for key_id in sorted(signatures)),
        *((f"files/{name}", data) for name, data in files.items()),
    ]


def container(items: list[tuple[str, bytes]]) -> bytes:
    """The canonical bytes of entries, whatever their order."""
    out = io.BytesIO()
    for name, data in items:
        ustar.write_entry(out, name, data)
    return out.getvalue() + ustar.END


def good_container(document: bytes = M1, *labels: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """A container of a document, signed by these labels (two persons of Amsterdam when none are named)."""
    made = signed(document, *(labels or SIGNERS)).signatures
    return container(entries(document, made, {"telling.eml.xml": PAYLOAD_1} if files is None else files))


def seal(plain: bytes, recipient: str = RECIPIENT) -> bytes:
    """Encrypt to the receiver."""
    out = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(plain), out, [x25519.Recipient.from_str(recipient)])
    return out.getvalue()


def receiver(trust: TrustList | None = None, now: datetime = NIGHT, **changes: Any) -> Receiver:
    """The central committee on the night."""
    known = trust or TrustList.from_bytes(TRUST)
    values: dict[str, Any] = {"org": "csb:kiesraad", "environment": "exercise", **changes}
    return Receiver(trust=known, now=now, identities=parse_identities(IDENTITY), **values)


class Sink:
    """Keeps the files of a delivery in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def create(self, file: PayloadFile) -> BinaryIO:
        files, name = self.files, file.name

        class Kept(io.BytesIO):
            def close(self) -> None:
                files[name] = self.getvalue()
                super().close()

        return Kept()


def open_sealed(sealed: bytes, who: Receiver | None = None) -> tuple[Judged, dict[str, bytes]]:
    """Judge and extract, as the receiver does."""
    who = who or receiver()
    opening.judge(io.BytesIO(sealed), who)
    sink = Sink()
    return opening.extract(io.BytesIO(sealed), who, sink), sink.files


def open_plain(plain: bytes, who: Receiver | None = None) -> tuple[Judged, dict[str, bytes]]:
    """Seal and open."""
    return open_sealed(seal(plain), who)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
