"""The report of ``waarmerk check`` in a terminal: what a civil servant sees in one screen.

First a line per file with its verdict, then the findings of all files in the order to look at them, then what was not
judged and what is only for the record. Names that others wrote are shown with every hidden sign made visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waarmerk.checks import Correction, Examined, NotJudged, rank_key
from waarmerk.checks.case import level_of
from waarmerk.checks.model.parameters import FEWEST_STATIONS
from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Code, FigureValue, Finding, Severity
from waarmerk.errors import Place, Rejection
from waarmerk.formats import NoResults, NotCounted, Reading
from waarmerk.pages import catalogue
from waarmerk.pages.screens import words
from waarmerk.pages.visible import visible
from waarmerk.tabulation.difference import Cell

if TYPE_CHECKING:
    from waarmerk.checks.model.statistics import Statistics

FIRST = 20
"""Findings that a terminal shows; more than a screen is not read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One file after checking. ``different`` are the groups of a typed digest that differ; ``None`` when none was typed."""

    path: str
    reading: Reading
    examined: Examined | None = None
    different: tuple[int, ...] | None = None
    shown: str | None = None
    """The path as a person reads it; ``path`` is exact."""

    @property
    def label(self) -> str:
        """What stands in front of the verdict."""
        return self.shown or self.path

    @property
    def rejection(self) -> Rejection | None:
        """Why it could not be read."""
        value = self.reading.value
        if isinstance(value, NoResults):
            return Rejection("E-EML-TYPE", value.reason)
        return value if isinstance(value, Rejection) else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in it."""
        return self.examined.findings if self.examined else ()

    @property
    def to_look_at(self) -> bool:
        """Whether somebody has to look: a finding above a notice, or a digest that differs from the paper."""
        return bool(self.different) or any(finding.severity > Severity.NOTICE for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Replaced:
    """The version that the file checked replaces, and what changed since."""

    path: str
    sha256: str
    correction: Correction


def exit_code(files: Sequence[Checked]) -> int:
    """Return 2 when something could not be read, 1 when somebody has to look, else 0."""
    if any(file.rejection for file in files):
        return 2
    return int(any(file.to_look_at for file in files))


def ranked(files: Sequence[Checked]) -> list[tuple[Checked, Finding]]:
    """Return the findings of all files in one order."""
    found = [(file, finding) for file in files for finding in file.findings]
    return sorted(found, key=lambda pair: (*_key(*pair), pair[0].path))


def text(files: Sequence[Checked], lang: str, replaced: Replaced | None = None) -> str:
    """Return the report for a terminal."""
    lines = [line for file in files for line in _file(file, lang)]
    if replaced:
        lines += ["", *replaced_lines(replaced, lang)]
    if len(files) > 1:
        lines += ["", _tally(files, lang)]
    everything = ranked(files)
    serious = [pair for pair in everything if pair[1].severity > Severity.NOTICE]
    lines += _summary(serious, lang)
    lines += _findings(serious, len(files) > 1, lang)
    lines += _section("notices", list(_notices(files, lang)), lang)
    lines += _section("unjudged", list(_unjudged(files, lang)), lang)
    return "\n".join(lines) + "\n"


def _key(file: Checked, finding: Finding) -> tuple[object, ...]:
    return rank_key(finding, by_difference=bool(file.examined and file.examined.protocol.edition.investigated))


def _file(file: Checked, lang: str) -> Iterator[str]:
    value = file.reading.value
    if file.rejection:
        yield f"{_word('refused', lang):<9} {_line(file.label)}"
        yield from (f"  {line}" for line in _refusal(file.rejection, lang))
        return
    if isinstance(value, NotCounted):
        yield f"{_word('good', lang):<9} {_line(file.label)}: {_word('document', lang, message=value.message)}"
        return
    verdict = _word("look" if file.to_look_at else "good", lang)
    yield f"{verdict:<9} {_line(file.label)}: {_severities(file, lang)}"
    if isinstance(value, Count):
        yield f"  {_about(value, lang)}"
    elif not isinstance(value, NoResults | Rejection):
        yield f"  {_line(' · '.join(filter(None, (_word('document', lang, message=value.head.message), value.head.election.id))))}"
    if file.examined and isinstance(value, Count):
        edition = file.examined.protocol
        reason = catalogue.word("edition", edition.reason, lang)
        yield f"  {_word('protocol', lang, name=edition.edition.name, reason=reason)}"
        if file.examined.statistics:
            yield from (f"  {line}" for line in statistics_lines(file.examined.statistics, lang))
    if file.different is not None:
        groups = ", ".join(map(str, file.different))
        yield f"  {_word('printed-other' if groups else 'printed-same', lang, groups=groups)}"


def statistics_lines(said: Statistics, lang: str) -> Iterator[str]:
    """Yield what the statistics compared, how sure they are, and what the data themselves show of that (checks.md 3.8)."""
    # no question is ever certain
    needless = f"{max(said.expected_false, 0.1):.1f}".replace(".", "," if lang == "nl" else ".")
    if said.stations >= FEWEST_STATIONS:
        name = "statistics" if said.flagged else "statistics-none"
        yield _word(name, lang, stations=said.stations, flagged=said.flagged, needless=needless)
    if said.resummed:
        yield _word("resummed", lang, stations=said.resummed)
    if said.elsewhere:
        yield _word("elsewhere", lang, stations=said.elsewhere)
    if said.audit.precision is not None:
        yield _word("audit", lang, found=said.audit.found, percent=str(round(100 * said.audit.precision)))
    if said.matched:
        ways = ", ".join(f"{_word(f'by-{way}', lang)} {number}" for way, number in said.matched.ways if number)
        found, election = said.matched.found, said.matched.election or ""
        yield _word("earlier", lang, election=election, found=found, stations=said.matched.stations, ways=ways)


def _refusal(rejection: Rejection, lang: str) -> Iterator[str]:
    title, *rest = catalogue.refusal(rejection, lang)
    yield f"{title} ({rejection.code})"
    yield from rest
    where = _place(rejection.place, lang)
    yield _line(f"{where}: {rejection.reason}" if where else rejection.reason)


def _place(place: Place, lang: str) -> str:
    parts = (("element", place.element), ("unit", place.unit), ("line", place.line), ("column", place.column))
    return ", ".join(_word(name, lang, n=str(value)) for name, value in parts if value is not None)


def _about(count: Count, lang: str) -> str:
    level = level_of(count).value
    units = len(count.units)
    unit = catalogue.word("level-one" if units == 1 else "level", level, lang)
    name = f"{count.authority_name} ({count.authority_id})" if count.authority_id else count.authority_name
    parts = [
        name,
        count.election.name or count.election.id or "",
        f"{catalogue.number(units, lang)} {unit}",
        _word("votes", lang, n=_valid(count)),
    ]
    return _line(" · ".join(part for part in parts if part))


def _severities(file: Checked, lang: str) -> str:
    table = words(lang)
    counted = [(level, sum(f.severity is level for f in file.findings)) for level in sorted(Severity, reverse=True)]
    said = [table.count(f"severity.{level.word}", number) for level, number in counted if number]
    return ", ".join(said) or _word("nothing", lang)


def _tally(files: Sequence[Checked], lang: str) -> str:
    refused = sum(file.rejection is not None for file in files)
    look = sum(file.to_look_at for file in files if file.rejection is None)
    return _word("files", lang, files=len(files), good=len(files) - refused - look, look=look, refused=refused)


def _summary(found: Sequence[tuple[Checked, Finding]], lang: str) -> Iterator[str]:
    """Yield how often each kind occurs, so that the first twenty do not hide the rest."""
    times = Counter(finding.code for _, finding in found)
    if len(times) > 1:
        yield ""
        for code, number in times.items():
            yield f"{catalogue.number(number, lang):>7}  {catalogue.text(code, lang).title} [{code}]"


def _findings(found: Sequence[tuple[Checked, Finding]], many: bool, lang: str) -> Iterator[str]:
    if not found:
        return
    first = _first(found)
    yield ""
    yield _word("first" if len(found) > FIRST else "all", lang, shown=len(first), all=len(found))
    heading = None
    for rank, (file, finding) in first:
        # Errors and the law's list stand together; the others mixed, by what matters: each says its own code.
        apart = finding.severity is Severity.ERROR or finding.code is Code.L01
        if apart and heading != finding.code:
            heading = finding.code
            yield f" {catalogue.text(finding.code, lang).title} [{finding.code}]"
        letter = words(lang)(f"severity.{finding.severity.word}.letter")
        others = dict.fromkeys(other.code for other in finding.also)
        if apart:
            also = f" [+ {', '.join(others)}]" if others else ""
        else:
            also = f" [{' + '.join(dict.fromkeys((finding.code, *others)))}]"
        place = f"{_name(file)}: {_unit(finding, lang)}" if many else _unit(finding, lang)
        yield f"{rank:4} {letter} {_line(f'{place}: {catalogue.short(finding, lang)}')}{also}"
    if len(found) > FIRST:
        yield _word("more", lang, n=len(found) - FIRST)


def _first(found: Sequence[tuple[Checked, Finding]]) -> list[tuple[int, tuple[Checked, Finding]]]:
    """Return what is shown with its rank: the law's list takes at most half, or in a city it would hide all else."""
    ranked_ones = list(enumerate(found, 1))
    law = [pair for pair in ranked_ones if pair[1][1].code is Code.L01]
    others = [pair for pair in ranked_ones if pair[1][1].code is not Code.L01]
    room = max(FIRST - len(others), FIRST // 2)
    return sorted(law[:room] + others[: FIRST - len(law[:room])], key=lambda pair: pair[0])


def replaced_lines(replaced: Replaced, lang: str) -> Iterator[str]:
    """Yield what changed since the version that a file replaces: a title, then lines; what nobody asked about comes first."""
    changed, found = replaced.correction, replaced.correction.difference
    number = len(found.cells)
    yield _word("replaces" if number else "replaces-same", lang, path=_line(replaced.path), n=number)
    yield from (f"  {_line(f'{each.what}: {each.old} → {each.new}')}" for each in found.header)
    others = [*(f"− {unit}" for unit in found.units_gone), *(f"+ {unit}" for unit in found.units_new)]
    others += [f"{'−' if each.where == 'old' else '+'} {each.list}/{each.candidate or '–'}" for each in found.ballot]
    yield from (f"  {_line(other)}" for other in others[:FIRST])
    for title, cells in (("unasked", changed.unasked), ("asked", changed.asked)):
        if cells:
            yield f" {_word(title, lang, n=len(cells))}"
            yield from (f"  {_line(_cell(cell, lang))}" for cell in cells[:FIRST])
        if len(cells) > FIRST:
            yield _word("more-cells", lang, n=len(cells) - FIRST)


def _cell(cell: Cell, lang: str) -> str:
    given: dict[str, FigureValue] = {"list": str(cell.list), "candidate": str(cell.candidate)}
    name = cell.figure.name.lower() if cell.figure is not None else "list" if cell.candidate is None else "candidate"
    number = (cell.unit or "").rpartition("::")[2].removeprefix("SB")
    place = f"{number} {cell.unit_name}" if cell.unit else _word("whole", lang)
    counter = catalogue.fill(catalogue.word("counter", name, lang), given, lang)
    return f"{place}: {counter} {catalogue.number(cell.old or 0, lang)} → {catalogue.number(cell.new or 0, lang)}"


def _name(file: Checked) -> str:
    """The last part of a path: the whole one stands above the findings."""
    return file.label.rstrip("/").rpartition("/")[2]


def _unit(finding: Finding, lang: str) -> str:
    if finding.unit is None:
        return _word("whole", lang)
    number = finding.unit.partition("::")[2].removeprefix("SB") or finding.unit
    return f"{number} {finding.unit_name or ''}".strip()


def _notices(files: Sequence[Checked], lang: str) -> Iterator[str]:
    for file in files:
        for finding in file.findings:
            if finding.severity is Severity.NOTICE and not finding.hypothesis:
                title = catalogue.text(finding.code, lang).title
                line = f"{title}: {catalogue.short(finding, lang)} [{finding.code}]"
                yield f"{_name(file)}: {line}" if len(files) > 1 else line
        weak = sum(finding.severity is Severity.NOTICE and finding.hypothesis is not None for finding in file.findings)
        if weak:
            line = _word("weak", lang, n=weak)
            yield f"{_name(file)}: {line}" if len(files) > 1 else line


def _unjudged(files: Sequence[Checked], lang: str) -> Iterator[str]:
    """Yield what was not judged; what holds for several files once, with how many files and units it is about."""
    units: dict[tuple[tuple[Code, ...], str, tuple[str, ...]], list[int]] = {}
    for file in files:
        for item in file.examined.not_judged if file.examined else ():
            units.setdefault((item.codes, item.reason, item.figures), []).append(item.units)
    for (codes, reason, figures), numbers in units.items():
        line = catalogue.not_judged(NotJudged(codes, reason, sum(numbers), figures), lang)
        yield line if len(files) == 1 else f"{_word('in-files', lang, n=len(numbers))}: {line}"


def _line(text: str) -> str:
    """One line, whatever signs and line ends somebody put in a name."""
    return str(visible(" ".join(text.split())))


def _section(title: str, lines: Sequence[str], lang: str) -> list[str]:
    return ["", _word(title, lang), *(f"  {_line(line)}" for line in lines)] if lines else []


def _word(key: str, lang: str, **given: int | str) -> str:
    return catalogue.fill(catalogue.word("report", key, lang), given, lang)


def _valid(count: Count) -> int:
    return int(count.total.figures[0, Figure.COUNTED])
