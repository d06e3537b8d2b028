"""CSV as OSV writes it: split into lines first, then each line into cells, so that nothing can be swallowed (eml-nl.md 10.7).

Fields are separated by ``;``. A quote opens a field only at its beginning; an open quote at the end of a line is refused,
never read on. What a spreadsheet leaves behind (CR LF, no quotes, a final line end) is noted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from waarmerk.errors import BadData, Place

MAX_CELL = 4 * 1024
"""Characters of one cell; the longest seen has 75."""
MAX_LINE = 1024 * 1024
"""Bytes of one line; the longest seen has 9,388, and 10,000 columns of nine digits in quotes have 120,000."""
MAX_BYTES = 64 * 1024 * 1024
"""Bytes of one file; the largest seen has 1.6 million, and five million figures of nine digits in quotes have 60."""
MAX_TABLE = 1024 * 1024
"""Bytes of a small table that a person makes: totals from paper, votes by list, vote values. Real ones have a few KiB."""
BLOCK = 64 * 1024
BOM = b"\xef\xbb\xbf"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
CLOSING = re.compile(r'"(?=;|$)')


def small_table(data: bytes) -> list[str]:
    """Return the lines of a small table; ``E-CSV-CELL`` when it is too large, ``E-CSV-ENCODING`` when it is not UTF-8."""
    if len(data) > MAX_TABLE:
        raise BadData("E-CSV-CELL", f"{len(data)} bytes, at most {MAX_TABLE}")
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadData("E-CSV-ENCODING", f"not UTF-8 at byte {error.start}") from None


class Source(Protocol):
    """Anything with bytes to read."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""


class Lines:
    """The lines of a stream as rows of cells, numbered from 1; ``notes`` counts what was tolerated."""

    def __init__(self, stream: Source) -> None:
        self.notes: Counter[str] = Counter()
        self.number = 0
        self.quoted = False
        """Whether any cell was quoted."""
        self._raw = _raw_lines(stream, self.notes)

    def __iter__(self) -> Iterator[list[str]]:
        for raw in self._raw:
            self.number += 1
            yield self._cells(self._text(raw))

    def refuse(self, code: str, reason: str, column: int | None = None, unit: str | None = None) -> BadData:
        """Return the refusal of something in the current line."""
        return BadData(code, reason, Place("row", unit, self.number or 1, column))

    def _text(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.refuse("E-CSV-ENCODING", "not UTF-8", error.start + 1) from None
        if not text.isprintable():
            found = CONTROL.search(text)
            if found is not None:
                self._control(text, found)
        return text

    def _control(self, text: str, found: re.Match[str]) -> None:
        before = text[: found.start()]
        if found[0] == "\r" and _open_quote(before):
            raise self.refuse("E-CSV-NEWLINE", "a line end inside a cell", found.start() + 1)
        raise self.refuse("E-CSV-NUL", f"control character U+{ord(found[0]):04X}", found.start() + 1)

    def _cells(self, line: str) -> list[str]:
        if '"' not in line:
            cells = line.split(";")
        else:
            self.quoted = True
            parts = line.split(";")
            cells = [part[1:-1] if part[:1] == '"' == part[-1:] and len(part) > 1 else part for part in parts]
            if '"' in "".join(cells):
                cells = self._one_by_one(line)
        if len(line) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
            raise self.refuse("E-CSV-CELL", f"a cell of more than {MAX_CELL} characters")
        return cells

    def _one_by_one(self, line: str) -> list[str]:
        cells: list[str] = []
        place = 0
        while True:
            if not line.startswith('"', place):
                end = line.find(";", place)
                end = len(line) if end < 0 else end
                cells.append(line[place:end])
            else:
                cell, end = self._quoted(line, place)
                cells.append(cell)
            if end >= len(line):
                return cells
            place = end + 1

    def _quoted(self, line: str, start: int) -> tuple[str, int]:
        """Return the cell that a quote opens, and where it ends."""
        close = start + 1
        while True:
            close = line.find('"', close)
            if close < 0:
                raise self._unbalanced(start)
            if not line.startswith('""', close):
                break
            close += 2
        end = close + 1
        if end == len(line) or line[end] == ";":
            return line[start + 1 : close].replace('""', '"'), end
        # `"Leefbaar 's-Hertogenbosch" Paul Kagie`: the raw text is the value (eml-nl.md 10.5).
        self.notes["text after a closing quote"] += 1
        end = line.find(";", end)
        end = len(line) if end < 0 else end
        return line[start:end], end

    def _unbalanced(self, start: int) -> BadData:
        """An open quote: closed on a later line (a line end in a cell), or nowhere."""
        here = self.refuse("E-CSV-QUOTE", "a quote that is closed nowhere", start + 1)
        for raw in self._raw:
            rest = raw.decode("utf-8", "replace").replace('""', "")
            if '"' in rest:
                closes = CLOSING.match(rest, rest.index('"')) is not None
                return BadData("E-CSV-NEWLINE", "a line end inside a cell", here.place) if closes else here
        return here


def _open_quote(text: str) -> bool:
    last = text[text.rfind(";") + 1 :]
    return last.startswith('"') and last.count('"') % 2 == 1


def _raw_lines(stream: Source, notes: Counter[str]) -> Iterator[bytes]:
    """Yield the lines without their ends; memory follows one line. A BOM is stripped, CR LF and a last line end are noted."""
    rest, total, number = b"", 0, 0
    first = True
    while block := stream.read(BLOCK):
        total += len(block)
        if total > MAX_BYTES:
            raise BadData("E-CSV-WIDTH", f"more than {MAX_BYTES} bytes", Place(line=number + 1))
        if first and len(block) < len(BOM):
            block += stream.read(BLOCK)
        block = block.removeprefix(BOM) if first else block
        first = False
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            yield _without_cr(line, notes)
        if len(rest) > MAX_LINE:
            raise _too_long(rest, number + 1)
    if rest:
        yield _without_cr(rest, notes)
    elif number:
        notes["line end after the last row"] += 1


def _without_cr(line: bytes, notes: Counter[str]) -> bytes:
    if line.endswith(b"\r"):
        notes["CR LF line ends"] += 1
        return line[:-1]
    return line


def _too_long(line: bytes, number: int) -> BadData:
    if max(map(len, line.split(b";"))) > MAX_CELL:
        return BadData("E-CSV-CELL", f"a cell of more than {MAX_CELL} characters", Place(line=number))
    return BadData("E-CSV-WIDTH", f"a line of more than {MAX_LINE} bytes", Place(line=number))
