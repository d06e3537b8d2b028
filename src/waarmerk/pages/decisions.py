"""The page at which two persons decide: what happened, what can be decided and what that means, and whose turn it is to sign.

Without a script and by keyboard. What is decided, and when it holds, is of ``dossier.decisions``; this page only says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarmerk.pages.layout import Frame, Hidden, Problem, SignWith, moment_text, render
from waarmerk.pages.screens import words
from waarmerk.seal.decision import LONGEST_ALLOWED, MAX_REASON, Decision, What
from waarmerk.wire.digests import printed, printed_key, transfer_code

MAX_HOURS = int(LONGEST_ALLOWED.total_seconds()) // 3_600
HOURS = 12
"""What is proposed for an expired list: to the next day."""
SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the deliveries with the same number."""

    manifest: str
    transfer_code: str
    state: str
    kind: str
    session: int
    received: datetime
    signers: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits; ``why`` is the key of its words (``decide.<why>``)."""

    why: str
    what: str
    """What can be decided; empty where nothing needs to be."""
    name: str = ""
    number: int = 0
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """One key that can be blocked, or is."""

    id: str
    org: str
    name: str
    person: str
    since: datetime | None = None
    may_return: bool = False

    @property
    def printed(self) -> str:
        """Its number as it stands on paper."""
        return printed_key(self.id)


@dataclass(frozen=True, slots=True)
class Said:
    """A decision in words."""

    decision: Decision
    whose: str
    """Whose key it is about, else nothing."""

    @property
    def code(self) -> str:
        """The code of the delivery that it is about, else nothing."""
        return transfer_code(self.decision.object) if self.decision.what is What.CLEAR else ""


@dataclass(frozen=True, slots=True)
class Pending(Said):
    """The decision that is being signed."""

    signed: tuple[str, ...]
    may: tuple[str, ...]
    """Who may sign now."""
    missing: int
    with_: SignWith


@dataclass(frozen=True, slots=True)
class Decided(Said):
    """A decision that holds."""

    at: datetime
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """All that the page shows. ``typed`` is what was filled in when something was wrong."""

    frame: Frame
    csrf: Hidden
    now: datetime
    issued: datetime
    expires: datetime
    waits: tuple[Waits, ...] = ()
    keys: tuple[Key, ...] = ()
    blocked: tuple[Key, ...] = ()
    allowed: datetime | None = None
    pending: Pending | None = None
    decided: tuple[Decided, ...] = ()
    """The newest first."""
    done: bool = False
    """Whether the newest was carried out just now."""
    typed: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def said(decision: Decision, whose: str, lang: str) -> str:
    """Return in plain words what a decision does; the same words as at the page that signs."""
    until = moment_text(decision.until, lang) if decision.until else ""
    taken = moment_text(decision.taken, lang)
    return words(lang, "signing")(f"what_{decision.what.value}", whose=whose or "?", until=until, taken=taken)


def render_decisions(page: DecisionsPage, lang: str) -> str:
    """Return the whole page."""
    t = words(lang)
    return render(
        "decisions.html",
        lang,
        frame=page.frame,
        page=page,
        problems=tuple((one.field, t(one.key, detail=one.detail)) for one in page.problems),
        said=lambda made: said(made.decision, made.whose, lang),
        typed={"form": "", "object": "", **dict(page.typed)},
        groups_of=lambda digest: printed(digest).split(),
        hours=HOURS,
        max_hours=MAX_HOURS,
        max_reason=MAX_REASON,
        block=What.BLOCK.value,
        unblock=What.UNBLOCK.value,
        signature=SIGNATURE,
    )
