from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.election.count import Ballot, Count, ElectionInfo, Figure
from waarmerk.errors import BadData
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.add_up import Expected, Part, Tabulation, Target, add_up
from waarmerk.tabulation.difference import level_difference

ELECTION = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")
FIRST = municipality(1, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("13", "Rotterdam"), stations=4)
COUNTS = [FIRST] + [
    municipality(
        1,
        f"998{n}",
        f"Dorp {n}",
        election=ELECTION,
        contest=Contest("13", "Rotterdam"),
        stations=4,
        ballot=FIRST.ballot,
    )
    for n in (3, 1, 9)
]
DISTRICT = Target("510c", "HSB13", "Rotterdam")
EVERYONE = [Expected(str(count.authority_id), count.authority_name) for count in COUNTS]


def tabulated(counts: list[Count], expected: list[Expected] = EVERYONE) -> Tabulation:
    return add_up([Part(count, f"{count.authority_id}.eml.xml") for count in counts], expected, DISTRICT)


def refusal(counts: list[Count], expected: list[Expected] = EVERYONE) -> BadData:
    with pytest.raises(BadData) as raised:
        tabulated(counts, expected)
    return raised.value


def test_reported_totals_are_added() -> None:
    total = tabulated(COUNTS).count.total
    for block in ("candidates", "lists"):
        assert (getattr(total, block) == sum(getattr(count.total, block) for count in COUNTS)).all()


def test_the_rows_are_the_totals_of_the_level_below() -> None:
    above = tabulated(COUNTS).count
    for count in COUNTS:
        assert level_difference(count, above, f"HSB13::{count.authority_id}").same


@given(st.permutations(COUNTS))
def test_order_of_the_parts_never_matters(counts: list[Count]) -> None:
    one, other = tabulated(COUNTS), tabulated(counts)
    assert one.count.units == other.count.units
    assert one.count.votes.same(other.count.votes)
    assert one.count.total.same(other.count.total)
    assert one.coverage == other.coverage


@given(st.permutations(range(len(FIRST.units))))
def test_order_of_the_stations_never_matters(order: list[int]) -> None:
    votes = replace(FIRST.votes, **{name: getattr(FIRST.votes, name)[order] for name in FIRST.votes.__slots__})
    other = replace(FIRST, units=tuple(FIRST.units[at] for at in order), votes=votes)
    one, two = tabulated(COUNTS), tabulated([other, *COUNTS[1:]])
    assert one.count.same(two.count)
    assert one.admitted == two.admitted
    assert two.sums_hold


def test_cards_and_admitted_voters_do_not_go_up_but_can_be_asked() -> None:
    result = tabulated(COUNTS)
    dropped = [Figure.POLL_CARDS, Figure.ADMITTED, Figure.FOUND]
    assert not result.count.votes.figures_reported[:, dropped].any()
    assert sum(d for d in result.admitted if d is not None) == sum(c.total.figures[0, Figure.ADMITTED] for c in COUNTS)


def test_coverage_says_who_is_missing() -> None:
    coverage = tabulated(COUNTS[:2]).coverage
    assert [authority.authority_id for authority in coverage.missing] == ["9981", "9989"]
    assert not coverage.complete
    assert coverage.stations == 8
    assert coverage.called == sum(int(c.total.figures[0, Figure.CAST]) for c in COUNTS[:2])


def test_everyone_in_is_complete() -> None:
    assert tabulated(COUNTS).coverage.complete


def test_without_a_list_of_authorities_nothing_is_complete() -> None:
    assert not tabulated(COUNTS, []).coverage.complete


def test_the_same_count_twice_is_added_once_and_named() -> None:
    twice = tabulated([*COUNTS, COUNTS[1]])
    assert twice.coverage.doubled == ("9983",)
    assert twice.count.total.same(tabulated(COUNTS).count.total)


# Several counts of one authority.


def version(by: int, created: str | None, phase: str | None = None) -> Count:
    """The first municipality with ``by`` votes more for its first list."""
    lists = FIRST.total.lists.copy()
    lists[0, 0] += by
    return replace(FIRST, created=created, phase=phase, total=replace(FIRST.total, lists=lists))


VERSIONS = [version(by, f"2030-03-2{by}T10:00:00.000") for by in (1, 2, 3)]


@given(st.permutations([*VERSIONS, *COUNTS[1:]]))
def test_of_several_counts_the_newest_is_added_and_the_others_named_whatever_the_order(counts: list[Count]) -> None:
    parts = [Part(count, f"{count.created} {count.authority_id}") for count in counts]
    result = add_up(parts, EVERYONE, DISTRICT)
    assert result.count.total.same(tabulated([VERSIONS[2], *COUNTS[1:]]).count.total)
    names = [f"{version.created} 9987" for version in VERSIONS]
    found = {(one.authority_id, one.origin, one.by, one.cells) for one in result.coverage.replaced}
    assert found == {("9987", names[0], names[2], 1), ("9987", names[1], names[2], 1)}
    assert result.coverage.complete


def test_a_correction_holds_before_a_first_session_whenever_they_were_made() -> None:
    first, corrected = (
        version(1, "2030-03-29T10:00:00", "eerste zitting"),
        version(2, "2030-03-21T10:00:00", "corrigendum"),
    )
    assert tabulated([first, corrected]).count.total.same(tabulated([corrected]).count.total)


def test_a_csv_that_is_a_copy_of_one_of_two_counts_is_no_third() -> None:
    copy = version(1, None)
    result = tabulated([*VERSIONS[:2], copy])
    assert result.count.total.same(tabulated([VERSIONS[1]]).count.total)
    assert len(result.coverage.replaced) == 2
    assert tabulated([VERSIONS[0], copy]).coverage.doubled == ("9987",)


