"""What was to be expected of each candidate at each station, never from the station itself (checks.md 3.5, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarmerk.checks.model.density import Real, ln_anything, ln_beta_binomial, ln_cell, ln_or_anything
from waarmerk.checks.model.observed import Groups, Observed
from waarmerk.checks.model.parameters import Parameters

FEWEST = 5
"""A share of fewer votes says nothing of what is usual."""


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The share of every candidate within its list at every station, how far stations differ, and the fit of what is reported."""

    share: Real
    weight: Real
    """R: votes behind the share, per station and list."""
    m: Real
    """M per candidate."""
    m_effective: Real
    """1 / (1/M + 1/R), per station and candidate."""
    fit: Real
    """ln f of the reported cells."""
    loss: Real
    """How much the likeliest number would fit better (3.6, Pruning)."""
    place: tuple[float, float]
    """How much the area and the building count, chosen by the data."""


def expected(observed: Observed, parameters: Parameters) -> Expected:
    """Fit the reference twice: after the first fit, cells that stand out are left out of what others are expected to have."""
    size = observed.lists[:, observed.list_of]
    share, _, _, effective, _ = _fitted(observed, observed.votes, parameters)
    strange = np.minimum(
        np.subtract(*_likeliest(observed.votes, size, share, effective)[1:]),
        np.subtract(*_likeliest(observed.votes, size, _usual(observed), effective)[1:]),
    )
    ordinary = np.where(strange > parameters.reference.outlier, size * share, observed.votes)
    share, weight, m, effective, place = _fitted(observed, ordinary, parameters)
    mode, best, fit = _likeliest(observed.votes, size, share, effective)
    best, fit = (ln_or_anything(ln, x, size, parameters.epsilon) for ln, x in ((best, mode), (fit, observed.votes)))
    return Expected(share, weight, m, effective, fit, np.maximum(best - fit, 0.0), place)


def _fitted(
    observed: Observed, votes: Real, parameters: Parameters
) -> tuple[Real, Real, Real, Real, tuple[float, float]]:
    share, weight, place = _shares(observed, votes, parameters)
    m = _spread(observed, share, weight, parameters)
    return share, weight, m, 1 / (1 / m + 1 / weight[:, observed.list_of]), place


def _likeliest(votes: Real, size: Real, share: Real, m: Real) -> tuple[Real, Real, Real]:
    """Return the likeliest numbers, and ln of their and the reported numbers' probability had nothing special happened."""
    mode = np.clip(np.rint(size * share), 0, size)
    return mode, ln_beta_binomial(mode, size, share, m), ln_beta_binomial(votes, size, share, m)


def _usual(observed: Observed) -> Real:
    """Return each candidate's median share: beside one wrong station its neighbours' right figures look strange, but not there."""
    size = observed.lists[:, observed.list_of]
    shares = np.where(size >= FEWEST, observed.votes / np.maximum(size, 1), np.nan)
    known = np.isfinite(shares).any(axis=0)
    return np.where(known, np.nanmedian(np.where(known, shares, 0.0), axis=0), 0.0)


def likeness(observed: Observed, width: float) -> Real:
    """Return how alike stations vote as to lists: a weight per pair, 0 for a station with itself (3.5, 3)."""
    root = np.sqrt(observed.lists / np.maximum(observed.valid, 1)[:, None])
    distance = np.maximum(2 - 2 * root @ root.T, 0.0)
    weights = np.exp(-distance / (2 * width**2))
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)


def _shares(observed: Observed, votes: Real, parameters: Parameters) -> tuple[Real, Real, tuple[float, float]]:
    rules, columns = parameters.reference, observed.list_of
    lists = _by_list(observed, votes)
    own = lists[:, columns]
    sizes = np.bincount(columns, minlength=lists.shape[1])[columns]
    most: Real = np.full(len(columns), 0.5)
    whole: Real = np.asarray(0.5 * sizes, float)
    if observed.elsewhere is not None:
        # Shares of the nation so far, as so many votes: they matter where the municipality itself has few (3.5).
        total = observed.elsewhere.lists[columns]
        counted = np.minimum(rules.nation, total)
        most = most + counted * (observed.elsewhere.candidates + 0.5) / (total + 0.5 * sizes)
        whole = whole + counted
    share = (votes.sum(0) - votes + most) / (lists.sum(0)[columns] - own + whole)
    near, behind = _others(votes, lists, observed.neighbourhood)
    share = (near + rules.neighbourhood * share) / (behind[:, columns] + rules.neighbourhood)
    like = likeness(observed, rules.likeness_width)
    behind = like @ lists
    share = (like @ votes + rules.likeness * share) / (behind[:, columns] + rules.likeness)
    weight = behind + rules.likeness
    area, share, weight = _place(observed, votes, lists, observed.area, share, weight, rules.area, parameters)
    building, share, weight = _place(
        observed, votes, lists, observed.building, share, weight, rules.building, parameters
    )
    return share, weight, (area, building)


