"""Mistakes between lists: whole pages exchanged, a pile on another list, one list simply off (checks.md 3.6, H5, H7, H15)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waarmerk.checks.model.bands import OfList, OfVotes
from waarmerk.checks.model.density import Real, ln_cell
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import Parameters
from waarmerk.checks.model.reference import Expected
from waarmerk.checks.model.shares import ListModel
from waarmerk.election.finding import Code

STEPS = 12
FEWEST = 3
EXTREMES = 3
ROWS_HELP = 8.0
"""What one row can add to the evidence of the lists for a pile; with less hope rows are not looked at."""


def explain(
    observed: Observed, expected: Expected, shares: ListModel, filled: Real, parameters: Parameters
) -> Iterator[Explanation]:
    """Yield the explanations between lists; ``filled`` is how many lists each station has votes for."""
    losses = np.zeros_like(observed.lists)
    np.add.at(losses.T, observed.list_of, expected.loss.T)
    usual = np.stack([shares.location, shares.deviation(observed.valid)], axis=-1)
    for station in np.flatnonzero(shares.judged):
        s = int(station)
        yield from _exchanged(observed, expected, shares, s, losses[s], usual[s], parameters)
        yield from _pile(observed, expected, shares, s, float(filled[s]), usual[s], parameters)
        yield from _off(observed, shares, s, float(filled[s]), usual[s], parameters)


def _exchanged(
    observed: Observed,
    expected: Expected,
    shares: ListModel,
    s: int,
    losses: Real,
    usual: Real,
    parameters: Parameters,
) -> Iterator[Explanation]:
    votes = observed.lists[s]
    number = len(votes)
    if number < 2:
        return
    precision = shares.inverse(s, float(observed.valid[s]))
    r = shares.scale[s] - shares.location[s]
    turned, diagonal = precision @ r, np.diag(precision)
    square = float(r @ turned)
    i, j = np.triu_indices(number, 1)
    delta = shares.scale[s][j] - shares.scale[s][i]
    after = square + 2 * delta * (turned[i] - turned[j]) + delta**2 * (diagonal[i] + diagonal[j] - 2 * precision[i, j])
    gain = (
        -0.5
        * (shares.freedom + number)
        * (np.log1p(np.maximum(after, 0) / shares.freedom) - np.log1p(square / shares.freedom))
    )
    prior = np.log(parameters.rates.lists) - np.log(len(i))
    most = np.minimum(losses[i] + losses[j], parameters.cut) * parameters.tempering
    for at in np.flatnonzero((votes[i] != votes[j]) & (gain + most + prior > parameters.keep)):
        a, b = int(i[at]), int(j[at])
        inside = _pages_exchanged(observed, expected, s, a, b, parameters)
        total = float(gain[at] + parameters.tempering * np.clip(inside, -parameters.cut, parameters.cut))
        if total + prior > parameters.keep:
            slots = (_total(s, a, votes, usual, votes[b]), _total(s, b, votes, usual, votes[a]))
            yield Explanation(
                Code.H05, s, total + float(prior), total, slots, (a, b), moved=abs(int(votes[a] - votes[b]))
            )


def _pages_exchanged(observed: Observed, expected: Expected, s: int, a: int, b: int, parameters: Parameters) -> float:
    """Return how much better the rows fit when the pages change places; -inf when a number has no row to go to."""
    one, two = observed.ballot.lists[a], observed.ballot.lists[b]
    x, y = observed.votes[s, one.columns], observed.votes[s, two.columns]
    rows = min(len(x), len(y))
    if x[rows:].any() or y[rows:].any():
        return -np.inf
    return (
        _row_fit(observed, expected, s, a, y, parameters)
        + _row_fit(observed, expected, s, b, x, parameters)
        - float(expected.fit[s, one.columns].sum() + expected.fit[s, two.columns].sum())
    )


def _row_fit(observed: Observed, expected: Expected, s: int, index: int, x: Real, parameters: Parameters) -> float:
    """Return the fit of other numbers on a list's page, which stays as long as it is."""
    at = observed.ballot.lists[index].columns
    rows = at.stop - at.start
    page = np.zeros(rows)
    page[: min(len(x), rows)] = x[:rows]
    return float(
        ln_cell(page, page.sum(), expected.share[s, at], expected.m_effective[s, at], parameters.epsilon).sum()
    )


