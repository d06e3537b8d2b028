"""The high-water mark: how much this authority said to each sender, kept beside its folder and so outside its backups.

An old backup would fork the chains of receipts (security.md 5.7). So the mark is written before a receipt leaves, and a chain
that is behind it signs nothing until senders showed their receipts, or two persons let it go on from the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from waarmerk.machine import files
from waarmerk.seal.receipt import ChainEnd, Receipt
from waarmerk.wire import canonical, shape

FORMAT = "waarmerk-mark/1"
MAX_MARK = 8 << 20
"""Bytes; a thousand senders take 120 kB."""
SCHEMA = shape.fields(
    {
        "format": shape.one_of(FORMAT),
        "ends": shape.mapping(shape.text, shape.fields({"sequence": shape.whole(1), "sha256": shape.digest})),
    }
)


class Mark:
    """The mark of one authority; ``folder.mark.json`` beside ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.with_name(f"{folder.name}.mark.json")
        self._read: tuple[object, dict[str, ChainEnd]] = ((), {})

    def ends(self) -> Mapping[str, ChainEnd]:
        """Return where each chain ended when something was last signed; read anew when the file changed."""
        if not self.path.exists():
            return {}
        stat = self.path.stat()
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._read[0] != stamp:
            data = files.read_bounded(self.path, MAX_MARK, "E-MAN-SIZE")
            value = shape.require(canonical.load(data, MAX_MARK), SCHEMA, "mark")
            self._read = (stamp, {org: ChainEnd(end["sequence"], end["sha256"]) for org, end in value["ends"].items()})
        return self._read[1]

    def lost(self, chains: Mapping[str, ChainEnd]) -> bool:
        """Whether something was said and there is no mark of it."""
        return bool(chains) and not self.path.exists()

    def behind(self, sender: str, chains: Mapping[str, ChainEnd]) -> bool:
        """Whether we know less of what we said to a sender than the mark does, or other than it."""
        if self.lost(chains):
            return True
        end, ours = self.ends().get(sender, ChainEnd()), chains.get(sender, ChainEnd())
        return ours.sequence < end.sequence or (ours.sequence == end.sequence and ours != end)

    def raise_to(self, said: Receipt) -> None:
        """Write down that this receipt leaves."""
        ends = self.ends()
        if said.sequence > ends.get(said.sender, ChainEnd()).sequence:
            self.write({**ends, said.sender: ChainEnd(said.sequence, said.sha256)})

    def write(self, ends: Mapping[str, ChainEnd]) -> None:
        """Make the mark say this."""
        value = {org: {"sequence": end.sequence, "sha256": end.sha256} for org, end in sorted(ends.items())}
        files.replace(self.path, canonical.dump({"format": FORMAT, "ends": value}), mode=files.PRIVATE)
