"""Are made-up elections like real ones? The spread of real figures beside that of made-up ones, as a Markdown table.

    python -m benchmarks.calibration [COUNT ...]       (from the root; Rotterdam's count of 2023 ships with the project)

For each real count one of the same size and ballot is made up. The measures are those of checks.md 3.3-3.6, worked out here
apart from the program's own model: a reference of what others at politically like stations voted, the station itself left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import betabinom, binom

from waarmerk.election.count import Count, Figure
from waarmerk.formats import Contest, read, zips
from waarmerk.simulate.municipality import municipality

ROTTERDAM = next((Path(__file__).resolve().parent.parent / "examples").glob("*.zip"))
SEEDS = (1, 2, 3, 4, 5, 6)
GRID = np.geomspace(8, 20_000, 14)
"""Values of M that are tried (checks.md 3.3)."""
WIDTH, BEHIND = 0.13, 300.0
"""Of the likeness of stations (checks.md 3.5)."""
PRIOR = (np.log(120), 0.9)
TAILS = (0.05, 0.01, 0.001, 0.0001)
LARGE = 8
"""Lists of which the spread is measured."""

Real = NDArray[np.float64]


def load(path: Path) -> Count:
    """Read a count, also from the ZIP in which it is published."""
    with path.open("rb") as stream:
        value = (
            next(read(member, name) for name, member in zips.members(stream))
            if path.suffix == ".zip"
            else read(stream, path.name)
        )
    assert isinstance(value, Count), value
    return value


def like(count: Count, seed: int) -> Count:
    """Return a made-up count of this size, with this ballot."""
    contest = Contest(count.contest_id or "geen", count.contest_name)
    return municipality(
        seed,
        "9901",
        "Voorbeelddam",
        election=count.election,
        contest=contest,
        stations=len(count.units),
        ballot=count.ballot,
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of candidates with enough votes to say something: reported, list total, and two references."""

    x: Real
    n: Real
    plain: Real
    """Share in the rest of the municipality."""
    like: Real
    """Share at other stations, like ones first."""
    behind: Real
    precision: Real
    """M of the candidate, with what is behind the reference."""


def measures(count: Count, rng: np.random.Generator) -> Iterator[tuple[str, float]]:
    """Yield every measure with its name."""
    votes = count.votes
    found, valid, admitted = (
        a.astype(float) for a in (votes.found(), votes.figure(Figure.COUNTED), votes.figure(Figure.ADMITTED))
    )
    difference = admitted - found
    yield "valid votes of a station, median", float(np.median(valid))
    yield "stations where voters and ballots differ, %", 100 * float((difference != 0).mean())
    yield "size of that difference, mean", float(np.abs(difference).sum() / max((difference != 0).sum(), 1))
    for name, figure, whole in (
        ("blank", Figure.BLANK, found),
        ("invalid", Figure.INVALID, found),
        ("proxies", Figure.PROXIES, admitted),
    ):
        part = votes.figure(figure).astype(float)
        yield f"{name}, %", 100 * part.sum() / whole.sum()
        yield f"{name}, M", _precision(part, whole)
    yield from _lists(count, valid)
    yield from _candidates(count, rng)


def _precision(part: Real, whole: Real) -> float:
    """Return the M that fits best."""
    mean = part.sum() / whole.sum()
    grid = np.geomspace(20, 20_000, 60)
    return float(
        grid[np.argmax([_log(part, whole, np.full_like(part, mean), np.full_like(part, m)).sum() for m in grid])]
    )


def _lists(count: Count, valid: Real) -> Iterator[tuple[str, float]]:
    lists = count.votes.lists.astype(float)
    u = 2 * np.sqrt((lists + 0.375) / (valid[:, None] + 0.75))
    large = np.argsort(-lists.sum(axis=0))[:LARGE]
    areas = np.array([(unit.postcode or unit.id)[:4] for unit in count.units])
    same = areas[:, None] == areas[None, :]
    np.fill_diagonal(same, False)
    near = same.any(axis=1)
    yield "lists: spread over the municipality, median of the 8 largest", _spread((u - u.mean(axis=0))[:, large])
    beside = (same @ u)[near] / same.sum(axis=1)[near][:, None]
    yield (
        "lists: spread in one post code, same",
        _spread((u[near] - beside)[:, large]) if near.sum() > LARGE else np.nan,
    )
    yield "lists: sampling alone", float(np.median(1 / np.sqrt(valid)))


def _spread(residuals: Real) -> float:
    """Return the robust standard deviation of the lists, the median of them."""
    away = np.abs(residuals - np.median(residuals, axis=0))
    return float(np.median(1.4826 * np.median(away, axis=0)))


