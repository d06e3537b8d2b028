"""How long the public log takes to publish, to publish a little more, and to verify, with floors beside it.

    .venv/bin/python -m benchmarks.log

1,000 deliveries of one sender, each a correction of the one before, with their receipts and files: 2,001 entries. Then one
delivery more. The floors: writing files of the same sizes and asking the disk once for each to keep it (the disk decides most
of the first figure), and reading all with SHA-256. Pages and sums are not in it; ``benchmarks/journey.py`` measures those.
"""

import hashlib
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.publication.town import NOW, Town, log_signer

from waarmerk.publication.folder import verify_folder
from waarmerk.publication.read import Folder
from waarmerk.publication.write import Batch, publish

DELIVERIES = 1_000
CONTENT = b"x" * 10_000


def main() -> None:
    town = Town()
    made = [town.deliver(CONTENT + str(n).encode()) for n in range(DELIVERIES)]
    documents = [town.trust, *(each for delivery, _ in made for each in (town.receive(delivery), delivery))]
    whole = Batch(tuple(documents), tuple(file for _, file in made))
    delivery, file = town.deliver(CONTENT + b"more")
    more = Batch((town.receive(delivery), delivery), (file,))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "public"
        first = seconds(lambda: publish(folder, whole, log_signer(), now=NOW))
        again = seconds(lambda: publish(folder, more, log_signer(), now=NOW))
        checked = seconds(lambda: verified(folder))
        floor = seconds(lambda: [hashlib.sha256(path.read_bytes()) for path in folder.rglob("*") if path.is_file()])
        written = seconds(lambda: kept(folder, Path(place) / "floor"))
        files = sum(path.is_file() for path in folder.rglob("*"))
    print(
        f"publish {len(documents)} entries with {DELIVERIES} files: {first:.2f} s, {first / written:.1f} x writing {files} files"
    )
    print(f"publish 2 entries more: {again:.2f} s")
    print(f"verify the folder: {checked:.2f} s, {checked / floor:.1f} x reading it and SHA-256 ({floor:.3f} s)")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB, the made-up town included")


def verified(folder: Path) -> None:
    if not verify_folder(Folder(folder), now=NOW).ok:
        raise SystemExit("the folder is not verified")


def kept(folder: Path, to: Path) -> None:
    to.mkdir()
    for number, path in enumerate(each for each in folder.rglob("*") if each.is_file()):
        with (to / str(number)).open("wb") as file:
            file.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())


def seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
