import pytest

from waarmerk.election.count import ElectionInfo, Figure
from waarmerk.errors import BadData
from waarmerk.formats import Contest
from waarmerk.simulate.municipality import municipality
from waarmerk.tabulation.typed import PaperDifference, parse, typed_difference

ELECTION = ElectionInfo("GR2030_Voorbeelddam", "Gemeenteraad Voorbeelddam 2030", "GR", "GR2", date="2030-03-20")
COUNT = municipality(1, "9987", "Voorbeelddam", election=ELECTION, contest=Contest("geen"), stations=3)
FIRST = COUNT.ballot.lists[0]


def compared(*rows: str, unit: str | None = None) -> PaperDifference:
    return typed_difference(parse("\n".join(["list,candidate,votes", *rows]).encode()), COUNT, unit)


def test_what_agrees_is_no_difference() -> None:
    total, candidate = int(COUNT.total.lists[0, 0]), int(COUNT.total.candidates[0, 1])
    found = compared(f"{FIRST.number},,{total}", f"{FIRST.number},2,{candidate}")
    assert (found.cells, found.compared) == ((), 2)


def test_a_list_that_differs_is_named_with_both_figures() -> None:
    total = int(COUNT.total.lists[0, 0])
    (cell,) = compared(f"{FIRST.number},,{total + 3}").cells
    assert (cell.list, cell.candidate, cell.old, cell.new) == (FIRST.number, None, total + 3, total)


def test_a_figure_is_compared_by_its_name() -> None:
    blank = int(COUNT.total.figures[0, Figure.BLANK])
    (cell,) = compared(f",blank,{blank + 1}").cells
    assert (cell.figure, cell.old, cell.new) == (Figure.BLANK, blank + 1, blank)


def test_one_station_can_be_compared() -> None:
    unit = COUNT.units[1].id
    (cell,) = compared(f"{FIRST.number},1,999999", unit=unit).cells
    assert (cell.unit, cell.new) == (unit, int(COUNT.votes.candidates[1, 0]))


def test_ballots_found_can_be_typed_although_eml_has_no_such_figure() -> None:
    assert compared(f",found,{int(COUNT.total.found()[0])}").cells == ()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["99,,1"], "E-TYPED-CELL"),
        (["1,9999,1"], "E-TYPED-CELL"),
        (["1,,x"], "E-CSV-NUMBER"),
        (["1,,01"], "E-CSV-NUMBER"),
        ([",nonsense,1"], "E-CSV-LABEL"),
        (["1,1"], "E-CSV-WIDTH"),
        (["1,,5", "1,,5"], "E-EML-DUPLICATE"),
        (['1,"a,5'], "E-CSV-QUOTE"),
    ],
)
def test_rows_that_cannot_be_placed_are_refused(rows: list[str], code: str) -> None:
    with pytest.raises(BadData) as raised:
        compared(*rows)
    assert raised.value.code == code
