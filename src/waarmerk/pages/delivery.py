"""The page of one delivery: its state and history, who signed, its files, its findings, and the way to acceptance.

Acceptance follows security.md 3.19: one person types all 64 digits of the digest from paper, another the totals, both sign.
Before that the page gives nothing away of what must be typed: no digest of a result file, no totals. Whoever fills the view
model keeps digests out of the addresses of downloads as well. The names of the form fields live here, beside their reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from waarmerk.pages.cards import Card, Tally
from waarmerk.pages.layout import Frame, Hidden, Problem, SignWith, render
from waarmerk.pages.screens import words
from waarmerk.seal.signatures import Strength, strength
from waarmerk.wire.digests import GROUPS, printed

FIRST = 20
"""How many findings stand on the page itself; the others are one link away."""
GROUP_DIGITS = 4
MAX_TYPED = 200
"""Longest text that is taken from a digest or number field: 64 digits with any spacing fit, a flood does not."""
TRIES_PER_PERSON = 5
"""After five wrong tries another person must type (security.md 3.19)."""
COMPARISONS = frozenset({"paper-digest", "paper-totals"})
WHOLE = "digest"
PERSON = "person"
SIGNATURES = ("signature-1", "signature-2")


@dataclass(frozen=True, slots=True)
class Step:
    """One act in the life of the delivery, by its word in the chain of acts; ``detail`` is shown as it is."""

    act: str
    at: datetime
    by: str | None = None
    detail: str | None = None
    code: str | None = None
    ok: bool = True
    """Whether the act's result was good; a comparison that failed reads differently."""

    @property
    def words(self) -> str:
        """The key of its words."""
        return f"act.{self.act}" if self.ok or self.act not in COMPARISONS else f"act-not-ok.{self.act}"


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature: ``key_kind`` is ``hardware`` or ``file``; ``counts`` whether it counted towards the two persons."""

    person: str
    key_id: str
    key_kind: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """One file of the delivery; ``digest`` stays ``None`` until the paper was compared: the page must not give it away."""

    name: str
    role: str
    size: int
    url: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A step of the comparison that is finished: by whom and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DigestForm:
    """Typing the digest. ``typed`` and ``wrong`` (groups from 1) are of the last try; the expected value is never here."""

    action: str
    typed: tuple[str, ...] = ("",) * GROUPS
    wrong: tuple[int, ...] = ()
    tries: int = 0
    ask_name: bool = True
    """Whether the person types a name (there are no accounts yet)."""
    person: str = ""

    @property
    def another_person(self) -> bool:
        """Whether this person may not try again."""
        return self.tries >= TRIES_PER_PERSON


@dataclass(frozen=True, slots=True)
class TotalField:
    """One number from paper. ``name`` is ``admitted``, ``valid``, ``blank``, ``invalid`` or ``list-<number>``."""

    name: str
    list_name: str | None = None
    typed: str = ""
    problem: str | None = None
    """``differs`` or ``not-a-number`` after a wrong try."""

    @property
    def list_number(self) -> str:
        """The number of the list, or nothing for the other four."""
        return self.name.removeprefix("list-") if self.name.startswith("list-") else ""


@dataclass(frozen=True, slots=True)
class TotalsForm:
    """Typing the totals; another person than the one who typed the digest."""

    action: str
    fields: tuple[TotalField, ...]
    tries: int = 0
    ask_name: bool = True
    person: str = ""


@dataclass(frozen=True, slots=True)
class SignForm:
    """Signing the acceptance: what to fetch and the two signature files to hand in."""

    with_: SignWith
    action: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Where the comparison with paper stands. A step is ``Done``, a form to fill in, or ``None`` while it must wait."""

    digest: DigestForm | Done | None
    totals: TotalsForm | Done | None = None
    sign: SignForm | Done | None = None
    blocked_by: tuple[str, ...] = ()
    """Codes that stop acceptance: ``no-definition``, ``E-CHN-FROZEN``."""

    def look_of(self, step: str) -> str:
        """Return ``done``, ``open`` or ``wait`` for ``digest``, ``totals`` or ``sign``."""
        state = {"digest": self.digest, "totals": self.totals, "sign": self.sign}[step]
        return "wait" if state is None else "done" if isinstance(state, Done) else "open"


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """All that the page of one delivery shows."""

    frame: Frame
    org: str
    name: str
    manifest: str
    transfer_code: str
    kind: str
    """Kind of the manifest: ``result``, ``corrigendum``, …"""
    session: int
    sequence: int
    state: str
    history: tuple[Step, ...]
    signers: tuple[Signer, ...]
    files: tuple[File, ...]
    findings: tuple[Card, ...]
    findings_total: int
    tally: Tally
    findings_url: str
    back_url: str
    csrf: Hidden
    acceptance: Acceptance | None = None
    """``None`` where acceptance is not at issue (rejected, superseded, held)."""
    stood: int | None = None
    """On how many polling stations the statistics of its findings rest."""
    problems: tuple[Problem, ...] = ()
    code: str | None = None
    """Why it was refused or is held."""
    decide_url: str = ""
    """Where two persons decide about what it waits for."""
    lost_url: str = ""
    """Where two persons block a key of its sender."""

    @property
    def strength(self) -> Strength:
        """How strong the signatures that count are."""
        return strength((signer.person, signer.key_kind == "hardware") for signer in self.signers if signer.counts)

    @property
    def files_without_digest(self) -> bool:
        """Whether a digest is held back, so that the page says why."""
        return any(file.digest is None for file in self.files)


