"""The way to acceptance: nothing that must be typed is given away, and what was typed is read exactly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.pages import samples
from waarmerk.errors import BadData
from waarmerk.pages.catalogue import number
from waarmerk.pages.delivery import (
    WHOLE,
    DigestForm,
    digest_problems,
    digest_unfinished,
    group_field,
    read_digest,
    read_number,
    render_delivery,
)
from waarmerk.wire.digests import parse_printed

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


def page(stage: str, lang: str = "nl") -> html.HtmlElement:
    return html.document_fromstring(render_delivery(samples.delivery(stage), lang))


def test_nothing_of_the_digest_is_shown_before_the_paper_was_compared() -> None:
    shown = render_delivery(samples.delivery("digest"), "nl").upper()
    assert [group for group in samples.GROUPS if group in shown] == []


def test_after_a_wrong_try_the_group_is_marked_and_the_right_one_is_not_told() -> None:
    shown = page("wrong")
    assert shown.xpath("//input[@aria-invalid='true']/@id") == ["group-1"]
    assert samples.GROUPS[0] not in html.tostring(shown, encoding="unicode").upper()


def test_what_was_typed_is_still_there_after_a_wrong_try() -> None:
    typed = page("wrong").xpath("//div[@class='groups']//input/@value")
    assert typed == ["AAAA", *samples.GROUPS[1:]]


def test_after_five_tries_somebody_else_is_asked_to_type() -> None:
    assert "Laat nu iemand anders typen" in page("wrong").text_content()
    assert "Laat nu iemand anders typen" not in page("digest").text_content()


def test_a_problem_leads_to_its_field_and_names_it() -> None:
    links = [(a.get("href"), a.text_content()) for a in page("totals").xpath("//div[@role='alert']//a")]
    assert links == [("#valid", "Geldige stemmen is anders dan het bestand"), ("#totals-person", "Vul uw naam in")]


def test_a_step_waits_for_the_one_before() -> None:
    assert "Dit kan na stap 1." in page("digest").text_content()
    assert page("digest").xpath("//input[@type='file']") == []


def test_a_blocked_delivery_has_no_form() -> None:
    assert page("blocked").xpath("//form") == []
    assert "no-definition" in page("blocked").text_content()


def test_a_comparison_that_failed_reads_differently() -> None:
    assert "vingerafdruk van papier is anders" in page("digest").text_content()


def test_digests_are_shown_once_the_paper_was_compared() -> None:
    assert " ".join(samples.GROUPS) in " ".join(page("done").text_content().split())


@given(HEX, st.integers(1, 7), st.booleans())
def test_a_digest_typed_in_one_field_is_read_whole(digest: str, step: int, upper: bool) -> None:
    typed = " ".join(digest[start : start + step] for start in range(0, 64, step))
    groups = read_digest({WHOLE: typed.upper() if upper else typed})
    assert len(groups) == 16
    assert parse_printed("".join(groups)) == digest


@given(HEX)
def test_a_digest_typed_in_16_fields_is_read_whole(digest: str) -> None:
    form = {group_field(n + 1): f" {digest[n * 4 : n * 4 + 4]} " for n in range(16)}
    assert parse_printed("".join(read_digest(form))) == digest


@given(HEX, st.text("0123456789abcdef", min_size=1, max_size=8))
def test_a_digit_too_many_is_never_dropped(digest: str, more: str) -> None:
    with pytest.raises(BadData):
        parse_printed("".join(read_digest({WHOLE: digest + more})))


def test_a_form_without_fields_is_16_empty_groups() -> None:
    assert read_digest({}) == ("",) * 16


def test_unfinished_groups_are_named() -> None:
    form = DigestForm("/", ("0A1b", "12", "xyz!", *["0000"] * 13))
    assert [problem.detail for problem in digest_unfinished(form)] == ["2", "3"]
    assert [problem.field for problem in digest_problems(replace(form, wrong=(4,)))] == ["group-4"]


@given(st.integers(0, 999_999_999))
def test_a_number_is_read_with_and_without_thousands_marks(value: int) -> None:
    assert read_number(str(value)) == read_number(number(value, "nl")) == read_number(f" {value} ") == value


@pytest.mark.parametrize(
    "typed", ["", "-1", "1,5", "12a", "1.23", "1.2345", "٣", "1e3", "1000000000", "1..000", "9" * 300]
)
def test_what_is_no_number_is_not_guessed(typed: str) -> None:
    assert read_number(typed) is None
