"""Opening a sealed delivery: steps 3 to 9 and 11 of the reception pipeline (security.md 3.17), on the stream.

Manifest and signatures are judged within the first 512 KiB of plaintext; only then may a file entry be written anywhere.
``judge`` stops there. ``extract`` goes on to the authenticated end and proves that the files are those of the manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from waarmerk.election.ids import covers
from waarmerk.errors import BadData
from waarmerk.seal import age, signatures
from waarmerk.seal.container import MANIFEST, Collector, Signed, names
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_PAYLOAD_FILE, MAX_UNJUDGED
from waarmerk.seal.manifest import EVERYONE, NAMESPACE, Kind, Manifest, PayloadFile
from waarmerk.seal.signatures import Signer
from waarmerk.seal.trust import TrustList
from waarmerk.wire import ustar


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who opens, under what: everything that a judgement depends on besides the bytes."""

    org: str
    environment: str
    trust: TrustList
    now: datetime
    identities: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery whose address, signatures and trust list are in order; its files are not read yet."""

    manifest: Manifest
    signed: Signed
    signers: tuple[Signer, ...]
    codes: tuple[str, ...]
    """Warnings (``W-…``), and ``E-TRU-EXPIRED`` when the receiver's list is expired: to be held, not refused."""


class FileSink(Protocol):
    """Where the files of a delivery are put while their hashes are still to be proven."""

    def create(self, file: PayloadFile) -> BinaryIO:
        """Return a stream for one file."""


class _JudgedEnough(Exception):
    """Stops the decryption when the first file entry begins and nobody wants the files."""


def judge(sealed: BinaryIO, receiver: Receiver) -> Judged:
    """Return what can be said without reading the files (steps 3 to 9); raises ``BadData``. Reads at most 512 KiB of plaintext."""
    opening = _Opening(receiver, None)
    try:
        opening.run(sealed)
    except _JudgedEnough:
        pass
    else:
        opening.finish()
    return opening.judged_or_refuse()


def extract(sealed: BinaryIO, receiver: Receiver, sink: FileSink) -> Judged:
    """Write the files of a delivery to a sink (steps 3 to 9 again, and 11); raises ``BadData``: then empty the sink."""
    opening = _Opening(receiver, sink)
    opening.run(sealed)
    opening.finish()
    return opening.judged_or_refuse()


def scan(sealed: BinaryIO) -> bool:
    """Step 3: whether these bytes are sealed (else: an open container); raises ``E-OUT-TYPE`` or ``E-OUT-HEADER``."""
    start = sealed.read(MAX_AGE_HEADER)
    sealed.seek(0)
    if start[: len(MANIFEST) + 1] == MANIFEST.encode() + b"\0" and len(start) >= ustar.BLOCK:
        return False
    age.scan_header(start)
    return True


