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
from urllib.parse import quote

from waarmerk.errors import BadData, WrongUse
from waarmerk.machine.files import open_regular

BATCH = 50_000
"""Rows in memory at a time."""
TABLE = "counts"
"""Name of the one table in an SQLite file."""
MAX_ROW = 1 << 16
"""Bytes of a row, and of a cell, that are read."""
MAX_PARQUET = 256 << 20
"""Bytes of a Parquet file, and of what it says to be when it is unpacked: a whole nation is smaller."""
UNFINISHED = ("-wal", "-journal")
"""Endings of the files in which SQLite keeps what is not yet in the file itself."""
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
    names = [name for name, _ in columns]
    texts = [name for name, number in columns if not number]
    try:
        # Texts as places in a list of texts: one long text in a million rows is unpacked once.
        with open_regular(path) as stream, parquet.ParquetFile(stream, read_dictionary=texts) as file:
            groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
            if max(path.stat().st_size, sum(group.total_byte_size for group in groups)) > MAX_PARQUET:
                raise BadData("E-TAB-FILE", f"{path.name} is larger than {MAX_PARQUET} bytes")
            for field in map(file.schema_arrow.field, names):
                if not _plain(arrow.types, field.type):
                    raise BadData("E-TAB-FILE", f"{path.name} has no plain text or numbers in {field.name}")
            for batch in file.iter_batches(batch_size=BATCH, columns=names):
                for column in batch.columns:
                    if arrow.types.is_dictionary(column.type) and _longest(column.dictionary.to_pylist()) > MAX_ROW:
                        raise BadData("E-TAB-FILE", f"{path.name} has cells of more than {MAX_ROW} bytes")
                yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)
    except (arrow.ArrowException, KeyError, OSError) as error:
        raise BadData("E-TAB-FILE", f"{path.name} is no such Parquet file: {str(error)[:80]}") from None


def _plain(types: Any, found: Any) -> bool:
    """Whether a column has a type that :func:`from_parquet` bounds: one number, or one text through a list of texts."""
    return bool(types.is_dictionary(found) or types.is_primitive(found) or types.is_null(found))


def _longest(values: Iterable[Any]) -> int:
    return max((len(value) for value in values if isinstance(value, str | bytes)), default=0)


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
    open_regular(path).close()
    if any(path.with_name(path.name + ending).exists() for ending in UNFINISHED):
        raise BadData("E-TAB-FILE", f"{path.name} is still being written by another program")
    # `immutable`: nothing is made beside the file. The name is quoted, because what stands behind a `?` is an option.
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_ROW)
            base.execute("PRAGMA trusted_schema = OFF")
            made = base.execute("SELECT type, sql FROM sqlite_schema WHERE name = ?", (TABLE,)).fetchone()
            if made is None or made[0] != "table" or not str(made[1]).upper().startswith("CREATE TABLE"):
                # A view or virtual table is a program of whoever made the file, which need never end.
                raise BadData("E-TAB-FILE", f"{path.name} has no table {TABLE}")
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
