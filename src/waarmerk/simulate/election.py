"""A whole made-up election of any category: its definition, candidate lists and the counts of every municipality.

Over several districts some parties have partly other people at other places, and a small party stands in some districts only, as
in real elections; so nothing that joins by list and number alone gets through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from waarmerk.checks.mistakes import Planted
from waarmerk.election.count import Count, ElectionInfo, Unit
from waarmerk.election.definition import Committee, ElectionDefinition, Region
from waarmerk.election.head import Head
from waarmerk.election.lists import CandidateLists, ContestLists, NamedList, Person
from waarmerk.formats import Contest, write_110a, write_230b, write_510
from waarmerk.simulate import names
from waarmerk.simulate.lists import LARGEST, ballot_of, list_name, local, named_list, people
from waarmerk.simulate.mistaken import RATE, mistaken, shared_out
from waarmerk.simulate.municipality import municipality

DATE, CREATED, NOMINATED = "2030-03-20", "2030-03-21T10:00:00.000", "2030-02-04"
FIRST_CODE = 8000
"""Codes of municipalities end below 2000 and those of the islands begin at 9001: nobody is called 8000 and up."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is different about an election of one category."""

    category: str
    subcategory: str
    name: str
    domain: str | None
    root: str
    """Category of the region at the top of the tree."""
    districts: int
    seats: int
    threshold: int
    municipalities: int = 3
    """In one district of a small example."""
    full: int = 30
    """In one district at full size; a council and the Tweede Kamer go by other numbers."""
    stations: tuple[int, int] = (3, 8)
    """Fewest and most of one municipality."""
    parties: int = 6
    sizes: tuple[int, int] = (10, LARGEST)
    """Fewest and most candidates of one list."""


COUNCIL = Kind("GR", "GR2", "Gemeenteraad Voorbeelddam 2030", "Voorbeelddam", "GEMEENTE", 0, 25, 25)
KINDS = {
    "TK": Kind("TK", "TK", "Tweede Kamer der Staten-Generaal 2030", None, "STAAT", 3, 150, 25),
    "EP": Kind("EP", "EP", "Europees Parlement 2030", None, "STAAT", 3, 31, 10, full=114),
    "PS1": Kind("PS", "PS1", "Provinciale Staten Verzinland 2030", "Verzinland", "PROVINCIE", 1, 43, 25),
    "PS2": Kind("PS", "PS2", "Provinciale Staten Verzinland 2030", "Verzinland", "PROVINCIE", 2, 47, 25),
    "AB1": Kind(
        "AB", "AB1", "Algemeen bestuur van het waterschap Proefpolder 2030", "Proefpolder", "WATERSCHAP", 1, 18, 50
    ),
    "AB2": Kind(
        "AB", "AB2", "Algemeen bestuur van het waterschap Proefpolder 2030", "Proefpolder", "WATERSCHAP", 1, 26, 25
    ),
    "GR1": Kind(
        "GR",
        "GR1",
        "Gemeenteraad Voorbeelddam 2030",
        "Voorbeelddam",
        "GEMEENTE",
        0,
        15,
        50,
        stations=(5, 5),
        sizes=(8, 25),
    ),
    "GR2": COUNCIL,
    "BC": Kind("BC", "BC", "Bestuurscommissie Voorbeelddam 2030", "Voorbeelddam", "GEMEENTE", 0, 15, 50),
    "GC": Kind("GC", "GC", "Gebiedscommissie Voorbeelddam 2030", "Voorbeelddam", "GEMEENTE", 0, 15, 50),
    "EK": Kind(
        "EK", "EK", "Eerste Kamer der Staten-Generaal 2030", None, "STAAT", 16, 75, 100, full=1, municipalities=1
    ),
    # No document of a college's election is valid EML: the schemas know neither its category nor a subcategory.
    "KC": Kind("KC", "", "Kiescollege Schijneiland 2030", "Schijneiland", "GEMEENTE", 0, 9, 50),
    "ER1": Kind("ER", "ER1", "Eilandsraad Schijneiland 2030", "Schijneiland", "GEMEENTE", 0, 9, 50),
}
DOMAIN_NUMBERS = {"WATERSCHAP": "29", "GEMEENTE": f"{FIRST_CODE}"}
MEETING = (3.7, 0.15)
"""Mean and spread of the logarithm of the members of a province who vote: some forty."""
LOCAL_PARTY = 6
"""The list that does not stand in the first of several districts."""
LOCAL_LISTS = 3
"""Every third party has other people in each district; the others have the same list everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Election:
    """A made-up election, from its definition to the counts."""

    definition: ElectionDefinition
    lists: tuple[CandidateLists, ...]
    """A document for each contest."""
    counts: tuple[Count, ...]
    """The 510b of every municipality."""

    def with_mistakes(
        self, seed: int, each: int, rate: float = RATE
    ) -> tuple[Election, tuple[tuple[Count, Planted], ...]]:
        """Return the election with ``each`` mistakes of every kind as far as there is room, and in which count each is."""
        shares = shared_out(seed, [len(count.units) for count in self.counts], each, rate)
        made = [mistaken(seed, count, kinds) for count, kinds in zip(self.counts, shares, strict=True)]
        truth = tuple((count, one) for count, planted in made for one in planted)
        return replace(self, counts=tuple(count for count, _ in made)), truth

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of every document, named as the official ones are."""
        election = self.definition.head.election.id
        yield f"Verkiezingsdefinitie_{election}.eml.xml", write_110a(self.definition)
        for document in self.lists:
            contest = document.contests[0]
            part = f"_{contest.name}" if contest.name else ""
            yield f"Kandidatenlijsten_{election}{part}.eml.xml", write_230b(document)
        for count in self.counts:
            yield file_name(count), b"".join(write_510(count))


