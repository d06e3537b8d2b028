"""Trust policies (C2SP tlog-policy): which logs, which witnesses, and how many of them must have seen a checkpoint.

Names stand for keys only inside the file. A group can only name what stands above it, and each name is in one group
at most, so that no witness counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from waarmerk.errors import BadData
from waarmerk.ledger import codes, cosignature
from waarmerk.ledger.checkpoint import Checkpoint
from waarmerk.ledger.note import Kind, Note, VerifierKey

MAX_POLICY = 65_536
MAX_OF_A_KIND = 64
"""Logs, witnesses or groups: the specification wants at least 32."""
FUTURE = timedelta(minutes=5)
"""How far a witness's clock may run ahead (security.md 4.8)."""
NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """A number of members, witnesses or groups, of which ``least`` must have seen a checkpoint."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A checkpoint that satisfied a policy: by which logs, and which witnesses saw it when (seconds since 1970 UTC)."""

    checkpoint: Checkpoint
    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a policy file; ``BadData`` ``E-LOG-POLICY`` (or ``E-TRU-WEAKKEY`` for a weak key in it)."""
        if len(data) > MAX_POLICY:
            raise BadData(codes.POLICY, f"{len(data)} bytes, a policy has at most {MAX_POLICY}")
        if data and not data.endswith(b"\n"):
            raise BadData(codes.POLICY, "the last line has no newline")
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
            raise BadData(codes.POLICY, "a control character")
        # Names are opaque bytes: surrogates keep what is not UTF-8 apart, and the same bytes the same.
        lines = _Lines()
        for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                lines.take(words, number)
        if lines.quorum is None:
            raise BadData(codes.POLICY, "no quorum line")
        return cls(tuple(lines.logs), lines.witnesses, lines.groups, lines.quorum)

    def judge(self, note: Note, *, now: datetime, max_age: timedelta | None = None) -> Judged:
        """Return the checkpoint in a note when a known log signed it and the quorum of witnesses saw it.

        A cosignature more than 5 minutes in the future, or older than ``max_age``, does not count. Raises ``BadData`` with
        ``E-LOG-UNKNOWN``, ``-SIGNATURE``, ``-CHECKPOINT`` or ``-QUORUM``.
        """
        checkpoint = Checkpoint.parse(note.text)
        logs = note.verify(key for key in self.logs if key.name == checkpoint.origin)
        latest = (now + FUTURE).timestamp()
        earliest = (now - max_age).timestamp() if max_age is not None else 0
        seen = {name: time for name, time in self.seen_by(note).items() if earliest <= time <= latest}
        if not self.meets_quorum(seen):
            raise BadData(
                codes.QUORUM, f"seen by {len(seen)} known witnesses, not enough for the quorum {self.quorum[:60]!r}"
            )
        return Judged(checkpoint, logs, seen)

    def seen_by(self, note: Note) -> dict[str, int]:
        """Return which witnesses, by their names in this file, cosigned a note, and when; ``E-LOG-SIGNATURE`` if falsely."""
        times = cosignature.verify(note, self.witnesses.values())
        return {name: times[key] for name, key in self.witnesses.items() if key in times}

    def meets_quorum(self, names: Collection[str]) -> bool:
        """Whether these witnesses, by their names in this file, are enough."""
        return self.quorum == NONE or self._satisfied(self.quorum, names)

    def _satisfied(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._satisfied(member, names) for member in group.members) >= group.least


@dataclass(slots=True)
class _Lines:
    """What the lines above the present one defined."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    grouped: set[str] = field(default_factory=set)

    def take(self, words: list[str], number: int) -> None:
        match words:
            case ["log", key] | ["log", key, _]:
                self._log(_key(key, Kind.LOG, number), number)
            case ["witness", name, key] | ["witness", name, key, _]:
                self._witness(name, _key(key, Kind.WITNESS, number), number)
            case ["group", name, least, *members] if members:
                self._group(name, least, members, number)
            case ["quorum", name] if self.quorum is None:
                if name != NONE and not self._defined(name):
                    raise _refuse(number, f"{name[:60]!r} is not defined above it")
                self.quorum = name
            case _:
                raise _refuse(number, "not a line that a policy can have, or a second quorum")

    def _log(self, key: VerifierKey, number: int) -> None:
        if any(key.public == other.public for other in self.logs) or len(self.logs) >= MAX_OF_A_KIND:
            raise _refuse(number, "the same log key twice, or too many logs")
        self.logs.append(key)

    def _witness(self, name: str, key: VerifierKey, number: int) -> None:
        self._new_name(name, number)
        if any(key.public == other.public for other in self.witnesses.values()) or len(self.witnesses) >= MAX_OF_A_KIND:
            raise _refuse(number, "the same witness key twice, or too many witnesses")
        self.witnesses[name] = key

    def _group(self, name: str, least: str, members: list[str], number: int) -> None:
        self._new_name(name, number)
        for member in members:
            if not self._defined(member) or member in self.grouped:
                raise _refuse(number, f"{member[:60]!r} is not defined above it, or is already in a group")
            self.grouped.add(member)
        needed = {"any": "1", "all": str(len(members))}.get(least, least)
        if re.fullmatch(r"[1-9][0-9]{0,2}", needed) is None or int(needed) > len(members):
            raise _refuse(number, f"{least[:20]!r} is not a number from 1 to {len(members)}")
        if len(self.groups) >= MAX_OF_A_KIND:
            raise _refuse(number, "too many groups")
        self.groups[name] = Group(int(needed), tuple(members))

    def _new_name(self, name: str, number: int) -> None:
        if name == NONE or self._defined(name):
            raise _refuse(number, f"the name {name[:60]!r} is taken")

    def _defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def _refuse(number: int, why: str) -> BadData:
    return BadData(codes.POLICY, f"line {number}: {why}")


def _key(text: str, kind: Kind, number: int) -> VerifierKey:
    try:
        key = VerifierKey.parse(text)
    except BadData as error:
        if error.code == codes.NOTE:
            raise _refuse(number, error.reason) from None
        raise
    if key.kind is not kind:
        raise _refuse(number, f"the key is not one of a {kind.name.lower()}")
    return key
