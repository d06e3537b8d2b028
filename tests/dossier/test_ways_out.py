"""Nothing locks a municipality out for longer than a telephone call: every way out, by two persons at the receiver.

Forks, lost keys, an expired list, a wrong clock, an old backup (security.md 3.8, 3.11, 3.14, 5.7; attacks 42, 63, 70, 116,
120, 123, 124, 125).
"""

from datetime import datetime, timedelta

import pytest

from tests.dossier.house import (
    CITY,
    CSB,
    EXPIRED,
    NIGHT,
    OTHER,
    START,
    MemoryHouse,
    Sender,
    Sent,
    code_of,
    eml,
    files_of,
    public,
    seal,
    signed_by,
    trust,
)  # fmt: skip
from waarmerk.dossier import decisions
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.decisions import Situation
from waarmerk.dossier.fold import fold
from waarmerk.dossier.receive import NotYet
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.decision import LONGEST_ALLOWED, NAMESPACE, Decision, What
from waarmerk.seal.receipt import ChainEnd, Verdict
from waarmerk.wire.shape import format_time

LATER = timedelta(hours=48)


@pytest.fixture
def house() -> MemoryHouse:
    return MemoryHouse()


@pytest.fixture
def city() -> Sender:
    return Sender()


def situation(house: MemoryHouse, **more: object) -> Situation:
    return Situation(house.dossier(), house.list, CSB, house.now, bool(house.behind), **more)  # type: ignore[arg-type]


def draft(house: MemoryHouse, what: What, object_: str = "", until: datetime | None = None) -> Signed:
    return decisions.draft(situation(house), what, object_, reason="agreed by telephone", until=until)


def record(house: MemoryHouse, made: Signed, *labels: str, **more: object) -> None:
    signed = signed_by(made, NAMESPACE, *(f"{CSB}/{label}" for label in labels or ("x", "y")))
    act, _ = decisions.record(situation(house, **more), [signed.to_bytes()])
    house.record([act], house.now)
    house.catch_up()


def decide(house: MemoryHouse, what: What, object_: str = "", until: datetime | None = None) -> None:
    record(house, draft(house, what, object_, until))


def fork(house: MemoryHouse, city: Sender) -> tuple[Sent, Sent]:
    """Two results under number 1; the first counts so far."""
    first, other = city.send(), Sender().send(session=2, files={"eml-510b": eml(2)})
    house.take(first)
    house.take(other)
    return first, other


# --- a fork


def test_attack_63_two_persons_clear_a_fork_and_acceptance_goes_on(house: MemoryHouse, city: Sender) -> None:
    first, _ = fork(house, city)
    decide(house, What.CLEAR, first.manifest.sha256)
    assert not house.stream().frozen
    house.accept(first)
    assert house.word(first) == "accepted"


def test_when_the_evidence_was_right_acceptance_waits_until_it_comes_back_as_a_correction(
    house: MemoryHouse, city: Sender
) -> None:
    first, other = fork(house, city)
    decide(house, What.CLEAR, other.manifest.sha256)
    house.compare_with_paper(first)
    assert code_of(house.fix_draft, first) == "E-CHN-FROZEN"
    again = city.send(
        "corrigendum", supersedes=first.manifest.sha256, reason="wrong_file", session=2, files={"eml-510b": eml(2)}
    )
    assert house.take(again).receipt.verdict is Verdict.RECEIVED
    assert (house.word(first), house.stream().frozen) == ("superseded", False)
    house.accept(again)
    assert house.counted() == [again.manifest.sha256]


def test_attack_120_a_stale_draft_is_cleared_with_the_sender_and_nothing_else_changed(
    house: MemoryHouse, city: Sender
) -> None:
    kept, first = Sender().send(session=3), city.send()
    house.take(first)
    house.take(kept)
    decide(house, What.CLEAR, first.manifest.sha256)
    assert (house.word(kept), house.stream().current) == ("rejected", first.manifest.sha256)


def test_of_two_forks_each_is_cleared_by_itself(house: MemoryHouse, city: Sender) -> None:
    first, _ = fork(house, city)
    note = city.send("test", files={"note": b"2"})
    house.take(note)
    twice = Sender(CITY, 1, first.manifest.sha256).send("test", files={"note": b"two"})
    house.take(twice)
    assert len(house.stream().forks) == 2
    decide(house, What.CLEAR, first.manifest.sha256)
    assert house.stream().forks == ((note.manifest.sha256, twice.manifest.sha256),)