def _pile(
    observed: Observed,
    expected: Expected,
    shares: ListModel,
    s: int,
    filled: float,
    usual: Real,
    parameters: Parameters,
) -> Iterator[Explanation]:
    votes = observed.lists[s]
    if len(votes) < 2:
        return
    z, _ = shares.conditional(s, float(observed.valid[s]))
    high = [int(j) for j in np.argsort(-z)[:EXTREMES] if z[j] > 1 and votes[j] >= FEWEST]
    low = [int(i) for i in np.argsort(z)[:EXTREMES] if z[i] < -0.5]
    tries = [(i, j, m) for i in low for j in high if i != j for m in _steps(int(votes[j]))]
    if not tries:
        return
    vectors = np.repeat(votes[None], len(tries) + 1, axis=0)
    for row, (i, j, m) in enumerate(tries):
        vectors[row, i] += m
        vectors[row, j] -= m
    density = shares.density(s, vectors)
    gain = density[:-1] - density[-1]
    prior = np.log(parameters.rates.pile) - np.log(filled**2 * STEPS)
    best: dict[tuple[int, int], int] = {}
    for row, (i, j, _) in enumerate(tries):
        if (i, j) not in best or gain[row] > gain[best[i, j]]:
            best[i, j] = row
    for at in best.values():
        i, j, m = tries[at]
        if gain[at] + prior + ROWS_HELP < parameters.keep:
            continue
        m, extra, place = _which_rows(observed, expected, shares, s, i, j, m, float(gain[at]), parameters)
        total = extra
        if total + prior > parameters.keep:
            slots: tuple[Slot, ...] = (
                _total(s, j, votes, usual, votes[j] - m),
                _total(s, i, votes, usual, votes[i] + m),
            )
            if "row" in place:
                row = int(place["row"])
                slots += (_row(observed, expected, s, j, row, -m), _row(observed, expected, s, i, row, m))
            yield Explanation(Code.H07, s, total + float(prior), total, slots, (j, i), moved=m)


def _which_rows(
    observed: Observed,
    expected: Expected,
    shares: ListModel,
    s: int,
    i: int,
    j: int,
    m: int,
    gain: float,
    parameters: Parameters,
) -> tuple[int, float, dict[str, int | str]]:
    """Look whether one row of both pages shows the pile: the number at which list ``j`` has too much and ``i`` too little."""
    one, two = observed.ballot.lists[i], observed.ballot.lists[j]
    rows = min(len(one.candidates), len(two.candidates))
    best: tuple[int, float, dict[str, int | str]] = (m, gain, {})
    if not rows:
        return best
    before = shares.density(s, observed.lists[s][None])[0]
    at_j = slice(two.start, two.start + rows)
    surplus = observed.votes[s, at_j] - observed.lists[s, j] * expected.share[s, at_j]
    row = int(np.argmax(surplus))
    have = int(observed.votes[s, two.start + row])
    for pile in sorted({m, round(float(surplus[row])), have}):
        if not FEWEST <= pile <= have:
            continue
        vector = observed.lists[s].copy()
        vector[i] += pile
        vector[j] -= pile
        lists = float(shares.density(s, vector[None])[0] - before)
        cells = 0.0
        for column, size, value in (
            (two.start + row, vector[j], have - pile),
            (one.start + row, vector[i], observed.votes[s, one.start + row] + pile),
        ):
            cells += float(
                ln_cell(value, size, expected.share[s, column], expected.m_effective[s, column], parameters.epsilon)
                - expected.fit[s, column]
            )
        total = lists + cells - np.log(rows) * 0.5
        if total > best[1]:
            best = (pile, total, {"row": row})
    return best


def _steps(most: int) -> list[int]:
    return sorted({int(m) for m in np.rint(np.geomspace(FEWEST, max(most, FEWEST), STEPS))})


def _off(
    observed: Observed, shares: ListModel, s: int, filled: float, usual: Real, parameters: Parameters
) -> Iterator[Explanation]:
    z, _ = shares.conditional(s, float(observed.valid[s]))
    nu = shares.freedom
    gain = 0.5 * (nu + 1) * np.log1p(z**2 / nu) - 0.5 * np.log1p(z**2) - 1.5
    prior = np.log(parameters.rates.list_off) - np.log(filled)
    for index in np.flatnonzero(gain + prior > parameters.keep):
        i = int(index)
        slot = _total(s, i, observed.lists[s], usual, None)
        moved = abs(round(slot.reported - (slot.expected or 0.0)))
        yield Explanation(Code.H15, s, float(gain[i] + prior), float(gain[i]), (slot,), (i,), moved=moved)


def _total(s: int, index: int, votes: Real, usual: Real, corrected: float | None) -> Slot:
    valid, (location, deviation) = float(votes.sum()), map(float, usual[index])
    return Slot(
        Place(s, index),
        int(votes[index]),
        (location / 2) ** 2 * valid,
        None if corrected is None else int(corrected),
        OfList(valid, location, deviation),
    )


def _row(observed: Observed, expected: Expected, s: int, index: int, row: int, more: int) -> Slot:
    column = observed.ballot.lists[index].start + row
    reported = int(observed.votes[s, column])
    size, share = float(observed.lists[s, index]), float(expected.share[s, column])
    spread = OfVotes(size, share, float(expected.m_effective[s, column]))
    return Slot(Place(s, index, row), reported, size * share, reported + more, spread)
