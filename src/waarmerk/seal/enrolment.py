"""Enrolment requests: a person asks to be listed with a key, and proves to hold it (security.md 3.9).

The key signs the request itself, over a challenge of the central body, so nobody enrols the key of another or an old request.
Whose key it is, is said by paper and a call, never by this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from waarmerk.errors import BadData
from waarmerk.seal import document
from waarmerk.seal.container import ENROLMENT, Signed
from waarmerk.seal.limits import MAX_ENROLMENT
from waarmerk.seal.sshsig import Signature
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import CROCKFORD
from waarmerk.wire.sshkeys import PublicKey

FORMAT = "stf-enrol/1"
NAMESPACE = "stf-enrol-v1"
CHALLENGE = rf"[{CROCKFORD}]{{4}}(-[{CROCKFORD}]{{4}}){{3}}"
"""80 random bits, short enough to type from a letter."""
SCHEMA = shape.fields(
    {
        "format": shape.text,
        "environment": document.environment,
        "election": document.election,
        "org": document.organisation,
        "person": document.person,
        "key": document.public_key,
        "challenge": shape.pattern(CHALLENGE, "four groups of four letters and digits"),
    }
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One request with its exact bytes."""

    data: bytes
    environment: str
    election: str
    org: str
    person: str
    key: PublicKey
    challenge: str

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read exact bytes; raises ``BadData`` with ``E-MAN-*``, ``E-SIG-*`` or ``E-TRU-WEAKKEY``."""
        value = document.read(data, MAX_ENROLMENT, FORMAT, SCHEMA, "enrolment")
        return cls(
            data=data,
            environment=value["environment"],
            election=value["election"],
            org=value["org"],
            person=value["person"],
            key=PublicKey.parse(value["key"]),
            challenge=value["challenge"],
        )


def compose(*, environment: str, election: str, org: str, person: str, key: PublicKey, challenge: str) -> Enrolment:
    """Return the unsigned request of these fields, read back from its own bytes."""
    value = {"environment": environment, "election": election, "org": org, "person": person}
    return Enrolment.from_bytes(canonical.dump({"format": FORMAT, **value, "key": key.text, "challenge": challenge}))


def check(signed: Signed, *, environment: str, election: str, org: str, challenge: str) -> Enrolment:
    """Return a request that its own key signed, for this list, body and challenge; raises ``E-SIG-*`` and ``E-TRU-ENROL``."""
    made = Enrolment.from_bytes(signed.document)
    if signed.name != ENROLMENT or list(signed.signatures) != [made.key.id]:
        raise BadData("E-TRU-ENROL", "a request is signed once, by the key that it asks for")
    signature = Signature.parse(signed.signatures[made.key.id])
    if signature.key != made.key:
        raise BadData("E-TRU-ENROL", "signed by another key than the one that it asks for")
    signature.verify(signed.document, NAMESPACE)
    signature.check_touch("uv")
    asked = {"environment": environment, "election": election, "org": org, "challenge": challenge}
    for name, wanted in asked.items():
        if getattr(made, name) != wanted:
            raise BadData("E-TRU-ENROL", f"{name} is {getattr(made, name)}, not {wanted}")
    return made
