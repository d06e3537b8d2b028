"""The derivation of a result in words, one sentence a step with its article; and the words of the tabulation.

The words stand in ``law-nl.toml`` and ``law-en.toml``. Figures are exact: a fraction is printed as whole and fraction.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from waarmerk.pages.catalogue import LANGUAGES, fill, number
from waarmerk.tabulation.lots import Purpose, Question
from waarmerk.tabulation.steps import Kind, Step, Value


@dataclass(frozen=True, slots=True)
class Sentence:
    """One step in words."""

    article: str
    text: str


@cache
def _words(lang: str) -> Mapping[str, Mapping[str, str]]:
    if lang not in LANGUAGES:
        raise RuntimeError(f"no words in language {lang!r}")
    return tomllib.loads((files(__package__) / f"law-{lang}.toml").read_text(encoding="utf-8"))


def word(lang: str, section: str, key: str, **values: int | str) -> str:
    """Return words with their values filled in, texts as they are; a key that does not exist is our own mistake."""
    plain = frozenset(name for name, value in values.items() if isinstance(value, str))
    return fill(_words(lang)[section][key], values, lang, plain=plain)


def exact(value: Value, lang: str) -> str:
    """Return a figure as a person writes it: ``69.551 38/75``."""
    if isinstance(value, str):
        return value
    whole, rest = divmod(Fraction(value), 1)
    if not rest:
        return number(int(whole), lang)
    return f"{number(int(whole), lang)} {rest}" if whole else str(rest)


def party_name(party: int, names: Mapping[int, str], lang: str) -> str:
    """Return how a list is named in a sentence: its number, with its name where it has one."""
    name = names.get(party, "")
    return word(lang, "step", "named" if name else "list", number=str(party), name=name)


def sentence(step: Step, names: Mapping[int, str], lang: str) -> Sentence:
    """Return one step in words; ``names`` are those of the lists by number."""
    values: dict[str, int | str] = {
        key: value if isinstance(value, int) else exact(value, lang) for key, value in step.figures.items()
    }
    if step.party is not None:
        values["party"] = party_name(step.party, names, lang)
    if step.kind is Kind.MAJORITY:
        values["loser"] = party_name(int(step.figures["loser"]), names, lang)
    if "before" in step.figures:
        values["next"] = int(step.figures["before"]) + 1
    text = capital(word(lang, "step", _key(step), **values))
    if step.lot:
        text += " " + word(lang, "step", "lot", options=", ".join(_options(step, lang)))
    return Sentence(step.article, text)


def derivation(steps: Iterable[Step], names: Mapping[int, str], lang: str) -> tuple[Sentence, ...]:
    """Return a whole derivation in words."""
    return tuple(sentence(step, names, lang) for step in steps)


def question(asked: Question, lang: str) -> tuple[str, ...]:
    """Return what must be drawn by lot, and how to give the outcome."""
    between = [str(option) for option in asked.options]
    if asked.purpose in (Purpose.SEAT, Purpose.LOSES):
        between = [word(lang, "step", "list", number=option) for option in between]
    example = f"{','.join(str(option) for option in asked.options)}={asked.options[0]}"
    return (
        word(lang, "lot", "title"),
        word(lang, "lot", asked.purpose.value, article=asked.article, options=", ".join(between)),
        word(lang, "lot", "next", example=example),
    )


def _key(step: Step) -> str:
    return f"exhausted-{step.figures['kind']}" if step.kind is Kind.EXHAUSTED else step.kind.value


def _options(step: Step, lang: str) -> list[str]:
    if step.kind in (Kind.AVERAGE, Kind.REMAINDER, Kind.UNIQUE_AVERAGE, Kind.MAJORITY):
        return [word(lang, "step", "list", number=str(option)) for option in step.lot]
    return [str(option) for option in step.lot]


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]
