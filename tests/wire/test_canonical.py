"""Canonical JSON: one value, one spelling (security.md 3.2)."""

import unicodedata
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.wire import canonical

LIMIT = 1 << 20
keys = st.from_regex(canonical.KEY, fullmatch=True)
texts = (
    st.text(max_size=30)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: canonical.FORBIDDEN.search(text) is None)
)
values = st.recursive(
    st.integers(0, canonical.MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
).filter(lambda value: _depth(value) <= canonical.MAX_DEPTH)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    return 1 + max((_depth(item) for item in value), default=0) if isinstance(value, list) else 0


@given(values)
def test_what_is_written_is_read_back(value: canonical.Json) -> None:
    assert canonical.load(canonical.dump(value), LIMIT) == value


@given(values)
def test_it_is_the_serialisation_of_rfc_8785(value: canonical.Json) -> None:
    assert canonical.dump(value) == rfc8785.dumps(value)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        value = canonical.load(data, LIMIT)
    except BadData as error:
        assert error.code.startswith("E-MAN-")
    else:
        assert canonical.dump(value) == data


@given(values, st.integers(0, 1_000), st.integers(1, 255))
def test_a_changed_byte_is_another_value_or_none(value: canonical.Json, place: int, change: int) -> None:
    data = bytearray(canonical.dump(value))
    data[place % len(data)] ^= change
    with suppress(BadData):
        assert canonical.load(bytes(data), LIMIT) != value


@pytest.mark.parametrize("value", [1.5, -1, None, True, {"a b": 1}, "\u202e", "e\u0301", ["x" * 4_097], 2**53])
def test_values_without_canonical_form_are_not_written(value: object) -> None:
    with pytest.raises(BadData):
        canonical.dump(value)  # type: ignore[arg-type]


def test_depth_is_bounded_both_ways() -> None:
    deep: canonical.Json = 1
    for _ in range(canonical.MAX_DEPTH):
        deep = [deep]
    assert canonical.load(canonical.dump(deep), LIMIT) == deep
    with pytest.raises(BadData):
        canonical.load(b"[" + canonical.dump(deep) + b"]", LIMIT)
    with pytest.raises(BadData):
        canonical.dump([deep])


@pytest.mark.parametrize("data", [b"[" * 8_000_000, b'{"a":' * 1_600_000, b'["' + b"[" * 8_000_000])
def test_attack_26_nesting_is_refused_before_it_costs_memory_or_time(data: bytes) -> None:
    with pytest.raises(BadData, match="E-MAN-JSON"):
        canonical.load(data, 8 << 20)


@pytest.mark.parametrize("text", ["😀", "\ufb01", "ÿ", '"\\/', "a" * 4_096])
def test_texts_outside_ascii_are_those_of_rfc_8785(text: str) -> None:
    assert canonical.dump([text]) == rfc8785.dumps([text])
    assert canonical.load(canonical.dump([text]), LIMIT) == [text]


@pytest.mark.parametrize("key", ["", "é", "a b", "-a", "a" * 65, "a/b", "a\n", "_a"])
def test_keys_that_would_sort_otherwise_elsewhere_are_refused(key: str) -> None:
    with pytest.raises(BadData, match="E-MAN-SCHEMA"):
        canonical.load(rfc8785.dumps({key: 1}), LIMIT)
