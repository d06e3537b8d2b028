"""Publishing: the write order of security.md 4.6, so that a log can be trusted after any power cut.

Every step may be done twice. Killed anywhere, the same call ends in the same folder; nothing that was ever signed is
contradicted: what is about to be signed is remembered before it is signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData, Place
from waarmerk.ledger import codes, tiles
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.entry import Entry, for_document
from waarmerk.ledger.merkle import Tree, check_consistency, leaf_hash
from waarmerk.ledger.note import Note
from waarmerk.ledger.policy import Policy
from waarmerk.ledger.proof import MAX_PROOF_FILE, Proof
from waarmerk.machine import files
from waarmerk.publication import copies, layout, operator
from waarmerk.publication.evidence import Evidence
from waarmerk.publication.operator import LogSigner, State
from waarmerk.publication.read import MAX_FILE, Folder, Signed


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """A document to be logged: its exact bytes and its public container (document and ``sig/``, without files)."""

    type: str
    """``trust-list``, ``manifest``, ``receipt`` or ``incident``."""
    document: bytes
    container: bytes


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a manifest that is published; ``open`` gives its bytes and may be called more than once."""

    sha256: str
    size: int
    role: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is published together, documents in the order in which they are logged."""

    documents: tuple[PublicDocument, ...]
    files: tuple[PublicFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What the log is afterwards, and which entries came in by this call."""

    checkpoint: Checkpoint
    added: tuple[Entry, ...]


def state_file(folder: Path) -> Path:
    """Return where the operator's memory lies when nobody says otherwise: beside the public folder, not in it."""
    return folder.with_name(f"{folder.name}.log-state.json")


def publish(folder: Path, batch: Batch, signer: LogSigner, *, now: datetime, state: Path | None = None) -> Published:
    """Publish documents and files, and return the log as it is then; what is already there is not published again.

    Raises ``BadData``: a document that does not verify, a file that no manifest lists or that is missing, a state that does
    not belong to the folder (``E-LOG-STATE``), a folder whose tiles were changed (``E-LOG-TILE``); then nothing was signed.
    ``Unreachable`` when another program is publishing. ``RuntimeError`` when an immutable file is there with other bytes.
    """
    memory = state or state_file(folder)
    with operator.alone(memory):
        return _Publishing(Folder(folder), signer, memory, now).run(batch)


