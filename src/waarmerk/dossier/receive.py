"""The reception pipeline: one numbered function, in the order of security.md 3.17. State in, acts out.

U steps (1 to 9) end in a refusal that consumes nothing and is judged anew each time. From step 10 on the delivery is
authentic: whatever is said about it is recorded and signed. ``House`` is what the function needs of the world.

Thin in this version: step 16 compares with no pinned definition (finding ``no-definition``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from waarmerk.dossier import acceptance, content
from waarmerk.dossier.acts import Action, NewAct, plain
from waarmerk.dossier.delivery import Accepted, Arrival, Examination, Held, Published, Received, arrival_details
from waarmerk.dossier.fold import Dossier
from waarmerk.dossier.stream import Fork, Gap, Next, Position, place
from waarmerk.errors import BadData
from waarmerk.seal import receipt
from waarmerk.seal.manifest import Manifest, StreamId
from waarmerk.seal.opening import Judged
from waarmerk.seal.receipt import ChainEnd, Receipt, Verdict
from waarmerk.seal.trust import TrustList

MAX_HOLDS = 50
"""Held deliveries in one stream (security.md 3.11)."""


GROWN = 2
"""So many times as many stations behind the expectation, and a delivery is examined again (checks.md 3.5, during the night)."""
SKEW = timedelta(hours=24)
"""A sender's clock that differs more from ours is told so; it decides nothing (security.md 3.14)."""


class Interrupted(RuntimeError):
    """The examination of a delivery ended without a result, through no flaw of the delivery that could be named."""


