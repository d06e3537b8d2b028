"""One changed byte anywhere in a public folder is found, and the file is named."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.publication.town import NOW, Town, key, log_signer, snapshot
from tests.publication.town import public as public_key
from waarmerk.ledger import note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry, for_document
from waarmerk.ledger.note import Note
from waarmerk.ledger.proof import Proof
from waarmerk.publication import write
from waarmerk.publication.folder import Trusted, verify_folder
from waarmerk.publication.read import Folder
from waarmerk.publication.report import Report
from waarmerk.publication.write import Batch, publish
from waarmerk.seal.trust import RootCard
from waarmerk.wire import canonical


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    public, town = tmp_path_factory.mktemp("small") / "public", Town()
    for content in (b"<EML Id='510b'/>\n", b"<EML Id='510b' again/>\n"):
        publish(public, town.batch(content), log_signer(), now=NOW)
    return public


@pytest.fixture(scope="module")
def names(small: Path) -> list[str]:
    return sorted(snapshot(small))


def check(folder: Path, trusted: Trusted | None = None) -> Report:
    return verify_folder(Folder(folder), now=NOW, trusted=trusted)


def test_a_published_folder_is_verified(small: Path) -> None:
    report = check(small)
    assert report.ok
    assert report.exit_code == 0
    assert [step.number for step in report.steps] == list(range(1, 10))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_changed_byte_is_found_and_its_file_named(small: Path, names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    whole = (small / name).read_bytes()
    at, by = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(1, 255))
    try:
        (small / name).write_bytes(whole[:at] + bytes([whole[at] ^ by]) + whole[at + 1 :])
        report = check(small)
    finally:
        (small / name).write_bytes(whole)
    assert not report.ok
    assert name in report.files


def test_every_file_is_named_when_it_is_missing(small: Path, names: list[str]) -> None:
    for name in names:
        whole = (small / name).read_bytes()
        (small / name).unlink()
        report = check(small)
        (small / name).write_bytes(whole)
        # Tiles of earlier checkpoints are kept for those who hold these, but nothing in the present tree needs them.
        assert name in report.files or (report.ok and ".p/3" in name), name


def test_every_file_is_named_when_it_is_longer(small: Path, names: list[str]) -> None:
    for name in names:
        whole = (small / name).read_bytes()
        (small / name).write_bytes(whole + b"\0")
        report = check(small)
        (small / name).write_bytes(whole)
        assert name in report.files, name


@pytest.mark.parametrize(
    "name", ["tile/0/000.p/999", "tile/9/000", "objects/sha256/aa/x", "proofs/x", "trust/9.tar", "objects/x"]
)
def test_a_file_that_belongs_to_nothing_is_named(small: Path, name: str) -> None:
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).write_bytes(b"x")
    report = check(small)
    (small / name).unlink()
    assert name in report.files


def test_a_link_to_elsewhere_is_not_followed(small: Path, names: list[str], tmp_path: Path) -> None:
    name = next(name for name in names if name.startswith("objects/"))
    (small / name).rename(tmp_path / "moved")
    (small / name).symlink_to(tmp_path / "moved")
    report = check(small)
    (small / name).unlink()
    (tmp_path / "moved").rename(small / name)
    assert name in report.files


def test_a_folder_is_not_verified_against_another_policy(small: Path) -> None:
    policy = f"log {log_signer('another').key}\nquorum none\n".encode()
    report = check(small, Trusted(policy=policy))
    assert report.files == ("checkpoint", *(n for n in report.files if n.startswith("proofs/")))


def test_a_folder_is_not_verified_against_another_root_card(small: Path) -> None:
    card = RootCard("exercise", "GR2026_Mokum", 2, tuple(public_key(f"root{n}") for n in (4, 5)))
    report = check(small, Trusted(card=card))
    assert any(flaw.code == "E-TRU-THRESHOLD" for flaw in report.flaws)


def test_a_folder_is_verified_against_its_root_card(small: Path) -> None:
    roots = sorted((public_key(f"root{n}") for n in (1, 2, 3)), key=lambda one: one.text)
    assert check(small, Trusted(card=RootCard("exercise", "GR2026_Mokum", 2, tuple(roots)))).ok


def test_a_shorter_log_under_the_true_key_is_still_its_past(small: Path) -> None:
    """A log that is cut off verifies as what it was: only witnesses, or a newer proof, show that it is old."""
    tree = Folder(small).tree(5)
    text = Checkpoint(log_signer().origin, 3, tree.root(3)).text
    whole = (small / "checkpoint").read_bytes()
    (small / "checkpoint").write_bytes(bytes(Note(text, (note.sign(text, log_signer().origin, key("log")),))))
    report = check(small)
    (small / "checkpoint").write_bytes(whole)
    assert not report.ok


def test_a_forged_checkpoint_is_named(small: Path) -> None:
    whole = (small / "checkpoint").read_bytes()
    text = Note.parse(whole).text
    (small / "checkpoint").write_bytes(bytes(Note(text, (note.sign(text, log_signer().origin, key("thief")),))))
    report = check(small)
    (small / "checkpoint").write_bytes(whole)
    assert "checkpoint" in report.files


def test_a_proof_to_a_signed_tree_with_another_past_is_named(small: Path, names: list[str]) -> None:
    name = next(name for name in names if name.startswith("proofs/"))
    whole = (small / name).read_bytes()
    proof = Proof.parse(whole)
    size = Checkpoint.parse(Note.parse(proof.note).text).size
    text = Checkpoint(log_signer().origin, size, bytes(32)).text
    forked = Note(text, (note.sign(text, log_signer().origin, key("log")),))
    (small / name).write_bytes(bytes(replace(proof, note=bytes(forked))))
    report = check(small)
    (small / name).write_bytes(whole)
    assert [(flaw.code, flaw.file) for flaw in report.flaws] == [("E-LOG-CONSISTENCY", name)]


def test_an_entry_that_says_something_else_than_its_document_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator signs what it likes; the sender's manifest stands beside it."""

    def other_sequence(kind: str, document: bytes, operator: str) -> Entry:
        made = for_document(kind, document, operator)
        return Entry.parse(canonical.dump({**made.document, "sequence": 7})) if kind == "manifest" else made

    monkeypatch.setattr(write, "for_document", other_sequence)
    publish(tmp_path / "public", Town().batch(b"<EML/>"), log_signer(), now=NOW)
    assert [flaw.code for flaw in check(tmp_path / "public").flaws] == ["E-LOG-ENTRY"]


