"""The whole service is killed at random moments while envelopes come in; their sender repeats (attack 69)."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.office import CSB, Office
from tests.web.conftest import fresh
from tests.web.post import Post, ask, put
from waarmerk.cli.demo import free_port
from waarmerk.dossier.acts import Act
from waarmerk.dossier.fold import fold
from waarmerk.wire.digests import sha256

ROUNDS = 8
PATIENCE = 90


@contextmanager
def running(office: Office, port: int) -> Iterator[int]:
    """The service as a group of processes, until it is killed."""
    command = [sys.executable, "-m", "waarmerk", "serve", "--as", CSB, "--folder", "csb", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=office.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Carrier(threading.Thread):
    """Brings one envelope after the other, each until it has a receipt, and remembers every receipt that was given."""

    def __init__(self, post: Post, address: str) -> None:
        super().__init__(daemon=True)
        self.post = post
        self.address = address
        self.stop = threading.Event()
        self.sent: list[str] = []
        self.receipts: dict[str, set[bytes]] = {}

    def run(self) -> None:
        while not self.stop.is_set():
            sent = self.post.test(b"%d" % len(self.sent))
            digest = sent.manifest.sha256
            while not self.bring(sent.sealed, digest):
                self.stop.wait(0.02)
            self.sent.append(digest)

    def bring(self, sealed: bytes, digest: str) -> bool:
        try:
            answer = put(self.address, sealed)
            if answer.status not in (200, 201):
                return False
            self.receipts.setdefault(digest, set()).add(ask(self.address, "GET", answer.value["receipt"]).body)
        except OSError:
            return False
        except Exception:
            # Cut off in the middle of an answer: the sender knows nothing and repeats.
            return False
        return True


@pytest.mark.slow
def test_attack_69_killed_at_any_moment_nothing_is_lost_or_done_twice(first_office: Office, tmp_path: Path) -> None:
    office = fresh(first_office, tmp_path / "office")
    port = free_port()
    carrier = Carrier(Post(office), f"http://localhost:{port}")
    carrier.start()
    moments = random.Random(69)  # noqa: S311 -- the same moments each time
    for number in range(ROUNDS):
        before = len(carrier.sent)
        with running(office, port):
            until = time.monotonic() + PATIENCE
            while len(carrier.sent) == before and time.monotonic() < until:
                time.sleep(0.01)
            assert len(carrier.sent) > before, f"round {number}: nothing came in"
            time.sleep(moments.random() * 0.5)
    with running(office, port):
        carrier.stop.set()
        carrier.join(PATIENCE)
        assert not carrier.is_alive()
        for digest in carrier.sent:
            carrier.receipts[digest].add(ask(carrier.address, "GET", f"/api/v1/receipts/{digest}/1").body)
        assert {digest: len(given) for digest, given in carrier.receipts.items()} == dict.fromkeys(carrier.sent, 1)
        assert list((office.folder / "csb" / "spool").iterdir()) == []
    acts = list(read_acts(office))
    assert [act.object for act in acts if act.action == "received"] == carrier.sent
    dossier = fold(acts)
    assert [len(dossier.receipts[digest]) for digest in carrier.sent] == [1] * len(carrier.sent)
    for state in dossier.deliveries.values():
        sealed = office.folder / "csb" / "sealed" / f"{state.arrival.sealed}.sealed"
        assert sha256(sealed.read_bytes()) == state.arrival.sealed


def read_acts(office: Office) -> Iterator[Act]:
    with sqlite3.connect(office.folder / "csb" / "waarmerk.sqlite3") as database:
        for (body,) in database.execute("select body from act order by sequence"):
            yield Act.from_bytes(body)
