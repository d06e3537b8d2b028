"""The log of three entries of security.md 7.4: trust list, manifest, receipt; every file of it byte for byte."""

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.errors import BadData
from waarmerk.ledger import codes, cosignature, note, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry, for_document
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.ledger.note import Note
from waarmerk.ledger.policy import Policy
from waarmerk.ledger.proof import Proof

ORIGIN = "uitslagenlog.example/tk2025"
TIME = 1_761_787_200
NOW = datetime.fromtimestamp(TIME + 60, UTC)
ENTRIES = [
    b'{"election":"TK2025","environment":"exercise","format":"stf-log-entry/1","object":"0669177388a73dfbf551b26201a5fee1ccc1d7eb976b4a9199a45e31279116fe","org":"csb:kiesraad","size":2097,"type":"trust-list","version":1}',
    b'{"election":"TK2025","environment":"exercise","epoch":1,"files":[{"role":"eml-510b","sha256":"2948c0f0419d181bee6cebe382f671494f2ffe6c0294cff3bfa9c99a1d8cfa02","size":7}],"format":"stf-log-entry/1","kind":"result","object":"23c30a0ee17ee20a673784ea9ca3d3a87e21dcc41dea351a66534dbf82728920","org":"gsb:0363","sequence":1,"size":824,"supersedes":"","type":"manifest"}',
    b'{"election":"TK2025","environment":"exercise","format":"stf-log-entry/1","object":"f2985703de3c5c693b57743cc697a0205c13d6ee663d31806d8e458715db8421","org":"csb:kiesraad","size":785,"type":"receipt"}',
]
M1 = b'{"audit_head":"0000000000000000000000000000000000000000000000000000000000000000","clock":"unsynchronised","created":"2025-10-30T01:12:09Z","election":"TK2025","environment":"exercise","epoch":1,"files":[{"name":"telling.eml.xml","role":"eml-510b","sha256":"2948c0f0419d181bee6cebe382f671494f2ffe6c0294cff3bfa9c99a1d8cfa02","size":7}],"format":"stf-manifest/1","kind":"result","previous":"0000000000000000000000000000000000000000000000000000000000000000","reason":"","recipient":"csb:kiesraad","sender":"gsb:0363","sequence":1,"session":1,"software":{"name":"demo","sha256":"0000000000000000000000000000000000000000000000000000000000000000","version":"1.0.0"},"supersedes":"","transfer":"00000000000000000000000000000001","trust_list":{"sha256":"0669177388a73dfbf551b26201a5fee1ccc1d7eb976b4a9199a45e31279116fe","version":1}}'  # noqa: E501
POLICY = b"""log uitslagenlog.example/tk2025+c35cf73f+AbybZzOQL9jT7n/yt7Q0PwNixjHNDm6eWphz+TuOpYoo
witness w1 getuige.example/w1+22a84532+BIA3TUcUQZuh6klwQidYZvqO1s5LrKt4az8dmHIRXhOV
quorum w1
"""


def key(label: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"stf-test-key:" + label.encode()).digest())


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(map(leaf_hash, ENTRIES))


@pytest.fixture(scope="module")
def signed(tree: Tree) -> Note:
    text = Checkpoint(ORIGIN, 3, tree.root()).text
    witness = cosignature.cosign(text, "getuige.example/w1", key("witness1"), TIME)
    return Note(text, (note.sign(text, ORIGIN, key("log")), witness))


def test_entry_of_a_manifest_has_the_known_bytes() -> None:
    assert for_document("manifest", M1, "csb:kiesraad").data == ENTRIES[1]


@pytest.mark.parametrize("data", ENTRIES)
def test_entries_are_read_as_written(data: bytes) -> None:
    entry = Entry.parse(data)
    assert entry.data == data
    assert entry.type in ("trust-list", "manifest", "receipt")


def test_leaves_root_and_proof_are_known(tree: Tree) -> None:
    leaves = [leaf_hash(entry).hex() for entry in ENTRIES]
    assert leaves == [
        "7b2cfaee0c0a8695dae5fda83892da9315378ff62ae11fccc2b19eb58d1ea53d",
        "3bcbcb591618bef1e65f3c882600e73ae07b27409e7d28517287375221f3e395",
        "a00bfe38be8fb9177da0f156a0be25403c45005bb7bd3aad0568ed6eaf080c72",
    ]
    assert tree.root().hex() == "eefef65219a399aec5b7c1ff430da40e73b820cad59a76167118618103f34134"
    assert [one.hex() for one in tree.inclusion(1)] == [leaves[0], leaves[2]]


def test_tiles_have_the_known_digests(tree: Tree) -> None:
    made = {t.path: hashlib.sha256(tiles.content(t, tree, ENTRIES)).hexdigest() for t in tiles.of_tree(3)}
    assert made == {
        "tile/entries/000.p/3": "0bbc9888ee38c9997f675353ddf3c3035cb1fe33fc441951104dc3e3c0c77539",
        "tile/0/000.p/3": "cfdc2b9809e8f43546b7063b011227327ce823b80c8646246c6beb368fbb3dc2",
    }


def test_proof_file_has_the_known_digest_and_is_read_back(tree: Tree, signed: Note) -> None:
    proof = Proof(ENTRIES[1], 1, tuple(tree.inclusion(1)), bytes(signed))
    data = bytes(proof)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (
        946,
        "2b42f88a78e69bdd521d0035d745f0dfbe59d528f26bd8321f94ec553e23496b",
    )
    assert Proof.parse(data) == proof


def test_policy_with_one_witness_accepts_the_checkpoint(signed: Note, tree: Tree) -> None:
    judged = Policy.parse(POLICY).judge(signed, now=NOW)
    assert judged.checkpoint == Checkpoint(ORIGIN, 3, tree.root())
    assert judged.witnesses == {"w1": TIME}


@pytest.mark.parametrize("line", [0, 1])
def test_policy_refuses_the_checkpoint_without_log_or_witness(signed: Note, line: int) -> None:
    alone = Note(signed.text, (signed.signatures[line],))
    with pytest.raises(BadData) as refused:
        Policy.parse(POLICY).judge(alone, now=NOW)
    assert refused.value.code == (codes.QUORUM if line == 0 else codes.UNKNOWN)
