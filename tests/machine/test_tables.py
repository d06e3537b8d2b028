"""A table file that somebody made is data and never a program, and is bounded whatever it says of itself."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import tables

COLUMNS = (("name", False), ("value", True))
ENDLESS = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS rowid, '' AS name, x AS value FROM c"
)


def base(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as made:
        for statement in statements:
            made.execute(statement)
        made.commit()
    return path


@pytest.mark.parametrize(
    "statements",
    [
        (f"CREATE VIEW counts AS {ENDLESS}",),
        ("CREATE VIRTUAL TABLE counts USING rtree(name, value, rowid)",),
        ("CREATE TABLE counts (name, value)", "INSERT INTO counts VALUES (zeroblob(900000000), 1)"),
        (
            "CREATE TABLE counts (value, name GENERATED ALWAYS AS (zeroblob(900000000)) VIRTUAL)",
            "INSERT INTO counts VALUES (1)",
        ),
    ],
    ids=["endless view", "virtual table", "huge cell", "huge computed cell"],
)
def test_an_sqlite_file_is_read_as_a_table_and_nothing_of_it_is_run(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    with pytest.raises(BadData, match="E-TAB-FILE"):
        list(tables.from_sqlite(base(tmp_path / "a.sqlite", *statements), COLUMNS))


def test_a_name_of_an_sqlite_file_is_no_option_and_nothing_is_made_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rwc#%41.sqlite"
    path.write_bytes(tables.to_sqlite(COLUMNS, [("x", 1)]))
    assert list(tables.from_sqlite(path, COLUMNS)) == [("x", 1)]
    assert list(tmp_path.iterdir()) == [path]


def test_an_sqlite_file_that_is_not_whole_without_its_neighbour_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(tables.to_sqlite(COLUMNS, [("x", 1)]))
    path.with_name("a.sqlite-wal").write_bytes(b"x")
    with pytest.raises(BadData, match="still being written"):
        list(tables.from_sqlite(path, COLUMNS))


@pytest.mark.parametrize("read", [tables.from_sqlite, tables.from_parquet])
def test_a_pipe_is_no_table_and_nobody_waits_for_it(tmp_path: Path, read: Callable[..., object]) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WrongUse, match="not a file"):
        list(read(tmp_path / "pipe", COLUMNS))  # type: ignore[call-overload]


def test_a_parquet_file_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path, long = tmp_path / "a.parquet", "x" * (1 << 20)
    table = arrow.table({"name": arrow.array([long] * 2_000), "value": arrow.array(range(2_000))})
    parquet.write_table(table, path, compression="zstd", use_dictionary=True)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(BadData, match="E-TAB-FILE"):
        list(tables.from_parquet(path, COLUMNS))
