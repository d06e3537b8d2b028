"""Digests as people meet them: 64 hex digits in a document, 16 groups on paper, a transfer code over the telephone."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from waarmerk.errors import BadData

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without the letters that are misread or misheard."""
GROUPS = 16
TRANSFER_BITS = 160
"""A code read aloud has 32 characters: too many to find a second file for, few enough to read (security.md 3.15)."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def printed(digest: str) -> str:
    """Return a digest as OSV2020 prints it on the record: upper case, 16 groups of 4 (eml-nl.md 6.2)."""
    upper = digest.upper()
    return " ".join(upper[start : start + 4] for start in range(0, 64, 4))


def parse_printed(text: str) -> str:
    """Return the digest that somebody typed from paper; case and spaces do not matter, 64 hex digits do.

    Raises ``BadData`` ``E-PAP-DIGITS`` for anything else. Never compares fewer digits (W2 of security.md 1.4).
    """
    digits = re.sub(r"\s", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{64}", digits) is None:
        raise BadData("E-PAP-DIGITS", f"{len(digits)} characters; a digest has 64 digits 0-9 and A-F")
    return digits


def printed_key(key_id: str) -> str:
    """Return a key id as it stands on paper: 8 groups of 4, and two check digits.

    Modulo 97 as in an IBAN, but over the number itself, so that a digit in the place of a letter is always noticed too.
    """
    groups = " ".join(key_id[start : start + 4] for start in range(0, len(key_id), 4))
    return f"{groups} {98 - int(key_id, 16) * 100 % 97:02d}"


def parse_printed_key(text: str) -> str:
    """Return the key id that somebody typed from paper; ``E-TRU-ENROL`` where the check digits say that it is mistyped."""
    typed = re.sub(r"\s", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{32}[0-9]{2}", typed) is None or (int(typed[:32], 16) * 100 + int(typed[32:])) % 97 != 1:
        raise BadData("E-TRU-ENROL", "mistyped: 8 groups of 4 signs and the two check digits do not belong together")
    return typed[:-2]


def differing_groups(typed: str, digest: str) -> Sequence[int]:
    """Return which of the 16 groups differ (from 1); empty when all 64 digits agree. Compared in constant time."""
    if hmac.compare_digest(typed, digest):
        return ()
    return tuple(
        group + 1
        for group in range(GROUPS)
        if not hmac.compare_digest(typed[group * 4 : group * 4 + 4], digest[group * 4 : group * 4 + 4])
    )


def transfer_code(digest: str) -> str:
    """Return the code that sender and receiver read aloud: the first 160 bits in 8 groups of 4 (security.md 3.15)."""
    number = int(digest[: TRANSFER_BITS // 4], 16)
    letters = [CROCKFORD[number >> shift & 31] for shift in range(TRANSFER_BITS - 5, -1, -5)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))
