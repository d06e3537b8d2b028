"""Where everything lies in a public folder (security.md 4.2). Addresses are relative, with ``/``: any web server can serve them."""

from __future__ import annotations

import re

from waarmerk.ledger.tiles import Tile

CHECKPOINT = "checkpoint"
POLICY = "policy.txt"
INDEX = "index.json"
TILES, OBJECTS, PROOFS, TRUST = "tile", "objects", "proofs", "trust"
OBJECT_NAME = re.compile(r"objects/sha256/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.tar)?")
TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}\.tmp")
"""Names of files that were being written when the power went; no part of what is published."""


def tile(one: Tile) -> str:
    """Return the address of a tile or bundle."""
    return one.path


def document(sha256: str) -> str:
    """Return the address of a public file or JSON document."""
    return f"{OBJECTS}/sha256/{sha256[:2]}/{sha256}"


def container(sha256: str) -> str:
    """Return the address of the public container of a JSON document: the document and its signatures, no files."""
    return document(sha256) + ".tar"


def proof(sha256: str) -> str:
    """Return the address of the proof of a public file."""
    return f"{PROOFS}/{sha256}.tlog-proof"


def trust(version: int) -> str:
    """Return the address of a version of the trust list."""
    return f"{TRUST}/{version}.tar"
