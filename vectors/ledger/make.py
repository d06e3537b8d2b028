"""Makes the test vectors of the log. One flaw per file: ``why`` says what, ``expect`` what a verifier must answer.

    .venv/bin/python vectors/ledger/make.py

Keys are Ed25519 with private key SHA-256("stf-test-key:" + label); they protect nothing. What each file holds: README.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.ledger import cosignature, note, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.merkle import Tree, leaf_hash
from waarmerk.ledger.note import Kind, Note, SignatureLine, VerifierKey
from waarmerk.ledger.proof import Proof
from waarmerk.wire import canonical
from waarmerk.wire.digests import sha256

HERE = Path(__file__).parent
ORIGIN = "uitslagenlog.example/tk2025"
TIME = 1_761_787_200
NOW = "2025-10-30T01:21:00Z"
FILE = b"<EML/>\n"
RFC_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]


def key(label: str) -> Ed25519PrivateKey:
    """Return the test key of a label."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"stf-test-key:{label}".encode()).digest())


def tree() -> dict[str, Any]:
    """Roots and all proofs of a tree of eight, and the root of a large one."""
    eight = Tree(leaf_hash(bytes.fromhex(leaf)) for leaf in RFC_LEAVES)
    large = Tree(leaf_hash(b"e%d" % number) for number in range(70_000))
    return {
        "leaves": RFC_LEAVES,
        "roots": [eight.root(size).hex() for size in range(9)],
        "inclusion": [
            {"index": index, "size": size, "proof": [one.hex() for one in eight.inclusion(index, size)]}
            for size in range(1, 9)
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "size": size, "proof": [one.hex() for one in eight.consistency(old, size)]}
            for size in range(9)
            for old in range(size + 1)
        ],
        "large": {
            "entries": "e0 .. e69999",
            "root": large.root().hex(),
            "tiles": len(list(tiles.of_tree(large.size))),
            "sha256": {
                tile.path: sha256(tiles.content(tile, large, []))
                for tile in tiles.of_tree(large.size)
                if tile.path in ("tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1")
            },
        },
    }


def entries() -> list[bytes]:
    """Return the log of three entries: a trust list, a manifest, a receipt."""
    common = {"format": "stf-log-entry/1", "environment": "exercise", "election": "TK2025"}
    return [
        canonical.dump({**common, **more})
        for more in (
            {
                "type": "trust-list", "org": "csb:kiesraad", "version": 1, "size": 2097,
                "object": "0669177388a73dfbf551b26201a5fee1ccc1d7eb976b4a9199a45e31279116fe",
            },
            {
                "type": "manifest", "org": "gsb:0363", "epoch": 1, "sequence": 1, "kind": "result", "supersedes": "",
                "files": [{"role": "eml-510b", "sha256": sha256(FILE), "size": len(FILE)}], "size": 824,
                "object": "23c30a0ee17ee20a673784ea9ca3d3a87e21dcc41dea351a66534dbf82728920",
            },
            {
                "type": "receipt", "org": "csb:kiesraad", "size": 785,
                "object": "f2985703de3c5c693b57743cc697a0205c13d6ee663d31806d8e458715db8421",
            },
        )
    ]  # fmt: skip


LOG_KEY = VerifierKey.of(ORIGIN, Kind.LOG, key("log"))
WITNESS = VerifierKey.of("getuige.example/w1", Kind.WITNESS, key("witness1"))
POLICY = f"log {LOG_KEY}\nwitness w1 {WITNESS}\nquorum w1\n"


def checkpoint(*, size: int | None = None, origin: str = ORIGIN, log: str = "log", witness: int | None = TIME) -> Note:
    """Return a signed and (unless ``witness`` is ``None``) cosigned checkpoint of the log of three."""
    three = Tree(map(leaf_hash, entries()))
    text = Checkpoint(origin, size or three.size, three.root(size)).text
    lines: list[SignatureLine] = [note.sign(text, origin, key(log))]
    if witness is not None:
        lines.append(cosignature.cosign(text, WITNESS.name, key("witness1"), witness))
    return Note(text, tuple(lines))


def log_of_three() -> dict[str, Any]:
    """Every file of the log of three."""
    data = entries()
    three = Tree(map(leaf_hash, data))
    files = {tile.path: tiles.content(tile, three, data) for tile in tiles.of_tree(three.size)}
    return {
        "entries": [entry.decode() for entry in data],
        "leaves": [leaf_hash(entry).hex() for entry in data],
        "root": three.root().hex(),
        "policy": POLICY,
        "checkpoint": bytes(checkpoint()).decode(),
        "proof": bytes(good()).decode(),
        "tiles": {path: base64.b64encode(content).decode() for path, content in files.items()},
    }


def good(**changes: Any) -> Proof:
    """Return the proof of the manifest, with changes."""
    data = entries()
    three = Tree(map(leaf_hash, data))
    parts = {"entry": data[1], "index": 1, "hashes": tuple(three.inclusion(1)), "note": bytes(checkpoint())}
    return Proof(**{**parts, **changes})


