"""Laws of the statistics: order never matters, a station never proves itself usual, scores are numbers (checks.md 3.12, 7)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.model.made_up import changed, made_up, with_voters
from waarmerk.checks.mistakes import KINDS, Kind, Size, plant
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import NATIONAL
from waarmerk.checks.model.reference import expected, likeness
from waarmerk.checks.model.search import search
from waarmerk.checks.model.shares import list_model
from waarmerk.checks.model.statistics import statistics
from waarmerk.election.count import Ballot, CandidateList, Count, Figure, Unit, Votes
from waarmerk.election.finding import Finding

VISIBLE = [kind for kind in KINDS if kind.visible]
FEW = settings(max_examples=4, deadline=None)
STATION = 5


def mistaken(seed: int, kinds: list[Kind], stations: int = 12) -> Count:
    """A small municipality with mistakes in it, so that there is much to say."""
    count, rng, made = made_up(seed, stations, quarters=2, pairs=True), np.random.default_rng(seed), []
    for kind in kinds:
        one = plant(count, kind, rng, Size(10), [unit for m in made for unit in m.units])
        if one is not None:
            made.append(one)
            count = one.count
    return count


def stations_in(count: Count, order: np.ndarray) -> Count:
    votes = Votes(*(getattr(count.votes, name)[order] for name in Votes.__slots__))
    return replace(count, votes=votes, units=tuple(count.units[i] for i in order))


def lists_in(count: Count, order: np.ndarray) -> Count:
    lists = [count.ballot.lists[i] for i in order]
    columns = np.concatenate([np.arange(lst.start, lst.start + len(lst.candidates)) for lst in lists])
    ballot = Ballot.of((lst.number, lst.name, lst.candidates) for lst in lists)

    def moved(votes: Votes) -> Votes:
        return replace(
            votes,
            candidates=votes.candidates[:, columns],
            candidates_reported=votes.candidates_reported[:, columns],
            lists=votes.lists[:, order],
            lists_reported=votes.lists_reported[:, order],
        )

    return replace(count, ballot=ballot, votes=moved(count.votes), total=moved(count.total))


def said_of(finding: Finding) -> tuple[object, ...]:
    """What a finding says, whichever of two stations it begins with."""
    cells = sorted(
        (
            c.unit,
            c.list or 0,
            c.candidate or 0,
            c.figure or "",
            c.reported,
            c.corrected if c.corrected is not None else -1,
        )
        for c in finding.cells
    )
    units = sorted({finding.unit or "", str(finding.figures.get("other_unit", finding.unit))})
    return finding.code.value, finding.severity, tuple(units), tuple(cells)


def same(count: Count, other: Count) -> None:
    scores = [sorted(e.score for e in search(Observed.of(c), "TK", NATIONAL).explanations) for c in (count, other)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)
    one, two = statistics(count, "TK"), statistics(other, "TK")
    assert one.flagged == two.flagged
    assert one.audit == two.audit
    first, second = (sorted((said_of(f), f.score, f.probability) for f in said.findings) for said in (one, two))
    assert [says for says, *_ in first] == [says for says, *_ in second]
    # A report rounds to four decimals: half a unit of the last is no difference.
    assert [score for _, score, _ in first] == pytest.approx([score for _, score, _ in second], abs=1.01e-4)
    assert [p for *_, p in first] == pytest.approx([p for *_, p in second], abs=1.01e-4)


@FEW
@given(st.integers(0, 1000), st.lists(st.sampled_from(VISIBLE), max_size=3), st.data())
def test_the_order_of_stations_never_matters(seed, kinds, data):
    count = mistaken(seed, kinds)
    order = np.array(data.draw(st.permutations(range(len(count.units)))))
    same(count, stations_in(count, order))


@FEW
@given(st.integers(0, 1000), st.lists(st.sampled_from(VISIBLE), max_size=3), st.data())
def test_the_order_of_lists_never_matters(seed, kinds, data):
    count = mistaken(seed, kinds)
    order = np.array(data.draw(st.permutations(range(len(count.ballot.lists)))))
    same(count, lists_in(count, order))


@FEW
@given(st.integers(0, 1000), st.lists(st.sampled_from(VISIBLE), max_size=3))
def test_another_municipality_changes_nothing(seed, kinds):
    count, other = mistaken(seed, kinds), mistaken(seed + 1, VISIBLE[:2])
    away = replace(other, authority_id="0001", authority_name="Elders", election=replace(other.election, id="TK2026"))
    alone = statistics(count, "TK")
    statistics(away, "TK")
    assert statistics(count, "TK") == alone
    assert replace(statistics(count, "TK", earlier=[away]), matched=None) == alone


@FEW
@given(st.integers(0, 1000), st.data())
def test_a_station_is_never_in_its_own_reference(seed, data):
    """Trap 1: whatever the split of its lists, and whatever its lists, others alone say what was to be expected."""
    count = made_up(seed, 12)
    constants = replace(NATIONAL, reference=replace(NATIONAL.reference, outlier=np.inf))
    before = expected(Observed.of(count), constants)
    split = {}
    for lst in count.ballot.lists:
        votes = int(count.votes.lists[STATION, lst.number - 1])
        row = data.draw(st.integers(1, len(lst.candidates)))
        split |= {(lst.number, r): votes if r == row else 0 for r in range(1, len(lst.candidates) + 1)}
    after = expected(Observed.of(changed(count, STATION, split)), constants)
    assert after.share[STATION] == pytest.approx(before.share[STATION], abs=1e-12)
    assert after.weight[STATION] == pytest.approx(before.weight[STATION])
    others = np.arange(12) != STATION
    assert np.abs(after.share[others] - before.share[others]).max() > 1e-6


def test_a_station_is_not_like_itself():
    assert (np.diag(likeness(Observed.of(made_up(1)), 0.13)) == 0).all()


@pytest.mark.parametrize("stations", [8, 12, 30])
def test_a_strange_station_does_not_make_itself_usual(stations):
    """Trap 1 for the lists: the larger the list, the stranger it is, also where stations are few."""
    count = made_up(3, stations)
    lst = count.ballot.lists[int(count.votes.lists.sum(axis=0).argmin())]
    strange = []
    for more in (50, 100, 200, 400, 800):
        cell = {(lst.number, 1): int(count.votes.candidates[STATION, lst.start]) + more}
        observed = Observed.of(with_voters(changed(count, STATION, cell), STATION))
        z, _ = list_model(observed, NATIONAL).conditional(STATION, float(observed.valid[STATION]))
        strange.append(z[lst.number - 1])
    assert strange == sorted(strange)
    assert strange[-1] > 4


@FEW
@given(st.integers(0, 1000), st.lists(st.sampled_from(VISIBLE), max_size=4), st.integers(1, 14))
def test_every_finding_has_a_score_a_probability_figures_and_a_word(seed, kinds, stations):
    for finding in statistics(mistaken(seed, kinds, stations), "GR").findings:
        assert finding.hypothesis
        assert finding.figures
        assert finding.unit
        for one in (finding, *finding.also):
            assert one.score is not None
            assert np.isfinite(one.score)
        assert finding.probability is not None
        assert 0 <= finding.probability <= 1
        for cell in finding.cells:
            assert cell.corrected is None or cell.corrected >= 0
            assert cell.expected is None or float(cell.expected) >= 0


def units_of(count: Count, **change: object) -> Count:
    return replace(count, units=tuple(replace(unit, **change) for unit in count.units))  # type: ignore[arg-type]


def before(count: Count, units: list[Unit], date: str = "2026-03-18") -> Count:
    return replace(count, units=tuple(units), election=replace(count.election, id=f"TK{date[:4]}", date=date))


@pytest.mark.parametrize(
    ("moved", "ways"),
    [
        (lambda i, u: u, {"postcode": 12, "name": 0, "number": 0}),
        (
            lambda i, u: replace(u, id=f"9987::SB{100 + i}", name=f"Anders {i}"),
            {"postcode": 12, "name": 0, "number": 0},
        ),
        (lambda i, u: replace(u, id=f"9987::SB{100 + i}", postcode=None), {"postcode": 0, "name": 12, "number": 0}),
        (lambda i, u: replace(u, name=f"Anders {i}", postcode=None), {"postcode": 0, "name": 0, "number": 12}),
        (
            lambda i, u: replace(u, id=f"9987::SB{100 + i}", name=f"Anders {i}", postcode=None),
            {"postcode": 0, "name": 0, "number": 0},
        ),
        (lambda i, u: replace(u, postcode=None) if i < 4 else u, {"postcode": 8, "name": 4, "number": 0}),
    ],
    ids=["same", "renamed", "moved", "moved and renamed", "all new", "some moved"],
)
def test_a_station_is_found_again_by_post_code_then_name_then_number(moved, ways):
    count = made_up(1, 12)
    old = before(made_up(2, 12), [moved(i, unit) for i, unit in enumerate(count.units)])
    matched = statistics(count, "TK", earlier=[old]).matched
    assert matched is not None
    assert dict(matched.ways) == ways
    assert (matched.found, matched.stations, matched.election) == (sum(ways.values()), 12, "TK2026")


def test_of_several_earlier_elections_the_newest_of_the_same_authority_is_used():
    count = made_up(1, 12)
    units = list(count.units)
    old, newer = before(made_up(2, 12), units, "2022-03-16"), before(made_up(3, 12), units, "2026-03-18")
    elsewhere = replace(before(made_up(4, 12), units, "2028-03-18"), authority_id="0001", authority_name="Elders")
    matched = statistics(count, "TK", earlier=[newer, elsewhere, old]).matched
    assert matched is not None
    assert matched.election == "TK2026"
    assert statistics(count, "TK", earlier=[elsewhere]).matched is None


def test_what_people_voted_before_says_what_to_expect_of_lists():
    """Stations that always voted for a small list are less strange with an earlier election than without it."""
    count = made_up(5, 30, alike=600)
    old = before(count, list(count.units))
    plain = list_model(Observed.of(count), NATIONAL)
    known = statistics(count, "TK", earlier=[old]).matched
    assert known is not None
    better = list_model(Observed.of(count), NATIONAL, known.shares)
    assert np.abs(better.scale - better.location).mean() < np.abs(plain.scale - plain.location).mean()


def test_lists_without_names_and_with_signs_are_taken_as_they_are():
    """Trap 5."""
    count = made_up(1, 12)
    names = ["", "a;b", 'een "naam"', "regel\neen"]
    lists = tuple(
        CandidateList(lst.number, names[i % 4], lst.candidates, lst.start) for i, lst in enumerate(count.ballot.lists)
    )
    named = replace(count, ballot=Ballot(lists))
    assert [f.score for f in statistics(named, "TK").findings] == [f.score for f in statistics(count, "TK").findings]


def test_difference_is_voters_minus_ballots():
    """Trap 9."""
    count = with_voters(made_up(1, 12), STATION, 3)
    assert Observed.of(count).difference[STATION] == 3
    less = changed(count, STATION, figures={Figure.BLANK: int(count.votes.figures[STATION, Figure.BLANK]) + 10})
    assert Observed.of(less).difference[STATION] == -7
