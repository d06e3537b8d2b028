import io
from pathlib import Path

import pytest
from lxml import etree

from waarmerk import formats
from waarmerk.election.count import Count, Figure
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import by_contest
from waarmerk.simulate.election import KINDS, election

SCHEMAS = {"110a": "110a-electionevent", "230b": "230-candidatelist", "510b": "510-count"}


def is_valid(tree: etree._Element, schema: etree.XMLSchema, kind: str) -> bool:
    """Whether a document is valid; one of a college in everything but what no schema knows: its category (doubt 4)."""
    valid = bool(schema.validate(tree))
    if kind != "KC":
        return valid
    unknown = ("ElectionCategory", "ElectionIdentifier", "ElectionSubcategory")
    said = [str(error.message) for error in schema.error_log]
    return not valid and all(any(name in message for name in unknown) for message in said)


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_valid_and_reads_back_strict(kind: str, data: Path) -> None:
    schemas = {
        message: etree.XMLSchema(etree.parse(str(data / "eml-nl-xsd" / f"{name}-kiesraad-strict.xsd")))
        for message, name in SCHEMAS.items()
    }
    for name, document in election(KINDS[kind], 2).files():
        tree = etree.fromstring(document)
        schema = schemas[tree.get("Id") or ""]
        assert is_valid(tree, schema, kind), (name, schema.error_log.last_error)
        value = formats.read(io.BytesIO(document))
        if isinstance(value, Count):
            assert value.strict


def test_the_same_seed_makes_the_same_documents() -> None:
    assert list(election(KINDS["TK"], 7).files()) == list(election(KINDS["TK"], 7).files())


def test_scale_multiplies_municipalities() -> None:
    assert len(election(KINDS["AB2"], 1, 3.0).counts) == 3 * len(election(KINDS["AB2"], 1).counts)


def test_lists_differ_per_district_as_in_real_elections() -> None:
    named = by_contest(election(KINDS["TK"], 1).lists)
    numbers = {contest: [lst.number for lst in lists] for contest, lists in named.items()}
    assert numbers["1"] != numbers["2"]
    third = [next(lst for lst in lists if lst.number == 3) for lists in named.values()]
    assert len({tuple(c.person for c in lst.candidates) for lst in third}) == len(third)


def test_a_definition_says_seats_threshold_and_tree() -> None:
    made = election(KINDS["PS2"], 1).definition
    assert isinstance(made, ElectionDefinition)
    assert (made.seats, made.threshold, len(made.of_category("KIESKRING"))) == (47, 25, 2)


def test_for_the_eerste_kamer_members_vote_in_a_meeting_of_their_province_or_college() -> None:
    made = election(KINDS["EK"], 1)
    assert [count.contest_id for count in made.counts] == [str(n) for n in range(1, 17)]
    assert all(20 < count.total.figures[0, Figure.COUNTED] < 90 for count in made.counts)
    assert not any(count.total.figures_reported[0, Figure.VOTER_PASSES] for count in made.counts)
