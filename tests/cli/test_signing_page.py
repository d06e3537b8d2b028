"""The page where a security key signs, in a real headless browser with a virtual authenticator (security.md 3.10 a).

What it makes is judged by ``ssh-keygen -Y verify`` and by our own receiver. The figures on the page are compared with those
that the program computes: the page computes its own.
"""

import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.dossier.house import eml
from tests.office import CSB, Office, Quick
from tests.pages.test_browser import OPTIONS, axe, playwright
from waarmerk.cli.demo import free_port, wait_for
from waarmerk.machine import clock
from waarmerk.machine.http import Visitor
from waarmerk.office import sealing, trust_folder
from waarmerk.pages.screens import words
from waarmerk.pages.signing_page import script, signing_pages
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.decision import What
from waarmerk.seal.receipt import ChainEnd, Verdict
from waarmerk.wire.digests import printed_key, transfer_code
from waarmerk.wire.sshkeys import PublicKey

ROOT_KEYS = ("root-1", "root-3")


class Desk:
    """A browser with a security key at the page, and the office whose drafts are signed."""

    def __init__(self, office: Office, page: "playwright.Page", address: str) -> None:
        self.office, self.page, self.address = office, page, address
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("request", lambda request: self.asked.append(request.url))
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
        added = self.devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
        )
        self.authenticator = added["authenticatorId"]
        self.keys: dict[str, dict[str, object]] = {}

    def credentials(self) -> list[dict[str, object]]:
        return list(
            self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})["credentials"]
        )

    def take(self, label: str) -> None:
        """Take the key of this person, and no other."""
        self.devtools.send("WebAuthn.clearCredentials", {"authenticatorId": self.authenticator})
        given = {"authenticatorId": self.authenticator, "credential": self.keys[label]}
        self.devtools.send("WebAuthn.addCredential", given)

    def go(self, name: str = "", host: str = "localhost") -> None:
        self.page.goto(self.address.replace("localhost", host) + name)

    def enrol(self, label: str) -> Path:
        """Make a key at the page and save its public part."""
        self.go()
        self.page.click("summary")
        self.page.fill("#label", label)
        self.page.click("#enrol")
        self.page.wait_for_selector("#enrolled", state="visible")
        self.keys.update({str(key["userName"]): key for key in self.credentials()})
        return self.save("#public-key", f"keys/{label}-web.pub")

    def save(self, link: str, name: str) -> Path:
        with self.page.expect_download() as download:
            self.page.click(link)
        target = self.office.folder / name
        download.value.save_as(target)
        return target

    def show(self, *names: str) -> None:
        """Open files at the page."""
        self.go()
        self.page.set_input_files("#files", [self.office.folder / name for name in names])

    def problem(self) -> str:
        self.page.wait_for_selector("#problem", state="visible")
        return self.page.inner_text("#problem")

    def flaws(self) -> list[object]:
        self.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found = self.page.evaluate(f"(() => {{ {axe.AXE_SCRIPT} }})(); axe.run()")["violations"]
        return [(flaw["id"], [node["target"] for node in flaw["nodes"]][:3]) for flaw in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or shutil.which("ssh-keygen") is None:
        pytest.skip("NO BROWSER TEST: there is no chromium or no ssh-keygen, so nobody signed at the page")
    folder = tmp_path_factory.mktemp("desk")
    office, port = Quick(folder), free_port()
    (folder / "telling.eml.xml").write_bytes(eml(1, "0599", "TK2023"))
    command = [sys.executable, "-m", "waarmerk", "signing-page", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://localhost:{port}/"
        wait_for(lambda: Visitor(address.rstrip("/")).get("/").status == 200)
        with playwright.sync_playwright() as play:
            profile = tmp_path_factory.mktemp("profile")
            context = play.chromium.launch_persistent_context(
                profile, executable_path=chromium, headless=True, args=OPTIONS
            )
            made = Desk(office, context.new_page(), address)
            public = made.enrol("p3")
            added = ("trust", "add", "list.tar", "--org", office.city, "--person", f"p3={public}")
            office.waarmerk(*added, "--signing-origin", address.rstrip("/"))
            receiver = (
                "trust",
                "add",
                "2.tar",
                "--org",
                CSB,
                "--person",
                f"p3={made.enrol('c3')}",
                "--roles",
                "accept",
            )
            office.waarmerk(*receiver)
            made.take("p3")
            for root in ROOT_KEYS:
                office.waarmerk("trust", "sign", "2.tar", "--key", f"keys/{root}", "--yes")
            office.publish_list(2)
            yield made
            context.close()
    finally:
        server.terminate()
        server.wait()


def draft(office: Office, name: str, *more: str) -> str:
    start = ("seal", "telling.eml.xml", "-o", name, "--force", "--as", office.city, "--to", CSB)
    return office.waarmerk(*start, "--trust", "trust", "--outbox", "outbox", *more)


def test_a_key_made_at_the_page_is_listed_and_its_number_is_shown(desk: Desk) -> None:
    public = desk.enrol("p9")
    key = PublicKey.parse(public.read_text().strip())
    assert key.application == b"localhost"
    assert key.hardware
    assert desk.page.inner_text("#key-number").replace(" ", "").lower() == key.id
    desk.take("p3")


def test_a_draft_is_read_signed_and_accepted_by_ssh_keygen_and_by_the_receiver(desk: Desk) -> None:
    office, page = desk.office, desk.page
    printed = draft(office, "a.draft")
    desk.said.clear()
    desk.asked.clear()
    desk.show("a.draft", "trust/2.tar")
    page.wait_for_selector("#read", state="visible")

    # What it shows it computed itself, and it is what the program shows.
    shown = page.inner_text("#work")
    for digits in re.findall(r"(?:[0-9A-F]{4} ){15}[0-9A-F]{4}", printed):
        assert digits in shown
    ours = re.findall(r"^(?:Toegelaten|Geldig|Blanco|Ongeldig|  +\d+ ).*?([\d.]+)$", printed, re.MULTILINE)
    theirs = [text.strip() for text in page.locator("#figures td").all_inner_texts()]
    assert ours
    assert theirs == ours
    assert page.is_hidden("#differs")

    # Nothing is signed before the person said that paper was compared.
    page.click("#sign")
    assert "papier" in desk.problem()
    assert page.is_hidden("#done")
    page.check("#agreed")
    page.click("#sign")
    page.wait_for_selector("#done", state="visible")
    assert desk.flaws() == []
    signature = desk.save("#signature", "p3.sshsig")
    assert desk.said == []
    assert [url for url in desk.asked if not url.startswith(("blob:", "data:"))] == [desk.address]

    # Anyone's tool accepts it.
    (office.folder / "signers").write_text(office.waarmerk("trust", "allowed-signers", "trust/2.tar"))
    ssh_keygen_accepts(desk, "a.draft", "manifest.json", f"{office.city}/p3", "stf-manifest-v1", signature)

    # It joins the draft, another person signs with a key file, and the receiver opens what they sealed.
    where = ("--trust", "trust", "--outbox", "outbox")
    office.waarmerk("sign", "a.draft", "--signature", str(signature), *where)
    desk.show("a.draft", "trust/2.tar")
    page.wait_for_selector("#read", state="visible")
    assert "p3" in page.inner_text("#facts")
    page.check("#agreed")
    page.click("#sign")
    assert "p3" in desk.problem(), "one person does not sign twice"
    office.waarmerk("sign", "a.draft", "--key", "keys/a", *where, "--yes")
    envelope = next((office.folder / "outbox").rglob("*.sealed"))
    opened = ("open", str(envelope), "-o", "opened", "--as", CSB, "--trust", "csb/trust", "--keys", "csb/keys")
    said = json.loads(office.waarmerk(*opened, "--json"))
    assert said["strength"] == "some"
    signers = said["signers"]
    assert {(signer["person"], signer["hardware"]) for signer in signers} == {("p1", False), ("p3", True)}


def ssh_keygen_accepts(desk: Desk, draft: str, name: str, who: str, namespace: str, signature: Path) -> None:
    """Tools that are not ours take the document out and say that this person signed it."""
    folder = desk.office.folder
    subprocess.run(["tar", "-xf", draft, name], cwd=folder, check=True)
    verify = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", who, "-n", namespace, "-s", str(signature)]
    done = subprocess.run(verify, cwd=folder, input=(folder / name).read_bytes(), capture_output=True, check=False)
    assert done.returncode == 0, done


def sign_at_page(desk: Desk, *names: str, save: str) -> tuple[str, Path]:
    """Open a draft, read it, tick, sign; what the page showed, and the signature."""
    desk.show(*names)
    desk.page.wait_for_selector("#read", state="visible")
    shown = desk.page.inner_text("#work")
    desk.page.click("#sign")
    assert "vinkje" in desk.problem(), "nothing is signed unread"
    desk.page.check("#agreed")
    desk.page.click("#sign")
    desk.page.wait_for_selector("#done", state="visible")
    assert desk.flaws() == []
    return shown, desk.save("#signature", save)


def test_a_decision_is_read_signed_and_recorded(desk: Desk) -> None:
    office, key = desk.office, PublicKey.parse((desk.office.folder / "keys/b.pub").read_text().rsplit(" ", 1)[0])
    at = ("--as", CSB, "--folder", "csb")
    draft = ("decide", "draft", "block", key.id, *at, "--reason", "gestolen, gebeld om 2 uur", "-o", "block.draft")
    # A process of its own: Django refuses to work in the thread that drives the browser.
    apart = partial(Office.run, office)
    assert apart(*draft).returncode == 0
    desk.take("c3")
    shown, signature = sign_at_page(desk, "block.draft", "trust/2.tar", save="c3.sshsig")
    for words_ in (
        f"{office.city}/p2 telt vanaf nu niet meer",
        printed_key(key.id),
        "gestolen, gebeld om 2 uur",
        "Kiesraad",
    ):
        assert words_ in shown
    assert desk.page.is_hidden("#table")
    (office.folder / "signers").write_text(office.waarmerk("trust", "allowed-signers", "trust/2.tar"))
    ssh_keygen_accepts(desk, "block.draft", "decision.json", f"{CSB}/p3", "stf-decision-v1", signature)
    office.waarmerk("sign", "block.draft", "--signature", str(signature), "--trust", "trust")
    assert "E-SIG-THRESHOLD" in apart("decide", "record", "block.draft", *at).stderr
    desk.show("block.draft", "trust/2.tar")
    desk.page.wait_for_selector("#read", state="visible")
    desk.page.check("#agreed")
    desk.page.click("#sign")
    assert "p3 heeft al getekend" in desk.problem()
    office.waarmerk("sign", "block.draft", "--key", "keys/x", "--trust", "trust", "--yes")
    assert "telt vanaf nu niet meer" in apart("decide", "record", "block.draft", *at).stdout


def test_an_acceptance_is_read_signed_and_shown_to_the_sender(desk: Desk) -> None:
    office, trust = desk.office, trust_folder.load(desk.office.folder / "trust")
    draft(office, "d2.draft", "--kind", "test")
    with sealing.open_draft(office.folder / "d2.draft") as opened:
        manifest = opened.draft.manifest
    about = {"receiver": CSB, "sealed": "1" * 64, "codes": [], "received": clock.now(), "after": ChainEnd(3, "3" * 64)}
    more = {"trust": trust, "software": sealing.SOFTWARE, "audit_head": "4" * 64}
    for name, verdict in (("accept.draft", Verdict.ACCEPTED), ("other.draft", Verdict.RECEIVED)):
        made = receipt.compose(manifest, verdict, **about, **more)  # type: ignore[arg-type]
        (office.folder / name).write_bytes(Signed(RECEIPT, made.data, {}).to_bytes())
    desk.take("c3")
    shown, signature = sign_at_page(desk, "accept.draft", "trust/2.tar", save="c3.sshsig")
    assert f"Levering {manifest.sequence} van {office.city} (Rotterdam) aanvaarden" in shown
    assert transfer_code(manifest.sha256) in shown
    (office.folder / "signers").write_text(office.waarmerk("trust", "allowed-signers", "trust/2.tar"))
    ssh_keygen_accepts(desk, "accept.draft", "receipt.json", f"{CSB}/p3", "stf-receipt-v1", signature)
    office.waarmerk("sign", "accept.draft", "--signature", str(signature), "--trust", "trust")
    assert office.run("receipt", "show", "accept.draft", "--trust", "trust").returncode == 2
    office.waarmerk("sign", "accept.draft", "--key", "keys/x", "--trust", "trust", "--yes")
    assert "aanvaard" in office.waarmerk("receipt", "show", "accept.draft", "--trust", "trust")
    # What a machine signs is not for a person.
    desk.show("other.draft", "trust/2.tar")
    assert "Teken niet" in desk.problem()
    desk.take("p3")
    desk.show("accept.draft", "trust/2.tar")
    desk.page.wait_for_selector("#read", state="visible")
    desk.page.check("#agreed")
    desk.page.click("#sign")
    assert "hoort bij niemand" in desk.problem(), "a sender accepts nothing at its receiver"


def test_a_request_to_be_listed_is_signed_by_the_key_that_was_made_here(desk: Desk) -> None:
    office, public = desk.office, desk.enrol("p7")
    challenge = office.waarmerk("trust", "challenge").strip()
    about = ("--as", office.city, "--person", "p7", "--election", "TK2023", "--environment", "exercise")
    ask = ("key", "enrol", str(public), "-o", "p7.enrol", "--sheet", "p7.pdf", *about, "--challenge", challenge)
    said = office.waarmerk(*ask)
    number = re.search(r"(?:[0-9a-f]{4} ){8}\d\d", said)
    assert number is not None and "--signature" in said
    add = ("trust", "add", "2.tar", "--org", office.city, "--challenge", challenge, "--typed", number[0], "--request")
    assert "E-TRU-ENROL" in office.run(*add, "p7.enrol").stderr, "nobody signed it"
    desk.take("p3")
    desk.show("p7.enrol")
    desk.page.wait_for_selector("#read", state="visible")
    desk.page.check("#agreed")
    desk.page.click("#sign")
    assert "andere sleutel" in desk.problem()
    desk.take("p7")
    shown, signature = sign_at_page(desk, "p7.enrol", save="p7.sshsig")
    assert number[0] in shown and challenge in shown and f"p7 van {office.city}" in shown
    key = PublicKey.parse(public.read_text().strip())
    (office.folder / "signers").write_text(f"p7 {key.text}\n")
    ssh_keygen_accepts(desk, "p7.enrol", "enrolment.json", "p7", "stf-enrol-v1", signature)
    office.waarmerk("sign", "p7.enrol", "--signature", str(signature))
    office.waarmerk(*add, "p7.enrol")
    assert key.id in office.waarmerk("trust", "show", "3.tar")
    desk.take("p3")


def test_a_signature_over_another_draft_does_not_join(desk: Desk) -> None:
    office = desk.office
    draft(office, "b.draft", "--kind", "test")
    desk.show("b.draft", "trust/2.tar")
    desk.page.wait_for_selector("#read", state="visible")
    desk.page.check("#agreed")
    desk.page.click("#sign")
    desk.page.wait_for_selector("#done", state="visible")
    desk.save("#signature", "b.sshsig")
    draft(office, "c.draft", "--kind", "test")
    done = office.run("sign", "c.draft", "--signature", "b.sshsig", "--trust", "trust", "--outbox", "outbox")
    assert done.returncode == 2
    assert "E-SIG-BAD" in done.stderr


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("changed", -1500),
        ("container", 130),
        ("container", -3),
        ("other_list", None),
        ("no_list", None),
        ("unknown", 0),
    ],
)
def test_the_page_refuses_what_the_receiver_refuses(desk: Desk, key: str, place: int | None) -> None:
    folder = desk.office.folder
    if not (folder / "good.draft").exists():
        draft(desk.office, "good.draft", "--kind", "test")
    data = bytearray((folder / "good.draft").read_bytes())
    if place is not None:
        data[place] ^= 1
    (folder / "d.draft").write_bytes(data)
    desk.show("d.draft", *{"no_list": (), "other_list": ("trust/1.tar",)}.get(key, ("trust/2.tar",)))
    assert words("nl", "signing").table[key].rpartition("}")[2].strip() in desk.problem()
    assert desk.page.is_hidden("#sign")


