"""The vectors with one flaw each, as another implementation would run them (vectors/README.md)."""

import base64
import importlib.util
import json
from pathlib import Path

import pytest

from tests.seal.envelopes import open_plain, receiver
from tests.seal.stf import FOLDER, M1
from waarmerk.errors import BadData
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.sshsig import Signature
from waarmerk.wire.shape import parse_time

FILES = sorted(FOLDER.glob("flaw-*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_vector_has_its_answer(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    data, now = base64.b64decode(vector["bytes"]), parse_time(vector["now"])

    def judge() -> object:
        match vector["what"]:
            case "manifest":
                return Manifest.from_bytes(data)
            case "signature":
                return Signature.parse(data).verify(M1, "stf-manifest-v1")
            case _:
                return open_plain(data, receiver(now=now))

    if not vector["expect"]:
        judge()
        return
    with pytest.raises(BadData) as caught:
        judge()
    assert caught.value.code == vector["expect"]


def test_the_script_makes_these_files_again() -> None:
    spec = importlib.util.spec_from_file_location("make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert make.made() == {path.name: path.read_text("utf-8") for path in FILES}
