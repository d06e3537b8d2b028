"""The catalogue: every code has words in both languages, the words fit the figures, and they are plain."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks.documents import BETWEEN
from tests.checks.examples import EXAMPLES, without_example
from waarmerk.election.count import Figure, Level
from waarmerk.election.finding import Cell, Code, Finding, Severity
from waarmerk.errors import Rejection
from waarmerk.pages import catalogue
from waarmerk.pages.cards import _who
from waarmerk.pages.catalogue import LANGUAGES

SOURCE = Path(catalogue.__file__).parent.parent
REFUSAL = re.compile(r'"([ERW]-[A-Z]{3,}(?:-[A-Z]+)*)"')
SPOKEN = EXAMPLES | BETWEEN
LONGEST = 25
"""Words of a sentence; longer ones are not read (plain language, B1)."""


def raised() -> set[str]:
    """Every code of a refusal that stands in the source."""
    return {code for path in SOURCE.rglob("*.py") for code in REFUSAL.findall(path.read_text(encoding="utf-8"))}


def said(lang: str) -> Iterator[tuple[str, str]]:
    """Every sentence of the catalogue with its code."""
    for code in catalogue.codes(lang):
        text = catalogue.text(code, lang)
        place = [catalogue.word("look", text.look, lang)] if text.look else []
        lines = [text.title, *place, *(line for lines in text.explanation.values() for line in lines)]
        yield from ((code, line) for line in (*lines, *(step for steps in text.do.values() for step in steps)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_of_a_finding_has_words(lang):
    assert {code.value for code in Code} - set(catalogue.codes(lang)) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", [code.value for code in Code])
def test_every_code_of_a_finding_has_a_next_step_for_every_level(code, lang):
    do = catalogue.text(code, lang).do
    assert set(do) == {"gemeente", "kieskring", "kiesraad"}
    assert all(steps and all(steps) for steps in do.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_in_the_record_is_used_and_known(lang):
    used = {catalogue.text(code, lang).look for code in catalogue.codes(lang)} - {""}
    assert used == set(catalogue._table(lang)["look"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_place_in_the_record_names_list_and_rows(lang):
    (switched,) = SPOKEN["P-06"]()
    said = catalogue.look(switched, lang)
    assert "N 10-1" in said
    assert "Stemmen per lijst en per kandidaat" in said
    assert re.search(rf"\b{switched.list}\b.*\b{switched.candidates[0]}, {switched.candidates[1]}\.$", said)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("figure", "words"), [(None, "kandidaat”.* 15.* 7\\."), ("blank", "E .* H"), ("proxies", "A .* D")]
)
def test_a_slip_that_explains_a_difference_is_looked_up_where_the_number_stands(lang, figure, words):
    rows = None if figure else 15
    cell = Cell("0599::SB1", 14, rows, 7 if rows else None, figure, "38.3", 41)
    slip = Finding(
        Code.H06, Severity.REMARKABLE, unit="0599::SB1", list=rows, candidates=(7,) if rows else (), cells=(cell,)
    )
    assert re.search(words, catalogue.look(slip, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("unit", "model"), [("0599::SB12", "N 10-1"), ("HSB6::0668", "O 7"), ("0307", "Na 31-1"), (None, "Na 31-1")]
)
def test_a_sum_has_no_record_of_a_station(lang, unit, model):
    (finding, *_) = SPOKEN["C-05"]()
    assert model in catalogue.look(replace(finding, unit=unit), lang)
    assert ("N 10-1" in catalogue.look(replace(finding, unit=unit), lang)) == (unit == "0599::SB12")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_words_belong_to_a_code(lang):
    known = {code.value for code in Code}
    assert [
        code for code in catalogue.codes(lang) if code not in known and not re.fullmatch(r"[ERW]-[A-Z-]+", code)
    ] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_in_the_source_has_words(lang):
    assert raised() - set(catalogue.codes(lang)) == set()


def test_both_languages_say_the_same_things():
    one, other = (catalogue._table(lang) for lang in LANGUAGES)
    assert shape(one) == shape(other)


def shape(value):
    """Keys, numbers of sentences and placeholders of a table of words."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    lines = value if isinstance(value, list) else [value]
    # Both languages may split a text differently, but they name the same figures.
    return {name for line in lines for name, *_ in catalogue.PLACEHOLDER.findall(line)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_too_long(lang):
    sentences = [(code, part) for code, line in said(lang) for part in re.split(r"(?<=[.?;:]) ", line)]
    assert [pair for pair in sentences if len(pair[1].split()) > LONGEST] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_finding_accuses_anybody(lang):
    findings = {code.value for code in Code}
    assert [
        (c, line) for c, line in said(lang) if c in findings and re.search(r"\bfraud|\bfout|\bmistake", line, re.I)
    ] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(SPOKEN))
