"""Canonical JSON ("CJ"), security.md 3.2: one value, one spelling.

Every document that we sign is the RFC 8785 serialisation of a value of objects, arrays, strings and integers
0..2^53-1 only. A document is parsed by refusing everything else, and at last by writing it again: other bytes, no document.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NoReturn

from waarmerk.errors import BadData

MAX_DEPTH = 8
MAX_STRING = 4_096
"""Code points in one string."""
MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]{0,63}")
# Control characters, line and paragraph separators, and the bidi controls that make text read otherwise than it is.
FORBIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

Json = dict[str, Any] | list[Any] | str | int


def dump(value: Json) -> bytes:
    """Return the canonical bytes of a value; raise ``BadData`` where it has no canonical form."""
    _check(value, 1)
    return _serialise(value)


def load(data: bytes, limit: int) -> Json:
    """Return the value of canonical bytes of at most ``limit`` bytes.

    Raises ``BadData`` with ``E-MAN-SIZE``, ``-JSON`` (no JSON, kinds of values that CJ has not, depth), ``-STRING``, ``-SCHEMA``
    (keys) or ``-CANON``, in the order of security.md 3.2.
    """
    if len(data) > limit:
        raise BadData("E-MAN-SIZE", f"{len(data)} bytes, at most {limit}")
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadData("E-MAN-JSON", "byte-order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadData("E-MAN-JSON", f"not UTF-8 at byte {error.start}") from None
    _bounded_depth(text)
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_unique, parse_float=_refuse, parse_constant=_refuse, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise BadData("E-MAN-JSON", f"{error.msg} at character {error.pos}") from None
    _check(value, 1)
    if _serialise(value) != data:
        raise BadData("E-MAN-CANON", "the same value has another, canonical spelling")
    return value


def _serialise(value: Json) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def _bounded_depth(text: str) -> None:
    """Refuse deep nesting before Python's parser would recurse into it (it raises RecursionError, not a JSON error)."""
    depth = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadData("E-MAN-JSON", f"nested deeper than {MAX_DEPTH}")
        elif character in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise BadData("E-MAN-JSON", "an object has the same key twice")
    return result


def _refuse(text: str) -> NoReturn:
    raise BadData("E-MAN-JSON", f"{text[:20]} is no integer")


def _integer(text: str) -> int:
    if text.startswith("-") or len(text) > 16 or int(text) > MAX_INTEGER:
        raise BadData("E-MAN-JSON", f"{text[:20]} is not an integer from 0 to 2^53-1")
    return int(text)


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH and isinstance(value, dict | list | tuple):
        raise BadData("E-MAN-JSON", f"nested deeper than {MAX_DEPTH}")
    match value:
        case bool() | None | float():
            raise BadData("E-MAN-JSON", f"{value!r} is not a value of canonical JSON")
        case int():
            if not 0 <= value <= MAX_INTEGER:
                raise BadData("E-MAN-JSON", f"{value} is not from 0 to 2^53-1")
        case str():
            _check_string(value)
        case dict():
            for key, member in value.items():
                if not isinstance(key, str) or KEY.fullmatch(key) is None:
                    raise BadData("E-MAN-SCHEMA", f"key {str(key)[:40]!r} has a character that keys may not have")
                _check(member, depth + 1)
        case list() | tuple():
            for member in value:
                _check(member, depth + 1)
        case _:
            raise BadData("E-MAN-JSON", f"{type(value).__name__} is not a value of canonical JSON")


def _check_string(text: str) -> None:
    if len(text) > MAX_STRING:
        raise BadData("E-MAN-STRING", f"a string of {len(text)} code points, at most {MAX_STRING}")
    found = FORBIDDEN.search(text)
    if found is not None:
        raise BadData("E-MAN-STRING", f"character U+{ord(found[0]):04X} is not allowed")
    if unicodedata.normalize("NFC", text) != text:
        raise BadData("E-MAN-STRING", "a string is not in Unicode normal form C")
