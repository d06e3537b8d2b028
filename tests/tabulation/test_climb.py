from dataclasses import replace
from pathlib import Path

import pytest

from waarmerk.election.count import Ballot, Candidate, Count, Figure
from waarmerk.election.lists import by_contest
from waarmerk.errors import BadData
from waarmerk.simulate.election import CREATED, KINDS, Election, election
from waarmerk.tabulation.add_up import Part
from waarmerk.tabulation.climb import Climb, climb
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.published import published
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded

MADE = election(KINDS["TK"], 4)


def climbed(made: Election, *extra: Count, counts: tuple[Count, ...] | None = None) -> Climb:
    parts = [Part(count, f"{count.authority_id}-{i}.xml") for i, count in enumerate((*(counts or made.counts), *extra))]
    return climb(bodies(made.definition), parts, by_contest(made.lists), CREATED)


def top(found: Climb) -> Count:
    assert found.top is not None
    return found.top.count


def established(made: Election, kind: str) -> Result:
    rules = rules_for(KINDS[kind].category, KINDS[kind].seats, made.definition.threshold)
    draws: list[Draw] = []
    while isinstance(found := establish(rules, parties_of(top(climbed(made))), draws), LotNeeded):
        draws.append(Draw(found.question.options, found.question.options[0]))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_election_goes_from_stations_to_the_elected(kind: str) -> None:
    made = election(KINDS[kind], 11)
    found = climbed(made)
    assert found.top is not None
    assert found.top.coverage.complete
    assert found.top.coverage.stations == sum(len(count.units) for count in made.counts)
    assert top(found).total.figures[0, Figure.COUNTED] == sum(c.total.figures[0, Figure.COUNTED] for c in made.counts)
    result = established(made, kind)
    document = published(result, top(found), by_contest(made.lists), CREATED)
    assert sum(len(lst.elected) for lst in document.lists) + result.allotment.vacant == KINDS[kind].seats


@pytest.mark.parametrize("kind", KINDS)
def test_admitted_voters_are_known_at_the_top(kind: str) -> None:
    made = election(KINDS[kind], 11)
    found = climbed(made).top
    assert found is not None
    wanted = sum(int(count.total.figures[0, Figure.ADMITTED]) for count in made.counts)
    assert sum(admitted or 0 for admitted in found.admitted) == wanted


def test_what_is_not_in_is_missing_on_its_own_level() -> None:
    found = climbed(MADE, counts=MADE.counts[1:])
    assert found.top is not None
    assert not found.top.coverage.complete
    assert not found.top.coverage.missing
    assert [m.authority_id for m in found.tabulations["HSB1"].coverage.missing] == [MADE.counts[0].authority_id]


def test_a_district_of_which_nothing_came_in_is_missing() -> None:
    found = climbed(MADE, counts=MADE.counts[3:])
    assert found.top is not None
    assert [m.authority_id for m in found.top.coverage.missing] == ["HSB1"]


def test_nothing_at_all_is_no_total() -> None:
    assert climb(bodies(MADE.definition), [], by_contest(MADE.lists)).top is None


def test_a_districts_own_file_that_agrees_is_compared_and_used() -> None:
    own = climbed(MADE).tabulations["HSB2"].count
    found = climbed(MADE, own)
    assert [check.authority_id for check in found.levels] == ["HSB2"] * 3
    assert not found.unequal
    assert top(found).same(top(climbed(MADE)))


def test_a_districts_own_file_that_differs_is_named_cell_by_cell() -> None:
    own = climbed(MADE).tabulations["HSB2"].count
    candidates = own.votes.candidates.copy()
    candidates[1, 3] += 7
    found = climbed(MADE, replace(own, votes=replace(own.votes, candidates=candidates)))
    (check,) = found.unequal
    (cell,) = check.difference.cells
    assert (check.authority_id, check.below, cell.list, cell.candidate) == ("HSB2", MADE.counts[4].authority_id, 1, 4)
    assert [sum_check.authority_id for sum_check in found.sums if not sum_check.difference.same] == ["HSB2"]


def test_the_national_file_is_compared_with_each_district_by_places() -> None:
    own = top(climbed(MADE))
    assert not climbed(MADE, own).unequal
    candidates = own.votes.candidates.copy()
    candidates[2, own.ballot.lists[1].start] += 1
    found = climbed(MADE, replace(own, votes=replace(own.votes, candidates=candidates)))
    assert [(check.authority_id, check.below) for check in found.unequal] == [("CSB", "HSB3")]


def test_the_totals_of_the_national_file_are_checked() -> None:
    own = top(climbed(MADE))
    lists = own.total.lists.copy()
    lists[0, 0] += 1
    found = climbed(MADE, replace(own, total=replace(own.total, lists=lists)))
    assert [check.authority_id for check in found.sums if not check.difference.same] == ["CSB"]


def code(made: Election, *extra: Count) -> str:
    with pytest.raises(BadData) as raised:
        climbed(made, *extra)
    return raised.value.code


def test_a_body_that_is_not_in_the_definition_is_refused() -> None:
    assert code(MADE, replace(MADE.counts[0], authority_id="1234")) == "E-TAB-UNKNOWN"


def test_a_count_of_another_district_is_refused() -> None:
    assert code(MADE, replace(MADE.counts[0], contest_id="3")) == "E-EML-ELECTION"


def test_a_count_of_another_election_or_date_than_the_definition_is_refused() -> None:
    other = replace(MADE.counts[0], election=replace(MADE.counts[0].election, date="2030-03-21"))
    with pytest.raises(BadData) as raised:
        climb(bodies(MADE.definition), [Part(other, "a.xml")], {}, None, MADE.definition.head.election)
    assert raised.value.code == "E-EML-ELECTION"


