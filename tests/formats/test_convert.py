"""``waarmerk convert``: from every form to every other, by name; it refuses to overwrite and says what is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.formats.invented import CREATED, count
from tests.formats.test_csv import ROWS
from waarmerk import formats
from waarmerk.cli.convert import convert, read_count
from waarmerk.election.count import Count
from waarmerk.errors import BadData, WrongUse

SAY = ["--contest", "13:Rotterdam", "--created", CREATED]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(convert, [str(argument) for argument in arguments])


def good(*arguments: str | Path) -> Result:
    result = run(*arguments)
    assert result.exception is None, result.exception
    return result


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    path = tmp_path / "count.eml.xml"
    path.write_bytes(b"".join(formats.write_510(count())))
    return path


def same_votes(one: Count, other: Count) -> bool:
    cells = np.array_equal(one.votes.candidates, other.votes.candidates)
    return cells and np.array_equal(one.total.lists, other.total.lists)


def test_rotterdam_to_eml_and_back(rotterdam_zip: Path, tmp_path: Path) -> None:
    good(rotterdam_zip, tmp_path / "r.eml.xml", *SAY)
    made = read_count(tmp_path / "r.eml.xml")
    assert (made.contest_id, made.contest_name, made.created) == ("13", "Rotterdam", CREATED)
    assert same_votes(made, read_count(rotterdam_zip))


@pytest.mark.parametrize("ending", ["parquet", "sqlite"])
def test_rotterdam_through_a_table_gives_the_same_csv(rotterdam_zip: Path, tmp_path: Path, ending: str) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    good(rotterdam_zip, tmp_path / f"r.{ending}")
    good(tmp_path / f"r.{ending}", tmp_path / "r.csv")
    good(rotterdam_zip, tmp_path / "direct.csv")
    assert (tmp_path / "r.csv").read_bytes() == (tmp_path / "direct.csv").read_bytes()


@pytest.mark.parametrize("ending", ["parquet", "sqlite"])
def test_eml_through_a_table_gives_the_same_votes(eml: Path, tmp_path: Path, ending: str) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    good(eml, tmp_path / f"r.{ending}")
    good(tmp_path / f"r.{ending}", tmp_path / "again.xml")
    assert same_votes(read_count(tmp_path / "again.xml"), read_count(eml))


def test_a_csv_of_eml_takes_its_names_from_the_lists(data: Path, tmp_path: Path) -> None:
    folder = data / "real/eml/gr2022_westmaasenwaal"
    lists = folder / "Kandidatenlijsten_GR2022_WestMaasenWaal.eml.xml"
    result = good(folder / "Telling_GR2022_WestMaasenWaal.eml.xml", lists, tmp_path / "w.csv")
    assert (tmp_path / "w.csv").read_bytes() == (folder / "osv4-3_telling_gr2022_westmaasenwaal.csv").read_bytes()
    assert "cannot carry the contest" in result.stderr


def test_there_and_back_gives_the_published_eml_but_for_what_a_csv_loses(data: Path, tmp_path: Path) -> None:
    folder = data / "real/eml/gr2022_westmaasenwaal"
    published = read_count(folder / "Telling_GR2022_WestMaasenWaal.eml.xml")
    csv = folder / "osv4-3_telling_gr2022_westmaasenwaal.csv"
    good(csv, tmp_path / "w.xml", "--created", published.created or "")
    assert same_votes(read_count(tmp_path / "w.xml"), published)
    assert [unit.raw_name for unit in read_count(tmp_path / "w.xml").units] == [
        unit.raw_name for unit in published.units
    ]


def test_a_district_csv_needs_no_contest(data: Path, tmp_path: Path) -> None:
    good(data / "real/tk2023/kieskring/OSV4-3_telling_tk2023_kieskring_tilburg.csv", tmp_path / "t.xml")
    made = read_count(tmp_path / "t.xml")
    assert (made.message, made.contest_id, made.contest_name, made.election.subcategory) == (
        "510c",
        "17",
        "Tilburg",
        "TK",
    )


def test_a_definition_says_the_district_of_a_municipality(data: Path, tmp_path: Path) -> None:
    definition = data / "fixtures/abacus/backend-eml-tests/definitions/Verkiezingsdefinitie_PS2023_Limburg.eml.xml"
    text = "\ufeff" + "\n".join(ROWS).replace("Gemeenteraad Voorbeelddam 2030", "Provinciale Staten Limburg 2023")
    (tmp_path / "m.csv").write_text(
        text.replace('"9987"', '"0983"').replace("2030-03-20", "2023-03-15"), encoding="utf-8"
    )
    good(tmp_path / "m.csv", definition, tmp_path / "m.xml")
    made = read_count(tmp_path / "m.xml")
    assert (made.contest_id, made.contest_name, made.election.subcategory) == ("II", "Venlo", "PS2")


def test_nothing_is_overwritten(eml: Path, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"mine")
    assert isinstance(run(eml, tmp_path / "x.sqlite").exception, WrongUse)
    assert (tmp_path / "x.sqlite").read_bytes() == b"mine"
    good(eml, tmp_path / "x.sqlite", "--force")
    assert (tmp_path / "x.sqlite").read_bytes() != b"mine"


@pytest.mark.parametrize("name", ["x.txt", "x", "x.json", "x.zip"])
def test_other_names_are_wrong_use(eml: Path, tmp_path: Path, name: str) -> None:
    assert isinstance(run(eml, tmp_path / name).exception, WrongUse)
    assert not (tmp_path / name).exists()


def test_a_csv_without_its_contest_is_wrong_use(rotterdam_zip: Path, tmp_path: Path) -> None:
    assert "--contest" in str(run(rotterdam_zip, tmp_path / "r.xml").exception)


def test_a_refused_file_keeps_its_code(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text('<EML xmlns="urn:oasis:names:tc:evs:schema:eml" Id="510b"/>')
    refused = run(tmp_path / "x.xml", tmp_path / "y.csv").exception
    assert isinstance(refused, BadData)
    assert refused.code == "E-XML-SCHEMA"


@pytest.mark.parametrize("ending", ["parquet", "sqlite"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, ending: str) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    (tmp_path / f"x.{ending}").write_bytes(b"no table" * 100)
    refused = run(tmp_path / f"x.{ending}", tmp_path / "y.csv").exception
    assert isinstance(refused, BadData)
    assert refused.code == "E-TAB-FILE"
