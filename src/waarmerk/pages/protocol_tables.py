"""The three tables of the control protocol (checks.md 1.4), for who imports those of the official tool into a ticket system.

Columns, their order and the form of the cells are that tool's; what stands in them are our own findings, merged or not, and
the summary is in the words of the catalogue. UTF-8 without a mark in front, ``;``, CR LF: what the importer expects. A text
that a spreadsheet would take for a formula gets an apostrophe in front (T19).
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from waarmerk.checks import Edition, Examined, list_deviations
from waarmerk.checks.case import tenths
from waarmerk.checks.rules.differences import INVESTIGATED
from waarmerk.election.count import Count, Unit
from waarmerk.election.finding import Code, Finding
from waarmerk.pages import catalogue

COMMON = (
    "Verkiezingnummer",
    "Type",
    "Kieskringnummer",
    "Gemeentenummer",
    "Gemeentenaam",
    "Stembureaunummer",
    "Stembureaunaam",
)
UNKNOWN, YES, NO = "onbekend", "ja", "nee"
"""Whether a station was recounted; most documents cannot say."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
STRIKING = (Code.P01, Code.P02, Code.P03, Code.P04, Code.P05, Code.P06)

Row = Sequence[str]


def protocol_tables(count: Count, examined: Examined) -> dict[str, bytes]:
    """Return ``a.csv`` (the law's list), ``b.csv`` (striking results) and ``c.csv`` (deviations of every list)."""
    edition = examined.protocol.edition
    found = _by_unit(examined.findings)
    return {
        "a.csv": _file(
            count, edition, "Stembureaus met een verschil dat niet verklaard is", _table_a(count, edition, found)
        ),
        "b.csv": _file(count, edition, "Stembureaus met een opmerkelijke uitslag", _table_b(count, edition, found)),
        "c.csv": _file(count, edition, "Afwijking per stembureau en lijst van de rest", _table_c(count)),
    }


def _by_unit(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Collect the findings of each unit, those inside others too: merging never empties a table."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for each in (finding, *finding.also):
            if each.unit:
                found[each.unit].append(each)
    return found


def _table_a(count: Count, edition: Edition, found: dict[str, list[Finding]]) -> Iterator[Row]:
    numbers = (
        ["Niet onderzocht telverschil"]
        if edition.investigated
        else ["Aantal geen verklaring voor verschil", "Aantal ontbrekende verklaringen voor verschil"]
    )
    yield [*COMMON, *numbers, "Al herteld", "Samenvatting"]
    for index, unit in enumerate(count.units):
        for finding in found.get(unit.id, ()):
            if finding.code is Code.L01:
                cells = _difference(finding, edition)
                yield [*_common(count, unit, "A"), *cells, _recounted(count, index), _summary([finding])]


def _difference(finding: Finding, edition: Edition) -> list[str]:
    figures = {name: value for name, value in finding.figures.items() if isinstance(value, int)}
    if edition.investigated:
        return [str(abs(figures["difference"]))]
    missing = abs(figures["difference"]) - figures["explained"] - figures["no_explanation"]
    return [_or_empty(figures["no_explanation"]), _or_empty(max(missing, 0))]


def _table_b(count: Count, edition: Edition, found: dict[str, list[Finding]]) -> Iterator[Row]:
    percent, points = f"{float(edition.rejected_percent)}%", f"{float(edition.deviation.points)}%"
    yield [
        *COMMON,
        "Stembureau met nul stemmen",
        f"Stembureau >={percent} ongeldig",
        f"Stembureau >={percent} blanco",
        _difference_column(edition),
        f"Stembureau met lijst {'>' if edition.deviation.strict else '>='}{points} afwijking",
        "Mogelijk verwisselde kandidaten",
        "Al herteld",
        "Samenvatting",
    ]
    for index, unit in enumerate(count.units):
        here = [finding for finding in found.get(unit.id, ()) if finding.code in STRIKING]
        if here:
            cells = [", ".join(_cell(count, f) for f in _sorted(here) if f.code is code) for code in STRIKING]
            yield [*_common(count, unit, "B"), *cells, _recounted(count, index), _summary(here)]


def _difference_column(edition: Edition) -> str:
    rule = edition.difference
    if rule is None:
        return "Verschil tussen toegelaten kiezers en uitgebrachte stemmen"
    number = "" if rule.ballots is None else f">={rule.ballots} of "
    return f"Stembureau {number}>={float(rule.percent)}% verschil tussen toegelaten kiezers en uitgebrachte stemmen"


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.list or 0, finding.candidates))


def _cell(count: Count, finding: Finding) -> str:
    figures = finding.figures
    match finding.code:
        case Code.P01:
            return YES
        case Code.P04:
            least = figures["threshold_ballots"]
            by_number = isinstance(least, int) and int(figures["size"]) >= least
            return f"{YES} ({figures['size']})" if by_number else f"{YES} ({figures['percent']}%)"
        case Code.P05:
            return _plain(f"{_list_name(count, finding)} ({str(figures['deviation']).removeprefix('+')}%)")
        case Code.P06:
            return (
                f"Mogelijke verwisseling op lijst {finding.list} ({_list_name(count, finding)}): "
                f"Kandidaat {figures['row_more']} had {figures['votes_more']} stemmen maar verwachting was "
                f"{figures['rounded_more']}. Kandidaat {figures['row_less']} had {figures['votes_less']} stemmen maar "
                f"verwachting was {figures['rounded_less']}"
            )
        case _:
            return f"{YES} ({figures['percent']}%)"


def _table_c(count: Count) -> Iterator[Row]:
    yield [*COMMON, *(_plain(lst.name or f"Lijst {lst.number}") for lst in count.ballot.lists)]
    for unit, row in zip(count.units, list_deviations(count), strict=True):
        if unit.station:
            cells = ["" if points is None else f"{tenths(points, signed=True)}%" for points in row]
            yield [*_common(count, unit, "C"), *("0.0%" if cell == "+0.0%" else cell for cell in cells)]


def _common(count: Count, unit: Unit, kind: str) -> list[str]:
    return [
        count.election.id or "",
        kind,
        count.contest_id or "",
        count.authority_id or "",
        _plain(count.authority_name),
        unit.id.rpartition("::")[2].removeprefix("SB"),
        _plain(unit.name),
    ]


def _recounted(count: Count, index: int) -> str:
    answers = [answer for answer in count.investigations if answer.unit == index and answer.reason in INVESTIGATED]
    if any(answer.value for answer in answers):
        return YES
    return NO if answers else UNKNOWN


def _summary(findings: Sequence[Finding]) -> str:
    sentences = [sentence for finding in findings for sentence in catalogue.sentences(finding, "nl")]
    return _plain(" ".join(dict.fromkeys(sentences)))


def _list_name(count: Count, finding: Finding) -> str:
    name = next((lst.name for lst in count.ballot.lists if lst.number == finding.list), "")
    return name or f"Lijst {finding.list}"


def _or_empty(number: int) -> str:
    return str(number) if number else ""


def _plain(text: str) -> str:
    """Text that no spreadsheet works out."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _file(count: Count, edition: Edition, description: str, table: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows(
        [
            ["Versie controleprotocol", edition.name.upper()],
            ["Beschrijving", description],
            [],
            ["EML datum/tijd", count.created or ""],
            ["Verkiezing", _plain(count.election.name or "")],
            ["Datum", count.election.date or ""],
            ["Kieskringnummer", count.contest_id or ""],
            ["Gemeentenummer", count.authority_id or ""],
            [],
        ]
    )
    writer.writerows(table)
    return text.getvalue().encode("utf-8")