def _by_list(observed: Observed, votes: Real) -> Real:
    sums = np.zeros_like(observed.lists)
    np.add.at(sums.T, observed.list_of, votes.T)
    return sums


def _others(votes: Real, lists: Real, groups: Groups) -> tuple[Real, Real]:
    """Return the votes and list sums of the other stations of each one's group; nothing for a station without a group."""
    member = groups >= 0
    count = int(groups.max(initial=-1)) + 1
    sums, totals = np.zeros((count + 1, votes.shape[1])), np.zeros((count + 1, lists.shape[1]))
    np.add.at(sums, groups[member], votes[member])
    np.add.at(totals, groups[member], lists[member])
    mine = member[:, None]
    return np.where(mine, sums[groups] - votes, 0.0), np.where(mine, totals[groups] - lists, 0.0)


def _place(
    observed: Observed,
    votes: Real,
    lists: Real,
    groups: Groups,
    share: Real,
    weight: Real,
    choices: tuple[float, ...],
    parameters: Parameters,
) -> tuple[float, Real, Real]:
    """Mix in what stations of one place have, as much as makes the reported figures likeliest (3.5, 4)."""
    near, behind = _others(votes, lists, groups)
    with_others = behind.sum(axis=1) > 0
    if not with_others.any():
        return float("inf"), share, weight
    columns, rules = observed.list_of, parameters.reference
    row, column = np.nonzero(_telling(observed, share) & with_others[:, None])
    cells = observed.votes[row, column], observed.lists[row, columns[column]]
    best = (-np.inf, float("inf"), share)
    for kappa in choices:
        mixed = share
        if np.isfinite(kappa):
            mixed = (near + kappa * share) / (behind[:, columns] + kappa)
        fit = ln_cell(*cells, mixed[row, column], rules.trial_m, rules.trial_epsilon).sum()
        best = max(best, (float(fit), kappa, mixed), key=lambda item: item[0])
    _, kappa, mixed = best
    if not np.isfinite(kappa):
        return kappa, share, weight
    return kappa, mixed, np.where(behind > 0, behind + np.minimum(kappa, weight), weight)


def _spread(observed: Observed, share: Real, weight: Real, parameters: Parameters) -> Real:
    """Return M of every candidate: the likeliest on a grid, shrunk to its list and to the country (3.3)."""
    rules, columns = parameters.spread, observed.list_of
    grid = np.geomspace(rules.smallest, rules.largest, rules.steps)
    some = _telling(observed, share)
    row, column = np.nonzero(some)
    x, n = observed.votes[row, column], observed.lists[row, columns[column]]
    theta, behind = share[row, column], weight[row, columns[column]]
    anything = np.log(rules.epsilon) + ln_anything(x, n)
    fits = np.empty((len(grid), len(columns)))
    for index, m in enumerate(grid):
        ordinary = np.log1p(-rules.epsilon) + ln_beta_binomial(x, n, theta, 1 / (1 / m + 1 / behind))
        fits[index] = np.bincount(column, np.logaddexp(ordinary, anything), minlength=len(columns))
    sizes = np.bincount(columns, minlength=observed.lists.shape[1]).astype(float)
    of_list = np.zeros((len(grid), len(sizes)))
    np.add.at(of_list.T, columns, fits.T)
    shared = rules.sharing / np.sqrt(np.maximum(sizes, 1)) * of_list
    prior = -0.5 * ((np.log(grid) - np.log(rules.centre)) / rules.width) ** 2
    return np.asarray(grid[(fits + shared[:, columns] + prior[:, None]).argmax(axis=0)])


def _telling(observed: Observed, share: Real) -> NDArray[np.bool_]:
    """Return the cells that say something about the spread: something was to be expected there, or is there."""
    return (observed.lists[:, observed.list_of] > 1) & (
        (observed.lists[:, observed.list_of] * share > 0.2) | (observed.votes > 0)
    )
