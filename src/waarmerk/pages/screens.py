"""The words of the interface, Dutch first: one TOML file a language, the same keys in both (a test compares them).

Words about a code (a finding, a refusal) are not here but in the catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from waarmerk.pages.catalogue import LANGUAGES, number

__all__ = ["LANGUAGES", "Words", "other", "words"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; called with a key it gives the sentence with its values filled in."""

    lang: str
    table: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the words of ``key``; a key that does not exist is our own mistake: ``RuntimeError``."""
        try:
            return self.table[key].format(**values)
        except (KeyError, IndexError) as problem:
            raise RuntimeError(f"no words for {key!r} in {self.lang}, or a value is missing: {problem}") from problem

    def count(self, key: str, number: int) -> str:
        """Return a number with its noun (``1 stembureau``, ``401 stembureaus``) from ``key.one`` and ``key.many``."""
        return self(f"{key}.one" if number == 1 else f"{key}.many", n=self.number(number))

    def number(self, value: int) -> str:
        """Return a whole number with the thousands mark of the language."""
        return number(value, self.lang)

    def has(self, key: str) -> bool:
        """Whether there are words for ``key``."""
        return key in self.table


@cache
def words(lang: str, part: str = "screens") -> Words:
    """Return the words of ``nl`` or ``en``; ``part`` is ``screens`` or ``terminal``. Another language is our own mistake."""
    if lang not in LANGUAGES:
        raise RuntimeError(f"no words in language {lang!r}")
    text = (files(__package__) / f"{part}-{lang}.toml").read_text(encoding="utf-8")
    return Words(lang, dict(_flat(tomllib.loads(text))))


def other(lang: str) -> str:
    """The language that the switch on the page leads to."""
    return "en" if lang == "nl" else "nl"


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
