import re
import shutil
import subprocess
import zlib
from html.parser import HTMLParser

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from waarmerk.election.count import ElectionInfo
from waarmerk.formats import Contest
from waarmerk.pages import rounds, sheet, sheets
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.draw import draw
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.party import Party, PartyList, Standing
from waarmerk.tabulation.result import Result, establish

ELECTION = ElectionInfo("GR2030_Voorbeelddam", "Gemeenteraad Voorbeelddam 2030", "GR", "GR2", date="2030-03-20")
COUNT = municipality(1, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("geen"), stations=70)
DRAWN = draw("4 2 6 1", "GR2030_Voorbeelddam", "9987", [lst.number for lst in COUNT.ballot.lists])


def outcome() -> Result:
    votes = [2571, 977, 567, 536, 453]
    found = establish(rules_for("GR", 15), [Party(n, f"Lijst <{n}>", v) for n, v in enumerate(votes, 1)])
    assert isinstance(found, Result)
    return found


def texts(data: bytes) -> list[str]:
    """The lines that another program reads in the PDF, each with its runs of blanks as one."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout
    return [" ".join(line.split()) for line in said.decode().splitlines() if line.strip()]


def test_a_sheet_has_a_row_for_every_station_of_each_drawn_list() -> None:
    said = texts(sheets.recount(COUNT, DRAWN, "nl"))
    for number in (1, 35, 70):
        assert sum(text.startswith(f"{number} ") for text in said) == 3
    assert sum(text == "Samen" for text in said) == 3


def test_a_sheet_for_adding_again_shows_no_figure_of_the_count() -> None:
    said = " ".join(texts(sheets.recount(COUNT, DRAWN, "nl")))
    for lst in DRAWN.lists:
        assert str(int(COUNT.total.lists[0, COUNT.ballot.index_of(lst)])) not in said.split()


def test_a_sheet_says_with_which_seed_it_was_drawn() -> None:
    assert any("4 2 6 1" in text for text in texts(sheets.recount(COUNT, DRAWN, "en")))


def test_the_same_sheet_has_the_same_bytes() -> None:
    assert sheets.recount(COUNT, DRAWN, "nl") == sheets.recount(COUNT, DRAWN, "nl")


def test_the_record_has_votes_and_seats_of_every_list_and_every_article() -> None:
    said = texts(sheets.record(outcome(), {}, "Zetels", "nl"))
    assert "1 Lijst <1> 2.571 7 1 8" in said
    for article in ("P5De kiesdeler", "P8Restzetel 1", "P9Lijst 1"):
        assert article.replace(" ", "") in "".join(said).replace(" ", "")


def test_the_record_names_who_is_elected_and_how() -> None:
    persons = tuple(Standing(f"{n}", 60 - 20 * n, f"Persoon {n}") for n in (1, 2))
    found = establish(rules_for("GR", 9), [Party(1, "Een", 60, (PartyList("geen", persons),)), Party(2, "Twee", 40)])
    assert isinstance(found, Result)
    assert "1 Persoon 1 met voorkeur 40" in texts(sheets.record(found, {1: "Een"}, "Zetels", "nl"))


HOSTILE = '#panic("x") $1/0$ *vet* _a_ `b` \\u{41} // < <x> @y ~ -- \'q\' "d" #[ ] }'


def test_words_from_outside_are_never_read_as_typst() -> None:
    """T19: what a name says stands on the sheet sign for sign, wherever it stands."""
    blocks = (
        sheet.Heading(HOSTILE),
        sheet.Paragraph(HOSTILE),
        sheet.Table((sheet.Column.TEXT,), ((HOSTILE,),), (HOSTILE,)),
    )
    said = texts(sheet.pdf(sheet.Sheet(HOSTILE, blocks), "nl"))
    assert said[:5] == [HOSTILE] * 5


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_printed(text: str) -> None:
    made = sheet.pdf(sheet.Sheet("x" + text, (sheet.Paragraph(text), sheet.Code(text))), "nl")
    assert made.startswith(b"%PDF-1.7")


def test_letters_with_marks_stay_and_what_the_fonts_lack_is_printed_as_its_number() -> None:
    said = texts(sheet.pdf(sheet.Sheet("Yeşilgöz ŵ Ș \u4e2d\u202e😀", ()), "nl"))
    assert said[0] == "Yeşilgöz ŵ Ș ⟨U+4E2D⟩⟨U+202E⟩⟨U+1F600⟩"


def test_a_sheet_is_tagged_for_who_cannot_see_it_and_has_no_date() -> None:
    made = sheet.pdf(sheet.Sheet("x", (sheet.Picture(QR, "QR-code met 12345"),)), "nl")
    for said in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang(nl)", b"12345", b"pdfuaid:part"):
        assert said in made or said in b"".join(streams(made))
    assert b"/CreationDate" not in made


def test_a_picture_is_drawn() -> None:
    made = {sheet.pdf(sheet.Sheet("x", (sheet.Picture(svg, "x"),)), "nl") for svg in (QR, OTHER_QR)}
    assert len(made) == 2


OTHER_QR = segno.make("54321", micro=False).svg_inline()
QR = segno.make("12345", micro=False).svg_inline()


def streams(data: bytes) -> list[bytes]:
    return [zlib.decompress(part) for part in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", data, re.DOTALL)]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.classes: list[str] = []
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.classes += [value or "" for name, value in attrs if name == "class"]


def test_the_picture_has_a_block_for_every_seat() -> None:
    tags = Tags()
    tags.feed(rounds.page(outcome(), {}, "Zetels", "nl"))
    assert tags.classes.count("full") + tags.classes.count("rest") == 15
    assert "script" not in tags.names


def test_names_are_escaped_in_the_picture() -> None:
    page = rounds.page(outcome(), {1: "<script>alert(1)</script>"}, "<b>", "nl")
    assert "<script>" not in page
    assert "<b>" not in page
