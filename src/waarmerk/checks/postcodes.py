"""The table of post codes that the user brings: post code → neighbourhood (*CBS-wijk*), as CSV or Parquet.

The columns are those of the official tool's tables: ``zip_code``, ``neighbourhood_code`` and ``ambiguous``, of which a CSV may
lack the last; others are left alone. A post code that lies in several neighbourhoods, none of them the largest, has none
(checks.md 1.5 no. 14). A CSV has them in its first row, with ``,`` or ``;`` between.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from waarmerk.checks.neighbourhoods import normal
from waarmerk.errors import BadData, Place

ZIP, NEIGHBOURHOOD, AMBIGUOUS = "zip_code", "neighbourhood_code", "ambiguous"
UNDECIDED = "yes, selected one of largest"
"""The mark of a post code of which no neighbourhood has the most addresses."""
MAX_BYTES = 128 * 1024 * 1024
"""The whole country has 464,658 post codes: 10 MB as CSV."""
MAX_ROWS = 2_000_000
COLUMNS = ((ZIP, False), (NEIGHBOURHOOD, False), (AMBIGUOUS, False))
"""The columns of a Parquet table; all are text."""


def by_postcode(rows: Iterable[Sequence[object]]) -> dict[str, str]:
    """Return the neighbourhood of every post code (``1234AB``), from rows of ``COLUMNS``; ``E-TAB-ROW`` when there are too many."""
    table: dict[str, str] = {}
    for number, (postcode, area, mark) in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise BadData("E-TAB-ROW", f"more than {MAX_ROWS} post codes")
        if postcode and area and mark != UNDECIDED:
            table[normal(str(postcode))] = str(area)
    return table


def read_postcodes(stream: BinaryIO) -> dict[str, str]:
    """Return the neighbourhood of every post code of a CSV; ``BadData`` ``E-CSV-…`` for one that cannot be used."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadData("E-CSV-WIDTH", f"a table of post codes over {MAX_BYTES} bytes")
    return by_postcode(_csv(data))


def _csv(data: bytes) -> Iterator[tuple[str, str, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData("E-CSV-ENCODING", str(error)[:100]) from None
    head, _, _ = text.partition("\n")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",")
    try:
        names = [name.strip() for name in next(rows, [])]
        if ZIP not in names or NEIGHBOURHOOD not in names:
            raise BadData("E-CSV-LABEL", f"a table of post codes has columns {ZIP} and {NEIGHBOURHOOD}", Place(line=1))
        columns = names.index(ZIP), names.index(NEIGHBOURHOOD)
        mark = names.index(AMBIGUOUS) if AMBIGUOUS in names else len(names)
        for row in rows:
            if row and len(row) <= max(columns):
                raise BadData("E-CSV-WIDTH", "a row without a post code or neighbourhood", Place(line=rows.line_num))
            if row:
                yield row[columns[0]], row[columns[1]], row[mark] if mark < len(row) else ""
    except csv.Error as error:
        raise BadData("E-CSV-QUOTE", str(error)[:100], Place(line=rows.line_num)) from None
