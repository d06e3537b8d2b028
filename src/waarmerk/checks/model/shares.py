"""What was to be expected of the lists at each station: shares on a scale of equal variance, robust, given all other lists (3.6).

``u = 2·sqrt((n + 3/8) / (N + 3/4))`` has a sampling variance of about 1/N for every list. The location comes from other
stations of the place and from earlier elections, the scatter from a multivariate t; so one strange station spoils neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from waarmerk.checks.model.density import Real
from waarmerk.checks.model.observed import Groups, Observed
from waarmerk.checks.model.parameters import Lists, Parameters

HELD = 0.5
"""How far one station can draw a mean: it may be the one that is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class ListModel:
    """Location and scatter of list shares."""

    judged: NDArray[np.bool_]
    """Stations with enough votes."""
    location: Real
    """Expected u per station and list."""
    values: Real
    vectors: Real
    """Eigenvalues and eigenvectors of the scatter between stations."""
    other_values: Real
    other_vectors: Real
    """The same for each station from all others: with few stations a strange one would make itself usual (7, trap 1)."""
    freedom: float
    scale: Real
    """u per station and list as reported."""

    def inverse(self, station: int, valid: float) -> Real:
        """P = (Σ + I/N)⁻¹ of a station."""
        values, vectors = self.other_values[station], self.other_vectors[station]
        return np.asarray((vectors / (values + 1 / max(valid, 1.0))) @ vectors.T)

    def deviation(self, valid: Real) -> Real:
        """Return the standard deviation of u per station and list, whatever the other lists have."""
        variance = self.other_values + 1 / np.maximum(valid, 1)[:, None]
        return np.asarray(np.sqrt(np.einsum("sij,sj->si", self.other_vectors**2, variance)))

    def density(self, station: int, lists: ArrayLike, location: Real | None = None) -> Real:
        """Return ln g of list vectors [..., l] at a station (3.6); the last term is the Jacobian, as counts are compared."""
        counts = np.asarray(lists, float)
        valid = counts.sum(axis=-1)
        r = scaled(counts, valid) - (self.location[station] if location is None else location)
        variance = self.other_values[station] + 1 / np.maximum(valid, 1)[..., None]
        square = ((r @ self.other_vectors[station]) ** 2 / variance).sum(axis=-1)
        p = counts.shape[-1]
        fit = -0.5 * (self.freedom + p) * np.log1p(square / self.freedom)
        spread = -0.5 * np.log(variance).sum(axis=-1)
        return np.asarray(
            fit + spread - 0.5 * np.log(counts + 0.375).sum(axis=-1) - 0.5 * p * np.log(np.maximum(valid, 1))
        )

    def conditional(self, station: int, valid: float) -> tuple[Real, Real]:
        """Return for each list its deviation given all other lists, in standard deviations, and that deviation's size in u."""
        precision = self.inverse(station, valid)
        diagonal = np.diag(precision)
        r = self.scale[station] - self.location[station]
        z = precision @ r / np.sqrt(diagonal)
        return z, 1 / np.sqrt(diagonal)


def scaled(lists: Real, valid: ArrayLike) -> Real:
    """Return u of list votes [..., l] of stations with so many valid votes."""
    return np.asarray(2 * np.sqrt((lists + 0.375) / (np.asarray(valid, float)[..., None] + 0.75)))


def list_model(observed: Observed, parameters: Parameters, earlier: Real | None = None) -> ListModel:
    """Fit the model. ``earlier``: list shares (u) of an earlier election per station, NaN where a station is not matched."""
    rules = parameters.lists
    u = scaled(observed.lists, observed.valid)
    judged = observed.valid >= rules.fewest_votes
    location = geographic(observed, u, judged, rules)
    if earlier is not None:
        location = location + _explained(u - location, earlier, judged, rules.earlier_penalty)
    sampling = float(np.median(1 / observed.valid[judged])) if judged.any() else 0.0
    scatter, others = _scatter((u - location)[judged], rules)
    each = np.broadcast_to(scatter, (len(u), *scatter.shape)).copy()
    each[judged] = others
    values, vectors = np.linalg.eigh(np.concatenate([scatter[None], each]) - sampling * np.eye(u.shape[1]))
    values = np.maximum(values, rules.floor)
    return ListModel(judged, location, values[0], vectors[0], values[1:], vectors[1:], rules.freedom, u)


