"""Signatures of security keys made in a browser (security.md 3.5.3, attacks 54, 129 to 131), under one flaw each.

The same file is given to ``ssh-keygen -Y verify``, so that it is known where we are stricter than it is.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.seal.envelopes import container, entries, manifest, open_plain, receiver, trust_list
from tests.seal.sshsigs import ORIGIN, browser, browser_blob, sshsig
from tests.seal.stf import M1, PAYLOAD_1, signed
from waarmerk.errors import BadData
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import TrustList
from waarmerk.wire.sshkeys import PublicKey, string

DATA = b'{"type":"webauthn.get","challenge":"%b","origin":"%b","crossOrigin":false}'
BAD, KEYTYPE, PARSE, PAGE = "E-SIG-BAD", "E-SIG-KEYTYPE", "E-SIG-PARSE", "E-SIG-ORIGIN"


def in_list(value: dict[str, Any], party: bytes = b"localhost") -> None:
    """T with a security key of the browser in the place of the first signer's key, and the page where it signs."""
    public = PublicKey.from_blob(browser_blob(party))
    keys = value["orgs"]["gsb:0363"]["keys"]
    first = {**keys[0], "id": public.id, "key": public.text, "user_check": "uv"}
    value["orgs"]["gsb:0363"]["keys"] = sorted([first, keys[1]], key=lambda key: key["id"])
    value["algorithms"]["signature"] = ["sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519"]
    value["signing_origins"] = [{"origin": ORIGIN.decode(), "rp_id": party.decode()}]


LIST = trust_list(in_list)
DOCUMENT = manifest(trust_list={"sha256": LIST.sha256, "version": 1})


def delivery(armored: bytes, trust: TrustList = LIST, document: bytes = DOCUMENT) -> list[bool]:
    """Open a delivery with this signature beside that of the second person; whether each is of hardware."""
    made = dict(signed(document, "gsb0363-p2").signatures)
    made[PublicKey.from_blob(browser_blob()).id] = armored
    plain = container(entries(document, made, {"telling.eml.xml": PAYLOAD_1}))
    return sorted(signer.hardware for signer in open_plain(plain, receiver(trust))[0].signers)


def ssh_keygen_accepts(armored: bytes, folder: Path) -> bool:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("NOT CHECKED against ssh-keygen, which is not installed")
    (folder / "signers").write_text(f"p1 {PublicKey.from_blob(browser_blob()).text}\n")
    (folder / "sig").write_bytes(armored)
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "p1", "-n", "stf-manifest-v1", "-s", "sig"]
    return subprocess.run(command, cwd=folder, input=DOCUMENT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"client_data": b'{"type":"webauthn.get","challenge":"%b","origin":"%b"}'},
        {"client_data": DATA[:-1] + b',"other_keys_can_be_added_here":"do not compare"}'},
        {"flags": 0x85, "extensions": b"\xa1\x6bcredProtect\x02"},
    ],
    ids=["chromium", "without crossOrigin", "with more keys", "with extensions"],
)
def test_what_a_browser_makes_is_accepted_by_us_and_by_ssh_keygen(changes: dict[str, Any], tmp_path: Path) -> None:
    armored = browser(DOCUMENT, **changes)
    assert delivery(armored) == [False, True]
    assert ssh_keygen_accepts(armored, tmp_path)


def test_a_passkey_that_is_synchronised_counts_and_ranks_as_a_file() -> None:
    assert delivery(browser(DOCUMENT, flags=0x0D)) == [False, False]


@pytest.mark.parametrize(
    ("code", "changes", "ssh_keygen"),
    [
        # 129: ssh-keygen looks at no flag.
        ("E-SIG-UP", {"flags": 0x00}, True),
        ("E-SIG-UP", {"flags": 0x04}, True),
        ("E-SIG-UV", {"flags": 0x01}, True),
        (PARSE, {"flags": 0x45}, None),
        (PARSE, {"flags": 0x85}, None),
        (PARSE, {"extensions": b"\xa0"}, None),
        (PARSE, {"origin": b'http://localhost:8643","x":"'}, None),
        # 130: it knows no list of pages.
        (PAGE, {"origin": b"https://tekenen.example"}, True),
        (PAGE, {"origin": b"http://localhost:8642"}, True),
        # 131: another type, another message, another spelling, inside another page, the login of a site.
        (BAD, {"client_data": DATA.replace(b"webauthn.get", b"webauthn.create")}, False),
        (BAD, {"client_data": DATA.replace(b'"%b"', b'"%b="', 1)}, False),
        (BAD, {"client_data": DATA.replace(b":", b": ", 1)}, False),
        (BAD, {"client_data": DATA.replace(b"false", b"true")}, None),
        (BAD, {"client_data": DATA.replace(b'"%b",', b'"%b" ,', 1)}, False),
        (BAD, {"client_data": b" " + DATA}, False),
        (BAD, {"client_data": b'{"type":"webauthn.get","challenge":"bG9naW4","origin":"http://localhost:8643"}'}, False),
        (BAD, {"client_data": DATA.replace(b'"%b","crossOrigin"', b'"%bx","crossOrigin"')}, False),
        (BAD, {"client_data": b'{"type":"webauthn.get","challenge":"%b","origin":"%b"'}, None),
        (BAD, {"said": b"http://localhost:8642"}, False),
        # 54: the form that a security key makes without a browser, with a key of this type.
        (KEYTYPE, {"form": b"sk-ecdsa-sha2-nistp256@openssh.com"}, False),
    ],
)  # fmt: skip
def test_attacks_54_129_130_131_one_flaw(
    code: str, changes: dict[str, Any], ssh_keygen: bool | None, tmp_path: Path
) -> None:
    armored = browser(DOCUMENT, **changes)
    with pytest.raises(BadData) as caught:
        delivery(armored)
    assert caught.value.code == code, caught.value
    if ssh_keygen is not None:
        assert ssh_keygen_accepts(armored, tmp_path) is ssh_keygen


