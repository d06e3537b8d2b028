from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.election.count import Ballot, Candidate, CandidateList, Count, ElectionInfo, Figure
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.difference import difference, level_difference, sum_difference

ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")
COUNT = municipality(1, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("13", "Rotterdam"), stations=5)


def changed(count: Count, block: str, row: int, column: int, by: int) -> Count:
    cells = getattr(count.votes, block).copy()
    cells[row, column] += by
    return replace(count, votes=replace(count.votes, **{block: cells}))


def unreported(count: Count, figure: Figure) -> Count:
    reported = count.votes.figures_reported.copy()
    reported[:, figure] = False
    return replace(count, votes=replace(count.votes, figures_reported=reported))


def test_a_count_does_not_differ_from_itself() -> None:
    assert difference(COUNT, COUNT).same


def test_every_cell_is_compared() -> None:
    columns = COUNT.ballot.size + len(COUNT.ballot.lists) + int(COUNT.total.figures_reported.sum())
    assert difference(COUNT, COUNT).compared == columns * (len(COUNT.units) + 1)


@given(st.integers(0, 4), st.integers(0, COUNT.ballot.size - 1), st.integers(1, 1000))
def test_one_changed_candidate_is_the_one_cell_named(row: int, column: int, by: int) -> None:
    found = difference(COUNT, changed(COUNT, "candidates", row, column, by))
    (cell,) = found.cells
    lst = next(lst for lst in COUNT.ballot.lists if lst.start <= column < lst.start + len(lst.candidates))
    assert (cell.unit, cell.list, cell.candidate) == (COUNT.units[row].id, lst.number, column - lst.start + 1)
    assert cell.new is not None and cell.old is not None and cell.new - cell.old == by


def test_a_changed_list_total_names_list_and_no_candidate() -> None:
    (cell,) = difference(COUNT, changed(COUNT, "lists", 2, 3, 1)).cells
    assert (cell.list, cell.candidate, cell.figure) == (COUNT.ballot.lists[3].number, None, None)


def test_a_changed_figure_is_named() -> None:
    (cell,) = difference(COUNT, changed(COUNT, "figures", 0, Figure.BLANK, 1)).cells
    assert (cell.figure, cell.list) == (Figure.BLANK, None)


def test_what_only_one_reports_is_one_sided_and_no_difference() -> None:
    found = difference(COUNT, unreported(COUNT, Figure.TAKEN_HOME))
    assert found.same
    assert [(cell.figure, cell.new) for cell in found.one_sided] == [(Figure.TAKEN_HOME, None)] * 5


@given(st.permutations(range(5)))
def test_order_of_units_never_matters(order: list[int]) -> None:
    votes = replace(COUNT.votes, **{name: getattr(COUNT.votes, name)[order] for name in COUNT.votes.__slots__})
    assert difference(COUNT, replace(COUNT, units=tuple(COUNT.units[i] for i in order), votes=votes)).same


def test_units_that_came_or_went_are_named() -> None:
    votes = replace(COUNT.votes, **{name: getattr(COUNT.votes, name)[:4] for name in COUNT.votes.__slots__})
    shorter = replace(COUNT, units=COUNT.units[:4], votes=votes)
    assert difference(COUNT, shorter).units_gone == (COUNT.units[4].id,)
    assert difference(shorter, COUNT).units_new == (COUNT.units[4].id,)


def test_candidates_are_matched_by_id_not_by_place() -> None:
    lists = tuple(
        CandidateList(lst.number, lst.name, tuple(Candidate((c.id or 0) + 100) for c in lst.candidates), lst.start)
        for lst in COUNT.ballot.lists
    )
    found = difference(COUNT, replace(COUNT, ballot=Ballot(lists)))
    assert not found.cells
    assert len(found.ballot) == 2 * COUNT.ballot.size


def test_a_list_on_one_side_only_is_named_once() -> None:
    first = COUNT.ballot.lists[0]
    moved = replace(COUNT, ballot=Ballot((replace(first, number=99), *COUNT.ballot.lists[1:])))
    found = difference(COUNT, moved)
    assert not found.same
    assert [(c.list, c.candidate, c.where) for c in found.ballot] == [(1, None, "old"), (99, None, "new")]


def test_another_election_stands_in_the_header() -> None:
    other = replace(COUNT, election=replace(ELECTION, id="TK2031"))
    assert [(h.what, h.old, h.new) for h in difference(COUNT, other).header] == [("election", "TK2030", "TK2031")]


def test_another_date_authority_or_contest_is_no_same_count() -> None:
    for other in (
        replace(COUNT, election=replace(ELECTION, date="2030-03-21")),
        replace(COUNT, authority_id="9986"),
        replace(COUNT, contest_id="14"),
    ):
        assert not difference(COUNT, other).same


def test_a_wrong_total_is_found_against_the_sum_of_the_stations() -> None:
    lists = COUNT.total.lists.copy()
    lists[0, 0] += 10
    (cell,) = sum_difference(replace(COUNT, total=replace(COUNT.total, lists=lists))).cells
    assert (cell.unit, cell.list) == (None, 1)
    assert cell.new is not None and cell.old is not None and cell.new - cell.old == 10


def test_sums_beyond_a_cell_do_not_wrap_around() -> None:
    cells = COUNT.votes.lists.copy()
    cells[:, 0] = 999_999_999
    (cell,) = sum_difference(replace(COUNT, votes=replace(COUNT.votes, lists=cells))).cells
    assert cell.old == 5 * 999_999_999


def test_a_level_above_without_the_unit_gives_it_back() -> None:
    assert level_difference(COUNT, COUNT, "HSB13::9987").units_gone == ("HSB13::9987",)


def test_the_total_below_is_compared_with_its_row_above() -> None:
    above = replace(COUNT, votes=COUNT.total, units=(replace(COUNT.units[0], id="HSB13::9987"),), message="510c")
    assert level_difference(COUNT, above, "HSB13::9987").same
    (cell,) = level_difference(COUNT, changed(above, "lists", 0, 1, 3), "HSB13::9987").cells
    assert cell.unit == "HSB13::9987"
    assert np.sign((cell.new or 0) - (cell.old or 0)) == 1
