"""The published vectors (vectors/ledger/*.json) and the facts of the specifications, byte for byte."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.ledger import base64, cosignature, note, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.merkle import EMPTY_ROOT, Tree, check_consistency, check_inclusion, leaf_hash
from waarmerk.ledger.note import Kind, Note, VerifierKey

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"
H = "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"
I = "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"  # noqa: E741

SEED_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "uitslagenlog.example/tk2025"


@pytest.fixture(scope="module")
def eight() -> Tree:
    return Tree(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES)


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_specification(eight: Tree, size: int) -> None:
    assert eight.root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [(0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[4]]), (2, 3, [ROOTS[2]]), (1, 5, [ROOTS[1], B, D])],
)
def test_inclusion_proofs_of_the_specification(eight: Tree, index: int, size: int, proof: list[str]) -> None:
    made = eight.inclusion(index, size)
    assert [one.hex() for one in made] == proof
    check_inclusion(leaf_hash(bytes.fromhex(LEAVES[index])), index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("old", "size", "proof"),
    [(1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[4]]), (2, 5, [B, D]), (3, 7, [G, H, ROOTS[2], I])],
)
def test_consistency_proofs_of_the_specification(eight: Tree, old: int, size: int, proof: list[str]) -> None:
    made = eight.consistency(old, size)
    assert [one.hex() for one in made] == proof
    check_consistency(old, size, made, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size]))


@pytest.fixture(scope="module")
def large() -> tuple[Tree, list[bytes]]:
    entries = [b"e%d" % number for number in range(70_000)]
    return Tree(map(leaf_hash, entries)), entries


def test_seventy_thousand_entries_have_the_known_root_and_tiles(large: tuple[Tree, list[bytes]]) -> None:
    tree, _ = large
    assert tree.root().hex() == "7355ec72b940269ca1bb882b8b96e3a59c8d7bcace65e39123343c0a740b2c7f"
    paths = [tile.path for tile in tiles.of_tree(70_000)]
    assert len(paths) == 551 == len(set(paths))
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"} <= set(paths)


def test_a_tile_of_a_higher_level_is_the_root_over_the_tile_below(large: tuple[Tree, list[bytes]]) -> None:
    tree, entries = large
    below = tiles.hashes(tiles.content(tiles.Tile(0, 7), tree, entries), 256)
    above = tiles.hashes(tiles.content(tiles.Tile(1, 0), tree, entries), 256)
    assert Tree(below).root() == above[7]


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (5, "005"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")],
)
def test_tile_numbers_are_written_in_groups(number: int, path: str) -> None:
    assert tiles.grouped(number) == path


def test_empty_tree_is_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_note_of_the_specification_verifies() -> None:
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    signed = (
        "This is an example message.\n\n— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert Note.parse(signed.encode()).verify([key]) == (key,)


def test_keys_of_log_and_witness_are_written_as_known() -> None:
    log = VerifierKey.of(ORIGIN, Kind.LOG, SEED_KEY)
    witness = VerifierKey.of("getuige.example/w1", Kind.WITNESS, SEED_KEY)
    assert str(log) == "uitslagenlog.example/tk2025+a27e8d46+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert str(witness) == "getuige.example/w1+0a04955c+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def test_cosigned_checkpoint_has_the_known_bytes() -> None:
    text = Checkpoint(ORIGIN, 8, bytes.fromhex(ROOTS[8])).text
    lines = (
        note.sign(text, ORIGIN, SEED_KEY),
        cosignature.cosign(text, "getuige.example/w1", SEED_KEY, 1_761_786_000),
    )
    made = bytes(Note(text, lines))
    assert hashlib.sha256(made).hexdigest() == "2fa569c11d982827aae179f8adb4940a868fed9c45770edc2444b859f267d8ae"
    assert base64.encode(bytes.fromhex(ROOTS[8])) in made.decode()
