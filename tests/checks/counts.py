"""Counts made by hand: a station says what differs from an ordinary one, and everything else follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from waarmerk.checks import Context, Examined, examine
from waarmerk.election.count import (
    Ballot,
    Candidate,
    CandidateList,
    Count,
    ElectionInfo,
    Figure,
    Investigation,
    Unit,
    Votes,
)
from waarmerk.election.finding import Code, Finding

POSTAL = (Figure.NO_POSTAL_BALLOT, Figure.TOO_MANY_POSTAL_BALLOTS, Figure.LOST)


@dataclass
class Station:
    """One station: votes per list and candidate, and the figures that are not what follows from them.

    ``figures`` are by lower-case name; ``None`` means absent. Where nothing is said every voter has one ballot.
    """

    votes: Sequence[Sequence[int]]
    figures: dict[str, int | None] = field(default_factory=dict)
    name: str = ""
    postcode: str | None = None
    lists: Sequence[int] | None = None
    """List totals where they are not the sums of their candidates."""
    station: bool = True

    def row(self) -> dict[Figure, int | None]:
        """All figures, with what was not said filled in."""
        said = {Figure[name.upper()]: value for name, value in self.figures.items()}
        valid = said.get(Figure.COUNTED, sum(map(sum, self.votes)))
        blank, invalid = said.get(Figure.BLANK, 0), said.get(Figure.INVALID, 0)
        found = (valid or 0) + (blank or 0) + (invalid or 0)
        admitted = said.get(Figure.ADMITTED, found)
        default: dict[Figure, int | None] = {figure: 0 for figure in Figure if figure not in POSTAL}
        default |= {Figure.COUNTED: valid, Figure.ADMITTED: admitted, Figure.POLL_CARDS: admitted, Figure.CAST: 3000}
        default |= {Figure.MORE: max(found - (admitted or 0), 0), Figure.FEWER: max((admitted or 0) - found, 0)}
        default |= {Figure.FOUND: None}
        return default | said


def station(votes: Sequence[Sequence[int]], **figures: int | None) -> Station:
    """Return a station with these votes and figures."""
    return Station(votes, figures)


def difference(found: int, admitted: int, **figures: int | None) -> Station:
    """Return a station with so many ballots and voters, all ballots valid."""
    return station([[found, 0], [0, 0]], admitted=admitted, **figures)


def municipality(
    *stations: Station,
    date: str | None = "2025-10-29",
    category: str = "TK",
    message: str | None = "510b",
    investigations: Sequence[Investigation] = (),
    **election: str,
) -> Count:
    """Return a 510b of these stations (or a 510c, 510d of units with these figures) whose total is their sum."""
    names = election or {"id": f"{category}2025"}
    lists = [len(votes) for votes in stations[0].votes]
    starts = np.concatenate([[0], np.cumsum(lists)]).astype(int)
    ballot = Ballot(
        tuple(
            CandidateList(
                number + 1, f"Lijst {number + 1}", tuple(Candidate(row + 1) for row in range(size)), int(starts[number])
            )
            for number, size in enumerate(lists)
        )
    )
    stations_here = message in (None, "510a", "510b")
    authority, form = {"510c": ("HSB1", "HSB1::{:04}"), "510d": ("CSB", "HSB{}")}.get(
        message or "", ("9987", "9987::SB{}")
    )
    units = tuple(
        Unit(form.format(number), each.name or f"Gymzaal {number}", "", each.postcode, each.station and stations_here)
        for number, each in enumerate(stations, 1)
    )
    votes = _votes(stations)
    return Count(
        message=message,
        election=ElectionInfo(id=names["id"], category=category, date=date),
        authority_id=authority,
        authority_name="Voorbeelddam",
        contest_id=None,
        contest_name=None,
        created=None,
        ballot=ballot,
        units=units,
        votes=votes,
        total=_total(votes),
        source="eml",
        investigations=tuple(investigations),
    )


def with_total(count: Count, **changes: int) -> Count:
    """Return the count with other figures in its reported total."""
    figures = count.total.figures.copy()
    for name, value in changes.items():
        figures[0, Figure[name.upper()]] = value
    return replace(count, total=replace(count.total, figures=figures))


def found_by(
    count: Count, code: Code, *, protocol: str | None = None, postcodes: dict[str, str] | None = None
) -> list[Finding]:
    """Return the findings with a code, also those inside another one."""
    examined = examine(count, Context(protocol=protocol, postcodes=postcodes))
    everything = [inner for finding in examined.findings for inner in (finding, *finding.also)]
    return [finding for finding in everything if finding.code is code]


def numbers(findings: Sequence[Finding]) -> list[int]:
    """Return the station numbers of findings, in order."""
    return sorted(int((finding.unit or "").rpartition("SB")[2]) for finding in findings)


def reasons(examined: Examined, code: Code) -> set[str]:
    """Return why a rule was not judged."""
    return {item.reason for item in examined.not_judged if code in item.codes}


def _votes(stations: Sequence[Station]) -> Votes:
    candidates = np.array([[v for lst in each.votes for v in lst] for each in stations], dtype=np.int32)
    lists = np.array([each.lists or [sum(lst) for lst in each.votes] for each in stations], dtype=np.int32)
    rows = [each.row() for each in stations]
    figures = np.array([[row.get(figure) or 0 for figure in Figure] for row in rows], dtype=np.int32)
    reported = np.array([[row.get(figure) is not None for figure in Figure] for row in rows], dtype=np.bool_)
    return Votes(
        candidates, lists, figures, np.ones(candidates.shape, np.bool_), np.ones(lists.shape, np.bool_), reported
    )


def _total(votes: Votes) -> Votes:
    return Votes(
        votes.candidates.sum(axis=0, keepdims=True, dtype=np.int32),
        votes.lists.sum(axis=0, keepdims=True, dtype=np.int32),
        votes.figures.sum(axis=0, keepdims=True, dtype=np.int32),
        np.ones((1, votes.candidates.shape[1]), np.bool_),
        np.ones((1, votes.lists.shape[1]), np.bool_),
        votes.figures_reported.all(axis=0, keepdims=True),
    )
