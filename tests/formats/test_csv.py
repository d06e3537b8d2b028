"""OSV4-3 CSV: what a lenient reader survives (eml-nl.md 10.5), and the cases 132 and 133 of the adversarial tests."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest

from waarmerk import formats
from waarmerk.election.count import Count, Figure
from waarmerk.errors import Rejection
from waarmerk.formats import osv43

ROWS = [
    '"Verkiezing";;"Gemeenteraad Voorbeelddam 2030"',
    '"Datum";;"2030-03-20"',
    '"Gebied";;"Gemeente Voorbeelddam"',
    '"Nummer";;"9987"',
    "",
    '"Lijstnummer";"Aanduiding";"Volgnummer";"Naam kandidaat";"Totaal";"Dorpshuis";"Mobiel"',
    '"Gebiednummer";;;;;"1";"2"',
    '"Postcode";;;;;"9999 ZZ";',
    ';"opgeroepenen";;;"90";"50";"40"',
    ';"geldige stempas";;;"55";"31";"24"',
    ';"geldig volmachtbewijs";;;"6";"4";"2"',
    ';"geldige kiezerspas";;;"0";"0";"0"',
    ';"toegelaten kiezers";;;"61";"35";"26"',
    ';"geldige stembiljetten";;;"58";"34";"24"',
    ';"blanco stembiljetten";;;"2";"0";"2"',
    ';"ongeldige stembiljetten";;;"1";"1";"0"',
    ';"aangetroffen stembiljetten";;;"61";"35";"26"',
    ';"meer stembiljetten dan toegelaten kiezers";;;"0";"0";"0"',
    ';"minder stembiljetten dan toegelaten kiezers";;;"0";"0";"0"',
    ';"kiezers met stembiljet hebben niet gestemd";;;"0";"0";"0"',
    ';"er zijn te weinig stembiljetten uitgereikt";;;"0";"0";"0"',
    ';"er zijn te veel stembiljetten uitgereikt";;;"0";"0";"0"',
    ';"geen verklaring";;;"0";"0";"0"',
    ';"andere verklaring";;;"0";"0";"0"',
    '"1";"Dorp Vooruit";;;"50";"30";"20"',
    ';;"1";"van Proef, A.";"40";"25";"15"',
    ';;"2";"Test, B.C.";"10";"5";"5"',
    '"3";"Blanco (Blanco, D.)";;;"8";"4";"4"',
    ';;"1";"Blanco, D.";"8";"4";"4"',
]
GOOD = "\ufeff" + "\n".join(ROWS)
MIDDLE = 13
"""A row of figures in the middle."""


def read(data: str | bytes) -> object:
    return formats.read(io.BytesIO(data.encode() if isinstance(data, str) else data), "x.csv")


def count_of(data: str | bytes) -> Count:
    value = read(data)
    assert isinstance(value, Count), value
    return value


def refused(data: str | bytes) -> Rejection:
    value = read(data)
    assert isinstance(value, Rejection), value
    return value


def changed(row: int, new: str) -> str:
    return "\ufeff" + "\n".join([*ROWS[:row], new, *ROWS[row + 1 :]])


def notes(data: str | bytes) -> list[str]:
    return [note.text for note in count_of(data).notes]


def test_the_official_example_is_strict() -> None:
    count = count_of(GOOD)
    assert count.strict
    assert count.votes.candidates.tolist() == [[25, 5, 4], [15, 5, 4]]
    assert count.total.lists.tolist() == [[50, 8]]
    assert count.votes.figures[:, Figure.BLANK].tolist() == [0, 2]


def test_units_are_named_as_in_eml() -> None:
    assert [(unit.id, unit.name, unit.postcode, unit.station) for unit in count_of(GOOD).units] == [
        ("9987::SB1", "Dorpshuis", "9999 ZZ", True),
        ("9987::SB2", "Mobiel", None, True),
    ]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Tweede Kamer der Staten-Generaal 2023", "TK2023"),
        ("Europees Parlement 2024", "EP2024"),
        ("Gemeenteraad West Maas en Waal 2022", "GR2022_WestMaasenWaal"),
        ("Provinciale Staten Drenthe 2023", "PS2023_Drenthe"),
        ("Algemeen bestuur van het waterschap Scheldestromen 2023", "AB2023_Scheldestromen"),
        ("Gemeenteraad 's-Gravenhage 2022", None),
        ("Gemeenteraad Súdwest-Fryslân 2022", None),
        ("Verkiezing 2022", None),
    ],
)
def test_the_name_gives_the_election_or_nothing(name: str, identifier: str | None) -> None:
    assert osv43.election_of(name, None).id == identifier


def test_unquoted_and_padded_as_a_spreadsheet_leaves_it() -> None:
    plain = [row.replace('"', "") for row in ROWS]
    padded = [row + ";" * (6 - row.count(";")) for row in plain]
    count = count_of("\n".join(padded) + "\n")
    assert count.votes.same(count_of(GOOD).votes)
    assert not count.strict


def test_crlf_is_noted() -> None:
    data = GOOD.replace("\n", "\r\n")
    assert notes(data) == ["CR LF line ends"]
    assert count_of(data).votes.same(count_of(GOOD).votes)


def test_trailing_separators_are_noted() -> None:
    data = "\ufeff" + "\n".join(row + ";" for row in ROWS)
    assert count_of(data).votes.same(count_of(GOOD).votes)
    assert "empty columns at the end of the table" in notes(data)


def test_a_dutch_date_is_read_and_noted() -> None:
    count = count_of(changed(1, '"Datum";;"20-03-2030"'))
    assert count.election.date == "2030-03-20"
    assert [note.text for note in count.notes] == ["date as dd-mm-yyyy"]


def test_lost_zeros_of_the_number_are_put_back() -> None:
    assert count_of(changed(3, '"Nummer";;"59"')).authority_id == "0059"


def test_a_head_that_was_cut_off_is_survived() -> None:
    count = count_of("\n".join(ROWS[5:]))
    assert (count.message, count.authority_id, count.units[0].id) == ("510b", None, "SB1")
    assert count.election.id is None


def test_no_row_of_postcodes_is_fine() -> None:
    count = count_of("\ufeff" + "\n".join(row for row in ROWS if "Postcode" not in row))
    assert (count.strict, count.units[0].postcode) == (True, None)


def test_names_may_come_twice_and_hold_tabs() -> None:
    heads = ROWS[5].replace("Mobiel", "Dorps\thuis").replace('"Dorpshuis"', '"Dorps\thuis"')
    assert [unit.raw_name for unit in count_of(changed(5, heads)).units] == ["Dorps\thuis", "Dorps\thuis"]


def test_text_behind_a_closing_quote_is_kept_raw() -> None:
    data = changed(24, '1;"Leefbaar \'s-Hertogenbosch" Paul Kagie;;;50;30;20')
    assert count_of(data).ballot.lists[0].name == '"Leefbaar \'s-Hertogenbosch" Paul Kagie'
    assert "text after a closing quote" in notes(data)


@pytest.mark.parametrize("name", ['De ""Waarschuwing""', "a;b", '"";""', "a;;b", '""'])
def test_quotes_and_separators_inside_a_cell(name: str) -> None:
    count = count_of(changed(24, f'"1";"{name}";;;"50";"30";"20"'))
    assert count.ballot.lists[0].name == name.replace('""', '"')
    assert count.strict


def test_a_list_without_candidates_is_noted() -> None:
    data = "\ufeff" + "\n".join(row for row in ROWS if "van Proef" not in row and "Test, B" not in row)
    assert notes(data) == ["list without candidates"]


def test_rows_are_found_by_their_labels() -> None:
    turned = [*ROWS[:8], *reversed(ROWS[8:24]), *ROWS[24:]]
    assert count_of("\ufeff" + "\n".join(turned)).votes.same(count_of(GOOD).votes)


def test_an_empty_figure_is_absent() -> None:
    count = count_of(changed(11, ';"geldige kiezerspas";;;"0";;"0"'))
    assert count.votes.figures_reported[:, Figure.VOTER_PASSES].tolist() == [False, True]
    assert "empty figure: not reported" in [note.text for note in count.notes]


def test_a_row_that_is_left_out_is_absent() -> None:
    count = count_of("\ufeff" + "\n".join(row for row in ROWS if "kiezerspas" not in row))
    assert not count.votes.figures_reported[:, Figure.VOTER_PASSES].any()


def test_what_a_csv_does_not_report_is_not_reported_when_it_is_written_again() -> None:
    rows = [row for row in ROWS if "kiezerspas" not in row]
    data = "\ufeff" + "\n".join(rows).replace('"90";"50";"40"', '"90";;"40"')
    count = count_of(data)
    assert b"".join(formats.write_osv43(count)) == data.encode()


def test_a_name_in_brackets_stands_for_no_position() -> None:
    count = count_of(changed(25, ';;"(van Proef, A.)";"van Proef, A.";"40";"25";"15"'))
    assert (count.ballot.lists[0].candidates[0].id, count.ballot.lists[0].candidates[0].name) == (None, "van Proef, A.")


PLACES = {"first": 0, "middle": MIDDLE, "last": len(ROWS) - 1}


@pytest.mark.parametrize("place", PLACES)
def test_132_a_quote_that_stays_open(place: str) -> None:
    row = PLACES[place]
    value = refused(changed(row, ROWS[row][:-1]))
    assert (value.code, value.place.line) == ("E-CSV-QUOTE", row + 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_132_a_line_end_in_a_cell(place: str, end: str) -> None:
    row = PLACES[place]
    value = refused(changed(row, ROWS[row][:-2] + end + ROWS[row][-2:]))
    assert (value.code, value.place.line) == ("E-CSV-NEWLINE", row + 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sign", ["\0", "\x01", "\x1b", "\x7f", "\x85"])
def test_132_control_characters(place: str, sign: str) -> None:
    row = PLACES[place]
    value = refused(changed(row, ROWS[row][:-2] + sign + ROWS[row][-2:]))
    assert (value.code, value.place.line) == ("E-CSV-NUL", row + 1)


@pytest.mark.parametrize("place", PLACES)
def test_132_a_cell_that_is_too_long(place: str) -> None:
    row = PLACES[place]
    value = refused(changed(row, ROWS[row][:-1] + "1" * 5000 + '"'))
    assert (value.code, value.place.line) == ("E-CSV-CELL", row + 1)


@pytest.mark.parametrize(
    ("row", "new"),
    [
        (MIDDLE, ';"geldige stembiljetten";;;"58";"34"'),
        (MIDDLE, ';"geldige stembiljetten";;;"58";"34";"24";"1"'),
        (25, ';;"1";"van Proef, A.";"40";"25";"15";;"1"'),
        (0, '"Verkiezing";;"Gemeenteraad Voorbeelddam 2030";;"1"'),
    ],
)
def test_133_width(row: int, new: str) -> None:
    assert refused(changed(row, new)).code == "E-CSV-WIDTH"


def test_133_columns_have_a_limit() -> None:
    assert refused(changed(5, ROWS[5] + ';"x"' * 10_000)).code == "E-CSV-WIDTH"


@pytest.mark.parametrize(
    ("row", "new"),
    [
        (9, ';"opgeroepenen";;;"55";"31";"24"'),
        (9, ';"onbekend";;;"55";"31";"24"'),
        (9, ROWS[5]),
        (9, ROWS[6]),
        (6, ROWS[7]),
        (6, '"Gebiednummer";;;;;"1";'),
        (13, ROWS[14]),
        (27, ';;"x";"naam";"8";"4";"4"'),
    ],
    ids=["twice", "unknown", "second-heads", "second-numbers", "no-numbers", "unit-without", "no-valid", "no-position"],
)
def test_133_labels(row: int, new: str) -> None:
    assert refused(changed(row, new)).code in ("E-CSV-LABEL", "E-CSV-NUMBER")


@pytest.mark.parametrize("label", osv43.NEEDED)
def test_133_c08_needed_rows(label: str) -> None:
    data = "\ufeff" + "\n".join(row for row in ROWS if f'"{label}"' not in row)
    assert refused(data).code == "E-CSV-LABEL"


def test_133_a_candidate_before_any_list() -> None:
    assert refused("\ufeff" + "\n".join(ROWS[:24] + ROWS[25:])).code == "E-CSV-LABEL"


def test_133_positions_increase() -> None:
    rows = [*ROWS[:25], ROWS[26], ROWS[25], *ROWS[27:]]
    assert refused("\ufeff" + "\n".join(rows)).code == "E-CSV-LABEL"


def test_133_no_total() -> None:
    assert refused(changed(5, ROWS[5].replace("Totaal", "Som"))).code == "E-CSV-TOTAL"


@pytest.mark.parametrize("figure", ["1.234", "-1", "007", "1e3", "1234567890", " 1", "1 ", "+1", "１", "1,5"])
@pytest.mark.parametrize("row", [8, MIDDLE, 25])
def test_133_numbers(figure: str, row: int) -> None:
    value = refused(changed(row, ROWS[row].rpartition(";")[0] + f';"{figure}"'))
    assert (value.code, value.place.line, value.place.column, value.place.unit) == (
        "E-CSV-NUMBER",
        row + 1,
        7,
        "9987::SB2",
    )


@pytest.mark.parametrize(
    ("row", "new"),
    [
        (6, '"Gebiednummer";;;;;"1";"1"'),
        (27, '"1";"Nog eens";;;"8";"4";"4"'),
        (26, ';;"1";"Test, B.C.";"10";"5";"5"'),
    ],
)
def test_133_the_same_twice(row: int, new: str) -> None:
    assert refused(changed(row, new)).code == "E-EML-DUPLICATE"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_refused(encoding: str) -> None:
    data = GOOD.removeprefix("\ufeff").replace("Dorpshuis", "Café").encode(encoding)
    value = read(data)
    assert not isinstance(value, Count)
    assert encoding != "cp1252" or refused(data).code == "E-CSV-ENCODING"


@pytest.mark.parametrize("end", ["x" * 3_000_000, '"' + "x" * 3_000_000, ";" * 3_000_000, '"a";' * 800_000])
def test_a_line_without_end_is_refused_early(end: str) -> None:
    began = time.process_time()
    assert refused(GOOD + "\n" + end).code in ("E-CSV-CELL", "E-CSV-WIDTH")
    assert time.process_time() - began < 2


def test_more_figures_than_any_count_has_are_refused() -> None:
    heads = '"Lijstnummer";"Aanduiding";"Volgnummer";"Naam kandidaat";"Totaal"' + ";a" * 9_000
    numbers = '"Gebiednummer";;;;' + "".join(f";{i}" for i in range(1, 9_001))
    row = ";;{};x" + ";0" * 9_001
    rows = [*ROWS[:5], heads, numbers, *(f";{label};;" + ";0" * 9_001 for label in osv43.LABELS)]
    rows += ["1;L;;" + ";0" * 9_001, *(row.format(i) for i in range(1, 700))]
    data = "\n".join(rows).encode()
    tracemalloc.start()
    value = refused(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (value.code, "figures" in value.reason) == ("E-CSV-WIDTH", True)
    assert peak < 100 * 1024 * 1024


def test_more_candidates_than_any_ballot_has_are_refused() -> None:
    rows = [*ROWS, *(f';;"{place}";"x";"0";"0";"0"' for place in range(2, 20_000))]
    began = time.process_time()
    assert refused("\n".join(rows)).code == "E-CSV-WIDTH"
    assert time.process_time() - began < 2