class _Publishing:
    """One call of :func:`publish`."""

    def __init__(self, folder: Folder, signer: LogSigner, memory: Path, now: datetime) -> None:
        self._folder = folder
        self._signer = signer
        self._memory = memory
        self._now = now
        self._state = operator.load(memory, signer.origin)
        self._signed = folder.signed()
        self._size = self._signed.checkpoint.size if self._signed else 0
        _check_belongs(self._signed, self._state, signer)
        published = folder.entries(self._size)
        self._entries = [*published, *self._state.queue[self._size - self._state.start :]]
        self._evidence = Evidence()

    def run(self, batch: Batch) -> Published:
        """Do the steps of security.md 4.6; 7, the witnesses, is a call of its own (witness by file)."""
        _remove_leftovers(self._folder.path)
        taken = self._judge(batch)
        added = tuple(entry for entry, _ in taken)
        # 1 objects first: an entry never names what is not there
        self._store(batch.files, taken)
        # 2 the order of entries is decided once, before anything shows it
        self._enqueue(added)
        if len(self._entries) > self._size:
            tree = Tree(leaf_hash(entry.data) for entry in self._entries)
            # 3 tiles, never overwriting
            self._write_tiles(tree)
            # 4 what will be signed is what the disk says
            checkpoint = self._reread(tree)
            # 5 remember, then 6 sign, then 8 show
            operator.save(self._memory, replace(self._state, signing=checkpoint))
            files.replace(self._folder.path / layout.CHECKPOINT, bytes(self._signer.sign(checkpoint)))
        # 9 what follows from the rest, and can be made again from it at any time
        self._write_copies()
        return Published(self._checkpoint(), added)

    def _judge(self, batch: Batch) -> list[tuple[Entry, PublicDocument]]:
        """Return what to add; every document verifies on those before it, none is logged twice."""
        known = {(entry.type, entry.object) for entry in self._entries}
        for entry in self._entries:
            if entry.type in ("trust-list", "receipt"):
                self._evidence.remember(entry.type, self._folder.document(entry.object))
        taken: list[tuple[Entry, PublicDocument]] = []
        for document in batch.documents:
            entry = for_document(document.type, document.document, self._signer.operator)
            if (entry.type, entry.object) not in known:
                self._evidence.take(document.type, document.document, document.container, self._now)
                known.add((entry.type, entry.object))
                taken.append((entry, document))
        copies.check_names_log(self._evidence.newest, self._signer.key)
        return taken

    def _store(self, public: Iterable[PublicFile], taken: Sequence[tuple[Entry, PublicDocument]]) -> None:
        entries = [*self._entries, *(entry for entry, _ in taken)]
        listed = {(f.sha256, f.size, f.role) for entry in entries for f in entry.files}
        for file in public:
            if (file.sha256, file.size, file.role) not in listed:
                raise BadData(
                    "E-FIL-EXTRA", f"no manifest in the log lists {file.sha256} as a public file of role {file.role}"
                )
            _store_file(self._folder, file)
        for entry, document in taken:
            files.put_same(self._folder.path / layout.document(entry.object), document.document)
            files.put_same(self._folder.path / layout.container(entry.object), document.container)
            for one in entry.files:
                self._folder.check_file(one.sha256, one.size)

    def _enqueue(self, added: tuple[Entry, ...]) -> None:
        if not added:
            return
        self._entries += added
        queue = tuple(self._entries[self._size :])
        self._state = State(self._signer.origin, self._size, queue, self._state.signing)
        operator.save(self._memory, self._state)

    def _write_tiles(self, tree: Tree) -> None:
        data = [entry.data for entry in self._entries]
        for tile in tiles.of_tree(tree.size, self._size):
            files.put_same(self._folder.path / layout.tile(tile), tiles.content(tile, tree, data))

    def _reread(self, wanted: Tree) -> Checkpoint:
        """Return the checkpoint that the disk is worth: the tree that was meant, grown from everything signed before."""
        tree = self._folder.tree(wanted.size)
        if tree.root() != wanted.root():
            raise BadData(codes.TILE, "the tiles on disk make another tree", Place(element=layout.TILES))
        before = [self._state.signing, *([self._signed.checkpoint] if self._signed else [])]
        for old in before:
            check_consistency(old.size, tree.size, _proof(tree, old), old.root, tree.root())
        return Checkpoint(self._signer.origin, tree.size, tree.root())

    def _checkpoint(self) -> Checkpoint:
        signed = self._folder.signed()
        return signed.checkpoint if signed else operator.NOTHING_SIGNED

    def _write_copies(self) -> None:
        signed = self._folder.signed()
        if signed is None:
            return
        write_proofs(self._folder, signed, self._entries, Policy.parse(copies.policy(self._evidence.newest)))
        for trust in self._evidence.lists.values():
            container = self._folder.container(trust.sha256)
            files.put_same(self._folder.path / layout.trust(trust.version), container)
        _replace_if_other(self._folder, layout.POLICY, copies.policy(self._evidence.newest))
        _replace_if_other(self._folder, layout.INDEX, copies.index(signed.checkpoint, self._entries))


