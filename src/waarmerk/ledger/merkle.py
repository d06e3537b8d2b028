"""The Merkle tree of RFC 6962: one root for all entries, short proofs that an entry is in it and that it only ever grew.

leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), root of nothing = SHA-256(""). Hashes are 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from waarmerk.errors import BadData
from waarmerk.ledger import codes

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_PROOF = 63
"""Hashes in a proof: a tree whose size is a 63-bit number needs no more."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash with which an entry stands in the tree."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees; the first byte keeps a node from passing for an entry."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps the hash of every complete subtree, so that roots and proofs of any size cost log(size).

    ``levels[k][i]`` is the hash of the complete subtree over entries i*2^k up to (i+1)*2^k.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        self.levels[0].append(leaf)
        for level in range(len(self.levels)):
            row = self.levels[level]
            if len(row) % 2:
                return
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(node_hash(row[-2], row[-1]))

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first ``size`` entries, or over all."""
        size = self._size(size)
        return self._hash(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that entry ``index`` is in the tree of ``size``, from the leaf's sibling to the root's child."""
        size = self._size(size)
        if not 0 <= index < size:
            raise RuntimeError(f"no entry {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``size`` begins with the tree of ``old`` (RFC 6962, 2.1.2)."""
        size = self._size(size)
        if not 0 <= old <= size:
            raise RuntimeError(f"a tree of {size} does not begin with {old} entries")
        return self._subproof(old, 0, size, True) if 0 < old < size else []

    def _size(self, size: int | None) -> int:
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise RuntimeError(f"the tree has {self.size} entries, not {size}")
        return size

    def _hash(self, low: int, high: int) -> bytes:
        width = high - low
        level = width.bit_length() - 1
        if width == 1 << level and low % width == 0:
            return self.levels[level][low >> level]
        middle = low + _left_size(width)
        return node_hash(self._hash(low, middle), self._hash(middle, high))

    def _path(self, index: int, low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        middle = low + _left_size(high - low)
        if index < middle:
            return [*self._path(index, low, middle), self._hash(middle, high)]
        return [*self._path(index, middle, high), self._hash(low, middle)]

    def _subproof(self, old: int, low: int, high: int, known: bool) -> list[bytes]:
        if old == high:
            return [] if known else [self._hash(low, high)]
        middle = low + _left_size(high - low)
        if old <= middle:
            return [*self._subproof(old, low, middle, known), self._hash(middle, high)]
        return [*self._subproof(old, middle, high, False), self._hash(low, middle)]


def _left_size(width: int) -> int:
    """The largest power of two below ``width``: how many entries stand on the left."""
    return 1 << ((width - 1).bit_length() - 1)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Accept only a proof that the leaf is entry ``index`` of the tree; ``BadData`` ``E-LOG-INCLUSION`` (security.md 4.5)."""
    if not 0 <= index < size:
        raise BadData(codes.INCLUSION, f"there is no entry {index} in a tree of {size}")
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadData(codes.INCLUSION, "the proof is too long")
        if place % 2 or place == last:
            result = node_hash(sibling, result)
            place, last = _to_left_child(place, last)
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadData(codes.INCLUSION, "the proof is too short")
    if result != root:
        raise BadData(codes.INCLUSION, "the proof leads to another root")


def check_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Accept only a proof that the tree of ``size`` begins with that of ``old``; ``BadData`` ``E-LOG-CONSISTENCY``."""
    if not 0 <= old <= size:
        raise BadData(codes.CONSISTENCY, f"a tree of {size} cannot have grown from one of {old}")
    if old in (0, size):
        _check_trivial(proof, old_root, EMPTY_ROOT if old == 0 else root)
        return
    if not proof:
        raise BadData(codes.CONSISTENCY, "the proof is empty")
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise BadData(codes.CONSISTENCY, "the proof is too long")
        if place % 2 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            place, last = _to_left_child(place, last)
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or first != old_root or second != root:
        raise BadData(codes.CONSISTENCY, "the proof does not join the two roots")


def _check_trivial(proof: Sequence[bytes], old_root: bytes, wanted: bytes) -> None:
    if proof or old_root != wanted:
        raise BadData(codes.CONSISTENCY, "nothing was added, so there is nothing to prove but equal roots")


def _to_left_child(place: int, last: int) -> tuple[int, int]:
    """Climb while the node is the last of an incomplete row: there it has no sibling of its own."""
    while place % 2 == 0 and place != 0:
        place, last = place >> 1, last >> 1
    return place, last
