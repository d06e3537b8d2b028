"""``waarmerk witness`` by files: a key, a request on a stick, a signature line back, a verified log."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.publication.town import NOW, Town, key, log_signer, trust_list
from waarmerk.cli.witness import witness
from waarmerk.errors import BadData, WrongUse
from waarmerk.ledger.note import Kind, VerifierKey
from waarmerk.publication.folder import verify_folder
from waarmerk.publication.read import Folder
from waarmerk.publication.write import publish

NAME = "getuige.example/w1"
LOG = str(log_signer().key)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    secret = key("w1").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (tmp_path / "w1").write_bytes(secret)
    policy = [f"witness w1 {VerifierKey.of(NAME, Kind.WITNESS, key('w1'))}", "quorum w1"]
    publish(tmp_path / "public", Town(trust_list(policy=policy)).batch(b"x"), log_signer(), now=NOW)
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(witness, [*map(str, arguments)])


def sign(top: Path, *more: object) -> Result:
    return run("sign", top / "request", "--key", top / "w1", "--name", NAME, "-o", top / "line", *more)


def test_a_log_is_witnessed_by_files(top: Path) -> None:
    assert run("request", top / "public", "-o", top / "request").exit_code == 0
    assert sign(top, "--log", LOG).exit_code == 0
    assert run("add", top / "public", top / "line").output == "w1\n"
    assert verify_folder(Folder(top / "public"), now=NOW.replace(year=2100)).ok


def test_the_key_of_a_witness_is_shown_as_in_a_policy(top: Path) -> None:
    shown = run("show", top / "w1", "--name", NAME).output.strip()
    assert shown == str(VerifierKey.of(NAME, Kind.WITNESS, key("w1")))


def test_a_second_request_from_the_same_size_is_refused_with_the_size_to_go_on_from(top: Path) -> None:
    run("request", top / "public", "-o", top / "request")
    sign(top, "--log", LOG)
    again = sign(top, "--log", LOG, "--force")
    assert isinstance(again.exception, BadData)
    assert "--old 3" in str(again.exception)


def test_nothing_is_overwritten(top: Path) -> None:
    (top / "request").write_bytes(b"here")
    result = run("request", top / "public", "-o", top / "request")
    assert isinstance(result.exception, WrongUse)
    assert (top / "request").read_bytes() == b"here"


def test_a_log_key_that_is_none_is_wrong_use(top: Path) -> None:
    run("request", top / "public", "-o", top / "request")
    assert isinstance(sign(top, "--log", "x").exception, WrongUse)
