"""The whole examination: levels, order, merging, defects that hide nothing, and the real file of Rotterdam exactly."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks.counts import Station, difference, found_by, municipality, numbers, reasons, station, with_total
from waarmerk.checks import Context, examination, examine
from waarmerk.checks.rules import RULES, Rule
from waarmerk.election.count import Count, Note
from waarmerk.election.finding import Code, Severity
from waarmerk.formats import read

GOOD = difference(500, 500)


@pytest.fixture(scope="module")
def rotterdam(data: Path) -> Count:
    with next((data / "real/tk2023/gemeente").glob("*.csv")).open("rb") as stream:
        count = read(stream, "rotterdam.csv")
    assert isinstance(count, Count)
    return count


def test_rules_for_stations_are_not_put_to_municipalities():
    count = municipality(difference(0, 100), GOOD, message="510c")
    examined = examine(count)
    assert {f.code for f in examined.findings} <= {Code.C13}
    assert reasons(examined, Code.L01) == {"level"}


def test_rules_for_stations_are_not_put_to_other_units_of_a_510b():
    other = Station([[0, 0], [0, 0]], figures={"admitted": 50}, station=False)
    examined = examine(municipality(GOOD, other))
    assert [f.code for f in examined.findings if f.unit] == []
    assert "not-a-station" in reasons(examined, Code.L01)


def test_order_is_errors_then_the_law_then_the_rest_then_notices():
    count = municipality(
        difference(499, 500, no_explanation=1),
        difference(480, 500, no_explanation=20),
        Station([[400, 0], [0, 0]], lists=[400, 1], figures={"counted": 401}),
        difference(500, 520, invalid=20),
        difference(500, 500, proxies=None),
    )
    found = examine(with_total(count, cast=1), Context(protocol="tk2025")).findings
    laws = [i for i, f in enumerate(found) if f.code is Code.L01]
    assert [found[i].unit for i in laws] == ["9987::SB2", "9987::SB1"]
    last_error = max(i for i, f in enumerate(found) if f.severity is Severity.ERROR)
    first_remarkable = min(i for i, f in enumerate(found) if f.severity is Severity.REMARKABLE)
    first_notice = min(i for i, f in enumerate(found) if f.severity is Severity.NOTICE)
    assert last_error < laws[0] <= laws[1] < first_remarkable < first_notice


def test_gr2026_orders_the_law_by_the_whole_difference():
    count = municipality(GOOD, difference(495, 500, no_explanation=5), difference(490, 500, other_explanation=10))
    laws = [f for f in examine(count, Context(protocol="gr2026")).findings if f.code is Code.L01]
    assert [f.unit for f in laws] == ["9987::SB3", "9987::SB2"]


def test_merging_takes_the_highest_severity():
    (finding,) = [f for f in examine(municipality(GOOD, difference(450, 500, no_explanation=50))).findings if f.unit]
    assert finding.code is Code.L01
    assert finding.severity is Severity.WARNING
    assert [f.code for f in finding.also] == [Code.P04]


def test_one_place_has_a_code_once():
    count = municipality(GOOD, GOOD)
    count = replace(count, units=(replace(count.units[0], id="0599::SB1"), replace(count.units[1], id="9987::een")))
    found = examine(count).findings
    assert len({f.identity for f in found}) == len(found)
    (finding,) = [f for f in found if f.code is Code.C21]
    assert [f.code for f in finding.also] == [Code.C21]
    assert finding.severity is Severity.ERROR


def test_figures_not_reported():
    (finding,) = found_by(municipality(GOOD, difference(1, 1, no_explanation=None, proxies=None)), Code.C29)
    assert finding.severity is Severity.NOTICE
    assert finding.figures == {"count": 2, "names": "proxies, no_explanation"}


def test_form_tolerated():
    count = replace(municipality(GOOD), notes=(Note("no BOM"), Note("dates", 2)))
    (finding,) = found_by(count, Code.C30)
    assert finding.figures["count"] == 3


def failing(case):
    for row in case.rows(case.judged):
        if row == 1:
            raise ZeroDivisionError
        yield case.at(Code.P01, row, {"case": "unknown", "found": 0})


def test_c31_rule_that_fails_at_one_station_hides_nothing_else(monkeypatch):
    monkeypatch.setattr(examination, "RULES", (*RULES, Rule(Code.P01, failing, stations_only=True)))
    examined = examine(municipality(GOOD, difference(499, 500, no_explanation=1), GOOD))
    (broken,) = [f for f in examined.findings if f.code is Code.C31]
    assert (broken.unit, broken.severity, broken.figures["rule"]) == ("9987::SB2", Severity.ERROR, "P-01")
    assert numbers([f for f in examined.findings if f.code is Code.P01]) == [1, 3]
    assert numbers([f for f in examined.findings if f.code is Code.L01]) == [2]


def test_c31_rule_about_the_whole_document_that_fails_hides_nothing_else(monkeypatch):
    def fails(case):
        raise KeyError
        yield

    monkeypatch.setattr(examination, "RULES", (Rule(Code.C06, fails), *RULES))
    examined = examine(municipality(GOOD, difference(499, 500, no_explanation=1)))
    assert [f.code for f in examined.findings] == [Code.C31, Code.L01]


@pytest.mark.parametrize(
    "count",
    [
        municipality(station([[0]])),
        municipality(station([[1]])),
        municipality(station([[0, 0], [0, 0]]), station([[0, 0], [0, 0]])),
        municipality(Station([[5, 5]], lists=[1], figures={"counted": 1}), Station([[0, 0]], lists=[7])),
        municipality(
            Station([[999_999_999] * 3], lists=[999_999_999], figures={"counted": 999_999_999, "admitted": 0}),
            station([[1, 0, 0]]),
        ),
        municipality(Station([[1, 1]], name="=1+1"), Station([[1, 1]], name="=1+1")),
    ],
)
@pytest.mark.parametrize("edition", ["ps2023", "tk2023", "ep2024", "tk2025", "gr2026"])
def test_strange_counts_are_judged_by_every_rule(count, edition):
    assert [f for f in examine(count, Context(protocol=edition)).findings if f.code is Code.C31] == []


def test_rotterdam_by_its_own_edition(rotterdam):
    examined = examine(rotterdam, Context(statistics=False))
    assert (examined.protocol.edition.name, examined.protocol.reason) == ("tk2023", "own")
    serious = [f for f in examined.findings if f.severity > Severity.NOTICE]
    assert Counter(f.code for f in serious) == {Code.L01: 209, Code.P05: 2}


@pytest.mark.parametrize(
    ("edition", "code", "stations"),
    [
        ("tk2025", Code.C14, [39, 337, 726]),
        ("ep2024", Code.P04, [641, 726]),
        ("tk2025", Code.P04, [641, 726]),
        ("gr2026", Code.P04, [641, 726]),
        ("tk2023", Code.P04, []),
        ("tk2023", Code.P05, [568, 657]),
        ("tk2025", Code.P05, [568, 657]),
        ("gr2026", Code.P05, []),
        ("ep2024", Code.P06, [228]),
        ("tk2025", Code.P06, [33, 99, 228]),
        ("gr2026", Code.P06, [33, 99, 228]),
        ("ps2023", Code.P02, [387]),
        ("tk2025", Code.P02, []),
        ("tk2025", Code.P03, []),
        ("tk2025", Code.P01, []),
    ],
)
def test_rotterdam_by_every_edition(rotterdam, edition, code, stations):
    assert numbers(found_by(rotterdam, code, protocol=edition)) == stations


@pytest.mark.parametrize(("edition", "number"), [("tk2023", 209), ("tk2025", 209), ("gr2026", 218)])
def test_rotterdam_under_the_laws_duty(rotterdam, edition, number):
    assert len(found_by(rotterdam, Code.L01, protocol=edition)) == number


def test_rotterdam_has_one_finding_for_one_fact(rotterdam):
    law = [f for f in examine(rotterdam, Context(protocol="tk2025")).findings if f.code is Code.L01]
    assert (law[0].unit, law[0].figures["unexplained"]) == ("0599::SB726", 27)
    assert {f.code for f in law[0].also} == {Code.C14, Code.P04}


def test_rotterdam_switched_candidates_are_these_rows(rotterdam):
    found = found_by(rotterdam, Code.P06, protocol="tk2025")
    assert {(numbers([f])[0], f.list, f.candidates) for f in found} == {
        (33, 3, (4, 5)),
        (99, 1, (26, 40)),
        (228, 1, (26, 40)),
    }


def test_districts_of_2023_have_no_findings_above_a_notice(data):
    for path in sorted((data / "real/tk2023/kieskring").glob("*.csv")):
        with path.open("rb") as stream:
            count = read(stream, path.name)
        assert [f for f in examine(count).findings if f.severity > Severity.NOTICE] == [], path.name
