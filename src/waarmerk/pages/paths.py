"""Paths as a person reads them: a file in a ZIP goes by the name of the ZIP where that says enough."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

ARCHIVE = re.compile(r"(.*?\.zip)/(.+)", re.IGNORECASE | re.DOTALL)
"""An archive, and the name of a file in it, which may itself be in a ZIP there."""


def shown(paths: Sequence[str]) -> dict[str, str]:
    """Return for each path how a report shows it: the only file of a ZIP as the ZIP, one of several without its folders.

    Two different paths are never shown alike; other paths stay as they are.
    """
    parts = {path: found for path in paths if (found := ARCHIVE.fullmatch(path))}
    held = Counter(found[1] for found in parts.values())
    short = {path: _short(path, parts, held) for path in paths}
    times = Counter(short.values())
    return {path: name if times[name] == 1 else path for path, name in short.items()}


def _short(path: str, parts: dict[str, re.Match[str]], held: Counter[str]) -> str:
    found = parts.get(path)
    if found is None:
        return path
    archive, inside = found.groups()
    return archive if held[archive] == 1 else f"{_last(archive)}/{_last(inside)}"


def _last(path: str) -> str:
    return path.rpartition("/")[2]
