"""The commands simulate, tabulate and seats, on files, as a person uses them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from waarmerk.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def said(*arguments: str | Path) -> dict[str, object]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "tk"
    assert run("simulate", made, "--seed", "5").exit_code == 0
    return made


def test_the_same_seed_writes_the_same_files(folder: Path, tmp_path: Path) -> None:
    run("simulate", tmp_path, "--seed", "5")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}


def test_simulate_overwrites_nothing(folder: Path) -> None:
    assert run("simulate", folder, "--seed", "6").exit_code != 0


def test_a_folder_with_a_definition_is_added_up_to_the_top(folder: Path, tmp_path: Path) -> None:
    found = said("tabulate", folder, "-o", tmp_path / "out", "--json")
    assert found["authority"] == "CSB"
    assert found["message"] == "510d"
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"Totaaltelling_TK2030.eml.xml"}
    assert all(not one["unequal"] for one in found["sums"])  # type: ignore[attr-defined]


def test_what_was_written_agrees_when_it_is_added_up_again(folder: Path, tmp_path: Path) -> None:
    run("tabulate", folder, "-o", tmp_path / "all")
    for path in folder.iterdir():
        (tmp_path / "all" / path.name).write_bytes(path.read_bytes())
    found = said("tabulate", tmp_path / "all", "-o", tmp_path / "top.json", "--json")
    levels = found["levels"]
    assert isinstance(levels, list)
    assert len(levels) == 12
    assert not any(level["unequal"] for level in levels)


def test_one_changed_figure_in_a_district_is_named(folder: Path, tmp_path: Path) -> None:
    run("tabulate", folder, "-o", tmp_path / "all")
    for path in folder.iterdir():
        (tmp_path / "all" / path.name).write_bytes(path.read_bytes())
    district = next((tmp_path / "all").glob("*kieskring_Midden*"))
    data = district.read_bytes()
    at = data.rindex(b"<TotalCounted>") + len(b"<TotalCounted>")
    digit = b"1" if data[at : at + 1] != b"1" else b"2"
    district.write_bytes(data[:at] + digit + data[at + 1 :])
    result = run("tabulate", tmp_path / "all", "-o", tmp_path / "top.json")
    assert result.exit_code == 1
    assert "HSB2" in result.output
    assert "geldige stemmen" in result.output


def test_a_result_that_exists_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "top.xml"
    assert run("tabulate", folder, "-o", target).exit_code == 0
    before = target.read_bytes()
    assert run("tabulate", folder, "-o", target).exit_code == 2
    assert target.read_bytes() == before


def test_a_folder_without_counts_says_so(tmp_path: Path) -> None:
    result = run("tabulate", tmp_path, "-o", tmp_path / "x.json")
    assert result.exit_code == 2
    assert "no count" in result.output


def test_the_elected_are_written_as_a_result(folder: Path, tmp_path: Path) -> None:
    run("tabulate", folder, "-o", tmp_path / "top.xml")
    definition = next(folder.glob("Verkiezingsdefinitie*"))
    lists = [part for path in sorted(folder.glob("Kandidaten*")) for part in ("--candidates", path)]
    found = said(
        "seats", tmp_path / "top.xml", "--definition", definition, *lists, "-o", tmp_path / "520.xml", "--json"
    )
    elected = found["elected"]
    assert isinstance(elected, list)
    assert len(elected) == 150
    assert (tmp_path / "520.xml").read_bytes().count(b"<Ranking>") == 150
    assert all(re.search(r", [A-Z]\.", one["name"]) for one in elected)


# Seats of a plain table.


def table(tmp_path: Path, *rows: str, header: str = "list,name,votes") -> Path:
    path = tmp_path / "votes.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_seats_of_a_table_have_the_fixed_fields(tmp_path: Path) -> None:
    path = table(tmp_path, "1,A,2571", "2,B,977", "3,C,567", "4,D,536", "5,E,453")
    found = said("seats", path, "--election", "GR2022", "--seats", "15", "--json")
    lists = found["lists"]
    assert isinstance(lists, list)
    assert lists[0] == {
        "list": 1, "name": "A", "votes": 2571, "seats": 8, "full_quota_seats": 7, "residual_seats": 1,
    }  # fmt: skip
    assert sum(one["seats"] for one in lists) == 15
    steps = found["steps"]
    assert isinstance(steps, list)
    assert all(set(step) == {"article", "text", "figures"} for step in steps)
    assert steps[-1]["article"] == "P 9"


def test_a_lot_is_asked_and_its_outcome_taken(tmp_path: Path) -> None:
    path = table(tmp_path, "1,A,50", "2,B,50")
    asked = run("seats", path, "--election", "GR2022", "--seats", "19", "--json")
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["lot"]["options"] == [1, 2]
    found = said("seats", path, "--election", "GR2022", "--seats", "19", "--lot", "1,2=2", "--json")
    assert [one["seats"] for one in found["lists"]] == [9, 10]  # type: ignore[attr-defined]


def test_seats_in_english(tmp_path: Path) -> None:
    result = run("--lang", "en", "seats", table(tmp_path, "1,A,50"), "--election", "GR2022", "--seats", "9")
    assert "The quota is 50 votes divided by 9 seats: 5 5/9." in result.output


def test_a_list_without_enough_candidates_is_known_from_the_table(tmp_path: Path) -> None:
    path = table(tmp_path, "1,A,60,1", "2,B,40,", header="list,name,votes,candidates")
    found = said("seats", path, "--election", "GR2022", "--seats", "5", "--json")
    assert [one["seats"] for one in found["lists"]] == [1, 4]  # type: ignore[attr-defined]


@pytest.mark.parametrize("row", ["1,A", "1,A,x", "1,A,-5", "1,A,1_0", "0,A,5", '1,"A,5', "1,A,1000000000", "1,A,٣"])
def test_a_row_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    result = run("seats", table(tmp_path, row), "--election", "GR2022", "--seats", "9")
    assert result.exit_code == 2
    assert "E-CSV" in result.output
    assert "2" in result.output


def test_seats_of_a_real_council_from_its_csv(data: Path) -> None:
    path = data / "real/eml/gr2022_westmaasenwaal/osv4-3_telling_gr2022_westmaasenwaal.csv"
    found = said("seats", path, "--seats", "19", "--json")
    elected = found["elected"]
    assert isinstance(elected, list)
    assert len(elected) == 19
    assert elected[0] == {
        "list": 1, "candidate": 1, "how": "preference", "name": "Reuvers, R.A.N.", "votes": 581, "contest": "geen",
    }  # fmt: skip


def test_the_closest_seat_is_named_with_its_votes(tmp_path: Path) -> None:
    path = table(tmp_path, "1,A,2571", "2,B,977", "3,C,567", "4,D,536", "5,E,453")
    found = said("seats", path, "--election", "GR2022", "--seats", "15", "--margins", "--json")
    margins = found["margins"]
    assert isinstance(margins, list)
    assert margins == sorted(margins, key=lambda one: one["votes"])
    assert set(margins[0]) == {"source", "target", "votes", "lot", "changes"}


def test_what_was_typed_from_paper_is_compared(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = data / "real/eml/gr2022_westmaasenwaal/Telling_GR2022_WestMaasenWaal.eml.xml"
    (folder / "telling.eml.xml").write_bytes(source.read_bytes())
    paper = tmp_path / "paper.csv"
    paper.write_text("list,candidate,votes\n1,,1893\n2,,1346\n", encoding="utf-8")
    result = run("tabulate", folder, "-o", tmp_path / "o.json", "--paper", f"0668={paper}", "--json")
    assert result.exit_code == 1
    (compared,) = json.loads(result.stdout)["paper"]
    assert (compared["compared"], [(cell["list"], cell["old"], cell["new"]) for cell in compared["unequal"]]) == (
        2,
        [(2, 1346, 1345)],
    )


def test_three_lists_are_drawn_with_sheets_to_fill_in(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = data / "real/eml/gr2022_westmaasenwaal/Telling_GR2022_WestMaasenWaal.eml.xml"
    (folder / "telling.eml.xml").write_bytes(source.read_bytes())
    found = said(
        "tabulate", folder, "-o", tmp_path / "o.json", "--draw", "4 2 6 1", "--sheets", tmp_path / "sheets", "--json"
    )
    (drawn,) = found["draws"]  # type: ignore[misc]
    assert len(drawn["lists"]) == 3
    assert (tmp_path / "sheets" / "optellen_0668.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_the_newest_of_two_counts_is_added_and_the_older_one_named(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = data / "real/eml/gr2022_westmaasenwaal/Telling_GR2022_WestMaasenWaal.eml.xml"
    old = source.read_bytes()
    made = re.search(rb"CreationDateTime>([^<]+)<", old)
    assert made is not None
    (folder / "a.eml.xml").write_bytes(old.replace(made[1], b"2022-04-01T10:00:00.000").replace(b">1345<", b">1346<"))
    (folder / "b.eml.xml").write_bytes(old)
    arguments = ("tabulate", folder, "-o", tmp_path / "o.json", "--draw", "4 2 6 1", "--sheets", tmp_path / "sheets")
    result = run(*arguments)
    assert "X-14" in result.stdout
    (replaced,) = json.loads(run(*arguments, "--json", "--force").stdout)["replaced"]
    assert (replaced["code"], replaced["file"], replaced["by"]) == ("X-14", "b.eml.xml", "a.eml.xml")
