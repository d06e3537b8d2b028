"""What only the sending side knows: its chain of acts, and how late it surely is (security.md 3.10, 3.14, 5.8; attacks 42, 113)."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_deliver import STREAM, City
from tests.office import CITY, CSB
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.errors import BadData
from waarmerk.machine import clock
from waarmerk.office import sealing, sending, trust_folder
from waarmerk.office.keeper import service_key
from waarmerk.office.mark import Mark
from waarmerk.office.outbox import Outbox
from waarmerk.office.own_acts import OwnActs
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.receipt import ChainEnd, Receipt, Verdict
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.seal.trust import TrustList
from waarmerk.wire.shape import ZERO_HASH

NOW = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that sealed one delivery, both keys used on this machine."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen (OpenSSH) is not installed")
    city = City(tmp_path_factory.mktemp("first"))
    city.deliver("telling.xml")
    for key in ("a", "b"):
        city.deliver("--key", f"keys/{key}", "--yes")
    return city


@pytest.fixture
def city(first: City, tmp_path: Path) -> City:
    shutil.copytree(first.folder, tmp_path / "city")
    made = City.__new__(City)
    made.folder, made.city = tmp_path / "city", first.city
    return made


def at(monkeypatch: pytest.MonkeyPatch, time: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: time)


def acts_of(city: City) -> list[tuple[str, str]]:
    return [
        (act.action.value, act.actor)
        for known in OwnActs(city.folder / "outbox").read().history.values()
        for act in known
    ]


def envelope(city: City) -> Path:
    return city.folder / STREAM / "0000001.sealed"


def answer(city: City, received: datetime, sequence: int = 1) -> bytes:
    """A receipt that the receiver's own key signed, given at a time of its choice."""
    manifest = Outbox(envelope(city).parent).manifest_of(envelope(city))
    said = receipt.compose(
        manifest,
        Verdict.RECEIVED,
        receiver=CSB,
        sealed="1" * 64,
        codes=[],
        received=received,
        after=ChainEnd(sequence - 1, ZERO_HASH if sequence == 1 else "2" * 64),
        trust=trust_of(city),
        software=sealing.SOFTWARE,
        audit_head=ZERO_HASH,
    )
    armored = sign_with(service_key(city.folder / "csb/keys/receipt_ed25519"), said.data, receipt.NAMESPACE)
    return Signed(RECEIPT, said.data, {Signature.parse(armored).key.id: armored}).to_bytes()


def trust_of(city: City) -> TrustList:
    return trust_folder.load(city.folder / "trust")


def test_every_step_is_an_act_and_the_manifest_names_where_the_chain_was(city: City) -> None:
    with city.service() as committee:
        city.deliver("--address", committee.address)
    who = [
        ("prepared", "waarmerk"),
        ("signed", "p1"),
        ("signed", "p2"),
        ("same-machine", "waarmerk"),
        ("sealed", "waarmerk"),
    ]
    assert acts_of(city)[:6] == [("floor-raised", "waarmerk"), *who]
    assert [word for word, _ in acts_of(city)[6:8]] == ["sent", "receipt-filed"]
    manifest = Outbox(envelope(city).parent).manifest_of(envelope(city))
    known = OwnActs(city.folder / "outbox").about(manifest.sha256, NOW)
    assert manifest.audit_head == known[0].previous != ZERO_HASH
    (same,) = [act for act in known if act.action is Action.SAME_MACHINE]
    assert (same.result, len(same.details["keys"])) == ("W-SIG-SAMEMACHINE", 2)


def test_where_a_delivery_stands_says_what_was_done_here(city: City) -> None:
    said = city.deliver()
    for words in ("opgesteld", "getekend p1", "getekend p2", "op deze computer W-SIG-SAMEMACHINE", "verzegeld"):
        assert words in said
    assert "opnieuw begonnen" not in said


def test_a_signature_that_came_from_elsewhere_is_not_of_this_machine(city: City) -> None:
    city.deliver("andere.xml", "--kind", "test")
    (draft,) = city.drafts()
    away = city.folder / "away.draft"
    shutil.copy(draft, away)
    city.waarmerk("sign", str(away), "--key", "keys/a", "--trust", "trust", "--outbox", "elsewhere", "--yes")
    (draft.parent / "p1.sshsig").write_bytes(next(iter(signatures_of(away).values())))
    said = city.run("deliver", "--key", "keys/b", "--yes")
    assert "Gevonden: handtekening van p1" in said.stdout
    assert "W-SIG-SAMEMACHINE" not in said.stderr


def signatures_of(path: Path) -> dict[str, bytes]:
    with sealing.open_draft(path) as opened:
        return dict(opened.draft.signed.signatures)


# --- a chain that was damaged or cut short


