"""The ways out through the real commands and the real service (security.md 3.8, 3.11, 5.7; attacks 63, 64, 70, 124, 125)."""

import base64
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.dossier.house import Sender
from tests.office import CITY, CSB, ORIGIN, Office, Service
from tests.publication.town import key, log_signer
from tests.web.conftest import fresh
from tests.web.post import Post, Reply, ask, put
from waarmerk.cli.demo import wait_for
from waarmerk.dossier.acts import Act
from waarmerk.ledger import cosignature, note
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.note import Kind, Note, VerifierKey
from waarmerk.machine import clock
from waarmerk.office.house import OfficeHouse
from waarmerk.office.keeper import service_key
from waarmerk.office.mark import Mark
from waarmerk.publication.read import Folder
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.receipt import ChainEnd, Receipt, Verdict
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.seal.trust import TrustList
from waarmerk.web import database
from waarmerk.wire import canonical
from waarmerk.wire.digests import sha256

AT = ("--as", CSB, "--folder", "csb")
NOTE = ("--kind", "test", "--role", "note.txt=note")


def decide(office: Office, *what: str, keys: tuple[str, ...] = ("x", "y")) -> str:
    """Two persons decide, each with the real command."""
    draft = office.folder / "a.decision"
    draft.unlink(missing_ok=True)
    office.waarmerk("decide", "draft", *what, *AT, "--reason", "met de afzender gebeld", "-o", draft.name)
    for name in keys:
        office.waarmerk("sign", draft.name, "--key", f"keys/{name}", "--trust", "trust", "--yes")
    return office.waarmerk("decide", "record", draft.name, *AT)


def head_of(service: Service, office: Office) -> Receipt:
    """Where the service says that the city's stream ends; it has a first delivery, whichever test ran before."""
    path = f"/api/v1/streams/TK2023/{CITY}/1"
    if ask(service.address, "GET", path).status == 404:
        put(service.address, Post(office).test().sealed)
    container = ask(service.address, "GET", path).body
    return Receipt.from_bytes(Signed.from_bytes(container, RECEIPT).document)


def receipt_of(service: Service, answer: Reply, post: Post) -> tuple[Receipt, bytes]:
    container = ask(service.address, "GET", answer.value["receipt"]).body
    return receipt.check(Signed.from_bytes(container, RECEIPT), post.trust), container


def test_attack_63_a_fork_is_cleared_while_the_service_runs(service: Service, office: Office) -> None:
    post = Post(office)
    first = post.result()
    put(service.address, first.sealed)
    post.sender = Sender(CITY, list=post.trust)
    other = post.result(session=2, seed=2)
    assert put(service.address, other.sealed).value["codes"][0] == "E-CHN-FORK"
    service.enter()
    page = f"/deliveries/{first.manifest.sha256}"
    wait_for(lambda: "nagekeken" in service.page(page))
    assert "E-CHN-FROZEN" in service.page(page)
    shown = office.waarmerk("decide", "show", *AT)
    assert first.manifest.sha256 in shown and other.manifest.sha256 in shown and "nummer 1" in shown

    assert "Vastgelegd" in decide(office, "clear", first.manifest.sha256)
    assert "E-CHN-FROZEN" not in service.page(page)
    assert "twee personen besloten" in service.page(page)
    assert "Er wacht niets" in office.waarmerk("decide", "show", *AT)
    office.waarmerk("publish", "public", *AT, "--log-key", "keys/log", "--origin", ORIGIN)
    public = Folder(office.folder / "public")
    entries = public.entries(public.checkpointed().checkpoint.size)
    (incident,) = [entry for entry in entries if entry.type == "incident"]
    assert (incident.org, incident.document["code"]) == (CSB, "clear")
    office.waarmerk("verify", "public")
    post.sender = Sender(CITY, 1, first.manifest.sha256, post.trust)
    assert put(service.address, post.test().sealed).value["verdict"] == "received"


def test_one_person_cannot_record_a_decision_and_two_keys_of_one_person_neither(office: Office) -> None:
    (office.folder / "one.decision").unlink(missing_ok=True)
    key = Signature.parse(sign_with(Post(office).keys["c"], b"", "x")).key.id
    office.waarmerk("decide", "draft", "block", key, *AT, "--reason", "kwijt", "-o", "one.decision")
    office.waarmerk("sign", "one.decision", "--key", "keys/x", "--trust", "trust", "--yes")
    refused = office.run("decide", "record", "one.decision", *AT)
    assert (refused.returncode, "E-SIG-THRESHOLD" in refused.stderr) == (2, True)


def test_attack_125_a_stolen_key_is_blocked_within_a_telephone_call(service: Service, office: Office) -> None:
    post = Post(office)
    head = head_of(service, office)
    post.sender = Sender(CITY, head.stream_sequence, head.manifest, post.trust)
    decide(office, "block", Signature.parse(sign_with(post.keys["b"], b"", "x")).key.id)
    assert "Geblokkeerd" in office.waarmerk("decide", "show", *AT)
    made = post.sender.draft("test", files={"note": b"x"}, election="TK2023")
    refused = put(service.address, post.seal(made, {"note": b"x"}).sealed)
    assert (refused.status, refused.value["code"], "detail" in refused.value) == (422, "E-SIG-BLOCKED", False)
    third = put(service.address, post.seal(made, {"note": b"x"}, ["a", "c"]).sealed)
    assert third.value["verdict"] == "received"


