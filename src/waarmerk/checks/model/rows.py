"""Mistakes within one list: rows exchanged, shifted, added to another, one row simply odd (checks.md 3.6, H1 to H4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from waarmerk.checks.model.bands import OfVotes
from waarmerk.checks.model.density import Real, Whole, ln_anything, ln_beta_binomial, ln_cell
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import Distances, Parameters
from waarmerk.checks.model.reference import Expected
from waarmerk.election.finding import Code

SUSPECT = 1.5
"""Losing less than this a cell starts no search (3.6, Pruning)."""
SPLITS = 48
"""Splits of one number that are tried; larger numbers in larger steps."""
WATCHED = 0.1
"""A row that is only odd stands so little above what is not shown: after everything that has a name."""
WIDTH = 4.0
"""What adding up the splits can gain over the best one, at most about ln of their number."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One list at all stations."""

    index: int
    number: int
    votes: Real
    size: Real
    share: Real
    m: Real
    fit: Real
    loss: Real
    weight: Real
    visible: Real
    """Per station how many pairs of rows differ: an exchange of equal numbers is no mistake that anyone could see."""
    neighbours: Real
    filled: Real

    @property
    def rows(self) -> int:
        """How many candidates there are."""
        return int(self.votes.shape[1])

    def ln(self, stations: Whole, rows: Whole, x: Real, parameters: Parameters) -> Real:
        """Return ln f of other numbers in these rows."""
        return ln_cell(x, self.size[stations], self.share[stations, rows], self.m[stations, rows], parameters.epsilon)

    def slot(self, station: int, row: int, corrected: int | None) -> Slot:
        """Return a cell of this list as a finding shows it."""
        return Slot(
            Place(station, self.index, row),
            int(self.votes[station, row]),
            float(self.size[station] * self.share[station, row]),
            corrected,
            OfVotes(float(self.size[station]), float(self.share[station, row]), float(self.m[station, row])),
        )


def pages(observed: Observed, expected: Expected) -> Iterator[Page]:
    """Yield every list that has candidates."""
    for index, lst in enumerate(observed.ballot.lists):
        at = lst.columns
        if not lst.candidates:
            continue
        votes = observed.votes[:, at]
        ordered = np.sort(votes, axis=1)
        ties = _ties(ordered)
        rows = votes.shape[1]
        yield Page(
            index=index,
            number=lst.number,
            votes=votes,
            size=observed.lists[:, index],
            share=expected.share[:, at],
            m=expected.m_effective[:, at],
            fit=expected.fit[:, at],
            loss=expected.loss[:, at],
            weight=expected.weight[:, index],
            visible=np.maximum(rows * (rows - 1) / 2 - ties, 1),
            neighbours=np.maximum((votes[:, 1:] != votes[:, :-1]).sum(axis=1), 1).astype(float),
            filled=(votes > 0).sum(axis=1).astype(float),
        )


def explain(page: Page, lists: Real, parameters: Parameters) -> Iterator[Explanation]:
    """Yield the explanations of one list; ``lists`` is how many lists each station has votes for (the prior is per page)."""
    yield from _exchanges(page, lists, parameters)
    yield from _moves(page, lists, parameters)
    yield from _shifts(page, lists, parameters)
    yield from _odd(page, lists, parameters)


def structure(
    j: Whole, k: Whole, rows: int, own: int, distances: Distances, pairs: Real | float, neighbours: Real | float
) -> Real:
    """Return the prior of an exchange of rows ``j`` < ``k`` (from 0) within a list of ``rows`` rows (3.6, H1).

    ``pairs`` and ``neighbours`` are how many pairs, and how many adjacent ones, an exchange would be seen in.
    """
    distance = k - j
    prior = distances.any / np.asarray(pairs, float) * np.ones(np.broadcast(j, k).shape)
    prior = prior + np.where(distance == 1, distances.adjacent / neighbours, 0.0)
    prior = prior + np.where(distance == 2, distances.two / neighbours, 0.0)
    prior = prior + np.where((distance == 10) & (rows > 10), distances.ten / neighbours, 0.0)
    prior = prior + np.where((j == 0) & (k == own - 1), distances.own_number, 0.0)
    prior = prior + np.where((j == 0) & (k == distances.page_rows), distances.page, 0.0)
    return np.asarray(prior)


