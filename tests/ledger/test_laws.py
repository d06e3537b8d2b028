"""Laws of the tree: every proof verifies, any changed one does not; and an independent, slow tree agrees."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.ledger import tiles
from waarmerk.ledger.merkle import Tree, check_consistency, check_inclusion, leaf_hash

ENTRIES = [b"entry %d" % number for number in range(700)]
TREE = Tree(map(leaf_hash, ENTRIES))
sizes = st.integers(1, len(ENTRIES))


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as the text has it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


@given(st.integers(0, len(ENTRIES)))
def test_every_root_is_that_of_the_slow_tree(size: int) -> None:
    assert TREE.root(size) == slow_root(ENTRIES[:size])


@given(st.data(), sizes)
def test_every_inclusion_proof_verifies(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    check_inclusion(leaf_hash(ENTRIES[index]), index, size, TREE.inclusion(index, size), TREE.root(size))


@given(st.data(), sizes)
def test_every_consistency_proof_verifies(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(0, size))
    check_consistency(old, size, TREE.consistency(old, size), TREE.root(old), TREE.root(size))


def changed(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """One hash of the proof changed, left out, doubled, or one more."""
    result = list(proof)
    at = data.draw(st.integers(0, len(result)))
    match data.draw(st.sampled_from(["flip", "drop", "add"])) if result else "add":
        case "flip":
            bit = data.draw(st.integers(0, 255))
            at = min(at, len(result) - 1)
            value = int.from_bytes(result[at], "big") ^ (1 << bit)
            result[at] = value.to_bytes(32, "big")
        case "drop":
            del result[min(at, len(result) - 1)]
        case _:
            result.insert(at, data.draw(st.binary(min_size=32, max_size=32)))
    return result


@given(st.data(), sizes)
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = changed(data, TREE.inclusion(index, size))
    with pytest.raises(BadData, match="E-LOG-INCLUSION"):
        check_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, TREE.root(size))


@given(st.data(), sizes)
def test_an_inclusion_proof_holds_for_no_other_index(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1).filter(lambda i: i != index))
    with pytest.raises(BadData, match="E-LOG-INCLUSION"):
        check_inclusion(leaf_hash(ENTRIES[index]), other, size, TREE.inclusion(index, size), TREE.root(size))


@given(st.data(), sizes)
def test_a_changed_consistency_proof_is_refused(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(0, size))
    proof = changed(data, TREE.consistency(old, size))
    with pytest.raises(BadData, match="E-LOG-CONSISTENCY"):
        check_consistency(old, size, proof, TREE.root(old), TREE.root(size))


@given(st.data(), sizes)
def test_no_proof_joins_a_tree_with_another_past(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    with pytest.raises(BadData, match="E-LOG-CONSISTENCY"):
        check_consistency(old, size, TREE.consistency(old, size), leaf_hash(b"another past"), TREE.root(size))


@pytest.mark.parametrize(("old", "size", "claimed"), [(1, 2, 3), (1, 3, 5), (2, 4, 5)])
def test_a_consistency_proof_holds_for_no_larger_size(old: int, size: int, claimed: int) -> None:
    with pytest.raises(BadData, match="E-LOG-CONSISTENCY"):
        check_consistency(old, claimed, TREE.consistency(old, size), TREE.root(old), TREE.root(size))


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=256))
def test_bundles_give_their_entries_back(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries), len(entries)) == entries


@given(st.binary(max_size=200), st.integers(1, 4))
def test_a_bundle_of_any_bytes_is_refused_or_canonical(data: bytes, width: int) -> None:
    try:
        entries = tiles.unbundle(data, width)
    except BadData:
        return
    assert tiles.bundle(entries) == data


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_a_grown_tree_needs_only_the_tiles_that_the_old_one_has_not(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before, after = set(tiles.of_tree(old)), set(tiles.of_tree(new))
    assert set(tiles.of_tree(new, old)) == after - before
    assert {tile for tile in before if tile.width == tiles.WIDTH} <= after