class NotYet(RuntimeError):
    """The bytes can be kept and not be answered with a receipt now; ``code`` says why. They run again from step 2."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Spooled:
    """Bytes that arrived: stored under their own digest, whatever they are."""

    sha256: str
    size: int


class House(Protocol):
    """What reception needs of the world. Methods that judge raise ``BadData``."""

    org: str
    software: dict[str, str]

    def trust(self) -> TrustList | None:
        """Return the newest trust list that this authority accepted."""

    def dossier(self) -> Dossier:
        """Return the fold of all acts so far."""

    def no_keys(self) -> bool:
        """Whether nothing can be opened or signed: the keys of this machine are not there (attack 126)."""

    def behind_mark(self, sender: str) -> bool:
        """Whether we said more to this sender than our chain knows: an old backup was put back (attacks 70 and 124)."""

    def judge(self, spooled: Spooled, trust: TrustList, now: datetime) -> Judged:
        """Steps 3 to 9, where the keys are, under ``standing.conditions``."""

    def extract(self, spooled: Spooled, trust: TrustList, now: datetime, manifest: Manifest) -> None:
        """Step 11, where the keys are: afterwards every file of the manifest is durable under its own digest."""

    def keep(self, spooled: Spooled) -> None:
        """Step 12: the sealed bytes are durable in the store, read back and compared."""

    def record(self, acts: Sequence[NewAct], now: datetime) -> None:
        """Append acts in one transaction, or raise and append none."""

    def alone(self) -> AbstractContextManager[object]:
        """Return a block in which nobody else changes the dossier."""

    def soon(self) -> None:
        """Have :func:`examine_waiting` run, once the sender has its answer."""

    def say(self, receipt: Receipt) -> None:
        """Step 13: the receipt is signed and durable; again gives the same bytes."""

    def examine(self, manifest: Manifest) -> Examination:
        """Steps 15 to 17, where no keys are: the numbers of findings; ``BadData`` when the content is refused."""

    def stations_behind(self) -> Mapping[str, int]:
        """Return on how many stations an examination of each delivery would rest now, where that is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told: the manifest, whether the bytes were known, and the receipt that was newest."""

    manifest: str
    known: bool
    receipt: Receipt


def receive(spooled: Spooled, house: House, now: datetime) -> Answer:
    """Take one delivery through all steps; raises ``BadData`` for a refusal before it was authentic."""
    dossier = house.dossier()
    # 1 spool: size and digest were judged while the bytes came in; a digest with a stored answer gets it again
    known = dossier.sealed.get(spooled.sha256)
    if known is not None:
        return Answer(known, True, dossier.newest_receipt(known))
    # 2 a valid trust list is loaded
    trust = house.trust()
    if trust is None:
        raise BadData("E-TRU-NONE", "no trust list is loaded")
    if house.no_keys():
        raise NotYet("E-SYS-KEYS")
    # 3 to 9 type, decryption, container, manifest, address, signatures, trust list reference
    judged = _judge(spooled, dossier, house, trust, now)
    manifest = judged.manifest
    # 10 chain: known under another sealing (R-DUPLICATE), next, too early, or not on the head
    if manifest.sha256 in dossier.deliveries:
        return Answer(manifest.sha256, True, dossier.newest_receipt(manifest.sha256))
    waits = silent(manifest.sender, house, trust, now)
    if waits:
        raise NotYet(waits)
    position = place(manifest, dossier.stream(manifest.stream))
    if isinstance(position, Gap) and dossier.holds(manifest.stream) >= MAX_HOLDS:
        raise BadData("E-SYS-STORAGE", f"{MAX_HOLDS} deliveries of this stream already wait")
    # 11 the files are those of the manifest
    house.extract(spooled, trust, dossier.standing.time(trust, now), manifest)
    # 12 store, read back, compare; then consume. 13 the receipt, unsigned, stands in the same transaction
    house.keep(spooled)
    first = _consume(spooled, judged, position, dossier, house, trust, now)
    # 14 to 17 wait until the sender has its receipt: only then is anything parsed (see `examine_waiting`)
    house.soon()
    return Answer(manifest.sha256, False, first)


def _judge(spooled: Spooled, dossier: Dossier, house: House, trust: TrustList, now: datetime) -> Judged:
    """Steps 3 to 9. A refusal that is an alarm is an act, once: it must not be lost among a thousand that are junk (attack 48)."""
    try:
        return house.judge(spooled, trust, dossier.standing.time(trust, now))
    except BadData as error:
        alarm = error.alarm
        if alarm is not None and dossier.is_news(alarm, error.code):
            details = {
                "sender": alarm.origin, "keys": alarm.by, "reason": plain(error.reason), "sealed": spooled.sha256,
            }  # fmt: skip
            act = NewAct(Action.ALARMED, alarm.object, details, result=error.code, origin=alarm.origin)
            house.record([act], now)
        raise


def silent(sender: str, house: House, trust: TrustList, now: datetime) -> str:
    """Return why nothing may be signed for a sender now; empty when it may (security.md 3.14, 5.7)."""
    if house.no_keys():
        return "E-SYS-KEYS"
    if house.behind_mark(sender):
        return "E-SYS-RESTORED"
    return "W-CLK-BEHIND" if house.dossier().standing.behind(trust, now) else ""


def _consume(
    spooled: Spooled,
    judged: Judged,
    position: Position,
    dossier: Dossier,
    house: House,
    trust: TrustList,
    now: datetime,
) -> Receipt:
    """Record the arrival with its receipt in one act: consumed, held or refused by its place in the chain."""
    manifest = judged.manifest
    expired = "E-TRU-EXPIRED" in judged.codes
    stream = dossier.stream(manifest.stream)
    codes, head = list(judged.codes), None
    if isinstance(position, Next) and not expired:
        verdict, action, code = Verdict.RECEIVED, Action.RECEIVED, ""
    elif isinstance(position, Next | Gap):
        verdict, action = Verdict.HELD, Action.HELD
        code = position.code if isinstance(position, Gap) else "E-TRU-EXPIRED"
    else:
        verdict, action, code = Verdict.REJECTED, Action.REJECTED, position.code
        head = (stream.sequence, stream.manifest)
    if code:
        codes.append(code)
    if abs(manifest.created - now) > SKEW:
        codes.append("W-CLK-SKEW")
    said = _said(manifest, verdict, codes, spooled.sha256, dossier, house, trust, now, head)
    kinds = tuple(
        (signer.key_id, signer.person, "hardware" if signer.hardware else "file")
        for signer in judged.signers
        if signer.counts
    )
    arrival = Arrival(manifest, spooled.sha256, spooled.size, now, kinds, tuple(sorted(set(codes))))
    reason = "another delivery has this number" if isinstance(position, Fork) else ""
    details = {**arrival_details(arrival), "receipt": said.data.decode("utf-8"), "code": code, "reason": reason}
    house.record([NewAct(action, manifest.sha256, details, result=code or "ok", origin=manifest.sender)], now)
    house.say(said)
    return said


def _said(
    manifest: Manifest,
    verdict: Verdict,
    codes: Sequence[str],
    sealed: str,
    dossier: Dossier,
    house: House,
    trust: TrustList,
    now: datetime,
    head: tuple[int, str] | None = None,
) -> Receipt:
    return receipt.compose(
        manifest,
        verdict,
        receiver=house.org,
        sealed=sealed,
        codes=codes,
        received=now,
        after=dossier.chains.get(manifest.sender, ChainEnd()),
        trust=trust,
        software=house.software,
        audit_head=dossier.head.sha256,
        head=head,
    )


def examine_waiting(house: House, now: datetime) -> None:
    """Steps 14 to 17 for everything that was received and not yet examined, then for what waited for it.

    Does what a crash left undone as well: a receipt that was recorded and never signed is signed.
    """
    trust = house.trust()
    if trust is None or house.no_keys():
        return
    for receipts in list(house.dossier().receipts.values()):
        for said in receipts:
            house.say(said)
    for stream in house.dossier().all_streams():
        left = house.dossier().to_do(stream)
        while not silent(stream.sender, house, trust, now) and (
            _release_next(stream, house, now) or _examine_next(stream, house, now)
        ):
            before, left = left, house.dossier().to_do(stream)
            if left >= before:
                # Something arrived meanwhile, and its own `soon` goes on; or nothing was done, and would not be done again.
                break
    _examine_again(house, now)
    _draft_acceptances(house, now)


def _examine_next(stream: StreamId, house: House, now: datetime) -> bool:
    """Examine the first of a stream that needs it; ``False`` when none does, or it ended without a result."""
    state = house.dossier().unexamined(stream)
    return state is not None and _examine(state.arrival.manifest, house, now)


def _examine_again(house: House, now: datetime) -> None:
    """Examine the first delivery again of which much more is known to compare with; arrivals go before the next one."""
    behind = house.stations_behind()
    for key, state in house.dossier().deliveries.items():
        before = state.examination if isinstance(state, Received | Accepted | Published) else None
        manifest = state.arrival.manifest
        if before is None or not 0 < GROWN * before.stations <= behind.get(key, 0):
            continue
        try:
            examination = house.examine(manifest)
        except (BadData, Interrupted):
            continue  # what was found before stands
        if examination.stations >= GROWN * before.stations:
            house.record([NewAct(Action.EXAMINED_AGAIN, key, {"examination": _numbers(examination)})], now)
            house.soon()
            return


def _numbers(examination: Examination) -> dict[str, str | int]:
    return {name: getattr(examination, name) for name in Examination.__dataclass_fields__}


def _draft_acceptances(house: House, now: datetime) -> None:
    """Fix the acceptances that can be signed and are not fixed: a withdrawal's, or one that a later receipt made void."""
    with house.alone():
        dossier, trust = house.dossier(), house.trust()
        for manifest, state in list(dossier.deliveries.items()):
            if trust is None or silent(state.arrival.manifest.sender, house, trust, now):
                continue
            if acceptance.can_be_drafted(dossier, manifest):
                act = acceptance.draft(dossier, manifest, org=house.org, trust=trust, software=house.software, now=now)
                house.record([act], now)


