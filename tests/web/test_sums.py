"""Sums that others are compared with are derived: deleted, cut off or damaged they stop nothing (checks.md 3.5)."""

import json
from pathlib import Path

import pytest

from tests.web.test_night import FIRST
from waarmerk.checks.elsewhere import Sums
from waarmerk.office.reader import sums_of
from waarmerk.office.store import Store

WHOLE = Sums.of(FIRST)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.sums("a").parent.mkdir(parents=True, exist_ok=True)
    return made


def test_sums_are_read_as_they_were_kept(store: Store) -> None:
    assert WHOLE is not None
    store.sums("a").write_text(json.dumps(WHOLE.as_value()))
    again = sums_of(store, "a")
    assert again is not None
    assert again.as_value() == WHOLE.as_value()
    assert again.stations == 6


@pytest.mark.parametrize("left", [None, b"", b"{", b"\xff\xfe", b'{"key": "x", "stations'])
def test_deleted_or_damaged_sums_are_none(store: Store, left: bytes | None) -> None:
    if left is not None:
        store.sums("a").write_bytes(left)
    assert store.read_sums("a") is None
    assert sums_of(store, "a") is None
