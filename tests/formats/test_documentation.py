"""docs/formats.md is true: the verdict on every file of the collection, the limits, the columns of the tidy table."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from lxml import etree

from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.errors import Rejection
from waarmerk.formats import NoResults, NotCounted, Value

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
VERDICTS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| `") and re.match(r"\| `[a-z-]+/.*\.(xml|csv)` \|", line)
]
SCHEMAS = {
    "110a": "110a-electionevent-kiesraad-strict.xsd",
    "110b": "110b-electionevent-kiesraad-strict.xsd",
    "230b": "230-candidatelist-kiesraad-strict.xsd",
    "510": "510-count-kiesraad-strict.xsd",
    "520": "520-result-kiesraad-strict.xsd",
}


def verdict(value: Value | Rejection) -> tuple[str, str]:
    match value:
        case Rejection():
            return "refused", f"{value.code}: {value.reason}"
        case NoResults():
            return "no results file", value.reason
        case NotCounted():
            return "not counted", value.message
    about = value if isinstance(value, Count) else value.head
    notes = [note.text + (f" ({note.count}×)" if note.count > 1 else "") for note in about.notes]
    return f"read, {about.message}", "; ".join(notes) or ("strict, canonical" if about.canonical else "strict")


def test_the_page_has_a_row_for_every_file(data: Path) -> None:
    found = {path.relative_to(data).as_posix() for ending in ("*.xml", "*.csv") for path in data.rglob(ending)}
    assert found == {row[0].strip("`") for row in VERDICTS}


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row[0].rpartition("/")[2])
def test_the_verdict_is_the_one_on_the_page(data: Path, row: list[str]) -> None:
    with (data / row[0].strip("`")).open("rb") as stream:
        found = verdict(formats.read(stream))
    assert found == (row[2], row[3])


def test_what_is_strict_is_valid(data: Path) -> None:
    schemas = {key: etree.XMLSchema(etree.parse(str(data / "eml-nl-xsd" / name))) for key, name in SCHEMAS.items()}
    wrong = []
    for path in sorted(data.rglob("*.xml")):
        with path.open("rb") as stream:
            what, notes = verdict(formats.read(stream))
        message = what.removeprefix("read, ")
        schema = next((one for key, one in schemas.items() if message.startswith(key)), None)
        if schema is not None and notes.startswith("strict") and not schema.validate(etree.parse(str(path))):
            wrong.append(path.name)
    assert wrong == []


LIMITS = re.findall(r"^\| [^|]* \| ([0-9,]+)( [KM]iB)? \| `(\w+)\.(\w+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("number", "unit", "module", "name"), LIMITS, ids=str)
def test_limits_are_those_of_the_code(number: str, unit: str, module: str, name: str) -> None:
    value = int(number.replace(",", "")) * {"": 1, " KiB": 1024, " MiB": 1024 * 1024}[unit]
    assert getattr(importlib.import_module(f"waarmerk.formats.{module}"), name) == value


def test_the_page_has_limits() -> None:
    assert len(LIMITS) >= 12
