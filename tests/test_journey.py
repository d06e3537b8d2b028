"""The journey of one result, from paper to public page and verifier. Read this first.

Rotterdam's real count of the Tweede Kamer election of 2023 (378 polling stations) goes from the city's file to the central
committee. Real keys, real commands, a real service; nothing is mocked, nothing is skipped.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.office import CSB, ORIGIN, Office
from waarmerk.cli.demo import Paper, form_of, wait_for
from waarmerk.machine.files import sha256

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen (OpenSSH) is not installed")


def test_one_result_from_paper_to_public_page_and_verifier(tmp_path: Path, rotterdam_zip: Path) -> None:
    # Everyone has a key, and two of three root holders signed the list of whose signature counts.
    office = Office(tmp_path)
    waarmerk = office.waarmerk

    # IMPORT: the city's file, as its software wrote it, becomes EML. EXAMINE: the city sees first what the committee will see.
    waarmerk("convert", str(rotterdam_zip), "telling.eml.xml", "--contest", "13:Rotterdam")
    seen = json.loads(waarmerk("check", "telling.eml.xml", "--protocol", "tk2025", "--json", code=1))
    assert (seen["files"][0]["units"], seen["files"][0]["valid_votes"]) == (378, 294_027)
    assert sum(finding["code"] == "L-01" for finding in seen["findings"]) == 209

    # DRAFT: what is written here is what stands on the paper record. SIGN, SIGN: two people, each with a key of their own.
    where = ("--trust", "trust", "--outbox", "outbox")
    paper = Paper(waarmerk("seal", "telling.eml.xml", "-o", "city.draft", "--as", office.city, "--to", CSB, *where))
    waarmerk("sign", "city.draft", "--key", "keys/a", *where, "--yes")
    assert not list(tmp_path.glob("outbox/**/*.sealed")), "one person cannot make an envelope"
    waarmerk("sign", "city.draft", "--key", "keys/b", *where, "--yes")
    envelope = next(tmp_path.glob("outbox/**/*.sealed"))

    with office.service() as committee:
        # SEND, and the RECEIPT: signed, verified, filed. The same envelope again gives the same receipt, byte for byte.
        sent = ("send", str(envelope), "--to", committee.address, "--trust", "trust")
        assert "Ontvangstbewijs: ontvangen" in waarmerk(*sent)
        receipt = next(envelope.parent.glob("*.receipt-1.tar"))
        first = receipt.read_bytes()
        waarmerk(*sent)
        assert receipt.read_bytes() == first

        # RECEIVE and EXAMINE again: the committee sees what came in, and what to look at first.
        official = committee.enter()
        page = committee.delivery("Rotterdam")
        assert "Tijdelijke locatie Brandingdijk" in committee.page("/"), "27 ballots missing at station 726 come first"

        # COMPARE with paper: one types all 64 digits, another the totals. The page shows nothing of what it expects.
        assert paper.digest[:9] not in committee.page(page)
        hidden = form_of(committee.page(page))
        wrong = paper.digest[:-4] + ("0000" if paper.digest[-4:] != "0000" else "1111")
        assert official.post(f"{page}/digest", {**hidden, "person": "Anna", "digest": wrong}).status == 422
        assert official.post(f"{page}/digest", {**hidden, "person": "Anna", "digest": paper.digest}).status == 200
        assert official.post(f"{page}/totals", {**hidden, "person": "Anna", **paper.totals}).status == 422
        assert official.post(f"{page}/totals", {**hidden, "person": "Bram", **paper.totals}).status == 200

        # ACCEPT: two people of the committee sign; only then does the result count.
        assert "Er is nog niets aanvaard" in committee.page("/")
        handed = {}
        for number, key in enumerate(("x", "y"), start=1):
            draft = tmp_path / f"accept-{number}.draft"
            draft.write_bytes(official.get(f"{page}/accept.draft").body)
            waarmerk("sign", str(draft), "--key", f"keys/{key}", "--trust", "trust", "--yes")
            handed[f"signature-{number}"] = draft.read_bytes()
        assert official.post(f"{page}/accept", hidden, {"signature-1": handed["signature-1"]}).status == 422
        assert official.post(f"{page}/accept", hidden, handed).status == 200

        # ADD UP: the total says how much has come in.
        assert re.search(r"294[.\s]027", committee.page("/"))
        (tmp_path / "accepted").mkdir()
        shutil.copy(tmp_path / "telling.eml.xml", tmp_path / "accepted")
        added = json.loads(waarmerk("tabulate", "accepted", "-o", "district.xml", "--json"))
        assert (added["coverage"]["stations"], [check["unequal"] for check in added["sums"]]) == (378, [[]])

        # PUBLIC LOG AND SITE: every receipt, the accepted file, its proof, a page. Again changes nothing.
        published = ("publish", "public", "--as", CSB, "--folder", "csb", "--log-key", "keys/log", "--origin", ORIGIN)
        waarmerk(*published)
        before = {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
        waarmerk(*published)
        assert before == {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
        wait_for(lambda: "gepubliceerd" in committee.page(page))

    # ANYONE: VERIFY one file with its proof, or the whole folder, without network. One changed byte is found and named.
    digest = sha256(tmp_path / "telling.eml.xml")
    waarmerk("verify", "telling.eml.xml", f"public/proofs/{digest}.tlog-proof", "--policy", "public/policy.txt")
    waarmerk("verify", "public", "--root-card", "trust/root-card.json")
    assert "726" in (tmp_path / "public/a/gsb-0599/index.html").read_text("utf-8")
    changed = tmp_path / "public" / "objects" / "sha256" / digest[:2] / digest
    changed.write_bytes(changed.read_bytes().replace(b"<ValidVotes>34540<", b"<ValidVotes>34541<"))
    assert digest in waarmerk("verify", "public", code=1)