@pytest.mark.parametrize("wrong", ["a stranger", "no fork", "not of the fork"])
def test_only_a_delivery_of_a_fork_can_be_chosen(house: MemoryHouse, city: Sender, wrong: str) -> None:
    object_ = "1" * 64
    if wrong != "a stranger":
        first = city.send()
        house.take(first)
        object_ = first.manifest.sha256
    if wrong == "not of the fork":
        note = city.send("test", files={"note": b"2"})
        house.take(note)
        house.take(Sender(CITY, 1, first.manifest.sha256).send("test", files={"note": b"two"}))
    assert code_of(draft, house, What.CLEAR, object_) == "E-DEC-NOTHING"


# --- what two persons means


@pytest.mark.parametrize(
    ("labels", "code"),
    [(("x",), "E-SIG-THRESHOLD"), (("x", "x2"), "E-SIG-SAMEPERSON")],
)
def test_one_person_decides_nothing(house: MemoryHouse, city: Sender, labels: tuple[str, ...], code: str) -> None:
    first, _ = fork(house, city)
    made = draft(house, What.CLEAR, first.manifest.sha256)
    assert code_of(record, house, made, *labels) == code
    assert house.stream().frozen


def test_a_sender_decides_nothing_at_its_receiver(house: MemoryHouse, city: Sender) -> None:
    first, _ = fork(house, city)
    made = draft(house, What.CLEAR, first.manifest.sha256)
    signed = signed_by(made, NAMESPACE, f"{CITY}/a", f"{CITY}/b")
    assert code_of(decisions.record, situation(house), [signed.to_bytes()]) == "E-SIG-UNKNOWN"


def test_two_persons_may_sign_each_a_copy(house: MemoryHouse, city: Sender) -> None:
    first, _ = fork(house, city)
    made = draft(house, What.CLEAR, first.manifest.sha256)
    each = [signed_by(made, NAMESPACE, f"{CSB}/{label}").to_bytes() for label in ("x", "y")]
    act, _ = decisions.record(situation(house), each)
    assert act.details["persons"] == ["x", "y"]


def test_a_decision_is_played_once(house: MemoryHouse, city: Sender) -> None:
    made = draft(house, What.BLOCK, public(f"{CITY}/a").id)
    record(house, made)
    assert code_of(record, house, made) == "E-DEC-STALE"


def test_a_decision_of_another_body_or_election_is_none_of_ours(house: MemoryHouse) -> None:
    made = draft(house, What.BLOCK, public(f"{CITY}/a").id)
    for old, new in ((b'"receiver":"csb:kiesraad"', b'"receiver":"csb:other"'), (b"TK2030", b"TK2031")):
        other = Signed(made.name, made.document.replace(old, new), {})
        assert code_of(record, house, other) == "E-DEC-OTHER"


def test_a_decision_taken_is_in_the_chain_for_ever(house: MemoryHouse, city: Sender) -> None:
    first, _ = fork(house, city)
    decide(house, What.CLEAR, first.manifest.sha256)
    again = fold(house.acts)
    assert again.standing == house.dossier().standing
    assert again.streams == house.dossier().streams
    (act,) = [act for act in house.acts if act.action is Action.DECIDED]
    assert Decision.from_bytes(act.details["decision"].encode()).reason == "agreed by telephone"
    assert len(act.details["signatures"]) == 2


# --- a key that is lost or stolen


def test_attack_125_a_key_that_two_receivers_blocked_counts_no_longer(house: MemoryHouse, city: Sender) -> None:
    key = public(f"{CITY}/a").id
    assert code_of(record, house, draft(house, What.BLOCK, key), "x") == "E-SIG-THRESHOLD"
    decide(house, What.BLOCK, key)
    sent = city.send()
    assert code_of(house.hand_in, sent) == "E-SIG-BLOCKED"
    assert house.stream().sequence == 0


def test_the_third_signer_takes_over_at_once(house: MemoryHouse) -> None:
    decide(house, What.BLOCK, public(f"{CITY}/b").id)
    sent = seal(Sender().draft(), files_of(CITY, "result", None), signers=("a", "c"))
    assert house.take(sent).receipt.verdict is Verdict.RECEIVED
    third = seal(
        Sender(CITY, 1, sent.manifest.sha256).draft("test"), files_of(CITY, "test", None), signers=("a", "b", "c")
    )
    assert "W-SIG-NOTCOUNTED" in house.take(third).receipt.codes


