"""The life of a trust list, with the commands alone: enrolled by request and paper, signed by k of n, followed, refused."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.office import Office
from waarmerk.office import trust_editing, trust_folder


class Round(Office):
    """An office without a list: only keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for key in ("root-1", "root-2", "root-3", "a", "b"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        roots = [part for n in (1, 2, 3) for part in ("--root", f"root-{n}")]
        start = ("trust", "new", "-o", "1.tar", "--card", "trust/root-card.json", "--election", "TK2030")
        self.waarmerk(*start, "--environment", "exercise", *roots)
        self.challenge = self.waarmerk("trust", "challenge").strip()

    def enrol(self, key: str, code: int = 0, **changes: str) -> str:
        about = {"as": "gsb:0599", "person": f"p-{key}", "election": "TK2030", "environment": "exercise"}
        given = {**about, "challenge": self.challenge, **changes}
        options = [part for name, value in given.items() for part in (f"--{name}", value)]
        said = self.waarmerk("key", "enrol", key, "-o", f"{key}.enrol", "--sheet", f"{key}.pdf", *options, code=code)
        return re.search(r"Sleutelnummer: (.*)", said)[1] if not code else ""  # type: ignore[index]

    def add(self, key: str, typed: str, code: int = 0, challenge: str = "", to: str = "1.tar") -> str:
        request = ("--request", f"{key}.enrol", "--challenge", challenge or self.challenge, "--typed", typed)
        done = self.run("trust", "add", to, "--org", "gsb:0599", "--name", "Rotterdam", *request)
        assert done.returncode == code, done.stderr
        return done.stderr

    def sign(self, path: str, *roots: int) -> None:
        for root in roots:
            self.waarmerk("trust", "sign", path, "--key", f"root-{root}", "--yes")


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return Round(tmp_path_factory.mktemp("round"))


def test_from_request_to_a_list_that_is_followed(round_: Round) -> None:
    number = round_.enrol("a")
    assert (round_.folder / "a.pdf").read_bytes().startswith(b"%PDF-")
    # Mistyped, the paper of another key, another round: nothing is listed.
    other = round_.enrol("b")
    assert "mistyped" in round_.add("a", number[:-1] + str((int(number[-1]) + 1) % 10), code=2)
    assert "another key" in round_.add("a", other, code=2)
    assert "E-TRU-ENROL" in round_.add("a", number, code=2, challenge="0000-0000-0000-0000")
    assert "gsb:" not in round_.waarmerk("trust", "show", "1.tar")
    round_.add("a", number)

    accept = ("trust", "accept", "1.tar", "--trust", "trust")
    round_.sign("1.tar", 1)
    assert "E-TRU-THRESHOLD" in round_.run(*accept).stderr
    assert not list((round_.folder / "trust").glob("*.tar"))
    round_.sign("1.tar", 3)
    round_.waarmerk(*accept)
    assert "E-TRU-ROLLBACK" in round_.run(*accept).stderr

    # The next version: a person more, one revoked, read as differences, signed, followed.
    round_.add("b", other, to="1.tar")
    round_.waarmerk("trust", "revoke", "2.tar", "--key", number.replace(" ", "")[:32], "--reason", "lost")
    shown = round_.waarmerk("trust", "show", "2.tar", "--since", "1.tar")
    assert f"nieuw: sleutel van gsb:0599: {other} p-b" in shown
    assert re.search(rf"anders: sleutel van gsb:0599: {number}: .*; telt → .*; ingetrokken op .*; verloren", shown)
    round_.sign("2.tar", 2, 3)
    round_.waarmerk("trust", "accept", "2.tar", "--trust", "trust")
    assert "E-TRU-IMMUTABLE" in round_.add("a", number, code=2, to="2.tar")
    assert sorted(path.name for path in (round_.folder / "trust").iterdir()) == ["1.tar", "2.tar", "root-card.json"]


def test_attack_40_a_list_that_gives_a_key_that_left_to_another_body_is_not_made(tmp_path: Path) -> None:
    round_ = Round(tmp_path)
    number = round_.enrol("a")
    round_.add("a", number)
    round_.sign("1.tar", 1, 2)
    value = json.loads(trust_folder.read(tmp_path / "1.tar").document)
    later = {"previous": "", "version": 2, "orgs": {"gsb:0599": {**value["orgs"]["gsb:0599"], "keys": []}}}
    for version in (2, 3):
        later.update(version=version, previous=trust_folder.read(tmp_path / f"{version - 1}.tar").sha256)
        made = trust_editing.draft({**value, **later})
        (tmp_path / f"{version}.tar").write_bytes(made.to_bytes())
        if version == 2:
            round_.sign("2.tar", 1, 2)
    elsewhere = ("--org", "gsb:0344", "--name", "Utrecht", "--person", "p1=a.pub")
    for draft in ("2.tar", "3.tar"):
        refused = round_.run("trust", "add", draft, *elsewhere)
        assert (refused.returncode, "E-TRU-IMMUTABLE" in refused.stderr) == (2, True), draft


def test_a_request_is_one_page_and_is_not_written_over(round_: Round) -> None:
    (round_.folder / "page").mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", round_.folder / "page" / "key"], check=True)
    round_.enrol("page/key", person="p9")
    data = (round_.folder / "page" / "key.pdf").read_bytes()
    assert set(re.findall(rb"/Count (\d+)", data)) == {b"1"}
    round_.enrol("page/key", code=2, person="p9")
    assert (round_.folder / "page" / "key.pdf").read_bytes() == data
