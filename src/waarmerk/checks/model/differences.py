"""What the difference of voters and ballots says: a slip of the pen that it proves, a neighbour's ballots, or too much (3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from waarmerk.checks.model.bands import OfVotes
from waarmerk.checks.model.density import (
    Real,
    Whole,
    core_of_differences,
    ln_any_difference,
    ln_cell,
    ln_core,
    ln_difference,
    ln_one_slip,
)
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed, siblings
from waarmerk.checks.model.parameters import Parameters
from waarmerk.checks.model.reference import Expected
from waarmerk.checks.model.shares import ListModel
from waarmerk.election.count import Figure
from waarmerk.election.finding import Code

OFFSETS = (-2, -1, 0, 1, 2)
"""A slip may stand beside an ordinary small difference."""
WORTH = 0.3
"""An empty row where so little was expected was not left empty by a slip."""
ANYTHING = 0.01
"""Share of stations where blank, invalid, proxies or passes can be anything: they do not make all others look alike."""
FEWEST_EXCHANGED = 8
"""Ballots of two stations are not said to be exchanged for less (3.6, H11)."""
OTHERS = (Figure.BLANK, Figure.INVALID, Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES)
VOTERS = (Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """How differences are distributed in this municipality."""

    observed: Observed
    some: float
    further: float

    @classmethod
    def of(cls, observed: Observed) -> Self:
        """Fit the core from the stations that report voters."""
        return cls(observed, *core_of_differences(observed.difference[observed.has_difference]))

    def ln(self, difference: Whole | int | Real) -> Real:
        """Return ln P(δ), anything included."""
        return ln_difference(difference, self.some, self.further)

    @property
    def usual(self) -> int:
        """The difference that 99 % of stations here stay within."""
        tail = np.log(0.01 / max(self.some, 0.011)) / np.log(self.further)
        return max(int(np.ceil(tail)), 1)


def explain(
    differences: Differences, expected: Expected, shares: ListModel, parameters: Parameters
) -> Iterator[Explanation]:
    """Yield what explains the differences."""
    observed = differences.observed
    different = np.flatnonzero(observed.has_difference & (observed.difference != 0))
    yield from _large(differences, different, parameters)
    if len(different):
        yield from _slips_of_votes(differences, different, expected, shares, parameters)
        yield from _slips_of_others(differences, different, parameters)
        yield from _cancelling(differences, different, parameters)
        yield from _exchanged(differences, parameters)


def _large(differences: Differences, different: Whole, parameters: Parameters) -> Iterator[Explanation]:
    size = differences.observed.difference[different]
    gain = ln_any_difference(size) - ln_core(size, differences.some, differences.further)
    score = gain + np.log(parameters.rates.difference)
    for i in np.flatnonzero(score > parameters.keep):
        yield Explanation(
            Code.H08,
            int(different[i]),
            float(score[i]),
            float(gain[i]),
            explains_difference=True,
            moved=abs(int(size[i])),
            figures={"difference": -int(size[i]), "usual": differences.usual},
        )


def _slips_of_votes(
    differences: Differences, different: Whole, expected: Expected, shares: ListModel, parameters: Parameters
) -> Iterator[Explanation]:
    observed, columns = differences.observed, differences.observed.list_of
    filled = (observed.votes[different] > 0).sum(axis=1)
    prior = np.log(parameters.rates.digit) - np.log(filled + 20)
    worth = np.nonzero((observed.votes[different] > 0) | (expected.loss[different] > WORTH))
    x = observed.votes[different][worth]
    for offset in OFFSETS:
        change = observed.difference[different] + offset
        slip = np.full(observed.votes[different].shape, -np.inf)
        slip[worth] = ln_one_slip(x + change[worth[0]], x)
        row, column = np.nonzero(np.isfinite(slip) & (change != 0)[:, None])
        station, by = different[row], change[row]
        chance = differences.ln(-offset) - differences.ln(observed.difference[station])
        rough = slip[row, column] + chance + prior[row] + expected.loss[station, column] + 12
        hopeful = rough > parameters.keep
        row, column, station, by, chance = row[hopeful], column[hopeful], station[hopeful], by[hopeful], chance[hopeful]
        size = observed.lists[station, columns[column]] + by
        good = size >= 0
        row, column, station, by, chance, size = (a[good] for a in (row, column, station, by, chance, size))
        true = observed.votes[station, column] + by
        gain = (
            ln_cell(
                true, size, expected.share[station, column], expected.m_effective[station, column], parameters.epsilon
            )
            - expected.fit[station, column]
            + slip[row, column]
            + chance
            + _list_gain(observed, shares, station, columns[column], by, parameters)
        )
        score = gain + prior[row]
        for i in np.flatnonzero(score > parameters.keep):
            s, c = int(station[i]), int(column[i])
            lst = int(columns[c])
            slot = Slot(
                Place(s, lst, c - observed.ballot.lists[lst].start),
                int(observed.votes[s, c]),
                float(size[i] * expected.share[s, c]),
                int(true[i]),
                OfVotes(float(size[i]), float(expected.share[s, c]), float(expected.m_effective[s, c])),
            )
            yield Explanation(
                Code.H06, s, float(score[i]), float(gain[i]), (slot,), (lst,),
                explains_difference=True, remaining=offset, moved=abs(int(by[i])),
                behind=float(expected.weight[s, lst]), figures={"difference": -int(observed.difference[s])},
            )  # fmt: skip


def _list_gain(
    observed: Observed, shares: ListModel, stations: Whole, lists: Whole, by: Whole, parameters: Parameters
) -> Real:
    """Return how much better the lists of the station fit together when one has ``by`` votes more, tempered."""
    gain = np.zeros(len(stations))
    for station in np.unique(stations):
        at = np.flatnonzero(stations == station)
        if not shares.judged[station]:
            continue
        vectors = np.repeat(observed.lists[station][None], len(at) + 1, axis=0)
        vectors[np.arange(len(at)), lists[at]] += by[at]
        density = shares.density(int(station), vectors)
        gain[at] = parameters.tempering * (density[:-1] - density[-1])
    return gain


def _slips_of_others(differences: Differences, different: Whole, parameters: Parameters) -> Iterator[Explanation]:
    observed = differences.observed
    prior = np.log(parameters.rates.digit / 30)
    admitted = np.maximum(observed.figure(Figure.ADMITTED), 1)
    for figure in OTHERS:
        voters = figure in VOTERS
        whole = admitted if voters else np.maximum(observed.found, 1)
        value = observed.figure(figure)
        known = observed.reported(figure)
        if not known.any() or not value.any():
            continue
        mean, m = fitted(value[known], whole[known])
        before = _rejected_fit(value, whole, mean, m)
        for offset in OFFSETS:
            change = observed.difference + offset
            true = value - change if voters else value + change
            slip = ln_one_slip(true, value)
            after = whole - change if voters else whole + change
            fit = np.subtract(
                _rejected_fit(true, after, mean, m),
                before,
                out=np.full(len(before), -np.inf),
                where=np.isfinite(before),
            )
            chance = differences.ln(-offset) - differences.ln(observed.difference)
            gain = slip + fit + chance
            for s in different[
                (gain[different] + prior > parameters.keep) & known[different] & (change[different] != 0)
            ]:
                slot = Slot(
                    Place(int(s), figure=figure),
                    int(value[s]),
                    float(mean * whole[s]),
                    int(true[s]),
                    OfVotes(float(whole[s]), mean, m),
                )
                yield Explanation(
                    Code.H06, int(s), float(gain[s] + prior), float(gain[s]), (slot,),
                    explains_difference=True, remaining=offset, moved=abs(int(change[s])),
                    figures={"difference": -int(observed.difference[s])},
                )  # fmt: skip


def fitted(value: Whole, whole: Whole | Real) -> tuple[float, float]:
    """Return mean and M of a figure that is a share of another: robust moments (3.6, Blank, invalid, proxies, passes)."""
    share = value / np.maximum(whole, 1)
    low, high = np.quantile(share, [0.02, 0.98])
    core = (share >= low) & (share <= high)
    mean = float((value[core].sum() + 0.5) / (whole[core].sum() + 100))
    grid = np.geomspace(20, 20_000, 16)
    fits = [ln_cell(value, whole, mean, m, ANYTHING).sum() - 0.5 * (np.log(m / 400) / 1.5) ** 2 for m in grid]
    return mean, float(grid[int(np.argmax(fits))])


def _rejected_fit(value: Whole | Real, whole: Whole | Real, mean: float, m: float) -> Real:
    bounded = np.clip(whole, 0, None)
    return np.where(
        (value >= 0) & (value <= bounded), ln_cell(np.clip(value, 0, bounded), bounded, mean, m, ANYTHING), -np.inf
    )


def _cancelling(differences: Differences, different: Whole, parameters: Parameters) -> Iterator[Explanation]:
    """H9: two differences belong together; nearly only at one address."""
    observed, rates = differences.observed, parameters.rates
    together = siblings(observed)
    near: dict[int, int] = {}
    for a, b in together:
        near[a] = near.get(a, 0) + 1
        near[b] = near.get(b, 0) + 1
    pairs = {pair: np.log(rates.cancel_same_place / max(near[pair[0]], near[pair[1]])) for pair in together}
    elsewhere = np.log(rates.cancel_elsewhere / max(observed.stations, 1))
    large = [int(s) for s in different if abs(int(observed.difference[s])) >= 4]
    for i, a in enumerate(large):
        for b in large[i + 1 :]:
            pairs.setdefault((a, b), elsewhere)
    for (a, b), prior in pairs.items():
        if not (observed.has_difference[a] and observed.has_difference[b]):
            continue
        one, two = int(observed.difference[a]), int(observed.difference[b])
        if one * two >= 0:
            continue
        gain = float(differences.ln(one + two) + differences.ln(0) - differences.ln(one) - differences.ln(two))
        if gain + prior > parameters.keep:
            yield Explanation(
                Code.H09, a, gain + float(prior), gain, other=b, explains_difference=True,
                remaining=one + two, moved=min(abs(one), abs(two)),
                figures={"difference": -one, "other_difference": -two},
            )  # fmt: skip


def _exchanged(differences: Differences, parameters: Parameters) -> Iterator[Explanation]:
    """H11: the voters of one station fit the ballots of another, and the reverse."""
    observed = differences.observed
    large = np.flatnonzero(observed.has_difference & (np.abs(observed.difference) >= FEWEST_EXCHANGED))
    admitted = observed.difference + observed.found.astype(np.int64)
    prior = np.log(parameters.rates.ballots_exchange / max(observed.stations, 1))
    for i, a in enumerate(large):
        for b in large[i + 1 :]:
            one, two = int(admitted[a] - observed.found[b]), int(admitted[b] - observed.found[a])
            gain = float(
                differences.ln(one)
                + differences.ln(two)
                - differences.ln(int(observed.difference[a]))
                - differences.ln(int(observed.difference[b]))
            )
            if gain + prior > parameters.keep:
                yield Explanation(
                    Code.H11, int(a), gain + prior, gain, other=int(b), explains_difference=True,
                    remaining=one, moved=abs(int(observed.found[a] - observed.found[b])),
                    figures={
                        "difference": -int(observed.difference[a]),
                        "other_difference": -int(observed.difference[b]),
                        "remaining": -one,
                        "other_remaining": -two,
                    },
                )  # fmt: skip
