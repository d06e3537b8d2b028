"""Verifying a whole public folder, without network: everything in it follows from the signed checkpoint and the trust list.

Numbered like ``docs/spec/log.md``. Each step collects all that is wrong and names the file; one that needs what an earlier
step did not give is not done. Nothing is trusted but the root card or policy that the caller brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, TypeVar

from waarmerk.errors import BadData, Place
from waarmerk.ledger import codes, tiles
from waarmerk.ledger.entry import Entry, ListedFile, for_document
from waarmerk.ledger.merkle import Tree
from waarmerk.ledger.note import Note
from waarmerk.ledger.policy import MAX_POLICY, Policy
from waarmerk.ledger.proof import MAX_PROOF_FILE, Proof
from waarmerk.ledger.tiles import ENTRIES, Tile
from waarmerk.publication import copies, layout, tree_on_disk
from waarmerk.publication.evidence import CONTAINERS, Evidence
from waarmerk.publication.read import MISSING, Folder, Signed, naming
from waarmerk.publication.report import Flaw, Flaws, Outcome, Report, Step
from waarmerk.publication.verify import checkpoint_evidence
from waarmerk.seal.trust import RootCard

Values = Mapping[str, str | int]
Sums = Callable[[BinaryIO], Sequence[str]]
"""Gives what does not add up in a counted file; empty when every sum holds."""
Pages = Callable[[], Iterable[tuple[str, bytes]]]
"""Makes every page that may stand beside the log, as (address, bytes)."""
LOGGED = (layout.TILES, layout.OBJECTS, layout.PROOFS, layout.TRUST)
T = TypeVar("T")
COUNTED = re.compile(r"eml-510[a-d]")


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the person who verifies brings along: nothing (then the folder only agrees with itself), a policy, a root card."""

    policy: bytes | None = None
    card: RootCard | None = None


def verify_folder(
    folder: Folder,
    *,
    now: datetime,
    trusted: Trusted | None = None,
    sums: Sums | None = None,
    pages: Pages | None = None,
) -> Report:
    """Return whether a public folder is whole and true, as numbered steps. Raises nothing for what the folder holds.

    ``sums`` adds up the published counts again, ``pages`` makes the pages beside the log again; without them steps 10 and 11
    are left out.
    """
    return _Inspection(folder, now, trusted or Trusted(), sums, pages).report()


class _NotDone(Exception):
    """An earlier step did not give what this one needs."""


