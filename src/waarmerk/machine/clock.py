"""The clock of this machine, in one place: everything below takes ``now`` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC, in whole seconds: no document holds fractions (security.md 3.2)."""
    return datetime.now(UTC).replace(microsecond=0)
