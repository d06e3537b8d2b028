"""Reading a public folder: every file bounded, every hash that a name promises checked, every flaw with the file's address."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData, Place, WrongUse
from waarmerk.ledger import codes, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import MAX_DOCUMENT, Entry
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.ledger.note import MAX_NOTE, Note
from waarmerk.ledger.tiles import ENTRIES, Tile
from waarmerk.machine import files
from waarmerk.publication import layout
from waarmerk.seal.container import DOCUMENT_LIMITS, largest
from waarmerk.seal.limits import MAX_PAYLOAD_FILE

MAX_ENTRIES = 1_000_000
"""Entries that are read at once: an election has a few thousand (security.md 4.2)."""
MAX_FILE = MAX_PAYLOAD_FILE
"""Bytes in a public file: the largest payload file of an envelope (security.md 3.1); a larger one is not read through."""
MAX_CONTAINER = max(map(largest, DOCUMENT_LIMITS))
"""Bytes in a public container: whichever document is the largest, with its signatures."""
MISSING = "E-FIL-MISSING"
HASH = "E-FIL-HASH"


@dataclass(frozen=True, slots=True)
class Signed:
    """The checkpoint of a folder as it stands there; nothing of it is verified yet."""

    note: Note
    checkpoint: Checkpoint


@contextmanager
def naming(address: str) -> Iterator[None]:
    """Name the file in every refusal that comes out of the block and names none yet."""
    try:
        yield
    except BadData as error:
        if error.place.element is not None:
            raise
        raise BadData(error.code, error.reason, Place(element=address)) from None


@dataclass(frozen=True, slots=True)
class Folder:
    """A public folder on this machine."""

    path: Path

    def read(self, address: str, limit: int) -> bytes:
        """Return a file; ``BadData`` ``E-FIL-MISSING`` or ``E-FIL-SIZE`` with its address."""
        with self.open(address) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise BadData("E-FIL-SIZE", f"larger than {limit} bytes", Place(element=address))
        return data

    def open(self, address: str) -> BinaryIO:
        """Open a regular file; ``BadData`` ``E-FIL-MISSING`` with its address when there is none."""
        try:
            return files.open_regular(self.path / address)
        except WrongUse as error:
            raise BadData(MISSING, str(error), Place(element=address)) from None

    def has(self, address: str) -> bool:
        """Whether a file is there."""
        return (self.path / address).is_file()

    def signed(self) -> Signed | None:
        """Return the checkpoint, parsed and not verified; ``None`` for a folder that has none yet."""
        if not self.has(layout.CHECKPOINT):
            return None
        with naming(layout.CHECKPOINT):
            note = Note.parse(self.read(layout.CHECKPOINT, MAX_NOTE))
            checkpoint = Checkpoint.parse(note.text)
            if checkpoint.size > MAX_ENTRIES:
                raise BadData(codes.CHECKPOINT, f"{checkpoint.size} entries, at most {MAX_ENTRIES} are read")
            return Signed(note, checkpoint)

    def checkpointed(self) -> Signed:
        """Return the checkpoint of a folder that must have one; ``E-LOG-CHECKPOINT`` when it has not."""
        signed = self.signed()
        if signed is None:
            raise BadData(codes.CHECKPOINT, "the folder has no checkpoint")
        return signed

    def entry_bytes(self, size: int) -> list[bytes]:
        """Return the first ``size`` entries as they stand in the bundles; what they say is not judged."""
        result: list[bytes] = []
        for tile in tiles.of_tree(size):
            if tile.level == ENTRIES:
                with naming(tile.path):
                    result += tiles.unbundle(self.read(tile.path, tiles.MAX_BUNDLE), tile.width)
        return result

    def entries(self, size: int) -> list[Entry]:
        """Return the first ``size`` entries, parsed."""
        result = []
        for index, data in enumerate(self.entry_bytes(size)):
            with naming(Tile(ENTRIES, index >> tiles.HEIGHT).path):
                result.append(Entry.parse(data))
        return result

    def hash_tile(self, tile: Tile) -> list[bytes]:
        """Return the hashes of a tile."""
        with naming(tile.path):
            return tiles.hashes(self.read(tile.path, tiles.WIDTH * 32), tile.width)

    def tree(self, size: int) -> Tree:
        """Return the tree that the tiles on disk make, every one of them read and compared with the entries.

        Raises ``BadData`` ``E-LOG-TILE`` with the tile that is not as it must be.
        """
        tree = Tree(hash_ for t in tiles.of_tree(size) if t.level == 0 for hash_ in self.hash_tile(t))
        entries = self.entry_bytes(size)
        for tile in tiles.of_tree(size):
            if tile.level > 0 and self.read(tile.path, tiles.WIDTH * 32) != tiles.content(tile, tree, entries):
                raise BadData(codes.TILE, "not the hashes of the tiles below it", Place(element=tile.path))
        for index, entry in enumerate(entries):
            if leaf_hash(entry) != tree.levels[0][index]:
                raise BadData(
                    codes.TILE, f"entry {index} has another hash than the tree", Place(element=Tile(0, index >> 8).path)
                )
        return tree

    def document(self, sha256: str) -> bytes:
        """Return a JSON document by its hash; ``E-FIL-MISSING``, or ``E-FIL-HASH`` when it is another."""
        address = layout.document(sha256)
        data = self.read(address, MAX_DOCUMENT)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadData(HASH, "its bytes do not have the hash in its name", Place(element=address))
        return data

    def container(self, sha256: str) -> bytes:
        """Return the public container of a document, as it is."""
        return self.read(layout.container(sha256), MAX_CONTAINER)

    def check_file(self, sha256: str, size: int | None = None) -> int:
        """Return the size of a public file after reading it all; ``E-FIL-MISSING``, ``-SIZE`` or ``-HASH``."""
        address = layout.document(sha256)
        with self.open(address) as stream:
            if os.fstat(stream.fileno()).st_size > MAX_FILE:
                raise BadData("E-FIL-SIZE", f"larger than {MAX_FILE} bytes", Place(element=address))
            found, length = digest(stream)
        if found != sha256:
            raise BadData(HASH, "its bytes do not have the hash in its name", Place(element=address))
        if size is not None and size != length:
            raise BadData("E-FIL-SIZE", f"{length} bytes, the log says {size}", Place(element=address))
        return length

    def names(self, under: str) -> list[str]:
        """Return the addresses of all files under a folder, sorted; none when it is not there."""
        top = self.path / under
        try:
            found = [path for path in top.rglob("*") if path.is_symlink() or not path.is_dir()]
        except RecursionError:
            raise BadData("E-FIL-EXTRA", "folders in folders without end", Place(element=under)) from None
        return sorted(path.relative_to(self.path).as_posix() for path in found)


def digest(stream: BinaryIO) -> tuple[str, int]:
    """Return SHA-256 and length of a stream, read in blocks."""
    sha256, length = hashlib.sha256(), 0
    while block := stream.read(files.COPY_BLOCK):
        sha256.update(block)
        length += len(block)
    return sha256.hexdigest(), length
