"""Time and memory of sealing and opening, beside age alone and SHA-256 of the same bytes; and a whole night of envelopes.

    .venv/bin/python benchmarks/seal.py                 1, 20 and 256 MB; then 342 envelopes of 2 MB
    .venv/bin/python benchmarks/seal.py --sizes 256     only these

Each measurement is a process of its own (its peak memory is its own), repeated; the smallest time counts, for others use the
machine too. *seal*: files and signatures to an envelope in the outbox. *open*: header, decryption, two signatures, address,
every hash, files written to disk. Needs the program ``age``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from waarmerk.dossier.acts import Act
from waarmerk.dossier.receive import Spooled
from waarmerk.machine import clock, files, sshkeygen
from waarmerk.office import trust_editing, trust_folder
from waarmerk.office.house import OfficeHouse
from waarmerk.office.keeper import identities, service_key
from waarmerk.office.outbox import Outbox
from waarmerk.office.sealing import SOFTWARE, FolderSink, Opened, Sender, envelope
from waarmerk.seal import age, manifest, opening, trust
from waarmerk.seal.container import Signed
from waarmerk.seal.draft import Draft
from waarmerk.seal.manifest import Kind, PayloadFile
from waarmerk.seal.opening import Receiver
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.wire.shape import ZERO_HASH, format_time
from waarmerk.wire.sshkeys import PublicKey

CSB, CITY, ELECTION = "csb:kiesraad", "gsb:0001", "TK2030"
MB = 10**6
NIGHT, MEDIAN = 342, 2 * MB
ENOUGH = 30.0
"""Seconds in which a night must be received."""


def private(label: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(label.encode()).digest())


def public(key: Ed25519PrivateKey) -> PublicKey:
    return Signature.parse(sign_with(key, b"", "x")).key


def signed(document: Signed, namespace: str, *labels: str) -> Signed:
    for label in labels:
        key = private(label)
        document = document.with_signature(public(key).id, sign_with(key, document.document, namespace))
    return document


def office(folder: Path, cities: Sequence[str]) -> None:
    """Make the folder of a receiver, and a list of these senders with three signers each."""
    secret, recipient = age.new_identity()
    files.put_new(folder / "keys" / "machine.age", secret.encode(), mode=files.PRIVATE)
    sshkeygen.new_key(folder / "keys" / "receipt_ed25519", kind="ed25519", comment="", passphrase="")
    roots = [public(private(f"root{n}")) for n in (1, 2, 3)]
    about: dict[str, Any] = {"election": ELECTION, "environment": "exercise", "roots": roots, "threshold": 2}
    value = trust_editing.first(**about, days=60, now=clock.now() - timedelta(hours=1))
    files.put_new(folder / "trust" / trust_folder.CARD, trust_editing.card(**about))
    none: dict[str, Any] = {"recipients": [], "to": [], "expected": False}
    service = trust_editing.NewPerson("svc", public(service_key(folder / "keys" / "receipt_ed25519")), ["receipt"])
    value = trust_editing.with_org(
        value, CSB, **{**none, "name": "Kiesraad", "persons": [service], "recipients": [recipient]}
    )
    for city in cities:
        people = [
            trust_editing.NewPerson(f"p{n}", public(private(f"{city}/{n}")), trust_editing.SENDING) for n in (1, 2, 3)
        ]
        value = trust_editing.with_org(value, city, **{**none, "name": city, "persons": people, "to": [CSB]})
    made = signed(trust_editing.draft(value), trust.NAMESPACE, "root1", "root2")
    files.put_new(folder / "trust" / "1.tar", made.to_bytes())


def opened(folder: Path, city: str, path: Path, known: trust.TrustList) -> Opened:
    """Return the fully signed draft of one file."""
    file = PayloadFile("note.bin", "note", path.stat().st_size, files.sha256(path))
    made = manifest.compose(
        {
            "transfer": "0" * 32, "environment": "exercise", "election": ELECTION, "sender": city, "recipient": CSB,
            "epoch": 1, "sequence": 1, "previous": ZERO_HASH, "kind": Kind.TEST.value, "session": 1, "supersedes": "",
            "reason": "", "created": format_time(clock.now()), "clock": "unsynchronised",
            "trust_list": {"version": 1, "sha256": known.sha256}, "software": SOFTWARE, "audit_head": ZERO_HASH,
            "files": [{"name": file.name, "role": file.role, "size": file.size, "sha256": file.sha256}],
        }
    )  # fmt: skip
    draft = Draft.of(made)
    both = signed(draft.signed, manifest.NAMESPACE, f"{city}/1", f"{city}/2")
    return Opened(Draft(made, both), {file.name: path})


# What is measured: each is called in a process of its own, in a folder with `payload`, and may use what an earlier one left.


def do_seal(folder: Path) -> Callable[[], object]:
    known = trust_folder.load(folder / "trust")
    ready = opened(folder, CITY, folder / "payload", known)
    outbox = Path(tempfile.mkdtemp(dir=folder))

    def work() -> None:
        made = envelope(ready, Sender(CITY, known, Outbox(outbox)))
        made.replace(folder / "x.sealed")

    return work


def do_open(folder: Path) -> Callable[[], object]:
    known = trust_folder.load(folder / "trust")
    who = Receiver(CSB, "exercise", known, clock.now(), identities(folder / "keys"))
    place = Path(tempfile.mkdtemp(dir=folder))

    def work() -> None:
        with (folder / "x.sealed").open("rb") as sealed:
            judged = opening.extract(sealed, who, FolderSink(place))
        assert len(judged.signers) == 2

    return work


def do_sha256(folder: Path) -> Callable[[], object]:
    return lambda: files.sha256(folder / "payload")


def do_age(folder: Path, *arguments: str) -> Callable[[], object]:
    place = tempfile.mkdtemp(dir=folder)
    return lambda: subprocess.run(["age", "-o", f"{place}/out", *arguments], check=True, cwd=folder)


MEASURED: dict[str, Callable[[Path], Callable[[], object]]] = {
    "seal": do_seal,
    "open": do_open,
    "SHA-256": do_sha256,
    "age -e": lambda folder: do_age(folder, "-R", "recipient", "payload"),
    "age -d": lambda folder: do_age(folder, "-d", "-i", "keys/machine.age", "x.sealed"),
}


@dataclass(frozen=True)
class Measure:
    seconds: float
    peak: float
    """MiB; of age itself, where that is called."""


def child(name: str, folder: Path) -> None:
    """Do one of them and print its seconds and its peak memory in MiB."""
    work = MEASURED[name](folder)
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    # Of this process alone: what the system says of a child counts the process that started it as well.
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    most = max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(seconds, most / 1024)


def measure(name: str, folder: Path, runs: int = 1) -> Measure:
    """Return the shortest time and the highest peak of some runs, each in a process of its own."""
    seen = []
    for _ in range(runs):
        command = [sys.executable, __file__, "--child", name, str(folder)]
        with tempfile.TemporaryFile() as out:
            subprocess.run(command, stdout=out, check=True)
            out.seek(0)
            seconds, peak = map(float, out.read().split())
            seen.append((seconds, peak))
    return Measure(min(seconds for seconds, _ in seen), max(peak for _, peak in seen))


def prepare(folder: Path, size: int) -> None:
    """Make a receiver's folder and a payload of random bytes."""
    office(folder, [CITY])
    known = trust_folder.load(folder / "trust")
    (folder / "recipient").write_text(known.orgs[CSB].recipients[0] + "\n")
    with (folder / "payload").open("wb") as out:
        for start in range(0, size, MB):
            out.write(os.urandom(min(MB, size - start)))


