"""During the night: what other municipalities with the same lists have so far helps to know what to expect (3.5)."""

from dataclasses import replace

import numpy as np

from waarmerk.checks import Context, examine_together
from waarmerk.checks.elsewhere import elsewhere
from waarmerk.checks.model.observed import Observed
from waarmerk.checks.model.parameters import parameters
from waarmerk.checks.model.reference import expected
from waarmerk.election.count import Count
from waarmerk.simulate.election import KINDS, election

COUNTS = election(replace(KINDS["PS1"], municipalities=4), 7).counts


def shares(count: Count, others: tuple[Count, ...]) -> np.ndarray:
    more = elsewhere((count, *others))[0]
    return expected(Observed.of(count, None, more), parameters("PS")).share


def test_the_others_are_all_but_the_count_itself() -> None:
    total = sum(count.votes.candidates.sum(axis=0) for count in COUNTS)
    for count, more in zip(COUNTS, elsewhere(COUNTS), strict=True):
        assert more is not None
        assert (more.candidates + count.votes.candidates.sum(axis=0) == total).all()
        assert more.lists.sum() == more.candidates.sum()


def test_a_thin_municipality_is_drawn_to_the_nation_and_never_further() -> None:
    count, *others = COUNTS
    alone, together = shares(count, ()), shares(count, tuple(others))
    nation = sum(other.votes.candidates.sum(axis=0) for other in others).astype(float)
    columns = Observed.of(count).list_of
    share = (nation + 0.5) / (np.bincount(columns, nation)[columns] + 0.5 * np.bincount(columns)[columns])
    assert np.abs(together - share).mean() < 0.95 * np.abs(alone - share).mean()
    assert np.abs(together - alone).max() > 1e-4


def test_other_lists_another_contest_or_the_same_authority_again_say_nothing() -> None:
    count, other, *_ = COUNTS
    named = replace(other.ballot.lists[0].candidates[0], name="Iemand anders")
    first = replace(other.ballot.lists[0], candidates=(named, *other.ballot.lists[0].candidates[1:]))
    people = replace(other, ballot=replace(other.ballot, lists=(first, *other.ballot.lists[1:])))
    for strange in (people, replace(other, contest_id="19"), replace(count, created="2031-01-01T00:00:00.000")):
        assert elsewhere((count, strange)) == [None, None]


def test_checked_together_the_files_are_each_other_s_nation() -> None:
    both = examine_together(COUNTS, Context())
    assert all(each.statistics is not None and each.statistics.stations for each in both)
