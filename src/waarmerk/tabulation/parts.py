"""The parts that are added: one count per authority, of one level, each named so that a person can find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waarmerk.election.count import Count, Unit
from waarmerk.errors import BadData
from waarmerk.tabulation.coverage import Coverage, Expected
from waarmerk.tabulation.difference import difference

PUBLIC_BODIES = ("9001", "9002", "9003")
"""Bonaire, Sint Eustatius, Saba (eml-nl.md 1.3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One count of the level below; ``origin`` names it for a person: a file name or a digest."""

    count: Count
    origin: str
    coverage: Coverage | None = None
    """Where the count was added up here from lower ones: how much of those is in it."""
    admitted: int | None = None
    """D of the whole, where that is known and the document does not hold it (a 510c does not)."""


@dataclass(frozen=True, slots=True)
class Target:
    """The document that is made: ``510c`` of ``HSB13``, ``510d`` of ``CSB``; ``created`` is a local time, as in EML."""

    message: str
    authority_id: str
    authority_name: str
    created: str | None = None
    contest_id: str | None = None
    """The contest where no part says it (a CSV does not)."""
    contest_name: str | None = None


def parts_in_order(parts: Sequence[Part], expected: Sequence[Expected]) -> tuple[list[Part], tuple[str, ...]]:
    """Return one part per authority, in the order of the expected ones, and who gave the same count more than once.

    Raises ``BadData``: ``E-TAB-NONE``, ``E-EML-TYPE`` (levels mixed), ``E-EML-AUTHORITY``, ``E-TAB-UNKNOWN``, ``E-TAB-TWICE``.
    """
    if not parts:
        raise BadData("E-TAB-NONE", "there is no count to add up")
    _one_level(parts)
    order = {authority.authority_id: index for index, authority in enumerate(expected)}
    chosen: dict[str, Part] = {}
    doubled: set[str] = set()
    for part in sorted(parts, key=lambda part: part.origin):
        authority = part.count.authority_id
        if authority is None:
            raise BadData("E-EML-AUTHORITY", f"{part.origin}: the file does not say of which authority it is")
        if order and authority not in order:
            raise BadData("E-TAB-UNKNOWN", f"{part.origin}: {authority} is not one of the authorities that report here")
        if authority in chosen:
            _same_count(chosen[authority], part)
            doubled.add(authority)
        else:
            chosen[authority] = part
    ordered = sorted(chosen, key=lambda authority: (order.get(authority, len(order)), authority))
    return [chosen[authority] for authority in ordered], tuple(sorted(doubled))


def _one_level(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts:
        if part.count.level is not first.count.level:
            levels = f"{first.origin} counts per {first.count.level.value}, {part.origin} per {part.count.level.value}"
            raise BadData("E-EML-TYPE", f"{levels}: counts of one level are added")


def _same_count(first: Part, second: Part) -> None:
    found = difference(first.count, second.count)
    if not found.same:
        raise BadData(
            "E-TAB-TWICE",
            f"{first.origin} and {second.origin} are two different counts of {first.count.authority_id} "
            f"({len(found.cells)} cells differ): take away the one that was replaced",
        )


def unit_of(part: Part, target: Target) -> Unit:
    """Return the unit that a part becomes: ``HSB13::0599`` in a 510c, the plain authority in a 510d (eml-nl.md 4.2)."""
    authority = str(part.count.authority_id)
    return Unit(
        unit_id(authority, target), part.count.authority_name, f"{kind_of_area(authority)} {part.count.authority_name}"
    )


def unit_id(authority_id: str, target: Target) -> str:
    """Return the id of the row for an authority in the document one level up."""
    return f"{target.authority_id}::{authority_id}" if target.message == "510c" else authority_id


def kind_of_area(authority_id: str) -> str:
    """Return the word that stands before an area's name in files: ``Kieskring``, ``Openbaar lichaam`` or ``Gemeente``."""
    if authority_id.startswith("HSB"):
        return "Kieskring"
    return "Openbaar lichaam" if authority_id in PUBLIC_BODIES else "Gemeente"