def test_attack_64_a_lost_outbox_is_no_lost_chain(service: Service, office: Office) -> None:
    """The laptop is gone: a new one asks the receiver where it was, and goes on."""
    head_of(service, office)
    (office.folder / "note.txt").write_text("een proef")
    lost = office.envelope("note.txt", keys=("a", "c"), outbox="new", more=NOTE)
    send = ("--to", service.address, "--trust", "trust")
    refused = office.waarmerk("send", str(lost), *send, code=1)
    assert "E-CHN-FORK" in refused and "geweigerd" in refused
    at = ("--as", CITY, "--trust", "trust", "--outbox", "new")
    last = head_of(service, office).stream_sequence
    assert f"levering {last + 1}" in office.waarmerk("receipt", "continue", service.address, *at)
    assert not lost.exists()
    again = office.envelope("note.txt", keys=("a", "c"), outbox="new", more=NOTE)
    assert again.name == f"{last + 1:07d}.sealed"
    assert "U kunt naar huis" in office.waarmerk("send", str(again), *send)
    # Whoever says later that it ended before that contradicts itself: an old backup was put back there.
    older = next((again.parent / "aside").glob("*.receipt-*.tar"))
    assert "E-RCP-FORK" in office.run("receipt", "continue", str(older), *at).stderr


# --- an old backup is put back


@pytest.fixture
def restored(first_office: Office, tmp_path: Path) -> Office:
    """Two deliveries were received; a backup from between them was put back."""
    office = fresh(first_office, tmp_path / "office")
    office.post = post = Post(office)  # type: ignore[attr-defined]
    office.sent = [post.test(b"one"), post.test(b"two")]  # type: ignore[attr-defined]
    csb, backup = office.folder / "csb", office.folder / "backup"
    with office.service() as service:
        assert put(service.address, office.sent[0].sealed).status == 201  # type: ignore[attr-defined]
    shutil.copytree(csb, backup)
    with office.service() as service:
        answer = put(service.address, office.sent[1].sealed)  # type: ignore[attr-defined]
        _, office.newest = receipt_of(service, answer, post)  # type: ignore[attr-defined]
    shutil.rmtree(csb)
    backup.rename(csb)
    return office


def test_attack_70_and_124_a_receiver_from_yesterday_signs_nothing_until_the_sender_shows_what_it_has(
    restored: Office,
) -> None:
    post, (_, two) = restored.post, restored.sent  # type: ignore[attr-defined]
    three = post.test(b"three")
    with restored.service() as service:
        kept = put(service.address, three.sealed)
        assert (kept.status, kept.value["state"], kept.value["code"]) == (202, "stored", "E-SYS-RESTORED")
        foreign = {"Waarmerk-Receipt": base64.b64encode(b"receipt.json\0 of somebody").decode()}
        path = f"/api/v1/inbox/{sha256(three.sealed)}"
        assert ask(service.address, "PUT", path, three.sealed, foreign).value["state"] == "stored"
        shown = {"Waarmerk-Receipt": base64.b64encode(restored.newest).decode()}  # type: ignore[attr-defined]
        told = ask(service.address, "PUT", path, three.sealed, shown)
        assert (told.value["verdict"], told.value["missing"]) == ("held", [two.manifest.sha256])
        said, _ = receipt_of(service, told, post)
        last = Receipt.from_bytes(Signed.from_bytes(restored.newest, RECEIPT).document)  # type: ignore[attr-defined]
        assert (said.sequence, said.previous) == (last.sequence + 1, last.sha256)
        again = put(service.address, two.sealed)
        assert (again.value["verdict"], "missing" in again.value) == ("received", False)
        wait_for(lambda: ask(service.address, "GET", path).value["verdict"] == "received")


def key_id(key: Ed25519PrivateKey) -> str:
    return Signature.parse(sign_with(key, b"", "x")).key.id


