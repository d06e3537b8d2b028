"""The page of ``waarmerk check --html``: one file that needs nothing else, for a screen, a telephone or A4 paper.

It carries its own style sheet, allowed by its hash, and may load nothing: whoever opens it on any machine tells nobody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Severity
from waarmerk.pages import catalogue
from waarmerk.pages.cards import Card, Tally, card, tally
from waarmerk.pages.layout import Frame, render, style
from waarmerk.pages.report import Checked, Replaced, ranked, replaced_lines, statistics_lines
from waarmerk.pages.screens import words
from waarmerk.wire.digests import printed


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file as the page shows it. ``refused`` are the sentences of a refusal; then nothing else is known."""

    name: str
    about: str = ""
    valid: int | None = None
    tally: Tally = ()
    edition: str = ""
    digest: str = ""
    """SHA-256: of the canonical form where there is one, because that is what the paper has."""
    different: tuple[int, ...] | None = None
    """Groups of a digest typed from paper that differ; ``None`` when none was typed."""
    refused: tuple[str, ...] = ()
    code: str = ""
    not_judged: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    """What the statistics compared, and what the data show of their precision."""

    @property
    def groups(self) -> list[str]:
        """The digest as it is printed on the record."""
        return printed(self.digest).split()

    @property
    def tone(self) -> str:
        """How the box is marked: ``bad``, ``wait`` or ``good``; its words say the same."""
        if self.refused or self.different:
            return "bad"
        return "wait" if any(level > Severity.NOTICE for level, _ in self.tally) else "good"


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that the page shows: files, then findings of all of them in order, then notices."""

    files: tuple[CheckedFile, ...]
    findings: tuple[Card, ...]
    notices: tuple[Card, ...]
    replaced: tuple[str, ...] = ()
    """What changed since an earlier version: a title, then lines."""


def render_check(checked: Sequence[Checked], lang: str, replaced: Replaced | None = None) -> str:
    """Return the whole page for the files that were checked, in Dutch or English."""
    sheet = style()
    allowed = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return render(
        "check.html",
        lang,
        frame=Frame(style_url="", home_url="#main", other_language_url=""),
        page=_page(checked, lang, replaced),
        sheet=Markup(sheet),  # noqa: S704  our own file, and the only one that is not escaped
        style_hash=f"'sha256-{allowed}'",
    )


def _page(checked: Sequence[Checked], lang: str, replaced: Replaced | None) -> CheckPage:
    many = len(checked) > 1
    made = [
        card(
            finding,
            lang,
            anchor=f"finding-{number}",
            place=_last_part(file.path) if many else "",
            count=file.reading.value if isinstance(file.reading.value, Count) else None,
        )
        for number, (file, finding) in enumerate(ranked(checked), 1)
    ]
    return CheckPage(
        files=tuple(_file(file, lang) for file in checked),
        findings=tuple(one for one in made if one.severity > Severity.NOTICE),
        notices=tuple(one for one in made if one.severity is Severity.NOTICE),
        replaced=tuple(replaced_lines(replaced, lang)) if replaced else (),
    )


def _file(file: Checked, lang: str) -> CheckedFile:
    name = _last_part(file.path)
    if file.rejection is not None:
        return CheckedFile(name, refused=catalogue.refusal(file.rejection, lang), code=file.rejection.code)
    value = file.reading.value
    examined = file.examined
    if not isinstance(value, Count) or examined is None:
        return CheckedFile(name, about=words(lang)("check.nothing_to_count"))
    edition = examined.protocol
    return CheckedFile(
        name,
        about=" · ".join(_about(value, lang)),
        valid=int(value.total.figures[0, Figure.COUNTED]) if value.total.figures_reported[0, Figure.COUNTED] else None,
        tally=tally(file.findings),
        edition=f"{edition.edition.name} ({catalogue.word('edition', edition.reason, lang)})",
        digest=file.reading.sha256_canonical or file.reading.sha256,
        different=file.different,
        not_judged=tuple(catalogue.not_judged(item, lang) for item in examined.not_judged),
        statistics=tuple(statistics_lines(examined.statistics, lang)) if examined.statistics else (),
    )


def _about(count: Count, lang: str) -> Iterator[str]:
    yield count.authority_name
    if count.election.name or count.election.id:
        yield count.election.name or count.election.id or ""
    yield words(lang).count(f"units.{count.level.value}", len(count.units))


def _last_part(path: str) -> str:
    """The name without the folders of whoever ran the command: the page is passed on."""
    return path.replace("\\", "/").rpartition("/")[2] or path
