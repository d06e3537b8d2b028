"""The page of ``waarmerk check --html``: one file that loads nothing and gives nothing away."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from lxml import html

from tests.pages import samples
from waarmerk.checks import correction, examine
from waarmerk.election.count import ElectionInfo
from waarmerk.formats import Contest, Reading
from waarmerk.pages.check_page import render_check
from waarmerk.pages.report import Checked, Replaced
from waarmerk.pages.screens import LANGUAGES
from waarmerk.simulate.municipality import municipality


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> str:
    return samples.checked(request.param)


def test_it_needs_nothing_else(page: str) -> None:
    root = html.document_fromstring(page)
    asked = [value for e in root.iter() for name in ("src", "href", "action") if (value := e.get(name)) is not None]
    assert [address for address in asked if not address.startswith("#")] == []
    assert "url(" not in page and "@import" not in page


def test_it_may_use_its_own_style_and_nothing_else(page: str) -> None:
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert sheet is not None
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    policy = html.document_fromstring(page).xpath("string(//meta[@http-equiv]/@content)")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_it_does_not_tell_where_the_files_were(page: str) -> None:
    assert "eiland.eml.xml" in page
    assert "someone" not in page


def test_it_says_what_was_refused_and_which_groups_differ(page: str) -> None:
    said = " ".join(html.document_fromstring(page).text_content().split())
    assert "E-XML-DTD" in said
    assert "1, 16" in said


def test_the_page_shows_what_changed_since_the_version_that_is_replaced() -> None:
    old = municipality(
        7, "9901", "Eiland", election=ElectionInfo("TK2025", "Tweede Kamer", "TK"), contest=Contest("1", "Groningen")
    )
    votes = old.votes.candidates.copy()
    votes[0, 0] += 3
    new = replace(old, votes=replace(old.votes, candidates=votes))
    file = Checked("nieuw.xml", Reading("nieuw.xml", new, 1, "0" * 64, None), examine(new))
    page = render_check([file], "nl", Replaced("oud.xml", "0" * 64, correction(old, new, ())))
    assert "Vergeleken met oud.xml: 1 getal is veranderd." in page
