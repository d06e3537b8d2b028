"""The tables for who imports those of the official tool: columns, cells, safety, and that merging empties none."""

import csv
import io

import pytest

from tests.checks.counts import Station, difference, municipality, station
from waarmerk.checks import Context, examine
from waarmerk.checks.rules.differences import INVESTIGATED
from waarmerk.election.count import Investigation
from waarmerk.formats import Contest, complete, read
from waarmerk.pages.protocol_tables import protocol_tables

HEAD = 9
DIFFERENCE = "Stembureau >=15 of >=2.0% verschil tussen toegelaten kiezers en uitgebrachte stemmen"


def tables(count, edition="tk2025"):
    made = protocol_tables(count, examine(count, Context(protocol=edition)))
    return {name: list(csv.reader(io.StringIO(data.decode()), delimiter=";")) for name, data in made.items()}


def row(table, station):
    return next(dict(zip(table[HEAD], each, strict=True)) for each in table[HEAD + 1 :] if each[5] == str(station))


def test_merged_findings_stand_in_both_tables():
    made = tables(municipality(difference(500, 500), difference(480, 500, no_explanation=18, taken_home=1)))
    assert row(made["a.csv"], 2)["Aantal geen verklaring voor verschil"] == "18"
    assert row(made["a.csv"], 2)["Aantal ontbrekende verklaringen voor verschil"] == "1"
    assert (
        row(made["b.csv"], 2)["Stembureau >=15 of >=2.0% verschil tussen toegelaten kiezers en uitgebrachte stemmen"]
        == "ja (20)"
    )


def test_percentage_is_shown_where_the_number_is_small():
    made = tables(municipality(difference(500, 500), difference(490, 500, other_explanation=10)))
    assert "ja (2.0%)" in row(made["b.csv"], 2).values()
    assert made["a.csv"][HEAD + 1 :] == []


def test_gr2026_has_the_difference_that_was_not_investigated():
    made = tables(municipality(difference(500, 500), difference(498, 500)), "gr2026")["a.csv"]
    assert row(made, 2)["Niet onderzocht telverschil"] == "2"


@pytest.mark.parametrize(("answers", "cell"), [([], "onbekend"), ([False], "nee"), ([True], "ja")])
def test_recounted_is_what_the_document_says(answers, cell):
    investigations = [Investigation(1, INVESTIGATED[0], answer) for answer in answers]
    made = tables(municipality(difference(500, 500), difference(470, 500), investigations=investigations))
    assert row(made["b.csv"], 2)["Al herteld"] == cell


def test_every_station_has_its_deviations():
    made = tables(municipality(station([[57], [43]]), station([[7], [93]])))["c.csv"]
    assert made[HEAD][7:] == ["Lijst 1", "Lijst 2"]
    assert [each[7:] for each in made[HEAD + 1 :]] == [["+50.0%", "-50.0%"], ["-50.0%", "+50.0%"]]


def test_single_station_is_not_compared():
    assert tables(municipality(station([[57], [43]])))["c.csv"][HEAD + 1][7:] == ["", ""]


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+1", "-1", "@x"])
def test_t19_name_is_no_formula(name):
    made = tables(municipality(Station([[0]], name=name, figures={"admitted": 20}), station([[5]])))
    assert row(made["a.csv"], 1)["Stembureaunaam"] == f"'{name}"


def test_form_is_what_the_importer_expects():
    count = municipality(difference(1, 1))
    data = protocol_tables(count, examine(count))["a.csv"]
    assert data.startswith(b"Versie controleprotocol;TK2025\r\n")


@pytest.mark.parametrize("name", ["a.csv", "b.csv"])
def test_rotterdam_is_cell_by_cell_what_the_official_tool_says(data, name):
    with next((data / "real/tk2023/gemeente").glob("*.csv")).open("rb") as stream:
        count = complete(read(stream), created="2023-11-23T00:00:00.000", contest=Contest("13", "Rotterdam"))
    oracle = (data / "derived/hcp_tables/Telling_TK2023_gemeente_Rotterdam" / name).read_text(encoding="utf-8")
    theirs = list(csv.reader(io.StringIO(oracle), delimiter=";"))[HEAD:]
    ours = [each[:-1] for each in tables(count)[name][HEAD:]]
    assert [each[:-1] for each in ours] == [each[:-1] for each in theirs]
    assert {each[-1] for each in ours[1:]} == {"onbekend"}
