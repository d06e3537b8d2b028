"""The vectors of security.md 7.3: another implementation makes and reads the same bytes."""

import io

import pytest

from tests.seal.sshsigs import security_key
from tests.seal.stf import (
    IDENTITY,
    M1,
    M2,
    P1_OVER_M1,
    PAYLOAD_1,
    RECEIPT,
    RECIPIENT,
    TRUST,
    key_id,
    private,
    signed,
    trust,
)  # fmt: skip
from waarmerk.errors import BadData
from waarmerk.seal.age import parse_identities
from waarmerk.seal.manifest import Kind, Manifest
from waarmerk.seal.receipt import Receipt, Verdict
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.wire import ustar
from waarmerk.wire.digests import sha256, transfer_code
from waarmerk.wire.sshkeys import PublicKey


@pytest.mark.parametrize(
    ("document", "size", "digest"),
    [
        (TRUST, 2097, "0669177388a73dfbf551b26201a5fee1ccc1d7eb976b4a9199a45e31279116fe"),
        (M1, 824, "23c30a0ee17ee20a673784ea9ca3d3a87e21dcc41dea351a66534dbf82728920"),
        (M2, 901, "ec4d1555a2c50b20be029dfbc69500ca6d7e37bcb090a02ff3fbc9b4111b54c3"),
        (RECEIPT, 785, "f2985703de3c5c693b57743cc697a0205c13d6ee663d31806d8e458715db8421"),
    ],
)
def test_documents_have_their_published_digest(document: bytes, size: int, digest: str) -> None:
    assert (len(document), sha256(document)) == (size, digest)


def test_manifest_is_read() -> None:
    manifest = Manifest.from_bytes(M1)
    assert (manifest.kind, manifest.sender, manifest.sequence) == (Kind.RESULT, "gsb:0363", 1)
    assert manifest.trust_list == trust().reference
    assert Manifest.from_bytes(M2).supersedes == manifest.sha256


def test_transfer_code() -> None:
    assert transfer_code(sha256(M1)) == "4F1G-M3Q1-FVH0-MSSQ-GKN9-S8YK-N1Z2-3Q64"


def test_receipt_is_read() -> None:
    receipt = Receipt.from_bytes(RECEIPT)
    assert (receipt.verdict, receipt.manifest) == (Verdict.RECEIVED, sha256(M1))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("gsb0363-p1", "69f910b2f0901aee46a98ccfaddc6103"),
        ("gsb0363-p2", "83aeec2aa68bce8b45280dedd9383f17"),
        ("csb-service", "9edc6ecb420328454127993897372364"),
        ("root1", "de3b4d64c88502ee5897783364c93e6e"),
    ],
)
def test_key_ids(label: str, expected: str) -> None:
    assert key_id(label) == expected


def test_signatures_are_deterministic_and_verify() -> None:
    assert sign_with(private("gsb0363-p1"), M1, "stf-manifest-v1") == P1_OVER_M1
    second = sign_with(private("gsb0363-p2"), M1, "stf-manifest-v1")
    assert sha256(second) == "b7c5c1cf39ce7f476723879273748d89bbfd2172f843fd4f40c9a48fce5c9652"
    Signature.parse(second).verify(M1, "stf-manifest-v1")


@pytest.mark.parametrize(
    ("flags", "digest", "code"),
    [
        (0x00, "04a9538687e81c69a1b11c44873706c444c4ff2176c2a1a48ebec0a299611c8e", "E-SIG-UP"),
        (0x01, "63ef016edcbed39661fc8428eba87277f106910bacc33af618afef0cb9268565", "E-SIG-UV"),
        (0x05, "86599ada8d8f6ae4c28580b23e2c50dbd157b093d095d2f98fd72b753bd47a7e", None),
    ],
)
def test_attack_52_security_key_must_be_touched(flags: int, digest: str, code: str | None) -> None:
    """``ssh-keygen`` says good to all three."""
    armored = security_key(flags)
    assert sha256(armored) == digest
    signature = Signature.parse(armored)
    assert signature.key.id == "1ced7dfe1800d02a8926c831f3d47bf5"
    signature.verify(M1, "stf-manifest-v1")
    if code is None:
        signature.check_touch("uv")
    else:
        with pytest.raises(BadData, match=code):
            signature.check_touch("uv")


@pytest.mark.parametrize(
    ("document", "payload", "digest"),
    [
        (M1, PAYLOAD_1, "ce9a0f40953ae9da8b0a2ea718a24f404ea1dd04b525cfc292762b6696ec7efa"),
        (M2, b'<EML Id="510b"/>\n', "e556eb1008870b316ffbee73a19c73989fb6f1ace589a70fc3400ab30b44415c"),
    ],
)
def test_containers(document: bytes, payload: bytes, digest: str) -> None:
    head = signed(document, "gsb0363-p1", "gsb0363-p2").to_bytes()[: -len(ustar.END)]
    out = io.BytesIO()
    ustar.write_entry(out, "files/telling.eml.xml", payload)
    container = head + out.getvalue() + ustar.END
    assert (len(container), sha256(container)) == (5632, digest)


def test_small_container() -> None:
    out = io.BytesIO()
    ustar.write_entry(out, "manifest.json", b'{"format":"nl-sealed-transfer/1","sequence":1}')
    ustar.write_entry(out, "files/a.xml", b"<r/>\n")
    out.write(ustar.END)
    assert sha256(out.getvalue()) == "70ce18c203ae146bc4d422e93b26b9286ee70a4c559c9cce2b38d7e7103bafb8"


def test_age_identity_has_its_recipient() -> None:
    assert str(parse_identities(IDENTITY)[0].to_public()) == RECIPIENT


@pytest.mark.parametrize("first", ["01", "00", "ec" + "ff" * 30 + "7f"])
def test_attack_41_weak_keys_are_refused(first: str) -> None:
    import base64

    from waarmerk.wire.sshkeys import ED25519, string

    material = bytes.fromhex(first.ljust(64, "0"))
    text = "ssh-ed25519 " + base64.b64encode(string(ED25519.encode()) + string(material)).decode()
    with pytest.raises(BadData, match="E-TRU-WEAKKEY"):
        PublicKey.parse(text)
