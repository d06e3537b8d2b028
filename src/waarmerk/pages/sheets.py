"""Sheets for paper: the three lists to add up again by hand, and the figures of the committee's record (model P 22).

A sheet for re-adding shows no figure of the count: who adds must not know what should come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from waarmerk.election.count import Count
from waarmerk.pages.catalogue import number
from waarmerk.pages.law import derivation, word
from waarmerk.pages.pdf import HEIGHT, MARGIN, WIDTH, Page, document
from waarmerk.tabulation.draw import Draw
from waarmerk.tabulation.result import Result

ROW = 20
"""Height of a row to write in."""
LINE = 13
LONGEST = 105
"""Characters of a printed line at size 9 that fit on the page."""
NAME = 60


def recount(count: Count, drawn: Draw, lang: str) -> bytes:
    """Return the sheet on which the drawn lists are added up again over all units, one page or more for each list."""
    names = {lst.number: lst.name for lst in count.ballot.lists}
    pages = [page for number in drawn.lists for page in _recount_pages(count, drawn, number, names[number], lang)]
    return document(pages, word(lang, "sheet", "recount-title", area=count.authority_name))


def _recount_pages(count: Count, drawn: Draw, lst: int, name: str, lang: str) -> Iterator[Page]:
    per_page = int((HEIGHT - 2 * MARGIN - 120) // ROW)
    units = [f"{unit.id.rpartition('SB')[2]}  {unit.name}" for unit in count.units]
    pages = [units[start : start + per_page] for start in range(0, max(len(units), 1), per_page)]
    for index, some in enumerate(pages, 1):
        page = Page()
        area = word(lang, "sheet", "recount-title", area=count.authority_name)
        page.text(MARGIN, HEIGHT - MARGIN, area, 14, bold=True)
        page.text(
            MARGIN, HEIGHT - MARGIN - 20, word(lang, "step", "named", number=str(lst), name=name)[:NAME], 12, bold=True
        )
        page.text(MARGIN, HEIGHT - MARGIN - 36, word(lang, "sheet", "recount-how"), 9)
        page.text(MARGIN, HEIGHT - MARGIN - 49, word(lang, "sheet", "recount-seed", seed=drawn.seed), 9)
        page.text(WIDTH - MARGIN - 60, MARGIN - 20, word(lang, "sheet", "page", page=index, pages=len(pages)), 8)
        top = HEIGHT - MARGIN - 75
        for row, unit in enumerate(some):
            _row(page, top - row * ROW, unit)
        if index == len(pages):
            _row(page, top - len(some) * ROW - 6, word(lang, "sheet", "sum"), bold=True)
            page.text(MARGIN, MARGIN, word(lang, "sheet", "signed"), 9)
        yield page


def _row(page: Page, y: float, words: str, *, bold: bool = False) -> None:
    page.text(MARGIN, y, words[:NAME], 10, bold=bold)
    page.box(WIDTH - MARGIN - 90, y - 5, 90, ROW - 3)


def record(result: Result, names: Mapping[int, str], title: str, lang: str) -> bytes:
    """Return the figures that the committee's record needs: votes and seats per list, the derivation, the elected."""
    lines = [
        *_shares(result, lang),
        ("", False),
        *_derivation(result, names, lang),
        ("", False),
        *_elected(result, lang),
    ]
    return document(list(_printed(lines, title, lang)), title)


Printed = tuple[str, bool]
"""A line, and whether it is a heading."""


def _shares(result: Result, lang: str) -> Iterator[Printed]:
    yield word(lang, "seats", "title"), True
    for share in result.allotment.shares:
        figures = {"votes": share.votes, "full": share.full, "residual": share.residual, "seats": share.seats}
        name = word(lang, "step", "named" if share.name else "list", number=str(share.number), name=share.name)
        yield word(lang, "sheet", "share", name=name, **figures), False


def _derivation(result: Result, names: Mapping[int, str], lang: str) -> Iterator[Printed]:
    yield word(lang, "seats", "steps"), True
    for sentence in derivation(result.steps, names, lang):
        yield f"{sentence.article}: {sentence.text}", False


def _elected(result: Result, lang: str) -> Iterator[Printed]:
    yield word(lang, "seats", "elected"), True
    for person in result.elected:
        how = word(lang, "seats", person.how.value)
        yield f"{person.party}. {person.name or person.key}, {how}, {number(person.votes, lang)}", False


def _printed(lines: Sequence[Printed], title: str, lang: str) -> Iterator[Page]:
    rows = [(part, bold) for text, bold in lines for part in _wrapped(text)]
    per_page = int((HEIGHT - 2 * MARGIN - 30) // LINE)
    pages = [rows[start : start + per_page] for start in range(0, len(rows), per_page)]
    for index, some in enumerate(pages, 1):
        page = Page()
        page.text(MARGIN, HEIGHT - MARGIN, title, 14, bold=True)
        for row, (text, bold) in enumerate(some):
            page.text(MARGIN, HEIGHT - MARGIN - 30 - row * LINE, text, 9, bold=bold)
        page.text(WIDTH - MARGIN - 60, MARGIN - 20, word(lang, "sheet", "page", page=index, pages=len(pages)), 8)
        yield page


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for part in text.split(" "):
        if line and len(line) + 1 + len(part) > LONGEST:
            yield line
            line = "   " + part
        else:
            line = f"{line} {part}" if line else part
    yield line