def _ties(ordered: Real) -> Real:
    """Return per station how many pairs of equal numbers there are, from sorted rows."""
    stations, rows = ordered.shape
    starts = np.ones((stations, rows), dtype=bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    runs = np.diff(np.append(np.flatnonzero(starts.ravel()), starts.size)).astype(float)
    owner = np.repeat(np.arange(stations), rows)[starts.ravel()]
    return np.bincount(owner, runs * (runs - 1) / 2, minlength=stations).astype(float)


def _prior(page: Page, s: Whole, j: Whole, k: Whole, lists: Real, rate: float, parameters: Parameters) -> Real:
    first, last = np.minimum(j, k), np.maximum(j, k)
    inside = structure(first, last, page.rows, page.number, parameters.distances, page.visible[s], page.neighbours[s])
    return np.asarray(np.log(inside) - np.log(lists[s]) + np.log(rate))


def _exchanges(page: Page, lists: Real, parameters: Parameters) -> Iterator[Explanation]:
    s, j, k = pairs_of(page.loss > SUSPECT, page.rows)
    one, two = page.votes[s, j], page.votes[s, k]
    prior = _prior(page, s, j, k, lists, parameters.rates.row, parameters)
    hopeful = (one != two) & (page.loss[s, j] + page.loss[s, k] + prior > parameters.keep)
    s, j, k, one, two, prior = (a[hopeful] for a in (s, j, k, one, two, prior))
    gain = page.ln(s, j, two, parameters) + page.ln(s, k, one, parameters) - page.fit[s, j] - page.fit[s, k]
    for i in np.flatnonzero(gain + prior > parameters.keep):
        station, a, b = int(s[i]), int(min(j[i], k[i])), int(max(j[i], k[i]))
        slots = (
            page.slot(station, a, int(page.votes[station, b])),
            page.slot(station, b, int(page.votes[station, a])),
        )
        yield Explanation(
            Code.H01,
            station,
            float(gain[i] + prior[i]),
            float(gain[i]),
            slots,
            (page.index,),
            moved=abs(int(one[i] - two[i])),
            behind=float(page.weight[station]),
        )


def pairs_of(suspect: NDArray[np.bool_], rows: int) -> tuple[Whole, Whole, Whole]:
    """Return every pair of a suspect cell with another of its list, each pair once."""
    s, j = np.nonzero(suspect)
    k = np.tile(np.arange(rows), len(s))
    s, j = np.repeat(s, rows), np.repeat(j, rows)
    once = (j != k) & (~suspect[s, k] | (j < k))
    return s[once], j[once], k[once]


def _moves(page: Page, lists: Real, parameters: Parameters) -> Iterator[Explanation]:
    """H3: row k is empty and its votes were added to row j; the best split of what stands at j."""
    likely = page.size[:, None] * page.share
    empty = (page.votes == 0) & (page.loss > SUSPECT) & (likely > 1)
    s, k = np.nonzero(empty)
    j = np.tile(np.arange(page.rows), len(s))
    s, k = np.repeat(s, page.rows), np.repeat(k, page.rows)
    x = page.votes[s, j]
    prior = _prior(page, s, j, k, lists, parameters.rates.move, parameters)
    hopeful = (x > 1) & (j != k) & (page.loss[s, j] + page.loss[s, k] + prior + WIDTH > parameters.keep)
    s, j, k, x, prior = (a[hopeful] for a in (s, j, k, x, prior))
    if not len(s):
        return
    # Every split of what stands at j gives the same paper: their probabilities add up.
    steps = np.minimum(x, SPLITS)
    part = np.arange(1, SPLITS + 1)
    tries = np.where(part <= steps[:, None], np.rint(part * (x / steps)[:, None]), 0)
    wide = [np.broadcast_to(a[:, None], tries.shape)[tries > 0] for a in (s, j, k, x)]
    y_all = tries[tries > 0]
    both = np.full(tries.shape, -np.inf)
    both[tries > 0] = page.ln(wide[0], wide[1], wide[3] - y_all, parameters) + page.ln(
        wide[0], wide[2], y_all, parameters
    )
    y = tries[np.arange(len(s)), both.argmax(axis=1)]
    gain = logsumexp(both, axis=1) + np.log(x / steps) - page.fit[s, j] - page.fit[s, k]
    for i in np.flatnonzero(gain + prior > parameters.keep):
        station = int(s[i])
        slots = (
            page.slot(station, int(k[i]), int(y[i])),
            page.slot(station, int(j[i]), int(x[i] - y[i])),
        )
        yield Explanation(
            Code.H03,
            station,
            float(gain[i] + prior[i]),
            float(gain[i]),
            slots,
            (page.index,),
            moved=int(y[i]),
            behind=float(page.weight[station]),
        )


def _shifts(page: Page, lists: Real, parameters: Parameters) -> Iterator[Explanation]:
    """H2: a block of at least three rows stands one row too low or too high; its free end is 0."""
    if page.rows < 3:
        return
    some = np.flatnonzero((np.sort(page.loss, axis=1)[:, -3:].sum(axis=1) > 4) & (page.filled > 1))
    if not len(some):
        return
    for down in (True, False):
        order = slice(None) if down else slice(None, None, -1)
        yield from _shifts_one_way(page, some, order, lists, parameters, down=down)


def _shifts_one_way(
    page: Page, some: Whole, order: slice, lists: Real, parameters: Parameters, *, down: bool
) -> Iterator[Explanation]:
    x, fit = page.votes[some][:, order], page.fit[some][:, order]
    share, m, size = page.share[some][:, order], page.m[some][:, order], page.size[some][:, None]
    up = ln_cell(x[:, 1:], size, share[:, :-1], m[:, :-1], parameters.epsilon) - fit[:, :-1]
    cumulative = np.concatenate([np.zeros((len(some), 1)), np.cumsum(up, axis=1)], axis=1)
    ends = ln_cell(np.zeros_like(x), size, share, m, parameters.epsilon) - fit
    start = np.where(x == 0, cumulative, np.inf)
    lowest = np.minimum.accumulate(start, axis=1)
    where = np.maximum.accumulate(np.where(start == lowest, np.arange(page.rows), 0), axis=1)
    gain = np.full_like(x, -np.inf)
    gain[:, 2:] = cumulative[:, 2:] - lowest[:, :-2] + ends[:, 2:]
    prior = np.log(2 / (page.filled[some] + 2) ** 2) - np.log(lists[some]) + np.log(parameters.rates.shift)
    last = gain.argmax(axis=1)
    best = gain[np.arange(len(some)), last]
    for i in np.flatnonzero(best + prior > parameters.keep):
        q, p = int(last[i]), int(where[i, last[i] - 2])
        block = np.arange(p, q + 1)
        corrected = np.append(x[i, p + 1 : q + 1], 0)
        rows = block if down else page.rows - 1 - block
        station = int(some[i])
        slots = tuple(
            page.slot(station, int(row), int(value)) for row, value in sorted(zip(rows, corrected, strict=True))
        )
        moved = int(np.abs(corrected - x[i, block]).sum() // 2)
        if moved == 0 or (corrected > 0).sum() < 2:
            continue  # one number that moves is an exchange, not a shift
        yield Explanation(
            Code.H02,
            station,
            float(best[i] + prior[i]),
            float(best[i]),
            slots,
            (page.index,),
            moved=moved,
            behind=float(page.weight[station]),
            figures={"from": int(rows.min()), "to": int(rows.max()), "case": "low" if down else "high"},
        )


def _odd(page: Page, lists: Real, parameters: Parameters) -> Iterator[Explanation]:
    """H4: one row that fits nothing; without a cause it is never more than something to watch."""
    s, j = np.nonzero(page.loss > 3)
    if not len(s):
        return
    x, n = page.votes[s, j], page.size[s]
    gain = ln_anything(x, n) - ln_beta_binomial(x, n, page.share[s, j], page.m[s, j])
    prior = np.log(parameters.rates.cell) - np.log(lists[s] * page.rows)
    score = np.minimum(gain + prior, parameters.watch + WATCHED)
    for i in np.flatnonzero(score > parameters.keep):
        station = int(s[i])
        slot = page.slot(station, int(j[i]), None)
        moved = abs(round(slot.reported - (slot.expected or 0)))
        yield Explanation(
            Code.H04, station, float(score[i]), float(gain[i]), (slot,), (page.index,),
            moved=moved, behind=float(page.weight[station]),
        )  # fmt: skip
