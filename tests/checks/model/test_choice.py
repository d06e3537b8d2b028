"""What is asked first, how sure that is, and that honest stations are left alone (checks.md 3.5, 3.7)."""

from math import exp, log

import pytest

from tests.checks.counts import municipality, station
from tests.checks.model.test_merging import USUAL, like
from waarmerk.checks import examine
from waarmerk.checks.model.causes import causes
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import LOCAL, NATIONAL
from waarmerk.checks.model.reference import expected
from waarmerk.checks.triage import within_budget
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.simulate.election import KINDS, election

SMALL_COUNCIL = KINDS["GR1"]


def question(unit: str, score: float, moved: int) -> Finding:
    return Finding(Code.H01, Severity.REMARKABLE, unit=unit, figures={"moved": moved}, score=score)


def test_of_so_many_questions_the_likely_and_large_ones_are_asked():
    sure, large, doubtful = question("1", 6.0, 2), question("2", 1.0, 64), question("3", -1.5, 64)
    order = [within_budget([doubtful, sure, large], 100, budget) for budget in (1, 2)]
    assert order == [{large.identity}, {large.identity, sure.identity}]


def test_equally_large_questions_are_asked_the_surest_first():
    two = [question(unit, score, 8) for unit, score in (("1", 40.0), ("2", 60.0))]
    assert within_budget(two, 100, 1) == {two[1].identity}


@pytest.mark.parametrize("seed", range(5))
def test_the_probability_of_a_finding_is_that_of_its_odds(seed):
    (count,) = election(SMALL_COUNCIL, seed).counts
    found = [f for f in examine(count).findings if f.code.value.startswith("H-") and f.probability is not None]
    for finding in found:
        chance = min(1 / (1 + exp(-(finding.score or 0.0))), LOCAL.largest_probability)
        assert finding.probability == pytest.approx(chance, abs=1e-3) or finding.code is Code.H17


def test_one_wrong_station_does_not_make_its_neighbours_look_strange():
    here, wrong = [[420, 18, 2, 2, 2], *USUAL[1:]], [[18, 420, 2, 2, 2], *USUAL[1:]]
    elsewhere = [[210, 9, 1, 1, 1], [300, 40, 20, 20, 20], USUAL[2]]
    # Two stations vote like the wrong one; the many others keep the spread of the list small.
    stations = [station(wrong), *(station(like(number, here)) for number in (1, 2))]
    count = municipality(*stations, *(station(like(number, elsewhere)) for number in range(3, 15)))
    fit = expected(Observed.of(count), NATIONAL)
    assert fit.loss[0, :2].min() > 4
    assert fit.share[0, 1] < 0.1  # what its neighbours really have, 4 %, and not what it made of them


def test_explanations_of_the_same_figures_add_their_odds():
    slots = (Slot(Place(0, 0, 0), 5, 9.0, 9), Slot(Place(0, 0, 1), 9, 5.0, 5))
    two = [Explanation(code, 0, 1.0, 1.0, slots, (0,)) for code in (Code.H01, Code.H03)]
    (cause,) = causes(two, NATIONAL)
    assert cause.score == pytest.approx(1 + log(2))
    assert cause.probability == pytest.approx(2 * exp(1) / (1 + 2 * exp(1)))


def test_five_stations_that_differ_in_proxies_are_not_asked_about_them():
    counts = [election(SMALL_COUNCIL, 500 + seed).counts[0] for seed in range(60)]
    assert not [f for count in counts for f in examine(count).findings if f.code is Code.H14]
