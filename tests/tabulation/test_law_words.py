import re
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest

from waarmerk.election.count import Figure
from waarmerk.pages.law import derivation, exact, question
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.lots import Purpose, Question
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.steps import Kind

LANGUAGES = ("nl", "en")


def table(lang: str) -> dict[str, Any]:
    return tomllib.loads((files("waarmerk.pages") / f"law-{lang}.toml").read_text(encoding="utf-8"))


def leaves(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from leaves(inner, f"{path}{key}.")
        else:
            yield path + key, inner


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def test_both_languages_say_the_same_things() -> None:
    dutch, english = (dict(leaves(table(lang))) for lang in LANGUAGES)
    assert dutch.keys() == english.keys()
    assert {k: placeholders(v) for k, v in dutch.items()} == {k: placeholders(v) for k, v in english.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_has_more_than_25_words(lang: str) -> None:
    for key, text in leaves(table(lang)):
        for sentence in re.split(r"[.?!:;] ", re.sub(r"\{[^}]*\}", "x", text)):
            assert len(sentence.split()) <= 25, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_step_every_lot_and_every_figure_has_words(lang: str) -> None:
    words = table(lang)
    kinds = {kind.value for kind in Kind} - {"exhausted"} | {"exhausted-full", "exhausted-residual"}
    assert kinds <= words["step"].keys()
    assert {purpose.value for purpose in Purpose} <= words["lot"].keys()
    assert {figure.name for figure in Figure} == words["figure"].keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_whole_derivation_can_be_said(lang: str) -> None:
    districts = tuple(PartyList(str(n), (Standing("a", 60), Standing(f"b{n}", 40 + n))) for n in (1, 2, 3))
    one = Party(1, "Groep", sum(district.votes for district in districts), districts)
    few = PartyList("geen", (Standing("x", 200),))
    found = establish(rules_for("GR", 9), [one, Party(2, "", 200, (few,)), Party(3, "Derde", 90)])
    assert isinstance(found, Result)
    said = derivation(found.steps, {1: "Groep", 3: "Derde"}, lang)
    assert len(said) == len(found.steps)
    assert all(sentence.article and sentence.text[0].isupper() and sentence.text.endswith(".") for sentence in said)
    assert not any("{" in sentence.text for sentence in said)


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Fraction(10_432_726, 150), "69.551 38/75", "69,551 38/75"),
        (Fraction(3, 4), "3/4", "3/4"),
        (Fraction(2_000), "2.000", "2,000"),
        (1_234_567, "1.234.567", "1,234,567"),
    ],
)
def test_fractions_are_printed_whole(value: Fraction, dutch: str, english: str) -> None:
    assert (exact(value, "nl"), exact(value, "en")) == (dutch, english)


def test_a_question_says_how_to_give_the_outcome() -> None:
    lines = question(Question("P 7", Purpose.SEAT, (3, 9)), "nl")
    assert any("lijst 3, lijst 9" in line for line in lines)
    assert lines[-1].endswith("--lot 3,9=3")
