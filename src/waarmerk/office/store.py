"""The receiver's store: bytes under their own digest, never changed; a spool before that; a ring of what was refused.

``spool/`` holds what is arriving, in parts or whole; ``waiting/`` what could not be answered yet; ``sealed/`` what was consumed,
as it came; ``files/`` the proven files; ``manifests/`` and ``receipts/`` the signed documents; ``examined/`` what was computed
from them (may be deleted at any time); ``refused/`` code, size, digest and the first 64 KiB of refused bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from waarmerk.errors import BadData
from waarmerk.machine import files
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_SEALED
from waarmerk.seal.opening import scan
from waarmerk.wire.shape import format_time

RING = 1_024
"""Records of refused bytes (security.md 3.1)."""
RING_BYTES = 65_536
MAX_SHOWN = 100
"""Numbers of parts in a message."""
SPOOL = 8 << 30
"""Bytes that arrive or wait at a time, all senders together: ten of the largest envelopes (security.md 5.4)."""
PART = 8 << 20
"""One part of an envelope that comes in parts; only the last may be smaller (security.md 3.15)."""
PARTS = -(-MAX_SEALED // PART)
PARTS_KEPT = timedelta(hours=24)
"""How long parts wait for the others: a night, with whatever the sender's line does meanwhile."""
FREE = 64 << 20
"""Bytes of the partition that stay free: the database must always be able to write (security.md 5.4)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is kept of bytes that were refused before they were authentic."""

    time: str
    code: str
    reason: str
    size: int
    sha256: str


