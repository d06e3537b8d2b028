"""The two ways in which programs lay out the same EML: one line of canonical XML, or a line for each element, indented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
STEP = b"  "
ELEMENT = re.compile(rb"<([^\s/>]+)((?:\s[^\"<>]*\"[^\"]*\")*)>(?:([^<]*)(</\1>))?|</[^>]+>")
"""An element with text only, or a start tag, or an end tag; as canonical XML writes them."""


def indented(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same document with an XML declaration, line ends and empty-element tags; a piece ends between elements."""
    yield DECLARATION
    depth = 0
    for piece in pieces:
        lines: list[bytes] = []
        for found in ELEMENT.finditer(piece):
            name, attributes, text, end = found.groups()
            if name is None:
                depth -= 1
                lines.append(STEP * depth + found[0])
            elif end is None:
                lines.append(STEP * depth + found[0])
                depth += 1
            else:
                lines.append(STEP * depth + (found[0] if text else b"<" + name + attributes + b"/>"))
        yield b"".join(line + b"\n" for line in lines)
