"""Wrong addresses and lists that may not be believed (security.md part 6, attacks 31 to 43)."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.seal.envelopes import SIGNERS, good_container, manifest, open_plain, receiver, trust_list
from tests.seal.sshsigs import security_key
from tests.seal.stf import FOLDER, M1, RECEIPT, RECIPIENT, TRUST, key_id, signed
from waarmerk.errors import BadData
from waarmerk.office import trust_folder
from waarmerk.seal.age import new_identity
from waarmerk.seal.container import TRUST_LIST, Signed
from waarmerk.seal.receipt import Receipt, check
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import CARD_FORMAT, RootCard, TrustList, accept_all, accept_first, accept_next, allowed_signers
from waarmerk.wire import canonical
from waarmerk.wire.shape import format_time
from waarmerk.wire.sshkeys import PublicKey, string

Change = Callable[[dict[str, Any]], None]
ROOTS = ("root1", "root2", "root3")
VALUE: dict[str, Any] = json.loads(TRUST)
CARD = RootCard.from_bytes(
    canonical.dump({"format": CARD_FORMAT, "environment": "exercise", "election": "TK2025", **VALUE["roots"]})
)


def listed(change: Change = lambda value: None, *labels: str, base: dict[str, Any] = VALUE) -> Signed:
    """A list signed by root keys."""
    value = json.loads(json.dumps(base))
    change(value)
    return signed(canonical.dump(value), *(labels or ROOTS), namespace="stf-trustlist-v1", name=TRUST_LIST)


def following(change: Change = lambda value: None, *labels: str) -> Signed:
    """Version 2 after T."""

    def next_version(value: dict[str, Any]) -> None:
        value.update(version=2, previous=TrustList.from_bytes(TRUST).sha256)
        change(value)

    return listed(next_version, *labels)


def first() -> TrustList:
    return accept_first(listed(), CARD)


def refused(action: Callable[[], object], code: str) -> None:
    with pytest.raises(BadData) as caught:
        action()
    assert caught.value.code == code, caught.value


# --- address (step 7)


def not_for(code: str, document: bytes = M1, change: Change = lambda value: None, **who: Any) -> None:
    """A delivery with two good signatures that this receiver refuses for its address."""
    refused(lambda: open_plain(good_container(document), receiver(trust_list(change), **who)), code)


def test_attack_31_an_exercise_in_production() -> None:
    not_for("E-ADR-ENV", environment="production")
    not_for("E-ADR-ENV", manifest(environment="production"))
    not_for("E-ADR-ENV", change=lambda value: value.update(environment="test"))


@pytest.mark.parametrize("election", ["PS2027", "TK2025_Deel", "TK2024"])
def test_attack_32_another_election(election: str) -> None:
    change = (lambda value: value.update(election="TK2025_Heel")) if election == "TK2025_Deel" else lambda value: None
    not_for("E-ADR-ELECTION", manifest(election=election), change)


def test_attack_33_forwarded_to_another_receiver() -> None:
    not_for("E-ADR-RECIPIENT", org="hsb:TK2025-9")
    not_for("E-ADR-RECIPIENT", manifest(recipient="hsb:TK2025-9"))


def test_attack_34_a_route_that_is_not_listed() -> None:
    not_for("E-ADR-ROUTE", change=lambda value: value.update(routes=[]))
    other_way = {"from": "csb:kiesraad", "to": "gsb:0363"}
    not_for("E-ADR-ROUTE", change=lambda value: value.update(routes=[other_way]))


def test_a_sender_that_is_not_listed() -> None:
    not_for("E-ADR-SENDER", manifest(sender="gsb:9999"))


def test_attack_35_the_epoch_before_the_laptop_was_lost() -> None:
    not_for("E-ADR-EPOCH", change=lambda value: value["orgs"]["gsb:0363"].update(epoch=2))
    not_for("E-ADR-EPOCH", manifest(epoch=2))


def test_a_list_for_a_group_covers_its_elections() -> None:
    def group(value: dict[str, Any]) -> None:
        value["election"] = "GR2026"

    document = manifest(election="GR2026_Tilburg", trust_list={"sha256": trust_list(group).sha256, "version": 1})
    assert open_plain(good_container(document), receiver(trust_list(group)))
    refused(
        lambda: open_plain(good_container(manifest(election="GR2022_Tilburg")), receiver(trust_list(group))),
        "E-ADR-ELECTION",
    )


# --- trust list


def test_the_first_list_is_accepted_under_its_card() -> None:
    assert first().sha256 == TrustList.from_bytes(TRUST).sha256
    assert accept_all([listed(), following()], CARD).version == 2


def test_attack_36_an_older_version() -> None:
    held = accept_next(first(), following())
    refused(lambda: accept_next(held, listed()), "E-TRU-ROLLBACK")
    refused(lambda: accept_next(held, following()), "E-TRU-ROLLBACK")
    earlier = following(lambda value: value.update(issued="2025-09-30T09:00:00Z"))
    refused(lambda: accept_next(first(), earlier), "E-TRU-ROLLBACK")


@pytest.mark.parametrize("labels", [("root1", "root2"), ("root1",), ("gsb0363-p1", "root1", "root2")])
def test_attack_37_too_few_roots(labels: tuple[str, ...]) -> None:
    refused(lambda: accept_first(listed(lambda value: None, *labels), CARD), "E-TRU-THRESHOLD")
    refused(lambda: accept_next(first(), following(lambda value: None, *labels)), "E-TRU-THRESHOLD")


@pytest.mark.parametrize(("flags", "counts"), [(0x00, False), (0x04, False), (0x01, True), (0x05, True)])
def test_attack_52_a_root_whose_security_key_nobody_touched_does_not_count(flags: int, counts: bool) -> None:
    held = Signature.parse(security_key(1, label="root-held")).key

    def with_root(value: dict[str, Any]) -> None:
        value["algorithms"]["signature"] = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]
        value["roots"]["keys"] = sorted([*value["roots"]["keys"], held.text])

    made = listed(with_root, "root1", "root2")
    armored = security_key(flags, document=made.document, label="root-held", namespace="stf-trustlist-v1")
    list_, card = made.with_signature(held.id, armored), TrustList.from_bytes(made.document)
    roots = RootCard(card.environment, card.election, 3, card.roots)
    if counts:
        assert accept_first(list_, roots).roots == card.roots
    else:
        refused(lambda: accept_first(list_, roots), "E-TRU-THRESHOLD")


def test_attack_37_three_signatures_of_two_roots() -> None:
    double = following(lambda value: None, "root1", "root2")
    again = Signed(
        double.name, double.document, {**double.signatures, key_id("root3"): double.signatures[key_id("root1")]}
    )
    refused(lambda: accept_next(first(), again), "E-TRU-THRESHOLD")


def test_attack_38_roots_replaced_by_the_new_roots_alone() -> None:
    def replaced(value: dict[str, Any]) -> None:
        public = value["orgs"]["gsb:0363"]["keys"]
        value["roots"] = {"threshold": 2, "keys": sorted(key["key"] for key in public)}
        value["orgs"]["gsb:0363"]["keys"] = []

    refused(lambda: accept_next(first(), following(replaced, *SIGNERS)), "E-TRU-THRESHOLD")
    refused(lambda: accept_next(first(), following(replaced, *ROOTS)), "E-TRU-ROOTS")
    assert accept_next(first(), following(replaced, *ROOTS, *SIGNERS)).root_threshold == 2


def test_a_higher_threshold_is_met_by_the_list_that_asks_for_it() -> None:
    def all_five(value: dict[str, Any]) -> None:
        value["roots"]["threshold"] = 5

    refused(lambda: accept_next(first(), following(all_five)), "E-TRU-ROOTS")
    assert accept_next(first(), following(all_five, *ROOTS, "root4", "root5")).root_threshold == 5


def test_a_first_list_with_other_roots_than_the_card_is_signed_by_both() -> None:
    def replaced(value: dict[str, Any]) -> None:
        value["roots"] = {"threshold": 2, "keys": sorted(key["key"] for key in value["orgs"]["gsb:0363"]["keys"])}
        value["orgs"]["gsb:0363"]["keys"] = []

    refused(lambda: accept_first(listed(replaced, *ROOTS), CARD), "E-TRU-ROOTS")
    refused(lambda: accept_first(listed(replaced, *SIGNERS), CARD), "E-TRU-THRESHOLD")
    assert accept_first(listed(replaced, *ROOTS, *SIGNERS), CARD).root_threshold == 2


def test_attack_39_two_lists_of_one_version() -> None:
    def other(value: dict[str, Any]) -> None:
        value["expected"] = []

    refused(lambda: accept_next(first(), listed(other)), "E-TRU-HASH")
    # Without the roots it is nothing: nobody else can raise this alarm.
    refused(lambda: accept_next(first(), listed(other, "root1", "root2")), "E-TRU-THRESHOLD")
    document = manifest(trust_list={"sha256": "1" * 64, "version": 1})
    refused(lambda: open_plain(good_container(document)), "E-TRU-HASH")


@pytest.mark.parametrize("version", [1, 2])
def test_attack_39_both_lists_are_kept_however_old_the_number_is(tmp_path: Path, version: int) -> None:
    folder, made = tmp_path / "trust", listed if version == 1 else following
    folder.mkdir()
    (folder / "root-card.json").write_bytes((FOLDER / "root-card-1.json").read_bytes())

    def offer(signed_list: Signed) -> str:
        (tmp_path / "offered.tar").write_bytes(signed_list.to_bytes())
        try:
            return str(trust_folder.accept(tmp_path / "offered.tar", folder).version)
        except BadData as error:
            return error.code

    def other(value: dict[str, Any]) -> None:
        value["expected"] = []

    assert [offer(listed()), offer(following()), offer(made())] == ["1", "2", "E-TRU-ROLLBACK"]
    assert offer(made(other, "root1", "root2")) == "E-TRU-THRESHOLD"
    assert not list(folder.glob("*.twin.tar"))
    assert [offer(made(other)) for _ in range(2)] == ["E-TRU-HASH"] * 2
    (twin,) = folder.glob("*.twin.tar")
    assert twin.read_bytes() == made(other).to_bytes()
    # It is evidence, no version: what was accepted goes on.
    assert trust_folder.load(folder).version == 2


def test_attack_40_a_revoked_key_comes_back() -> None:
    def revoke(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(status="revoked", revoked_at="2025-10-20T00:00:00Z", reason="lost")

    held = accept_next(first(), following(revoke))

    def back(value: dict[str, Any]) -> None:
        value.update(version=3, previous=held.sha256)

    refused(lambda: accept_next(held, listed(back)), "E-TRU-IMMUTABLE")

    def left_out(value: dict[str, Any]) -> None:
        back(value)
        value["orgs"]["gsb:0363"]["keys"].pop(0)

    refused(lambda: accept_next(held, listed(left_out)), "E-TRU-IMMUTABLE")


def test_attack_40_a_key_moves_to_another_person_or_organisation() -> None:
    def person(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0]["person"] = "p9"

    def organisation(value: dict[str, Any]) -> None:
        moved = value["orgs"]["gsb:0363"]["keys"].pop(0)
        value["orgs"]["csb:kiesraad"]["keys"] = sorted(
            [*value["orgs"]["csb:kiesraad"]["keys"], moved], key=lambda k: k["id"]
        )

    for change in (person, organisation):
        refused(lambda change=change: accept_next(first(), following(change)), "E-TRU-IMMUTABLE")


def test_attack_40_a_key_that_left_comes_back_to_nobody_else() -> None:
    """The receiver holds every list it accepted: a version in between forgets nothing."""
    pulled = json.loads(TRUST)["orgs"]["gsb:0363"]["keys"][0]

    def left(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"].pop(0)

    second = following(left)
    held = accept_next(first(), second)

    def third(org: str, **changes: str) -> Signed:
        def change(value: dict[str, Any]) -> None:
            left(value)
            value.update(version=3, previous=held.sha256)
            keys = [*value["orgs"][org]["keys"], {**pulled, **changes}]
            value["orgs"][org]["keys"] = sorted(keys, key=lambda key: key["id"])

        return listed(change)

    refused(lambda: accept_next(held, third("csb:kiesraad")), "E-TRU-IMMUTABLE")
    refused(lambda: accept_next(held, third("gsb:0363", person="p9")), "E-TRU-IMMUTABLE")
    refused(lambda: accept_all([listed(), second, third("csb:kiesraad")], CARD), "E-TRU-IMMUTABLE")
    back = accept_next(held, third("gsb:0363"))
    assert (set(held.left), set(back.left)) == ({pulled["id"]}, set())
    # Two versions later as well, and a key that came back may leave again.
    later = accept_next(held, listed(lambda value: (left(value), value.update(version=3, previous=held.sha256))[0]))
    assert set(later.left) == {pulled["id"]}


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
OTHER_SPELLINGS = [(2**255 - 19 + y).to_bytes(32, "little").hex() for y in (0, 1, 2, 18)] + [
    "ff" * 32,
    "01" + "0" * 60 + "80",
]


@pytest.mark.parametrize("weak", SMALL_ORDER + OTHER_SPELLINGS)
def test_attack_41_a_key_that_anybody_can_sign_with(weak: str) -> None:
    blob = string(b"ssh-ed25519") + string(bytes.fromhex(weak))
    text = f"ssh-ed25519 {base64.b64encode(blob).decode()}"

    def poisoned(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(key=text)

    refused(lambda: accept_next(first(), following(poisoned)), "E-TRU-WEAKKEY")
    refused(
        lambda: trust_list(lambda value: value["roots"].update(keys=sorted([*value["roots"]["keys"], text]))),
        "E-TRU-WEAKKEY",
    )


def test_attack_41_a_point_beside_its_curve() -> None:
    beside = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b"\x04" + bytes(63) + b"\x01")
    refused(lambda: PublicKey.from_blob(beside), "E-TRU-WEAKKEY")


def test_attack_41_the_same_key_twice() -> None:
    def twice(value: dict[str, Any]) -> None:
        value["orgs"]["csb:kiesraad"]["keys"] = value["orgs"]["gsb:0363"]["keys"]

    refused(lambda: trust_list(twice), "E-TRU-WEAKKEY")

    def root_too(value: dict[str, Any]) -> None:
        value["roots"]["keys"] = sorted([*value["roots"]["keys"], value["orgs"]["gsb:0363"]["keys"][0]["key"]])

    refused(lambda: trust_list(root_too), "E-TRU-WEAKKEY")


def test_a_version_may_not_be_skipped_or_hang_in_the_air() -> None:
    refused(lambda: accept_next(first(), following(lambda value: value.update(version=3))), "E-TRU-CHAIN")
    refused(lambda: accept_next(first(), following(lambda value: value.update(previous="1" * 64))), "E-TRU-CHAIN")
    refused(lambda: accept_first(following(), CARD), "E-TRU-CHAIN")
    refused(lambda: accept_first(listed(lambda value: value.update(previous="1" * 64)), CARD), "E-TRU-CHAIN")
    refused(lambda: accept_next(first(), following(lambda value: value.update(election="TK2031"))), "E-TRU-CHAIN")
    refused(lambda: accept_all([], CARD), "E-TRU-NONE")


def test_attack_42_an_expired_list_holds_and_never_refuses() -> None:
    late = datetime(2026, 2, 1, tzinfo=UTC)
    assert open_plain(good_container(), receiver(now=late))[0].codes == ("E-TRU-EXPIRED",)

    def short_key(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0]["until"] = "2025-11-15T00:00:00Z"

    # Key windows are not judged then: a newer list will say, and the delivery waits for it.
    trust = trust_list(short_key)
    document = manifest(trust_list={"sha256": trust.sha256, "version": 1})
    assert open_plain(good_container(document), receiver(trust, late))[0].codes == ("E-TRU-EXPIRED",)
    refused(lambda: open_plain(good_container(document, "gsb0363-p1"), receiver(trust, late)), "E-SIG-THRESHOLD")


@pytest.mark.parametrize("labels", [SIGNERS, ("gsb0363-p1",), ("gsb0363-p1", "root5")])
def test_attack_43_a_newer_list_that_we_lack(labels: tuple[str, ...]) -> None:
    document = manifest(trust_list={"sha256": "1" * 64, "version": 2})
    refused(lambda: open_plain(good_container(document, *labels)), "E-TRU-NEWER")


def test_an_older_list_is_a_warning() -> None:
    newer = trust_list(lambda value: value.update(version=2, previous="1" * 64))
    assert open_plain(good_container(), receiver(newer))[0].codes == ("W-TRU-OLDER",)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(expires=format_time(datetime(2026, 3, 1, tzinfo=UTC))),
        lambda value: value.update(expires=value["issued"]),
        lambda value: value.update(issued="9999-12-01T00:00:00Z"),
        lambda value: value["roots"].update(threshold=1),
        lambda value: value["roots"].update(threshold=6),
        lambda value: value["roots"].update(keys=list(reversed(value["roots"]["keys"]))),
        lambda value: value["orgs"]["gsb:0363"]["keys"].reverse(),
        lambda value: value["orgs"]["gsb:0363"]["keys"][0].update(id="0" * 32),
        lambda value: value["routes"].append({"from": "gsb:0001", "to": "csb:kiesraad"}),
        lambda value: value.update(expected=["gsb:0001"]),
        lambda value: value["orgs"]["gsb:0363"]["threshold"].update(corrigendum=1),
        lambda value: value["orgs"]["gsb:0363"]["threshold"].update(result=3),
        lambda value: value["orgs"]["gsb:0363"]["keys"][0].update(status="revoked", reason="lost"),
        lambda value: value["orgs"]["gsb:0363"]["keys"][0].update(revoked_at="2025-10-20T00:00:00Z"),
    ],
)
def test_lists_that_break_their_own_rules(change: Change) -> None:
    refused(lambda: trust_list(change), "E-MAN-SCHEMA")


def test_a_production_list_asks_for_two_persons_and_two_recipients() -> None:
    def production(value: dict[str, Any]) -> None:
        value["environment"] = "production"

    refused(lambda: trust_list(production), "E-TRU-PRODUCTION")

    def complete(value: dict[str, Any]) -> None:
        production(value)
        value["orgs"]["csb:kiesraad"]["recipients"] = [RECIPIENT, new_identity()[1]]
        value["orgs"]["gsb:0363"]["recipients"] = [RECIPIENT]

    def one_recipient(value: dict[str, Any]) -> None:
        complete(value)
        value["orgs"]["csb:kiesraad"]["recipients"].pop()

    def no_recipient(value: dict[str, Any]) -> None:
        complete(value)
        value["orgs"]["gsb:0363"]["recipients"].pop()

    def one_accepts(value: dict[str, Any]) -> None:
        complete(value)
        value["orgs"]["csb:kiesraad"]["threshold"]["accept"] = 1

    assert trust_list(complete).environment == "production"
    for change in (one_recipient, no_recipient, one_accepts, lambda value: (complete(value), _one_person(value))):
        refused(lambda change=change: trust_list(change), "E-TRU-PRODUCTION")


def _one_person(value: dict[str, Any]) -> None:
    value["orgs"]["gsb:0363"]["threshold"] = {"result": 1, "corrigendum": 1, "withdrawal": 1}


def test_documents_of_another_format_are_named_as_such() -> None:
    refused(lambda: trust_list(lambda value: value.update(format="stf-trust-list/2", more="x")), "E-MAN-FORMAT")
    receipt = canonical.dump({**json.loads(RECEIPT), "format": "stf-receipt/2", "more": "x"})
    refused(lambda: Receipt.from_bytes(receipt), "E-MAN-FORMAT")


def test_a_receipt_is_a_receipt() -> None:
    refused(lambda: check(signed(M1, *SIGNERS), first()), "E-TAR-ORDER")


def test_allowed_signers_names_every_key_with_its_window() -> None:
    lines = allowed_signers(first()).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(
        'gsb:0363/p1 namespaces="stf-manifest-v1",valid-after="20251001",valid-before="20260101" ssh-ed25519 '
    )
    assert lines[0].startswith('csb:kiesraad/svc1 namespaces="stf-receipt-v1",')


def test_a_list_at_the_end_of_the_calendar_is_still_a_list() -> None:
    def late(value: dict[str, Any]) -> None:
        value.update(issued="9999-12-01T00:00:00Z", expires="9999-12-31T23:59:59Z")
        value["orgs"]["gsb:0363"]["keys"][0]["until"] = "9999-12-31T23:59:59Z"

    assert "99990101" in allowed_signers(trust_list(late))


def test_allowed_signers_ends_with_a_revocation() -> None:
    def revoke(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(status="revoked", revoked_at="2025-10-20T08:00:00Z", reason="lost")

    assert 'valid-before="20251020"' in allowed_signers(trust_list(revoke)).splitlines()[1]
