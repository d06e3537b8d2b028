"""The receiver's store: bytes under their own digest, never changed; a spool before that; a ring of what was refused.

``spool/`` holds what is arriving; ``sealed/`` what was consumed, as it came; ``files/`` the proven files; ``manifests/`` and
``receipts/`` the signed documents; ``examined/`` what was computed from them (may be deleted at any time); ``refused/`` code,
size, digest and the first 64 KiB of refused bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData
from waarmerk.machine import files
from waarmerk.seal.limits import MAX_SEALED
from waarmerk.wire.shape import format_time

RING = 1_024
"""Records of refused bytes (security.md 3.1)."""
RING_BYTES = 65_536
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
        for name in ("spool", "sealed", "files", "manifests", "receipts", "examined", "refused"):
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def tidy(self) -> None:
        """Forget what was arriving when the service ended: nobody was told anything about it, so its sender repeats."""
        for path in (self.folder / "spool").iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

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

    def examined(self, manifest: str) -> Path:
        """Return where the examination of a delivery is kept."""
        return self.folder / "examined" / f"{manifest}.json"

    def wherever(self, digest: str) -> Path:
        """Return where bytes are, consumed or still in the spool."""
        return self.sealed(digest) if self.sealed(digest).is_file() else self.spooled(digest)

    def spool(self, blocks: Iterator[bytes], *, length: int, digest: str) -> Path:
        """Store arriving bytes, which must have this length and digest; ``E-OUT-SIZE``, ``E-OUT-ADDRESS``, ``E-SYS-STORAGE``.

        Nothing is left when it ends badly.
        """
        if length > MAX_SEALED:
            raise BadData("E-OUT-SIZE", f"{length} bytes, at most {MAX_SEALED}")
        if shutil.disk_usage(self.folder).free < length + FREE:
            raise BadData("E-SYS-STORAGE", "no room")
        target = self.spooled(digest)
        if target.is_file():
            return target
        try:
            with files.staged(target, mode=files.PRIVATE) as out:
                _copy_exactly(blocks, out, length, digest)
        except FileExistsError:
            pass  # the same bytes came twice at once; they are there
        except OSError as error:
            raise BadData("E-SYS-STORAGE", error.strerror or "not stored") from None
        return target

    def keep(self, digest: str) -> None:
        """Make spooled bytes part of the store and read them back (step 12); ``E-SYS-STORAGE``."""
        source, target = self.spooled(digest), self.sealed(digest)
        try:
            if source.is_file():
                files.move_new(source, target)
        except OSError as error:
            raise BadData("E-SYS-STORAGE", error.strerror or "not stored") from None
        if files.sha256(target) != digest:
            # Left there, it would be taken for the delivery when the sender repeats.
            target.unlink()
            raise BadData("E-SYS-STORAGE", "the disk gave other bytes back than were written")

    def refuse(self, digest: str, error: BadData, now: datetime) -> None:
        """Keep in the ring what is kept of refused bytes: a line of JSON, then the first of the bytes."""
        path = self.spooled(digest)
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
            files.replace(self.folder / "refused" / f"{self._refused % RING:04d}", line + start, mode=files.PRIVATE)

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


def _copy_exactly(blocks: Iterator[bytes], out: BinaryIO, length: int, digest: str) -> None:
    seen, running = 0, hashlib.sha256()
    for block in blocks:
        seen += len(block)
        if seen > length:
            raise BadData("E-OUT-SIZE", f"more than the {length} bytes that were announced")
        running.update(block)
        out.write(block)
    if seen != length:
        raise BadData("E-OUT-SIZE", f"{seen} bytes came, {length} were announced")
    if running.hexdigest() != digest:
        raise BadData("E-OUT-ADDRESS", "the bytes have another SHA-256 than their address")
