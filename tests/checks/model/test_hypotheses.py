"""In the made-up municipality of checks.md 6.4 every named mistake wins where it was made, and nothing is found where none was."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.checks.model.made_up import at, changed, made_up, with_voters
from waarmerk.checks.mistakes import KINDS, SIZES, Planted, Size, plant
from waarmerk.checks.model.parameters import LOCAL, NATIONAL, Parameters
from waarmerk.checks.model.statistics import Statistics, statistics
from waarmerk.election.count import Count, ElectionInfo, Figure
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality

BY_NAME = {kind.name: kind for kind in KINDS}
STATION = 5
ROWS = (Code.H01, Code.H02, Code.H03)


@dataclass(frozen=True)
class Try:
    """A mistake in the municipality of a seed."""

    kind: str
    size: Size
    seed: int
    quarters: int = 1
    alike: float = 60
    pairs: bool = False

    def __str__(self) -> str:
        return f"{self.kind}-{self.size}-{self.seed}"

    def planted(self) -> Planted:
        count = made_up(self.seed, quarters=self.quarters, alike=self.alike, pairs=self.pairs)
        made = plant(count, BY_NAME[self.kind], np.random.default_rng(self.seed), self.size)
        assert made is not None
        return made


def best(count: Count, units: tuple[str, ...]) -> Finding:
    return at(statistics(count, "TK"), units)[0]


def corrections(finding: Finding) -> dict[tuple[str, int | None, int | None, str | None], int | None]:
    return {(c.unit, c.list, c.candidate, c.figure): c.corrected for c in finding.cells if c.corrected != c.reported}


def truth(one: Planted) -> dict[tuple[str, int | None, int | None, str | None], int]:
    return {(c.unit, c.list, c.candidate, c.figure): c.true for c in one.cells}


EXACT = [
    *(Try("adjacent-rows", size, seed) for size, seed in zip(SIZES[2:], (0, 1, 2), strict=True)),
    *(Try("rows-two-apart", size, seed) for size, seed in zip(SIZES[2:], (0, 1, 2), strict=True)),
    *(Try("row-of-list-number", size, seed) for size, seed in zip(SIZES[2:], (0, 1, 2), strict=True)),
    Try("any-two-rows", SIZES[4], 0),
    Try("lists-exchanged", SIZES[4], 0),
    *(Try(kind, SIZES[4], 0) for kind in ("digits-transposed", "digit-dropped", "digit-doubled")),
    Try("row-empty", SIZES[3], 1),
    *(Try("rejected-digit", SIZES[3], seed) for seed in (1, 2)),
    Try("cards-proxies", SIZES[4], 0),
    Try("proxies-passes", SIZES[4], 0),
]


@pytest.mark.parametrize("made", EXACT, ids=str)
def test_the_mistake_wins_and_every_number_is_put_right(made: Try):
    one = made.planted()
    finding = best(one.count, one.units)
    assert (finding.hypothesis, finding.severity) == (one.hypothesis, Severity.REMARKABLE)
    said, true = corrections(finding), truth(one)
    assert said
    assert said.items() <= true.items()
    if one.candidates:
        assert {key for key in true if key[2]} == set(said)


@pytest.mark.parametrize(
    "made",
    [
        Try("page-copied", SIZES[4], 0),
        Try("page-copied", SIZES[3], 1),
        Try("station-copied", SIZES[4], 0),
        Try("ballots-exchanged", SIZES[4], 0),
        Try("results-exchanged", SIZES[3], 0, quarters=3, alike=600),
        Try("differences-cancel", SIZES[2], 0, pairs=True),
    ],
    ids=str,
)
def test_what_is_about_two_stations_names_both(made: Try):
    one = made.planted()
    finding = best(one.count, one.units)
    assert (finding.hypothesis, finding.severity) == (one.hypothesis, Severity.REMARKABLE)
    assert {finding.unit, finding.figures["other_unit"]} == set(one.units)
    if one.list:
        assert (finding.unit, finding.list) == (one.units[0], one.list)


@pytest.mark.parametrize("made", [Try("row-added", SIZES[4], seed) for seed in (0, 1)], ids=str)
def test_a_row_that_was_added_to_another_is_named_with_nearly_its_votes(made: Try):
    one = made.planted()
    finding = best(one.count, one.units)
    assert (finding.code, finding.severity) == (Code.H03, Severity.REMARKABLE)
    said, true = corrections(finding), {key: value for key, value in truth(one).items() if key[2]}
    assert set(said) == set(true)
    for key, value in true.items():
        assert said[key] == pytest.approx(value, abs=0.25 * one.moved)


@pytest.mark.parametrize("made", [Try("block-shifted", SIZES[3], seed) for seed in (1, 2)], ids=str)
def test_a_shifted_block_is_named_with_most_of_its_rows(made: Try):
    one = made.planted()
    finding = best(one.count, one.units)
    assert (finding.code, finding.severity, finding.list) == (Code.H02, Severity.REMARKABLE, one.list)
    said, true = corrections(finding), truth(one)
    right = sum(abs(true.get(key, -1) - (value or 0)) == 0 for key, value in said.items())
    assert 2 * right > len(said)
    assert min(k[2] or 0 for k in said) == min(k[2] or 0 for k in true if k[2])


@pytest.mark.parametrize("made", [Try("pile-misplaced", SIZES[4], seed, alike=600) for seed in (0, 1)], ids=str)
def test_a_pile_on_another_list_is_named_with_both_lists_and_its_size(made: Try):
    one = made.planted()
    finding = best(one.count, one.units)
    assert (finding.code, finding.severity) == (Code.H07, Severity.REMARKABLE)
    assert {c.list for c in finding.cells} == {one.list, one.other_list}
    assert int(finding.figures["moved"]) == pytest.approx(one.moved, rel=0.5)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_difference_that_nothing_explains_is_large(seed):
    count = made_up(seed)
    finding = best(with_voters(count, STATION, 217), (count.units[STATION].id,))
    assert (finding.code, finding.figures["difference"], finding.severity) == (Code.H08, -217, Severity.REMARKABLE)


@pytest.mark.parametrize("seed", [0, 1])
def test_one_row_that_fits_nothing_is_something_to_watch_and_no_more(seed):
    count = made_up(seed)
    lst = max(count.ballot.lists, key=lambda lst: int(count.votes.candidates[STATION, lst.start]))
    row = len(lst.candidates) - 1
    value = int(count.votes.candidates[STATION, lst.start + row - 1]) + 80
    odd = with_voters(changed(count, STATION, {(lst.number, row): value}), STATION)
    here = at(statistics(odd, "TK"), (count.units[STATION].id,))
    (finding,) = [f for f in here if (f.list, f.candidates) == (lst.number, (row,))]
    assert (finding.code, finding.severity) == (Code.H04, Severity.NOTICE)
    assert finding.cells[0].corrected is None


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("code", "figure", "value"),
    [(Code.H13, Figure.INVALID, 60), (Code.H13, Figure.BLANK, 40), (Code.H14, Figure.PROXIES, 250)],
)
def test_a_figure_beside_the_votes_that_fits_nothing_is_named(code, figure, value, seed):
    count = made_up(seed)
    odd = with_voters(changed(count, STATION, figures={figure: value}), STATION)
    finding = best(odd, (count.units[STATION].id,))
    assert (finding.code, finding.severity) == (code, Severity.REMARKABLE)
    assert figure.name.lower() in {c.figure for c in finding.cells}


@pytest.mark.parametrize("seed", [2, 7])
def test_a_list_that_is_off_for_no_known_reason_is_named(seed):
    count = made_up(seed, alike=600)
    lst = sorted(count.ballot.lists, key=lambda lst: int(count.votes.lists[:, lst.number - 1].sum()))[2]
    usual = count.votes.candidates[:, lst.columns].sum(axis=0)
    more = np.random.default_rng(seed).multinomial(200, usual / usual.sum())
    here = count.votes.candidates[STATION, lst.columns] + more
    off = changed(count, STATION, {(lst.number, row): int(votes) for row, votes in enumerate(here, 1)})
    finding = best(with_voters(off, STATION), (count.units[STATION].id,))
    assert (finding.code, finding.list) == (Code.H15, lst.number)


@pytest.mark.parametrize(("voters", "case"), [(0, "none"), (400, "voters")])
def test_a_station_without_ballots_is_missing(voters, case):
    count = made_up(1)
    nothing = dict.fromkeys(Figure, 0) | {Figure.ADMITTED: voters}
    cells = {(lst.number, row): 0 for lst in count.ballot.lists for row in range(1, len(lst.candidates) + 1)}
    finding = best(changed(count, STATION, cells, nothing), (count.units[STATION].id,))
    assert (finding.code, finding.figures["case"], finding.severity) == (Code.H17, case, Severity.REMARKABLE)


def flags(said: Statistics) -> list[Finding]:
    return [finding for finding in said.findings if finding.severity >= Severity.REMARKABLE]


def test_where_no_mistake_was_made_fewer_than_one_row_in_a_hundred_stations_is_flagged():
    looked = [statistics(made_up(seed), "TK") for seed in range(20)]
    stations = sum(said.stations for said in looked)
    assert sum(f.code in ROWS for said in looked for f in flags(said)) < stations / 100


def allowed(parameters: Parameters) -> float:
    """False flags per station that the claim allows: the doubtful share, beside as many mistakes as the rates suppose."""
    rates = parameters.rates
    mistakes = sum(getattr(rates, name) for name in rates.__slots__)
    return mistakes * parameters.false_discoveries / (1 - parameters.false_discoveries)


@pytest.mark.slow
@pytest.mark.parametrize(("category", "parameters"), [("TK", NATIONAL), ("GR", LOCAL)])
def test_where_no_mistake_was_made_no_more_is_flagged_than_the_claim_allows(category, parameters):
    info = ElectionInfo(f"{category}2030", "Verkiezing", category, category, date="2030-03-20")
    looked = [
        statistics(
            municipality(seed, "9987", "Voorbeelddam", election=info, contest=Contest("13"), stations=25), category
        )
        for seed in range(20)
    ]
    assert sum(said.flagged for said in looked) / sum(said.stations for said in looked) <= allowed(parameters)


@pytest.mark.slow
def test_of_what_is_flagged_no_more_is_false_than_is_said():
    """Mistakes of every kind and size stand at one station of ten; a flag is false where none was made."""
    wanted = [(kind, None) for kind in KINDS if kind.visible]
    false, flagged, doubt = 0, 0, 0.0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        count, made = made_up(seed), []
        for kind, _ in (wanted[i] for i in rng.permutation(len(wanted))[:3]):
            one = plant(count, kind, rng, SIZES[int(rng.integers(len(SIZES)))], [u for m in made for u in m.units])
            if one is not None:
                made.append(one)
                count = one.count
        said = statistics(count, "TK")
        wrong = {unit for one in made for unit in one.units}
        flagged += said.flagged
        doubt += said.expected_false
        false += sum(not {f.unit, f.figures.get("other_unit")} & wrong for f in flags(said))
    assert flagged > 60
    assert doubt <= NATIONAL.false_discoveries * flagged
    assert false <= NATIONAL.false_discoveries * flagged
