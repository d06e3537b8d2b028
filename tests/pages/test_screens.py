"""The words of the screens: both languages complete, every word used, every sentence short."""

import re
from string import Formatter

import pytest

from tests.conftest import ROOT
from waarmerk.dossier.acts import Action
from waarmerk.pages.board import STATES
from waarmerk.pages.entry import STATUSES
from waarmerk.pages.screens import LANGUAGES, words
from waarmerk.seal.manifest import ROLES, Kind

SOURCE = ROOT / "src" / "waarmerk"
CALL = re.compile(r"""\bt(?:\.count|\.has)?\(\s*['"]([a-z0-9_.-]+)['"]""")
COMPUTED = re.compile(
    r"(state|severity|act|act-not-ok|month|kind|kind_of|file_role|key_kind|strength|stakes|error|entry|environment|figure|picture|units|problem"
    r"|role|site\.unit|site\.unit_lists|site\.name|verify\.step_\d|accept\.(differs|not-a-number)|decide\.(fork|awaited|restored|clock|expired))(\.|$)"
)
"""Keys of which a part is computed: from a state, a code, a level, a measure."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def called() -> set[str]:
    texts = [path.read_text() for path in (*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py"))]
    return {
        key
        for text in texts
        for key in CALL.findall(text) + re.findall(r"""words\(lang\)(?:\.count)?\(f?"([^"{]+)""", text)
    }


def test_both_languages_say_the_same_things() -> None:
    nl, en = (words(lang).table for lang in LANGUAGES)
    assert set(nl) == set(en)


def test_both_languages_name_the_same_values() -> None:
    nl, en = (words(lang).table for lang in LANGUAGES)
    assert [key for key in nl if placeholders(nl[key]) != placeholders(en[key])] == []


def test_every_word_that_is_asked_for_is_there() -> None:
    table = words("nl").table
    asked = {key for key in called() if not key.endswith((".", "_"))}
    assert [key for key in sorted(asked) if key not in table and f"{key}.many" not in table] == []


def test_no_word_is_kept_that_nobody_asks_for() -> None:
    asked = called()
    kept = {re.sub(r"\.(one|many)$", "", key) for key in words("nl").table}
    assert [key for key in sorted(kept) if key not in asked and not COMPUTED.match(key)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_longer_than_25_words(lang: str) -> None:
    sentences = [s for text in words(lang).table.values() for s in re.split(r"(?<=[.?!])\s", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 25] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_called_a_fraud_or_a_mistake(lang: str) -> None:
    said = " ".join(words(lang).table.values()).lower()
    assert re.findall(r"\b(fraude|fouten|fout|fraud)\b", said) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whatever_the_program_can_show_has_words(lang: str) -> None:
    t = words(lang)
    silent = {Action.TRUST_LOADED, Action.LINK_USED, Action.FLOOR_RAISED}
    wanted = [f"state.{state}.{part}" for state in STATES for part in ("word", "sign", "tone", "meaning")]
    wanted += [f"act.{action}" for action in Action if action not in silent]
    wanted += [f"kind_of.{kind}" for kind in Kind] + [f"file_role.{role}" for role in ROLES]
    wanted += [f"error.{status}.next" for status in STATUSES]
    assert [key for key in wanted if not t.has(key)] == []


def test_english_shows_the_fixed_words_of_a_state() -> None:
    assert {state: words("en")(f"state.{state}.word") for state in STATES} == {state: state for state in STATES}


def test_a_missing_word_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError):
        words("nl")("no.such.key")


def test_the_words_of_the_commands_are_the_same_in_both_languages() -> None:
    dutch, english = (words(lang, "terminal").table for lang in LANGUAGES)
    assert set(dutch) == set(english)
    for key in dutch:
        assert set(re.findall(r"{(\w+)", dutch[key])) == set(re.findall(r"{(\w+)", english[key])), key
