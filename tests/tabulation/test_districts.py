import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarmerk import formats
from waarmerk.election.count import Ballot, Count, Figure
from waarmerk.election.lists import Person, by_contest
from waarmerk.errors import BadData
from waarmerk.simulate.election import KINDS, Election, election
from waarmerk.tabulation.add_up import Part, Tabulation, Target, add_up
from waarmerk.tabulation.difference import difference, sum_difference
from waarmerk.tabulation.districts import add_up_districts
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.result import Result, establish

MADE = election(KINDS["TK"], 4)
NATION = Target("510d", "CSB", "Nederland")


def district_counts(made: Election = MADE) -> list[Count]:
    counts = {count.authority_id: count for count in made.counts}
    districts = bodies(made.definition).children
    return [
        add_up([Part(counts[m.authority_id], m.authority_id) for m in d.children], d.expected, d.target(None)).count
        for d in districts
    ]


DISTRICTS = district_counts()


def total(counts: list[Count], named: bool = True) -> Tabulation:
    parts = [Part(count, f"{count.authority_id}.xml") for count in counts]
    return add_up_districts(parts, [], NATION, by_contest(MADE.lists) if named else {})


def person_votes(count: Count) -> dict[tuple[int, str], list[int]]:
    """Votes by list and printed name; namesakes in different districts are different people."""
    found: dict[tuple[int, str], list[int]] = {}
    for lst in count.ballot.lists:
        for at, candidate in enumerate(lst.candidates):
            votes = int(count.total.candidates[0, lst.start + at])
            found.setdefault((lst.number, str(candidate.name)), []).append(votes)
    return {key: sorted(votes) for key, votes in found.items()}


def test_persons_are_joined_by_who_they_are_not_by_where_they_stand() -> None:
    people: dict[tuple[int, Person], int] = {}
    for count in DISTRICTS:
        named = {lst.number: lst for lst in by_contest(MADE.lists)[str(count.contest_id)]}
        for lst in count.ballot.lists:
            for at, candidate in enumerate(named[lst.number].candidates):
                key = (lst.number, candidate.person)
                people[key] = people.get(key, 0) + int(count.total.candidates[0, lst.start + at])
    expected: dict[tuple[int, str], list[int]] = {}
    for (number, person), votes in people.items():
        expected.setdefault((number, person.display), []).append(votes)
    assert person_votes(total(DISTRICTS).count) == {key: sorted(votes) for key, votes in expected.items()}


def test_a_list_that_stands_in_some_districts_only_adds_nothing_elsewhere() -> None:
    count = total(DISTRICTS).count
    index = count.ballot.index_of(6)
    assert count.votes.lists_reported[:, index].tolist() == [False, True, True]
    assert count.total.lists_reported[0, index]
    assert count.total.lists[0, index] == sum(c.total.lists[0, c.ballot.index_of(6)] for c in DISTRICTS[1:])


def test_the_total_is_the_sum_of_its_districts() -> None:
    found = sum_difference(total(DISTRICTS).count)
    assert found.same
    assert not found.one_sided


def test_places_per_district_are_kept() -> None:
    count = total(DISTRICTS).count
    assert count.positions is not None
    for row, district in enumerate(DISTRICTS):
        for lst in district.ballot.lists:
            here = count.ballot.lists[count.ballot.index_of(lst.number)]
            places = sorted(int(p) for p in count.positions[row, here.columns] if p)
            assert places == [c.id for c in lst.candidates]


def test_short_codes_are_unique_and_short() -> None:
    codes = [c.short_code for lst in total(DISTRICTS).count.ballot.lists for c in lst.candidates]
    assert len(set(codes)) == len(codes)
    assert all(code and len(code) <= 15 for code in codes)


@settings(max_examples=10, deadline=None)
@given(st.permutations(DISTRICTS))
def test_order_of_the_districts_never_matters(counts: list[Count]) -> None:
    assert total(counts).count.same(total(DISTRICTS).count)


def test_without_names_nothing_is_joined() -> None:
    with pytest.raises(BadData) as raised:
        total(DISTRICTS, named=False)
    assert raised.value.code == "E-TAB-NAMES"


