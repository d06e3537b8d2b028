"""What surrounds a page: hidden signs made visible, everything escaped, Dutch time on every machine."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.pages.layout import dutch_time, render
from waarmerk.pages.visible import HIDDEN, PLAIN_WHITE, visible


@given(st.text(st.characters(), max_size=60))
def test_no_sign_stays_hidden(text: str) -> None:
    shown = str(visible(text))
    assert all(sign in PLAIN_WHITE or unicodedata.category(sign) not in HIDDEN for sign in shown)


@given(st.text(st.characters(blacklist_categories=list(HIDDEN)), max_size=60))
def test_what_is_visible_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_a_right_to_left_override_is_written_out() -> None:
    assert visible("Partij\u202egnp") == "Partij⟨U+202E⟩gnp"


@given(st.datetimes(datetime(1997, 1, 1), datetime(2037, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC)))
def test_dutch_time_is_that_of_the_zone_table(moment: datetime) -> None:
    try:
        zone = ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no table of time zones to compare with")
    assert dutch_time(moment).replace(tzinfo=None) == moment.astimezone(zone).replace(tzinfo=None)


def test_a_value_that_a_template_misses_is_our_own_mistake() -> None:
    with pytest.raises(Exception, match="frame"):
        render("board.html", "nl")
