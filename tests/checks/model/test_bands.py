"""The band around what was expected: against scipy as oracle, around the expected number, wider where stations differ more."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import betabinom, norm

from tests.checks.model.made_up import made_up
from waarmerk.checks import examine
from waarmerk.checks.mistakes import KINDS, Size, sow
from waarmerk.checks.model.bands import COUNTED, OfList, OfVotes
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import NATIONAL
from waarmerk.checks.model.shares import list_model
from waarmerk.election.finding import Cell

sizes, shares, spreads = st.integers(0, 2000), st.floats(0.001, 0.999), st.floats(5, 5000)


@given(sizes, shares, spreads)
def test_quantiles_are_those_of_scipy(size: int, share: float, m: float) -> None:
    oracle = betabinom(size, share * m, (1 - share) * m)
    below = oracle.cdf(np.arange(size + 1))
    assume(np.abs(below[:, None] - [0.05, 0.95]).min() > 1e-6)  # on the edge either neighbour is the quantile
    low, high = OfVotes(size, share, m).band()
    usual = round(size * share)
    assert (low, high) == (min(oracle.ppf(0.05), usual), max(oracle.ppf(0.95), usual))


@given(st.integers(0, 10**9), shares, spreads)
def test_the_expected_number_lies_in_the_band_and_the_band_in_the_votes(size: int, share: float, m: float) -> None:
    low, high = OfVotes(size, share, m).band()
    assert 0 <= low <= round(size * share) <= high <= size


@given(st.integers(50, 2000), st.floats(0.1, 0.9), st.floats(20, 100))
def test_the_less_is_known_the_wider(size: int, share: float, m: float) -> None:
    narrow, wide = OfVotes(size, share, 16 * m).band(), OfVotes(size, share, m).band()
    assert wide[0] <= narrow[0]
    assert narrow[1] <= wide[1]
    assert wide != narrow


@given(shares, spreads)
def test_a_number_of_votes_that_no_station_has_is_nearly_as_exact(share: float, m: float) -> None:
    band = OfVotes(COUNTED + 1, share, m)
    counted = np.array(band._counted(COUNTED + 1))
    assert np.abs(np.array(band._of_beta(COUNTED + 1)) - counted).max() <= 2 + 0.01 * np.ptp(counted)


@given(st.integers(20, 5000), st.floats(0.1, 1.8), st.floats(0.001, 0.4))
def test_the_band_of_a_list_holds_nine_of_ten(valid: int, location: float, deviation: float) -> None:
    low, high = OfList(valid, location, deviation).band()
    assert 0 <= low <= (location / 2) ** 2 * valid <= high <= valid or high == valid
    u = norm(location, deviation).ppf(np.linspace(0.0005, 0.9995, 1000))
    votes = np.clip((np.maximum(u, 0) / 2) ** 2 * valid, 0, valid)
    assert np.mean((votes >= low) & (votes <= high)) >= 0.899


def test_the_deviation_of_a_list_is_the_diagonal_of_its_covariance() -> None:
    observed = Observed.of(made_up(3))
    model = list_model(observed, NATIONAL)
    every = model.deviation(observed.valid)
    for station in (0, 7, 29):
        covariance = np.linalg.inv(model.inverse(station, float(observed.valid[station])))
        assert every[station] == pytest.approx(np.sqrt(np.diag(covariance)))


def shown() -> list[Cell]:
    cells: list[Cell] = []
    for seed in range(6):
        kinds = [KINDS[(seed * 7 + step) % len(KINDS)] for step in range(7)]
        count, _ = sow(
            made_up(seed, quarters=3, alike=600), np.random.default_rng(seed), [(k, Size(12)) for k in kinds]
        )
        cells += [cell for top in examine(count).findings for f in (top, *top.also) for cell in f.cells]
    return cells


def test_every_number_that_is_expected_has_its_band() -> None:
    cells = shown()
    assert {cell.candidate is None for cell in cells} == {True, False}
    assert any(cell.figure for cell in cells)
    for cell in cells:
        assert (cell.expected is None) == (cell.expected_low is None) == (cell.expected_high is None)
        if cell.expected is not None:
            assert cell.expected_low - 0.55 <= float(cell.expected) <= cell.expected_high + 0.55
