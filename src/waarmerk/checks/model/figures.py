"""Mistakes in what is counted beside votes: blank and invalid, poll cards, proxies and passes (checks.md 3.6, H13, H14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from waarmerk.checks.model.bands import OfVotes
from waarmerk.checks.model.density import Real, Whole, ln_anything, ln_beta_binomial, ln_cell
from waarmerk.checks.model.differences import ANYTHING, fitted
from waarmerk.checks.model.explanation import Explanation, Place, Slot
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import Parameters
from waarmerk.election.count import Figure
from waarmerk.election.finding import Code

NO_PASSES = ("GR", "ER")
CERTAIN = 12.0
"""Score of what cannot be: more proxies than the law allows, passes where there are none."""


def explain(observed: Observed, category: str, parameters: Parameters) -> Iterator[Explanation]:
    """Yield H13 and H14 for every station."""
    if not observed.stations:
        return
    rejected = np.log(parameters.rates.rejected) - np.log(3)
    yield from _shares(
        observed, Code.H13, (Figure.BLANK, Figure.INVALID), ((0, 1),), observed.found, rejected, (0, 1), parameters
    )
    admitted = np.maximum(observed.figure(Figure.ADMITTED), 1).astype(float)
    voters = np.log(parameters.rates.voters) - np.log(5)
    three = (Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES)
    forbidden = _impossible(observed, category)
    yield from _shares(
        observed, Code.H14, three, ((0, 1), (1, 2), (0, 2)), admitted, voters, (1, 2), parameters, forbidden
    )


def _impossible(observed: Observed, category: str) -> Whole:
    """Return what is certain: 1 for more proxies than voters may carry (L-02), 2 for passes where there are none (C-27)."""
    cards, proxies, passes = (observed.figure(f) for f in (Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES))
    known = observed.reported(Figure.POLL_CARDS, Figure.PROXIES)
    kind = np.where(known & (proxies > 2 * (cards + passes)), 1, 0)
    return np.where((category in NO_PASSES) & (passes > 0), 2, kind)


def _shares(
    observed: Observed,
    code: Code,
    figures: Sequence[Figure],
    pairs: Sequence[tuple[int, int]],
    whole: Real,
    prior: float,
    anything: Sequence[int],
    parameters: Parameters,
    forbidden: Whole | None = None,
) -> Iterator[Explanation]:
    known = observed.reported(*figures)
    if known.sum() < 4:
        return
    whole = np.maximum(whole, 1.0)
    values = [np.minimum(observed.figure(figure), whole).astype(float) for figure in figures]
    models = [fitted(value[known].astype(np.int64), whole[known]) for value in values]
    plain = [ln_beta_binomial(v, whole, *model) for v, model in zip(values, models, strict=True)]
    for s in np.flatnonzero(known):
        best: tuple[float, tuple[int, ...], dict[int, int]] | None = None
        for a, b in pairs:
            gain = float(
                ln_cell(values[b][s], whole[s], *models[a], ANYTHING)
                + ln_cell(values[a][s], whole[s], *models[b], ANYTHING)
                - plain[a][s]
                - plain[b][s]
            )
            if values[a][s] != values[b][s] and (best is None or gain > best[0]):
                best = (gain, (a, b), {a: int(values[b][s]), b: int(values[a][s])})
        for a in anything:
            gain = float(ln_anything(values[a][s], whole[s]) - plain[a][s]) - np.log(2)
            if best is None or gain > best[0] + 2:
                best = (gain, (a,), {})
        if best is None:
            continue
        gain, which, corrected = best
        certain = 0 if forbidden is None else int(forbidden[s])
        score = max(gain + prior, CERTAIN) if certain else gain + prior
        if score > parameters.keep:
            slots = tuple(
                Slot(
                    Place(int(s), figure=figures[i]),
                    int(observed.figure(figures[i])[s]),
                    float(models[i][0] * whole[s]),
                    corrected.get(i),
                    OfVotes(float(whole[s]), *models[i]),
                )
                for i in which
            )
            moved = abs(
                slots[0].reported
                - (slots[0].corrected if slots[0].corrected is not None else round(slots[0].expected or 0))
            )
            kind = "exchanged" if corrected else "one"
            yield Explanation(code, int(s), float(score), gain, slots, moved=moved, figures={"case": kind})
