"""Files that the statistics were not made for: never an exception, never a score that is no number (checks.md 3.11, 7)."""

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.counts import Station, difference, municipality, reasons, station
from tests.checks.model.made_up import changed, made_up
from waarmerk.checks import examine
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import FEWEST_STATIONS, NATIONAL
from waarmerk.checks.model.reference import expected
from waarmerk.checks.model.statistics import statistics
from waarmerk.election.count import MAX_NUMBER, Ballot, Candidate, CandidateList, Count, Figure, Votes
from waarmerk.election.finding import Code

GOOD = made_up(1, 8)


def judged(count: Count) -> None:
    """Everything that is said of a count is a number, and nothing failed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a division by zero is where a NaN begins
        examined = examine(replace(count, election=replace(count.election, category="GR")))
        said = statistics(count, "TK")
    assert [f for f in examined.findings if f.code is Code.C31] == []
    assert np.isfinite(said.expected_false)
    for top in said.findings:
        assert top.probability is not None
        assert 0 <= top.probability <= 1
        for finding in (top, *top.also):
            assert finding.score is not None
            assert np.isfinite(finding.score)
            assert np.isfinite([float(cell.expected) for cell in finding.cells if cell.expected is not None]).all()
            assert finding.figures
            assert all(
                cell.expected_low <= cell.expected_high for cell in finding.cells if cell.expected_low is not None
            )


def with_parts(count: Count, **parts: np.ndarray) -> Count:
    return replace(count, votes=replace(count.votes, **parts))


def no_votes(count: Count, stations: list[int]) -> Count:
    parts = {name: getattr(count.votes, name).copy() for name in ("candidates", "lists", "figures")}
    for part in parts.values():
        part[stations] = 0
    return with_parts(count, **parts)


def absent(count: Count, figures: list[Figure], stations: list[int]) -> Count:
    said, mask = count.votes.figures.copy(), count.votes.figures_reported.copy()
    for row in stations:
        said[row, figures] = 0
        mask[row, figures] = False
    return with_parts(count, figures=said, figures_reported=mask)


def only(count: Count, rows: list[int]) -> Count:
    votes = Votes(*(getattr(count.votes, name)[rows] for name in Votes.__slots__))
    return replace(count, votes=votes, units=tuple(count.units[row] for row in rows))


def all_to_one(count: Count) -> Count:
    candidates = np.zeros_like(count.votes.candidates)
    for lst in count.ballot.lists:
        candidates[:, lst.start] = count.votes.lists[:, lst.number - 1]
    return with_parts(count, candidates=candidates)


def huge(count: Count) -> Count:
    return changed(count, 3, {(2, 3): MAX_NUMBER})


def without_candidates(count: Count) -> Count:
    """One list has a total, and no candidate stands in the file."""
    first, *others = count.ballot.lists
    cut = len(first.candidates)
    lists = (CandidateList(first.number, first.name, (), 0), *(replace(lst, start=lst.start - cut) for lst in others))
    votes = replace(
        count.votes,
        candidates=count.votes.candidates[:, cut:],
        candidates_reported=count.votes.candidates_reported[:, cut:],
    )
    total = replace(
        count.total,
        candidates=count.total.candidates[:, cut:],
        candidates_reported=count.total.candidates_reported[:, cut:],
    )
    return replace(count, ballot=Ballot(lists), votes=votes, total=total)


def many_candidates() -> Count:
    """Trap 17 in small: 1,100 candidates at four stations, most without a vote."""
    rng = np.random.default_rng(1)
    sizes = [55] * 20
    return municipality(
        *(station([rng.multinomial(25, np.ones(size) / size).tolist() for size in sizes]) for _ in range(4))
    )


def renamed(count: Count, **change: str | None) -> Count:
    return replace(count, units=tuple(replace(unit, **change) for unit in count.units))  # type: ignore[arg-type]


ADMISSION = [Figure.ADMITTED, Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES]
EVERY = list(range(8))
BAD: dict[str, Callable[[], Count]] = {
    "no votes anywhere": lambda: no_votes(GOOD, EVERY),
    "votes at one station only": lambda: no_votes(GOOD, EVERY[1:]),
    "votes at three stations only": lambda: no_votes(GOOD, EVERY[3:]),
    "no votes at one station": lambda: no_votes(GOOD, [2]),
    "no stations": lambda: only(GOOD, []),
    "one station": lambda: only(GOOD, [0]),
    "three stations": lambda: only(GOOD, [0, 1, 2]),
    "one list": lambda: municipality(*(station([[100 + i, 50, i]]) for i in range(8))),
    "one list of one candidate": lambda: municipality(*(station([[100 + i]]) for i in range(8))),
    "lists of one candidate": lambda: municipality(*(station([[100 + i], [50], [i]]) for i in range(8))),
    "every station the same": lambda: municipality(*(station([[100, 50, 3], [40, 20, 1]]) for _ in range(8))),
    "one vote a station": lambda: municipality(*(station([[1, 0], [0, 0]]) for _ in range(8))),
    "one candidate has all votes": lambda: all_to_one(GOOD),
    "one candidate has all votes at one station": lambda: changed(
        no_votes(GOOD, [2]), 2, {(1, 1): 900}, {Figure.ADMITTED: 900}
    ),
    "no post codes": lambda: renamed(GOOD, postcode=None),
    "post codes that are none": lambda: renamed(GOOD, postcode="??"),
    "one post code for all": lambda: renamed(GOOD, postcode="1234AB"),
    "equal names": lambda: renamed(GOOD, name="Gymzaal"),
    "equal ids": lambda: renamed(GOOD, id="9987::SB1"),
    "list totals that are not the sums": lambda: with_parts(GOOD, lists=GOOD.votes.lists + 7),
    "list totals below their candidates": lambda: with_parts(GOOD, lists=GOOD.votes.lists // 3),
    "valid votes that are not the sums": lambda: changed(GOOD, 2, figures={Figure.COUNTED: 1}),
    "more rejected than ballots": lambda: changed(GOOD, 2, figures={Figure.COUNTED: 0, Figure.BLANK: 5000}),
    "no voters admitted": lambda: changed(GOOD, 2, figures=dict.fromkeys(ADMISSION, 0)),
    "voters absent everywhere": lambda: absent(GOOD, ADMISSION, EVERY),
    "voters absent at one station": lambda: absent(GOOD, ADMISSION, [2]),
    "rejected absent": lambda: absent(GOOD, [Figure.BLANK, Figure.INVALID], EVERY),
    "all figures absent": lambda: absent(GOOD, list(Figure), EVERY),
    "a list without candidates": lambda: without_candidates(GOOD),
    "the largest number in a cell": lambda: huge(GOOD),
    "the largest number everywhere": lambda: with_parts(
        GOOD,
        candidates=np.full_like(GOOD.votes.candidates, MAX_NUMBER),
        figures=np.full_like(GOOD.votes.figures, MAX_NUMBER),
    ),
    "the largest number of voters": lambda: changed(GOOD, 2, figures={Figure.ADMITTED: MAX_NUMBER}),
    "the largest number of proxies": lambda: changed(GOOD, 2, figures={Figure.PROXIES: MAX_NUMBER}),
    "1,100 candidates at four stations": many_candidates,
}


@pytest.mark.parametrize("name", BAD)
def test_whatever_a_file_is_what_is_said_of_it_is_a_number(name: str):
    judged(BAD[name]())


def test_shares_are_numbers_between_nothing_and_all_where_one_candidate_has_all_votes():
    found = expected(Observed.of(all_to_one(GOOD)), NATIONAL)
    for values in (found.share, found.m, found.m_effective, found.fit, found.loss):
        assert np.isfinite(values).all()
    assert ((found.share >= 0) & (found.share <= 1)).all()


CELLS = st.integers(0, 3) | st.integers(0, 500) | st.just(MAX_NUMBER // 10)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda rows: st.lists(
            st.tuples(
                st.lists(st.lists(CELLS, min_size=rows, max_size=rows), min_size=3, max_size=3),
                st.integers(-20, 20),
                st.integers(0, 50),
                st.booleans(),
            ),
            min_size=1,
            max_size=9,
        )
    )
)
def test_any_numbers_at_all_are_judged_without_a_defect(rows):
    stations = []
    for votes, more, blank, known in rows:
        found = sum(map(sum, votes)) + blank
        voters = max(found + more, 0) if known else None
        stations.append(Station(votes, {"blank": blank, "admitted": voters, "poll_cards": voters}))
    judged(municipality(*stations))


@pytest.mark.parametrize("stations", range(1, FEWEST_STATIONS + 2))
def test_with_too_few_stations_it_is_said_that_nothing_was_judged(stations):
    count = only(GOOD, list(range(stations)))
    few = "few-stations" in reasons(examine(count), Code.H01)
    assert few == (stations < FEWEST_STATIONS)
    assert statistics(count, "TK").stations == stations


def test_without_voters_it_is_said_that_differences_were_not_judged():
    examined = examine(absent(GOOD, ADMISSION, EVERY))
    assert "figure-absent" in reasons(examined, Code.H06)
    told = {finding.code for finding in statistics(absent(GOOD, ADMISSION, EVERY), "TK").findings}
    assert not told & {Code.H06, Code.H08, Code.H09, Code.H11, Code.H14}


def test_of_sums_of_stations_it_is_said_that_nothing_was_judged():
    examined = examine(municipality(*(difference(500 + i, 500) for i in range(8)), message="510c"))
    assert "level" in reasons(examined, Code.H01)
    assert examined.statistics is None


def test_an_absent_figure_is_not_nothing():
    """Where voters are absent the difference is unknown, which is not the number of ballots."""
    observed = Observed.of(absent(GOOD, ADMISSION, [2]))
    assert observed.has_difference.tolist() == [row != 2 for row in range(8)]


def test_sums_of_candidates_are_used_whatever_total_is_reported():
    """Trap 3 and T15."""
    wrong = with_parts(GOOD, lists=GOOD.votes.lists * 3)
    assert [f.score for f in statistics(wrong, "TK").findings] == [f.score for f in statistics(GOOD, "TK").findings]


def test_rows_without_a_number_are_counted_from_the_top():
    lists = tuple(
        replace(lst, candidates=tuple(Candidate(None, one.name) for one in lst.candidates)) for lst in GOOD.ballot.lists
    )
    count = replace(changed(GOOD, 2, {(1, 1): 0, (1, 3): 90}), ballot=Ballot(lists))
    judged(count)
    cells = [c for f in statistics(count, "TK").findings for c in f.cells if c.list == 1 and f.unit == "9987::SB3"]
    assert {cell.candidate for cell in cells} >= {1, 3}
