"""Every page, in both languages: what makes it readable, operable and safe, read from the page itself."""

import re
from functools import cache

import pytest
from lxml import html

from tests.pages import samples
from waarmerk.pages.screens import LANGUAGES

NAMES = tuple(samples.every_page("nl"))
EVERY = pytest.mark.parametrize(("lang", "name"), [(lang, name) for lang in LANGUAGES for name in NAMES])


@cache
def pages(lang: str) -> dict[str, str]:
    return samples.every_page(lang)


def tree(lang: str, name: str) -> html.HtmlElement:
    return html.document_fromstring(pages(lang)[name])


@EVERY
def test_headings_are_in_order(lang: str, name: str) -> None:
    levels = [int(element.tag[1]) for element in tree(lang, name).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    main = [
        int(e.tag[1]) for e in tree(lang, name).xpath("//h1/following::*[self::h2 or self::h3 or self::h4 or self::h5]")
    ]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([1, *main], main, strict=False))


@EVERY
def test_every_field_has_a_label(lang: str, name: str) -> None:
    root = tree(lang, name)
    labels = {label.get("for") for label in root.iter("label")}
    fields = [field for field in root.iter("input", "select", "textarea") if field.get("type") != "hidden"]
    assert [field.get("id") for field in fields if field.get("id") not in labels] == []


@EVERY
def test_every_id_is_there_once_and_every_reference_leads_somewhere(lang: str, name: str) -> None:
    root = tree(lang, name)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    asked = [a.get("href")[1:] for a in root.iter("a") if a.get("href", "").startswith("#")]
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        asked += [word for element in root.iter() for word in (element.get(attribute) or "").split()]
    assert len(ids) == len(set(ids))
    assert set(asked) <= set(ids)


@EVERY
def test_the_page_says_its_language_and_title(lang: str, name: str) -> None:
    root = tree(lang, name)
    assert root.get("lang") == lang
    assert len((root.findtext(".//title") or "").strip()) > len("– Waarmerk")


@EVERY
def test_nothing_runs_and_nothing_is_styled_inline(lang: str, name: str) -> None:
    root = tree(lang, name)
    assert [e.tag for e in root.iter("script", "iframe", "object", "embed", "base")] == []
    assert [
        key for e in root.iter() if isinstance(e.tag, str) for key in e.attrib if key == "style" or key.startswith("on")
    ] == []


@EVERY
def test_every_form_that_changes_something_carries_the_token(lang: str, name: str) -> None:
    for form in tree(lang, name).iter("form"):
        assert form.get("method") == "post"
        assert form.xpath("string(.//input[@type='hidden'][@name='csrfmiddlewaretoken']/@value)") == "t0ken"


@EVERY
def test_no_hidden_sign_of_others_reaches_the_page(lang: str, name: str) -> None:
    assert re.findall("[\u202a-\u202e\u2066-\u2069\x07]", pages(lang)[name]) == []


@pytest.mark.parametrize("name", ["board-hostile", "delivery-hostile", "authority-hostile"])
def test_a_hostile_name_is_shown_as_text(name: str) -> None:
    said = tree("nl", name).text_content()
    assert "<script>alert(1)</script></title>⟨U+202E⟩gnp⟨U+0007⟩" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_exercise_says_so_on_every_page_of_the_service(lang: str) -> None:
    word = {"nl": "Oefening.", "en": "Exercise."}[lang]
    assert [name for name, page in pages(lang).items() if word not in page] == ["check"]


def test_what_two_persons_can_end_leads_to_where_they_decide() -> None:
    for code, leads in (("W-CLK-BEHIND", True), ("E-SYS-RESTORED", True), ("E-OUT-SIZE", False)):
        assert ('href="/decisions"' in samples.render_error(samples.FRAME, 422, "nl", code)) is leads
