"""The made-up country: real size, real oddities of names and numbers, the same bytes for the same seed."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from waarmerk import formats
from waarmerk.cli import main
from waarmerk.election.count import Count
from waarmerk.simulate import country

AMSTERDAM = next(place for place in country.places() if place.code == "0363")


@pytest.fixture(scope="module")
def amsterdam() -> Count:
    return country.count(1, AMSTERDAM)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_amsterdam_has_its_real_size(amsterdam: Count) -> None:
    assert (len(amsterdam.units), amsterdam.ballot.size) == (470, 1130)


def test_the_country_has_its_real_size() -> None:
    assert len(country.places()) == len({place.code for place in country.places()}) == 342
    assert 9_850 < sum(place.stations for place in country.places()) < 9_950


@pytest.mark.parametrize("sign", ["&", "'", '"', "<", "É"])
def test_names_of_stations_and_lists_have_the_signs_of_real_ones(amsterdam: Count, sign: str) -> None:
    assert any(sign in unit.name for unit in amsterdam.units)
    assert any(sign in one.name for one in amsterdam.ballot.lists)


def test_two_stations_of_a_municipality_have_one_name() -> None:
    units = country.count(1, country.part(0.003)[0]).units
    assert units[1].name == units[2].name
    assert units[1].id != units[2].id


def test_numbers_of_stations_have_one_to_five_digits(amsterdam: Count) -> None:
    assert {len(unit.id.partition("::SB")[2]) for unit in amsterdam.units} == {1, 2, 3, 4, 5}


def test_the_name_of_the_election_says_that_it_is_made_up(amsterdam: Count) -> None:
    assert "(verzonnen)" in (amsterdam.election.name or "")


def test_a_part_is_spread_over_the_country() -> None:
    assert len(country.part(1.0)) == 342
    assert len({place.district for place in country.part(0.1)}) > 10
    assert len(country.part(1e-9)) == 1


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert run(tmp_path / folder, "--scale", "0.003", "--seed", seed).exit_code == 0
    assert written(tmp_path / "a") == written(tmp_path / "b")
    assert written(tmp_path / "a") != written(tmp_path / "c")


def test_one_municipality_alone_has_the_bytes_that_it_has_in_the_country(tmp_path: Path) -> None:
    code = country.part(0.006)[1].code
    run(tmp_path / "all", "--scale", "0.006")
    run(tmp_path / "one", "--scale", "0.006", "--only", code)
    one = written(tmp_path / "one")
    assert len(one) == 3
    assert one.items() <= written(tmp_path / "all").items()


def test_both_styles_hold_the_same_count(tmp_path: Path) -> None:
    run(tmp_path / "osv", "--scale", "0.003")
    run(tmp_path / "in", "--scale", "0.003", "--style", "indented")
    name = country.file_name(country.part(0.003)[0])
    canonical, laid_out = (tmp_path / style / name for style in ("osv", "in"))
    assert laid_out.read_bytes().startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<EML')
    assert b'"/>\n' in laid_out.read_bytes()
    one, other = (formats.read(io.BytesIO(path.read_bytes())) for path in (canonical, laid_out))
    assert isinstance(one, Count)
    assert isinstance(other, Count)
    assert one.strict
    assert one.canonical
    assert not other.canonical
    assert one.votes.same(other.votes)
    assert one.total.same(other.total)
    assert (one.units, one.ballot) == (other.units, other.ballot)


def test_every_document_is_valid(tmp_path: Path, data: Path) -> None:
    run(tmp_path, "--scale", "0.006", "--style", "mixed")
    names = {"110a": "110a-electionevent", "230b": "230-candidatelist", "510b": "510-count"}
    for path in tmp_path.iterdir():
        tree = etree.parse(path)
        name = names[tree.getroot().get("Id") or ""]
        schema = etree.XMLSchema(etree.parse(data / "eml-nl-xsd" / f"{name}-kiesraad-strict.xsd"))
        assert schema.validate(tree), (path.name, schema.error_log.last_error)


def test_a_code_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert run(tmp_path, "--only", "9999").exit_code == 2
    assert not list(tmp_path.iterdir())
