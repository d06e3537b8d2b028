"""The manifest: what a delivery is, who sent it to whom, and the digest of every file (security.md 3.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from waarmerk.election.ids import OrgId
from waarmerk.errors import BadData
from waarmerk.seal import document
from waarmerk.seal.limits import MAX_DEFINITION_FILES, MAX_FILES, MAX_MANIFEST, MAX_PAYLOAD, MAX_PAYLOAD_FILE
from waarmerk.wire import canonical, shape
from waarmerk.wire.digests import sha256

FORMAT = "stf-manifest/1"
NAMESPACE = "stf-manifest-v1"
EVERYONE = "*"
"""The recipient of a definition: anyone may carry and read it."""
FILE_NAME = r"[a-z0-9][a-z0-9._-]{0,79}"


class Kind(StrEnum):
    """What a delivery is for."""

    DEFINITION = "definition"
    RESULT = "result"
    CORRIGENDUM = "corrigendum"
    WITHDRAWAL = "withdrawal"
    REQUEST = "request"
    ANSWER = "answer"
    TEST = "test"


REASONS = ("", "recount", "typing_error", "wrong_file", "station_missing", "legal_order", "other")
REPLACING = (Kind.CORRIGENDUM, Kind.WITHDRAWAL)
"""Kinds that replace something: they must say why, and are no easier to sign than what they replace (security.md 3.12)."""
COUNT_ROLES = {"gsb": "eml-510b", "hsb": "eml-510c", "csb": "eml-510d"}
ROLES = (
    "eml-110a", "eml-110b", "eml-230b", "eml-230c", "eml-510a", "eml-510b", "eml-510c", "eml-510d", "eml-520",
    "csv-osv4-3", "pv-scan-public", "pv-scan-signed", "case", "answer", "remarks", "note",
)  # fmt: skip
PUBLIC_ROLES = frozenset(role for role in ROLES if role.startswith("eml-") and role != "eml-230c") | {"csv-osv4-3"}
"""Roles that are published as they are; scans come later, when a second person looked at every page."""

_FIELDS: dict[str, shape.Check] = {
    "format": shape.text,
    "transfer": shape.pattern("[0-9a-f]{32}", "32 hex digits"),
    "environment": document.environment,
    "election": document.election,
    "sender": document.organisation,
    "recipient": document.recipient,
    "epoch": shape.whole(1),
    "sequence": shape.whole(1),
    "previous": shape.digest,
    "kind": shape.one_of(*Kind),
    "session": shape.whole(1),
    "supersedes": shape.pattern("|[0-9a-f]{64}", "empty or 64 hex digits"),
    "reason": shape.one_of(*REASONS),
    "created": shape.moment,
    "clock": document.clock,
    "trust_list": document.trust_list,
    "software": document.software,
    "audit_head": shape.digest,
    "files": shape.array(
        shape.fields(
            {
                "name": shape.pattern(FILE_NAME, "a file name of lower-case letters, digits, dot, dash, underscore"),
                "role": shape.one_of(*ROLES),
                "size": shape.whole(0),
                "sha256": shape.digest,
            }
        )
    ),
}
SCHEMA = shape.fields(_FIELDS)


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """One file of a delivery."""

    name: str
    role: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StreamId:
    """The order in which one sender's deliveries to one receiver belong together (security.md 3.3)."""

    environment: str
    election: str
    sender: str
    recipient: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Reference:
    """Which trust list a document was made with."""

    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest with its exact bytes; made by :meth:`from_bytes` or :func:`compose` only."""

    data: bytes
    environment: str
    election: str
    sender: str
    recipient: str
    epoch: int
    sequence: int
    previous: str
    kind: Kind
    session: int
    supersedes: str
    reason: str
    created: datetime
    trust_list: Reference
    audit_head: str
    software: Mapping[str, str]
    files: tuple[PayloadFile, ...]

    @property
    def sha256(self) -> str:
        """The hash by which everyone names this delivery."""
        return sha256(self.data)

    @property
    def stream(self) -> StreamId:
        """The stream that it is part of."""
        return StreamId(self.environment, self.election, self.sender, self.recipient, self.epoch)

    @property
    def public_files(self) -> tuple[PayloadFile, ...]:
        """The files that may be published."""
        return tuple(file for file in self.files if file.role in PUBLIC_ROLES)

    @property
    def count_file(self) -> PayloadFile | None:
        """The count of a result or corrigendum: the 510 of the sender's level."""
        role = COUNT_ROLES[OrgId.parse(self.sender).kind] if self.kind in (Kind.RESULT, Kind.CORRIGENDUM) else None
        return next((file for file in self.files if file.role == role), None)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read exact bytes; raises ``BadData`` with ``E-MAN-*`` (step 6 of security.md 3.17)."""
        return cls._from_value(data, document.read(data, MAX_MANIFEST, FORMAT, SCHEMA, "manifest"))

    @classmethod
    def _from_value(cls, data: bytes, value: dict[str, Any]) -> Self:
        kind = Kind(value["kind"])
        files = tuple(PayloadFile(**file) for file in value["files"])
        _check_files(kind, files)
        _check_relations(value, kind)
        return cls(
            data=data,
            environment=value["environment"],
            election=value["election"],
            sender=value["sender"],
            recipient=value["recipient"],
            epoch=value["epoch"],
            sequence=value["sequence"],
            previous=value["previous"],
            kind=kind,
            session=value["session"],
            supersedes=value["supersedes"],
            reason=value["reason"],
            created=shape.parse_time(value["created"]),
            trust_list=Reference(**value["trust_list"]),
            audit_head=value["audit_head"],
            software=value["software"],
            files=files,
        )


def compose(fields: Mapping[str, Any]) -> Manifest:
    """Return the manifest of these fields (all of :data:`SCHEMA` but ``format``), read back from its own bytes."""
    return Manifest.from_bytes(canonical.dump({"format": FORMAT, **fields}))


def _check_files(kind: Kind, files: tuple[PayloadFile, ...]) -> None:
    most = MAX_DEFINITION_FILES if kind is Kind.DEFINITION else MAX_FILES
    least = 0 if kind is Kind.WITHDRAWAL else 1
    if kind is Kind.WITHDRAWAL:
        most = 0
    if not least <= len(files) <= most:
        raise BadData("E-MAN-SCHEMA", f"a {kind} has {least} to {most} files, this one {len(files)}")
    shape.sorted_by(list(files), lambda file: file.name, "manifest.files")
    for file in files:
        if ".." in file.name or re.fullmatch(FILE_NAME, file.name) is None:
            raise BadData("E-MAN-SCHEMA", f"{file.name!r} is not a file name")
        if file.size > MAX_PAYLOAD_FILE:
            raise BadData("E-MAN-SCHEMA", f"{file.name} has {file.size} bytes, at most {MAX_PAYLOAD_FILE}")
    if sum(file.size for file in files) > MAX_PAYLOAD:
        raise BadData("E-MAN-SCHEMA", f"the files together have more than {MAX_PAYLOAD} bytes")


def _check_relations(value: dict[str, Any], kind: Kind) -> None:
    """Fields that only make sense together."""
    if OrgId.parse(value["sender"]).kind not in COUNT_ROLES:
        raise BadData("E-MAN-SCHEMA", "root bodies sign trust lists and send no deliveries")
    if value["sender"] == value["recipient"]:
        raise BadData("E-MAN-SCHEMA", "sender and recipient are the same")
    if (value["recipient"] == EVERYONE) != (kind is Kind.DEFINITION):
        raise BadData("E-MAN-SCHEMA", "a definition goes to everyone (*), and nothing else does")
    if (value["sequence"] == 1) != (value["previous"] == shape.ZERO_HASH):
        raise BadData("E-MAN-SCHEMA", "previous is the zero hash for sequence 1 and for nothing else")
