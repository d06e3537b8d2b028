"""What a server may do to its client: nothing but answer in time, or not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from waarmerk.errors import Unreachable, WrongUse
from waarmerk.machine import http


@contextmanager
def server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one connection that does this after it has read something."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                connected, _ = listening.accept()
                with connected:
                    connected.recv(65_536)
                    behave(connected)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def drip(piece: bytes) -> Callable[[socket.socket], None]:
    def behave(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" if piece == b"x" else b"")
        while True:
            connected.sendall(piece)
            time.sleep(0.05)

    return behave


@pytest.mark.parametrize("piece", [b"x", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_server_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch, piece: bytes) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.5)
    began = time.monotonic()
    with server(drip(piece)) as address:
        try:
            answer = http.request("GET", address)
            assert len(answer.body) < 100_000
        except Unreachable:
            pass
    assert time.monotonic() - began < 10


NO_ADDRESS = (
    "http://[",
    "http://a:b/",
    "http://a:99999999/",
    "http://a b/",
    "http://\x1b[2J",
    "http://a/é",
    "http://\udcff",
)


@pytest.mark.parametrize("address", [*NO_ADDRESS, "http://" + "a" * 9_000])
def test_what_is_no_web_address_is_said_so(address: str) -> None:
    with pytest.raises(WrongUse, match="is not a web address") as refused:
        http.request("GET", address)
    assert len(str(refused.value)) < 300
