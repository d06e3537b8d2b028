"""Other spellings and other contents of a manifest (security.md part 6, attacks 23 to 30)."""

import json
from typing import Any

import pytest

from tests.seal.envelopes import manifest
from tests.seal.stf import M1
from waarmerk.errors import BadData
from waarmerk.seal.limits import MAX_TRUST_LIST
from waarmerk.seal.manifest import Manifest
from waarmerk.wire import canonical

VALUE: dict[str, Any] = json.loads(M1)


def refused(data: bytes, code: str) -> None:
    with pytest.raises(BadData) as caught:
        Manifest.from_bytes(data)
    assert caught.value.code == code, caught.value


def spelled(**software: str) -> bytes:
    """M1 with other names of software, canonical but for the characters in them."""
    value = {**VALUE, "software": {**VALUE["software"], **software}}
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "data",
    [
        M1.replace(b'":', b'": ', 1),
        json.dumps(dict(reversed(VALUE.items())), separators=(",", ":")).encode(),
        M1.replace(b"demo", b"dem\\u006f"),
        spelled(name="caf\u00e9").replace("\u00e9".encode(), b"\\u00e9"),
        M1.replace(b'"epoch":1', b'"epoch":1 '),
        M1.replace(b"demo", b"de\\/mo"),
        M1 + b"\n",
        b" " + M1,
    ],
)
def test_attack_23_another_spelling(data: bytes) -> None:
    refused(data, "E-MAN-CANON")


def test_attack_23_byte_order_mark() -> None:
    refused(b"\xef\xbb\xbf" + M1, "E-MAN-JSON")


def test_attack_24_a_key_twice() -> None:
    refused(M1.replace(b'{"audit_head"', b'{"kind":"test","audit_head"', 1), "E-MAN-JSON")
    refused(M1.replace(b'{"name"', b'{"name":"a","name"', 1), "E-MAN-JSON")
    refused(M1.replace(b'{"audit_head"', b'{"k\\u0069nd":"test","audit_head"', 1), "E-MAN-JSON")


@pytest.mark.parametrize(
    "value", [b"1.0", b"1e0", b"-0", b"-1", b"NaN", b"Infinity", b"9007199254740992", b"null", b"true", b"1" * 5_000]
)
def test_attack_25_numbers_and_constants(value: bytes) -> None:
    refused(M1.replace(b'"epoch":1', b'"epoch":' + value), "E-MAN-JSON")


def test_attack_25_the_largest_number_is_still_one() -> None:
    assert Manifest.from_bytes(manifest(epoch=2**53 - 1)).epoch == 2**53 - 1


@pytest.mark.parametrize("nested", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000, b"[{" * 100_000])
def test_attack_26_nested_brackets(nested: bytes) -> None:
    refused(nested, "E-MAN-JSON")
    with pytest.raises(BadData, match="E-MAN-JSON"):
        canonical.load(nested, MAX_TRUST_LIST)


def test_attack_26_brackets_in_a_text_are_no_nesting() -> None:
    assert Manifest.from_bytes(manifest(software={**VALUE["software"], "name": '[{"\\' * 1_000}))


@pytest.mark.parametrize(
    "data",
    [
        manifest(unknown="x"),
        manifest(kind=None),
        manifest(kind=1),
        manifest(kind="resultaat"),
        manifest(sequence=0),
        manifest(sequence="1"),
        manifest(format=1),
        manifest(software={**VALUE["software"], "name": 1}),
        manifest(files={}),
        manifest(trust_list=[]),
        manifest(files=[]),
        manifest(files=[{**VALUE["files"][0], "sha256": "A" * 64}]),
        manifest(files=[{**VALUE["files"][0], "name": "a..b"}]),
        manifest(files=[VALUE["files"][0], VALUE["files"][0]]),
        manifest(files=[{**VALUE["files"][0], "size": (256 << 20) + 1}]),
        manifest(files=[{**VALUE["files"][0], "name": name, "size": 200 << 20} for name in "abcd"]),
        manifest(files=[{**VALUE["files"][0], "name": f"{number:03}"} for number in range(65)]),
        manifest(sender="gsb:363"),
        manifest(recipient="gsb:0363"),
        manifest(recipient="*"),
        manifest(sender="root:kiesraad"),
        manifest(previous="1" * 64),
        manifest(trust_list={"version": 1}),
        b"[]",
        b"1",
        b'"x"',
    ],
)
def test_attack_27_fields(data: bytes) -> None:
    refused(data, "E-MAN-SCHEMA")


@pytest.mark.parametrize("name", ["a\u202eb", "e\u0301", "a\u0085b", "a\u2028b", "\u2066x", "\u061c", "\u200f"])
def test_attack_28_signs_that_mislead(name: str) -> None:
    refused(spelled(name=name), "E-MAN-STRING")


def test_attack_28_a_control_sign_or_half_a_letter() -> None:
    refused(M1.replace(b"demo", b"\\u0007"), "E-MAN-STRING")
    refused(M1.replace(b"demo", b"\\ud800"), "E-MAN-STRING")
    # Raw, JSON itself does not allow it; nor does UTF-8 the half of a pair.
    refused(spelled(name="\u0000").replace(b"\\u0000", b"\x07"), "E-MAN-JSON")
    refused(M1.replace(b"demo", b"\xed\xa0\x80"), "E-MAN-JSON")


def test_attack_28_a_text_that_is_too_long() -> None:
    refused(spelled(name="x" * 4_097), "E-MAN-STRING")
    assert Manifest.from_bytes(spelled(name="x" * 4_096))


def test_attack_29_another_version_of_the_format() -> None:
    refused(manifest(format="stf-manifest/2"), "E-MAN-FORMAT")


@pytest.mark.parametrize(
    "time",
    [
        "2025-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2025-10-30T24:00:00Z",
        "2025-10-30T01:12:60Z",
        "2025-10-30T01:12:09z",
        "2025-10-30T01:12:09.5Z",
        "2025-10-30 01:12:09Z",
        "",
    ],
)
def test_attack_30_times(time: str) -> None:
    refused(manifest(created=time), "E-MAN-SCHEMA")


def test_a_manifest_of_the_largest_size_is_the_limit() -> None:
    with pytest.raises(BadData, match="E-MAN-SIZE"):
        canonical.load(b" " * 262_145, 262_144)


def test_kinds_that_later_versions_use_are_known_to_the_schema() -> None:
    case = [{"name": "vraag.json", "role": "case", "sha256": "0" * 64, "size": 1}]
    answer = [{"name": "antwoord.json", "role": "answer", "sha256": "0" * 64, "size": 1}]
    assert Manifest.from_bytes(manifest(kind="request", files=case)).kind == "request"
    assert Manifest.from_bytes(manifest(kind="answer", files=answer)).kind == "answer"
    assert Manifest.from_bytes(manifest(kind="definition", recipient="*", sender="csb:kiesraad")).kind == "definition"
