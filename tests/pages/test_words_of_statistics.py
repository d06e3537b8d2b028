"""The words of every hypothesis fit the findings that the statistics really give: planted, found and said in both languages."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from tests.checks.model.made_up import made_up
from waarmerk.checks import examine
from waarmerk.checks.mistakes import KINDS, Size, sow
from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.pages import catalogue
from waarmerk.pages.cards import card
from waarmerk.pages.catalogue import LANGUAGES
from waarmerk.pages.pictures import pictures
from waarmerk.pages.screens import words

RARE = {Code.H15}
"""Told by the model's own tests; in a small municipality another cause nearly always explains it."""


@cache
def found() -> tuple[tuple[Finding, object], ...]:
    """Findings of counts with some mistakes of every kind, with what they took in."""
    made: list[tuple[Finding, object]] = []
    for seed in range(16):
        clean = made_up(seed, quarters=3, alike=600, pairs=seed % 2 == 0)
        kinds = [KINDS[(seed * 7 + step) % len(KINDS)] for step in range(7)]
        count, _ = sow(clean, np.random.default_rng(seed), [(kind, Size(12)) for kind in kinds])
        made += [(f, count) for top in examine(count).findings for f in (top, *top.also) if f.hypothesis]
    return tuple(made)


def each() -> Iterator[Finding]:
    yield from (finding for finding, _ in found() if finding.code.value.startswith("H-"))


def test_every_hypothesis_is_said_by_now() -> None:
    assert {code for code in Code if code.value.startswith("H-")} - {f.code for f in each()} <= RARE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_and_labels_fit_every_finding(lang: str) -> None:
    for finding in each():
        lines = [*catalogue.sentences(finding, lang), catalogue.short(finding, lang), catalogue.look(finding, lang)]
        assert all(line and "{" not in line for line in lines)
        assert len(catalogue.sentences(finding, lang)) == 2
        assert all(label and value for label, value in catalogue.figures(finding, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_last_sentence_is_a_question_unless_it_shows_no_more_than_a_number(lang: str) -> None:
    assert all(catalogue.sentences(finding, lang)[1].endswith("?") for finding in each())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_shows_the_numbers_and_how_often_such_a_question_is_for_nothing(lang: str) -> None:
    some = [(f, count) for f, count in found() if f.probability is not None and f.severity > Severity.NOTICE]
    assert len(some) > 20
    for finding, count in some:
        shown = card(finding, lang, anchor="a", count=count)  # type: ignore[arg-type]
        assert len(shown.cells) == len(finding.cells)
        assert shown.odds
        assert all(row.reported for row in shown.cells)
        assert pictures(finding, count, lang) or finding.code in PLAIN  # type: ignore[arg-type]


PLAIN = {Code.H02, Code.H06, Code.H10, Code.H12, Code.H14, Code.H16, Code.H17, Code.L02, Code.C27}
"""Findings whose table says more than a drawing, at least at times."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_at_stake_has_words(lang: str) -> None:
    assert words(lang)("stakes.seat") != words(lang)("stakes.person")
