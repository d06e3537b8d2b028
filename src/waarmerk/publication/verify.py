"""Verifying one file with its proof, without network: the six steps of security.md 4.5 (``docs/spec/log.md``).

Needs nothing of the house but the mathematics of the log, so that others can write it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.entry import Entry
from waarmerk.ledger.merkle import check_inclusion, leaf_hash
from waarmerk.ledger.note import Note
from waarmerk.ledger.policy import Judged, Policy
from waarmerk.ledger.proof import Proof
from waarmerk.publication.report import Flaw, Outcome, Report, Step
from waarmerk.wire import shape

NOT_LISTED = "E-LOG-FILE"
BLOCK = 1 << 16
Evidence = Mapping[str, str | int]


def verify_file(
    stream: BinaryIO, proof: bytes, policy: bytes | None, *, now: datetime, max_age: timedelta | None = None
) -> Report:
    """Return whether a file is what the log has, as six numbered steps; nothing of the proof is believed before step 5.

    ``policy`` says which logs and witnesses are trusted; without one nothing can be. ``max_age`` is for use during a count.
    """
    return _File(stream, proof, policy, now, max_age).report()


@dataclass(slots=True)
class _File:
    stream: BinaryIO
    proof_bytes: bytes
    policy: bytes | None
    now: datetime
    max_age: timedelta | None
    sha256: str = ""
    size: int = 0
    proof: Proof | None = None
    entry: Entry | None = None
    judged: Judged | None = None
    proven: bool = False

    def report(self) -> Report:
        """Do the steps in their order; one that needs what an earlier one did not give is not done."""
        steps: list[Step] = []
        todo: tuple[tuple[str, Callable[[], Evidence | None]], ...] = (
            ("digest", self._digest),
            ("proof", self._read_proof),
            ("listed", self._is_listed),
            ("checkpoint", self._checkpoint),
            ("inclusion", self._inclusion),
            ("says", self._says),
        )
        for number, (name, do) in enumerate(todo, 1):
            try:
                evidence = do()
            except BadData as error:
                steps.append(Step(number, name, Outcome.FAILED, flaws=(Flaw.of(error),)))
            else:
                steps.append(Step(number, name, Outcome.NOT_DONE if evidence is None else Outcome.OK, evidence or {}))
        return Report("file", tuple(steps))

    def _digest(self) -> Evidence:
        """1: hash and size of the file."""
        digest = hashlib.sha256()
        while block := self.stream.read(BLOCK):
            digest.update(block)
            self.size += len(block)
        self.sha256 = digest.hexdigest()
        return {"sha256": self.sha256, "size": self.size}

    def _read_proof(self) -> Evidence:
        """2: the proof has its form, and its entry is one; nothing in it is trusted yet."""
        self.proof = Proof.parse(self.proof_bytes)
        self.entry = Entry.parse(self.proof.entry)
        return {"index": self.proof.index, "type": self.entry.type}

    def _is_listed(self) -> Evidence | None:
        """3: the entry is about this very file."""
        if self.entry is None:
            return None
        for listed in self.entry.files:
            if (listed.sha256, listed.size) == (self.sha256, self.size):
                return {"role": listed.role}
        raise BadData(NOT_LISTED, "the entry in the proof does not list a file with this hash and size")

    def _checkpoint(self) -> Evidence | None:
        """4: a log that the policy knows signed the checkpoint, and enough witnesses saw it."""
        if self.proof is None:
            return None
        if self.policy is None:
            raise BadData(codes.POLICY, "no policy: which log is to be trusted?")
        policy = Policy.parse(self.policy)
        self.judged = policy.judge(Note.parse(self.proof.note), now=self.now, max_age=self.max_age)
        return checkpoint_evidence(self.judged)

    def _inclusion(self) -> Evidence | None:
        """5: the entry is in the tree of that checkpoint; from here on what it says is proven."""
        if self.proof is None or self.entry is None or self.judged is None:
            return None
        checkpoint = self.judged.checkpoint
        leaf = leaf_hash(self.proof.entry)
        check_inclusion(leaf, self.proof.index, checkpoint.size, self.proof.hashes, checkpoint.root)
        self.proven = True
        return {"index": self.proof.index, "hashes": len(self.proof.hashes), "root": checkpoint.root.hex()}

    def _says(self) -> Evidence | None:
        """6: what the log says about the file, as of the proof."""
        if self.entry is None or not self.proven:
            return None
        said = {"environment", "election", "org", "kind", "epoch", "sequence", "supersedes", "object"}
        return {name: value for name, value in sorted(self.entry.document.items()) if name in said}


def checkpoint_evidence(judged: Judged) -> Evidence:
    """Return what a trusted checkpoint says, and who saw it when."""
    seen = [
        f"{name} {shape.format_time(datetime.fromtimestamp(t, UTC))}" for name, t in sorted(judged.witnesses.items())
    ]
    checkpoint = judged.checkpoint
    evidence: dict[str, str | int] = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
    }
    return evidence | {"witnesses": len(seen), "seen": ", ".join(seen)}
