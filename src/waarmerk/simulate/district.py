"""A made-up district: several municipalities under one ballot, as files written by the project's own writer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waarmerk.election.count import Count, ElectionInfo
from waarmerk.formats import Contest, write_510
from waarmerk.simulate import names
from waarmerk.simulate.ballot import ballot as make_ballot
from waarmerk.simulate.municipality import municipality

ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")
CONTEST = Contest("1", "Voorbeeldkring")
CREATED = "2030-03-21T10:00:00.000"
FIRST_CODE = 8000
"""Codes of municipalities end below 2000 and those of the islands begin at 9001: nobody is called 8000 and up."""
MUNICIPALITIES = 6
STATIONS = (4, 40)
"""How many municipalities at scale 1, and how many stations one of them has."""


def counts(seed: int, scale: float = 1.0) -> Iterator[Count]:
    """Yield the counts of a made-up district, ``scale`` times six municipalities, at least one; the same for the same seed."""
    rng = np.random.default_rng(seed)
    ballot = make_ballot(rng)
    for index in range(max(1, round(MUNICIPALITIES * scale))):
        stations = int(rng.integers(STATIONS[0], STATIONS[1] + 1))
        yield municipality(
            seed,
            f"{FIRST_CODE + index:04d}",
            names.area(index),
            election=ELECTION,
            contest=CONTEST,
            stations=stations,
            ballot=ballot,
            created=CREATED,
        )


def files(seed: int, scale: float = 1.0) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each count as EML 510b, named as OSV names them."""
    for count in counts(seed, scale):
        name = count.authority_name.replace(" ", "")
        yield f"Telling_{ELECTION.id}_gemeente_{name}.eml.xml", b"".join(write_510(count))
