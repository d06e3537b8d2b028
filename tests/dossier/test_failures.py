"""Power cut at every step: nothing lost, nothing twice, the same receipt (security.md 3.17; attacks 69 and 115)."""

from contextlib import suppress

import pytest

from tests.dossier.house import Injected, MemoryHouse, Sender, eml
from waarmerk.dossier import receive
from waarmerk.dossier.receive import Interrupted

STEPS = ("judge", "extract", "keep", "record", "say", "soon", "examine")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_attack_69_the_sender_repeats_and_gets_the_one_receipt(step: str, moment: str) -> None:
    house, city = MemoryHouse(), Sender()
    sent = city.send()
    house.fail_at, house.moment = step, moment
    with suppress(Injected):
        house.take(sent)
    kept = {receipt.sha256 for receipts in house.dossier().receipts.values() for receipt in receipts}
    house.restart()
    house.catch_up()
    answer = house.take(sent)
    assert house.word(sent) == "received"
    assert len(house.receipts(sent)) == 1
    assert kept <= {answer.receipt.sha256}
    assert house.said.keys() == {answer.receipt.sha256}
    assert house.stream().sequence == 1
    assert sum(act.action == "received" for act in house.acts) == 1
    assert sum(act.action == "examined" for act in house.acts) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_attack_69_a_release_that_broke_off_is_done_once(step: str, moment: str) -> None:
    house, city = MemoryHouse(), Sender()
    one = city.send()
    two = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", files={"eml-510b": eml(2)})
    house.take(two)
    house.fail_at, house.moment = step, moment
    with suppress(Injected):
        house.take(one)
    house.restart()
    house.take(one)
    house.catch_up()
    assert [house.word(sent) for sent in (one, two)] == ["superseded", "received"]
    assert [said.verdict.value for said in house.receipts(two)] == ["held", "received"]


def test_a_release_that_changes_nothing_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect must not spin for ever in the one thread that examines; what else waits is examined all the same."""
    house, city, calls = MemoryHouse(), Sender(), []
    one = city.send()
    two = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", files={"eml-510b": eml(2)})
    house.take(two)
    monkeypatch.setattr(house, "soon", lambda: None)
    house.hand_in(one)
    other = Sender("gsb:0363").send()
    house.hand_in(other)

    def nothing_done(*_: object) -> bool:
        calls.append(1)
        assert len(calls) < 10, "for ever"
        return True

    with monkeypatch.context() as defect:
        defect.setattr(receive, "_release", nothing_done)
        house.catch_up()
    assert house.word(two) == "held"
    assert house.dossier().unexamined(other.manifest.stream) is None
    house.catch_up()
    assert [house.word(sent) for sent in (one, two)] == ["superseded", "received"]
    assert [house.dossier().to_do(stream) for stream in house.dossier().all_streams()] == [0, 0]


def test_a_refused_content_is_refused_once_although_signing_failed() -> None:
    house, city = MemoryHouse(), Sender()
    bad = city.send(files={"eml-510b": b"<EML/>"})
    house.hand_in(bad)
    house.fail_at, house.moment = "say", "before"
    with suppress(Injected):
        house.catch_up()
    house.restart()
    house.catch_up()
    assert [said.verdict.value for said in house.receipts(bad)] == ["received", "rejected"]
    assert len(house.said) == 2


class Restless(MemoryHouse):
    """Its examinations of one manifest end without a result as long as somebody says so."""

    broken = ""

    def examine(self, manifest):  # type: ignore[no-untyped-def]
        if manifest.sha256 == self.broken:
            raise Interrupted(manifest.sha256)
        return super().examine(manifest)


def test_an_examination_that_ends_without_a_result_refuses_nothing_of_what_follows() -> None:
    house, city = Restless(), Sender()
    one = city.send()
    two = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", files={"eml-510b": eml(2)})
    house.broken = one.manifest.sha256
    other = Sender("gsb:0363").send()
    for sent in (one, two, other):
        house.take(sent)
    assert [len(house.receipts(sent)) for sent in (one, two, other)] == [1, 1, 1]
    assert getattr(house.state(other), "examination", None) is not None
    house.broken = ""
    house.catch_up()
    assert [house.word(sent) for sent in (one, two)] == ["superseded", "received"]