def test_attack_125_a_block_ends_only_under_a_later_list(house: MemoryHouse) -> None:
    key = public(f"{CITY}/a").id
    decide(house, What.BLOCK, key)
    assert code_of(draft, house, What.UNBLOCK, key) == "E-DEC-NOTHING"
    house.list, house.now = trust(2, revoked=(f"{CITY}/a",)), START + timedelta(days=31)
    assert code_of(draft, house, What.UNBLOCK, key) == "E-DEC-NOTHING"
    house.list = trust(2)
    decide(house, What.UNBLOCK, key)
    assert house.take(Sender(list=trust(2)).send()).receipt.verdict is Verdict.RECEIVED


def test_a_blocked_acceptor_accepts_and_decides_nothing(house: MemoryHouse, city: Sender) -> None:
    sent = city.send()
    house.take(sent)
    house.compare_with_paper(sent)
    house.fix_draft(sent)
    decide(house, What.BLOCK, public(f"{CSB}/x").id)
    signed = signed_by(house_draft(house, sent), "stf-receipt-v1", f"{CSB}/x", f"{CSB}/y").to_bytes()
    assert code_of(house.sign, sent, [signed]) == "E-SIG-BLOCKED"
    assert code_of(decide, house, What.BLOCK, public(f"{CITY}/a").id) == "E-SIG-BLOCKED"


def house_draft(house: MemoryHouse, sent: Sent) -> Signed:
    from waarmerk.dossier import acceptance

    return acceptance.draft_of(house.dossier(), sent.manifest.sha256)


# --- a list that is expired


def test_two_persons_let_an_expired_list_count_for_a_named_time(house: MemoryHouse, city: Sender) -> None:
    house.now = EXPIRED
    sent = city.send()
    assert house.take(sent).receipt.verdict is Verdict.HELD
    decide(house, What.ALLOW, until=house.now + timedelta(hours=5))
    assert house.word(sent) == "received"
    assert "W-TRU-EXPIRED" in house.receipts(sent)[-1].codes
    house.accept(sent)
    assert house.word(sent) == "accepted"
    house.now += timedelta(hours=6)
    late = city.send("test", files={"note": b"late"})
    assert "E-TRU-EXPIRED" in house.take(late).receipt.codes


def test_nothing_is_accepted_under_an_expired_list_unless_two_persons_let_it_count(
    house: MemoryHouse, city: Sender
) -> None:
    sent = city.send()
    house.take(sent)
    house.now = EXPIRED
    assert code_of(house.accept, sent) == "E-TRU-EXPIRED"
    decide(house, What.ALLOW, until=house.now + timedelta(hours=1))
    house.sign(sent, [signed_by(house_draft(house, sent), "stf-receipt-v1", f"{CSB}/x", f"{CSB}/y").to_bytes()])
    assert house.word(sent) == "accepted"


def test_the_sender_can_check_what_was_said_under_an_expired_list(house: MemoryHouse, city: Sender) -> None:
    house.now = EXPIRED
    said = house.take(city.send()).receipt
    assert receipt.check(Signed.from_bytes(house.said[said.sha256], RECEIPT), house.list).verdict is Verdict.HELD


def test_a_list_is_allowed_for_three_days_at_most_and_only_once_it_is_expired(house: MemoryHouse) -> None:
    assert code_of(draft, house, What.ALLOW, "", NIGHT + timedelta(hours=1)) == "E-DEC-NOTHING"
    house.now = EXPIRED
    too_long = EXPIRED + LONGEST_ALLOWED + timedelta(seconds=1)
    assert code_of(draft, house, What.ALLOW, "", too_long) == "E-MAN-SCHEMA"


def test_a_key_that_ended_before_its_list_stays_out_although_the_list_is_allowed(house: MemoryHouse) -> None:
    house.now = EXPIRED
    house.list = trust(1, revoked=(f"{CITY}/a",))
    decide(house, What.ALLOW, until=house.now + timedelta(hours=1))
    assert code_of(house.hand_in, Sender(list=house.list).send()) == "E-SIG-THRESHOLD"


# --- a clock that is wrong


def witnessed(house: MemoryHouse, time: datetime) -> None:
    house.record([NewAct(Action.FLOOR_RAISED, "1" * 64, {"time": format_time(time)})], house.now)


