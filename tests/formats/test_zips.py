"""ZIP files: case 112 of the adversarial tests, and the rules of eml-nl.md 9."""

from __future__ import annotations

import dataclasses
import io
import struct
import time
import zipfile
from collections.abc import Callable

import pytest

from tests.formats.invented import count as made_up
from waarmerk import formats
from waarmerk.errors import BadData, Rejection
from waarmerk.formats import zips


def made(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def names(data: bytes, limits: zips.Limits = zips.CHECK) -> list[str]:
    return [name for name, stream in zips.members(io.BytesIO(data), limits) if stream.read(1) or True]


def code(data: bytes, limits: zips.Limits = zips.CHECK) -> str:
    try:
        for _, stream in zips.members(io.BytesIO(data), limits):
            while stream.read(65536):
                pass
    except BadData as error:
        return error.code
    return "good"


GOOD = made(("a.xml", b"<a/>"), ("b.csv", b"x;y" * 100))


def test_only_results_files_are_opened() -> None:
    data = made(("a.xml", b"<a/>"), ("b.CSV", b"b"), ("c.pdf", b"c"), ("d/", b""), ("e/f.Xml", b"f"), ("g.txt", b"g"))
    archive = zips.Archive(io.BytesIO(data))
    assert [name for name, _ in archive.members()] == ["a.xml", "b.CSV", "e/f.Xml"]
    assert archive.passed_over == 2


def test_one_zip_inside_is_walked() -> None:
    assert names(made(("Telling.zip", GOOD), ("c.csv", b"c"))) == ["Telling.zip/a.xml", "Telling.zip/b.csv", "c.csv"]


def test_112_a_zip_in_a_zip_in_a_zip_is_refused() -> None:
    assert code(made(("outer.zip", made(("inner.zip", GOOD))))) == "E-ZIP-NESTED"


def test_112_a_bomb_is_refused_at_once() -> None:
    data = made(("a.xml", bytes(200_000_000)))
    began = time.process_time()
    assert code(data) == "E-ZIP-RATIO"
    assert time.process_time() - began < 0.1


def test_a_count_of_zeros_is_no_bomb() -> None:
    rows = "".join(f'<Id="{i}"><ValidVotes>0</ValidVotes>' for i in range(20_000)).encode()
    assert code(made(("a.xml", rows))) == "good"


def test_112_junk_in_front_is_refused() -> None:
    assert code(b"junk" + GOOD) == "E-ZIP-PREFIX"


def test_112_encrypted_is_refused() -> None:
    assert code(_central(GOOD, 8, struct.pack("<H", 1))) == "E-ZIP-ENCRYPTED"


def test_other_methods_are_refused() -> None:
    assert code(made(("a.xml", b"x" * 100), method=zipfile.ZIP_BZIP2)) == "E-ZIP-METHOD"


def test_two_equal_names_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.xml", "1")
        archive.writestr("a.xml", "2")
    assert code(out.getvalue()) == "E-ZIP-NAME"


def test_112_overlapping_entries_are_refused() -> None:
    first = GOOD.index(b"PK\x01\x02")
    second = GOOD.index(b"PK\x01\x02", first + 4)
    # The second entry of the directory points at the data of the first.
    moved = bytearray(GOOD)
    moved[second + 42 : second + 46] = struct.pack("<L", 0)
    assert code(bytes(moved)) == "E-ZIP-OVERLAP"


def test_112_a_symbolic_link_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.xml")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert code(out.getvalue()) == "E-ZIP-NAME"


@pytest.mark.parametrize("name", ["../a.xml", "/a.xml", "C:a.xml", "x/../a.xml", "d\\a.xml"])
def test_112_paths_are_refused_on_the_sending_side_and_only_shown_elsewhere(name: str) -> None:
    data = made((name, b"<a/>"))
    assert code(data, zips.EXPORT) == "E-ZIP-NAME"
    assert code(data) == "good"


def test_an_entry_without_a_name_is_refused() -> None:
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)
    assert code(local + entry + end) == "E-ZIP-NAME"


def test_a_member_that_breaks_off_is_a_refusal_and_no_count() -> None:
    count = b"".join(formats.write_510(made_up()))
    data = made(("a.xml", count + b" " * 100_000), method=zipfile.ZIP_STORED)
    damaged = data[: len(count) + 50_000] + b"x" + data[len(count) + 50_001 :]
    ((_, stream),) = zips.members(io.BytesIO(damaged))
    value = formats.read(stream)
    assert isinstance(value, Rejection)


