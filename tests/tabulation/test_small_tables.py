"""The small tables that people make: totals from paper, votes by list, vote values. One limit, one encoding."""

from collections.abc import Callable

import pytest

from waarmerk.errors import BadData
from waarmerk.formats.csvlines import MAX_TABLE
from waarmerk.tabulation import senate, typed, votes_table

READERS = {
    typed.parse: b"list,candidate,votes\n1,,5\n",
    votes_table.parse: b"list,name,votes\n1,Eerste,5\n",
    senate.parse_values: b"name,value\nGroningen,139\n",
}


@pytest.mark.parametrize("parse", READERS)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data + b"\n" * (MAX_TABLE - len(data)), None),
        (lambda data: data + b"\n" * (MAX_TABLE - len(data) + 1), "E-CSV-CELL"),
        (lambda data: b"\xef\xbb\xbf" + data, None),
        (lambda data: data + b"\xff", "E-CSV-ENCODING"),
    ],
    ids=["as large as may be", "too large", "byte-order mark", "not UTF-8"],
)
def test_every_small_table_has_the_limit_and_the_encoding(
    parse: Callable[[bytes], object], change: Callable[[bytes], bytes], code: str | None
) -> None:
    data = change(READERS[parse])  # type: ignore[index]
    if code is None:
        parse(data)
    else:
        with pytest.raises(BadData, match=code):
            parse(data)
