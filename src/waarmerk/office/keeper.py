"""The keeper: the child process that holds the age identities and the receipt key (security.md 5.1).

It opens envelopes (steps 3 to 9 and 11), writes proven files to the store, signs receipts. It has no network and parses no
result file. The keys never leave it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from waarmerk.errors import Alarm, BadData, Place, WrongUse
from waarmerk.machine import children, files
from waarmerk.office import trust_folder
from waarmerk.office.store import Store
from waarmerk.seal import age, opening, receipt
from waarmerk.seal.container import MANIFEST, RECEIPT, Signed
from waarmerk.seal.manifest import Manifest, PayloadFile
from waarmerk.seal.opening import Conditions, Judged, Receiver
from waarmerk.seal.signatures import Signer
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.wire.shape import format_time, parse_time

MODULE = "waarmerk.office.keeper"
IDENTITIES = "*.age"
RECEIPT_KEY = "receipt_ed25519"
MAX_KEY_FILE = 65_536


class Keeper:
    """The parent's side: the same calls as ``seal.opening``, answered by the child."""

    def __init__(self, folder: Path, org: str) -> None:
        self._child = children.Child(MODULE, [str(folder), org])

    def judge(self, sealed: Path, now: datetime, given: Conditions) -> Judged:
        """Steps 3 to 9; raises ``BadData`` as ``seal.opening.judge``."""
        return judged_from(self._ask(_question("judge", sealed, now, given)))

    def extract(self, sealed: Path, now: datetime, given: Conditions) -> Judged:
        """Step 11; afterwards the files are in the store."""
        return judged_from(self._ask(_question("extract", sealed, now, given)))

    def sign(self, document: bytes) -> bytes:
        """Return the signed container of a receipt."""
        answer = self._ask({"do": "sign", "document": document.decode("utf-8")})
        return bytes.fromhex(answer["container"])

    def stop(self) -> None:
        """End the child."""
        self._child.stop()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._child.ask(question)
        except children.Died:
            # Every question may be asked twice; a keeper that was killed must not cost the sender a delivery.
            answer = self._child.ask(question)
        return unwrap(answer)


def _question(do: str, sealed: Path, now: datetime, given: Conditions) -> dict[str, Any]:
    conditions = {**asdict(given), "blocked": sorted(given.blocked)}
    return {"do": do, "sealed": str(sealed), "now": format_time(now), "conditions": conditions}


