"""The report of ``waarmerk check --json``: one object for scripts (architecture.md). Fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from waarmerk.checks.abacus import ABACUS, LISTS
from waarmerk.checks.model.parameters import VERSION
from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Finding
from waarmerk.errors import Rejection
from waarmerk.formats import NoResults, NotCounted, Value
from waarmerk.pages import catalogue
from waarmerk.pages.report import Checked, Replaced, ranked
from waarmerk.wire.digests import printed

if TYPE_CHECKING:
    from waarmerk.checks.model.statistics import Statistics

Json = dict[str, object]


def report_json(files: Sequence[Checked], lang: str, replaced: Replaced | None = None) -> Json:
    """Return the object of ``waarmerk check --json``; fields are added in later versions, never renamed."""
    result: Json = {
        "files": [_file_json(file, lang) for file in files],
        "findings": [_finding_json(rank, *pair, lang) for rank, pair in enumerate(ranked(files), 1)],
    }
    return result | ({"replaces": _replaced_json(replaced)} if replaced else {})


def _file_json(file: Checked, lang: str) -> Json:
    value, reading = file.reading.value, file.reading
    count = value if isinstance(value, Count) else None
    result: Json = {
        "path": file.path,
        "size": reading.size,
        "sha256": reading.sha256,
        "sha256_canonical": reading.sha256_canonical,
        "printed_digest": printed(reading.sha256_canonical or reading.sha256),
        "message": (count.message or count.level.value) if count else _message(value),
        "election": _election(value),
        "authority": count.authority_id if count else None,
        "units": len(count.units) if count else None,
        "candidates": count.ballot.size if count else None,
        "lists": len(count.ballot.lists) if count else None,
        "valid_votes": int(count.total.figures[0, Figure.COUNTED]) if count else None,
        "strict": count.strict if count else None,
        "protocol": file.examined.protocol.edition.name if count and file.examined else None,
        "protocol_reason": file.examined.protocol.reason if count and file.examined else None,
        "not_judged": [
            {
                "codes": [code.value for code in item.codes],
                "reason": item.reason,
                "units": item.units,
                "figures": list(item.figures),
                "text": catalogue.not_judged(item, lang),
            }
            for item in (file.examined.not_judged if file.examined else ())
        ],
        "statistics": _statistics_json(file.examined.statistics)
        if file.examined and file.examined.statistics
        else None,
    }
    if file.different is not None:
        result["printed_differs"] = list(file.different)
    if file.rejection:
        result["rejected"] = _rejected_json(file.rejection, lang)
    return result


def _statistics_json(said: Statistics) -> Json:
    found, matched = said.audit, said.matched
    return {
        "version": VERSION,
        "parameters": said.parameters.digest,
        "stations": said.stations,
        "stations_elsewhere": said.elsewhere,
        "stations_resummed": said.resummed,
        "flagged": said.flagged,
        "expected_false": round(said.expected_false, 2),
        "audit": {name: getattr(found, name) for name in found.__slots__}
        | {"precision": None if found.precision is None else round(found.precision, 3)},
        "earlier": matched
        and {
            "election": matched.election,
            "found": matched.found,
            "stations": matched.stations,
            "ways": dict(matched.ways),
        },
    }


def _message(value: Value | Rejection) -> str | None:
    if isinstance(value, NoResults | Rejection):
        return None
    return value.message if isinstance(value, NotCounted | Count) else value.head.message


def _election(value: Value | Rejection) -> str | None:
    if isinstance(value, NoResults | Rejection | NotCounted):
        return None
    return value.election.id if isinstance(value, Count) else value.head.election.id


def _rejected_json(rejection: Rejection, lang: str) -> Json:
    place = rejection.place
    return {
        "code": rejection.code,
        "reason": rejection.reason,
        "element": place.element,
        "unit": place.unit,
        "line": place.line,
        "column": place.column,
        "next_step": " ".join(catalogue.refusal(rejection, lang)[2:]),
        "text": " ".join(catalogue.refusal(rejection, lang)[1:2]),
    }


def _finding_json(rank: int, file: Checked, finding: Finding, lang: str) -> Json:
    return {
        "rank": rank,
        "code": finding.code.value,
        "also": list(dict.fromkeys(other.code.value for other in finding.also)),
        "severity": finding.severity.word,
        "file": file.path,
        "unit": finding.unit,
        "unit_name": finding.unit_name,
        "list": finding.list,
        "candidates": list(finding.candidates),
        "score": finding.score,
        "hypothesis": finding.hypothesis,
        "probability": finding.probability,
        "cells": [asdict(cell) for cell in finding.cells],
        "votes_moved": finding.figures.get("moved") if finding.hypothesis else None,
        "odds": finding.figures.get("factor") if finding.hypothesis else None,
        "stakes": finding.stakes,
        "see": [code.value for code in finding.see],
        "figures": dict(finding.figures),
        "abacus": list(ABACUS.get(finding.code, ())),
        "protocol_list": LISTS.get(finding.code),
        "title": catalogue.text(finding.code, lang).title,
        "text": " ".join(catalogue.sentences(finding, lang)),
        "merged": [
            {
                "code": other.code.value,
                "list": other.list,
                "candidates": list(other.candidates),
                "hypothesis": other.hypothesis,
                "score": other.score,
                "cells": [asdict(cell) for cell in other.cells],
                "figures": dict(other.figures),
                "text": " ".join(catalogue.sentences(other, lang)),
            }
            for other in finding.also
        ],
    }


def _replaced_json(replaced: Replaced) -> Json:
    changed, found = replaced.correction, replaced.correction.difference
    cells = [(cell, False) for cell in changed.unasked] + [(cell, True) for cell in changed.asked]
    return {
        "path": replaced.path,
        "sha256": replaced.sha256,
        "header": [{"what": each.what, "old": each.old, "new": each.new} for each in found.header],
        "units_gone": list(found.units_gone),
        "units_new": list(found.units_new),
        "ballot": [{"list": c.list, "candidate": c.candidate, "only_in": c.where} for c in found.ballot],
        "compared": found.compared,
        "cells": [
            {
                "unit": cell.unit,
                "unit_name": cell.unit_name,
                "list": cell.list,
                "candidate": cell.candidate,
                "figure": None if cell.figure is None else cell.figure.name.lower(),
                "old": cell.old,
                "new": cell.new,
                "asked": asked,
            }
            for cell, asked in cells
        ],
    }
