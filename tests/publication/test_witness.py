"""The witness by file: it signs growth and nothing else (security.md 6, 94 and 95), and the log gets its signatures back."""

import contextlib
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.publication.town import NOW, ORIGIN, Town, key, log_signer, trust_list
from waarmerk.errors import BadData, Unreachable
from waarmerk.ledger import note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.ledger.note import Note
from waarmerk.publication import layout, operator
from waarmerk.publication.folder import verify_folder
from waarmerk.publication.fsck import fsck
from waarmerk.publication.read import Folder
from waarmerk.publication.report import Report
from waarmerk.publication.witness import Request, Witness, add, answer, request, seen_logs
from waarmerk.publication.write import publish
from waarmerk.wire.digests import sha256

TREE = Tree(leaf_hash(b"%d" % number) for number in range(20))
FORK = Tree([*TREE.levels[0][:9], *(leaf_hash(b"other %d" % number) for number in range(11))])


def asked(old: int, size: int, tree: Tree = TREE, label: str = "log", proof: tuple[bytes, ...] | None = None) -> bytes:
    text = Checkpoint(ORIGIN, size, tree.root(size)).text
    signed = bytes(Note(text, (note.sign(text, ORIGIN, key(label)),)))
    return bytes(Request(old, tuple(tree.consistency(old, size)) if proof is None else proof, signed))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness("w1.example", key("w1"), (log_signer().key,), tmp_path / "seen.json")


def test_a_witness_signs_growth_and_remembers_it(witness: Witness) -> None:
    for old, size in [(0, 3), (3, 10), (10, 10), (10, 20)]:
        line = answer(witness, asked(old, size), now=NOW)
        assert (line.name, line.key_id) == (witness.name, witness.key.id)
        assert seen_logs(witness.memory)[ORIGIN] == Checkpoint(ORIGIN, size, TREE.root(size))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (asked(10, 15, FORK), "E-LOG-CONSISTENCY"),
        (asked(10, 10, FORK), "E-LOG-CONSISTENCY"),
        (asked(10, 15, proof=()), "E-LOG-CONSISTENCY"),
        (asked(10, 9, proof=()), "E-WIT-OLDER"),
        (asked(5, 9), "E-WIT-SIZE"),
        (asked(0, 20), "E-WIT-SIZE"),
        (asked(12, 20), "E-WIT-SIZE"),
        (asked(10, 15, label="thief"), "E-LOG-UNKNOWN"),
        (asked(10, 15).replace(ORIGIN.encode(), b"other.example"), "E-WIT-ORIGIN"),
        (b"", "E-WIT-REQUEST"),
        (b"old 010\n\n", "E-WIT-REQUEST"),
        (asked(10, 15, proof=(bytes(31),)), "E-WIT-REQUEST"),
    ],
)
def test_a_witness_refuses_everything_else_and_forgets_nothing(witness: Witness, data: bytes, code: str) -> None:
    answer(witness, asked(0, 10), now=NOW)
    with pytest.raises(BadData) as refused:
        answer(witness, data, now=NOW)
    assert refused.value.code == code
    assert seen_logs(witness.memory)[ORIGIN].size == 10


def test_a_fork_is_kept_as_evidence(witness: Witness) -> None:
    answer(witness, asked(0, 10), now=NOW)
    with pytest.raises(BadData):
        answer(witness, asked(10, 15, FORK), now=NOW)
    evidence = list((witness.memory.parent / "seen.json.evidence").iterdir())
    assert [path.read_bytes() for path in evidence] == [asked(10, 15, FORK)]


