"""The trust list: whose signature counts for what (security.md 3.8). Signed by root keys; each version names the one before.

A holder starts from a root card, checked by two people from paper, and accepts version after version. Nothing else makes a
key count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from waarmerk.errors import BadData
from waarmerk.seal import document
from waarmerk.seal.age import parse_recipient
from waarmerk.seal.container import Signed
from waarmerk.seal.limits import MAX_SIGNATURES, MAX_TRUST_LIST
from waarmerk.seal.manifest import EVERYONE, REPLACING, Kind, Reference
from waarmerk.seal.sshsig import Signature
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256
from waarmerk.wire.sshkeys import KEY_TYPES, SK_ECDSA, PublicKey

FORMAT = "stf-trust-list/1"
CARD_FORMAT = "stf-root-card/1"
NAMESPACE = "stf-trustlist-v1"
LONGEST_VALIDITY = timedelta(days=120)
"""A list that nobody renews stops counting within one election period."""
LAST_DAY = datetime(9998, 12, 31, tzinfo=UTC)
"""The latest day that still has a next one in every calendar."""
RECEIPT_ROLE, ACCEPT_ROLE = "receipt", "accept"
ORIGIN = re.compile(r"https://(?P<host>[a-z0-9-]+(\.[a-z0-9-]+)+)(:[0-9]{1,5})?|http://localhost(:[0-9]{1,5})?")
KEY_ROLES = (*Kind, RECEIPT_ROLE, ACCEPT_ROLE)
ALGORITHMS = {"signature": frozenset(KEY_TYPES), "hash": frozenset({"sha256"}), "encryption": frozenset({"age-x25519"})}
"""What this version can do: a list that names anything else asks for a newer program, not for a guess (security.md 3.16)."""
TWO_PERSONS = ("result", "corrigendum", "withdrawal", "definition", "answer", "test", "accept")
"""Roles that need two persons in ``production``."""

_KEY = shape.fields(
    {
        "id": shape.pattern("[0-9a-f]{32}", "32 hex digits"),
        "key": document.public_key,
        "person": document.person,
        "roles": shape.array(shape.one_of(*KEY_ROLES)),
        "from": shape.moment,
        "until": shape.moment,
        "status": shape.one_of("active", "revoked"),
        "revoked_at": shape.either(shape.one_of(""), shape.moment),
        "reason": shape.one_of("", "lost", "stolen", "left", "mistake"),
        "user_check": shape.one_of("", "up", "uv"),
    }
)
_ORG = shape.fields(
    {
        "name": shape.text,
        "epoch": shape.whole(1),
        "threshold": shape.mapping(shape.one_of(*KEY_ROLES), shape.whole(1)),
        "recipients": shape.array(shape.text),
        "keys": shape.array(_KEY),
    }
)
SCHEMA = shape.fields(
    {
        "format": shape.text,
        "environment": document.environment,
        "election": document.election,
        "version": shape.whole(1),
        "previous": shape.digest,
        "issued": shape.moment,
        "expires": shape.moment,
        "roots": shape.fields(
            {"threshold": shape.whole(2), "keys": shape.array(document.public_key, 2, MAX_SIGNATURES)}
        ),
        "algorithms": shape.fields(
            {
                "signature": shape.array(shape.text, 1),
                "hash": shape.array(shape.text, 1),
                "encryption": shape.array(shape.text, 1),
            }
        ),
        "orgs": shape.mapping(document.organisation, _ORG),
        "routes": shape.array(shape.fields({"from": document.organisation, "to": document.recipient})),
        "expected": shape.array(document.organisation),
        "logs": shape.array(shape.text),
        "policy": shape.array(shape.text),
    },
    {"signing_origins": shape.array(shape.fields({"origin": shape.text, "rp_id": shape.text}))},
)
CARD_SCHEMA = shape.fields(
    {
        "format": shape.one_of(CARD_FORMAT),
        "environment": document.environment,
        "election": document.election,
        "threshold": shape.whole(2),
        "keys": shape.array(document.public_key, 2, MAX_SIGNATURES),
    }
)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One listed key with what it may do and when."""

    key: PublicKey
    person: str
    roles: frozenset[str]
    start: datetime
    until: datetime
    active: bool
    user_check: str
    revoked: datetime | None = None

    def why_not(self, role: str, now: datetime | None) -> str | None:
        """Return why a verified signature of this key does not count for a role at a time, or ``None`` when it does.

        Without a time the window is not judged.
        """
        if not self.active:
            return "REVOKED"
        if now is not None and not self.start <= now <= self.until:
            return "WINDOW"
        return None if role in self.roles else "ROLE"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One body as the list has it."""

    id: str
    name: str
    epoch: int
    threshold: Mapping[str, int]
    recipients: tuple[str, ...]
    keys: Mapping[str, TrustedKey]
    origins: Mapping[str, str] = field(default_factory=dict)
    """The pages of the list at which a browser may sign, with their relying party; the same for every body."""

    def needs(self, role: str) -> int:
        """How many different persons must sign for a role; two where the list is silent."""
        return self.threshold.get(role, 2)


@dataclass(frozen=True, slots=True)
class RootCard:
    """What is pinned at installation from paper: who may sign the first list."""

    environment: str
    election: str
    threshold: int
    keys: tuple[PublicKey, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a root card; raises ``BadData``."""
        value = shape.require(canonical.load(data, MAX_TRUST_LIST), CARD_SCHEMA, "root card")
        keys = tuple(PublicKey.parse(text) for text in value["keys"])
        return cls(value["environment"], value["election"], value["threshold"], keys)