def test_an_empty_folder_is_not_verified(tmp_path: Path) -> None:
    assert not check(tmp_path).ok


def test_sums_that_do_not_hold_are_named(small: Path) -> None:
    report = verify_folder(Folder(small), now=NOW, sums=lambda stream: ["list 1"] if b"again" in stream.read() else [])
    assert [flaw.code for flaw in report.flaws] == ["E-LOG-SUM"]
    assert report.files[0].startswith("objects/")


def test_documents_of_a_batch_without_files_are_verified_too(tmp_path: Path) -> None:
    publish(tmp_path / "public", Batch((Town().trust,)), log_signer(), now=NOW)
    assert check(tmp_path / "public").ok


@pytest.mark.parametrize("where", ["", "objects"])
def test_folders_in_folders_without_end_are_named(
    small: Path, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = shutil.copytree(small, tmp_path / "public")
    monkeypatch.chdir(public / where)
    for _ in range(1_500):
        Path("d").mkdir()
        os.chdir("d")
    report = verify_folder(Folder(public), now=NOW, pages=lambda: ())
    # Taken apart from the inside: who cleans up would not get there either.
    for _ in range(1_500):
        os.chdir("..")
        Path("d").rmdir()
    assert "E-FIL-EXTRA" in {flaw.code for flaw in report.flaws}


def test_a_public_file_far_too_large_is_not_read_through(small: Path, tmp_path: Path) -> None:
    public = shutil.copytree(small, tmp_path / "public")
    path = next(path for path in sorted((public / "objects").rglob("*")) if path.is_file() and "." not in path.name)
    os.truncate(path, 1 << 42)
    report = verify_folder(Folder(public), now=NOW)
    assert "E-FIL-SIZE" in {flaw.code for flaw in report.flaws}
