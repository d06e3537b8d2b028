"""Containers of one JSON document and its signatures: drafts, receipts, lists, requests, and what is public of an envelope."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from waarmerk.errors import BadData
from waarmerk.seal.limits import (
    MAX_ENROLMENT,
    MAX_MANIFEST,
    MAX_RECEIPT,
    MAX_SIGNATURE,
    MAX_SIGNATURES,
    MAX_TRUST_LIST,
)
from waarmerk.wire import ustar
from waarmerk.wire.digests import sha256

MANIFEST = "manifest.json"
RECEIPT = "receipt.json"
TRUST_LIST = "trust-list.json"
DECISION = "decision.json"
ENROLMENT = "enrolment.json"
DOCUMENT_LIMITS = {
    MANIFEST: MAX_MANIFEST, RECEIPT: MAX_RECEIPT, DECISION: MAX_RECEIPT, TRUST_LIST: MAX_TRUST_LIST,
    ENROLMENT: MAX_ENROLMENT,
}  # fmt: skip
SIGNATURE_NAME = r"sig/[0-9a-f]{32}\.sshsig"
FILE_ENTRY = r"files/[a-z0-9][a-z0-9._-]{0,79}"


def largest(document: str) -> int:
    """Return how long a container of this document and its signatures can be, without files."""
    entries = DOCUMENT_LIMITS[document] + MAX_SIGNATURES * MAX_SIGNATURE
    return entries + (1 + MAX_SIGNATURES) * ustar.BLOCK + len(ustar.END)


def names(document: str) -> re.Pattern[str]:
    """Return the pattern of entry names in a container of this document; only an envelope has files."""
    files = f"|{FILE_ENTRY}" if document == MANIFEST else ""
    return re.compile(f"{re.escape(document)}|{SIGNATURE_NAME}{files}")


def signature_entry(key_id: str) -> str:
    """Return the entry name of a signer's file."""
    return f"sig/{key_id}.sshsig"


@dataclass(frozen=True, slots=True)
class Signed:
    """One document with the signature files made so far, by key id."""

    name: str
    document: bytes
    signatures: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """Hash of the document, by which it is named."""
        return sha256(self.document)

    def with_signature(self, key_id: str, armored: bytes) -> Self:
        """Return the same document with one more signature."""
        return replace(self, signatures={**self.signatures, key_id: armored})

    def to_bytes(self) -> bytes:
        """Return the canonical container, without files."""
        out = io.BytesIO()
        ustar.write_entry(out, self.name, self.document)
        for key_id in sorted(self.signatures):
            ustar.write_entry(out, signature_entry(key_id), self.signatures[key_id])
        out.write(ustar.END)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> Self:
        """Read a canonical container without files; raises ``BadData`` with ``E-TAR-*``."""
        collector = Collector(name)
        reader = ustar.Reader(collector, names(name))
        reader.write(data)
        reader.close()
        return cls(name, *collector.result())


class Collector:
    """Takes document and signatures of a container from the reader, each bounded, in the canonical order (3.6)."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._order: list[str] = []
        self._present = bytearray()
        self._entries: dict[str, bytes] = {}

    def begin(self, name: str, size: int) -> None:
        """Judge name, order, count and size before any data are kept."""
        if name in self._order:
            raise BadData("E-TAR-DUP", f"{name} is in the container twice")
        if (name == self._document) != (not self._order) or (self._order[1:] and name < self._order[-1]):
            raise BadData("E-TAR-ORDER", f"{name} stands in the wrong place")
        if len(self._order) > MAX_SIGNATURES:
            raise BadData("E-TAR-COUNT", f"more than {MAX_SIGNATURES} signatures")
        limit = DOCUMENT_LIMITS[self._document] if name == self._document else MAX_SIGNATURE
        if size > limit:
            # A manifest has a code of its own for this; everything else is a container that is too large.
            raise BadData(
                "E-MAN-SIZE" if name == self._document else "E-TAR-SIZE", f"{name} has {size} bytes, at most {limit}"
            )
        self._order.append(name)

    def data(self, block: bytes) -> None:
        """Keep bytes of the present entry."""
        self._present += block

    def end(self) -> None:
        """The entry is complete."""
        self._entries[self._order[-1]] = bytes(self._present)
        self._present.clear()

    def result(self) -> tuple[bytes, dict[str, bytes]]:
        """Return the document and the signature files by key id; ``E-TAR-ORDER`` when there is no document."""
        if self._document not in self._entries:
            raise BadData("E-TAR-ORDER", f"{self._document} is missing")
        signatures = {name[4:-7]: data for name, data in self._entries.items() if name != self._document}
        return self._entries[self._document], signatures
