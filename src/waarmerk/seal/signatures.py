"""Judging the signatures of one document: parse, known, verified, counted by person (security.md 3.5.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from waarmerk.errors import BadData
from waarmerk.seal.sshsig import Signature
from waarmerk.seal.trust import Organisation, TrustedKey


@dataclass(frozen=True, slots=True)
class Signer:
    """One verified signature, and why it does not count (``REVOKED``, ``WINDOW``, ``ROLE``, ``BLOCKED``) if it does not."""

    key_id: str
    person: str
    hardware: bool
    why_not: str | None

    @property
    def counts(self) -> bool:
        """Whether this person stands behind the document."""
        return self.why_not is None


def judge(
    document: bytes,
    signatures: Mapping[str, bytes],
    *,
    namespace: str,
    org: Organisation,
    role: str,
    threshold: int,
    now: datetime | None,
    blocked: Collection[str] = (),
) -> tuple[Signer, ...]:
    """Return the verified signers when enough different persons of the organisation signed; all are judged first.

    Raises ``BadData`` with ``E-SIG-*``: see :func:`judge_all` and :func:`conclude`.
    """
    each = judge_all(document, signatures, namespace=namespace, org=org, role=role, now=now, blocked=blocked)
    return conclude(*each, threshold)


def judge_all(
    document: bytes,
    signatures: Mapping[str, bytes],
    *,
    namespace: str,
    org: Organisation,
    role: str,
    now: datetime | None,
    blocked: Collection[str] = (),
) -> tuple[list[Signer], list[BadData]]:
    """Return the verified signers, and what is wrong with the other signatures.

    Without ``now`` key windows are not judged: under an expired list, what it lets through is held (security.md 3.8).
    ``blocked`` are keys that two receivers blocked before the next list.
    """
    if not signatures:
        raise BadData("E-SIG-NONE", "no signature")
    signers, flaws = [], []
    for key_id, armored in sorted(signatures.items()):
        try:
            signer = judge_one(document, key_id, armored, namespace, org, role, now)
            signers.append(replace(signer, why_not="BLOCKED") if signer.counts and key_id in blocked else signer)
        except BadData as error:
            flaws.append(error)
    return signers, flaws


def conclude(signers: Sequence[Signer], flaws: Sequence[BadData], threshold: int) -> tuple[Signer, ...]:
    """Return the signers when they are enough; raises a flaw of any one signature before a lack of persons."""
    if flaws:
        raise _worst(flaws)
    check_threshold(signers, threshold)
    return tuple(signers)


def judge_one(
    document: bytes, key_id: str, armored: bytes, namespace: str, org: Organisation, role: str, now: datetime | None
) -> Signer:
    """Return the signer of one signature file, whether it counts or not; raises ``BadData`` with ``E-SIG-*``."""
    signature = Signature.parse(armored)
    if signature.key.id != key_id:
        raise BadData("E-SIG-FILENAME", f"sig/{key_id}.sshsig holds a signature of key {signature.key.id}")
    trusted: TrustedKey | None = org.keys.get(key_id)
    # The whole key, not only its id: that has 128 bits.
    if trusted is None or trusted.key != signature.key:
        raise BadData("E-SIG-UNKNOWN", f"key {key_id} is not listed for {org.id}")
    signature.verify(document, namespace)
    signature.check_touch(trusted.user_check)
    signature.check_origin(org.origins)
    return Signer(key_id, trusted.person, signature.hardware, trusted.why_not(role, now))


def _worst(flaws: Sequence[BadData]) -> BadData:
    """A broken signature says more than an unknown key; the order is fixed so that an answer is repeatable."""
    return min(flaws, key=lambda flaw: (flaw.code != "E-SIG-BAD", flaw.code))


@dataclass(frozen=True, slots=True)
class Strength:
    """How many of the persons who signed did so with a key that cannot be copied (security.md 3.5.5)."""

    hardware: int
    persons: int

    @property
    def level(self) -> str:
        """``all``, ``some`` or ``none``: by this its words are found."""
        return "none" if not self.hardware else "all" if self.hardware >= self.persons else "some"


def strength(made: Iterable[tuple[str, bool]]) -> Strength:
    """Return the strength of signatures, each a person and whether the key is hardware."""
    known = list(made)
    return Strength(len({person for person, hardware in known if hardware}), len({person for person, _ in known}))


def strength_of(signers: Iterable[Signer]) -> Strength:
    """Return the strength of the signatures that count."""
    return strength((signer.person, signer.hardware) for signer in signers if signer.counts)


def strength_in(signatures: Mapping[str, bytes], org: Organisation) -> Strength:
    """Return the strength of signature files as they are, judged by others before; a key that is not listed is its own person."""
    made = []
    for key_id, armored in signatures.items():
        listed = org.keys.get(key_id)
        try:
            made.append((listed.person if listed else key_id, Signature.parse(armored).hardware))
        except BadData:
            continue
    return strength(made)


def check_threshold(signers: Sequence[Signer], threshold: int) -> None:
    """Refuse when fewer different persons count than the threshold asks (``E-SIG-SAMEPERSON``, ``E-SIG-THRESHOLD``)."""
    counting = [signer for signer in signers if signer.counts]
    persons = {signer.person for signer in counting}
    if len(persons) >= threshold:
        return
    if len(counting) >= threshold:
        raise BadData("E-SIG-SAMEPERSON", f"{len(counting)} signatures by {len(persons)} person")
    reasons = sorted({signer.why_not for signer in signers if signer.why_not})
    if len(persons | {signer.person for signer in signers if signer.why_not == "BLOCKED"}) >= threshold:
        raise BadData("E-SIG-BLOCKED", f"{len(persons)} of {threshold} persons; two receivers blocked a key")
    raise BadData(
        "E-SIG-THRESHOLD",
        f"{len(persons)} of {threshold} persons" + (f" ({', '.join(reasons)})" if reasons else ""),
    )
