"""The counts 510a, 510b, 510c and 510d: their grammar, and what becomes of their events (eml-nl.md 4).

The first group of votes gives the ballot; every other must have the same sequence of lists and candidates (C-23), save in
totals over districts, where candidates are found by list and short code and a list may be absent (4.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import (
    REASON_CODES,
    REJECTED_CODES,
    Ballot,
    Candidate,
    CandidateList,
    Cells,
    Correction,
    Count,
    Figure,
    Investigation,
    Mask,
    OtherName,
    Unit,
    Votes,
)
from waarmerk.formats import names
from waarmerk.formats.document import (
    AUTHORITY,
    NAMED_CONTEST,
    Document,
    boolean,
    election_identifier,
    message,
    positive,
    token,
)
from waarmerk.formats.grammar import Element, element, leaf, many, must, newer, should, unread
from waarmerk.formats.xmlstream import refuse

MAX_CELLS = 5_000_000
"""Selections of one document; the largest, Amsterdam, has 0.7 million. Keeps what is read under 50 MB."""
INVESTIGATIONS = (
    "onderzocht vanwege onverklaard verschil",
    "onderzocht vanwege andere fout",
    "uitslag gecorrigeerd",
    "toegelaten kiezers opnieuw vastgesteld",
    "onderzocht vanwege andere reden",
    "stembiljetten deels herteld",
)
"""The boxes on investigations: three where stations count candidates, three where the municipality does (4.7)."""
REASON = "Reason VoteType"
NOTHING = "\0"
"""Stands where no selection is expected, or none in particular: no attribute of XML can equal it."""
LIST = "list "
"""Mark of a list in the sequence of selections; a candidate stands there with his bare number or short code."""


def _earlier(name: str, what: str, *, coded: bool = False) -> tuple[Element, Element]:
    """The value before a correction: ``Initial`` in EML_NL 1.3, ``Previous`` in some software (4.8)."""
    ids, begin = ("ReasonCode", f"earlier_{name.split('Votes')[0].lower()}") if coded else ("", "")
    initial, previous = (
        newer(leaf(f"kr:{word}{name}", f"earlier_{what}", ids=ids, attributes=REASON if coded else "", begin=begin))
        for word in ("Initial", "Previous")
    )
    return (many(initial), many(previous)) if coded else (initial, previous)


def _rejections(name: str, begin: str) -> Element:
    return many(leaf(name, "reason", ids="ReasonCode", attributes=REASON, begin=begin))


SELECTION = element(
    "Selection",
    element(
        "Candidate",
        must(
            element(
                "CandidateIdentifier",
                unread("CandidateName"),
                leaf("ShortCode"),
                attributes="Id ShortCode",
                begin="candidate",
            )
        ),
        unread("CandidateFullName"),
        unread("Gender"),
        unread("kr:GenderAnnex"),
        unread("QualifyingAddress"),
    ),
    element(
        "AffiliationIdentifier",
        must(leaf("RegisteredName", "list_named")),
        ids="Id",
        begin="list",
    ),
    element("ReferendumOptionIdentifier", attributes="Id", begin="referendum"),
    *_earlier("ValidVotes", "votes"),
    must(leaf("ValidVotes", "valid_votes")),
    attributes="Value Category",
)
VOTES = (
    many(must(SELECTION)),
    *_earlier("Cast", "cast"),
    should(leaf("Cast", "cast")),
    *_earlier("TotalCounted", "counted"),
    must(leaf("TotalCounted", "counted")),
    *_earlier("RejectedVotes", "reason", coded=True),
    must(_rejections("RejectedVotes", "rejected")),
    *_earlier("UncountedVotes", "reason", coded=True),
    _rejections("UncountedVotes", "uncounted"),
)
UNIT = element(
    "ReportingUnitVotes",
    must(leaf("ReportingUnitIdentifier", "unit_named", ids="Id", begin="unit_identified")),
    newer(leaf("kr:ReportingUnitType", "unit_type")),
    newer(leaf("kr:SharedLocation", "unit_shared")),
    *VOTES,
    element(
        "kr:ReportingUnitInvestigations",
        many(leaf("kr:Investigation", "investigated", ids="ReasonCode", begin="investigation")),
    ),
    begin="group",
    end="unit_ends",
)
COUNT = element(
    "Count",
    newer(element("kr:CountingMethod", attributes="MethodCode", begin="counting_method")),
    should(unread("EventIdentifier")),
    newer(element("kr:Phase", attributes="PhaseCode", begin="phase_of")),
    must(
        element(
            "Election",
            must(election_identifier(nominated=False)),
            must(
                element(
                    "Contests",
                    must(
                        element(
                            "Contest",
                            NAMED_CONTEST,
                            element("TotalVotes", *VOTES, begin="group", end="total_ends"),
                            many(UNIT),
                        )
                    ),
                )
            ),
        )
    ),
    foreign="*",
)
MESSAGES = ("510a", "510b", "510c", "510d")
GRAMMAR = message(COUNT, authority=must(AUTHORITY))


class CountBuilder(Document):
    """Makes a ``Count`` of the events of a 510."""

    def __init__(self, message_id: str) -> None:
        super().__init__()
        self.message = message_id
        self.ballot = BallotBuilder()
        self.units: list[Unit] = []
        self.investigations: list[Investigation] = []
        self._ids: set[str] = set()
        self._rows: list[Row] = []
        self._total: Row | None = None
        self._learning = True
        self._next = NOTHING
        self._cells = 0
        self._reason = ""
        self._corrections: list[tuple[int | None, Figure | None, int | None, int]] = []
        self._other_names: list[OtherName] = []
        self._method: str | None = None
        self._phase: str | None = None
        self._on_group({})

    # One group of votes.

    def _on_group(self, attributes: Mapping[str, str]) -> None:
        self._values: list[int] = []
        self._columns: list[int] = []
        self._places: list[int] = []
        self._figures: dict[int, int] = {}
        self._named = False
        self._list: int | None = None
        if not self._learning:
            self._sequence = self.ballot.sequence
            self._next = NOTHING if self.ballot.over_districts else self._sequence[0]

    def _on_list(self, attributes: Mapping[str, str]) -> None:
        if LIST + attributes["Id"] != self._next:
            self._list_by_number(attributes["Id"])
        self._named = True

    def _on_candidate(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("Id") != self._next:
            self._candidate_by_key(attributes)
        self._named = True

    def _on_valid_votes(self, text: str) -> None:
        if not self._named:
            refuse("E-XML-SCHEMA", "votes of nobody: no list and no candidate before ValidVotes (C-02)")
        self._named = False
        values = self._values
        values.append(self.numbers[text])
        if self._next is not NOTHING:
            self._next = self._sequence[len(values)]

    def _list_by_number(self, number: str) -> None:
        if self._named:
            refuse("E-XML-SCHEMA", "a list and a candidate in one Selection")
        if self._learning:
            self.ballot.add_list(number)
        elif self.ballot.over_districts:
            self._list = self.ballot.list_column(number)
            self._columns.append(self._list)
            self._places.append(0)
        else:
            self._another(f"list {number[:20]}")

    def _candidate_by_key(self, attributes: Mapping[str, str]) -> None:
        if self._named:
            refuse("E-XML-SCHEMA", "a list and a candidate in one Selection")
        if self._learning:
            self.ballot.add_candidate(attributes.get("Id"), attributes.get("ShortCode"))
        elif self.ballot.over_districts:
            self._columns.append(self.ballot.candidate_column(self._list, attributes))
            self._places.append(positive(attributes.get("Id", "1"), "candidate"))
        else:
            self._another(f"candidate {(attributes.get('Id') or '')[:20]}")

    def _another(self, found: str) -> None:
        refuse(
            "E-XML-SCHEMA", f"{found} where {self._next.replace(NOTHING, 'nothing more')} stands in the total (C-23)"
        )

    def _on_list_named(self, text: str) -> None:
        if self._learning:
            self.ballot.name_list(token(text))
        else:
            self._check_name(token(text))

    def _check_name(self, name: str) -> None:
        index = self._columns[-1] if self.ballot.over_districts else len(self._values)
        if self.ballot.names[index] != name:
            number = self.ballot.list_number(index)
            self._other_names.append(OtherName(len(self._rows), number, name))

    def _on_referendum(self, attributes: Mapping[str, str]) -> None:
        refuse("E-XML-SCHEMA", "the count of a referendum: recognised, not counted")

    def _on_cast(self, text: str) -> None:
        self._figures[Figure.CAST] = self.numbers[text]

    def _on_counted(self, text: str) -> None:
        self._figures[Figure.COUNTED] = self.numbers[text]

    def _on_rejected(self, attributes: Mapping[str, str]) -> None:
        self._figure(REJECTED_CODES, attributes["ReasonCode"])

    def _on_uncounted(self, attributes: Mapping[str, str]) -> None:
        self._figure(REASON_CODES, attributes["ReasonCode"])

    def _figure(self, codes: Mapping[str, Figure], code: str) -> None:
        if code not in codes:
            refuse("E-XML-SCHEMA", f"unknown ReasonCode {code[:60]!r}")
        self._reason = code
        if codes[code] in self._figures:
            refuse("E-XML-SCHEMA", f"ReasonCode {code} more than once (C-08)")

    def _on_reason(self, text: str) -> None:
        codes = REJECTED_CODES if self._reason in REJECTED_CODES else REASON_CODES
        self._figures[codes[self._reason]] = self.numbers[text]

    def _on_earlier_votes(self, text: str) -> None:
        if not self._named:
            refuse("E-XML-SCHEMA", "votes of nobody: no list and no candidate before them (C-02)")
        place = self._columns[-1] if self._columns else len(self._values)
        self._corrections.append((self._unit_index, None, place, self.numbers[text]))

    def _on_earlier_cast(self, text: str) -> None:
        self._earlier_figure(Figure.CAST, text)

    def _on_earlier_counted(self, text: str) -> None:
        self._earlier_figure(Figure.COUNTED, text)

    def _on_earlier_rejected(self, attributes: Mapping[str, str]) -> None:
        self._earlier_code(REJECTED_CODES, attributes["ReasonCode"])

    def _on_earlier_uncounted(self, attributes: Mapping[str, str]) -> None:
        self._earlier_code(REASON_CODES, attributes["ReasonCode"])

    def _earlier_code(self, codes: Mapping[str, Figure], code: str) -> None:
        if code not in codes:
            refuse("E-XML-SCHEMA", f"unknown ReasonCode {code[:60]!r}")
        self._reason = code

    def _on_earlier_reason(self, text: str) -> None:
        self._earlier_figure((REJECTED_CODES | REASON_CODES)[self._reason], text)

    def _earlier_figure(self, figure: Figure, text: str) -> None:
        self._corrections.append((self._unit_index, figure, None, self.numbers[text]))

    @property
    def _unit_index(self) -> int | None:
        return None if self.unit is None else len(self._ids) - 1

    # The ends of groups.

    def _on_total_ends(self, text: str) -> None:
        self._total = self._group_ends()

    def _on_unit_identified(self, attributes: Mapping[str, str]) -> None:
        self.unit = attributes["Id"]
        if self.unit in self._ids:
            refuse("E-EML-DUPLICATE", f"unit {self.unit[:40]} more than once (C-21)")
        if not self.unit:
            refuse("E-XML-SCHEMA", "a unit without identifier")
        self._ids.add(self.unit)

    def _on_unit_named(self, text: str) -> None:
        self.units.append(names.unit(self.unit or "", token_outside(text), stations=self.message in ("510a", "510b")))

    def _on_unit_type(self, text: str) -> None:
        self.units[-1] = replace(self.units[-1], kind=token(text))

    def _on_unit_shared(self, text: str) -> None:
        self.units[-1] = replace(self.units[-1], shared=boolean(text))

    def _on_unit_ends(self, text: str) -> None:
        self._rows.append(self._group_ends())
        self.unit = None

    def _group_ends(self) -> Row:
        for code, figure in REJECTED_CODES.items():
            if figure not in self._figures:
                refuse("E-XML-SCHEMA", f"RejectedVotes without {code} (C-08)")
        if self._learning:
            self._learning = False
            self.ballot.learned()
        elif self.ballot.over_districts:
            self._check_once()
        elif len(self._values) != self.ballot.length:
            self._another("the end")
        self._cells += len(self._values)
        if self._cells > MAX_CELLS:
            refuse("E-XML-LIMIT", f"more than {MAX_CELLS} numbers of votes")
        return Row(self._values, self._columns, self._places, self._figures)

    # What the fast path asks and tells.

    @property
    def total(self) -> Row | None:
        """The figures of the total, when it was read."""
        return self._total

    @property
    def plain(self) -> bool:
        """Whether nothing was read so far but figures: no answers, corrections, other names, kinds of stations."""
        special = self.investigations or self._corrections or self._other_names or self.ballot.over_districts
        return not special and all(unit.kind is None and unit.shared is None for unit in self.units)

    def accept(self, identifier: str, name: str, row: Row) -> bool:
        """Take a unit that was read elsewhere; ``False``, and nothing done, where reading it here would refuse."""
        cells = self._cells + len(row.values)
        if identifier in self._ids or not identifier or cells > MAX_CELLS:
            return False
        self._ids.add(identifier)
        self.units.append(names.unit(identifier, name, stations=self.message in ("510a", "510b")))
        self._rows.append(row)
        self._cells = cells
        return True

    def _check_once(self) -> None:
        if len(set(self._columns)) != len(self._columns):
            refuse("E-EML-DUPLICATE", "a list or candidate more than once (C-03)")

    def _on_investigation(self, attributes: Mapping[str, str]) -> None:
        self._reason = attributes["ReasonCode"]
        if self._reason not in INVESTIGATIONS:
            self.note("unknown ReasonCode of an investigation")

    def _on_investigated(self, text: str) -> None:
        value = boolean(text)
        if value is None:
            self.note("an investigation that is neither true nor false")
            return
        answer = Investigation(len(self.units) - 1, self._reason, value)
        if any(one.unit == answer.unit and one.reason == answer.reason for one in self.investigations[-3:]):
            self.note("an investigation more than once")
        self.investigations.append(answer)

    def _on_counting_method(self, attributes: Mapping[str, str]) -> None:
        self._method = attributes.get("MethodCode")

    def _on_phase_of(self, attributes: Mapping[str, str]) -> None:
        self._phase = attributes.get("PhaseCode")

    # The value.

    def value(self, notes: Counter[str]) -> Count:
        """Return the count; raises ``BadData`` when there is no total and no station."""
        total = self._total
        if total is None and self.message == "510a" and len(self._rows) == 1:
            total = self._rows[0]
        if total is None:
            refuse("E-XML-SCHEMA", "no TotalVotes")
        return Count(
            self.message,
            self.election_info,
            self.authority_id,
            self.authority_name,
            self.contest_id,
            self.contest_name,
            self.created,
            self.ballot.value(),
            tuple(self.units),
            self.ballot.votes(self._rows),
            self.ballot.votes([total]),
            "eml",
            self.all_notes(notes),
            tuple(self.investigations),
            canonicalization_method=self.canonicalization_method,
            version=self.version,
            counting_method=self._method,
            phase=self._phase,
            corrections=tuple(self._correction(*one) for one in self._corrections),
            other_names=tuple(self._other_names),
            positions=self.ballot.positions(self._rows) if self.ballot.over_districts else None,
        )

    def _correction(self, unit: int | None, figure: Figure | None, place: int | None, value: int) -> Correction:
        if place is None:
            return Correction(unit, figure, None, None, value)
        return Correction(unit, None, *self.ballot.at(place), value)


def token_outside(text: str) -> str:
    """Return a unit's name as it is; only a layout's line ends around it are taken off."""
    return token(text) if "\n" in text else text


class Row:
    """The figures of one group: votes in the order of the selections (or of ``columns``), and figures by their column."""

    __slots__ = ("columns", "figures", "places", "values")

    def __init__(
        self, values: list[int] | Cells, columns: list[int], places: list[int], figures: dict[int, int]
    ) -> None:
        self.values: Cells = np.asarray(values, dtype=np.int32)
        self.columns = columns
        self.places = places
        self.figures = figures


class BallotBuilder:
    """Learns the lists and candidates from the first group of votes."""

    def __init__(self) -> None:
        self.sequence: list[str] = []
        """What must stand before each number of votes: ``list 3`` or a candidate's number; ``NOTHING`` at the end."""
        self.names: dict[int, str] = {}
        """Names of lists by their place in the sequence."""
        self.over_districts = False
        self.length = 0
        self._numbers: dict[int, int] = {}
        self._candidates: list[Candidate] = []
        self._starts: list[int] = []
        self._keys: dict[tuple[int, str], int] = {}

    def add_list(self, number: str) -> None:
        """Take the next list; its number must be higher than the one before (C-03)."""
        value = positive(number, "list")
        if value in self._numbers:
            refuse("E-EML-DUPLICATE", f"list {value} more than once (C-03)")
        if self._numbers and value < max(self._numbers):
            refuse("E-XML-SCHEMA", f"list {value} after a higher one (C-03)")
        self._numbers[value] = len(self.sequence)
        self._starts.append(len(self._candidates))
        self.sequence.append(LIST + number)

    def name_list(self, name: str) -> None:
        """Give the newest list its name."""
        self.names[len(self.sequence) - 1] = name

    def add_candidate(self, number: str | None, short_code: str | None) -> None:
        """Take the next candidate of the newest list."""
        if not self._numbers:
            refuse("E-XML-SCHEMA", "a candidate before any list (C-02)")
        key = (len(self._starts), number or short_code or "")
        if not key[1]:
            refuse("E-XML-SCHEMA", "a candidate without Id and ShortCode")
        value = positive(number, "candidate") if number is not None else None
        if key in self._keys:
            refuse("E-EML-DUPLICATE", f"candidate {key[1][:20]} more than once on one list (C-03)")
        previous = self._candidates[-1].id if len(self._candidates) > self._starts[-1] else None
        if value is not None and previous is not None and value < previous:
            refuse("E-XML-SCHEMA", f"candidate {value} after a higher one (C-03)")
        self._keys[key] = len(self.sequence)
        self._candidates.append(Candidate(value, None, short_code))
        self.sequence.append(key[1])
        self.over_districts |= number is None

    def learned(self) -> None:
        """The first group has ended."""
        self.length = len(self.sequence)
        self.sequence.append(NOTHING)

    def list_column(self, number: str) -> int:
        """Return the place of a list in the sequence."""
        value = positive(number, "list")
        if value not in self._numbers:
            refuse("E-XML-SCHEMA", f"list {value} is not in the total (C-23)")
        return self._numbers[value]

    def candidate_column(self, list_column: int | None, attributes: Mapping[str, str]) -> int:
        """Return the place of a candidate in the sequence, by list and short code (4.6)."""
        if list_column is None:
            refuse("E-XML-SCHEMA", "a candidate before any list (C-02)")
        code = attributes.get("ShortCode") or attributes.get("Id") or ""
        ordinal = list(self._numbers.values()).index(list_column) + 1
        column = self._keys.get((ordinal, code))
        if column is None:
            refuse("E-XML-SCHEMA", f"candidate {code[:20]} is not in the total (C-23)")
        return column

    def list_number(self, place: int) -> int:
        """Return the number of the list that stands at a place in the sequence."""
        return next(number for number, at in self._numbers.items() if at == place)

    def at(self, place: int) -> tuple[int, int | None]:
        """Return the list number and, for a candidate, his column, of a place in the sequence."""
        before = [(number, at) for number, at in self._numbers.items() if at <= place]
        number, at = before[-1]
        return number, None if at == place else place - len(before)

    def positions(self, rows: list[Row]) -> Cells:
        """Return the place of each candidate on the list in each unit (4.6)."""
        places = np.zeros((len(rows), self.length), np.int32)
        for index, row in enumerate(rows):
            places[index, row.columns] = row.places
        return places[:, self._candidate_places()]

    def _candidate_places(self) -> NDArray[np.intp]:
        return np.setdiff1d(np.arange(self.length), np.array(list(self._numbers.values()), dtype=np.intp))

    def value(self) -> Ballot:
        """Return the ballot."""
        ends = [*self._starts[1:], len(self._candidates)]
        places = list(self._numbers.items())
        return Ballot(
            tuple(
                CandidateList(number, self.names.get(place, ""), tuple(self._candidates[start:end]), start)
                for (number, place), start, end in zip(places, self._starts, ends, strict=True)
            )
        )

    def votes(self, rows: list[Row]) -> Votes:
        """Return the figures of groups as arrays with their masks."""
        cells = np.zeros((len(rows), self.length), np.int32)
        reported = np.zeros((len(rows), self.length), np.bool_)
        figures = np.zeros((len(rows), len(Figure)), np.int32)
        figures_reported = np.zeros((len(rows), len(Figure)), np.bool_)
        for index, row in enumerate(rows):
            columns = row.columns or slice(None)
            cells[index, columns] = row.values
            reported[index, columns] = True
            for figure, value in row.figures.items():
                figures[index, figure] = value
                figures_reported[index, figure] = True
        return self._split(cells, reported, figures, figures_reported)

    def _split(self, cells: Cells, reported: Mask, figures: Cells, figures_reported: Mask) -> Votes:
        lists = np.array(list(self._numbers.values()), dtype=np.intp)
        candidates = self._candidate_places()
        return Votes(
            cells[:, candidates],
            cells[:, lists],
            figures,
            reported[:, candidates],
            reported[:, lists],
            figures_reported,
        )