@dataclass(frozen=True, slots=True)
class TrustList:
    """One version of the list, well-formed; whether to believe it is :func:`accept_first` and :func:`accept_next`."""

    data: bytes
    environment: str
    election: str
    version: int
    previous: str
    issued: datetime
    expires: datetime
    root_threshold: int
    roots: tuple[PublicKey, ...]
    orgs: Mapping[str, Organisation]
    routes: frozenset[tuple[str, str]]
    expected: tuple[str, ...]
    logs: tuple[str, ...]
    policy: tuple[str, ...]
    left: dict[str, tuple[str, TrustedKey]] = field(default_factory=dict, compare=False)
    """Keys of versions before this one that it lists no longer, with their organisation: known to who accepted those."""

    @property
    def sha256(self) -> str:
        """Hash of the document."""
        return sha256(self.data)

    @property
    def reference(self) -> Reference:
        """How other documents name this version."""
        return Reference(self.version, self.sha256)

    def judged_at(self, now: datetime) -> datetime | None:
        """The moment at which windows of keys are judged; none once the list is expired: it still judges, windows aside (3.8)."""
        return None if now > self.expires else now

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read one version; raises ``BadData`` with ``E-MAN-*`` for its form, ``E-TRU-*`` and ``E-SIG-*`` for its keys."""
        return cls._from_value(data, document.read(data, MAX_TRUST_LIST, FORMAT, SCHEMA, "trust list"))

    @classmethod
    def _from_value(cls, data: bytes, value: dict[str, Any]) -> Self:
        _check_order(value)
        for use, names in value["algorithms"].items():
            if not set(names) <= ALGORITHMS[use]:
                raise BadData("E-TRU-ALGORITHM", f"{use}: {', '.join(sorted(set(names) - ALGORITHMS[use]))[:200]}")
        origins = _signing_origins(value)
        orgs = {name: _organisation_of(name, entry, origins) for name, entry in value["orgs"].items()}
        issued, expires = shape.parse_time(value["issued"]), shape.parse_time(value["expires"])
        if not timedelta() < expires - issued <= LONGEST_VALIDITY:
            raise BadData("E-MAN-SCHEMA", "a list is valid for at most 120 days after it was issued")
        roots = tuple(PublicKey.parse(text) for text in value["roots"]["keys"])
        if value["roots"]["threshold"] > len(roots):
            raise BadData("E-MAN-SCHEMA", "more root signatures are asked than there are root keys")
        _check_orgs(value, orgs, roots)
        return cls(
            data=data,
            environment=value["environment"],
            election=value["election"],
            version=value["version"],
            previous=value["previous"],
            issued=issued,
            expires=expires,
            root_threshold=value["roots"]["threshold"],
            roots=roots,
            orgs=orgs,
            routes=frozenset((route["from"], route["to"]) for route in value["routes"]),
            expected=tuple(value["expected"]),
            logs=tuple(value["logs"]),
            policy=tuple(value["policy"]),
        )


def _check_order(value: dict[str, Any]) -> None:
    shape.sorted_by(value["roots"]["keys"], lambda key: key, "trust list.roots.keys")
    shape.sorted_by(value["routes"], lambda route: (route["from"], route["to"]), "trust list.routes")
    shape.sorted_by(value["expected"], lambda org: org, "trust list.expected")
    for name, org in value["orgs"].items():
        shape.sorted_by(org["keys"], lambda key: key["id"], f"trust list.orgs.{name}.keys")
        for key in org["keys"]:
            shape.sorted_by(key["roles"], lambda role: role, f"trust list.orgs.{name}.keys.roles")


def _signing_origins(value: dict[str, Any]) -> dict[str, str]:
    """Return origin → relying party; an origin is https or this computer's own, its host lies in the relying party (3.8)."""
    listed = value.get("signing_origins", [])
    shape.sorted_by(listed, lambda item: item["origin"], "trust list.signing_origins")
    for item in listed:
        found = ORIGIN.fullmatch(item["origin"])
        host = found and (found["host"] or "localhost")
        if not host or not f".{host}".endswith(f".{item['rp_id']}"):
            raise BadData(
                "E-MAN-SCHEMA", f"signing origin {item['origin'][:80]!r} is no page of {item['rp_id'][:80]!r}"
            )
    if listed and not any(key["key"].startswith(SK_ECDSA) for org in value["orgs"].values() for key in org["keys"]):
        raise BadData("E-MAN-SCHEMA", "signing_origins stands only where a key signs in a browser")
    return {item["origin"]: item["rp_id"] for item in listed}


