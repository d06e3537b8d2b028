"""``ElectionDefinition`` (110a): seats, threshold, the tree of regions with their committees, registered names."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.election.head import Head

NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
"""Enough for districts: there are at most 20."""
DIGITS = 2
"""Longer numbers in a document are no districts; written in tens they would fill the memory."""


def roman(number: str) -> str:
    """Return a district's number as a roman numeral (Limburg); what is no number of one or two digits stays as it is."""
    rest = int(number) if number.isdecimal() and len(number) <= DIGITS else 0
    numeral = ""
    for value, sign in NUMERALS:
        numeral += sign * (rest // value)
        rest %= value
    return numeral or number


@dataclass(frozen=True, slots=True)
class Committee:
    """An electoral committee that sits in a region: ``CSB``, ``HSB``, ``PROV_SB`` or ``PSB``."""

    category: str
    name: str | None = None
    """Only where it is not that of the region."""
    central_submissions: bool | None = None
    """Whether lists for all districts may be handed in here."""


@dataclass(frozen=True, slots=True)
class Region:
    """A node of the tree; the tree is flat, a parent is found by ``superior``. Numbers are text as written (``000``)."""

    category: str
    number: str | None
    name: str
    superior: tuple[str, str | None] | None = None
    """Category and number of the parent."""
    roman_numerals: bool | None = None
    frysian_export_allowed: bool | None = None
    committees: tuple[Committee, ...] = ()

    @property
    def key(self) -> tuple[str, str | None]:
        """What children name it by."""
        return self.category, self.number

    @property
    def contest_id(self) -> str:
        """How documents name this district: by its number, a roman one in Limburg's provincial elections (eml-nl.md 1.2)."""
        number = self.number or ""
        return roman(number) if self.roman_numerals else number


@dataclass(frozen=True, slots=True)
class Party:
    """A name registered with the central committee; not a list, and without a number."""

    appellation: str
    registered_by: str | None = None


@dataclass(frozen=True, slots=True)
class ElectionDefinition:
    """What an election is; figures that the document leaves out are ``None``."""

    head: Head
    contest_id: str | None
    voting_method: str | None
    max_votes: int | None
    """Number of eligible voters; empty in real files."""
    seats: int | None
    threshold: int | None
    """Preference threshold, per cent of the electoral quota."""
    regions: tuple[Region, ...]
    parties: tuple[Party, ...]

    def of_category(self, category: str) -> tuple[Region, ...]:
        """Return the regions of one category, in document order."""
        return tuple(region for region in self.regions if region.category == category)

    @property
    def below_root(self) -> tuple[Region, ...]:
        """Return the regions right below the top: for the Eerste Kamer the provinces and colleges that vote.

        The schema has no category of region for a college (eml-nl.md 15, doubt 4), so their category is not asked for.
        """
        roots = {region.key for region in self.regions if region.superior is None}
        return tuple(region for region in self.regions if region.superior in roots)

    def district_of(self, municipality: str) -> Region | None:
        """Return the electoral district above a municipality given by its four digits; ``None`` when there is none."""
        here = next((r for r in self.of_category("GEMEENTE") if (r.number or "").zfill(4) == municipality), None)
        if here is None:
            return None
        return next((r for r in self.of_category("KIESKRING") if r.key == here.superior), None)
