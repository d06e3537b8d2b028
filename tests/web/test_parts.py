"""Envelopes in parts, cut at any byte and continued; limits per address (security.md 3.15, 5.3, 5.4; attacks 103, 119)."""

import base64
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.dossier.house import Sent
from tests.office import Office, Service
from tests.web.post import Post, Reply, ask, put
from waarmerk.errors import Unreachable
from waarmerk.machine import files, http
from waarmerk.office import sending
from waarmerk.office.outbox import Outbox
from waarmerk.office.store import PART
from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.web.limits import ADDRESSES, BYTES_AN_HOUR, HOUR, REFUSED_AN_HOUR, Limits
from waarmerk.wire.digests import sha256

LARGE = 2 * PART + 12_345


@pytest.fixture
def large(post: Post) -> Sent:
    return post.test(random.Random(1).randbytes(LARGE))  # noqa: S311 -- the same bytes each time


def inbox(sent: Sent, more: str = "") -> str:
    return f"/api/v1/inbox/{sha256(sent.sealed)}{more}"


def part(service: Service, sent: Sent, number: int) -> Reply:
    body = sent.sealed[(number - 1) * PART : number * PART]
    return ask(service.address, "PUT", inbox(sent, f"/parts/{number}"), body)


def test_parts_in_any_order_and_repeated_are_one_envelope(service: Service, large: Sent) -> None:
    for number, here in ((3, [3]), (1, [1, 3]), (3, [1, 3])):
        told = part(service, large, number)
        assert (told.status, told.value["parts"]) == (200, here)
    assert ask(service.address, "GET", inbox(large)).value["parts"] == [1, 3]
    early = ask(service.address, "POST", inbox(large, "/complete"))
    assert (early.status, early.value["code"]) == (422, "E-OUT-PARTS")
    part(service, large, 2)
    done = ask(service.address, "POST", inbox(large, "/complete"))
    assert (done.status, done.value["verdict"]) == (201, "received")
    again = ask(service.address, "POST", inbox(large, "/complete"))
    assert (again.status, again.value) == (200, done.value)
    assert part(service, large, 3).value == done.value