class _Opening:
    """The writer that judges the stream while it is decrypted (steps 5 to 9 and 11)."""

    def __init__(self, receiver: Receiver, sink: FileSink | None) -> None:
        self._receiver = receiver
        self._sink = sink
        self._collector = Collector(MANIFEST)
        self._reader = ustar.Reader(self, names(MANIFEST))
        self._judged: Judged | None = None
        self._open_container = False
        self._before_files = 0
        self._expected: list[PayloadFile] = []
        self._file: PayloadFile | None = None
        self._hash = hashlib.sha256()
        self._out: BinaryIO | None = None

    def run(self, sealed: BinaryIO) -> None:
        """Steps 3 and 4; the writer does the rest."""
        # 3 what is it: bounded, before anything is decrypted
        if scan(sealed):
            # 4 decrypt as a stream into this writer
            age.decrypt(sealed, self, self._receiver.identities)
        else:
            self._open_container = True
            for block in ustar.blocks(sealed):
                self.write(block)

    def write(self, block: bytes) -> int:
        """Take plaintext from the decryption. Step 5 judges it entry by entry."""
        if self._judged is None:
            self._before_files += len(block)
            if self._before_files > MAX_UNJUDGED:
                raise BadData("E-TAR-SIZE", f"no judged manifest within the first {MAX_UNJUDGED} bytes")
        self._reader.write(block)
        return len(block)

    def flush(self) -> None:
        """Nothing is kept back."""

    def finish(self) -> None:
        """Step 11, the end: all that is listed was present."""
        self._reader.close()
        if self._judged is None:
            self._judge()
        if self._expected:
            raise BadData("E-FIL-MISSING", f"{self._expected[0].name} is listed but not in the container")

    def judged_or_refuse(self) -> Judged:
        """Return the judgement; ``RuntimeError`` when asked before there is one."""
        if self._judged is None:
            raise RuntimeError("nothing was judged")
        return self._judged

    # --- the container, entry by entry (5)

    def begin(self, name: str, size: int) -> None:
        """An entry begins: manifest and signatures are collected, a file is compared with the manifest first."""
        if not name.startswith("files/"):
            if self._judged is not None:
                raise BadData("E-TAR-DUP" if name == MANIFEST else "E-TAR-ORDER", f"{name} after the files")
            self._collector.begin(name, size)
            return
        if self._judged is None:
            self._judge()
            if self._sink is None:
                raise _JudgedEnough
        self._begin_file(name.removeprefix("files/"), size)

    def data(self, block: bytes) -> None:
        """Bytes of the present entry."""
        if self._file is None:
            self._collector.data(block)
            return
        self._hash.update(block)
        if self._out is not None:
            self._out.write(block)

    def end(self) -> None:
        """The present entry is complete."""
        if self._file is None:
            self._collector.end()
            return
        if self._out is not None:
            self._out.close()
        if self._hash.hexdigest() != self._file.sha256:
            raise BadData("E-FIL-HASH", f"{self._file.name} is not the file that was signed")
        self._file = self._out = None

    def _begin_file(self, name: str, size: int) -> None:
        """Step 11: listed = present, in the manifest's order, with its size."""
        if size > MAX_PAYLOAD_FILE:
            raise BadData("E-TAR-SIZE", f"{name} has {size} bytes, at most {MAX_PAYLOAD_FILE}")
        if not self._expected or all(file.name != name for file in self._expected):
            manifest = self.judged_or_refuse().manifest
            twice = any(file.name == name for file in manifest.files)
            raise BadData("E-TAR-DUP" if twice else "E-FIL-EXTRA", f"{name} is not (or no longer) to be expected")
        if self._expected[0].name != name:
            raise BadData("E-FIL-MISSING", f"{self._expected[0].name} is missing before {name}")
        self._file = self._expected.pop(0)
        if self._file.size != size:
            raise BadData("E-FIL-SIZE", f"{name} has {size} bytes, the manifest says {self._file.size}")
        self._hash = hashlib.sha256()
        self._out = self._sink.create(self._file) if self._sink is not None else None

    # --- manifest and signatures (6 to 9)

    def _judge(self) -> None:
        document, files = self._collector.result()
        receiver = self._receiver
        # 6 manifest
        manifest = Manifest.from_bytes(document)
        if self._open_container and (manifest.kind is not Kind.DEFINITION or manifest.recipient != EVERYONE):
            raise BadData("E-OUT-TYPE", "only a definition for everyone travels unsealed")
        # 7 address
        _check_address(manifest, receiver)
        # 8 signatures, 9 trust list reference
        signers, codes = _check_signatures(manifest, files, receiver)
        self._judged = Judged(manifest, Signed(MANIFEST, document, files), signers, codes)
        self._expected = list(manifest.files)


def _check_address(manifest: Manifest, receiver: Receiver) -> None:
    """Step 7: this is for us, now, from somebody who may send to us."""
    trust = receiver.trust
    checks: Sequence[tuple[str, Callable[[], bool]]] = (
        ("E-ADR-ENV", lambda: manifest.environment == receiver.environment == trust.environment),
        ("E-ADR-ELECTION", lambda: covers(trust.election, manifest.election)),
        ("E-ADR-RECIPIENT", lambda: manifest.recipient in (receiver.org, EVERYONE)),
        ("E-ADR-SENDER", lambda: manifest.sender in trust.orgs),
        ("E-ADR-ROUTE", lambda: (manifest.sender, manifest.recipient) in trust.routes),
        ("E-ADR-EPOCH", lambda: manifest.epoch == trust.orgs[manifest.sender].epoch),
    )
    for code, holds in checks:
        if not holds():
            raise BadData(
                code, f"from {manifest.sender} to {manifest.recipient}, {manifest.environment} {manifest.election}"
            )


def _check_signatures(
    manifest: Manifest, files: dict[str, bytes], receiver: Receiver
) -> tuple[tuple[Signer, ...], tuple[str, ...]]:
    """Steps 8 and 9. Too few known signers under a newer list is a question of lists, not of signatures (security.md 3.17)."""
    trust = receiver.trust
    org = trust.orgs[manifest.sender]
    try:
        signers = signatures.judge(
            manifest.data,
            files,
            namespace=NAMESPACE,
            org=org,
            role=manifest.kind,
            threshold=org.threshold.get(manifest.kind, 2),
            # Under an expired list key windows are not judged: what it lets through is held, not counted (3.8).
            now=min(receiver.now, trust.expires),
        )
    except BadData as error:
        if error.code in ("E-SIG-UNKNOWN", "E-SIG-THRESHOLD"):
            _check_reference(manifest, trust)
        raise
    codes = [] if all(signer.counts for signer in signers) else ["W-SIG-NOTCOUNTED"]
    codes += _check_reference(manifest, trust)
    if receiver.now > trust.expires:
        codes.append("E-TRU-EXPIRED")
    return signers, tuple(codes)


def _check_reference(manifest: Manifest, trust: TrustList) -> list[str]:
    """Step 9: which list the sender used."""
    used = manifest.trust_list
    if used.version > trust.version:
        raise BadData("E-TRU-NEWER", f"the sender uses list {used.version}, we hold {trust.version}")
    if used.version == trust.version and used.sha256 != trust.sha256:
        raise BadData("E-TRU-HASH", f"the sender holds another list {used.version} than we do")
    return ["W-TRU-OLDER"] if used.version < trust.version else []
