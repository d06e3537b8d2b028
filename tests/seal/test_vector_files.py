"""The vectors with one flaw each, as another implementation would run them (vectors/README.md)."""

import base64
import importlib.util
import inspect
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.dossier.house import MemoryHouse
from tests.seal.envelopes import open_plain, open_sealed, receiver, seal
from tests.seal.stf import FOLDER, M1, TRUST
from waarmerk.dossier import content
from waarmerk.dossier.receive import Spooled, receive
from waarmerk.dossier.standing import Standing
from waarmerk.errors import BadData
from waarmerk.seal import enrolment, receipt
from waarmerk.seal.container import ENROLMENT, RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.manifest import Manifest, StreamId
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import RootCard, TrustList, accept_first, accept_next
from waarmerk.wire.digests import sha256
from waarmerk.wire.shape import parse_time

FILES = sorted(FOLDER.glob("flaw-*.json"))
STATES = sorted(FOLDER.glob("state-*.json"))
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


@dataclass(frozen=True)
class Vector:
    """One file, and what the receiver knows before it."""

    value: dict[str, Any]
    trust: TrustList
    received: "tuple[Vector, ...]"
    blocked: tuple[str, ...]

    @property
    def now(self) -> datetime:
        return parse_time(self.value["now"])

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.value["bytes"])


def read(name: str) -> Vector:
    value = json.loads((FOLDER / name).read_text("utf-8"))
    trust = TrustList.from_bytes(base64.b64decode(value["trust"]) if "trust" in value else TRUST)
    state: dict[str, Any] = {"lists": [], "received": [], "blocked": []}
    if "state" in value:
        state = json.loads((FOLDER / value["state"]).read_text("utf-8"))
    for listed in map(read, state["lists"]):
        trust = accept_next(trust, Signed.from_bytes(listed.data, TRUST_LIST))
    return Vector(value, trust, tuple(map(read, state["received"])), tuple(state["blocked"]))


def told(vector: Vector) -> dict[str, Any]:
    """What a receiver that took other deliveries before says of this one, and where the stream ends then."""
    house = MemoryHouse(TrustList.from_bytes(TRUST))
    for before in vector.received:
        house.now = before.now
        take(house, before.data)
    house.list, house.now = vector.trust, vector.now
    house.dossier().standing = Standing(blocked=dict.fromkeys(vector.blocked, vector.now))
    answer: dict[str, Any] = {"expect": "", "verdict": "", "codes": []}
    try:
        manifest, known = take(house, vector.data)
    except BadData as error:
        answer["expect"] = error.code
    else:
        said = house.dossier().newest_receipt(manifest)
        explain = [code for code in said.codes if code.startswith("E-")]
        answer |= {"expect": "R-DUPLICATE" if known else "".join(explain), "verdict": said.verdict.value}
        answer["codes"] = list(said.codes)
        if said.head:
            answer["head"] = dict(zip(("sequence", "manifest"), said.head, strict=True))
    epoch = vector.value["after"]["epoch"]
    stream = house.dossier().stream(StreamId("exercise", "TK2025", "gsb:0363", "csb:kiesraad", epoch))
    end = {"sequence": stream.sequence, "manifest": stream.manifest, "current": stream.current}
    return {**answer, "after": {"epoch": epoch, **end}}


def take(house: MemoryHouse, container: bytes) -> tuple[str, bool]:
    sealed = seal(container)
    spooled = Spooled(sha256(sealed), len(sealed))
    house.spool[spooled.sha256] = sealed
    answer = receive(spooled, house, house.now)
    house.catch_up()
    return answer.manifest, answer.known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_vector_has_its_answer(path: Path) -> None:
    found = read(path.name)
    vector, data, trust, now = found.value, found.data, found.trust, found.now
    if vector["what"] == "delivery":
        expected = ("expect", "verdict", "codes", "head", "after")
        assert told(found) == {name: vector[name] for name in expected if name in vector}
        return
    judge = JUDGES[vector["what"]]
    if not vector["expect"]:
        assert list(judge(data, trust, now)) == vector["codes"]  # type: ignore[call-overload]
        return
    with pytest.raises(BadData) as caught:
        judge(data, trust, now)
    assert caught.value.code == vector["expect"], caught.value
    assert (caught.value.alarm is not None) == vector.get("alarm", False)


def test_every_code_of_the_seal_has_a_vector() -> None:
    """What another implementation must answer is shown once for every code of steps 3 to 14 that this one has."""
    source = Path(receipt.__file__).parents[1]
    files = [*(source / "seal").glob("*.py"), *(source / "wire").glob("*.py"), source / "dossier" / "stream.py"]
    text = "".join(path.read_text("utf-8") for path in files)
    written = set(re.findall(r'"(E-[A-Z]+-[A-Z]+)"', text)) | {"R-DUPLICATE"}
    step_14 = "".join(map(inspect.getsource, (content.check_meaning, content._check_roles)))
    written |= set(re.findall(r'"(E-[A-Z]+-[A-Z]+)"', step_14))
    shown = {json.loads(path.read_text("utf-8"))["expect"] for path in FILES}
    # Digits from paper, and a holder of no list: no bytes provoke them.
    assert written - shown == {"E-PAP-DIGITS", "E-TRU-NONE"}


def test_every_state_is_used() -> None:
    used = {json.loads(path.read_text("utf-8")).get("state") for path in FILES}
    assert {path.name for path in STATES} == used - {None}


def test_the_script_makes_these_files_again() -> None:
    spec = importlib.util.spec_from_file_location("stf_make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    sys.modules["stf_make"] = make
    spec.loader.exec_module(make)
    assert make.made() == {path.name: path.read_text("utf-8") for path in (*FILES, *STATES)}
