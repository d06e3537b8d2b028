"""The table *concept → module* of docs/architecture.md: every home that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "waarmerk"
ROW = re.compile(r"^\| (?!concept|---)[^|]+\|([^|]+)\|$", re.M)


def homes() -> list[str]:
    """Every module or file of the table; a name without a room lies in the room named before it in its row."""
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = table[table.index("| concept |") : table.index("## What is thin")]
    found = []
    for cell in ROW.findall(table):
        room = ""
        for name in re.findall(r"`([^`]+)`", re.sub(r"\([^)]*\)", "", cell)):
            start, brace, rest = name.partition("{")
            options, _, end = rest.partition("}")
            for each in [start + option + end for option in options.split(",")] if brace else [name]:
                room = each.split("/")[0] + "/" if "/" in each else room
                found.append(each if "/" in each else room + each)
    return found


def test_every_home_of_a_concept_exists() -> None:
    assert len(homes()) > 150
    assert [home for home in homes() if not any(list(SOURCE.glob(home + end)) for end in ("", ".py"))] == []
