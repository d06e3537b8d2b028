"""Mistakes with whole stations or pages: exchanged, copied, missing (checks.md 3.6, H10, H12, H16, H17)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waarmerk.checks.model.density import Real, ln_cell
from waarmerk.checks.model.differences import Differences
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import Parameters
from waarmerk.checks.model.reference import Expected
from waarmerk.checks.model.shares import ListModel, geographic_at
from waarmerk.election.finding import Code

FEWEST_ROWS = 3
"""A page with fewer filled rows is alike by chance."""
TEMPER_EXCHANGE, TEMPER_COPY = 0.8, 0.7
HOPE = 4.0
"""How much worse the lists may fit than a finding needs, before the candidates of two stations are compared."""
LARGEST_SEARCH = 100
"""Pairs of stations that are looked at closely, beside one for each second station; the likeliest first."""
PLACE_M, PLACE_TEMPER, PLACE_CUT = 0.4, 0.2, 20.0
"""Places say less of candidates than like-minded stations do, and rows of a station are not independent."""
PLACE_AREA, PLACE_BUILDING = 400.0, 100.0
"""Weight in votes of the larger place beside the smaller (the choices of 3.5 that real counts make most often)."""


def exchanged(
    observed: Observed, expected: Expected, shares: ListModel, parameters: Parameters
) -> Iterator[Explanation]:
    """Yield H10: each of two stations has the result that was to be expected at the other's place, lists and candidates."""
    judged = np.flatnonzero(shares.judged)
    if len(judged) < 4:
        return
    # One inverse for all: what differs between stations is the sampling variance, and two are compared in both places.
    u, location = shares.scale[judged] @ shares.vectors, shares.location[judged] @ shares.vectors
    variance = shares.values + 1 / observed.valid[judged][:, None]
    p = u.shape[1]
    heavier = (shares.freedom + p) / 2
    fits = np.empty((len(judged), len(judged)))
    for i in range(len(judged)):
        square = ((u[i] - location) ** 2 / variance[i]).sum(axis=1)
        fits[i] = -heavier * np.log1p(square / shares.freedom)
    own = np.diag(fits)
    rough = TEMPER_EXCHANGE * (fits + fits.T - own[:, None] - own[None, :])
    prior = np.log(parameters.rates.station_exchange) - np.log(observed.stations)
    home = observed.building[judged]
    rough[(home[:, None] == home[None, :]) & (home >= 0)[:, None]] = -np.inf  # at one address either is expected
    hopeful = np.argwhere(np.triu(rough, 1) + prior + HOPE > parameters.keep)
    hopeful = hopeful[np.argsort(-rough[hopeful[:, 0], hopeful[:, 1]], kind="stable")][
        : LARGEST_SEARCH + len(judged) // 2
    ]
    for i, j in hopeful:
        a, b = int(judged[i]), int(judged[j])
        gain = _leaving_both_out(observed, shares, a, b, parameters)
        if gain + prior + HOPE > parameters.keep:
            gain += _rows_at_the_other_place(observed, expected, a, b, parameters)
        if gain + prior > parameters.keep:
            yield Explanation(
                Code.H10, a, float(gain + prior), gain, other=b,
                moved=int(np.abs(observed.lists[a] - observed.lists[b]).sum() // 2),
            )  # fmt: skip


def _leaving_both_out(observed: Observed, shares: ListModel, a: int, b: int, parameters: Parameters) -> float:
    """Return the gain with neither station in what is expected of the other: neighbours would prove each other."""
    others = shares.judged.copy()
    others[[a, b]] = False
    location = {s: geographic_at(observed, shares.scale, others, parameters.lists, s) for s in (a, b)}
    gain = 0.0
    for station, place, sign in ((a, b, 1), (b, a, 1), (a, a, -1), (b, b, -1)):
        r = (shares.scale[station] - location[place]) @ shares.vectors
        square = (r**2 / (shares.values + 1 / observed.valid[station])).sum()
        gain -= sign * (shares.freedom + len(r)) / 2 * float(np.log1p(square / shares.freedom))
    return TEMPER_EXCHANGE * gain


def _rows_at_the_other_place(observed: Observed, expected: Expected, a: int, b: int, parameters: Parameters) -> float:
    """Return how much better the candidates fit at the other's place, from places alone and tempered: villages have their own."""
    here, there = (_share_at(observed, place, (a, b), parameters) for place in (a, b))
    gain = 0.0
    for station, own, other in ((a, here, there), (b, there, here)):
        size = observed.lists[station][observed.list_of]
        some = size > 0
        x, n, m = observed.votes[station][some], size[some], PLACE_M * expected.m[some]
        both = [ln_cell(x, n, share[some], m, parameters.epsilon).sum() for share in (other, own)]
        gain += float(both[0] - both[1])
    return PLACE_TEMPER * float(np.clip(gain, -parameters.cut, PLACE_CUT))


def _share_at(observed: Observed, place: int, without: tuple[int, int], parameters: Parameters) -> Real:
    """Return the shares of candidates that the other stations of a place let expect."""
    columns, rules = observed.list_of, parameters.reference
    others = np.ones(observed.stations, dtype=bool)
    others[list(without)] = False
    votes, lists = observed.votes[others].sum(axis=0), observed.lists[others].sum(axis=0)
    sizes = np.bincount(columns, minlength=len(lists))[columns]
    share = (votes + 0.5) / (lists[columns] + 0.5 * sizes)
    for groups, prior in (
        (observed.neighbourhood, rules.neighbourhood),
        (observed.area, PLACE_AREA),
        (observed.building, PLACE_BUILDING),
    ):
        near = others & (groups == groups[place]) & (groups >= 0)
        if near.any():
            share = (observed.votes[near].sum(axis=0) + prior * share) / (
                observed.lists[near].sum(axis=0)[columns] + prior
            )
    return np.asarray(share)


def copied(
    observed: Observed, expected: Expected, differences: Differences, lists: Real, parameters: Parameters
) -> Iterator[Explanation]:
    """Yield H12 and H16: a page, or every page, is the same as at another station."""
    same: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for index, lst in enumerate(observed.ballot.lists):
        at = lst.columns
        votes = observed.votes[:, at]
        full = np.flatnonzero(((votes > 0).sum(axis=1) >= FEWEST_ROWS) & (votes.sum(axis=1) >= parameters.copied_votes))
        if len(full) < 2:
            continue
        _, group = np.unique(votes[full], axis=0, return_inverse=True)
        group = group.reshape(-1)
        for which in np.flatnonzero(np.bincount(group) > 1):
            members = full[group == which]
            for i, a in enumerate(members):
                for b in members[i + 1 :]:
                    fit = -TEMPER_COPY * float(max(_strange(expected, a, at), _strange(expected, b, at), key=abs))
                    fit += 0.5 * float(np.log(votes[a].sum() + 1))
                    same.setdefault((int(a), int(b)), []).append((index, fit))
    for (a, b), pages in same.items():
        one, two = _copy_first(observed, expected, differences, a, b, [index for index, _ in pages])
        if np.array_equal(observed.votes[a], observed.votes[b]) and observed.valid[a] >= parameters.copied_votes:
            gain = sum(fit for _, fit in pages)
            score = gain + float(np.log(parameters.rates.station_copy / observed.stations))
            yield Explanation(
                Code.H16, one, score, gain, lists=tuple(index for index, _ in pages), other=two,
                moved=int(observed.valid[one]), explains_difference=True,
            )  # fmt: skip
            continue
        for index, fit in pages:
            gain = fit
            if observed.has_difference[one]:
                gain += float(differences.ln(0) - 2 - differences.ln(int(observed.difference[one])))
            score = gain + float(np.log(parameters.rates.copy / (observed.stations * lists[one])))
            if score > parameters.keep:
                slot = Slot(Place(one, index), int(observed.lists[one, index]), None, None)
                yield Explanation(
                    Code.H12, one, score, gain, (slot,), (index,), other=two,
                    moved=int(observed.lists[one, index]), explains_difference=True,
                )  # fmt: skip


def _strange(expected: Expected, station: int, at: slice) -> float:
    return float(expected.fit[station, at].sum())


def _copy_first(
    observed: Observed, expected: Expected, differences: Differences, a: int, b: int, lists: list[int]
) -> tuple[int, int]:
    """Return the two stations, the likelier copy first: its difference, and how strange the pages are there."""

    def original(station: int) -> float:
        rows = sum(_strange(expected, station, observed.ballot.lists[index].columns) for index in lists)
        known = bool(observed.has_difference[station])
        return rows + (float(differences.ln(int(observed.difference[station]))) if known else 0.0)

    return (a, b) if original(a) <= original(b) else (b, a)
