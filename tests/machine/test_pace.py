"""Somebody who falls silent, or drips, is given up in time; whoever keeps pace is read to the end (security.md 5.4, attack 103)."""

import threading
import time
from collections.abc import Callable

import pytest

from waarmerk.machine.pace import BLOCK, MIB, paced

SECONDS = 0.2


def read_all(read: Callable[[int], bytes], seconds: float = SECONDS) -> tuple[bytes, float]:
    began = time.monotonic()
    return b"".join(paced(read, seconds=seconds)), time.monotonic() - began


def test_what_keeps_pace_is_read_to_its_end() -> None:
    left = [b"a" * BLOCK, b"b" * 10, b""]
    assert read_all(lambda size: left.pop(0))[0] == b"a" * BLOCK + b"b" * 10


def test_attack_103_a_sender_that_falls_silent_is_given_up_in_time() -> None:
    silent = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        read_all(lambda size: b"x"[silent.wait(20) :])
    assert SECONDS <= time.monotonic() - began < 10
    silent.set()


def test_attack_103_a_byte_at_a_time_does_not_keep_a_line_open() -> None:
    left = [b"x"] * 100 + [b""]

    def drip(size: int) -> bytes:
        time.sleep(SECONDS / 10)
        return left.pop(0)

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        read_all(drip)
    assert time.monotonic() - began < 10


def test_time_grows_with_what_came() -> None:
    """Four mebibytes may take five times as long as the start."""
    blocks = [bytes(MIB)] * 4 + [b""]

    def slow(size: int) -> bytes:
        time.sleep(SECONDS * 0.6)
        return blocks.pop(0)

    data, took = read_all(slow)
    assert (len(data), took > 2 * SECONDS) == (4 * MIB, True)


def test_a_line_that_breaks_is_said() -> None:
    def broken(size: int) -> bytes:
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        read_all(broken)
