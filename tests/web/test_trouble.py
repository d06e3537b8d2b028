"""The service in trouble: a full disk, a keeper that is killed, a stop (security.md 5.1; attacks 69 and 115)."""

import os
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.office import Office, Service
from tests.web.conftest import fresh
from tests.web.post import Post, ask, put
from waarmerk.cli.demo import wait_for
from waarmerk.errors import BadData
from waarmerk.office import store
from waarmerk.wire.digests import sha256

NO_ROOM = 4_096
"""Bytes that a file may have: what a full disk does, for one process."""


def family(pid: int) -> Iterator[tuple[int, str]]:
    """All processes below one, with their command lines."""
    for child in Path(f"/proc/{pid}/task").glob("*/children"):
        for number in child.read_text().split():
            yield int(number), Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ")
            yield from family(int(number))


def keeper_of(service: Service) -> int:
    return next(pid for pid, command in family(service.process.pid) if "waarmerk.office.keeper" in command)


def worker_of(service: Service) -> int:
    """The process that answers requests: forked by the one that was started."""
    return next(pid for pid, command in family(service.process.pid) if " serve " in command)


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (NO_ROOM, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def spool(office: Office) -> list[Path]:
    return list((office.folder / "csb" / "spool").iterdir())


def test_attack_115_a_full_disk_while_bytes_arrive(service: Service, office: Office, post: Post) -> None:
    sent = post.test(bytes(50_000))
    with full_disk(worker_of(service)):
        answer = put(service.address, sent.sealed)
    assert (answer.status, answer.value["code"], spool(office)) == (507, "E-SYS-STORAGE", [])
    assert put(service.address, sent.sealed).status == 201


def test_attack_115_a_full_disk_while_files_are_laid_out(service: Service, office: Office, post: Post) -> None:
    sent = post.test(bytes(50_001))
    put(service.address, b"junk, so that the keeper runs")
    before = ask(service.address, "GET", "/api/v1/status").value["deliveries"]
    with full_disk(keeper_of(service)):
        answer = put(service.address, sent.sealed)
    assert (answer.status, answer.value["code"], spool(office)) == (507, "E-SYS-STORAGE", [])
    assert ask(service.address, "GET", "/api/v1/status").value["deliveries"] == before
    assert put(service.address, sent.sealed).status == 201


def test_attack_115_a_full_disk_while_the_number_is_consumed(first_office: Office, tmp_path: Path) -> None:
    """The keeper has room, the database has none."""
    office = fresh(first_office, tmp_path / "office")
    post = Post(office)
    sent = post.test(b"small")
    with office.service() as service:
        database = office.folder / "csb" / "waarmerk.sqlite3"
        sizes = [
            path.stat().st_size for path in (database, database.with_name(database.name + "-wal")) if path.exists()
        ]
        pid = worker_of(service)
        soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (max(min(sizes), len(sent.sealed) + 1), hard))
        answer = put(service.address, sent.sealed)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        assert (answer.status, answer.value["code"]) == (507, "E-SYS-STORAGE")
        assert ask(service.address, "GET", "/api/v1/status").value["act"] == 0
        assert put(service.address, sent.sealed).status == 201


def test_after_its_keeper_was_killed_the_next_delivery_is_received(service: Service, post: Post) -> None:
    put(service.address, b"junk, so that the keeper runs")
    os.kill(keeper_of(service), signal.SIGKILL)
    assert put(service.address, post.test().sealed).status == 201


def test_a_keeper_that_is_killed_at_work_costs_nobody_a_delivery(service: Service, post: Post) -> None:
    put(service.address, b"junk, so that the keeper runs")
    keeper = keeper_of(service)
    os.kill(keeper, signal.SIGSTOP)
    answers = []
    sent = post.test()
    sending = threading.Thread(target=lambda: answers.append(put(service.address, sent.sealed)))
    sending.start()
    wait_for(lambda: Path(f"/proc/{keeper}/stat").read_text().split()[2] == "T" and spool(post.office))
    os.kill(keeper, signal.SIGKILL)
    sending.join()
    assert answers[0].status == 201


def test_the_keys_are_with_the_keeper_alone(service: Service, post: Post) -> None:
    """Neither the environment nor the command line of a process says a secret."""
    put(service.address, post.test().sealed)
    for pid, command in family(service.process.pid):
        said = command + Path(f"/proc/{pid}/environ").read_text()
        assert "AGE-SECRET-KEY" not in said
        assert "PRIVATE KEY" not in said


def test_a_stop_ends_everything(first_office: Office, tmp_path: Path) -> None:
    office = fresh(first_office, tmp_path / "office")
    with office.service() as service:
        put(service.address, Post(office).test().sealed)
        started = [pid for pid, _ in family(service.process.pid)]
        assert len(started) >= 2
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


def test_attack_126_without_keys_it_is_stored_and_not_yet_opened_and_later_received(
    first_office: Office, tmp_path: Path
) -> None:
    office = fresh(first_office, tmp_path / "office")
    keys, away = office.folder / "csb" / "keys", office.folder / "away"
    keys.rename(away)
    sent = Post(office).test()
    with office.service() as service:
        answer = put(service.address, sent.sealed)
        assert (answer.status, answer.value["state"], answer.value["code"]) == (202, "stored", "E-SYS-KEYS")
        assert ask(service.address, "GET", f"/api/v1/inbox/{sha256(sent.sealed)}").status == 202
    with office.service() as service:
        # A restart loses nothing of it either; the session's own secret is the only thing in `keys` so far.
        assert ask(service.address, "GET", "/api/v1/status").value["stored"] == 1
        for key in away.iterdir():
            key.rename(keys / key.name)
        known = f"/api/v1/inbox/{sha256(sent.sealed)}"
        wait_for(lambda: ask(service.address, "GET", known).status == 200)
        assert ask(service.address, "GET", known).value["verdict"] == "received"
        assert ask(service.address, "GET", "/api/v1/status").value["stored"] == 0


def test_attack_126_a_spool_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SPOOL", 100)
    kept = store.Store(tmp_path)
    kept.spool(iter([bytes(90)]), length=90, digest=sha256(bytes(90)))
    kept.wait(sha256(bytes(90)))
    with pytest.raises(BadData, match="E-SYS-STORAGE"):
        kept.spool(iter([bytes(11)]), length=11, digest=sha256(bytes(11)))
    with pytest.raises(BadData, match="E-SYS-STORAGE"):
        kept.spool_part(iter([bytes(11)]), 1, length=11, digest="0" * 64)


@pytest.mark.parametrize("missing", ["root-card.json", "1.tar"])
def test_a_service_without_a_list_refuses_and_consumes_nothing(
    first_office: Office, tmp_path: Path, missing: str
) -> None:
    office = fresh(first_office, tmp_path / "office")
    sent = Post(office).test()
    (office.folder / "csb" / "trust" / missing).unlink()
    if missing == "root-card.json":
        assert office.run("serve", "--as", "csb:kiesraad", "--folder", "csb", "--port", "1").returncode == 2
        return
    with office.service() as service:
        answer = put(service.address, sent.sealed)
        assert (answer.status, answer.value["code"], answer.headers["retry-after"]) == (503, "E-TRU-NONE", "600")
        assert spool(office) == []
