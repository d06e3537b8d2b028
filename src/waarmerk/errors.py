"""The one error tree, by who must act.

``BadData``: somebody gave us something that cannot be taken; it carries a stable code, and the catalogue
(``pages/nl.toml``, ``pages/en.toml``) has the words and the next step for every code. ``Unreachable``: try again.
Our own mistakes are plain ``RuntimeError`` and are never caught.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document something is wrong; what is not known is ``None``. Lines and columns count from 1."""

    element: str | None = None
    unit: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a refusal is an alarm about, and whom to call: more than bytes that somebody got wrong."""

    object: str
    origin: str
    by: str
    """Which keys were good."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal as a value: code, technical reason (English, for a log or a vendor), place."""

    code: str
    reason: str
    place: Place = field(default_factory=Place)


class WaarmerkError(Exception):
    """Anything a caller may expect; whatever else is raised is a mistake of ours."""


class BadData(WaarmerkError):
    """Somebody else's input cannot be taken; the sender repairs it."""

    def __init__(self, code: str, reason: str, place: Place | None = None, alarm: Alarm | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.alarm = alarm
        self.code = code
        self.reason = reason
        self.place = place or Place()

    @property
    def rejection(self) -> Rejection:
        """The same refusal as a value."""
        return Rejection(self.code, self.reason, self.place)


class Unreachable(WaarmerkError):
    """Something outside did not answer; nothing is lost, try again."""


class WrongUse(WaarmerkError):
    """A command was asked something it cannot do as asked; the message says what to do instead."""
