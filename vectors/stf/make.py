"""Make the vectors with one flaw each: .venv/bin/python vectors/stf/make.py

README.md in the folder above says what the fields mean and how each kind is judged. Nothing here is random: age adds
randomness, so the one sealed file (envelope-1.sealed) was made once and is only altered here.
"""

import base64
import json
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.seal.envelopes import SIGNERS, container, entries, good_container, manifest  # noqa: E402
from tests.seal.sshsigs import browser, browser_blob, parts, security_key, sshsig  # noqa: E402
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, RECEIPT, TRUST, key_id, private, signed  # noqa: E402

from waarmerk.seal.container import ENROLMENT as ENROLMENT_NAME  # noqa: E402
from waarmerk.seal.container import RECEIPT as RECEIPT_NAME  # noqa: E402
from waarmerk.seal.container import TRUST_LIST, Signed  # noqa: E402
from waarmerk.seal.sshsig import Signature, sign_with  # noqa: E402
from waarmerk.wire import canonical, ustar  # noqa: E402
from waarmerk.wire.digests import sha256  # noqa: E402
from waarmerk.wire.sshkeys import PublicKey, string  # noqa: E402

FILES = {"telling.eml.xml": PAYLOAD_1}
GOOD = dict(signed(M1, *SIGNERS).signatures)
ENTRIES = entries(M1, GOOD, FILES)
NOW = "2025-10-30T01:20:00Z"
SEALED = (HERE / "envelope-1.sealed").read_bytes()
HEADER_END = SEALED.index(b"\n---") + 1
BODY = SEALED.index(b"\n", HEADER_END) + 1
VERSION = b"age-encryption.org/v1\n"
STANZA = SEALED[
    SEALED.index(b"-> X25519") : SEALED.index(b"\n", SEALED.index(b"\n", SEALED.index(b"-> X25519")) + 1) + 1
]
MAC = SEALED[HEADER_END:BODY]


@dataclass(frozen=True)
class Vector:
    """One vector; ``trust`` is a list in the place of trust-list-1.json, ``codes`` what a good one is shown with."""

    name: str
    why: str
    what: str
    expect: str
    step: str
    data: bytes
    now: str = NOW
    trust: bytes = b""
    codes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "why": self.why, "what": self.what, "expect": self.expect, "step": self.step, "now": self.now,
            "bytes": base64.b64encode(self.data).decode(),
        }  # fmt: skip
        if self.trust:
            value["trust"] = base64.b64encode(self.trust).decode()
        if not self.expect:
            value["codes"] = list(self.codes)
        return value


def packed(
    document: bytes = M1, signatures: dict[str, bytes] | None = None, files: dict[str, bytes] | None = None
) -> bytes:
    made = dict(signed(document, *SIGNERS).signatures) if signatures is None else signatures
    return container(entries(document, made, FILES if files is None else files))


