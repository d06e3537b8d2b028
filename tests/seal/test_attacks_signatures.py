"""Signatures that may not count (security.md part 6, attacks 44 to 59)."""

import base64
import hashlib
import struct
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.seal.envelopes import SIGNERS, container, entries, good_container, manifest, open_plain, receiver, trust_list
from tests.seal.sshsigs import parts, security_key, sshsig
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, RECIPIENT, key_id, private, signed
from waarmerk.errors import BadData
from waarmerk.seal.age import new_identity
from waarmerk.seal.signatures import Signer, Strength, strength_of
from waarmerk.seal.sshsig import BEGIN, END, P256_ORDER, Signature, armor, normalise, sign_with, to_be_signed
from waarmerk.wire.sshkeys import string

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
NAMESPACE = "stf-manifest-v1"
FILES = {"telling.eml.xml": PAYLOAD_1}


def refused(plain: bytes, code: str, who: Any = None) -> None:
    with pytest.raises(BadData) as caught:
        open_plain(plain, who)
    assert caught.value.code == code, caught.value


def with_signatures(signatures: dict[str, bytes]) -> bytes:
    return container(entries(M1, signatures, FILES))


def test_attack_44_one_signature() -> None:
    refused(good_container(M1, "gsb0363-p1"), "E-SIG-THRESHOLD")
    refused(with_signatures({}), "E-SIG-NONE")


def test_attack_45_two_keys_of_one_person() -> None:
    def one_person(value: dict[str, Any]) -> None:
        for key in value["orgs"]["gsb:0363"]["keys"]:
            key["person"] = "p1"

    trust = trust_list(one_person)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    refused(good_container(document), "E-SIG-SAMEPERSON", receiver(trust))


def test_attack_46_one_signature_under_two_names() -> None:
    refused(with_signatures({key_id("gsb0363-p1"): P1_OVER_M1, key_id("gsb0363-p2"): P1_OVER_M1}), "E-SIG-FILENAME")


def neighbours(value: dict[str, Any]) -> None:
    """Two signers of another municipality: the keys that were root4 and root5."""
    texts = {label: Signature.parse(sign_with(private(label), b"", NAMESPACE)).key.text for label in ("root4", "root5")}
    value["roots"]["keys"] = [key for key in value["roots"]["keys"] if key not in texts.values()]
    like = value["orgs"]["gsb:0363"]["keys"][0]
    keys = [{**like, "id": key_id(label), "key": text, "person": label} for label, text in texts.items()]
    value["orgs"]["gsb:0518"] = {**value["orgs"]["gsb:0363"], "keys": sorted(keys, key=lambda key: key["id"])}
    value["routes"].append({"from": "gsb:0518", "to": "csb:kiesraad"})


def test_attack_47_a_signer_of_a_neighbour() -> None:
    trust = trust_list(neighbours)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    refused(good_container(document, "gsb0363-p1", "root4"), "E-SIG-UNKNOWN", receiver(trust))
    refused(good_container(document, *SIGNERS, "root4"), "E-SIG-UNKNOWN", receiver(trust))
    refused(good_container(document, "gsb0363-p1", "csb-service"), "E-SIG-UNKNOWN", receiver(trust))


def test_attack_58_signed_by_two_signers_of_another_body_with_the_sender_changed() -> None:
    trust = trust_list(neighbours)
    reference = {"sha256": trust.sha256, "version": 1}
    own = manifest(trust_list=reference, sender="gsb:0518")
    assert open_plain(good_container(own, "root4", "root5"), receiver(trust))
    stolen = manifest(trust_list=reference, sender="gsb:0363")
    refused(good_container(stolen, "root4", "root5"), "E-SIG-UNKNOWN", receiver(trust))
    refused(good_container(M1, "root1", "root2"), "E-SIG-UNKNOWN")


def test_attack_48_a_broken_signature_beside_good_ones() -> None:
    good = dict(signed(M1, *SIGNERS).signatures)
    public, _ = parts("gsb0363-p2")
    broken = sshsig(public, string(b"ssh-ed25519") + string(bytes(64)))
    refused(with_signatures({**good, key_id("gsb0363-p2"): broken}), "E-SIG-BAD")
    refused(with_signatures({key_id("gsb0363-p2"): broken}), "E-SIG-BAD")
    trust = trust_list(neighbours)
    refused(with_signatures({**good, key_id("root4"): broken}), "E-SIG-FILENAME", receiver(trust))


