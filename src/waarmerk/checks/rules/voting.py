"""What the law does not allow at a station, beside the difference: C-27 and L-02."""

from __future__ import annotations

from waarmerk.checks.case import Answer, Case
from waarmerk.election.count import Figure
from waarmerk.election.finding import Code

WITHOUT_PASSES = ("GR", "ER")
"""Elections in which one cannot vote in another municipality, so that there are no voter passes."""
PROXIES_PER_VOTER = 2
"""Kieswet L 14: a voter casts at most two proxy votes, together with the own vote."""


def no_voter_passes_in_local_elections(case: Case) -> Answer:
    """C-27: elections of a municipal or island council have no voter passes; a number there belongs in another box."""
    if case.category not in WITHOUT_PASSES:
        return
    passes = case.count.votes.figure(Figure.VOTER_PASSES)
    for row in case.rows(case.judged & (passes > 0)):
        yield case.at(Code.C27, row, {"voter_passes": int(passes[row])})


def proxies_that_voters_can_carry(case: Case) -> Answer:
    """L-02: proxies (B) are at most twice the voters who came themselves (A + C)."""
    votes = case.count.votes
    needed = [Figure.PROXIES, Figure.POLL_CARDS]
    if case.category not in WITHOUT_PASSES:
        needed.append(Figure.VOTER_PASSES)
    judged, missing = case.stations(Code.L02, *needed)
    yield from missing
    came = votes.figure(Figure.POLL_CARDS) + votes.figure(Figure.VOTER_PASSES)
    proxies = votes.figure(Figure.PROXIES)
    for row in case.rows(judged & (proxies > PROXIES_PER_VOTER * came)):
        yield case.at(Code.L02, row, {"proxies": int(proxies[row]), "voters": int(came[row])})
