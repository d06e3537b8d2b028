"""Making the next version of a trust list: values in, an unsigned list out. What is signed is never edited, only followed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from waarmerk.errors import BadData, WrongUse
from waarmerk.seal import document
from waarmerk.seal.container import TRUST_LIST, Signed
from waarmerk.seal.limits import MAX_TRUST_LIST
from waarmerk.seal.manifest import Kind
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import CARD_FORMAT, FORMAT, LONGEST_VALIDITY, NAMESPACE, SCHEMA, TWO_PERSONS, TrustList
from waarmerk.wire import canonical
from waarmerk.wire.shape import ZERO_HASH, format_time
from waarmerk.wire.sshkeys import KEY_TYPES, PublicKey

SENDING = (Kind.ANSWER, Kind.CORRIGENDUM, Kind.RESULT, Kind.TEST, Kind.WITHDRAWAL)
"""Roles of a person of a body that sends results, unless others are given."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One key of one person, with what it may do."""

    label: str
    key: PublicKey
    roles: Sequence[str]


def first(
    *, election: str, environment: str, roots: Sequence[PublicKey], threshold: int, days: int, now: datetime
) -> dict[str, Any]:
    """Return the value of an empty version 1."""
    if not 1 <= days <= LONGEST_VALIDITY.days:
        raise WrongUse(f"a list is valid for 1 to {LONGEST_VALIDITY.days} days")
    return {
        "format": FORMAT,
        "environment": environment,
        "election": election,
        "version": 1,
        "previous": ZERO_HASH,
        "issued": format_time(now),
        "expires": format_time(now + timedelta(days=days)),
        "roots": {"threshold": threshold, "keys": sorted(key.text for key in roots)},
        "algorithms": {"signature": sorted(KEY_TYPES), "hash": ["sha256"], "encryption": ["age-x25519"]},
        "orgs": {},
        "routes": [],
        "expected": [],
        "logs": [],
        "policy": ["quorum none"],
    }


def card(*, election: str, environment: str, roots: Sequence[PublicKey], threshold: int) -> bytes:
    """Return the root card that goes with it."""
    keys = sorted(key.text for key in roots)
    return canonical.dump(
        {"format": CARD_FORMAT, "environment": environment, "election": election, "threshold": threshold, "keys": keys}
    )


def editable(signed: Signed, now: datetime) -> dict[str, Any]:
    """Return the value to change: of a draft as it is, of a list that anyone signed as its next version."""
    value = document.read(signed.document, MAX_TRUST_LIST, FORMAT, SCHEMA, "trust list")
    if not signed.signatures:
        return value
    held = TrustList.from_bytes(signed.document)
    lasts = held.expires - held.issued
    # Who counts to the end of the old list counts to the end of the new one; whoever counts shorter, does so.
    for org in value["orgs"].values():
        for key in org["keys"]:
            if key["until"] == value["expires"]:
                key["until"] = format_time(now + lasts)
    return {
        **value,
        "version": held.version + 1,
        "previous": held.sha256,
        "issued": format_time(now),
        "expires": format_time(now + lasts),
    }


def with_org(
    value: dict[str, Any],
    org: str,
    *,
    name: str | None,
    persons: Sequence[NewPerson],
    recipients: Sequence[str],
    to: Sequence[str],
    expected: bool,
) -> dict[str, Any]:
    """Return the value with an organisation added or extended."""
    old = value["orgs"].get(org) or {"name": "", "epoch": 1, "threshold": {}, "recipients": [], "keys": []}
    if not (name or old["name"]):
        raise WrongUse(f"{org} is new: give its name with --name")
    keys = {key["id"]: key for key in old["keys"]}
    for person in persons:
        keys[person.key.id] = _key(person, value)
    roles = {role for key in keys.values() for role in key["roles"]}
    entry = {
        "name": name or old["name"],
        "epoch": old["epoch"],
        "threshold": {role: 2 if role in TWO_PERSONS else 1 for role in sorted(roles)},
        "recipients": sorted({*old["recipients"], *recipients}),
        "keys": [keys[key_id] for key_id in sorted(keys)],
    }
    routes = {(route["from"], route["to"]) for route in value["routes"]} | {(org, other) for other in to}
    return {
        **value,
        "orgs": {**value["orgs"], org: entry},
        "routes": [{"from": one, "to": other} for one, other in sorted(routes)],
        "expected": sorted({*value["expected"], *([org] if expected else [])}),
    }


def _key(person: NewPerson, value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": person.key.id,
        "key": person.key.text,
        "person": person.label,
        "roles": sorted({str(role) for role in person.roles}),
        "from": value["issued"],
        "until": value["expires"],
        "status": "active",
        "revoked_at": "",
        "reason": "",
        "user_check": "uv" if person.key.hardware else "",
    }


def with_log(value: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the value with a public log named in it."""
    return {**value, "logs": [*value["logs"], key]}


def with_signing_origin(value: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return the value with a page at which security keys may sign in a browser; ``ORIGIN`` or ``ORIGIN=RELYING PARTY``."""
    page, _, party = origin.partition("=")
    named = {item["origin"]: item for item in value.get("signing_origins", [])}
    named[page] = {"origin": page, "rp_id": party or urlsplit(page).hostname or ""}
    return {**value, "signing_origins": [named[name] for name in sorted(named)]}


def revoked(value: dict[str, Any], key_id: str, reason: str, now: datetime) -> dict[str, Any]:
    """Return the value with a key revoked; it stays listed, so that everyone sees it."""
    result: dict[str, Any] = json.loads(json.dumps(value))
    for org in result["orgs"].values():
        for key in org["keys"]:
            if key["id"] == key_id:
                key.update(status="revoked", revoked_at=format_time(now), reason=reason)
                return result
    raise WrongUse(f"key {key_id} is not in the list")


def draft(value: dict[str, Any]) -> Signed:
    """Return the unsigned list of a value, read back strictly; raises ``BadData`` where it breaks a rule."""
    document = canonical.dump(value)
    TrustList.from_bytes(document)
    return Signed(TRUST_LIST, document, {})


def root_signatures(signed: Signed, roots: Sequence[PublicKey]) -> int:
    """Return how many of these roots signed a list validly."""
    good = 0
    for key in roots:
        try:
            Signature.parse(signed.signatures.get(key.id, b"")).verify(signed.document, NAMESPACE)
        except BadData:
            continue
        good += 1
    return good
