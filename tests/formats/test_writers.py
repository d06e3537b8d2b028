"""What we write is canonical, valid against the schemas of the Kiesraad, and read back equal; others read the same figures."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser

from tests.formats.invented import CREATED, INFO, TEXTS, count, counts
from waarmerk import formats
from waarmerk.election.count import Correction, Count, Figure
from waarmerk.election.definition import Committee, ElectionDefinition, Party, Region
from waarmerk.election.head import Head
from waarmerk.election.lists import CandidateLists, ContestLists, ListedCandidate, NamedList, Person
from waarmerk.election.places import PollingPlace, PollingPlaces
from waarmerk.errors import BadData, WrongUse
from waarmerk.formats import Contest

SCHEMAS = {
    "110a": "110a-electionevent-kiesraad-strict.xsd",
    "110b": "110b-electionevent-kiesraad-strict.xsd",
    "230b": "230-candidatelist-kiesraad-strict.xsd",
    "510": "510-count-kiesraad-strict.xsd",
}


@cache
def schema(folder: Path, message: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder / "eml-nl-xsd" / SCHEMAS[message])))


def valid(folder: Path, message: str, data: bytes) -> str:
    one = schema(folder, message)
    return "" if one.validate(etree.fromstring(data)) else str(one.error_log)[:300]


def written(value: Count) -> bytes:
    return b"".join(formats.write_510(value))


def read(data: bytes) -> object:
    return formats.read(io.BytesIO(data))


def count_of(data: bytes) -> Count:
    value = read(data)
    assert isinstance(value, Count), value
    return value


@given(counts())
@settings(max_examples=60, deadline=None)
def test_a_count_is_read_back_equal_and_canonical(made: Count) -> None:
    data = written(made)
    assert count_of(data).same(made)
    assert etree.tostring(etree.fromstring(data).getroottree(), method="c14n", with_comments=True) == data


@given(made=counts())
@settings(max_examples=25, deadline=None)
def test_a_count_is_valid(data: Path, made: Count) -> None:
    if made.units:
        assert valid(data, "510", written(made)) == ""


@pytest.mark.parametrize("message", ["510b", "510c", "510d"])
def test_every_level_is_read_back_equal(message: str) -> None:
    made = count(message=message)
    units = tuple(replace(unit, station=unit.station and message == "510b") for unit in made.units)
    assert count_of(written(replace(made, units=units))).same(replace(made, units=units))


def test_one_station_is_read_back_equal(data: Path) -> None:
    made = count(stations=1, message="510a")
    alone = replace(made, total=made.votes, authority_id="SB1")
    assert count_of(written(alone)).same(alone)
    assert valid(data, "510", written(alone)) == ""


def test_what_1_3_adds_is_read_back_equal(data: Path) -> None:
    made = count()
    newer = replace(
        made,
        version="1.3",
        counting_method="centrale stemopneming",
        phase="corrigendum",
        units=(replace(made.units[0], kind="Mobile", shared=False), made.units[1]),
        corrections=(
            Correction(None, None, 1, 1, 12),
            Correction(None, Figure.CAST, None, None, 90),
            Correction(1, None, 3, None, 5),
            Correction(1, Figure.COUNTED, None, None, 34),
            Correction(1, Figure.BLANK, None, None, 1),
            Correction(1, Figure.ADMITTED, None, None, 35),
        ),
    )
    assert count_of(written(newer)).same(newer)
    assert valid(data, "510", written(newer)) == ""


def test_rotterdam_as_eml(data: Path, rotterdam_zip: Path) -> None:
    with rotterdam_zip.open("rb") as stream:
        ((_, member),) = formats.zips.members(stream)
        csv = formats.read(member)
    assert isinstance(csv, Count)
    eml = formats.complete(csv, created=CREATED, contest=Contest("13", "Rotterdam"))
    result = written(eml)
    again = count_of(result)
    assert again.same(eml)
    assert np.array_equal(again.votes.candidates, csv.votes.candidates)
    assert [unit.name for unit in again.units] == [unit.name for unit in csv.units]
    assert valid(data, "510", result) == ""


@given(made=counts())
@settings(max_examples=15, deadline=None)
def test_independent_bindings_read_the_same_figures(made: Count) -> None:
    bindings = pytest.importorskip("pyeml_bindings")
    found = XmlParser().from_bytes(written(made), bindings.Eml510).count.election.contests.contest[0]
    total = [selection.valid_votes for selection in found.total_votes.selection]
    units = [[selection.valid_votes for selection in unit.selection] for unit in found.reporting_unit_votes]
    assert total == _sequence(made, made.total.candidates[0], made.total.lists[0])
    assert units == [
        _sequence(made, made.votes.candidates[row], made.votes.lists[row]) for row in range(len(made.units))
    ]
    assert [unit.cast for unit in found.reporting_unit_votes] == made.votes.figures[:, Figure.CAST].tolist()
    assert [unit.total_counted for unit in found.reporting_unit_votes] == made.votes.figures[:, Figure.COUNTED].tolist()


def _sequence(made: Count, candidates: np.ndarray, lists: np.ndarray) -> list[int]:
    found = []
    for column, one in enumerate(made.ballot.lists):
        found += [int(lists[column]), *candidates[one.columns].tolist()]
    return found


@given(made=counts())
@settings(max_examples=40, deadline=None)
def test_a_csv_is_read_back_equal(made: Count) -> None:
    csv = count_of(_csv(made))
    again = b"".join(formats.write_osv43(csv))
    assert count_of(again).same(csv)
    assert np.array_equal(csv.votes.candidates, made.votes.candidates)
    assert np.array_equal(csv.total.lists, made.total.lists)
    assert [unit.id for unit in csv.units] == [unit.id for unit in made.units]


def _csv(made: Count) -> bytes:
    lists = CandidateLists(
        Head("230b", INFO),
        (
            ContestLists(
                "geen",
                None,
                tuple(
                    NamedList(
                        one.number,
                        one.name,
                        None,
                        tuple(ListedCandidate(c.id, None, Person(f"Naam{c.id}", "A.")) for c in one.candidates),
                    )
                    for one in made.ballot.lists
                ),
            ),
        ),
    )
    return b"".join(formats.write_osv43(made, lists))


def test_a_csv_of_eml_needs_names() -> None:
    with pytest.raises(WrongUse):
        b"".join(formats.write_osv43(count()))


def test_names_of_another_ballot_are_refused() -> None:
    other = CandidateLists(Head("230b", INFO), (ContestLists("geen", None, ()),))
    with pytest.raises(BadData) as refused:
        b"".join(formats.write_osv43(count(), other))
    assert refused.value.code == "E-EML-CANDIDATES"


HEAD = Head(
    "110a",
    INFO,
    "2030-02-04",
    "CSB",
    "De Kiesraad & co",
    CREATED,
    "2029-12-01",
    canonicalization_method=True,
    canonical=True,
)


@given(TEXTS.filter(bool), st.lists(TEXTS.filter(bool), max_size=3))
@settings(max_examples=30, deadline=None)
def test_a_definition_is_read_back_equal(name: str, parties: list[str]) -> None:
    made = _definition(name, parties)
    assert read(formats.write_110a(made)) == made


def _definition(name: str, parties: list[str]) -> ElectionDefinition:
    return ElectionDefinition(
        HEAD,
        "geen",
        "SPV",
        None,
        9,
        50,
        (
            Region("PROVINCIE", "3", name, None, False, None, (Committee("CSB", name, None),)),
            Region("GEMEENTE", "000", name, ("PROVINCIE", "3"), None, True, (Committee("HSB", None, True),)),
        ),
        (*(Party(one) for one in parties), Party("Naam", "Vereniging <x>")),
    )


def test_a_definition_is_valid(data: Path) -> None:
    assert valid(data, "110a", formats.write_110a(_definition("Voorbeeldland", ["Een"]))) == ""


@pytest.mark.parametrize("newer", [False, True])
def test_polling_places_are_read_back_equal(data: Path, newer: bool) -> None:
    kind, shared = ("Mobile", True) if newer else (None, None)
    head = replace(HEAD, message="110b", nomination=None, version="1.3" if newer else None)
    made = PollingPlaces(
        head,
        "geen",
        "9987",
        "Voorbeelddam",
        "SPV",
        90,
        (
            PollingPlace("1", 'Stembureau "Dorpshuis" & meer', "9999 ZZ", 50, "polling", kind, shared),
            PollingPlace("30015", "Mobiel", None, 0, "postal"),
        ),
    )
    result = formats.write_110b(made)
    assert read(result) == made
    assert valid(data, "110b", result) == ""


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4), TEXTS)
@settings(max_examples=30, deadline=None)
def test_candidate_lists_are_read_back_equal(names: list[str], list_name: str) -> None:
    made = _lists(names, list_name)
    assert read(formats.write_230b(made)) == made


def _lists(names: list[str], list_name: str) -> CandidateLists:
    candidates = tuple(
        ListedCandidate(2 * place + 1, None, Person(name, "A.B.", None, "van", "female", name, "BE" if place else None))
        for place, name in enumerate(names)
    )
    lists = (
        NamedList(1, list_name, "op zichzelf staande lijst", candidates, False, "nl"),
        NamedList(7, "Zeven", "lijstengroep", candidates[:1], True, None, "2", (("13", "Rotterdam"),)),
    )
    return CandidateLists(replace(HEAD, message="230b"), (ContestLists("13", "Rotterdam", lists),))


def test_candidate_lists_are_valid(data: Path) -> None:
    assert valid(data, "230b", formats.write_230b(_lists(["Proef", "Blanco"], ""))) == ""


def test_published_lists_are_written_again_byte_for_byte(data: Path) -> None:
    for path in (
        "tk2025/Kandidatenlijsten_TK2025_Haarlem",
        "gr2022_westmaasenwaal/Kandidatenlijsten_GR2022_WestMaasenWaal",
    ):
        published = (data / "real/eml" / f"{path}.eml.xml").read_bytes()
        lists = read(published)
        assert isinstance(lists, CandidateLists)
        assert formats.write_230b(lists) == published


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"created": None}, "--created"),
        ({"contest_id": None}, "--contest"),
        ({"authority_id": None}, "authority"),
        ({"message": None}, "level"),
    ],
)
def test_what_a_csv_does_not_say_must_be_said(changes: dict[str, None], word: str) -> None:
    made = replace(count(), election=replace(INFO, id="TK2030", category="TK"), **changes)
    with pytest.raises(WrongUse, match=word):
        formats.complete(made)


@pytest.mark.parametrize(("identifier", "contest"), [("GR2030_X", "geen"), ("AB2030_X", "geen"), ("EP2030", "alle")])
def test_elections_with_one_contest_need_none(identifier: str, contest: str) -> None:
    info = replace(INFO, id=identifier, category=identifier[:2])
    assert formats.complete(replace(count(), contest_id=None, election=info)).contest_id == contest
