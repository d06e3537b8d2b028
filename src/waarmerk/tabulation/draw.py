"""The re-count draw: three random lists per municipality, from a public seed, so that anyone can repeat it.

Each list's number is written as ``seed/election/authority/list`` and hashed with SHA-256; the three lists with the smallest
hashes are drawn. ``printf '%s' '4 2 6 1/TK2023/0599/3' | sha256sum`` repeats one line of it. The seed (dice, or a number that
somebody else publishes) must be made after the counts are in: until then nobody knows which lists will be added again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from waarmerk.errors import BadData

LISTS = 3
"""As the control protocol for additions prescribes (checks.md 1.2, part B)."""
MAX_SEED = 200
"""Characters; a row of dice is some twenty."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One list in the draw: the text that is hashed, and its hash."""

    list: int
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw for one authority: every ticket, smallest hash first; the first three are the lists to add up again."""

    authority_id: str
    seed: str
    tickets: tuple[Ticket, ...]

    @property
    def lists(self) -> tuple[int, ...]:
        """The numbers of the drawn lists, in order of number."""
        return tuple(sorted(ticket.list for ticket in self.tickets[:LISTS]))


def draw(seed: str, election: str, authority_id: str, lists: Iterable[int]) -> Draw:
    """Return the draw for one authority; the order of ``lists`` never matters.

    ``E-DRAW-SEED`` for a seed that is no line of text.
    """
    tickets = (_ticket(f"{plain_seed(seed)}/{election}/{authority_id}/{number}", number) for number in set(lists))
    return Draw(authority_id, plain_seed(seed), tuple(sorted(tickets, key=lambda ticket: ticket.sha256)))


def draws(seed: str, election: str, authorities: Sequence[tuple[str, Iterable[int]]]) -> tuple[Draw, ...]:
    """Return the draw for several authorities, each with the lists that stand there."""
    return tuple(draw(seed, election, authority, lists) for authority, lists in authorities)


def plain_seed(seed: str) -> str:
    """Return the one spelling of a seed: single blanks, none around it; only printable ASCII, so that anyone can type it."""
    plain = " ".join(seed.split(" ")).strip()
    while "  " in plain:
        plain = plain.replace("  ", " ")
    if not plain or len(plain) > MAX_SEED or not all(" " <= sign <= "~" for sign in plain) or "/" in plain:
        raise BadData("E-DRAW-SEED", f"a seed is one line of 1 to {MAX_SEED} printable ASCII characters without /")
    return plain


def _ticket(text: str, number: int) -> Ticket:
    return Ticket(number, text, hashlib.sha256(text.encode("ascii")).hexdigest())
