"""A file and its proof: the six steps, and everything that makes one of them fail (security.md 6, 89 to 93, 101)."""

import base64
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.publication.town import NOW, ORIGIN, Town, key, log_signer
from waarmerk.ledger import cosignature, note
from waarmerk.ledger.note import Kind, Note, VerifierKey
from waarmerk.ledger.proof import Proof
from waarmerk.publication import layout
from waarmerk.publication.report import Outcome, Report
from waarmerk.publication.verify import verify_file
from waarmerk.publication.write import publish
from waarmerk.wire.digests import sha256

CONTENT = b"<EML Id='510b'/>\n"
POLICY = f"log {log_signer().key}\nquorum none\n".encode()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    public, town = tmp_path_factory.mktemp("file") / "public", Town()
    publish(public, town.batch(CONTENT), log_signer(), now=NOW)
    publish(public, town.batch(b"corrected"), log_signer(), now=NOW)
    return (public / layout.proof(sha256(b"corrected"))).read_bytes()


@pytest.fixture(scope="module")
def proof(data: bytes) -> Proof:
    return Proof.parse(data)


def check(proof: Proof | bytes, content: bytes = b"corrected", policy: bytes | None = POLICY, **more: object) -> Report:
    return verify_file(io.BytesIO(content), bytes(proof), policy, now=NOW, **more)  # type: ignore[arg-type]


def failed(report: Report) -> list[tuple[int, str]]:
    return [(step.number, step.flaws[0].code) for step in report.steps if step.outcome is Outcome.FAILED]


def changed(proof: Proof, **changes: object) -> Proof:
    values = {name: getattr(proof, name) for name in ("entry", "index", "hashes", "note")}
    return Proof(**{**values, **changes})  # type: ignore[arg-type]


def test_a_file_in_the_log_is_verified(data: bytes) -> None:
    report = check(data)
    assert report.ok
    assert report.exit_code == 0
    assert report.steps[-1].evidence["kind"] == "corrigendum"


@given(st.integers(0, 8), st.integers(1, 255))
def test_any_changed_byte_of_the_file_is_found(data: bytes, at: int, by: int) -> None:
    content = bytearray(b"corrected")
    content[at] ^= by
    report = check(data, bytes(content))
    assert failed(report) == [(3, "E-LOG-FILE")]
    assert report.exit_code == 1


@pytest.mark.parametrize("by", [-1, 1])
def test_an_entry_with_the_right_hash_and_another_size_does_not_list_the_file(proof: Proof, by: int) -> None:
    size = len(b"corrected")
    entry = proof.entry.replace(b'"size":%d' % size, b'"size":%d' % (size + by))
    assert entry != proof.entry
    assert failed(check(changed(proof, entry=entry)))[0] == (3, "E-LOG-FILE")


@given(st.data())
def test_any_changed_byte_of_the_proof_is_found(data: bytes, draw: st.DataObject) -> None:
    at, by = draw.draw(st.integers(0, len(data) - 1)), draw.draw(st.integers(1, 255))
    report = check(data[:at] + bytes([data[at] ^ by]) + data[at + 1 :])
    assert not report.ok
    assert report.exit_code in (1, 2)


@given(st.binary(max_size=300))
def test_any_bytes_as_proof_and_policy_end_in_a_report(content: bytes) -> None:
    assert check(content).exit_code == 2
    assert not check(content, policy=content).ok


@pytest.mark.parametrize("change", ["changed", "missing", "extra"])
def test_a_proof_with_other_hashes_is_not_verified(proof: Proof, change: str) -> None:
    hashes = {
        "changed": (bytes(32), *proof.hashes[1:]),
        "missing": proof.hashes[1:],
        "extra": (*proof.hashes, bytes(32)),
    }[change]
    report = check(changed(proof, hashes=hashes))
    assert failed(report) == [(5, "E-LOG-INCLUSION")]
    assert report.steps[5].outcome is Outcome.NOT_DONE
    assert report.exit_code == 1


@pytest.mark.parametrize("index", [0, 3, 5, 2**62])
def test_a_proof_for_another_index_is_not_verified(proof: Proof, index: int) -> None:
    assert failed(check(changed(proof, index=index))) == [(5, "E-LOG-INCLUSION")]


