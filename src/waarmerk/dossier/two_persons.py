"""What two persons of a receiver sign: an acceptance, or a decision. One mechanism for both (security.md 3.8, 3.11, 3.19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waarmerk.dossier.standing import Standing
from waarmerk.errors import BadData
from waarmerk.seal import signatures
from waarmerk.seal.container import Signed
from waarmerk.seal.sshsig import Signature, normalise
from waarmerk.seal.trust import ACCEPT_ROLE, TrustList


@dataclass(frozen=True, slots=True)
class Made:
    """A document with enough signatures, and what its act keeps of them."""

    signed: Signed
    details: Mapping[str, Any]


def sign(
    unsigned: Signed,
    files: Sequence[bytes],
    namespace: str,
    standing: Standing,
    *,
    org: str,
    trust: TrustList,
    now: datetime,
    so_far: bool = False,
) -> Made:
    """Put handed-in signatures onto a document; ``E-SIG-*`` when not two persons with role ``accept`` signed it.

    ``files`` are signature files, or signed drafts (containers), in any order. ``so_far``: there may be too few yet, but each
    must count and be of another person.
    """
    signed = unsigned
    for data in files:
        for key_id, armored in _signatures_in(data, unsigned.name):
            signed = signed.with_signature(key_id, armored)
    body = trust.orgs.get(org)
    if body is None:
        raise BadData("E-ADR-SENDER", f"{org} is not in the trust list")
    signers = signatures.judge(
        signed.document,
        signed.signatures,
        namespace=namespace,
        org=body,
        role=ACCEPT_ROLE,
        threshold=min(body.needs(ACCEPT_ROLE), len(signed.signatures)) if so_far else body.needs(ACCEPT_ROLE),
        # With a clock that is behind, windows are not judged: two persons must be able to say that it is right (3.14).
        now=None if standing.behind(trust, now) else trust.judged_at(standing.time(trust, now)),
        blocked=standing.blocked,
    )
    made = sorted(signed.signatures.items())
    return Made(
        signed,
        {
            "persons": sorted({signer.person for signer in signers if signer.counts}),
            # One line each: strings of canonical JSON hold no line ends.
            "signatures": {key_id: b"".join(armored.split(b"\n")[1:-2]).decode("ascii") for key_id, armored in made},
        },
    )


def _signatures_in(data: bytes, name: str) -> list[tuple[str, bytes]]:
    """What was signed does not matter here: a signature of another draft does not fit this one (``E-SIG-BAD``)."""
    if data.startswith(name.encode() + b"\0"):
        return sorted(Signed.from_bytes(data, name).signatures.items())
    armored = normalise(data)
    return [(Signature.parse(armored).key.id, armored)]
