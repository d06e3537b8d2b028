"""Signing on more than one computer (security.md 3.10; attacks 138 and those of the sending side)."""

import shutil
import subprocess
import tarfile
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


class Production(Quick):
    """A municipality in earnest: two recipients at the receiver, one of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("root-1", "root-2", "a", "a2", "b"):
            self.waarmerk("key", "new", "--person", "--no-passphrase", f"keys/{name}")
        for name in ("desk", "safe", "city"):
            self.waarmerk("key", "new", "--machine", f"keys/{name}.age")
        (folder / "trust").mkdir()
        roots = ("--root", "keys/root-1", "--root", "keys/root-2", "--environment", "production")
        start = ("trust", "new", "-o", "trust/1.tar", "--card", "trust/root-card.json", "--election", "TK2023")
        self.waarmerk(*start, *roots)
        desks = ("--recipient", "keys/desk.age.pub", "--recipient", "keys/safe.age.pub")
        self.waarmerk("trust", "add", "trust/1.tar", "--org", CSB, "--name", "Kiesraad", *desks)
        signers = [part for pair in ("p1=keys/a", "p1=keys/a2", "p2=keys/b") for part in ("--person", pair)]
        people = (*signers, "--recipient", "keys/city.age.pub", "--to", CSB)
        self.waarmerk("trust", "add", "trust/1.tar", "--org", "gsb:0599", "--name", "Rotterdam", *people)
        for root in ("root-1", "root-2"):
            self.waarmerk("trust", "sign", "trust/1.tar", "--key", f"keys/{root}", "--yes")
        (folder / "telling.eml.xml").write_bytes(eml(1, "0599", "TK2023"))
        self.waarmerk("seal", "telling.eml.xml", "-o", "a.draft", "--as", "gsb:0599", "--to", CSB, *WHERE)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Production:
    return Production(tmp_path_factory.mktemp("production"))


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


def test_pages_with_names_are_not_sealed_without_hybrid_encryption(office: Office) -> None:
    (office.folder / "pages.pdf").write_bytes(b"%PDF-1.7")
    start = ("seal", "telling.eml.xml", "pages.pdf", "-o", "pages.draft", "--as", office.city, "--to", CSB)
    refused = office.run(*start, "--role", "pages.pdf=pv-scan-signed", *WHERE)
    assert (refused.returncode, "E-TRU-ALGORITHM" in refused.stderr) == (2, True)
    assert not (office.folder / "pages.draft").exists()


def test_attack_138_one_person_does_not_make_both_signatures(office: Office) -> None:
    seal(office, "both.draft")
    office.waarmerk("sign", "both.draft", "--key", "keys/b", *WHERE, "--yes")
    twice = office.run("sign", "both.draft", "--key", "keys/c", *WHERE, "--yes")
    assert "E-SIG-SAMEPERSON" in twice.stderr
    both = office.run("sign", "both.draft", "--key", "keys/a", "--signature", "x.sshsig", *WHERE, "--yes")
    assert both.returncode == 2
    assert office.run("sign", "both.draft", *WHERE, "--yes").returncode == 2


def test_attack_138_in_production_no_way_gives_one_person_both_signatures(production: Production) -> None:
    """Her two keys, one after the other, in one run, or by a signature made elsewhere: the draft stays half-signed."""
    run, folder = production.run, production.folder
    run("seal", "telling.eml.xml", "-o", "one.draft", "--as", "gsb:0599", "--to", CSB, *WHERE)
    first = run("sign", "one.draft", "--key", "keys/a", *WHERE, typed="ja\n")
    assert first.returncode == 0, first.stderr
    half = (folder / "one.draft").read_bytes()
    with tarfile.open(folder / "one.draft") as container:
        container.extract("manifest.json", folder, filter="data")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", folder / "keys/a2", "-n", "stf-manifest-v1", folder / "manifest.json"],
        check=True, capture_output=True,
    )  # fmt: skip
    ways = {
        "the spare key": ("sign", "one.draft", "--key", "keys/a2"),
        "both keys": ("sign", "one.draft", "--key", "keys/a", "--key", "keys/a2"),
        "a key of another as well": ("sign", "one.draft", "--key", "keys/a2", "--key", "keys/b"),
        "made elsewhere": ("sign", "one.draft", "--signature", "manifest.json.sig"),
        "two made elsewhere": (
            "sign",
            "one.draft",
            "--signature",
            "manifest.json.sig",
            "--signature",
            "manifest.json.sig",
        ),
    }
    for way, arguments in ways.items():
        refused = run(*arguments, *WHERE, typed="ja\n")
        assert (refused.returncode, (folder / "one.draft").read_bytes() == half) == (2, True), way
    assert not list(folder.glob("outbox/**/*.sealed"))


def test_attack_138_in_production_nobody_signs_unseen(production: Production) -> None:
    run, tmp_path = production.run, production.folder
    unseen = run("sign", "a.draft", "--key", "keys/a", *WHERE, "--yes")
    assert unseen.returncode == 2
    assert "--yes" in unseen.stderr
    assert run("sign", "a.draft", "--key", "keys/a", *WHERE, typed="nee\n").returncode == 1
    assert "p1" in run("sign", "a.draft", "--key", "keys/a", *WHERE, typed="ja\n").stderr
    sealed = run("sign", "a.draft", "--key", "keys/b", *WHERE, typed="ja\n")
    assert sealed.returncode == 0, sealed.stderr
    assert list(tmp_path.glob("outbox/**/*.sealed"))
