"""Two municipalities of one election arrive one after the other: the first is examined again with what the second brought."""

import json
import shutil
from pathlib import Path

from tests.dossier.house import Sender
from tests.office import CSB, Office
from tests.web.conftest import fresh
from tests.web.post import ELECTION, Post, _key, put
from waarmerk.cli.demo import wait_for
from waarmerk.election.count import ElectionInfo
from waarmerk.formats import Contest, write_510
from waarmerk.simulate.municipality import municipality

OTHER = "gsb:0363"
INFO = ElectionInfo(ELECTION, ELECTION, "TK", "TK", date="2023-11-22")
CONTEST = Contest("13", "Rotterdam")
FIRST = municipality(
    1, "0599", "Rotterdam", election=INFO, contest=CONTEST, stations=6, created="2023-11-22T23:00:00.000"
)
SECOND = municipality(
    1, "0363", "Amsterdam", election=INFO, contest=CONTEST, stations=14, ballot=FIRST.ballot, created="2023-11-22T23:30:00.000"
)  # fmt: skip


def with_amsterdam(office: Office) -> tuple[Post, Post]:
    for key in ("d", "e"):
        office.waarmerk("key", "new", "--person", "--no-passphrase", f"keys/{key}")
    people = ("--person", "p1=keys/d", "--person", "p2=keys/e")
    office.waarmerk(
        "trust", "add", "list.tar", "--org", OTHER, "--name", "Amsterdam", *people, "--to", CSB, "--expected"
    )
    for root in ("root-1", "root-3"):
        office.waarmerk("trust", "sign", "2.tar", "--key", f"keys/{root}", "--yes")
    office.publish_list(2)
    rotterdam, amsterdam = Post(office), Post(office)
    amsterdam.sender = Sender(OTHER, list=amsterdam.trust)
    amsterdam.keys |= {"a": _key(office, "d"), "b": _key(office, "e")}
    return rotterdam, amsterdam


def test_the_first_is_examined_again_and_the_board_says_with_how_much(first_office: Office, tmp_path: Path) -> None:
    office = fresh(first_office, tmp_path / "night")
    rotterdam, amsterdam = with_amsterdam(office)
    first = rotterdam.next("result", {"eml-510b": b"".join(write_510(FIRST))})
    second = amsterdam.next("result", {"eml-510b": b"".join(write_510(SECOND))})
    examined = office.folder / "csb" / "examined"
    with office.service() as service:
        service.enter()
        assert put(service.address, first.sealed).value["verdict"] == "received"
        wait_for(lambda: "Getoetst met 6 stembureaus" in service.page("/"))
        assert put(service.address, second.sealed).value["verdict"] == "received"
        wait_for(lambda: service.page("/").count("Getoetst met 20 stembureaus") == 2)
        page = service.page(f"/deliveries/{first.manifest.sha256}")
        assert "opnieuw nagekeken" in page
        assert "Getoetst met 20 stembureaus" in page
        assert "opnieuw nagekeken" not in service.page(f"/deliveries/{second.manifest.sha256}")
        kept = {
            name: json.loads((examined / f"{first.manifest.sha256}{name}.json").read_bytes())["stations"]
            for name in ("-6", "")
        }
        assert kept == {"-6": 6, "": 20}
        # What was computed may be deleted at any time: it is made again, with whatever is still there to compare with.
        shutil.rmtree(examined)
        examined.mkdir()
        assert "Rotterdam" in service.page("/")
        assert "Getoetst met" in service.page("/")