def _organisation_of(name: str, entry: dict[str, Any], origins: Mapping[str, str]) -> Organisation:
    keys = {}
    for item in entry["keys"]:
        key = PublicKey.parse(item["key"])
        if key.id != item["id"]:
            raise BadData("E-MAN-SCHEMA", f"key {item['id']} of {name} has another id")
        if (item["status"] == "revoked") != bool(item["revoked_at"]):
            raise BadData("E-MAN-SCHEMA", f"key {item['id']} of {name}: revoked_at stands with a revoked key only")
        if key.type == SK_ECDSA and item["user_check"] != "uv":
            raise BadData("E-MAN-SCHEMA", f"key {item['id']} of {name} signs in a browser: its user_check is uv")

        if key.hardware != bool(item["user_check"]):
            raise BadData("E-MAN-SCHEMA", f"key {item['id']} of {name}: user_check stands with a security key only")
        keys[key.id] = TrustedKey(
            key=key,
            person=item["person"],
            roles=frozenset(item["roles"]),
            start=shape.parse_time(item["from"]),
            until=shape.parse_time(item["until"]),
            active=item["status"] == "active",
            user_check=item["user_check"],
            revoked=shape.parse_time(item["revoked_at"]) if item["revoked_at"] else None,
        )
    recipients = tuple(parse_recipient(text) for text in entry["recipients"])
    return Organisation(name, entry["name"], entry["epoch"], entry["threshold"], recipients, keys, origins)


def _check_orgs(value: dict[str, Any], orgs: Mapping[str, Organisation], roots: Sequence[PublicKey]) -> None:
    """Rules between the parts: a key stands once in the whole list; production needs two persons and spare recipients."""
    ids = [key.id for key in roots] + [key_id for org in orgs.values() for key_id in org.keys]
    if len(set(ids)) != len(ids):
        raise BadData("E-TRU-WEAKKEY", "the same key is listed twice")
    allowed = set(value["algorithms"]["signature"])
    receivers = {route["to"] for route in value["routes"]} - {EVERYONE}
    for name in sorted(receivers | {route["from"] for route in value["routes"]} | set(value["expected"])):
        if name not in orgs:
            raise BadData("E-MAN-SCHEMA", f"{name} is in a route or expected, but not in orgs")
    for org in orgs.values():
        if min(org.needs(role) for role in REPLACING) < org.needs(Kind.RESULT):
            raise BadData("E-MAN-SCHEMA", f"{org.id}: replacing a result needs as many persons as the result")
        if any(trusted.key.type not in allowed for trusted in org.keys.values()):
            raise BadData("E-SIG-KEYTYPE", f"a key of {org.id} is of a type that the list's algorithms leave out")
        if value["environment"] == "production":
            _check_production(org, org.id in receivers)


def _check_production(org: Organisation, receives: bool) -> None:
    for role in TWO_PERSONS:
        if org.needs(role) < 2:
            raise BadData("E-TRU-PRODUCTION", f"{org.id}: {role} needs two persons in production")
    if receives and org.id.startswith(("csb:", "hsb:")) and len(org.recipients) < 2:
        raise BadData("E-TRU-PRODUCTION", f"{org.id} receives results and needs two recipients in production")
    if org.id.startswith("gsb:") and not org.recipients:
        raise BadData("E-TRU-PRODUCTION", f"{org.id} needs a recipient in production (its drafts, requests to it)")


def accept_first(signed: Signed, card: RootCard) -> TrustList:
    """Return version 1 under a root card; raises ``E-TRU-*`` when the card's roots did not sign it as they must."""
    first = TrustList.from_bytes(signed.document)
    if first.version != 1 or first.previous != shape.ZERO_HASH:
        raise BadData("E-TRU-CHAIN", f"the first list has version {first.version}")
    _same_election(first, card.environment, card.election)
    _signed_by(signed, card.keys, card.threshold, "E-TRU-THRESHOLD")
    if (first.roots, first.root_threshold) != (card.keys, card.threshold):
        _signed_by(signed, first.roots, first.root_threshold, "E-TRU-ROOTS")
    return first


