"""Our tables of the control protocol beside those of the official tool HCP, cell by cell: where they differ, and why.

    python benchmarks/like_hcp.py DATA        (pyarrow is needed for the folders with neighbourhoods)

``DATA`` is the folder with ``derived/hcp_tables`` (the tool's output, its last column taken out), ``fixtures`` and ``real``.
Every cell that differs is given a reason: a number of checks.md 1.5, or a letter for a difference of form. Exit code 1 when
there is a difference without a reason.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from waarmerk.checks import Context, examine
from waarmerk.checks.postcodes import COLUMNS, by_postcode
from waarmerk.election.count import Count, Figure
from waarmerk.errors import WrongUse
from waarmerk.formats import Contest, complete, read
from waarmerk.machine.tables import from_parquet
from waarmerk.pages.protocol_tables import protocol_tables

INPUTS = {
    "Fake_test_data_Telling_TK2023_gemeente_Dordrecht": "fixtures/HCP/test-data/FAKE_TEST_DATA_TK2023_DORDRECHT",
    "Fake_test_data_Telling_EP2024_gemeente_Steenwijkerland": "fixtures/HCP/test-data/e2e",
    "Telling_GR2022_WestMaasenWaal": "real/eml/gr2022_westmaasenwaal",
    "Telling_TK2023_gemeente_Rotterdam": "real/tk2023/gemeente",
}
POSTCODES = "fixtures/HCP/data/zip_to_neighbourhood_2023.parquet"
HEAD = 9
"""Rows above the table: eight of keys and values or empty, and an empty one."""
NAMES = 7
"""Columns that say which station a row is about."""
REASONS = {
    "1": "a neighbourhood with fewer than five stations does not silence the municipality",
    "6": "a single station is not compared with nothing",
    "7": "explanations in excess, or for the other direction, do not count as missing",
    "8": "a station without ballots is P-01; its lists are not compared as well (one fact, one finding)",
    "10": "the rest is the sum of the stations, not a reported total that does not add up",
    "22": "an unnamed list has a name of its own in the head of c.csv",
    "words": "the description in the head is in our own words",
    "odt": "`onbekend`, because no record was read; the tool leaves the cell empty",
    "zero": "a deviation that rounds to nothing is 0.0%, without a sign",
    "order": "the order of pairs, and of lists, in a cell: by list number",
}


@dataclass
class Compared:
    """What came of one pair of folders."""

    cells: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def main(data: Path) -> int:
    """Compare all eight folders and print what differs."""
    wrong = 0
    for name, folder in INPUTS.items():
        count = load(data / folder, name)
        for ending, postcodes in (("", None), ("_wijk", table(data / POSTCODES))):
            if ending and postcodes is None:
                print(f"{name}{ending}: not compared, pyarrow is not installed")
                continue
            examined = examine(count, Context("tk2025", postcodes))
            compared = compare(
                count, protocol_tables(count, examined), data / "derived/hcp_tables" / f"{name}{ending}", ending
            )
            print(f"{name}{ending}: {compared.cells} cells, {sum(compared.reasons.values())} differ")
            for reason, times in sorted(compared.reasons.items()):
                print(f"  {times:5} × {reason:>5}: {REASONS[reason]}")
            for line in compared.unexplained:
                print(f"  WITHOUT A REASON: {line}")
            wrong += len(compared.unexplained)
    return int(wrong > 0)


def load(folder: Path, name: str) -> Count:
    """Read the count; Rotterdam's is a CSV, to which the tool's run added a contest and a time of making."""
    path = next(
        p for p in folder.iterdir() if p.suffix in (".csv", ".xml") and (name in p.name or "rotterdam" in p.name)
    )
    with path.open("rb") as stream:
        count = read(stream, path.name)
    if not isinstance(count, Count):
        raise SystemExit(f"{path} is no count: {count}")
    if count.source == "csv":
        count = complete(count, created="2023-11-23T00:00:00.000", contest=Contest("13", "Rotterdam"))
    return count


def table(path: Path) -> dict[str, str] | None:
    """Read the table of post codes, where that is possible."""
    try:
        return by_postcode(from_parquet(path, COLUMNS))
    except WrongUse:
        return None


def compare(count: Count, ours: dict[str, bytes], folder: Path, ending: str) -> Compared:
    """Compare three tables with those of a folder."""
    result = Compared()
    for name, data in ours.items():
        mine = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=";"))
        theirs = list(csv.reader((folder / name).open(encoding="utf-8", newline=""), delimiter=";"))
        if name != "c.csv":
            mine = mine[: HEAD - 1] + [[]] + [row[:-1] for row in mine[HEAD:]]  # without the summary
        for what, cell, other in _cells(mine, theirs):
            result.cells += 1
            if cell != other:
                reason = _reason(count, name, what, cell, other, ending)
                if reason is None:
                    result.unexplained.append(f"{name} {what}: ours {cell!r}, theirs {other!r}")
                else:
                    result.reasons[reason] += 1
    return result


def _cells(mine: list[list[str]], theirs: list[list[str]]) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Yield place, our cell and theirs; the place is a key of the head or a station, and the column."""
    for one, other in zip(mine[: HEAD - 1], theirs[: HEAD - 1], strict=True):
        if one or other:
            yield (one[0], "head"), one[1], other[1]
    head, their_head = mine[HEAD], theirs[HEAD]
    for column, (one, other) in enumerate(zip(head, their_head, strict=True)):
        yield ("columns", str(column)), one, other
    rows, their_rows = ({row[5]: row for row in table[HEAD + 1 :]} for table in (mine, theirs))
    nothing = [""] * len(head)
    for station in dict.fromkeys([*rows, *their_rows]):
        here, there = rows.get(station, nothing), their_rows.get(station, nothing)
        for column, (one, other) in enumerate(zip(here, there, strict=True)):
            if (here is nothing or there is nothing) and column < NAMES:
                continue  # a row that only one side has: its findings are compared, not its names
            yield (station, head[column]), one, other


def _reason(count: Count, table: str, place: tuple[str, str], ours: str, theirs: str, ending: str) -> str | None:
    station, column = place
    if station == "Beschrijving":
        return "words"
    if column == "Al herteld" and (ours, theirs) == ("onbekend", ""):
        return "odt"
    if station == "columns":
        return "22" if table == "c.csv" and not theirs else None
    if table == "c.csv" and (ours, theirs) == ("0.0%", "-0.0%"):
        return "zero"
    if len(count.units) == 1 and not ours:
        return "6"
    index = next(i for i, unit in enumerate(count.units) if unit.id.endswith(f"SB{station}"))
    votes = count.votes
    if column.startswith("Aantal ontbrekende"):
        return "7"
    if not int(votes.found()[index]) and not ours:
        return "8"
    lists = "afwijking" in column or table == "c.csv"
    if lists and _total_is_not_the_sum(count):
        return "10"
    if column == "Mogelijk verwisselde kandidaten":
        if _parts(ours) == _parts(theirs):
            return "order"
        if ending and ours and not theirs:
            return "1"
        return "10" if _total_is_not_the_sum(count) else None
    return None


def _parts(cell: str) -> list[str]:
    return sorted(part.removeprefix("Mogelijke") for part in cell.split(", Mogelijke"))


def _total_is_not_the_sum(count: Count) -> bool:
    return bool((count.votes.lists.sum(axis=0) != count.total.lists[0]).any()) or int(
        count.votes.figure(Figure.COUNTED).sum()
    ) != int(count.total.figures[0, Figure.COUNTED])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
