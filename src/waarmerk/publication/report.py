"""What a verification says: numbered steps, each with its evidence or with what is not as it must be. Words are in ``pages``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from waarmerk.errors import BadData
from waarmerk.ledger import codes

GOOD, NOT_VERIFIED, UNREADABLE = 0, 1, 2
"""Exit codes of ``waarmerk verify`` (security.md 4.5)."""


class Outcome(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    NOT_DONE = "not-done"
    """An earlier step failed, and this one needs what it should have given."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it must be; ``file`` is its address in the folder where there is one."""

    code: str
    reason: str
    file: str | None = None

    @classmethod
    def of(cls, error: BadData, file: str | None = None) -> Flaw:
        """Return a refusal as a flaw; the file that the refusal names goes before the one given."""
        return cls(error.code, error.reason, error.place.element or file)


class Flaws(list[Flaw]):
    """What a step has found so far."""

    def add(self, code: str, reason: str, file: str) -> None:
        """Write down one thing."""
        self.append(Flaw(code, reason, file))

    @contextmanager
    def of(self, file: str) -> Iterator[None]:
        """Write down a refusal in the block, with the file, and go on after it."""
        try:
            yield
        except BadData as error:
            self.append(Flaw.of(error, file))


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``name`` is the key of its words, ``evidence`` fills them in."""

    number: int
    name: str
    outcome: Outcome
    evidence: Mapping[str, str | int] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All steps of one verification, of a ``file`` or a ``folder``."""

    subject: str
    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Whether every step was done and nothing is wrong."""
        return all(step.outcome is Outcome.OK for step in self.steps)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """Everything that is wrong, in the order of the steps."""
        return tuple(flaw for step in self.steps for flaw in step.flaws)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are named as wrong, each once."""
        return tuple(dict.fromkeys(flaw.file for flaw in self.flaws if flaw.file is not None))

    @property
    def exit_code(self) -> int:
        """0 good, 1 not verified, 2 when what was given to verify a file with cannot be read: the first failed step says which."""
        if self.ok:
            return GOOD
        first = next(iter(self.flaws), None)
        malformed = self.subject == "file" and first is not None and first.code in codes.MALFORMED
        return UNREADABLE if malformed else NOT_VERIFIED

    def to_json(self) -> dict[str, object]:
        """Return the report for machines; fields may be added, never renamed."""
        return {
            "subject": self.subject,
            "verified": self.ok,
            "files": list(self.files),
            "steps": [
                {
                    "number": step.number,
                    "name": step.name,
                    "outcome": step.outcome.value,
                    "evidence": dict(step.evidence),
                    "flaws": [{"code": f.code, "reason": f.reason, "file": f.file} for f in step.flaws],
                }
                for step in self.steps
            ],
        }
