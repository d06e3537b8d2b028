"""Fuzzing of what runs before anything is authentic: whatever the bytes are, the answer is a value or a refusal, and laws hold.

    python fuzz/seal.py age|ustar|manifest|sshsig|sshkey|receipt|trust|enrolment|open [--seconds 60]

The start of every run are the vectors in ``vectors/seal/``. See ``readers.py`` for where findings go.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["waarmerk"]):
    from waarmerk.errors import BadData
    from waarmerk.seal import age, opening
    from waarmerk.seal.container import ENROLMENT, MANIFEST, RECEIPT, TRUST_LIST, Signed
    from waarmerk.seal.contents import Contents
    from waarmerk.seal.enrolment import Enrolment
    from waarmerk.seal.manifest import Manifest
    from waarmerk.seal.opening import Receiver
    from waarmerk.seal.receipt import Receipt
    from waarmerk.seal.sshsig import Signature, armor, normalise
    from waarmerk.seal.trust import RootCard, TrustList, accept_first, accept_next, allowed_signers
    from waarmerk.wire import canonical
    from waarmerk.wire.sshkeys import PublicKey

HERE = Path(__file__).parent
SEALED = HERE.parent / "vectors" / "seal"
CARD = RootCard.from_bytes((SEALED / "root-card-1.json").read_bytes())
HELD = TrustList.from_bytes((SEALED / "trust-list-1.json").read_bytes())
IDENTITY = age.parse_identities("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
WHO = Receiver("csb:kiesraad", "exercise", HELD, datetime(2025, 10, 30, 1, 20, tzinfo=UTC), IDENTITY)


def law(holds: bool, what: str) -> None:
    """Fail the run with the law that does not hold."""
    if not holds:
        raise RuntimeError(what)


def age_header(data: bytes) -> None:
    """A header that passes has few stanzas, all of the profile."""
    age.scan_header(data)
    header = data[: data.index(b"\n--- ")]
    kinds = re.findall(rb"^-> (\S+)", header, re.MULTILINE)
    law(len(kinds) <= 16 and kinds.count(b"X25519") >= len(kinds) - 1, "a header beyond the profile passed")


class _Files:
    """Keeps nothing."""

    def create(self, file: object) -> io.BytesIO:
        return io.BytesIO()


def ustar(data: bytes) -> None:
    """What is read is what would be written: no byte is left to interpretation; blocks of any size give the same."""
    signed = Signed.from_bytes(data, RECEIPT)
    law(signed.to_bytes() == data, "a container with another spelling was read")


def contents(data: bytes) -> None:
    """The container of an envelope, with its files, as the writer behind the decryption reads it."""
    reader = Contents(lambda document, _: Manifest.from_bytes(document), _Files())
    for start in range(0, len(data), 97):
        reader.write(data[start : start + 97])
    reader.close()


def manifest(data: bytes) -> None:
    """A manifest that is read has one spelling."""
    read = Manifest.from_bytes(data)
    law(canonical.dump(json.loads(data)) == data == read.data, "another spelling was read")


def sshsig(data: bytes) -> None:
    """A signature file has one spelling, and what is made canonical stays so."""
    try:
        armored = normalise(data)
    except BadData:
        armored = armor(data)
    read = Signature.parse(armored)
    law(normalise(armored) == armored, "normalising changes a canonical file")
    read.verify(b"", read.namespace)


def sshkey(data: bytes) -> None:
    """A public key has one spelling as bytes and as text."""
    read = PublicKey.from_blob(data)
    law(read.blob == data and PublicKey.parse(read.text) == read, "a key is not read back as it was written")


def receipt(data: bytes) -> None:
    """A receipt that is read has one spelling."""
    law(Receipt.from_bytes(data).data == data, "another receipt was read")


def enrolment(data: bytes) -> None:
    """A request that is read has one spelling, and none of these is signed."""
    law(Enrolment.from_bytes(data).data == data, "another request was read")
    Signed.from_bytes(data, ENROLMENT)


def trust(data: bytes) -> None:
    """A list that is read can be shown to other tools; as a container nobody but the roots makes one that is accepted."""
    if not data.startswith(b"{"):
        offered = Signed.from_bytes(data, TRUST_LIST)
        if offered.document == HELD.data:
            accept_first(offered, CARD)
        else:
            accept_next(HELD, offered)
        return
    allowed_signers(TrustList.from_bytes(data))


def opened(data: bytes) -> None:
    """The whole way of an envelope, sealed or open: what is judged was signed by two persons."""
    law(len(opening.judge(io.BytesIO(data), WHO).signers) >= 2, "one person was enough")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "age": age_header, "ustar": ustar, "contents": contents, "manifest": manifest, "sshsig": sshsig, "sshkey": sshkey,
    "receipt": receipt, "enrolment": enrolment, "trust": trust, "open": opened,
}  # fmt: skip


def refusing(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """A refusal is a good answer."""

    def run(data: bytes) -> None:
        try:
            target(data)
        except BadData:
            return

    return run


def seeds(folder: Path) -> None:
    """Lay out every vector, and every document and signature in it, as the first inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = [
        path.read_bytes() for path in SEALED.iterdir() if not path.name.startswith("flaw-") and path.suffix != ".py"
    ]
    vectors = [base64.b64decode(json.loads(path.read_bytes())["bytes"]) for path in SEALED.glob("flaw-*.json")]
    for data in [*plain, *vectors]:
        parts = [data]
        if data[100:107] == b"0000644":
            name = data[:100].rstrip(b"\0").decode("ascii", "replace")
            if name in (MANIFEST, RECEIPT, TRUST_LIST, ENROLMENT):
                parts.append(data[512 : 512 + int(data[124:135], 8)])
        parts += [base64.b64decode(text) for text in re.findall(rb"ssh-ed25519 ([A-Za-z0-9+/=]+)", data)]
        for part in parts:
            if len(part) <= 20_000:
                (folder / hashlib.sha256(part).hexdigest()[:16]).write_bytes(part)


def main() -> None:
    """Run one target on the vectors and on what grows from them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("target", choices=TARGETS)
    arguments.add_argument("--seconds", type=int, default=60)
    given = arguments.parse_args()
    found = HERE / "found" / f"seal-{given.target}"
    seeds(found)
    options = [f"-max_total_time={given.seconds}", "-max_len=20000", "-timeout=5", "-rss_limit_mb=600", str(found)]
    atheris.Setup([sys.argv[0], f"-artifact_prefix={HERE}/", *options], refusing(TARGETS[given.target]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
