"""The ways out, each by two persons at the receiver (security.md 3.8, 3.11, 3.14, 5.7): drafted, signed, recorded.

Judged twice: when it is drafted, and again when it is recorded, for the world may have moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waarmerk.dossier import two_persons
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.fold import Dossier
from waarmerk.errors import BadData
from waarmerk.seal import decision
from waarmerk.seal.container import DECISION, Signed
from waarmerk.seal.decision import Decision, What
from waarmerk.seal.receipt import ChainEnd
from waarmerk.seal.trust import ACCEPT_ROLE, TrustList
from waarmerk.wire.shape import ZERO_HASH

SLOW = timedelta(hours=24)
"""Time between a draft and its second signature, after which a confirmed clock says nothing any more."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision is about: our chains, our list, and the mark outside the database (``office.mark``)."""

    dossier: Dossier
    trust: TrustList
    org: str
    now: datetime
    behind: bool = False
    """Whether a chain of our receipts is behind the mark outside the database (``office.mark``), or the mark is lost."""
    ends: Mapping[str, ChainEnd] = field(default_factory=dict)
    """Where the mark says that they end, for each sender."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that waits for people: ``why`` is the key of its words, ``what`` can be decided, about one of ``objects``."""

    why: str
    what: What | None
    sender: str = ""
    objects: tuple[str, ...] = ()


def waiting(situation: Situation) -> list[Matter]:
    """Return what waits for two persons, or for what they decided to come true."""
    dossier, trust, now = situation.dossier, situation.trust, situation.now
    found = []
    for stream, known in dossier.streams.items():
        found += [Matter("fork", What.CLEAR, stream.sender, fork) for fork in known.forks]
        if known.awaited:
            found.append(Matter("awaited", None, stream.sender, (known.awaited,)))
    if situation.behind:
        found.append(Matter("restored", What.RESTORE))
    if dossier.standing.behind(trust, now):
        found.append(Matter("clock", What.CLOCK))
    if dossier.standing.time(trust, now) > trust.expires and not dossier.standing.expired_counts(trust, now):
        found.append(Matter("expired", What.ALLOW))
    return found


def can_unblock(situation: Situation, key: str) -> bool:
    """Whether two persons may let a blocked key count again."""
    return not _no_unblock(situation, key)


def draft(situation: Situation, what: What, object_: str, *, reason: str, until: datetime | None = None) -> Signed:
    """Return a decision for two persons to sign with ``waarmerk sign``; ``BadData`` where there is nothing to decide."""
    trust = situation.trust
    about = {What.ALLOW: trust.sha256, What.CLOCK: trust.sha256, What.RESTORE: ZERO_HASH}.get(what, object_)
    made = decision.compose(
        what,
        about,
        reason=reason,
        until=until,
        trust=trust,
        receiver=situation.org,
        after=situation.dossier.standing.decided,
        taken=situation.now,
    )
    _check(made, situation)
    return Signed(DECISION, made.data, {})


def still_follows(drafted: Signed, situation: Situation) -> bool:
    """Whether a draft can still be recorded: none was recorded since."""
    return Decision.from_bytes(drafted.document).sequence == situation.dossier.standing.decided.sequence + 1


def add(situation: Situation, files: Sequence[bytes], *, so_far: bool = True) -> two_persons.Made:
    """Return a drafted decision with the signatures that were handed in; ``E-SIG-*`` for one that does not count.

    The first of ``files`` is the draft; the others are signature files or signed copies, and may be one person's each.
    """
    unsigned = Signed(DECISION, Signed.from_bytes(files[0], DECISION).document, {})
    _check(Decision.from_bytes(unsigned.document), situation)
    return two_persons.sign(
        unsigned,
        files,
        decision.NAMESPACE,
        situation.dossier.standing,
        org=situation.org,
        trust=situation.trust,
        now=situation.now,
        so_far=so_far,
    )


def missing(situation: Situation, persons: int) -> int:
    """Return how many persons must still sign."""
    return max(0, situation.trust.orgs[situation.org].needs(ACCEPT_ROLE) - persons)


def record(situation: Situation, files: Sequence[bytes]) -> tuple[NewAct, Signed]:
    """Return the act of a decision that two persons signed; ``E-SIG-*`` when they did not, ``E-DEC-*`` when it does not fit."""
    both = add(situation, files, so_far=False)
    made = Decision.from_bytes(both.signed.document)
    details = {"decision": made.data.decode("utf-8"), **both.details}
    if made.what is What.RESTORE:
        ours = situation.dossier.chains
        ahead = {s: end for s, end in situation.ends.items() if end.sequence >= ours.get(s, ChainEnd()).sequence}
        details["ends"] = {sender: [end.sequence, end.sha256] for sender, end in ahead.items()}
    return NewAct(Action.DECIDED, made.object, details), both.signed


def _check(made: Decision, situation: Situation) -> None:
    """Refuse a decision that is somebody else's, was played again, or decides nothing."""
    dossier, trust = situation.dossier, situation.trust
    if (made.environment, made.election, made.receiver) != (trust.environment, trust.election, situation.org):
        raise BadData("E-DEC-OTHER", f"a decision of {made.receiver} for {made.environment} {made.election}")
    last = dossier.standing.decided
    if (made.sequence, made.previous) != (last.sequence + 1, last.sha256):
        raise BadData("E-DEC-STALE", f"decision {made.sequence} does not follow decision {last.sequence}")
    wrong = _nothing(made, situation)
    if wrong:
        raise BadData("E-DEC-NOTHING", wrong)


def _nothing(made: Decision, situation: Situation) -> str:
    """Return why a decision decides nothing; empty when it does."""
    dossier, trust, now = situation.dossier, situation.trust, situation.now
    standing = dossier.standing
    match made.what:
        case What.CLEAR:
            state = dossier.deliveries.get(made.object)
            forks = dossier.stream(state.arrival.stream).forks if state is not None else ()
            if not forks:
                return "no fork of this stream waits to be cleared"
            if not any(made.object in fork for fork in forks):
                return "this delivery is not one of those with the same number"
        case What.BLOCK:
            listed = [org for org in trust.orgs.values() if made.object in org.keys]
            if not listed or made.object in standing.blocked:
                return "no such key in the trust list, or it is blocked already"
        case What.UNBLOCK:
            return _no_unblock(situation, made.object)
        case What.ALLOW:
            if made.object != trust.sha256 or standing.time(trust, now) <= trust.expires:
                return "the trust list that is held is not expired"
        case What.CLOCK:
            if made.object != trust.sha256 or not standing.behind(trust, made.taken):
                return "the clock is not behind the time floor"
            if not timedelta() <= now - made.taken <= SLOW:
                return "the clock was set, or a day went by, since this was drafted"
        case What.RESTORE:
            if not situation.behind:
                return "no chain of receipts is behind its mark"
    return ""


def _no_unblock(situation: Situation, object_: str) -> str:
    trust, since = situation.trust, situation.dossier.standing.blocked.get(object_)
    keys = [org.keys[object_] for org in trust.orgs.values() if object_ in org.keys]
    if since is None or trust.issued <= since or not any(key.active for key in keys):
        return "a block ends only under a list issued after it that still has the key as active"
    return ""