def test_attack_48_a_third_signature_that_is_broken_refuses_two_good_ones() -> None:
    trust = trust_list(three_signers)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    made = dict(signed(document, *SIGNERS).signatures)
    made[key_id("root5")] = sign_with(private("root5"), document + b" ", NAMESPACE)
    refused(container(entries(document, made, FILES)), "E-SIG-BAD", receiver(trust))


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
        ({"algorithm": b"sha1"}, "E-SIG-ALG"),
        ({"version": 0}, "E-SIG-PARSE"),
        ({"public": parts()[0] + b"x"}, "E-SIG-PARSE"),
        ({"inner": parts()[1] + b"x"}, "E-SIG-PARSE"),
        ({"inner": parts()[1][:-1]}, "E-SIG-PARSE"),
        ({"inner": string(b"ssh-ed25519") + string(bytes(63))}, "E-SIG-PARSE"),
        ({"inner": string(b"ssh-rsa") + string(bytes(64))}, "E-SIG-KEYTYPE"),
    ],
)
def test_attack_50_other_parts(changes: dict[str, Any], code: str) -> None:
    public, inner = parts()
    armored = sshsig(**{"public": public, "inner": inner, **changes})
    good = dict(signed(M1, *SIGNERS).signatures)
    refused(with_signatures({**good, key_id("gsb0363-p1"): armored}), code)


@pytest.mark.parametrize(
    "armored",
    [
        P1_OVER_M1.replace(b"\n", b"\r\n"),
        b"text\n" + P1_OVER_M1,
        P1_OVER_M1 + b"\n",
        P1_OVER_M1.replace(b"=\n", b"\n"),
        BEGIN + base64.encodebytes(base64.b64decode(P1_OVER_M1[len(BEGIN) : -len(END)])) + END,
        P1_OVER_M1.replace(b"U1NI", b"U1N!"),
        P1_OVER_M1.replace(b"WflCgY=", b"WflCgZ="),
        P1_OVER_M1.replace(b"WflCgY=", b"WflCgY=="),
        P1_OVER_M1[:-1],
        P1_OVER_M1.replace(b"AAAAA", b"AAAA A", 1),
        P1_OVER_M1 * 2,
        BEGIN + END,
    ],
)
def test_attack_51_another_armor(armored: bytes) -> None:
    assert armored != P1_OVER_M1
    good = dict(signed(M1, *SIGNERS).signatures)
    refused(with_signatures({**good, key_id("gsb0363-p1"): armored}), "E-SIG-ARMOR")


@pytest.mark.parametrize(
    ("armored", "code"),
    [
        (b"", "E-SIG-ARMOR"),
        (b"x" * 16_384, "E-SIG-ARMOR"),
        (bytes(16_385), "E-TAR-SIZE"),
        (bytes(1 << 20), "E-TAR-SIZE"),
    ],
)
def test_attack_59_an_empty_and_a_large_signature(armored: bytes, code: str) -> None:
    good = dict(signed(M1, *SIGNERS).signatures)
    refused(with_signatures({**good, key_id("gsb0363-p1"): armored}), code)


@pytest.mark.parametrize("parse", [Signature.parse, normalise])
def test_attack_59_a_large_signature_is_refused_before_it_is_decoded(parse: Any) -> None:
    with pytest.raises(BadData, match=r"E-SIG-ARMOR.*16384"):
        parse(armor(bytes(20_000)))


def test_what_another_tool_wrapped_otherwise_is_made_canonical_before_it_is_packed() -> None:
    assert normalise(P1_OVER_M1.replace(b"\n", b"\r\n")) == P1_OVER_M1
    rewrapped = BEGIN + base64.encodebytes(base64.b64decode(P1_OVER_M1[len(BEGIN) : -len(END)])) + END
    assert normalise(rewrapped) == P1_OVER_M1


def with_security_key(user_check: str, environment: str = "exercise") -> Any:
    """T with the security key of p1 in the place of the key file."""
    public = Signature.parse(security_key(1)).key

    def change(value: dict[str, Any]) -> None:
        keys = value["orgs"]["gsb:0363"]["keys"]
        first = {**keys[0], "id": public.id, "key": public.text, "user_check": user_check}
        value["orgs"]["gsb:0363"]["keys"] = sorted([first, keys[1]], key=lambda key: key["id"])
        value["algorithms"]["signature"] = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]
        if environment == "production":
            value["environment"] = environment
            value["orgs"]["gsb:0363"]["recipients"] = [RECIPIENT]
            value["orgs"]["csb:kiesraad"]["recipients"] = [RECIPIENT, new_identity()[1]]

    return trust_list(change)


