"""Make the vectors with one flaw each: .venv/bin/python vectors/seal/make.py

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
    """One vector; ``trust`` is a list in the place of trust-list-1.json, ``codes`` what a good one is shown with.

    ``state`` names a file: what the receiver knows already; ``said`` is what it says of a delivery (README.md).
    """

    name: str
    why: str
    what: str
    expect: str
    step: str
    data: bytes
    now: str = NOW
    trust: bytes = b""
    codes: tuple[str, ...] = ()
    alarm: bool = False
    state: str = ""
    said: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "why": self.why, "what": self.what, "expect": self.expect, "step": self.step, "now": self.now,
            "bytes": base64.b64encode(self.data).decode(),
        }  # fmt: skip
        if self.trust:
            value["trust"] = base64.b64encode(self.trust).decode()
        if self.said is not None:
            value |= self.said
        elif not self.expect:
            value["codes"] = list(self.codes)
        if self.alarm:
            value["alarm"] = True
        if self.state:
            value["state"] = f"state-{self.state}.json"
        return value


@dataclass(frozen=True)
class State:
    """What a receiver knows before a vector: lists it accepted, deliveries it took (names of vectors), keys that two persons blocked."""

    name: str
    why: str
    lists: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        files = {"lists": self.lists, "received": self.received}
        named = {key: [f"flaw-{name}.json" for name in names] for key, names in files.items()}
        return {"why": self.why, **named, "blocked": list(self.blocked)}


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
    Vector("other-list", "made with another list of this version", "container", "E-TRU-HASH", "9", packed(manifest(trust_list={"sha256": "1" * 64, "version": 1})), alarm=True),
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
    Vector("broken-signature", "one signature of two is over other bytes", "container", "E-SIG-BAD", "8", packed(signatures={**GOOD, key_id("gsb0363-p1"): sign_with(private("gsb0363-p1"), M1 + b" ", "stf-manifest-v1")}), alarm=True),
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
    Vector("browser-other-origin", "the origin beside the client data is another", "container", "E-SIG-BAD", "8", **browsed(said=b"http://localhost:8644"), alarm=True),
    Vector("browser-create", "client data of the making of a key", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b".get", b".create")), alarm=True),
    Vector("browser-padded", "a challenge with padding", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b'"%b"', b'"%b="', 1)), alarm=True),
    Vector("browser-other-challenge", "the login of a site", "container", "E-SIG-BAD", "8", **browsed(client_data=b'{"type":"webauthn.get","challenge":"bG9naW4","origin":"http://localhost:8643"}'), alarm=True),
    Vector("browser-space", "a space in the client data", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b":", b": ", 1)), alarm=True),
    Vector("browser-cross-origin", "signed inside a page of another", "container", "E-SIG-BAD", "8", **browsed(client_data=CLIENT_DATA.replace(b"false", b"true")), alarm=True),
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
    Vector("list-hybrid", "asks for hybrid encryption, which this version of the program does not have", "next-list", "E-TRU-ALGORITHM", "", following(lambda value: value["algorithms"].update(encryption=["age-mlkem768x25519"]))),
    Vector("list-hybrid-recipient", "a hybrid recipient", "next-list", "E-TRU-RECIPIENT", "", following(lambda value: value["orgs"]["csb:kiesraad"].update(recipients=["age1pq1" + "q" * 1_952]))),
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

BROKEN = {key_id(label): sign_with(private(label), M1 + b" ", "stf-manifest-v1") for label in SIGNERS}
MORE_CONTAINERS = [
    Vector("large-manifest", "a header that says 262,145 bytes", "container", "E-MAN-SIZE", "5", ustar.header("manifest.json", 262_145)),
    Vector("only-broken", "both signatures are over other bytes: no alarm", "container", "E-SIG-BAD", "8", packed(signatures=BROKEN)),
    Vector("other-list-unknown", "another list of this version, and nobody who counts: no alarm", "container", "E-TRU-HASH", "9", good_container(manifest(trust_list=OTHER_LIST), "root4", "root5")),
]  # fmt: skip

LEFT = json.loads(TRUST)["orgs"]["gsb:0363"]["keys"][0]


def left(value: dict[str, Any]) -> None:
    value["orgs"]["gsb:0363"]["keys"].pop(0)


def third(org: str, **changes: str) -> bytes:
    """Version 3, in which the key that left in version 2 is back."""

    def change(value: dict[str, Any]) -> None:
        left(value)
        value.update(version=3, previous=Signed.from_bytes(following(left), TRUST_LIST).sha256)
        keys = [*value["orgs"][org]["keys"], {**LEFT, **changes}]
        value["orgs"][org]["keys"] = sorted(keys, key=lambda key: key["id"])

    return listed(change)


KEYS_THAT_LEFT = [
    Vector("list-key-left", "a key is listed no longer", "next-list", "", "", following(left)),
    Vector("list-key-back", "a key that left is back where it was", "next-list", "", "", third("gsb:0363"), state="key-left"),
    Vector("list-key-back-elsewhere", "a key that left comes back in another organisation", "next-list", "E-TRU-IMMUTABLE", "", third("csb:kiesraad"), state="key-left"),
    Vector("list-key-back-other-person", "a key that left comes back with another person", "next-list", "E-TRU-IMMUTABLE", "", third("gsb:0363", person="p9"), state="key-left"),
]  # fmt: skip

COUNTS = [(HERE / f"count-{number}.eml.xml").read_bytes() for number in (1, 2)]
"""Two counts of Amsterdam, made once: a delivery must be examined before it can be corrected."""
ZERO = "0" * 64


def next_in_stream(
    sequence: int, previous: bytes = b"", kind: str = "result", payload: dict[str, bytes] | None = None, **more: Any
) -> bytes:
    """The manifest of a delivery; it names the one before, and a correction replaces that one unless it says otherwise."""
    before = sha256(previous) if previous else ZERO
    replaces = kind in ("corrigendum", "withdrawal")
    carried = payload_of(kind) if payload is None else payload
    fields = {
        "sequence": sequence, "previous": before, "kind": kind, "transfer": f"{sequence:032x}",
        "supersedes": before if replaces else "", "reason": "recount" if replaces else "",
        "files": [
            {"name": name_of(role), "role": role, "sha256": sha256(data), "size": len(data)}
            for role, data in sorted(carried.items(), key=lambda item: name_of(item[0]))
        ],
    }  # fmt: skip
    return manifest(**{**fields, **more})


def payload_of(kind: str) -> dict[str, bytes]:
    return {} if kind == "withdrawal" else {"eml-510b": COUNTS[kind == "corrigendum"]}


def name_of(role: str) -> str:
    return "telling.eml.xml" if role == "eml-510b" else f"{role}.txt"


def delivery(document: bytes, *labels: str, payload: dict[str, bytes] | None = None) -> bytes:
    carried = payload_of(json.loads(document)["kind"]) if payload is None else payload
    files = {file["name"]: carried[file["role"]] for file in json.loads(document)["files"]}
    return good_container(document, *labels, files=files)


def said(
    verdict: str, end: bytes = b"", current: bytes = b"", *codes: str, head: bool = False, epoch: int = 1
) -> dict[str, Any]:
    """What the receiver says, and where the stream of this epoch ends then."""
    number = json.loads(end)["sequence"] if end else 0
    place = {"sequence": number, "manifest": sha256(end) if end else ZERO}
    value: dict[str, Any] = {"verdict": verdict, "codes": sorted(codes)}
    if head:
        value["head"] = place
    return {**value, "after": {"epoch": epoch, **place, "current": sha256(current) if current else ""}}


FIRST = next_in_stream(1)
OTHER_FIRST = next_in_stream(1, session=2)
SECOND = next_in_stream(2, FIRST, "corrigendum", session=2)
OTHER_SECOND = next_in_stream(2, OTHER_FIRST, "corrigendum", session=2)
AGAIN = next_in_stream(2, FIRST)
THIRD = next_in_stream(3, SECOND, "corrigendum", session=2)
WITHDRAWN = next_in_stream(2, FIRST, "withdrawal")
ANEW = next_in_stream(3, WITHDRAWN)
SCAN = {"eml-510b": COUNTS[0], "pv-scan-signed": b"%PDF-"}
NOTES = {"eml-510b": COUNTS[0], "answer": b"{}"}
EPOCH_2 = changed_list(
    lambda value: (value.update(version=2, previous=sha256(TRUST)), value["orgs"]["gsb:0363"].update(epoch=2))
)
USED_2 = {"trust_list": {"version": 2, "sha256": sha256(EPOCH_2)}}
REBORN = next_in_stream(1, epoch=2, **USED_2)
REBORN_THIRD = next_in_stream(3, SECOND, "corrigendum", epoch=2, session=2, **USED_2)


def third_signer(value: dict[str, Any]) -> None:
    keys = value["orgs"]["gsb:0363"]["keys"]
    key = PublicKey.parse(value["roots"]["keys"].pop())
    value["orgs"]["gsb:0363"]["keys"] = sorted(
        [*keys, {**keys[0], "id": key.id, "key": key.text, "person": "p3"}], key=lambda each: str(each["id"])
    )


THREE = changed_list(third_signer)
BY_THREE = next_in_stream(1, trust_list={"version": 1, "sha256": sha256(THREE)})
THIRD_LABEL = next(label for label in ("root1", "root2", "root3", "root4", "root5") if key_id(label) in THREE.decode())

STATES = [
    State("key-left", "a second list, in which a key is listed no longer", lists=("list-key-left",)),
    State("blocked", "two persons blocked the key of p2", blocked=(key_id("gsb0363-p2"),)),
    State("first", "number 1", received=("chain-first",)),
    State("first-and-third", "number 1, and number 3 that waits", received=("chain-first", "chain-third-early")),
    State("forked", "number 1 twice", received=("chain-first", "chain-fork")),
    State("broken", "number 1, and a number 2 that does not follow it", received=("chain-first", "chain-broken")),
    State("corrected", "number 1, and number 2 that corrects it", received=("chain-first", "chain-next")),
    State("refused", "number 1, and number 2 whose content was refused", received=("chain-first", "chain-second-result")),
    State("withdrawn", "number 1, and number 2 that withdraws it", received=("chain-first", "chain-withdrawal")),
]  # fmt: skip

CHAINS = [
    Vector("chain-first", "the first of a stream", "delivery", "", "", delivery(FIRST), said=said("received", FIRST, FIRST)),
    Vector("chain-known", "what was received already", "delivery", "R-DUPLICATE", "10", delivery(FIRST), state="first", said=said("received", FIRST, FIRST)),
    Vector("chain-next", "the next, which corrects the first", "delivery", "", "", delivery(SECOND), state="first", said=said("received", SECOND, SECOND)),
    Vector("chain-second-first", "number 2 when nothing was received", "delivery", "E-CHN-GAP", "10", delivery(SECOND), said=said("held", b"", b"", "E-CHN-GAP")),
    Vector("chain-third-early", "number 3 after number 1", "delivery", "E-CHN-GAP", "10", delivery(THIRD), state="first", said=said("held", FIRST, FIRST, "E-CHN-GAP")),
    Vector("chain-gap-filled", "number 2, for which number 3 waits: both are taken in order", "delivery", "", "", delivery(SECOND), state="first-and-third", said=said("received", THIRD, THIRD)),
    Vector("chain-held-again", "number 3, which waits already", "delivery", "R-DUPLICATE", "10", delivery(THIRD), state="first-and-third", said=said("held", FIRST, FIRST, "E-CHN-GAP")),
    Vector("chain-fork", "another number 1", "delivery", "E-CHN-FORK", "10", delivery(OTHER_FIRST), state="first", said=said("rejected", FIRST, FIRST, "E-CHN-FORK", head=True)),
    Vector("chain-fork-late", "another number 1 when number 2 is in", "delivery", "E-CHN-FORK", "10", delivery(OTHER_FIRST), state="corrected", said=said("rejected", SECOND, SECOND, "E-CHN-FORK", head=True)),
    Vector("chain-after-fork", "number 2 on the first, after a fork: intake goes on", "delivery", "", "", delivery(SECOND), state="forked", said=said("received", SECOND, SECOND)),
    Vector("chain-on-the-evidence", "number 2 on the evidence of a fork", "delivery", "E-CHN-BROKEN", "10", delivery(OTHER_SECOND), state="forked", said=said("rejected", FIRST, FIRST, "E-CHN-BROKEN", head=True)),
    Vector("chain-broken", "number 2 that names another number 1", "delivery", "E-CHN-BROKEN", "10", delivery(OTHER_SECOND), state="first", said=said("rejected", FIRST, FIRST, "E-CHN-BROKEN", head=True)),
    Vector("chain-after-broken", "number 2 on the head that the receipt named", "delivery", "", "", delivery(SECOND), state="broken", said=said("received", SECOND, SECOND)),
    Vector("chain-replayed", "the first again, after its correction", "delivery", "R-DUPLICATE", "10", delivery(FIRST), state="corrected", said=said("received", SECOND, SECOND)),
    Vector("chain-superseded", "a correction of what was corrected already", "delivery", "E-SEM-SUPERSEDES", "14", delivery(made := next_in_stream(3, SECOND, "corrigendum", session=2, supersedes=sha256(FIRST))), state="corrected", said=said("rejected", made, SECOND, "E-SEM-SUPERSEDES")),
    Vector("chain-corrects-nothing", "a correction when there is no result", "delivery", "E-SEM-SUPERSEDES", "14", delivery(made := next_in_stream(1, b"", "corrigendum", supersedes="1" * 64)), said=said("rejected", made, b"", "E-SEM-SUPERSEDES")),
    Vector("chain-result-replaces", "a result that says it replaces one", "delivery", "E-SEM-SUPERSEDES", "14", delivery(made := next_in_stream(1, supersedes="1" * 64)), said=said("rejected", made, b"", "E-SEM-SUPERSEDES")),
    Vector("chain-session-earlier", "a correction of an earlier sitting", "delivery", "E-SEM-SESSION", "14", delivery(made := next_in_stream(3, SECOND, "corrigendum", session=1)), state="corrected", said=said("rejected", made, SECOND, "E-SEM-SESSION")),
    Vector("chain-no-reason", "a correction without a reason", "delivery", "E-SEM-REASON", "14", delivery(made := next_in_stream(2, FIRST, "corrigendum", reason="")), state="first", said=said("rejected", made, FIRST, "E-SEM-REASON")),
    Vector("chain-second-result", "a second result", "delivery", "E-SEM-EXISTS", "14", delivery(AGAIN), state="first", said=said("rejected", AGAIN, FIRST, "E-SEM-EXISTS")),
    Vector("chain-after-refused", "number 3 after a number 2 whose content was refused: that used its number", "delivery", "", "", delivery(made := next_in_stream(3, AGAIN, "corrigendum", supersedes=sha256(FIRST))), state="refused", said=said("received", made, made)),
    Vector("chain-around-refused", "another number 2, when the content of number 2 was refused", "delivery", "E-CHN-FORK", "10", delivery(SECOND), state="refused", said=said("rejected", AGAIN, FIRST, "E-CHN-FORK", head=True)),
    Vector("chain-withdrawal", "a withdrawal", "delivery", "", "", delivery(WITHDRAWN), state="first", said=said("received", WITHDRAWN)),
    Vector("chain-result-anew", "a result after a withdrawal", "delivery", "", "", delivery(ANEW), state="withdrawn", said=said("received", ANEW, ANEW)),
    Vector("chain-corrects-withdrawn", "a correction of what was withdrawn", "delivery", "E-SEM-SUPERSEDES", "14", delivery(made := next_in_stream(3, WITHDRAWN, "corrigendum", supersedes=sha256(FIRST))), state="withdrawn", said=said("rejected", made, b"", "E-SEM-SUPERSEDES")),
    Vector("chain-no-count", "a result without a count", "delivery", "E-FIL-REQUIRED", "14", delivery(made := next_in_stream(1, payload={"note": b"x"}), payload={"note": b"x"}), said=said("rejected", made, b"", "E-FIL-REQUIRED")),
    Vector("chain-other-role", "a result with an answer", "delivery", "E-FIL-ROLE", "14", delivery(made := next_in_stream(1, payload=NOTES), payload=NOTES), said=said("rejected", made, b"", "E-FIL-ROLE")),
    Vector("chain-signed-scan", "pages with names and signatures, which ask for hybrid encryption", "delivery", "E-TRU-ALGORITHM", "14", delivery(made := next_in_stream(1, payload=SCAN), payload=SCAN), said=said("rejected", made, b"", "E-TRU-ALGORITHM")),
    Vector("chain-old-epoch", "the next number, of the epoch before", "delivery", "E-ADR-EPOCH", "7", delivery(THIRD), state="corrected", trust=EPOCH_2, said=said("", SECOND, SECOND)),
    Vector("chain-new-epoch", "number 1 of a new epoch: another stream", "delivery", "", "", delivery(REBORN), state="corrected", trust=EPOCH_2, said=said("received", REBORN, REBORN, epoch=2)),
    Vector("chain-epoch-continued", "number 3 of a new epoch, which goes on where the old one was", "delivery", "E-CHN-GAP", "10", delivery(REBORN_THIRD), state="corrected", trust=EPOCH_2, said=said("held", b"", b"", "E-CHN-GAP", epoch=2)),
    Vector("chain-expired-list", "the next under an expired list: held, its number is not used", "delivery", "E-TRU-EXPIRED", "9", delivery(SECOND), now="2026-02-01T00:00:00Z", state="first", said=said("held", FIRST, FIRST, "E-TRU-EXPIRED", "W-CLK-SKEW")),
    Vector("blocked", "one of two keys is blocked", "delivery", "E-SIG-BLOCKED", "8", delivery(FIRST), state="blocked", said=said("")),
    Vector("blocked-third-signs", "one of three keys is blocked", "delivery", "", "", delivery(BY_THREE, *SIGNERS, THIRD_LABEL), trust=THREE, state="blocked", said=said("received", BY_THREE, BY_THREE, "W-SIG-NOTCOUNTED")),
    Vector("blocked-and-alone", "a blocked key, and one person fewer than must sign even without the block", "delivery", "E-SIG-THRESHOLD", "8", delivery(FIRST, "gsb0363-p2"), state="blocked", said=said("")),
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
    *KEYS_THAT_LEFT,
    *CHAINS,
]


def made() -> dict[str, str]:
    """Return the text of every vector by file name."""
    result = {f"flaw-{vector.name}.json": json.dumps(vector.to_json(), indent=1) + "\n" for vector in VECTORS}
    result |= {f"state-{state.name}.json": json.dumps(state.to_json(), indent=1) + "\n" for state in STATES}
    if len(result) != len(VECTORS) + len(STATES):
        raise RuntimeError("two vectors have one name")
    return result


if __name__ == "__main__":
    texts = made()
    for old in (*HERE.glob("flaw-*.json"), *HERE.glob("state-*.json")):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (HERE / name).write_text(text, encoding="utf-8")
