"""What is written of totals and results: valid, canonical, and read back as it was."""

import io
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tests.simulate.test_election import is_valid
from waarmerk import formats
from waarmerk.election.count import Count
from waarmerk.election.lists import by_contest
from waarmerk.election.result import Result as PublishedResult
from waarmerk.errors import BadData, WrongUse
from waarmerk.formats.write_districts import write_510_over_districts
from waarmerk.formats.write_results import write_520
from waarmerk.simulate.election import CREATED, KINDS, Election, election
from waarmerk.tabulation.add_up import Part
from waarmerk.tabulation.climb import Climb, climb
from waarmerk.tabulation.difference import difference
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.published import published
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded


@cache
def made(kind: str) -> tuple[Election, Climb]:
    whole = election(KINDS[kind], 6)
    parts = [Part(count, str(count.authority_id)) for count in whole.counts]
    return whole, climb(bodies(whole.definition), parts, by_contest(whole.lists), CREATED)


def written(count: Count) -> bytes:
    return b"".join(formats.write_510(count) if count.positions is None else write_510_over_districts(count))


def result_of(kind: str) -> PublishedResult:
    whole, found = made(kind)
    assert found.top is not None
    count = found.top.count
    draws: list[Draw] = []
    while isinstance(
        result := establish(rules_for(KINDS[kind].category, KINDS[kind].seats), parties_of(count), draws), LotNeeded
    ):
        draws.append(Draw(result.question.options, result.question.options[0]))
    assert isinstance(result, Result)
    return published(result, count, by_contest(whole.lists), CREATED)


def validate(data: bytes, schema: Path, kind: str) -> None:
    tree = etree.fromstring(data)
    xsd = etree.XMLSchema(etree.parse(str(schema)))
    assert is_valid(tree, xsd, kind), xsd.error_log.last_error
    assert etree.tostring(tree, method="c14n", with_comments=True) == data


@pytest.mark.parametrize("kind", KINDS)
def test_every_total_is_valid_and_canonical(kind: str, data: Path) -> None:
    for tabulation in made(kind)[1].tabulations.values():
        validate(written(tabulation.count), data / "eml-nl-xsd" / "510-count-kiesraad-strict.xsd", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_total_is_read_back_as_it_was(kind: str) -> None:
    for tabulation in made(kind)[1].tabulations.values():
        back = formats.read(io.BytesIO(written(tabulation.count)))
        assert isinstance(back, Count)
        assert difference(tabulation.count, back).same
        assert (back.positions is None) == (tabulation.count.positions is None)


def test_places_in_districts_are_read_back() -> None:
    top = made("TK")[1].top
    assert top is not None
    back = formats.read(io.BytesIO(written(top.count)))
    assert isinstance(back, Count)
    assert back.positions is not None
    assert top.count.positions is not None
    assert (back.positions == top.count.positions).all()


def test_a_total_over_districts_has_short_codes_only_and_its_districts_have_both() -> None:
    top = made("TK")[1].top
    assert top is not None
    data = written(top.count)
    total, _, units = data.partition(b"</TotalVotes>")
    assert b'<CandidateIdentifier Id="' not in total
    assert b'<CandidateIdentifier Id="1" ShortCode="' in units


@pytest.mark.parametrize("kind", KINDS)
def test_every_result_is_valid_canonical_and_read_back(kind: str, data: Path) -> None:
    result = result_of(kind)
    document = write_520(result)
    validate(document, data / "eml-nl-xsd" / "520-result-kiesraad-strict.xsd", kind)
    back = formats.read(io.BytesIO(document))
    assert isinstance(back, PublishedResult)
    assert back.lists == result.lists


def test_the_elected_stand_in_the_order_of_their_seats_with_preference_first() -> None:
    for lst in result_of("TK").lists:
        assert [person.order for person in lst.elected] == list(range(1, len(lst.elected) + 1))
        rankings = [person.ranking for person in lst.elected]
        assert rankings == sorted(rankings, key=lambda ranking: ranking or 0)


def test_a_result_names_the_person_of_the_right_district() -> None:
    whole, found = made("TK")
    assert found.top is not None
    count = found.top.count
    codes = {c.short_code: c.name for lst in count.ballot.lists for c in lst.candidates}
    for lst in result_of("TK").lists:
        assert [person.person.display for person in lst.elected] == [codes[p.short_code] for p in lst.elected]
    assert whole.lists


def test_without_candidate_lists_no_result_is_made() -> None:
    _, found = made("GR2")
    assert found.top is not None
    result = establish(rules_for("GR", 25), parties_of(found.top.count))
    assert isinstance(result, Result)
    with pytest.raises(BadData) as raised:
        published(result, found.top.count, {}, CREATED)
    assert raised.value.code == "E-TAB-NAMES"


def test_nobody_elected_cannot_be_written() -> None:
    result = result_of("GR1")
    with pytest.raises(WrongUse):
        write_520(PublishedResult(result.head, result.contest_id, result.contest_name, ()))