def accept_next(held: TrustList, signed: Signed) -> TrustList:
    """Return version N+1 for a holder of N under the rules of security.md 3.8; raises ``E-TRU-*``."""
    new = TrustList.from_bytes(signed.document)
    _same_election(new, held.environment, held.election)
    if new.version <= held.version:
        if new.version == held.version and new.sha256 != held.sha256:
            # Two lists of one version are an alarm about the root holders: not one that anybody can raise without them.
            _signed_by(signed, held.roots, held.root_threshold, "E-TRU-THRESHOLD")
            raise BadData("E-TRU-HASH", f"another version {new.version} is held, and roots signed both")
        raise BadData("E-TRU-ROLLBACK", f"version {new.version}; version {held.version} is held")
    if new.version != held.version + 1 or new.previous != held.sha256:
        raise BadData("E-TRU-CHAIN", f"version {new.version} does not follow version {held.version}")
    if new.issued < held.issued:
        raise BadData("E-TRU-ROLLBACK", "issued before the version that it follows")
    _signed_by(signed, held.roots, held.root_threshold, "E-TRU-THRESHOLD")
    if (new.roots, new.root_threshold) != (held.roots, held.root_threshold):
        _signed_by(signed, new.roots, new.root_threshold, "E-TRU-ROOTS")
    return nothing_moved(held, new)


def accept_all(versions: Iterable[Signed], card: RootCard) -> TrustList:
    """Return the newest of all versions from the first, each accepted on the one before."""
    current: TrustList | None = None
    for signed in versions:
        current = accept_first(signed, card) if current is None else accept_next(current, signed)
    if current is None:
        raise BadData("E-TRU-NONE", "no trust list")
    return current


def _same_election(new: TrustList, environment: str, election: str) -> None:
    if (new.environment, new.election) != (environment, election):
        raise BadData("E-TRU-CHAIN", f"a list for {new.environment} {new.election}, not for {environment} {election}")


def _signed_by(signed: Signed, roots: Sequence[PublicKey], threshold: int, code: str) -> None:
    """Count different root keys whose signature fits; a broken signature counts for nothing."""
    by_id = {key.id: key for key in roots}
    good = set()
    for key_id, armored in signed.signatures.items():
        try:
            signature = Signature.parse(armored)
            signature.verify(signed.document, NAMESPACE)
            signature.check_touch("up")
            # Roots sign on a clean machine without network, never at a page.
            signature.check_origin({})
        except BadData:
            continue
        if by_id.get(key_id) == signature.key:
            good.add(key_id)
    if len(good) < threshold:
        raise BadData(code, f"{len(good)} of the {threshold} root signatures that are needed")


def nothing_moved(held: TrustList, new: TrustList) -> TrustList:
    """Return the next version, knowing every key that was listed before it.

    A key id never changes its person or organisation, whether it was gone for a while or not, and a revoked key stays
    listed and revoked (attack 40); ``E-TRU-IMMUTABLE``.
    """
    listed = {key_id: (org.id, key) for org in new.orgs.values() for key_id, key in org.keys.items()}
    before = {key_id: (org.id, key) for org in held.orgs.values() for key_id, key in org.keys.items()} | held.left
    for key_id, (org_id, key) in before.items():
        if key_id not in listed:
            if not key.active:
                # A list says by itself which keys count no longer, also to whoever reads no other.
                raise BadData("E-TRU-IMMUTABLE", f"key {key_id} was revoked and stays listed")
            continue
        now_at, now = listed[key_id]
        if (now_at, now.person, now.key) != (org_id, key.person, key.key):
            raise BadData("E-TRU-IMMUTABLE", f"key {key_id} moved to another person or organisation")
        if not key.active and now.active:
            raise BadData("E-TRU-IMMUTABLE", f"key {key_id} was revoked and stays so")
    return replace(new, left={key_id: place for key_id, place in before.items() if key_id not in listed})


def allowed_signers(trust: TrustList) -> str:
    """Return the file with which ``ssh-keygen -Y verify`` checks signatures without our program (security.md 3.21).

    Days, because older ``ssh-keygen`` read no time zone: a window is rounded outwards, a revocation ends it that day.
    """
    lines = []
    for org in trust.orgs.values():
        for key in org.keys.values():
            last = key.revoked or min(key.until, LAST_DAY) + timedelta(days=1)
            window = f'valid-after="{key.start:%Y%m%d}",valid-before="{last:%Y%m%d}"'
            lines.append(f'{org.id}/{key.person} namespaces="{_namespaces(key)}",{window} {key.key.text}\n')
    return "".join(sorted(lines))


def _namespaces(key: TrustedKey) -> str:
    receipts = {RECEIPT_ROLE, ACCEPT_ROLE}
    named = [
        ("stf-manifest-v1", key.roles - receipts),
        ("stf-receipt-v1", key.roles & receipts),
        ("stf-decision-v1", key.roles & {ACCEPT_ROLE}),
    ]
    return ",".join(namespace for namespace, roles in named if roles) or "none"
