"""Reading from somebody who may be slow or fall silent: one thread reads, the other gets blocks or gives up in time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

BLOCK = 1 << 18
AHEAD = 2
"""Blocks read before they are asked for."""
MIB = 1 << 20


def paced(read: Callable[[int], bytes], *, seconds: float) -> Iterator[bytes]:
    """Yield what ``read`` gives until its end; ``TimeoutError`` when a mebibyte takes longer than ``seconds`` on average.

    An ``OSError`` of ``read`` is raised here. Whoever closes the other end wakes a ``read`` that was given up.
    """
    pump = _Pump(read)
    began, seen = time.monotonic(), 0
    try:
        while block := pump.next(began + seconds * (1 + seen / MIB) - time.monotonic()):
            seen += len(block)
            yield block
    finally:
        pump.stop()


class _Pump:
    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._items: queue.Queue[bytes | OSError] = queue.Queue(AHEAD)
        self._stopped = False
        threading.Thread(target=self._run, daemon=True, name="pump").start()

    def next(self, seconds: float) -> bytes:
        try:
            item = self._items.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise TimeoutError("nothing came in time") from None
        if isinstance(item, OSError):
            raise item
        return item

    def stop(self) -> None:
        self._stopped = True
        # Room for the one block that the thread may be waiting to put.
        while not self._items.empty():
            self._items.get_nowait()

    def _run(self) -> None:
        try:
            block = b"first"
            while block and not self._stopped:
                block = self._read(BLOCK)
                self._items.put(block)
        except OSError as error:
            self._items.put(error)
