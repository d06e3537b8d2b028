"""One made-up municipality: stations with votes, voters and ballots as real ones have them (checks.md 3.3–3.6). All sums are right.

People who vote alike as to lists vote alike within them, and live together: each station has a place in a space of opinions, made
of its quarter and itself, on which lists and candidates depend. ``docs/detection.md`` sets it beside real figures. Differences
between voters and ballots occur as in real counts, explained or not: they are no mistakes of the simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from waarmerk.election.count import Ballot, CandidateList, Count, ElectionInfo, Figure, Unit, Votes
from waarmerk.formats import Contest
from waarmerk.simulate import names
from waarmerk.simulate.lists import ballot as make_ballot

Whole = NDArray[np.int64]
Shares = NDArray[np.float64]

STATION_SIZE = {"national": (6.58, 0.40), "local": (6.2, 0.5)}
"""Mean and spread of the logarithm of a station's valid votes: Rotterdam TK2023; checks.md 6.4."""
STEEP, STEEPEST = 0.25, 6.0
"""How much the logarithm of a list's share falls per list, and at most from the first to the last (24 lists: Rotterdam)."""
LIST_NOISE = 0.25
"""Spread of the logarithm of a list's share from one municipality to another."""
OPINIONS = 3
"""Dimensions in which stations differ as to lists."""
VILLAGE, CITY, CITY_STATIONS = 0.25, 0.39, 300
"""Spread of the quarters in each dimension, in a village and from so many stations on; the logarithm of a share follows it."""
STATION = 0.3
"""Spread of a station within its quarter, as a part of that of the quarters."""
MINGLED = 0.35
"""How far a station with voters from everywhere goes along with a quarter."""
LIST_CONCENTRATION = 900.0
"""What is left of a list's own chance at a station: precision of a Dirichlet."""
LEADER = {"national": (0.5, 0.92), "local": (0.35, 0.8)}
"""The share that the first candidate of a list has of its votes."""
FOLLOW = 1.2
"""How fast the votes of the other candidates fall with their place."""
ALONG = 0.5
"""Spread of a candidate's dependence on the opinions."""
CONCENTRATION = {"national": (6.0, 0.9), "local": (4.8, 0.8)}
"""Mean and spread of the logarithm of a candidate's own precision M."""
VILLAGERS, KNOWN_AT_HOME = 4.0, (0.1, 0.6)
"""People on a list whom a village votes for because they live there, in the most divided municipality; their share of it there."""
LOCAL_LIST, AT_HOME = 0.6, 2.5
"""There too: chance that a list of a council is of one village, and the growth of the logarithm of its share in it."""
NATIONAL_VILLAGES = 0.02
"""How divided into villages every municipality is when lists are those of the country; a council's is between 0 and 1."""
PROXIES, BLANK, INVALID = (0.11, 180.0), (0.0026, 1500.0), (0.005, 460.0)
"""Mean and precision of beta-binomials."""
DIFFERENT, FURTHER = (0.15, 130), (0.38, 0.22)
"""Stations with a difference at all in a village, and by how many stations that grows by as much again (Rotterdam: 0.58); the
chance that it is one larger, in a village and what a city adds."""
CARELESS = 0.3
"""Spread between municipalities of the logarithm of that."""
MISSING = 0.8
"""Of the differences, those where ballots are missing: people take them home."""
UNEXPLAINED = 0.8
PASSES = 0.004
"""Share of voters with a voter's pass, where the election knows them."""
TURNOUT = (0.62, 0.84)
NO_PASSES = ("GR", "ER", "EK", "KC")
"""Elections without voter's passes (eml-nl.md 4.4)."""
LOCAL = ("GR", "ER", "BC", "GC", "KC")
"""Elections with people and lists of one place."""
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
    size: tuple[float, float] | None = None,
) -> Count:
    """Return the 510b of one made-up municipality, the same for the same arguments.

    With ``ballot`` it stands in the contest of another count (lists and candidates are taken from there); without it the
    ballot is made up as well. ``units`` are its stations; without them there are ``stations`` with plain names.
    ``created`` is a local time as in EML, ``2023-11-23T10:00:00.000``; ``size`` is that of its stations.
    """
    rng = np.random.default_rng([seed, *authority_id.encode()])
    ballot = ballot or make_ballot(rng)
    units = units or [_unit(authority_id, number, stations) for number in range(stations)]
    votes = _stations(rng, seed, ballot, len(units), election.category, size)
    if election.category == "EK":
        votes.figures_reported[:, Figure.VOTER_PASSES] = False
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


@dataclass(frozen=True, slots=True)
class Places:
    """Where the stations of a municipality are, as opinions go."""

    quarter: Whole
    """-1 where the voters come from everywhere; of a council it is a village, half as large."""
    opinions: Shares
    """Of each station, in every dimension."""
    local: bool
    """Whether people and lists are of this place."""
    divided: float
    """How much villages go for their own, from 0 to 1: most municipalities hardly, some very much."""

    @classmethod
    def of(cls, rng: Generator, stations: int, local: bool) -> Places:
        """Draw the quarters, and the stations in them; two in one building think nearly the same."""
        homes = np.array([names.home(number) for number in range(stations)])
        quarter = homes // names.QUARTER
        spread = VILLAGE + (CITY - VILLAGE) * min(stations / CITY_STATIONS, 1.0)
        quarters = rng.normal(0, spread, size=(quarter.max() + 1, OPINIONS))
        own = rng.normal(0, STATION * spread, size=(stations, OPINIONS))
        alone = rng.normal(0, STATION * spread / 4, size=(stations, OPINIONS))
        opinions = quarters[quarter] + own[homes] + alone
        everywhere = np.arange(stations) >= stations - names.mingled(stations)
        opinions[everywhere] *= MINGLED
        place = homes // (names.QUARTER // 2) if local else quarter
        divided = float(rng.random() ** 3) if local else NATIONAL_VILLAGES
        return cls(np.where(everywhere, -1, place), opinions, local, divided)

    @property
    def level(self) -> str:
        """Which of two sets of numbers holds."""
        return "local" if self.local else "national"

    def somewhere(self, rng: Generator) -> NDArray[np.bool_]:
        """Return the stations of a quarter drawn by chance."""
        return np.asarray(self.quarter == rng.integers(max(int(self.quarter.max()), 0) + 1))


