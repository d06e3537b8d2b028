"""``Finding``: something a person must look at, as a code and the figures that show it. Words live in the catalogue only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Severity(IntEnum):
    """How much a finding asks (checks.md 5.1); the larger, the more. The words are fixed (architecture.md)."""

    NOTICE = 0
    REMARKABLE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word in JSON, receipts and pages."""
        return self.name.lower()


class Stakes(StrEnum):
    """What could change with the correction of a finding, where the total is known."""

    SEAT = "seat"
    PERSON = "person"
    """Who is elected, or passes the preference threshold."""


class Code(StrEnum):
    """Every code that a finding can have. Never reused; the table of checks.md 5.1 says what each means."""

    C04 = "C-04"
    C05 = "C-05"
    C06 = "C-06"
    C07 = "C-07"
    C09 = "C-09"
    C10 = "C-10"
    C11 = "C-11"
    C12 = "C-12"
    C13 = "C-13"
    C14 = "C-14"
    C19 = "C-19"
    C20 = "C-20"
    C21 = "C-21"
    C22 = "C-22"
    C26 = "C-26"
    C27 = "C-27"
    C28 = "C-28"
    C29 = "C-29"
    C30 = "C-30"
    C31 = "C-31"
    C32 = "C-32"
    C33 = "C-33"
    C34 = "C-34"
    L01 = "L-01"
    L02 = "L-02"
    P01 = "P-01"
    P02 = "P-02"
    P03 = "P-03"
    P04 = "P-04"
    P05 = "P-05"
    P06 = "P-06"
    X01 = "X-01"
    X02 = "X-02"
    X03 = "X-03"
    X04 = "X-04"
    X05 = "X-05"
    X06 = "X-06"
    X07 = "X-07"
    X08 = "X-08"
    X09 = "X-09"
    X10 = "X-10"
    X11 = "X-11"
    X12 = "X-12"
    X13 = "X-13"
    X14 = "X-14"
    X15 = "X-15"
    X16 = "X-16"
    X17 = "X-17"
    H01 = "H-01"
    H02 = "H-02"
    H03 = "H-03"
    H04 = "H-04"
    H05 = "H-05"
    H06 = "H-06"
    H07 = "H-07"
    H08 = "H-08"
    H09 = "H-09"
    H10 = "H-10"
    H11 = "H-11"
    H12 = "H-12"
    H13 = "H-13"
    H14 = "H-14"
    H15 = "H-15"
    H16 = "H-16"
    H17 = "H-17"
    NO_DEFINITION = "no-definition"


FigureValue = int | str
Figures = Mapping[str, FigureValue]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure under suspicion: as reported, as was to be expected, and as it would be without the mistake."""

    unit: str
    reported: int
    list: int | None = None
    candidate: int | None = None
    figure: str | None = None
    """What is counted beside votes, by its name (``blank``)."""
    expected: str | None = None
    """With one decimal; ``None`` where nothing is expected."""
    corrected: int | None = None
    """Never more than a question: nobody takes it over without the paper."""
    expected_low: int | None = None
    expected_high: int | None = None
    """Nine of ten such figures lie between these."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact at one unit. ``figures`` are named integers or exact texts (``"52.9"``), the placeholders of its words."""

    code: Code
    severity: Severity
    unit: str | None = None
    unit_name: str | None = None
    list: int | None = None
    candidates: tuple[int, ...] = ()
    figures: Figures = field(default_factory=dict)
    also: tuple[Finding, ...] = ()
    """Findings about the same cause that went into this one (checks.md 5.1)."""
    hypothesis: str | None = None
    """Which mistake explains it best; ``None`` for rules."""
    score: float | None = None
    """Log odds that this mistake was made; ``None`` for rules."""
    probability: float | None = None
    cells: tuple[Cell, ...] = ()
    see: tuple[Code, ...] = ()
    """Codes of findings at this unit that are about the same, and stand by themselves."""
    stakes: Stakes | None = None

    @property
    def identity(self) -> tuple[str, str, int, tuple[int, ...]]:
        """What makes it the same finding in another run: code, unit, list, rows."""
        return (self.code.value, self.unit or "", self.list or 0, self.candidates)


def as_value(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values, from which :func:`from_value` makes it again."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.word,
        "unit": finding.unit,
        "unit_name": finding.unit_name,
        "list": finding.list,
        "candidates": list(finding.candidates),
        "figures": dict(finding.figures),
        "also": [as_value(other) for other in finding.also],
        "hypothesis": finding.hypothesis,
        "score": finding.score,
        "probability": finding.probability,
        "cells": [asdict(cell) for cell in finding.cells],
        "see": [code.value for code in finding.see],
        "stakes": finding.stakes,
    }


def from_value(value: Mapping[str, Any]) -> Finding:
    """Return the finding that :func:`as_value` wrote."""
    return Finding(
        code=Code(value["code"]),
        severity=Severity[value["severity"].upper()],
        unit=value["unit"],
        unit_name=value["unit_name"],
        list=value["list"],
        candidates=tuple(value["candidates"]),
        figures=value["figures"],
        also=tuple(from_value(other) for other in value["also"]),
        hypothesis=value["hypothesis"],
        score=value["score"],
        probability=value["probability"],
        cells=tuple(Cell(**cell) for cell in value["cells"]),
        see=tuple(Code(code) for code in value["see"]),
        stakes=None if value["stakes"] is None else Stakes(value["stakes"]),
    )
