"""The fast path says the same as the general reader about every file, good or damaged anywhere."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.formats.invented import count
from waarmerk import formats
from waarmerk.election.count import Count, Investigation
from waarmerk.errors import Rejection
from waarmerk.formats import Reading, ballots, counts, fastpath, reading, xmlstream

NAMES = [
    "Stembureau De Éénhoorn & zn (postcode: 9910 ZZ)",
    "'t Zand",
    'De "Waarschuwing"',
    "50 plus",
    "7",
    "a < b > c",
    "",
    "100%",
]


def made(stations: int, seed: int, largest: int, *, list_names: list[str] | None = None) -> bytes:
    names = [NAMES[(seed + index) % len(NAMES)] for index in range(stations)]
    return b"".join(
        formats.write_510(
            count([3, 1, 2], stations, seed=seed, largest=largest, station_names=names, list_names=list_names)
        )
    )


def both(data: bytes) -> tuple[Reading, Reading]:
    return formats.read_file(io.BytesIO(data)), formats.read_file(io.BytesIO(data), fast=False)


def agree(data: bytes) -> bool:
    fast, general = both(data)
    if isinstance(fast.value, Count) and isinstance(general.value, Count):
        digests = (fast.sha256, fast.sha256_canonical) == (general.sha256, general.sha256_canonical)
        return digests and fast.value.same(general.value)
    return fast == general


def proven(data: bytes) -> int:
    xml = reading._Xml(fast=True)
    xml.read(reading.Hashed(io.BytesIO(data)))
    return len(xml._feeder.proven)


FILES = st.builds(
    made,
    st.integers(0, 5),
    st.integers(0, 50),
    st.sampled_from([2, 15, 1000, 5_000_000]),
    list_names=st.sampled_from([None, ["50PLUS", "L%d", "Éen & <twee>"], ["1", "2", "3"], ["", "", ""]]),
)
PIECES = st.sampled_from(
    [
        b"", b"0", b"7", b"00", b"-", b" ", b"\n", b"\t", b"\r", b"<", b">", b"&", b"&amp;", b"&gt;", b"&#49;", b"&lt;", b'"', b"'",
        b"\xc3", b"\xa9", b"\xc3\xa9", b"\0", b"\x01", b"]]>", b"<!-- -->", b"<x/>", b"%", b"%d", b"9999999999", b"\xef\xbf\xbf",
        b"</ReportingUnitVotes>", b"<ReportingUnitVotes>", b"<Selection></Selection>", b"9987::SB1",
    ]
)  # fmt: skip
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), PIECES), max_size=3)


def edited(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for where, deleted, inserted in edits:
        place = int(where * len(data))
        data = data[:place] + inserted + data[place + deleted :]
    return data


@given(FILES, EDITS)
@settings(max_examples=400, deadline=None)
def test_fast_and_general_say_the_same(data: bytes, edits: list[tuple[float, int, bytes]]) -> None:
    assert agree(edited(data, edits))


@given(FILES, st.integers(0, 4), st.integers(0, 4))
@settings(max_examples=50, deadline=None)
def test_units_that_are_repeated_moved_or_left_out(data: bytes, one: int, other: int) -> None:
    units = data.split(fastpath.END)
    if len(units) > 2:
        units.insert(other % len(units), units[one % len(units)])
        assert agree(fastpath.END.join(units))


@given(
    FILES, st.sampled_from(["><", "<Cast>", "</Selection>"]), st.sampled_from([">\n<", "<Cast>", "</Selection>\n  "])
)
@settings(max_examples=30, deadline=None)
def test_other_layouts(data: bytes, old: str, new: str) -> None:
    assert agree(data.replace(old.encode(), new.encode()))


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_the_size_of_blocks_does_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(4, 3, 1000)
    whole = formats.read(io.BytesIO(data))
    monkeypatch.setattr(reading, "BLOCK", size)
    blocks = formats.read(io.BytesIO(data))
    assert isinstance(whole, Count)
    assert isinstance(blocks, Count)
    assert blocks.same(whole)


@pytest.mark.parametrize(
    ("module", "limit"),
    [
        (xmlstream, "MAX_BYTES"),
        (xmlstream, "MAX_ELEMENTS"),
        (counts, "MAX_CELLS"),
        (counts, "MAX_UNITS"),
        (ballots, "MAX_SELECTIONS"),
    ],
)
@pytest.mark.parametrize("value", [3, 30, 60, 200, 3000, 9000, 12_000])
def test_limits_are_the_same(module: object, limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(6, 3, 1000)
    monkeypatch.setattr(module, limit, value)
    fast, general = both(data)
    if isinstance(fast.value, Count) and isinstance(general.value, Count):
        assert fast.value.same(general.value)
    else:
        assert isinstance(fast.value, Rejection)
        assert isinstance(general.value, Rejection)
        assert (fast.value.code, general.value.code) == ("E-XML-LIMIT", "E-XML-LIMIT")


def test_all_units_are_proven() -> None:
    assert proven(made(5, 1, 1000)) == 5


def test_names_with_escapes_and_list_names_with_digits_are_proven_too() -> None:
    assert proven(made(8, 0, 1000, list_names=["50PLUS", "100%", "Éen & <twee>"])) == 8


def test_a_unit_that_differs_is_read_by_the_general_reader_and_the_next_is_proven() -> None:
    base = count([3, 1, 2], 5)
    data = b"".join(formats.write_510(replace(base, investigations=(Investigation(2, "uitslag gecorrigeerd", True),))))
    assert proven(data) == 4
    assert agree(data)


@example(1)
@given(st.integers(0, 10_000_000))
@settings(max_examples=50, deadline=None)
def test_one_changed_byte_anywhere(place: int) -> None:
    data = bytearray(made(4, 1, 100))
    data[place % len(data)] ^= 1 << (place % 7)
    assert agree(bytes(data))
