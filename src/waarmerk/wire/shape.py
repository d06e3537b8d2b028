"""The shape of a canonical JSON document: which fields it has and what each may hold. Unknown means refused (security.md 1.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from waarmerk.errors import BadData

Check = Callable[[Any, str], None]
"""Raises ``BadData`` with ``E-MAN-SCHEMA`` when a value (named by its path) is not as it must be."""

ZERO_HASH = "0" * 64
HASH = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def refuse(path: str, wanted: str) -> BadData:
    """The error for a field that is not as it must be."""
    return BadData("E-MAN-SCHEMA", f"{path} must be {wanted}")


def pattern(expression: str, wanted: str) -> Check:
    """Text that matches an expression from its first to its last character."""
    compiled = re.compile(expression)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise refuse(path, wanted)

    return check


def text(value: Any, path: str) -> None:
    """Any text that canonical JSON allows."""
    if not isinstance(value, str):
        raise refuse(path, "text")


digest = pattern(HASH.pattern, "64 lower-case hex digits")


def moment(value: Any, path: str) -> None:
    """A real UTC time ``YYYY-MM-DDTHH:MM:SSZ`` (security.md 3.2)."""
    if not isinstance(value, str) or TIME.fullmatch(value) is None:
        raise refuse(path, "a time YYYY-MM-DDTHH:MM:SSZ")
    try:
        parse_time(value)
    except ValueError:
        raise refuse(path, "a time that exists") from None


def one_of(*choices: str) -> Check:
    """One of a few words."""

    def check(value: Any, path: str) -> None:
        if value not in choices or not isinstance(value, str):
            raise refuse(path, "one of " + ", ".join(repr(choice) for choice in choices))

    return check


def whole(lowest: int) -> Check:
    """An integer from ``lowest``."""

    def check(value: Any, path: str) -> None:
        if type(value) is not int or value < lowest:
            raise refuse(path, f"a whole number from {lowest}")

    return check


def either(first: Check, second: Check) -> Check:
    """What passes one of two checks."""

    def check(value: Any, path: str) -> None:
        try:
            first(value, path)
        except BadData:
            second(value, path)

    return check


def array(item: Check, least: int = 0, most: int = 2**31) -> Check:
    """A list of ``least`` to ``most`` items."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise refuse(path, f"a list of {least} to {most}")
        for index, member in enumerate(value):
            item(member, f"{path}[{index}]")

    return check


def mapping(key: Check, item: Check) -> Check:
    """An object whose keys and values all pass a check."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise refuse(path, "an object")
        for name, member in value.items():
            key(name, f"{path}: key")
            item(member, f"{path}.{name}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these fields, besides optional ones."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise refuse(path, "an object")
        for name in required:
            if name not in value:
                raise refuse(f"{path}.{name}", "there")
        for name, member in value.items():
            if name not in known:
                raise refuse(f"{path}.{name[:64]}", "absent (unknown field)")
            known[name](member, f"{path}.{name}")

    return check


def require(value: Any, check: Check, name: str) -> dict[str, Any]:
    """Return the document when it has the shape, and always as an object."""
    check(value, name)
    if not isinstance(value, dict):
        raise refuse(name, "an object")
    return value


def sorted_by(items: list[Any], key: Callable[[Any], Any], path: str) -> None:
    """Refuse a list that is not sorted, or has the same key twice: one order, one spelling."""
    keys = [key(item) for item in items]
    if keys != sorted(set(keys)):
        raise refuse(path, "sorted, each once")


def parse_time(value: str) -> datetime:
    """Return the moment of a text that :func:`moment` accepts; ``ValueError`` when it does not exist."""
    return datetime.fromisoformat(value).astimezone(UTC)


def format_time(value: datetime) -> str:
    """Return a moment as it stands in documents: UTC, whole seconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
