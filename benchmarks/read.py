"""How fast and in how much memory results files are read, as ratios in one run on one machine.

    python benchmarks/read.py            a made-up Amsterdam: 470 stations, 1,130 candidates, 60 MB
    python benchmarks/read.py --nation   also a made-up country: 342 files, 9,900 stations, 1.3 GB (in a temporary folder)

Every measurement runs in a process of its own, so that its peak memory is its own. Figures are made up; shapes are real.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from waarmerk import formats
from waarmerk.election.count import REASON_CODES, Ballot, Candidate, CandidateList, Count, ElectionInfo, Figure, Votes
from waarmerk.formats import names
from waarmerk.machine import cores

AMSTERDAM = (470, 1130)
NATION = (342, 9_900)
SMALL = 25
"""Stations of the file on which the slow readers are tried."""
NAMES = ["De Éénhoorn & zn", "'t Zand", "Sporthal De Dijk", 'OBS "De Regenboog"', "Gemeentehuis", "Café Het Hoekje"]
CODES = list(REASON_CODES.values())
USUAL = [Figure.CAST, Figure.COUNTED, Figure.INVALID, Figure.BLANK, *CODES[:9], *CODES[12:]]


def made(authority: str, stations: int, candidates: int, seed: int) -> bytes:
    """Return a made-up 510b in one line: most cells are 0 or small, some have five digits."""
    random = np.random.default_rng(seed)
    sizes = np.diff(np.linspace(0, candidates, 27).astype(int))
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    lists = tuple(
        CandidateList(number + 1, f"Lijst {number + 1} & Co", tuple(Candidate(i + 1) for i in range(size)), int(start))
        for number, (size, start) in enumerate(zip(sizes, starts, strict=True))
    )
    votes = _votes(random, stations, lists, candidates)
    units = tuple(
        names.unit(f"{authority}::SB{place + 1}", f"Stembureau {NAMES[place % 6]} (postcode: 10{place % 90 + 10} AB)")
        for place in range(stations)
    )
    total = Votes(
        *(
            getattr(votes, name).sum(axis=0, keepdims=True).astype(np.int32)
            for name in ("candidates", "lists", "figures")
        ),
        *(getattr(votes, name)[:1] for name in ("candidates_reported", "lists_reported", "figures_reported")),
    )
    info = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", None, None, "2030-03-20")
    count = Count(
        "510b", info, authority, "Voorbeeld", "9", "Amsterdam", "2030-03-21T02:00:00.000", Ballot(lists), units, votes, total, "eml"
    )  # fmt: skip
    return b"".join(formats.write_510(count))


def _votes(random: np.random.Generator, stations: int, lists: tuple[CandidateList, ...], candidates: int) -> Votes:
    weight = random.pareto(0.9, candidates) + 0.05
    cells = random.poisson(700 * weight / weight.sum(), (stations, candidates)).astype(np.int32)
    sums = np.stack([cells[:, one.columns].sum(axis=1) for one in lists], axis=1).astype(np.int32)
    figures = np.zeros((stations, len(Figure)), np.int32)
    figures[:, USUAL] = random.integers(0, 40, (stations, len(USUAL)))
    figures[:, Figure.COUNTED] = sums.sum(axis=1)
    figures[:, Figure.CAST] = random.integers(500, 2000, stations)
    reported = np.zeros_like(figures, np.bool_)
    reported[:, USUAL] = True
    return Votes(cells, sums, figures, np.ones_like(cells, np.bool_), np.ones_like(sums, np.bool_), reported)


def make(path: Path, authority: str, stations: int, candidates: int, seed: int) -> None:
    """Write a made-up file in a child: a process starts with the peak memory of the one that started it."""
    child = os.fork()
    if child == 0:
        path.write_bytes(made(authority, stations, candidates, seed))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fast(path: Path) -> str:
    with path.open("rb") as stream:
        reading = formats.read_file(stream, path.name)
    assert isinstance(reading.value, Count)
    assert reading.sha256 == reading.sha256_canonical
    return f"{reading.sha256} {reading.value.votes.candidates.sum()}"


def general(path: Path) -> str:
    with path.open("rb") as stream:
        reading = formats.read_file(stream, path.name, fast=False)
    assert isinstance(reading.value, Count)
    return f"{reading.sha256} {reading.value.votes.candidates.sum()}"


def iterparse(path: Path) -> str:
    from lxml import etree

    for _, element in etree.iterparse(str(path)):
        element.clear()
    return ""


def bindings(path: Path) -> str:
    import pyeml_bindings
    from xsdata.formats.dataclass.parsers import XmlParser

    XmlParser().from_bytes(path.read_bytes(), pyeml_bindings.Eml510)
    return ""


def nation(folder: Path) -> str:
    files = sorted(folder.glob("*.xml"))
    return hashlib.sha256("".join(cores.each(fast, files)).encode()).hexdigest()


def nation_digests(folder: Path) -> str:
    files = sorted(folder.glob("*.xml"))
    return hashlib.sha256("".join(cores.each(digest, files)).encode()).hexdigest()


WAYS = {one.__name__: one for one in (digest, fast, general, iterparse, bindings, nation, nation_digests)}


def alone(way: str, path: Path) -> None:
    """Do one measurement in this process and print it as JSON."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    WAYS[way](path)
    wall = time.perf_counter() - began
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime - before.ru_utime - before.ru_stime + children.ru_utime + children.ru_stime
    peak = max(own.ru_maxrss, children.ru_maxrss) / 1024
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": peak, "start": before.ru_maxrss / 1024}))


