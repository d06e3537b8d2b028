"""ZIP as OSV2020 and Abacus make it, and the national sets: streamed member by member, one nesting level (eml-nl.md 9).

The directory is checked before anything is unpacked: Python's ``zipfile`` accepts junk in front and entries that overlap.
Sizes are enforced while unpacking, whatever the directory claims. Member names are text to show, never paths.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from waarmerk.errors import BadData, Place

MIB = 1024 * 1024
MAX_DIRECTORY = 4 * MIB
"""Bytes of the directory; 5,000 entries with names of some 100 characters are under 1 MiB."""
MAX_INNER = 64 * MIB
"""Bytes of a ZIP inside a ZIP, held in memory; a whole nation's counts are 30 MB zipped (eml-nl.md 11.2)."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END = struct.Struct("<4s4H2LH")
"""End of central directory."""
LOCAL = struct.Struct("<4s5H3L2H")
"""Local file header."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    IndexError,
    NotImplementedError,
)
"""What ``zipfile`` raises on damaged files, by reading its source and by fuzzing."""
NAME_ENDINGS = (".xml", ".csv")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ZIP may hold; see the two constants."""

    entries: int
    member: int
    total: int
    ratio: int
    paths: bool
    """Whether names with folders in them, and folders, are fine."""


CHECK = Limits(entries=5_000, member=256 * MIB, total=8 * 1024 * MIB, ratio=200, paths=True)
"""For reading what is published: a national set has some 350 counts of 1.4 GB; a count of zeros reaches 78 : 1."""
EXPORT = Limits(entries=32, member=256 * MIB, total=300 * MIB, ratio=100, paths=False)
"""For what OSV2020 or Abacus just exported on the sending side (security.md 5.4)."""


class Member:
    """One file of a ZIP, read in blocks; a damaged one ends in ``BadData`` ``E-ZIP-CRC``."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._info = info
        self._stream: IO[bytes] | None = None
        self._place = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, none at the end."""
        try:
            self._stream = self._stream or self._archive.open(self._info)
            block = self._stream.read(size)
        except DAMAGE as error:
            raise BadData("E-ZIP-CRC", f"{self._info.filename[:80]}: {str(error)[:80]}") from None
        self._place += len(block)
        return block

    def seekable(self) -> bool:
        """Whether it can be read again from the start."""
        return True

    def tell(self) -> int:
        """Return how much was read."""
        return self._place

    def seek(self, place: int) -> int:
        """Go back to the start; nothing else is asked."""
        if place:
            raise RuntimeError("a member is only read again from its start")
        self._stream, self._place = None, 0
        return 0


def members(stream: BinaryIO, limits: Limits = CHECK) -> Iterator[tuple[str, BinaryIO]]:
    """Yield name and stream of every ``.xml`` and ``.csv``, also of those in a ZIP inside; other names are passed over.

    Each stream is to be read before the next. ``stream`` must be seekable. Raises ``BadData`` with an ``E-ZIP-…`` code.
    """
    yield from Archive(stream, limits).members()


