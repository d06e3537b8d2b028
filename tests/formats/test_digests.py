"""The raw digest always; the canonical one as the record prints it (eml-nl.md 6.2)."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
from lxml import etree

from tests.formats.invented import count
from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.errors import Rejection
from waarmerk.formats import Reading, reading
from waarmerk.wire.digests import parse_printed

GOOD = b"".join(formats.write_510(count()))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> Reading:
    return formats.read_file(io.BytesIO(data))


def test_what_we_write_has_one_digest() -> None:
    assert (read(GOOD).sha256, read(GOOD).sha256_canonical) == (sha(GOOD), sha(GOOD))


def test_the_raw_digest_is_over_all_bytes_of_a_refused_file() -> None:
    for data in (GOOD.replace(b"<Count>", b"<Count><x/>") + b" " * 3_000_000, b"\xff\xfe<\0", b"a;b\n" * 1000, b""):
        assert read(data).sha256 == sha(data)
        assert read(data).size == len(data)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?>\n' + GOOD,
        GOOD.replace(b"<EventIdentifier></EventIdentifier>", b"<EventIdentifier/>"),
        GOOD.replace(b'Id="510b" SchemaVersion="5"', b'SchemaVersion="5" Id="510b"'),
        GOOD.replace(b"Voorbeelddam 2030", b"Voorbeelddam 203&#48;"),
    ],
)
def test_a_copy_in_another_spelling_has_the_canonical_digest_of_the_original(data: bytes) -> None:
    found = read(data)
    assert (found.sha256, found.sha256_canonical) == (sha(data), sha(GOOD))
    assert isinstance(found.value, Count)
    assert not found.value.canonical


def test_an_indented_copy_has_another_canonical_digest() -> None:
    data = GOOD.replace(b"><Contests>", b">\n<Contests>")
    canonical = etree.tostring(etree.fromstring(data).getroottree(), method="c14n", with_comments=True)
    assert read(data).sha256_canonical == sha(canonical) != sha(GOOD)


def test_without_canonicalization_there_is_no_canonical_digest() -> None:
    data = re.sub(b"<ds:CanonicalizationMethod.*?</ds:CanonicalizationMethod>", b"", GOOD)
    assert read(data).sha256_canonical is None


def test_above_the_limit_it_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CANONICAL", 100)
    assert read(GOOD).sha256_canonical == sha(GOOD)
    assert read(b'<?xml version="1.0"?>' + GOOD).sha256_canonical is None


def test_a_stream_that_cannot_go_back_gives_what_was_proven() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert formats.read_file(Pipe(GOOD)).sha256_canonical == sha(GOOD)
    assert formats.read_file(Pipe(b'<?xml version="1.0"?>' + GOOD)).sha256_canonical is None


@pytest.mark.parametrize("uri", ["relative", "a:b:c", "%"])
def test_a_document_without_canonical_form_has_no_such_digest(uri: str) -> None:
    found = read(GOOD.replace(b"<EML ", f'<EML xmlns:q="{uri}" '.encode()))
    assert isinstance(found.value, Count)
    assert found.sha256_canonical != found.sha256


def test_a_csv_has_none(rotterdam_zip: Path) -> None:
    with rotterdam_zip.open("rb") as stream:
        ((_, member),) = formats.zips.members(stream)
        found = formats.read_file(member)
    assert (found.sha256[:8], found.sha256_canonical) == ("323b009e", None)


@pytest.mark.parametrize("name", ["eml110a_verkiezingsdefinitie", "eml230b_kandidatenlijsten"])
def test_printed_hash_codes_of_abacus_are_the_raw_digests(data: Path, name: str) -> None:
    text = (data / "README.md").read_text(encoding="utf-8")
    printed = [
        parse_printed(found) for found in re.findall(r"`((?:[0-9a-f]{4} ){15}[0-9a-f]{4})`", text.replace("\n ", ""))
    ]
    path = data / f"fixtures/abacus-documentatie/test-emls-juinen/{name}-juinen.eml.xml"
    with path.open("rb") as stream:
        found = formats.read_file(stream)
    assert not isinstance(found.value, Rejection)
    assert found.sha256 in printed
