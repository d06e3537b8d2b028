"""A sender's chain of acts, in its outbox: what only the sending side can know (security.md 3.10, 3.14, 5.8).

The acts, hashes and fold of ``dossier``; one file each (``acts/0000001.json``), written once, so that no act changes and two
programs never write the same number. How far it was stands beside the outbox (``office.mark``): a chain cut short is noticed.
Nothing here stops a delivery: paper leads, and what is wrong is said and recorded.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from waarmerk.dossier import acts
from waarmerk.dossier.acts import MAX_ACT, Act, Action, NewAct
from waarmerk.dossier.fold import Dossier
from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import files
from waarmerk.office.mark import Mark
from waarmerk.seal.receipt import ChainEnd
from waarmerk.seal.trust import TrustList
from waarmerk.wire.shape import format_time

FOLDER = "acts"
OURS = frozenset(
    {
        *(Action.PREPARED, Action.SIGNED, Action.SAME_MACHINE, Action.SEALED, Action.SENT, Action.RECEIPT_FILED),
        *(Action.CHAIN_RENEWED, Action.FLOOR_RAISED),
    }
)
"""What a sender does; anything else in its chain is damage."""
SAME_MACHINE = "W-SIG-SAMEMACHINE"
SLACK = timedelta(minutes=5)
"""Clocks of two offices differ by minutes; a receipt raises the floor by no more than it surely says."""


class OwnActs:
    """The chain of one outbox."""

    def __init__(self, outbox: Path) -> None:
        self.folder = outbox.absolute() / FOLDER
        self._mark = Mark(outbox.absolute())

    def read(self) -> Dossier:
        """Return the fold of all acts; ``E-SYS-CHAIN`` when one is damaged, missing, or the chain is shorter than it was."""
        # The mark first: another program may append between the two.
        was, (dossier, ends) = self._was(), self._fold()
        if was.sequence >= len(ends) or ends[was.sequence] != was:
            raise BadData(
                "E-SYS-CHAIN", f"it ends at act {len(ends) - 1}, or is another one; act {was.sequence} was written"
            )
        return dossier

    def _fold(self) -> tuple[Dossier, list[ChainEnd]]:
        dossier, ends = Dossier(), [ChainEnd()]
        for path in sorted(self.folder.glob("*.json")):
            try:
                act = Act.from_bytes(files.read_bounded(path, MAX_ACT, "E-MAN-SIZE"))
                if act.action not in OURS:
                    raise BadData("E-SYS-CHAIN", f"{act.action} is no act of a sender")
                dossier.apply(act)
            except (BadData, WrongUse, LookupError, TypeError, ValueError) as error:
                raise BadData("E-SYS-CHAIN", f"{path.name}: {error}") from None
            ends.append(ChainEnd(act.sequence, act.sha256))
        return dossier, ends

    def _was(self) -> ChainEnd:
        try:
            return self._mark.ends().get(FOLDER, ChainEnd())
        except (BadData, WrongUse) as error:
            raise BadData("E-SYS-CHAIN", f"the mark beside the outbox: {error}") from None

    def sound(self, now: datetime) -> tuple[Dossier, bool]:
        """Return the fold, and whether the chain had to be begun anew: the damaged one is kept aside, and the new one says so."""
        try:
            return self.read(), False
        except BadData as error:
            aside = self.folder.with_name(f"{FOLDER}-{secrets.token_hex(4)}")
            if self.folder.is_dir():
                self.folder.rename(aside)
            self._put_mark({})
            details = {"aside": aside.name, "reason": acts.plain(error.reason)}
            self._append(NewAct(Action.CHAIN_RENEWED, aside.name, details, result=error.code), Dossier(), now)
            return self._fold()[0], True

    def record(self, new: Sequence[NewAct], now: datetime) -> None:
        """Append acts."""
        for one in new:
            while True:
                try:
                    self._append(one, self.sound(now)[0], now)
                    break
                except FileExistsError:
                    # Another program wrote this number meanwhile.
                    continue

    def _append(self, new: NewAct, after: Dossier, now: datetime) -> None:
        act = acts.record(new, after.head, now)
        files.put_new(self.folder / f"{act.sequence:07d}.json", act.body, mode=files.PRIVATE)
        self._put_mark({FOLDER: ChainEnd(act.sequence, act.sha256)})

    def _put_mark(self, ends: dict[str, ChainEnd]) -> None:
        # Beside an outbox at the top of a stick nobody may write; a mark that stays behind raises no alarm.
        with suppress(OSError):
            self._mark.write(ends)

    def look(self, trust: TrustList, now: datetime) -> list[str]:
        """Raise the time floor by the list that is held, and return the codes that people here must be told."""
        renewed = self.sound(now)[1]
        self.raise_floor(trust.issued, trust.sha256, now)
        standing = self.sound(now)[0].standing
        codes = {
            "E-SYS-CHAIN": renewed,
            "W-CLK-BEHIND": standing.behind(trust, now),
            "E-TRU-EXPIRED": standing.time(trust, now) > trust.expires,
        }
        return [code for code, said in codes.items() if said]

    def raise_floor(self, time: datetime, source: str, now: datetime) -> None:
        """It is at least this late: a list that the roots signed, or a receipt that was verified, says so (security.md 3.14)."""
        standing = self.sound(now)[0].standing
        if standing.raised(time, now) != standing:
            self.record([NewAct(Action.FLOOR_RAISED, source, {"time": format_time(time)})], now)

    def judged_at(self, trust: TrustList, now: datetime) -> datetime:
        """Return when keys are judged here: now or the floor; not before the list was issued, and an expired one at its end.

        What is signed under an expired list is kept by the receiver, and may be let count there: it is not refused here.
        """
        time = self.sound(now)[0].standing.time(trust, now)
        return max(trust.issued, min(time, trust.expires))

    def about(self, manifest: str, now: datetime) -> list[Act]:
        """Return the acts about a delivery, the first first."""
        return self.sound(now)[0].history.get(manifest, [])

    def signed(self, manifest: str, key_id: str, person: str, *, here: bool, now: datetime) -> bool:
        """Record that somebody signed; whether it is the second key that signed this delivery on this machine."""
        how = {"key": key_id, "here": int(here)}
        self.record([NewAct(Action.SIGNED, manifest, how, actor=person)], now)
        known = self.about(manifest, now)
        keys = {act.details["key"] for act in known if act.action is Action.SIGNED and act.details["here"]}
        same = here and len(keys) > 1
        if same and not any(act.action is Action.SAME_MACHINE for act in known):
            self.record([NewAct(Action.SAME_MACHINE, manifest, {"keys": sorted(keys)}, result=SAME_MACHINE)], now)
        return same


def of_envelope(envelope: Path) -> OwnActs | None:
    """Return the chain of the outbox that an envelope lies in; ``None`` where it lies in none."""
    parents = envelope.absolute().parents
    outbox = parents[4] if len(parents) > 4 else None
    return OwnActs(outbox) if outbox is not None and (outbox / FOLDER).is_dir() else None