def test_namesakes_on_one_list_are_a_question() -> None:
    first = DISTRICTS[0].ballot.lists[0]
    same = tuple(replace(c, name="Gelijk, A.") for c in first.candidates)
    named = Ballot(
        tuple(
            replace(lst, candidates=tuple(replace(c, name=f"P{lst.number}, {c.id}") for c in lst.candidates))
            for lst in DISTRICTS[0].ballot.lists[1:]
        )
    )
    count = replace(DISTRICTS[0], ballot=Ballot((replace(first, candidates=same), *named.lists)))
    with pytest.raises(BadData) as raised:
        total([count], named=False)
    assert raised.value.code == "E-TAB-NAMESAKES"


def test_a_candidate_who_is_not_in_the_lists_is_refused() -> None:
    lists = {contest: lists[:-1] for contest, lists in by_contest(MADE.lists).items()}
    with pytest.raises(BadData) as raised:
        add_up_districts([Part(DISTRICTS[0], "a")], [], NATION, lists)
    assert raised.value.code == "E-EML-CANDIDATES"


# Tweede Kamer 2023, as first published.


@pytest.fixture(scope="module")
def tk2023(data: Path) -> list[Count]:
    folder = data / "real" / "tk2023"
    counts = []
    for path in sorted([*folder.glob("kieskring/*.csv"), *folder.glob("gemeente/*.csv")]):
        with path.open("rb") as stream:
            count = formats.read(stream, path.name)
        assert isinstance(count, Count)
        counts.append(count)
    return counts


def nation_of(counts: list[Count]) -> Tabulation:
    parts = []
    for count in counts:
        if count.message == "510b":
            district = Target("510c", "HSB13", "Rotterdam", None, "13", "Rotterdam")
            made = add_up([Part(count, "rotterdam")], [], district)
            parts.append(Part(made.count, "HSB13", made.coverage, made.admitted[0]))
        else:
            parts.append(Part(count, str(count.authority_id)))
    return add_up_districts(parts, [], NATION)


def test_tk2023_adds_up_to_the_published_totals(tk2023: list[Count]) -> None:
    result = nation_of(tk2023)
    figures = result.count.total.figures[0]
    wanted = {
        Figure.COUNTED: 10_359_450,
        Figure.BLANK: 19_554,
        Figure.INVALID: 22_507,
        Figure.CAST: 13_348_513,
        Figure.PROXIES: 996_041,
    }
    assert {figure: int(figures[figure]) for figure in wanted} == wanted
    assert result.sums_hold
    assert len(result.count.ballot.lists) == 26


def test_tk2023_persons_elected_for_bbb_and_fvd(tk2023: list[Count]) -> None:
    found = establish(rules_for("TK", 150), parties_of(nation_of(tk2023).count))
    assert isinstance(found, Result)
    names = {number: sorted(p.name for p in found.elected if p.party == number) for number in (7, 15)}
    assert names[7] == ["Baudet, T.H.P.", "Jansen, F.J.H.", "van Meijeren, G.F.C."]
    assert names[15] == [
        "Helder, L.M.J.S.",
        "Keijzer, M.C.G.",
        "Pierik, C.R.",
        "Tuinman, G.P.",
        "Vermeer, H.",
        "van Zanten, C.R.",
        "van der Plas, C.A.M.",
    ]


def test_the_corrections_of_tk2023_are_exactly_what_the_difference_shows(tk2023: list[Count], data: Path) -> None:
    with (data / "derived" / "tk2023_first_vs_final.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    final = {(row["municipality_code"], int(row["list_number"])): int(row["votes_final_eml"]) for row in rows}
    first = {(row["municipality_code"], int(row["list_number"])): int(row["votes_osv_file"]) for row in rows}
    assert len(rows) == 80
    shown: dict[tuple[str, int], tuple[int | None, int | None]] = {}
    for count in (by_municipality(one) for one in tk2023):
        for cell in difference(count, corrected(count, final)).cells:
            shown[str(cell.unit)[-4:], cell.list or 0] = (cell.old, cell.new)
    assert shown == {key: (first[key], final[key]) for key in final}


def by_municipality(count: Count) -> Count:
    """Rotterdam's file as its row one level up."""
    if count.message != "510b":
        return count
    return add_up([Part(count, "rotterdam")], [], Target("510c", "HSB13", "Rotterdam", None, "13")).count


def corrected(count: Count, final: dict[tuple[str, int], int]) -> Count:
    lists = count.votes.lists.copy()
    for row, unit in enumerate(count.units):
        for column, lst in enumerate(count.ballot.lists):
            lists[row, column] = final.get((unit.id[-4:], lst.number), int(lists[row, column]))
    assert not np.shares_memory(lists, count.votes.lists)
    return replace(count, votes=replace(count.votes, lists=lists))
