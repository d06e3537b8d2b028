"""One-time links: the door to the pages until there are accounts. Only the hash of a link's secret is stored."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from waarmerk.machine import files


def new(folder: Path) -> str:
    """Make the secret of a one-time link and store its hash; called by ``serve``, never by a request."""
    secret = secrets.token_urlsafe(32)
    files.put_new(place(folder, secret), b"", mode=files.PRIVATE)
    return secret


def place(folder: Path, secret: str) -> Path:
    """Return the file that is there as long as the link may be used."""
    return folder / "access" / hashlib.sha256(secret.encode()).hexdigest()


def used(folder: Path, secret: str) -> Path:
    """Return the file that is there once the link was used."""
    return place(folder, secret).with_suffix(".used")


def use(folder: Path, secret: str) -> bool:
    """Use a link up; ``False`` when it cannot be used, also when two try at once."""
    try:
        place(folder, secret).rename(used(folder, secret))
    except FileNotFoundError:
        return False
    return True
