"""How many mistakes are seen: planted in real and made-up counts, looked for by the official rules and by the program's statistics.

    python -m benchmarks.detect [--quick] [--council COUNT] [--postcodes TABLE]     some minutes on two cores; --quick: one
    python -m benchmarks.detect --rotterdam [--postcodes TABLE]                     every kind and size on the real file
    python -m benchmarks.detect --cost                                              time and memory, up to the whole country

Prints Markdown for docs/detection.md. As in checks.md 4.7 mistakes of every kind and size stand at 4.5 % of the stations, many in
one file, the real mistakes of real files stay in and compete for the same flags, and all files of a set are ranked together. A flag
is a question about one station, or about two in one finding; more findings at a station that has a flag cost nothing, help nothing.
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from benchmarks.calibration import ROTTERDAM, load

from waarmerk.checks import Context, examine, examine_together
from waarmerk.checks.mistakes import KINDS, SIZES, Planted, Size, sow
from waarmerk.checks.model.parameters import worth
from waarmerk.checks.postcodes import COLUMNS, by_postcode
from waarmerk.checks.triage import priority, votes_concerned
from waarmerk.election.count import Count
from waarmerk.election.finding import Code, Finding
from waarmerk.election.head import Head
from waarmerk.election.places import PollingPlace, PollingPlaces
from waarmerk.machine import cores
from waarmerk.machine.tables import from_parquet
from waarmerk.simulate import country
from waarmerk.simulate.election import KINDS as ELECTIONS
from waarmerk.simulate.election import election
from waarmerk.simulate.mistaken import RATE

SEED = 2031
BUDGETS = (1, 2, 5, 10)
"""Flags per 100 stations."""
JUDGED = 5
"""At this budget names, cells and kinds are judged."""
SCORES = (-2, -1, 0, 2, 4)
LARGE = 20
EDITION = "tk2025"
OFFICIAL = {
    Code.P01: "station-missing",
    Code.P02: "blank-invalid-swapped",
    Code.P03: "blank-invalid-swapped",
    Code.P04: "difference-large",
    Code.P05: "list-off",
    Code.P06: "candidates-swapped",
}
"""What a rule of the control protocol says, in the words of the hypotheses."""
WITH_CELLS = ("candidates-swapped", "rows-shifted", "row-moved", "digit-error")
SETS = ("Rotterdam", "national", "council", "councils", "small councils")
DRAWS = {False: (20, 6, 100, 4, 6), True: (2, 1, 20, 1, 1)}
"""How often each set is drawn (of the one council: how many copies, ranked together); ``True``: quickly."""
NATIONAL, SMALL = 16, 60
"""Made-up municipalities, and councils of five stations, in one draw."""
COUNCILS = tuple(product((10, 14, 20, 28, 40, 60), (7, 9, 12, 14)))
"""Stations and lists of the councils in one draw: most municipalities are of these sizes."""
COPIES, TOGETHER = 120, 15
"""Copies of the real file for one table of kinds and sizes, and mistakes planted in each."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One question to a municipality."""

    units: frozenset[str]
    hypothesis: str
    score: float
    list: int | None
    candidates: tuple[int, ...]
    votes: int = 0
    """How many it is about: they count when the number of flags is given."""


Detector = Callable[[Count, Context, PollingPlaces], list[Flag]]


def official(count: Count, context: Context, register: PollingPlaces) -> list[Flag]:
    """The thresholds of layer 3, by how many votes are concerned; they know no list of stations."""
    rules = replace(context, protocol=EDITION, statistics=False)
    found = (f for top in examine(count, rules).findings for f in (top, *top.also))
    return [_flag(f, OFFICIAL[f.code], priority(f, votes_concerned(f))) for f in found if f.code in OFFICIAL]


def ours(count: Count, context: Context, register: PollingPlaces) -> list[Flag]:
    """The findings that name a likely mistake, in the order in which ``--budget`` takes them; with the list of stations."""
    examined = examine_together([count, register], context)[0]
    found = [f for f in examined.findings if f.hypothesis and f.score is not None]
    return [replace(_flag(f, f.hypothesis or "", f.score or 0.0), votes=votes_concerned(f)) for f in found]


