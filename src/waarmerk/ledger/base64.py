"""Base64 with one spelling: standard alphabet, padded, no white space, unused bits zero."""

from __future__ import annotations

import base64
import binascii

from waarmerk.errors import BadData


def encode(data: bytes) -> str:
    """Return the one spelling."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str, code: str, what: str) -> bytes:
    """Return the bytes of the one spelling; ``BadData`` with the code for every other."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadData(code, f"{what} is not base64") from None
    if encode(data) != text:
        raise BadData(code, f"{what} has another, canonical base64 spelling")
    return data