def test_votes_for_candidates_who_do_not_exist_are_refused() -> None:
    count = MADE.counts[0]
    last = count.ballot.lists[-1]
    more = replace(last, candidates=(*last.candidates, Candidate(len(last.candidates) + 1)))
    with pytest.raises(BadData) as raised:
        climb(
            bodies(MADE.definition),
            [Part(replace(count, ballot=Ballot((*count.ballot.lists[:-1], more))), "a.xml")],
            by_contest(MADE.lists),
        )
    assert raised.value.code == "E-EML-CANDIDATES"
    assert "a.xml" in raised.value.reason


def test_a_count_of_another_level_is_refused() -> None:
    assert code(MADE, replace(MADE.counts[0], message="510c")) == "E-EML-AUTHORITY"


def test_two_different_counts_of_one_municipality_are_refused() -> None:
    lists = MADE.counts[0].total.lists.copy()
    lists[0, 0] += 1
    assert code(MADE, replace(MADE.counts[0], total=replace(MADE.counts[0].total, lists=lists))) == "E-TAB-TWICE"


def without(own: Count, row: int) -> Count:
    """A file of a district that leaves out one municipality, in its rows and in its total."""
    kept = [at for at in range(len(own.units)) if at != row]
    votes = replace(own.votes, **{name: getattr(own.votes, name)[kept] for name in own.votes.__slots__})
    cells = {name: getattr(votes, name).sum(axis=0, keepdims=True) for name in ("candidates", "lists", "figures")}
    return replace(own, units=tuple(own.units[at] for at in kept), votes=votes, total=replace(own.total, **cells))


def test_a_district_that_leaves_out_a_municipality_is_not_complete() -> None:
    """A total never silently leaves out one: also when no file of that municipality came in."""
    own = without(climbed(MADE).tabulations["HSB1"].count, 1)
    found = climbed(MADE, own, counts=MADE.counts[3:])
    assert found.top is not None
    assert found.agrees
    assert not found.top.coverage.complete
    (district,) = [one for one in found.top.coverage.below if one.missing]
    assert [one.authority_id for one in district.missing] == [MADE.counts[1].authority_id]


def test_a_row_of_a_municipality_that_is_not_in_the_district_is_refused() -> None:
    own = climbed(MADE).tabulations["HSB1"].count
    for other in ("HSB1::1234", MADE.counts[5].authority_id or ""):
        with pytest.raises(BadData) as raised:
            climbed(MADE, replace(own, units=(replace(own.units[0], id=other), *own.units[1:])))
        assert (raised.value.code, other in raised.value.reason) == ("E-TAB-UNKNOWN", True)


def later(count: Count, by: int) -> Count:
    lists = count.total.lists.copy()
    lists[0, 0] += by
    return replace(count, created="2030-03-29T10:00:00", total=replace(count.total, lists=lists))


def test_a_correction_of_a_municipality_is_what_its_district_is_compared_with() -> None:
    """X-09: the file of the district was made before the correction, and differs from it in the one cell."""
    own = climbed(MADE).tabulations["HSB1"].count
    found = climbed(MADE, own, later(MADE.counts[0], 2))
    assert [(one.authority_id, one.cells) for one in found.replaced] == [(MADE.counts[0].authority_id, 1)]
    ((check,), (cell,)) = (found.unequal, found.unequal[0].difference.cells)
    assert (check.below, (cell.new or 0) - (cell.old or 0)) == (MADE.counts[0].authority_id, -2)


def test_a_corrected_district_and_a_corrected_national_file_replace_the_first() -> None:
    first = climbed(MADE)
    for own in (first.tabulations["HSB1"].count, top(first)):
        found = climbed(MADE, own, later(own, 1))
        assert [(one.authority_id, one.cells) for one in found.replaced] == [(own.authority_id, 1)]
        assert own.authority_id in {check.authority_id for check in found.sums if not check.difference.same}


def test_a_real_water_board_is_read_with_its_definition(data: Path) -> None:
    from waarmerk import formats
    from waarmerk.election.definition import ElectionDefinition

    folder = data / "real" / "eml" / "ab2023_scheldestromen"
    with (folder / "Verkiezingsdefinitie_AB2023_Scheldestromen.eml.xml").open("rb") as stream:
        definition = formats.read(stream)
    with (folder / "Telling_AB2023_Scheldestromen_gemeente_Borsele.eml.xml").open("rb") as stream:
        count = formats.read(stream)
    assert isinstance(definition, ElectionDefinition)
    assert isinstance(count, Count)
    found = climb(bodies(definition), [Part(count, "borsele")])
    assert found.top is not None
    assert found.top.coverage.reported == ("0654",)
    assert [missing.authority_id for missing in found.top.coverage.missing] == ["0664"]


def test_postal_votes_from_abroad_go_into_the_district_of_the_hague() -> None:
    made = election(replace(KINDS["TK"], districts=12, municipalities=1, stations=(1, 1)), 3)
    home = climbed(made)
    abroad = replace(made.counts[11], authority_id="9010", authority_name="NBSB")
    found = climbed(made, abroad)
    assert home.top is not None
    assert found.top is not None
    assert home.top.coverage.complete
    assert found.top.coverage.complete
    assert found.tabulations["HSB12"].coverage.reported == (made.counts[11].authority_id, "9010")
    more = int(found.top.count.total.figures[0, Figure.COUNTED]) - int(home.top.count.total.figures[0, Figure.COUNTED])
    assert more == made.counts[11].total.figures[0, Figure.COUNTED]
