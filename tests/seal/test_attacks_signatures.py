"""Signatures that may not count (security.md part 6, attacks 44 to 59). Not built: blocked keys, the WebAuthn form."""

import base64
import hashlib
import json
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.seal.envelopes import SIGNERS, container, entries, good_container, manifest, open_plain, receiver, trust_list
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, key_id, private, signed
from waarmerk.errors import BadData
from waarmerk.seal.sshsig import BEGIN, END, P256_ORDER, Signature, armor, normalise, sign_with, to_be_signed
from waarmerk.wire.sshkeys import PublicKey, string

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
NAMESPACE = "stf-manifest-v1"
FILES = {"telling.eml.xml": PAYLOAD_1}


def refused(plain: bytes, *codes: str, who: Any = None) -> None:
    with pytest.raises(BadData) as caught:
        open_plain(plain, who)
    assert caught.value.code in codes, caught.value


def with_signatures(signatures: dict[str, bytes]) -> bytes:
    return container(entries(M1, signatures, FILES))


def sshsig(
    public: bytes,
    inner: bytes,
    *,
    namespace: bytes = b"stf-manifest-v1",
    version: int = 1,
    reserved: bytes = b"",
    algorithm: bytes = b"sha512",
    tail: bytes = b"",
) -> bytes:
    """An SSHSIG file of any parts."""
    blob = (
        b"SSHSIG"
        + struct.pack(">I", version)
        + string(public)
        + string(namespace)
        + string(reserved)
        + string(algorithm)
    )
    return armor(blob + string(inner) + tail)


def parts(label: str = "gsb0363-p1") -> tuple[bytes, bytes]:
    """Public blob and inner signature of a good signature over M1."""
    key = private(label)
    public = string(b"ssh-ed25519") + string(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    return public, string(b"ssh-ed25519") + string(key.sign(to_be_signed(M1, NAMESPACE)))


def test_attack_44_one_signature() -> None:
    refused(good_container(M1, "gsb0363-p1"), "E-SIG-THRESHOLD")
    refused(with_signatures({}), "E-SIG-NONE")


def test_attack_45_two_keys_of_one_person() -> None:
    def one_person(value: dict[str, Any]) -> None:
        for key in value["orgs"]["gsb:0363"]["keys"]:
            key["person"] = "p1"

    trust = trust_list(one_person)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    refused(good_container(document), "E-SIG-SAMEPERSON", who=receiver(trust))


def test_attack_46_one_signature_under_two_names() -> None:
    refused(with_signatures({key_id("gsb0363-p1"): P1_OVER_M1, key_id("gsb0363-p2"): P1_OVER_M1}), "E-SIG-FILENAME")


def test_attack_47_and_58_a_signer_of_another_organisation() -> None:
    refused(good_container(M1, "gsb0363-p1", "csb-service"), "E-SIG-UNKNOWN")
    refused(good_container(M1, "root1", "root2"), "E-SIG-UNKNOWN")


def test_attack_48_a_broken_signature_beside_good_ones() -> None:
    good = dict(signed(M1, *SIGNERS).signatures)
    public, _ = parts("gsb0363-p2")
    broken = sshsig(public, string(b"ssh-ed25519") + string(bytes(64)))
    refused(with_signatures({**good, key_id("gsb0363-p2"): broken}), "E-SIG-BAD")


@pytest.mark.parametrize("namespace", ["file", "stf-receipt-v1", "stf-trustlist-v1"])
def test_attack_49_another_namespace(namespace: str) -> None:
    made = {key_id(label): sign_with(private(label), M1, namespace) for label in SIGNERS}
    refused(with_signatures(made), "E-SIG-NAMESPACE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"algorithm": b"sha256"}, "E-SIG-ALG"),
        ({"version": 2}, "E-SIG-PARSE"),
        ({"reserved": b"x"}, "E-SIG-PARSE"),
        ({"tail": b"x"}, "E-SIG-PARSE"),
    ],
)
def test_attack_50_other_parts(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(BadData, match=code):
        Signature.parse(sshsig(*parts(), **changes))


@pytest.mark.parametrize(
    "armored",
    [
        P1_OVER_M1.replace(b"\n", b"\r\n"),
        b"text\n" + P1_OVER_M1,
        P1_OVER_M1 + b"\n",
        P1_OVER_M1.replace(b"=\n", b"\n"),
        BEGIN + base64.encodebytes(base64.b64decode(P1_OVER_M1[len(BEGIN) : -len(END)])) + END,
        P1_OVER_M1.replace(b"U1NI", b"U1N!"),
        b"",
        BEGIN + END,
        b"x" * 20_000,
    ],
)
def test_attack_51_and_59_another_armor(armored: bytes) -> None:
    with pytest.raises(BadData, match="E-SIG-ARMOR"):
        Signature.parse(armored)


def test_what_another_tool_wrapped_otherwise_is_made_canonical_before_it_is_packed() -> None:
    assert normalise(P1_OVER_M1.replace(b"\n", b"\r\n")) == P1_OVER_M1
    rewrapped = BEGIN + base64.encodebytes(base64.b64decode(P1_OVER_M1[len(BEGIN) : -len(END)])) + END
    assert normalise(rewrapped) == P1_OVER_M1


def test_attack_53_another_application() -> None:
    public = string(b"sk-ssh-ed25519@openssh.com") + string(bytes(31) + b"\x02") + string(b"ssh:evil")
    with pytest.raises(BadData, match="E-SIG-PARSE"):
        PublicKey.from_blob(public)


def other_keys() -> list[bytes]:
    numbers = rsa.generate_private_key(65_537, 2_048).public_key().public_numbers()
    modulus = b"\0" + numbers.n.to_bytes(256, "big")
    p384 = (
        ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    return [
        string(b"ssh-rsa") + string(b"\1\0\1") + string(modulus),
        string(b"ssh-dss") + string(b"x"),
        string(b"ecdsa-sha2-nistp384") + string(b"nistp384") + string(p384),
        string(b"ssh-ed25519-cert-v01@openssh.com") + string(bytes(32)),
        string(b"sk-ecdsa-sha2-nistp256@openssh.com") + string(b"nistp256") + string(bytes(65)) + string(b"ssh:"),
    ]


@pytest.mark.parametrize("blob", other_keys(), ids=["rsa", "dsa", "p384", "certificate", "plain sk-ecdsa"])
def test_attack_54_other_key_types(blob: bytes) -> None:
    with pytest.raises(BadData, match="E-SIG-KEYTYPE"):
        Signature.parse(sshsig(blob, string(b"ssh-rsa") + string(b"x")))


P256 = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"stf-test-key:p256").digest(), "big"), ec.SECP256R1())
POINT = P256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
P256_BLOB = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(POINT)


