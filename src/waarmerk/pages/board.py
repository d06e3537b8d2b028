"""The board: every expected authority with its state, the totals with their coverage, the findings in order.

A total always says how much has come in. Nothing here decides anything; whoever fills the view model has sorted the rows
and findings, and this page keeps that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarmerk.pages.cards import Card, Tally
from waarmerk.pages.layout import Frame, render
from waarmerk.seal.signatures import Strength

FIRST = 20
"""How many findings the board shows before it says how many more there are (checks.md 5.1, note 4)."""
STATES = (
    "expected", "draft", "signed", "sent", "held", "received", "accepted", "published", "superseded", "withdrawn", "rejected",
)  # fmt: skip
"""The fixed words for the state of a delivery, in the order of its life (architecture.md)."""
ARRIVED = frozenset({"received", "accepted", "published"})
"""States in which a result is in: authentic, complete and durable (architecture.md)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One expected authority. What is not known yet is ``None``; ``url`` leads to its newest delivery."""

    org: str
    name: str
    state: str
    received: datetime | None = None
    stations: int | None = None
    valid_votes: int | None = None
    tally: Tally | None = None
    url: str | None = None
    warning: str | None = None
    """A code to show beside the state: why it was refused or is held, or an alarm."""
    strength: Strength | None = None
    """How strong its signatures are."""
    stood: int | None = None
    """On how many polling stations the statistics of its findings rest."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A refusal beside a signature that counts: somebody has a good key, or altered a good delivery (attack 48)."""

    name: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListVotes:
    """Votes of one list."""

    number: int
    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sum of what was accepted, and of how much that is the sum. ``admitted`` is ``None`` where it was not reported."""

    authorities: int
    stations: int
    admitted: int | None
    valid: int
    blank: int
    invalid: int
    lists: tuple[ListVotes, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All that the first page shows. ``findings`` are in order of importance; more than :data:`FIRST` need not be made."""

    frame: Frame
    rows: tuple[Row, ...]
    findings: tuple[Card, ...]
    findings_total: int
    findings_url: str
    """Where all findings stand."""
    totals: Totals | None = None
    """``None`` as long as nothing was accepted."""
    now: datetime | None = None
    alarms: tuple[Alarm, ...] = ()
    """The newest first."""
    waits: tuple[str, ...] = ()
    """Keys of words of what waits for two persons (``decide.<why>``)."""
    pending: bool = False
    """Whether a decision is being signed."""

    @property
    def arrived(self) -> int:
        """How many authorities have a result in."""
        return sum(row.state in ARRIVED for row in self.rows)

    @property
    def stations(self) -> int:
        """How many stations the results that are in have."""
        return sum(row.stations or 0 for row in self.rows if row.state in ARRIVED)

    @property
    def kind(self) -> str:
        """What the expected authorities are: ``gsb``, ``hsb``, ``csb`` or, when mixed, ``any``."""
        kinds = {row.org.partition(":")[0] for row in self.rows}
        return kinds.pop() if len(kinds) == 1 else "any"


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """All findings, or those of one delivery, on a page of their own."""

    frame: Frame
    title: str
    """What they are about: the election, or the authority."""
    findings: tuple[Card, ...]
    back_url: str


def render_board(board: Board, lang: str) -> str:
    """Return the whole page of the board."""
    return render("board.html", lang, frame=board.frame, board=board, states=STATES, first=FIRST)


def render_findings(page: FindingsPage, lang: str) -> str:
    """Return the page with every finding, without a limit."""
    return render("findings.html", lang, frame=page.frame, page=page)
