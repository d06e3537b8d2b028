"""The outbox: a sender's whole state (architecture.md). Writing ``0000007.sealed`` with ``put_new`` is what uses up the number.

Beside each sealed file lie its manifest and signatures (``0000007.tar``, without files: the sender cannot open what is sealed
to the receiver) and, once there, the receipts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData
from waarmerk.machine import files
from waarmerk.seal.container import MANIFEST, RECEIPT, Signed, largest
from waarmerk.seal.manifest import Kind, Manifest, StreamId
from waarmerk.seal.receipt import Receipt, Verdict
from waarmerk.wire.shape import ZERO_HASH

HEAD = "head.tar"
"""A receipt from which the stream was continued, after a fork, a broken chain or a lost outbox."""
ASIDE = "aside"
TAKEN_IN = (Verdict.RECEIVED, Verdict.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Last:
    """The end of a stream as its sender knows it."""

    sequence: int = 0
    manifest: str = ZERO_HASH
    current: str = ""
    """The manifest hash of the result that counts, for a correction to name."""


def travel_name(manifest: Manifest, kind: str = "sealed") -> str:
    """Return the name of an envelope or draft on a stick (security.md 3.7). Names carry no authority."""
    sender = manifest.sender.replace(":", "-")
    return f"{manifest.election}.{sender}.{manifest.epoch}.{manifest.sequence}.{manifest.sha256[:8]}.{kind}"


def _receipt_in(path: Path) -> Receipt:
    return Receipt.from_bytes(
        Signed.from_bytes(files.read_bounded(path, largest(RECEIPT), "E-MAN-SIZE"), RECEIPT).document
    )


def _number_of(path: Path) -> int:
    found = re.search(r"\.receipt-([0-9]{1,9})\.tar$", path.name)
    return int(found[1]) if found else 0


class Outbox:
    """The folder of one sender."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, stream: StreamId) -> Path:
        """Return the folder of one stream."""
        return (
            self.folder / stream.environment / stream.election / stream.recipient.replace(":", "-") / str(stream.epoch)
        )

    def sealed(self, manifest: Manifest) -> Path:
        """Return where the envelope of a manifest is, or will be."""
        return self.place(manifest.stream) / f"{manifest.sequence:07d}.sealed"

    @property
    def drafts(self) -> Path:
        """The folder of drafts that are not sealed yet."""
        return self.folder / "drafts"

    def receipts(self, envelope: Path, sequence: int) -> Path:
        """Return where the receipt with this number about an envelope is filed."""
        return envelope.with_suffix(f".receipt-{sequence}.tar")

    def last(self, stream: StreamId) -> Last:
        """Return where the stream ends, from the envelopes that are there."""
        current = ""
        end = Last()
        for path in sorted(self.place(stream).glob("*.sealed")):
            manifest = self.manifest_of(path)
            if manifest.kind in (Kind.RESULT, Kind.CORRIGENDUM):
                current = manifest.sha256
            elif manifest.kind is Kind.WITHDRAWAL:
                current = ""
            end = Last(manifest.sequence, manifest.sha256, current)
        head = self.place(stream) / HEAD
        said = _receipt_in(head).end_of_stream if head.is_file() else None
        if said is not None and said[0] >= end.sequence and said[1] != end.manifest:
            # Of a delivery that is not in this outbox nobody knows here what it was; a count is by far the most likely.
            return Last(*said, "" if said[0] == 0 else said[1])
        return end

    def newest_receipt(self) -> Path | None:
        """Return the newest receipt in this folder, of whichever envelope: the highest number of the receiver's chain."""
        return max(self.folder.glob("*.receipt-*.tar"), key=_number_of, default=None)

    def continue_from(self, said: Receipt, container: bytes) -> list[Path]:
        """Take over where a receiver says that our stream ends, from a receipt of it that was verified (security.md 3.11).

        What it did not take in is set aside, and returned. Raises ``E-RCP-HEAD`` for a receipt that does not say, ``E-RCP-FORK``
        where the receiver said before that it had received more: then an old backup was put back there; call.
        """
        if said.end_of_stream is None:
            raise BadData("E-RCP-HEAD", "a delivery that is held is not the end of a stream")
        number, manifest = said.end_of_stream
        place = self.place(StreamId(said.environment, said.election, said.sender, said.receiver, said.epoch))
        aside = []
        for path in sorted(place.glob("*.sealed")):
            found = self.manifest_of(path)
            said_of = [_receipt_in(other) for other in place.glob(f"{path.stem}.receipt-*.tar")]
            beyond = found.sequence > number or (found.sequence == number and found.sha256 != manifest)
            if beyond and any(other.verdict in TAKEN_IN for other in said_of):
                raise BadData(
                    "E-RCP-FORK", f"{said.receiver} received {path.name} and says now that it ends at {number}"
                )
            # Beyond the end, or refused for its place: it is not in the chain and never will be.
            if beyond or any(other.head for other in said_of):
                aside.append(path)
        files.replace(place / HEAD, container)
        for path in aside:
            for one in sorted(place.glob(f"{path.stem}.*")):
                (place / ASIDE).mkdir(exist_ok=True)
                one.rename(place / ASIDE / f"{files.sha256(one)[:8]}-{one.name}")
        return aside

    def manifest_of(self, envelope: Path) -> Manifest:
        """Return the manifest of an envelope of this outbox, from the file beside it."""
        return Manifest.from_bytes(self.head_of(envelope).document)

    def head_of(self, envelope: Path) -> Signed:
        """Return manifest and signatures of an envelope of this outbox."""
        beside = envelope.with_suffix(".tar")
        return Signed.from_bytes(files.read_bounded(beside, largest(MANIFEST), "E-MAN-SIZE"), MANIFEST)

    def put(self, signed: Signed, manifest: Manifest, envelope: BinaryIO) -> Path:
        """File a finished envelope; ``E-CHN-FORK`` when its number is used up already, and then nothing changed."""
        path = self.sealed(manifest)
        if path.exists():
            raise BadData("E-CHN-FORK", f"number {manifest.sequence} is used up; make the draft again")
        # The manifest first: an envelope without it could not be continued. Alone it uses up nothing, so it may be replaced.
        files.replace(path.with_suffix(".tar"), signed.to_bytes())
        try:
            with files.staged(path) as out:
                while block := envelope.read(files.COPY_BLOCK):
                    out.write(block)
        except FileExistsError:
            raise BadData("E-CHN-FORK", f"number {manifest.sequence} is used up; make the draft again") from None
        return path
