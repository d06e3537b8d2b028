"""Who reports to whom in one election, from its definition (110a): the tree of bodies with the message that each writes.

For Tweede Kamer, European Parliament and a province of several districts: municipalities, districts, central committee. For
a province of one district and a water board: municipalities, central committee. For a council: one municipality. For the Eerste
Kamer: the meeting of a province or college, its own level, central committee (eml-nl.md 1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from waarmerk.election.definition import ElectionDefinition, Region
from waarmerk.errors import BadData
from waarmerk.tabulation.add_up import Expected, Target

ONE_MUNICIPALITY = ("GR", "ER", "BC", "GC", "KC")
REFERENDA = ("NR", "PR", "LR", "IR")
ALWAYS_DISTRICTS = ("TK", "EP")
"""Elections counted by districts, whatever their number; a province is where it has more than one."""
POSTAL_DISTRICT, POSTAL_AUTHORITY = "12", "9010"
"""The votes from abroad are counted at The Hague and go into its district (eml-nl.md 1.3)."""


@dataclass(frozen=True, slots=True)
class Body:
    """One electoral body: its id as in files, its name, the message it writes, the contest of that, and who reports to it."""

    authority_id: str
    name: str
    message: str
    contest_id: str
    contest_name: str | None
    children: tuple[Body, ...] = ()
    optional: bool = False
    """Whether it may report without being expected to: the postal votes from abroad, where the tree does not name them."""
    meeting: bool = False
    """A meeting of members who vote for the Eerste Kamer: no document says its id, so its file is known by its contest."""

    @property
    def expected(self) -> tuple[Expected, ...]:
        """Who must report here."""
        return self.expects(frozenset())

    def expects(self, reported: Set[str]) -> tuple[Expected, ...]:
        """Return who must report here, and who need not but did."""
        if any(child.meeting for child in self.children):
            return tuple(Expected(authority, self.name) for authority in sorted(reported))
        children = (one for one in self.children if not one.optional or one.authority_id in reported)
        return tuple(Expected(child.authority_id, child.name) for child in children)

    def target(self, created: str | None) -> Target:
        """Return the document that it makes of what is reported."""
        return Target(self.message, self.authority_id, self.name, created, self.contest_id, self.contest_name)

    def everyone(self) -> Iterator[Body]:
        """Yield this body and all below it, the lowest first."""
        for child in self.children:
            yield from child.everyone()
        yield self


def bodies(definition: ElectionDefinition) -> Body:
    """Return the central committee with everybody below it; ``E-TAB-TREE`` when the tree does not say who that is."""
    category = definition.head.election.category or ""
    if category in REFERENDA:
        raise BadData(
            "E-TAB-TREE", f"{category} is a referendum: its counts have no lists, they are recognised and not counted"
        )
    if category == "EK":
        children = tuple(_voting_body(region) for region in definition.below_root)
        return _checked(Body("CSB", _central_name(definition), "510d", "alle", None, children))
    districts = definition.of_category("KIESKRING")
    name = _central_name(definition)
    if category in ONE_MUNICIPALITY:
        return Body("CSB", name, "510d", "geen", None, (_only_municipality(definition),))
    if category in ALWAYS_DISTRICTS or len(districts) > 1:
        children = tuple(_district(definition, category, district) for district in districts)
        return _checked(Body("CSB", name, "510d", "alle", None, children))
    municipalities = tuple(_municipality(region, "geen", None) for region in definition.of_category("GEMEENTE"))
    return _checked(Body("CSB", name, "510d", "geen", None, municipalities))


def _checked(body: Body) -> Body:
    if not body.children:
        raise BadData("E-TAB-TREE", "the election definition names nobody who reports")
    ids = [one.authority_id for one in body.everyone()]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise BadData("E-TAB-TREE", f"{twice} stands in the tree of the election definition twice")
    return body


def _central_name(definition: ElectionDefinition) -> str:
    """Return the name of the central committee: that of its committee, else of the region whose result it establishes."""
    committees = (c for region in definition.regions for c in region.committees if c.category == "CSB")
    named = next((committee.name for committee in committees if committee.name), None)
    root = definition.regions[0].name if definition.regions else ""
    return named or root or definition.head.authority_name


def _only_municipality(definition: ElectionDefinition) -> Body:
    region = next(iter(definition.of_category("GEMEENTE")), None)
    if region is None:
        raise BadData("E-TAB-TREE", "the election definition names no municipality")
    number = definition.head.election.domain_id or region.number or ""
    return Body(number.zfill(4), region.name, "510b", "geen", None)


def _district(definition: ElectionDefinition, category: str, district: Region) -> Body:
    number = district.number or ""
    own, name = district.contest_id, district.name
    contest, contest_name = ("alle", None) if category == "EP" else (own, name)
    below = (region for region in definition.of_category("GEMEENTE") if region.superior == district.key)
    children = tuple(_municipality(region, contest, contest_name) for region in below)
    if number == POSTAL_DISTRICT and category in ("TK", "EP"):
        children += _postal_votes(children, contest, contest_name)
    return Body(f"HSB{number}", name, "510c", contest, contest_name, children)


def _voting_body(region: Region) -> Body:
    authority, contest = f"HSB{region.number}", region.contest_id
    meeting = Body(f"{authority}::", region.name, "510b", contest, region.name, meeting=True)
    return Body(authority, region.name, "510c", contest, region.name, (meeting,))


def _postal_votes(children: Sequence[Body], contest: str, contest_name: str | None) -> tuple[Body, ...]:
    """Return the national postal-vote committee, unless the tree names it itself (X-06)."""
    if any(child.authority_id == POSTAL_AUTHORITY for child in children):
        return ()
    name = "Nationaal briefstembureau"
    return (Body(POSTAL_AUTHORITY, name, "510b", contest, contest_name, optional=True),)


def _municipality(region: Region, contest: str, contest_name: str | None) -> Body:
    return Body((region.number or "").zfill(4), region.name, "510b", contest, contest_name)
