"""``Count``: one document with votes exactly as reported, at any level. Nothing is repaired on reading.

Reported sums stand beside the cells they should be the sum of; a figure that a document does not give is *absent*, which is
not 0: every array of figures has a mask beside it. Cells are int32 (a leaf number has at most nine digits), sums int64.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

MAX_NUMBER = 999_999_999
"""The largest leaf number, as at entry in Abacus (eml-nl.md 2.7)."""
NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
"""A leaf number as text: digits, no zero in front."""

Cells = NDArray[np.int32]
Mask = NDArray[np.bool_]


class Level(Enum):
    """What the units of a document are; most rules hold for stations only (eml-nl.md 7.1)."""

    STATION = "station"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"


class Figure(IntEnum):
    """A column of ``Votes.figures``: what is counted beside votes, with the letters of the paper record."""

    CAST = 0
    """Called voters (*opgeroepenen*): not votes cast, whatever its EML name says."""
    COUNTED = 1
    """E, valid votes."""
    INVALID = 2
    """G, invalid ballots (*ongeldig*)."""
    BLANK = 3
    """F, blank ballots (*blanco*)."""
    POLL_CARDS = 4
    """A."""
    PROXIES = 5
    """B."""
    VOTER_PASSES = 6
    """C."""
    ADMITTED = 7
    """D, admitted voters."""
    MORE = 8
    """I, more ballots counted than voters admitted."""
    FEWER = 9
    """J."""
    TAKEN_HOME = 10
    TOO_FEW_HANDED_OUT = 11
    TOO_MANY_HANDED_OUT = 12
    NO_POSTAL_BALLOT = 13
    TOO_MANY_POSTAL_BALLOTS = 14
    LOST = 15
    NO_EXPLANATION = 16
    OTHER_EXPLANATION = 17
    FOUND = 18
    """H, ballots found: a row of its own in a CSV, by definition E + F + G in EML (where it is absent)."""


REASON_CODES: dict[str, Figure] = {
    "geldige stempassen": Figure.POLL_CARDS,
    "geldige volmachtbewijzen": Figure.PROXIES,
    "geldige kiezerspassen": Figure.VOTER_PASSES,
    "toegelaten kiezers": Figure.ADMITTED,
    "meer getelde stembiljetten": Figure.MORE,
    "minder getelde stembiljetten": Figure.FEWER,
    "meegenomen stembiljetten": Figure.TAKEN_HOME,
    "te weinig uitgereikte stembiljetten": Figure.TOO_FEW_HANDED_OUT,
    "te veel uitgereikte stembiljetten": Figure.TOO_MANY_HANDED_OUT,
    "geen briefstembiljetten": Figure.NO_POSTAL_BALLOT,
    "te veel briefstembiljetten": Figure.TOO_MANY_POSTAL_BALLOTS,
    "kwijtgeraakte stembiljetten": Figure.LOST,
    "geen verklaring": Figure.NO_EXPLANATION,
    "andere verklaring": Figure.OTHER_EXPLANATION,
}
"""ReasonCodes of UncountedVotes in the order in which OSV writes them (eml-nl.md 4.5)."""
REJECTED_CODES: dict[str, Figure] = {"ongeldig": Figure.INVALID, "blanco": Figure.BLANK}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of a list: ``id`` is its position there in that district; a total over districts may have a short code only."""

    id: int | None
    name: str | None = None
    short_code: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateList:
    """One list with its candidates in file order; ``start`` is the column of the first in ``Votes.candidates``."""

    number: int
    name: str
    candidates: tuple[Candidate, ...]
    start: int

    @property
    def columns(self) -> slice:
        """The columns of this list's candidates."""
        return slice(self.start, self.start + len(self.candidates))


@dataclass(frozen=True, slots=True)
class Ballot:
    """All lists of a document in file order."""

    lists: tuple[CandidateList, ...]

    @classmethod
    def of(cls, lists: Iterable[tuple[int, str, tuple[Candidate, ...]]]) -> Self:
        """Return the ballot of lists given by number, name and candidates; the columns follow one another."""
        made: list[CandidateList] = []
        start = 0
        for number, name, candidates in lists:
            made.append(CandidateList(number, name, candidates, start))
            start += len(candidates)
        return cls(tuple(made))

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return sum(len(lst.candidates) for lst in self.lists)

    def index_of(self, number: int) -> int:
        """Return the column of a list by its number; ``KeyError`` when it is not on this ballot."""
        for index, lst in enumerate(self.lists):
            if lst.number == number:
                return index
        raise KeyError(number)


