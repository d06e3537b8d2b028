"""Make the vectors with one flaw each: .venv/bin/python vectors/stf/make.py

Each is a JSON file: why, what it is (`manifest`, `signature`, `container`), the code to expect, the step of reception, the time
to judge at, and the bytes in base64. A container is judged after decryption, by csb:kiesraad in `exercise`, under trust-list-1.json.
"""

import base64
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.seal.envelopes import SIGNERS, container, entries, good_container, manifest  # noqa: E402
from tests.seal.stf import M1, P1_OVER_M1, PAYLOAD_1, key_id, private, signed  # noqa: E402

from waarmerk.seal.sshsig import sign_with  # noqa: E402
from waarmerk.wire import ustar  # noqa: E402

FILES = {"telling.eml.xml": PAYLOAD_1}
GOOD = dict(signed(M1, *SIGNERS).signatures)
ENTRIES = entries(M1, GOOD, FILES)
NOW = "2025-10-30T01:20:00Z"


def packed(
    document: bytes = M1, signatures: dict[str, bytes] | None = None, files: dict[str, bytes] | None = None
) -> bytes:
    made = dict(signed(document, *SIGNERS).signatures) if signatures is None else signatures
    return container(entries(document, made, FILES if files is None else files))


def patched(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


VECTORS: list[tuple[str, str, str, str, str, bytes]] = [
    ("good", "a good delivery", "container", "", "", packed()),
    ("extra-space", "a space after a colon", "manifest", "E-MAN-CANON", "6", M1.replace(b'":', b'": ', 1)),
    ("final-newline", "a newline at the end", "manifest", "E-MAN-CANON", "6", M1 + b"\n"),
    ("escaped-letter", "a letter written as an escape", "manifest", "E-MAN-CANON", "6", M1.replace(b"demo", b"dem\\u006f")),
    ("byte-order-mark", "a byte-order mark", "manifest", "E-MAN-JSON", "6", b"\xef\xbb\xbf" + M1),
    ("duplicate-key", "a key twice", "manifest", "E-MAN-JSON", "6", M1.replace(b"{", b'{"kind":"test",', 1)),
    ("float", "a number with a fraction", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":1.0')),
    ("null", "a null", "manifest", "E-MAN-JSON", "6", M1.replace(b'"epoch":1', b'"epoch":null')),
    ("deep", "nested too deep", "manifest", "E-MAN-JSON", "6", b"[" * 9 + b"]" * 9),
    ("right-to-left", "a sign that turns text round", "manifest", "E-MAN-STRING", "6", M1.replace(b"demo", "de\u202emo".encode())),
    ("unknown-field", "a field that is not known", "manifest", "E-MAN-SCHEMA", "6", manifest(extra="x")),
    ("missing-field", "a field that is missing", "manifest", "E-MAN-SCHEMA", "6", manifest(kind=None)),
    ("no-such-day", "30 February", "manifest", "E-MAN-SCHEMA", "6", manifest(created="2025-02-30T00:00:00Z")),
    ("other-format", "another version of the format", "manifest", "E-MAN-FORMAT", "6", manifest(format="stf-manifest/2")),
    ("crlf", "lines that end with CRLF", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.replace(b"\n", b"\r\n")),
    ("not-base64", "a sign that is not base64", "signature", "E-SIG-ARMOR", "8", P1_OVER_M1.replace(b"U1NI", b"U1N!")),
    ("other-namespace", "made for receipts", "signature", "E-SIG-NAMESPACE", "8", sign_with(private("gsb0363-p1"), M1, "stf-receipt-v1")),
    ("other-message", "over other bytes", "signature", "E-SIG-BAD", "8", sign_with(private("gsb0363-p1"), M1 + b" ", "stf-manifest-v1")),
    ("wrong-mode", "an entry with mode 0755", "container", "E-TAR-HEADER", "5", patched(packed(), 100, b"0000755")),
    ("padding", "padding that is not zero", "container", "E-TAR-PAD", "5", patched(packed(), ustar.BLOCK + len(M1), b"x")),
    ("trailing", "data after the end", "container", "E-TAR-TRAILING", "5", packed() + b"x"),
    ("no-end", "no zero blocks at the end", "container", "E-TAR-EOF", "5", packed()[: -len(ustar.END)]),
    ("truncated", "cut off in a file", "container", "E-TAR-TRUNC", "5", packed()[: -len(ustar.END) - 100]),
    ("climbing-name", "a name with two dots", "container", "E-TAR-NAME", "5", container([*entries(M1, GOOD, {}), ("files/../x", b"")])),
    ("signatures-unsorted", "signatures in another order", "container", "E-TAR-ORDER", "5", container([ENTRIES[0], ENTRIES[2], ENTRIES[1], ENTRIES[3]])),
    ("file-twice", "a file twice", "container", "E-TAR-DUP", "5", container([*entries(M1, GOOD, FILES), ("files/telling.eml.xml", PAYLOAD_1)])),
    ("other-environment", "for production", "container", "E-ADR-ENV", "7", packed(manifest(environment="production"))),
    ("other-election", "for another election", "container", "E-ADR-ELECTION", "7", packed(manifest(election="PS2027"))),
    ("other-recipient", "for another receiver", "container", "E-ADR-RECIPIENT", "7", packed(manifest(recipient="hsb:TK2025-9"))),
    ("unknown-sender", "of a sender that is not listed", "container", "E-ADR-SENDER", "7", packed(manifest(sender="gsb:9999"))),
    ("other-epoch", "of another epoch", "container", "E-ADR-EPOCH", "7", packed(manifest(epoch=2))),
    ("one-signature", "signed by one person", "container", "E-SIG-THRESHOLD", "8", good_container(M1, "gsb0363-p1")),
    ("no-signature", "not signed", "container", "E-SIG-NONE", "8", packed(signatures={})),
    ("foreign-signer", "one signer is of another body", "container", "E-SIG-UNKNOWN", "8", good_container(M1, "gsb0363-p1", "csb-service")),
    ("two-names", "one signature under two names", "container", "E-SIG-FILENAME", "8", packed(signatures={key_id(label): P1_OVER_M1 for label in SIGNERS})),
    ("newer-list", "made with a list that the receiver lacks", "container", "E-TRU-NEWER", "9", packed(manifest(trust_list={"sha256": "1" * 64, "version": 2}))),
    ("other-list", "made with another list of this version", "container", "E-TRU-HASH", "9", packed(manifest(trust_list={"sha256": "1" * 64, "version": 1}))),
    ("file-missing", "a listed file is not there", "container", "E-FIL-MISSING", "11", packed(files={})),
    ("file-extra", "a file that is not listed", "container", "E-FIL-EXTRA", "11", packed(files={**FILES, "zz.xml": b"x"})),
    ("file-longer", "a file of another size", "container", "E-FIL-SIZE", "11", packed(files={"telling.eml.xml": PAYLOAD_1 + b"x"})),
    ("file-changed", "a file with another content", "container", "E-FIL-HASH", "11", packed(files={"telling.eml.xml": PAYLOAD_1[::-1]})),
]  # fmt: skip


def made() -> dict[str, str]:
    """Return the text of every vector by file name."""
    return {
        f"flaw-{name}.json": json.dumps(
            {
                "why": why,
                "what": what,
                "expect": expect,
                "step": step,
                "now": NOW,
                "bytes": base64.b64encode(data).decode(),
            },
            indent=1,
        )
        + "\n"
        for name, why, what, expect, step, data in VECTORS
    }


if __name__ == "__main__":
    for name, text in made().items():
        (HERE / name).write_text(text, encoding="utf-8")
