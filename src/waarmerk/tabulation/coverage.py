"""``Coverage``: how much of the whole a total holds. It stands beside every total; on election night incomplete is normal."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.election.count import Figure


@dataclass(frozen=True, slots=True)
class Expected:
    """An authority that must report: its id as in its files (``0599``, ``HSB13``) and its name."""

    authority_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """A count that is not added, because its authority gave a newer one (X-14): both by name, and how many cells differ."""

    authority_id: str
    origin: str
    by: str
    cells: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the whole a total holds; it stands beside every total."""

    expected: tuple[Expected, ...]
    reported: tuple[str, ...]
    missing: tuple[Expected, ...]
    doubled: tuple[str, ...]
    """Authorities of which the same count was given more than once; it is added once."""
    stations: int
    called: int | None
    """Called voters of the reported authorities; ``None`` where one does not say it."""
    replaced: tuple[Replaced, ...]
    """Older counts, which are not in the total."""
    not_reported: tuple[Figure, ...]
    """Figures that some parts report and others do not: absent in the total, because absent is not 0."""

    below: tuple[Coverage, ...] = ()
    """The coverage of each part that was itself added up here."""

    @property
    def complete(self) -> bool:
        """Whether every expected authority is in, on every level; never when nobody knows who is expected."""
        return bool(self.expected) and not self.missing and all(part.complete for part in self.below)
