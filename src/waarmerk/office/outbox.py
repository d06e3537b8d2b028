"""The outbox: a sender's whole state (architecture.md). Writing ``0000007.sealed`` with ``put_new`` is what uses up the number.

Beside each sealed file lie its manifest and signatures (``0000007.tar``, without files: the sender cannot open what is sealed
to the receiver) and, once there, the receipts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData
from waarmerk.machine import files
from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.seal.limits import MAX_MANIFEST, MAX_SIGNATURE, MAX_SIGNATURES
from waarmerk.seal.manifest import Kind, Manifest, StreamId
from waarmerk.wire.shape import ZERO_HASH

MAX_HEAD = MAX_MANIFEST + MAX_SIGNATURES * MAX_SIGNATURE + (1 << 16)


@dataclass(frozen=True, slots=True)
class Last:
    """The end of a stream as its sender knows it."""

    sequence: int = 0
    manifest: str = ZERO_HASH
    current: str = ""
    """The manifest hash of the result that counts, for a correction to name."""


def travel_name(manifest: Manifest) -> str:
    """Return the name of an envelope on a stick (security.md 3.7). Names carry no authority."""
    sender = manifest.sender.replace(":", "-")
    return f"{manifest.election}.{sender}.{manifest.epoch}.{manifest.sequence}.{manifest.sha256[:8]}.sealed"


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
        return end

    def manifest_of(self, envelope: Path) -> Manifest:
        """Return the manifest of an envelope of this outbox, from the file beside it."""
        return Manifest.from_bytes(self.head_of(envelope).document)

    def head_of(self, envelope: Path) -> Signed:
        """Return manifest and signatures of an envelope of this outbox."""
        beside = envelope.with_suffix(".tar")
        return Signed.from_bytes(files.read_bounded(beside, MAX_HEAD, "E-MAN-SIZE"), MANIFEST)

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
