"""What the paths of ``waarmerk check`` hold, read on all cores: files, the results files in folders, the members of ZIP files.

A unit of work is a file or one member of a ZIP, so a national set keeps every core busy. The readings come in the order of
the paths and of the ZIP's directory, and what is damaged stops nothing else.
"""

from __future__ import annotations

import hashlib
import os
import sys
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from waarmerk.cli import echo
from waarmerk.errors import BadData
from waarmerk.formats import NoResults, Reading, read_file, zips
from waarmerk.machine import cores
from waarmerk.machine.files import open_regular

ENDINGS = (".xml", ".csv", ".zip")
"""What is looked at in a folder; a file that is named itself is read whatever its name."""
STDIN = "-"
ZIP = b"PK\x03\x04"
MAX_STDIN = 256 * 1024 * 1024
"""Bytes taken from a pipe, which is held in memory because a ZIP is read from its end; as large as one count may be."""
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Item:
    """A file, a member of the ZIP that it is, or the bytes of standard input."""

    path: str
    fast: bool
    member: str | None = None
    stamp: tuple[int, int, int] = (0, 0, 0)
    """Which bytes a ZIP had when its directory was read."""
    data: bytes | None = None

    @property
    def name(self) -> str:
        """How it is called in the report."""
        return self.path if self.member is None else f"{self.path}/{self.member}"


def readings(paths: Sequence[str], *, fast: bool) -> list[Reading]:
    """Read everything; what holds no results is said on stderr and left out, unless it was named itself."""
    named = {path for path in paths if not Path(path).is_dir()}
    items = [item for path in cores.files([Path(path) for path in paths], ENDINGS) for item in _items(str(path), fast)]
    progress = cores.Progress(len(items))
    found: list[Reading] = []
    try:
        for item, read in zip(items, cores.each(_read_item, items), strict=True):
            found += [reading for reading in read if reading.name in named or not _passed_over(reading)]
            progress.step(item.name)
    finally:
        progress.close()
    return found


def _items(path: str, fast: bool) -> list[Item]:
    if path == STDIN:
        return [Item(path, fast, data=sys.stdin.buffer.read(MAX_STDIN))]
    with open_regular(Path(path)) as stream:
        zipped = stream.read(len(ZIP)) == ZIP
    if not zipped:
        return [Item(path, fast)]
    stamp = _stamp(path)
    try:
        return [Item(path, fast, name, stamp) for name in _archive(path, stamp, os.getpid()).names()]
    except BadData:
        # Reading it again, as a whole, says why.
        return [Item(path, fast)]


def _read_item(item: Item) -> list[Reading]:
    if item.data is not None:
        return list(_stream(BytesIO(item.data), item.name, item.fast))
    if item.member is not None:
        return [_member(_archive(item.path, item.stamp, os.getpid()), item.member, item)]
    with open_regular(Path(item.path)) as stream:
        return list(_stream(stream, item.name, item.fast))


def _stream(stream: BinaryIO, name: str, fast: bool) -> Iterator[Reading]:
    """Yield what a seekable stream holds: one file, or the results files of a ZIP."""
    zipped = stream.read(len(ZIP)) == ZIP
    stream.seek(0)
    if not zipped:
        yield read_file(stream, name, fast=fast)
        return
    try:
        archive = zips.Archive(stream)
        names = archive.names()
    except BadData as refused:
        stream.seek(0)
        yield _refused(stream, name, refused)
        return
    for inside in names:
        yield _member(archive, inside, Item(name, fast, inside))


def _member(archive: zips.Archive, inside: str, item: Item) -> Reading:
    try:
        return read_file(archive.open(inside), item.name, fast=item.fast)
    except BadData as refused:
        return _refused(archive.packed(inside), item.name, refused)


def _refused(stream: BinaryIO, name: str, refused: BadData) -> Reading:
    """Return the refusal of a whole ZIP with the digest of its bytes, as far as they can be read."""
    digest, size = hashlib.sha256(), 0
    try:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
    except BadData:
        pass
    return Reading(name, refused.rejection, size, digest.hexdigest(), None)


@lru_cache(maxsize=1)
def _archive(path: str, stamp: tuple[int, int, int], process: int) -> zips.Archive:
    """Return a ZIP with its directory checked; kept, because its members are read one after the other.

    Never across a fork: processes that share an open file share the place in it.
    """
    stream = open_regular(Path(path))
    try:
        archive = zips.Archive(stream)
    except BadData:
        stream.close()
        raise
    weakref.finalize(archive, stream.close)
    return archive


def _stamp(path: str) -> tuple[int, int, int]:
    found = Path(path).stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _passed_over(reading: Reading) -> bool:
    """Say on stderr which file in a folder or ZIP holds no results, and go on."""
    if not isinstance(reading.value, NoResults):
        return False
    echo(f"{reading.name}: {reading.value.reason}", err=True)
    return True
