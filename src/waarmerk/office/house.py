"""What reception needs of the world (``dossier.receive.House``), for one authority with its folder.

Where acts are kept is given: an append-only chain in a database, or in memory for a test.
"""

from __future__ import annotations

import hashlib
import json
import threading
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from waarmerk import __version__
from waarmerk.dossier import acts, decisions
from waarmerk.dossier.acts import Act, Action, NewAct
from waarmerk.dossier.decisions import Situation
from waarmerk.dossier.delivery import Examination
from waarmerk.dossier.fold import Dossier
from waarmerk.dossier.receive import Answer, Interrupted, NotYet, Spooled, examine_waiting, receive
from waarmerk.errors import BadData
from waarmerk.machine import clock, files
from waarmerk.machine.children import Died
from waarmerk.office import reader, trust_folder
from waarmerk.office.keeper import Keeper, has_keys
from waarmerk.office.mark import Mark
from waarmerk.office.store import Store
from waarmerk.seal import receipt as receipts
from waarmerk.seal.container import DECISION, RECEIPT, Signed
from waarmerk.seal.decision import Decision, What
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.opening import Judged
from waarmerk.seal.receipt import ChainEnd, Receipt, Verdict
from waarmerk.seal.trust import TrustList
from waarmerk.wire.shape import ZERO_HASH

EXAMINATIONS = 2
"""Examinations of one delivery that may end without a result until the service starts anew: others wait for their turn."""
LOOK_SECONDS = 2
"""Between two looks at what deliveries wait for; nobody at night should have to start anything."""


class Moved(RuntimeError):
    """Another process appended to the chain meanwhile; nothing was appended."""


class ActStore(Protocol):
    """Where the chain of acts is."""

    def since(self, sequence: int) -> Iterable[Act]:
        """Return the acts after a number, in order."""

    def append(self, new: Sequence[Act]) -> None:
        """Append acts in one transaction; :class:`Moved`, and none is appended, when the chain does not end where they begin."""


