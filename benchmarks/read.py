"""How fast and in how much memory results files are read, as ratios in one run on one machine.

    python benchmarks/read.py            a made-up Amsterdam: 470 stations, 1,130 candidates, 68 MB
    python benchmarks/read.py --nation   also a made-up country: 342 files, 9,896 stations, 1.4 GB (in a temporary folder)

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
from dataclasses import replace
from pathlib import Path

from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.machine import cores
from waarmerk.simulate import country

AMSTERDAM = next(place for place in country.places() if place.code == "0363")
SMALL = replace(AMSTERDAM, stations=25)
"""On this the slow readers are tried."""


def make(path: Path, place: country.Place) -> None:
    """Write a made-up file in a child: a process starts with the peak memory of the one that started it."""
    child = os.fork()
    if child == 0:
        with path.open("wb") as out:
            out.writelines(formats.write_510(country.count(1, place)))
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
    files = sorted(folder.glob("Telling_*.xml"))
    return hashlib.sha256("".join(cores.each(fast, files)).encode()).hexdigest()


def nation_digests(folder: Path) -> str:
    files = sorted(folder.glob("Telling_*.xml"))
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
    path, small = folder / country.file_name(AMSTERDAM), folder / "small.eml.xml"
    make(path, AMSTERDAM)
    make(small, SMALL)
    few = f"{SMALL.stations} stations"
    print(f"Amsterdam: {path.stat().st_size / 1e6:.1f} MB; {few}: {small.stat().st_size / 1e6:.1f} MB")
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
    ours, slow = measure("fast", small), measure("bindings", small, 1)
    rows = [("read and SHA-256", ours, 1.0), ("pyeml-bindings", slow, slow["cpu"] / ours["cpu"])]
    table(few, rows, "ours")


def whole_country(folder: Path) -> None:
    began = time.perf_counter()
    command = [sys.executable, "-m", "waarmerk", "simulate", str(folder), "--scale", "1"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    sizes = [path.stat().st_size for path in folder.glob("Telling_*.xml")]
    stations = sum(place.stations for place in country.places())
    print(f"\nCountry: {len(sizes)} files, {stations} stations, {sum(sizes) / 1e9:.2f} GB, made in {wall:.1f} s")
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
            whole_country(Path(folder))


if __name__ == "__main__":
    main()
