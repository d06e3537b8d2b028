"""One made-up municipality: stations with votes, voters and ballots as checks.md 6.4 describes real ones. All sums are right.

Differences between voters and ballots occur as in real counts, explained or not: they are no mistakes of the simulation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from waarmerk.election.count import Ballot, Count, ElectionInfo, Figure, Unit, Votes
from waarmerk.formats import Contest
from waarmerk.simulate import names
from waarmerk.simulate.lists import ballot as make_ballot

Whole = NDArray[np.int64]
Shares = NDArray[np.float64]

STATION_SIZE = (6.2, 0.5)
"""Mean and spread of the logarithm of a station's valid votes."""
LIST_CONCENTRATION, CANDIDATE_CONCENTRATION = 60.0, 150.0
LEADER = (0.55, 0.85)
"""The share that the first candidate of a list has of its votes."""
PROXIES, BLANK, INVALID = (0.11, 180.0), (0.0026, 1500.0), (0.005, 460.0)
"""Mean and precision of beta-binomials."""
DIFFERENT, FURTHER = 0.2, 0.4
"""How many stations have a difference at all, and the chance that it is one larger."""
UNEXPLAINED = 0.5
PASSES = 0.004
"""Share of voters with a voter's pass, where the election knows them."""
TURNOUT = (0.62, 0.84)
NO_PASSES = ("GR", "ER")
"""Elections without voter's passes (eml-nl.md 4.4)."""
TINY = 1e-3
"""A Dirichlet needs positive parameters; a share this small is as good as none."""
WRITTEN = tuple(
    figure
    for figure in Figure
    if figure not in (Figure.NO_POSTAL_BALLOT, Figure.TOO_MANY_POSTAL_BALLOTS, Figure.LOST, Figure.FOUND)
)
"""The eleven reason codes that OSV writes for a municipality without postal bureaus, and the counts (eml-nl.md 4.5)."""


def municipality(
    seed: int,
    authority_id: str,
    name: str,
    *,
    election: ElectionInfo,
    contest: Contest,
    stations: int = 30,
    ballot: Ballot | None = None,
    units: Sequence[Unit] = (),
    created: str | None = None,
) -> Count:
    """Return the 510b of one made-up municipality, the same for the same arguments.

    With ``ballot`` it stands in the contest of another count (lists and candidates are taken from there); without it the
    ballot is made up as well. ``units`` are its stations; without them there are ``stations`` with plain names.
    ``created`` is a local time as in EML, ``2023-11-23T10:00:00.000``.
    """
    rng = np.random.default_rng([seed, *authority_id.encode()])
    ballot = ballot or make_ballot(rng)
    units = units or [_unit(authority_id, number) for number in range(stations)]
    votes = _stations(rng, ballot, len(units), passes=election.category not in NO_PASSES)
    return Count(
        message="510b",
        election=election,
        authority_id=authority_id,
        authority_name=name,
        contest_id=contest.id,
        contest_name=contest.name,
        created=created,
        ballot=ballot,
        units=tuple(units),
        votes=votes,
        total=summed(votes),
        source="eml",
    )


def _unit(authority_id: str, number: int) -> Unit:
    name, code = names.station(number), names.postcode(int(authority_id), number)
    raw = f"Stembureau {name} (postcode: {code})"
    return Unit(f"{authority_id}::SB{number + 1}", name, raw, code, station=True)


def _stations(rng: Generator, ballot: Ballot, stations: int, *, passes: bool) -> Votes:
    valid = np.maximum(np.rint(np.exp(rng.normal(*STATION_SIZE, size=stations))).astype(np.int64), 1)
    lists = _list_votes(rng, ballot, valid)
    candidates = _candidate_votes(rng, ballot, lists)
    figures = _figures(rng, valid, passes=passes)
    reported = np.zeros((stations, len(Figure)), dtype=np.bool_)
    reported[:, list(WRITTEN)] = True
    return Votes(
        candidates.astype(np.int32),
        lists.astype(np.int32),
        figures.astype(np.int32),
        np.ones(candidates.shape, dtype=np.bool_),
        np.ones(lists.shape, dtype=np.bool_),
        reported,
    )


