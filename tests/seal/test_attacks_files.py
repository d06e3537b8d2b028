"""Files that are not those of the manifest (security.md part 6, attacks 71, 84, 122 and 127)."""

import pytest

from tests.seal.envelopes import (
    SIGNERS,
    Sink,
    container,
    entries,
    good_container,
    manifest,
    open_plain,
    open_sealed,
    sha256,
)
from tests.seal.stf import M1, PAYLOAD_1, signed
from waarmerk.errors import BadData

SIGNATURES = dict(signed(M1, *SIGNERS).signatures)


def refused(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(BadData, match=code):
        open_plain(container(entries(M1, SIGNATURES, files)))


def test_attack_71_listed_and_present_must_be_the_same() -> None:
    refused({}, "E-FIL-MISSING")
    refused({"telling.eml.xml": PAYLOAD_1, "zz.xml": b"x"}, "E-FIL-EXTRA")
    refused({"andere.xml": PAYLOAD_1}, "E-FIL-EXTRA")
    refused({"telling.eml.xml": PAYLOAD_1 + b"x"}, "E-FIL-SIZE")
    refused({"telling.eml.xml": PAYLOAD_1[::-1]}, "E-FIL-HASH")


def test_attack_71_files_in_another_order() -> None:
    files = [{"name": name, "role": "note", "size": 1, "sha256": sha256(b"x")} for name in ("a", "b")]
    document = manifest(files=files)
    made = dict(signed(document, *SIGNERS).signatures)
    with pytest.raises(BadData, match="E-FIL-MISSING"):
        open_plain(container(entries(document, made, {"b": b"x", "a": b"x"})))


def test_attack_84_and_122_published_signatures_packed_with_other_files() -> None:
    refused({"telling.eml.xml": b"<EML>\n>"}, "E-FIL-HASH")
    assert open_plain(good_container())[1] == {"telling.eml.xml": PAYLOAD_1}


def test_attack_127_an_open_container_that_is_no_definition() -> None:
    with pytest.raises(BadData, match="E-OUT-TYPE"):
        open_sealed(good_container())


def test_a_withdrawal_has_no_files() -> None:
    document = manifest(kind="withdrawal", files=[], supersedes="1" * 64, reason="other", sequence=2, previous="2" * 64)
    judged, files = open_plain(good_container(document, files={}))
    assert (judged.manifest.kind, files) == ("withdrawal", {})


def test_nothing_is_written_before_manifest_and_signatures_are_judged() -> None:
    from io import BytesIO

    from tests.seal.envelopes import receiver, seal
    from waarmerk.seal import opening

    sink = Sink()
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        opening.extract(BytesIO(seal(good_container(M1, "gsb0363-p1"))), receiver(), sink)
    assert sink.files == {}
