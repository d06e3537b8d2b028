"""What a 510 may and may not be: refused is only what cannot be placed, everything else is read and noted."""

from __future__ import annotations

import io

import numpy as np
import pytest

from tests.formats.invented import count
from waarmerk import formats
from waarmerk.election.count import Correction, Count, Figure, Level
from waarmerk.errors import Rejection
from waarmerk.formats import NoResults, NotCounted

GOOD = b"".join(formats.write_510(count())).decode()


def read(text: str) -> object:
    return formats.read(io.BytesIO(text.encode()))


def refused(text: str) -> tuple[str, str]:
    value = read(text)
    assert isinstance(value, Rejection)
    return value.code, value.reason


def count_of(text: str) -> Count:
    value = read(text)
    assert isinstance(value, Count), value
    return value


def notes(text: str) -> list[str]:
    return [note.text for note in count_of(text).notes if "canonical" not in note.text]


def without(text: str, tag: str, times: int = -1) -> str:
    start, end = text.index(f"<{tag}"), text.index(f"</{tag}>") + len(tag) + 3
    return text.replace(text[start:end], "", times)


@pytest.mark.parametrize("identifier", ["510bogus", "510", "", "999", "510B"])
def test_c01_an_unknown_message_is_refused(identifier: str) -> None:
    assert refused(GOOD.replace('Id="510b"', f'Id="{identifier}"'))[0] == "E-XML-ROOT"


@pytest.mark.parametrize("identifier", ["210", "230a", "630", "510q", "510r", "510s"])
def test_c01_what_is_not_counted_is_said(identifier: str) -> None:
    assert read(GOOD.replace('Id="510b"', f'Id="{identifier}"')) == NotCounted(identifier)


def test_c01_the_payload_belongs_to_the_id() -> None:
    assert refused(GOOD.replace('Id="510b"', 'Id="230b"'))[0] == "E-XML-ROOT"


def test_c01_the_namespace_of_the_root_counts() -> None:
    assert refused(GOOD.replace("oasis:names:tc:evs", "oasis:namDes:tc:evs"))[0] == "E-XML-ROOT"


@pytest.mark.parametrize("tag", ["ManagingAuthority", "ElectionIdentifier", "ContestIdentifier"])
def test_c01_authority_election_and_contest_are_named(tag: str) -> None:
    assert refused(without(GOOD, tag))[0] == "E-XML-SCHEMA"


def test_c01_authority_is_named_once() -> None:
    start, end = GOOD.index("<ManagingAuthority>"), GOOD.index("</ManagingAuthority>") + len("</ManagingAuthority>")
    assert refused(GOOD[:end] + GOOD[start:end] + GOOD[end:]) == ("E-XML-SCHEMA", "ManagingAuthority more than once")


def test_c02_a_candidate_needs_a_list() -> None:
    start, end = GOOD.index("<Selection>"), GOOD.index("</Selection>") + len("</Selection>")
    assert "C-02" in refused(GOOD.replace(GOOD[start:end], ""))[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<AffiliationIdentifier Id="3">', '<AffiliationIdentifier Id="{}">'),
        ('Identifier Id="2"', 'Identifier Id="{}"'),
    ],
)
@pytest.mark.parametrize("number", ["0", "x", "", "01", "-1", "1.5"])
def test_c03_numbers_of_lists_and_candidates_have_one_form(old: str, new: str, number: str) -> None:
    assert refused(GOOD.replace(old, new.format(number)))[0] == "E-XML-SCHEMA"


def test_c03_lists_increase() -> None:
    swapped = GOOD.replace('<AffiliationIdentifier Id="1">', '<AffiliationIdentifier Id="7">')
    assert refused(swapped)[0] == "E-XML-SCHEMA"


@pytest.mark.parametrize("code", ["ongeldig", "blanco"])
def test_c08_both_rejections_are_there(code: str) -> None:
    start = GOOD.index(f'<RejectedVotes ReasonCode="{code}">')
    end = GOOD.index("</RejectedVotes>", start) + len("</RejectedVotes>")
    assert "C-08" in refused(GOOD[:start] + GOOD[end:])[1]


