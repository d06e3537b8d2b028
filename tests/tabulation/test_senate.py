import pytest

from waarmerk.election.count import ElectionInfo
from waarmerk.errors import BadData
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.add_up import Part, Target
from waarmerk.tabulation.districts import add_up_districts
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.result import Result, establish
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