@dataclass(frozen=True, slots=True)
class Unit:
    """What figures are reported for: a station, municipality or district. ``id`` as in EML (``0599::SB726``)."""

    id: str
    name: str
    """For display: without the prefixes and the post code that the document puts around it."""
    raw_name: str
    """As the document has it, for writing it again."""
    postcode: str | None = None
    station: bool = False
    """Whether it is a polling station; the rules for stations are put to nothing else."""
    kind: str | None = None
    """``FixedLocation``, ``Mobile`` or ``Special``; EML_NL 1.3."""
    shared: bool | None = None
    """Whether several stations share the location; EML_NL 1.3."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Figures of n units: candidates [n, c], lists [n, l] and figures [n, len(Figure)], each with its mask of what is reported."""

    candidates: Cells
    lists: Cells
    figures: Cells
    candidates_reported: Mask
    lists_reported: Mask
    figures_reported: Mask

    def same(self, other: Votes) -> bool:
        """Whether every cell and every mask is equal."""
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__slots__)

    def figure(self, figure: Figure) -> NDArray[np.int64]:
        """Return one figure for every unit as int64; 0 where it is absent (ask :meth:`reported` first)."""
        return self.figures[:, figure].astype(np.int64)

    def reported(self, *figures: Figure) -> Mask:
        """Return for which units all these figures are reported."""
        return np.asarray(self.figures_reported[:, list(figures)].all(axis=1), dtype=np.bool_)

    def found(self) -> NDArray[np.int64]:
        """H = E + F + G of every unit, by definition (eml-nl.md 4.4)."""
        return self.figure(Figure.COUNTED) + self.figure(Figure.BLANK) + self.figure(Figure.INVALID)


@dataclass(frozen=True, slots=True)
class Investigation:
    """One answered box of the section on investigations (eml-nl.md 4.7)."""

    unit: int
    reason: str
    value: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure before its correction (EML_NL 1.3); of votes when ``figure`` is ``None``, of the list when ``candidate`` is."""

    unit: int | None
    """Row of ``Count.units``; ``None`` for the total."""
    figure: Figure | None
    list: int | None
    candidate: int | None
    """Column of ``Votes.candidates``."""
    value: int


@dataclass(frozen=True, slots=True)
class OtherName:
    """A list that has another name in a unit than in the total (C-26)."""

    unit: int
    list: int
    name: str


@dataclass(frozen=True, slots=True)
class ElectionInfo:
    """Which election a document is about; what it does not say is ``None``."""

    id: str | None
    name: str | None = None
    category: str | None = None
    subcategory: str | None = None
    domain: str | None = None
    domain_id: str | None = None
    date: str | None = None
    """ISO date."""


@dataclass(frozen=True, slots=True)
class Note:
    """A form that was tolerated on reading (C-30), with how often; ``text`` is English and technical."""

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """One count as reported. ``message`` is ``510a`` … ``510d`` or ``None`` where a document does not say it."""

    message: str | None
    election: ElectionInfo
    authority_id: str | None
    authority_name: str
    contest_id: str | None
    contest_name: str | None
    created: str | None
    ballot: Ballot
    units: tuple[Unit, ...]
    votes: Votes
    total: Votes
    """The reported total: the same columns, one row."""
    source: str
    """``eml``, ``csv``, or ``table`` where it comes from a tidy table."""
    notes: tuple[Note, ...] = ()
    """What was tolerated; empty means strict."""
    investigations: tuple[Investigation, ...] = field(default=())
    canonical: bool = False
    """Whether the bytes were shown to be their own canonical form (eml-nl.md 6.2)."""
    canonicalization_method: bool = False
    version: str | None = None
    """Version of EML_NL, from 1.3 on."""
    counting_method: str | None = None
    """``centrale stemopneming`` or ``decentrale stemopneming``; EML_NL 1.3."""
    phase: str | None = None
    """``eerste zitting`` or ``corrigendum``; EML_NL 1.3."""
    corrections: tuple[Correction, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    positions: Cells | None = None
    """In totals over districts: the place of each candidate on the list in that unit, 0 where he is not on it (eml-nl.md 4.6)."""

    def same(self, other: Count) -> bool:
        """Whether everything is equal, every cell and every mask."""
        names = [name for name in self.__slots__ if name not in ("votes", "total", "positions")]
        plain = all(getattr(self, name) == getattr(other, name) for name in names)
        places = (self.positions is None) == (other.positions is None)
        if self.positions is not None and other.positions is not None:
            places = np.array_equal(self.positions, other.positions)
        return plain and places and self.votes.same(other.votes) and self.total.same(other.total)

    @property
    def strict(self) -> bool:
        """Whether nothing deviates from the specification."""
        return not self.notes

    @property
    def level(self) -> Level:
        """What the units are, by the message."""
        return {
            "510a": Level.STATION,
            "510b": Level.STATION,
            "510c": Level.MUNICIPALITY,
            "510d": Level.DISTRICT,
        }.get(self.message or "", Level.STATION if any(unit.station for unit in self.units) else Level.MUNICIPALITY)