def unwrap(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a child's answer, or raise the ``BadData`` that it is."""
    if "refused" in answer:
        alarm = Alarm(**answer["alarm"]) if answer["alarm"] else None
        raise BadData(answer["refused"], answer["reason"], Place(**answer["place"]), alarm)
    return answer


def wrap(error: BadData) -> dict[str, Any]:
    """Return a refusal as a child's answer."""
    place = {name: getattr(error.place, name) for name in Place.__dataclass_fields__}
    alarm = asdict(error.alarm) if error.alarm else None
    return {"refused": error.code, "reason": error.reason, "place": place, "alarm": alarm}


def judged_from(answer: dict[str, Any]) -> Judged:
    """Return the judgement that a child wrote with :func:`judged_value`."""
    document = answer["document"].encode("utf-8")
    signatures = {key_id: armored.encode("ascii") for key_id, armored in answer["signatures"].items()}
    signers = tuple(Signer(*signer) for signer in answer["signers"])
    return Judged(
        Manifest.from_bytes(document), Signed(MANIFEST, document, signatures), signers, tuple(answer["codes"])
    )


def judged_value(judged: Judged) -> dict[str, Any]:
    """Return a judgement as plain values."""
    return {
        "document": judged.manifest.data.decode("utf-8"),
        "signatures": {key_id: armored.decode("ascii") for key_id, armored in judged.signed.signatures.items()},
        "signers": [(s.key_id, s.person, s.hardware, s.why_not) for s in judged.signers],
        "codes": list(judged.codes),
    }


def has_keys(folder: Path) -> bool:
    """Whether a key folder holds what a receiver opens and signs with."""
    return (folder / RECEIPT_KEY).is_file() and any(folder.glob(IDENTITIES))


def identities(folder: Path) -> list[Any]:
    """Return all age identities of a key folder; ``WrongUse`` when there is none."""
    found = sorted(folder.glob(IDENTITIES))
    if not found:
        raise WrongUse(f"no age identity (NAME.age) in {folder}")
    return [
        identity
        for path in found
        for identity in age.parse_identities(
            files.read_bounded(path, MAX_KEY_FILE, "E-MAN-SIZE").decode("utf-8", "replace")
        )
    ]


def service_key(path: Path) -> Ed25519PrivateKey:
    """Return a key with which a service signs; ``WrongUse`` for any other file."""
    data = files.read_bounded(path, MAX_KEY_FILE, "E-MAN-SIZE")
    try:
        key = load_ssh_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise WrongUse(f"{path} is not a service key without passphrase (waarmerk key new --service)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongUse(f"{path} is not an Ed25519 key")
    return key


class _StoreSink:
    """Collects the files of one delivery beside the store; they get their names when all are proven."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[tuple[Path, PayloadFile]] = []

    def create(self, file: PayloadFile) -> BinaryIO:
        path = self._folder / str(len(self._written))
        self._written.append((path, file))
        return path.open("xb")

    def keep(self, store: Store) -> None:
        for path, file in self._written:
            files.sync(path)
            files.move_new(path, store.file(file.sha256))


class _Child:
    """The child's side."""

    def __init__(self, folder: Path, org: str) -> None:
        self._folder = folder
        self._org = org
        self._store = Store(folder)
        self._trust = trust_folder.Watched(folder / "trust")
        self._identities: Sequence[Any] = identities(folder / "keys")
        self._key = service_key(folder / "keys" / RECEIPT_KEY)

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            match question["do"]:
                case "judge":
                    with files.open_regular(Path(question["sealed"])) as sealed:
                        return judged_value(opening.judge(sealed, self._receiver(question)))
                case "extract":
                    return judged_value(self._extract(question))
                case _:
                    return self._sign(question["document"].encode("utf-8"))
        except BadData as error:
            return wrap(error)
        except OSError as error:
            return wrap(BadData("E-SYS-STORAGE", error.strerror or "not stored"))

    def _receiver(self, question: dict[str, Any]) -> Receiver:
        now = parse_time(question["now"])
        trust = self._trust.newest()
        if trust is None:
            raise BadData("E-TRU-NONE", "no trust list is loaded")
        given = question["conditions"]
        conditions = Conditions(**{**given, "blocked": frozenset(given["blocked"])})
        return Receiver(self._org, trust.environment, trust, now, self._identities, conditions)

    def _extract(self, question: dict[str, Any]) -> Judged:
        with tempfile.TemporaryDirectory(dir=self._folder / "spool") as place:
            sink = _StoreSink(Path(place))
            with files.open_regular(Path(question["sealed"])) as sealed:
                judged = opening.extract(sealed, self._receiver(question), sink)
            sink.keep(self._store)
        files.put_same(self._store.manifest(judged.manifest.sha256), judged.signed.to_bytes(), mode=files.PRIVATE)
        return judged

    def _sign(self, document: bytes) -> dict[str, Any]:
        said = receipt.Receipt.from_bytes(document)
        if said.receiver != self._org or said.verdict is receipt.Verdict.ACCEPTED:
            raise BadData("E-SIG-KEYTYPE", "the service key signs only what this authority says by itself")
        armored = sign_with(self._key, document, receipt.NAMESPACE)
        signed = Signed(RECEIPT, document, {Signature.parse(armored).key.id: armored})
        return {"container": signed.to_bytes().hex()}


def main() -> None:
    """Serve until the parent closes the pipe."""
    child = _Child(Path(sys.argv[1]), sys.argv[2])
    children.serve(child.answer)


if __name__ == "__main__":
    main()