def test_words_fit_the_figures_of_the_rule(code, lang):
    """Every placeholder is a figure of the finding that the rule really gives; a missing one would be ``RuntimeError``."""
    findings = SPOKEN[code]()
    assert findings
    for finding in findings:
        text = catalogue.text(code, lang)
        lines = [*catalogue.sentences(finding, lang), catalogue.short(finding, lang), catalogue.look(finding, lang)]
        lines += [step for role in text.do for step in catalogue.steps(finding, role, lang)]
        assert all("{" not in line and "}" not in line for line in lines)
        assert len(catalogue.sentences(finding, lang)) == 2
        assert all(label and value != "" for label, value in catalogue.figures(finding, lang))


def test_every_case_in_the_catalogue_is_one_that_a_rule_gives():
    given = {(code, str(f.figures.get("case"))) for code, make in SPOKEN.items() for f in make()}
    cases = {(code, case) for code in SPOKEN for case in catalogue.text(code, "nl").explanation if case}
    assert cases - given == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_and_level_has_a_word(lang):
    for figure in Figure:
        assert catalogue.word("counter", figure.name.lower(), lang)
    for level in Level:
        assert catalogue.word("level", level.value, lang) != catalogue.word("level-one", level.value, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_who_has_a_word(lang):
    roles = {role for code in catalogue.codes(lang) for role in catalogue.text(code, lang).do}
    assert {"gemeente", "kieskring", "kiesraad"} < roles
    assert all(_who(role, lang) for role in roles)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_not_to_judge_has_words(lang):
    source = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "checks").rglob("*.py"))
    reasons = set(re.findall(r'NotJudged\([^"]*?"([a-z-]+)"', source))
    assert len(reasons) >= 8
    for reason in reasons:
        assert catalogue.word("not-judged", reason, lang)
    for reason in ("asked", "own", "in-force", "before", "no-date"):
        assert catalogue.word("edition", reason, lang)


def test_numbers_are_written_as_people_write_them():
    assert catalogue.number(-1234567, "nl") == "−1.234.567"
    assert catalogue.number(1234567, "en") == "1,234,567"
    assert catalogue.shown("percent", "52.9", "nl") == "52,9"
    assert catalogue.shown("expected", "265153642.0", "nl") == "265.153.642,0"
    assert catalogue.shown("expected", "-1265.5", "en") == "−1,265.5"
    assert catalogue.fill("{n|biljet|biljetten}", {"n": 1}, "nl") == "1 biljet"
    assert catalogue.fill("{n:+}", {"n": 3}, "nl") == "+3"


def test_a_missing_figure_is_our_own_mistake():
    with pytest.raises(RuntimeError, match="no figure 'n'"):
        catalogue.fill("{n}", {}, "nl")


def test_refusal_says_what_and_what_next():
    title, *rest = catalogue.refusal(Rejection("E-ZIP-CRC", "bad"), "nl")
    assert title == "ZIP-bestand beschadigd"
    assert rest[-1] == "Kopieer het ZIP-bestand opnieuw van de bron."


def test_every_rule_has_an_example_here():
    assert without_example() == set()