def case(why: str, proof: Proof | bytes, step: int, code: str, **more: Any) -> dict[str, Any]:
    """Return one vector; ``step`` 0 and no code is a good one."""
    malformed = code in ("E-LOG-PROOF", "E-LOG-ENTRY", "E-LOG-NOTE", "E-LOG-CHECKPOINT", "E-LOG-POLICY")
    expect = {"step": step, "code": code, "exit": 0 if step == 0 else 2 if malformed else 1}
    given = {"file": base64.b64encode(FILE).decode(), "proof": base64.b64encode(bytes(proof)).decode()}
    return {"why": why, "expect": expect, "now": NOW, "policy": POLICY, **given, **more}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (name, vector): the good one, and one flaw each."""
    hashes = good().hashes
    entry = entries()[1]
    text = checkpoint().text
    log_line, witness_line = checkpoint().signatures
    false = SignatureLine(ORIGIN, LOG_KEY.id, bytes(64))
    twin = VerifierKey("twin.example", Kind.WITNESS, WITNESS.public)
    yield "good", case("everything holds", good(), 0, "")
    other = base64.b64encode(b"<EML>\n").decode()
    yield "other-file", case("another file than the entry lists", good(), 3, "E-LOG-FILE", file=other)
    yield (
        "hash-changed",
        case("one hash of the proof changed", good(hashes=(bytes(32), hashes[1])), 5, "E-LOG-INCLUSION"),
    )
    yield "hash-missing", case("one hash missing", good(hashes=hashes[:1]), 5, "E-LOG-INCLUSION")
    yield "hash-extra", case("one hash too many", good(hashes=(*hashes, bytes(32))), 5, "E-LOG-INCLUSION")
    yield "index-off", case("index off by one", good(index=2), 5, "E-LOG-INCLUSION")
    yield "index-beyond", case("index not below the size", good(index=3), 5, "E-LOG-INCLUSION")
    two = bytes(checkpoint(size=2))
    yield "other-size", case("proof for size 3, checkpoint of size 2", good(note=two), 5, "E-LOG-INCLUSION")
    altered = entry.replace(b'"sequence":1', b'"sequence":2')
    yield "entry-altered", case("extra says another sequence", good(entry=altered), 5, "E-LOG-INCLUSION")
    spaced = entry.replace(b",", b", ", 1)
    yield "entry-spaced", case("extra is JSON, not canonical JSON", good(entry=spaced), 2, "E-LOG-ENTRY")
    unknown = canonical.dump({**json.loads(entry), "more": 1})
    yield "entry-unknown-field", case("extra has an unknown field", good(entry=unknown), 2, "E-LOG-ENTRY")
    crlf = bytes(good()).replace(b"\n", b"\r\n")
    yield "proof-crlf", case("lines end in CR LF", crlf, 2, "E-LOG-PROOF")
    zero = bytes(good()).replace(b"index 1", b"index 01")
    yield "index-leading-zero", case("index with a leading zero", zero, 2, "E-LOG-PROOF")
    none = bytes(checkpoint(witness=None))
    yield "not-witnessed", case("the quorum did not see it", good(note=none), 4, "E-LOG-QUORUM")
    tomorrow = bytes(checkpoint(witness=TIME + 86_400))
    yield "witness-tomorrow", case("the cosignature is of tomorrow", good(note=tomorrow), 4, "E-LOG-QUORUM")
    stranger = bytes(checkpoint(log="stranger"))
    yield "unknown-log", case("signed by an unknown log key only", good(note=stranger), 4, "E-LOG-UNKNOWN")
    bad = bytes(Note(text, (false, witness_line)))
    yield "false-signature", case("false signature by the known key", good(note=bad), 4, "E-LOG-SIGNATURE")
    twice = bytes(Note(text, (log_line, log_line, witness_line)))
    yield "signed-twice", case("two lines of the log key", good(note=twice), 4, "E-LOG-SIGNATURE")
    again = bytes(Note(text, (log_line, witness_line, witness_line)))
    yield "witnessed-twice", case("two lines of one witness", good(note=again), 4, "E-LOG-SIGNATURE")
    extended = text + "extension\n"
    more = bytes(Note(extended, (note.sign(extended, ORIGIN, key("log")),)))
    yield "extension-line", case("a checkpoint with a fourth line", good(note=more), 4, "E-LOG-CHECKPOINT")
    unsigned = text.encode()
    yield "no-signature", case("a checkpoint without signatures", good(note=unsigned), 4, "E-LOG-NOTE")
    doubled = POLICY.replace("quorum w1", f"witness w2 {twin}\nquorum w1")
    yield "policy-key-twice", case("policy: one key, two witnesses", good(), 4, "E-LOG-POLICY", policy=doubled)
    undefined = POLICY.replace("quorum w1", "group g any w1 w9\nquorum g")
    yield "policy-undefined", case("policy: a member that is not defined", good(), 4, "E-LOG-POLICY", policy=undefined)
    too_many = POLICY.replace("quorum w1", "group g 2 w1\nquorum g")
    yield "policy-too-many", case("policy: 2 of 1", good(), 4, "E-LOG-POLICY", policy=too_many)
    circular = POLICY.replace("quorum w1", "group g any g\nquorum g")
    yield "policy-circular", case("policy: a group of itself", good(), 4, "E-LOG-POLICY", policy=circular)


def files() -> Iterator[tuple[str, str]]:
    """Yield (file name, content) of every vector file."""
    made = {"tree": tree(), "log-of-three": log_of_three()}
    made |= {f"verify-{name}": vector for name, vector in cases()}
    for name, value in made.items():
        yield f"{name}.json", json.dumps(value, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file_name, content in files():
        (HERE / file_name).write_text(content, encoding="utf-8")