class Archive:
    """One ZIP whose directory keeps the rules; ``passed_over`` counts the files that were not opened because of their name."""

    def __init__(self, stream: BinaryIO, limits: Limits = CHECK, *, inside: bool = False) -> None:
        self.passed_over = 0
        self._unpacked: tuple[str, Archive] | None = None
        self._inside = inside
        self._limits = limits
        _check_end(stream, limits)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            struct.error,
            UnicodeDecodeError,
        ) as error:
            raise BadData("E-ZIP-CRC", f"no ZIP, or a damaged one: {str(error)[:80]}") from None
        self._check_directory(stream)

    def members(self) -> Iterator[tuple[str, BinaryIO]]:
        """Yield name and stream of every file to be read."""
        for info in self._zip.infolist():
            ending = info.filename.lower()
            if info.is_dir():
                continue
            if ending.endswith(NAME_ENDINGS):
                yield info.filename, Member(self._zip, info)  # type: ignore[misc]
            elif ending.endswith(".zip"):
                yield from self._nested(info)
            else:
                self.passed_over += 1

    def names(self) -> list[str]:
        """Return the names of all files to be read, as :meth:`members` would give them.

        A ZIP inside that cannot be read stands there itself: opening it says why, and the other files are not lost.
        """
        found: list[str] = []
        for info in self._zip.infolist():
            ending = info.filename.lower()
            if info.is_dir():
                continue
            if ending.endswith(NAME_ENDINGS):
                found.append(info.filename)
            elif ending.endswith(".zip"):
                found += self._names_inside(info)
        if len(set(found)) != len(found):
            raise BadData("E-ZIP-NAME", "two files have the same name")
        return found

    def open(self, name: str) -> BinaryIO:
        """Return the stream of one file by its name; ``KeyError`` when it is not there, ``BadData`` for a ZIP inside."""
        for info in self._zip.infolist():
            if name == info.filename and name.lower().endswith(NAME_ENDINGS):
                return Member(self._zip, info)  # type: ignore[return-value]
            if info.filename.lower().endswith(".zip") and (
                name == info.filename or name.startswith(f"{info.filename}/")
            ):
                for found, stream in self._nested(info):
                    if found == name:
                        return stream
        raise KeyError(name)

    def packed(self, name: str) -> BinaryIO:
        """Return the bytes of an entry as they are, also of a ZIP inside; ``KeyError`` when it is not there."""
        return Member(self._zip, self._zip.getinfo(name))  # type: ignore[return-value]

    def _names_inside(self, info: zipfile.ZipInfo) -> list[str]:
        try:
            return [name for name, _ in self._nested(info)]
        except BadData:
            return [info.filename]

    def _nested(self, info: zipfile.ZipInfo) -> Iterator[tuple[str, BinaryIO]]:
        inner = self._inner(info)
        for name, stream in inner.members():
            yield f"{info.filename}/{name}", stream
        self.passed_over += inner.passed_over

    def _inner(self, info: zipfile.ZipInfo) -> Archive:
        """Return a ZIP inside; the last one is kept, because its files are opened one after the other."""
        if self._unpacked is None or self._unpacked[0] != info.filename:
            if self._inside:
                raise BadData("E-ZIP-NESTED", f"{info.filename[:80]}: a ZIP in a ZIP in a ZIP")
            if info.file_size > MAX_INNER:
                raise BadData("E-ZIP-SIZE", f"{info.filename[:80]}: a ZIP of {info.file_size} bytes inside a ZIP")
            self._unpacked = None
            inner = Archive(io.BytesIO(Member(self._zip, info).read()), self._limits, inside=True)
            self._unpacked = (info.filename, inner)
        return self._unpacked[1]

    def _check_directory(self, stream: BinaryIO) -> None:
        infos = self._zip.infolist()
        if len(infos) > self._limits.entries:
            raise BadData("E-ZIP-COUNT", f"{len(infos)} entries, at most {self._limits.entries}")
        if infos and min(info.header_offset for info in infos) != 0:
            raise BadData("E-ZIP-PREFIX", "something stands before the first entry")
        names = [info.filename for info in infos]
        if len(set(names)) != len(names):
            raise BadData("E-ZIP-NAME", "two entries have the same name")
        for info in infos:
            self._check_entry(info)
        if sum(info.file_size for info in infos) > self._limits.total:
            raise BadData("E-ZIP-SIZE", f"more than {self._limits.total} bytes unpacked")
        self._check_overlap(stream, infos)

    def _check_entry(self, info: zipfile.ZipInfo) -> None:
        place = Place(element=info.filename[:80])
        if info.flag_bits & 0x2041:
            raise BadData("E-ZIP-ENCRYPTED", "encrypted", place)
        if info.compress_type not in METHODS:
            raise BadData("E-ZIP-METHOD", f"compression method {info.compress_type}", place)
        if info.file_size > self._limits.member:
            raise BadData("E-ZIP-SIZE", f"{info.file_size} bytes unpacked, at most {self._limits.member}", place)
        if info.file_size > self._limits.ratio * max(info.compress_size, 1):
            raise BadData("E-ZIP-RATIO", f"packed more than {self._limits.ratio} : 1", place)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BadData("E-ZIP-NAME", "neither a file nor a folder", place)
        if not info.filename:
            raise BadData("E-ZIP-NAME", "an entry without a name")
        if not self._limits.paths and _is_path(info.filename):
            raise BadData("E-ZIP-NAME", "a name with a folder in it", place)

    def _check_overlap(self, stream: BinaryIO, infos: list[zipfile.ZipInfo]) -> None:
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise BadData("E-ZIP-OVERLAP", "entries overlap", Place(element=info.filename[:80]))
            end = info.header_offset + _span(stream, info)
        if end > self._zip.start_dir:
            raise BadData("E-ZIP-OVERLAP", "an entry runs into the directory")


def _is_path(name: str) -> bool:
    return any(sign in name for sign in "/\\:") or name in (".", "..")


def _span(stream: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Return the bytes that an entry takes: its local header, with lengths of its own, and its data."""
    stream.seek(info.header_offset)
    raw = stream.read(LOCAL.size)
    if len(raw) < LOCAL.size or raw[:4] != b"PK\x03\x04":
        raise BadData("E-ZIP-OVERLAP", "no local header where the directory says", Place(element=info.filename[:80]))
    fields = LOCAL.unpack(raw)
    return LOCAL.size + int(fields[9]) + int(fields[10]) + info.compress_size


def _check_end(stream: BinaryIO, limits: Limits) -> None:
    """Look at the end of the directory before ``zipfile`` reads all of it into memory."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - END.size - 0xFFFF))
    tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < END.size:
        raise BadData("E-ZIP-CRC", "no ZIP, or its end is missing")
    fields = END.unpack_from(tail, place)
    if fields[4] > limits.entries:
        raise BadData("E-ZIP-COUNT", f"{fields[4]} entries, at most {limits.entries}")
    if fields[5] > MAX_DIRECTORY:
        raise BadData("E-ZIP-COUNT", f"a directory of {fields[5]} bytes, at most {MAX_DIRECTORY}")
    stream.seek(0)
    if size and stream.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise BadData("E-ZIP-PREFIX", "something stands before the first entry")
    stream.seek(0)