def _unit(authority_id: str, number: int, stations: int) -> Unit:
    name = names.station(names.home(number))
    first = stations - names.mingled(stations)
    if number >= first:
        name = names.from_everywhere(number - first)
    code = names.postcode(int(authority_id), number)
    raw = f"Stembureau {name} (postcode: {code})"
    return Unit(f"{authority_id}::SB{number + 1}", name, raw, code, station=True)


def _stations(
    rng: Generator, seed: int, ballot: Ballot, stations: int, category: str | None, size: tuple[float, float] | None
) -> Votes:
    places = Places.of(rng, stations, category in LOCAL)
    valid = np.maximum(
        np.rint(np.exp(rng.normal(*(size or STATION_SIZE[places.level]), size=stations))).astype(np.int64), 1
    )
    lists = _list_votes(rng, seed, ballot, places, valid)
    candidates = _candidate_votes(rng, seed, ballot, places, lists)
    figures = _figures(rng, valid, passes=category not in NO_PASSES)
    figures[places.quarter < 0, Figure.CAST] = 0
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


def _list_votes(rng: Generator, seed: int, ballot: Ballot, places: Places, valid: Whole) -> Whole:
    number = len(ballot.lists)
    fall = min(STEEP * (number - 1), STEEPEST) / max(number - 1, 1)
    along = np.array([_everywhere(seed, lst, b"list").normal(size=OPINIONS) for lst in ballot.lists])
    shares = -fall * np.arange(number) + rng.normal(0, LIST_NOISE, size=number) + places.opinions @ along.T
    for index in range(number):
        if places.local and rng.random() < LOCAL_LIST * places.divided:
            shares[places.somewhere(rng), index] += AT_HOME * places.divided
    shares = np.exp(shares)
    shares /= shares.sum(axis=1, keepdims=True)
    return _drawn(rng, valid, LIST_CONCENTRATION * shares)


def _candidate_votes(rng: Generator, seed: int, ballot: Ballot, places: Places, lists: Whole) -> Whole:
    columns = [
        _one_list(rng, _everywhere(seed, lst, b"people"), places, lists[:, index], len(lst.candidates))
        for index, lst in enumerate(ballot.lists)
    ]
    return np.concatenate(columns, axis=1)


def _one_list(rng: Generator, nation: Generator, places: Places, votes: Whole, size: int) -> Whole:
    """Divide a list's votes: shares that hold everywhere, opinions, villagers, and each candidate's own precision."""
    along = nation.normal(0, ALONG, size=(size, OPINIONS))
    shares = _candidate_shares(nation, size, places.level) * np.exp(places.opinions @ along.T)
    shares /= shares.sum(axis=1, keepdims=True)
    for one in rng.integers(1, size, size=int(rng.poisson(VILLAGERS * places.divided))) if size > 1 else ():
        here, known = places.somewhere(rng), rng.uniform(*KNOWN_AT_HOME)
        shares[here] *= 1 - known
        shares[here, one] += known
    precision = np.exp(nation.normal(*CONCENTRATION[places.level], size=size))
    weights = rng.gamma(_positive(shares * precision)) / precision
    weights /= weights.sum(axis=1, keepdims=True)
    return rng.multinomial(votes, weights)


def _candidate_shares(rng: Generator, size: int, level: str) -> Shares:
    if size == 1:
        return np.ones(1)
    leader = rng.uniform(*LEADER[level])
    rest = np.arange(1, size) ** -FOLLOW * np.exp(rng.normal(0, 1, size=size - 1))
    return np.concatenate([[leader], (1 - leader) * rest / rest.sum()])


def _everywhere(seed: int, lst: CandidateList, what: bytes) -> Generator:
    """Return a generator that is the same for a list in every municipality of an election."""
    return np.random.default_rng([seed, *what, lst.number, len(lst.candidates)])


def _drawn(rng: Generator, number: Whole, shape: Shares) -> Whole:
    """Draw from a Dirichlet-multinomial with these parameters, row by row."""
    weights = rng.gamma(_positive(shape))
    return rng.multinomial(number, weights / weights.sum(axis=1, keepdims=True))


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
    """Return D - H of every station: mostly 0 in a village, more often a few in a city."""
    stations = len(found)
    often = min(DIFFERENT[0] * (1 + stations / DIFFERENT[1]) * np.exp(rng.normal(0, CARELESS)), 0.9)
    further = FURTHER[0] + FURTHER[1] * min(stations / CITY_STATIONS, 1.0)
    some = rng.random(stations) < often
    size = rng.geometric(1 - further, size=stations) * np.where(rng.random(stations) < MISSING, 1, -1)
    return np.maximum(np.where(some, size, 0), -found)


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
