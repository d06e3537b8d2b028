"""Hostile XML: the cases 74 to 83 of the list of adversarial tests, each refused by its code and at its place."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest

from tests.formats.invented import count
from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.errors import Rejection
from waarmerk.formats import xmlstream

GOOD = b"".join(formats.write_510(count())).decode()
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


def read(data: bytes | str) -> object:
    return formats.read(io.BytesIO(data.encode() if isinstance(data, str) else data), "x.xml")


def code(data: bytes | str) -> str:
    value = read(data)
    return value.code if isinstance(value, Rejection) else type(value).__name__


def with_votes(text: str) -> str:
    place = GOOD.index("<ValidVotes>") + len("<ValidVotes>")
    return GOOD[:place] + text + GOOD[GOOD.index("</ValidVotes>") :]


def test_the_sample_is_good() -> None:
    assert code(GOOD) == "Count"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE EML [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE EML [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        '<!DOCTYPE EML SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE EML [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        "<!DOCTYPE EML>",
        "<!DOCTYPE EML [" + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)) + "]>",
        f'<!DOCTYPE EML [<!ENTITY q "{"q" * 50_000}">]>',
    ],
    ids=["74-file", "74-http", "74-external-dtd", "74-parameter", "74-bare", "75-laughs", "75-quadratic"],
)
def test_74_75_a_doctype_is_refused(doctype: str) -> None:
    assert code(doctype + GOOD) == "E-XML-DTD"


def test_74_an_entity_that_nobody_declared_is_refused() -> None:
    assert code(with_votes("&x;")) == "E-XML-WELLFORMED"


def _foreign(markup: str) -> str:
    return GOOD.replace("</Count>", markup + "</Count>")


HUGE = {
    "depth": _foreign('<x xmlns="urn:x">' * 100_000),
    "attributes": GOOD.replace("<Count>", "<Count " + " ".join(f'a{i}="1"' for i in range(200_000)) + ">"),
    "attribute": GOOD.replace('Id="9987::SB1"', f'Id="{"9" * 11_000_000}"'),
    "text": with_votes("1" * 11_000_000),
    "blanks": GOOD.replace("<Contests>", "<Contests>" + " " * 11_000_000),
    "namespaces": GOOD.replace("<Count>", "<Count " + " ".join(f'xmlns:n{i}="urn:{i}"' for i in range(50_000)) + ">"),
    "17-attributes": GOOD.replace("<Count>", "<Count " + " ".join(f'a{i}="1"' for i in range(17)) + ">"),
    "long-attribute": GOOD.replace('Id="9987::SB1"', f'Id="{"9" * 5000}"'),
}


@pytest.mark.parametrize("case", HUGE)
def test_76_what_is_too_large_is_refused_at_once(case: str) -> None:
    data = HUGE[case].encode()
    tracemalloc.start()
    began = time.process_time()
    found = code(data)
    used = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == "E-XML-LIMIT"
    assert used < 1
    assert peak < 100 * 1024 * 1024


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-be"),
        GOOD.encode("utf-32"),
        ('<?xml version="1.0" encoding="UTF-7"?>' + GOOD).encode(),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD).encode("latin-1", "replace"),
        ("<?xml version='1.0' encoding='windows-1252'?>" + GOOD).encode(),
        ('<?xml version="1.1"?>' + GOOD).encode(),
        (DECLARED + GOOD).encode("cp037"),
    ],
    ids=["utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "xml-1.1", "ebcdic"],
)
def test_77_other_encodings_are_refused(data: bytes) -> None:
    assert code(data) == "E-XML-ENCODING"


def test_77_a_byte_order_mark_is_noted() -> None:
    value = read(b"\xef\xbb\xbf" + GOOD.encode())
    assert isinstance(value, Count)
    assert any("byte-order mark" in note.text for note in value.notes)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("12<!-- -->34", "E-XML-COMMENT"),
        ("<![CDATA[12]]>", "E-XML-COMMENT"),
        ("12<?x y?>", "E-XML-PI"),
        ("1<b/>2", "E-XML-SCHEMA"),
    ],
)
def test_78_a_number_is_one_text(inside: str, expected: str) -> None:
    assert code(with_votes(inside)) == expected


@pytest.mark.parametrize("place", ["<Count>", "<Contests>", "<ManagingAuthority>", "<TotalVotes>"])
def test_78_a_comment_in_the_payload_or_header_is_refused(place: str) -> None:
    assert code(GOOD.replace(place, place + "<!-- x -->")) == "E-XML-COMMENT"


def test_78_a_comment_behind_the_root_is_refused() -> None:
    assert code(GOOD + "<!-- x -->") == "E-XML-COMMENT"


@pytest.mark.parametrize("data", ["<!-- x -->" + GOOD, GOOD.replace("<TransactionId>", "<!-- x --><TransactionId>")])
def test_78_a_comment_before_or_below_the_root_is_noted(data: str) -> None:
    value = read(data)
    assert isinstance(value, Count)
    assert "comment" in [note.text for note in value.notes]


@pytest.mark.parametrize(
    "text",
    ["007", "1e3", "-1", "+1", " 12", "12 ", "1 2", "１２", "1000000000", str(2**63), "", "1_20", "0x1", "1.0", "٣"],
)
def test_79_a_number_has_one_form(text: str) -> None:
    assert code(with_votes(text)) == "E-XML-NUMBER"


def test_79_the_largest_number_is_read() -> None:
    assert code(with_votes("999999999")) == "Count"


@pytest.mark.parametrize(
    "data",
    [
        GOOD + GOOD,
        GOOD + "junk",
        GOOD.replace("<Cast>", "<Cast>\0"),
        GOOD.encode().replace(b"<Cast>", b"<Cast>\xff"),
        GOOD.replace("<Cast>", "<Cast>\x01"),
        GOOD.replace("<EML ", '<EML Id="510b" '),
        GOOD[:-10],
        "<",
    ],
    ids=["two-roots", "trailing", "nul", "utf-8", "control", "attribute-twice", "truncated", "one-sign"],
)
def test_80_what_is_not_well_formed_is_refused(data: str | bytes) -> None:
    assert code(data) == "E-XML-WELLFORMED"


@pytest.mark.parametrize(
    "markup",
    [
        "<Unknown></Unknown>",
        "<kr:Unknown></kr:Unknown>",
        '<Cast xmlns="urn:x">1</Cast>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"></xi:include>',
    ],
)
def test_81_an_unknown_element_is_refused(markup: str) -> None:
    assert code(GOOD.replace("<Contests>", markup + "<Contests>")) == "E-XML-SCHEMA"


def test_81_foreign_content_at_the_end_is_noted_and_not_read() -> None:
    value = read(_foreign('<x xmlns="urn:x"><ValidVotes>7</ValidVotes></x>'))
    assert isinstance(value, Count)
    assert [note.text for note in value.notes][-2:] == [
        "declaration of a foreign namespace",
        "foreign content, not read",
    ]


def test_81_foreign_content_before_the_election_is_refused() -> None:
    assert code(GOOD.replace("<Count>", '<Count><x xmlns="urn:x"></x>')) == "E-XML-SCHEMA"


def test_81_a_schema_location_is_ignored() -> None:
    location = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"'
    )
    value = read(GOOD.replace("<EML ", f"<EML {location} "))
    assert isinstance(value, Count)
    assert [note.text for note in value.notes if "canonical" not in note.text] == []


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace("9987::SB2", "9987::SB1"),
        GOOD.replace('<CandidateIdentifier Id="2">', '<CandidateIdentifier Id="1">'),
        GOOD.replace('<AffiliationIdentifier Id="3">', '<AffiliationIdentifier Id="1">'),
    ],
    ids=["station", "candidate", "list"],
)
def test_82_the_same_thing_twice_is_refused(data: str) -> None:
    assert code(data) == "E-EML-DUPLICATE"


def test_83_a_station_without_end_is_refused_early() -> None:
    start, end = GOOD.index("<ReportingUnitVotes>"), GOOD.index("</ReportingUnitVotes>") + len("</ReportingUnitVotes>")
    data = (GOOD[:start] + GOOD[start:end] * 20_000 + GOOD[end:]).encode()
    began = time.process_time()
    assert code(data) == "E-EML-DUPLICATE"
    assert time.process_time() - began < 2


MANY = {
    "foreign-names": _foreign('<x xmlns="urn:x">' + "".join(f"<a{i}/>" for i in range(100_000)) + "</x>"),
    "foreign-attributes": _foreign('<x xmlns="urn:x">' + "".join(f'<a b{i}=""/>' for i in range(100_000)) + "</x>"),
    "unread-names": GOOD.replace(
        "<AuthorityAddress>", "<AuthorityAddress>" + "".join(f"<a{i}></a{i}>" for i in range(100_000))
    ),
    "namespaces": _foreign('<x xmlns="urn:x">' + "".join(f'<a xmlns="urn:{i}"/>' for i in range(100_000)) + "</x>"),
    "candidates": GOOD.replace(
        "<Cast>",
        "".join(
            f'<Selection><Candidate><CandidateIdentifier Id="{i}"/></Candidate><ValidVotes>0</ValidVotes></Selection>'
            for i in range(10, 30_000)
        )
        + "<Cast>",
        1,
    ),
}


@pytest.mark.parametrize("case", MANY)
def test_76_too_many_of_anything_is_refused_in_bounded_memory(case: str) -> None:
    data = MANY[case].encode()
    tracemalloc.start()
    found = code(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == "E-XML-LIMIT"
    assert peak < 100 * 1024 * 1024


def test_76_a_file_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    for room, found in ((len(GOOD.encode()), "Count"), (len(GOOD.encode()) - 1, "E-XML-LIMIT")):
        monkeypatch.setattr(xmlstream, "MAX_BYTES", room)
        assert code(GOOD) == found


@pytest.mark.parametrize(("size", "found"), [(60_000, "E-XML-WELLFORMED"), (1_000_000, "E-XML-LIMIT")])
def test_76_a_tag_that_does_not_end_is_not_waited_for(size: int, found: str) -> None:
    assert code(GOOD.replace("</Count>", "<x " + "a" * size)[: GOOD.index("</Count>") + size]) == found


@pytest.mark.parametrize(
    ("different", "found"), [(50, "Count"), (xmlstream.MAX_NAMESPACES + 1, "E-XML-LIMIT")], ids=["some", "many"]
)
def test_76_different_namespace_declarations_are_counted_not_repeated_ones(different: int, found: str) -> None:
    declared = "".join(f'<a xmlns:p{i % different}="urn:{i % different}"/>' for i in range(1_000))
    assert code(_foreign(f'<x xmlns="urn:x">{declared}</x>')) == found


def test_83_more_units_than_any_count_has_are_refused() -> None:
    start, end = GOOD.index("<ReportingUnitVotes>"), GOOD.index("</ReportingUnitVotes>") + len("</ReportingUnitVotes>")
    units = "".join(GOOD[start:end].replace("::SB1", f"::SB{place}") for place in range(10, 10_011))
    assert code(GOOD[:start] + units + GOOD[end:]) == "E-XML-LIMIT"


def test_a_refusal_names_the_place() -> None:
    broken = GOOD.replace("</ReportingUnitIdentifier><Selection>", "</ReportingUnitIdentifier>\n<Selection>")
    last = broken.rindex("<ValidVotes>") + len("<ValidVotes>")
    value = read(broken[:last] + "x" + broken[last:])
    assert isinstance(value, Rejection)
    assert value.place.unit == "9987::SB2"
    assert value.place.element == "EML/Count/Election/Contests/Contest/ReportingUnitVotes/Selection/ValidVotes"
    assert value.place.line == 3
    assert value.place.column is not None


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 17, 100])
def test_a_file_that_breaks_off_never_ends_in_a_traceback(size: int) -> None:
    assert code(GOOD.encode()[:size]) in ("E-XML-WELLFORMED", "NoResults")
