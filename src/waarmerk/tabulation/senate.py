"""The Eerste Kamer: members of provinces and colleges vote, and each ballot counts as many times as that body's vote value.

Vote value (U 2): inhabitants divided by a hundred times the number of members, rounded. The counts carry unweighted votes;
the weighted ones decide (U 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from waarmerk.election.count import MAX_NUMBER, Count, Votes
from waarmerk.errors import BadData, Place
from waarmerk.formats.csvlines import small_table
from waarmerk.tabulation.table import Sums

VALUE = re.compile(r"[1-9][0-9]{0,5}")
VALUES_2023: Mapping[str, int] = {
    "Groningen": 139,
    "Fryslân": 153,
    "Drenthe": 117,
    "Overijssel": 252,
    "Flevoland": 109,
    "Gelderland": 388,
    "Utrecht": 283,
    "Noord-Holland": 537,
    "Zuid-Holland": 692,
    "Zeeland": 100,
    "Noord-Brabant": 478,
    "Limburg": 240,
    "Bonaire": 27,
    "Sint Eustatius": 7,
    "Saba": 4,
    "niet-ingezetenen": 20,
}
"""The vote values of 2023 by body (eml-nl.md 12.8)."""


def parse_values(data: bytes) -> dict[str, int]:
    """Return vote values of a table ``name,value``; an ``E-CSV-…`` code names the line that cannot be read."""
    lines = small_table(data)
    if not lines or lines[0].strip().lower() != "name,value":
        raise BadData("E-CSV-LABEL", "the first line must be name,value", Place(line=1))
    values: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        name, _, value = line.rpartition(",")
        if VALUE.fullmatch(value) is None or not name or name in values:
            raise BadData("E-CSV-NUMBER", f"{line[:60]!r} is no name and value, or there twice", Place(line=number))
        values[name] = int(value)
    return values


def weighed(count: Count, values: Mapping[str, int]) -> Count:
    """Return a total over bodies with every vote times the value of its body; ``values`` by the name of the unit.

    ``E-SEATS-WEIGHT`` when a body has no value, ``E-TAB-OVERFLOW`` when a sum gets too large for a document. Figures other than
    votes (blank, invalid, voters) are counted, not weighed.
    """
    missing = next((unit.name for unit in count.units if unit.name not in values), None)
    if missing is not None:
        raise BadData("E-SEATS-WEIGHT", f"there is no vote value for {missing}")
    factors = np.array([values[unit.name] for unit in count.units], dtype=np.int64)[:, np.newaxis]
    candidates, lists = count.votes.candidates * factors, count.votes.lists * factors
    votes = _with(count.votes, candidates, lists)
    total = _with(count.total, candidates.sum(axis=0, keepdims=True), lists.sum(axis=0, keepdims=True))
    return replace(count, votes=votes, total=total)


def _with(votes: Votes, candidates: Sums, lists: Sums) -> Votes:
    if max(candidates.max(initial=0), lists.max(initial=0)) > MAX_NUMBER:
        raise BadData("E-TAB-OVERFLOW", f"a weighted number is more than {MAX_NUMBER}")
    return replace(votes, candidates=candidates.astype(np.int32), lists=lists.astype(np.int32))
