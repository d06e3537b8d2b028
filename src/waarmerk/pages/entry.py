"""The door and what is behind the wrong door: the page of a one-time link, and the error pages, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk.pages.layout import Frame, Hidden, render

DECIDED = frozenset({"E-CHN-FROZEN", "E-SYS-RESTORED", "E-TRU-EXPIRED", "W-CLK-BEHIND"})
"""What two persons at this receiver can end (``dossier.decisions``)."""
STATUSES = (400, 403, 404, 413, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class Entry:
    """The page of a one-time link; ``action`` and ``csrf`` only when it is ``ready``."""

    frame: Frame
    state: str
    """``ready`` (a button: a GET changes nothing), ``used``, ``invalid`` (never one of ours), ``none`` (no link at all)."""
    command: str
    """The command that prints a new link."""
    action: str = ""
    csrf: Hidden | None = None


def render_entry(entry: Entry, lang: str) -> str:
    """Return the page behind a one-time link."""
    return render("entry.html", lang, frame=entry.frame, entry=entry)


def render_error(frame: Frame, status: int, lang: str, code: str | None = None) -> str:
    """Return the page for an HTTP status; one without words of its own reads as 400 or 500, its number is shown."""
    known = status if status in STATUSES else 400 if status < 500 else 500
    return render("error.html", lang, frame=frame, status=status, known=known, code=code, decide=code in DECIDED)
