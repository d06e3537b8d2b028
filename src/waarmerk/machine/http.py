"""Bounded HTTP for ``send``: one request, an answer of limited size, ``Unreachable`` when there is none."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import SplitResult, urlencode, urlsplit

from waarmerk.errors import Unreachable, WrongUse

TIMEOUT = 60
MAX_SHOWN = 200
"""Signs of an address in a message."""
MAX_ANSWER = 8 << 20
"""The largest answer is a trust list."""
ANSWER_SECONDS = 180
"""From the last byte sent to the last byte of the answer, however steadily a server drips."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def value(self) -> dict[str, Any]:
        """Return a JSON answer; empty when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, UnicodeDecodeError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def is_address(text: str) -> bool:
    """Whether a target is a web address (else it is a folder)."""
    return text.startswith(("http://", "https://"))


def request(
    method: str, url: str, body: BinaryIO | None = None, *, length: int = 0, more: Mapping[str, str] | None = None
) -> Answer:
    """Send one request, with ``more`` headers, and return the answer, whatever its status.

    Raises ``Unreachable`` and ``WrongUse``.
    """
    connection, parts = _connection(url)
    headers = dict(more or {})
    if body is not None:
        headers |= {"Content-Length": str(length), "Content-Type": "application/octet-stream"}
    try:
        # A server that refuses a large body answers before it has read it: the answer is there although sending broke off.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, parts.path or "/", body=body, headers=headers)
        with _in_time(connection.sock):
            response = connection.getresponse()
            data = response.read(MAX_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{parts.scheme}://{parts.netloc}: {error}") from None
    finally:
        connection.close()
    if len(data) > MAX_ANSWER:
        raise Unreachable(f"{parts.netloc} answered with more than {MAX_ANSWER} bytes")
    return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)


def _connection(url: str) -> tuple[http.client.HTTPConnection, SplitResult]:
    """Return the connection for an address, not yet made; ``WrongUse`` when it is no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
        if not (parts.scheme in ("http", "https") and host and parts.path.isascii() and host.isprintable()):
            raise ValueError
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=TIMEOUT), parts
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context), parts
    except (ValueError, http.client.InvalidURL):
        raise WrongUse(f"{url[:MAX_SHOWN]} is not a web address: https://name, perhaps with :port") from None


@contextmanager
def _in_time(connected: socket.socket | None) -> Iterator[None]:
    """Break a connection off when the block takes longer than :data:`ANSWER_SECONDS`; reading from it then ends."""

    def end() -> None:
        with suppress(OSError):
            if connected is not None:
                connected.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(ANSWER_SECONDS, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


class Visitor:
    """A person at a browser, as far as forms go: keeps cookies, sends what a browser sends, follows redirects itself."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None, "")

    def post(self, path: str, fields: Mapping[str, str], uploads: Mapping[str, bytes] | None = None) -> Answer:
        """Send a form, with files or without, and open the page it leads to."""
        if uploads:
            body, kind = _multipart(fields, uploads)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        answer = self._ask("POST", path, body, kind)
        return self.get(answer.headers["location"]) if answer.status in (302, 303) else answer

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> Answer:
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "Origin": self.base, "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            data = response.read(MAX_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{self.base}: {error}") from None
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)


def _multipart(fields: Mapping[str, str], uploads: Mapping[str, bytes]) -> tuple[bytes, str]:
    boundary = "----waarmerk-form"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, data in uploads.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