def _examine(manifest: Manifest, house: House, now: datetime) -> bool:
    """Steps 14 to 17: a refusal of the content is a second receipt; everything else is findings for people.

    ``False`` when it ended without a result: then what follows in the stream waits too, for it may correct this one.
    """
    try:
        # 14 kind, session, supersedes, reason, roles
        content.check_meaning(manifest, house.dossier().stream(manifest.stream))
        # 15 files read, 16 binding, 17 findings
        examination = house.examine(manifest)
    except BadData as error:
        with house.alone():
            _refuse_content(manifest, error, house, now)
        return True
    except Interrupted:
        # `received` stands, nothing is rejected or accepted; the examination is repeated (security.md 5.9)
        return False
    house.record([NewAct(Action.EXAMINED, manifest.sha256, {"examination": _numbers(examination)})], now)
    return True


def _refuse_content(manifest: Manifest, error: BadData, house: House, now: datetime) -> None:
    dossier, trust = house.dossier(), house.trust()
    if trust is None:
        raise RuntimeError("a trust list was there and is gone")
    sealed = dossier.deliveries[manifest.sha256].arrival.sealed
    said = _said(manifest, Verdict.REJECTED, [error.code], sealed, dossier, house, trust, now)
    details = {"code": error.code, "reason": plain(error.reason), "receipt": said.data.decode("utf-8")}
    house.record([NewAct(Action.REJECTED, manifest.sha256, details, result=error.code)], now)
    house.say(said)


def _release_next(stream: StreamId, house: House, now: datetime) -> bool:
    """Run a held delivery again, from step 2, whose reason to wait is gone; ``False`` when there is none."""
    with house.alone():
        dossier, trust = house.dossier(), house.trust()
        if trust is None:
            return False
        return any(_release(state, dossier, house, trust, now) for state in dossier.waiting(stream))


def _release(held: Held, dossier: Dossier, house: House, trust: TrustList, now: datetime) -> bool:
    spooled = Spooled(held.arrival.sealed, held.arrival.size)
    try:
        judged = house.judge(spooled, trust, dossier.standing.time(trust, now))
    except BadData:
        # It was authentic when it came and is not now (a key was revoked): it stays held, for people to see.
        return False
    position = place(judged.manifest, dossier.stream(held.arrival.stream))
    if isinstance(position, Next) and "E-TRU-EXPIRED" in judged.codes:
        return False
    _consume(spooled, judged, position, dossier, house, trust, now)
    return True
