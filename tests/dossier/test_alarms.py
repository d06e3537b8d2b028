"""What is an alarm and what is counted only: a refusal beside a signature that counts (security.md 3.17; attacks 48, 119)."""

import io
from collections.abc import Mapping

import pytest

from tests.dossier.house import CITY, OTHER, MemoryHouse, Sender, Sent, code_of, eml, public, trust
from tests.seal.stf import RECIPIENT, private
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.seal import age, manifest
from waarmerk.seal.container import MANIFEST, Signed
from waarmerk.seal.draft import Draft
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.sshsig import sign_with

A, B, C, STRANGER, NEIGHBOUR = f"{CITY}/a", f"{CITY}/b", f"{CITY}/c", "stranger", f"{OTHER}/a"
OTHER_LIST = {"version": 1, "sha256": "1" * 64}


@pytest.fixture
def house() -> MemoryHouse:
    return MemoryHouse()


def packed(
    made: Manifest, good: tuple[str, ...], broken: tuple[str, ...] = (), more: Mapping[str, bytes] | None = None
) -> Sent:
    """An envelope with these signatures; the broken ones are over other bytes."""
    made_by: dict[str, bytes] = {
        public(label).id: sign_with(private(label), made.data + (b" " if label in broken else b""), manifest.NAMESPACE)
        for label in (*good, *broken)
    } | dict(more or {})
    plain, sealed = io.BytesIO(), io.BytesIO()
    Draft(made, Signed(MANIFEST, made.data, made_by)).write(plain, lambda file: io.BytesIO(eml()))
    plain.seek(0)
    age.encrypt(plain, sealed, [RECIPIENT])
    return Sent(made, sealed.getvalue())


@pytest.mark.parametrize(("good", "broken"), [((A, B), (C,)), ((A,), (B,))])
def test_attack_48_a_broken_signature_beside_one_that_counts_is_an_alarm(
    house: MemoryHouse, good: tuple[str, ...], broken: tuple[str, ...]
) -> None:
    sent = packed(Sender().draft(), good, broken)
    assert code_of(house.take, sent) == "E-SIG-BAD"
    (act,) = house.acts
    assert (act.action, act.object, act.result) == (Action.ALARMED, sent.manifest.sha256, "E-SIG-BAD")
    assert act.details["sender"] == CITY
    assert act.details["keys"] == ", ".join(sorted(public(label).id for label in good))
    assert public(broken[0]).id in act.details["reason"]


def test_attack_48_another_flaw_beside_it_hides_no_alarm(house: MemoryHouse) -> None:
    """Whoever breaks one signature could spoil another as well: the worst flaw is said."""
    made = Sender().draft()
    worse = packed(made, (A,), (B,), {public(C).id: b"no armor"})
    assert code_of(house.take, worse) == "E-SIG-BAD"
    assert list(house.dossier().alarms) == [(made.sha256, "E-SIG-BAD")]


@pytest.mark.parametrize("broken", [(A,), (A, B), (A, B, C)])
def test_attack_48_only_broken_signatures_are_no_alarm(house: MemoryHouse, broken: tuple[str, ...]) -> None:
    assert code_of(house.take, packed(Sender().draft(), (), broken)) == "E-SIG-BAD"
    assert (house.acts, house.dossier().alarms) == ([], {})


def test_attack_48_a_revoked_or_blocked_key_beside_it_is_no_alarm() -> None:
    house = MemoryHouse(trust(revoked=(A,)))
    made = Sender(list=house.list).draft()
    assert code_of(house.take, packed(made, (A,), (B,))) == "E-SIG-BAD"
    assert not house.dossier().alarms


@pytest.mark.parametrize(
    ("good", "alarm"), [((A, B), True), ((A, NEIGHBOUR), True), ((A,), True), ((NEIGHBOUR, STRANGER), False)]
)
def test_another_list_of_the_same_version_is_an_alarm_beside_a_signature_that_counts(
    house: MemoryHouse, good: tuple[str, ...], alarm: bool
) -> None:
    sent = packed(Sender().draft(trust_list=OTHER_LIST), good)
    assert code_of(house.take, sent) == "E-TRU-HASH"
    assert [code for _, code in house.dossier().alarms] == (["E-TRU-HASH"] if alarm else [])


def test_an_alarm_is_said_once_for_each_delivery_and_code_and_outlives_a_restart(house: MemoryHouse) -> None:
    one, other = Sender().draft(), Sender().draft(session=2)
    for _ in range(3):
        code_of(house.take, packed(one, (A, B), (C,)))
        code_of(house.take, packed(other, (A,), (B,)))
    house.restart()
    code_of(house.take, packed(one, (A, B), (C,)))
    assert [manifest for manifest, _ in house.dossier().alarms] == [one.sha256, other.sha256]


def test_after_an_alarm_the_good_envelope_is_received(house: MemoryHouse) -> None:
    made = Sender().draft()
    code_of(house.take, packed(made, (A, B), (C,)))
    good = packed(made, (A, B))
    house.take(good)
    assert house.word(good) == "received"


def test_what_is_public_can_be_packed_by_anybody_and_is_no_alarm(house: MemoryHouse) -> None:
    made = Sender().draft()
    good = packed(made, (A, B))
    house.take(good)
    house.accept(good)
    house.record([NewAct(Action.PUBLISHED, made.sha256)], house.now)
    assert code_of(house.take, packed(made, (A, B), (C,))) == "E-SIG-BAD"
    assert not house.dossier().alarms


def test_attack_119_junk_of_every_kind_is_no_alarm(house: MemoryHouse) -> None:
    kinds = (
        packed(Sender().draft(), ()),
        packed(Sender().draft(), (STRANGER, NEIGHBOUR)),
        packed(Sender().draft(), (), (A, B)),
        packed(Sender().draft(), (STRANGER,), (A,)),
        packed(Sender().draft(trust_list={"version": 2, "sha256": "1" * 64}), (STRANGER,)),
        packed(Sender().draft(trust_list=OTHER_LIST), (STRANGER,)),
        packed(Sender().draft(), (A,)),
    )
    said = [code_of(house.take, sent) for sent in kinds]
    assert said == [
        "E-SIG-NONE", "E-SIG-UNKNOWN", "E-SIG-BAD", "E-SIG-BAD", "E-TRU-NEWER", "E-TRU-HASH", "E-SIG-THRESHOLD",
    ]  # fmt: skip
    assert house.acts == []
