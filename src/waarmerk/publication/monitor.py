"""What somebody watches a log for besides its being whole (security.md 4.7): deliveries in my name, two pasts, an old state.

Works on folders that were verified (``folder.verify_folder``); that is the first thing that a monitor does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.policy import Policy
from waarmerk.publication.read import Folder
from waarmerk.seal.receipt import Receipt

NOT_MINE = "E-MON-UNKNOWN"
NO_RECEIPT = "E-MON-RECEIPT"
FORK = "E-MON-FORK"
STALE = "E-MON-STALE"
FRESH = timedelta(minutes=60)
"""How old the newest cosignature may be during the count (security.md 4.8)."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that a person has to look at; ``subject`` is a manifest hash, or the name of a log."""

    code: str
    subject: str
    reason: str


def own_bureau(folder: Folder, org: str, sent: Collection[str]) -> list[Alarm]:
    """Return what the log has in the name of a body that it never sent, and what it sent that has no receipt in the log.

    ``sent`` are the manifest hashes in the body's own outbox. Something that it did not send is a forged or stolen key.
    """
    logged: dict[str, str] = {}
    received: set[str] = set()
    for entry in folder.entries(folder.checkpointed().checkpoint.size):
        if entry.type == "manifest" and entry.org == org:
            logged[entry.object] = "published"
        elif entry.type == "receipt":
            receipt = Receipt.from_bytes(folder.document(entry.object))
            if receipt.sender == org:
                received.add(receipt.manifest)
                logged.setdefault(receipt.manifest, receipt.verdict)
    unknown = [Alarm(NOT_MINE, sha, f"{said} in the name of {org}") for sha, said in logged.items() if sha not in sent]
    return [*unknown, *(Alarm(NO_RECEIPT, sha, "no receipt in the log") for sha in sorted(set(sent) - received))]


def same_past(one: Folder, other: Folder) -> list[Alarm]:
    """Return an alarm when two copies of a log show two pasts: the smaller is not how the larger began.

    Both checkpoints are then evidence, for they are signed.
    """
    smaller, larger = sorted((one, other), key=lambda folder: folder.checkpointed().checkpoint.size)
    early, late = smaller.checkpointed().checkpoint, larger.checkpointed().checkpoint
    if early.origin != late.origin:
        return [Alarm(FORK, early.origin, f"the other copy is of the log {late.origin[:80]!r}")]
    if larger.tree(late.size).root(early.size) != early.root:
        return [
            Alarm(FORK, early.origin, f"{early.size} entries here are not the first {early.size} of {late.size} there")
        ]
    return []


def freshness(folder: Folder, policy: Policy, *, now: datetime, oldest: timedelta = FRESH) -> list[Alarm]:
    """Return an alarm when no quorum of witnesses saw this state lately: it may be withheld, or yesterday's."""
    signed = folder.checkpointed()
    try:
        policy.judge(signed.note, now=now, max_age=oldest)
    except BadData as error:
        if error.code != codes.QUORUM:
            raise
        return [Alarm(STALE, signed.checkpoint.origin, f"not seen by a quorum in the last {oldest}")]
    return []