def test_a_wrong_checksum_behind_a_good_count_is_a_refusal() -> None:
    count = b"".join(formats.write_510(made_up()))
    ((_, stream),) = zips.members(io.BytesIO(_central(made(("a.xml", count)), 16, b"\1\2\3\4")))
    value = formats.read(stream)
    assert isinstance(value, Rejection)
    assert value.code == "E-ZIP-CRC"


def test_too_many_entries_are_refused() -> None:
    data = made(*((f"{i}.txt", b"") for i in range(33)))
    assert (code(data, zips.EXPORT), code(data)) == ("E-ZIP-COUNT", "good")


def test_a_directory_that_claims_too_many_is_refused_before_it_is_read() -> None:
    end = GOOD.rindex(b"PK\x05\x06")
    changed = bytearray(GOOD)
    changed[end + 10 : end + 12] = struct.pack("<H", 60_000)
    assert code(bytes(changed)) == "E-ZIP-COUNT"


def test_a_member_that_is_too_large_is_refused() -> None:
    assert code(_central(GOOD, 24, struct.pack("<L", 300 * 1024 * 1024))) == "E-ZIP-SIZE"


def test_112_all_members_together_have_a_limit() -> None:
    total = len(b"<a/>") + len(b"x;y" * 100)
    for room, found in ((total, "good"), (total - 1, "E-ZIP-SIZE")):
        assert code(GOOD, dataclasses.replace(zips.CHECK, total=room)) == found
    assert zips.EXPORT.total < zips.EXPORT.entries * zips.EXPORT.member


def test_damaged_data_is_refused() -> None:
    place = GOOD.index(b"a.xml") + 6
    assert code(GOOD[:place] + b"\xff" + GOOD[place + 1 :]) == "E-ZIP-CRC"


def test_a_wrong_checksum_is_refused() -> None:
    assert code(_central(GOOD, 16, b"\1\2\3\4")) == "E-ZIP-CRC"


@pytest.mark.parametrize("cut", [0, 1, 10, 50, len(GOOD) - 1])
def test_a_zip_that_breaks_off_is_refused(cut: int) -> None:
    assert code(GOOD[:cut]).startswith("E-ZIP-")


def _central(data: bytes, offset: int, new: bytes) -> bytes:
    """Change a field of the first entry of the directory."""
    place = data.index(b"PK\x01\x02") + offset
    return data[:place] + new + data[place + len(new) :]


def test_a_member_is_read_like_a_file(rotterdam_zip: object) -> None:
    with open(str(rotterdam_zip), "rb") as stream:  # noqa: PTH123
        readings = [formats.read_file(member, name) for name, member in zips.members(stream)]
    assert [reading.sha256 for reading in readings] == [
        "323b009eff9b1f28d03e0707e2446a0966466b01312639e5d26fdff8e2c070b7"
    ]


@pytest.mark.parametrize("mutate", [lambda data, i: data[:i] + bytes([data[i] ^ 0xFF]) + data[i + 1 :]])
def test_no_changed_byte_ends_in_a_traceback(mutate: Callable[[bytes, int], bytes]) -> None:
    found = {code(mutate(GOOD, place)) for place in range(len(GOOD))}
    assert all(one == "good" or one.startswith("E-ZIP-") for one in found)


def test_a_file_is_opened_by_its_name_also_inside_a_zip_inside() -> None:
    archive = zips.Archive(io.BytesIO(made(("Telling.zip", GOOD), ("c.csv", b"c"))))
    assert archive.names() == ["Telling.zip/a.xml", "Telling.zip/b.csv", "c.csv"]
    assert archive.open("Telling.zip/a.xml").read(100) == b"<a/>"
    with pytest.raises(KeyError):
        archive.open("d.csv")


def test_a_damaged_zip_inside_stands_among_the_names_and_says_why_when_it_is_opened() -> None:
    archive = zips.Archive(io.BytesIO(made(("a.zip", GOOD[:-9]), ("b.zip", GOOD), ("c.csv", b"c"))))
    assert archive.names() == ["a.zip", "b.zip/a.xml", "b.zip/b.csv", "c.csv"]
    with pytest.raises(BadData, match="E-ZIP-CRC"):
        archive.open("a.zip")
    assert archive.open("b.zip/a.xml").read(100) == b"<a/>"
    assert archive.packed("a.zip").read() == GOOD[:-9]


def test_a_file_that_is_named_like_one_inside_a_zip_is_refused() -> None:
    with pytest.raises(BadData, match="E-ZIP-NAME"):
        zips.Archive(io.BytesIO(made(("a.zip", GOOD), ("a.zip/a.xml", b"<b/>")))).names()
