"""What manifest, receipt and trust list have in common: how exact bytes become one, and the fields that mean the same in each."""

from __future__ import annotations

from typing import Any

from waarmerk.election.ids import ELECTION, ENVIRONMENTS, ORGANISATION
from waarmerk.errors import BadData
from waarmerk.wire import canonical, shape

environment = shape.one_of(*ENVIRONMENTS)
election = shape.pattern(ELECTION, "an election")
organisation = shape.pattern(ORGANISATION, "an organisation")
recipient = shape.pattern(rf"{ORGANISATION}|\*", "an organisation or *")
clock = shape.one_of("synchronised", "unsynchronised")
public_key = shape.pattern(r"[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}", "an SSH public key without comment")
person = shape.pattern(r"[a-z0-9-]{1,32}", "a short label")
trust_list = shape.fields({"version": shape.whole(1), "sha256": shape.digest})
software = shape.fields({"name": shape.text, "version": shape.text, "sha256": shape.digest})


def read(data: bytes, limit: int, form: str, schema: shape.Check, name: str) -> dict[str, Any]:
    """Return the fields of a document; ``E-MAN-FORMAT`` for one of another format or version, before its shape is judged."""
    value = canonical.load(data, limit)
    if isinstance(value, dict) and isinstance(value.get("format"), str) and value["format"] != form:
        raise BadData("E-MAN-FORMAT", f"format {value['format'][:40]!r}, not {form}")
    return shape.require(value, schema, name)
