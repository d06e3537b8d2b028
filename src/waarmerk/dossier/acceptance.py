"""Acceptance against paper: all 64 digits, the totals, and two persons who sign (security.md 3.19, step 18 of 3.17).

Nothing of the expected value is ever given back: only which groups or which figures differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarmerk.dossier import two_persons
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.delivery import Received
from waarmerk.dossier.fold import Dossier
from waarmerk.errors import BadData
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.manifest import Kind
from waarmerk.seal.receipt import ChainEnd, Receipt, Verdict
from waarmerk.seal.trust import TrustList
from waarmerk.wire.digests import differing_groups, parse_printed

ACCEPTED_KINDS = (Kind.RESULT, Kind.CORRIGENDUM, Kind.WITHDRAWAL)
"""What two persons accept: what counts, and what ends that it counts (security.md 3.12)."""
MAX_TRIES = 5
"""Wrong digests by one person; then another must type (security.md 3.19)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison with paper gave: names of what differs; empty means equal."""

    differs: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether paper and file say the same."""
        return not self.differs


def _waiting(dossier: Dossier, manifest: str) -> Received:
    state = dossier.deliveries.get(manifest)
    if (
        not isinstance(state, Received)
        or state.examination is None
        or state.arrival.manifest.kind not in ACCEPTED_KINDS
    ):
        raise BadData("E-SEM-KIND", "this delivery is not waiting for acceptance")
    return state


def _open_for_paper(dossier: Dossier, manifest: str) -> Received:
    state = _waiting(dossier, manifest)
    if state.arrival.manifest.count_file is None:
        raise BadData("E-SEM-KIND", "there is nothing in this delivery to compare with paper")
    return state


def _compared(state: Received) -> bool:
    """Whether paper says the same; a withdrawal has no figures, so there is nothing to compare."""
    return state.paper.complete or state.arrival.manifest.count_file is None


def can_be_drafted(dossier: Dossier, manifest: str) -> bool:
    """Whether two persons could sign an acceptance that is not fixed yet."""
    try:
        state = _waiting(dossier, manifest)
    except BadData:
        return False
    return _compared(state) and not state.paper.draft and not dossier.stream(state.arrival.stream).frozen


def tries_of(dossier: Dossier, manifest: str, person: str) -> int:
    """Return how often a person typed a wrong digest for a delivery."""
    acts = dossier.history.get(manifest, [])
    return sum(a.action is Action.PAPER_DIGEST and a.actor == person and a.result != "ok" for a in acts)


def type_digest(dossier: Dossier, manifest: str, typed: str, person: str) -> tuple[Compared, NewAct]:
    """Compare all 64 digits that a person typed from paper with the digest of the count that was delivered."""
    state = _open_for_paper(dossier, manifest)
    _another_person(person, state.paper.totals_by)
    if state.paper.digest_by:
        raise BadData("E-SEM-KIND", "the digest was compared already, and was equal")
    if tries_of(dossier, manifest, person) >= MAX_TRIES:
        raise BadData("E-PAP-TRIES", f"{MAX_TRIES} wrong tries by one person; another person must type")
    file = state.arrival.manifest.count_file
    groups = differing_groups(parse_printed(typed), file.sha256 if file else "")
    compared = Compared(tuple(str(group) for group in groups))
    result = "ok" if compared.equal else "E-PAP-MISMATCH"
    return compared, NewAct(Action.PAPER_DIGEST, manifest, {"groups": list(groups)}, actor=person, result=result)


def type_totals(
    dossier: Dossier, manifest: str, typed: Mapping[str, int], expected: Mapping[str, int], person: str
) -> tuple[Compared, NewAct]:
    """Compare the totals that a person typed from paper with those of the file; every figure must be typed."""
    state = _open_for_paper(dossier, manifest)
    _another_person(person, state.paper.digest_by)
    if state.paper.totals_by:
        raise BadData("E-SEM-KIND", "the totals were compared already, and were equal")
    differs = tuple(name for name, value in expected.items() if typed.get(name) != value)
    compared = Compared(differs)
    result = "ok" if compared.equal else "E-PAP-MISMATCH"
    # What was typed from paper is an act (architecture.md, rule 1): the paper's figures, not the file's.
    details = {"typed": dict(typed), "differs": list(differs)}
    return compared, NewAct(Action.PAPER_TOTALS, manifest, details, actor=person, result=result)


def _another_person(person: str, other: str) -> None:
    """Digest and totals are typed by different people (attack 86)."""
    if person == other:
        raise BadData("E-SIG-SAMEPERSON", "another person must type than the one who typed the first part")


def draft(
    dossier: Dossier, manifest: str, *, org: str, trust: TrustList, software: Mapping[str, str], now: datetime
) -> NewAct:
    """Return the act that fixes the unsigned ``accepted`` receipt, once paper and file were found equal."""
    state = _waiting(dossier, manifest)
    _not_frozen(dossier, state)
    if not _compared(state):
        raise BadData("E-PAP-MISMATCH", "digest and totals must both have been typed from paper and be equal")
    said = receipt.compose(
        state.arrival.manifest,
        Verdict.ACCEPTED,
        receiver=org,
        sealed=state.arrival.sealed,
        codes=[],
        received=now,
        after=dossier.chains.get(state.arrival.manifest.sender, ChainEnd()),
        trust=trust,
        software=software,
        audit_head=dossier.head.sha256,
    )
    return NewAct(Action.ACCEPT_DRAFTED, manifest, {"receipt": said.data.decode("utf-8")})


def _not_frozen(dossier: Dossier, state: Received) -> None:
    if dossier.stream(state.arrival.stream).frozen:
        raise BadData("E-CHN-FROZEN", "a fork of this stream must be cleared by two people first")


def draft_of(dossier: Dossier, manifest: str) -> Signed:
    """Return the acceptance as a draft to be signed with ``waarmerk sign``."""
    state = _waiting(dossier, manifest)
    _not_frozen(dossier, state)
    if not state.paper.draft:
        raise BadData("E-PAP-MISMATCH", "digest and totals must both have been typed from paper and be equal")
    return Signed(RECEIPT, state.paper.draft.encode("utf-8"), {})


def stale(dossier: Dossier, manifest: str) -> bool:
    """Whether something was said to the sender since the acceptance was drafted: then it must be drafted again."""
    said = Receipt.from_bytes(draft_of(dossier, manifest).document)
    last = dossier.chains.get(said.sender, ChainEnd())
    return (said.sequence, said.previous) != (last.sequence + 1, last.sha256)


def accept(
    dossier: Dossier, manifest: str, files: Sequence[bytes], *, org: str, trust: TrustList, now: datetime
) -> tuple[NewAct, Signed]:
    """Return the act and the signed receipt when two persons with role ``accept`` signed the draft; else ``E-SIG-*``.

    ``files`` are signature files, or signed drafts (containers), in any order.
    """
    unsigned = draft_of(dossier, manifest)
    said = Receipt.from_bytes(unsigned.document)
    if stale(dossier, manifest):
        raise BadData("E-PAP-STALE", "something was said to this sender meanwhile; fetch and sign the draft again")
    standing = dossier.standing
    if standing.time(trust, now) > trust.expires and not standing.expired_counts(trust, now):
        raise BadData("E-TRU-EXPIRED", "nothing is accepted under an expired list unless two persons let it count")
    made = two_persons.sign(unsigned, files, receipt.NAMESPACE, standing, org=org, trust=trust, now=now)
    return NewAct(Action.ACCEPTED, manifest, {"receipt": said.data.decode("utf-8"), **made.details}), made.signed
