"""The card of a finding, made once: the report, the board, the page of a delivery and the public site all show this one.

Its words come from the catalogue by code; this module only lays out what the finding carries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waarmerk.election.count import Count
from waarmerk.election.finding import Cell, Code, FigureValue, Finding, Severity
from waarmerk.pages import catalogue
from waarmerk.pages.pictures import Picture, band_of, pictures
from waarmerk.pages.screens import words

Tally = tuple[tuple[Severity, int], ...]
"""How many findings of each severity, the heaviest first; severities without findings are left out."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of the small table: what the number is, and the number as it is shown."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Also:
    """A finding that went into this one."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One number under suspicion, as it is shown; ``corrected`` is a supposition and never offered to be taken over."""

    label: str
    reported: str
    expected: str
    corrected: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What one role does next."""

    who: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A finding in words. ``anchor`` is its ``id`` on the page; ``place`` and ``url`` say whose delivery it is in."""

    anchor: str
    code: str
    severity: Severity
    title: str
    sentences: tuple[str, ...]
    unit_name: str = ""
    unit: str = ""
    """Its number as the file has it, without the number of the authority: ``SB726``."""
    figures: tuple[FigureRow, ...] = ()
    cells: tuple[CellRow, ...] = ()
    odds: str = ""
    """How often such a question proves needless."""
    stakes: str = ""
    alternatives: tuple[str, ...] = ()
    """Other explanations of the same figures."""
    see: tuple[str, ...] = ()
    also: tuple[Also, ...] = ()
    look: str = ""
    advice: tuple[Advice, ...] = ()
    pictures: tuple[Picture, ...] = ()
    place: str = ""
    url: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether there is anything to open beside the sentences."""
        return bool(
            self.figures or self.cells or self.alternatives or self.also or self.look or self.advice or self.pictures
        )


def tally(findings: Iterable[Finding | Card]) -> Tally:
    """Return how many findings there are of each severity, the heaviest first."""
    found = [finding.severity for finding in findings]
    return tuple((level, found.count(level)) for level in sorted(Severity, reverse=True) if level in found)


def card(
    finding: Finding, lang: str, *, anchor: str, place: str = "", url: str | None = None, count: Count | None = None
) -> Card:
    """Return a finding in the words of the catalogue; with the count it is about, also with its pictures."""
    text = catalogue.text(finding.code, lang)
    return Card(
        anchor=anchor,
        code=finding.code.value,
        severity=finding.severity,
        title=text.title,
        sentences=catalogue.sentences(finding, lang),
        unit_name=finding.unit_name or "",
        unit=(finding.unit or "").rpartition("::")[2],
        figures=tuple(FigureRow(label, value) for label, value in catalogue.figures(finding, lang)),
        cells=tuple(_cell(cell, finding, lang) for cell in finding.cells),
        odds=_odds(finding, lang),
        stakes=words(lang)(f"stakes.{finding.stakes}") if finding.stakes else "",
        alternatives=tuple(
            f"{catalogue.text(other.code, lang).title}: {catalogue.short(other, lang)}"
            for other in finding.also
            if other.hypothesis and other.code is not Code.H17
        ),
        see=tuple(f"{code}: {catalogue.text(code, lang).title}" for code in finding.see),
        also=tuple(
            Also(other.code.value, catalogue.text(other.code, lang).title)
            for other in finding.also
            if not other.hypothesis or other.code is Code.H17
        ),
        look=catalogue.look(finding, lang),
        advice=tuple(Advice(_who(role, lang), catalogue.steps(finding, role, lang)) for role in text.do),
        pictures=() if count is None else pictures(finding, count, lang),
        place=place,
        url=url,
    )


def _cell(cell: Cell, finding: Finding, lang: str) -> CellRow:
    name = cell.figure or ("list" if cell.candidate is None else "candidate")
    given: dict[str, FigureValue] = {"list": str(cell.list), "candidate": str(cell.candidate)}
    label = catalogue.fill(catalogue.word("counter", name, lang), given, lang)
    if cell.unit != finding.unit:
        label = f"{finding.figures.get('other_name', cell.unit)}: {label}"
    expected = "" if cell.expected is None else catalogue.shown("expected", cell.expected, lang)
    band = band_of(cell)
    if band:
        low, high = (catalogue.number(value, lang) for value in band)
        expected = words(lang)("card.band", expected=expected, low=low, high=high)
    corrected = "" if cell.corrected is None else catalogue.number(cell.corrected, lang)
    return CellRow(label, catalogue.number(cell.reported, lang), expected, corrected)


def _odds(finding: Finding, lang: str) -> str:
    """Say of how many questions like this one proves needless; none is ever certain (checks.md 3.9)."""
    if finding.probability is None:
        return ""
    needless = max(1, round(10 * (1 - finding.probability)))
    return words(lang)("card.odds", n=needless)


def _who(role: str, lang: str) -> str:
    t = words(lang)
    return t(f"role.{role}") if t.has(f"role.{role}") else catalogue.word("who", role, lang)
