"""The catalogue of words for codes: one TOML file a language (``nl.toml``, ``en.toml``), the same English keys in both.

A section per code has ``title``; ``explanation`` (sentences, or a table of them by the finding's figure ``case``); for a finding
``short`` (its figures in one line) and ``look`` (the key in ``[look]`` of the place in the paper record); and ``do``: the next
steps, by who acts: three roles at a finding, one at a refusal. Placeholders are figure names: ``{sum}`` (a whole number gets its
thousands mark), ``{difference:+}`` (with its sign), ``{count|ballot|ballots}`` (a number with its noun). ``[counter]``,
``[level]``, ``[flaw]`` and ``[reference]`` are the words for figures that are names; ``[figure]`` are labels; ``[not-judged]``
and ``[edition]`` are the reasons of an examination; ``[who]`` are the roles; ``[report]`` is the frame of the report.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from waarmerk.checks import NotJudged
from waarmerk.election.finding import Cell, FigureValue, Finding
from waarmerk.errors import Rejection

LANGUAGES = ("nl", "en")
CODE = re.compile(r"[A-Z]-[A-Z0-9-]+|no-definition")
"""What a section about a code is called; all other sections are words for figures and for the report."""
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\+))?(?:\|([^|{}]*)\|([^|{}]*))?\}")
NAMES = {
    "counter": "counter",
    "counter_one": "counter",
    "counter_two": "counter",
    "names": "counter",
    "level": "level",
    "reference": "reference",
    "flaw": "flaw",
}
"""Figures whose value is a name (or several, with commas) and the section with its word."""
UNSHOWN = frozenset(
    {
        "case",
        "level",
        "edition",
        "rounded_more",
        "rounded_less",
        "factor",
        "minimum",
        "threshold",
        "threshold_ballots",
        "moved",
        "size",
        "behind",
        "from",
        "to",
        "list_name",
        "other_unit",
        *(f"{name}_{which}" for name in ("reported", "expected", "corrected", "counter") for which in ("one", "two")),
        "one",
        "two",
    }
)
"""Figures that words need and a table of figures does not: those of cells have a table of their own."""
STATION = "::SB"
"""What the id of a station holds (eml-nl.md 4.2); a sum has no record of a station."""
STATION_PLACES = frozenset({"list", "ballots"})
"""Places in the record of a station that rules judge in sums too."""
DECIMAL = re.compile(r"[+-]?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Text:
    """What is said about one code in one language."""

    title: str
    explanation: Mapping[str, tuple[str, ...]]
    """Sentences by case; one entry ``""`` where there is only one."""
    short: str
    look: str
    """The place in the paper record, a key of ``[look]``."""
    do: Mapping[str, tuple[str, ...]]
    """Next steps by who acts (``gemeente``, ``kieskring``, ``kiesraad``, ``sender``, …)."""


def codes(lang: str) -> tuple[str, ...]:
    """Return every code that has words."""
    return tuple(section for section in _table(lang) if CODE.fullmatch(section))


def text(code: str, lang: str) -> Text:
    """Return the words of a code of a finding or a refusal; a code without words is our own mistake."""
    return _texts(lang)[code] if code in _texts(lang) else _no_words(code, lang)


def sentences(finding: Finding, lang: str) -> tuple[str, ...]:
    """Return the explanation of a finding with its figures filled in, one sentence an entry."""
    words = text(finding.code, lang).explanation
    case = finding.figures.get("case", "")
    return tuple(fill(sentence, values(finding), lang) for sentence in words[str(case) if len(words) > 1 else ""])


def short(finding: Finding, lang: str) -> str:
    """Return the figures of a finding in one line."""
    return fill(text(finding.code, lang).short, values(finding), lang)


def steps(finding: Finding, role: str, lang: str) -> tuple[str, ...]:
    """Return what somebody has to do about a finding; empty when nothing."""
    return tuple(fill(step, values(finding), lang) for step in text(finding.code, lang).do.get(role, ()))


def look(finding: Finding, lang: str) -> str:
    """Return what to look at in the paper record: its model and heading, the list and the rows; empty when there is no such place.

    A page has no fixed number: the layout changes by year and by the number of lists. The headings and the letters A to J stay.
    """
    place = text(finding.code, lang).look
    if place == "difference" and finding.cells:
        place = _place_of(finding.cells[0])  # the number that explains it stands elsewhere
    if place in STATION_PLACES and STATION not in (finding.unit or ""):
        place = "session"
    return fill(word("look", place, lang), values(finding), lang) if place else ""


def _place_of(cell: Cell) -> str:
    if cell.figure is None:
        return "list" if cell.candidate is None else "row"
    return "ballots" if cell.figure in ("blank", "invalid") else "voters"


def figures(finding: Finding, lang: str) -> tuple[tuple[str, str], ...]:
    """Return the figures that show a finding as (label, value), in the order of the rule."""
    given = finding.figures
    return tuple(
        (word("figure", name, lang), shown(name, value, lang, given=values(finding)))
        for name, value in given.items()
        if name not in UNSHOWN
    )


def not_judged(item: NotJudged, lang: str) -> str:
    """Return the sentence that says what was not judged, and why."""
    names = ", ".join(word("counter", name, lang) for name in item.figures)
    given: dict[str, FigureValue] = {"units": item.units, "codes": _codes(item.codes, lang), "names": names}
    return fill(word("not-judged", item.reason, lang), given, lang, plain=frozenset({"names"}))


def refusal(rejection: Rejection, lang: str) -> tuple[str, ...]:
    """Return what is said about a refusal: its title, its explanation, and the next step."""
    words = text(rejection.code, lang)
    return (words.title, *words.explanation[""], *(step for steps in words.do.values() for step in steps))


def word(section: str, key: str, lang: str) -> str:
    """Return a word that belongs to no code; one that is missing is our own mistake."""
    found = _table(lang).get(section, {}).get(key)
    if not isinstance(found, str):
        raise RuntimeError(f"the catalogue has no {section}.{key} in {lang}")
    return found


def fill(template: str, given: Mapping[str, FigureValue], lang: str, *, plain: frozenset[str] = frozenset()) -> str:
    """Return a sentence with its placeholders filled in; one without a figure is our own mistake."""

    def replaced(match: re.Match[str]) -> str:
        name, sign, one, many = match.groups()
        if name not in given:
            raise RuntimeError(f"no figure {name!r} for {template!r}")
        value = given[name]
        written = str(value) if name in plain else shown(name, value, lang, given=given)
        if sign and isinstance(value, int) and value > 0:
            written = f"+{written}"
        return f"{written} {one if value == 1 else many}" if one is not None else written

    return PLACEHOLDER.sub(replaced, template)


def shown(name: str, value: FigureValue, lang: str, *, given: Mapping[str, FigureValue] | None = None) -> str:
    """Return one figure as people read it."""
    if isinstance(value, int):
        return number(value, lang)
    if name in NAMES:
        return ", ".join(fill(word(NAMES[name], part, lang), given or {}, lang) for part in value.split(", "))
    if not DECIMAL.fullmatch(value):
        return value
    whole, mark, part = value.partition(".")
    sign, digits = whole[: -len(whole.lstrip("+-"))], whole.lstrip("+-")
    written = sign.replace("-", "−") + number(int(digits), lang)
    return written + mark.replace(".", "," if lang == "nl" else ".") + part


def number(value: int, lang: str) -> str:
    """Return a whole number with the thousands mark of the language and a real minus sign."""
    written = f"{abs(value):,}"
    return ("−" if value < 0 else "") + (written.replace(",", ".") if lang == "nl" else written)


def values(finding: Finding) -> dict[str, FigureValue]:
    """Return what the words of a finding can name: its figures, its list and its candidates."""
    given = dict(finding.figures)
    if finding.list is not None:
        given.setdefault("list", str(finding.list))
    if finding.candidates:
        given.setdefault("candidate", ", ".join(str(row) for row in finding.candidates))
    return given


def _codes(listed: tuple[str, ...], lang: str) -> str:
    names = _runs([str(code) for code in listed], word("report", "through", lang))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word('report', 'and', lang)} {names[-1]}"


def _runs(names: list[str], through: str) -> list[str]:
    """Return codes with four or more that follow each other said by the first and the last of them."""
    runs: list[list[str]] = []
    for name in names:
        letter, _, digits = name.partition("-")
        follows = bool(runs) and digits.isdigit() and runs[-1][-1] == f"{letter}-{int(digits) - 1:02}"
        runs[-1].append(name) if follows else runs.append([name])
    return [said for run in runs for said in ([f"{run[0]} {through} {run[-1]}"] if len(run) > 3 else run)]


@cache
def _table(lang: str) -> Mapping[str, Any]:
    if lang not in LANGUAGES:
        raise RuntimeError(f"no catalogue in language {lang!r}")
    return tomllib.loads((files(__package__) / f"{lang}.toml").read_text(encoding="utf-8"))


@cache
def _texts(lang: str) -> Mapping[str, Text]:
    return {code: _text(_table(lang)[code]) for code in codes(lang)}


def _text(section: Mapping[str, Any]) -> Text:
    said = section["explanation"]
    by_case = {case: tuple(lines) for case, lines in said.items()} if isinstance(said, dict) else {"": tuple(said)}
    do = {role: tuple(steps) for role, steps in section["do"].items()}
    return Text(section["title"], by_case, section.get("short", ""), section.get("look", ""), do)


def _no_words(code: str, lang: str) -> Text:
    raise RuntimeError(f"the catalogue has no words for {code!r} in {lang}")
