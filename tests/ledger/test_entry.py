"""Entries and proof files of another shape are refused, whatever bytes they are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.ledger.entry import TYPES, Entry, for_document
from waarmerk.ledger.proof import Proof
from waarmerk.wire import canonical

COMMON = {
    "format": "stf-log-entry/1",
    "environment": "exercise",
    "election": "TK2025",
    "org": "csb:kiesraad",
    "object": "a" * 64,
    "size": 5,
}
FURTHER: dict[str, dict[str, object]] = {
    "trust-list": {"version": 1},
    "manifest": {"epoch": 1, "sequence": 1, "kind": "result", "supersedes": "", "files": []},
    "receipt": {},
    "publication": {"url": "https://gemeente.example/uitslag", "files": []},
    "release": {"version": "1.0"},
    "incident": {"code": "E-SIG-BLOCKED"},
    "case": {"case": "0" * 32, "state": "asked", "manifest": "b" * 64},
    "takedown": {"removed": "c" * 64, "reason": "personal_data"},
    "predecessor": {"origin": "log.example"},
}


def entry(type_: str, **changes: object) -> bytes:
    return canonical.dump({**COMMON, "type": type_, **FURTHER[type_], **changes})


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_entry_is_known(kind: str) -> None:
    assert Entry.parse(entry(kind)).type == kind


@pytest.mark.parametrize("kind", TYPES)
def test_an_unknown_field_is_refused(kind: str) -> None:
    with pytest.raises(BadData, match="E-LOG-ENTRY"):
        Entry.parse(entry(kind, more=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"files": [{"role": "eml-230c", "sha256": "a" * 64, "size": 1}]},
        {"files": [{"role": "pv-scan-signed", "sha256": "a" * 64, "size": 1}]},
        {"kind": "test"},
        {"object": "A" * 64},
        {"format": "stf-log-entry/2"},
        {"org": "gsb:1"},
        {"sequence": 0},
    ],
)
def test_an_entry_outside_the_schema_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadData, match="E-LOG-ENTRY"):
        Entry.parse(entry("manifest", **changes))


def test_an_entry_with_a_space_more_is_refused() -> None:
    with pytest.raises(BadData, match="E-LOG-ENTRY"):
        Entry.parse(json.dumps({**COMMON, "type": "receipt"}).encode())


def test_files_with_other_roles_stay_out_of_the_entry() -> None:
    files = [
        {"name": "a.xml", "role": "eml-510b", "sha256": "1" * 64, "size": 1},
        {"name": "b.xml", "role": "eml-230c", "sha256": "2" * 64, "size": 2},
        {"name": "c.pdf", "role": "pv-scan-signed", "sha256": "3" * 64, "size": 3},
    ]
    manifest = {"environment": "test", "election": "TK2025", "sender": "gsb:0599", "epoch": 1, "sequence": 1}
    made = for_document(
        "manifest", canonical.dump({**manifest, "kind": "result", "supersedes": "", "files": files}), "csb:kiesraad"
    )
    assert [(file.role, file.sha256, file.size) for file in made.files] == [("eml-510b", "1" * 64, 1)]


@given(st.sampled_from(["trust-list", "manifest", "receipt", "x"]), st.binary(max_size=60))
def test_a_document_of_any_bytes_is_logged_or_refused(kind: str, document: bytes) -> None:
    with pytest.raises(BadData):
        for_document(kind, document, "csb:kiesraad")


PROOF = bytes(Proof(entry("receipt"), 1, (bytes(32), bytes(range(32))), b"log.example\n2\nAAAA\n\nrest\n"))


@given(st.integers(0, len(PROOF) - 1), st.integers(0, 7))
def test_a_proof_with_any_flipped_bit_is_refused_or_another(at: int, bit: int) -> None:
    flipped = bytearray(PROOF)
    flipped[at] ^= 1 << bit
    try:
        parsed = Proof.parse(bytes(flipped))
    except BadData:
        return
    assert bytes(parsed) == bytes(flipped)
    assert parsed != Proof.parse(PROOF)
