"""Work on many files with all cores of this machine, and a bar that shows how far it is.

The work is a plain function of one item; it runs in a child process, results come back in the order of the items, and one
item that fails stops nothing else: it is the work that turns its failures into values. What the items are is known elsewhere.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TextIO, TypeVar

from waarmerk.errors import WrongUse

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items given out per core before the first result is taken: enough to keep all busy, and results stay few in memory."""
ALONE = 2
"""With fewer items than this, starting a process costs more than it saves."""
BAR = 30
QUIET = 1.0
"""Seconds before a bar appears; shorter work shows none."""


def each(work: Callable[[Item], Result], items: Sequence[Item], *, cores: int | None = None) -> Iterator[Result]:
    """Yield ``work(item)`` of every item, in order, worked out on ``cores`` processes (all when left out).

    ``work`` and what it takes and returns must be picklable. What it raises is raised here, when its turn comes.
    """
    number = min(cores or available(), len(items))
    if number < ALONE:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(number, _context()) as pool:
        waiting: list[Future[Result]] = []
        todo = iter(items)
        try:
            for item in todo:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= number * AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def available() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def files(paths: Sequence[Path], endings: Sequence[str]) -> Iterator[Path]:
    """Yield the files below folders whose names end so (in any case), sorted; a path that is no folder is given as it is."""
    for path in paths:
        if path.is_dir():
            try:
                inside = [found for found in path.rglob("*") if found.suffix.lower() in endings and found.is_file()]
            except RecursionError:
                raise WrongUse(f"{path} has folders in folders without end; give the folder with the files") from None
            yield from sorted(inside)
        else:
            yield path


class Progress:
    """A bar on stderr for long work; nothing when nobody watches."""

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._shown = ""
        self._watched = self._out.isatty()

    def step(self, label: str = "") -> None:
        """One item is done; ``label`` names it."""
        self._done += 1
        if self._watched and time.monotonic() - self._began >= QUIET:
            filled = BAR * self._done // max(self._total, 1)
            name = label if label.isprintable() else ascii(label)
            self._show(f"[{'#' * filled}{' ' * (BAR - filled)}] {self._done}/{self._total} {name[-40:]}")

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._show("")
            self._shown = ""

    def _show(self, line: str) -> None:
        self._out.write("\r" + line.ljust(len(self._shown)) + ("\r" if not line else ""))
        self._out.flush()
        self._shown = line


def _context() -> multiprocessing.context.BaseContext:
    """Forking is fast and safe with one thread only; otherwise start fresh processes."""
    if "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