def test_a_file_given_again_with_another_time_is_a_copy() -> None:
    later = replace(VERSIONS[0], created="2030-04-01T10:00:00")
    coverage = tabulated([VERSIONS[0], later]).coverage
    assert (coverage.doubled, coverage.replaced) == (("9987",), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2030-03-21T10:00:00", "2030-03-21T10:00:00.000"),
        ("2030-03-21T10:00:00Z", "2030-03-21T12:00:00+02:00"),
        ("2030-03-21T10:00:00Z", "2030-03-21T23:00:00"),
        (None, "2030-03-21T10:00:00"),
        (None, None),
        ("2030-99-99T10:00:00", "2030-03-21T10:00:00"),
    ],
)
def test_two_different_counts_of_which_neither_is_newer_are_refused_by_name(one: str | None, other: str | None) -> None:
    """A total never silently holds one of two; equal moments, other clocks and a CSV cannot be ordered."""
    parts = [Part(version(1, one), "een.eml.xml"), Part(version(2, other), "twee.eml.xml")]
    with pytest.raises(BadData) as raised:
        add_up(parts, EVERYONE, DISTRICT)
    assert raised.value.code == "E-TAB-TWICE"
    assert all(name in raised.value.reason for name in ("een.eml.xml", "twee.eml.xml", "9987", "take away"))


def test_a_newer_count_with_other_candidates_replaces_nothing() -> None:
    fewer = Ballot((replace(FIRST.ballot.lists[0], number=40), *FIRST.ballot.lists[1:]))
    assert refusal([VERSIONS[0], replace(VERSIONS[1], ballot=fewer)]).code == "E-TAB-TWICE"


def test_a_newer_count_of_another_election_replaces_nothing() -> None:
    other = replace(VERSIONS[1], election=replace(ELECTION, date="2030-03-27"))
    assert refusal([VERSIONS[0], other]).code == "E-TAB-TWICE"


def test_an_authority_that_does_not_report_here_is_refused() -> None:
    assert refusal(COUNTS, EVERYONE[1:]).code == "E-TAB-UNKNOWN"


def test_another_election_is_refused() -> None:
    other = replace(COUNTS[1], election=replace(ELECTION, id="EP2030"))
    assert refusal([FIRST, other]).code == "E-EML-ELECTION"


def test_another_date_is_refused() -> None:
    other = replace(COUNTS[1], election=replace(ELECTION, date="2030-03-21"))
    assert refusal([FIRST, other]).code == "E-EML-ELECTION"


def test_another_contest_is_refused() -> None:
    assert refusal([FIRST, replace(COUNTS[1], contest_id="14")]).code == "E-EML-ELECTION"


def test_a_csv_without_contest_takes_that_of_the_others() -> None:
    csv = replace(COUNTS[1], contest_id=None, contest_name=None)
    assert tabulated([FIRST, csv]).count.contest_id == "13"


def test_another_ballot_is_refused() -> None:
    renumbered = Ballot((replace(FIRST.ballot.lists[0], number=40), *FIRST.ballot.lists[1:]))
    error = refusal([FIRST, replace(COUNTS[1], ballot=renumbered)])
    assert error.code == "E-EML-CANDIDATES"
    assert "list" in error.reason


def test_counts_of_different_levels_are_refused() -> None:
    assert refusal([FIRST, replace(COUNTS[1], message="510c")]).code == "E-EML-TYPE"


def test_nothing_to_add_is_refused() -> None:
    assert refusal([]).code == "E-TAB-NONE"


def test_a_sum_that_no_document_can_hold_is_refused() -> None:
    lists = FIRST.total.lists.copy()
    lists[0, 0] = 999_999_999
    assert refusal([replace(FIRST, total=replace(FIRST.total, lists=lists)), COUNTS[1]]).code == "E-TAB-OVERFLOW"


def test_a_total_that_is_not_the_sum_of_its_stations_is_shown() -> None:
    lists = FIRST.total.lists.copy()
    lists[0, 2] += 5
    result = tabulated([replace(FIRST, total=replace(FIRST.total, lists=lists)), *COUNTS[1:]])
    (check,) = result.unequal
    assert check.authority_id == "9987"
    assert [cell.list for cell in check.difference.cells] == [FIRST.ballot.lists[2].number]


def test_called_voters_that_do_not_add_up_are_no_unequal_sum() -> None:
    figures = FIRST.total.figures.copy()
    figures[0, Figure.CAST] += 5
    assert tabulated([replace(FIRST, total=replace(FIRST.total, figures=figures))]).sums_hold


def test_a_figure_that_one_leaves_out_is_absent_above_and_named() -> None:
    reported = COUNTS[1].total.figures_reported.copy()
    reported[0, Figure.TAKEN_HOME] = False
    result = tabulated([FIRST, replace(COUNTS[1], total=replace(COUNTS[1].total, figures_reported=reported))])
    assert result.coverage.not_reported == (Figure.TAKEN_HOME,)
    assert not result.count.total.figures_reported[0, Figure.TAKEN_HOME]


def test_names_of_candidates_come_from_whoever_has_them() -> None:
    nameless = Ballot(
        tuple(
            replace(lst, candidates=tuple(replace(c, name=None) for c in lst.candidates)) for lst in FIRST.ballot.lists
        )
    )
    result = tabulated([replace(FIRST, ballot=nameless), COUNTS[1]])
    assert result.count.ballot == FIRST.ballot


def test_units_stand_under_their_district() -> None:
    assert [unit.id for unit in tabulated([FIRST]).count.units] == ["HSB13::9987"]
    assert np.all(~np.array([unit.station for unit in tabulated([FIRST]).count.units]))
