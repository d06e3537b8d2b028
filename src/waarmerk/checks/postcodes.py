"""The table of post codes that the user brings: post code → neighbourhood (*CBS-wijk*), as CSV or Parquet.

The columns are those of the official tool's tables, ``zip_code`` and ``neighbourhood_code``; others are left alone. A CSV has
them in its first row, with ``,`` or ``;`` between. Parquet needs pyarrow, which is not part of the base installation.
"""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from waarmerk.checks.neighbourhoods import normal
from waarmerk.errors import BadData, Place, WrongUse

ZIP, NEIGHBOURHOOD = "zip_code", "neighbourhood_code"
MAX_BYTES = 128 * 1024 * 1024
"""The whole country has 464,658 post codes: 10 MB as CSV."""
MAX_ROWS = 2_000_000
PARQUET = b"PAR1"


class Rows(Protocol):
    """What ``csv.reader`` returns: rows, and the line it is at."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def read_postcodes(stream: BinaryIO) -> dict[str, str]:
    """Return the neighbourhood of every post code (``1234AB``); which form it is the bytes say.

    Raises ``BadData`` ``E-CSV-…`` for a table that cannot be used, ``WrongUse`` for Parquet without pyarrow.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadData("E-CSV-WIDTH", f"a table of post codes over {MAX_BYTES} bytes")
    table = _parquet(data) if data.startswith(PARQUET) else _csv(data)
    return {normal(postcode): area for postcode, area in table if postcode and area}


def _csv(data: bytes) -> list[tuple[str, str]]:
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
        return _pairs(rows, names.index(ZIP), names.index(NEIGHBOURHOOD))
    except csv.Error as error:
        raise BadData("E-CSV-QUOTE", str(error)[:100], Place(line=rows.line_num)) from None


def _pairs(rows: Rows, zip_column: int, area_column: int) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for row in rows:
        if row and len(row) <= max(zip_column, area_column):
            raise BadData("E-CSV-WIDTH", "a row without a post code or neighbourhood", Place(line=rows.line_num))
        if row:
            pairs.append((row[zip_column], row[area_column]))
        if len(pairs) > MAX_ROWS:
            raise BadData("E-CSV-WIDTH", f"more than {MAX_ROWS} post codes")
    return pairs


def _parquet(data: bytes) -> list[tuple[str, str]]:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise WrongUse("reading Parquet needs pyarrow; install it, or give the table as CSV") from None
    try:
        table = parquet.read_table(io.BytesIO(data), columns=[ZIP, NEIGHBOURHOOD])
    except Exception as error:  # whatever pyarrow says about bytes that it cannot read
        raise BadData("E-CSV-LABEL", f"no table with {ZIP} and {NEIGHBOURHOOD}: {type(error).__name__}") from None
    if table.num_rows > MAX_ROWS:
        raise BadData("E-CSV-WIDTH", f"more than {MAX_ROWS} post codes")
    columns = [[str(value or "") for value in table.column(name).to_pylist()] for name in (ZIP, NEIGHBOURHOOD)]
    return list(zip(*columns, strict=True))
