"""Signed notes are read strictly, and judged as the specification says."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.ledger import base64, note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.note import Kind, Note, SignatureLine, VerifierKey

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "log.example/gr2026"
KEY = VerifierKey.of(NAME, Kind.LOG, PRIVATE)
TEXT = Checkpoint(NAME, 5, bytes(range(32))).text
LINE = note.sign(TEXT, NAME, PRIVATE)
GOOD = bytes(Note(TEXT, (LINE,)))


def test_a_signed_note_verifies() -> None:
    assert Note.parse(GOOD).verify([KEY]) == (KEY,)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 7))
def test_any_flipped_bit_makes_the_note_unverified(at: int, bit: int) -> None:
    flipped = bytearray(GOOD)
    flipped[at] ^= 1 << bit
    with pytest.raises(BadData):
        Note.parse(bytes(flipped)).verify([KEY])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_in_its_one_spelling_or_none(data: bytes) -> None:
    try:
        parsed = Note.parse(data)
    except BadData:
        return
    assert bytes(parsed) == data


def test_signatures_of_unknown_keys_are_ignored() -> None:
    stranger = note.sign(TEXT, "stranger.example", OTHER)
    assert Note.parse(bytes(Note(TEXT, (stranger, LINE)))).verify([KEY]) == (KEY,)


def test_a_note_by_unknown_keys_only_is_refused() -> None:
    with pytest.raises(BadData, match="E-LOG-UNKNOWN"):
        Note(TEXT, (note.sign(TEXT, NAME, OTHER),)).verify([KEY])


def test_the_key_of_a_witness_signs_for_no_log() -> None:
    witness = VerifierKey.of(NAME, Kind.WITNESS, PRIVATE)
    with pytest.raises(BadData, match="E-LOG-UNKNOWN"):
        Note(TEXT, (SignatureLine(NAME, witness.id, LINE.signature),)).verify([witness])


def test_a_false_signature_by_a_known_key_is_refused() -> None:
    false = SignatureLine(NAME, KEY.id, bytes(64))
    with pytest.raises(BadData, match="E-LOG-SIGNATURE"):
        Note(TEXT, (false,)).verify([KEY])


def test_two_lines_of_the_same_key_are_refused() -> None:
    with pytest.raises(BadData, match="E-LOG-SIGNATURE"):
        Note(TEXT, (LINE, LINE)).verify([KEY])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        GOOD[:-1],
        GOOD + b"\n",
        GOOD.replace(b"\n", b"\r\n"),
        b"\0" + GOOD,
        GOOD.replace("—".encode(), b"-"),
        GOOD + GOOD.splitlines(keepends=True)[-1] * 32,
        b"x" * 65_536 + GOOD,
        b"\xff" + GOOD,
    ],
)
def test_what_is_not_of_the_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadData, match="E-LOG-NOTE"):
        Note.parse(data)


@pytest.mark.parametrize("text", ["5\n", "05\n", "-5\n", "5 \n", "+5\n", "٥\n", f"{2**63}\n"])
def test_a_checkpoint_size_has_one_spelling(text: str) -> None:
    lines = TEXT.split("\n")
    made = f"{lines[0]}\n{text}{lines[2]}\n"
    if text == "5\n":
        assert Checkpoint.parse(made).size == 5
        return
    with pytest.raises(BadData, match="E-LOG-CHECKPOINT"):
        Checkpoint.parse(made)


def test_a_checkpoint_with_an_extension_line_is_refused() -> None:
    with pytest.raises(BadData, match="E-LOG-CHECKPOINT"):
        Checkpoint.parse(TEXT + "more\n")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\tb", "a\x00b", "a\ud800"])
def test_names_without_white_space_and_plus_only(name: str) -> None:
    with pytest.raises(BadData, match="E-LOG-NOTE"):
        note.check_name(name)


def test_a_key_under_another_name_is_refused() -> None:
    text = str(KEY).replace("gr2026", "gr2027")
    with pytest.raises(BadData, match="id of a verifier key"):
        VerifierKey.parse(text)


def test_a_key_of_small_order_is_refused() -> None:
    weak = VerifierKey(NAME, Kind.LOG, bytes(32))
    with pytest.raises(BadData, match="E-TRU-WEAKKEY"):
        VerifierKey.parse(str(weak))


@pytest.mark.parametrize("text", ["QQ", "QQ==\n", "QR==", "Q Q=", "é", "Q==="])
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(BadData):
        base64.decode(text, "E-LOG-NOTE", "this")
