"""The tree that the files under ``tile/`` make, compared with a checkpoint: which file is it when they do not fit?

Entries and hashes say the same thing twice. The one that leads to the root is believed, and the other is named; when
neither does, the checkpoint is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.errors import BadData
from waarmerk.ledger import codes, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.ledger.tiles import ENTRIES
from waarmerk.publication import layout
from waarmerk.publication.read import MISSING, Folder, naming
from waarmerk.publication.report import Flaws


@dataclass(frozen=True, slots=True)
class TreeOnDisk:
    """What was found: the entries, the tree if it is the checkpoint's, how many tiles there are, and what is wrong."""

    data: list[bytes]
    tree: Tree | None
    tiles: int
    flaws: Flaws


def inspect(folder: Folder, checkpoint: Checkpoint) -> TreeOnDisk:
    """Return the tree on disk as far as it is that of the checkpoint, and every file that does not fit."""
    flaws = Flaws()
    data = _entries(folder, checkpoint.size, flaws)
    by_entries, by_tiles = Tree(map(leaf_hash, data)), Tree(_leaves(folder, checkpoint.size, flaws))
    whole = (tree for tree in (by_entries, by_tiles) if tree.size == checkpoint.size)
    tree = next((tree for tree in whole if tree.root() == checkpoint.root), None)
    if tree is None:
        flaws.add(codes.CHECKPOINT, "entries and tiles make another root", layout.CHECKPOINT)
    present = folder.names(layout.TILES)
    for address in present:
        with flaws.of(address):
            _compare(folder, address, tree or by_entries)
    for tile in tiles.of_tree(checkpoint.size):
        if tile.path not in present:
            flaws.add(MISSING, "the tree needs this tile", tile.path)
    return TreeOnDisk(data, tree, len(present), flaws)


def _entries(folder: Folder, size: int, flaws: Flaws) -> list[bytes]:
    entries: list[bytes] = []
    for tile in tiles.of_tree(size):
        if tile.level == ENTRIES:
            with flaws.of(tile.path), naming(tile.path):
                entries += tiles.unbundle(folder.read(tile.path, tiles.MAX_BUNDLE), tile.width)
    return entries


def _leaves(folder: Folder, size: int, flaws: Flaws) -> list[bytes]:
    leaves: list[bytes] = []
    for tile in tiles.of_tree(size):
        if tile.level == 0:
            with flaws.of(tile.path):
                leaves += folder.hash_tile(tile)
    return leaves


def _compare(folder: Folder, address: str, tree: Tree) -> None:
    tile = tiles.parse_path(address)
    if tile is None:
        raise BadData("E-FIL-EXTRA", "not the name of a tile")
    if tile.level == ENTRIES:
        found = [leaf_hash(entry) for entry in tiles.unbundle(folder.read(address, tiles.MAX_BUNDLE), tile.width)]
    else:
        found = folder.hash_tile(tile)
    # A tile of a tree that is not signed yet may go on beyond this one: what is in this tree must agree.
    row = tree.levels[tile.tree_level] if tile.tree_level < len(tree.levels) else []
    start = tile.index << tiles.HEIGHT
    known = row[start : start + tile.width]
    if found[: len(known)] != known:
        raise BadData(codes.TILE, "not what the tree has here")
