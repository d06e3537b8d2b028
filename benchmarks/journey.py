"""Time and memory of each step of the journey for Rotterdam (378 stations, 984 candidates), with a floor beside it.

    .venv/bin/python benchmarks/journey.py [--markdown]

Each command runs as a process of its own, as an official runs it; wall and processor seconds and peak memory are the operating
system's own figures. The floor: SHA-256 of the same bytes, and sealing and opening them with age alone.
"""

import argparse
import hashlib
import io
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pyrage import x25519

from waarmerk.cli.demo import CITY, Night

SHOWN = ("convert", "check", "seal", "sign", "send", "tabulate", "publish", "verify")


@dataclass(frozen=True)
class Step:
    name: str
    wall: float
    cpu: float
    peak: float
    """MiB."""


class Measured(Night):
    """An election night whose commands are measured."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.steps: list[Step] = []

    def waarmerk(self, *arguments: str, accept: Sequence[int] = ()) -> str:
        command = [sys.executable, "-m", "waarmerk", *arguments]
        start = time.perf_counter()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - start
            out.seek(0)
            text = out.read().decode()
            said.seek(0)
            flaw = said.read().decode()
        if process.returncode not in (0, *accept):
            raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}: {flaw}")
        if arguments[0] in SHOWN:
            what = " ".join(arguments[:1] + (("folder",) if arguments == ("verify", "public") else ()))
            self.steps.append(Step(what, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
        return text

    def run(self) -> None:
        self.keys_and_list()
        self.open_committee()
        self.city()
        visitor = self.look_at_board()
        self.accept(visitor)
        self.publish(visitor)
        self.verify()

    def tell(self, key: str, **values: object) -> None:
        pass

    def head(self, key: str) -> None:
        pass

    def show(self, text: str) -> None:
        pass


def timed(name: str, work: object) -> Step:
    start, cpu = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    return Step(name, time.perf_counter() - start, time.process_time() - cpu, 0)


def floors(data: bytes) -> list[Step]:
    identity = x25519.Identity.generate()
    sealed = io.BytesIO()
    return [
        timed("floor: SHA-256", lambda: hashlib.sha256(data).hexdigest()),
        timed("floor: age, seal", lambda: pyrage.encrypt_io(io.BytesIO(data), sealed, [identity.to_public()])),
        timed("floor: age, open", lambda: pyrage.decrypt_io(io.BytesIO(sealed.getvalue()), io.BytesIO(), [identity])),
    ]


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "?",
    )
    return (
        f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markdown", action="store_true", help="Print a table for docs/performance.md.")
    markdown = parser.parse_args().markdown
    with tempfile.TemporaryDirectory() as folder:
        night = Measured(Path(folder))
        try:
            night.run()
        finally:
            night.close()
        data = (Path(folder) / CITY[1].lower() / "telling.eml.xml").read_bytes()
    steps = floors(data) + night.steps
    floor = steps[0].wall
    print(f"{machine()}; Rotterdam, {len(data):,} bytes of EML\n")
    print("| step | wall s | processor s | peak MiB | times SHA-256 |\n|---|---|---|---|---|" if markdown else "")
    form = (
        "| {} | {:.2f} | {:.2f} | {} | {:.1f} |"
        if markdown
        else "{:<18} {:7.2f} s  {:7.2f} s cpu  {:>5} MiB  {:6.1f} x SHA-256"
    )
    for step in steps:
        print(form.format(step.name, step.wall, step.cpu, f"{step.peak:.0f}" if step.peak else "-", step.wall / floor))


if __name__ == "__main__":
    main()