def test_what_was_seen_is_durable_before_it_is_signed(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_power(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("waarmerk.ledger.cosignature.cosign", no_power)
    with pytest.raises(KeyboardInterrupt):
        answer(witness, asked(0, 10), now=NOW)
    assert seen_logs(witness.memory)[ORIGIN].size == 10


def test_two_requests_at_once_are_not_both_answered(witness: Witness) -> None:
    with operator.alone(witness.memory), pytest.raises(Unreachable):
        answer(witness, asked(0, 10), now=NOW)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_in_its_one_spelling_or_none(data: bytes) -> None:
    with contextlib.suppress(BadData):
        assert bytes(Request.parse(data)) == data


WITNESSES = [Witness(f"w{n}.example", key(f"w{n}"), (log_signer().key,), Path()) for n in (1, 2, 3)]
POLICY = [*(f"witness w{n} {one.key}" for n, one in enumerate(WITNESSES, 1)), "group two 2 w1 w2 w3", "quorum two"]


@pytest.fixture
def public(tmp_path: Path) -> Path:
    publish(tmp_path / "public", Town(trust_list(policy=POLICY)).batch(b"x"), log_signer(), now=NOW)
    return tmp_path / "public"


def check(public: Path) -> Report:
    return verify_folder(Folder(public), now=NOW)


def line_of(public: Path, number: int, tmp_path: Path, old: int = 0) -> bytes:
    one = dataclasses.replace(WITNESSES[number - 1], memory=tmp_path / f"seen{number}.json")
    return str(answer(one, bytes(request(Folder(public), old)), now=NOW)).encode()


def test_a_log_is_verified_once_enough_witnesses_saw_it(public: Path, tmp_path: Path) -> None:
    assert {flaw.code for flaw in check(public).flaws} == {"E-LOG-QUORUM"}
    assert add(public, line_of(public, 1, tmp_path)) == ("w1",)
    assert {flaw.code for flaw in check(public).flaws} == {"E-LOG-QUORUM"}
    assert add(public, line_of(public, 3, tmp_path)) == ("w1", "w3")
    assert check(public).ok
    assert fsck(public) == []


def test_an_older_proof_stays_verified_while_a_newer_state_waits_for_witnesses(public: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        add(public, line_of(public, number, tmp_path))
    town = Town(trust_list(policy=POLICY))
    town.batch(b"x")
    proof = (public / layout.proof(sha256(b"x"))).read_bytes()
    publish(public, town.batch(b"y"), log_signer(), now=NOW)
    assert (public / layout.proof(sha256(b"x"))).read_bytes() == proof
    assert {flaw.file for flaw in check(public).flaws} == {"checkpoint", layout.proof(sha256(b"y"))}
    assert fsck(public) == []
    for number in (1, 2):
        add(public, line_of(public, number, tmp_path, old=3))
    assert check(public).ok


def test_a_witness_that_signs_again_has_one_line(public: Path, tmp_path: Path) -> None:
    add(public, line_of(public, 1, tmp_path))
    assert add(public, line_of(public, 1, tmp_path, old=3)) == ("w1",)


@pytest.mark.parametrize(
    ("lines", "code"), [(b"", "E-LOG-NOTE"), (b"\n", "E-LOG-NOTE"), (b"\xff\n", "E-LOG-NOTE"), (b"x", "E-LOG-NOTE")]
)
def test_what_is_no_signature_line_is_refused(public: Path, lines: bytes, code: str) -> None:
    with pytest.raises(BadData, match=code):
        add(public, lines)


def test_a_line_of_a_stranger_or_over_another_checkpoint_is_refused(public: Path, tmp_path: Path) -> None:
    stranger = Witness("w9.example", key("w9"), (log_signer().key,), tmp_path / "seen9.json")
    with pytest.raises(BadData, match="E-LOG-UNKNOWN"):
        add(public, str(answer(stranger, bytes(request(Folder(public), 0)), now=NOW)).encode())
    old = line_of(public, 1, tmp_path)
    town = Town(trust_list(policy=POLICY))
    town.batch(b"x")
    publish(public, town.batch(b"y"), log_signer(), now=NOW)
    before = (public / "checkpoint").read_bytes()
    with pytest.raises(BadData, match="E-LOG-SIGNATURE"):
        add(public, old)
    assert (public / "checkpoint").read_bytes() == before
