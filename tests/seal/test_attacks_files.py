"""Files that are not those of the manifest (security.md part 6, attacks 71, 84, 122 and 127)."""

from typing import Any

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
    receiver,
    sha256,
    trust_list,
)
from tests.seal.stf import M1, PAYLOAD_1, signed
from waarmerk.errors import BadData
from waarmerk.seal.opening import Receiver

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


def definition(*labels: str) -> tuple[bytes, Receiver]:
    """A definition of the central committee, whose signers have the keys of p1 and p2, and the municipality that reads it."""

    def change(value: dict[str, Any]) -> None:
        keys = [{**key, "roles": ["definition"]} for key in value["orgs"].pop("gsb:0363")["keys"]]
        value["orgs"]["csb:kiesraad"]["keys"] = sorted(
            [*value["orgs"]["csb:kiesraad"]["keys"], *keys], key=lambda key: key["id"]
        )
        value.update(routes=[{"from": "csb:kiesraad", "to": "*"}], expected=[])

    trust = trust_list(change)
    files = [{"name": "telling.eml.xml", "role": "eml-110a", "size": len(PAYLOAD_1), "sha256": sha256(PAYLOAD_1)}]
    document = manifest(
        kind="definition",
        sender="csb:kiesraad",
        recipient="*",
        files=files,
        trust_list={"sha256": trust.sha256, "version": 1},
    )
    return good_container(document, *labels), receiver(trust, org="gsb:0363")


def test_an_open_definition_is_read_by_anyone() -> None:
    plain, who = definition()
    judged, files = open_sealed(plain, who)
    assert (judged.manifest.recipient, files) == ("*", {"telling.eml.xml": PAYLOAD_1})


def test_attack_127_an_open_container_that_is_no_definition() -> None:
    with pytest.raises(BadData, match="E-OUT-TYPE"):
        open_sealed(good_container())
    with pytest.raises(BadData, match="E-MAN-SCHEMA"):
        open_sealed(good_container(manifest(recipient="csb:kiesraad", sender="gsb:0363", kind="definition")))


def test_attack_127_a_definition_with_one_signature() -> None:
    plain, who = definition("gsb0363-p1")
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        open_sealed(plain, who)


def test_attack_127_an_open_definition_is_proven_to_its_last_byte() -> None:
    plain, who = definition()
    changed = plain.replace(PAYLOAD_1, PAYLOAD_1[::-1])
    for flawed, code in ((changed, "E-FIL-HASH"), (plain + b"x", "E-TAR-TRAILING"), (plain[:-1], "E-TAR-EOF")):
        with pytest.raises(BadData, match=code):
            open_sealed(flawed, who)


def test_a_withdrawal_has_no_files() -> None:
    document = manifest(kind="withdrawal", files=[], supersedes="1" * 64, reason="other", sequence=2, previous="2" * 64)
    judged, files = open_plain(good_container(document, files={}))
    assert (judged.manifest.kind, files) == ("withdrawal", {})


def test_nothing_is_written_before_manifest_and_signatures_are_judged() -> None:
    from io import BytesIO

    from tests.seal.envelopes import seal
    from waarmerk.seal import opening

    sink = Sink()
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        opening.extract(BytesIO(seal(good_container(M1, "gsb0363-p1"))), receiver(), sink)
    assert sink.files == {}
