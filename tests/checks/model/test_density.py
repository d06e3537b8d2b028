"""The formulas: every number of checks.md 6.2 to its last printed digit, and each density against an independent oracle."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from waarmerk.checks.model.density import (
    core_of_differences,
    ln_any_difference,
    ln_anything,
    ln_beta_binomial,
    ln_cell,
    ln_core,
    ln_difference,
    ln_one_slip,
    two_sided,
)
from waarmerk.checks.model.differences import Differences
from waarmerk.checks.model.parameters import LOCAL, NATIONAL
from waarmerk.checks.model.rows import structure

CORE = 0.551567, 0.602588
M, R, N, EPSILON = 80, 2000, 20, 0.003


@pytest.mark.parametrize(
    ("x", "n", "share", "m", "printed"),
    [
        (0, 20, 0.6, 80, -15.525739),
        (12, 20, 0.6, 80, -1.828666),
        (13, 20, 0.6, 80, -1.883391),
        (0, 200, 0.05, 120, -5.997149),
        (10, 200, 0.05, 120, -2.552043),
        (60, 200, 0.05, 120, -20.778936),
        (0, 50, 0.001, 120, -0.041962),
        (5, 50, 0.001, 120, -9.763648),
    ],
)
def test_beta_binomial_of_the_vectors(x, n, share, m, printed):
    assert round(float(ln_beta_binomial(x, n, share, m)), 6) == printed


def cell(x, share):
    return float(ln_cell(x, N, share, 1 / (1 / M + 1 / R), EPSILON))


@pytest.mark.parametrize(
    ("x", "share", "printed"), [(0, 0.6, -6.937449), (13, 0.03, -9.576703), (13, 0.6, -1.889154), (0, 0.03, -0.545131)]
)
def test_cell_of_the_vectors(x, share, printed):
    assert round(cell(x, share), 6) == printed


def test_in_councils_the_row_with_the_number_of_the_list_is_confused_less_often():
    def weight(distances):
        own, other = (structure(np.array([0]), np.array([3]), 30, n, distances, 30 * 29 / 2, 29)[0] for n in (4, 9))
        return own - other

    assert weight(NATIONAL.distances) == pytest.approx(0.12)  # checks.md 3.6
    assert weight(LOCAL.distances) == pytest.approx(0.04)  # checks.md 4.4


def test_exchange_of_the_vectors_and_its_score():
    gain = cell(13, 0.6) + cell(0, 0.03) - cell(0, 0.6) - cell(13, 0.03)
    assert round(gain, 6) == 14.079866
    assert round(math.exp(gain)) == 1_302_591
    first, second = np.array([9]), np.array([10])
    inside = structure(first, second, 50, 0, NATIONAL.distances, 50 * 49 / 2, 49)
    assert round(float(np.log(inside[0])), 4) == -4.7922
    assert round(gain + float(np.log(inside[0] / 20 * NATIONAL.rates.row)), 4) == 4.1716


@pytest.mark.parametrize(
    ("j", "k", "rows", "own", "expected"),
    [
        (0, 1, 3, 2, 0.16 / 3 + 0.40 / 2 + 0.12),
        (0, 2, 3, 2, 0.16 / 3 + 0.27 / 2),
        (0, 50, 60, 7, 0.16 / 1770 + 0.05),
        (4, 14, 60, 7, 0.16 / 1770 + 0.02 / 59),
        (1, 6, 60, 7, 0.16 / 1770),
    ],
)
def test_structure_adds_what_applies(j, k, rows, own, expected):
    prior = structure(np.array([j]), np.array([k]), rows, own, NATIONAL.distances, rows * (rows - 1) / 2, rows - 1)
    assert prior[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("true", "written", "printed"),
    [
        (75, 57, -2.5903),
        (22, 2, -1.7430),
        (69, 6, -1.7430),
        (38, 0, -2.3026),
        (130, 13, -2.1484),
        (13, 130, -4.7875),
        (69, 669, -4.7875),
        (7, 8, -4.0943),
        (123, 132, -2.9957),
        (112, 211, -math.inf),
        (12, 12, -math.inf),
    ],
)
def test_slip_of_the_vectors(true, written, printed):
    assert round(float(ln_one_slip(true, written)), 4) == printed


@pytest.mark.parametrize(
    ("size", "printed"),
    [(0, -0.802), (1, -2.211), (2, -2.717), (5, -4.237), (10, -6.770), (15, -9.302), (27, -15.380)],
)
def test_core_of_differences_of_the_vectors(size, printed):
    for difference in {size, -size}:
        assert float(ln_core(difference, *CORE)) == pytest.approx(printed, abs=5.1e-4)


@pytest.mark.parametrize(
    ("size", "printed"), [(10, -2.31), (14, -0.60), (15, -0.16), (16, 0.29), (20, 2.10), (27, 5.36)]
)
def test_score_of_a_large_difference_of_the_vectors(size, printed):
    score = ln_any_difference(size) - ln_core(size, *CORE) + math.log(NATIONAL.rates.difference)
    assert round(float(score), 2) == printed


def slip_oracle(true, written):
    """The likeliest single slip, from the words of checks.md 3.6 and with texts only."""
    if true == written:
        return -math.inf
    y, x = str(true), str(written)
    found = []
    if len(y) > 1 and written in {int(y[:i] + y[i + 1 :]) for i in range(len(y))}:  # of 105 remains 05, read as 5
        found.append(0.35 / len(y))
    if y in {x[:i] + x[i + 1 :] for i in range(len(x))}:
        found.append(0.25 / (10 * len(x)))
    if written in {int(y[:i] + y[i + 1] + y[i] + y[i + 2 :]) for i in range(len(y) - 1)}:
        found.append(0.15 / len(y))
    if len(x) == len(y) and sum(a != b for a, b in zip(x, y, strict=True)) == 1:
        found.append(0.15 / (9 * len(y)))
    if x == "0":
        found.append(0.10)
    if {true, written} in [{10 + n, 10 * n} for n in range(3, 10)]:
        found.append(0.03)
    return math.log(max(found)) if found else -math.inf


def near(number, how, place, digit):
    """A number that one slip, or nearly one, makes of another."""
    text = str(number)
    i = place % len(text)
    made = {
        "drop": text[:i] + text[i + 1 :],
        "add": text[:i] + str(digit) + text[i:],
        "replace": text[:i] + str(digit) + text[i + 1 :],
        "transpose": text[:i] + text[i : i + 2][::-1] + text[i + 2 :],
        "empty": "0",
        "other": str(number + digit),
    }[how]
    return int(made or "0")


NUMBERS = st.integers(0, 99_999) | st.integers(0, 130)
HOW = st.sampled_from(["drop", "add", "replace", "transpose", "empty", "other"])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(NUMBERS, HOW, st.integers(0, 5), st.integers(0, 9)), min_size=10, max_size=40))
@example([(n, "other", 0, m) for n in (0, 10, 13, 30, 100, 101, 110) for m in range(10)])
@example([(n, "drop", place, 0) for n in (10, 100, 105, 110, 1001) for place in range(4)])
def test_slips_are_those_of_a_slow_reader_of_texts(pairs):
    true = [number for number, *_ in pairs] + [near(*pair) for pair in pairs]
    written = true[len(pairs) :] + true[: len(pairs)]
    said = ln_one_slip(true, written)
    assert said.tolist() == pytest.approx([slip_oracle(y, x) for y, x in zip(true, written, strict=True)])


@given(st.integers(1, 400), st.floats(1e-4, 1 - 1e-4), st.floats(2, 20_000), st.data())
def test_beta_binomial_is_that_of_a_library_and_sums_to_one(n, share, m, data):
    x = data.draw(st.integers(0, n))
    assert float(ln_beta_binomial(x, n, share, m)) == pytest.approx(
        betabinom.logpmf(x, n, share * m, (1 - share) * m), rel=1e-6, abs=1e-6
    )
    assert np.exp(ln_beta_binomial(np.arange(n + 1), n, share, m)).sum() == pytest.approx(1, abs=1e-6)
    assert np.isneginf(ln_beta_binomial([-1, n + 1], n, share, m)).all()


@given(st.integers(2, 400), st.floats(1e-4, 1 - 1e-4), st.floats(2, 20_000), st.data())
def test_tail_is_that_of_a_library(n, share, m, data):
    x = data.draw(st.integers(0, n))
    oracle = betabinom(n, share * m, (1 - share) * m)
    half = oracle.pmf(x) / 2
    expected = 2 * min(oracle.cdf(x) - half, oracle.sf(x) + half)
    assert two_sided(x, n, share, m) == pytest.approx(expected, rel=1e-5, abs=1e-7)


@given(st.floats(0.01, 0.95), st.floats(0.05, 0.95))
def test_ordinary_differences_have_all_probability_and_anything_nearly(some, further):
    size = np.arange(-3000, 3001)
    assert np.exp(ln_core(size, some, further)).sum() == pytest.approx(1)
    assert 0.98 < np.exp(ln_difference(size, some, further)).sum() < 1.005


@given(st.integers(0, 2000))
def test_anything_is_a_proper_share_of_all_numbers(n):
    assert 0.5 < np.exp(ln_anything(np.arange(n + 1), n)).sum() < 1.5


@given(st.lists(st.integers(-3000, 3000), max_size=60))
def test_core_is_fit_for_a_logarithm_whatever_was_counted(differences):
    some, further = core_of_differences(np.array(differences, dtype=np.int64))
    assert 0 < some < 1
    assert 0 < further < 1


@given(st.floats(0.011, 0.95), st.floats(0.05, 0.9))
def test_usual_is_what_99_percent_of_stations_stay_within(some, further):
    usual = Differences(None, some, further).usual  # type: ignore[arg-type]
    within = np.exp(ln_core(np.arange(-usual, usual + 1), some, further))
    assert within.sum() >= 0.99 - 1e-9
    assert usual == 1 or within[1:-1].sum() <= 0.99 + 1e-9
