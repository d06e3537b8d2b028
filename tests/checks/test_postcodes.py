"""The table of post codes that the user brings, and the real one on Rotterdam."""

from io import BytesIO

import pytest

from tests.checks.counts import found_by, numbers
from waarmerk.checks.postcodes import COLUMNS, by_postcode, read_postcodes
from waarmerk.election.finding import Code
from waarmerk.errors import BadData
from waarmerk.formats import read


@pytest.mark.parametrize("separator", [",", ";"])
def test_columns_are_found_by_name(separator):
    rows = ["ambiguous,neighbourhood_code,zip_code", "no,WK1,1234 ab", "", "no,,9999ZZ", "yes,WK2,1234AC"]
    data = "\ufeff" + "\r\n".join(rows).replace(",", separator)
    assert read_postcodes(BytesIO(data.encode())) == {"1234AB": "WK1", "1234AC": "WK2"}


def test_post_code_that_lies_in_several_neighbourhoods_alike_has_none():
    rows = [("1234AB", "WK1", "yes, selected one of largest"), ("1234AC", "WK1", "yes, selected largest")]
    assert by_postcode(rows) == {"1234AC": "WK1"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "E-CSV-ENCODING"),
        (b"", "E-CSV-LABEL"),
        (b"postcode,wijk\n1234AB,WK1", "E-CSV-LABEL"),
        (b"zip_code,neighbourhood_code\n1234AB", "E-CSV-WIDTH"),
        (b"zip_code,neighbourhood_code\n" + b'"' + b"x" * 200_000, "E-CSV-QUOTE"),
    ],
)
def test_table_that_cannot_be_used_is_refused(data, code):
    with pytest.raises(BadData) as refused:
        read_postcodes(BytesIO(data))
    assert refused.value.code == code


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize(("edition", "stations"), [("tk2025", [33, 238]), ("gr2026", [33, 238]), ("ep2024", [])])
def test_rotterdam_with_the_real_table(data, year, edition, stations):
    pytest.importorskip("pyarrow")
    from waarmerk.machine.tables import from_parquet

    table = by_postcode(from_parquet(data / f"fixtures/HCP/data/zip_to_neighbourhood_{year}.parquet", COLUMNS))
    with next((data / "real/tk2023/gemeente").glob("*.csv")).open("rb") as stream:
        count = read(stream)
    assert numbers(found_by(count, Code.P06, protocol=edition, postcodes=table)) == stations
