"""Acceptance against paper: all digits, the totals, two persons (security.md 3.19; attacks 85 and 86)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dossier.house import CITY, CSB, MemoryHouse, Sender, Sent, code_of, eml, signed_by, totals_of
from waarmerk.dossier import acceptance
from waarmerk.dossier.acceptance import MAX_TRIES, Compared
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.wire.digests import printed, sha256

DIGEST = sha256(eml())


@pytest.fixture
def house() -> MemoryHouse:
    return MemoryHouse()


@pytest.fixture
def sent(house: MemoryHouse) -> Sent:
    made = Sender().send()
    house.take(made)
    return made


@pytest.fixture
def ready(house: MemoryHouse, sent: Sent) -> Sent:
    """Compared with paper, the acceptance fixed."""
    house.compare_with_paper(sent)
    house.fix_draft(sent)
    return sent


def type_digest(house: MemoryHouse, sent: Sent, typed: str, person: str = "Anna") -> Compared:
    compared, act = acceptance.type_digest(house.dossier(), sent.manifest.sha256, typed, person)
    house.record([act], house.now)
    return compared


def type_totals(house: MemoryHouse, sent: Sent, changes: dict[str, int], person: str = "Bram") -> Compared:
    right = totals_of(house, sent)
    typed = {name: number for name, number in {**right, **changes}.items() if number >= 0}
    compared, act = acceptance.type_totals(house.dossier(), sent.manifest.sha256, typed, right, person)
    house.record([act], house.now)
    return compared


def signatures(house: MemoryHouse, sent: Sent, *labels: str) -> list[bytes]:
    draft = acceptance.draft_of(house.dossier(), sent.manifest.sha256)
    return [signed_by(draft, "stf-receipt-v1", f"{CSB}/{label}").to_bytes() for label in labels]


# --- the digest


@pytest.mark.parametrize("spelling", [DIGEST, DIGEST.upper(), printed(DIGEST), f" {printed(DIGEST)}\n"])
def test_all_64_digits_in_any_spelling(house: MemoryHouse, sent: Sent, spelling: str) -> None:
    assert type_digest(house, sent, spelling).equal


@pytest.mark.parametrize("typed", [DIGEST[:63], DIGEST[1:], DIGEST[:4], "", DIGEST + "0", DIGEST[:63] + "g"])
def test_attack_85_other_than_64_digits_is_never_compared(house: MemoryHouse, sent: Sent, typed: str) -> None:
    acts = len(house.acts)
    assert code_of(type_digest, house, sent, typed) == "E-PAP-DIGITS"
    assert len(house.acts) == acts


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 63), by=st.integers(1, 15))
def test_attack_85_one_wrong_digit_names_its_group_and_nothing_of_what_was_expected(at: int, by: int) -> None:
    house, sent = MemoryHouse(), Sender().send()
    house.take(sent)
    wrong = f"{DIGEST[:at]}{(int(DIGEST[at], 16) + by) % 16:x}{DIGEST[at + 1 :]}"
    compared = type_digest(house, sent, wrong)
    assert compared.differs == (str(at // 4 + 1),)
    assert DIGEST[:16].encode() not in house.acts[-1].body
    assert house.acts[-1].result == "E-PAP-MISMATCH"


def test_attack_85_after_five_wrong_tries_another_person_must_type(house: MemoryHouse, sent: Sent) -> None:
    for _ in range(MAX_TRIES):
        assert not type_digest(house, sent, "0" * 64).equal
    assert code_of(type_digest, house, sent, DIGEST) == "E-PAP-TRIES"
    assert type_digest(house, sent, DIGEST, "Carla").equal


def test_a_digest_that_was_right_is_not_typed_again(house: MemoryHouse, sent: Sent) -> None:
    type_digest(house, sent, DIGEST)
    assert code_of(type_digest, house, sent, "0" * 64, "Carla") == "E-SEM-KIND"


# --- the totals


def test_totals_from_paper(house: MemoryHouse, sent: Sent) -> None:
    assert type_totals(house, sent, {}).equal


@pytest.mark.parametrize("name", ["admitted", "valid", "blank", "invalid", "list-1", "list-2"])
@pytest.mark.parametrize("number", [-1, 999_999], ids=["left out", "other"])
def test_a_total_that_differs_is_named(house: MemoryHouse, sent: Sent, name: str, number: int) -> None:
    assert type_totals(house, sent, {name: number}).differs == (name,)


@pytest.mark.parametrize("totals_first", [False, True])
def test_attack_86_one_person_does_not_do_both(house: MemoryHouse, sent: Sent, totals_first: bool) -> None:
    if totals_first:
        type_totals(house, sent, {}, "Anna")
        assert code_of(type_digest, house, sent, DIGEST, "Anna") == "E-SIG-SAMEPERSON"
    else:
        type_digest(house, sent, DIGEST, "Anna")
        assert code_of(type_totals, house, sent, {}, "Anna") == "E-SIG-SAMEPERSON"


@pytest.mark.parametrize("done", ["nothing", "digest", "totals", "digest and wrong totals"])
def test_nothing_is_drafted_before_both_are_equal(house: MemoryHouse, sent: Sent, done: str) -> None:
    if "digest" in done:
        type_digest(house, sent, DIGEST)
    if "totals" in done:
        type_totals(house, sent, {"valid": 1} if "wrong" in done else {})
    assert code_of(house.fix_draft, sent) == "E-PAP-MISMATCH"
    assert code_of(acceptance.draft_of, house.dossier(), sent.manifest.sha256) == "E-PAP-MISMATCH"


# --- two persons


def test_two_persons_accept(house: MemoryHouse, ready: Sent) -> None:
    house.sign(ready, signatures(house, ready, "x", "y"))
    assert (house.word(ready), house.counted()) == ("accepted", [ready.manifest.sha256])
    said = house.receipts(ready)[-1]
    checked = receipt.check(Signed.from_bytes(house.said[said.sha256], RECEIPT), house.list)
    assert (checked.verdict, checked.previous) == (receipt.Verdict.ACCEPTED, house.receipts(ready)[0].sha256)


def test_signature_files_do_as_well_as_signed_drafts(house: MemoryHouse, ready: Sent) -> None:
    draft = acceptance.draft_of(house.dossier(), ready.manifest.sha256)
    both = signed_by(draft, "stf-receipt-v1", f"{CSB}/x", f"{CSB}/y")
    house.sign(ready, list(both.signatures.values()))
    assert house.word(ready) == "accepted"


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ((), "E-SIG-NONE"),
        (("x",), "E-SIG-THRESHOLD"),
        (("x", "x"), "E-SIG-THRESHOLD"),
        (("x", "x2"), "E-SIG-SAMEPERSON"),
        (("x", "stranger"), "E-SIG-UNKNOWN"),
    ],
)
def test_fewer_than_two_persons_accept_nothing(
    house: MemoryHouse, ready: Sent, labels: tuple[str, ...], code: str
) -> None:
    acts = len(house.acts)
    assert code_of(house.sign, ready, signatures(house, ready, *labels)) == code
    assert (house.word(ready), len(house.acts)) == ("received", acts)


def test_the_service_and_the_sender_accept_nothing(house: MemoryHouse, ready: Sent) -> None:
    draft = acceptance.draft_of(house.dossier(), ready.manifest.sha256)
    service = signed_by(draft, "stf-receipt-v1", f"{CSB}/x", "service").to_bytes()
    assert code_of(house.sign, ready, [service]) == "E-SIG-THRESHOLD"
    sender = signed_by(draft, "stf-receipt-v1", f"{CITY}/a", f"{CITY}/b").to_bytes()
    assert code_of(house.sign, ready, [sender]) == "E-SIG-UNKNOWN"


@pytest.mark.parametrize("whole", [False, True], ids=["signature files", "signed drafts"])
def test_signatures_over_another_draft_do_not_count(house: MemoryHouse, ready: Sent, whole: bool) -> None:
    old = signatures(house, ready, "x", "y")
    if not whole:
        old = [file for draft in old for file in Signed.from_bytes(draft, RECEIPT).signatures.values()]
    house.take(Sender(sequence=1, previous=ready.manifest.sha256).send("test", files={"note": b"?"}))
    assert code_of(house.sign, ready, old) == "E-SIG-BAD"


def test_after_another_receipt_the_acceptance_is_fixed_anew_and_can_be_signed(house: MemoryHouse, ready: Sent) -> None:
    before = acceptance.draft_of(house.dossier(), ready.manifest.sha256)
    house.take(Sender(sequence=1, previous=ready.manifest.sha256).send("test", files={"note": b"?"}))
    assert acceptance.draft_of(house.dossier(), ready.manifest.sha256) != before
    house.sign(ready, signatures(house, ready, "x", "y"))
    assert house.word(ready) == "accepted"


def test_an_acceptance_fixed_beside_another_receipt_is_not_signed(house: MemoryHouse, sent: Sent) -> None:
    """The draft was made before that receipt and recorded after it: it would not follow it."""
    house.compare_with_paper(sent)
    draft = acceptance.draft(
        house.dossier(), sent.manifest.sha256, org=CSB, trust=house.list, software=house.software, now=house.now
    )
    house.hand_in(Sender(sequence=1, previous=sent.manifest.sha256).send("test", files={"note": b"?"}))
    house.record([draft], house.now)
    assert code_of(house.sign, sent, signatures(house, sent, "x", "y")) == "E-PAP-STALE"


def test_only_who_may_accept_is_recorded_as_having_accepted(house: MemoryHouse, ready: Sent) -> None:
    draft = acceptance.draft_of(house.dossier(), ready.manifest.sha256)
    house.sign(ready, [signed_by(draft, "stf-receipt-v1", f"{CSB}/x", f"{CSB}/y", "service").to_bytes()])
    assert getattr(house.state(ready), "by", None) == ("x", "y")


@pytest.mark.parametrize("junk", [b"", b"x", b"receipt.json\0", b"receipt.json\0" + bytes(4096), b"\xff" * 600])
def test_what_is_no_signature_is_refused_with_a_code(house: MemoryHouse, ready: Sent, junk: bytes) -> None:
    assert code_of(house.sign, ready, [junk]).startswith(("E-SIG-", "E-TAR-"))


def test_what_was_accepted_or_refused_is_not_compared_again(house: MemoryHouse, ready: Sent) -> None:
    house.sign(ready, signatures(house, ready, "x", "y"))
    assert code_of(type_digest, house, ready, DIGEST, "Carla") == "E-SEM-KIND"
    assert code_of(type_digest, house, Sender("gsb:0363").send(), DIGEST) == "E-SEM-KIND"


# --- what it replaces


def correction(city: Sender, of: Sent, seed: int = 2) -> Sent:
    files = {"eml-510b": eml(seed)}
    return city.send("corrigendum", supersedes=of.manifest.sha256, reason="recount", files=files)


def withdrawal(city: Sender, of: Sent) -> Sent:
    return city.send("withdrawal", supersedes=of.manifest.sha256, reason="wrong_file")


def test_the_old_result_counts_until_its_correction_is_accepted(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send()
    house.take(one)
    house.accept(one)
    two = correction(city, one)
    house.take(two)
    assert house.counted() == [one.manifest.sha256]
    house.accept(two)
    assert house.counted() == [two.manifest.sha256]
    assert (house.word(one), getattr(house.state(one), "accepted", None)) == ("superseded", True)


def test_an_acceptance_replaces_nothing_of_another_sender(house: MemoryHouse) -> None:
    city, other = Sender(), Sender("gsb:0363")
    one, there = city.send(), other.send()
    for result in (one, there):
        house.take(result)
        house.accept(result)
    two = correction(city, one)
    house.take(two)
    house.accept(two)
    assert house.counted() == [there.manifest.sha256, two.manifest.sha256]


def test_a_correction_of_a_correction_replaces_the_result_that_still_counted(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send()
    house.take(one)
    house.accept(one)
    two = correction(city, one)
    house.take(two)
    three = correction(city, two, 3)
    house.take(three)
    assert house.counted() == [one.manifest.sha256]
    house.accept(three)
    assert house.counted() == [three.manifest.sha256]
    assert [house.word(sent) for sent in (one, two)] == ["superseded", "superseded"]


def test_a_withdrawal_ends_the_counting_when_two_persons_accepted_it(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send()
    house.take(one)
    house.accept(one)
    gone = withdrawal(city, one)
    house.take(gone)
    assert (house.stream().current, house.counted()) == ("", [one.manifest.sha256])
    house.accept(gone)
    assert (house.word(one), house.word(gone), house.counted()) == ("withdrawn", "accepted", [])


def test_after_a_withdrawal_a_new_result_is_taken(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send()
    house.take(one)
    house.take(withdrawal(city, one))
    assert house.word(one) == "withdrawn"
    again = city.send(files={"eml-510b": eml(4)})
    house.take(again)
    assert (house.word(again), house.stream().current) == ("received", again.manifest.sha256)


def test_a_late_acceptance_of_a_withdrawal_takes_nothing_from_the_result_after_it(house: MemoryHouse) -> None:
    city = Sender()
    one = city.send()
    house.take(one)
    house.accept(one)
    gone = withdrawal(city, one)
    house.take(gone)
    again = city.send(files={"eml-510b": eml(4)})
    house.take(again)
    house.accept(again)
    house.catch_up()
    house.accept(gone)
    assert house.counted() == [again.manifest.sha256]
