"""Opening a sealed delivery: steps 3 to 9 and 11 of the reception pipeline (security.md 3.17), on the stream.

Manifest and signatures are judged within the first 512 KiB of plaintext; only then may a file entry be written anywhere.
``judge`` stops there. ``extract`` goes on to the authenticated end and proves that the files are those of the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from waarmerk.election.ids import covers
from waarmerk.errors import Alarm, BadData
from waarmerk.seal import age, signatures
from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.seal.contents import Contents, FileSink, HeadIsEnough
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_UNJUDGED
from waarmerk.seal.manifest import EVERYONE, NAMESPACE, Kind, Manifest
from waarmerk.seal.signatures import Signer, strength_of
from waarmerk.seal.trust import TrustList
from waarmerk.wire import ustar


@dataclass(frozen=True, slots=True)
class Conditions:
    """What people at a receiver decided, or what its clock allows, as far as a judgement depends on it."""

    blocked: frozenset[str] = frozenset()
    """Keys that count no longer, before the next list (security.md 3.8)."""
    windows: bool = True
    """Whether windows of keys are judged: not while the clock is behind the time floor (3.14)."""
    expired_counts: bool = False
    """Two persons let the expired list count for a while: windows are judged as at its end."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who opens, under what: everything that a judgement depends on besides the bytes."""

    org: str
    environment: str
    trust: TrustList
    now: datetime
    identities: Sequence[Any]
    conditions: Conditions = Conditions()


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery whose address, signatures and trust list are in order; its files are not read yet."""

    manifest: Manifest
    signed: Signed
    signers: tuple[Signer, ...]
    codes: tuple[str, ...]
    """Warnings (``W-…``), and ``E-TRU-EXPIRED`` when the receiver's list is expired: to be held, not refused."""


def judge(sealed: BinaryIO, receiver: Receiver) -> Judged:
    """Return what can be said without reading the files (steps 3 to 9); raises ``BadData``. Reads at most 512 KiB of plaintext."""
    return _Opening(receiver, None).run(sealed)


def extract(sealed: BinaryIO, receiver: Receiver, sink: FileSink) -> Judged:
    """Write the files of a delivery to a sink (steps 3 to 9 again, and 11); raises ``BadData``: then empty the sink."""
    return _Opening(receiver, sink).run(sealed)


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
        self._contents = Contents(self._judge, sink)
        self._judged: Judged | None = None
        self._open_container = False
        self._before_judged = 0

    def run(self, sealed: BinaryIO) -> Judged:
        """Steps 3 and 4; the writer does the rest."""
        try:
            # 3 what is it: bounded, before anything is decrypted
            if scan(sealed):
                # 4 decrypt as a stream into this writer
                age.decrypt(sealed, self, self._receiver.identities)
            else:
                self._open_container = True
                for block in ustar.blocks(sealed):
                    self.write(block)
            # 11 the end: all that is listed was present
            self._contents.close()
        except HeadIsEnough:
            pass
        if self._judged is None:
            raise RuntimeError("nothing was judged")
        return self._judged

    def write(self, block: bytes) -> int:
        """Take plaintext from the decryption. Step 5 judges it entry by entry."""
        if self._judged is None:
            self._before_judged += len(block)
            if self._before_judged > MAX_UNJUDGED:
                raise BadData("E-TAR-SIZE", f"no judged manifest within the first {MAX_UNJUDGED} bytes")
        return self._contents.write(block)

    def flush(self) -> None:
        """Nothing is kept back."""

    def _judge(self, document: bytes, files: dict[str, bytes]) -> Manifest:
        receiver = self._receiver
        # 6 manifest
        manifest = Manifest.from_bytes(document)
        if self._open_container and manifest.kind is not Kind.DEFINITION:
            raise BadData("E-OUT-TYPE", "only a definition for everyone travels unsealed")
        # 7 address
        _check_address(manifest, receiver)
        # 8 signatures, 9 trust list reference
        signers, codes = _check_signatures(manifest, files, receiver)
        self._judged = Judged(manifest, Signed(MANIFEST, document, files), signers, codes)
        return manifest


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
    """Steps 8 and 9. Too few known signers under a newer list is a question of lists, not of signatures (security.md 3.17).

    Beside a signature that counts two refusals are an alarm: somebody has a good key, or altered what was good (attack 48).
    """
    trust, given = receiver.trust, receiver.conditions
    org = trust.orgs[manifest.sender]
    expired = receiver.now > trust.expires
    at = trust.expires if expired and given.expired_counts else trust.judged_at(receiver.now)
    each, flaws = signatures.judge_all(
        manifest.data,
        files,
        namespace=NAMESPACE,
        org=org,
        role=manifest.kind,
        # Under an expired list key windows are not judged: what it lets through is held, not counted (3.8).
        now=at if given.windows else None,
        blocked=given.blocked,
    )
    good = ", ".join(signer.key_id for signer in each if signer.counts)
    alarm = Alarm(manifest.sha256, manifest.sender, good) if good else None
    try:
        signers = signatures.conclude(each, flaws, org.needs(manifest.kind))
    except BadData as error:
        if error.code in ("E-SIG-UNKNOWN", "E-SIG-THRESHOLD"):
            _check_reference(manifest, trust, alarm)
        if error.code == "E-SIG-BAD":
            error.alarm = alarm
        raise
    codes = [] if all(signer.counts for signer in signers) else ["W-SIG-NOTCOUNTED"]
    if trust.environment == "production" and strength_of(signers).hardware < org.needs(manifest.kind):
        codes.append("W-SIG-SOFTWARE")
    codes += _check_reference(manifest, trust, alarm)
    if expired:
        codes.append("W-TRU-EXPIRED" if given.expired_counts else "E-TRU-EXPIRED")
    return signers, tuple(codes)


def _check_reference(manifest: Manifest, trust: TrustList, alarm: Alarm | None) -> list[str]:
    """Step 9: which list the sender used."""
    used = manifest.trust_list
    if used.version > trust.version:
        raise BadData("E-TRU-NEWER", f"the sender uses list {used.version}, we hold {trust.version}")
    if used.version == trust.version and used.sha256 != trust.sha256:
        raise BadData("E-TRU-HASH", f"the sender holds another list {used.version} than we do", alarm=alarm)
    return ["W-TRU-OLDER"] if used.version < trust.version else []