def chain(folder: Path) -> list[Path]:
    return sorted((folder / "outbox/acts").glob("*.json"))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a byte": lambda folder: flip(chain(folder)[2]),
    "the last byte": lambda folder: flip(chain(folder)[-1]),
    "the first is gone": lambda folder: chain(folder)[0].unlink(),
    "one is gone": lambda folder: chain(folder)[2].unlink(),
    "the last is gone": lambda folder: chain(folder)[-1].unlink(),
    "all is gone": lambda folder: shutil.rmtree(folder / "outbox/acts"),
    "two changed places": lambda folder: (
        chain(folder)[1].rename(folder / "x"),
        chain(folder)[1].rename(folder / "outbox/acts/0000002.json"),
        (folder / "x").rename(folder / "outbox/acts/0000003.json"),
    ),
    "something is added": lambda folder: shutil.copy(chain(folder)[0], folder / "outbox/acts/9999999.json"),
    "the mark": lambda folder: (folder / "outbox.mark.json").write_bytes(b"{}"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_attack_113_at_the_sender_a_chain_that_was_touched_is_noticed_kept_and_begun_anew(
    city: City, kind: str
) -> None:
    DAMAGE[kind](city.folder)
    with pytest.raises(BadData, match="E-SYS-CHAIN"):
        OwnActs(city.folder / "outbox").read()
    before = {path.name: path.read_bytes() for path in chain(city.folder)}
    told = city.run("deliver")
    assert told.returncode == 0, "a delivery does not wait for it"
    assert "E-SYS-CHAIN" in told.stderr and "opnieuw begonnen" in told.stdout
    aside = [path for path in (city.folder / "outbox").glob("acts-*") if path.is_dir()]
    assert [{p.name: p.read_bytes() for p in path.iterdir()} for path in aside] == (
        [before] if kind != "all is gone" else []
    )
    # It is told once, and stays to be read.
    again = city.run("deliver")
    assert "E-SYS-CHAIN" not in again.stderr and "opnieuw begonnen" in again.stdout
    assert acts_of(city)[0][0] == "chain-renewed"


@given(place=st.integers(0, 1 << 12), bit=st.integers(0, 7), number=st.integers(0, 4))
def test_no_bit_of_a_chain_changes_unseen(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int, number: int
) -> None:
    acts = OwnActs(tmp_path_factory.mktemp("chain") / "outbox")
    acts.record([NewAct(Action.SENT, "1" * 64, {"to": str(n)}) for n in range(5)], NOW)
    path = acts.folder / f"{number + 1:07d}.json"
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises(BadData, match="E-SYS-CHAIN"):
        acts.read()


def test_programs_that_write_at_the_same_time_lose_no_act(tmp_path: Path) -> None:
    def write(n: int) -> None:
        OwnActs(tmp_path / "outbox").record([NewAct(Action.SENT, str(n), {"to": str(n)})] * 3, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(8)))
    known = OwnActs(tmp_path / "outbox").read().history
    assert {name: len(acts) for name, acts in known.items()} == {str(n): 3 for n in range(8)}


def test_where_no_mark_can_be_written_the_chain_goes_on_without(tmp_path: Path) -> None:
    acts = OwnActs(tmp_path / "outbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mark, "write", full)
        for n in range(2):
            acts.record([NewAct(Action.SENT, str(n), {"to": "x"})], NOW)
        assert acts.read().head.sequence == 2
    # Nor is anybody stopped by a mark that cannot be read: it is told, each time.
    (tmp_path / "outbox.mark.json").mkdir()
    dossier, renewed = acts.sound(NOW)
    assert (renewed, [act.action for known in dossier.history.values() for act in known]) == (
        True,
        [Action.CHAIN_RENEWED],
    )


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


# --- how late it surely is


def test_attack_42_at_the_sender_a_clock_that_is_turned_back_lets_no_list_live_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = trust_of(city)
    later, before = trust.expires + timedelta(hours=2), trust.expires - timedelta(hours=2)
    at(monkeypatch, before)
    quiet = city.run("deliver")
    assert "E-TRU-EXPIRED" not in quiet.stderr and "W-CLK-BEHIND" not in quiet.stderr
    acts = OwnActs(city.folder / "outbox")
    assert acts.judged_at(trust, before) == before
    at(monkeypatch, later)
    sending.file(envelope(city), answer(city, later), trust)
    at(monkeypatch, before)
    told = city.run("deliver", "andere.xml", "--kind", "test")
    assert "E-TRU-EXPIRED" in told.stderr and "W-CLK-BEHIND" in told.stderr
    # Keys are judged at the end of the list, so one that ended before it stays out; nobody is locked out by it.
    assert acts.judged_at(trust, before) == trust.expires
    for key in ("a", "b"):
        assert city.run("deliver", "--key", f"keys/{key}", "--yes").returncode == 0
    assert city.sealed() == ["0000001.sealed", "0000002.sealed"]


def test_a_clock_that_lost_its_battery_is_told_and_stops_nobody(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime(2020, 1, 1, tzinfo=UTC))
    told = city.run("deliver", "andere.xml", "--kind", "test")
    assert "W-CLK-BEHIND" in told.stderr
    for key in ("a", "b"):
        assert city.run("deliver", "--key", f"keys/{key}", "--yes").returncode == 0
    assert "0000002.sealed" in city.sealed()


@pytest.mark.parametrize(
    ("ahead", "raised", "told"),
    [(timedelta(minutes=4), False, False), (timedelta(hours=2), True, True), (timedelta(hours=25), False, True)],
)
def test_a_receipt_raises_the_floor_and_a_wrong_clock_elsewhere_does_not(
    city: City, monkeypatch: pytest.MonkeyPatch, ahead: timedelta, raised: bool, told: bool
) -> None:
    trust, acts = trust_of(city), OwnActs(city.folder / "outbox")
    now = trust.issued + timedelta(minutes=10)
    at(monkeypatch, now)
    said = sending.file(envelope(city), answer(city, now + ahead), trust)
    assert said.behind is told
    floor = acts.read().standing.floor
    assert floor is not None
    assert (floor > now) is raised
    assert ("W-CLK-BEHIND" in acts.look(trust, now)) is raised


def test_a_receipt_that_nobody_of_the_receiver_signed_moves_nothing(city: City) -> None:
    trust, before = trust_of(city), acts_of(city)
    forged = Signed.from_bytes(answer(city, clock.now()), RECEIPT)
    with pytest.raises(BadData, match="E-SIG"):
        sending.file(envelope(city), Signed(RECEIPT, forged.document, {}).to_bytes(), trust)
    assert acts_of(city) == before
    assert Receipt.from_bytes(forged.document).sender == CITY
