"""The checkpoint: name of the log, number of entries, root. Three lines that commit the log to everything in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from waarmerk.errors import BadData
from waarmerk.ledger import base64, codes
from waarmerk.ledger.merkle import HASH_SIZE
from waarmerk.ledger.note import check_name

MAX_SIZE = 2**63 - 1
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says about itself at one moment (C2SP tlog-checkpoint, without extension lines)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note as a checkpoint; ``BadData`` ``E-LOG-CHECKPOINT``."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise BadData(codes.CHECKPOINT, "a checkpoint of this log has three lines")
        root = base64.decode(lines[2], codes.CHECKPOINT, "the root")
        if len(root) != HASH_SIZE:
            raise BadData(codes.CHECKPOINT, f"a root has {HASH_SIZE} bytes")
        return cls(check_name(lines[0]), number(lines[1], codes.CHECKPOINT), root)


def number(text: str, code: str) -> int:
    """Return a decimal number without leading zeros, below 2^63; ``BadData`` with the code."""
    if DECIMAL.fullmatch(text) is None or int(text) > MAX_SIZE:
        raise BadData(code, f"{text[:30]!r} is not a number from 0 to 2^63-1")
    return int(text)