def test_an_altered_entry_is_never_shown_as_proven(proof: Proof) -> None:
    report = check(changed(proof, entry=proof.entry.replace(b'"epoch":1', b'"epoch":2')))
    assert failed(report) == [(5, "E-LOG-INCLUSION")]
    assert (report.exit_code, report.steps[5].outcome) == (1, Outcome.NOT_DONE)


def test_an_entry_that_is_no_canonical_json_cannot_be_read(data: bytes, proof: Proof) -> None:
    spaced = proof.entry.replace(b",", b", ", 1)
    report = check(data.replace(base64.b64encode(proof.entry), base64.b64encode(spaced)))
    assert failed(report)[0] == (2, "E-LOG-ENTRY")
    assert report.exit_code == 2


def test_a_checkpoint_of_another_size_does_not_fit(proof: Proof, tmp_path: Path) -> None:
    publish(tmp_path / "other", Town().batch(b"other"), log_signer(), now=NOW)
    other = (tmp_path / "other" / layout.CHECKPOINT).read_bytes()
    assert failed(check(changed(proof, note=other))) == [(5, "E-LOG-INCLUSION")]


def test_another_log_is_not_believed(data: bytes) -> None:
    policy = f"log {log_signer('another').key}\nquorum none\n".encode()
    report = check(data, policy=policy)
    assert failed(report) == [(4, "E-LOG-UNKNOWN")]
    assert report.exit_code == 1


def test_without_a_policy_nothing_is_believed(data: bytes) -> None:
    assert failed(check(data, policy=None)) == [(4, "E-LOG-POLICY")]


def test_a_false_signature_of_the_known_log_is_refused(proof: Proof) -> None:
    text = Note.parse(proof.note).text
    line = note.SignatureLine(ORIGIN, log_signer().key.id, bytes(64))
    report = check(changed(proof, note=bytes(Note(text, (line,)))))
    assert failed(report) == [(4, "E-LOG-SIGNATURE")]
    assert report.exit_code == 1


def witnessed(proof: Proof, at: int) -> Proof:
    signed = Note.parse(proof.note)
    line = cosignature.cosign(signed.text, "w.example", key("witness"), at)
    return changed(proof, note=bytes(Note(signed.text, (*signed.signatures, line))))


WITNESS = VerifierKey.of("w.example", Kind.WITNESS, key("witness"))
WITNESSED = f"log {log_signer().key}\nwitness w {WITNESS}\nquorum w\n".encode()


def test_a_log_that_is_not_yet_witnessed_is_not_verified(data: bytes) -> None:
    report = check(data, policy=WITNESSED)
    assert failed(report) == [(4, "E-LOG-QUORUM")]
    assert report.exit_code == 1


def test_a_witnessed_log_is_verified_and_says_when(proof: Proof) -> None:
    report = check(witnessed(proof, int(NOW.timestamp())), policy=WITNESSED)
    assert report.ok
    assert report.steps[3].evidence["seen"] == "w 2026-03-19T01:00:00Z"


@pytest.mark.parametrize("late", [86_400, -7_200])
def test_a_witness_of_tomorrow_or_long_ago_does_not_count_during_the_count(proof: Proof, late: int) -> None:
    seen = witnessed(proof, int(NOW.timestamp()) + late)
    assert failed(check(seen, policy=WITNESSED, max_age=timedelta(hours=1))) == [(4, "E-LOG-QUORUM")]


def test_the_verifier_of_a_file_needs_no_more_than_the_mathematics_of_the_log() -> None:
    """So that others can write it again (security.md 4.5): no numbers library, XML, encryption, web, or other room."""
    code = (
        "import sys, waarmerk.publication.verify; "
        "print(*sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'lxml', 'pyrage', 'django', 'jinja2', 'click'}));"
        "print(*sorted({m.split('.')[1] for m in sys.modules if m.startswith('waarmerk.')}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign, rooms = done.stdout.splitlines()
    assert foreign == ""
    assert set(rooms.split()) == {"election", "errors", "ledger", "publication", "wire"}
