"""The dossier of one authority: all states as a fold over its acts. ``apply`` is the only way in which anything changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from waarmerk.dossier.acts import Act, Action, Head
from waarmerk.dossier.delivery import (
    Accepted,
    Delivery,
    Examination,
    Held,
    Published,
    Received,
    Rejected,
    arrival_from,
)  # fmt: skip
from waarmerk.dossier.standing import Standing
from waarmerk.dossier.stream import Stream
from waarmerk.errors import Alarm, BadData
from waarmerk.seal.decision import Decision, What
from waarmerk.seal.manifest import Kind, Manifest, StreamId
from waarmerk.seal.receipt import ChainEnd, Receipt
from waarmerk.wire.shape import parse_time


class Dossier:
    """What one authority knows: its streams, deliveries, receipts. Built by :func:`fold`, changed by :meth:`apply` only."""

    def __init__(self) -> None:
        self.head = Head()
        self.streams: dict[StreamId, Stream] = {}
        self.deliveries: dict[str, Delivery] = {}
        """By manifest hash, in order of arrival."""
        self.receipts: dict[str, list[Receipt]] = {}
        """By manifest hash, the oldest first."""
        self.chains: dict[str, ChainEnd] = {}
        """The end of our receipts for each sender."""
        self.sealed: dict[str, str] = {}
        """Digest of sealed bytes that have a stored answer → manifest hash."""
        self.history: dict[str, list[Act]] = {}
        """The acts about each delivery."""
        self.alarms: dict[tuple[str, str], Act] = {}
        """Refusals that people must see, by manifest hash and code, the first first."""
        self.standing = Standing()

    def copy(self) -> Dossier:
        """Return a dossier that goes on from here; whoever still reads this one sees nothing change."""
        other = Dossier()
        other.head, other.standing = self.head, self.standing
        for name in ("streams", "deliveries", "receipts", "chains", "sealed", "history", "alarms"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    def apply(self, act: Act) -> None:
        """Take the next act into account; ``BadData`` ``E-SYS-CHAIN`` when it is not the next."""
        if act.sequence != self.head.sequence + 1 or act.previous != self.head.sha256:
            raise BadData("E-SYS-CHAIN", f"act {act.sequence} does not follow act {self.head.sequence}")
        self.history[act.object] = [*self.history.get(act.object, []), act]
        self._take_receipt(act)
        match act.action:
            case Action.RECEIVED | Action.HELD | Action.REJECTED:
                self._arrived(act)
            case Action.EXAMINED | Action.PAPER_DIGEST | Action.PAPER_TOTALS | Action.ACCEPT_DRAFTED | Action.ACCEPTED:
                self._moved(act)
            case Action.EXAMINED_AGAIN:
                state = self.deliveries[act.object]
                if isinstance(state, Received | Accepted | Published):
                    self.deliveries[act.object] = state.examined(Examination(**act.details["examination"]))
            case Action.PUBLISHED:
                state = self.deliveries[act.object]
                if isinstance(state, Accepted):
                    self.deliveries[act.object] = state.publish()
            case Action.DECIDED:
                self._decided(act)
            case Action.FLOOR_RAISED:
                self.standing = self.standing.raised(parse_time(act.details["time"]), act.time)
            case Action.ADOPTED:
                self._adopted(Receipt.from_bytes(act.details["adopted"].encode("utf-8")))
            case Action.ALARMED:
                self.alarms[act.object, act.result] = act
            case _:
                # What a sender did, and what opens a door: it is in the history.
                pass
        self.head = act.head

    def stream(self, stream: StreamId) -> Stream:
        """Return what is known of a stream, also when nothing arrived yet."""
        return self.streams.get(stream, Stream())

    def newest_receipt(self, manifest: str) -> Receipt:
        """Return the last thing that was said about a delivery."""
        return self.receipts[manifest][-1]

    def of_sender(self, sender: str) -> list[Delivery]:
        """Return all deliveries of a sender, the newest first."""
        return [state for state in reversed(self.deliveries.values()) if state.arrival.manifest.sender == sender]

    def counted(self) -> list[Accepted | Published]:
        """Return the deliveries that count: accepted, and not yet replaced by something accepted. A withdrawal counts nothing."""
        return [
            state
            for state in self.deliveries.values()
            if isinstance(state, Accepted | Published) and state.arrival.manifest.count_file is not None
        ]

    def comparable(self) -> dict[tuple[str, str], str]:
        """Return the newest examined count of each election and sender."""
        return {
            (state.arrival.manifest.election, state.arrival.manifest.sender): key
            for key, state in self.deliveries.items()
            if isinstance(state, Received | Accepted | Published)
            and state.examination
            and state.arrival.manifest.count_file is not None
        }

    def beside(self, manifest: Manifest) -> list[str]:
        """Return the examined counts of the other senders of an election, of each the newest."""
        return [
            key
            for (election, sender), key in self.comparable().items()
            if election == manifest.election and sender != manifest.sender
        ]

    def all_streams(self) -> list[StreamId]:
        """Return every stream of which something arrived, the first first."""
        return list(dict.fromkeys(state.arrival.stream for state in self.deliveries.values()))

    def unexamined(self, stream: StreamId) -> Received | None:
        """Return the first delivery of a stream that was received and not yet examined."""
        found = [
            state
            for state in self.deliveries.values()
            if isinstance(state, Received) and state.examination is None and state.arrival.stream == stream
        ]
        return min(found, key=lambda state: state.arrival.manifest.sequence, default=None)

    def to_do(self, stream: StreamId) -> int:
        """Return how many steps deliveries of a stream can still take by themselves: out of waiting, and an examination."""
        found = [state for state in self.deliveries.values() if state.arrival.stream == stream]
        unexamined = sum(isinstance(state, Received) and state.examination is None for state in found)
        return 2 * sum(isinstance(state, Held) for state in found) + unexamined

    def waiting(self, stream: StreamId) -> list[Held]:
        """Return the held deliveries of a stream whose turn has come, or has passed, the lowest number first."""
        turn = self.stream(stream).sequence + 1
        found = [
            state
            for state in self.deliveries.values()
            if isinstance(state, Held) and state.arrival.stream == stream and state.arrival.manifest.sequence <= turn
        ]
        return sorted(found, key=lambda state: state.arrival.manifest.sequence)

    def holds(self, stream: StreamId) -> int:
        """Return how many deliveries of a stream wait."""
        return sum(isinstance(state, Held) and state.arrival.stream == stream for state in self.deliveries.values())

    def _take_receipt(self, act: Act) -> None:
        text = act.details.get("receipt")
        if text is None or act.action is Action.ACCEPT_DRAFTED:
            return
        receipt = Receipt.from_bytes(text.encode("utf-8"))
        self.receipts[receipt.manifest] = [*self.receipts.get(receipt.manifest, []), receipt]
        self.chains[receipt.sender] = ChainEnd(receipt.sequence, receipt.sha256)
        # An acceptance that was drafted names the receipt before it: now it would follow another one.
        for manifest, state in self.deliveries.items():
            if isinstance(state, Received) and state.paper.draft and state.arrival.manifest.sender == receipt.sender:
                self.deliveries[manifest] = state.drafted("")

    def _arrived(self, act: Act) -> None:
        known = self.deliveries.get(act.object)
        if act.action is Action.REJECTED and isinstance(known, Received):
            self.deliveries[act.object] = known.reject(act.details["code"], act.details["reason"])
            return
        arrival = arrival_from(act.details, act.time)
        self.sealed[arrival.sealed] = act.object
        manifest = arrival.manifest
        if act.action is Action.REJECTED:
            self.deliveries[act.object] = Rejected(arrival, act.details["code"], act.details["reason"])
            if act.details["code"] == "E-CHN-FORK":
                self._forked(manifest)
        elif act.action is Action.HELD:
            self.deliveries[act.object] = Held(arrival, act.details["code"])
        else:
            self.deliveries[act.object] = Received(arrival)
            self._consume(manifest)

    def _forked(self, manifest: Manifest) -> None:
        """Keep every delivery with this number together, the one that was consumed first."""
        stream = self.stream(manifest.stream)
        same = tuple(
            key
            for key, state in self.deliveries.items()
            if (state.arrival.stream, state.arrival.manifest.sequence) == (manifest.stream, manifest.sequence)
        )
        others = tuple(fork for fork in stream.forks if not set(fork) & set(same))
        self.streams[manifest.stream] = replace(stream, forks=(*others, same))

    def _decided(self, act: Act) -> None:
        decision = Decision.from_bytes(act.details["decision"].encode("utf-8"))
        self.standing = self.standing.decide(decision)
        if decision.what is What.CLEAR:
            state = self.deliveries[decision.object]
            stream = self.stream(state.arrival.stream)
            forks = tuple(fork for fork in stream.forks if decision.object not in fork)
            # What was evidence cannot be counted by a decision: it comes back as a correction on the head (security.md 3.11).
            awaited = decision.object if isinstance(state, Rejected) else stream.awaited
            self.streams[state.arrival.stream] = replace(stream, forks=forks, awaited=awaited)
        for sender, (number, sha256) in act.details.get("ends", {}).items():
            self.chains[sender] = ChainEnd(number, sha256)

    def _adopted(self, receipt: Receipt) -> None:
        """A sender showed a receipt of ours that we do not know (attack 124): what we say next follows it."""
        self.chains[receipt.sender] = ChainEnd(receipt.sequence, receipt.sha256)
        asked = (*self.standing.missing.get(receipt.sender, ()), receipt.manifest)
        wanted = tuple(dict.fromkeys(m for m in asked if m not in self.deliveries))
        self.standing = replace(self.standing, missing={**self.standing.missing, receipt.sender: wanted})

    def is_news(self, alarm: Alarm, code: str) -> bool:
        """Whether an alarm was not raised before. Once it is public, anybody can pack what was signed with a broken signature."""
        public = any(act.action is Action.PUBLISHED for act in self.history.get(alarm.object, ()))
        return not public and (alarm.object, code) not in self.alarms

    def missing(self, sender: str) -> tuple[str, ...]:
        """Return which manifests a sender is asked to send again."""
        return tuple(m for m in self.standing.missing.get(sender, ()) if m not in self.deliveries)

    def _consume(self, manifest: Manifest) -> None:
        stream = self.stream(manifest.stream)
        self.streams[manifest.stream] = replace(stream, sequence=manifest.sequence, manifest=manifest.sha256)

    def _moved(self, act: Act) -> None:
        state = self.deliveries[act.object]
        details = act.details
        if not isinstance(state, Received):
            return
        match act.action:
            case Action.EXAMINED:
                self.deliveries[act.object] = state.examined(Examination(**details["examination"]))
                self._make_current(state.arrival.manifest)
            case Action.PAPER_DIGEST:
                self.deliveries[act.object] = state.typed_digest(by=act.actor, right=act.result == "ok")
            case Action.PAPER_TOTALS:
                self.deliveries[act.object] = state.typed_totals(by=act.actor, right=act.result == "ok")
            case Action.ACCEPT_DRAFTED:
                self.deliveries[act.object] = state.drafted(details["receipt"])
            case _:
                # What counted goes on counting until two persons accepted what replaces it, however many steps later.
                self._replace_counted(state.arrival.manifest)
                self.deliveries[act.object] = state.accept(tuple(details["persons"]), act.time)

    def _make_current(self, manifest: Manifest) -> None:
        """Content in order: a result counts from now on, a correction or withdrawal replaces what it names."""
        stream = self.stream(manifest.stream)
        if manifest.kind is Kind.RESULT:
            self.streams[manifest.stream] = replace(stream, current=manifest.sha256, session=manifest.session)
        elif manifest.kind in (Kind.CORRIGENDUM, Kind.WITHDRAWAL):
            old = self.deliveries.get(manifest.supersedes)
            if isinstance(old, Received):
                self.deliveries[manifest.supersedes] = old.supersede(manifest)
            current = "" if manifest.kind is Kind.WITHDRAWAL else manifest.sha256
            changed = replace(stream, current=current, session=manifest.session, awaited="")
            self.streams[manifest.stream] = changed

    def _replace_counted(self, by: Manifest) -> None:
        for manifest, state in self.deliveries.items():
            earlier = state.arrival.manifest.sequence < by.sequence and state.arrival.stream == by.stream
            if earlier and isinstance(state, Accepted | Published):
                self.deliveries[manifest] = state.supersede(by)


def fold(acts: Iterable[Act]) -> Dossier:
    """Return the dossier after all these acts, from the first."""
    dossier = Dossier()
    for act in acts:
        dossier.apply(act)
    return dossier
