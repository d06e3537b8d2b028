import numpy as np
import pytest

from waarmerk.election.count import Count, ElectionInfo, Figure
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality

COUNCIL = ElectionInfo("GR2030_Voorbeelddam", "Gemeenteraad Voorbeelddam 2030", "GR", "GR2", date="2030-03-20")
NATIONAL = ElectionInfo("TK2030", "Tweede Kamer der Staten-Generaal 2030", "TK", "TK", date="2030-03-20")


def made(seed: int, election: ElectionInfo = NATIONAL) -> Count:
    return municipality(seed, "9987", "Voorbeelddam", election=election, contest=Contest("13", "Rotterdam"))


def test_same_seed_gives_the_same_count() -> None:
    assert made(7).votes.same(made(7).votes)
    assert made(7).ballot == made(7).ballot


def test_another_seed_gives_another_count() -> None:
    assert not np.array_equal(made(7).votes.lists[:, 0], made(8).votes.lists[:, 0])


def test_another_municipality_has_other_figures_under_the_same_seed() -> None:
    one = made(7)
    other = municipality(7, "9988", "Elders", election=NATIONAL, contest=Contest("13"), ballot=one.ballot)
    assert not np.array_equal(one.votes.lists, other.votes.lists)


@pytest.mark.parametrize("seed", range(20))
def test_candidates_add_up_to_lists_and_lists_to_valid_votes(seed: int) -> None:
    count = made(seed)
    for index, lst in enumerate(count.ballot.lists):
        assert (count.votes.candidates[:, lst.columns].sum(axis=1) == count.votes.lists[:, index]).all()
    assert (count.votes.lists.sum(axis=1) == count.votes.figure(Figure.COUNTED)).all()


@pytest.mark.parametrize("seed", range(20))
def test_stations_add_up_to_the_total(seed: int) -> None:
    count = made(seed)
    for name in ("candidates", "lists", "figures"):
        assert (getattr(count.votes, name).sum(axis=0) == getattr(count.total, name)[0]).all()


@pytest.mark.parametrize("seed", range(20))
def test_voters_are_cards_proxies_and_passes(seed: int) -> None:
    votes = made(seed).votes
    parts = (votes.figure(f) for f in (Figure.POLL_CARDS, Figure.PROXIES, Figure.VOTER_PASSES))
    assert (sum(parts) == votes.figure(Figure.ADMITTED)).all()
    assert (votes.figures >= 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_every_difference_is_booked_and_accounted_for(seed: int) -> None:
    votes = made(seed).votes
    missing = votes.figure(Figure.ADMITTED) - votes.found()
    assert (votes.figure(Figure.FEWER) - votes.figure(Figure.MORE) == missing).all()
    causes = range(Figure.TAKEN_HOME, Figure.OTHER_EXPLANATION + 1)
    assert (sum(votes.figures[:, cause] for cause in causes) == abs(missing)).all()


def test_some_stations_differ_and_most_do_not() -> None:
    votes = [made(seed).votes for seed in range(20)]
    share = np.mean([(v.figure(Figure.ADMITTED) != v.found()).mean() for v in votes])
    assert 0.1 < share < 0.3


def test_a_council_election_has_no_voter_passes() -> None:
    assert made(3, COUNCIL).total.figure(Figure.VOTER_PASSES)[0] == 0


def test_it_can_stand_in_the_contest_of_another_count() -> None:
    one = made(1)
    other = municipality(2, "9988", "Elders", election=NATIONAL, contest=Contest("13"), ballot=one.ballot)
    assert other.ballot == one.ballot


def test_leaders_have_most_votes_of_their_list() -> None:
    count = made(5)
    big = count.ballot.lists[0]
    assert count.total.candidates[0, big.columns].argmax() == 0


def test_station_ids_are_unique_and_stand_under_the_municipality() -> None:
    ids = [unit.id for unit in made(1).units]
    assert len(set(ids)) == 30
    assert all(unit.startswith("9987::SB") for unit in ids)
