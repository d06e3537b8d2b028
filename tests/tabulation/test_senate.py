from dataclasses import replace

import pytest

from tests.tabulation.literal import seats_by_the_letter
from waarmerk.election.count import Count, ElectionInfo
from waarmerk.election.lists import Person, by_contest
from waarmerk.errors import BadData
from waarmerk.formats import Contest
from waarmerk.simulate.election import CREATED, KINDS, election
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.add_up import Part, Target
from waarmerk.tabulation.climb import Climb, climb
from waarmerk.tabulation.districts import add_up_districts
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded
from waarmerk.tabulation.senate import VALUES_2023, parse_values, weighed

SENATE = ElectionInfo("EK2030", "Eerste Kamer der Staten-Generaal 2030", "EK", "EK", date="2030-05-27")
FIRST = municipality(1, "8001", "Groningen", election=SENATE, contest=Contest("1", "Groningen"), stations=1)
BODIES = [
    FIRST,
    *(
        municipality(
            1, f"800{n}", name, election=SENATE, contest=Contest(str(n), name), stations=1, ballot=FIRST.ballot
        )
        for n, name in ((9, "Zuid-Holland"), (2, "Zeeland"))
    ),
]
TOTAL = add_up_districts(
    [Part(body, body.authority_name) for body in BODIES], [], Target("510d", "CSB", "Kiesraad")
).count


# All levels: the meetings of provinces and colleges, the Kiesraad.

MADE = election(KINDS["EK"], 8)


def climbed(*extra: Count, counts: tuple[Count, ...] = MADE.counts) -> Climb:
    parts = [Part(count, f"{count.authority_id} {count.message}") for count in (*counts, *extra)]
    return climb(bodies(MADE.definition), parts, by_contest(MADE.lists), CREATED, MADE.definition.head.election)


def top(found: Climb) -> Count:
    assert found.top is not None
    return found.top.count


def test_the_meetings_are_added_up_to_the_nation_by_way_of_their_province() -> None:
    found = climbed()
    assert found.top is not None
    assert found.top.coverage.complete
    count = top(found)
    assert [unit.id for unit in count.units] == [f"HSB{n}" for n in range(1, 17)]
    assert (found.tabulations["HSB3"].count.message, found.tabulations["HSB3"].count.contest_id) == ("510c", "3")
    assert [unit.id for unit in found.tabulations["HSB3"].count.units] == ["HSB3::SB3"]
    persons: dict[tuple[int, Person], int] = {}
    for meeting in MADE.counts:
        for lst in by_contest(MADE.lists)[str(meeting.contest_id)]:
            start = meeting.ballot.lists[meeting.ballot.index_of(lst.number)].start
            for at, candidate in enumerate(lst.candidates):
                key = lst.number, candidate.person
                persons[key] = persons.get(key, 0) + int(meeting.total.candidates[0, start + at])
    assert sorted(persons.values()) == sorted(count.total.candidates[0].tolist())


def test_a_province_that_has_not_voted_is_missing_and_one_that_gave_its_own_file_is_compared() -> None:
    found = climbed(climbed().tabulations["HSB2"].count, counts=MADE.counts[1:])
    assert found.top is not None
    assert [one.authority_id for one in found.top.coverage.missing] == ["HSB1"]
    assert [(check.authority_id, check.difference.same) for check in found.levels] == [("HSB2", True)]


def test_the_files_of_provinces_alone_are_enough() -> None:
    own = [climbed().tabulations[f"HSB{n}"].count for n in range(1, 17)]
    assert top(climbed(*own, counts=())).total.same(top(climbed()).total)


@pytest.mark.parametrize("change", [{"contest_id": "17"}, {"message": "510d"}, {"contest_id": None}])
def test_a_meeting_that_stands_nowhere_in_the_tree_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadData) as raised:
        climbed(counts=(replace(MADE.counts[0], **change),))
    assert raised.value.code in ("E-TAB-UNKNOWN", "E-EML-AUTHORITY")


