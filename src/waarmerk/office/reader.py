"""The reader: a child process without keys that parses and examines the files of one delivery (steps 15 to 17).

One process a delivery, with limits on memory and processor time: hostile input ends it, and nothing else.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from waarmerk import formats
from waarmerk.checks import Context
from waarmerk.checks.elsewhere import Elsewhere, Sums, beside
from waarmerk.dossier import content
from waarmerk.election.count import Count, Figure
from waarmerk.election.finding import Severity, as_value
from waarmerk.election.ids import OrgId
from waarmerk.errors import BadData
from waarmerk.machine import children, files
from waarmerk.office.keeper import unwrap, wrap
from waarmerk.office.store import Store
from waarmerk.seal.manifest import Manifest, PayloadFile
from waarmerk.tabulation.add_up import Expected, Part, Tabulation, Target, add_up

MODULE = "waarmerk.office.reader"
MEMORY = 1 << 30
PROCESSOR_SECONDS = 120
"""Both as security.md 5.1 has them: Amsterdam takes a second and 64 MiB."""


def examine(folder: Path, manifest: Manifest, others: list[str]) -> dict[str, Any]:
    """Return summary, findings and what was not judged of a delivery; raises ``BadData`` where its content is refused.

    ``others`` are the manifests of counts that are there already: their sums say what to expect.
    """
    question = {"manifest": manifest.data.decode("utf-8"), "others": others}
    return unwrap(children.ask_once(MODULE, [str(folder)], question, seconds=2 * PROCESSOR_SECONDS))


def tabulate(folder: Path, manifests: list[Manifest], expected: dict[str, str]) -> dict[str, Any]:
    """Return the sum of counts with its coverage and comparisons; raises ``BadData`` where they cannot be added."""
    question = {"tabulate": [m.data.decode("utf-8") for m in manifests], "expected": expected}
    return unwrap(children.ask_once(MODULE, [str(folder)], question, seconds=2 * PROCESSOR_SECONDS))


def _answer(store: Store, question: dict[str, Any]) -> dict[str, Any]:
    return _tabulate(store, question) if "tabulate" in question else _examine(store, question)


def _tabulate(store: Store, question: dict[str, Any]) -> dict[str, Any]:
    parts = []
    for text in question["tabulate"]:
        manifest = Manifest.from_bytes(text.encode("utf-8"))
        file = manifest.count_file
        if file is None:
            continue
        with files.open_regular(store.file(file.sha256)) as stream:
            count = formats.read(stream, file.name)
        if isinstance(count, Count):
            parts.append(Part(count, f"{manifest.sender} {file.sha256[:8]}"))
    expected = [Expected(OrgId.parse(org).eml_authority, name) for org, name in question["expected"].items()]
    try:
        return tabulated(add_up(parts, expected, target(parts)))
    except BadData as error:
        return wrap(error)


def target(parts: list[Part]) -> Target:
    """Return which count one level up these add up to: a district's, where the contest has a number, else the whole."""
    contest, name = (parts[0].count.contest_id, parts[0].count.contest_name) if parts else (None, None)
    if contest is not None and contest.isdigit():
        return Target("510c", f"HSB{contest}", name or "")
    return Target("510d", "CSB", "")


def tabulated(sum_: Tabulation) -> dict[str, Any]:
    """Return a tabulation as plain values for the board."""
    count, coverage = sum_.count, sum_.coverage
    total = count.total
    return {
        "message": count.message,
        "authorities": len(coverage.reported),
        "missing": [item.name for item in coverage.missing],
        "stations": coverage.stations,
        "complete": coverage.complete,
        "sums_hold": sum_.sums_hold,
        "admitted": None if None in sum_.admitted else sum(filter(None, sum_.admitted)),
        "valid": int(total.figures[0, Figure.COUNTED]),
        "blank": int(total.figures[0, Figure.BLANK]),
        "invalid": int(total.figures[0, Figure.INVALID]),
        "lists": [
            {"number": lst.number, "name": lst.name, "votes": int(total.lists[0, i])}
            for i, lst in enumerate(count.ballot.lists)
        ],
    }


def _examine(store: Store, question: dict[str, Any]) -> dict[str, Any]:
    manifest = Manifest.from_bytes(question["manifest"].encode("utf-8"))

    def open_file(file: PayloadFile) -> BinaryIO:
        return files.open_regular(store.file(file.sha256))

    def others(count: Count) -> Elsewhere | None:
        return beside(Sums.of(count), (sums_of(store, other) for other in question["others"]))

    try:
        read = content.read(manifest, open_file, Context(), others)
    except BadData as error:
        return wrap(error)
    return report(read)


def sums_of(store: Store, manifest: str) -> Sums | None:
    """Return the sums of a delivery's count; ``None`` where they were deleted."""
    value = store.read_sums(manifest)
    return Sums.from_value(value) if value else None


def report(read: content.Content) -> dict[str, Any]:
    """Return what was found in a delivery as plain values: kept by digest, shown on the board."""
    if read.count is None or read.examined is None:
        return {"summary": None, "findings": [], "not_judged": [], "numbers": _numbers([]), "stations": 0}
    findings, said, sums = read.examined.findings, read.examined.statistics, Sums.of(read.count)
    return {
        "summary": content.summary(read.count),
        "findings": [as_value(finding) for finding in findings],
        "not_judged": [asdict(item) for item in read.examined.not_judged],
        "numbers": _numbers([finding.severity for finding in findings]),
        "stations": said.stations + said.elsewhere if said else 0,
        "sums": sums.as_value() if sums else None,
    }


def _numbers(severities: list[Severity]) -> dict[str, int]:
    counted = Counter(severities)
    return {severity.word: counted[severity] for severity in Severity}


def main() -> None:
    """Answer one question and end."""
    children.limit(memory=MEMORY, seconds=PROCESSOR_SECONDS)
    store = Store(Path(sys.argv[1]))
    children.serve(lambda question: _answer(store, question))


if __name__ == "__main__":
    main()
