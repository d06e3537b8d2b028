"""``waarmerk verify`` as people use it: a real (made-up) count, published with its pages, judged by the command."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.publication.town import NOW, Town, log_signer, snapshot
from waarmerk.cli import main
from waarmerk.election.count import ElectionInfo
from waarmerk.formats import Contest, write_510
from waarmerk.publication import layout
from waarmerk.publication.write import publish
from waarmerk.simulate.municipality import municipality
from waarmerk.site import build
from waarmerk.wire.digests import sha256

PAGES = Path(__file__).resolve().parents[2] / "src" / "waarmerk" / "pages"
ELECTION = ElectionInfo("GR2026_Mokum", "Gemeenteraad Mokum 2026", "GR", "GR1", "Mokum", "0599", "2026-03-18")


def counted() -> bytes:
    count = municipality(
        7, "0599", "Mokum", election=ELECTION, contest=Contest("geen"), stations=3, created="2026-03-19T00:00:00.000"
    )
    return b"".join(write_510(count))


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    data = counted()
    publish(folder / "public", Town().batch(data), log_signer(), now=NOW)
    build(folder / "public")
    (folder / "telling.eml.xml").write_bytes(data)
    proof = (folder / "public" / layout.proof(sha256(data))).read_bytes()
    (folder / "telling.eml.xml.tlog-proof").write_bytes(proof)
    (folder / "policy.txt").write_bytes((folder / "public" / "policy.txt").read_bytes())
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_a_folder_with_its_pages_is_verified(top: Path) -> None:
    result = run(top / "public")
    assert result.exit_code == 0, result.output
    assert "Geverifieerd" in result.output


def test_a_file_with_its_proof_beside_it_is_verified(top: Path) -> None:
    assert run(top / "telling.eml.xml", "--policy", top / "policy.txt").exit_code == 0


def test_an_object_finds_its_proof_in_the_folder_around_it(top: Path) -> None:
    result = run(top / "public" / layout.document(sha256(counted())), "--lang", "en")
    assert result.exit_code == 0
    assert "Verified" in result.output


def test_a_changed_byte_in_any_kind_of_file_is_named(top: Path) -> None:
    public = top / "public"
    for name, whole in snapshot(public).items():
        at = len(whole) // 2
        (public / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        result = run(public)
        (public / name).write_bytes(whole)
        assert result.exit_code == 1, name
        assert name in result.output, name


def test_an_extra_page_is_named(top: Path) -> None:
    (top / "public" / "extra.html").write_bytes(b"<p>")
    result = run(top / "public")
    (top / "public" / "extra.html").unlink()
    assert (result.exit_code, "extra.html" in result.output) == (1, True)


def test_a_count_that_does_not_add_up_is_named(tmp_path: Path) -> None:
    data = counted().replace(b"<TotalCounted>", b"<TotalCounted>1", 1)
    publish(tmp_path / "public", Town().batch(data), log_signer(), now=NOW)
    result = run(tmp_path / "public", "--json")
    assert result.exit_code == 1
    assert "E-LOG-SUM" in {flaw["code"] for step in json.loads(result.stdout)["steps"] for flaw in step["flaws"]}


def test_json_names_steps_and_files(top: Path) -> None:
    said = json.loads(run(top / "public", "--json").stdout)
    assert said["verified"] is True
    assert [step["number"] for step in said["steps"]] == list(range(1, 12))


@pytest.mark.parametrize(
    "arguments",
    [
        ["{top}/nothing.xml"],
        ["{top}"],
        ["{top}/public", "{top}/policy.txt"],
        ["{top}/policy.txt"],
        ["{top}/telling.eml.xml", "{top}/nothing"],
        ["{top}/telling.eml.xml", "--policy", "{top}/nothing"],
        ["{top}/telling.eml.xml", "{top}/policy.txt", "--policy", "{top}/policy.txt"],
        ["{top}/telling.eml.xml", "--policy", "{top}/telling.eml.xml"],
        ["{top}/public", "--root-card", "{top}/policy.txt"],
        ["-"],
    ],
)
def test_wrong_use_and_unreadable_files_are_exit_code_two(top: Path, arguments: list[str]) -> None:
    result = run(*(argument.format(top=top) for argument in arguments))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    result: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            result |= flat(value, f"{prefix}{name}.")
        else:
            result[prefix + name] = str(value)
    return result


def test_both_languages_say_the_same_things_in_short_sentences() -> None:
    nl, en = (flat(tomllib.loads((PAGES / f"verify-{lang}.toml").read_text())) for lang in ("nl", "en"))
    assert nl.keys() == en.keys()
    for words in (nl, en):
        for text in words.values():
            assert all(len(sentence.split()) <= 25 for sentence in text.split(". ")), text
    assert not any("fraude" in text.lower() or "fout" in text.lower() for text in nl.values())
