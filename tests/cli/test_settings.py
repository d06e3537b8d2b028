"""``waarmerk.toml``: what is the same every time is asked once, and nothing is taken from it in silence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.office import Office
from waarmerk.cli import main


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("settings"))
    (made.folder / "note.txt").write_text("een proef")
    return made


def test_an_office_types_only_what_differs(office: Office) -> None:
    stick = office.folder / "stick"
    stick.mkdir()
    settings = ('as = "gsb:0599"', 'to = "csb:kiesraad"', 'trust = "trust"', 'outbox = "out"', f'address = "{stick}"')
    (office.folder / "waarmerk.toml").write_text("\n".join(settings))
    done = office.run("seal", "note.txt", "-o", "x.draft", "--kind", "test", "--role", "note.txt=note")
    assert (done.returncode, "instellingen uit waarmerk.toml" in done.stderr) == (0, True), done.stderr
    for key in ("a", "b"):
        office.waarmerk("sign", "x.draft", "--key", f"keys/{key}", "--yes")
    envelope = next((office.folder / "out").rglob("*.sealed"))
    office.waarmerk("send", str(envelope))
    assert len(list(stick.glob("*.sealed"))) == 1


@pytest.mark.parametrize(
    "text",
    ["as = 1", "wachtwoord = 'x'", "as = ", "\xff", "as = " + "[" * 9_000, "as = " + "9" * 9_000, 'as = "\\u0000"'],
)
def test_settings_that_cannot_be_read_are_said(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "waarmerk.toml").write_text(text, encoding="latin-1")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["seal", "x", "-o", "y"])
    assert (done.exit_code, "waarmerk.toml" in done.output) == (2, True)
