from dataclasses import replace
from pathlib import Path

import pytest

from waarmerk import formats
from waarmerk.election.definition import ElectionDefinition, roman
from waarmerk.errors import BadData
from waarmerk.simulate.election import KINDS, election
from waarmerk.tabulation.levels import bodies

DEFINITIONS = "fixtures/abacus/backend-eml-tests/definitions"


def definition(data: Path, name: str) -> ElectionDefinition:
    with (data / DEFINITIONS / f"Verkiezingsdefinitie_{name}.eml.xml").open("rb") as stream:
        value = formats.read(stream)
    assert isinstance(value, ElectionDefinition)
    return value


def test_a_province_of_one_district_has_municipalities_under_the_central_committee(data: Path) -> None:
    root = bodies(definition(data, "PS2023_Drenthe"))
    assert (root.authority_id, root.message, root.contest_id, root.name) == ("CSB", "510d", "geen", "Drenthe")
    assert len(root.children) == 12
    assert {child.message for child in root.children} == {"510b"}


def test_a_province_of_two_districts_has_them_in_between(data: Path) -> None:
    root = bodies(definition(data, "PS2023_Gelderland"))
    assert [(child.authority_id, child.contest_id, child.name) for child in root.children] == [
        ("HSB1", "1", "Arnhem"),
        ("HSB2", "2", "Nijmegen"),
    ]
    assert root.contest_id == "alle"
    assert root.children[0].children[0].contest_id == "1"


def test_limburg_writes_its_contests_in_roman_numerals_and_its_authorities_not(data: Path) -> None:
    root = bodies(definition(data, "PS2023_Limburg"))
    assert [(child.authority_id, child.contest_id) for child in root.children] == [("HSB1", "I"), ("HSB2", "II")]


def test_a_water_board_has_municipalities_with_padded_codes(data: Path) -> None:
    root = bodies(definition(data, "AB2023_Limburg"))
    assert all(len(child.authority_id) == 4 for child in root.children)
    assert root.contest_id == "geen"


def test_a_council_has_one_municipality(data: Path) -> None:
    root = bodies(definition(data, "GR2026_Stadskanaal"))
    assert [(child.authority_id, child.name) for child in root.children] == [("0037", "Stadskanaal")]


def test_one_contest_for_all_districts_of_the_european_parliament() -> None:
    root = bodies(election(KINDS["EP"], 1).definition)
    assert {body.contest_id for body in root.everyone()} == {"alle"}
    assert [child.authority_id for child in root.children] == ["HSB1", "HSB2", "HSB3"]


def test_the_lowest_come_first() -> None:
    order = [body.message for body in bodies(election(KINDS["TK"], 1).definition).everyone()]
    assert (order[0], order[-1]) == ("510b", "510d")


def test_a_tree_without_municipalities_is_refused() -> None:
    made = election(KINDS["PS1"], 1).definition
    with pytest.raises(BadData) as raised:
        bodies(replace(made, regions=made.regions[:2]))
    assert raised.value.code == "E-TAB-TREE"


def test_a_body_twice_in_the_tree_is_refused() -> None:
    made = election(KINDS["PS1"], 1).definition
    with pytest.raises(BadData) as raised:
        bodies(replace(made, regions=(*made.regions, made.regions[-1])))
    assert raised.value.code == "E-TAB-TREE"


@pytest.mark.parametrize(("number", "numeral"), [("1", "I"), ("4", "IV"), ("9", "IX"), ("14", "XIV"), ("", "")])
def test_roman_numerals(number: str, numeral: str) -> None:
    assert roman(number) == numeral


def test_postal_votes_from_abroad_may_come_without_being_in_the_tree() -> None:
    made = election(replace(KINDS["TK"], districts=12, municipalities=1), 1).definition
    hague = bodies(made).children[11]
    postal = hague.children[-1]
    assert (postal.authority_id, postal.optional, postal.message) == ("9010", True, "510b")
    assert "9010" not in [one.authority_id for one in hague.expected]
    assert "9010" in [one.authority_id for one in hague.expects({"9010"})]