def group_field(number: int) -> str:
    """The name and ``id`` of the field of one group, counted from 1."""
    return f"group-{number}"


def read_digest(form: Mapping[str, str]) -> tuple[str, ...]:
    """Return the 16 groups that somebody typed, from 16 fields or the one; what is missing is empty, nothing is judged."""
    whole = re.sub(r"[^0-9A-Za-z]", "", form.get(WHOLE, "")[:MAX_TYPED])
    if whole:
        starts = range(0, (GROUPS - 1) * GROUP_DIGITS, GROUP_DIGITS)
        return (*(whole[start : start + GROUP_DIGITS] for start in starts), whole[(GROUPS - 1) * GROUP_DIGITS :])
    return tuple(form.get(group_field(number), "")[:MAX_TYPED].strip() for number in range(1, GROUPS + 1))


def digest_problems(form: DigestForm) -> tuple[Problem, ...]:
    """Return the lines for the summary above the page after a wrong try."""
    return tuple(Problem("problem.group", group_field(number), str(number)) for number in form.wrong)


def digest_unfinished(form: DigestForm) -> tuple[Problem, ...]:
    """Return the lines for groups that are not 4 hex digits; none when the digest can be compared."""
    groups = enumerate(form.typed, 1)
    bad = [number for number, typed in groups if re.fullmatch(rf"[0-9A-Fa-f]{{{GROUP_DIGITS}}}", typed) is None]
    return tuple(Problem("problem.incomplete", group_field(number), str(number)) for number in bad)


def read_number(typed: str) -> int | None:
    """Return a number typed from paper, with or without thousands marks (``1.234``); ``None`` when it is none."""
    text = typed.strip()[:MAX_TYPED]
    if re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}([. ][0-9]{3}){1,2}", text, re.ASCII) is None:
        return None
    return int(re.sub(r"[. ]", "", text))


def render_delivery(page: DeliveryPage, lang: str) -> str:
    """Return the whole page of one delivery."""
    return render(
        "delivery.html",
        lang,
        frame=page.frame,
        page=page,
        problems=tuple((_target(problem, page), _sentence(problem, lang)) for problem in page.problems),
        first=FIRST,
        group_field=group_field,
        signature_fields=SIGNATURES,
        groups_of=lambda digest: printed(digest).split(),
    )


def _target(problem: Problem, page: DeliveryPage) -> str:
    """The ``id`` of the field of a problem; the name of a person is asked in two forms, the filled one is meant."""
    if problem.field != PERSON:
        return problem.field
    digest = page.acceptance.digest if page.acceptance else None
    return f"digest-{PERSON}" if isinstance(digest, DigestForm) and any(digest.typed) else f"totals-{PERSON}"


def _sentence(problem: Problem, lang: str) -> str:
    """The words of a problem, naming the field where the view model does not."""
    return words(lang)(problem.key, detail=problem.detail or _name(problem.field, lang))


def _name(field: str, lang: str) -> str:
    t = words(lang)
    if field.startswith("list-"):
        return t("accept.totals.list", n=field.removeprefix("list-"))
    return t(f"figure.{field}") if t.has(f"figure.{field}") else field.rpartition("-")[2]
