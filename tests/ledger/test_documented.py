"""Every code with which log and public folder refuse stands in the specification, and it names no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ledger", "publication")


def test_the_specification_has_every_code_and_no_other() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for name in FOLDERS for path in (ROOT / "src" / "waarmerk" / name).glob("*.py")
    )
    used = set(re.findall(r'"(E-(?:LOG|WIT)-[A-Z]+)"', source))
    text = (ROOT / "docs" / "spec" / "log.md").read_text(encoding="utf-8")
    spelled = re.sub(
        r"`E-WIT-REQUEST`, `-ORIGIN`, `-OLDER`, `-SIZE`", "E-WIT-REQUEST E-WIT-ORIGIN E-WIT-OLDER E-WIT-SIZE", text
    )
    assert set(re.findall(r"E-(?:LOG|WIT)-[A-Z]+", spelled)) == used


def test_every_type_of_entry_is_in_the_specification() -> None:
    from waarmerk.ledger.entry import TYPES

    text = (ROOT / "docs" / "spec" / "log.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}` |" in text for kind in TYPES)