def patched(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


def flipped(place: int) -> bytes:
    """The sealed file with one byte changed: a letter of base64 in its header stays one."""
    place %= len(SEALED)
    other = (b"A" if SEALED[place : place + 1] != b"A" else b"B") if place < BODY else bytes([SEALED[place] ^ 1])
    return patched(SEALED, place, other)


def changed_list(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(TRUST)
    change(value)
    return canonical.dump(value)


def under(
    change: Callable[[dict[str, Any]], object], *labels: str, document: dict[str, Any] | None = None
) -> dict[str, bytes]:
    """A changed list, and a delivery that was made with it."""
    trust = changed_list(change)
    made = manifest(trust_list={"sha256": sha256(trust), "version": json.loads(trust)["version"]}, **(document or {}))
    return {"trust": trust, "data": good_container(made, *labels)}


def person(value: dict[str, Any], **fields: Any) -> None:
    """Other fields for the first signer of Amsterdam."""
    value["orgs"]["gsb:0363"]["keys"][0].update(fields)


REVOKED = {"status": "revoked", "revoked_at": "2025-10-29T00:00:00Z", "reason": "stolen"}


def listed(change: Callable[[dict[str, Any]], object], *labels: str) -> bytes:
    """The container of a changed list, signed by root keys."""
    return signed(changed_list(change), *(labels or ROOTS), namespace="stf-trustlist-v1", name=TRUST_LIST).to_bytes()


def following(change: Callable[[dict[str, Any]], object] = lambda value: None, *labels: str) -> bytes:
    """Version 2, which follows trust-list-1.json."""

    def both(value: dict[str, Any]) -> None:
        value.update(version=2, previous=sha256(TRUST))
        change(value)

    return listed(both, *labels)


def new_roots(value: dict[str, Any]) -> None:
    keys = value["orgs"]["gsb:0363"]["keys"]
    value["roots"] = {"threshold": 2, "keys": sorted(key["key"] for key in keys)}
    value["orgs"]["gsb:0363"]["keys"] = []


def moved(value: dict[str, Any]) -> None:
    keys = [*value["orgs"]["csb:kiesraad"]["keys"], value["orgs"]["gsb:0363"]["keys"].pop(0)]
    value["orgs"]["csb:kiesraad"]["keys"] = sorted(keys, key=lambda key: key["id"])


def weak(value: dict[str, Any]) -> None:
    blob = string(b"ssh-ed25519") + string(b"\x01" + bytes(31))
    person(value, key=f"ssh-ed25519 {base64.b64encode(blob).decode()}")


def touched(flags: int, user_check: str) -> dict[str, bytes]:
    """A delivery that the first person signed with a security key."""
    public = Signature.parse(security_key(flags)).key

    def change(value: dict[str, Any]) -> None:
        person(value, id=public.id, key=public.text, user_check=user_check)
        value["orgs"]["gsb:0363"]["keys"].sort(key=lambda key: key["id"])
        value["algorithms"]["signature"] = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]

    trust = changed_list(change)
    document = manifest(trust_list={"sha256": sha256(trust), "version": 1})
    made = dict(signed(document, "gsb0363-p2").signatures)
    return {"trust": trust, "data": packed(document, {**made, public.id: security_key(flags, document=document)})}


def browsed(pages: tuple[str, ...] = ("http://localhost:8643",), **changes: Any) -> dict[str, bytes]:
    """A delivery that the first person signed with a security key in a browser, at a page of the list."""
    public = PublicKey.from_blob(browser_blob())

    def change(value: dict[str, Any]) -> None:
        person(value, id=public.id, key=public.text, user_check="uv")
        value["orgs"]["gsb:0363"]["keys"].sort(key=lambda key: key["id"])
        value["algorithms"]["signature"] = ["sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519"]
        value["signing_origins"] = [{"origin": page, "rp_id": "localhost"} for page in pages]

    trust = changed_list(change)
    document = manifest(trust_list={"sha256": sha256(trust), "version": 1})
    made = dict(signed(document, "gsb0363-p2").signatures)
    return {"trust": trust, "data": packed(document, {**made, public.id: browser(document, **changes)})}


CLIENT_DATA = b'{"type":"webauthn.get","challenge":"%b","origin":"%b","crossOrigin":false}'


def receipt(change: Callable[[dict[str, Any]], object] = lambda value: None, *labels: str) -> bytes:
    value = json.loads(RECEIPT)
    change(value)
    document = canonical.dump(value)
    return signed(document, *(labels or ("csb-service",)), namespace="stf-receipt-v1", name=RECEIPT_NAME).to_bytes()


ROOTS = ("root1", "root2", "root3")
OTHER_LIST = {"sha256": "1" * 64, "version": 1}

SEALED_VECTORS = [
    Vector("sealed-good", "a good envelope", "sealed", "", "", SEALED),
    Vector("sealed-armored", "text armor around it", "sealed", "E-OUT-TYPE", "3", b"-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.b64encode(SEALED)),
    Vector("sealed-empty", "nothing at all", "sealed", "E-OUT-TYPE", "3", b""),
    Vector("sealed-open-result", "a result that is not sealed", "sealed", "E-OUT-TYPE", "6", packed()),
    Vector("sealed-crlf", "header lines that end with CRLF", "sealed", "E-OUT-HEADER", "3", VERSION + (STANZA + MAC).replace(b"\n", b"\r\n") + SEALED[BODY:]),
    Vector("sealed-passphrase", "sealed with a passphrase", "sealed", "E-OUT-HEADER", "3", VERSION + b"-> scrypt bBjlhJVYZeE4aqUdmtRHfw 18\n" + STANZA.split(b"\n")[1] + b"\n" + MAC + SEALED[BODY:]),
    Vector("sealed-two-profiles", "two kinds of recipients", "sealed", "E-OUT-HEADER", "3", VERSION + STANZA + b"-> mlkem768x25519 abc\n\n" + MAC + SEALED[BODY:]),
    Vector("sealed-two-greases", "two stanzas without meaning", "sealed", "E-OUT-HEADER", "3", VERSION + STANZA + b"-> a-grease\n\n-> b-grease\n\n" + MAC + SEALED[BODY:]),
    Vector("sealed-only-grease", "no recipient", "sealed", "E-OUT-HEADER", "3", VERSION + b"-> a-grease\n\n" + MAC + SEALED[BODY:]),
    Vector("sealed-17-stanzas", "17 stanzas", "sealed", "E-OUT-HEADER", "3", VERSION + STANZA * 17 + MAC + SEALED[BODY:]),
    Vector("sealed-no-short-line", "a stanza without its short last line", "sealed", "E-OUT-HEADER", "3", VERSION + b"-> X25519 abc\n" + b"A" * 64 + b"\n" + MAC + SEALED[BODY:]),
    Vector("sealed-no-proof", "a header that does not end", "sealed", "E-OUT-HEADER", "3", VERSION + STANZA),
    Vector("sealed-stanza-flipped", "a letter changed in the stanza", "sealed", "E-OUT-NOKEY", "4", flipped(len(VERSION) + 30)),
    Vector("sealed-proof-flipped", "a letter changed in the header's proof", "sealed", "E-OUT-AUTH", "4", flipped(HEADER_END + 10)),
    Vector("sealed-nonce-flipped", "a bit changed in the nonce", "sealed", "E-OUT-AUTH", "4", flipped(BODY + 3)),
    Vector("sealed-payload-flipped", "a bit changed in the payload", "sealed", "E-OUT-AUTH", "4", flipped(-20)),
    Vector("sealed-cut", "the last byte is missing", "sealed", "E-OUT-AUTH", "4", SEALED[:-1]),
    Vector("sealed-appended", "a byte too many", "sealed", "E-OUT-AUTH", "4", SEALED + b"x"),
]  # fmt: skip

MANIFESTS = [
    Vector("extra-space", "a space after a colon", "manifest", "E-MAN-CANON", "6", M1.replace(b'":', b'": ', 1)),
    Vector("final-newline", "a newline at the end", "manifest", "E-MAN-CANON", "6", M1 + b"\n"),
    Vector("escaped-letter", "a letter written as an escape", "manifest", "E-MAN-CANON", "6", M1.replace(b"demo", b"dem\\u006f")),
    Vector("byte-order-mark", "a byte-order mark", "manifest", "E-MAN-JSON", "6", b"\xef\xbb\xbf" + M1),
    Vector("duplicate-key", "a key twice", "manifest", "E-MAN-JSON", "6", M1.replace(b"{", b'{"kind":"test",', 1)),
    Vector("float", "a number with a fraction", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":1.0')),
    Vector("null", "a null", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":null')),
    Vector("deep", "nested too deep", "manifest", "E-MAN-JSON", "6", b"[" * 9 + b"]" * 9),
    Vector("right-to-left", "a sign that turns text round", "manifest", "E-MAN-STRING", "6", M1.replace(b"demo", "de\u202emo".encode())),
    Vector("unknown-field", "a field that is not known", "manifest", "E-MAN-SCHEMA", "6", manifest(extra="x")),
    Vector("missing-field", "a field that is missing", "manifest", "E-MAN-SCHEMA", "6", manifest(kind=None)),
    Vector("no-such-day", "30 February", "manifest", "E-MAN-SCHEMA", "6", manifest(created="2025-02-30T00:00:00Z")),
    Vector("other-format", "another version of the format", "manifest", "E-MAN-FORMAT", "6", manifest(format="stf-manifest/2")),
    Vector("key-order", "keys in another order", "manifest", "E-MAN-CANON", "6", M1.replace(b'{"name":"telling.eml.xml","role":"eml-510b",', b'{"role":"eml-510b","name":"telling.eml.xml",')),
    Vector("not-utf8", "bytes that are not UTF-8", "manifest", "E-MAN-JSON", "6", M1.replace(b"demo", b"d\xffmo")),
    Vector("negative", "a number below zero", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":-1')),
    Vector("large-number", "a number of 2^53", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":9007199254740992')),
    Vector("not-normal", "a letter and its accent apart", "manifest", "E-MAN-STRING", "6", M1.replace(b"demo", "de\u0301mo".encode())),
    Vector("surrogate", "half a letter", "manifest", "E-MAN-STRING", "6", M1.replace(b"demo", b"\\ud800")),
    Vector("wrong-type", "a number as text", "manifest", "E-MAN-SCHEMA", "6", manifest(epoch="1")),
    Vector("to-itself", "sender and recipient are the same", "manifest", "E-MAN-SCHEMA", "6", manifest(recipient="gsb:0363")),
    Vector("to-everyone", "a result for everyone", "manifest", "E-MAN-SCHEMA", "6", manifest(recipient="*")),
    Vector("first-with-previous", "the first of a stream that names one before", "manifest", "E-MAN-SCHEMA", "6", manifest(previous="1" * 64)),
    Vector("files-unsorted", "files in another order", "manifest", "E-MAN-SCHEMA", "6", manifest(files=[{"name": name, "role": "note", "sha256": "0" * 64, "size": 1} for name in ("b", "a")])),
    Vector("withdrawal-with-file", "a withdrawal with a file", "manifest", "E-MAN-SCHEMA", "6", manifest(kind="withdrawal", supersedes="1" * 64, reason="other")),
]  # fmt: skip

SIGNATURES = [
    Vector("signature-good", "a good signature", "signature", "", "", P1_OVER_M1),
    Vector("crlf", "lines that end with CRLF", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.replace(b"\n", b"\r\n")),
    Vector("not-base64", "a sign that is not base64", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.replace(b"U1NI", b"U1N!")),
    Vector("other-namespace", "made for receipts", "signature", "E-SIG-NAMESPACE", "8", sign_with(private("gsb0363-p1"), M1, "stf-receipt-v1")),
    Vector("other-message", "over other bytes", "signature", "E-SIG-BAD", "8", sign_with(private("gsb0363-p1"), M1 + b" ", "stf-manifest-v1")),
    Vector("wide-lines", "lines of 76 letters", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.split(b"\n")[0] + b"\n" + base64.encodebytes(base64.b64decode(b"".join(P1_OVER_M1.split(b"\n")[1:-2]))) + b"-----END SSH SIGNATURE-----\n"),
    Vector("loose-bits", "base64 with bits behind its end", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.replace(b"CgY=", b"CgZ=")),
    Vector("text-before", "text before the first line", "signature", "E-SIG-ARMOR", "8", b"x\n" + P1_OVER_M1),
    Vector("sha256", "the hash sha256", "signature", "E-SIG-ALG", "8", sshsig(*parts(), algorithm=b"sha256")),
    Vector("version-2", "version 2", "signature", "E-SIG-PARSE", "8", sshsig(*parts(), version=2)),
    Vector("reserved", "a reserved field that is not empty", "signature", "E-SIG-PARSE", "8", sshsig(*parts(), reserved=b"x")),
    Vector("bytes-left", "bytes left over", "signature", "E-SIG-PARSE", "8", sshsig(*parts(), tail=b"x")),
    Vector("rsa", "an RSA key", "signature", "E-SIG-KEYTYPE", "8", sshsig(string(b"ssh-rsa") + string(b"\1\0\1") + string(bytes(257)), string(b"ssh-rsa") + string(b"x"))),
    Vector("other-application", "a security key for another application", "signature", "E-SIG-PARSE", "8", security_key(5, b"ssh:evil")),
    Vector("weak-key", "a key that anybody can sign with", "signature", "E-TRU-WEAKKEY", "8", sshsig(string(b"ssh-ed25519") + string(b"\1" + bytes(31)), string(b"ssh-ed25519") + string(b"\1" + bytes(63)))),
    Vector("second-number", "S + L in the place of S", "signature", "E-SIG-BAD", "8", sshsig(parts()[0], string(b"ssh-ed25519") + string(parts()[1][-64:-32] + (int.from_bytes(parts()[1][-32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")))),
    Vector("flags-changed", "flags of a security key changed after signing", "signature", "E-SIG-BAD", "8", sshsig(Signature.parse(security_key(1)).key.blob, string(b"sk-ssh-ed25519@openssh.com") + string(Signature.parse(security_key(1)).raw) + struct.pack(">BI", 5, 7))),
]  # fmt: skip

CONTAINERS = [
    Vector("good", "a good delivery", "container", "", "", packed()),
    Vector("wrong-mode", "an entry with mode 0755", "container", "E-TAR-HEADER", "5", patched(packed(), 100, b"0000755")),
    Vector("padding", "padding that is not zero", "container", "E-TAR-PAD", "5", patched(packed(), ustar.BLOCK + len(M1), b"x")),
    Vector("trailing", "data after the end", "container", "E-TAR-TRAILING", "5", packed() + b"x"),
    Vector("no-end", "no zero blocks at the end", "container", "E-TAR-TRUNC", "5", packed()[: -len(ustar.END)]),
    Vector("truncated", "cut off in a file", "container", "E-TAR-TRUNC", "5", packed()[: -len(ustar.END) - 100]),
    Vector("climbing-name", "a name with two dots", "container", "E-TAR-NAME", "5", container([*entries(M1, GOOD, {}), ("files/../x", b"")])),
    Vector("signatures-unsorted", "signatures in another order", "container", "E-TAR-ORDER", "5", container([ENTRIES[0], ENTRIES[2], ENTRIES[1], ENTRIES[3]])),
    Vector("file-twice", "a file twice", "container", "E-TAR-DUP", "5", container([*entries(M1, GOOD, FILES), ("files/telling.eml.xml", PAYLOAD_1)])),
    Vector("other-environment", "for production", "container", "E-ADR-ENV", "7", packed(manifest(environment="production"))),
    Vector("other-election", "for another election", "container", "E-ADR-ELECTION", "7", packed(manifest(election="PS2027"))),
    Vector("other-recipient", "for another receiver", "container", "E-ADR-RECIPIENT", "7", packed(manifest(recipient="hsb:TK2025-9"))),
    Vector("unknown-sender", "of a sender that is not listed", "container", "E-ADR-SENDER", "7", packed(manifest(sender="gsb:9999"))),
    Vector("other-epoch", "of another epoch", "container", "E-ADR-EPOCH", "7", packed(manifest(epoch=2))),
    Vector("one-signature", "signed by one person", "container", "E-SIG-THRESHOLD", "8", good_container(M1, "gsb0363-p1")),
    Vector("no-signature", "not signed", "container", "E-SIG-NONE", "8", packed(signatures={})),
    Vector("foreign-signer", "one signer is of another body", "container", "E-SIG-UNKNOWN", "8", good_container(M1, "gsb0363-p1", "csb-service")),
    Vector("two-names", "one signature under two names", "container", "E-SIG-FILENAME", "8", packed(signatures={key_id(label): P1_OVER_M1 for label in SIGNERS})),
    Vector("newer-list", "made with a list that the receiver lacks", "container", "E-TRU-NEWER", "9", packed(manifest(trust_list={"sha256": "1" * 64, "version": 2}))),
    Vector("other-list", "made with another list of this version", "container", "E-TRU-HASH", "9", packed(manifest(trust_list={"sha256": "1" * 64, "version": 1}))),
    Vector("file-missing", "a listed file is not there", "container", "E-FIL-MISSING", "11", packed(files={})),
    Vector("file-extra", "a file that is not listed", "container", "E-FIL-EXTRA", "11", packed(files={**FILES, "zz.xml": b"x"})),
    Vector("file-longer", "a file of another size", "container", "E-FIL-SIZE", "11", packed(files={"telling.eml.xml": PAYLOAD_1 + b"x"})),
    Vector("file-changed", "a file with another content", "container", "E-FIL-HASH", "11", packed(files={"telling.eml.xml": PAYLOAD_1[::-1]})),
    Vector("one-zero-block", "one zero block at the end", "container", "E-TAR-EOF", "5", packed()[: -ustar.BLOCK]),
    Vector("wrong-checksum", "a wrong checksum", "container", "E-TAR-HEADER", "5", patched(packed(), 148, b"000000")),
    Vector("wrong-time", "an entry with a time", "container", "E-TAR-HEADER", "5", patched(packed(), 146, b"1")),
    Vector("symbolic-link", "a link", "container", "E-TAR-HEADER", "5", patched(packed(), 156, b"2")),
    Vector("capitals", "a name with a capital", "container", "E-TAR-NAME", "5", container([*ENTRIES[:3], ("files/A.xml", b"")])),
    Vector("manifest-twice", "a manifest twice", "container", "E-TAR-DUP", "5", container([ENTRIES[0], *ENTRIES])),
    Vector("nine-signatures", "nine signatures", "container", "E-TAR-COUNT", "5", container([ENTRIES[0], *((f"sig/{number:032x}.sshsig", b"") for number in range(9))])),
    Vector("large-signature", "a signature of 16,385 bytes", "container", "E-TAR-SIZE", "5", packed(signatures={key_id("gsb0363-p1"): bytes(16_385)})),
    Vector("endless-file", "a size of eight gigabytes", "container", "E-TAR-SIZE", "5", container(ENTRIES[:3])[: -len(ustar.END)] + ustar.header("files/telling.eml.xml", 0o77777777777)),
    Vector("no-route", "on a route that is not listed", "container", "E-ADR-ROUTE", "7", **under(lambda value: value.update(routes=[]))),
    Vector("empty-signature", "an empty signature file", "container", "E-SIG-ARMOR", "8", packed(signatures={**GOOD, key_id("gsb0363-p1"): b""})),
    Vector("broken-signature", "one signature of two is over other bytes", "container", "E-SIG-BAD", "8", packed(signatures={**GOOD, key_id("gsb0363-p1"): sign_with(private("gsb0363-p1"), M1 + b" ", "stf-manifest-v1")})),
    Vector("same-person", "two keys of one person", "container", "E-SIG-SAMEPERSON", "8", **under(lambda value: person(value, person="p2"))),
    Vector("revoked", "a key that was revoked", "container", "E-SIG-THRESHOLD", "8", **under(lambda value: person(value, **REVOKED))),
    Vector("other-role", "a key without the role", "container", "E-SIG-THRESHOLD", "8", **under(lambda value: person(value, roles=["corrigendum"]))),
    Vector("before-window", "received before the keys count", "container", "E-SIG-THRESHOLD", "8", packed(), now="2025-09-30T00:00:00Z"),
    Vector("not-touched", "a security key that nobody touched", "container", "E-SIG-UP", "8", **touched(0, "up")),
    Vector("no-pin", "a security key without PIN where it is asked", "container", "E-SIG-UV", "8", **touched(1, "uv")),
    Vector("good-security-key", "a security key with touch and PIN", "container", "", "", **touched(5, "uv")),
    Vector("good-browser", "a security key in a browser", "container", "", "", **browsed()),
    Vector("good-browser-extensions", "an assertion with extensions", "container", "", "", **browsed(flags=0x85, extensions=b"\xa0")),
    Vector("browser-not-touched", "a security key in a browser that nobody touched", "container", "E-SIG-UP", "8", **browsed(flags=0)),
    Vector("browser-no-pin", "a security key in a browser without PIN", "container", "E-SIG-UV", "8", **browsed(flags=1)),
    Vector("browser-attested", "an assertion with the flag of a new key", "container", "E-SIG-PARSE", "8", **browsed(flags=0x45)),
    Vector("browser-no-extensions", "the flag of extensions, and none", "container", "E-SIG-PARSE", "8", **browsed(flags=0x85)),
    Vector("browser-other-page", "made at a page that the list does not name", "container", "E-SIG-ORIGIN", "8", **browsed(pages=("http://localhost:8644",))),
    Vector("browser-other-origin", "the origin beside the client data is another", "container", "E-SIG-BAD", "8", **browsed(said=b"http://localhost:8644")),
    Vector("browser-create", "client data of the making of a key", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b".get", b".create"))),
    Vector("browser-padded", "a challenge with padding", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b'"%b"', b'"%b="', 1))),
    Vector("browser-other-challenge", "the login of a site", "container", "E-SIG-BAD", "8", **browsed(client_data=b'{"type":"webauthn.get","challenge":"bG9naW4","origin":"http://localhost:8643"}')),
    Vector("browser-space", "a space in the client data", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b":", b": ", 1))),
    Vector("browser-cross-origin", "signed inside a page of another", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b"false", b"true"))),
    Vector("browser-plain", "the form of a security key outside a browser", "container", "E-SIG-KEYTYPE", "8", **browsed(form=b"sk-ecdsa-sha2-nistp256@openssh.com")),
    Vector("good-expired-list", "under an expired list: held, not refused", "container", "", "", packed(), now="2026-02-01T00:00:00Z", codes=("E-TRU-EXPIRED",)),
    Vector("good-older-list", "made with an older list", "container", "", "", packed(), trust=changed_list(lambda value: value.update(version=2, previous=sha256(TRUST))), codes=("W-TRU-OLDER",)),
]  # fmt: skip

LISTS = [
    Vector("list-first-good", "a good first list", "first-list", "", "", listed(lambda value: None)),
    Vector("list-first-two-roots", "a first list signed by two of three", "first-list", "E-TRU-THRESHOLD", "", listed(lambda value: None, *ROOTS[:2])),
    Vector("list-first-other-election", "a first list for another election", "first-list", "E-TRU-CHAIN", "", listed(lambda value: value.update(election="PS2027"))),
    Vector("list-good", "a good second list", "next-list", "", "", following()),
    Vector("list-two-roots", "signed by two of three", "next-list", "E-TRU-THRESHOLD", "", following(lambda value: None, *ROOTS[:2])),
    Vector("list-foreign-roots", "signed by keys that are no roots", "next-list", "E-TRU-THRESHOLD", "", following(lambda value: None, *ROOTS[:2], "gsb0363-p1")),
    Vector("list-new-roots-alone", "new roots that sign for themselves", "next-list", "E-TRU-THRESHOLD", "", following(new_roots, *SIGNERS)),
    Vector("list-old-roots-alone", "new roots that did not sign", "next-list", "E-TRU-ROOTS", "", following(new_roots)),
    Vector("list-good-new-roots", "new roots, signed by old and new", "next-list", "", "", following(new_roots, *ROOTS, *SIGNERS)),
    Vector("list-again", "the version that is held", "next-list", "E-TRU-ROLLBACK", "", listed(lambda value: None)),
    Vector("list-issued-earlier", "issued before the version before", "next-list", "E-TRU-ROLLBACK", "", following(lambda value: value.update(issued="2025-09-30T09:00:00Z"))),
    Vector("list-twin", "another list of the version that is held", "next-list", "E-TRU-HASH", "", listed(lambda value: value.update(expected=[]))),
    Vector("list-skipped", "a version skipped", "next-list", "E-TRU-CHAIN", "", following(lambda value: value.update(version=3))),
    Vector("list-other-previous", "names another version before", "next-list", "E-TRU-CHAIN", "", following(lambda value: value.update(previous="1" * 64))),
    Vector("list-key-moved", "a key in another organisation", "next-list", "E-TRU-IMMUTABLE", "", following(moved)),
    Vector("list-person-changed", "a key of another person", "next-list", "E-TRU-IMMUTABLE", "", following(lambda value: person(value, person="p9"))),
    Vector("list-weak-key", "a key that anybody can sign with", "next-list", "E-TRU-WEAKKEY", "", following(weak)),
    Vector("list-key-twice", "one key in two organisations", "next-list", "E-TRU-WEAKKEY", "", following(lambda value: value["orgs"]["csb:kiesraad"].update(keys=value["orgs"]["gsb:0363"]["keys"]))),
    Vector("list-production", "production with one recipient", "next-list", "E-TRU-PRODUCTION", "", following(lambda value: value.update(environment="production"))),
    Vector("list-not-a-recipient", "a recipient that is no age key", "next-list", "E-TRU-RECIPIENT", "", following(lambda value: value["orgs"]["gsb:0363"].update(recipients=["age1x"]))),
    Vector("list-too-long", "valid for 121 days", "next-list", "E-MAN-SCHEMA", "", following(lambda value: value.update(expires="2026-01-30T09:00:00Z"))),
    Vector("list-easy-correction", "a correction that one person may sign", "next-list", "E-MAN-SCHEMA", "", following(lambda value: value["orgs"]["gsb:0363"]["threshold"].update(corrigendum=1))),
    Vector("list-revoked-without-time", "revoked without a time", "next-list", "E-MAN-SCHEMA", "", following(lambda value: person(value, **{**REVOKED, "revoked_at": ""}))),
]  # fmt: skip

RECEIPTS = [
    Vector("receipt-good", "a good receipt", "receipt", "", "", receipt()),
    Vector("receipt-sender-key", "signed by a key of the sender", "receipt", "E-SIG-UNKNOWN", "", receipt(lambda value: None, "gsb0363-p1")),
    Vector("receipt-unsigned", "not signed", "receipt", "E-SIG-NONE", "", container([("receipt.json", RECEIPT)])),
    Vector("receipt-accepted-by-service", "accepted, by a key that may only receive", "receipt", "E-SIG-THRESHOLD", "", receipt(lambda value: value.update(verdict="accepted"))),
    Vector("receipt-head", "names a head without a refusal", "receipt", "E-MAN-SCHEMA", "", receipt(lambda value: value.update(head={"sequence": 1, "manifest": "1" * 64}))),
    Vector("receipt-other-verdict", "a verdict that does not exist", "receipt", "E-MAN-SCHEMA", "", receipt(lambda value: value.update(verdict="approved"))),
    Vector("receipt-codes-unsorted", "codes in another order", "receipt", "E-MAN-SCHEMA", "", receipt(lambda value: value.update(codes=["W-TRU-OLDER", "E-TRU-EXPIRED"]))),
    Vector("receipt-other-environment", "of another environment", "receipt", "E-ADR-ENV", "", receipt(lambda value: value.update(environment="test"))),
    Vector("receipt-other-election", "for another election", "receipt", "E-ADR-ELECTION", "", receipt(lambda value: value.update(election="PS2027"))),
    Vector("receipt-unknown-receiver", "of a receiver that is not listed", "receipt", "E-ADR-SENDER", "", receipt(lambda value: value.update(receiver="csb:elders"))),
]  # fmt: skip

ENROLMENT = {
    "challenge": "0123-4567-89AB-CDEF", "election": "TK2025", "environment": "exercise", "format": "stf-enrol/1",
    "key": json.loads(TRUST)["orgs"]["gsb:0363"]["keys"][0]["key"], "org": "gsb:0363", "person": "p1",
}  # fmt: skip


def enrolment(label: str = "gsb0363-p1", namespace: str = "stf-enrol-v1", **changes: str) -> bytes:
    """A request for the key of p1, changed before it is signed."""
    document = canonical.dump({**ENROLMENT, **changes})
    return signed(document, label, namespace=namespace, name=ENROLMENT_NAME).to_bytes()


def revived(value: dict[str, Any]) -> None:
    value.update(version=3, previous=sha256(REVOKED_LIST))


REVOKED_LIST = changed_list(lambda value: (value.update(version=2, previous=sha256(TRUST)), person(value, **REVOKED)))

MORE_LISTS = [
    Vector("list-other-election", "for another election", "next-list", "E-TRU-CHAIN", "", following(lambda value: value.update(election="PS2027"))),
    Vector("list-other-environment", "for another environment", "next-list", "E-TRU-CHAIN", "", following(lambda value: value.update(environment="test"))),
    Vector("list-first-version-2", "a first list with version 2", "first-list", "E-TRU-CHAIN", "", following()),
    Vector("list-good-revoked", "a key revoked", "next-list", "", "", following(lambda value: person(value, **REVOKED))),
    Vector("list-revived", "a revoked key that counts again", "next-list", "E-TRU-IMMUTABLE", "", listed(revived), trust=REVOKED_LIST),
    Vector("list-revoked-left-out", "a revoked key that is left out", "next-list", "E-TRU-IMMUTABLE", "", listed(lambda value: (revived(value), value["orgs"]["gsb:0363"]["keys"].pop(0))), trust=REVOKED_LIST),
    Vector("list-other-signature", "one root signature of three over other bytes", "next-list", "E-TRU-THRESHOLD", "", Signed(TRUST_LIST, Signed.from_bytes(following(), TRUST_LIST).document, {**Signed.from_bytes(following(), TRUST_LIST).signatures, key_id("root3"): sign_with(private("root3"), b"", "stf-trustlist-v1")}).to_bytes()),
    Vector("list-manifest-namespace", "root signatures made for manifests", "next-list", "E-TRU-THRESHOLD", "", signed(Signed.from_bytes(following(), TRUST_LIST).document, *ROOTS, name=TRUST_LIST).to_bytes()),
    Vector("list-user-check", "a PIN asked of a key that has none", "next-list", "E-MAN-SCHEMA", "", following(lambda value: person(value, user_check="uv"))),
]  # fmt: skip

ENROLMENTS = [
    Vector("enrolment-good", "a good request", "enrolment", "", "", enrolment()),
    Vector("enrolment-other-signer", "signed by another key", "enrolment", "E-TRU-ENROL", "", enrolment("gsb0363-p2")),
    Vector("enrolment-other-challenge", "of another round", "enrolment", "E-TRU-ENROL", "", enrolment(challenge="0123-4567-89AB-CDEG")),
    Vector("enrolment-other-body", "for another organisation", "enrolment", "E-TRU-ENROL", "", enrolment(org="gsb:0599")),
    Vector("enrolment-other-namespace", "signed for manifests", "enrolment", "E-SIG-NAMESPACE", "", enrolment(namespace="stf-manifest-v1")),
    Vector("enrolment-name", "a name in the place of a label", "enrolment", "E-MAN-SCHEMA", "", enrolment(person="Jan Jansen")),
]  # fmt: skip

MORE_CONTAINERS = [
    Vector("large-manifest", "a header that says 262,145 bytes", "container", "E-MAN-SIZE", "5", ustar.header("manifest.json", 262_145)),
]  # fmt: skip

VECTORS = [
    *SEALED_VECTORS,
    *MANIFESTS,
    *SIGNATURES,
    *CONTAINERS,
    *LISTS,
    *RECEIPTS,
    *MORE_LISTS,
    *ENROLMENTS,
    *MORE_CONTAINERS,
]


def made() -> dict[str, str]:
    """Return the text of every vector by file name."""
    result = {f"flaw-{vector.name}.json": json.dumps(vector.to_json(), indent=1) + "\n" for vector in VECTORS}
    if len(result) != len(VECTORS):
        raise RuntimeError("two vectors have one name")
    return result


if __name__ == "__main__":
    texts = made()
    for old in HERE.glob("flaw-*.json"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (HERE / name).write_text(text, encoding="utf-8")
