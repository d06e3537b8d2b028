"""All levels of one election, from the lowest counts to the national total, and each level's file against the one below it.

A body that reported a file of its own is added with that file; it is also worked out from below where everything is there, and
the two are compared cell by cell (X-09, X-10). A body without a file is added as worked out here, with its coverage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from waarmerk.election.count import Count, ElectionInfo, Figure
from waarmerk.errors import BadData
from waarmerk.tabulation.add_up import Part, SumCheck, Tabulation, add_up
from waarmerk.tabulation.agreement import has_lists, is_of
from waarmerk.tabulation.coverage import Coverage, Replaced
from waarmerk.tabulation.difference import Difference, level_difference, sum_difference
from waarmerk.tabulation.districts import ALL, add_up_districts
from waarmerk.tabulation.levels import Body
from waarmerk.tabulation.parts import Chosen, newest, parts_in_order, unit_id
from waarmerk.tabulation.people import Lists


@dataclass(frozen=True, slots=True, eq=False)
class LevelCheck:
    """The file of one body (new) against the totals of one body below it (old), in its row for that body."""

    authority_id: str
    below: str
    origin: str
    origin_below: str
    difference: Difference


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """Every total of an election, by the body that makes it, and what the comparison between levels showed."""

    root: Body
    tabulations: Mapping[str, Tabulation]
    levels: tuple[LevelCheck, ...]
    """Every comparison of a file with the level below it, also those that agree."""
    sums: tuple[SumCheck, ...]
    """The total of every file against the sum of its units; where a body has no file, that of the count made here."""
    replaced: tuple[Replaced, ...] = ()
    """Counts on any level that a newer one of the same authority replaces (X-14)."""

    @classmethod
    def of_one(cls, result: Tabulation) -> Climb:
        """Return a climb of a single level, where no definition says who else there is."""
        count = result.count
        who = Body(count.authority_id or "", count.authority_name, count.message or "", count.contest_id or "", None)
        return cls(who, {who.authority_id: result}, (), result.sums, result.coverage.replaced)

    @property
    def top(self) -> Tabulation | None:
        """The total of the central committee; ``None`` as long as nothing has come in."""
        return self.tabulations.get(self.root.authority_id)

    @property
    def agrees(self) -> bool:
        """Whether every sum and every level agrees; called voters that do not add up are a notice (C-07)."""
        return not self.unequal and all(one.sums_hold for one in self.tabulations.values()) and self._root_holds

    @property
    def _root_holds(self) -> bool:
        own = (check for check in self.sums if check.authority_id == self.root.authority_id)
        return not any(cell.figure is not Figure.CAST for check in own for cell in check.difference.cells)

    @property
    def unequal(self) -> tuple[LevelCheck, ...]:
        """The comparisons between levels that found a difference."""
        return tuple(check for check in self.levels if not check.difference.same)


def climb(
    root: Body,
    parts: Sequence[Part],
    lists: Lists | None = None,
    created: str | None = None,
    election: ElectionInfo | None = None,
) -> Climb:
    """Add up everything that came in, level by level; bodies of which nothing came in are missing, not refused.

    ``lists`` are the candidate lists by contest, ``election`` that of the definition: what is given is compared with every
    count. Raises ``BadData`` as ``add_up``; ``E-TAB-UNKNOWN`` for a count of a body that is not in the tree, ``E-EML-ELECTION``
    for one of another election or contest, ``E-EML-AUTHORITY`` for one of another level, ``E-EML-CANDIDATES`` for other lists.
    """
    for part in parts:
        if election is not None:
            is_of(part, election)
    state = _Climbing(_by_body(root, parts, lists or {}), lists or {}, created)
    for body in root.everyone():
        if body.children:
            _add_up_body(body, state)
    sums = [check for tabulation in state.tabulations.values() for check in tabulation.sums]
    own = _own(root, state)
    sums += [_sum(part) for part in own.parts]
    replaced = [one for tabulation in state.tabulations.values() for one in tabulation.coverage.replaced]
    return Climb(root, state.tabulations, tuple(state.levels), tuple(sums), (*replaced, *own.replaced))


def _sum(part: Part) -> SumCheck:
    return SumCheck(str(part.count.authority_id), part.origin, sum_difference(part.count))


@dataclass(slots=True)
class _Climbing:
    files: dict[str, list[Part]]
    lists: Lists
    created: str | None
    tabulations: dict[str, Tabulation] = field(default_factory=dict)
    levels: list[LevelCheck] = field(default_factory=list)


def _by_body(root: Body, parts: Sequence[Part], lists: Lists) -> dict[str, list[Part]]:
    known = {body.authority_id: body for body in root.everyone()}
    meetings = {body.contest_id: body for body in root.everyone() if body.meeting}
    found: dict[str, list[Part]] = {}
    for part in parts:
        authority = part.count.authority_id or ""
        body = known.get(authority) or meetings.get(part.count.contest_id or "")
        if body is None:
            raise BadData("E-TAB-UNKNOWN", f"{part.origin}: {authority or 'nobody'} is not in the election definition")
        _fits(part, body)
        if part.count.positions is None and body.contest_id in lists:
            has_lists(part, lists[body.contest_id])
        found.setdefault(body.authority_id, []).append(part)
    return found


def _fits(part: Part, body: Body) -> None:
    """Refuse a count of another level or contest than that of its body (X-02, X-05, X-06)."""
    message, contest = part.count.message, part.count.contest_id
    if message is not None and message != body.message:
        raise BadData(
            "E-EML-AUTHORITY", f"{part.origin}: {body.authority_id} writes a {body.message}, this is a {message}"
        )
    if contest is not None and contest != body.contest_id:
        what = f"contest {contest}, where {body.authority_id} belongs to {body.contest_id}"
        raise BadData("E-EML-ELECTION", f"{part.origin}: {what}")
    unknown = next((unit.id for unit in part.count.units if _is_foreign(unit.id, body)), None)
    if unknown is not None:
        what = f"{unknown} is no part of {body.authority_id} in the election definition"
        raise BadData("E-TAB-UNKNOWN", f"{part.origin}: {what}")


def _is_foreign(unit: str, body: Body) -> bool:
    """Whether a row of a body's file is of nobody below it; what a meeting calls itself is not known."""
    below = [child.authority_id for child in body.children if not child.meeting]
    return bool(below) and _area(unit) not in below