def _flag(finding: Finding, hypothesis: str, score: float) -> Flag:
    other = finding.figures.get("other_unit")
    units = {finding.unit or ""} | ({str(other)} if other else set())
    return Flag(frozenset(units), hypothesis, score, finding.list, finding.candidates)


DETECTORS: dict[str, Detector] = {"official rules": official, "ours": ours}


@dataclass(frozen=True, slots=True)
class Truth:
    """One planted mistake, without the count; units as in the flags."""

    kind: str
    hypothesis: str
    units: frozenset[str]
    changed: frozenset[str]
    """Those of the units of which a number is wrong."""
    list: int | None
    candidates: tuple[int, ...]
    moved: int

    @classmethod
    def of(cls, one: Planted) -> Truth:
        """Keep what is needed to judge."""
        changed = frozenset(cell.unit for cell in one.cells)
        return cls(one.kind, one.hypothesis, frozenset(one.units), changed, one.list, one.candidates, one.moved)


@dataclass(frozen=True, slots=True)
class Job:
    """One count of one draw of a set."""

    set: str
    draw: int
    index: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it, without the counts."""

    job: Job
    stations: int
    planted: tuple[Truth, ...]
    flags: dict[str, list[Flag]]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one detector made of one mistake within a budget."""

    planted: Truth
    found: bool
    named: bool
    cells: bool


def jobs(quick: bool, council: Path | None) -> Iterator[Job]:
    """Yield the work, the longest first."""
    draws = dict(zip(SETS, DRAWS[quick], strict=True))
    yield from (Job("Rotterdam", draw) for draw in range(draws["Rotterdam"]))
    yield from (Job("national", draw, i) for draw in range(draws["national"]) for i in range(NATIONAL))
    if council is not None:
        yield from (Job("council", 0, i) for i in range(draws["council"]))
    yield from (Job("councils", draw, i) for draw in range(draws["councils"]) for i in range(len(COUNCILS)))
    yield from (Job("small councils", draw, i) for draw in range(draws["small councils"]) for i in range(SMALL))


def count_of(job: Job, council: Path | None) -> Count:
    """Return the count of a job, without planted mistakes."""
    if job.set == "Rotterdam":
        return _read(ROTTERDAM)
    if job.set == "council" and council is not None:
        return _read(council)
    seed = SEED + job.draw
    if job.set == "national":
        return country.count(seed, country.part(NATIONAL / len(country.places()))[job.index])
    kind = ELECTIONS["GR1"]
    if job.set == "councils":
        stations, parties = COUNCILS[job.index]
        kind = replace(kind, stations=(stations, stations), parties=parties, sizes=(12, 45))
    (count,) = election(kind, seed * SMALL + job.index).counts
    return count


@lru_cache(maxsize=2)
def _read(path: Path) -> Count:
    return load(path)


@lru_cache(maxsize=1)
def _context(postcodes: Path | None) -> Context:
    return Context(postcodes=by_postcode(from_parquet(postcodes, COLUMNS)) if postcodes else None)


def look(council: Path | None, postcodes: Path | None, job: Job) -> Looked:
    """Plant mistakes in one count and let every detector look."""
    count = count_of(job, council)
    rng = np.random.default_rng([SEED, *job.set.encode(), job.draw, job.index])
    wrong, planted = _sown(count, rng, int(len(count.units) * RATE + rng.random()))
    context = _context(postcodes)
    flags, seconds = {}, {}
    for name, detector in DETECTORS.items():
        start = time.perf_counter()
        flags[name] = detector(wrong, context, register(count))
        seconds[name] = time.perf_counter() - start
    return Looked(job, len(count.units), tuple(Truth.of(one) for one in planted), flags, seconds)


