"""A made-up Tweede Kamer election of the whole country: the municipalities of 2023 with invented lists, stations and figures.

Each document is a function of the seed and of its own place only: a municipality made alone has the bytes that it has in the
country. Amsterdam has 470 stations and 1,130 candidates. The name of the election says that it is made up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.random import Generator

from waarmerk.election.count import Count, ElectionInfo, Unit
from waarmerk.election.definition import Committee, ElectionDefinition, Region
from waarmerk.election.head import Head
from waarmerk.election.lists import CandidateLists, ContestLists, NamedList, Person
from waarmerk.formats import Contest, write_110a, write_230b
from waarmerk.simulate import names
from waarmerk.simulate.lists import ballot_of, local, named_list, people
from waarmerk.simulate.municipality import municipality

INFO = ElectionInfo("TK2031", "Tweede Kamer der Staten-Generaal 2031 (verzonnen)", "TK", "TK", None, None, "2031-03-19")
CREATED, NOMINATED = "2031-03-20T10:00:00.000", "2031-02-03"
SEATS, THRESHOLD = 150, 25
SIZES = (80, 78, 76, 70, 66, 60, 55, 51, *(50,) * 7, 45, 40, 35, 30, 25, 20, 12, 10, 10, 8, 9)
"""Candidates of the nation's lists, 1,130 together; a party with more than 15 seats may have 80."""
ELSEWHERE = 24
"""From this number on a list does not stand in every district."""
CITY_LISTS = (14, 16)
"""Lists that stand in Amsterdam only; so other districts have some 1,020 candidates, about as many as in 2023."""
LOCAL_LISTS = 3
"""Every third party has other people in each district; the others have the same list everywhere."""
CAPITAL = "9"
"""The district in which every list stands: Amsterdam."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of 2023 with its electoral district; ``stations`` goes by its number of voters."""

    code: str
    name: str
    district: str
    district_name: str
    stations: int


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Return the 342 municipalities of the European Netherlands: 9,896 stations in 19 districts."""
    text = files("waarmerk.simulate").joinpath("municipalities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return tuple(
        Place(row["code"], row["name"], row["district"], row["district_name"], int(row["stations"])) for row in rows
    )


def part(scale: float) -> tuple[Place, ...]:
    """Return this part of the municipalities, spread evenly over their codes; at least one, and all from 1 on."""
    everywhere = places()
    number = min(max(1, round(len(everywhere) * scale)), len(everywhere))
    return tuple(everywhere[(2 * index + 1) * len(everywhere) // (2 * number)] for index in range(number))


def documents(seed: int, chosen: Sequence[Place], district: str | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of the definition with these municipalities, and the candidate lists of one or all districts."""
    head = Head("110a", INFO, NOMINATED, "CSB", "Kiesraad (verzonnen)", CREATED)
    definition = ElectionDefinition(head, "alle", "SPV", None, SEATS, THRESHOLD, tuple(_regions(chosen)), ())
    yield f"Verkiezingsdefinitie_{INFO.id}.eml.xml", write_110a(definition)
    head = Head("230b", INFO, NOMINATED, "CSB", "Kiesraad (verzonnen)", CREATED, f"{NOMINATED}T10:00:00.000")
    for number, name in _districts(chosen).items():
        if district not in (None, number):
            continue
        contest = ContestLists(number, name, lists(seed, number))
        yield f"Kandidatenlijsten_{INFO.id}_kieskring_{number}.eml.xml", write_230b(CandidateLists(head, (contest,)))


def file_name(place: Place) -> str:
    """Return the name of the file with the count of a municipality."""
    return f"Telling_{INFO.id}_gemeente_{place.code}.eml.xml"


def count(seed: int, place: Place) -> Count:
    """Return the 510b of one municipality."""
    rng = np.random.default_rng([seed, *b"stations", *place.code.encode()])
    return municipality(
        seed,
        place.code,
        place.name,
        election=INFO,
        contest=Contest(place.district, place.district_name),
        ballot=ballot_of(lists(seed, place.district)),
        units=tuple(_units(rng, place)),
        created=CREATED,
    )


@lru_cache(maxsize=4)
def lists(seed: int, district: str) -> tuple[NamedList, ...]:
    """Return the candidate lists of a district."""
    rng = np.random.default_rng([seed, *b"district", int(district)])
    return tuple(
        named_list(number, names.NATIONAL_LISTS[number - 1], local(rng, one) if number % LOCAL_LISTS == 0 else one)
        for number, one in enumerate(_parties(seed), 1)
        if district == CAPITAL or _stands(number, int(district))
    )


def _stands(number: int, district: int) -> bool:
    return number not in CITY_LISTS and (number < ELSEWHERE or (number + district) % 4 != 0)


@lru_cache(maxsize=1)
def _parties(seed: int) -> tuple[list[Person], ...]:
    rng = np.random.default_rng([seed, *b"parties"])
    return tuple(people(rng, size) for size in SIZES)


def _units(rng: Generator, place: Place) -> Iterator[Unit]:
    """Yield the stations; the third, where there is one, and some others have name and building of the one before."""
    name = ""
    for index, number in enumerate(_numbers(place.stations)):
        name = name if names.home(index) != index else names.location(rng)
        code = names.postcode(int(place.code), index)
        raw = f"Stembureau {name} (postcode: {code})"
        yield Unit(f"{place.code}::SB{number}", name, raw, code, station=True)


def _numbers(stations: int) -> Iterator[int]:
    """Yield numbers of one to five digits: municipalities number some kinds of stations from 1,001 and 10,001 on."""
    mobile, late = stations // 10, stations // 5
    yield from range(1, stations - mobile - late + 1)
    yield from range(1001, 1001 + late)
    yield from range(10_001, 10_001 + mobile)


def _districts(chosen: Sequence[Place]) -> dict[str, str]:
    found = {place.district: place.district_name for place in chosen}
    return {number: found[number] for number in sorted(found, key=int)}


def _regions(chosen: Sequence[Place]) -> Iterator[Region]:
    yield Region("STAAT", None, "Nederland", committees=(Committee("CSB"),))
    for number, name in _districts(chosen).items():
        yield Region("KIESKRING", number, name, ("STAAT", None), committees=(Committee("HSB"),))
        for place in chosen:
            if place.district == number:
                yield Region("GEMEENTE", str(int(place.code)), place.name, ("KIESKRING", number))
