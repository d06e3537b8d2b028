"""Publishing: what the folder holds, that it can be done again, and what is refused."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from tests.publication.town import NOW, Town, log_signer, snapshot, trust_list
from waarmerk.errors import BadData, Unreachable
from waarmerk.ledger.policy import Policy
from waarmerk.publication import operator
from waarmerk.publication.fsck import fsck
from waarmerk.publication.read import Folder
from waarmerk.publication.write import Batch, publish, state_file
from waarmerk.wire.digests import sha256


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return tmp_path / "public"


def test_a_published_log_is_signed_and_whole(public: Path) -> None:
    published = publish(public, Town().batch(b"<EML/>\n"), log_signer(), now=NOW)
    signed = Folder(public).signed()
    assert signed is not None
    judged = Policy.parse((public / "policy.txt").read_bytes()).judge(signed.note, now=NOW)
    assert judged.checkpoint == published.checkpoint
    assert [entry.type for entry in published.added] == ["trust-list", "receipt", "manifest"]
    assert fsck(public) == []


@pytest.mark.parametrize(("size", "code"), [(3, "E-LOG-STATE"), (4, "E-LOG-CONSISTENCY")])
def test_what_contradicts_a_remembered_checkpoint_is_never_signed(public: Path, size: int, code: str) -> None:
    """Size 4: it was about to be signed when the power went, and may have been shown."""
    town = Town()
    publish(public, town.batch(b"<EML/>\n"), log_signer(), now=NOW)
    before, memory = snapshot(public)["checkpoint"], state_file(public)
    state = operator.load(memory, log_signer().origin)
    other = dataclasses.replace(state.signing, size=size, root=bytes(32))
    operator.save(memory, dataclasses.replace(state, signing=other))
    with pytest.raises(BadData, match=code):
        publish(public, town.batch(b"<EML again/>\n"), log_signer(), now=NOW)
    assert snapshot(public)["checkpoint"] == before


def test_publishing_again_changes_nothing(public: Path) -> None:
    batch = Town().batch(b"<EML/>\n")
    publish(public, batch, log_signer(), now=NOW)
    before, memory = snapshot(public), state_file(public).read_bytes()
    assert publish(public, batch, log_signer(), now=NOW).added == ()
    assert (snapshot(public), state_file(public).read_bytes()) == (before, memory)


def test_a_log_grows_and_keeps_every_file_but_its_heads(public: Path) -> None:
    town = Town()
    publish(public, town.batch(b"first"), log_signer(), now=NOW)
    before = snapshot(public)
    publish(public, town.batch(b"second"), log_signer(), now=NOW)
    after = snapshot(public)
    changed = {name for name, data in before.items() if after.get(name) != data}
    assert changed == {"checkpoint", "index.json"}
    assert fsck(public) == []


def test_one_by_one_or_together_makes_the_same_tree(tmp_path: Path) -> None:
    town = Town()
    batches = [town.batch(b"%d" % number) for number in range(4)]
    for batch in batches:
        one_by_one = publish(tmp_path / "a", batch, log_signer(), now=NOW)
    all_of_it = Batch(
        tuple(dict.fromkeys(d for batch in batches for d in batch.documents)),
        tuple(f for b in batches for f in b.files),
    )
    assert publish(tmp_path / "b", all_of_it, log_signer(), now=NOW).checkpoint == one_by_one.checkpoint


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 301 entries."""
    town, public = Town(), tmp_path_factory.mktemp("many") / "public"
    deliveries = [town.deliver(b"%d" % number) for number in range(150)]
    documents = [document for delivery, _ in deliveries for document in (town.receive(delivery), delivery)]
    publish(public, Batch((town.trust, *documents), tuple(file for _, file in deliveries)), log_signer(), now=NOW)
    return public


def test_many_entries_fill_tiles(many: Path) -> None:
    assert (many / "tile/0/000").stat().st_size == 8_192
    assert (many / "tile/1/000.p/1").is_file()
    assert fsck(many) == []


@pytest.mark.parametrize("signers", [("p1",), ("p1", "service"), ()])
def test_a_manifest_without_two_signers_is_not_logged(public: Path, signers: tuple[str, ...]) -> None:
    town = Town()
    delivery, file = town.deliver(b"x", signers=signers)
    with pytest.raises(BadData, match="E-SIG-"):
        publish(public, Batch((town.trust, delivery), (file,)), log_signer(), now=NOW)
    assert snapshot(public) == {}


def test_a_trust_list_that_does_not_follow_is_not_logged(public: Path) -> None:
    publish(public, Town().batch(b"x"), log_signer(), now=NOW)
    with pytest.raises(BadData, match="E-TRU-CHAIN"):
        publish(public, Batch((trust_list(2, "1" * 64),)), log_signer(), now=NOW)


