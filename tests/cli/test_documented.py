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
