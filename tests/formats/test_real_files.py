"""Every real file gives every figure that its publisher printed; the expected figures come from the collection's README."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from xsdata.formats.dataclass.parsers import XmlParser

from waarmerk import formats
from waarmerk.election.count import REASON_CODES, REJECTED_CODES, Count, Figure, Level, Votes
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists
from waarmerk.election.places import PollingPlaces
from waarmerk.election.result import Result

DISTRICTS = {
    "HSB1": ("Groningen", 10, 24, 984),
    "HSB2": ("Leeuwarden", 18, 25, 995),
    "HSB3": ("Assen", 12, 23, 967),
    "HSB4": ("Zwolle", 25, 25, 994),
    "HSB5": ("Lelystad", 6, 25, 995),
    "HSB6": ("Nijmegen", 14, 25, 994),
    "HSB7": ("Arnhem", 37, 24, 984),
    "HSB8": ("Utrecht", 26, 26, 1005),
    "HSB9": ("Amsterdam", 1, 26, 1005),
    "HSB10": ("Haarlem", 19, 25, 994),
    "HSB11": ("Den Helder", 24, 25, 994),
    "HSB12": ("'s-Gravenhage", 1, 25, 995),
    "HSB14": ("Dordrecht", 23, 25, 994),
    "HSB15": ("Leiden", 25, 26, 1005),
    "HSB16": ("Middelburg", 13, 23, 967),
    "HSB17": ("Tilburg", 24, 26, 1005),
    "HSB18": ("'s-Hertogenbosch", 32, 26, 1005),
    "HSB19": ("Maastricht", 31, 25, 994),
}


def read(path: Path) -> object:
    with path.open("rb") as stream:
        return formats.read(stream, path.name)


def count_of(path: Path) -> Count:
    value = read(path)
    assert isinstance(value, Count)
    return value


@pytest.fixture(scope="module")
def rotterdam(rotterdam_zip: Path) -> Count:
    with rotterdam_zip.open("rb") as stream:
        ((name, member),) = formats.zips.members(stream)
        value = formats.read(member, name)
    assert isinstance(value, Count)
    return value


@pytest.fixture(scope="module")
def districts(data: Path) -> dict[str, Count]:
    found = [count_of(path) for path in sorted((data / "real/tk2023/kieskring").glob("*.csv"))]
    return {count.authority_id or "": count for count in found}


@pytest.fixture(scope="module")
def village(data: Path) -> Path:
    return data / "real/eml/gr2022_westmaasenwaal"


def test_rotterdam_has_its_stations_lists_and_candidates(rotterdam: Count) -> None:
    assert (len(rotterdam.units), len(rotterdam.ballot.lists), rotterdam.ballot.size) == (378, 24, 984)


def test_rotterdam_says_who_and_when(rotterdam: Count) -> None:
    about = rotterdam.election
    assert (rotterdam.message, rotterdam.authority_id, rotterdam.authority_name) == ("510b", "0599", "Rotterdam")
    assert (about.id, about.date, rotterdam.level) == ("TK2023", "2023-11-22", Level.STATION)


def test_rotterdam_has_every_total(rotterdam: Count) -> None:
    figures = rotterdam.total.figures[0]
    assert figures[Figure.COUNTED] == 294_027
    assert figures[Figure.FOUND] == figures[Figure.COUNTED] + figures[Figure.BLANK] + figures[Figure.INVALID]
    assert (rotterdam.total.lists.sum(), rotterdam.total.candidates.sum()) == (294_027, 294_027)


def test_rotterdam_sums_hold(rotterdam: Count) -> None:
    assert (rotterdam.votes.candidates.sum(axis=0) == rotterdam.total.candidates[0]).all()
    assert (rotterdam.votes.figures.sum(axis=0) == rotterdam.total.figures[0]).all()


def test_rotterdam_station_726_lacks_27_ballots(rotterdam: Count) -> None:
    row = [unit.id for unit in rotterdam.units].index("0599::SB726")
    assert rotterdam.votes.figures[row, Figure.FEWER] == 27
    assert rotterdam.votes.figures[row, Figure.ADMITTED] - rotterdam.votes.figures[row, Figure.FOUND] == 27


def test_rotterdam_is_read_as_written(rotterdam: Count) -> None:
    assert rotterdam.strict


def test_rotterdam_names_its_stations(rotterdam: Count) -> None:
    names = [unit.name for unit in rotterdam.units]
    twice = {name for name in names if names.count(name) > 1}
    assert len(twice) == 33
    assert len({unit.postcode for unit in rotterdam.units}) == 338


@pytest.mark.parametrize("district", DISTRICTS)
def test_district_has_its_shape(districts: dict[str, Count], district: str) -> None:
    count = districts[district]
    shape = (count.authority_name, len(count.units), len(count.ballot.lists), count.ballot.size)
    assert shape == DISTRICTS[district]


def test_districts_and_rotterdam_give_the_published_totals(districts: dict[str, Count], rotterdam: Count) -> None:
    def total(figure: Figure) -> int:
        return sum(int(count.total.figures[0, figure]) for count in [*districts.values(), rotterdam])

    figures = [Figure.COUNTED, Figure.BLANK, Figure.INVALID, Figure.CAST, Figure.PROXIES]
    assert [total(figure) for figure in figures] == [10_359_450, 19_554, 22_507, 13_348_513, 996_041]


def test_a_district_reports_no_admitted_voters(districts: dict[str, Count]) -> None:
    reported = districts["HSB17"].votes.figures_reported
    assert not reported[:, [Figure.ADMITTED, Figure.POLL_CARDS]].any()


def test_a_spreadsheet_copy_is_read_whole_and_noted(districts: dict[str, Count]) -> None:
    count = districts["HSB2"]
    assert [unit.id for unit in count.units][:2] == ["HSB2::0059", "HSB2::0060"]
    assert count.election.date == "2023-11-22"
    assert not count.strict


def test_all_other_districts_are_read_as_written(districts: dict[str, Count]) -> None:
    assert [name for name, count in districts.items() if not count.strict] == ["HSB2"]


def test_a_whole_count_of_osv2020(village: Path) -> None:
    count = count_of(village / "Telling_GR2022_WestMaasenWaal.eml.xml")
    figures = count.total.figures[0]
    shown = [Figure.COUNTED, Figure.BLANK, Figure.INVALID, Figure.ADMITTED, Figure.CAST]
    assert [int(figures[figure]) for figure in shown] == [9350, 21, 27, 9398, 16202]
    assert [unit.id.split("SB")[1] for unit in count.units] == [*map(str, range(1, 12)), *map(str, range(112, 122))]
    assert (len(count.ballot.lists), count.ballot.size, count.strict, count.canonical) == (8, 251, True, True)


def test_eml_and_csv_of_one_count_agree_in_every_cell(village: Path) -> None:
    eml = count_of(village / "Telling_GR2022_WestMaasenWaal.eml.xml")
    csv = count_of(village / "osv4-3_telling_gr2022_westmaasenwaal.csv")
    assert (eml.votes.candidates == csv.votes.candidates).all()
    assert (eml.votes.lists == csv.votes.lists).all()
    shown = [figure for figure in Figure if figure is not Figure.FOUND and csv.total.figures_reported[0, figure]]
    assert (eml.votes.figures[:, shown] == csv.votes.figures[:, shown]).all()
    assert (eml.total.figures[:, shown] == csv.total.figures[:, shown]).all()
    assert (csv.votes.figures[:, Figure.FOUND] == eml.votes.found()).all()
    assert [(unit.id, unit.name, unit.postcode) for unit in eml.units] == [
        (unit.id, unit.name, unit.postcode) for unit in csv.units
    ]


def test_the_csv_of_an_eml_is_the_published_one(village: Path) -> None:
    eml = count_of(village / "Telling_GR2022_WestMaasenWaal.eml.xml")
    lists = read(village / "Kandidatenlijsten_GR2022_WestMaasenWaal.eml.xml")
    assert isinstance(lists, CandidateLists)
    published = (village / "osv4-3_telling_gr2022_westmaasenwaal.csv").read_bytes()
    assert b"".join(formats.write_osv43(eml, lists)) == published


def test_every_published_csv_is_written_again_byte_for_byte(data: Path) -> None:
    other = []
    for path in sorted((data / "real/tk2023").rglob("*.csv")):
        if b"".join(formats.write_osv43(count_of(path))) != path.read_bytes():
            other.append(path.name)
    assert other == ["osv4-3-telling-tk2023-kieskring-leeuwarden.csv"]


def test_a_whole_count_is_written_again_byte_for_byte(village: Path) -> None:
    path = village / "Telling_GR2022_WestMaasenWaal.eml.xml"
    assert b"".join(formats.write_510(count_of(path))) == path.read_bytes()


@pytest.mark.parametrize(
    ("path", "valid", "units", "size"),
    [
        ("ab2023_scheldestromen/Telling_AB2023_Scheldestromen_gemeente_Borsele.eml.xml", None, 1, 6),
        ("ab2023_scheldestromen/Totaaltelling_AB2023_Scheldestromen_waterschap_Scheldestromen.eml.xml", None, 1, 6),
        ("ps2023_drenthe/Telling_PS2023_Drenthe_gemeente_Aa_en_Hunze.eml.xml", None, 1, 422),
        ("ps2023_drenthe/Totaaltelling_PS2023_Drenthe_provincie_Drenthe.eml.xml", 263_882, 1, 422),
    ],
)
def test_counts_that_were_cut_down_are_read_cell_by_cell(
    data: Path, path: str, valid: int | None, units: int, size: int
) -> None:
    count = count_of(data / "real/eml" / path)
    assert (len(count.units), count.ballot.size) == (units, size)
    assert valid is None or count.total.figures[0, Figure.COUNTED] == valid


def test_a_total_above_the_municipality_leaves_out_two_codes(data: Path) -> None:
    count = count_of(data / "real/eml/ps2023_drenthe/Totaaltelling_PS2023_Drenthe_provincie_Drenthe.eml.xml")
    assert not count.total.figures_reported[0, [Figure.ADMITTED, Figure.POLL_CARDS]].any()
    assert count.level is Level.DISTRICT


def test_candidate_lists_are_read_whole(data: Path) -> None:
    haarlem = read(data / "real/eml/tk2025/Kandidatenlijsten_TK2025_Haarlem.eml.xml")
    village = read(data / "real/eml/gr2022_westmaasenwaal/Kandidatenlijsten_GR2022_WestMaasenWaal.eml.xml")
    assert isinstance(haarlem, CandidateLists)
    assert isinstance(village, CandidateLists)
    assert (haarlem.contests[0].id, haarlem.contests[0].lists[0].candidates[7].person.display) == (
        "10",
        "van Dijck, A.P.C.",
    )
    assert [len(one.candidates) for one in village.contests[0].lists].__len__() == 8
    assert sum(len(one.candidates) for one in village.contests[0].lists) == 251


def test_a_blank_list_is_called_by_its_first_candidate(data: Path) -> None:
    lists = read(data / "real/eml/ab2023_scheldestromen/Kandidatenlijsten_AB2023_Scheldestromen.eml.xml")
    assert isinstance(lists, CandidateLists)
    last = lists.contests[0].lists[-1]
    assert (last.number, last.name) == (12, "")
    assert last.display == f"Blanco ({last.candidates[0].person.display})"


def test_a_definition_gives_seats_threshold_and_districts(data: Path) -> None:
    definition = read(
        data / "fixtures/abacus/backend-eml-tests/definitions/Verkiezingsdefinitie_PS2023_Limburg.eml.xml"
    )
    assert isinstance(definition, ElectionDefinition)
    assert (definition.seats, definition.threshold) == (47, 25)
    assert [region.name for region in definition.of_category("KIESKRING")] == ["Maastricht", "Venlo"]
    assert all(region.roman_numerals for region in definition.of_category("KIESKRING"))


@pytest.mark.parametrize(
    ("path", "stations", "voters"),
    [
        ("abacus/e2e-eml-files/eml110b_test_420_polling_stations.eml.xml", 420, None),
        ("abacus/e2e-eml-files/eml110b_1_station.eml.xml", 1, 612_694),
        ("abacus/e2e-eml-files/eml110b_zero_number_of_voters.eml.xml", None, 0),
        ("rust-eml-nl/polling_stations/eml110b_empty_polling_station.eml.xml", 0, None),
    ],
)
def test_polling_places_are_read_whole(data: Path, path: str, stations: int | None, voters: int | None) -> None:
    places = read(data / "fixtures" / path)
    assert isinstance(places, PollingPlaces)
    assert stations is None or len(places.places) == stations
    assert voters is None or places.voters == voters
    assert all(place.number and place.name for place in places.places)


def test_a_result_names_who_was_elected(data: Path) -> None:
    result = read(data / "fixtures/rust-eml-nl/eml520_test.eml.xml")
    assert isinstance(result, Result)
    first = result.lists[0]
    assert (first.number, first.name, first.elected[0].order, first.elected[0].ranking) == (1, "Heemdamsenaren", 1, 1)
    assert first.elected[0].person.display == "Oorschot, A.B.C."


def test_a_tree_finds_the_district_of_a_municipality(data: Path) -> None:
    definition = read(
        data / "fixtures/abacus/backend-eml-tests/definitions/Verkiezingsdefinitie_PS2023_Limburg.eml.xml"
    )
    assert isinstance(definition, ElectionDefinition)
    venlo = definition.district_of("0983")
    assert venlo is not None
    assert (venlo.name, venlo.contest_id, definition.district_of("0599")) == ("Venlo", "II", None)


def test_the_example_is_the_published_file(rotterdam_zip: Path, data: Path) -> None:
    published = (data / "real/tk2023/gemeente/osv4-3_telling_tk2023_gemeente_rotterdam.csv").read_bytes()
    with zipfile.ZipFile(rotterdam_zip) as archive:
        (name,) = archive.namelist()
        assert io.BytesIO(archive.read(name)).getvalue() == published


EML_510 = [
    "real/eml/gr2022_westmaasenwaal/Telling_GR2022_WestMaasenWaal.eml.xml",
    "real/eml/ab2023_scheldestromen/Telling_AB2023_Scheldestromen_gemeente_Borsele.eml.xml",
    "real/eml/ab2023_scheldestromen/Totaaltelling_AB2023_Scheldestromen_waterschap_Scheldestromen.eml.xml",
    "real/eml/ps2023_drenthe/Telling_PS2023_Drenthe_gemeente_Aa_en_Hunze.eml.xml",
    "real/eml/ps2023_drenthe/Totaaltelling_PS2023_Drenthe_provincie_Drenthe.eml.xml",
    "fixtures/HCP/test-data/FAKE_TEST_DATA_TK2023_DORDRECHT/Fake_test_data_Telling_TK2023_gemeente_Dordrecht.eml.xml",
    "fixtures/HCP/test-data/e2e/Fake_test_data_Telling_EP2024_gemeente_Steenwijkerland.eml.xml",
    "fixtures/HCP/test-data/emls/empty_party_name.eml.xml",
    "fixtures/rust-eml-nl/deserialize_eml510b_test.eml.xml",
    "fixtures/rust-eml-nl/deserialize_eml510d_test.eml.xml",
]


@pytest.mark.parametrize("path", EML_510, ids=lambda path: path.rpartition("/")[2])
def test_independent_bindings_read_the_same_figures(data: Path, path: str) -> None:
    bindings = pytest.importorskip("pyeml_bindings")
    found = XmlParser().from_bytes((data / path).read_bytes(), bindings.Eml510).count.election.contests.contest[0]
    count = count_of(data / path)
    groups = [(found.total_votes, count.total, 0)]
    groups += [(unit, count.votes, row) for row, unit in enumerate(found.reporting_unit_votes)]
    assert len(groups) == len(count.units) + 1
    for theirs, ours, row in groups:
        assert [int(one.valid_votes) for one in theirs.selection] == _sequence(count, ours, row)
        assert _figures(theirs) == {
            figure: int(ours.figures[row, figure]) for figure in Figure if ours.figures_reported[row, figure]
        }


def _sequence(count: Count, votes: Votes, row: int) -> list[int]:
    found = []
    for column, one in enumerate(count.ballot.lists):
        found += [int(votes.lists[row, column]), *votes.candidates[row, one.columns].tolist()]
    return found


def _figures(theirs: object) -> dict[Figure, int]:
    group = cast(Any, theirs)
    found = {Figure.CAST: int(group.cast), Figure.COUNTED: int(group.total_counted)}
    coded = [(one.reason_code, one.value) for one in (*group.rejected_votes, *group.uncounted_votes)]
    codes = REJECTED_CODES | REASON_CODES
    return found | {codes[getattr(code, "value", code)]: int(value) for code, value in coded}