def _candidates(count: Count, rng: np.random.Generator) -> Iterator[tuple[str, float]]:
    votes = count.votes
    seconds = filled = 0
    for index, lst in enumerate(count.ballot.lists):
        filled += int((votes.lists[:, index] > 0).sum())
        if len(lst.candidates) > 1:
            seconds += int((np.sort(votes.candidates[:, lst.columns], axis=1)[:, -2] >= 15).sum())
    yield "lists at a station whose second candidate has 15 votes, %", 100 * seconds / filled
    precisions, parts = _fit(count)
    for quantile in (5, 50, 95):
        yield f"M of candidates, {quantile} % quantile", float(np.percentile(precisions, quantile))
    cells = Cells(*(np.concatenate([getattr(part, name) for part in parts]) for name in Cells.__slots__))
    plain, along = (
        _log(cells.x, cells.n, share, _with(cells.precision, cells.behind)).sum() for share in (cells.plain, cells.like)
    )
    yield "gain of likeness, log likelihood per 100 cells", 100 * float(along - plain) / len(cells.x)
    well = (cells.n >= 5) & (cells.n * cells.like >= 1)
    x, n, share = cells.x[well], cells.n[well], cells.like[well]
    m = _with(cells.precision, cells.behind)[well]
    tails = {
        "binomial, share of the municipality": _tail(binom(n, cells.plain[well]), x, rng),
        "beta-binomial, likeness, M per candidate": _tail(betabinom(n, share * m, (1 - share) * m), x, rng),
    }
    for name, p in tails.items():
        for nominal in TAILS:
            yield f"cells beyond {100 * nominal:g} %, {name}", 100 * float((p < nominal).mean())


def _fit(count: Count) -> tuple[Real, list[Cells]]:
    """Return M of every candidate with some votes, and the cells of all lists."""
    votes = count.votes
    shares = np.sqrt(votes.lists / np.maximum(votes.lists.sum(axis=1, keepdims=True), 1))
    weights = np.exp(-np.maximum(2 - 2 * shares @ shares.T, 0) / (2 * WIDTH**2))
    np.fill_diagonal(weights, 0)
    found: list[float] = []
    parts = []
    for index, lst in enumerate(count.ballot.lists):
        x = votes.candidates[:, lst.columns].astype(float)
        n = votes.lists[:, index].astype(float)[:, None]
        plain = (x.sum(axis=0) - x + 0.5) / (n.sum() - n + 0.5 * x.shape[1])
        behind = weights @ n + BEHIND
        along = np.clip((weights @ x + BEHIND * plain) / behind, 1e-7, 1 - 1e-7)
        plain = np.clip(plain, 1e-7, 1 - 1e-7)
        scores = np.array([_mixed(x, n, along, _with(np.full_like(x, m), behind)).sum(axis=0) for m in GRID])
        scores += (
            0.15 / np.sqrt(x.shape[1]) * scores.sum(axis=1, keepdims=True)
            - 0.5 * ((np.log(GRID) - PRIOR[0]) / PRIOR[1])[:, None] ** 2
        )
        best = GRID[scores.argmax(axis=0)]
        found.extend(best[x.sum(axis=0) >= 20])
        some = np.broadcast_to(n > 0, x.shape) & (len(lst.candidates) > 1)
        wide = (np.broadcast_to(a, x.shape)[some] for a in (x, n, plain, along, behind, best))
        parts.append(Cells(*wide))
    return np.array(found), parts


def _with(precision: Real, behind: Real) -> Real:
    return np.asarray(1 / (1 / precision + 1 / behind))


def _mixed(x: Real, n: Real, share: Real, m: Real, anything: float = 0.01) -> Real:
    return np.logaddexp(np.log1p(-anything) + _log(x, n, share, m), np.log(anything) - np.log((x + 1) * np.log(n + 2)))


def _log(x: Real, n: Real, share: Real, m: Real) -> Real:
    """The logarithm of the beta-binomial."""
    a, b = share * m, (1 - share) * m
    out = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + gammaln(x + a) + gammaln(n - x + b)
    return np.asarray(out - gammaln(n + m) + gammaln(m) - gammaln(a) - gammaln(b))


def _tail(law: object, x: Real, rng: np.random.Generator) -> Real:
    """Return two-sided randomised tail probabilities."""
    at = law.pmf(x)  # type: ignore[attr-defined]
    below = law.cdf(x) - at + rng.random(len(x)) * at  # type: ignore[attr-defined]
    return np.asarray(2 * np.minimum(below, 1 - below))


def table(counts: Iterable[tuple[str, Count]]) -> None:
    """Print real beside made-up, the median of the seeds."""
    columns: dict[str, dict[str, float]] = {}
    for name, count in counts:
        columns[name] = dict(measures(count, np.random.default_rng(1)))
        made = [dict(measures(like(count, seed), np.random.default_rng(1))) for seed in SEEDS]
        columns["made up" + " " * len(columns)] = {key: float(np.median([one[key] for one in made])) for key in made[0]}
    print("| |", " | ".join(name.rstrip() for name in columns), "|")
    print("|---|" + "---:|" * len(columns))
    for key in next(iter(columns.values())):
        print(f"| {key} |", " | ".join(_number(column[key]) for column in columns.values()), "|")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    paths = [ROTTERDAM, *map(Path, sys.argv[1:])]
    table((count.authority_name, count) for count in map(load, paths))