def write_proofs(folder: Folder, signed: Signed, entries: Sequence[Entry], policy: Policy) -> None:
    """Write the proof of every public file under the signed checkpoint, where it is missing or can be a better one.

    A proof is kept when it is about the last entry that lists the file, unless its checkpoint was not seen by enough
    witnesses and the signed one is.
    """
    witnessed = policy.meets_quorum(policy.seen_by(signed.note))
    missing = {
        sha256: index
        for sha256, index in latest_entries(entries).items()
        if not _keeps(folder, sha256, entries[index], policy if witnessed else None)
    }
    if not missing:
        return
    tree = folder.tree(signed.checkpoint.size)
    for sha256, index in missing.items():
        proof = Proof(entries[index].data, index, tuple(tree.inclusion(index)), bytes(signed.note))
        files.replace(folder.path / layout.proof(sha256), bytes(proof))


def latest_entries(entries: Iterable[Entry]) -> dict[str, int]:
    """Return for each public file the index of the last entry that lists it: the one that its proof is about."""
    return {file.sha256: index for index, entry in enumerate(entries) for file in entry.files}


def _keeps(folder: Folder, sha256: str, entry: Entry, policy: Policy | None) -> bool:
    """Whether the present proof of a file stays; a broken proof is made again like a missing one."""
    try:
        proof = Proof.parse(folder.read(layout.proof(sha256), MAX_PROOF_FILE))
        seen = policy is None or policy.meets_quorum(policy.seen_by(Note.parse(proof.note)))
    except BadData:
        return False
    return proof.entry == entry.data and seen


def _proof(tree: Tree, old: Checkpoint) -> list[bytes]:
    if old.size > tree.size:
        raise BadData(codes.STATE, f"{old.size} entries were signed before, {tree.size} are there")
    return tree.consistency(old.size)


def _check_belongs(signed: Signed | None, state: State, signer: LogSigner) -> None:
    """Folder, memory and key are of one log, and neither of the first two is older than it may be (``E-LOG-STATE``)."""
    size = 0
    if signed is not None:
        size = signed.checkpoint.size
        signed.note.verify([signer.key])
        if signed.checkpoint.origin != signer.origin:
            raise BadData(
                codes.STATE, f"the folder is of the log {signed.checkpoint.origin[:80]!r}, not of {signer.origin!r}"
            )
        if state.signing.size == size and state.signing.root != signed.checkpoint.root:
            raise BadData(codes.STATE, "the folder's checkpoint is another than the one that the operator remembers")
    if size > state.signing.size:
        raise BadData(
            codes.STATE, f"the folder has {size} entries, the operator's memory knows of {state.signing.size}"
        )
    if size < state.start:
        raise BadData(
            codes.STATE, f"the folder has {size} entries, the operator's memory says {state.start} were published"
        )


def _store_file(folder: Folder, file: PublicFile) -> None:
    if folder.has(layout.document(file.sha256)):
        folder.check_file(file.sha256, file.size)
        return
    if file.size > MAX_FILE:
        raise BadData("E-FIL-SIZE", f"{file.size} bytes, at most {MAX_FILE}")
    digest, left = hashlib.sha256(), file.size
    with file.open() as source, files.staged(folder.path / layout.document(file.sha256)) as out:
        while block := source.read(min(files.COPY_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise BadData("E-FIL-SIZE", f"longer than {file.size} bytes")
            digest.update(block)
            out.write(block)
        if left or digest.hexdigest() != file.sha256:
            raise BadData("E-FIL-HASH", f"the bytes of {file.sha256} do not have that hash and size")


def _replace_if_other(folder: Folder, address: str, data: bytes) -> None:
    path = folder.path / address
    if not files.holds(path, data):
        files.replace(path, data)


def _remove_leftovers(top: Path) -> None:
    """Remove what a killed run left half written; nobody else writes under these names while we hold the lock."""
    for under in ("", layout.TILES, layout.OBJECTS, layout.PROOFS, layout.TRUST):
        found = (top / under).rglob("*") if under else top.glob("*")
        for path in [one for one in found if layout.TEMPORARY.fullmatch(one.name) is not None]:
            path.unlink(missing_ok=True)
