"""Documents that were given together: X-01 … X-17, and the tree of a definition (C-32, C-34)."""

from dataclasses import replace

import pytest

from tests.checks.counts import difference
from tests.checks.documents import (
    BETWEEN,
    ELECTION,
    NATION,
    SMALL,
    VOTED,
    above,
    changed,
    city,
    definition,
    lists,
    places,
    result,
    said,
)
from waarmerk.checks import between, examine_together
from waarmerk.checks.between import RULES_BETWEEN
from waarmerk.checks.model.parameters import MISSING
from waarmerk.election.count import Count
from waarmerk.election.definition import Committee, Region
from waarmerk.election.finding import Code, Severity
from waarmerk.formats import read
from waarmerk.pages.cards import card
from waarmerk.simulate.election import KINDS, election
from waarmerk.tabulation.parts import made_before

EVERYTHING = (
    definition(),
    lists(2, 2),
    city(),
    city(number="9988", name="Naastdijk"),
    above(city(), city(number="9988", name="Naastdijk")),
    places("1", "2"),
)


def test_documents_that_agree_have_no_findings():
    assert [f for each in examine_together(EVERYTHING) for f in each.findings if f.code.startswith("X")] == []


@pytest.mark.parametrize("rule", RULES_BETWEEN, ids=lambda rule: rule.code)
def test_every_rule_between_documents_finds_its_case(rule):
    found = BETWEEN[rule.code]()
    assert found
    assert {f.code for f in found} == {rule.code}


def test_order_of_documents_does_not_matter():
    documents = (definition(), lists(2, 3), city(), changed(above(city(), city(number="9988"))))
    one = [sorted(f.identity for f in each.findings) for each in examine_together(documents)]
    other = [sorted(f.identity for f in each.findings) for each in examine_together(documents[::-1])]
    assert one == other[::-1]


def test_finding_stands_with_the_document_to_look_at():
    examined = examine_together((changed(city()), NATION))
    assert [Code.X09 in [f.code for f in each.findings] for each in examined] == [False, True]


def test_other_elections_are_left_alone():
    other = replace(city(), election=replace(ELECTION, id="TK2029"))
    assert said(Code.X09, changed(other), NATION) == []


#
@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({"date": "2025-11-05"}, Severity.WARNING),
        ({"subcategory": "EP"}, Severity.ERROR),
        ({"id": "TK2024"}, Severity.ERROR),
    ],
)
def test_lists_are_of_the_election(change, severity):
    (finding,) = said(Code.X01, definition(), lists(2, 2, election=replace(ELECTION, **change)))
    assert finding.severity is severity


#
@pytest.mark.parametrize(
    ("contest", "name", "found"), [("1", "Noord", 0), ("1", "Zuid", 1), ("2", "Noord", 1), ("alle", None, 0)]
)
def test_lists_are_of_a_known_district(contest, name, found):
    assert len(said(Code.X02, definition(), lists(2, 2, contest=contest, name=name))) == found


def test_roman_district_is_known_by_its_roman_number():
    roman = Region("KIESKRING", "2", "Venlo", ("STAAT", None), roman_numerals=True)
    assert said(Code.X02, definition(roman), lists(2, 2, contest="II", name="Venlo")) == []


#
def test_count_has_the_candidates_of_the_lists():
    (finding,) = said(Code.X03, city(), lists(2, 3))
    assert finding.figures["detail"] == "2 (2/3)"


def test_csv_is_compared_with_the_lists_of_its_district_by_the_tree():
    table = replace(city(), source="csv", contest_id=None)
    other = lists(9, 9, contest="2", name="Zuid")
    assert said(Code.X03, definition(), table, lists(2, 2), other) == []
    assert len(said(Code.X03, definition(), table, lists(2, 3), other)) == 1


def test_unnamed_list_may_be_called_by_its_first_person():
    given = lists(2, 2)
    unnamed = replace(given.contests[0].lists[0], name="")
    given = replace(given, contests=(replace(given.contests[0], lists=(unnamed, given.contests[0].lists[1])),))
    count = city()
    blanco = replace(count.ballot.lists[0], name="Blanco (Van 1-1, A.)")
    count = replace(count, ballot=replace(count.ballot, lists=(blanco, count.ballot.lists[1])))
    assert said(Code.X04, count, given) == []


#
@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({"authority_id": "0599"}, Severity.ERROR),
        ({"contest_id": "2"}, Severity.ERROR),
        ({"authority_name": "Anders"}, Severity.WARNING),
    ],
)
def test_municipality_is_in_its_district(change, severity):
    (finding,) = said(Code.X05, definition(), replace(city(), **change))
    assert finding.severity is severity


#
def test_district_has_its_municipalities():
    (finding,) = said(Code.X06, definition(), above(city(), city(number="0599")))
    assert (finding.figures["missing"], finding.figures["extra"]) == (1, 1)