def test_attack_116_with_a_clock_behind_deliveries_are_kept_and_nothing_is_signed(
    house: MemoryHouse, city: Sender
) -> None:
    house.now = datetime(1980, 1, 1, tzinfo=NIGHT.tzinfo)
    with pytest.raises(NotYet, match="W-CLK-BEHIND"):
        house.hand_in(city.send())
    assert (house.acts, house.said) == ([], {})


def test_attack_116_once_the_clock_is_set_it_goes_on(house: MemoryHouse, city: Sender) -> None:
    house.now = START - timedelta(seconds=1)
    sent = city.send()
    with pytest.raises(NotYet):
        house.hand_in(sent)
    house.now = NIGHT
    assert house.take(sent).receipt.verdict is Verdict.RECEIVED


def test_attack_116_with_a_clock_ahead_good_deliveries_are_held_and_none_is_refused(
    house: MemoryHouse, city: Sender
) -> None:
    house.now = datetime(2040, 1, 1, tzinfo=NIGHT.tzinfo)
    said = house.take(city.send()).receipt
    assert (said.verdict, said.codes) == (Verdict.HELD, ("E-TRU-EXPIRED", "W-CLK-SKEW"))


def test_junk_is_refused_whatever_the_clock_says(house: MemoryHouse) -> None:
    house.now = datetime(1980, 1, 1, tzinfo=NIGHT.tzinfo)
    one = seal(Sender().draft(), files_of(CITY, "result", None), signers=("a",))
    assert code_of(house.hand_in, one) == "E-SIG-THRESHOLD"


def test_two_persons_confirm_a_clock_that_is_right(house: MemoryHouse, city: Sender) -> None:
    """Somebody issued a list with tomorrow's date."""
    house.now = START - timedelta(hours=3)
    decide(house, What.CLOCK)
    assert not house.dossier().standing.behind(house.list, house.now)
    assert code_of(draft, house, What.CLOCK) == "E-DEC-NOTHING"


def test_attack_123_witnesses_raise_the_floor_and_two_persons_lower_it(house: MemoryHouse, city: Sender) -> None:
    witnessed(house, NIGHT + timedelta(hours=20))
    assert house.dossier().standing.behind(house.list, house.now)
    sent = city.send()
    with pytest.raises(NotYet, match="W-CLK-BEHIND"):
        house.hand_in(sent)
    decide(house, What.CLOCK)
    assert house.dossier().standing.floor == NIGHT
    assert house.take(sent).receipt.verdict is Verdict.RECEIVED


def test_attack_123_a_floor_of_2040_is_ignored(house: MemoryHouse, city: Sender) -> None:
    witnessed(house, NIGHT + timedelta(hours=25))
    assert house.dossier().standing.floor is None
    assert house.take(city.send()).receipt.verdict is Verdict.RECEIVED


def test_attack_123_the_floor_only_rises(house: MemoryHouse) -> None:
    for hours in (1, 3, 2):
        witnessed(house, NIGHT + timedelta(hours=hours))
    assert house.dossier().standing.floor == NIGHT + timedelta(hours=3)


def test_attack_42_under_an_expired_list_it_waits_uncounted_and_is_judged_under_the_next(
    house: MemoryHouse, city: Sender
) -> None:
    house.now = EXPIRED
    sent = city.send()
    said = house.take(sent).receipt
    assert (said.verdict, house.stream().sequence, house.stream().current) == (Verdict.HELD, 0, "")
    house.list = trust(3, revoked=(f"{CITY}/c",))
    house.now = house.list.issued
    house.catch_up()
    assert (house.word(sent), house.stream().sequence) == ("received", 1)


def test_attack_42_a_clock_that_is_turned_back_does_not_make_a_list_valid(house: MemoryHouse, city: Sender) -> None:
    house.now = EXPIRED
    witnessed(house, EXPIRED)
    house.now = NIGHT
    standing = house.dossier().standing
    assert standing.time(house.list, house.now) == EXPIRED > house.list.expires
    with pytest.raises(NotYet, match="W-CLK-BEHIND"):
        house.hand_in(city.send())


def test_a_decision_about_the_clock_grows_old(house: MemoryHouse) -> None:
    house.now = START - timedelta(hours=3)
    made = draft(house, What.CLOCK)
    house.now += LATER
    assert code_of(record, house, made) == "E-DEC-NOTHING"


