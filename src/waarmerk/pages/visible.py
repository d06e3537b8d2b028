"""Text from outside with every sign written out that has no shape of its own or changes how others are read (T19)."""

from __future__ import annotations

import json
import unicodedata

from markupsafe import Markup

PLAIN_WHITE = "\t\n\r"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that have no sign of their own or change how others are read."""


def visible(value: object) -> object:
    """Return text with every control, format and bidirectional sign written out (``⟨U+202E⟩``); the rest as it was."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(_mark(sign) for sign in value)


def on_screen(text: str) -> str:
    """Return words for a terminal: lines stay lines, and no sign moves the cursor, hides a word or gives an order."""
    return "\n".join(str(visible(line)).replace("\r", "⟨U+000D⟩") for line in text.split("\n"))


def on_screen_json(value: object, indent: int | None = None) -> str:
    """Return one JSON value for a terminal or a program; the same signs stand in it as escapes, so it is the same value."""
    lines = json.dumps(value, ensure_ascii=False, indent=indent).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_escaped, line)) for line in lines)


def _escaped(sign: str) -> str:
    if unicodedata.category(sign) not in HIDDEN:
        return sign
    return f"\\u{ord(sign):04x}" if sign <= "\uffff" else json.dumps(sign)[1:-1]


def _mark(sign: str) -> str:
    if sign in PLAIN_WHITE or unicodedata.category(sign) not in HIDDEN:
        return sign
    return f"⟨U+{ord(sign):04X}⟩"
