"""The intake of the real service: what comes in, what is said, what is kept (security.md 3.15; attacks 60, 61, 68, 103, 118)."""

import json
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.dossier.house import eml
from tests.office import CSB, Office, Service
from tests.web.post import SOON, Post, ask, put
from waarmerk.cli.demo import wait_for
from waarmerk.errors import BadData
from waarmerk.machine import clock, files
from waarmerk.office.store import RING, RING_BYTES, Store
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, TRUST_LIST, Signed
from waarmerk.seal.limits import MAX_SEALED
from waarmerk.web import database
from waarmerk.web.openapi import DOCUMENT
from waarmerk.wire.digests import sha256

INBOX = "/api/v1/inbox/"
HANGING = 200
TOO_MANY = 270
"""More than the threads that answer."""


def test_attack_60_twenty_at_once_are_one_consumption_and_one_receipt(service: Service, post: Post) -> None:
    sent = post.test()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: put(service.address, sent.sealed), range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    addresses = {answer.value["receipt"] for answer in answers}
    assert len(addresses) == 1
    receipts = {ask(service.address, "GET", address).body for address in [*addresses] * 5}
    assert len(receipts) == 1
    said = receipt.check(Signed.from_bytes(receipts.pop(), RECEIPT), post.trust)
    assert (said.verdict, said.manifest) == (receipt.Verdict.RECEIVED, sent.manifest.sha256)
    with sqlite3.connect(post.office.folder / "csb" / "waarmerk.sqlite3") as database:
        used = database.execute("select count(*) from consumed where manifest = ?", [sent.manifest.sha256]).fetchone()
    assert used == (1,)


def test_attack_61_sealed_again_it_gets_the_same_receipt(service: Service, post: Post) -> None:
    sent = post.test()
    first = put(service.address, sent.sealed)
    again = post.seal(sent.manifest, {"note": b"does the line work?"})
    second = put(service.address, again.sealed)
    assert (first.status, second.status) == (201, 200)
    assert first.value == second.value


def test_known_bytes_are_told_of_without_sending_them(service: Service, post: Post) -> None:
    sent = post.test()
    told = put(service.address, sent.sealed).value
    assert ask(service.address, "GET", INBOX + sha256(sent.sealed)).value == told
    assert ask(service.address, "GET", INBOX + "0" * 64).status == 404


def test_attack_68_bad_content_has_a_second_receipt_and_the_next_number_goes_on(service: Service, post: Post) -> None:
    bad = post.next("result", {"eml-510b": b"<EML/>"})
    base = put(service.address, bad.sealed).value["receipt"].rpartition("/")[0]
    wait_for(lambda: ask(service.address, "GET", f"{base}/2").status == 200)
    newest = ask(service.address, "GET", base)
    assert newest.body == ask(service.address, "GET", f"{base}/2").body
    said = receipt.check(Signed.from_bytes(newest.body, RECEIPT), post.trust)
    assert said.verdict is receipt.Verdict.REJECTED
    assert put(service.address, post.test().sealed).value["verdict"] == "received"
    assert ask(service.address, "GET", f"{base}/3").status == 404


def test_the_head_of_a_stream_is_the_receipt_of_what_was_consumed_last(service: Service, post: Post) -> None:
    sent = post.test()
    told = put(service.address, sent.sealed).value
    head = ask(service.address, "GET", "/api/v1/streams/TK2023/gsb:0599/1")
    assert head.body == ask(service.address, "GET", told["receipt"]).body
    for other in ("TK2024/gsb:0599/1", "TK2023/gsb:0363/1", "TK2023/gsb:0599/2", "x/y/99999999999999999999"):
        assert ask(service.address, "GET", f"/api/v1/streams/{other}").status == 404


def test_trust_lists_are_given_as_they_were_signed(service: Service, office: Office) -> None:
    newest, first = (ask(service.address, "GET", f"/api/v1/trust-lists/{which}") for which in ("latest", "1"))
    assert newest.body == first.body == (office.folder / "csb" / "trust" / "1.tar").read_bytes()
    assert Signed.from_bytes(newest.body, TRUST_LIST).signatures
    assert ask(service.address, "GET", "/api/v1/trust-lists/2").status == 404


