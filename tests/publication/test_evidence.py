"""What is logged must be entitled to be: election, environment, route, epoch, receiver, and the list and time it is judged by."""

import dataclasses
import json
from typing import Any

import pytest

from tests.publication.town import NOW, Town, _key, _org, container, trust_list
from waarmerk.errors import BadData
from waarmerk.publication.evidence import Evidence
from waarmerk.publication.write import PublicDocument
from waarmerk.seal import manifest, receipt
from waarmerk.seal.container import MANIFEST, RECEIPT
from waarmerk.wire import canonical
from waarmerk.wire.digests import sha256


def changed(document: PublicDocument, **changes: Any) -> PublicDocument:
    """The document with other fields, truly signed."""
    data = canonical.dump({**json.loads(document.document), **changes})
    if document.type == "manifest":
        return PublicDocument("manifest", data, container(MANIFEST, data, manifest.NAMESPACE, "p1", "p2"))
    return PublicDocument("receipt", data, container(RECEIPT, data, receipt.NAMESPACE, "service"))


def judge(*documents: PublicDocument) -> Evidence:
    evidence = Evidence()
    for one in documents:
        evidence.take(one.type, one.document, one.container, NOW)
    return evidence


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"environment": "test"}, "E-ADR-ENV"),
        ({"election": "GR2026_Elders"}, "E-ADR-ELECTION"),
        ({"recipient": "csb:elders"}, "E-ADR-ROUTE"),
        ({"sender": "gsb:0600"}, "E-ADR-ROUTE"),
        ({"epoch": 2}, "E-ADR-EPOCH"),
        ({"created": "2026-02-01T00:00:00Z"}, "E-SIG-THRESHOLD"),
    ],
)
def test_a_manifest_that_is_not_entitled_is_refused(changes: dict[str, Any], code: str) -> None:
    town = Town()
    delivery, _ = town.deliver(b"x")
    with pytest.raises(BadData, match=code):
        judge(town.trust, changed(delivery, **changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"environment": "test"}, "E-ADR-ENV"),
        ({"election": "GR2026_Elders"}, "E-ADR-ELECTION"),
        ({"receiver": "gsb:0599"}, "E-SIG-UNKNOWN"),
        ({"verdict": "accepted"}, "E-SIG-THRESHOLD"),
    ],
)
def test_a_receipt_that_is_not_entitled_is_refused(changes: dict[str, Any], code: str) -> None:
    town = Town()
    delivery, _ = town.deliver(b"x")
    with pytest.raises(BadData, match=code):
        judge(town.trust, changed(town.receive(delivery), **changes))


def test_the_time_of_the_receipt_counts_and_not_the_senders_own() -> None:
    town = Town()
    delivery, _ = town.deliver(b"x")
    early = changed(delivery, created="2026-02-01T00:00:00Z")
    judge(town.trust, town.receive(early), early)


def two_lists() -> tuple[PublicDocument, PublicDocument]:
    """The second list revokes the key of p2."""
    first = trust_list()
    orgs = json.loads(first.document)["orgs"]
    roles = ("answer", "corrigendum", "result", "withdrawal")
    revoked = {**_key("p2", *roles), "status": "revoked", "revoked_at": "2026-03-19T00:20:00Z", "reason": "lost"}
    town = _org("Mokum", orgs["gsb:0599"]["threshold"], _key("p1", *roles), revoked)
    return first, trust_list(2, sha256(first.document), orgs={**orgs, "gsb:0599": town})


def test_a_key_that_was_revoked_after_the_receipt_still_stands_for_what_it_signed() -> None:
    first, second = two_lists()
    town = Town(first)
    delivery, _ = town.deliver(b"x")
    judge(first, town.receive(delivery), second, delivery)


def test_a_key_that_was_revoked_before_does_not_count() -> None:
    first, second = two_lists()
    delivery, _ = Town(first).deliver(b"x")
    with pytest.raises(BadData, match="E-SIG-THRESHOLD"):
        judge(first, second, delivery)


def test_attack_40_a_key_that_left_the_list_does_not_come_back_elsewhere_in_the_log() -> None:
    first = trust_list()
    orgs = json.loads(first.document)["orgs"]
    town = {**orgs["gsb:0599"], "keys": [key for key in orgs["gsb:0599"]["keys"] if key["person"] != "p2"]}
    second = trust_list(2, sha256(first.document), orgs={**orgs, "gsb:0599": town})
    elsewhere = {"gsb:0599": town, "csb:elders": _org("Elders", {"receipt": 1}, _key("p2", "receipt"))}
    third = trust_list(3, sha256(second.document), orgs={**orgs, **elsewhere})
    judge(first, second)
    with pytest.raises(BadData, match="E-TRU-IMMUTABLE"):
        judge(first, second, third)


def test_the_receipt_of_another_receiver_proves_no_reception() -> None:
    orgs = json.loads(trust_list().document)["orgs"]
    trust = trust_list(orgs={**orgs, "csb:elders": _org("Elders", {"receipt": 1}, _key("elsewhere", "receipt"))})
    town = Town(trust)
    delivery, _ = town.deliver(b"x")
    said = changed(town.receive(delivery), receiver="csb:elders")
    elsewhere = dataclasses.replace(said, container=container(RECEIPT, said.document, receipt.NAMESPACE, "elsewhere"))
    with pytest.raises(BadData, match="E-ADR-RECIPIENT"):
        judge(trust, elsewhere, delivery)


def test_a_document_before_any_trust_list_is_refused() -> None:
    delivery, _ = Town().deliver(b"x")
    with pytest.raises(BadData, match="E-TRU-NONE"):
        judge(delivery)


def test_a_container_with_more_in_it_is_refused() -> None:
    town = Town()
    delivery, _ = town.deliver(b"x")
    longer = dataclasses.replace(delivery, container=delivery.container + bytes(512))
    with pytest.raises(BadData, match="E-TAR-"):
        judge(town.trust, longer)