def _sown(count: Count, rng: np.random.Generator, number: int) -> tuple[Count, Sequence[Planted]]:
    combinations = [(kind, size) for kind in KINDS for size in SIZES]
    return sow(count, rng, [combinations[i] for i in rng.permutation(len(combinations))], number)


def register(count: Count) -> PollingPlaces:
    """Return the list of stations (110b) that a municipality has of its count."""
    places = [PollingPlace(u.id.rpartition("::")[2].removeprefix("SB"), u.name, u.postcode, None) for u in count.units]
    number, name = count.authority_id or "", count.authority_name or ""
    return PollingPlaces(Head("110b", count.election), count.contest_id, number, name, None, None, tuple(places))


def first(flags: Iterable[Flag], most: float) -> list[Flag]:
    """Return the flags within a budget, the surest first; of a station only the first counts."""
    asked: set[str] = set()
    kept: list[Flag] = []
    ordered = sorted(sorted(flags, key=lambda flag: sorted(flag.units)), key=_worth, reverse=True)
    for flag in ordered:
        if len(kept) >= most:
            break
        if not flag.units <= asked:
            kept.append(flag)
            asked |= flag.units
    return kept


def _worth(flag: Flag) -> tuple[float, float]:
    return worth(flag.score, flag.votes)


def judge(planted: Sequence[Truth], flags: Sequence[Flag]) -> Iterator[Seen]:
    """Say of every mistake whether a flag found it, named it, and named its cells."""
    for one in planted:
        at = [f for f in flags if f.units & one.changed or (len(f.units) > 1 and f.units & one.units)]
        named = [f for f in at if f.hypothesis == one.hypothesis]
        yield Seen(one, bool(at), bool(named), any(_same_cells(one, flag) for flag in named))


def _same_cells(one: Truth, flag: Flag) -> bool:
    """Whether list and candidates are right; of a block half of the rows will do."""
    if flag.list != one.list:
        return False
    mine, theirs = set(one.candidates), set(flag.candidates)
    if one.hypothesis == "rows-shifted" and theirs:
        theirs = set(range(min(theirs), max(theirs) + 1))
        return 2 * len(mine & theirs) >= len(mine | theirs)
    return mine == theirs


def table_of_sets(looked: Sequence[Looked], names: Sequence[str]) -> None:
    head = ["set", "detector", "stations", "mistakes", *(f"recall at {b}" for b in BUDGETS)]
    head += [f"… {n}" for n in ("2-9 votes", "10-19", f"{LARGE}+")]
    head += ["named", "cells", "clean stations with a flag, per 100", "seconds a count"]
    print("|", " | ".join(head), "|")
    print("|---|---|" + "---:|" * (len(head) - 2))
    for chosen in [*dict.fromkeys(one.job.set for one in looked), "all"]:
        mine = [one for one in looked if chosen in (one.job.set, "all")]
        for name in names:
            print("|", " | ".join(_row(chosen, name, mine)), "|")


def _row(chosen: str, name: str, looked: Sequence[Looked]) -> Iterator[str]:
    stations = sum(one.stations for one in looked)
    seen = {budget: _seen(looked, name, budget) for budget in BUDGETS}
    judged = seen[JUDGED]
    yield from (chosen, name, f"{stations:,}", str(len(judged)))
    yield from (_percent(s.found for s in seen[budget]) for budget in BUDGETS)
    for low, high in ((2, 9), (10, LARGE - 1), (LARGE, math.inf)):
        yield _percent(s.found for s in judged if low <= s.planted.moved <= high)
    yield _percent(s.named for s in judged if s.found)
    yield _percent(s.cells for s in judged if s.found and s.planted.hypothesis in WITH_CELLS and s.planted.candidates)
    wrong = sum(len({unit for p in one.planted for unit in p.units}) for one in looked)
    alarms = sum(len(first(_clean(one, name), math.inf)) for one in looked)
    yield f"{100 * alarms / max(stations - wrong, 1):.1f}"
    yield f"{sum(one.seconds[name] for one in looked) / len(looked):.2f}"