def test_downloads_of_the_intake_are_attachments(service: Service, post: Post) -> None:
    told = put(service.address, post.test().sealed).value
    answer = ask(service.address, "GET", told["receipt"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
        "application/x-tar",
        "nosniff",
    )


def test_status_says_who_listens_and_nothing_of_votes(service: Service) -> None:
    value = ask(service.address, "GET", "/api/v1/status").value
    assert (value["authority"], value["election"], value["environment"]) == (CSB, "TK2023", "exercise")
    assert "votes" not in json.dumps(value)


# --- refused before it was authentic


def raw(service: Service, data: bytes) -> bytes:
    """Send bytes as they are and return the first of the answer."""
    with socket.create_connection(("127.0.0.1", int(service.address.rpartition(":")[2])), timeout=SOON) as line:
        line.sendall(data)
        return line.recv(65_536)


def head(method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head("PUT", INBOX + "0" * 64), 411),
        (head("PUT", INBOX + "0" * 64, "Transfer-Encoding: chunked") + b"5\r\nhello\r\n", 411),
        (head("POST", "/nowhere", "Transfer-Encoding: chunked") + b"10000\r\n" + bytes(65_536) + b"\r\n", 411),
        (head("POST", "/nowhere", "Content-Length: 300000000"), 413),
        (head("PUT", INBOX + "0" * 64, f"Content-Length: {MAX_SEALED + 1}"), 413),
        (head("PUT", INBOX + "0" * 63, f"Content-Length: {MAX_SEALED + 1}"), 404),
        (head("PUT", INBOX + "0" * 64, "Content-Length: -1"), 400),
    ],
)
def test_attack_13_and_103_what_is_too_much_is_answered_before_the_body_is_read(
    service: Service, office: Office, request_: bytes, status: int
) -> None:
    assert raw(service, request_).startswith(b"HTTP/1.1 %d " % status)
    assert list((office.folder / "csb" / "spool").iterdir()) == []


def test_attack_103_bytes_under_another_digest_leave_nothing(service: Service, office: Office) -> None:
    answer = put(service.address, b"something", "0" * 64)
    assert (answer.status, answer.value["code"]) == (422, "E-OUT-ADDRESS")
    assert list((office.folder / "csb" / "spool").iterdir()) == []


def test_attack_103_a_body_without_end_is_given_up_with_the_first_byte_too_many(tmp_path: Path) -> None:
    store, taken = Store(tmp_path), []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield bytes(1_000)

    for spool in (lambda: store.spool(endless(), length=5_000, digest="0" * 64),
                  lambda: store.spool_part(endless(), 1, length=5_000, digest="0" * 64)):  # fmt: skip
        taken.clear()
        with pytest.raises(BadData, match="E-OUT-SIZE"):
            spool()
        assert len(taken) == 6
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_a_sender_that_stops_in_the_middle_leaves_nothing(service: Service, office: Office) -> None:
    with socket.create_connection(("127.0.0.1", int(service.address.rpartition(":")[2]))) as line:
        line.sendall(head("PUT", INBOX + "1" * 64, "Content-Length: 100000") + b"abc")
        wait_for(lambda: list((office.folder / "csb" / "spool").iterdir()))
    wait_for(lambda: not list((office.folder / "csb" / "spool").iterdir()))


def test_attack_103_two_hundred_hanging_uploads_keep_nobody_from_a_page_or_a_delivery(
    service: Service, post: Post
) -> None:
    port = int(service.address.rpartition(":")[2])
    lines = []
    try:
        for number in range(HANGING):
            line = socket.create_connection(("127.0.0.1", port))
            line.sendall(head("PUT", f"{INBOX}{number:064x}", "Content-Length: 1000000") + b"abc")
            lines.append(line)
        assert ask(service.address, "GET", "/").seconds < SOON
        answer = put(service.address, post.test().sealed)
        assert (answer.status, answer.seconds < SOON) == (201, True)
    finally:
        for line in lines:
            line.close()


