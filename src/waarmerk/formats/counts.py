"""The counts 510a, 510b, 510c and 510d: what becomes of their events (eml-nl.md 4).

The first group of votes gives the ballot; every other must have the same sequence of lists and candidates (C-23), save in
totals over districts, where candidates are found by list and short code and a list may be absent (4.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from waarmerk.election.count import (
    REASON_CODES,
    REJECTED_CODES,
    Correction,
    Count,
    Figure,
    Investigation,
    OtherName,
    Unit,
)
from waarmerk.formats import names
from waarmerk.formats.ballots import LIST, NOTHING, BallotBuilder, Row
from waarmerk.formats.document import (
    Document,
    boolean,
    positive,
    token,
)
from waarmerk.formats.xmlstream import refuse

MAX_UNITS = 10_000
"""Units of one document, as columns of a CSV; the largest real count has 600."""
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
            if len(self._columns) > self.ballot.length:
                self._check_once()
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
            self.part()
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
        self.part()
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
        self.part()
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
        if len(self._ids) >= MAX_UNITS:
            refuse("E-XML-LIMIT", f"more than {MAX_UNITS} units")
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

    def _on_contest_ends(self, text: str) -> None:
        if self._total is None and self.message == "510a" and len(self._rows) == 1:
            # A station is its own total.
            self._total = self._rows[0]
        if self._total is None:
            refuse("E-XML-SCHEMA", "no TotalVotes")

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
        if identifier in self._ids or not identifier or cells > MAX_CELLS or len(self._ids) >= MAX_UNITS:
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
        self.part()
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
        """Return the count, when the document has ended."""
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
            self.ballot.votes([self._total] if self._total else []),
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
