"""Which stations lie in one neighbourhood *(CBS-wijk)*, by their post codes and a table that the user brings.

Several stations without a fixed address (mobile, temporary, in a railway station, for postal votes) have voters from
everywhere: they belong to no neighbourhood. Whole words count, so Stationsplein and Metropole keep theirs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from waarmerk.election.count import Unit

FROM_EVERYWHERE = re.compile(
    r"\b(?:brief\w*|[\w-]*station|mobiele?|metro|cabine?|tent|tijdelijke?)\b",
    re.IGNORECASE,
)
"""The words of the official tool (checks.md 1.3), as words instead of parts of words (1.5 no. 15)."""


def neighbourhoods(units: Sequence[Unit], postcodes: Mapping[str, str]) -> list[list[int]]:
    """Return the units of each neighbourhood, in document order; units without one are in none."""
    members: dict[str, list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        area = postcodes.get(normal(unit.postcode or ""))
        if area and unit.station and not FROM_EVERYWHERE.search(unit.name):
            members[area].append(index)
    return list(members.values())


def normal(postcode: str) -> str:
    """Return a post code in its one form, ``1234AB``; other texts come back as they are, without blanks."""
    return "".join(postcode.split()).upper()