def test_the_page_says_so_when_stations_do_not_add_up(desk: Desk) -> None:
    folder = desk.office.folder
    good = (folder / "telling.eml.xml").read_bytes()
    total = re.search(rb"<TotalVotes>.*?<ValidVotes>(\d+)<", good, re.DOTALL)
    assert total is not None
    wrong = good[: total.start(1)] + b"%d" % (int(total[1]) + 1) + good[total.end(1) :]
    (folder / "telling.eml.xml").write_bytes(wrong)
    try:
        draft(desk.office, "e.draft", "--kind", "test")
    finally:
        (folder / "telling.eml.xml").write_bytes(good)
    desk.show("e.draft", "trust/2.tar")
    desk.page.wait_for_selector("#differs", state="visible")


def test_a_draft_that_travels_is_not_for_the_page(desk: Desk) -> None:
    folder = desk.office.folder
    (folder / "f.draft").write_bytes(b"age-encryption.org/v1\n-> X25519 x\n")
    desk.show("f.draft", "trust/2.tar")
    assert "versleuteld" in desk.problem()


def test_without_pin_nothing_is_signed(desk: Desk) -> None:
    desk.show("good.draft", "trust/2.tar")
    desk.page.wait_for_selector("#read", state="visible")
    desk.page.check("#agreed")
    verified = {"authenticatorId": desk.authenticator, "isUserVerified": False}
    desk.devtools.send("WebAuthn.setUserVerified", verified)
    try:
        desk.page.click("#sign")
        assert "niets getekend" in desk.problem()
    finally:
        desk.devtools.send("WebAuthn.setUserVerified", {**verified, "isUserVerified": True})
    assert desk.page.is_hidden("#done")


