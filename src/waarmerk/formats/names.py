"""Names of reporting units: what the documents put around them, taken off for display (eml-nl.md 4.2)."""

from __future__ import annotations

import re

from waarmerk.election.count import Unit

PREFIXES = ("Stembureau ", "Briefstembureau ", "Gemeente ", "Kieskring ", "Openbaar lichaam ")
POSTCODE = re.compile(r"\s*\(postcode:\s*(?:([0-9]{4})\s*([A-Za-z]{2}))?\s*\)\s*$")
STATION_ID = re.compile(r"(?:.*::)?SB[0-9]+")


def unit(identifier: str, raw_name: str, *, postcode: str | None = None, stations: bool = True) -> Unit:
    """Return a unit with its name for display; ``stations``: whether a document of its kind can have polling stations."""
    found = POSTCODE.search(raw_name)
    name = raw_name[: found.start()] if found else raw_name
    if found and found[1] and postcode is None:
        postcode = f"{found[1]} {found[2].upper()}"
    station = stations and STATION_ID.fullmatch(identifier) is not None
    return Unit(identifier, without_prefix(name), raw_name, postcode, station)


def without_prefix(name: str) -> str:
    """Return a name without the words that OSV puts in front, which some municipalities also typed themselves."""
    shorter = name.strip()
    while True:
        prefix = next((prefix for prefix in PREFIXES if shorter.startswith(prefix) and shorter != prefix.strip()), None)
        if prefix is None:
            return shorter
        shorter = shorter[len(prefix) :].lstrip()
