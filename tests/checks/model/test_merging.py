"""One cause is one finding: what the rules and the statistics say of the same figures stands together (checks.md 3.7, 5.1)."""

import numpy as np
import pytest

from tests.checks.counts import Station, municipality, station
from tests.checks.model.made_up import changed, made_up
from waarmerk.checks import Context, examine
from waarmerk.checks.mistakes import KINDS, SIZES, plant
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import NATIONAL
from waarmerk.checks.model.search import search
from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Code, Finding, Severity

BY_NAME = {kind.name: kind for kind in KINDS}
USUAL = [[300, 40, 20, 6, 4], [30, 4, 2, 2, 2], [80, 30, 10, 5, 5]]
DIFFERENCES = (Code.L01, Code.P04, Code.H06, Code.H08)


def like(station_number: int, votes: list[list[int]]) -> list[list[int]]:
    """The votes, a little different at each station."""
    rng = np.random.default_rng(station_number)
    return [[int(v + rng.integers(-1, 2) * (v > 5)) for v in lst] for lst in votes]


def among_others(*strange: Station) -> Count:
    return municipality(*strange, *(station(like(number, USUAL)) for number in range(9)))


def said(count: Count, protocol: str = "tk2025") -> list[Finding]:
    return [f for f in examine(count, Context(protocol=protocol)).findings if f.unit == "9987::SB1"]


def inside(finding: Finding) -> list[Code]:
    return [other.code for other in finding.also]


def planted(kind: str, seed: int, size: int = 4) -> tuple[Count, str]:
    one = plant(made_up(seed), BY_NAME[kind], np.random.default_rng(seed), SIZES[size])
    assert one is not None
    return one.count, one.units[0]


def booked(count: Count, unit: str, figure: Figure) -> Count:
    """Return the count with the whole difference of a station under one explanation."""
    row = [each.id for each in count.units].index(unit)
    size = abs(int(count.votes.figures[row, Figure.ADMITTED] - count.votes.found()[row]))
    return changed(count, row, figures={Figure.NO_EXPLANATION: 0, figure: size})


def test_switched_candidates_stand_in_the_exchange_of_the_rows():
    votes = [[300, 6, 20, 40, 4], *USUAL[1:]]
    (finding,) = [f for f in said(among_others(station(votes))) if f.code in (Code.H01, Code.P06)]
    assert (finding.code, finding.candidates) == (Code.H01, (2, 4))
    assert Code.P06 in inside(finding)
    assert finding.hypothesis == "candidates-swapped"


@pytest.mark.parametrize(("kind", "code"), [("row-empty", Code.H06), ("difference-unknown", Code.H08)])
def test_a_large_difference_that_is_explained_stands_in_what_names_its_cause(kind, code):
    count, unit = planted(kind, 1)
    row = [each.id for each in count.units].index(unit)
    missing = count.votes.figures[row, Figure.ADMITTED] > count.votes.found()[row]
    count = booked(count, unit, Figure.TAKEN_HOME if missing else Figure.TOO_MANY_HANDED_OUT)
    here = [f for f in examine(count, Context(protocol="tk2025")).findings if f.unit == unit and f.code in DIFFERENCES]
    (finding,) = here
    assert finding.code is code
    assert Code.P04 in inside(finding)
    assert finding.see == ()


def test_the_laws_list_and_the_slip_that_explains_it_name_each_other():
    count, unit = planted("row-empty", 1)
    here = {f.code: f for f in examine(count, Context(protocol="tk2025")).findings if f.unit == unit}
    law, slip = here[Code.L01], here[Code.H06]
    assert (law.see, slip.see) == ((Code.H06,), (Code.L01,))
    assert law.severity is Severity.WARNING
    assert Code.P04 in inside(law)
    assert Code.P04 not in inside(slip)


@pytest.mark.parametrize("seed", [0, 2, 4, 7])
def test_a_slip_stands_above_the_difference_that_it_explains_although_that_scores_higher(seed):
    count, unit = planted("rejected-digit", seed, 3 if seed < 7 else 4)
    here = [f for f in examine(count, Context(protocol="tk2025")).findings if f.unit == unit]
    (finding,) = [f for f in here if f.code.value.startswith("H-")]
    large = next(f for f in finding.also if f.code is Code.H08)
    assert finding.code is Code.H06
    assert finding.figures["corrected_one"] == finding.cells[0].corrected
    assert (finding.score or 0) >= (large.score or 0)


def test_of_the_slips_above_some_score_lower_than_their_difference():
    """Else the test before this one proves nothing."""
    count, unit = planted("rejected-digit", 2, 3)
    row = [each.id for each in count.units].index(unit)
    found = [e for e in search(Observed.of(count), "TK", NATIONAL).explanations if e.station == row]
    scores = {code: max(e.score for e in found if e.code is code) for code in (Code.H06, Code.H08, Code.H13)}
    assert scores[Code.H06] < min(scores[Code.H08], scores[Code.H13])


def test_a_list_that_deviates_stands_in_the_exchange_of_the_lists():
    exchanged = [USUAL[1], USUAL[0], USUAL[2]]
    here = said(among_others(station(exchanged)))
    (finding,) = [f for f in here if f.code is Code.H05]
    assert {cell.list for cell in finding.cells} == {1, 2}
    assert Code.P05 in inside(finding)
    assert [f for f in here if f.code is Code.P05] == []


def test_a_list_that_deviates_stands_in_the_list_that_is_off():
    many = [[300, 40, 20, 6, 4], [1700, 227, 113, 100, 110], [80, 30, 10, 5, 5]]
    here = said(among_others(station(many)))
    finding = next(f for f in here if f.code in (Code.H15, Code.H07))
    assert Code.P05 in inside(finding)
    assert all(f.list != 2 for f in here if f.code is Code.P05)


@pytest.mark.parametrize("admitted", [0, 300])
def test_no_votes_stands_in_the_missing_station(admitted):
    here = said(among_others(Station([[0] * 5] * 3, {"admitted": admitted, "no_explanation": admitted})))
    (finding,) = [f for f in here if f.code in (Code.H17, Code.P01)]
    assert finding.code is Code.H17
    assert inside(finding) == [Code.P01]


def test_proxies_that_the_law_does_not_allow_are_an_error_with_the_exchange_as_proposal():
    """T17: 58 poll cards and 608 proxies; A and B are proposed the other way round."""
    votes = like(1, [[450, 60, 30, 9, 6], [40, 4, 2, 2, 2], [40, 12, 5, 2, 2]])
    wrong = Station(votes, {"poll_cards": 58, "proxies": sum(map(sum, votes)) - 58})
    others = []
    for number in range(9):
        here = like(number, USUAL)
        valid, proxies = sum(map(sum, here)), 50 + number
        others.append(Station(here, {"poll_cards": valid - proxies, "proxies": proxies}))
    (finding,) = [f for f in said(municipality(wrong, *others)) if f.code in (Code.L02, Code.H14)]
    assert (finding.code, finding.severity) == (Code.L02, Severity.ERROR)
    assert inside(finding) == [Code.H14]
    assert {(c.figure, c.corrected) for c in finding.cells} == {
        ("poll_cards", wrong.figures["proxies"]),
        ("proxies", 58),
    }
