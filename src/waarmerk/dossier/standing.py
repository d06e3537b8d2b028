"""Under which conditions an authority judges now: what two persons decided, and what its clock may be trusted with.

Part of the fold (``dossier.fold``); decisions are ``seal.decision``, made and recorded by ``dossier.decisions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from waarmerk.seal.decision import Decision, What
from waarmerk.seal.opening import Conditions
from waarmerk.seal.receipt import ChainEnd
from waarmerk.seal.trust import TrustList

FAR_AHEAD = timedelta(hours=24)
"""What is further above the local clock raises no floor (security.md 3.14): one wrong clock elsewhere must not move ours."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds besides the trust list, as far as it is recorded."""

    decided: ChainEnd = field(default_factory=ChainEnd)
    """The last decision: the next one follows it."""
    decisions: tuple[str, ...] = ()
    """All of them, by hash, the first first."""
    blocked: Mapping[str, datetime] = field(default_factory=dict)
    """Key id → since when it counts no longer."""
    allowed: Mapping[str, datetime] = field(default_factory=dict)
    """Hash of an expired list → until when it counts all the same."""
    floor: datetime | None = None
    """It is at least this late: cosignatures of a quorum of witnesses said so."""
    confirmed: frozenset[str] = frozenset()
    """Lists that were issued later than our clock, where two persons found our clock right."""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sender → manifests of which it showed our receipt and which we do not have: it is asked to send them again."""

    def raised(self, time: datetime, now: datetime) -> Self:
        """Witnesses said how late it is."""
        if time > now + FAR_AHEAD or (self.floor is not None and time <= self.floor):
            return self
        return replace(self, floor=time)

    def time(self, trust: TrustList, now: datetime) -> datetime:
        """Return how late it is for expiry and windows: the clock, or the floor where that is later."""
        return max([now, *self._floors(trust, now)])

    def behind(self, trust: TrustList, now: datetime) -> bool:
        """Whether the clock cannot be right: behind the floor, or far behind a list that the roots signed."""
        listed = trust.sha256 not in self.confirmed and now < trust.issued
        return listed or any(now < floor for floor in self._floors(trust, now))

    def _floors(self, trust: TrustList, now: datetime) -> list[datetime]:
        listed = [trust.issued] if trust.sha256 not in self.confirmed and trust.issued <= now + FAR_AHEAD else []
        return [*listed, *([self.floor] if self.floor is not None else [])]

    def expired_counts(self, trust: TrustList, now: datetime) -> bool:
        """Whether two persons let this list count although it is expired, and the time they named is not over."""
        until = self.allowed.get(trust.sha256)
        return until is not None and self.time(trust, now) <= until

    def conditions(self, trust: TrustList, now: datetime) -> Conditions:
        """Return what steps 3 to 9 need of all this."""
        return Conditions(frozenset(self.blocked), not self.behind(trust, now), self.expired_counts(trust, now))

    def decide(self, decision: Decision) -> Self:
        """What two persons decided holds from now on; a fork is cleared in its stream (``dossier.fold``)."""
        made = replace(self, decided=decision.end, decisions=(*self.decisions, decision.sha256))
        match decision.what:
            case What.BLOCK:
                return replace(made, blocked={**made.blocked, decision.object: decision.taken})
            case What.UNBLOCK:
                return replace(made, blocked={k: t for k, t in made.blocked.items() if k != decision.object})
            case What.ALLOW if decision.until is not None:
                return replace(made, allowed={**made.allowed, decision.object: decision.until})
            case What.CLOCK:
                floor = None if made.floor is None else min(made.floor, decision.taken)
                return replace(made, floor=floor, confirmed=made.confirmed | {decision.object})
            case _:
                return made