def _list_votes(rng: Generator, ballot: Ballot, valid: Whole) -> Whole:
    rank = 1.0 / np.arange(1, len(ballot.lists) + 1)
    whole = rng.dirichlet(LIST_CONCENTRATION * rank / rank.sum())
    return rng.multinomial(valid, rng.dirichlet(_positive(LIST_CONCENTRATION * whole), size=len(valid)))


def _candidate_votes(rng: Generator, ballot: Ballot, lists: Whole) -> Whole:
    columns: list[Whole] = []
    for index, lst in enumerate(ballot.lists):
        shares = _candidate_shares(rng, len(lst.candidates))
        local = rng.dirichlet(_positive(CANDIDATE_CONCENTRATION * shares), size=len(lists))
        columns.append(rng.multinomial(lists[:, index], local))
    return np.concatenate(columns, axis=1)


def _candidate_shares(rng: Generator, size: int) -> Shares:
    if size == 1:
        return np.ones(1)
    leader = rng.uniform(*LEADER)
    rest = 1.0 / np.arange(1, size)
    return np.concatenate([[leader], (1 - leader) * rest / rest.sum()])


def _figures(rng: Generator, valid: Whole, *, passes: bool) -> Whole:
    figures = np.zeros((len(valid), len(Figure)), dtype=np.int64)
    figures[:, Figure.COUNTED] = valid
    figures[:, Figure.BLANK] = _beta_binomial(rng, valid, BLANK)
    figures[:, Figure.INVALID] = _beta_binomial(rng, valid, INVALID)
    found = valid + figures[:, Figure.BLANK] + figures[:, Figure.INVALID]
    missing = _missing_ballots(rng, found)
    _voters(rng, figures, found + missing, passes=passes)
    _differences(rng, figures, missing)
    figures[:, Figure.CAST] = np.ceil(figures[:, Figure.ADMITTED] / rng.uniform(*TURNOUT, size=len(valid)))
    return figures


def _missing_ballots(rng: Generator, found: Whole) -> Whole:
    """Return D - H of every station: mostly 0, sometimes a few, too many as often as too few."""
    some = rng.random(len(found)) < DIFFERENT
    size = rng.geometric(1 - FURTHER, size=len(found))
    return np.maximum(np.where(some, size * rng.choice([-1, 1], size=len(found)), 0), -found)


def _voters(rng: Generator, figures: Whole, admitted: Whole, *, passes: bool) -> None:
    proxies = _beta_binomial(rng, admitted, PROXIES)
    with_pass = rng.binomial(admitted - proxies, PASSES if passes else 0.0)
    figures[:, Figure.ADMITTED] = admitted
    figures[:, Figure.PROXIES] = proxies
    figures[:, Figure.VOTER_PASSES] = with_pass
    figures[:, Figure.POLL_CARDS] = admitted - proxies - with_pass


def _differences(rng: Generator, figures: Whole, missing: Whole) -> None:
    """Book every difference, and explain part of the stations' differences in the right direction."""
    figures[:, Figure.MORE] = np.maximum(-missing, 0)
    figures[:, Figure.FEWER] = np.maximum(missing, 0)
    for station in np.flatnonzero(missing):
        fewer = (Figure.TAKEN_HOME, Figure.TOO_FEW_HANDED_OUT, Figure.OTHER_EXPLANATION)
        more = (Figure.TOO_MANY_HANDED_OUT, Figure.OTHER_EXPLANATION)
        causes = fewer if missing[station] > 0 else more
        explained = rng.random() >= UNEXPLAINED
        cause = causes[int(rng.integers(len(causes)))] if explained else Figure.NO_EXPLANATION
        figures[station, cause] = abs(missing[station])


def _beta_binomial(rng: Generator, number: Whole, shape: tuple[float, float]) -> Whole:
    mean, precision = shape
    return rng.binomial(number, rng.beta(mean * precision, (1 - mean) * precision, size=len(number)))


def _positive(shares: Shares) -> Shares:
    return np.maximum(shares, TINY)


def summed(votes: Votes) -> Votes:
    """Return the right total of these stations, as one row."""
    cells = (getattr(votes, name).sum(axis=0, keepdims=True).astype(np.int32) for name in Votes.__slots__[:3])
    masks = (getattr(votes, name).all(axis=0, keepdims=True) for name in Votes.__slots__[3:])
    return Votes(*cells, *masks)
