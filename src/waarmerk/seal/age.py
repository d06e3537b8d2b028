"""Sealing to a receiver with age v1 (security.md 3.7).

``pyrage`` reads long headers in quadratic time and writes before the end is authenticated. So the header is scanned here
first, strictly and bounded, and what it writes goes to a writer that judges the stream and can stop it at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

import pyrage
from pyrage import x25519

from waarmerk.errors import BadData, WrongUse
from waarmerk.seal.limits import MAX_AGE_HEADER, MAX_AGE_STANZAS

VERSION = b"age-encryption.org/v1\n"
_ARGUMENTS = re.compile(rb"-> ([!-~]+)((?: [!-~]+)*)")
_FULL_LINE = re.compile(rb"[A-Za-z0-9+/]{64}")
_LAST_LINE = re.compile(rb"[A-Za-z0-9+/]{0,63}")
_MAC = re.compile(rb"--- [A-Za-z0-9+/]{43}")


class Sink(Protocol):
    """Where decrypted bytes go; may raise to stop the decryption."""

    def write(self, block: bytes) -> int:
        """Take the next bytes."""

    def flush(self) -> None:
        """Nothing to do."""


def scan_header(start: bytes) -> None:
    """Judge the first :data:`MAX_AGE_HEADER` bytes of a sealed file; ``E-OUT-TYPE`` or ``E-OUT-HEADER``.

    Every real stanza is ``X25519``; at most one ``-grease`` stanza (which pyrage adds). Passphrase, SSH and plugin stanzas are
    refused before any work is done for them.
    """
    if not start.startswith(VERSION):
        raise BadData("E-OUT-TYPE", "not an age v1 file")
    lines = start[len(VERSION) : MAX_AGE_HEADER].split(b"\n")
    # The piece behind the last line end is no line: a header that is longer than the limit ends there.
    position, stanzas, grease = 0, 0, 0
    complete = lines[:-1]
    while position < len(complete) and complete[position].startswith(b"-> "):
        kind = _stanza_kind(complete[position])
        stanzas += 1
        grease += kind == "grease"
        if stanzas > MAX_AGE_STANZAS or grease > 1:
            raise BadData("E-OUT-HEADER", "too many stanzas")
        position = _after_body(complete, position + 1)
    if position >= len(complete) or _MAC.fullmatch(complete[position]) is None or stanzas == grease:
        raise BadData("E-OUT-HEADER", "the age header is not in the profile")


def _stanza_kind(line: bytes) -> str:
    match = _ARGUMENTS.fullmatch(line)
    if match is None:
        raise BadData("E-OUT-HEADER", "a stanza line is malformed")
    if match[1] == b"X25519":
        return "x25519"
    if match[1].endswith(b"-grease"):
        return "grease"
    raise BadData("E-OUT-HEADER", f"stanza {match[1][:20]!r} is not in the profile")


def _after_body(lines: Sequence[bytes], position: int) -> int:
    """Return the index of the line after a stanza's body: full lines, then one shorter line, which may be empty."""
    while position < len(lines) and _FULL_LINE.fullmatch(lines[position]):
        position += 1
    if position >= len(lines) or _LAST_LINE.fullmatch(lines[position]) is None:
        raise BadData("E-OUT-HEADER", "a stanza body is not closed by a shorter line")
    return position + 1


def parse_recipient(text: str) -> str:
    """Return an age X25519 recipient (``age1…``) that can be sealed to; ``E-TRU-RECIPIENT`` otherwise."""
    try:
        x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise BadData("E-TRU-RECIPIENT", f"{text[:70]!r} is not an age recipient") from None
    return text


def parse_identities(text: str) -> list[Any]:
    """Return the identities of an age key file; ``WrongUse`` when it has none."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        identities = [x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError:
        raise WrongUse("the identity file is not an age key file (AGE-SECRET-KEY-1…)") from None
    if not identities:
        raise WrongUse("the identity file holds no key")
    return identities


def new_identity() -> tuple[str, str]:
    """Return a new identity and its recipient, both as text."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def encrypt(source: BinaryIO, out: BinaryIO, recipients: Sequence[str]) -> None:
    """Seal a stream to all recipients."""
    if not recipients:
        raise WrongUse("the receiver has no recipient key in the trust list")
    pyrage.encrypt_io(source, out, [x25519.Recipient.from_str(parse_recipient(text)) for text in recipients])


def decrypt(source: BinaryIO, sink: Sink, identities: Sequence[Any]) -> None:
    """Open a stream whose header passed :func:`scan_header` into a sink.

    Raises ``E-OUT-NOKEY`` when no identity fits, ``E-OUT-AUTH`` when a byte is not as it was sealed; whatever the sink raises
    passes through. What was written before an error must be thrown away.
    """
    try:
        pyrage.decrypt_io(source, sink, list(identities))
    except pyrage.DecryptError as error:
        if "MAC" in str(error):
            raise BadData("E-OUT-AUTH", "the header was altered after it was sealed") from None
        raise BadData("E-OUT-NOKEY", "sealed to other keys than ours, or altered in the part that names them") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise BadData("E-OUT-AUTH", "altered or cut off after it was sealed") from None
