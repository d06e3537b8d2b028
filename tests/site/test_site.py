"""The public site: made from the public folder alone, the same bytes everywhere, every link inside the folder."""

import io
import json
import shutil
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from tests.publication.town import NOW, Town, log_signer, snapshot
from waarmerk import formats
from waarmerk.election.count import Count, ElectionInfo
from waarmerk.errors import BadData
from waarmerk.publication.fsck import fsck
from waarmerk.publication.write import Batch, publish
from waarmerk.simulate.municipality import Contest, municipality
from waarmerk.site import build, different, pages
from waarmerk.wire.digests import printed, sha256

INFO = ElectionInfo("GR2026_Mokum", "Gemeenteraad Mokum", "GR", "GR1", "Mokum", "0599", "2026-03-18")
CONTEST = Contest("geen", None)


def content(seed: int) -> bytes:
    made = municipality(
        seed, "0599", "Mokum", election=INFO, contest=CONTEST, stations=8, created="2026-03-18T23:00:00.000"
    )
    return b"".join(formats.write_510(made))


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    town = Town()
    publish(folder, town.batch(content(1)), log_signer(), now=NOW)
    publish(folder, town.batch(content(2)), log_signer(), now=NOW)
    return folder


def page(folder: Path, address: str = "a/gsb-0599/index.html") -> html.HtmlElement:
    return html.document_fromstring((folder / address).read_text())


def said(folder: Path, address: str = "a/gsb-0599/index.html") -> str:
    return " ".join(page(folder, address).text_content().split())


def test_the_same_folder_gives_the_same_bytes_anywhere(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(public, copy)
    build(public)
    build(copy)
    assert snapshot(public) == snapshot(copy)


def test_building_again_changes_nothing(public: Path) -> None:
    build(public)
    before = {path: path.stat().st_mtime_ns for path in public.rglob("*")}
    build(public)
    assert {path: path.stat().st_mtime_ns for path in public.rglob("*")} == before


def test_the_log_is_still_whole_beside_the_pages(public: Path) -> None:
    build(public)
    assert fsck(public) == []


def test_a_changed_or_missing_page_is_named(public: Path) -> None:
    build(public)
    assert different(public) == ()
    (public / "index.html").write_bytes((public / "index.html").read_bytes() + b" ")
    (public / "en/verify.html").unlink()
    assert different(public) == ("index.html", "en/verify.html")


def test_every_link_leads_to_a_file_in_the_folder(public: Path) -> None:
    for address in build(public):
        if not address.endswith(".html"):
            continue
        for link in page(public, address).xpath("//@href[not(starts-with(., 'data:'))]"):
            target = urlsplit(urljoin(f"http://x/{address}", link))
            assert target.netloc == "x"
            assert (public / target.path[1:]).is_file(), f"{address}: {link}"


def test_a_correction_replaces_and_both_stay_readable(public: Path) -> None:
    build(public)
    text = said(public)
    assert "vervangen superseded" in text
    for seed in (1, 2):
        assert printed(sha256(content(seed))) in text


def test_the_figures_are_those_of_the_newest_file(public: Path) -> None:
    build(public)
    count = formats.read(io.BytesIO(content(2)))
    assert isinstance(count, Count)
    rows = page(public).xpath("//table[@class='units']//tbody/tr")
    assert len(rows) == len(count.units)
    valid = [int(row.xpath("string(td[2])").replace(".", "")) for row in rows]
    assert valid == count.votes.lists.sum(axis=1).tolist()
    assert page(public).xpath("string(//h2[@id='lists']/following::table[2]/tbody/tr[1]/td)").replace(".", "") == str(
        count.total.lists[0, 0]
    )


def test_the_first_page_has_the_total_and_its_coverage(public: Path) -> None:
    build(public)
    assert "Binnen: 1 van 1 gemeente, 8 stembureaus." in said(public, "index.html")
    assert "Gemeenteraad Mokum" in said(public, "index.html")


def test_both_languages_are_there(public: Path) -> None:
    build(public)
    assert page(public, "en/a/gsb-0599/index.html").get("lang") == "en"
    assert "published" in said(public, "en/a/gsb-0599/index.html")


def test_what_was_only_received_has_a_state_and_no_figures(tmp_path: Path) -> None:
    town = Town()
    delivery, _ = town.deliver(content(1))
    publish(tmp_path / "public", Batch((town.trust, town.receive(delivery))), log_signer(), now=NOW)
    build(tmp_path / "public")
    assert "ontvangen received" in said(tmp_path / "public")
    assert page(tmp_path / "public").xpath("//table[@class='units']") == []


def test_a_file_that_cannot_be_read_is_published_and_said_to_be_so(tmp_path: Path) -> None:
    publish(tmp_path / "public", Town().batch(b"<!DOCTYPE x><EML/>"), log_signer(), now=NOW)
    build(tmp_path / "public")
    assert "E-XML-DTD" in said(tmp_path / "public")


def test_a_name_with_markup_stays_text(tmp_path: Path) -> None:
    made = municipality(
        1, "0599", "<b>Mokum</b>", election=INFO, contest=CONTEST, stations=8, created="2026-03-18T23:00:00.000"
    )
    data = b"".join(formats.write_510(made)).replace(b"VVD", b"&lt;img src=x onerror=alert(1)&gt;")
    publish(tmp_path / "public", Town().batch(data), log_signer(), now=NOW)
    build(tmp_path / "public")
    assert page(tmp_path / "public").xpath("//img | //b[text()='Mokum']") == []


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData) as refused:
        list(pages(tmp_path))
    assert (refused.value.code, refused.value.place.element) == ("E-FIL-MISSING", "checkpoint")


def test_a_changed_byte_in_a_published_file_is_named(public: Path) -> None:
    index = json.loads((public / "index.json").read_text())
    digest = [entry for entry in index["entries"] if entry["type"] == "manifest"][-1]["files"][0]["sha256"]
    target = public / f"objects/sha256/{digest[:2]}/{digest}"
    target.write_bytes(target.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(BadData) as refused:
        list(pages(public))
    assert (refused.value.code, refused.value.place.element) == ("E-FIL-HASH", f"objects/sha256/{digest[:2]}/{digest}")
