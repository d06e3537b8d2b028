"""Steps 14 to 16: what the content of a delivery must be (security.md 3.12, 3.17; attacks 66 to 68, 72, 73, 128)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.dossier.house import MemoryHouse, Sender, Sent, code_of, count, csv, eml, with_election
from waarmerk.dossier.content import check_meaning
from waarmerk.dossier.stream import Stream
from waarmerk.formats import write_510
from waarmerk.seal.manifest import compose
from waarmerk.seal.receipt import Verdict


@pytest.fixture
def house() -> MemoryHouse:
    return MemoryHouse()


@pytest.fixture
def city() -> Sender:
    return Sender()


def verdicts(house: MemoryHouse, sent: Sent) -> list[str]:
    """What was said about a delivery, and with which code."""
    return [f"{said.verdict} {' '.join(said.codes)}".strip() for said in house.receipts(sent)]


def refused(house: MemoryHouse, sent: Sent) -> str:
    """Receive, and return the code of the second receipt: the number stays used up."""
    assert house.take(sent).receipt.verdict is Verdict.RECEIVED
    first, second = house.receipts(sent)
    assert (first.verdict, second.verdict, house.word(sent)) == (Verdict.RECEIVED, Verdict.REJECTED, "rejected")
    assert house.stream().sequence == sent.manifest.sequence
    assert house.stream().current != sent.manifest.sha256
    return second.codes[0]


def test_a_good_result_is_received_and_becomes_the_current_one(house: MemoryHouse, city: Sender) -> None:
    sent = city.send()
    house.take(sent)
    assert verdicts(house, sent) == ["received"]
    assert house.stream().current == sent.manifest.sha256


def test_attack_68_after_a_refused_content_the_next_number_is_received(house: MemoryHouse, city: Sender) -> None:
    assert refused(house, city.send(files={"eml-510b": b"<EML/>"})).startswith("E-")
    good = city.send()
    house.take(good)
    assert verdicts(house, good) == ["received"]
    assert house.stream().current == good.manifest.sha256


def test_attack_67_a_second_result_is_refused(house: MemoryHouse, city: Sender) -> None:
    first = city.send()
    house.take(first)
    assert refused(house, city.send()) == "E-SEM-EXISTS"
    assert house.stream().current == first.manifest.sha256


def test_attack_66_a_correction_names_the_current_result(house: MemoryHouse, city: Sender) -> None:
    one = city.send()
    house.take(one)
    two = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount")
    house.take(two)
    stale = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", session=2)
    assert refused(house, stale) == "E-SEM-SUPERSEDES"
    assert house.stream().current == two.manifest.sha256


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("corrigendum", {"supersedes": "1" * 64, "reason": "recount"}, "E-SEM-SUPERSEDES"),
        ("corrigendum", {"reason": "recount"}, "E-SEM-SUPERSEDES"),
        ("withdrawal", {"supersedes": "1" * 64, "reason": "wrong_file"}, "E-SEM-SUPERSEDES"),
        ("corrigendum", {"supersedes": "1" * 64}, "E-SEM-REASON"),
        ("result", {"reason": "recount"}, "E-SEM-REASON"),
        ("result", {"supersedes": "1" * 64}, "E-SEM-SUPERSEDES"),
    ],
)
def test_without_a_current_result_nothing_is_replaced(
    house: MemoryHouse, city: Sender, kind: str, said: dict[str, Any], code: str
) -> None:
    assert refused(house, city.send(kind, **said)) == code


def test_a_correction_is_not_of_an_earlier_sitting(house: MemoryHouse, city: Sender) -> None:
    one = city.send(session=3)
    house.take(one)
    earlier = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", session=2)
    assert refused(house, earlier) == "E-SEM-SESSION"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"csv-osv4-3": csv()}, "E-FIL-REQUIRED"),
        ({"note": b"no count"}, "E-FIL-REQUIRED"),
        ({"eml-510b": eml(), "answer": b"{}"}, "E-FIL-ROLE"),
        ({"eml-510b": eml(), "eml-230b": b"<EML/>"}, "E-FIL-ROLE"),
        ({"eml-510b": eml(authority="0363")}, "E-EML-AUTHORITY"),
        ({"eml-510b": eml(election="TK2029")}, "E-EML-ELECTION"),
        ({"eml-510b": eml().replace(b'Id="510b"', b'Id="510d"', 1)}, "E-EML-TYPE"),
        ({"eml-510b": csv()}, "E-EML-TYPE"),
        ({"eml-510b": eml().replace(b"</EML>", b"<!-- x --></EML>")}, "E-XML-COMMENT"),
        ({"eml-510b": b"<!DOCTYPE EML [<!ENTITY a 'b'>]><EML/>"}, "E-XML-DTD"),
        ({"eml-510b": eml()[:-9]}, "E-XML-WELLFORMED"),
        ({"eml-510b": eml(), "csv-osv4-3": csv(2)}, "E-EML-CSV"),
        ({"eml-510b": eml(), "csv-osv4-3": csv().replace(b"Lijst 1", b"Lijst\0", 1)}, "E-CSV-NUL"),
        ({"eml-510b": eml(), "csv-osv4-3": eml()}, "E-EML-TYPE"),
    ],
)
def test_content_that_cannot_be_used(house: MemoryHouse, city: Sender, files: dict[str, bytes], code: str) -> None:
    assert refused(house, city.send(files=files)) == code


def test_a_result_has_one_count_so_that_what_is_examined_is_what_is_compared_with_paper(city: Sender) -> None:
    fields = json.loads(city.draft().data)
    second = {**fields["files"][0], "name": "telling2.eml.xml", "sha256": "2" * 64}
    both = compose({**fields, "files": [*fields["files"], second]})
    assert code_of(check_meaning, both, Stream()) == "E-FIL-REQUIRED"


def test_attack_128_a_csv_that_differs_in_one_cell_is_refused(house: MemoryHouse, city: Sender) -> None:
    made = count()
    votes = made.votes.candidates.copy()
    votes[0, 0] += 1
    changed = replace(made, votes=replace(made.votes, candidates=votes))
    sent = city.send(files={"eml-510b": b"".join(write_510(changed)), "csv-osv4-3": csv()})
    assert refused(house, sent) == "E-EML-CSV"


def test_a_csv_with_the_same_figures_is_taken(house: MemoryHouse, city: Sender) -> None:
    sent = city.send(files={"eml-510b": eml(), "csv-osv4-3": csv()})
    house.take(sent)
    assert verdicts(house, sent) == ["received"]


def test_a_result_says_that_it_was_compared_with_no_definition(house: MemoryHouse, city: Sender) -> None:
    sent = city.send()
    house.take(sent)
    examination = getattr(house.state(sent), "examination", None)
    assert examination is not None
    assert examination.notice >= 1


def test_sums_that_differ_are_findings_and_no_refusal(house: MemoryHouse, city: Sender) -> None:
    made = count()
    votes = made.votes.candidates.copy()
    votes[0, 0] += 1
    changed = replace(made, votes=replace(made.votes, candidates=votes))
    sent = city.send(files={"eml-510b": b"".join(write_510(changed))})
    house.take(sent)
    assert verdicts(house, sent) == ["received"]
    assert getattr(house.state(sent), "examination").error > 0  # noqa: B009


def test_other_elections_of_the_list_are_other_streams(city: Sender) -> None:
    assert with_election(count(), "TK2029").election.id == "TK2029"
    assert city.draft(election="TK2029").stream != city.draft().stream
