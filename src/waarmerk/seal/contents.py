"""The contents of an envelope or draft: manifest and signatures first, then exactly the files that the manifest lists.

Step 5 of the reception pipeline and the file part of step 11 (security.md 3.17): no file entry is read before somebody judged
manifest and signatures, and each file is hashed while it passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from waarmerk.errors import BadData
from waarmerk.seal.container import MANIFEST, Collector, names
from waarmerk.seal.limits import MAX_PAYLOAD_FILE
from waarmerk.seal.manifest import Manifest, PayloadFile
from waarmerk.wire import ustar

Judge = Callable[[bytes, dict[str, bytes]], Manifest]
"""Gets the document and the signature files by key id; returns the manifest or raises ``BadData``."""


class FileSink(Protocol):
    """Where the files of a delivery are put while their hashes are still to be proven."""

    def create(self, file: PayloadFile) -> BinaryIO:
        """Return a stream for one file."""


class HeadIsEnough(Exception):
    """Manifest and signatures are judged, the first file begins, and nobody wants the files."""


class Contents:
    """Reads a container of manifest, signatures and files from blocks; without a sink it stops before the files."""

    def __init__(self, judge: Judge, sink: FileSink | None) -> None:
        self._judge = judge
        self._sink = sink
        self._collector = Collector(MANIFEST)
        self._reader = ustar.Reader(self, names(MANIFEST))
        self._manifest: Manifest | None = None
        self._expected: list[PayloadFile] = []
        self._file: PayloadFile | None = None
        self._hash = hashlib.sha256()
        self._out: BinaryIO | None = None

    def write(self, block: bytes) -> int:
        """Read on; raises ``E-TAR-*``, ``E-FIL-*``, whatever the judge raises, and :class:`HeadIsEnough`."""
        return self._reader.write(block)

    def close(self) -> None:
        """The bytes ended: refuse when the container or the list of files did not."""
        self._reader.close()
        if self._manifest is None:
            self._judge_head()
        if self._expected:
            raise BadData("E-FIL-MISSING", f"{self._expected[0].name} is listed but not there")

    def begin(self, name: str, size: int) -> None:
        """An entry begins: manifest and signatures are collected, a file is compared with the manifest first."""
        if name.startswith("files/"):
            if self._manifest is None:
                self._judge_head()
            self._begin_file(name.removeprefix("files/"), size)
        elif self._manifest is None:
            self._collector.begin(name, size)
        else:
            raise BadData("E-TAR-DUP" if name == MANIFEST else "E-TAR-ORDER", f"{name} after the files")

    def data(self, block: bytes) -> None:
        """Bytes of the present entry."""
        if self._file is None or self._out is None:
            self._collector.data(block)
        else:
            self._hash.update(block)
            self._out.write(block)

    def end(self) -> None:
        """The present entry is complete."""
        if self._file is None or self._out is None:
            self._collector.end()
            return
        self._out.close()
        if self._hash.hexdigest() != self._file.sha256:
            raise BadData("E-FIL-HASH", f"{self._file.name} is not the file that was signed")
        self._file = self._out = None

    def _judge_head(self) -> None:
        self._manifest = self._judge(*self._collector.result())
        self._expected = list(self._manifest.files)

    def _begin_file(self, name: str, size: int) -> None:
        if self._sink is None or self._manifest is None:
            raise HeadIsEnough
        if size > MAX_PAYLOAD_FILE:
            raise BadData("E-TAR-SIZE", f"{name} has {size} bytes, at most {MAX_PAYLOAD_FILE}")
        if all(file.name != name for file in self._expected):
            twice = any(file.name == name for file in self._manifest.files)
            raise BadData("E-TAR-DUP" if twice else "E-FIL-EXTRA", f"{name} is not (or no longer) to be expected")
        if self._expected[0].name != name:
            raise BadData("E-FIL-MISSING", f"{self._expected[0].name} is missing before {name}")
        self._file = self._expected.pop(0)
        if self._file.size != size:
            raise BadData("E-FIL-SIZE", f"{name} has {size} bytes, the manifest says {self._file.size}")
        self._hash = hashlib.sha256()
        self._out = self._sink.create(self._file)
