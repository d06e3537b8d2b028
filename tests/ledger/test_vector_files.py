"""The vector files are those that the script makes, and each is judged as it says."""

import base64
import importlib.util
import io
import json
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from waarmerk.ledger.merkle import check_consistency, check_inclusion, leaf_hash
from waarmerk.publication.report import Outcome
from waarmerk.publication.verify import verify_file

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "ledger"
CASES = sorted(FOLDER.glob("verify-*.json"))


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_ledger_vectors", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_those_that_the_script_makes(maker: ModuleType) -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == dict(maker.files())


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_vector_is_judged_as_it_says(path: Path) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    report = verify_file(
        io.BytesIO(base64.b64decode(vector["file"])),
        base64.b64decode(vector["proof"]),
        vector["policy"].encode(),
        now=datetime.fromisoformat(vector["now"]),
    )
    failed = [step for step in report.steps if step.outcome is Outcome.FAILED]
    first = (failed[0].number, failed[0].flaws[0].code) if failed else (0, "")
    assert (*first, report.exit_code) == tuple(vector["expect"].values())


def test_all_proofs_of_the_small_tree_verify() -> None:
    vector = json.loads((FOLDER / "tree.json").read_text(encoding="utf-8"))
    roots = [bytes.fromhex(root) for root in vector["roots"]]
    for one in vector["inclusion"]:
        leaf = leaf_hash(bytes.fromhex(vector["leaves"][one["index"]]))
        check_inclusion(leaf, one["index"], one["size"], list(map(bytes.fromhex, one["proof"])), roots[one["size"]])
    for one in vector["consistency"]:
        proof = list(map(bytes.fromhex, one["proof"]))
        check_consistency(one["old"], one["size"], proof, roots[one["old"]], roots[one["size"]])