def geographic(observed: Observed, u: Real, judged: NDArray[np.bool_], rules: Lists) -> Real:
    """Return nested means over the judged stations, each left out of its own: municipality, neighbourhood, area, building."""
    good = judged[:, None]
    count = max(int(judged.sum()), 1)
    centre = np.median(u[judged], axis=0) if judged.any() else u.mean(axis=0)
    held = np.where(good, centre + np.clip(u - centre, -HELD, HELD), 0.0)
    others = count - judged[:, None].astype(float)
    location = np.where(others > 0, (held.sum(axis=0) - held) / np.maximum(others, 1), centre)
    for groups, prior in (
        (observed.neighbourhood, rules.neighbourhood),
        (observed.area, rules.area),
        (observed.building, rules.building),
    ):
        near, behind = _neighbours(held, judged, groups)
        location = (near + prior * location) / (behind + prior)
    return np.asarray(location)


def geographic_at(observed: Observed, u: Real, others: NDArray[np.bool_], rules: Lists, station: int) -> Real:
    """Return the same for one station, from the others only."""
    known = u[others]
    centre = np.median(known, axis=0)
    location = centre + np.clip(known - centre, -HELD, HELD).mean(axis=0) if len(known) else u[station]
    for groups, prior in (
        (observed.neighbourhood, rules.neighbourhood),
        (observed.area, rules.area),
        (observed.building, rules.building),
    ):
        near = others & (groups == groups[station]) & (groups >= 0)
        number = int(near.sum())
        if number:
            held = centre + np.clip(u[near] - centre, -HELD, HELD)
            location = (held.sum(axis=0) + prior * location) / (number + prior)
    return np.asarray(location)


def _neighbours(u: Real, judged: NDArray[np.bool_], groups: Groups) -> tuple[Real, Real]:
    member = (groups >= 0) & judged
    size = int(groups.max(initial=-1)) + 1
    sums, counts = np.zeros((size + 1, u.shape[1])), np.zeros(size + 1)
    np.add.at(sums, groups[member], u[member])
    np.add.at(counts, groups[member], 1.0)
    known = groups >= 0
    mine = (member)[:, None]
    near = np.where(known[:, None], sums[groups] - np.where(mine, u, 0.0), 0.0)
    behind = np.where(known, counts[groups] - member, 0.0)[:, None]
    return near, behind


def _scatter(residual: Real, rules: Lists) -> tuple[Real, Real]:
    """Return a robust scatter matrix (multivariate t), and for each station that of the others."""
    stations, p = residual.shape
    usual = rules.spread * np.eye(p)
    if stations < 2:
        return usual, np.broadcast_to(usual, (stations, p, p))
    scatter = np.diag(residual.var(axis=0) + 1e-4)
    for _ in range(rules.rounds):
        square = np.einsum("ij,jk,ik->i", residual, np.linalg.inv(scatter), residual)
        weighted = residual * ((rules.freedom + p) / (rules.freedom + square))[:, None]
        sums = weighted.T @ residual
        scatter = _shrunk(sums, stations, rules)
    return scatter, _shrunk(sums - weighted[:, :, None] * residual[:, None, :], stations - 1, rules)


def _shrunk(sums: Real, stations: int, rules: Lists) -> Real:
    """Return scatter from sums of squares: with few stations shrunk to its diagonal, and that to a usual one."""
    p = sums.shape[-1]
    scatter = sums / (stations + p)
    every = np.arange(p)
    usual = rules.spread * rules.spread_stations
    scatter[..., every, every] = (sums[..., every, every] + usual) / (stations + rules.spread_stations)
    return np.asarray((scatter + np.swapaxes(scatter, -1, -2)) / 2)


def _explained(residual: Real, earlier: Real, judged: NDArray[np.bool_], penalty: float) -> Real:
    """Return what an earlier election says of the residuals: ridge regression, each station left out of its own line (3.5)."""
    known = judged & np.isfinite(earlier).all(axis=1)
    result = np.zeros_like(residual)
    if known.sum() < 3:
        return result
    x = earlier[known] - earlier[known].mean(axis=0)
    x = x / max(float(x.std()), 1e-6)
    y = np.clip(residual[known], -0.5, 0.5)
    hat = x @ np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T)
    own = np.diag(hat)[:, None]
    result[known] = (hat @ y - own * y) / np.maximum(1 - own, 0.1)
    return result
