"""A plain table of votes, CSV ``list,name,votes``, for working out seats without any election file.

A column ``candidates`` says how many people stand on a list. A column ``combination`` with something in it is refused: list
combinations were abolished in 2017, and the law that allotted seats to them is not worked out here.
"""

from __future__ import annotations

import csv

from waarmerk.election.count import NUMBER
from waarmerk.errors import BadData, Place
from waarmerk.formats.csvlines import small_table
from waarmerk.tabulation.party import Party, PartyList, Standing

HEAD = 200
"""Bytes by which a table is recognised."""
MAX_LISTS = 1_000
"""No ballot has over a hundred lists; some ten thousand would take long."""
MAX_CANDIDATES = 1_000
HEADER = ("list", "name", "votes")


def is_table(data: bytes) -> bool:
    """Whether bytes look like such a table, by their first line."""
    first = (
        data[:HEAD].removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].strip().lower().replace(b'"', b"").replace(b";", b",")
    )
    return first.startswith(b"list,name,votes")


def parse(data: bytes) -> list[Party]:
    """Return the parties of a table; a cell that cannot be read ends in ``BadData`` with an ``E-CSV-…`` code and its line."""
    lines = small_table(data)
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    header = [name.strip().lower() for name in _cells(lines[0], separator, 1)] if lines else []
    if tuple(header[:3]) != HEADER:
        raise BadData("E-CSV-LABEL", "the first line must be list,name,votes", Place(line=1))
    rows = [(number, _cells(line, separator, number)) for number, line in enumerate(lines[1:], 2) if line.strip()]
    if len(rows) > MAX_LISTS:
        raise BadData("E-CSV-WIDTH", f"{len(rows)} lists, at most {MAX_LISTS}")
    return [_party(header, cells, number) for number, cells in rows]


def _cells(line: str, separator: str, number: int) -> list[str]:
    if "\0" in line:
        raise BadData("E-CSV-NUL", "a NUL character", Place(line=number))
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise BadData("E-CSV-QUOTE", str(error), Place(line=number)) from None


def _party(header: list[str], cells: list[str], line: int) -> Party:
    if len(cells) != len(header):
        raise BadData("E-CSV-WIDTH", f"{len(cells)} cells under {len(header)} names", Place(line=line))
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if row.get("combination"):
        raise BadData(
            "E-SEATS-COMBINATION",
            "list combinations were abolished in 2017: their seats are not worked out",
            Place(line=line),
        )
    number, votes = _number(row, "list", line), _number(row, "votes", line)
    if not number:
        raise BadData("E-CSV-NUMBER", "list 0 does not exist", Place(line=line, element="list"))
    lists = _lists(number, votes, _number(row, "candidates", line)) if row.get("candidates") else ()
    return Party(number, row["name"], votes, lists)


def _lists(number: int, votes: int, size: int) -> tuple[PartyList, ...]:
    """Return a list of so many nameless people; all votes stand with the first, for nobody is elected from a plain table."""
    people = (
        Standing(f"{number}/{place}", 0 if place > 1 else votes) for place in range(1, min(size, MAX_CANDIDATES) + 1)
    )
    return (PartyList("geen", tuple(people)),)


def _number(row: dict[str, str], name: str, line: int) -> int:
    text = row[name]
    if NUMBER.fullmatch(text) is None:
        raise BadData("E-CSV-NUMBER", f"{text[:40]!r} is no number of {name}", Place(line=line, element=name))
    return int(text)
