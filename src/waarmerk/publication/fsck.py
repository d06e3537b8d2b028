"""The invariants of a public folder and the operator's memory: what holds between any two publications.

For tests of what is written: it knows more than a stranger can, and asks for tidiness that a stranger need not mind.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from waarmerk.errors import BadData
from waarmerk.ledger import codes, tiles
from waarmerk.publication import layout, operator
from waarmerk.publication.folder import verify_folder
from waarmerk.publication.read import Folder, Signed
from waarmerk.publication.report import Flaw
from waarmerk.publication.write import state_file

ARCHIVE = datetime(9999, 1, 1, tzinfo=UTC)
"""An archive has no freshness: whatever time a witness saw it is past."""


def fsck(path: Path, state: Path | None = None) -> list[Flaw]:
    """Return everything that should not be: what a stranger would find, what belongs to nothing, a memory that disagrees."""
    folder = Folder(path)
    signed = _signed(folder)
    if signed is None and not folder.names(layout.TILES):
        return []
    # Witnesses may come later (security.md 4.6): that is for the public to see, and no defect of the folder.
    flaws = [flaw for flaw in verify_folder(folder, now=ARCHIVE).flaws if flaw.code != codes.QUORUM]
    if flaws or signed is None:
        return flaws
    checkpoint = signed.checkpoint
    entries = folder.entries(checkpoint.size)
    listed = {entry.object for entry in entries} | {file.sha256 for entry in entries for file in entry.files}
    for address in folder.names(layout.OBJECTS):
        match = layout.OBJECT_NAME.fullmatch(address)
        if match is not None and match[2] not in listed:
            flaws.append(Flaw("E-FIL-EXTRA", "an object that no entry names", address))
    for address in folder.names(layout.TILES):
        tile = tiles.parse_path(address)
        if tile is not None and (tile.index * tiles.WIDTH + tile.width) << tile.tree_level > checkpoint.size:
            flaws.append(Flaw(codes.TILE, "a tile of a tree that is not signed", address))
    flaws += [Flaw("E-FIL-EXTRA", "half written", name) for name in folder.names(".") if _temporary(name)]
    return flaws + _memory(state or state_file(path), checkpoint.origin, checkpoint.size, checkpoint.root)


def _signed(folder: Folder) -> Signed | None:
    try:
        return folder.signed()
    except BadData:
        return None


def _temporary(address: str) -> bool:
    return layout.TEMPORARY.fullmatch(address.rsplit("/", 1)[-1]) is not None


def _memory(path: Path, origin: str, size: int, root: bytes) -> list[Flaw]:
    try:
        state = operator.load(path, origin)
    except BadData as error:
        return [Flaw.of(error, path.name)]
    if (state.signing.size, state.signing.root) != (size, root):
        return [Flaw(codes.STATE, "the operator remembers another checkpoint", path.name)]
    return []