def measure(way: str, path: Path, times: int = 3) -> dict[str, float]:
    """Return the best of several measurements, each in a process of its own."""
    command = [sys.executable, __file__, "--way", way, str(path)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(times)]
    return min(runs, key=lambda run: run["wall"])


def table(title: str, rows: list[tuple[str, dict[str, float], float]], base: str) -> None:
    print(f"\n{title}\n\n| what | CPU s | wall s | peak MiB | times {base} |\n|---|---|---|---|---|")
    for what, run, ratio in rows:
        print(f"| {what} | {run['cpu']:.3f} | {run['wall']:.3f} | {run['peak']:.0f} | {ratio:.1f} |")


def city(folder: Path) -> None:
    path = folder / "Telling_TK2030_gemeente_Amsterdam.eml.xml"
    make(path, "0363", *AMSTERDAM, seed=1)
    small = folder / "small.eml.xml"
    make(small, "0001", SMALL, AMSTERDAM[1], seed=2)
    print(f"Amsterdam: {path.stat().st_size / 1e6:.1f} MB; {SMALL} stations: {small.stat().st_size / 1e6:.1f} MB")
    sha = measure("digest", path, 5)
    quick = measure("fast", path, 5)
    table(
        "One city, one core",
        [("SHA-256 alone", sha, 1), ("read and SHA-256", quick, quick["cpu"] / sha["cpu"])],
        "SHA-256",
    )
    lxml, whole = measure("iterparse", path), measure("general", path)
    rows = [("lxml iterparse and clear", lxml, 1.0), ("general reader", whole, whole["cpu"] / lxml["cpu"])]
    table("The same city, every byte through the general reader", rows, "iterparse")
    few, slow = measure("fast", small), measure("bindings", small, 1)
    rows = [("read and SHA-256", few, 1.0), ("pyeml-bindings", slow, slow["cpu"] / few["cpu"])]
    table(f"{SMALL} stations", rows, "ours")


def country(folder: Path) -> None:
    random = np.random.default_rng(7)
    shares = random.pareto(1.2, NATION[0]) + 0.3
    stations = np.maximum(1, np.round(shares / shares.sum() * NATION[1])).astype(int)
    stations = np.minimum(stations, AMSTERDAM[0])
    for place, number in enumerate(stations):
        make(folder / f"{place:04d}.eml.xml", f"{place:04d}", int(number), AMSTERDAM[1], seed=place)
    size = sum(path.stat().st_size for path in folder.glob("*.xml"))
    print(f"\nCountry: {NATION[0]} files, {stations.sum()} stations, {size / 1e9:.2f} GB")
    sha, quick = measure("nation_digests", folder), measure("nation", folder)
    rows = [("SHA-256 alone", sha, 1.0), ("read and SHA-256", quick, quick["wall"] / sha["wall"])]
    table(f"The country on {cores.available()} cores", rows, "SHA-256 (wall)")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nation", action="store_true")
    arguments.add_argument("--way", choices=WAYS)
    arguments.add_argument("path", nargs="?", type=Path)
    given = arguments.parse_args()
    if given.way:
        alone(given.way, given.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        city(Path(folder))
    if given.nation:
        with tempfile.TemporaryDirectory() as folder:
            country(Path(folder))


if __name__ == "__main__":
    main()
