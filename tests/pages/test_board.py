"""The board: totals say what they are the total of, findings keep their order and their number."""

from dataclasses import replace

from lxml import html

from tests.pages import samples
from waarmerk.election.finding import Severity
from waarmerk.pages.board import FIRST, render_board
from waarmerk.pages.cards import tally


def text(page: str) -> str:
    return " ".join(html.document_fromstring(page).text_content().split())


def test_only_what_is_in_counts_as_in() -> None:
    assert "Binnen: 2 van 4 gemeenten, 401 stembureaus." in text(render_board(samples.board(), "nl"))


def test_a_part_is_never_called_a_result() -> None:
    said = text(render_board(samples.board(), "nl"))
    assert "Opgeteld is wat is aanvaard: 1 van 4 gemeenten, 378 stembureaus. Dit is dus geen uitslag." in said


def test_a_complete_total_has_no_such_warning() -> None:
    board = samples.board()
    whole = replace(board, rows=board.rows[:1])
    assert "Dit is dus geen uitslag." not in text(render_board(whole, "nl"))


def test_without_acceptance_there_are_no_totals() -> None:
    said = text(render_board(replace(samples.board(), totals=None), "nl"))
    assert "Er is nog niets aanvaard." in said
    assert "302.311" not in said


def test_the_first_findings_are_shown_and_the_rest_are_counted() -> None:
    page = html.document_fromstring(render_board(samples.board(), "en"))
    assert len(page.xpath("//article")) == FIRST
    assert "193 more: see all 213" in page.text_content()


def test_a_state_is_a_word_beside_its_sign_and_fixed_word() -> None:
    page = html.document_fromstring(render_board(samples.board(), "nl"))
    states = [" ".join(e.text_content().split()) for e in page.xpath("//tbody//span[contains(@class, 'state')]")]
    assert states == ["✓✓aanvaard accepted", "✓ontvangen received", "✕geweigerd rejected", "○verwacht expected"]


def test_the_tally_leaves_out_what_is_not_there() -> None:
    assert tally(samples.findings()) == (
        (Severity.ERROR, 1), (Severity.WARNING, 20), (Severity.REMARKABLE, 2), (Severity.NOTICE, 1),
    )  # fmt: skip
    assert tally(()) == ()
