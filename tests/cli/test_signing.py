"""Signing on more than one computer (security.md 3.10; attacks 138 and those of the sending side)."""

import shutil
from pathlib import Path

import pytest

from tests.dossier.house import eml
from tests.office import CSB, Office, Quick

WHERE = ("--trust", "trust", "--outbox", "outbox")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen (OpenSSH) is not installed")
    office = Quick(tmp_path_factory.mktemp("signing"))
    office.waarmerk("key", "new", "--machine", "city/keys/desk.age")
    office.waarmerk("trust", "add", "list.tar", "--org", office.city, "--recipient", "city/keys/desk.age.pub")
    for root in ("root-1", "root-3"):
        office.waarmerk("trust", "sign", "2.tar", "--key", f"keys/{root}", "--yes")
    office.publish_list(2)
    (office.folder / "telling.eml.xml").write_bytes(eml(1, "0599", "TK2023"))
    return office


def seal(office: Office, name: str, *more: str) -> Path:
    start = ("seal", "telling.eml.xml", "-o", name, "--force", "--as", office.city, "--to", CSB, "--kind", "test")
    office.waarmerk(*start, *WHERE, *more)
    return office.folder / name


def test_a_draft_that_travels_is_encrypted_to_its_sender_and_goes_home_to_be_sealed(office: Office) -> None:
    stick = seal(office, "stick.draft", "--travels")
    assert stick.read_bytes().startswith(b"age-encryption.org/v1\n")
    shut = office.run("sign", "stick.draft", "--key", "keys/a", *WHERE, "--yes")
    assert shut.returncode == 2
    assert "--keys" in shut.stderr
    other = ("--trust", "trust", "--outbox", "elsewhere", "--keys", "city/keys", "--yes")
    office.waarmerk("sign", "stick.draft", "--key", "keys/a", *other)
    office.waarmerk("sign", "stick.draft", "--key", "keys/b", *other)
    assert stick.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert not list(office.folder.glob("elsewhere/**/*.sealed")), "another computer uses up no number"
    wrong = office.run("sign", "stick.draft", "--key", "keys/a", *WHERE, "--yes", "--keys", "csb/keys")
    assert "E-OUT-NOKEY" in wrong.stderr


def test_what_signs_twice_on_one_computer_is_told_so(office: Office) -> None:
    seal(office, "same.draft")
    first = office.run("sign", "same.draft", "--key", "keys/a", *WHERE, "--yes")
    assert "W-SIG-SAMEMACHINE" not in first.stderr
    second = office.run("sign", "same.draft", "--key", "keys/b", *WHERE, "--yes")
    assert "W-SIG-SAMEMACHINE" in second.stderr
    assert second.returncode == 0


def test_attack_138_one_person_does_not_make_both_signatures(office: Office) -> None:
    seal(office, "both.draft")
    office.waarmerk("sign", "both.draft", "--key", "keys/b", *WHERE, "--yes")
    twice = office.run("sign", "both.draft", "--key", "keys/c", *WHERE, "--yes")
    assert "E-SIG-SAMEPERSON" in twice.stderr
    both = office.run("sign", "both.draft", "--key", "keys/a", "--signature", "x.sshsig", *WHERE, "--yes")
    assert both.returncode == 2
    assert office.run("sign", "both.draft", *WHERE, "--yes").returncode == 2


def test_attack_138_in_production_nobody_signs_unseen(tmp_path: Path) -> None:
    run = Production(tmp_path).run
    unseen = run("sign", "a.draft", "--key", "keys/a", *WHERE, "--yes")
    assert unseen.returncode == 2
    assert "--yes" in unseen.stderr
    assert run("sign", "a.draft", "--key", "keys/a", *WHERE, typed="nee\n").returncode == 1
    assert "p1" in run("sign", "a.draft", "--key", "keys/a", *WHERE, typed="ja\n").stderr
    sealed = run("sign", "a.draft", "--key", "keys/b", *WHERE, typed="ja\n")
    assert sealed.returncode == 0, sealed.stderr
    assert list(tmp_path.glob("outbox/**/*.sealed"))


class Production(Quick):
    """A municipality in earnest: two recipients at the receiver, one of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("root-1", "root-2", "a", "b"):
            self.waarmerk("key", "new", "--person", "--no-passphrase", f"keys/{name}")
        for name in ("desk", "safe", "city"):
            self.waarmerk("key", "new", "--machine", f"keys/{name}.age")
        (folder / "trust").mkdir()
        roots = ("--root", "keys/root-1", "--root", "keys/root-2", "--environment", "production")
        start = ("trust", "new", "-o", "trust/1.tar", "--card", "trust/root-card.json", "--election", "TK2023")
        self.waarmerk(*start, *roots)
        desks = ("--recipient", "keys/desk.age.pub", "--recipient", "keys/safe.age.pub")
        self.waarmerk("trust", "add", "trust/1.tar", "--org", CSB, "--name", "Kiesraad", *desks)
        people = ("--person", "p1=keys/a", "--person", "p2=keys/b", "--recipient", "keys/city.age.pub", "--to", CSB)
        self.waarmerk("trust", "add", "trust/1.tar", "--org", "gsb:0599", "--name", "Rotterdam", *people)
        for root in ("root-1", "root-2"):
            self.waarmerk("trust", "sign", "trust/1.tar", "--key", f"keys/{root}", "--yes")
        (folder / "telling.eml.xml").write_bytes(eml(1, "0599", "TK2023"))
        self.waarmerk("seal", "telling.eml.xml", "-o", "a.draft", "--as", "gsb:0599", "--to", CSB, *WHERE)
