"""What is documented exists, and what exists is documented."""

from tests.conftest import ROOT
from waarmerk.cli import COMMANDS
from waarmerk.cli.documented import page
from waarmerk.web.openapi import DOCUMENT


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == page(), "run scripts/commands"


def test_every_command_has_a_line_in_the_help_of_both_languages() -> None:
    from waarmerk.pages.screens import words

    for lang in ("nl", "en"):
        assert {key.removeprefix("help.") for key in words(lang, "terminal").table if key.startswith("help.")} == {
            "main",
            *COMMANDS,
        }


def test_every_address_of_the_intake_is_in_the_specification() -> None:
    specification = (ROOT / "docs" / "spec" / "transfer.md").read_text("utf-8")
    for address in DOCUMENT["paths"]:
        assert address.split("{")[0].rstrip("/") in specification


def test_every_link_of_the_readme_leads_somewhere() -> None:
    import re

    for target in re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_every_code_of_seal_and_reception_is_in_the_specification() -> None:
    import re

    section = (ROOT / "docs" / "spec" / "transfer.md").read_text("utf-8").split("\n## 16.")[1].split("\n## 17.")[0]
    named, family = set(), ""
    for full, short in re.findall(r"`(?:([EWR]-[A-Z]+(?:-[A-Z…]+)?)|(-[A-Z]+))`", section):
        family = full.rsplit("-", 1)[0] if full else family
        named.add(full or family + short)
    rooms = (ROOT / "src" / "waarmerk" / room for room in ("seal", "wire", "dossier"))
    text = "".join(path.read_text("utf-8") for room in rooms for path in room.glob("*.py"))
    written = set(re.findall(r'"((?:E|W|R)-[A-Z]+(?:-[A-Z]+)?)"', text))
    families = {code[:-1] for code in named if code.endswith("…")}
    assert {code for code in written if not code.startswith(tuple(families)) and code not in named} == set()