def test_a_senders_clock_that_differs_is_said_and_decides_nothing(house: MemoryHouse, city: Sender) -> None:
    said = house.take(city.send(created=format_time(NIGHT - LATER))).receipt
    assert (said.verdict, said.codes) == (Verdict.RECEIVED, ("W-CLK-SKEW",))


# --- an old backup


def test_attack_70_a_chain_behind_its_mark_signs_nothing_and_others_go_on(house: MemoryHouse, city: Sender) -> None:
    house.behind = {CITY}
    with pytest.raises(NotYet, match="E-SYS-RESTORED"):
        house.hand_in(city.send())
    assert house.acts == []
    assert house.take(Sender(OTHER).send()).receipt.verdict is Verdict.RECEIVED


def test_two_persons_let_the_chain_go_on_from_the_mark(house: MemoryHouse, city: Sender) -> None:
    house.behind = {CITY}
    made = draft(house, What.RESTORE)
    record(house, made, ends={CITY: ChainEnd(7, "7" * 64)})
    house.behind = set()
    said = house.take(city.send()).receipt
    assert (said.sequence, said.previous) == (8, "7" * 64)


def test_without_a_backup_there_is_nothing_to_restore(house: MemoryHouse) -> None:
    assert code_of(draft, house, What.RESTORE) == "E-DEC-NOTHING"


# --- keys that are not there yet


def test_attack_126_without_keys_bytes_are_kept_and_answered_later(house: MemoryHouse, city: Sender) -> None:
    house.keyless = True
    sent = city.send()
    junk = Sent(sent.manifest, b"not even an envelope")
    # Nobody can look into either: what is junk is seen later.
    for bytes_ in (sent, junk):
        with pytest.raises(NotYet, match="E-SYS-KEYS"):
            house.hand_in(bytes_)
    house.keyless = False
    assert house.take(sent).receipt.verdict is Verdict.RECEIVED


# --- what waits for people


def waits(house: MemoryHouse) -> list[str]:
    """What waits; and each of it can be drafted as it is shown, so nobody is sent to a page where nothing can be decided."""
    now = situation(house)
    found = decisions.waiting(now)
    for matter in found:
        for object_ in matter.objects or ("",):
            if matter.what is not None:
                until = house.now + timedelta(hours=1) if matter.what is What.ALLOW else None
                decisions.draft(now, matter.what, object_, reason="x", until=until)
    return [matter.why for matter in found]


def test_what_waits_is_what_can_be_decided_and_ends_when_it_was(house: MemoryHouse, city: Sender) -> None:
    assert waits(house) == []
    _, other = fork(house, city)
    assert waits(house) == ["fork"]
    decide(house, What.CLEAR, other.manifest.sha256)
    assert waits(house) == ["awaited"]
    house.now = EXPIRED
    assert waits(house) == ["awaited", "expired"]
    decide(house, What.ALLOW, until=house.now + timedelta(hours=5))
    assert waits(house) == ["awaited"]
    house.now += timedelta(hours=6)
    assert waits(house) == ["awaited", "expired"]
    house.now = START - timedelta(hours=3)
    house.behind = {CITY}
    assert waits(house) == ["awaited", "restored", "clock"]
    decide(house, What.CLOCK)
    assert waits(house) == ["awaited", "restored"]


def test_signatures_are_judged_one_by_one_as_they_are_handed_in(house: MemoryHouse) -> None:
    made = draft(house, What.BLOCK, public(f"{CITY}/a").id)

    def add(*labels: str) -> tuple[str, ...]:
        files = [signed_by(made, NAMESPACE, label).to_bytes() for label in labels]
        return tuple(decisions.add(situation(house), [made.to_bytes(), *files]).details["persons"])

    assert add(f"{CSB}/x") == ("x",)
    assert add(f"{CSB}/x", f"{CSB}/y") == ("x", "y")
    assert add(f"{CSB}/x", f"{CSB}/x") == ("x",)
    assert code_of(add, f"{CSB}/x", f"{CSB}/x2") == "E-SIG-SAMEPERSON"
    assert code_of(add, f"{CSB}/x", f"{CITY}/a") == "E-SIG-UNKNOWN"
    decide(house, What.BLOCK, public(f"{CSB}/y").id)
    made = draft(house, What.BLOCK, public(f"{CITY}/a").id)
    assert code_of(add, f"{CSB}/y") == "E-SIG-BLOCKED"
