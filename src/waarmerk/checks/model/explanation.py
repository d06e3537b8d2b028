"""One named mistake as an explanation of what is reported: which cells, how sure, what the figures would be without it."""

from __future__ import annotations

from dataclasses import dataclass, field

from waarmerk.checks.model.bands import Spread
from waarmerk.election.count import Figure
from waarmerk.election.finding import Code

HYPOTHESES: dict[Code, str] = {
    Code.H01: "candidates-swapped",
    Code.H02: "rows-shifted",
    Code.H03: "row-moved",
    Code.H04: "cell-wrong",
    Code.H05: "lists-swapped",
    Code.H06: "digit-error",
    Code.H07: "pile-on-wrong-list",
    Code.H08: "difference-large",
    Code.H09: "differences-cancel",
    Code.H10: "stations-swapped",
    Code.H11: "ballots-swapped",
    Code.H12: "page-copied",
    Code.H13: "blank-invalid-swapped",
    Code.H14: "voters-swapped",
    Code.H15: "list-off",
    Code.H16: "station-copied",
    Code.H17: "station-missing",
}
"""The fixed words of architecture.md."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: a candidate of a list, a list as a whole, or another figure of a station."""

    station: int
    list: int | None = None
    row: int | None = None
    """Place on the list, from 0."""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A figure under suspicion: as reported, as expected from others, and as it would be without this mistake."""

    place: Place
    reported: int
    expected: float | None
    corrected: int | None
    spread: Spread | None = None
    """Of what is expected, as it was scored."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One hypothesis at one station (two for an exchange between stations)."""

    code: Code
    station: int
    score: float
    """Log odds that this mistake was made (3.2)."""
    likelihood: float
    """How much better the figures fit without it, as a natural logarithm."""
    slots: tuple[Slot, ...] = ()
    lists: tuple[int, ...] = ()
    other: int | None = None
    """The other station of an exchange."""
    explains_difference: bool = False
    remaining: int = 0
    """The difference of voters and ballots that would remain."""
    moved: int = 0
    """Votes or ballots that the correction moves."""
    behind: float = 0.0
    """Votes that the expectation rests on."""
    figures: dict[str, int | str] = field(default_factory=dict)

    @property
    def stations(self) -> tuple[int, ...]:
        """The stations that it is about."""
        return (self.station,) if self.other is None else (self.station, self.other)
