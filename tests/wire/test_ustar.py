"""The canonical container: what is written is read back, in blocks of any size (security.md 3.6)."""

import io
import re
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.wire import ustar

NAMES = re.compile(r"[a-z][a-z0-9._-]{0,79}")


class Entries:
    """Collects entries."""

    def __init__(self) -> None:
        self.found: list[tuple[str, bytes]] = []

    def begin(self, name: str, size: int) -> None:
        self.found.append((name, b""))

    def data(self, block: bytes) -> None:
        self.found[-1] = (self.found[-1][0], self.found[-1][1] + block)

    def end(self) -> None:
        pass


entries = st.lists(
    st.tuples(st.from_regex(NAMES, fullmatch=True).filter(lambda n: ".." not in n), st.binary(max_size=2_000)),
    max_size=5,
)


def written(items: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    for name, data in items:
        ustar.copy_entry(out, name, len(data), io.BytesIO(data))
    return out.getvalue() + ustar.END


@given(entries, st.integers(1, 3_000))
def test_what_is_written_is_read_back_in_blocks_of_any_size(items: list[tuple[str, bytes]], size: int) -> None:
    handler = Entries()
    reader = ustar.Reader(handler, NAMES)
    data = written(items)
    for start in range(0, len(data), size):
        reader.write(data[start : start + size])
    reader.close()
    assert handler.found == items


@given(entries)
def test_an_independent_program_reads_the_same(items: list[tuple[str, bytes]]) -> None:
    with tarfile.open(fileobj=io.BytesIO(written(items))) as tar:
        found = [(member.name, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]
        assert all(member.isreg() and member.mode == 0o644 and member.mtime == 0 for member in tar)
    assert found == items


def test_a_stream_of_another_length_than_announced_is_a_mistake_of_ours() -> None:
    for data in (b"12", b"1234"):
        with pytest.raises(RuntimeError):
            ustar.copy_entry(io.BytesIO(), "a", 3, io.BytesIO(data))


@given(entries, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_stands_in_a_name_or_in_data(
    items: list[tuple[str, bytes]], place: int, change: int
) -> None:
    """The container leaves nothing free: what is read writes the same bytes again, or it is refused."""
    data = bytearray(written(items))
    data[place % len(data)] ^= change
    handler = Entries()
    reader = ustar.Reader(handler, NAMES)
    try:
        reader.write(bytes(data))
        reader.close()
    except BadData as error:
        assert error.code.startswith("E-TAR-")
    else:
        assert written(handler.found) == data
