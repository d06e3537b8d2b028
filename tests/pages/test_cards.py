"""The card of a finding: everything that the finding carries, in the words of the catalogue."""

import pytest

from waarmerk.election.finding import Code, Finding, Severity
from waarmerk.pages import catalogue
from waarmerk.pages.cards import card
from waarmerk.pages.screens import LANGUAGES

SWITCHED = Finding(Code.P04, Severity.REMARKABLE, "0599::SB726", "Brandingdijk", figures={"case": "whole"})
FINDING = Finding(
    Code.L01,
    Severity.WARNING,
    unit="0599::SB726",
    unit_name="Brandingdijk",
    figures={"case": "unexplained", "admitted": 1909, "found": 1882, "difference": -27, "unexplained": 27},
    also=(SWITCHED,),
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_says_what_the_catalogue_says(lang: str) -> None:
    made = card(FINDING, lang, anchor="f1", place="Rotterdam", url="/d/1")
    assert made.title == catalogue.text("L-01", lang).title
    assert made.sentences == catalogue.sentences(FINDING, lang)
    assert [(row.label, row.value) for row in made.figures] == list(catalogue.figures(FINDING, lang))
    assert [line for advice in made.advice for line in advice.steps] == [
        line for role in catalogue.text("L-01", lang).do for line in catalogue.steps(FINDING, role, lang)
    ]


def test_a_card_says_where_it_is() -> None:
    made = card(FINDING, "nl", anchor="f1", place="Rotterdam", url="/d/1")
    assert (made.place, made.url, made.unit_name, made.unit) == ("Rotterdam", "/d/1", "Brandingdijk", "SB726")


def test_a_card_names_the_findings_that_went_into_it() -> None:
    assert [other.code for other in card(FINDING, "nl", anchor="f1").also] == ["P-04"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_has_a_next_step_is_named_in_the_language(lang: str) -> None:
    names = {
        "nl": {"gemeente", "hoofdstembureau", "centraal stembureau"},
        "en": {"municipality", "district committee", "central committee"},
    }[lang]
    assert {advice.who for advice in card(FINDING, lang, anchor="f1").advice} == names
