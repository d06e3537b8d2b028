"""Step 10 of the reception pipeline: numbers, gaps, forks, copies (security.md 3.11, attacks 60 to 65 and 120)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dossier.house import CITY, EXPIRED, MemoryHouse, Sender, code_of, eml, files_of, public, seal, trust
from waarmerk.dossier import acceptance
from waarmerk.dossier.receive import MAX_HOLDS
from waarmerk.dossier.stream import Broken, Fork, Gap, Next, Stream, place
from waarmerk.seal.receipt import Verdict
from waarmerk.wire.digests import sha256


@pytest.fixture
def house() -> MemoryHouse:
    return MemoryHouse()


@pytest.fixture
def city() -> Sender:
    return Sender()


def corrections(city: Sender, number: int) -> list:  # type: ignore[type-arg]
    """A result and its corrections, each on the one before."""
    made = [city.send()]
    for seed in range(2, number + 1):
        before = made[-1].manifest.sha256
        made.append(
            city.send("corrigendum", supersedes=before, reason="recount", files={"eml-510b": eml(seed)}, session=seed)
        )
    return made


def test_places_in_a_stream(city: Sender) -> None:
    first, second = city.draft(), city.draft(sequence=2, previous="1" * 64)
    assert place(first, Stream()) == Next()
    assert place(second, Stream()) == Gap(range(1, 2))
    assert place(second, Stream(1, "1" * 64)) == Next()
    assert place(second, Stream(1, "2" * 64)) == Broken()
    assert place(second, Stream(2, "2" * 64)) == Fork()


def test_attack_60_the_same_bytes_a_hundred_times_are_one_act(house: MemoryHouse, city: Sender) -> None:
    sent = city.send()
    first = house.hand_in(sent)
    again = [house.hand_in(sent) for _ in range(99)]
    assert {answer.receipt.data for answer in again} == {first.receipt.data}
    assert [answer.known for answer in (first, *again)] == [False, *[True] * 99]
    assert len(house.acts) == 1


def test_attack_60_bytes_that_have_an_answer_get_it_whatever_changed_meanwhile(
    house: MemoryHouse, city: Sender
) -> None:
    """They are not judged again: not under a list that revoked their key, not by a machine whose keys are gone."""
    sent = city.send()
    first = house.take(sent).receipt
    house.list, house.keyless = trust(2, revoked=(f"{CITY}/a",)), True
    assert house.hand_in(sent).receipt.data == first.data


def test_attack_61_the_same_manifest_sealed_again_gets_the_newest_receipt(house: MemoryHouse, city: Sender) -> None:
    sent = city.send()
    house.take(sent)
    house.accept(sent)
    acts = len(house.acts)
    again = seal(sent.manifest, files_of(CITY, "result", None))
    assert again.sealed != sent.sealed
    answer = house.take(again)
    assert (answer.known, answer.receipt.verdict, len(house.acts)) == (True, Verdict.ACCEPTED, acts)


def test_attack_62_an_early_delivery_waits_and_follows(house: MemoryHouse, city: Sender) -> None:
    one, two, three = corrections(city, 3)
    house.take(one)
    early = house.take(three).receipt
    assert (early.verdict, early.codes) == (Verdict.HELD, ("E-CHN-GAP",))
    assert house.stream().sequence == 1
    house.take(two)
    assert [house.word(sent) for sent in (one, two, three)] == ["superseded", "superseded", "received"]
    assert [said.verdict for said in house.receipts(three)] == [Verdict.HELD, Verdict.RECEIVED]
    assert house.stream().current == three.manifest.sha256


@settings(max_examples=24, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(range(4)), repeated=st.integers(0, 3))
def test_any_order_of_arrival_ends_in_the_same_state(order: list[int], repeated: int) -> None:
    house, made = MemoryHouse(), corrections(Sender(), 4)
    for number in [*order[:2], order[repeated % 2], *order[2:]]:
        house.take(made[number])
    assert [house.word(sent) for sent in made] == ["superseded", "superseded", "superseded", "received"]
    assert (house.stream().sequence, house.stream().current) == (4, made[3].manifest.sha256)


def test_attack_63_a_fork_is_evidence_and_freezes_acceptance_only(house: MemoryHouse, city: Sender) -> None:
    one = city.send()
    other = Sender().send(session=2)
    house.take(one)
    said = house.take(other).receipt
    assert (said.verdict, said.codes) == (Verdict.REJECTED, ("E-CHN-FORK",))
    assert b'"head":{"manifest":"%s","sequence":1}' % one.manifest.sha256.encode() in said.data
    assert (house.word(one), house.word(other), house.stream().frozen) == ("received", "rejected", True)
    house.compare_with_paper(one)
    assert code_of(house.fix_draft, one) == "E-CHN-FROZEN"
    note = city.send("test", files={"note": b"we go on"})
    assert house.take(note).receipt.verdict is Verdict.RECEIVED


def test_a_fork_stops_an_acceptance_that_was_ready_to_be_signed(house: MemoryHouse, city: Sender) -> None:
    one = city.send()
    house.take(one)
    house.compare_with_paper(one)
    house.fix_draft(one)
    house.take(Sender().send(session=2))
    assert code_of(acceptance.draft_of, house.dossier(), one.manifest.sha256) == "E-CHN-FROZEN"
    assert code_of(house.sign, one, []) == "E-CHN-FROZEN"


def test_attack_64_a_wrong_predecessor_is_refused_and_not_consumed(house: MemoryHouse, city: Sender) -> None:
    one = city.send()
    house.take(one)
    wrong = Sender(sequence=1, previous="1" * 64).send("test", files={"note": b"?"})
    said = house.take(wrong).receipt
    assert (said.verdict, said.codes, house.stream().sequence) == (Verdict.REJECTED, ("E-CHN-BROKEN",), 1)
    assert one.manifest.sha256.encode() in said.data
    assert not house.stream().frozen
    assert house.take(city.send("test", files={"note": b"!"})).receipt.verdict is Verdict.RECEIVED


def test_attack_65_an_old_result_changes_nothing_after_its_correction(house: MemoryHouse, city: Sender) -> None:
    one, two = corrections(city, 2)
    house.take(one)
    house.take(two)
    acts = len(house.acts)
    house.take(seal(one.manifest, files_of(CITY, "result", None)))
    assert (len(house.acts), house.stream().current) == (acts, two.manifest.sha256)


def test_attack_120_a_draft_kept_back_is_a_fork_when_it_comes(house: MemoryHouse, city: Sender) -> None:
    kept = Sender().send(session=3)
    one, two = corrections(city, 2)
    house.take(one)
    house.take(two)
    assert house.take(kept).receipt.codes == ("E-CHN-FORK",)
    assert house.stream().current == two.manifest.sha256


def test_of_two_that_waited_for_one_number_the_first_is_received_and_the_other_is_a_fork(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send("test", files={"note": b"1"})
    waiting = [Sender(CITY, 1, one.manifest.sha256).send("test", files={"note": note}) for note in (b"a", b"b")]
    for sent in waiting:
        assert house.take(sent).receipt.verdict is Verdict.HELD
    house.take(one)
    assert [house.word(sent) for sent in waiting] == ["received", "rejected"]
    assert [said.verdict.value for said in house.receipts(waiting[1])] == ["held", "rejected"]
    house.take(Sender(CITY, 2, waiting[0].manifest.sha256).send("test", files={"note": b"3"}))
    assert len(house.receipts(waiting[1])) == 2


def test_what_waited_on_another_predecessor_is_refused_when_its_turn_comes(house: MemoryHouse, city: Sender) -> None:
    wrong = Sender(sequence=1, previous="1" * 64).send("test", files={"note": b"?"})
    house.take(wrong)
    house.take(city.send())
    assert house.word(wrong) == "rejected"
    assert house.receipts(wrong)[-1].codes == ("E-CHN-BROKEN",)
    house.catch_up()
    assert len(house.receipts(wrong)) == 2


def test_a_stream_holds_a_bounded_number(house: MemoryHouse) -> None:
    for number in range(MAX_HOLDS):
        house.hand_in(Sender(sequence=9 + number, previous=sha256(b"?")).send("test", files={"note": b"?"}))
    more = Sender(sequence=99, previous=sha256(b"?")).send("test", files={"note": b"?"})
    assert code_of(house.hand_in, more) == "E-SYS-STORAGE"
    assert house.dossier().holds(more.manifest.stream) == MAX_HOLDS


def test_under_an_expired_list_a_delivery_is_held_and_never_refused(house: MemoryHouse, city: Sender) -> None:
    house.now = EXPIRED
    one = city.send()
    said = house.take(one).receipt
    assert (said.verdict, said.codes) == (Verdict.HELD, ("E-TRU-EXPIRED", "W-CLK-SKEW"))
    house.catch_up()
    assert len(house.acts) == 1
    house.list = trust(2)
    house.catch_up()
    assert (house.word(one), house.stream().sequence) == ("received", 1)


def test_what_waits_stays_held_when_its_key_was_revoked_meanwhile(house: MemoryHouse, city: Sender) -> None:
    house.now = EXPIRED
    one = city.send()
    house.take(one)
    house.list = trust(2, revoked=(f"{CITY}/a",))
    house.catch_up()
    assert (house.word(one), house.stream().sequence) == ("held", 0)


def test_a_signer_whose_key_was_revoked_is_not_recorded_as_one(house: MemoryHouse) -> None:
    house.list = trust(1, revoked=(f"{CITY}/c",))
    made = Sender(list=house.list).draft()
    sent = seal(made, files_of(CITY, "result", None), signers=("a", "b", "c"))
    assert "W-SIG-NOTCOUNTED" in house.take(sent).receipt.codes
    assert {signer[0] for signer in house.state(sent).arrival.signers} == {public(f"{CITY}/{key}").id for key in "ab"}


def test_attack_117_a_newer_list_is_waited_for_by_the_sender_and_then_judged_anew(house: MemoryHouse) -> None:
    city = Sender(list=trust(2, revoked=(f"{CITY}/c",)))
    one = city.send()
    assert code_of(house.hand_in, one) == "E-TRU-NEWER"
    assert house.acts == []
    house.list = city.list
    house.now = EXPIRED
    assert house.take(one).receipt.verdict is Verdict.RECEIVED


def test_attack_122_published_signatures_with_wrong_files_burn_no_number(house: MemoryHouse, city: Sender) -> None:
    one = city.send()
    wrong = eml().replace(b"<ValidVotes>", b"<ValidVotes>", 1)
    wrong = wrong[:-20] + bytes([wrong[-20] ^ 1]) + wrong[-19:]
    forged = seal(one.manifest, {"eml-510b": wrong})
    assert code_of(house.hand_in, forged) == "E-FIL-HASH"
    assert (house.acts, house.stream().sequence) == ([], 0)
    assert house.take(one).receipt.verdict is Verdict.RECEIVED


def test_no_list_no_judgement(house: MemoryHouse, city: Sender) -> None:
    house.list = None  # type: ignore[assignment]
    assert code_of(house.hand_in, city.send()) == "E-TRU-NONE"
