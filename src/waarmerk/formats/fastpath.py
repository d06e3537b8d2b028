"""The fast path for counts as OSV and OSV2020 write them; its removal changes nothing but the time.

The total and all units of such a file share one skeleton of bytes; only an identifier, a name and numbers differ. The
total goes through the general reader. For a unit the numbers are found, put back into the learned bytes and compared: equal
means proven, and then nothing in it was left unread. Anything unequal goes to the general reader, which alone refuses and
notes. So every byte is either compared with bytes that the general reader has passed, or part of a checked number or name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.formats.ballots import Row
from waarmerk.formats.counts import CountBuilder
from waarmerk.formats.xmlstream import Reader

START = b'<ReportingUnitVotes><ReportingUnitIdentifier Id="'
NAMED = b"</ReportingUnitIdentifier>"
END = b"</ReportingUnitVotes>"
TOTAL, TOTAL_END = b"<TotalVotes>", b"</TotalVotes>"
INSIDE = "EML/Count/Election/Contests/Contest"
"""Where the general reader must stand before and after a unit."""
MAX_UNIT = 4 * 1024 * 1024
"""Bytes up to the end of the total, and of a unit; a real one has 0.14 million."""
NUMBER = re.compile(rb">(0|[1-9][0-9]{0,8})(?=<)")
ID = re.compile(r'[^<>&"\x00-\x1f\ufffe\uffff]{1,200}')
NAME = re.compile(r"(?:[^<>&\x00-\x1f\ufffe\uffff]|&(?:amp|lt|gt);){0,1000}")
"""Names in the one spelling of canonical XML; any other goes to the general reader."""
ZERO, MORE_THAN = ord("0"), ord(">")


class Feeder:
    """Gives the blocks of a file to the general reader, save the units that are proven to be the total with other figures."""

    def __init__(self, reader: Reader, *, fast: bool = True) -> None:
        self._reader = reader
        self._buffer = b""
        self._skeleton: Skeleton | None = None
        self._off = not fast
        self._seen = hashlib.sha256()
        self.proven: list[int] = []
        """The units that the general reader did not see."""

    def feed(self, block: bytes) -> None:
        """Take the next bytes; raises what the general reader raises."""
        if self._off:
            self._general(block)
            return
        self._buffer += block
        if self._skeleton is None:
            self._learn()
        if self._skeleton is not None:
            self._units(self._skeleton)

    def close(self) -> None:
        """The file has ended."""
        self._general(self._buffer)
        self._reader.close()

    def seen(self) -> str:
        """Return the SHA-256 of what the general reader saw: the file without the proven units."""
        return self._seen.hexdigest()

    def _general(self, data: bytes) -> None:
        self._seen.update(data)
        if data:
            self._reader.feed(data)

    def _give_up(self) -> None:
        rest, self._buffer, self._off, self._skeleton = self._buffer, b"", True, None
        self._general(rest)

    def _learn(self) -> None:
        """Read up to the end of the total, and learn its bytes."""
        start = self._buffer.find(TOTAL)
        end = self._buffer.find(TOTAL_END, start) if start >= 0 else -1
        if end < 0:
            if len(self._buffer) > MAX_UNIT:
                self._give_up()
            return
        self._general(self._buffer[:start])
        before = (self._reader.elements, len(self._reader.notes))
        inside = self._buffer[start + len(TOTAL) : end]
        self._general(self._buffer[start : end + len(TOTAL_END)])
        self._buffer = self._buffer[end + len(TOTAL_END) :]
        builder = self._reader.builder
        if isinstance(builder, CountBuilder) and self._reader.path == INSIDE:
            clean = len(self._reader.notes) == before[1] and builder.plain and not builder.units
            # A unit has one element more than the total: its identifier.
            self._skeleton = learn(inside, builder, self._reader.elements - before[0] + 1) if clean else None
        if self._skeleton is None:
            self._give_up()

    def _units(self, skeleton: Skeleton) -> None:
        data, place = self._buffer, 0
        while data.startswith(START, place):
            end = data.find(END, place + skeleton.shortest) + len(END)
            if end < len(END):
                break
            if not skeleton.take(data, place, end, self._reader):
                self._general(data[place:end])
                if self._reader.path != INSIDE:
                    self._buffer = data[end:]
                    self._give_up()
                    return
            else:
                self.proven.append(len(skeleton.builder.units) - 1)
            place = end
        self._buffer = data[place:]
        # The file goes on with a unit, or with the beginning of one; what comes behind the units is not ours.
        if not START.startswith(self._buffer[: len(START)]) or len(self._buffer) > MAX_UNIT:
            self._give_up()


@dataclass(slots=True)
class Skeleton:
    """The bytes of a unit behind its name, as a template for numbers, and where numbers stand in it."""

    builder: CountBuilder
    elements: int
    template: bytes
    marks: int
    """How often a digit follows a ``>``."""
    gaps: NDArray[np.int64]
    """Bytes from each mark to the next when the number there is left out."""
    slots: NDArray[np.intp]
    """Which marks are numbers, the others being names that begin with a digit."""
    votes: int
    """How many of the numbers are votes; the others are figures."""
    figures: tuple[int, ...]
    shortest: int
    """Bytes to the end tag of a unit whose numbers all have one digit and which has no name."""
    continuations: int
    """Bytes that are no characters of their own, in names of lists."""

    def take(self, data: bytes, start: int, end: int, reader: Reader) -> bool:
        """Give the unit in ``data[start:end]`` to the builder if it is proven; say whether it was."""
        named = data.find(NAMED, start, end)
        quote = data.find(b'">', start + len(START), named)
        if named < 0 or quote < 0:
            return False
        numbers = self._numbers(data, named, end)
        if numbers is None:
            return False
        learned = self.template % tuple(numbers.tolist())
        if len(learned) != end - named or not data.startswith(learned, named):
            return False
        try:
            identifier, name = data[start + len(START) : quote].decode(), data[quote + 2 : named].decode()
        except UnicodeDecodeError:
            return False
        if ID.fullmatch(identifier) is None or NAME.fullmatch(name) is None:
            return False
        return self._accept(identifier, name, numbers, end - start, reader)

    def _accept(self, identifier: str, name: str, numbers: NDArray[np.int64], size: int, reader: Reader) -> bool:
        if not reader.room(size, self.elements):
            return False
        plain = name.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        figures = dict(zip(self.figures, numbers[self.votes :].tolist(), strict=True))
        row = Row(numbers[: self.votes].astype(np.int32), [], [], figures)
        if not self.builder.accept(identifier, plain, row):
            return False
        reader.skip(size - self.continuations - _continuations(identifier + name), size, self.elements)
        return True

    def _numbers(self, data: bytes, start: int, end: int) -> NDArray[np.int64] | None:
        """Return what could be the numbers between two places; whether they are is seen when they are put back."""
        signs = np.frombuffer(data, np.uint8, end - start, start)
        marks = np.flatnonzero((signs[:-1] == MORE_THAN) & (signs[1:] - ZERO < 10)) + 1
        if len(marks) != self.marks:
            return None
        widths = (np.diff(marks, append=len(signs)) - self.gaps)[self.slots]
        if widths.min() < 1 or widths.max() > 9:
            return None
        places = marks[self.slots]
        numbers = signs[places].astype(np.int64) - ZERO
        longer = np.flatnonzero(widths > 1)
        for digit in range(1, int(widths.max())):
            longer = longer[widths[longer] > digit]
            numbers[longer] = numbers[longer] * 10 + signs[places[longer] + digit] - ZERO
        return numbers


def learn(inside: bytes, builder: CountBuilder, elements: int) -> Skeleton | None:
    """Return what the bytes inside the total teach, ``None`` when they are not those of one line of canonical XML."""
    row = builder.total
    if row is None or b"\n" in inside or b"\r" in inside:
        return None
    rest = NAMED + inside + END
    found = [(match.start(1), match[1]) for match in NUMBER.finditer(rest)]
    if [int(text) for _, text in found] != [*row.values.tolist(), *row.figures.values()]:
        return None
    signs = np.frombuffer(rest, np.uint8)
    marks = np.flatnonzero((signs[:-1] == MORE_THAN) & (signs[1:] - ZERO < 10)) + 1
    slots = np.searchsorted(marks, [start for start, _ in found])
    gaps = np.diff(marks, append=len(signs))
    widths = np.array([len(text) for _, text in found])
    gaps[slots] -= widths
    return Skeleton(
        builder,
        elements,
        _template(rest, found),
        len(marks),
        gaps,
        slots,
        len(row.values),
        tuple(row.figures),
        len(START) + len(rest) - int((widths - 1).sum()) - len(END),
        _continuations(rest.decode()),
    )


def _template(rest: bytes, found: list[tuple[int, bytes]]) -> bytes:
    pieces, place = [], 0
    for start, text in found:
        pieces.append(rest[place:start].replace(b"%", b"%%"))
        place = start + len(text)
    return b"%d".join([*pieces, rest[place:].replace(b"%", b"%%")])


def _continuations(text: str) -> int:
    """Return how many more bytes than characters a text has."""
    return 0 if text.isascii() else len(text.encode()) - len(text)