def _area(unit: str) -> str:
    """Return the authority of a row: real 510c have ``HSB6::0668``, the specification says ``0668`` (doubt 8)."""
    return unit.rpartition("::")[2]


def _add_up_body(body: Body, state: _Climbing) -> None:
    below = [part for child in body.children for part in _parts_of(child, state)]
    if not below:
        return
    expected = body.expects({str(part.count.authority_id) for part in below})
    target = body.target(state.created)
    over_districts = body.contest_id == ALL and any(child.contest_id != ALL for child in body.children)
    if over_districts:
        state.tabulations[body.authority_id] = add_up_districts(below, expected, target, state.lists)
    else:
        state.tabulations[body.authority_id] = add_up(below, expected, target)
    for own in _own(body, state).parts:
        state.levels += [_level(body, own, part) for part in parts_in_order(below, expected).parts]


def _own(body: Body, state: _Climbing) -> Chosen:
    files = state.files.get(body.authority_id)
    return newest(files) if files else Chosen(())


def _parts_of(child: Body, state: _Climbing) -> list[Part]:
    """Return the files of a body, each with what is known from below; without a file, what was worked out here."""
    made = state.tabulations.get(child.authority_id)
    files = state.files.get(child.authority_id, [])
    if made is None:
        return (
            [Part(part.count, part.origin, _covered(child, part.count)) for part in files] if child.children else files
        )
    admitted = sum(a or 0 for a in made.admitted) if None not in made.admitted else None
    if not files:
        return [Part(made.count, f"{child.authority_id} (added up)", made.coverage, admitted)]
    return [Part(part.count, part.origin, _covered(child, part.count, made.coverage), admitted) for part in files]


def _covered(body: Body, count: Count, below: Coverage | None = None) -> Coverage | None:
    """Return how much of the whole a body's own file holds, by its rows; the rest as what came in from below says."""
    if not count.units or any(child.meeting for child in body.children):
        return below
    rows = tuple(_area(unit.id) for unit in count.units)
    expected = body.expects(set(rows))
    missing = tuple(one for one in expected if one.authority_id not in rows)
    start = below or Coverage(expected, rows, missing, (), 0, None, (), ())
    return replace(start, expected=expected, reported=rows, missing=missing)


def _level(body: Body, own: Part, below: Part) -> LevelCheck:
    authority = str(below.count.authority_id)
    found = level_difference(below.count, own.count, _row_in(own.count, unit_id(authority, body.target(None))))
    return LevelCheck(body.authority_id, authority, own.origin, below.origin, found)


def _row_in(above: Count, unit: str) -> str:
    """Return a unit's id as the file spells it."""
    plain = _area(unit)
    ids = {one.id for one in above.units}
    return plain if unit not in ids and plain in ids else unit
