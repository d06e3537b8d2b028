"""The chain of acts and the states that are folds over it (security.md 5.8, attack 113)."""

import json
from collections.abc import Callable

import pytest

from tests.dossier.house import NIGHT, MemoryHouse, Sender, code_of, eml
from waarmerk.dossier.acts import Act, Action, Head, NewAct, plain, record, record_all
from waarmerk.dossier.fold import Dossier, fold
from waarmerk.errors import BadData
from waarmerk.wire import canonical


@pytest.fixture(scope="module")
def house() -> MemoryHouse:
    """A result, a fork, an early correction, the correction before it, an acceptance, a refused content."""
    made, city = MemoryHouse(), Sender()
    one = city.send()
    made.take(one)
    two = city.send("corrigendum", supersedes=one.manifest.sha256, reason="recount", files={"eml-510b": eml(2)})
    bad = city.send("result")
    made.take(bad)
    made.take(two)
    made.accept(two)
    made.take(Sender().send(session=2))
    return made


def contents(dossier: Dossier) -> dict[str, object]:
    return dict(vars(dossier))


def test_a_fold_from_the_first_act_equals_the_live_dossier(house: MemoryHouse) -> None:
    assert contents(fold(house.acts)) == contents(house.dossier())


def test_acts_are_read_back_from_their_own_bytes(house: MemoryHouse) -> None:
    again = [Act.from_bytes(act.body) for act in house.acts]
    assert again == house.acts
    assert fold(again).head == house.dossier().head


def test_every_state_is_reached_by_these_acts(house: MemoryHouse) -> None:
    """Else the tests above would prove little."""
    assert [state.word for state in house.dossier().deliveries.values()] == [
        "superseded", "rejected", "accepted", "rejected",
    ]  # fmt: skip
    assert house.stream().frozen


def edited(act: Act) -> Act:
    value = json.loads(act.body)
    return Act.from_bytes(canonical.dump({**value, "actor": "nobody"}))


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize(
    "change",
    [
        lambda acts, at: [*acts[:at], edited(acts[at]), *acts[at + 1 :]],
        lambda acts, at: [*acts[:at], *acts[at + 1 :]],
        lambda acts, at: [*acts[:at], acts[at + 1], acts[at], *acts[at + 2 :]],
        lambda acts, at: [*acts[: at + 1], acts[at], *acts[at + 1 :]],
    ],
    ids=["edited", "missing", "swapped", "twice"],
)
def test_attack_113_a_changed_chain_is_noticed(
    house: MemoryHouse, change: Callable[[list[Act], int], list[Act]], at: int
) -> None:
    changed = change(house.acts, at)
    assert code_of(fold, changed) == "E-SYS-CHAIN"


def test_attack_113_an_act_with_a_number_left_out_does_not_follow(house: MemoryHouse) -> None:
    head = house.acts[-1].head
    skipped = record(NewAct(Action.LINK_USED, "door"), Head(head.sequence + 1, head.sha256), NIGHT)
    assert code_of(fold, [*house.acts, skipped]) == "E-SYS-CHAIN"


def test_attack_113_a_chain_that_lost_its_end_differs_from_the_head_that_receipts_name(house: MemoryHouse) -> None:
    named = [said for receipts in house.dossier().receipts.values() for said in receipts]
    heads = {json.loads(said.data)["audit_head"] for said in named}
    assert heads <= {Head().sha256, *(act.sha256 for act in house.acts)}
    last = next(act for act in reversed(house.acts) if "receipt" in act.details)
    shortened = house.acts[: last.sequence - 2]
    assert json.loads(last.details["receipt"])["audit_head"] not in {act.sha256 for act in shortened}


def test_attack_111_text_from_outside_stays_on_one_line() -> None:
    hostile = "Stad\nacted by root\r\n\u202e\u2028\x00é" + "x" * 5000
    act = record(NewAct(Action.LINK_USED, "door", {"reason": plain(hostile)}), Head(), NIGHT)
    assert len(act.body.splitlines()) == 1
    assert b"\\u202e" in act.body.replace(b"\\\\", b"\\")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"action":"received"}', b"\xff", b"[" * 100_000, b'{"sequence":1.5}']
)
def test_what_is_no_act_is_refused(body: bytes) -> None:
    with pytest.raises(BadData, match="E-MAN-"):
        Act.from_bytes(body)


def test_several_acts_follow_one_another() -> None:
    acts = list(record_all([NewAct(Action.LINK_USED, str(number)) for number in range(3)], Head(), NIGHT))
    head = Head()
    for act in acts:
        assert (act.sequence, act.previous) == (head.sequence + 1, head.sha256)
        head = act.head
    assert head == Head(3, acts[-1].sha256)
