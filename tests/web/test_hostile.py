"""Junk of every kind to every address, with fixed seeds: always a code, words and a next step; never 500, never late."""

import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.zoo import fill
from tests.office import Service
from tests.web.post import SOON, Reply, ask
from tests.web.test_trouble import family
from waarmerk.machine import files, http

ROUNDS = 250
SMALL = 100 << 20
"""Bytes; of larger files nobody computes a digest here: they are refused on their beginning."""
HASH, JUNK_HASH = "0" * 64, "G" * 64
PATHS = (
    "/", "/findings", "/findings/1", "/style.css", "/healthz", "/openapi.json", "/enter/{junk}", "/{junk}",
    f"/deliveries/{HASH}", f"/deliveries/{JUNK_HASH}", f"/deliveries/{HASH}/files/{{junk}}", f"/deliveries/{HASH}/digest",
    f"/deliveries/{HASH}/totals", f"/deliveries/{HASH}/accept", f"/deliveries/{HASH}/accept.draft",
    f"/api/v1/inbox/{HASH}", f"/api/v1/inbox/{JUNK_HASH}", f"/api/v1/inbox/{HASH}/parts/1", f"/api/v1/receipts/{HASH}",
    f"/api/v1/receipts/{HASH}/9", f"/api/v1/receipts/{HASH}/99999999", "/api/v1/streams/{junk}/{junk}/1",
    "/api/v1/streams/TK2023/gsb:0599/{junk}", "/api/v1/trust-lists/{junk}", "/api/v1/trust-lists/999999", "/api/v1/status",
    "/api/{junk}", "/api/v1/status/", "//", "/static/../../etc/passwd", "/?lang={junk}", "/enter/?{junk}",
)  # fmt: skip
METHODS = ("GET", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "X")
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json",
    "text/plain; charset=utf-7", "application/x-www-form-urlencoded; charset=klingon", "multipart/form-data; boundary=\u00e9",
    "", ";;;", "x" * 3_000,
)  # fmt: skip
BODIES = (
    b"", b"\0", b"a=1&a=2", b"%", b"%ff=%00", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", b"--x--", b"{",
    b"[" * 9_000, b"<EML/>", b"PK\3\4" + bytes(200), b"age-encryption.org/v1\n-> X25519 a\n", b"manifest.json\0" + bytes(900),
    b"&" * 5_000,
)  # fmt: skip
STRANGE = {
    "Origin": ("null", "http://localhost", "{own}", "\x7f"), "Sec-Fetch-Site": ("none", "cross-site", "same-origin", "x" * 999),
    "Cookie": ("waarmerk=" + "a" * 500, "waarmerk=../../etc", "csrftoken=1; waarmerk_lang=%00", "=;=;;", "\u00e9=1"),
    "Host": ("localhost", "evil.example", "localhost:99999", "[::1]", "a b", "..", "@"),
    "Accept-Language": ("*", "xx-" + "y" * 500), "X-Forwarded-For": ("1.1.1.1",), "X-Forwarded-Host": ("evil.example",),
    "Range": ("bytes=0-1",), "If-Modified-Since": ("yesterday",), "Expect": ("nothing",), "Content-Encoding": ("gzip",),
    "X-HTTP-Method-Override": ("PUT",), "Content-MD5": ("x",), "Upgrade": ("websocket",), "Authorization": ("Basic eA==",),
}  # fmt: skip
JUNK = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%E2%80%AE",
    "a" * 2_000,
    "%0d%0aX:1",
    "-1",
    "1e9",
    "%D9%A3",
    "'--",
    "{{7*7}}",
    "%",
)


def requests(seed: int) -> Iterator[tuple[str, str, bytes | None, dict[str, str]]]:
    choice = random.Random(seed)  # noqa: S311 -- the same requests each time
    for _ in range(ROUNDS):
        path = choice.choice(PATHS)
        while "{junk}" in path:
            path = path.replace("{junk}", choice.choice(JUNK), 1)
        headers = {"Content-Type": choice.choice(TYPES)}
        for name in choice.sample(sorted(STRANGE), choice.randrange(4)):
            headers[name] = choice.choice(STRANGE[name])
        method = choice.choice(METHODS)
        yield method, path, choice.choice(BODIES) if method != "GET" else None, headers