@dataclass(slots=True)
class _Inspection:
    folder: Folder
    now: datetime
    trusted: Trusted
    sums: Sums | None
    pages: Pages | None
    signed: Signed | None = None
    tree: Tree | None = None
    data: list[bytes] = field(default_factory=list)
    entries: list[Entry] | None = None
    policy: Policy | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    flaws: Flaws = field(default_factory=Flaws)

    def report(self) -> Report:
        """Do the steps in their order."""
        self.evidence = Evidence(self.trusted.card)
        todo: list[tuple[str, Callable[[], Values]]] = [
            ("checkpoint", self._checkpoint),
            ("tiles", self._tiles),
            ("objects", self._objects),
            ("entries", self._entries),
            ("signatures", self._signatures),
            ("log", self._log),
            ("files", self._files),
            ("proofs", self._proofs),
            ("copies", self._copies),
        ]
        if self.sums is not None:
            todo.append(("sums", self._sums))
        if self.pages is not None:
            todo.append(("pages", self._pages))
        return Report("folder", tuple(self._step(number, name, do) for number, (name, do) in enumerate(todo, 1)))

    def _step(self, number: int, name: str, do: Callable[[], Values]) -> Step:
        self.flaws = Flaws()
        values: Values = {}
        try:
            values = do()
        except BadData as error:
            self.flaws.append(Flaw.of(error))
        except _NotDone:
            return Step(number, name, Outcome.NOT_DONE)
        return Step(number, name, Outcome.FAILED if self.flaws else Outcome.OK, values, tuple(self.flaws))

    # 1

    def _checkpoint(self) -> Values:
        """The checkpoint can be read; who signed it is judged in step 6, when the trust list is known."""
        self.signed = self.folder.signed()
        if self.signed is None:
            raise BadData(MISSING, "no checkpoint: this is not a public folder", Place(element=layout.CHECKPOINT))
        return {"origin": self.signed.checkpoint.origin, "size": self.signed.checkpoint.size}

    # 2

    def _tiles(self) -> Values:
        """Entries and tiles make the tree whose root the checkpoint names, and every tile is part of that tree."""
        checkpoint = _needed(self.signed).checkpoint
        found = tree_on_disk.inspect(self.folder, checkpoint)
        self.flaws += found.flaws
        self.data, self.tree = found.data, found.tree
        return {"tiles": found.tiles, "root": checkpoint.root.hex()}

    # 3

    def _objects(self) -> Values:
        """Every object has the hash in its name."""
        for address in self.folder.names(layout.OBJECTS):
            match = layout.OBJECT_NAME.fullmatch(address)
            if match is None:
                self.flaws.add("E-FIL-EXTRA", "not the name of an object", address)
            elif match[3] is None:
                with self.flaws.of(address):
                    self.sizes[match[2]] = self.folder.check_file(match[2])
        return {"objects": len(self.sizes)}

    # 4

    def _entries(self) -> Values:
        """Every entry is well-formed, stands once, and says what its document says."""
        if self.tree is None or len(self.data) != self.tree.size:
            raise _NotDone
        entries: list[Entry] = []
        seen: set[tuple[str, str]] = set()
        for index, data in enumerate(self.data):
            address = Tile(ENTRIES, index >> tiles.HEIGHT).path
            with self.flaws.of(address), naming(address):
                entry = Entry.parse(data)
                entries.append(entry)
                if (entry.type, entry.object) in seen:
                    raise BadData(codes.ENTRY, f"entry {index} stands in the log twice")
                seen.add((entry.type, entry.object))
        if len(entries) == len(self.data):
            self.entries = entries
        removed = _removed(entries)
        for entry in entries:
            if entry.object not in removed:
                self._compare_document(entry)
        return {"entries": len(entries), "removed": len(removed)}

    def _compare_document(self, entry: Entry) -> None:
        address = layout.document(entry.object)
        with self.flaws.of(address):
            document = self.folder.document(entry.object)
            if entry.type in CONTAINERS and for_document(entry.type, document, entry.org).data != entry.data:
                raise BadData(codes.ENTRY, "the log entry says something else than this document")
            if len(document) != entry.size:
                raise BadData("E-FIL-SIZE", f"{len(document)} bytes, the log says {entry.size}")

    # 5

    def _signatures(self) -> Values:
        """Every trust list follows the one before; manifests and receipts are signed by those whom the list names."""
        counted = dict.fromkeys(CONTAINERS, 0)
        removed = _removed(_needed(self.entries))
        for entry in _needed(self.entries):
            address = layout.container(entry.object)
            if entry.type in CONTAINERS and entry.object not in removed:
                with self.flaws.of(address):
                    document = self.folder.document(entry.object)
                    self.evidence.take(entry.type, document, self.folder.container(entry.object), self.now)
                    counted[entry.type] += 1
        newest = self.evidence.newest
        roots = " ".join(key.id for key in newest.roots)
        return {
            "lists": counted["trust-list"], "manifests": counted["manifest"], "receipts": counted["receipt"],
            "version": newest.version, "roots": roots, "pinned": int(self.trusted.card is not None),
        }  # fmt: skip

    # 6

    def _log(self) -> Values:
        """The checkpoint is signed by a log that the policy knows, and seen by its quorum of witnesses."""
        signed = _needed(self.signed)
        self.policy = Policy.parse(self._policy())
        with naming(layout.CHECKPOINT):
            judged = self.policy.judge(signed.note, now=self.now)
            _only_known(self.policy, signed.note)
        return {**checkpoint_evidence(judged), "pinned": int(self.trusted.policy is not None)}

    def _policy(self) -> bytes:
        """The policy to judge by: that of the caller, else of the trust list, else (if there is none) that of the folder."""
        if self.trusted.policy is not None:
            return self.trusted.policy
        if self.evidence.lists:
            return copies.policy(self.evidence.newest)
        return self.folder.read(layout.POLICY, MAX_POLICY)

    # 7

    def _files(self) -> Values:
        """Every public file that a manifest lists is there, with its hash and size."""
        files = self._listed()
        for sha, listed in files.items():
            if sha not in self.sizes:
                self.flaws.add(MISSING, "a manifest in the log lists this file", layout.document(sha))
            elif self.sizes[sha] != listed.size:
                self.flaws.add("E-FIL-SIZE", f"the log says {listed.size} bytes", layout.document(sha))
        return {"files": len(files), "bytes": sum(self.sizes.get(sha, 0) for sha in files)}

    def _listed(self) -> dict[str, ListedFile]:
        entries = _needed(self.entries)
        removed = _removed(entries)
        return {
            f.sha256: f for entry in entries if entry.type == "manifest" for f in entry.files if f.sha256 not in removed
        }

    # 8

    def _proofs(self) -> Values:
        """Every public file has a proof that leads to this tree, and no proof says anything else."""
        entries, tree = _needed(self.entries), _needed(self.tree)
        policy = _needed(self.policy)
        present = set(self.folder.names(layout.PROOFS))
        last = {f.sha256: index for index, entry in enumerate(entries) for f in entry.files}
        wanted = {layout.proof(sha): index for sha, index in last.items()}
        for address in sorted(present | set(wanted)):
            if address not in wanted:
                self.flaws.add("E-FIL-EXTRA", "no manifest in the log lists this file", address)
                continue
            with self.flaws.of(address):
                proof = Proof.parse(self.folder.read(address, MAX_PROOF_FILE))
                self._compare_proof(proof, wanted[address], policy, tree)
        return {"proofs": len(present)}

    def _compare_proof(self, proof: Proof, index: int, policy: Policy, tree: Tree) -> None:
        note = Note.parse(proof.note)
        checkpoint = policy.judge(note, now=self.now).checkpoint
        _only_known(policy, note)
        if checkpoint.size > tree.size or checkpoint.root != tree.root(checkpoint.size):
            raise BadData(codes.CONSISTENCY, "its checkpoint is not of this tree")
        if proof.index != index or proof.entry != self.data[index]:
            raise BadData(codes.PROOF, f"not about entry {index}, the last that lists this file")
        if index >= checkpoint.size or list(proof.hashes) != tree.inclusion(index, checkpoint.size):
            raise BadData(codes.INCLUSION, "not the way from the entry to the root")

    # 9

    def _copies(self) -> Values:
        """What follows from the log is what follows from it: ``policy.txt``, ``index.json``, ``trust/``."""
        entries, checkpoint = _needed(self.entries), _needed(self.signed).checkpoint
        wanted: dict[str, bytes] = {layout.INDEX: copies.index(checkpoint, entries)}
        if self.evidence.lists:
            wanted[layout.POLICY] = copies.policy(self.evidence.newest)
        for trust in self.evidence.lists.values():
            with self.flaws.of(layout.trust(trust.version)):
                wanted[layout.trust(trust.version)] = self.folder.container(trust.sha256)
        for address, data in wanted.items():
            with self.flaws.of(address):
                if self.folder.read(address, len(data)) != data:
                    raise BadData("E-FIL-HASH", "not what follows from the log")
        for address in self.folder.names(layout.TRUST):
            if address not in wanted:
                self.flaws.add("E-FIL-EXTRA", "no such trust list in the log", address)
        return {"copies": len(wanted)}

    # 10

    def _sums(self) -> Values:
        """In every counted file candidates add up to lists, lists to valid votes, units to the total."""
        counted = {sha: f for sha, f in self._listed().items() if COUNTED.fullmatch(f.role) and sha in self.sizes}
        for sha in counted:
            address = layout.document(sha)
            with self.flaws.of(address), self.folder.open(address) as stream:
                for what in self.sums(stream) if self.sums else ():
                    self.flaws.add("E-LOG-SUM", what, address)
        return {"counted": len(counted)}

    # 11

    def _pages(self) -> Values:
        """Whatever else stands in the folder is a page that follows from the log, byte for byte; or there are no pages."""
        heads = (layout.CHECKPOINT, layout.POLICY, layout.INDEX)
        others = [name for name in self.folder.names(".") if name not in heads and name.split("/")[0] not in LOGGED]
        if not others or self.pages is None:
            return {"pages": 0}
        _needed(self.entries)
        wanted = dict(self.pages())
        for address in sorted({*others, *wanted}):
            with self.flaws.of(address):
                if address not in wanted:
                    raise BadData("E-FIL-EXTRA", "no page that follows from the log")
                if self.folder.read(address, len(wanted[address])) != wanted[address]:
                    raise BadData("E-FIL-HASH", "not the page that follows from the log")
        return {"pages": len(wanted)}


def _needed(value: T | None) -> T:
    if value is None:
        raise _NotDone
    return value


def _removed(entries: Sequence[Entry]) -> frozenset[str]:
    """Hashes of objects that were removed by a decision that stands in the log (security.md 4.1)."""
    return frozenset(str(entry.document["removed"]) for entry in entries if entry.type == "takedown")


def _only_known(policy: Policy, note: Note) -> None:
    """In a folder of the log itself no signature stands that the policy does not know: any change is found."""
    known = {(key.name, key.id) for key in [*policy.logs, *policy.witnesses.values()]}
    for line in note.signatures:
        if (line.name, line.key_id) not in known:
            raise BadData(codes.UNKNOWN, f"a signature by {line.name[:80]!r}, which the policy does not know")
