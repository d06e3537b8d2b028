"""``PollingPlaces`` (110b): the polling stations of one municipality with their eligible voters."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.election.head import Head


@dataclass(frozen=True, slots=True)
class PollingPlace:
    """One polling station. ``number`` without ``SB``; ``voters`` is often a dummy or 0."""

    number: str
    name: str
    postcode: str | None
    voters: int | None
    channel: str = "polling"
    """``polling`` or ``postal``."""
    kind: str | None = None
    """``FixedLocation``, ``Mobile`` or ``Special``; EML_NL 1.3."""
    shared: bool | None = None


@dataclass(frozen=True, slots=True)
class PollingPlaces:
    """All polling stations of one municipality for one election."""

    head: Head
    contest_id: str | None
    municipality_id: str
    municipality_name: str
    voting_method: str | None
    voters: int | None
    """Eligible voters of the municipality (*kiesgerechtigden*)."""
    places: tuple[PollingPlace, ...]
