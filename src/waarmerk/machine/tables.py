"""Tables as files: Parquet and SQLite, of plain rows. What the rows mean is known elsewhere.

Parquet needs the optional package ``pyarrow``; it is loaded when it is used.
"""

from __future__ import annotations

import importlib
import io
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from waarmerk.errors import BadData, WrongUse

BATCH = 50_000
"""Rows in memory at a time."""
TABLE = "counts"
"""Name of the one table in an SQLite file."""
Cell = str | int | None
Rows = Iterable[Sequence[Cell]]
Columns = Sequence[tuple[str, bool]]
"""Names of columns, and whether they hold numbers."""


def to_parquet(columns: Columns, rows: Rows) -> bytes:
    """Return the bytes of a Parquet file; ``WrongUse`` when the package for it is not installed."""
    arrow, parquet = _arrow()
    schema = arrow.schema([(name, arrow.int64() if number else arrow.string()) for name, number in columns])
    out = io.BytesIO()
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            cells = list(zip(*batch, strict=True))
            arrays = [arrow.array(cells[place], field.type) for place, field in enumerate(schema)]
            writer.write_table(arrow.table(arrays, schema=schema))
    return out.getvalue()


def from_parquet(path: Path, columns: Columns) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a Parquet file with these columns; raises ``BadData`` ``E-TAB-FILE``."""
    arrow, parquet = _arrow()
    try:
        with parquet.ParquetFile(str(path)) as file:
            for batch in file.iter_batches(batch_size=BATCH, columns=[name for name, _ in columns]):
                yield from zip(*(batch.column(name).to_pylist() for name, _ in columns), strict=True)
    except (arrow.ArrowException, KeyError, OSError) as error:
        raise BadData("E-TAB-FILE", f"{path.name} is no such Parquet file: {str(error)[:80]}") from None


def to_sqlite(columns: Columns, rows: Rows) -> bytes:
    """Return the bytes of an SQLite file with one table."""
    declared = ", ".join(f"{name} {'INTEGER' if number else 'TEXT'}" for name, number in columns)
    marks = ", ".join("?" for _ in columns)
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"CREATE TABLE {TABLE} ({declared})")
        base.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", rows)  # noqa: S608 - names are ours, values are bound
        base.commit()
        return base.serialize()


def from_sqlite(path: Path, columns: Columns) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of an SQLite file in the order of writing; raises ``BadData`` ``E-TAB-FILE``."""
    names = ", ".join(name for name, _ in columns)
    try:
        with closing(sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=ro", uri=True)) as base:
            yield from base.execute(f"SELECT {names} FROM {TABLE} ORDER BY rowid")  # noqa: S608 - names are ours
    except sqlite3.Error as error:
        raise BadData("E-TAB-FILE", f"{path.name} is no such SQLite file: {str(error)[:80]}") from None


def _batches(rows: Rows) -> Iterator[list[Sequence[Cell]]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _arrow() -> tuple[Any, Any]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise WrongUse("Parquet needs the package pyarrow: install waarmerk[tables], or convert to .sqlite") from None
