"""The result of an election: seats of the lists and the persons elected, from votes to names, with the whole derivation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waarmerk.tabulation.elected import Elected, elect
from waarmerk.tabulation.law import Rules
from waarmerk.tabulation.lots import Draw, LotAsked, Lots
from waarmerk.tabulation.party import Party
from waarmerk.tabulation.seats import Allotment, LotNeeded, allot
from waarmerk.tabulation.steps import Derivation, Step


@dataclass(frozen=True, slots=True)
class Result:
    """Seats and persons of one election; ``lots`` are the draws that it rests on."""

    rules: Rules
    allotment: Allotment
    elected: tuple[Elected, ...]
    """All elected persons, by list number and then in the order in which they were declared so."""
    steps: tuple[Step, ...]
    lots: tuple[Draw, ...]


def establish(rules: Rules, parties: Sequence[Party], draws: Sequence[Draw] = ()) -> Result | LotNeeded:
    """Return the result, or the lot that must be drawn before it can be known.

    ``draws`` are the lots drawn so far, in the order in which they were asked. Raises ``BadData``: ``E-SEATS-VOTES``,
    ``E-EML-DUPLICATE``, ``E-LOT-OTHER`` and ``E-LOT-UNUSED``.
    """
    lots = Lots(draws)
    allotment = allot(rules, parties, lots)
    if isinstance(allotment, LotNeeded):
        return allotment
    derivation = Derivation(rules, list(allotment.steps))
    seats = allotment.seats()
    try:
        elected = tuple(
            person
            for party in sorted(parties, key=lambda party: party.number)
            for person in elect(rules, allotment.quota, party, seats[party.number], lots, derivation)
        )
    except LotAsked as asked:
        return LotNeeded(asked.question, tuple(derivation.steps))
    lots.finish()
    return Result(rules, allotment, elected, tuple(derivation.steps), tuple(draws))
