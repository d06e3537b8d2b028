"""How fast a nation is examined: every rule, with neighbourhoods, over a made-up Tweede Kamer election.

    python benchmarks/check.py [MUNICIPALITIES] [STATIONS]

Prints the CPU seconds of all rules after reading, on one core; and the wall-clock of one municipality from the command line,
start-up included, with the slowest imports.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from waarmerk.checks import Context, examine
from waarmerk.election.count import Ballot, Count, ElectionInfo
from waarmerk.formats import Contest, read, write_510
from waarmerk.simulate.municipality import municipality

ELECTION = ElectionInfo("TK2025", "Tweede Kamer 2025", "TK", "TK", None, None, "2025-10-29")
CREATED = "2025-10-30T10:00:00.000"
LARGE = 25
"""One municipality in so many is a city of ten times the stations."""
EXAMPLE = Path(__file__).resolve().parent.parent / "examples"
SLOWEST = 8


def nation(municipalities: int, stations: int, ballot: Ballot) -> list[Count]:
    """Make the counts of all municipalities, on the ballot of a real district."""
    return [
        municipality(
            number,
            f"{number:04}",
            f"Gemeente {number}",
            election=ELECTION,
            contest=Contest("13", "Rotterdam"),
            stations=stations * 10 if number % LARGE == 0 else stations,
            ballot=ballot,
            created=CREATED,
        )
        for number in range(1, municipalities + 1)
    ]


def neighbourhoods(counts: list[Count]) -> dict[str, str]:
    """Give every eight stations of a municipality a neighbourhood."""
    table: dict[str, str] = {}
    for count in counts:
        for index, unit in enumerate(count.units):
            if unit.postcode:
                table["".join(unit.postcode.split())] = f"WK{count.authority_id}{index // 8}"
    return table


def real_ballot() -> Ballot:
    """Return the ballot of Rotterdam's count of 2023: 24 lists, 984 candidates."""
    from waarmerk.formats import zips

    with next(EXAMPLE.glob("*.zip")).open("rb") as stream:
        for name, member in zips.members(stream):
            count = read(member, name)
            if isinstance(count, Count):
                return count.ballot
    raise SystemExit("no example")


def rules(counts: list[Count], table: dict[str, str]) -> None:
    """Time all rules over all counts."""
    start = time.process_time()
    examined = [examine(count, Context(postcodes=table)) for count in counts]
    seconds = time.process_time() - start
    found = sum(len(each.findings) for each in examined)
    stations = sum(len(count.units) for count in counts)
    print(f"{len(counts)} municipalities, {stations} stations, {counts[0].ballot.size} candidates: {found} findings")
    print(f"all rules with neighbourhoods, after reading: {seconds:.2f} CPU s on one core")


def command(count: Count) -> None:
    """Time one municipality from the command line, start-up included, and show the slowest imports."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "count.eml.xml"
        path.write_bytes(b"".join(write_510(count)))
        arguments = ["-m", "waarmerk", "check", str(path)]
        times = []
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            times.append(time.perf_counter() - start)
        print(f"check of {len(count.units)} stations, {path.stat().st_size} bytes: {min(times):.2f} s (best of 5)")
        said = subprocess.run(
            [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, check=False
        )
        lines = [line.split("|") for line in said.stderr.splitlines() if line.startswith("import time:")][1:]
        for _, cumulative, name in sorted(lines, key=lambda line: -int(line[1]))[:SLOWEST]:
            print(f"  {int(cumulative) / 1000:7.1f} ms {name.rstrip()}")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    counts = nation(*(numbers or [342, 21]), real_ballot())
    rules(counts, neighbourhoods(counts))
    command(counts[0])
