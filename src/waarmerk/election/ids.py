"""Identifiers with one spelling each (security.md 3.3, eml-nl.md 2.6): ``parse(str(x)) == x``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from waarmerk.errors import BadData

ELECTION = r"[A-Z]{2}[0-9]{4}(?:_[A-Za-z0-9-]{1,40})?"
ORGANISATION = rf"gsb:[0-9]{{4}}|hsb:{ELECTION}-[0-9]{{1,2}}|csb:[a-z0-9-]{{1,40}}|root:[a-z0-9-]{{1,40}}"
ENVIRONMENTS = ("production", "exercise", "test")
"""Part of every signed document, so that rehearsal and election can never be taken for each other."""


@dataclass(frozen=True, slots=True, order=True)
class OrgId:
    """An electoral body, written ``gsb:0599``, ``hsb:TK2023-13`` or ``csb:kiesraad``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the one spelling; anything else is ``BadData`` ``E-MAN-SCHEMA``."""
        if re.fullmatch(ORGANISATION, text) is None:
            raise BadData("E-MAN-SCHEMA", f"{text[:60]!r} is not an organisation")
        kind, _, name = text.partition(":")
        return cls(kind, name)

    @property
    def eml_authority(self) -> str:
        """The ``AuthorityIdentifier`` that its files carry: ``0599``, ``HSB13``, ``CSB`` (eml-nl.md 2.6)."""
        if self.kind == "gsb":
            return self.name
        return f"HSB{self.name.rsplit('-', 1)[1]}" if self.kind == "hsb" else "CSB"

    @property
    def message(self) -> str:
        """The count that this body writes: a municipality 510b, a district 510c, a central committee 510d."""
        return {"gsb": "510b", "hsb": "510c"}.get(self.kind, "510d")


def covers(group: str, election: str) -> bool:
    """Whether a trust list for ``group`` is one for ``election``: ``GR2026`` covers ``GR2026_Tilburg`` (security.md 3.3)."""
    return election == group or ("_" not in group and election.startswith(group + "_"))