def test_parts_of_other_bytes_are_refused_and_forgotten(service: Service, large: Sent) -> None:
    for number in (1, 2, 3):
        body = large.sealed[(number - 1) * PART : number * PART]
        body = bytes([body[0] ^ (number == 2)]) + body[1:]
        ask(service.address, "PUT", inbox(large, f"/parts/{number}"), body)
    told = ask(service.address, "POST", inbox(large, "/complete"))
    assert (told.status, told.value["code"]) == (422, "E-OUT-ADDRESS")
    assert ask(service.address, "GET", inbox(large)).status == 404
    assert put(service.address, large.sealed).status == 201


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/parts/1", PART + 1, 413), ("/parts/97", 10, 413), ("/parts/0", 10, 404), ("/parts/1", None, 411)],
)
def test_attack_103_a_part_that_cannot_be_one_is_answered_before_it_is_read(
    service: Service, path: str, length: int | None, status: int
) -> None:
    announced = f"Content-Length: {length}\r\n" if length is not None else ""
    with socket.create_connection(("127.0.0.1", int(service.address.rpartition(":")[2])), timeout=5) as line:
        line.sendall(f"PUT /api/v1/inbox/{'0' * 64}{path} HTTP/1.1\r\nHost: localhost\r\n{announced}\r\n".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 %d " % status)


# --- the sender's program


class Relay:
    """Carries bytes to the service, and hangs up after so many of them, once for each number given."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.cuts = list(cuts)
        self.carried = 0
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._carry, args=[line], daemon=True).start()

    def _carry(self, line: socket.socket) -> None:
        with line, socket.create_connection(("127.0.0.1", self._target)) as target, suppress(OSError):
            back = threading.Thread(target=self._back, args=[target, line], daemon=True)
            back.start()
            while block := line.recv(65_536):
                self.carried += len(block)
                if self.cuts and self.carried >= self.cuts[0]:
                    self.cuts.pop(0)
                    line.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)
            back.join()

    def _back(self, target: socket.socket, line: socket.socket) -> None:
        with suppress(OSError):
            while block := target.recv(65_536):
                line.sendall(block)


@contextmanager
def relayed(service: Service, cuts: list[int]) -> Iterator[Relay]:
    relay = Relay(int(service.address.rpartition(":")[2]), cuts)
    try:
        yield relay
    finally:
        relay.close()


def filed(folder: Path, sent: Sent) -> Path:
    """The envelope as it lies in an outbox."""
    box = Outbox(folder)
    path = box.sealed(sent.manifest)
    files.put_new(path, sent.sealed)
    files.put_new(path.with_suffix(".tar"), Signed(MANIFEST, sent.manifest.data, {}).to_bytes())
    return path


def test_an_upload_cut_at_any_byte_goes_on_where_it_was(
    service: Service, post: Post, large: Sent, tmp_path: Path
) -> None:
    chance = random.Random(15)  # noqa: S311 -- the same cuts each time
    cuts = sorted([1_000, *(chance.randrange(PART, len(large.sealed) + PART) for _ in range(4))])
    envelope = filed(tmp_path, large)
    with relayed(service, cuts) as relay:
        said = sending.by_network(envelope, relay.address, post.trust, patience=60, wait=lambda seconds: None)
    assert said is not None
    assert said.receipt.manifest == large.manifest.sha256
    assert relay.cuts == []
    # What had arrived whole was not sent again: each cut costs one part at most.
    assert relay.carried < len(large.sealed) + (len(cuts) + 1) * PART


def test_a_receiver_that_never_answered_is_not_waited_for(service: Service, post: Post, tmp_path: Path) -> None:
    envelope = filed(tmp_path, post.test())
    waited: list[float] = []
    with pytest.raises(Unreachable):
        sending.by_network(envelope, "http://127.0.0.1:1", post.trust, patience=60, wait=waited.append)
    assert waited == []
    assert sending.by_network(envelope, service.address, post.trust) is not None


def test_send_shows_its_newest_receipt(service: Service, post: Post, tmp_path: Path) -> None:
    first, second = filed(tmp_path, post.test()), filed(tmp_path, post.test())
    for envelope in (first, second):
        assert sending.by_network(envelope, service.address, post.trust) is not None
    newest = sending.outbox_of(first).newest_receipt()
    assert newest is not None and newest.name.startswith(second.stem)
    assert base64.b64decode(sending.shown(newest)[sending.SHOWN]) == newest.read_bytes()


def test_on_a_stick_the_newest_receipt_and_the_trust_list_go_along_and_are_shown(
    service: Service, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = filed(tmp_path / "box", post.test()), filed(tmp_path / "box", post.test())
    said = sending.by_network(first, service.address, post.trust)
    assert said is not None
    stick = tmp_path / "stick"
    stick.mkdir()
    copy = sending.by_stick(second, stick, post.office.folder / "trust")
    newest = copy.with_suffix(sending.NEWEST)
    assert {path.name for path in stick.iterdir()} == {copy.name, newest.name, "trust-list-1.tar"}
    assert newest.read_bytes() == said.path.read_bytes()
    shown: list[object] = []
    real = http.request

    def request(*arguments: Any, more: Any = None, **named: Any) -> http.Answer:
        shown.append(more)
        return real(*arguments, more=more, **named)

    monkeypatch.setattr(http, "request", request)
    brought = sending.carry(copy, service.address)
    assert brought is not None
    assert shown[0] == sending.shown(newest)
    assert [said.receipt.sequence for said in sending.receipts_on_stick(second, stick, post.trust)] == [
        brought.receipt.sequence
    ]


# --- limits per address


def test_an_address_whose_uploads_are_refused_waits_and_others_do_not(service: Service, post: Post) -> None:
    def upload(data: bytes, forwarded: str) -> Reply:
        return ask(
            service.address,
            "PUT",
            f"/api/v1/inbox/{sha256(data)}",
            data,
            {"X-Forwarded-For": f"198.51.100.9, {forwarded}"},
        )

    good = [post.test() for _ in range(3)]
    assert upload(good[0].sealed, "192.0.2.7").status == 201
    answers = [upload(b"junk %d" % n, "192.0.2.7").status for n in range(REFUSED_AN_HOUR + 1)]
    assert answers == [422] * REFUSED_AN_HOUR + [429]
    limited = upload(good[1].sealed, "192.0.2.7")
    assert (limited.status, limited.headers["retry-after"], limited.value["code"]) == (429, "600", "HTTP-429")
    assert upload(good[1].sealed, "192.0.2.8").status == 201
    assert put(service.address, good[2].sealed).status == 201


def test_a_limit_ends_after_an_hour_and_authentic_bytes_never_count() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    limits.count("a", uploads=0, size=BYTES_AN_HOUR)
    assert limits.exceeded("a")
    limits.count("a", uploads=0, size=-BYTES_AN_HOUR)
    assert not limits.exceeded("a")
    for _ in range(REFUSED_AN_HOUR):
        limits.count("a", uploads=1, size=1)
    assert (limits.exceeded("a"), limits.exceeded("b")) == (True, False)
    now[0] = HOUR + 1
    assert not limits.exceeded("a")


def test_addresses_that_are_remembered_are_bounded() -> None:
    limits = Limits(lambda: 0.0)
    for number in range(ADDRESSES + 5):
        limits.count(str(number), uploads=REFUSED_AN_HOUR, size=0)
    assert len(limits._seen) == ADDRESSES
    assert (limits.exceeded("0"), limits.exceeded(str(ADDRESSES + 4))) == (False, True)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "", ""),
        ("::1", "", ""),
        ("127.0.0.1", "10.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "10.0.0.1", "192.0.2.7"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("127.0.0.1", "nonsense", ""),
    ],
)
def test_only_a_proxy_on_this_machine_says_who_sends(office: Office, peer: str, forwarded: str, address: str) -> None:
    from waarmerk.web import database

    database.prepare(office.folder / "csb", "csb:kiesraad")
    from django.test import RequestFactory

    from waarmerk.web.limits import address_of

    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == address
