"""110a, 110b, 230b, 230c and 520: what is kept, what is noted, what is refused."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.formats.test_writers import _definition, _lists
from waarmerk import formats
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists
from waarmerk.election.places import PollingPlaces
from waarmerk.election.result import Result
from waarmerk.errors import Rejection

LISTS = formats.write_230b(_lists(["Proef", "Blanco"], "Dorp Vooruit")).decode()
DEFINITION = formats.write_110a(_definition("Voorbeeldland", ["Een"])).decode()
HEAD = LISTS[: LISTS.index("<CandidateList>")]
ELECTION = LISTS[LISTS.index("<ElectionIdentifier") : LISTS.index("</ElectionIdentifier>")] + "</ElectionIdentifier>"
ELECTION = ELECTION.replace("<kr:NominationDate>2030-02-04</kr:NominationDate>", "")
NAME = '<xnl:PersonName><xnl:NameLine NameType="Initials">A.</xnl:NameLine><xnl:FirstName></xnl:FirstName>'
NAME += "<xnl:NamePrefix></xnl:NamePrefix><xnl:LastName>Proef</xnl:LastName></xnl:PersonName>"
PLACE = "<QualifyingAddress><xal:Locality><xal:LocalityName>Dam</xal:LocalityName></xal:Locality></QualifyingAddress>"


def read(text: str) -> object:
    return formats.read(io.BytesIO(text.encode()))


def lists_of(text: str) -> CandidateLists:
    value = read(text)
    assert isinstance(value, CandidateLists), value
    return value


def code(text: str) -> str:
    value = read(text)
    return value.code if isinstance(value, Rejection) else type(value).__name__


def test_of_a_230c_only_names_are_kept() -> None:
    private = (
        '<Agent Role="H10"><AgentIdentifier><AgentName><xnl:X/></AgentName></AgentIdentifier></Agent>'
        "<kr:NationalIdentificationNumber>123456782</kr:NationalIdentificationNumber>"
    )
    text = LISTS.replace('Id="230b"', 'Id="230c"').replace("<Gender>", "<DateOfBirth>1970-01-01</DateOfBirth><Gender>")
    value = lists_of(text.replace("</QualifyingAddress></Candidate>", f"</QualifyingAddress>{private}</Candidate>"))
    persons = [candidate.person for one in value.contests[0].lists for candidate in one.candidates]
    assert {person.last_name for person in persons} == {"Proef", "Blanco"}
    assert {(person.gender, person.locality, person.country) for person in persons} == {(None, None, None)}
    assert "123456782" not in repr(value)
    assert "1970" not in repr(value)


def test_names_in_other_namespaces_are_read_and_noted() -> None:
    text = LISTS.replace("xmlns:xnl=", "xmlns:other=").replace("xnl:", "other:")
    text = text.replace("urn:oasis:names:tc:ciq:xsdschema:xNL:2.0", "urn:elsewhere")
    value = lists_of(text)
    assert value.contests[0].lists[0].candidates[0].person.last_name == "Proef"
    assert "name or address element in another namespace" in [note.text for note in value.head.notes]


def test_what_osv_puts_before_the_list_data_is_passed_over_and_noted() -> None:
    inside = '<rg:X xmlns:rg="http://www.kiesraad.nl/reportgenerator"><rg:Y></rg:Y></rg:X><kr:ListData '
    value = lists_of(LISTS.replace("<kr:ListData ", inside))
    assert "foreign content, not read" in [note.text for note in value.head.notes]


def test_gender_of_1_3_is_read() -> None:
    newer = LISTS.replace("Gender>", "kr:GenderAnnex>").replace(
        "<kr:Creation", '<kr:Schema Version="1.3"></kr:Schema><kr:Creation'
    )
    value = lists_of(newer)
    assert (value.head.version, value.contests[0].lists[0].candidates[0].person.gender) == ("1.3", "female")
    assert not value.head.notes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('<AffiliationIdentifier Id="7">', '<AffiliationIdentifier Id="1">', "E-EML-DUPLICATE"),
        ('<AffiliationIdentifier Id="1">', '<AffiliationIdentifier Id="9">', "E-XML-SCHEMA"),
        ('<AffiliationIdentifier Id="1">', "<AffiliationIdentifier>", "E-XML-SCHEMA"),
        ('<CandidateIdentifier Id="3">', '<CandidateIdentifier Id="1">', "E-EML-DUPLICATE"),
        ('<CandidateIdentifier Id="3">', '<CandidateIdentifier Id="x">', "E-XML-SCHEMA"),
        ("<Candidate>", "<Candidate><!-- x -->", "E-XML-COMMENT"),
        ("<CandidateList>", "<CandidateList><Count></Count>", "E-XML-SCHEMA"),
    ],
)
def test_lists_that_cannot_be_placed_are_refused(old: str, new: str, expected: str) -> None:
    assert code(LISTS.replace(old, new)) == expected


@pytest.mark.parametrize("tag", ["kr:NumberOfSeats", "kr:PreferenceThreshold"])
@pytest.mark.parametrize("text", ["", "x", "-1", "09"])
def test_seats_and_threshold_are_numbers(tag: str, text: str) -> None:
    start, end = DEFINITION.index(f"<{tag}>") + len(tag) + 2, DEFINITION.index(f"</{tag}>")
    assert code(DEFINITION[:start] + text + DEFINITION[end:]) == "E-XML-NUMBER"


@pytest.mark.parametrize("voters", ["", "90"])
def test_eligible_voters_of_a_definition_may_be_empty(voters: str) -> None:
    value = read(DEFINITION.replace("<MaxVotes></MaxVotes>", f"<MaxVotes>{voters}</MaxVotes>"))
    assert isinstance(value, ElectionDefinition)
    assert value.max_votes == (int(voters) if voters else None)


PLACES = f"""{HEAD.replace('Id="230b"', 'Id="110b"')}<ElectionEvent><EventIdentifier></EventIdentifier><Election>{ELECTION}
<Contest><ContestIdentifier Id="geen"></ContestIdentifier>
<ReportingUnit><ReportingUnitIdentifier Id="9987">Dam</ReportingUnitIdentifier></ReportingUnit>
<VotingMethod>SPV</VotingMethod><MaxVotes>90</MaxVotes>
<PollingPlace Channel="polling"><PhysicalLocation><Address><Locality><xal:LocalityName>Dorpshuis</xal:LocalityName></Locality>
<sb:Location xmlns:sb="http://www.kiesraad.nl/sb-extensions"><sb:StreetName>Dorpsstraat</sb:StreetName></sb:Location></Address>
<PollingStation Id="1">50</PollingStation><kr:ReportingUnitType>Mobile</kr:ReportingUnitType></PhysicalLocation></PollingPlace>
<PollingPlace Channel="postal"><PhysicalLocation><Address><xal:Address>Kerkplein 1</xal:Address></Address>
<PollingStation Id="2">40</PollingStation></PhysicalLocation></PollingPlace></Contest></Election></ElectionEvent></EML>"""


def test_polling_places_of_both_versions_are_read() -> None:
    value = read(PLACES)
    assert isinstance(value, PollingPlaces)
    assert [(place.number, place.name, place.voters, place.channel, place.kind) for place in value.places] == [
        ("1", "Dorpshuis", 50, "polling", "Mobile"),
        ("2", "Kerkplein 1", 40, "postal", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('PollingStation Id="2"', 'PollingStation Id="1"', "E-EML-DUPLICATE"),
        (">40<", "><", "E-XML-NUMBER"),
        (">90<", ">veel<", "E-XML-NUMBER"),
        ("</ElectionEvent>", f"<Election>{ELECTION}</Election></ElectionEvent>", "E-XML-SCHEMA"),
    ],
)
def test_polling_places_that_cannot_be_placed_are_refused(old: str, new: str, expected: str) -> None:
    assert code(PLACES.replace(old, new)) == expected


RESULT = f"""{HEAD.replace('Id="230b"', 'Id="520"')}<Result><Election>{ELECTION}<Contest><ContestIdentifier Id="geen"/>
<Selection><AffiliationIdentifier Id="1"><RegisteredName>Een</RegisteredName></AffiliationIdentifier>
<Elected>yes</Elected></Selection>
<Selection><Candidate><CandidateIdentifier Id="1" ShortCode="ProefA"/>
<CandidateFullName>{NAME}</CandidateFullName>{PLACE}</Candidate>
<Ranking>2</Ranking><Elected>yes</Elected></Selection></Contest></Election></Result></EML>"""


def test_empty_parts_of_a_name_are_absent() -> None:
    value = read(RESULT)
    assert isinstance(value, Result)
    (one,) = value.lists[0].elected
    assert (one.person.first_name, one.person.prefix, one.person.display) == (None, None, "Proef, A.")
    assert (one.short_code, one.ranking, one.order) == ("ProefA", 2, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('<CandidateIdentifier Id="1"', "<CandidateIdentifier", "E-XML-SCHEMA"),
        ("<AffiliationIdentifier", "<Unknown></Unknown><AffiliationIdentifier", "E-XML-SCHEMA"),
        ("<Ranking>", "<Votes>007</Votes><Ranking>", "E-XML-NUMBER"),
    ],
)
def test_results_that_cannot_be_placed_are_refused(old: str, new: str, expected: str) -> None:
    assert code(RESULT.replace(old, new)) == expected


def test_an_unknown_ranking_is_noted() -> None:
    value = read(RESULT.replace("<Ranking>2", "<Ranking>3"))
    assert isinstance(value, Result)
    assert "Ranking is neither 1 nor 2" in [note.text for note in value.head.notes]


def test_roman_numerals_name_the_districts_of_limburg() -> None:
    definition = _definition("Voorbeeldland", [])
    region = replace(definition.regions[0], number="4", roman_numerals=True)
    assert (region.contest_id, replace(region, roman_numerals=None).contest_id) == ("IV", "4")
