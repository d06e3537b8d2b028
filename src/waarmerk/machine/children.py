"""Child processes that answer questions, one JSON line each way. A child that dies is started again for the next question."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

Question = dict[str, Any]
MAX_LINE = 16 << 20
"""One answer: the largest holds the findings of a city."""


class Died(RuntimeError):
    """The child ended without an answer."""


class Child:
    """A lasting child process, ``python -m module arguments``; questions are asked one at a time."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: Question) -> Question:
        """Return the answer; :class:`Died` when the child ended instead, and the next question starts a new one."""
        with self._lock:
            process = self._running()
            try:
                return _exchange(process, question)
            except (OSError, ValueError):
                self._end(process)
                raise Died(self._command[2]) from None

    def stop(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._process is not None:
                self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        self._process = None


def ask_once(module: str, arguments: Sequence[str], question: Question, *, seconds: int) -> Question:
    """Ask a child of its own one question and let it end; :class:`Died` when it gives no answer in time."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(command, input=_line(question), stdout=subprocess.PIPE, timeout=seconds, check=False)
        return _parse(done.stdout.splitlines()[0])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        raise Died(module) from None


def serve(answer: Callable[[Question], Question]) -> None:
    """In the child: answer questions from standard input until it closes."""
    # Whatever a library prints must not be taken for an answer.
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    for line in sys.stdin.buffer:
        out.write(_line(answer(_parse(line))))
        out.flush()


def limit(*, memory: int, seconds: int) -> None:
    """In the child: give up at this much memory (bytes) or processor time; hostile input then ends the child, not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _exchange(process: subprocess.Popen[bytes], question: Question) -> Question:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the child has no pipes")
    process.stdin.write(_line(question))
    process.stdin.flush()
    return _parse(process.stdout.readline(MAX_LINE))


def _line(value: Question) -> bytes:
    return json.dumps(value).encode("utf-8") + b"\n"


def _parse(line: bytes) -> Question:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
