"""Invented names of lists, people, stations and municipalities: plausible to read, belonging to nobody."""

from __future__ import annotations

from numpy.random import Generator

LISTS = (
    "Dorp Vooruit",
    "Samen Sterk",
    "Groene Dijk",
    "Gemeentebelang",
    "Nieuwe Koers",
    "Lokaal Geluid",
    "Water en Land",
    "Burgerforum",
    "Jong en Nu",
    "Vrij en Dichtbij",
    "Vijf Kernen",
    "Stadshart",
    "De Brug",
    "Open Huis",
    "Polderpartij",
    "Zeventig Plus",
)
SURNAMES = (
    "Achterveld",
    "van den Akkerhof",
    "Boterdiep",
    "van der Broekdijk",
    "Damsteeg",
    "Eemsbergen",
    "de Fluiter",
    "Grasmaaier",
    "ter Haverkamp",
    "Ingelberg",
    "Jolmers",
    "Kerkepad",
    "van 't Laantje",
    "Molenwiek",
    "Nieuwveen",
    "Oostermeent",
    "van Polderhuis",
    "Querido-Maas",
    "Rietdekker",
    "Stroomkant",
    "Tolhuis",
    "Uiterwaard",
    "van de Veenplas",
    "Wilgenroos",
    "IJsselzicht",
    "Zandverschuiver",
)
INITIALS = "ABCDEFGHIJKLMNPRSTW"
BUILDINGS = (
    "Basisschool De Regenboog",
    "Basisschool 't Palet",
    "Dorpshuis",
    "Gymzaal",
    "Wijkcentrum",
    "Kantine sv Oranje",
    "Bibliotheek",
    "Verzorgingshuis Avondrood",
    "Kerkzaal",
    "Brandweerkazerne",
    "Gemeentehuis",
    "Speeltuingebouw",
    "Station",
    "Sporthal",
    "Museum",
    "Theater",
)
QUARTERS = ("Centrum", "Noord", "Zuid", "Oost", "West", "De Hoven", "Molenwijk", "Het Zand", "Rietlanden", "Kadebuurt")
NATIONAL_LISTS = (
    "Dorp & Stad Vooruit",
    "Samen Sterk (SaSt)",
    "Groene Dijk",
    "'t Hart van 't Land",
    "Één Koers",
    'Lijst "Het Kan Anders"',
    "Water en Land",
    "Coöperatie Burgerforum",
    "Jong & Nu",
    "Vrij - Dichtbij",
    "Vijf Kernen / Stadshart",
    "De Brug",
    "Open Huis!",
    "Polderpartij d'Eenvoud",
    "Zeventig+",
    "Café Politiek",
    "Rechtuit",
    "Fries Geluid fan ús",
    "Nieuwe Reünie",
    "Meer < Minder",
    "Onafhankelijk",
    "Zee & Zand",
    "Lijst d'Hondt",
    "Bûterfrij",
    "100% Verzonnen",
    "",
)
"""Lists of the whole country with the signs that occur in real names; the last has no name, as some real ones."""
PLACES = (
    *BUILDINGS,
    "Café 't Hoekje",
    'OBS "De Vliegende Schotel"',
    "Buurthuis Ons & Jullie",
    "Zorgcentrum Sint-Jozef / Maria",
    "Brede School De Éénhoorn",
    "Kulturhûs It Paad",
    "Auberge d'Ardèche",
    "Tent < 100 m van station",
)
FROM_EVERYWHERE = ("Vervroegd stemmen Gemeentehuis", "Mobiel stembureau", "Treinstation")
QUARTER, TWIN = 6, 11
"""Stations of one quarter; every so many, one is in the building of the one before."""
DISTRICTS = ("Noorderkring", "Middenkring", "Zuiderkring", "Oosterkring")
MUNICIPALITIES = ("Voorbeelddam", "Verzonnenveen", "Proefwoude", "Schijnsluis", "Bedachtum", "Gelogendijk")


def person(rng: Generator) -> str:
    """Return a candidate's name as in a CSV: ``van de Veenplas, A.B.``."""
    prefix, last, initials = person_parts(rng)
    return f"{prefix} {last}, {initials}" if prefix else f"{last}, {initials}"


def person_parts(rng: Generator) -> tuple[str | None, str, str]:
    """Return prefix, last name and initials."""
    initials = "".join(f"{INITIALS[int(i)]}." for i in rng.integers(len(INITIALS), size=int(rng.integers(1, 4))))
    words = SURNAMES[int(rng.integers(len(SURNAMES)))].split(" ")
    return " ".join(words[:-1]) or None, words[-1], initials


def area(index: int) -> str:
    """Return an invented name of a municipality, different for each index."""
    return _numbered(MUNICIPALITIES, index)


def district(index: int) -> str:
    """Return an invented name of a district, different for each index."""
    return _numbered(DISTRICTS, index)


def _numbered(words: tuple[str, ...], index: int) -> str:
    around = index // len(words)
    return f"{words[index % len(words)]} {around + 1}" if around else words[index % len(words)]


def station(number: int) -> str:
    """Return the name of the n-th station (from 0); names differ as long as buildings and quarters last."""
    return f"{BUILDINGS[number % len(BUILDINGS)]} {QUARTERS[(number // len(BUILDINGS)) % len(QUARTERS)]}"


def location(rng: Generator) -> str:
    """Return the name of a station drawn by chance: of many, some are equal."""
    return f"{PLACES[int(rng.integers(len(PLACES)))]} {QUARTERS[int(rng.integers(len(QUARTERS)))]}"


def from_everywhere(index: int) -> str:
    """Return the name of a station with voters from everywhere: in early voting, or on wheels."""
    return f"{FROM_EVERYWHERE[index % len(FROM_EVERYWHERE)]} {index + 1}"


def mingled(stations: int) -> int:
    """How many of so many stations, the last ones, have voters from everywhere."""
    return stations // 10


def home(number: int) -> int:
    """Return the station (from 0) in whose building the n-th is: mostly its own (in Rotterdam 33 of 378 are second)."""
    return number - 1 if number % TWIN == 2 else number


def postcode(area: int, number: int) -> str:
    """Return a post code in a range that PostNL does not give out (``0…`` does not exist, ``9999 ZZ`` is nobody's).

    The digits are those of the quarter.
    """
    letters = "ZYXWVTSRPN"
    place = home(number)
    return f"{9900 + (area + place // QUARTER) % 100:04d} Z{letters[place % len(letters)]}"
