"""Wrong addresses and lists that may not be believed (security.md part 6, attacks 31 to 43)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.seal.envelopes import SIGNERS, good_container, manifest, open_plain, receiver, trust_list
from tests.seal.stf import NIGHT, TRUST, key_id, signed
from waarmerk.errors import BadData
from waarmerk.seal.container import TRUST_LIST, Signed
from waarmerk.seal.trust import CARD_FORMAT, RootCard, TrustList, accept_all, accept_first, accept_next, allowed_signers
from waarmerk.wire import canonical
from waarmerk.wire.shape import format_time

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
    return accept_first(listed(), CARD, NIGHT)


def refused(action: Callable[[], object], code: str) -> None:
    with pytest.raises(BadData) as caught:
        action()
    assert caught.value.code == code, caught.value


# --- address (step 7)


@pytest.mark.parametrize(
    ("number", "document", "who", "code"),
    [
        (31, manifest(environment="production"), {}, "E-ADR-ENV"),
        (31, manifest(), {"environment": "production"}, "E-ADR-ENV"),
        (32, manifest(election="PS2027"), {}, "E-ADR-ELECTION"),
        (33, manifest(recipient="hsb:TK2025-9"), {}, "E-ADR-RECIPIENT"),
        (33, manifest(), {"org": "hsb:TK2025-9"}, "E-ADR-RECIPIENT"),
        (34, manifest(sender="gsb:9999"), {}, "E-ADR-SENDER"),
        (35, manifest(epoch=2), {}, "E-ADR-EPOCH"),
    ],
)
def test_attack_31_to_35_addresses(number: int, document: bytes, who: dict[str, Any], code: str) -> None:
    refused(lambda: open_plain(good_container(document), receiver(**who)), code)


def test_attack_34_a_route_that_is_not_listed() -> None:
    def no_routes(value: dict[str, Any]) -> None:
        value["routes"] = []

    refused(lambda: open_plain(good_container(), receiver(trust_list(no_routes))), "E-ADR-ROUTE")


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
    assert accept_all([listed(), following()], CARD, NIGHT).version == 2


def test_attack_36_an_older_version() -> None:
    held = accept_next(first(), following())
    refused(lambda: accept_next(held, listed()), "E-TRU-ROLLBACK")


@pytest.mark.parametrize("labels", [("root1", "root2"), ("root1",), ("gsb0363-p1", "root1", "root2")])
def test_attack_37_too_few_roots(labels: tuple[str, ...]) -> None:
    refused(lambda: accept_first(listed(lambda value: None, *labels), CARD, NIGHT), "E-TRU-THRESHOLD")
    refused(lambda: accept_next(first(), following(lambda value: None, *labels)), "E-TRU-THRESHOLD")


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


def test_attack_39_two_lists_of_one_version() -> None:
    def other(value: dict[str, Any]) -> None:
        value["expected"] = []

    refused(lambda: accept_next(first(), listed(other)), "E-TRU-HASH")
    document = manifest(trust_list={"sha256": "1" * 64, "version": 1})
    refused(lambda: open_plain(good_container(document)), "E-TRU-HASH")


def test_attack_40_a_revoked_key_comes_back() -> None:
    def revoke(value: dict[str, Any]) -> None:
        value["orgs"]["gsb:0363"]["keys"][0].update(status="revoked", revoked_at="2025-10-20T00:00:00Z", reason="lost")

    held = accept_next(first(), following(revoke))

    def back(value: dict[str, Any]) -> None:
        value.update(version=3, previous=held.sha256)

    refused(lambda: accept_next(held, listed(back)), "E-TRU-IMMUTABLE")


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


def test_attack_41_the_same_key_twice() -> None:
    def twice(value: dict[str, Any]) -> None:
        value["orgs"]["csb:kiesraad"]["keys"] = value["orgs"]["gsb:0363"]["keys"]

    refused(lambda: trust_list(twice), "E-TRU-WEAKKEY")


def test_a_version_may_not_be_skipped_or_hang_in_the_air() -> None:
    refused(lambda: accept_next(first(), following(lambda value: value.update(version=3))), "E-TRU-CHAIN")
    refused(lambda: accept_next(first(), following(lambda value: value.update(previous="1" * 64))), "E-TRU-CHAIN")
    refused(lambda: accept_first(following(), CARD, NIGHT), "E-TRU-CHAIN")
    refused(lambda: accept_next(first(), following(lambda value: value.update(election="TK2031"))), "E-TRU-CHAIN")
    refused(lambda: accept_all([], CARD, NIGHT), "E-TRU-NONE")


def test_attack_42_an_expired_list_holds_and_never_refuses() -> None:
    late = receiver(now=datetime(2026, 2, 1, tzinfo=UTC))
    judged, _ = open_plain(good_container(), late)
    assert "E-TRU-EXPIRED" in judged.codes


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
        lambda value: value["roots"].update(threshold=1),
        lambda value: value["roots"].update(threshold=6),
        lambda value: value["roots"].update(keys=list(reversed(value["roots"]["keys"]))),
        lambda value: value["orgs"]["gsb:0363"]["keys"].reverse(),
        lambda value: value["orgs"]["gsb:0363"]["keys"][0].update(id="0" * 32),
        lambda value: value["routes"].append({"from": "gsb:0001", "to": "csb:kiesraad"}),
        lambda value: value.update(expected=["gsb:0001"]),
    ],
)
def test_lists_that_break_their_own_rules(change: Change) -> None:
    refused(lambda: trust_list(change), "E-MAN-SCHEMA")


def test_a_production_list_asks_for_two_persons_and_two_recipients() -> None:
    def production(value: dict[str, Any]) -> None:
        value["environment"] = "production"

    refused(lambda: trust_list(production), "E-TRU-PRODUCTION")


def test_allowed_signers_names_every_key_with_its_window() -> None:
    lines = allowed_signers(first()).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(
        'gsb:0363/p1 namespaces="stf-manifest-v1",valid-after="20251001",valid-before="20251231" ssh-ed25519 '
    )
