"""What was removed by a decision in the log is not missing; what is gone without one is (security.md 6, 135)."""

from pathlib import Path

import pytest

from tests.publication.town import ELECTION, NOW, Town, log_signer
from waarmerk.ledger import tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.machine import files
from waarmerk.publication import copies, layout
from waarmerk.publication.folder import verify_folder
from waarmerk.publication.read import Folder
from waarmerk.publication.report import Report
from waarmerk.publication.verify import verify_file
from waarmerk.publication.write import publish
from waarmerk.wire import canonical
from waarmerk.wire.digests import sha256

CONTENT = b"a page with a name on it"
DECISION = b'{"decision":"removed"}'


def take_down(public: Path, removed: str) -> None:
    """Log a decision by hand: the program does not write this type yet, and must read it."""
    entry = Entry.parse(
        canonical.dump(
            {
                "format": "stf-log-entry/1", "environment": "exercise", "election": ELECTION, "org": "csb:kiesraad",
                "type": "takedown", "object": sha256(DECISION), "size": len(DECISION), "removed": removed,
                "reason": "personal_data",
            }
        )
    )  # fmt: skip
    entries = [*Folder(public).entries(3), entry]
    tree = Tree(leaf_hash(one.data) for one in entries)
    for tile in tiles.of_tree(4, 3):
        files.put_new(public / tile.path, tiles.content(tile, tree, [one.data for one in entries]))
    checkpoint = Checkpoint(log_signer().origin, 4, tree.root())
    files.replace(public / layout.CHECKPOINT, bytes(log_signer().sign(checkpoint)))
    files.replace(public / layout.INDEX, copies.index(checkpoint, entries))
    files.put_new(public / layout.document(sha256(DECISION)), DECISION)


def check(public: Path) -> Report:
    return verify_folder(Folder(public), now=NOW)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    publish(tmp_path / "public", Town().batch(CONTENT), log_signer(), now=NOW)
    return tmp_path / "public"


def test_a_file_that_is_gone_without_a_decision_is_named(public: Path) -> None:
    (public / layout.document(sha256(CONTENT))).unlink()
    assert layout.document(sha256(CONTENT)) in check(public).files


def test_a_file_that_was_taken_down_is_not_missing(public: Path) -> None:
    take_down(public, sha256(CONTENT))
    (public / layout.document(sha256(CONTENT))).unlink()
    report = check(public)
    assert report.ok, report.flaws
    assert next(step for step in report.steps if step.name == "entries").evidence["removed"] == 1


def test_a_document_that_was_taken_down_is_not_missing(public: Path) -> None:
    manifest = Folder(public).entries(3)[2].object
    take_down(public, manifest)
    (public / layout.document(manifest)).unlink()
    (public / layout.container(manifest)).unlink()
    assert check(public).ok


def test_the_proof_of_a_file_that_was_taken_down_still_holds(public: Path) -> None:
    take_down(public, sha256(CONTENT))
    path = public / layout.document(sha256(CONTENT))
    kept = path.rename(public.parent / "kept")
    proof = (public / layout.proof(sha256(CONTENT))).read_bytes()
    with kept.open("rb") as stream:
        assert verify_file(stream, proof, (public / layout.POLICY).read_bytes(), now=NOW).ok


def test_a_decision_that_is_missing_itself_is_named(public: Path) -> None:
    take_down(public, sha256(CONTENT))
    (public / layout.document(sha256(DECISION))).unlink()
    assert layout.document(sha256(DECISION)) in check(public).files
