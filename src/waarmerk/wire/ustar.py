"""The canonical ustar container, security.md 3.6: entries in a fixed order with headers that leave nothing to interpret.

The reader takes name and size from a header, makes the header anew and compares all 512 bytes, so no two programs can
read another container. It is fed with blocks (``write``) and hands on entries; nothing is ever extracted by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from waarmerk.errors import BadData

BLOCK = 512
END = bytes(2 * BLOCK)
COPY_BLOCK = 1 << 16


def header(name: str, size: int) -> bytes:
    """Return the only header that an entry of this name and size may have."""
    block = bytearray(BLOCK)
    encoded = name.encode("ascii")
    block[0 : len(encoded)] = encoded
    block[100:108] = b"0000644\0"
    block[108:116] = block[116:124] = b"0000000\0"
    block[124:136] = b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[148:156] = b"        "
    block[156:157] = b"0"
    block[257:265] = b"ustar\x0000"
    block[329:337] = block[337:345] = b"0000000\0"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padding(size: int) -> bytes:
    """Return the zeros after an entry's data."""
    return bytes(-size % BLOCK)


def write_entry(out: BinaryIO, name: str, data: bytes) -> None:
    """Append one entry whose data are at hand."""
    out.write(header(name, len(data)) + data + padding(len(data)))


def copy_entry(out: BinaryIO, name: str, size: int, source: BinaryIO) -> None:
    """Append one entry of a known size from a stream; raise ``RuntimeError`` when the stream has another length."""
    out.write(header(name, size))
    left = size
    while left:
        block = source.read(min(left, COPY_BLOCK))
        if not block:
            raise RuntimeError(f"{name} is shorter than {size} bytes")
        out.write(block)
        left -= len(block)
    if source.read(1):
        raise RuntimeError(f"{name} is longer than {size} bytes")
    out.write(padding(size))


class EntryHandler(Protocol):
    """What the reader tells about the container, in its order; each may raise ``BadData`` to stop."""

    def begin(self, name: str, size: int) -> None:
        """An entry starts: judge its name, order and size here, before a byte of it is read."""

    def data(self, block: bytes) -> None:
        """Some bytes of the present entry."""

    def end(self) -> None:
        """The present entry is complete."""


class Reader:
    """Reads a container from blocks in one pass and keeps at most one header of it in memory.

    ``names`` is the pattern that entry names must match. Refusals are ``E-TAR-*`` of security.md 3.18.
    """

    def __init__(self, handler: EntryHandler, names: re.Pattern[str]) -> None:
        self._handler = handler
        self._names = names
        self._step: Callable[[], bool] = self._header
        self._buffer = bytearray()
        self._left = 0
        self._pad = 0
        self._finished = False

    def write(self, block: bytes) -> int:
        """Read on with the next bytes of the container, in blocks of any length."""
        self._buffer += block
        while self._step():
            pass
        return len(block)

    def flush(self) -> None:
        """Nothing is kept back that could be flushed (the writer that age asks for must have it)."""

    def close(self) -> None:
        """Say that the container ended; raise ``E-TAR-EOF`` after one zero block, ``E-TAR-TRUNC`` before."""
        if self._finished:
            return
        if self._step == self._second_zero_block:
            raise BadData("E-TAR-EOF", "only one zero block at the end")
        raise BadData("E-TAR-TRUNC", "the container stops before its end")

    def _header(self) -> bool:
        if len(self._buffer) < BLOCK:
            return False
        block = bytes(self._buffer[:BLOCK])
        if not any(block):
            self._step = self._second_zero_block
            return True
        name, size = self._name_and_size(block)
        if block != header(name, size):
            raise BadData("E-TAR-HEADER", f"the header of {name} is not the canonical one")
        del self._buffer[:BLOCK]
        self._handler.begin(name, size)
        self._left, self._pad = size, -size % BLOCK
        self._step = self._data
        return True

    def _name_and_size(self, block: bytes) -> tuple[str, int]:
        raw = block[:100].rstrip(b"\0")
        try:
            name = raw.decode("ascii")
        except UnicodeDecodeError:
            raise BadData("E-TAR-NAME", "an entry name is not ASCII") from None
        if self._names.fullmatch(name) is None or ".." in name:
            raise BadData("E-TAR-NAME", f"{name[:80]!r} is not a name that a container may have")
        size = block[124:136]
        if re.fullmatch(rb"[0-7]{11}\0", size) is None:
            raise BadData("E-TAR-HEADER", f"the size of {name} is not written in 11 octal digits")
        return name, int(size[:11], 8)

    def _data(self) -> bool:
        if self._left and not self._buffer:
            return False
        if self._left:
            block = bytes(self._buffer[: self._left])
            del self._buffer[: self._left]
            self._left -= len(block)
            self._handler.data(block)
            return True
        if len(self._buffer) < self._pad:
            return False
        if any(self._buffer[: self._pad]):
            raise BadData("E-TAR-PAD", "the padding after an entry is not zero")
        del self._buffer[: self._pad]
        self._handler.end()
        self._step = self._header
        return True

    def _second_zero_block(self) -> bool:
        if len(self._buffer) < 2 * BLOCK:
            return False
        if any(self._buffer[BLOCK : 2 * BLOCK]):
            raise BadData("E-TAR-EOF", "only one zero block at the end")
        del self._buffer[: 2 * BLOCK]
        self._finished = True
        self._step = self._trailing
        return True

    def _trailing(self) -> bool:
        if self._buffer:
            raise BadData("E-TAR-TRAILING", "data after the end of the container")
        return False


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream in blocks."""
    while block := stream.read(COPY_BLOCK):
        yield block
