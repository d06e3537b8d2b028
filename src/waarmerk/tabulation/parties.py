"""The parties of a count: what stands for election, with the votes of its reported total.

Over districts a party is a group of lists: one for each district, those with the same persons in the same order taken together
as one (*stel gelijkluidende lijsten*), under the lowest of their districts.
"""

from __future__ import annotations

from collections.abc import Set

from waarmerk.election.count import CandidateList, Count
from waarmerk.tabulation.difference import key_of
from waarmerk.tabulation.party import Party, PartyList, Standing

Place = tuple[int, str]
"""A list number and the key of a person on it: the number on the list, over districts the short code."""


def parties_of(count: Count, deceased: Set[Place] = frozenset()) -> list[Party]:
    """Return a party for each list of the reported total; ``deceased`` persons keep their votes and take no seat.

    A total over districts without the places of candidates (it came from a CSV) gives votes only, and no persons.
    """
    return [_party(count, index, lst, deceased) for index, lst in enumerate(count.ballot.lists)]


def _party(count: Count, index: int, lst: CandidateList, deceased: Set[Place]) -> Party:
    votes = int(count.total.lists[0, index])
    if count.positions is not None:
        return Party(lst.number, lst.name, votes, _lists_of_districts(count, lst, deceased))
    known = lst.candidates and all(candidate.id is not None for candidate in lst.candidates)
    lists = (_only_list(count, lst, deceased),) if known else ()
    return Party(lst.number, lst.name, votes, lists)


def _only_list(count: Count, lst: CandidateList, deceased: Set[Place]) -> PartyList:
    cells = count.total.candidates[0, lst.columns]
    return PartyList(
        count.contest_id or "geen",
        tuple(_standing(lst, at, int(cells[at]), deceased) for at in range(len(lst.candidates))),
    )


def _lists_of_districts(count: Count, lst: CandidateList, deceased: Set[Place]) -> tuple[PartyList, ...]:
    """Return the different lists of a party, in the order of the districts in the count."""
    orders: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(count.units)):
        order = _order(count, lst, row)
        if order:
            orders.setdefault(order, []).append(row)
    return tuple(_set_of_lists(count, lst, order, rows, deceased) for order, rows in orders.items())


def _order(count: Count, lst: CandidateList, row: int) -> tuple[int, ...]:
    """Return who stands on the list in a district, by place there; numbers inside the list of the total."""
    if count.positions is None:
        return ()
    places = count.positions[row, lst.columns].tolist()
    return tuple(sorted((at for at in range(len(places)) if places[at]), key=places.__getitem__))


def _set_of_lists(
    count: Count, lst: CandidateList, order: tuple[int, ...], rows: list[int], deceased: Set[Place]
) -> PartyList:
    votes = count.votes.candidates[rows].sum(axis=0, dtype="int64")
    persons = tuple(_standing(lst, at, int(votes[lst.start + at]), deceased) for at in order)
    return PartyList(count.units[rows[0]].id.removeprefix("HSB"), persons)


def _standing(lst: CandidateList, at: int, votes: int, deceased: Set[Place]) -> Standing:
    candidate = lst.candidates[at]
    key = str(key_of(candidate, at))
    return Standing(key, votes, candidate.name or "", (lst.number, key) in deceased)