@pytest.mark.parametrize(
    ("flags", "user_check", "code"),
    [
        (0x00, "up", "E-SIG-UP"),
        (0x00, "uv", "E-SIG-UP"),
        (0x04, "uv", "E-SIG-UP"),
        (0x01, "uv", "E-SIG-UV"),
        (0x01, "up", None),
        (0x05, "uv", None),
    ],
)
def test_attack_52_a_security_key_that_nobody_touched(flags: int, user_check: str, code: str | None) -> None:
    trust = with_security_key(user_check)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    made = dict(signed(document, "gsb0363-p2").signatures)
    armored = security_key(flags, document=document)
    made[Signature.parse(armored).key.id] = armored
    plain = container(entries(document, made, FILES))
    if code is not None:
        refused(plain, code, receiver(trust))
    else:
        assert [signer.hardware for signer in open_plain(plain, receiver(trust))[0].signers] == [True, False]


def test_attack_52_a_list_says_of_every_security_key_what_is_asked() -> None:
    with pytest.raises(BadData, match="E-MAN-SCHEMA"):
        with_security_key("")


def test_attack_52_flags_that_were_changed_after_signing_do_not_fit() -> None:
    touched = security_key(0x05)
    public, inner = Signature.parse(touched).key.blob, Signature.parse(touched)
    forged = string(b"sk-ssh-ed25519@openssh.com") + string(inner.raw) + struct.pack(">BI", 0x01, 7)
    with pytest.raises(BadData, match="E-SIG-BAD"):
        Signature.parse(sshsig(public, forged)).verify(M1, NAMESPACE)


def test_attack_53_another_application() -> None:
    good = dict(signed(M1, *SIGNERS).signatures)
    refused(with_signatures({**good, key_id("gsb0363-p1"): security_key(5, b"ssh:evil")}), "E-SIG-PARSE")


def test_attack_138_in_production_a_receipt_says_that_keys_are_files() -> None:
    trust = with_security_key("uv", "production")
    document = manifest(environment="production", trust_list={"sha256": trust.sha256, "version": 1})
    made = dict(signed(document, "gsb0363-p2").signatures)
    armored = security_key(5, document=document)
    made[Signature.parse(armored).key.id] = armored
    judged, _ = open_plain(container(entries(document, made, FILES)), receiver(trust, environment="production"))
    assert judged.codes == ("W-SIG-SOFTWARE",)


def test_a_security_key_that_does_not_count_makes_no_hardware_person() -> None:
    revoked, good = Signer("a", "p1", True, "REVOKED"), Signer("b", "p2", True, None)
    assert strength_of([revoked, good]) == Strength(1, 1)


def test_strength_counts_persons_not_keys() -> None:
    one, spare, file = Signer("a", "p1", True, None), Signer("b", "p1", False, None), Signer("c", "p2", False, None)
    assert [strength_of(some).level for some in ([one, spare], [one, file], [file], [])] == [
        "all",
        "some",
        "none",
        "none",
    ]


def test_a_key_counts_from_its_first_to_its_last_second() -> None:
    key = next(iter(trust_list().orgs["gsb:0363"].keys.values()))
    second = timedelta(seconds=1)
    times = (key.start - second, key.start, key.until, key.until + second)
    assert [key.why_not("result", now) for now in times] == ["WINDOW", None, None, "WINDOW"]


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
    good = dict(signed(M1, *SIGNERS).signatures)
    armored = sshsig(blob, string(b"ssh-rsa") + string(b"x"))
    refused(with_signatures({**good, key_id("gsb0363-p1"): armored}), "E-SIG-KEYTYPE")


def test_attack_54_a_key_type_that_the_list_leaves_out() -> None:
    with pytest.raises(BadData, match="E-SIG-KEYTYPE"):
        trust_list(lambda value: value["algorithms"].update(signature=["ecdsa-sha2-nistp256"]))


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
        ecdsa(mpint(r), mpint(s + P256_ORDER)),
        ecdsa(b"\xff" * 33, mpint(s)),
        sshsig(P256_BLOB, string(b"ecdsa-sha2-nistp256") + string(string(mpint(r)) + string(mpint(s)) + b"x")),
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


def three_signers(value: dict[str, Any]) -> None:
    """A third signer of Amsterdam, with the key that was root5, who has no role."""
    keys = value["orgs"]["gsb:0363"]["keys"]
    text = Signature.parse(sign_with(private("root5"), b"", NAMESPACE)).key.text
    value["roots"]["keys"] = [key for key in value["roots"]["keys"] if key != text]
    extra = {**keys[0], "id": key_id("root5"), "key": text, "person": "p3", "roles": []}
    value["orgs"]["gsb:0363"]["keys"] = sorted([*keys, extra], key=lambda key: key["id"])


def test_three_signers_of_whom_one_does_not_count_are_enough_and_it_is_said() -> None:
    trust = trust_list(three_signers)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    judged, _ = open_plain(good_container(document, *SIGNERS, "root5"), receiver(trust))
    assert judged.codes == ("W-SIG-NOTCOUNTED",)
    assert [signer.why_not for signer in judged.signers if not signer.counts] == ["ROLE"]