def test_attack_103_beyond_the_uploads_at_a_time_one_is_told_to_come_back_and_pages_answer(service: Service) -> None:
    """More silent lines than the service has threads: those that are too many are answered at once."""
    port = int(service.address.rpartition(":")[2])
    lines = []
    try:
        for number in range(TOO_MANY):
            line = socket.create_connection(("127.0.0.1", port))
            line.sendall(head("PUT", f"{INBOX}{number:064x}", "Content-Length: 1000000") + b"abc")
            lines.append(line)
        assert ask(service.address, "GET", "/api/v1/status").seconds < SOON
        answer = put(service.address, b"x")
        assert (answer.status, answer.headers["retry-after"], answer.seconds < SOON) == (429, "600", True)
    finally:
        for line in lines:
            line.close()


def test_attack_103_a_body_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.prepare(tmp_path, CSB)
    from waarmerk.web import intake

    silent = threading.Event()

    class Dripping:
        def read(self, size: int) -> bytes:
            return b"" if silent.wait(20) else b"x"

    monkeypatch.setattr(intake, "SECONDS_PER_MIB", 0.1)
    with pytest.raises(BadData, match="E-OUT-AUTH"):
        list(intake._blocks(Dripping()))  # type: ignore[arg-type]
    silent.set()


def mutations(post: Post) -> list[tuple[str, bytes, str]]:
    good = post.sender.draft("test", files={"note": b"x"}, election="TK2023")
    sealed = post.seal(good, {"note": b"x"}).sealed
    middle = len(sealed) - 40
    other = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    return [
        ("empty", b"", "E-OUT-TYPE"),
        ("one byte", b"a", "E-OUT-TYPE"),
        ("a ZIP", b"PK\3\4" + bytes(100), "E-OUT-TYPE"),
        ("a PDF", b"%PDF-1.7\n", "E-OUT-TYPE"),
        ("armored", b"-----BEGIN AGE ENCRYPTED FILE-----\n", "E-OUT-TYPE"),
        ("an endless header", b"age-encryption.org/v1\n" + b"-" * 10_000_000, "E-OUT-HEADER"),
        ("a flipped byte", sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :], "E-OUT-AUTH"),
        ("cut off", sealed[:-10], "E-OUT-AUTH"),
        ("one more byte", sealed + b"\0", "E-OUT-AUTH"),
        ("for somebody else", post.seal(good, {"note": b"x"}, to=[other]).sealed, "E-OUT-NOKEY"),
        ("one signature too few", post.seal(post.sender.draft(election="TK2023"), RESULT, ["a"]).sealed, "E-SIG-THRESHOLD"),
        ("one person twice", post.seal(post.sender.draft(election="TK2023"), RESULT, ["b", "c"]).sealed, "E-SIG-SAMEPERSON"),
        ("a stranger", post.seal(good, {"note": b"x"}, ["a", "x"]).sealed, "E-SIG-UNKNOWN"),
        ("open", b"manifest.json\0" + bytes(2000), "E-TAR-HEADER"),
    ]  # fmt: skip


RESULT = {"eml-510b": eml()}


def test_each_flaw_has_its_code_and_consumes_nothing(service: Service, post: Post, office: Office) -> None:
    before = ask(service.address, "GET", "/api/v1/status").value["deliveries"]
    for name, sealed, code in mutations(post):
        answer = put(service.address, sealed)
        assert (name, answer.status, answer.value["code"], answer.seconds < SOON) == (name, 422, code, True)
        assert answer.value["title_nl"]
        assert answer.value["next_step"]
    assert ask(service.address, "GET", "/api/v1/status").value["deliveries"] == before
    assert list((office.folder / "csb" / "spool").iterdir()) == []


def test_attacks_1_2_and_122_a_step_that_fails_leaves_no_file_behind(
    service: Service, post: Post, office: Office
) -> None:
    """Files are written while the end is not proven: a flaw behind them takes them away again."""
    large = {"note": bytes(200_000)}
    made = post.sender.draft("test", files=large, election="TK2023")
    sealed = post.seal(made, large).sealed
    flaws = {
        sealed[:-5] + bytes([sealed[-5] ^ 1]) + sealed[-4:]: "E-OUT-AUTH",
        sealed[: -(len(sealed) % 65_536)]: "E-OUT-AUTH",
        post.seal(made, {"note": bytes(199_999) + b"x"}).sealed: "E-FIL-HASH",
    }

    def kept() -> list[str]:
        places = [office.folder / "csb" / name for name in ("spool", "waiting", "files", "manifests", "sealed")]
        return sorted(str(path) for place in places for path in place.rglob("*"))

    before, acts = kept(), ask(service.address, "GET", "/api/v1/status").value["act"]
    for altered, code in flaws.items():
        assert put(service.address, altered).value["code"] == code
    assert (kept(), ask(service.address, "GET", "/api/v1/status").value["act"]) == (before, acts)