def ecdsa(r: bytes, s: bytes) -> bytes:
    return sshsig(P256_BLOB, string(b"ecdsa-sha2-nistp256") + string(string(r) + string(s)))


def mpint(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def test_attack_55_ecdsa_numbers() -> None:
    r, s = decode_dss_signature(P256.sign(to_be_signed(M1, NAMESPACE), ec.ECDSA(hashes.SHA256())))
    Signature.parse(ecdsa(mpint(r), mpint(s))).verify(M1, NAMESPACE)
    # (r, n - s) verifies too, and that is harmless: a delivery is known by its manifest, never by its signatures.
    Signature.parse(ecdsa(mpint(r), mpint(P256_ORDER - s))).verify(M1, NAMESPACE)
    for bad in (
        ecdsa(b"\0", mpint(s)),
        ecdsa(mpint(r), mpint(P256_ORDER)),
        ecdsa(b"\0" + mpint(r), mpint(s)),
        ecdsa(b"", mpint(s)),
    ):
        with pytest.raises(BadData, match="E-SIG-PARSE"):
            Signature.parse(bad)


def test_attack_56_ed25519_with_the_order_added() -> None:
    public, inner = parts()
    raw = inner[-64:]
    larger = (int.from_bytes(raw[32:], "little") + ED25519_ORDER).to_bytes(32, "little")
    twin = Signature.parse(sshsig(public, string(b"ssh-ed25519") + string(raw[:32] + larger)))
    with pytest.raises(BadData, match="E-SIG-BAD"):
        twin.verify(M1, NAMESPACE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "revoked", "revoked_at": "2025-10-29T00:00:00Z", "reason": "stolen"}, "REVOKED"),
        ({"until": "2025-10-29T00:00:00Z"}, "WINDOW"),
        ({"from": "2025-11-29T00:00:00Z"}, "WINDOW"),
        ({"roles": ["corrigendum"]}, "ROLE"),
    ],
)
def test_attack_57_a_key_that_does_not_count_now(change: dict[str, Any], reason: str) -> None:
    def one_key(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(change)

    trust = trust_list(one_key)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    with pytest.raises(BadData, match=f"E-SIG-THRESHOLD.*{reason}"):
        open_plain(good_container(document), receiver(trust))


def test_three_signers_of_whom_one_does_not_count_are_enough_and_it_is_said() -> None:
    def third(value: dict[str, Any]) -> None:
        keys = value["orgs"]["gsb:0363"]["keys"]
        text = Signature.parse(sign_with(private("root5"), b"", NAMESPACE)).key.text
        value["roots"]["keys"] = [key for key in value["roots"]["keys"] if key != text]
        extra = {**json.loads(json.dumps(keys[0])), "id": key_id("root5"), "key": text, "person": "p3", "roles": []}
        value["orgs"]["gsb:0363"]["keys"] = sorted([*keys, extra], key=lambda key: key["id"])

    trust = trust_list(third)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    judged, _ = open_plain(good_container(document, *SIGNERS, "root5"), receiver(trust))
    assert judged.codes == ("W-SIG-NOTCOUNTED",)
    assert [signer.why_not for signer in judged.signers if not signer.counts] == ["ROLE"]