def test_c08_no_reason_twice() -> None:
    assert "C-08" in refused(GOOD.replace('"geldige volmachtbewijzen"', '"geldige stempassen"'))[1]


def test_an_unknown_reason_is_refused() -> None:
    assert refused(GOOD.replace('"geldige volmachtbewijzen"', '"geldige volmachten"'))[0] == "E-XML-SCHEMA"


def test_c21_a_unit_needs_an_id() -> None:
    assert refused(GOOD.replace("9987::SB1", ""))[0] == "E-XML-SCHEMA"


def _in_unit(text: str, old: str, new: str) -> str:
    place = text.index("<ReportingUnitVotes>")
    return text[:place] + text[place:].replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<CandidateIdentifier Id="2">', '<CandidateIdentifier Id="3">'),
        ('<AffiliationIdentifier Id="3">', '<AffiliationIdentifier Id="2">'),
        ('<CandidateIdentifier Id="1">', "<CandidateIdentifier>"),
    ],
)
def test_c23_units_have_the_sequence_of_the_total(old: str, new: str) -> None:
    assert "C-23" in refused(_in_unit(GOOD, old, new))[1]


def test_c23_a_unit_is_complete() -> None:
    place = GOOD.index("<ReportingUnitVotes>")
    end = GOOD.index("<Cast>", place)
    last = GOOD.rindex("<Selection>", place, end)
    assert "C-23" in refused(GOOD[:last] + GOOD[end:])[1]


def test_c26_another_name_in_a_unit_is_kept() -> None:
    value = count_of(_in_unit(GOOD, "<RegisteredName>Lijst 1<", "<RegisteredName>Lijst X<"))
    assert [(one.unit, one.list, one.name) for one in value.other_names] == [(0, 3, "Lijst X")]


def test_a_missing_code_is_absent_and_not_zero() -> None:
    start = GOOD.index('<UncountedVotes ReasonCode="geen verklaring">')
    end = GOOD.index("</UncountedVotes>", start) + len("</UncountedVotes>")
    value = count_of(GOOD[:start] + GOOD[end:])
    assert not value.total.figures_reported[0, Figure.NO_EXPLANATION]
    assert value.votes.figures_reported[0, Figure.NO_EXPLANATION]


def test_called_voters_that_are_left_out_are_absent_and_noted() -> None:
    value = count_of(without(GOOD, "Cast", 1))
    assert not value.total.figures_reported[0, Figure.CAST]
    assert "TotalVotes without Cast" in [note.text for note in value.notes]


def test_another_order_is_noted() -> None:
    moved = without(GOOD, "kr:CreationDateTime").replace(
        "<TransactionId>", "<kr:CreationDateTime>2030-03-21T15:00:00</kr:CreationDateTime><TransactionId>"
    )
    assert notes(moved) == ["elements in another order than in the specification"]
    assert count_of(moved).created == "2030-03-21T15:00:00"


def test_an_indented_copy_is_read_the_same() -> None:
    indented = GOOD.replace("><", ">\n  <").replace(">\n  </ElectionName", "></ElectionName")
    same = count_of(indented)
    assert np.array_equal(same.votes.candidates, count_of(GOOD).votes.candidates)
    assert (same.units, same.election) == (count_of(GOOD).units, count_of(GOOD).election)


def test_an_unknown_attribute_is_noted() -> None:
    assert notes(GOOD.replace("<Count>", '<Count x="1">')) == ["unknown attribute x of Count"]


@pytest.mark.parametrize("version", ['SchemaVersion="4"', ""])
def test_another_version_of_the_schema_is_noted(version: str) -> None:
    assert notes(GOOD.replace('SchemaVersion="5"', version)) == ["SchemaVersion is not 5"]


def test_text_inside_what_is_passed_over_is_fine() -> None:
    assert notes(GOOD.replace("<AuthorityAddress>", "<AuthorityAddress>Kerkplein <x>1</x> Dam")) == []


def test_a_foreign_declaration_is_noted() -> None:
    assert notes(GOOD.replace("<EML ", '<EML xmlns:q="urn:q" ')) == ["declaration of a foreign namespace"]