class Store:
    """The folders of one receiver."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._using: Counter[str] = Counter()
        self._refused = -1
        for name in (
            "spool",
            "waiting",
            "sealed",
            "files",
            "manifests",
            "receipts",
            "decisions",
            "examined",
            "refused",
        ):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def tidy(self) -> None:
        """Forget what was arriving when the service ended, but whole parts: nobody was told of the rest, its sender repeats."""
        self.forget_old_parts()
        for path in (self.folder / "spool").iterdir():
            if path.suffix == ".parts":
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def forget_old_parts(self) -> None:
        """Forget parts that nothing was added to for a night."""
        for path in (self.folder / "spool").glob("*.parts"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > PARTS_KEPT.total_seconds():
                    shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def arriving(self, digest: str) -> Iterator[None]:
        """Keep spooled bytes while the block lasts; the last of several senders of the same bytes forgets them."""
        with self._lock:
            self._using[digest] += 1
        try:
            yield
        finally:
            with self._lock:
                self._using[digest] -= 1
                if not self._using[digest]:
                    del self._using[digest]
                    self.spooled(digest).unlink(missing_ok=True)

    def spooled(self, digest: str) -> Path:
        """Return where arriving bytes are complete."""
        return self.folder / "spool" / f"{digest}.in"

    def sealed(self, digest: str) -> Path:
        """Return where consumed bytes are."""
        return self.folder / "sealed" / f"{digest}.sealed"

    def file(self, digest: str) -> Path:
        """Return where a proven file is."""
        return self.folder / "files" / digest

    def manifest(self, digest: str) -> Path:
        """Return where a manifest with its signatures is (a container without files)."""
        return self.folder / "manifests" / f"{digest}.tar"

    def receipt(self, digest: str) -> Path:
        """Return where a signed receipt is, by the digest of its document."""
        return self.folder / "receipts" / f"{digest}.tar"

    def decision(self, digest: str) -> Path:
        """Return where a signed decision is, by the digest of its document."""
        return self.folder / "decisions" / f"{digest}.tar"

    @property
    def drafted(self) -> Path:
        """Return where the decision is that two persons are signing at the pages; one at a time, for each follows the last."""
        return self.folder / "decisions" / "draft.tar"

    def examined(self, manifest: str) -> Path:
        """Return where the examination of a delivery is kept."""
        return self.folder / "examined" / f"{manifest}.json"

    def sums(self, manifest: str) -> Path:
        """Return where the sums of a count are that others are compared with."""
        return self.folder / "examined" / f"{manifest}.sums.json"

    def read_sums(self, manifest: str) -> dict[str, Any] | None:
        """Return the sums of a count; ``None`` where they were deleted or damaged: they are derived, and stop nothing."""
        try:
            value: dict[str, Any] = json.loads(self.sums(manifest).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return value

    def examined_before(self, manifest: str, stations: int) -> Path:
        """Return where an examination is kept that another replaced, by on how many stations it rested."""
        return self.folder / "examined" / f"{manifest}-{stations}.json"

    def waiting(self, digest: str) -> Path:
        """Return where bytes are that nobody could answer yet."""
        return self.folder / "waiting" / f"{digest}.in"

    def all_waiting(self) -> list[tuple[str, int]]:
        """Return digest and size of everything that waits, the first that came first."""
        found = sorted((self.folder / "waiting").glob("*.in"), key=lambda path: path.stat().st_mtime_ns)
        return [(path.stem, path.stat().st_size) for path in found]

    def wherever(self, digest: str) -> Path:
        """Return where bytes are: consumed, waiting, or still in the spool."""
        kept = (self.sealed(digest), self.waiting(digest))
        return next((path for path in kept if path.is_file()), self.spooled(digest))

    def parts(self, digest: str) -> list[int]:
        """Return which parts of an envelope are here."""
        return sorted(int(path.name) for path in self._parts(digest).glob("[0-9]*"))

    def _parts(self, digest: str) -> Path:
        return self.folder / "spool" / f"{digest}.parts"

    def used(self) -> int:
        """Return how many bytes arrive or wait."""
        found = [path for name in ("spool", "waiting") for path in (self.folder / name).rglob("*")]
        sizes = 0
        for path in found:
            with suppress(FileNotFoundError):
                sizes += path.stat().st_size
        return sizes

    def _room_for(self, length: int) -> None:
        if shutil.disk_usage(self.folder).free < length + FREE or self.used() + length > SPOOL:
            raise BadData("E-SYS-STORAGE", "no room")

    def spool_part(self, blocks: Iterator[bytes], number: int, *, length: int, digest: str) -> None:
        """Store one part, whole or not at all; a part that comes again replaces the one that was here."""
        if length > PART:
            raise BadData("E-OUT-SIZE", f"{length} bytes, a part has at most {PART}")
        self.forget_old_parts()
        self._room_for(length)
        try:
            with files.replacing(self._parts(digest) / str(number), mode=files.PRIVATE) as out:
                _copy_exactly(blocks, out, length, None)
        except OSError as error:
            raise BadData("E-SYS-STORAGE", error.strerror or "not stored") from None

    def join(self, digest: str) -> int:
        """Make the bytes of an envelope of its parts, and forget these; return its length. ``E-OUT-PARTS``, ``E-OUT-ADDRESS``."""
        numbers = self.parts(digest)
        paths = [self._parts(digest) / str(number) for number in numbers]
        sizes = [path.stat().st_size for path in paths]
        if not numbers or numbers != list(range(1, len(numbers) + 1)) or any(size != PART for size in sizes[:-1]):
            raise BadData("E-OUT-PARTS", f"parts {numbers[:MAX_SHOWN]} are here")
        try:
            self.spool(_blocks_of(paths), length=sum(sizes), digest=digest)
        except BadData as error:
            if error.code == "E-OUT-ADDRESS":
                # Which part is wrong nobody knows: the sender begins again.
                shutil.rmtree(self._parts(digest), ignore_errors=True)
            raise
        shutil.rmtree(self._parts(digest), ignore_errors=True)
        return sum(sizes)

    def spool(self, blocks: Iterator[bytes], *, length: int, digest: str) -> Path:
        """Store arriving bytes, which must have this length and digest; ``E-OUT-SIZE``, ``E-OUT-ADDRESS``, ``E-SYS-STORAGE``.

        Nothing is left when it ends badly.
        """
        if length > MAX_SEALED:
            raise BadData("E-OUT-SIZE", f"{length} bytes, at most {MAX_SEALED}")
        self._room_for(length)
        target = self.spooled(digest)
        if target.is_file():
            return target
        try:
            # Not durable yet: most of what strangers send is junk, and its sender is told nothing before `keep`.
            with files.passing(target, mode=files.PRIVATE) as out:
                _copy_exactly(blocks, out, length, digest)
        except OSError as error:
            raise BadData("E-SYS-STORAGE", error.strerror or "not stored") from None
        return target

    def keep(self, digest: str) -> None:
        """Make spooled bytes part of the store and read them back (step 12); ``E-SYS-STORAGE``."""
        target = self.sealed(digest)
        for source in (self.spooled(digest), self.waiting(digest)):
            _move(source, target)
        if files.sha256(target) != digest:
            # Left there, it would be taken for the delivery when the sender repeats.
            target.unlink()
            raise BadData("E-SYS-STORAGE", "the disk gave other bytes back than were written")

    def wait(self, digest: str) -> None:
        """Keep spooled bytes until they can be answered; ``E-SYS-STORAGE``."""
        _move(self.spooled(digest), self.waiting(digest))

    def refuse(self, digest: str, error: BadData, now: datetime) -> None:
        """Keep in the ring what is kept of refused bytes, and nothing else: a line of JSON, then the first of the bytes."""
        path = self.wherever(digest)
        start, size = b"", 0
        if path.is_file():
            with path.open("rb") as stream:
                start = stream.read(RING_BYTES)
            size = path.stat().st_size
        refusal = Refusal(format_time(now), error.code, error.reason[:300], size, digest)
        with self._lock:
            if self._refused < 0:
                self._refused = max((number for number, _ in self._ring()), default=0)
            self._refused += 1
            line = json.dumps({"number": self._refused, **asdict(refusal)}).encode() + b"\n"
            with files.passing(self.folder / "refused" / f"{self._refused % RING:04d}", mode=files.PRIVATE) as out:
                out.write(line + start)
        self.waiting(digest).unlink(missing_ok=True)

    def _ring(self) -> Iterator[tuple[int, Refusal]]:
        for path in (self.folder / "refused").glob("[0-9]" * 4):
            with path.open("rb") as stream:
                value = json.loads(stream.readline())
            yield value.pop("number"), Refusal(**value)

    def refusals(self) -> list[Refusal]:
        """Return what the ring holds, the newest first."""
        return [refusal for _, refusal in sorted(self._ring(), key=lambda item: -item[0])]

    def refused_codes(self) -> Counter[str]:
        """Return how often each code stands in the ring."""
        return Counter(refusal.code for refusal in self.refusals())


def _move(source: Path, target: Path) -> None:
    try:
        if source.is_file():
            files.sync(source)
            files.move_new(source, target)
    except OSError as error:
        raise BadData("E-SYS-STORAGE", error.strerror or "not stored") from None


def _blocks_of(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(files.COPY_BLOCK):
                yield block


def _copy_exactly(blocks: Iterator[bytes], out: BinaryIO, length: int, digest: str | None) -> None:
    seen, running, start = 0, hashlib.sha256(), b""
    for block in blocks:
        seen += len(block)
        if seen > length:
            raise BadData("E-OUT-SIZE", f"more than the {length} bytes that were announced")
        if digest is not None and len(start) < MAX_AGE_HEADER <= len(start := start + block):
            # Step 3 already: what is no envelope is not read to its end.
            scan(io.BytesIO(start))
        running.update(block)
        out.write(block)
    if seen != length:
        raise BadData("E-OUT-SIZE", f"{seen} bytes came, {length} were announced")
    if digest is not None and running.hexdigest() != digest:
        raise BadData("E-OUT-ADDRESS", "the bytes have another SHA-256 than their address")
