"""Log entries (security.md 4.1): what the log commits to. Hashes and identifiers only, never votes or names of persons.

An entry is canonical JSON of at most 16,384 bytes. ``object`` is the SHA-256 of the document that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from waarmerk.election.ids import ELECTION, ENVIRONMENTS, ORGANISATION
from waarmerk.errors import BadData
from waarmerk.ledger import codes
from waarmerk.ledger.tiles import MAX_ENTRY
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

FORMAT = "stf-log-entry/1"
PUBLISHED = re.compile(r"eml-(?:110a|110b|230b|510[a-d]|520)|csv-osv4-3")
"""Roles that are published as they are (security.md 3.4): no birth dates, addresses, signatures."""
PUBLIC_ROLE = re.compile(rf"{PUBLISHED.pattern}|pv-scan-public")
"""Roles that an entry may name; a scan only after a second person looked at every page of it."""
MAX_DOCUMENT = 8 * 1024 * 1024
"""Bytes in a document that is logged: a trust list is the largest (security.md 3.1)."""
MAX_FILES = 100
"""Files in one entry; more would not fit in its 16,384 bytes."""

_hex32 = shape.pattern(r"[0-9a-f]{32}", "32 lower-case hex digits")
_address = shape.pattern(r"https?://[\x21-\x7e]{1,2000}", "a web address")
_file = shape.fields(
    {"role": shape.pattern(PUBLIC_ROLE.pattern, "a public role"), "sha256": shape.digest, "size": shape.whole(0)}
)
_files = shape.array(_file, 0, MAX_FILES)
_COMMON: dict[str, shape.Check] = {
    "format": shape.one_of(FORMAT),
    "environment": shape.one_of(*ENVIRONMENTS),
    "election": shape.pattern(ELECTION, "an election"),
    "org": shape.pattern(ORGANISATION, "an organisation"),
    "object": shape.digest,
    "size": shape.whole(1),
}
_FURTHER: dict[str, dict[str, shape.Check]] = {
    "trust-list": {"version": shape.whole(1)},
    "manifest": {
        "epoch": shape.whole(1),
        "sequence": shape.whole(1),
        "kind": shape.one_of("definition", "result", "corrigendum", "withdrawal", "request", "answer"),
        "supersedes": shape.either(shape.one_of(""), shape.digest),
        "files": _files,
    },
    "receipt": {},
    "publication": {"url": _address, "files": _files},
    "release": {"version": shape.text},
    "incident": {"code": shape.text},
    "case": {
        "case": _hex32,
        "state": shape.one_of("found", "asked", "answered", "rechecked", "closed", "dismissed"),
        "manifest": shape.digest,
    },
    "takedown": {"removed": shape.digest, "reason": shape.one_of("personal_data", "court_order", "mistake")},
    "predecessor": {"origin": shape.text},
}
_SHAPES = {name: shape.fields({**_COMMON, "type": shape.one_of(name), **further}) for name, further in _FURTHER.items()}
TYPES = tuple(_FURTHER)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A public file that an entry names."""

    role: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed entry; ``document`` is its JSON object, ``data`` its exact bytes."""

    data: bytes
    document: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the bytes of an entry; ``BadData`` ``E-LOG-ENTRY`` for anything but canonical JSON of a known shape."""
        try:
            document = canonical.load(data, MAX_ENTRY)
            kind = document.get("type") if isinstance(document, dict) else None
            if not isinstance(kind, str) or kind not in _SHAPES:
                raise BadData(codes.ENTRY, "no entry of a known type")
            return cls(data, shape.require(document, _SHAPES[kind], "entry"))
        except BadData as error:
            raise BadData(codes.ENTRY, error.reason) from None

    @property
    def type(self) -> str:
        """What it is about: ``manifest``, ``receipt``, ``trust-list`` or another of ``TYPES``."""
        return str(self.document["type"])

    @property
    def object(self) -> str:
        """The SHA-256 of the document that it is about."""
        return str(self.document["object"])

    @property
    def size(self) -> int:
        """The size of that document in bytes."""
        return int(self.document["size"])

    @property
    def org(self) -> str:
        """The body that made the document."""
        return str(self.document["org"])

    @property
    def files(self) -> tuple[ListedFile, ...]:
        """The public files that come with it."""
        return tuple(ListedFile(f["role"], f["sha256"], f["size"]) for f in self.document.get("files", ()))


def for_document(kind: str, document: bytes, operator: str) -> Entry:
    """Return the entry under which a trust list, manifest, receipt or decision is logged.

    A trust list does not name its maker, so it stands under ``operator``, the body that keeps the log. Only public files of
    a manifest are named. Raises ``BadData`` ``E-LOG-ENTRY``, or ``E-MAN-…`` when the document is not canonical JSON.
    """
    parsed = canonical.load(document, MAX_DOCUMENT)
    if not isinstance(parsed, dict):
        raise BadData(codes.ENTRY, "the document is not an object")
    fields = {"format": FORMAT, "type": kind, "object": sha256(document), "size": len(document)}
    fields |= _of(parsed, "environment", "election")
    match kind:
        case "trust-list":
            fields |= {"org": operator, **_of(parsed, "version")}
        case "manifest":
            fields |= {"org": parsed.get("sender", ""), **_of(parsed, "epoch", "sequence", "kind", "supersedes")}
            fields["files"] = _public_files(parsed.get("files", []))
        case "receipt":
            fields["org"] = parsed.get("receiver", "")
        case "incident":
            # What two persons of a receiver decided: the word of it says which.
            fields |= {"org": parsed.get("receiver", ""), "code": parsed.get("what", "")}
        case _:
            raise BadData(codes.ENTRY, f"documents of type {kind[:30]!r} are not logged yet")
    return Entry.parse(canonical.dump(fields))


def _of(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}


def _public_files(files: Any) -> list[dict[str, Any]]:
    listed = [f for f in files if isinstance(f, dict)] if isinstance(files, list) else []
    return [_of(f, "role", "sha256", "size") for f in listed if PUBLISHED.fullmatch(str(f.get("role"))) is not None]
