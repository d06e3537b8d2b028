"""Monitors: what is in my name and not mine, what I sent and nobody acknowledged, two pasts, an old state."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.publication.town import NOW, Town, key, log_signer, trust_list
from waarmerk.cli.monitor import monitor
from waarmerk.ledger import cosignature
from waarmerk.ledger.note import Kind, VerifierKey
from waarmerk.ledger.policy import Policy
from waarmerk.publication.monitor import freshness, own_bureau, same_past
from waarmerk.publication.read import Folder
from waarmerk.publication.witness import add
from waarmerk.publication.write import Batch, publish, state_file
from waarmerk.wire.digests import sha256


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def public(tmp_path: Path, town: Town) -> Path:
    publish(tmp_path / "public", town.batch(b"x"), log_signer(), now=NOW)
    return tmp_path / "public"


def test_a_bureau_that_sent_everything_sees_nothing(public: Path, town: Town) -> None:
    assert own_bureau(Folder(public), "gsb:0599", {town.previous}) == []
    assert own_bureau(Folder(public), "gsb:0600", set()) == []


def test_a_delivery_in_my_name_that_i_did_not_send_is_an_alarm(public: Path, town: Town) -> None:
    alarms = own_bureau(Folder(public), "gsb:0599", set())
    assert [(alarm.code, alarm.subject) for alarm in alarms] == [("E-MON-UNKNOWN", town.previous)]


def test_a_receipt_about_something_that_i_did_not_send_is_an_alarm(public: Path, town: Town) -> None:
    mine = town.previous
    stranger, _ = town.deliver(b"y")
    publish(public, Batch((town.receive(stranger, "rejected"),)), log_signer(), now=NOW)
    alarms = own_bureau(Folder(public), "gsb:0599", {mine})
    assert [(alarm.code, alarm.subject) for alarm in alarms] == [("E-MON-UNKNOWN", sha256(stranger.document))]


def test_a_delivery_without_receipt_is_an_alarm(public: Path, town: Town) -> None:
    alarms = own_bureau(Folder(public), "gsb:0599", {town.previous, "f" * 64})
    assert [(alarm.code, alarm.subject) for alarm in alarms] == [("E-MON-RECEIPT", "f" * 64)]


def test_an_older_copy_is_the_same_past(public: Path, town: Town, tmp_path: Path) -> None:
    shutil.copytree(public, tmp_path / "copy")
    publish(public, town.batch(b"y"), log_signer(), now=NOW)
    assert same_past(Folder(public), Folder(tmp_path / "copy")) == []
    assert same_past(Folder(tmp_path / "copy"), Folder(public)) == []


def test_a_second_past_under_the_same_key_is_an_alarm(public: Path, town: Town, tmp_path: Path) -> None:
    publish(public, town.batch(b"y"), log_signer(), now=NOW)
    publish(tmp_path / "fork", Town().batch(b"another"), log_signer(), now=NOW)
    alarms = same_past(Folder(public), Folder(tmp_path / "fork"))
    assert [alarm.code for alarm in alarms] == ["E-MON-FORK"]


def test_a_state_that_no_quorum_saw_lately_is_an_alarm(tmp_path: Path) -> None:
    witness = VerifierKey.of("w.example", Kind.WITNESS, key("w"))
    lines = [f"witness w {witness}", "quorum w"]
    public = tmp_path / "public"
    publish(public, Town(trust_list(policy=lines)).batch(b"x"), log_signer(), now=NOW)
    signed = Folder(public).signed()
    assert signed is not None
    seen = int((NOW - timedelta(minutes=30)).timestamp())
    add(public, str(cosignature.cosign(signed.note.text, "w.example", key("w"), seen)).encode())
    policy = Policy.parse((public / "policy.txt").read_bytes())
    assert freshness(Folder(public), policy, now=NOW) == []
    late = freshness(Folder(public), policy, now=NOW + timedelta(hours=1))
    assert [alarm.code for alarm in late] == ["E-MON-STALE"]


def test_the_command_says_alarm_and_answers_one(public: Path, tmp_path: Path) -> None:
    town = Town(trust_list(logs=[str(log_signer().key)]))
    publish(tmp_path / "fork", Batch((town.trust,)), log_signer(), now=NOW)
    assert CliRunner().invoke(monitor, [str(tmp_path / "fork")]).exit_code == 0
    (tmp_path / "outbox").mkdir()
    arguments = [
        str(tmp_path / "fork"),
        "--as",
        "gsb:0599",
        "--outbox",
        str(tmp_path / "outbox"),
        "--copy",
        str(public),
    ]
    assert CliRunner().invoke(monitor, arguments).exit_code == 0
    state_file(tmp_path / "fork").unlink()
    shutil.rmtree(tmp_path / "fork")
    other = Town(trust_list(expected=[]))
    publish(tmp_path / "fork", Batch((other.trust,)), log_signer(), now=NOW)
    result = CliRunner().invoke(monitor, arguments)
    assert (result.exit_code, "E-MON-FORK" in result.output) == (1, True)