def of_size(size: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare(folder, size)
        found = {name: measure(name, folder, runs) for name in ("seal", "open", "age -e", "age -d", "SHA-256")}
    floors = {"seal": "age -e", "open": "age -d"}
    for name, measured in found.items():
        ratio = ""
        if name in floors:
            ratio = f"{measured.seconds / (found[floors[name]].seconds + found['SHA-256'].seconds):.2f}"
        peak = f"{measured.peak:.0f}" if not name.startswith("age") else ""
        print(f"| {size / MB:.0f} MB | {name} | {measured.seconds:.3f} | {peak} | {ratio} |", flush=True)


class Memory:
    """A chain of acts in a file of lines, each synced."""

    def __init__(self, path: Path) -> None:
        self._acts: list[Act] = []
        self._out = path.open("wb")

    def since(self, sequence: int) -> Iterable[Act]:
        return self._acts[sequence:]

    def append(self, new: Sequence[Act]) -> None:
        for act in new:
            self._out.write(act.body + b"\n")
        self._out.flush()
        os.fsync(self._out.fileno())
        self._acts += new


def a_night() -> None:
    """Receive, verify and answer with signed receipts: the keeper beside the receiver, as in the service."""
    cities = [f"gsb:{n:04d}" for n in range(1, NIGHT + 1)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        office(folder, cities)
        known = trust_folder.load(folder / "trust")
        sealed = []
        (folder / "payload").write_bytes(os.urandom(MEDIAN))
        for city in cities:
            made = opened(folder, city, folder / "payload", known)
            sealed.append(envelope(made, Sender(city, known, Outbox(folder / "outbox" / city[4:]))))
        house = OfficeHouse(folder, CSB, Memory(folder / "acts"))
        # The keeper starts with its first question: not what is measured.
        house.soon = lambda: None  # type: ignore[method-assign]
        start = time.perf_counter()
        for path in sealed:
            with path.open("rb") as stream:
                digest, size = files.sha256(path), path.stat().st_size
                house.store.spool(iter(lambda: stream.read(files.COPY_BLOCK), b""), length=size, digest=digest)
            answer = house.receive(Spooled(digest, size), clock.now())
            assert answer.receipt.verdict == "received"
            house.receipt(answer.receipt)
        seconds = time.perf_counter() - start
        house.stop()
    print(f"\n{NIGHT} envelopes of 2 MB received, verified, receipted: {seconds:.1f} s (at most {ENOUGH:.0f})")
    if seconds > ENOUGH:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 20, 256], help="MB.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-night", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    print("| size | what | s | peak MiB | times (age + SHA-256) |\n| --- | --- | --- | --- | --- |")
    for size in given.sizes:
        of_size(size * MB, given.runs)
    if not given.no_night:
        a_night()


if __name__ == "__main__":
    main()