def test_attack_129_a_browser_is_asked_for_the_pin_whoever_asks() -> None:
    """Not only where a list says so: what a receiver would refuse does not come into a draft either."""
    with pytest.raises(BadData, match="E-SIG-UV"):
        Signature.parse(browser(M1, flags=1)).check_touch("up")
    Signature.parse(browser(M1)).check_touch("up")


def test_attack_130_the_relying_party_of_another_page() -> None:
    def elsewhere(value: dict[str, Any]) -> None:
        in_list(value)
        value["signing_origins"] = [{"origin": "https://tekenen.example", "rp_id": "tekenen.example"}]

    trust = trust_list(elsewhere)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    with pytest.raises(BadData, match=PAGE):
        delivery(browser(document), trust, document)
    with pytest.raises(BadData, match=PAGE):
        delivery(browser(document, origin=b"https://tekenen.example"), trust, document)


def test_attack_131_one_bit_changed_after_signing() -> None:
    good = Signature.parse(browser(DOCUMENT))
    good.verify(DOCUMENT, "stf-manifest-v1")
    for document, namespace, code in (
        (DOCUMENT + b" ", "stf-manifest-v1", BAD),
        (DOCUMENT, "stf-receipt-v1", "E-SIG-NAMESPACE"),
    ):
        with pytest.raises(BadData, match=code):
            good.verify(document, namespace)
    assert good.web is not None
    for flags, counter in ((0x04, 7), (0x05, 8)):
        other = Signature(good.key, good.namespace, good.raw, flags, counter, good.web)
        with pytest.raises(BadData, match=BAD):
            other.verify(DOCUMENT, "stf-manifest-v1")


@pytest.mark.parametrize("party", [b"", b"a_b", b"a b", b".localhost", b'x"', b"LOCALHOST"])
def test_a_relying_party_is_a_host_name(party: bytes) -> None:
    with pytest.raises(BadData, match=PARSE):
        Signature.parse(sshsig(browser_blob(party), string(b"x")))


@pytest.mark.parametrize(
    ("origin", "party"),
    [
        ("http://tekenen.example", "tekenen.example"),
        ("https://tekenen.example", "example.org"),
        ("https://tekenen.example", "ekenen.example"),
        ("https://tekenen.example/pad", "tekenen.example"),
        ("http://127.0.0.1:8643", "127.0.0.1"),
        ("https://tekenen.example", ""),
    ],
)
def test_a_signing_origin_is_a_page_of_its_relying_party(origin: str, party: str) -> None:
    def wrong(value: dict[str, Any]) -> None:
        in_list(value)
        value["signing_origins"] = [{"origin": origin, "rp_id": party}]

    with pytest.raises(BadData, match=r"E-MAN-SCHEMA.*signing origin"):
        trust_list(wrong)


def test_a_list_names_pages_only_for_keys_that_sign_there_and_asks_for_touch_and_pin() -> None:
    with pytest.raises(BadData, match=r"E-MAN-SCHEMA.*only where"):
        trust_list(lambda value: value.update(signing_origins=[{"origin": ORIGIN.decode(), "rp_id": "localhost"}]))

    def no_pin(value: dict[str, Any]) -> None:
        in_list(value)
        value["orgs"]["gsb:0363"]["keys"] = [
            {**key, "user_check": key["user_check"] and "up"} for key in value["orgs"]["gsb:0363"]["keys"]
        ]

    with pytest.raises(BadData, match=r"E-MAN-SCHEMA.*uv"):
        trust_list(no_pin)
