"""The ballot of a count, learned from its first group of votes, and the figures of groups as arrays (eml-nl.md 4.3, 4.6)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from waarmerk.election.count import Ballot, Candidate, CandidateList, Cells, Figure, Mask, Votes
from waarmerk.formats.document import positive
from waarmerk.formats.xmlstream import refuse

MAX_SELECTIONS = 10_000
"""Lists and candidates of one ballot; the largest real one had 1,616."""
NOTHING = "\0"
"""Stands where no selection is expected, or none in particular: no attribute of XML can equal it."""
LIST = "list "
"""Mark of a list in the sequence of selections; a candidate stands there with his bare number or short code."""


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
        self._ordinals: dict[int, int] = {}
        self._candidates: list[Candidate] = []
        self._starts: list[int] = []
        self._keys: dict[tuple[int, str], int] = {}

    def add_list(self, number: str) -> None:
        """Take the next list; its number must be higher than the one before (C-03)."""
        value = positive(number, "list")
        if value in self._numbers:
            refuse("E-EML-DUPLICATE", f"list {value} more than once (C-03)")
        if self._numbers and value < next(reversed(self._numbers)):
            refuse("E-XML-SCHEMA", f"list {value} after a higher one (C-03)")
        self._numbers[value] = len(self.sequence)
        self._ordinals[len(self.sequence)] = len(self._numbers)
        self._starts.append(len(self._candidates))
        self._add(LIST + number)

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
        self._add(key[1])
        self.over_districts |= number is None

    def _add(self, key: str) -> None:
        if len(self.sequence) >= MAX_SELECTIONS:
            refuse("E-XML-LIMIT", f"more than {MAX_SELECTIONS} lists and candidates")
        self.sequence.append(key)

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
        column = self._keys.get((self._ordinals[list_column], code))
        if column is None:
            refuse("E-XML-SCHEMA", f"candidate {code[:20]} is not in the total (C-23)")
        return column

    def list_number(self, place: int) -> int:
        """Return the number of the list that stands at a place in the sequence."""
        return list(self._numbers)[self._ordinals[place] - 1]

    def at(self, place: int) -> tuple[int, int | None]:
        """Return the list number and, for a candidate, his column, of a place in the sequence."""
        starts = list(self._ordinals)
        ordinal = bisect_right(starts, place)
        number = list(self._numbers)[ordinal - 1]
        return number, None if starts[ordinal - 1] == place else place - ordinal

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
