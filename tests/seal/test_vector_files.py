"""The vectors with one flaw each, as another implementation would run them (vectors/README.md)."""

import base64
import importlib.util
import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.seal.envelopes import open_plain, open_sealed, receiver
from tests.seal.stf import FOLDER, M1, TRUST
from waarmerk.errors import BadData
from waarmerk.seal import enrolment, receipt
from waarmerk.seal.container import ENROLMENT, RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import RootCard, TrustList, accept_first, accept_next
from waarmerk.wire.shape import parse_time

FILES = sorted(FOLDER.glob("flaw-*.json"))
CARD = RootCard.from_bytes((FOLDER / "root-card-1.json").read_bytes())
ASKED = {"environment": "exercise", "election": "TK2025", "org": "gsb:0363", "challenge": "0123-4567-89AB-CDEF"}
Judge = Callable[[bytes, TrustList, datetime], object]

JUDGES: dict[str, Judge] = {
    "sealed": lambda data, trust, now: open_sealed(data, receiver(trust, now))[0].codes,
    "container": lambda data, trust, now: open_plain(data, receiver(trust, now))[0].codes,
    "manifest": lambda data, trust, now: Manifest.from_bytes(data) and (),
    "signature": lambda data, trust, now: Signature.parse(data).verify(M1, "stf-manifest-v1") or (),
    "first-list": lambda data, trust, now: accept_first(Signed.from_bytes(data, TRUST_LIST), CARD) and (),
    "next-list": lambda data, trust, now: accept_next(trust, Signed.from_bytes(data, TRUST_LIST)) and (),
    "enrolment": lambda data, trust, now: enrolment.check(Signed.from_bytes(data, ENROLMENT), **ASKED) and (),
    "receipt": lambda data, trust, now: receipt.check(Signed.from_bytes(data, RECEIPT), trust) and (),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_vector_has_its_answer(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    data, now = base64.b64decode(vector["bytes"]), parse_time(vector["now"])
    trust = TrustList.from_bytes(base64.b64decode(vector["trust"]) if "trust" in vector else TRUST)
    judge = JUDGES[vector["what"]]
    if not vector["expect"]:
        assert list(judge(data, trust, now)) == vector["codes"]  # type: ignore[call-overload]
        return
    with pytest.raises(BadData) as caught:
        judge(data, trust, now)
    assert caught.value.code == vector["expect"], caught.value


def test_every_code_of_the_seal_has_a_vector() -> None:
    """What another implementation must answer is shown once for every code that this one has."""
    seal, wire = (Path(receipt.__file__).parent, Path(receipt.__file__).parents[1] / "wire")
    text = "".join(path.read_text("utf-8") for folder in (seal, wire) for path in folder.glob("*.py"))
    written = set(re.findall(r'"(E-[A-Z]+-[A-Z]+)"', text))
    shown = {json.loads(path.read_text("utf-8"))["expect"] for path in FILES}
    # Digits from paper, a hold (among the codes of a good one), a holder of no list, a key blocked by two persons at a receiver.
    assert written - shown == {"E-SIG-BLOCKED", "E-PAP-DIGITS", "E-TRU-EXPIRED", "E-TRU-NONE"}


def test_the_script_makes_these_files_again() -> None:
    spec = importlib.util.spec_from_file_location("stf_make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    sys.modules["stf_make"] = make
    spec.loader.exec_module(make)
    assert make.made() == {path.name: path.read_text("utf-8") for path in FILES}