def test_seats_follow_from_the_votes_of_each_meeting_times_its_value() -> None:
    """Against a plain sum over the meetings, written here; nowhere in EML do the weights stand (doubt 9)."""
    values = {count.authority_name: 20 + 31 * n for n, count in enumerate(MADE.counts)}
    count = weighed(top(climbed()), values)
    wanted: dict[int, int] = {}
    for meeting in MADE.counts:
        for index, lst in enumerate(meeting.ballot.lists):
            votes = int(meeting.total.lists[0, index]) * values[meeting.authority_name]
            wanted[lst.number] = wanted.get(lst.number, 0) + votes
    parties = parties_of(count)
    assert {party.number: party.votes for party in parties} == wanted
    draws: list[Draw] = []
    while isinstance(found := establish(rules_for("EK", 75), parties, draws), LotNeeded):
        draws.append(Draw(found.question.options, found.question.options[0]))
    sizes = {party.number: party.size or 0 for party in parties}
    letter, _ = seats_by_the_letter(wanted, 75, majority=False, averages=True, candidates=sizes)
    assert found.allotment.seats() == letter


@pytest.mark.parametrize("category", ["NR", "PR", "LR", "IR"])
def test_the_tree_of_a_referendum_is_refused_by_name(category: str) -> None:
    head = replace(MADE.definition.head, election=replace(MADE.definition.head.election, category=category))
    with pytest.raises(BadData) as raised:
        bodies(replace(MADE.definition, head=head))
    assert (raised.value.code, "referendum" in raised.value.reason) == ("E-TAB-TREE", True)


def test_every_vote_counts_as_many_times_as_the_value_of_its_body() -> None:
    found = weighed(TOTAL, VALUES_2023)
    wanted = sum(int(body.total.lists[0, 0]) * VALUES_2023[body.authority_name] for body in BODIES)
    assert found.total.lists[0, 0] == wanted


def test_weighted_candidates_still_add_up_to_their_lists() -> None:
    found = weighed(TOTAL, VALUES_2023)
    for index, lst in enumerate(found.ballot.lists):
        assert found.total.candidates[0, lst.columns].sum() == found.total.lists[0, index]


def test_ballots_and_voters_are_counted_and_not_weighed() -> None:
    assert (weighed(TOTAL, VALUES_2023).total.figures == TOTAL.total.figures).all()


def test_the_seats_of_the_senate_follow_from_weighted_votes() -> None:
    found = establish(rules_for("EK", 75), parties_of(weighed(TOTAL, VALUES_2023)))
    assert isinstance(found, Result)
    assert sum(found.allotment.seats().values()) == 75
    assert {step.article for step in found.steps} >= {"U 7", "U 8", "U 15"}


def test_a_body_without_a_value_is_refused() -> None:
    with pytest.raises(BadData) as raised:
        weighed(TOTAL, {"Groningen": 1})
    assert raised.value.code == "E-SEATS-WEIGHT"


def test_a_sum_that_no_document_can_hold_is_refused() -> None:
    with pytest.raises(BadData) as raised:
        weighed(TOTAL, dict.fromkeys(VALUES_2023, 10_000_000))
    assert raised.value.code == "E-TAB-OVERFLOW"


def test_names_of_units_are_those_of_the_bodies() -> None:
    assert {unit.name for unit in TOTAL.units} == {"Groningen", "Zuid-Holland", "Zeeland"}


def test_vote_values_are_read_from_a_table() -> None:
    assert parse_values(b"name,value\nGroningen,139\n's-Hertogenbosch, ring,7\n") == {
        "Groningen": 139,
        "'s-Hertogenbosch, ring": 7,
    }


@pytest.mark.parametrize("line", ["Groningen", "Groningen,0", "Groningen,1.5", ",5", "A,1\nA,2"])
def test_a_vote_value_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(BadData):
        parse_values(f"name,value\n{line}\n".encode())
