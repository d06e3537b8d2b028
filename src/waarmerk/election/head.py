"""``Head``: what every EML message says about itself, whatever it carries."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.election.count import ElectionInfo, Note


@dataclass(frozen=True, slots=True)
class Head:
    """Who says it, when, about which election; what a document does not say is ``None``. Dates are ISO text as written."""

    message: str
    election: ElectionInfo
    nomination: str | None = None
    """Day of nomination."""
    authority_id: str | None = None
    authority_name: str = ""
    created: str | None = None
    issued: str | None = None
    version: str | None = None
    """Version of EML_NL, from 1.3 on; ``None`` in older files."""
    notes: tuple[Note, ...] = ()
    """What was tolerated on reading; empty means strict."""
    canonicalization_method: bool = False
    canonical: bool = False
    """Whether the bytes were shown to be their own canonical form (eml-nl.md 6.2)."""