def test_the_page_says_where_it_does_not_work(desk: Desk) -> None:
    desk.go(host="127.0.0.1")
    assert "localhost" in desk.problem()
    assert desk.page.is_hidden("#work")


@pytest.mark.parametrize("name", ["", "en.html"])
def test_axe_finds_nothing_and_the_page_fits_a_narrow_screen(desk: Desk, name: str) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 800})
    desk.go(name)
    assert desk.flaws() == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320
    desk.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_words_of_the_page_are_all_there_and_all_used() -> None:
    nl, en = (words(lang, "signing").table for lang in ("nl", "en"))
    assert set(nl) == set(en)
    source = (
        script() + (Path(sys.modules[words.__module__].__file__ or "").parent / "templates/signing.html").read_text()
    )
    named = set(re.findall(r"""(?:word|refuse|fact|w)\(["']([a-z_]+)["']""", source))
    assert named <= set(nl)
    computed = {f"what_{what}" for what in What} | {
        key for key in nl if re.match("kind_|environment_|advice_|agreed_", key)
    }
    assert set(nl) - computed <= set(re.findall(r"""["']([a-z_]+)["']""", source))
    for key in nl:
        assert set(re.findall(r"{(\w+)}", nl[key])) == set(re.findall(r"{(\w+)}", en[key])), key


def test_the_page_needs_nothing_else_and_may_reach_nothing() -> None:
    for text in map(html.unescape, signing_pages().values()):
        assert "default-src 'none'; script-src 'sha256-" in text
        assert not re.search(r"""(src|href)=["'](https?:)?//""", text)
        assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|innerHTML|eval)\b", text)
