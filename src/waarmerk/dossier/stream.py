"""The place of a delivery in its sender's stream: step 10 of the reception pipeline (security.md 3.11).

Every delivery has a number and names the one before it. So a missing one is noticed, an old one cannot be played again, and
two stories under one number are both kept. A fork never stops intake.
"""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.seal.manifest import Manifest
from waarmerk.wire.shape import ZERO_HASH


@dataclass(frozen=True, slots=True)
class Stream:
    """What a receiver knows of one stream."""

    sequence: int = 0
    manifest: str = ZERO_HASH
    current: str = ""
    """The manifest hash of the result that counts now; empty when there is none."""
    session: int = 0
    forks: tuple[tuple[str, ...], ...] = ()
    """For each number that was used more than once: the deliveries with it, until two persons said which one counts."""
    awaited: str = ""
    """The delivery that two persons found to count although it was not the first: it must come back as a correction."""

    @property
    def frozen(self) -> bool:
        """Whether acceptance is blocked: intake never is."""
        return bool(self.forks or self.awaited)


@dataclass(frozen=True, slots=True)
class Next:
    """It continues the stream."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Earlier ones are missing: stored and held, never counted."""

    missing: range
    code = "E-CHN-GAP"


@dataclass(frozen=True, slots=True)
class Broken:
    """The next number, on another predecessor: evidence, an alarm, and a receipt that names the head."""

    code = "E-CHN-BROKEN"


@dataclass(frozen=True, slots=True)
class Fork:
    """A number that was used for another delivery: as :class:`Broken`, and acceptance of the stream waits."""

    code = "E-CHN-FORK"


Position = Next | Gap | Broken | Fork


def place(manifest: Manifest, stream: Stream) -> Position:
    """Return where a delivery that is not yet known stands in its stream."""
    if manifest.sequence > stream.sequence + 1:
        return Gap(range(stream.sequence + 1, manifest.sequence))
    if manifest.sequence <= stream.sequence:
        return Fork()
    return Next() if manifest.previous == stream.manifest else Broken()