class OfficeHouse:
    """One authority's folder, keys, reader and chain of acts. One delivery at a time."""

    def __init__(self, folder: Path, org: str, store: ActStore) -> None:
        self.org = org
        self.folder = folder
        # The wheel's digest comes with the first release; until then it is said to be unknown.
        self.software = {"name": "waarmerk", "version": __version__, "sha256": ZERO_HASH}
        self.store = Store(folder)
        self.keeper = Keeper(folder, org)
        self.mark = Mark(folder)
        self._acts = store
        self._dossier = Dossier()
        self._trust = trust_folder.Watched(folder / "trust")
        self.lock = threading.RLock()
        self._died: Counter[str] = Counter()
        self._behind: dict[str, tuple[str, int]] = {}
        self._due, self._stopped = threading.Event(), threading.Event()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="examine")

    def receive(self, spooled: Spooled, now: datetime) -> Answer:
        """Take one delivery through the pipeline; what is refused before it was authentic goes into the ring.

        Raises ``NotYet`` for what cannot be answered now: it is kept, and runs again by itself.
        """
        try:
            with self.lock:
                return receive(spooled, self, now)
        except NotYet:
            self.store.wait(spooled.sha256)
            raise
        except BadData as error:
            # What is ours to repair is no junk of a sender, and a full disk takes no record of itself.
            if not error.code.startswith("E-SYS-"):
                with suppress(OSError):
                    self.store.refuse(spooled.sha256, error, now)
            raise

    def no_keys(self) -> bool:
        """Whether the keys of this machine are not there (yet)."""
        return not has_keys(self.folder / "keys")

    def behind_mark(self, sender: str) -> bool:
        """Whether an old backup was put back, as far as this sender can tell."""
        return self.mark.behind(sender, self.dossier().chains)

    def situation(self, now: datetime) -> Situation:
        """Return what a decision of two persons is about; ``E-TRU-NONE`` without a list."""
        trust, chains = self.trust(), self.dossier().chains
        if trust is None:
            raise BadData("E-TRU-NONE", "no trust list is loaded")
        ends = self.mark.ends()
        behind = self.mark.lost(chains) or any(self.mark.behind(sender, chains) for sender in ends)
        return Situation(self.dossier(), trust, self.org, now, behind, ends)

    def decide(self, drafts: Sequence[bytes], now: datetime) -> Decision:
        """Record a decision that two persons signed, and file it; raises ``BadData``."""
        act, signed = decisions.record(self.situation(now), drafts)
        files.put_same(self.store.decision(signed.sha256), signed.to_bytes(), mode=files.PRIVATE)
        self.record([act], now)
        made = Decision.from_bytes(signed.document)
        if made.what is What.RESTORE:
            self.mark.write(self.dossier().chains)
        return made

    def drafted(self) -> Signed | None:
        """Return the decision that is being signed at the pages; one that was overtaken is none."""
        path = self.store.drafted
        if not path.is_file():
            return None
        found = Signed.from_bytes(path.read_bytes(), DECISION)
        return found if decisions.still_follows(found, self.situation(clock.now())) else None

    def propose(self, what: What, object_: str, *, reason: str, until: datetime | None, now: datetime) -> None:
        """Draft a decision for the pages; ``E-DEC-STALE`` while another is being signed."""
        with self.lock:
            if self.drafted() is not None:
                raise BadData("E-DEC-STALE", "another decision is being signed; finish it or withdraw it")
            made = decisions.draft(self.situation(now), what, object_, reason=reason, until=until)
            files.replace(self.store.drafted, made.to_bytes(), mode=files.PRIVATE)

    def sign_decision(self, data: bytes, now: datetime) -> Decision | None:
        """Take in one person's signature; the decision is recorded, and returned, when enough persons signed it."""
        with self.lock:
            drafted, situation = self.drafted(), self.situation(now)
            if drafted is None:
                raise BadData("E-DEC-STALE", "no decision is being signed")
            made = decisions.add(situation, [drafted.to_bytes(), data])
            files.replace(self.store.drafted, made.signed.to_bytes(), mode=files.PRIVATE)
            if decisions.missing(situation, len(made.details["persons"])):
                return None
            decided = self.decide([made.signed.to_bytes()], now)
            self.store.drafted.unlink(missing_ok=True)
            return decided

    def withdraw(self) -> None:
        """Put the decision that is being signed away; nothing was decided."""
        with self.lock:
            self.store.drafted.unlink(missing_ok=True)

    def adopt(self, container: bytes, now: datetime) -> None:
        """Take over a receipt of ours that a sender shows and we do not know: what we say next follows it (attack 124).

        Anything else is ignored: it is no reason to refuse a delivery.
        """
        trust = self.trust()
        if trust is None:
            return
        with suppress(BadData), self.lock:
            said = receipts.check(Signed.from_bytes(container, RECEIPT), trust)
            known = self.dossier().chains.get(said.sender, ChainEnd())
            if said.receiver == self.org and said.sequence > known.sequence:
                details = {"adopted": said.data.decode("utf-8")}
                self.record([NewAct(Action.ADOPTED, said.manifest, details, origin=said.sender)], now)

    def trust(self) -> TrustList | None:
        """Return the newest trust list of the folder; verified again whenever a file there changed."""
        return self._trust.newest()

    def dossier(self) -> Dossier:
        """Return the fold of all acts so far."""
        with self.lock:
            new = list(self._acts.since(self._dossier.head.sequence))
            if new:
                # Pages that are being made go on reading the dossier as it was.
                going_on = self._dossier.copy()
                for act in new:
                    going_on.apply(act)
                self._dossier = going_on
            return self._dossier

    def judge(self, spooled: Spooled, trust: TrustList, now: datetime) -> Judged:
        """Steps 3 to 9 by the keeper."""
        given = self.dossier().standing.conditions(trust, clock.now())
        return self.keeper.judge(self.store.wherever(spooled.sha256), now, given)

    def extract(self, spooled: Spooled, trust: TrustList, now: datetime, manifest: Manifest) -> None:
        """Step 11 by the keeper; the manifest must be the one that was judged."""
        given = self.dossier().standing.conditions(trust, clock.now())
        if self.keeper.extract(self.store.wherever(spooled.sha256), now, given).manifest.data != manifest.data:
            raise RuntimeError("the sealed bytes changed between two steps")

    def keep(self, spooled: Spooled) -> None:
        """Step 12."""
        self.store.keep(spooled.sha256)

    def record(self, new: Sequence[NewAct], now: datetime) -> None:
        """Append acts to the chain; :class:`Moved` when another process appended something that they may depend on."""
        with self.lock:
            while True:
                dossier = self.dossier()
                try:
                    self._acts.append(list(acts.record_all(new, dossier.head, now)))
                    return
                except Moved:
                    # `publish` runs beside the service; that something was published changes no decision.
                    meanwhile = list(self._acts.since(dossier.head.sequence))
                    if not meanwhile or any(act.action is not Action.PUBLISHED for act in meanwhile):
                        raise

    def examine(self, manifest: Manifest) -> Examination:
        """Steps 15 to 17 by a reader; the full report is kept by digest and may be deleted at any time."""
        if self._died[manifest.sha256] >= EXAMINATIONS:
            raise Interrupted(manifest.sha256)
        try:
            found = reader.examine(self.folder, manifest, self.dossier().beside(manifest))
        except Died:
            self._died[manifest.sha256] += 1
            raise Interrupted(manifest.sha256) from None
        self._keep_sums(manifest, found.pop("sums", None))
        data, path = json.dumps(found, sort_keys=True).encode("utf-8"), self.store.examined(manifest.sha256)
        if path.is_file():
            before = path.read_bytes()
            kept = self.store.examined_before(manifest.sha256, json.loads(before).get("stations", 0))
            files.replace(kept, before, mode=files.PRIVATE)
        files.replace(path, data, mode=files.PRIVATE)
        return Examination(hashlib.sha256(data).hexdigest(), **found["numbers"], stations=found["stations"])

    def _keep_sums(self, manifest: Manifest, sums: dict[str, Any] | None) -> None:
        if sums is not None:
            data = json.dumps(sums, sort_keys=True).encode("utf-8")
            files.replace(self.store.sums(manifest.sha256), data, mode=files.PRIVATE)
            self._behind[manifest.sha256] = sums["key"], sums["stations"]

    def stations_behind(self) -> dict[str, int]:
        """Return on how many stations an examination of each delivery would rest now; asked after every arrival."""
        dossier = self.dossier()
        newest = {who: self._sums(manifest) for who, manifest in dossier.comparable().items()}
        every: Counter[tuple[str, str]] = Counter()
        for (election, _), (key, stations) in newest.items():
            every[election, key] += stations
        found = {}
        for manifest, state in dossier.deliveries.items():
            made, (key, own) = state.arrival.manifest, self._sums(manifest)
            same, mine = newest.get((made.election, made.sender), ("", 0))
            if own:
                found[manifest] = own + every[made.election, key] - (mine if same == key else 0)
        return found

    def _sums(self, manifest: str) -> tuple[str, int]:
        """Return what a count can be compared with, and of how many stations it is; none where that was deleted."""
        if not self.store.sums(manifest).is_file():
            # Remembered, it would ask for an examination that finds less, after every arrival.
            return "", 0
        if manifest not in self._behind:
            sums = self.store.read_sums(manifest)
            self._behind[manifest] = (sums["key"], sums["stations"]) if sums else ("", 0)
        return self._behind[manifest]

    def examined(self, manifest: Manifest) -> dict[str, Any]:
        """Return the full report of a delivery, computed again where it was deleted."""
        path = self.store.examined(manifest.sha256)
        if not path.is_file():
            self.examine(manifest)
        value: dict[str, Any] = json.loads(path.read_bytes())
        return value

    def tabulated(self, manifests: Sequence[Manifest], expected: dict[str, str]) -> dict[str, Any] | None:
        """Return the sum of accepted counts, by a reader; ``None`` where they cannot be added. Kept by what was added."""
        key = hashlib.sha256("".join(sorted(m.sha256 for m in manifests) + sorted(expected)).encode()).hexdigest()
        path = self.store.folder / "examined" / f"sum-{key}.json"
        if not path.is_file():
            try:
                value = reader.tabulate(self.folder, list(manifests), expected)
            except BadData:
                return None
            files.replace(path, json.dumps(value).encode("utf-8"), mode=files.PRIVATE)
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def say(self, said: Receipt) -> None:
        """Step 13: sign a receipt and file it; the same bytes each time, for Ed25519 is deterministic."""
        path = self.store.receipt(said.sha256)
        if said.verdict is not Verdict.ACCEPTED and not path.is_file():
            # Before the signature leaves: whoever puts back an old backup later is told by this (security.md 5.7).
            self.mark.raise_to(said)
            files.put_same(path, self.keeper.sign(said.data), mode=files.PRIVATE)

    def receipt(self, said: Receipt) -> bytes:
        """Return the signed container of a receipt of ours."""
        self.say(said)
        return self.store.receipt(said.sha256).read_bytes()

    def accepted(self, act: NewAct, signed: Signed, now: datetime) -> None:
        """Record an acceptance and file its receipt, which two persons signed."""
        self.mark.raise_to(Receipt.from_bytes(signed.document))
        files.put_same(self.store.receipt(signed.sha256), signed.to_bytes(), mode=files.PRIVATE)
        self.record([act], now)
        # Other acceptances of this sender follow another receipt now, and are drafted again.
        self.soon()

    def alone(self) -> AbstractContextManager[object]:
        """Return a block in which no other thread changes the dossier."""
        return self.lock

    def soon(self) -> None:
        """Examine what waits, one delivery after the other, beside the answering of requests."""
        if not self._due.is_set():
            self._due.set()
            self._work.submit(self.catch_up)

    def watch(self) -> None:
        """Go on by itself when what deliveries wait for is there: a list, keys, a clock that was set, a decision of two persons."""
        threading.Thread(target=self._watch, daemon=True, name="watch").start()

    def _watch(self) -> None:
        known: object = None
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                now = self._stands()
                if now != known:
                    self.soon()
                known = now
            except Exception:
                # A folder or database that cannot be read now; whoever asks is told, and the operator sees it here.
                traceback.print_exc()

    def _stands(self) -> object:
        """Return what a held or kept delivery may wait for, to be compared with what it was."""
        trust, now = self.trust(), clock.now()
        if trust is None:
            return None
        standing = self.dossier().standing
        return trust.sha256, standing.behind(trust, now), self.no_keys(), standing, self.situation(now).behind

    def catch_up(self) -> None:
        """Examine what waits, and do what a crash left undone."""
        self._due.clear()
        try:
            for digest, size in self.store.all_waiting():
                with suppress(BadData, NotYet):
                    self.receive(Spooled(digest, size), clock.now())
            examine_waiting(self, clock.now())
        except Exception:
            # Nobody waits for this thread: what went wrong must be seen by the operator (security.md 5.9).
            traceback.print_exc()

    def stop(self) -> None:
        """End the helpers."""
        self._stopped.set()
        self._work.shutdown(wait=True)
        self.keeper.stop()