def test_prefixes_do_not_matter() -> None:
    other = GOOD.replace("kr:", "k:").replace("xmlns:kr", "xmlns:k")
    assert notes(other) == []


def test_a_station_in_a_510b_is_one_and_a_municipality_is_none() -> None:
    value = count_of(GOOD.replace("9987::SB2", "9987"))
    assert [unit.station for unit in value.units] == [True, False]


def test_a_510a_is_one_station() -> None:
    text = GOOD.replace('Id="510b"', 'Id="510a"')
    total = text[text.index("<TotalVotes>") : text.index("</TotalVotes>") + len("</TotalVotes>")]
    second = text[
        text.rindex("<ReportingUnitVotes>") : text.rindex("</ReportingUnitVotes>") + len("</ReportingUnitVotes>")
    ]
    value = count_of(text.replace(total, "").replace(second, ""))
    assert (value.level, len(value.units)) == (Level.STATION, 1)
    assert value.total.same(value.votes)


def test_a_510b_without_total_is_refused() -> None:
    total = GOOD[GOOD.index("<TotalVotes>") : GOOD.index("</TotalVotes>") + len("</TotalVotes>")]
    assert refused(GOOD.replace(total, ""))[1] == "no TotalVotes"


INVESTIGATED = (
    '<kr:ReportingUnitInvestigations><kr:Investigation ReasonCode="uitslag gecorrigeerd">{}</kr:Investigation>'
    "</kr:ReportingUnitInvestigations>"
)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("0", False), ("false", False), ("1", True)])
def test_an_investigation_is_answered_yes_or_no(text: str, value: bool) -> None:
    found = count_of(_in_unit(GOOD, "</ReportingUnitVotes>", INVESTIGATED.format(text) + "</ReportingUnitVotes>"))
    assert [(one.unit, one.reason, one.value) for one in found.investigations] == [(0, "uitslag gecorrigeerd", value)]
    assert found.notes == count_of(GOOD).notes


def test_an_investigation_in_front_is_noted() -> None:
    moved = _in_unit(GOOD, "</ReportingUnitIdentifier>", "</ReportingUnitIdentifier>" + INVESTIGATED.format("true"))
    assert notes(moved) == ["elements in another order than in the specification"]
    assert len(count_of(moved).investigations) == 1


NEWER = GOOD.replace("<kr:CreationDateTime>", '<kr:Schema Version="1.3"></kr:Schema><kr:CreationDateTime>')


def test_version_method_and_phase_of_1_3_are_read() -> None:
    text = NEWER.replace(
        "<Count>", '<Count><kr:CountingMethod MethodCode="centrale stemopneming"></kr:CountingMethod>'
    ).replace("</EventIdentifier>", '</EventIdentifier><kr:Phase PhaseCode="corrigendum"></kr:Phase>')
    value = count_of(text)
    assert (value.version, value.counting_method, value.phase) == ("1.3", "centrale stemopneming", "corrigendum")
    assert value.strict


def test_elements_of_1_3_in_an_older_file_are_noted() -> None:
    text = GOOD.replace("</EventIdentifier>", '</EventIdentifier><kr:Phase PhaseCode="corrigendum"></kr:Phase>')
    assert notes(text) == ["element of EML_NL 1.3 in an older message"]


@pytest.mark.parametrize("word", ["Initial", "Previous"])
def test_values_before_a_correction_are_kept(word: str) -> None:
    text = _in_unit(NEWER, "<ValidVotes>", f"<kr:{word}ValidVotes>41</kr:{word}ValidVotes><ValidVotes>")
    text = _in_unit(text, "<Cast>", f"<kr:{word}Cast>7</kr:{word}Cast><Cast>")
    text = _in_unit(
        text, "<RejectedVotes", f'<kr:{word}RejectedVotes ReasonCode="blanco">3</kr:{word}RejectedVotes><RejectedVotes'
    )
    assert count_of(text).corrections == (
        Correction(0, None, 1, None, 41),
        Correction(0, Figure.CAST, None, None, 7),
        Correction(0, Figure.BLANK, None, None, 3),
    )