def test_the_next_trust_list_is_logged(public: Path) -> None:
    first = Town().batch(b"x")
    publish(public, first, log_signer(), now=NOW)
    second = trust_list(2, sha256(first.documents[0].document))
    publish(public, Batch((second,)), log_signer(), now=NOW)
    assert (public / "trust/2.tar").read_bytes() == second.container
    assert fsck(public) == []


def test_a_container_of_another_document_is_not_logged(public: Path) -> None:
    town = Town()
    one, _ = town.deliver(b"x")
    other, file = town.deliver(b"y")
    mixed = dataclasses.replace(other, container=one.container)
    with pytest.raises(BadData, match="E-FIL-HASH"):
        publish(public, Batch((town.trust, mixed), (file,)), log_signer(), now=NOW)


def test_a_missing_file_is_not_logged(public: Path) -> None:
    town = Town()
    delivery, _ = town.deliver(b"x")
    with pytest.raises(BadData, match="E-FIL-MISSING"):
        publish(public, Batch((town.trust, delivery)), log_signer(), now=NOW)


@pytest.mark.parametrize("change", [{"size": 2}, {"sha256": "1" * 64}, {"role": "eml-230c"}])
def test_a_file_that_no_manifest_lists_is_not_published(public: Path, change: dict[str, object]) -> None:
    town = Town()
    delivery, file = town.deliver(b"x")
    other = dataclasses.replace(file, **change)  # type: ignore[arg-type]
    with pytest.raises(BadData, match="E-FIL-EXTRA"):
        publish(public, Batch((town.trust, delivery), (other,)), log_signer(), now=NOW)


@pytest.mark.parametrize("content", [b"y", b"xx", b""])
def test_a_file_with_other_bytes_is_not_published(public: Path, content: bytes) -> None:
    town = Town()
    delivery, file = town.deliver(b"x")
    _, other = Town().deliver(content)
    with pytest.raises(BadData, match=r"E-FIL-(HASH|SIZE)"):
        batch = Batch((town.trust, delivery), (dataclasses.replace(file, open=other.open),))
        publish(public, batch, log_signer(), now=NOW)
    assert snapshot(public) == {}


def test_a_log_that_the_trust_list_does_not_name_is_not_kept(public: Path) -> None:
    with pytest.raises(BadData, match="E-LOG-STATE"):
        publish(public, Town().batch(b"x"), log_signer("another"), now=NOW)


def test_another_key_does_not_go_on_with_a_log(public: Path) -> None:
    town = Town()
    publish(public, town.batch(b"x"), log_signer(), now=NOW)
    with pytest.raises(BadData, match="E-LOG-UNKNOWN"):
        publish(public, town.batch(b"y"), log_signer("another"), now=NOW)


def test_a_folder_without_the_operators_memory_is_not_written(public: Path) -> None:
    town = Town()
    publish(public, town.batch(b"x"), log_signer(), now=NOW)
    state_file(public).unlink()
    with pytest.raises(BadData, match="E-LOG-STATE"):
        publish(public, town.batch(b"y"), log_signer(), now=NOW)


def test_an_old_copy_of_the_folder_is_not_written(tmp_path: Path, public: Path) -> None:
    town = Town()
    publish(public, town.batch(b"x"), log_signer(), now=NOW)
    old = snapshot(public)
    for content in (b"y", b"z"):
        publish(public, town.batch(content), log_signer(), now=NOW)
    (public / "checkpoint").write_bytes(old["checkpoint"])
    with pytest.raises(BadData, match="E-LOG-STATE"):
        publish(public, town.batch(b"w"), log_signer(), now=NOW)


@pytest.mark.parametrize("address", ["tile/0/000", "tile/entries/000", "tile/entries/001.p/45"])
def test_a_flipped_bit_in_a_tile_stops_signing(many: Path, public: Path, address: str) -> None:
    shutil.copytree(many, public)
    shutil.copy(state_file(many), state_file(public))
    signed = (public / "checkpoint").read_bytes()
    flipped = bytearray((public / address).read_bytes())
    flipped[40] ^= 1
    (public / address).write_bytes(flipped)
    with pytest.raises(BadData, match="E-LOG-"):
        publish(public, Batch((trust_list(2, sha256(trust_list().document)),)), log_signer(), now=NOW)
    assert (public / "checkpoint").read_bytes() == signed
    assert address in {flaw.file for flaw in fsck(public)}


def test_two_writers_do_not_meet(public: Path) -> None:
    with operator.alone(state_file(public)), pytest.raises(Unreachable):
        publish(public, Town().batch(b"x"), log_signer(), now=NOW)
