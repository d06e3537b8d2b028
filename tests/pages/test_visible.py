"""On a terminal nothing that others wrote is an order, and JSON for programs stays the same value."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.pages.visible import HIDDEN, on_screen, on_screen_json


@given(st.text(max_size=60))
def test_words_on_a_terminal_have_no_hidden_sign_but_the_ends_of_lines(text: str) -> None:
    shown = on_screen(text)
    assert not [sign for sign in shown if sign not in "\n\t" and unicodedata.category(sign) in HIDDEN]


@pytest.mark.parametrize("order", ["\x1b[2J", "\x9b2J", "\r", "\x07", "\u202e", "\udcff", "\x7f", "\0"])
def test_an_order_to_the_terminal_is_shown_and_not_given(order: str) -> None:
    assert order[0] not in on_screen(f"a{order}b\nc")
    assert on_screen(f"a{order}b\nc").endswith("b\nc")


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20)))
def test_json_on_a_terminal_is_the_same_value_without_hidden_signs(value: dict[str, str]) -> None:
    for indent in (None, 1):
        text = on_screen_json({**value, "a": "\x7f\x9b\u202e\U000e0001"}, indent)
        assert json.loads(text) == {**value, "a": "\x7f\x9b\u202e\U000e0001"}
        assert "\u202e" not in text