@pytest.mark.parametrize("ids", [("9987", "9988"), ("9987", "9988", "9010")])
def test_district_12_with_or_without_the_postal_votes_is_in_order(ids):
    twelve = ("KIESKRING", "12")
    regions = [Region("KIESKRING", "12", "'s-Gravenhage", ("STAAT", None))]
    regions += [Region("GEMEENTE", number, number, twelve) for number in ("0518", "9010")]
    counts = [city(number=number) for number in ("0518", "9010")[: len(ids) - 1]]
    count = replace(above(*counts), authority_id="HSB12")
    assert said(Code.X06, definition(*regions), count) == []


def test_municipalities_have_reported():
    (finding,) = said(Code.X16, definition(), city())
    assert (finding.figures["missing"], finding.figures["expected"], finding.figures["detail"]) == (1, 2, "9988")
    assert said(Code.X16, definition()) == []


#
@pytest.mark.parametrize(
    ("given", "detail"),
    [
        (places("1"), "2"),
        (places("1", "2", "3"), "3 (Gymzaal 3)"),
        (places("1", "2"), None),
        (places("1", "2", voters=5999), "6000 ≠ 5999"),
        (places("1", "2", name="Kerk {}"), "1: Gymzaal 1 ≠ Kerk 1, 2: Gymzaal 2 ≠ Kerk 2"),
    ],
)
def test_stations_are_those_of_the_register(given, detail):
    assert [f.figures["detail"] for f in said(Code.X08, city(), given)] == ([detail] if detail else [])


def test_a_station_or_municipality_without_result_is_named_as_possibly_forgotten():
    (station,) = said(Code.X08, city(), places("1", "2", "3"))
    assert (station.unit, station.unit_name, station.figures["moved"]) == ("9987::SB3", "Gymzaal 3", 50)
    (other,) = said(Code.X16, definition(), city())
    for finding in (station, other):
        (inside,) = finding.also
        assert (finding.hypothesis, inside.code, inside.hypothesis) == ("station-missing", Code.H17, "station-missing")
        assert not card(finding, "nl", anchor="a").alternatives
    assert (station.score, other.score) == (MISSING[0], None)  # during the night a municipality is just not in yet


#
def test_district_has_the_municipalitys_figures():
    (finding,) = said(Code.X09, changed(city(), by=7), NATION)
    assert (finding.unit, finding.figures["below"], finding.figures["above"]) == ("HSB1::9987", 107, 100)


def test_newest_count_is_the_one_compared():
    newer = replace(changed(city()), created="2025-10-31T10:00:00")
    assert len(said(Code.X09, city(), newer, NATION)) == 1
    older = replace(changed(city()), created="2025-10-29T23:00:00")
    assert said(Code.X09, city(), older, NATION) == []


def test_corrigendum_holds_over_a_later_first_session():
    corrigendum = replace(changed(city()), phase="corrigendum", created="2025-10-29T10:00:00")
    assert len(said(Code.X09, corrigendum, city(), NATION)) == 1


def test_total_has_the_figures_below():
    (finding,) = said(Code.X10, changed(NATION, by=3), above(NATION, message="510d", ids=("HSB1",)))
    assert finding.unit == "HSB1"


#
def test_newest_count_holds():
    (finding,) = said(Code.X14, city(), city(created="2025-10-31T10:00:00"), city(created="2025-10-30T11:00:00"))
    assert finding.figures["count"] == 3
    assert finding.severity is Severity.NOTICE


def test_total_is_younger_than_its_parts():
    (finding,) = said(Code.X15, city(created="2025-12-01T10:00:00"), NATION)
    assert finding.unit == "HSB1::9987"


@pytest.mark.parametrize(
    ("above", "below", "younger"),
    [
        # the same moment, spelled in three zones; the text of the second is later, of the third earlier
        ("2025-11-01T10:00:00Z", "2025-11-01T10:00:00Z", False),
        ("2025-11-01T10:00:00Z", "2025-11-01T11:00:00+01:00", False),
        ("2025-11-01T11:00:00+01:00", "2025-11-01T10:00:00Z", False),
        # one second before, though the text says after
        ("2025-11-01T10:59:59+01:00", "2025-11-01T10:00:00Z", True),
        ("2025-10-31T23:30:00-04:00", "2025-11-01T03:30:01Z", True),
        # both without a zone: local times, fractions left out by some
        ("2025-11-01T10:00:00", "2025-11-01T10:00:00.999", False),
        ("2025-11-01T10:00:00", "2025-11-01T10:00:01.000", True),
        # one without a zone: Amsterdam in summer is two hours ahead of UTC, Bonaire four behind
        ("2025-07-01T10:00:00", "2025-07-01T08:00:01Z", False),
        ("2025-07-01T10:00:00", "2025-07-01T14:00:00Z", False),
        ("2025-07-01T10:00:00", "2025-07-01T14:00:01Z", True),
        ("2025-07-01T10:00:00Z", "2025-07-01T12:00:00", False),
        ("2025-07-01T10:00:00Z", "2025-07-01T12:00:01", True),
        # a day that does not exist, and nothing at all
        ("2025-02-30T10:00:00Z", "2025-11-01T10:00:00Z", False),
        (None, "2025-11-01T10:00:00Z", False),
    ],
)
def test_times_are_compared_as_moments(above: str | None, below: str, younger: bool) -> None:
    assert made_before(city(created=above), city(created=below)) is younger
    found = said(Code.X15, city(created=below), replace(NATION, created=above))
    assert [finding.code for finding in found] == [Code.X15] * younger


