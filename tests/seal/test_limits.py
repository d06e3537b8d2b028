"""Every limit of security.md 3.1 has a name, and those that follow from others do follow."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.seal.envelopes import good_container, manifest, seal
from waarmerk.errors import BadData
from waarmerk.office import store
from waarmerk.publication import layout
from waarmerk.publication.read import MAX_CONTAINER, Folder
from waarmerk.seal import container, limits
from waarmerk.seal.manifest import Manifest
from waarmerk.wire import canonical, ustar

MIB = 1 << 20


def test_the_table_row_by_row() -> None:
    assert [
        limits.MAX_SEALED, limits.MAX_FILES, limits.MAX_DEFINITION_FILES,
        limits.MAX_AGE_HEADER, limits.MAX_AGE_STANZAS, limits.MAX_PAYLOAD_FILE,
        limits.MAX_CONTAINER, limits.MAX_PAYLOAD,
        limits.MAX_MANIFEST, limits.MAX_SIGNATURES, limits.MAX_SIGNATURE,
        limits.MAX_TRUST_LIST, limits.MAX_RECEIPT,
        canonical.MAX_DEPTH, canonical.MAX_STRING,
        limits.MAX_UNJUDGED, store.RING, store.RING_BYTES,
    ] == [
        768 * MIB, 64, 512,
        32_768, 16, 256 * MIB,
        767 * MIB, 766 * MIB,
        262_144, 8, 16_384,
        8 * MIB, 65_536,
        8, 4_096,
        524_288, 1_024, 65_536,
    ]  # fmt: skip


def test_what_must_be_judged_first_fits_into_what_is_read_unjudged() -> None:
    head = container.largest(container.MANIFEST) - len(ustar.END)
    assert head == 397_824
    assert head + ustar.BLOCK <= limits.MAX_UNJUDGED


def test_the_largest_payload_fits_into_container_and_envelope() -> None:
    """Its head, a header and padding for each of most files, the end; then 16 bytes for each 64 KiB and the age header."""
    around = limits.MAX_DEFINITION_FILES * (2 * ustar.BLOCK - 1) + container.largest(container.MANIFEST)
    assert limits.MAX_PAYLOAD + around <= limits.MAX_CONTAINER
    encrypted = limits.MAX_CONTAINER + (limits.MAX_CONTAINER // 65_536 + 1) * 16 + 16 + limits.MAX_AGE_HEADER
    assert encrypted <= limits.MAX_SEALED


@pytest.mark.parametrize("name", sorted(container.DOCUMENT_LIMITS))
def test_the_largest_public_container_of_every_document_is_read_and_no_larger_one(tmp_path: Path, name: str) -> None:
    document = bytes(container.DOCUMENT_LIMITS[name])
    signatures = {f"{n:032x}": bytes(limits.MAX_SIGNATURE) for n in range(limits.MAX_SIGNATURES)}
    data = container.Signed(name, document, signatures).to_bytes()
    assert len(data) == container.largest(name) <= MAX_CONTAINER
    path = tmp_path / layout.container("0" * 64)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert Folder(tmp_path).container("0" * 64) == data
    path.write_bytes(bytes(MAX_CONTAINER + 1))
    with pytest.raises(BadData, match="E-FIL-SIZE"):
        Folder(tmp_path).container("0" * 64)


def files(*sizes: int) -> list[dict[str, Any]]:
    empty = hashlib.sha256().hexdigest()
    return [{"name": f"f{n:03}", "role": "note", "sha256": empty, "size": size} for n, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("good", "one_more"),
    [
        ([1] * 64, [1] * 65),
        ([limits.MAX_PAYLOAD_FILE], [limits.MAX_PAYLOAD_FILE + 1]),
        ([256 * MIB, 256 * MIB, 254 * MIB], [256 * MIB, 256 * MIB, 254 * MIB + 1]),
    ],
    ids=["files", "one file", "all files"],
)
def test_the_limit_is_allowed_and_one_more_is_not(good: list[int], one_more: list[int]) -> None:
    assert Manifest.from_bytes(manifest(files=files(*good)))
    with pytest.raises(BadData, match="E-MAN-SCHEMA"):
        Manifest.from_bytes(manifest(files=files(*one_more)))


def test_attack_13_an_upload_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    desk, read = store.Store(tmp_path), []
    begin = seal(good_container())

    def blocks() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield begin.ljust(MIB, b"-")

    with pytest.raises(BadData, match="E-OUT-SIZE"):
        desk.spool(blocks(), length=769 * MIB, digest="0" * 64)
    assert not read
    # One that announces less is stopped by the first block that is too many.
    with pytest.raises(BadData, match="E-OUT-SIZE"):
        desk.spool(blocks(), length=3 * MIB, digest="0" * 64)
    assert len(read) == 4
    assert not list((tmp_path / "spool").iterdir())
