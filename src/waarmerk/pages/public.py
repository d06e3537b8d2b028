"""The public pages: all authorities, one authority with its stations and files, and how anyone verifies it.

They show what stands in a public folder and nothing else; addresses are relative, so any web server or a stick will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarmerk.election.finding import Severity
from waarmerk.pages.board import STATES, Board
from waarmerk.pages.cards import Card, Tally
from waarmerk.pages.layout import Frame, render
from waarmerk.seal.signatures import Strength
from waarmerk.wire.digests import printed


@dataclass(frozen=True, slots=True)
class Log:
    """The public log as the folder has it: name, number of entries, root in base64, and where its files are."""

    origin: str
    size: int
    root: str
    checkpoint_url: str
    policy_url: str
    index_url: str
    trust_url: str
    trust_name: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first public page. Rows, totals and coverage are those of a board; findings stand with each authority."""

    board: Board
    log: Log
    verify_url: str


@dataclass(frozen=True, slots=True)
class StationRow:
    """Figures of one station as reported; ``None`` is not reported. ``lists`` in the order of ``Stations.lists``."""

    name: str
    id: str
    admitted: int | None
    valid: int | None
    blank: int | None
    invalid: int | None
    difference: int | None
    lists: tuple[int | None, ...]
    severity: Severity | None = None
    """The highest class of a finding at this station."""

    @property
    def number(self) -> str:
        """Its number without that of the authority: ``SB726``."""
        return self.id.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One list with its reported total."""

    number: int
    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Stations:
    """The units of one published count and its reported total (``total`` is the same row for all of them)."""

    rows: tuple[StationRow, ...]
    total: StationRow
    lists: tuple[ListColumn, ...]
    kind: str
    """What the units are, as ``Level`` has it: ``station``, ``municipality``, ``district``."""


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One published file, with its proof beside it. ``removed`` when it was taken down by a decision."""

    name: str
    role: str
    size: int
    sha256: str
    url: str
    proof_url: str | None = None
    removed: bool = False

    @property
    def groups(self) -> list[str]:
        """The digest as it is printed on the record: 16 groups of 4."""
        return printed(self.sha256).split()


@dataclass(frozen=True, slots=True)
class PublicReceipt:
    """What a receiver said, with its document."""

    verdict: str
    at: datetime
    codes: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class PublicDelivery:
    """One delivery as the log shows it. What was refused has receipts only."""

    manifest: str
    state: str
    kind: str | None
    session: int | None
    sequence: int
    files: tuple[PublicFile, ...]
    receipts: tuple[PublicReceipt, ...]
    url: str | None
    """The public container: manifest and signatures."""
    persons: tuple[str, ...] = ()
    strength: Strength | None = None
    """Who signed, as the trust list names them."""


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """One authority: its newest published count, all its deliveries, what anyone can do to check it."""

    frame: Frame
    org: str
    name: str
    state: str
    back_url: str
    verify_url: str
    deliveries: tuple[PublicDelivery, ...]
    stations: Stations | None = None
    findings: tuple[Card, ...] = ()
    tally: Tally = ()
    edition: str = ""
    """The edition of the control protocol that was used, in words."""
    code: str | None = None
    """Why the newest delivery was refused, or why its file could not be read."""


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """How anyone checks what is published."""

    frame: Frame
    back_url: str
    log: Log


def render_overview(page: Overview, lang: str) -> str:
    """Return the first public page."""
    return render("site-overview.html", lang, frame=page.board.frame, page=page, board=page.board, states=STATES)


def render_authority(page: AuthorityPage, lang: str) -> str:
    """Return the public page of one authority."""
    return render("site-authority.html", lang, frame=page.frame, page=page)


def render_verify(page: VerifyPage, lang: str) -> str:
    """Return the page that explains the command."""
    return render("site-verify.html", lang, frame=page.frame, page=page)
