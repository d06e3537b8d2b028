"""The tree as files that any web server can serve: tiles of 256 hashes and bundles of 256 entries (C2SP tlog-tiles).

A full tile never changes. A tree whose last tile is not full has a *partial* tile, whose width stands in its name.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.merkle import HASH_SIZE, Tree

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ENTRY = 16_384
"""Bytes in an entry (security.md 4.1); its length prefix in a bundle has 16 bits."""
MAX_BUNDLE = WIDTH * (MAX_ENTRY + 2)
ENTRIES = -1
"""The level under which bundles of entries are addressed."""
PATH = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile: hashes of ``level`` (0 are leaf hashes, 1 every 256th tree level above), or entries."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def tree_level(self) -> int:
        """The level of the tree that its hashes, or the hashes of its entries, stand on."""
        return max(self.level, 0) * HEIGHT

    @property
    def path(self) -> str:
        """Where it lies: ``tile/0/x001/067.p/5``."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{grouped(self.index)}{partial}"


def parse_path(path: str) -> Tile | None:
    """Return the tile that lies at a path, or ``None`` where no tile can lie."""
    match = PATH.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match[3]) if match[3] else WIDTH)
    return tile if tile.path == path else None


def grouped(index: int) -> str:
    """Return a tile number in groups of three digits, all but the last marked: 1234067 is ``x001/x234/067``."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def of_tree(size: int, before: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree that a tree of ``before`` entries has not: full ones, the partial one of each level, bundles."""
    yield from _row(ENTRIES, size, before)
    level, hashes, known = 0, size, before
    while hashes:
        yield from _row(level, hashes, known)
        level, hashes, known = level + 1, hashes >> HEIGHT, known >> HEIGHT


def _row(level: int, hashes: int, before: int) -> Iterator[Tile]:
    for index in range(before >> HEIGHT, hashes >> HEIGHT):
        yield Tile(level, index)
    if hashes % WIDTH and hashes != before:
        yield Tile(level, hashes >> HEIGHT, hashes % WIDTH)


def content(tile: Tile, tree: Tree, entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile or bundle."""
    start = tile.index << HEIGHT
    if tile.level == ENTRIES:
        return bundle(entries[start : start + tile.width])
    return b"".join(tree.levels[tile.level * HEIGHT][start : start + tile.width])


def hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes in a tile; ``BadData`` ``E-LOG-TILE`` when it has not exactly ``width``."""
    if len(data) != width * HASH_SIZE:
        raise BadData(codes.TILE, f"{len(data)} bytes, a tile of {width} hashes has {width * HASH_SIZE}")
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries one after the other, each after its length in two bytes."""
    for entry in entries:
        if not 0 < len(entry) <= MAX_ENTRY:
            raise BadData(codes.ENTRY, f"{len(entry)} bytes, an entry has 1 to {MAX_ENTRY}")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unbundle(data: bytes, width: int) -> list[bytes]:
    """Return the entries in a bundle; ``BadData`` ``E-LOG-TILE`` when there are not exactly ``width``."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or not 0 < length <= MAX_ENTRY:
            raise BadData(
                codes.TILE, f"entry {len(entries)} of the bundle has no length from 1 to {MAX_ENTRY}, or is cut off"
            )
        entries.append(entry)
        at += 2 + length
    if at != len(data) or len(entries) != width:
        raise BadData(codes.TILE, f"the bundle has not exactly {width} entries")
    return entries
