"""A stick, or a server, is somebody else's: what is odd on it is said in words and stops nothing else."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.dossier.house import eml
from waarmerk.cli import main
from waarmerk.errors import BadData, Unreachable, WrongUse
from waarmerk.machine import http
from waarmerk.office import sending

ORDER = "\x1b[2J"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--lang", "en", *arguments], color=True)
    return done.exit_code, done.output


def test_what_is_odd_on_a_stick_does_not_keep_the_rest_from_coming(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "a.sealed")
    (tmp_path / "b.sealed").mkdir()
    (tmp_path / "c.sealed").symlink_to("/dev/zero")
    with (tmp_path / "d.sealed").open("wb") as out:
        out.truncate(1 << 40)
    (tmp_path / f"e{ORDER}.sealed").write_bytes(b"x")
    brought: list[str] = []

    def answer(method: str, url: str, body: object = None, **_: object) -> http.Answer:
        brought.append(method)
        return http.Answer(202, {}, b"{}")

    monkeypatch.setattr(http, "request", answer)
    code, said = run("receive", str(tmp_path), "--to", "http://localhost:1")
    assert (code, brought) == (1, ["PUT"])
    assert "E-OUT-SIZE" in said
    assert "stored" in said
    assert "\x1b" not in said


def test_a_stick_that_is_not_in_is_not_made(tmp_path: Path) -> None:
    for name in ("stick", "ftp://x"):
        with pytest.raises(WrongUse, match="is the stick in"):
            sending.by_stick(tmp_path / "1.sealed", tmp_path / name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [ORDER, f"E-{ORDER}", "E-\ud800", "E-", 7])
def test_a_server_that_speaks_no_code_of_ours_is_not_reachable(code: object) -> None:
    value = http.json.dumps({"code": code, "detail": "x"}).encode()
    assert isinstance(sending._refused("http://a", http.Answer(422, {}, value)), Unreachable)


def test_of_a_servers_words_a_few_are_shown() -> None:
    value = http.json.dumps({"code": "E-NEW-CODE", "detail": "x" * 1_000_000}).encode()
    refused = sending._refused("http://a", http.Answer(422, {}, value))
    assert isinstance(refused, BadData)
    assert len(refused.reason) == sending.MAX_SAID


@pytest.mark.parametrize("path", ["/é", "/\ud800", "@evil", "http://evil/", None])
def test_a_receipt_is_fetched_from_an_address_on_the_same_server_only(path: object) -> None:
    with pytest.raises(Unreachable):
        sending._receipt("http://localhost:1", {"receipt": path})


def test_no_word_of_a_file_is_an_order_to_the_terminal(tmp_path: Path) -> None:
    name = tmp_path / f"a{ORDER}\u202e.xml"
    name.write_bytes(b"<html/>")
    for command in (
        ("check", str(tmp_path)),
        ("seats", str(name)),
        ("verify", str(name) + "x"),
        ("key", "show", str(name)),
    ):
        _, said = run(*command)
        assert said, command
        assert not {"\x1b", "\u202e"} & set(said), command


def test_a_place_that_cannot_be_written_is_said_and_is_no_mistake_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, said = run("simulate", str(tmp_path / "file" / "made"))
    assert (code, "Not a directory" in said, "the program itself" in said) == (2, True, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("convert", "a.xml", "b.xml", "--election", ORDER),
        ("convert", "a.xml", "b.xml", "--created", "\udcff"),
        ("simulate", "made", "--scale", "nan"),
        ("simulate", "made", "--municipality", "../../x:y", "--like", "a.xml"),
        ("seats", "a.xml", "--deceased", "9" * 5_000 + "/1"),
    ],
)
def test_words_that_no_document_can_hold_are_refused_before_anything_is_read(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xml").write_bytes(b"list,name,votes\n1,a,2\n" if arguments[0] == "seats" else eml())
    code, said = run(*arguments)
    assert (code, "the program itself" in said, bool(said)) == (2, False, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]
