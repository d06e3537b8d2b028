"""How fast a receiver takes in a country, alone and beside junk, and what junk costs it and its sender.

    .venv/bin/python -m benchmarks.intake [--envelopes 342] [--junk 1000]

342 envelopes of 2 MB come in, are verified, stored, read back and receipted by the real service, and as many again
beside 1,000 junk uploads of the same size, in turns, so that a busy machine weighs on both alike. Junk: no envelope at all, an
envelope with unknown signers, one with a signature too few. Processor seconds are those of the service and its children.
The examination of each delivery, a process of 0.3 s after its receipt, is in the processor figures and not in the receipts.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.office import Office
from tests.web.post import Post, ask, put
from tests.web.test_trouble import family

from waarmerk.web.limits import REFUSED_AN_HOUR
from waarmerk.wire.digests import sha256

MB = 2_000_000
ROUNDS = 6
EVERY = 0.25
"""Seconds between two envelopes: a country in a minute and a half, faster than any night."""
QUIET = 0.05
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--envelopes", type=int, default=342)
    parser.add_argument("--junk", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        office = Office(Path(place))
        with office.service() as service:
            run(Post(office), service.address, service.process.pid, asked.envelopes, asked.junk)


def run(post: Post, address: str, pid: int, envelopes: int, junk: int) -> None:
    """Take turns: a few envelopes alone, as many beside junk."""
    each = -(-2 * envelopes // ROUNDS)
    bad = [make() for make in makers(post).values()]
    seconds: dict[bool, list[float]] = {False: [], True: []}
    sent = [0]
    for number in range(ROUNDS):
        beside, turn = number % 2 == 1, [post.test(os.urandom(MB)).sealed for _ in range(each)]
        rate = junk / (ROUNDS // 2) / (len(turn) * EVERY)
        flood = threading.Thread(target=send_junk, args=[address, bad, sent, rate, len(turn) * EVERY])
        if beside:
            flood.start()
        for began in paced(len(turn), EVERY):
            answer = put(address, turn.pop(0))
            seconds[beside].append(time.perf_counter() - began)
            assert answer.status in (201, 202), answer
        if beside:
            flood.join()
    print(f"{sent[0]} junk uploads beside {len(seconds[True])} envelopes")
    for beside, taken in seconds.items():
        print(
            f"{'beside junk' if beside else 'alone':12} {len(taken)} envelopes of {MB / 1e6:.0f} MB: "
            f"{statistics.mean(taken) * 1000:.0f} ms each, median {statistics.median(taken) * 1000:.0f} ms"
        )
    while not quiet(pid):
        pass
    for name, make in makers(post).items():
        cost(address, pid, name, make)


def paced(number: int, every: float) -> Iterator[float]:
    """Yield at even distances, as far as whoever is asked keeps up."""
    began = time.perf_counter()
    for n in range(number):
        time.sleep(max(0.0, began + n * every - time.perf_counter()))
        yield time.perf_counter()


def send_junk(address: str, bad: list[bytes], sent: list[int], rate: float, seconds: float) -> None:
    """Send junk at an even rate, from as many addresses as it takes for each to be judged and none to be limited."""
    with ThreadPoolExecutor(8) as pool:
        for _ in paced(round(rate * seconds), 1 / rate):
            sent[0] += 1
            pool.submit(upload, address, bad[sent[0] % len(bad)], f"10.0.0.{sent[0] // (REFUSED_AN_HOUR - 1)}")


def upload(address: str, sealed: bytes, of: str) -> None:
    """Send one, through a proxy on this machine."""
    answer = ask(address, "PUT", f"/api/v1/inbox/{sha256(sealed)}", sealed, {"X-Forwarded-For": of})
    assert answer.status == 422, answer


def quiet(pid: int) -> bool:
    """Whether the service does nothing any more: the examinations are done."""
    before = used(pid)
    time.sleep(2)
    return used(pid) - before < QUIET


def makers(post: Post):  # type: ignore[no-untyped-def]
    """How a sender makes each kind of junk of 2 MB: unlimited in number, so it must make each anew."""

    def envelope(keys: list[str]) -> bytes:
        note = os.urandom(MB)
        return post.seal(
            post.sender.draft("result", files={"note": note}, election="TK2023"), {"note": note}, keys
        ).sealed

    return {
        "no envelope": lambda: b"junk" + os.urandom(MB),
        "unknown signers": lambda: envelope(["x", "y"]),
        "one signature": lambda: envelope(["a"]),
    }


def cost(address: str, pid: int, name: str, make, number: int = 40) -> None:  # type: ignore[no-untyped-def]
    """Print processor milliseconds of receiver and sender for one junk upload."""
    before, began = used(pid), time.process_time()
    for _ in range(number):
        put(address, make())
    ours, theirs = used(pid) - before, time.process_time() - began
    print(
        f"junk, {name:16} receiver {ours / number * 1000:.1f} ms, sender {theirs / number * 1000:.1f} ms of a processor"
    )


def used(pid: int) -> float:
    """Processor seconds of the service and the children that live."""
    return sum(seconds_of(number) for number in pids(pid))


def pids(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for number, _ in family(pid):
        yield number


def seconds_of(pid: int) -> float:
    """User and system time of one process, with its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[n]) for n in (11, 12, 13, 14)) / TICK


if __name__ == "__main__":
    main()