class Chain:
    """A chain of acts in memory."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def since(self, sequence: int) -> list[Act]:
        return self.acts[sequence:]

    def append(self, new: Sequence[Act]) -> None:
        self.acts += new


def test_attack_124_only_a_newer_receipt_of_our_own_key_is_taken_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header comes from anybody: it must not move what we say next."""
    post, ours = Post(office), OfficeHouse(office.folder / "csb", CSB, Chain())
    made = post.sender.draft("test", files={"note": b"x"}, election="TK2023")
    key = service_key(office.folder / "csb" / "keys" / "receipt_ed25519")

    def container(number: int, *keys: Ed25519PrivateKey, receiver: str = CSB) -> bytes:
        said = receipt.compose(
            made, Verdict.RECEIVED, receiver=receiver, sealed="1" * 64, codes=[], received=clock.now(),
            after=ChainEnd(number - 1, "2" * 64), trust=post.trust, software=ours.software, audit_head="0" * 64,
        )  # fmt: skip
        signatures = [sign_with(one, said.data, receipt.NAMESPACE) for one in keys]
        return Signed(RECEIPT, said.data, {Signature.parse(one).key.id: one for one in signatures}).to_bytes()

    def end() -> int:
        return ours.dossier().chains.get(CITY, ChainEnd()).sequence

    good = container(9, key)
    foreign = [
        container(9), container(9, post.keys["a"]), container(9, post.keys["x"], post.keys["y"]),
        container(9, key, post.keys["a"]), container(9, key, receiver=CITY),
        good.replace(b'"sequence":9', b'"sequence":8'), b"", b"x",
    ]  # fmt: skip
    for shown in foreign:
        ours.adopt(shown, clock.now())
        assert end() == 0
    # What another receiver truly said to this sender is no word of ours.
    value = json.loads(post.trust.data)
    spare = next(key for key in value["orgs"][CITY]["keys"] if key["id"] == key_id(post.keys["c"]))
    value["orgs"][CITY]["keys"].remove(spare)
    district = {**value["orgs"][CITY], "keys": [{**spare, "roles": ["receipt"]}], "threshold": {"receipt": 1}}
    value["orgs"]["hsb:TK2023-13"] = {**district, "name": "Kieskring"}
    with monkeypatch.context() as other:
        other.setattr(ours, "trust", lambda: TrustList.from_bytes(canonical.dump(value)))
        theirs = container(9, post.keys["c"], receiver="hsb:TK2023-13")
        assert receipt.check(Signed.from_bytes(theirs, RECEIPT), ours.trust())  # type: ignore[arg-type]
        ours.adopt(theirs, clock.now())
        assert end() == 0
    ours.adopt(good, clock.now())
    assert end() == 9
    for older in (container(9, key), container(8, key), container(1, key)):
        ours.adopt(older, clock.now())
        assert (end(), len(ours.dossier().head.sha256), ours.dossier().head.sequence) == (9, 64, 1)


@pytest.mark.slow
def test_two_persons_let_a_restored_receiver_go_on_from_its_mark(restored: Office) -> None:
    post, (_, two) = restored.post, restored.sent  # type: ignore[attr-defined]
    last = Receipt.from_bytes(Signed.from_bytes(restored.newest, RECEIPT).document)  # type: ignore[attr-defined]
    with restored.service() as service:
        kept = put(service.address, two.sealed)
        assert (kept.status, kept.value["code"]) == (202, "E-SYS-RESTORED")
        assert "reservekopie" in restored.waarmerk("decide", "show", *AT)
        decide(restored, "restore")
        known = f"/api/v1/inbox/{sha256(two.sealed)}"
        # Nobody asks for it: it goes on by itself.
        wait_for(lambda: ask(service.address, "GET", "/api/v1/status").value["stored"] == 0)
        said, _ = receipt_of(service, ask(service.address, "GET", known), post)
        assert (said.sequence, said.previous) == (last.sequence + 1, last.sha256)


def test_a_mark_is_kept_outside_the_folder_and_its_loss_is_noticed(tmp_path: Path) -> None:
    mark = Mark(tmp_path / "csb")
    ours = {CITY: ChainEnd(2, "2" * 64)}
    assert (mark.lost({}), mark.lost(ours), mark.behind(CITY, ours)) == (False, True, True)
    mark.write(ours)
    assert [path.name for path in tmp_path.iterdir()] == ["csb.mark.json"]
    for end, behind in ((ours[CITY], False), (ChainEnd(3, "3" * 64), False), (ChainEnd(1, "1" * 64), True)):
        assert Mark(tmp_path / "csb").behind(CITY, {CITY: end}) is behind
    assert mark.behind(CITY, {CITY: ChainEnd(2, "3" * 64)})
    assert not mark.behind("gsb:0363", ours)


@pytest.mark.parametrize(
    ("times", "floor"),
    [((100, 200, 300), 200), ((100, 200, 9_999_999_999), 200), ((100, 200), 100), ((100,), None), ((), None)],
)
def test_attack_123_witnesses_say_how_late_it_is_by_the_median_of_a_quorum(
    office: Office, times: tuple[int, ...], floor: int | None
) -> None:
    database.prepare(office.folder / "csb", CSB)
    from waarmerk.web.publishing import witnessed

    names = [f"w{n}.example" for n in range(3)]
    keys = [VerifierKey.of(name, Kind.WITNESS, key(name)) for name in names]
    policy = [f"log {log_signer().key}", *(f"witness {name[:2]} {k}" for name, k in zip(names, keys, strict=True))]
    policy += ["group g 2 w0 w1 w2", "quorum g"]
    text = Checkpoint("uitslag.example/gr2026", 3, bytes(32)).text
    lines = [cosignature.cosign(text, name, key(name), time) for name, time in zip(names, times, strict=False)]
    found = witnessed(policy, Note(text, (note.sign(text, "uitslag.example/gr2026", key("log")), *lines)))
    assert (found and int(found.timestamp())) == floor