def test_csv_has_the_figures_of_the_eml():
    (finding,) = said(Code.X17, city(), replace(changed(city(), by=2), source="csv", contest_id=None))
    assert finding.figures["count"] > 0
    assert said(Code.X17, city(), replace(city(), source="csv", contest_id=None)) == []


def test_csv_of_another_municipality_is_no_difference():
    assert said(Code.X17, city(), replace(changed(city(number="9988")), source="csv")) == []


# X-11 … X-13
def test_total_is_the_sum_over_the_districts_that_have_the_list():
    total = above(city(), city(number="9988"), message="510d", ids=("HSB1", "HSB2"))
    total.votes.candidates_reported[1, 0] = False
    assert len(said(Code.X11, total)) == 1
    total.total.candidates[0, 0] = total.votes.candidates[0, 0]
    assert said(Code.X11, total) == []


def test_seats_follow_from_the_votes():
    # 80 and 20 of 100 votes, 10 seats: 8 and 2.
    assert said(Code.X12, definition(seats=10), VOTED, result(8, 2)) == []
    (finding,) = said(Code.X12, definition(seats=10), VOTED, result(7, 3))
    assert finding.figures["detail"] == "1: 7 ≠ 8, 2: 3 ≠ 2"


@pytest.mark.parametrize(("ranking", "found"), [(1, 0), (2, 1)])
def test_elected_by_preference_exactly_with_votes_enough(ranking, found):
    # The quota is 10 and the threshold a quarter of it; the first candidate has 60 votes.
    documents = (definition(seats=10), VOTED, lists(10, 10), result(1, ranking=ranking))
    assert len(said(Code.X13, *documents)) == found


# C-32, C-34
@pytest.mark.parametrize(
    ("extra", "flaw"),
    [
        (Region("GEMEENTE", "9987", "Nog eens", ("KIESKRING", "1")), "twice"),
        (Region("GEMEENTE", "1", "Los", ("KIESKRING", "9")), "parent"),
        (Region("KIESKRING", "2", "Laag", ("GEMEENTE", "9987")), "order"),
        (Region("STAAT", "2", "Nog een", None), "root"),
        (Region("GEMEENTE", "2", "CSB", ("KIESKRING", "1"), committees=(Committee("CSB"),)), "central"),
    ],
)
def test_tree_holds_together(extra, flaw):
    assert flaw in {f.figures["flaw"] for f in said(Code.C32, definition(extra))}


@pytest.mark.parametrize(
    ("given", "flaw"),
    [
        (definition(seats=151), "seats"),
        (definition(threshold=50), "threshold"),
        (definition(election=replace(ELECTION, subcategory="GR2")), "subcategory"),
        (definition(election=SMALL, seats=9, threshold=25), "subcategory"),
        (definition(election=SMALL, seats=21, threshold=25), "root-region"),
    ],
)
def test_seats_and_threshold_fit_the_election(given, flaw):
    assert flaw in {f.figures["flaw"] for f in said(Code.C34, given)}


def test_local_election_names_its_area():
    assert said(Code.C33, definition(election=SMALL)) == []
    assert len(said(Code.C33, definition(election=replace(SMALL, domain=None)))) == 1


def test_c31_rule_between_documents_that_fails_hides_nothing_else(monkeypatch):
    def fails(case):
        raise KeyError
        yield

    monkeypatch.setattr(between, "RULES_BETWEEN", (between.RuleBetween(Code.X01, fails), *RULES_BETWEEN))
    codes = [f.code for each in examine_together((definition(), city(difference(9, 9)))) for f in each.findings]
    assert {Code.C31, Code.X16} <= set(codes)


def test_real_documents_of_one_municipality_agree(data):
    documents = []
    for path in sorted((data / "real/eml/gr2022_westmaasenwaal").iterdir()):
        with path.open("rb") as stream:
            documents.append(read(stream, path.name))
    assert sum(isinstance(each, Count) for each in documents) == 2
    assert [f for each in examine_together(documents) for f in each.findings if f.code.startswith("X")] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_documents_of_a_made_up_election_agree(kind):
    made = election(KINDS[kind], 1)
    found = [f for each in examine_together([made.definition, *made.lists, *made.counts]) for f in each.findings]
    assert [f for f in found if f.code.startswith("X") or f.severity is Severity.ERROR] == []