def file_name(count: Count) -> str:
    """Return the name of the file with a count."""
    return f"Telling_{count.election.id}_gemeente_{count.authority_id}.eml.xml"


def election(what: Kind, seed: int, scale: float = 1.0) -> Election:
    """Return a made-up election of a kind (see ``KINDS``); ``scale`` multiplies municipalities; same seed, same election."""
    rng = np.random.default_rng([seed, *what.subcategory.encode()])
    info = _info(what)
    districts = [names.district(index) for index in range(max(what.districts, 1))]
    definition = _definition(what, info, districts, scale)
    by_contest = _lists(rng, what, districts)
    head = Head("230b", info, NOMINATED, "CSB", "Centraal stembureau", CREATED, f"{NOMINATED}T10:00:00.000")
    documents = tuple(CandidateLists(head, (ContestLists(*contest, lists),)) for contest, lists in by_contest.items())
    counts = tuple(_counts(rng, what, info, definition, by_contest, seed))
    return Election(definition, documents, counts)


def _info(what: Kind) -> ElectionInfo:
    identifier = f"{what.category}2030" + (f"_{what.domain}" if what.domain else "")
    domain_id = DOMAIN_NUMBERS.get(what.root) if what.domain else None
    return ElectionInfo(identifier, what.name, what.category, what.subcategory or None, what.domain, domain_id, DATE)


def _definition(what: Kind, info: ElectionInfo, districts: list[str], scale: float) -> ElectionDefinition:
    head = Head("110a", info, NOMINATED, "CSB", "Centraal stembureau", CREATED)
    contest = "alle" if what.districts > 1 else "geen"
    return ElectionDefinition(
        head, contest, "SPV", None, what.seats, what.threshold, tuple(_regions(what, districts, scale)), ()
    )


def _regions(what: Kind, districts: list[str], scale: float) -> Iterator[Region]:
    both = (Committee("CSB"), Committee("HSB"))
    if what.root == "GEMEENTE":
        yield Region("GEMEENTE", str(FIRST_CODE), what.domain or "", committees=both)
        return
    number = None if what.root == "STAAT" else DOMAIN_NUMBERS.get(what.root, "13")
    central = what.root == "STAAT"
    yield Region(what.root, number, what.domain or "Nederland", committees=(Committee("CSB"),) if central else ())
    if what.category == "EK":
        for index, name in enumerate(districts, 1):
            yield Region("PROVINCIE", str(index), name, (what.root, number), committees=(Committee("PROV_SB"),))
        return
    code = FIRST_CODE
    for index, name in enumerate(districts, 1):
        committees = (Committee("HSB"),) if central or index > 1 else both
        yield Region("KIESKRING", str(index), name, (what.root, number), committees=committees)
        for _ in range(max(1, round(what.municipalities * scale))):
            area = names.area(code - FIRST_CODE)
            yield Region("GEMEENTE", str(code), area, ("KIESKRING", str(index)))
            code += 1


ByContest = dict[tuple[str, str | None], tuple[NamedList, ...]]


def _lists(rng: Generator, what: Kind, districts: list[str]) -> ByContest:
    """Return the lists of each contest: one for all districts of an EP, one for each district of a TK or a PS2."""
    if what.districts <= 1 or what.category == "EP":
        contest = "alle" if what.category == "EP" else "geen"
        return {(contest, None): tuple(_listed(n, people(rng, _size(rng, what))) for n in range(1, what.parties + 1))}
    parties = {number: people(rng, _size(rng, what)) for number in range(1, what.parties + 1)}
    return {
        (str(index), name): tuple(
            _listed(number, local(rng, members) if number % LOCAL_LISTS == 0 else members)
            for number, members in parties.items()
            if number != LOCAL_PARTY or index > 1
        )
        for index, name in enumerate(districts, 1)
    }


def _size(rng: Generator, what: Kind) -> int:
    return int(rng.integers(what.sizes[0], what.sizes[1] + 1))


def _listed(number: int, members: list[Person]) -> NamedList:
    return named_list(number, list_name(number), members)


def _counts(
    rng: Generator, what: Kind, info: ElectionInfo, definition: ElectionDefinition, by_contest: ByContest, seed: int
) -> Iterator[Count]:
    for region in definition.of_category("PROVINCIE") if what.category == "EK" else ():
        number = region.number or ""
        unit = Unit(f"SB{number}", f"Staten van {region.name}", f"Stembureau Staten van {region.name}", station=True)
        meeting = Contest(number, region.name)
        ballot = ballot_of(by_contest[number, region.name])
        yield municipality(
            seed,
            unit.id,
            region.name,
            election=info,
            contest=meeting,
            ballot=ballot,
            units=[unit],
            created=CREATED,
            size=MEETING,
        )
    for region in definition.of_category("GEMEENTE"):
        contest = _contest(what, definition, region)
        yield municipality(
            seed,
            (region.number or "").zfill(4),
            region.name,
            election=info,
            contest=Contest(*contest),
            stations=int(rng.integers(what.stations[0], what.stations[1] + 1)),
            ballot=ballot_of(by_contest[contest]),
            created=CREATED,
        )


def _contest(what: Kind, definition: ElectionDefinition, region: Region) -> tuple[str, str | None]:
    if what.category == "EP":
        return "alle", None
    if what.districts <= 1:
        return "geen", None
    district = definition.district_of((region.number or "").zfill(4))
    return (district.number or "", district.name) if district else ("geen", None)
