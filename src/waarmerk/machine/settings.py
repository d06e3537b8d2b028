"""``waarmerk.toml`` in the present folder: the answers that an office would otherwise type again and again. Never hidden."""

from __future__ import annotations

import tomllib
from pathlib import Path

from waarmerk.errors import WrongUse

FILE = "waarmerk.toml"
MAX_SETTINGS = 65_536


def load(folder: Path, known: frozenset[str]) -> dict[str, str]:
    """Return the settings of a folder, empty when it has none; ``WrongUse`` for a name that is not known."""
    path = folder / FILE
    if not path.is_file():
        return {}
    if path.stat().st_size > MAX_SETTINGS:
        raise WrongUse(f"{path} is larger than {MAX_SETTINGS} bytes")
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except RecursionError:
        raise WrongUse(f"{path}: nested too deep; a setting is one text") from None
    except ValueError as error:
        # No TOML, no UTF-8, or a number with too many digits.
        raise WrongUse(f"{path}: {error}") from None
    for name, value in values.items():
        if name not in known or not isinstance(value, str) or "\0" in value:
            raise WrongUse(f"{path}: {name[:40]} is not a setting (known: {', '.join(sorted(known))})")
    return values
