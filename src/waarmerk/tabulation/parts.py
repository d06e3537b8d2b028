"""The parts that are added: the newest count of each authority, of one level, each named so that a person can find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from waarmerk.election.count import Count, Unit
from waarmerk.errors import BadData
from waarmerk.tabulation.coverage import Coverage, Expected, Replaced
from waarmerk.tabulation.difference import Difference, difference

BEHIND, AHEAD = timedelta(hours=4), timedelta(hours=2)
"""Local time in the Kingdom against UTC: the Caribbean, and Amsterdam in summer."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is added: one part per authority, who gave the same count more than once, and which counts were replaced."""

    parts: tuple[Part, ...]
    doubled: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()


def parts_in_order(parts: Sequence[Part], expected: Sequence[Expected]) -> Chosen:
    """Return one part per authority, the newest, in the order of the expected ones.

    Raises ``BadData``: ``E-TAB-NONE``, ``E-EML-TYPE`` (levels mixed), ``E-EML-AUTHORITY``, ``E-TAB-UNKNOWN``, ``E-TAB-TWICE``.
    """
    if not parts:
        raise BadData("E-TAB-NONE", "there is no count to add up")
    _one_level(parts)
    order = {authority.authority_id: index for index, authority in enumerate(expected)}
    given: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda part: part.origin):
        authority = part.count.authority_id
        if authority is None:
            raise BadData("E-EML-AUTHORITY", f"{part.origin}: the file does not say of which authority it is")
        if order and authority not in order:
            raise BadData("E-TAB-UNKNOWN", f"{part.origin}: {authority} is not one of the authorities that report here")
        given.setdefault(authority, []).append(part)
    chosen = [newest(given[one]) for one in sorted(given, key=lambda one: (order.get(one, len(order)), one))]
    return Chosen(
        tuple(part for one in chosen for part in one.parts),
        tuple(sorted(authority for one in chosen for authority in one.doubled)),
        tuple(replaced for one in chosen for replaced in one.replaced),
    )


def newest(parts: Sequence[Part]) -> Chosen:
    """Return the count of one authority that holds: the newest, with the others by name (X-14).

    ``E-TAB-TWICE`` where two differ and neither is newer, or where they are not about the same candidates: a total must never
    silently hold one of two.
    """
    holds = max(parts, key=lambda part: age(part.count))
    doubled: set[str] = set()
    replaced: list[Replaced] = []
    for part in parts:
        if part is holds:
            continue
        found = difference(part.count, holds.count)
        if found.same:
            doubled.add(str(part.count.authority_id))
        elif found.header or found.ballot or not _is_older(part, holds, parts):
            raise BadData("E-TAB-TWICE", _which(part, holds, found))
        else:
            replaced.append(Replaced(str(part.count.authority_id), part.origin, holds.origin, len(found.cells)))
    return Chosen((holds,), tuple(doubled), tuple(replaced))


def age(count: Count) -> tuple[bool, datetime]:
    """Return what counts of one authority are ordered by: a correction after a first session, then the time of making (X-14)."""
    moment = _made(count) or datetime.min
    return count.phase == "corrigendum", moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def made_before(one: Count, other: Count) -> bool:
    """Whether a count was surely made before another, to the second: some writers leave fractions out.

    A time without a zone is local time somewhere in the Kingdom; against one with a zone only what holds anywhere there counts.
    """
    made, then = _made(one), _made(other)
    if made is None or then is None:
        return False
    local = (made.tzinfo is None) != (then.tzinfo is None)
    (_, latest), (earliest, _) = _between(made, local), _between(then, local)
    return latest < earliest


def _between(moment: datetime, local: bool) -> tuple[datetime, datetime]:
    """Return the earliest and latest moment in UTC that a time can be; local times among themselves are compared as they are."""
    whole = moment.replace(microsecond=0)
    if whole.tzinfo is not None:
        return whole.astimezone(UTC), whole.astimezone(UTC)
    at = whole.replace(tzinfo=UTC)
    return (at - AHEAD, at + BEHIND) if local else (at, at)


def _made(count: Count) -> datetime | None:
    try:
        return datetime.fromisoformat(count.created or "")
    except ValueError:
        return None


def _is_older(part: Part, holds: Part, parts: Sequence[Part]) -> bool:
    """Whether a count was made before the one that holds; one that does not say it (a CSV) may be a copy of one that does."""
    if _made(part.count) is None:
        return any(
            _made(one.count) is not None and _is_older(one, holds, parts) and difference(part.count, one.count).same
            for one in parts
        )
    made, then = _made(part.count), _made(holds.count)
    comparable = made is not None and then is not None and (made.tzinfo is None) == (then.tzinfo is None)
    return comparable and age(part.count) < age(holds.count)


def _which(part: Part, holds: Part, found: Difference) -> str:
    says = ", ".join(f"{change.what} {change.old} and {change.new}" for change in found.header)
    if found.header or found.ballot:
        why = f"they say {says}" if says else "they have other candidates"
    else:
        why = f"{len(found.cells)} cells differ and neither is newer: made {part.count.created}, {holds.count.created}"
    authority = holds.count.authority_id
    return f"{part.origin} and {holds.origin} are two different counts of {authority} ({why}): take away the one that was replaced"


def _one_level(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts:
        if part.count.level is not first.count.level:
            levels = f"{first.origin} counts per {first.count.level.value}, {part.origin} per {part.count.level.value}"
            raise BadData("E-EML-TYPE", f"{levels}: counts of one level are added")


def unit_of(part: Part, target: Target) -> Unit:
    """Return the unit that a part becomes: ``HSB13::0599`` in a 510c, the plain authority in a 510d (eml-nl.md 4.2)."""
    authority, name = str(part.count.authority_id), part.count.authority_name
    # A province is no Kieskring, and no file shows another word before it.
    raw = name if part.count.election.category == "EK" else f"{kind_of_area(authority)} {name}"
    return Unit(unit_id(authority, target), name, raw)


def unit_id(authority_id: str, target: Target) -> str:
    """Return the id of the row for an authority in the document one level up."""
    return f"{target.authority_id}::{authority_id}" if target.message == "510c" else authority_id


def kind_of_area(authority_id: str) -> str:
    """Return the word that stands before an area's name in files: ``Kieskring``, ``Openbaar lichaam`` or ``Gemeente``."""
    if authority_id.startswith("HSB"):
        return "Kieskring"
    return "Openbaar lichaam" if authority_id in PUBLIC_BODIES else "Gemeente"