def _clean(one: Looked, name: str) -> Iterator[Flag]:
    """Yield the flags on stations without a planted mistake: of ours those that are more likely wrong than right."""
    wrong = {unit for planted in one.planted for unit in planted.units}
    yield from (flag for flag in one.flags[name] if flag.score > 0 and not flag.units & wrong)


def _seen(looked: Sequence[Looked], name: str, per_hundred: float) -> list[Seen]:
    """Judge every draw of every set by itself."""
    draws: dict[tuple[str, int], list[Looked]] = defaultdict(list)
    for one in looked:
        draws[one.job.set, one.job.draw].append(one)
    seen: list[Seen] = []
    for together in draws.values():
        budget = math.ceil(per_hundred * sum(one.stations for one in together) / 100)
        flags = first((_within(one.job, f) for one in together for f in one.flags[name]), budget)
        for one in together:
            mine = f"{one.job.index}/"
            here = (replace(f, units=frozenset(u.removeprefix(mine) for u in f.units)) for f in flags if _of(f, mine))
            seen.extend(judge(one.planted, list(here)))
    return seen


def _within(job: Job, flag: Flag) -> Flag:
    """Return a flag whose units are told from those of the other counts of its draw."""
    return replace(flag, units=frozenset(f"{job.index}/{unit}" for unit in flag.units))


def _of(flag: Flag, mine: str) -> bool:
    return all(unit.startswith(mine) for unit in flag.units)


def _percent(values: Iterable[bool]) -> str:
    said = list(values)
    return f"{100 * _share(said):.0f} %" if said else "–"


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


def table_of_kinds(looked: Sequence[Looked], names: Sequence[str]) -> None:
    """Print recall by kind and size, one number a detector, and how many there were."""
    print("| mistake |", " | ".join(f"{size} votes" for size in SIZES), "| named |")
    print("|---|" + "---:|" * (len(SIZES) + 1))
    seen = {name: _seen(looked, name, JUDGED) for name in names}
    for kind in KINDS:
        cells = []
        for size in SIZES:
            here = [
                [s for s in seen[name] if s.planted.kind == kind.name and s.planted.moved in size] for name in names
            ]
            share = " → ".join(_percent(s.found for s in each).removesuffix(" %") for each in here)
            cells.append(f"{share} ({len(here[0])})" if here[0] else "–")
        named = " → ".join(_percent(s.named for s in seen[n] if s.found and s.planted.kind == kind.name) for n in names)
        print(f"| {kind.name} |", " | ".join(cells), f"| {named} |")


def table_of_scores(looked: Sequence[Looked]) -> None:
    """Print how many flags ours raises from each score up, per 100 stations of the whole file."""
    print("| set |", " | ".join(f"score > {score}" for score in SCORES), "|")
    print("|---|" + "---:|" * len(SCORES))
    for chosen in dict.fromkeys(one.job.set for one in looked):
        mine = [one for one in looked if one.job.set == chosen]
        stations = sum(one.stations for one in mine)
        numbers = [
            sum(len(first((f for f in one.flags["ours"] if f.score > score), math.inf)) for one in mine)
            for score in SCORES
        ]
        print(f"| {chosen} |", " | ".join(f"{100 * number / stations:.1f}" for number in numbers), "|")