def test_what_is_refused_says_nothing_but_its_code(service: Service) -> None:
    """Nobody learns about keys and lists by asking (security.md 3.18)."""
    answer = put(service.address, b"age-encryption.org/v1\n-> scrypt a 18\nAAAA\n--- \n")
    assert answer.value["code"] == "E-OUT-HEADER"
    assert "detail" not in answer.value


def test_a_disk_that_gives_other_bytes_back_costs_nobody_a_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step 12 of security.md 3.17: nothing is consumed, and the sender who repeats is served."""
    store, data, move = Store(tmp_path), bytes(100), files.move_new
    digest = sha256(data)

    def rotten(source: Path, target: Path) -> None:
        move(source, target)
        target.write_bytes(data[:-1] + b"\1")

    store.spool(iter([data]), length=len(data), digest=digest)
    with monkeypatch.context() as disk, pytest.raises(BadData, match="E-SYS-STORAGE"):
        disk.setattr(files, "move_new", rotten)
        store.keep(digest)
    assert not store.wherever(digest).exists()
    store.spool(iter([data]), length=len(data), digest=digest)
    store.keep(digest)
    store.keep(digest)  # after a crash in between it is there already
    assert store.sealed(digest).read_bytes() == data


def test_attack_119_the_ring_of_refusals_keeps_its_size(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(RING + 40):
        data = b"%d" % number
        if number == RING:
            data = bytes(70_000)
            store.spooled(sha256(data)).write_bytes(data)
        store.refuse(sha256(data), BadData("E-OUT-TYPE", "x" * 1000), clock.now())
    kept = list((store.folder / "refused").iterdir())
    assert len(kept) == RING
    assert max(path.stat().st_size for path in kept) < RING_BYTES + 1_000
    assert store.refused_codes() == {"E-OUT-TYPE": RING}
    assert Store(store.folder).refusals()[0].sha256 == sha256(b"%d" % (RING + 39))


def test_the_same_junk_from_many_at_once_is_refused_to_each(service: Service, office: Office) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: put(service.address, b"the same junk" * 5_000), range(40)))
    assert {answer.value["code"] for answer in answers} == {"E-OUT-TYPE"}
    assert list((office.folder / "csb" / "spool").iterdir()) == []


def test_attack_119_a_thousand_junk_uploads_hold_up_no_good_one(service: Service, post: Post) -> None:
    """Fifty here; the thousand are in the slow test of a night."""
    quiet = put(service.address, post.test().sealed).seconds
    with ThreadPoolExecutor(4) as pool:
        junk = [pool.submit(put, service.address, b"age-encryption.org/v1\n%d" % number) for number in range(50)]
        busy = put(service.address, post.test().sealed)
        assert {one.result().status for one in junk} == {422}
    assert (busy.status, busy.seconds < quiet + SOON) == (201, True)


# --- what is written down about it


def test_the_description_for_programs_names_exactly_the_addresses_that_exist(tmp_path: Path) -> None:
    database.prepare(tmp_path, CSB)
    from waarmerk.web import urls

    routes = {re.sub(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", r"<\1\2>", str(route.pattern)) for route in urls.urlpatterns}
    listed = {re.sub(r"<(\w+)>[^/]*", r"{\1}", route).strip("^$") for route in routes if "api/" in route}
    names = {"digest": "sha256", "number": "n"}
    listed = {"/" + re.sub(r"{(\w+)}", lambda m: "{" + names.get(m[1], m[1]) + "}", route) for route in listed}
    assert listed == set(DOCUMENT["paths"])


def test_the_description_is_served(service: Service) -> None:
    assert ask(service.address, "GET", "/openapi.json").value == DOCUMENT


def test_attack_113_the_database_refuses_to_change_or_delete_an_act(service: Service, office: Office) -> None:
    with sqlite3.connect(office.folder / "csb" / "waarmerk.sqlite3") as database:
        for change in ("update act set body = x'00'", "delete from act"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                database.execute(change)
