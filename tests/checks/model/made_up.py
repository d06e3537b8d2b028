"""The made-up municipality of checks.md 6.4, made by its text alone, and mistakes that no clerk of ``checks.mistakes`` makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from waarmerk.checks.model.statistics import Statistics
from waarmerk.election.count import Ballot, Candidate, Count, ElectionInfo, Figure, Unit, Votes
from waarmerk.election.finding import Code, Finding
from waarmerk.simulate.municipality import summed

STATIONS, LISTS = 30, 12
ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")


def made_up(seed: int, stations: int = STATIONS, *, quarters: int = 1, alike: float = 60, pairs: bool = False) -> Count:
    """Return the municipality of a seed.

    6.4 knows no places, and without them nobody can see that two stations were exchanged: ``quarters`` vote differently, each with
    a post code area of its own. ``alike`` is how much stations have in common as to lists (real ones more than those of 6.4). With
    ``pairs`` two stations stand in each building.
    """
    rng = np.random.default_rng(seed)
    sizes = rng.integers(5, 51, LISTS)
    places = 1 / np.array([rng.permutation(np.arange(1.0, LISTS + 1)) for _ in range(quarters)])
    places /= places.sum(axis=1, keepdims=True)
    valid = np.maximum(np.rint(np.exp(rng.normal(6.2, 0.5, stations))), 20).astype(np.int64)
    quarter = np.arange(stations) % quarters
    lists = np.array(
        [rng.multinomial(n, _dirichlet(rng, alike * places[q])) for n, q in zip(valid, quarter, strict=True)]
    )
    candidates = np.concatenate([_one_list(rng, lists[:, i], int(size)) for i, size in enumerate(sizes)], axis=1)
    ballot = Ballot.of(
        (number, f"Lijst {number}", tuple(Candidate(row + 1) for row in range(int(size))))
        for number, size in enumerate(sizes, 1)
    )
    home = np.arange(stations) // 2 if pairs else np.arange(stations)
    units = tuple(
        Unit(
            f"9987::SB{s + 1}", f"Gymzaal {h}", "", f"{1000 + q if quarters > 1 else 1000 + h}{_letters(int(h))}", True
        )
        for s, (q, h) in enumerate(zip(quarter, home, strict=True))
    )
    return _count(ballot, units, candidates, lists, _figures(rng, valid))


def _dirichlet(rng: Generator, shape: np.ndarray) -> np.ndarray:
    return rng.dirichlet(np.maximum(shape, 1e-3))


def _one_list(rng: Generator, votes: np.ndarray, size: int) -> np.ndarray:
    leader = rng.uniform(0.55, 0.85)
    rest = 1 / np.arange(1.0, size)
    shares = np.concatenate([[leader], (1 - leader) * rest / rest.sum()])
    return np.array([rng.multinomial(n, _dirichlet(rng, 150 * shares)) for n in votes])


def _figures(rng: Generator, valid: np.ndarray) -> np.ndarray:
    figures = np.zeros((len(valid), len(Figure)), dtype=np.int64)
    figures[:, Figure.COUNTED] = valid
    figures[:, Figure.BLANK] = _beta_binomial(rng, valid, 0.0026, 1500)
    figures[:, Figure.INVALID] = _beta_binomial(rng, valid, 0.005, 460)
    found = figures[:, [Figure.COUNTED, Figure.BLANK, Figure.INVALID]].sum(axis=1)
    sign = np.where(rng.random(len(valid)) < 0.5, 1, -1)
    missing = np.where(rng.random(len(valid)) < 0.2, sign * rng.geometric(0.6, len(valid)), 0)
    admitted = found + missing
    figures[:, Figure.ADMITTED] = admitted
    figures[:, Figure.PROXIES] = _beta_binomial(rng, admitted, 0.11, 180)
    figures[:, Figure.POLL_CARDS] = admitted - figures[:, Figure.PROXIES]
    figures[:, Figure.FEWER] = np.maximum(missing, 0)
    figures[:, Figure.MORE] = np.maximum(-missing, 0)
    figures[:, Figure.NO_EXPLANATION] = np.abs(missing)
    figures[:, Figure.CAST] = 2 * admitted
    return figures


def _beta_binomial(rng: Generator, n: np.ndarray, mean: float, m: float) -> np.ndarray:
    return rng.binomial(n, rng.beta(mean * m, (1 - mean) * m, len(n)))


def _letters(number: int) -> str:
    return chr(65 + number // 20 % 20) + chr(65 + number % 20)


def _count(
    ballot: Ballot, units: tuple[Unit, ...], candidates: np.ndarray, lists: np.ndarray, figures: np.ndarray
) -> Count:
    parts = [each.astype(np.int32) for each in (candidates, lists, figures)]
    votes = Votes(*parts, *(np.ones(each.shape, np.bool_) for each in parts))
    names = {"message": "510b", "authority_id": "9987", "authority_name": "Voorbeelddam", "source": "eml"}
    nothing = {"contest_id": None, "contest_name": None, "created": None}
    return Count(**names, **nothing, election=ELECTION, ballot=ballot, units=units, votes=votes, total=summed(votes))


def changed(
    count: Count,
    station: int,
    cells: dict[tuple[int, int], int] | None = None,
    figures: dict[Figure, int] | None = None,
) -> Count:
    """Return the count with other numbers at one station: cells by list and row (from 1); list and valid votes follow."""
    votes = count.votes
    candidates, said = votes.candidates.copy(), votes.figures.copy()
    for (number, row), value in (cells or {}).items():
        candidates[station, count.ballot.lists[number - 1].start + row - 1] = value
    lists = np.column_stack([candidates[:, lst.columns].sum(axis=1) for lst in count.ballot.lists]).astype(np.int32)
    said[station, Figure.COUNTED] += lists[station].sum() - votes.lists[station].sum()
    for figure, value in (figures or {}).items():
        said[station, figure] = value
    after = replace(votes, candidates=candidates, lists=lists, figures=said)
    return replace(count, votes=after, total=summed(after))


def with_voters(count: Count, station: int, more: int = 0) -> Count:
    """Return the count with as many voters at a station as it has ballots (or so many more): poll cards are right."""
    admitted = int(count.votes.found()[station]) + more
    cards = admitted - int(count.votes.figures[station, [Figure.PROXIES, Figure.VOTER_PASSES]].sum())
    return changed(count, station, figures={Figure.ADMITTED: admitted, Figure.POLL_CARDS: cards})


def at(said: Statistics, units: Sequence[str]) -> list[Finding]:
    """Return the findings about any of these stations, the surest first."""
    here = [f for f in said.findings if {f.unit, f.figures.get("other_unit")} & set(units)]
    return sorted(here, key=lambda f: -(f.score or 0.0))


def codes(said: Statistics) -> list[Code]:
    """Return the codes of what is found."""
    return [finding.code for finding in said.findings]