def rotterdam(postcodes: Path | None) -> None:
    """Print recall by kind and size as in checks.md 4.3: at as many flags as the official rules have on the rest of the file.

    Stations that have a score above 0 in the untouched file are suspected of real mistakes, and left out.
    """
    best: dict[str, float] = {}
    whole = _read(ROTTERDAM)
    for flag in ours(whole, _context(postcodes), register(whole)):
        best |= {unit: max(best.get(unit, -math.inf), flag.score) for unit in flag.units}
    suspected = {unit for unit, score in best.items() if score > 0}
    rules = {unit for flag in official(whole, _context(postcodes), register(whole)) for unit in flag.units} - suspected
    threshold = sorted((best[unit] for unit in best if unit not in suspected), reverse=True)[len(rules)]
    print(
        f"{len(suspected)} stations suspected; {len(rules)} of the others have a flag of the rules, so score > {threshold:.2f}.\n"
    )
    found: dict[tuple[str, Size], list[bool]] = defaultdict(list)
    for planted, flags in cores.each(partial(_copy, postcodes), range(COPIES)):
        sure = [flag for flag in flags if flag.score > threshold]
        for seen in judge([one for one in planted if not one.units & suspected], sure):
            size = next(size for size in SIZES if seen.planted.moved in size)
            found[seen.planted.kind, size].append(seen.found)
    print("| mistake |", " | ".join(f"{size} votes" for size in SIZES), "|")
    print("|---|" + "---:|" * len(SIZES))
    for kind in KINDS:
        said = (found[kind.name, size] for size in SIZES)
        print(f"| {kind.name} |", " | ".join(f"{_percent(one)} ({len(one)})" if one else "–" for one in said), "|")
    means = ([_share(one) for (_, at), one in found.items() if at == size and one] for size in SIZES)
    print("| mean over the rows |", " | ".join(f"{100 * sum(one) / len(one):.0f} %" for one in means), "|")


def _copy(postcodes: Path | None, index: int) -> tuple[list[Truth], list[Flag]]:
    whole = _read(ROTTERDAM)
    wrong, planted = _sown(whole, np.random.default_rng([SEED, index]), TOGETHER)
    return [Truth.of(one) for one in planted], ours(wrong, _context(postcodes), register(whole))


def cost() -> None:
    """Print time and memory of one examination, each in a process of its own, and of the country on all cores."""
    by_size = sorted(country.places(), key=lambda place: place.stations)
    print("| count | stations | seconds on the clock | processor seconds | memory at most, MB |")
    print("|---|---:|---:|---:|---:|")
    for name, places in (
        ("a median municipality", [by_size[len(by_size) // 2]]),
        ("Amsterdam", [by_size[-1]]),
        ("the country, and making it up, on all cores", list(country.places())),
    ):
        start = time.perf_counter()
        with ProcessPoolExecutor(min(cores.available(), len(places)), get_context("spawn")) as pool:
            each = list(pool.map(_cost, places))
        clock = time.perf_counter() - start if len(places) > 1 else each[0][0]
        stations, processor, memory = (
            sum(p.stations for p in places),
            sum(p for _, p, _ in each),
            max(m for *_, m in each),
        )
        print(f"| {name} | {stations:,} | {clock:.2f} | {processor:.2f} | {memory:.0f} |")


def _cost(place: country.Place) -> tuple[float, float, float]:
    count = country.count(SEED, place)
    clock, processor = time.perf_counter(), time.process_time()
    examine(count)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return clock, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Do what the arguments ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--cost", action="store_true")
    parser.add_argument("--rotterdam", action="store_true")
    parser.add_argument("--council", type=Path, help="a real count of a council (West Maas en Waal)")
    parser.add_argument("--postcodes", type=Path, help="Parquet table of post codes and neighbourhoods")
    said = parser.parse_args()
    if said.cost:
        cost()
        return
    if said.rotterdam:
        rotterdam(said.postcodes)
        return
    work = list(jobs(said.quick, said.council))
    looked = list(cores.each(partial(look, said.council, said.postcodes), work))
    names = [name for name in DETECTORS if any(one.flags[name] for one in looked)]
    print(f"Flags per 100 stations: {BUDGETS}; by size, named and cells at {JUDGED}. {len(work)} counts.\n")
    table_of_sets(looked, names)
    print(f"\nFound at {JUDGED} flags per 100 stations, % ({' → '.join(names)}; in brackets how many were planted):\n")
    table_of_kinds(looked, names)
    if "ours" in names:
        print("\nStations with a flag, per 100 stations of the whole file:\n")
        table_of_scores(looked)


if __name__ == "__main__":
    main()