def send(service: Service, inside: bool, seed: int) -> Iterator[tuple[object, Reply]]:
    for method, path, body, headers in requests(seed):
        given = {name: value.replace("{own}", service.address).encode("utf-8") for name, value in headers.items()}
        if inside:
            jar = "; ".join(f"{name}={value}" for name, value in service.person._cookies.items())
            given |= {"Cookie": jar.encode(), "Origin": service.address.encode()}
        yield (method, path, body, headers), ask(service.address, method, path, body, given)  # type: ignore[arg-type]


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_junk_to_every_address_is_answered_in_words(service: Service, seed: int, inside: bool) -> None:
    if inside and not service.person._cookies:
        service.enter()
    for asked, answer in send(service, inside, seed):
        assert (answer.status < 500, answer.seconds < SOON) == (True, True), asked
        assert b"Traceback" not in answer.body
        if answer.status >= 400 and asked[0] != "HEAD" and "server" in answer.headers:  # type: ignore[index]
            in_words(answer, asked)


def in_words(answer: Reply, asked: object) -> None:
    """A problem for programs, or a page for people."""
    if answer.headers["content-type"] == "application/problem+json":
        value = json.loads(answer.body)
        assert value["status"] == answer.status, asked
        words = [value["code"], value["title"], value["title_nl"], value["next_step"], value["next_step_nl"]]
        assert all(words), asked
        assert value["title"] != value["title_nl"], asked
    else:
        text = answer.body.decode()
        assert answer.headers["content-type"].startswith("text/html"), asked
        assert '<html lang="nl">' in text, asked
        assert "lang=en" in text, asked
        assert "<h1>" in text, asked


CODINGS = ("hex", "base64", "idna", "punycode", "zlib", "undefined", "utf-16", "utf-7", "rot13", "\0")


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_no_request_chooses_how_it_is_decoded(service: Service, kind: str) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n\xff%zz\r\n--x--\r\n'
    for coding in CODINGS:
        headers = {"Content-Type": f"{kind}; charset={coding}".encode(), "Origin": service.address.encode()}
        for path in ("/?lang=%ff", "/enter/x?lang=en", "/healthz?a=%80", "/nowhere?lang=%ff"):
            assert ask(service.address, "GET", path, None, headers).status < 500, (coding, path)
            assert ask(service.address, "POST", path, form, headers).status < 500, (coding, path)


def test_after_all_that_it_still_answers(service: Service) -> None:
    assert ask(service.address, "GET", "/healthz").body == b"ok\n"


def peak(service: Service) -> int:
    """KiB: the most memory that any process of the service ever had."""
    pids = [service.process.pid, *(pid for pid, _ in family(service.process.pid))]
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return max(int(re.findall(r"VmHWM:\s+(\d+)", text)[0]) for text in texts)


def test_any_file_to_the_intake_ends_in_a_code_soon_and_in_little_memory(service: Service, tmp_path: Path) -> None:
    fill(tmp_path)
    ask(service.address, "GET", "/api/v1/status")
    before = peak(service)
    for path in sorted((tmp_path / "zoo").iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        began = time.monotonic()
        with path.open("rb") as body:
            size = path.stat().st_size
            url = f"{service.address}/api/v1/inbox/{HASH if size > SMALL else files.sha256(path)}"
            answer = http.request("PUT", url, body, length=size)
        assert (path.name, answer.status) == (path.name, 422)
        assert re.fullmatch(r"E-(OUT|TAR|MAN)-[A-Z]+", answer.value()["code"]), path.name
        assert "detail" not in answer.value()
        assert time.monotonic() - began < SOON, path.name
    assert peak(service) - before < 100 << 10
