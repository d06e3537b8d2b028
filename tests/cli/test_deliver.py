"""The sender's way in one command, stopped and started again at every point (security.md 3.10; attacks 120 and 121)."""

import shutil
from pathlib import Path

import pytest

from tests.dossier.house import eml
from tests.office import CSB, Quick
from waarmerk.machine import files

STREAM = "outbox/exercise/TK2023/csb-kiesraad/1"


class City(Quick):
    """A municipality with its settings in a file and a receiving key of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.waarmerk("key", "new", "--machine", "keys/desk.age")
        self.waarmerk("trust", "add", "list.tar", "--org", self.city, "--recipient", "keys/desk.age.pub")
        for root in ("root-1", "root-3"):
            self.waarmerk("trust", "sign", "2.tar", "--key", f"keys/{root}", "--yes")
        self.publish_list(2)
        settings = 'as = "gsb:0599"\nto = "csb:kiesraad"\ntrust = "trust"\noutbox = "outbox"\nkeys = "keys"\n'
        (folder / "waarmerk.toml").write_text(settings)
        (folder / "telling.xml").write_bytes(eml(1, "0599", "TK2023"))
        (folder / "andere.xml").write_bytes(eml(2, "0599", "TK2023"))

    def deliver(self, *arguments: str, code: int = 0) -> str:
        return self.waarmerk("deliver", *arguments, code=code)

    def sealed(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "outbox").rglob("*.sealed"))

    def drafts(self) -> list[Path]:
        return sorted((self.folder / "outbox/drafts").glob("*.draft"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> City:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen (OpenSSH) is not installed")
    return City(tmp_path_factory.mktemp("first"))


@pytest.fixture
def city(first: City, tmp_path: Path) -> City:
    """The city before anything was delivered."""
    shutil.copytree(first.folder, tmp_path / "city")
    made = City.__new__(City)
    made.folder, made.city = tmp_path / "city", first.city
    return made


def test_the_whole_way_with_one_command_that_stops_at_each_step(city: City) -> None:
    assert "niets open" in city.deliver()
    said = city.deliver("telling.xml")
    assert "Stap 1 van 4" in said
    assert "p1, p2" in said
    # Again, with the file or without: nothing new, and it says whose turn it is.
    for again in (("telling.xml",), ()):
        said = city.deliver(*again)
        assert "nog 2 nodig" in said
        assert "p1, p2" in said
    assert len(city.drafts()) == 1
    said = city.deliver("--key", "keys/a", "--yes")
    assert "tekent een van deze personen: p2." in said
    assert city.sealed() == []
    assert "getekend door p1, nog 1 nodig" in city.deliver()
    assert "Nog te doen: versturen" in city.deliver("--key", "keys/b", "--yes")
    assert city.sealed() == ["0000001.sealed"]
    assert city.drafts() == []
    # Sealed and not sent: it says so, and the same file is not prepared again.
    assert "nog geen ontvangstbewijs" in city.deliver("telling.xml")
    with city.service() as committee:
        said = city.deliver("--address", committee.address)
        assert "U kunt naar huis" in said
        assert "Klaar: levering 1 is ontvangen" in said
        assert "niets open" in city.deliver("--address", committee.address)
        # Two key files: sender, receiver and board say that nobody used a security key.
        receipt = next((city.folder / STREAM).glob("*.receipt-1.tar"))
        weak = "Niemand tekende met een beveiligingssleutel (0 van 2)"
        assert weak in city.waarmerk("receipt", "show", str(receipt), "--trust", "trust")
        committee.enter()
        page = committee.delivery("Rotterdam")
        assert weak in committee.page(page)
        assert "0 van 2 met beveiligingssleutel" in committee.page("/")


def test_what_was_stopped_between_sealing_and_tidying_goes_on(city: City) -> None:
    city.deliver("telling.xml")
    city.deliver("--key", "keys/a", "--yes")
    kept = city.drafts()[0].read_bytes()
    city.deliver("--key", "keys/b", "--yes")
    again = city.folder / "outbox/drafts/x.draft"
    again.write_bytes(kept)
    assert "verzegeld en heeft nog geen ontvangstbewijs" in city.deliver()
    assert not again.exists()
    assert city.sealed() == ["0000001.sealed"]


def test_a_draft_goes_by_stick_to_another_computer_and_comes_back(city: City, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    city.deliver("telling.xml")
    city.deliver("--key", "keys/a", "--yes")
    assert "versleuteld op de stick" in city.deliver("--stick", str(stick))
    (away,) = stick.iterdir()
    assert away.read_bytes().startswith(b"age-encryption.org/v1\n")
    other = ("--trust", "trust", "--outbox", "elsewhere", "--keys", "keys", "--yes")
    city.waarmerk("sign", str(away), "--key", "keys/b", *other)
    said = city.deliver("--stick", str(stick))
    assert "Gevonden: handtekening van p2" in said
    assert city.sealed() == ["0000001.sealed"]


def test_a_draft_of_another_delivery_on_the_stick_adds_nothing(city: City, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    city.deliver("telling.xml")
    city.deliver("--stick", str(stick))
    (away,) = stick.iterdir()
    other = ("seal", "andere.xml", "-o", str(away), "--force", "--as", city.city, "--to", CSB, "--travels")
    where = ("--trust", "trust", "--outbox", "elsewhere")
    city.waarmerk(*other, *where)
    city.waarmerk("sign", str(away), "--key", "keys/b", *where, "--keys", "keys", "--yes")
    assert "Gevonden" not in city.deliver("--stick", str(stick))


def test_signature_files_beside_the_draft_are_taken_and_others_are_named_and_passed_over(city: City) -> None:
    city.deliver("telling.xml")
    (draft,) = city.drafts()
    copy = city.folder / "copy.draft"
    copy.write_bytes(draft.read_bytes())
    where = ("--trust", "trust", "--outbox", "elsewhere")
    city.waarmerk("sign", "copy.draft", "--key", "keys/b", *where, "--yes")
    from waarmerk.seal import draft as drafts

    with copy.open("rb") as stream:
        made = drafts.read(stream, None).signed.signatures
    ((key_id, armored),) = made.items()
    (draft.parent / f"{key_id}.sshsig").write_bytes(armored.replace(b"\n", b"\r\n"))
    (draft.parent / "broken.sshsig").write_bytes(armored[:100])
    said = city.deliver()
    assert "Gevonden: handtekening van p2" in said
    assert "broken.sshsig telt niet" in said
    assert "getekend door p2, nog 1 nodig" in city.deliver()


def test_other_figures_wait_until_the_open_draft_is_put_away(city: City) -> None:
    city.deliver("telling.xml")
    refused = city.run("deliver", "andere.xml")
    assert refused.returncode == 2
    assert "--drop" in refused.stderr
    assert "Weggelegd" in city.deliver("--drop", "andere.xml")
    assert len(city.drafts()) == 1
    assert city.run("deliver", "--drop").returncode == 0
    assert city.run("deliver", "--drop").returncode == 2


def test_attack_121_a_draft_put_away_is_listed_until_a_receipt_for_its_number_is_in(city: City) -> None:
    city.deliver("telling.xml")
    city.deliver("--key", "keys/a", "--yes")
    city.deliver("--drop", "andere.xml")
    for key in ("a", "b"):
        assert "Weggelegd: concept 1" in city.deliver("--key", f"keys/{key}", "--yes")
    assert "Weggelegd: concept 1" in city.deliver()
    with city.service() as committee:
        city.deliver("--address", committee.address)
    assert "Weggelegd" not in city.deliver()


def test_attack_120_a_stale_draft_does_not_use_a_number_twice(city: City) -> None:
    city.deliver("telling.xml")
    city.deliver("--key", "keys/a", "--yes")
    stale = city.drafts()[0].read_bytes()
    city.deliver("--drop", "andere.xml")
    for key in ("a", "b"):
        city.deliver("--key", f"keys/{key}", "--yes")
    digest = files.sha256(city.folder / STREAM / "0000001.sealed")
    (city.folder / "stale.draft").write_bytes(stale)
    late = city.run("sign", "stale.draft", "--key", "keys/b", "--yes")
    assert "E-CHN-FORK" in late.stderr
    assert files.sha256(city.folder / STREAM / "0000001.sealed") == digest
    (city.folder / "outbox/drafts/stale.draft").write_bytes(stale)
    said = city.deliver()
    assert "ingehaald" in said
    assert "tekent een van" not in said
    assert "Weggelegd" in city.deliver("--drop")


def test_without_settings_it_says_what_to_write_down(city: City) -> None:
    (city.folder / "waarmerk.toml").unlink()
    done = city.run("deliver")
    assert done.returncode == 2
    assert "waarmerk.toml" in done.stderr
    assert "as, to, trust, outbox" in done.stderr


def test_a_city_without_receiving_key_cannot_send_a_draft_travelling(city: City, tmp_path: Path) -> None:
    (city.folder / "trust/2.tar").unlink()
    city.deliver("telling.xml")
    done = city.run("deliver", "--stick", str(tmp_path))
    assert done.returncode == 2
    assert not list(tmp_path.glob("*.draft"))


def test_one_run_adds_one_signature(city: City) -> None:
    city.deliver("telling.xml")
    both = city.run("deliver", "--key", "keys/a", "--key", "keys/b", "--yes")
    assert (both.returncode, "--key staat er twee keer" in both.stderr) == (2, True)
    assert "nog 2 nodig" in city.deliver()
    assert city.run("deliver", "--key", "keys/a", "--yes").returncode == 0
    assert "nog 1 nodig" in city.deliver()