DISTRICTS = """<EML xmlns="urn:oasis:names:tc:evs:schema:eml" xmlns:kr="http://www.kiesraad.nl/extensions"
 Id="510d" SchemaVersion="5"><TransactionId>1</TransactionId>
<ManagingAuthority><AuthorityIdentifier Id="CSB">De Kiesraad</AuthorityIdentifier><AuthorityAddress/></ManagingAuthority>
<kr:CreationDateTime>2030-03-21T15:00:00</kr:CreationDateTime><Count><EventIdentifier/><Election>
<ElectionIdentifier Id="TK2030"><ElectionCategory>TK</ElectionCategory><kr:ElectionDate>2030-03-20</kr:ElectionDate>
</ElectionIdentifier><Contests><Contest><ContestIdentifier Id="alle"/>
<TotalVotes>{x}{a}{b}{y}{c}<Cast>1</Cast><TotalCounted>1</TotalCounted>{r}</TotalVotes>
<ReportingUnitVotes><ReportingUnitIdentifier Id="HSB1">Kieskring Een</ReportingUnitIdentifier>
{x}{b1}{a2}<Cast>1</Cast><TotalCounted>1</TotalCounted>{r}</ReportingUnitVotes></Contest></Contests></Election></Count></EML>"""


def _selection(of: str, votes: int) -> str:
    return f"<Selection>{of}<ValidVotes>{votes}</ValidVotes></Selection>"


def _list(number: int) -> str:
    return f'<AffiliationIdentifier Id="{number}"><RegisteredName>L{number}</RegisteredName></AffiliationIdentifier>'


def _person(attributes: str) -> str:
    return f"<Candidate><CandidateIdentifier {attributes}/></Candidate>"


PARTS = {
    "x": _selection(_list(1), 30),
    "y": _selection(_list(2), 4),
    "a": _selection(_person('ShortCode="ProefA"'), 25),
    "b": _selection(_person('ShortCode="TestBC"'), 5),
    "c": _selection(_person('ShortCode="Derde"'), 4),
    "b1": _selection(_person('Id="1" ShortCode="TestBC"'), 6),
    "a2": _selection(_person('Id="2" ShortCode="ProefA"'), 24),
    "r": '<RejectedVotes ReasonCode="blanco">0</RejectedVotes><RejectedVotes ReasonCode="ongeldig">0</RejectedVotes>',
}


def test_a_total_over_districts_is_read_by_short_code() -> None:
    value = count_of(DISTRICTS.format(**PARTS))
    assert value.total.candidates.tolist() == [[25, 5, 4]]
    assert value.votes.candidates.tolist() == [[24, 6, 0]]
    assert value.votes.candidates_reported.tolist() == [[True, True, False]]
    assert value.votes.lists_reported.tolist() == [[True, False]]
    assert value.positions is not None
    assert value.positions.tolist() == [[2, 1, 0]]


def test_a_short_code_that_the_total_lacks_is_refused() -> None:
    parts = PARTS | {"a2": _selection(_person('Id="2" ShortCode="Niemand"'), 24)}
    assert "C-23" in refused(DISTRICTS.format(**parts))[1]


def test_a_short_code_twice_in_a_district_is_refused() -> None:
    parts = PARTS | {"a2": PARTS["b1"]}
    assert refused(DISTRICTS.format(**parts))[0] == "E-EML-DUPLICATE"


@pytest.mark.parametrize("identifier", ["", "?"])
def test_a_candidate_with_an_impossible_key_is_refused_in_a_district(identifier: str) -> None:
    parts = PARTS | {"a2": _selection(_person(f'Id="{identifier}"'), 24)}
    assert refused(DISTRICTS.format(**parts))[0] == "E-XML-SCHEMA"


@pytest.mark.parametrize("data", ["", "   ", "{}", "PK\x03\x04", "<html></html>", "a;b;c\n1;2;3\n"])
def test_what_is_no_results_file_is_said(data: str) -> None:
    assert isinstance(read(data), NoResults)
