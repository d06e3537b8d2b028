"""Probabilities of single figures (checks.md 3.3, 3.6). Natural logarithms everywhere; all functions are vectorised."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

SMALLEST_SHARE = 1e-7
DIFFERENCES = np.log(3000.0)
"""A difference can be anything up to some 3,000 ballots (3.6)."""


def ln_beta_binomial(x: ArrayLike, n: ArrayLike, share: ArrayLike, m: ArrayLike) -> Real:
    """Return ln of the beta-binomial probability of ``x`` of ``n`` with mean ``share`` and concentration ``m`` (3.3)."""
    x, n, m = np.asarray(x, float), np.asarray(n, float), np.asarray(m, float)
    a = np.clip(share, SMALLEST_SHARE, 1 - SMALLEST_SHARE) * m
    b = m - a
    rest = n - x
    inside = (x >= 0) & (rest >= 0)
    x, rest = np.where(inside, x, 0.0), np.where(inside, rest, 0.0)
    value = (
        gammaln(n + 1) - gammaln(x + 1) - gammaln(rest + 1)
        + gammaln(x + a) - gammaln(a) + gammaln(rest + b) - gammaln(b)
        - gammaln(n + m) + gammaln(m)
    )  # fmt: skip
    return np.asarray(np.where(inside, value, -np.inf))


def ln_anything(x: ArrayLike, n: ArrayLike) -> Real:
    """Return ln of the density of a figure that can be anything from 0 to ``n``: log-uniform (3.3)."""
    return np.asarray(-np.log(np.asarray(x, float) + 1) - np.log(np.log(np.asarray(n, float) + 2)))


def ln_cell(x: ArrayLike, n: ArrayLike, share: ArrayLike, m: ArrayLike, epsilon: float) -> Real:
    """Return ln of the probability of a cell: mostly beta-binomial, now and then anything (3.3)."""
    return ln_or_anything(ln_beta_binomial(x, n, share, m), x, n, epsilon)


def ln_or_anything(ordinary: Real, x: ArrayLike, n: ArrayLike, epsilon: float) -> Real:
    """Return ln of a probability of which a share ``epsilon`` is anything, from ln of the ordinary one (3.3)."""
    diffuse = np.log(epsilon) + ln_anything(np.maximum(np.asarray(x, float), 0), n)
    return np.asarray(np.logaddexp(np.log1p(-epsilon) + ordinary, diffuse))


def ln_one_slip(true: ArrayLike, written: ArrayLike) -> Real:
    """Return ln P(``written`` | ``true``) of the likeliest single slip of the pen; -inf where no single slip does it (3.6).

    A digit dropped 0.35/(digits of true); added 0.25/(10·digits of written); two neighbours transposed 0.15/(digits of
    true); one replaced 0.15/(9·digits); the row left empty 0.10; Dutch number words (13/30 … 19/90) 0.03.
    """
    y, x = np.broadcast_arrays(np.asarray(true, np.int64), np.asarray(written, np.int64))
    valid = (y >= 0) & (x >= 0) & (y != x)
    y, x = np.where(valid, y, 0), np.where(valid, x, 0)
    digits_y, digits_x = _digits(y), _digits(x)
    best = np.where((x == 0) & (y > 0), 0.10, 0.0)
    most = int(max(digits_y.max(initial=1), digits_x.max(initial=1)))
    for place in range(most):
        ten = 10**place
        dropped = (y // (10 * ten) * ten + y % ten == x) & (digits_y > 1) & (place < digits_y) & (digits_x < digits_y)
        best = np.maximum(best, np.where(dropped, 0.35 / digits_y, 0.0))
        added = (
            (x // (10 * ten) * ten + x % ten == y) & (digits_x > 1) & (place < digits_x) & (digits_y + 1 == digits_x)
        )
        best = np.maximum(best, np.where(added, 0.25 / (10 * digits_x), 0.0))
        one, two = y // ten % 10, y // (10 * ten) % 10
        swapped = (y + (one - two) * (10 * ten) + (two - one) * ten == x) & (place + 1 < digits_y)
        best = np.maximum(best, np.where(swapped, 0.15 / digits_y, 0.0))
        replaced = (y - one * ten + x // ten % 10 * ten == x) & (digits_x == digits_y)
        best = np.maximum(best, np.where(replaced, 0.15 / (9 * digits_y), 0.0))
    teens = (y >= 13) & (y <= 19) & (x == (y - 10) * 10)
    tens = (x >= 13) & (x <= 19) & (y == (x - 10) * 10)
    best = np.maximum(best, np.where(teens | tens, 0.03, 0.0))
    with np.errstate(divide="ignore"):
        return np.where(valid, np.log(best), -np.inf)


def _digits(number: Whole) -> Whole:
    digits = np.ones_like(number)
    for power in range(1, 10):
        digits += number >= 10**power
    return digits


def ln_core(difference: ArrayLike, some: float, further: float) -> Real:
    """Return ln P(δ) where nothing special happened: zero, or geometric on both sides (3.6, Difference)."""
    size = np.abs(np.asarray(difference, float))
    further_on = np.log(some / 2 * (1 - further)) + (size - 1) * np.log(further)
    return np.asarray(np.where(size == 0, np.log(1 - some), further_on))


def ln_difference(difference: ArrayLike, some: float, further: float) -> Real:
    """Return ln P(δ) with 2 % of anything beside the core (3.6)."""
    core = np.log(0.98) + ln_core(difference, some, further)
    return np.asarray(np.logaddexp(core, np.log(0.02) + ln_any_difference(difference)))


def ln_any_difference(difference: ArrayLike) -> Real:
    """Return ln of a difference that can be anything (3.6, H8)."""
    return np.asarray(-np.log(2 * (np.abs(np.asarray(difference, float)) + 1) * DIFFERENCES))


def core_of_differences(differences: Whole) -> tuple[float, float]:
    """Return how many stations have a difference, and the chance that it is one larger: robust, shrunk (3.6).

    Five imaginary stations, 25 % of them with a difference of 2 on average, stand beside the real ones.
    """
    size = np.abs(differences)
    bound = max(3.0, float(np.quantile(size, 0.975))) if size.size else 3.0
    core = size[size <= bound]
    others = core[core > 0]
    some = (len(others) + 5 * 0.25) / (size.size + 5)
    mean = (others.sum() + 5 * 0.25 * 2) / (len(others) + 5 * 0.25)
    return float(some), float(max(1 - 1 / mean, 0.05))


def two_sided(x: ArrayLike, n: ArrayLike, share: float, m: float) -> float:
    """Return how often a figure at least as strange occurs: twice the smaller tail, half of the figure itself (3.4)."""
    reported, size = int(np.asarray(x)), int(np.asarray(n))
    chance = np.exp(ln_beta_binomial(np.arange(size + 1), size, share, m))
    half = chance[reported] / 2
    return float(min(1.0, 2 * min(chance[:reported].sum() + half, chance[reported + 1 :].sum() + half)))
