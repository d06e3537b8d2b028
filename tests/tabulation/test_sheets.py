import re
from html.parser import HTMLParser

import pytest

from waarmerk.election.count import ElectionInfo
from waarmerk.formats import Contest
from waarmerk.pages import pdf, rounds, sheets
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.draw import draw
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.party import Party
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
    return [m.decode("cp1252") for m in re.findall(rb"\((.*?)(?<!\\)\) Tj", data)]


def objects_are_where_the_table_says(data: bytes) -> bool:
    start = int(re.findall(rb"startxref\n([0-9]+)", data)[-1])
    places = re.findall(rb"([0-9]{10}) 00000 n ", data[start:])
    return all(data[int(place) :].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1))


def test_a_sheet_has_a_row_for_every_station_of_each_drawn_list() -> None:
    said = texts(sheets.recount(COUNT, DRAWN, "nl"))
    for number in (1, 35, 70):
        assert sum(text.startswith(f"{number}  ") for text in said) == 3
    assert sum(text == "Samen" for text in said) == 3


def test_a_sheet_for_adding_again_shows_no_figure_of_the_count() -> None:
    said = " ".join(texts(sheets.recount(COUNT, DRAWN, "nl")))
    for lst in DRAWN.lists:
        assert str(int(COUNT.total.lists[0, COUNT.ballot.index_of(lst)])) not in said.split()


def test_a_sheet_says_with_which_seed_it_was_drawn() -> None:
    assert any("4 2 6 1" in text for text in texts(sheets.recount(COUNT, DRAWN, "en")))


def test_the_same_sheet_has_the_same_bytes() -> None:
    assert sheets.recount(COUNT, DRAWN, "nl") == sheets.recount(COUNT, DRAWN, "nl")


@pytest.mark.parametrize("data", [sheets.recount(COUNT, DRAWN, "nl"), sheets.record(outcome(), {}, "P 22", "nl")])
def test_every_object_of_a_pdf_is_where_its_table_says(data: bytes) -> None:
    assert objects_are_where_the_table_says(data)
    assert data.endswith(b"%%EOF\n")


def test_the_record_has_votes_and_seats_of_every_list_and_every_article() -> None:
    said = " ".join(texts(sheets.record(outcome(), {}, "Zetels", "nl")))
    for figure in ("2.571", "8 zetels", "P 5", "P 8", "P 9"):
        assert figure in said


def test_words_cannot_end_a_text_of_the_pdf() -> None:
    page = pdf.Page()
    page.text(0, 0, r"a) ET (b \ c")
    data = pdf.document([page], "x")
    assert rb"(a\) ET \(b \\ c) Tj" in data


def test_letters_that_the_fonts_lack_lose_their_mark_only() -> None:
    page = pdf.Page()
    page.text(0, 0, "Yeşilgöz")
    assert texts(pdf.document([page], "x")) == ["Yesilgöz"]


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
