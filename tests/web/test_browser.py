"""The running service in a real headless browser: accessible in both languages, and accepted by keyboard alone."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dossier.house import eml
from tests.office import Office, Service
from tests.pages.test_browser import OPTIONS, axe, playwright
from tests.web.post import ELECTION, Post, put
from waarmerk.cli.demo import wait_for
from waarmerk.dossier.content import totals
from waarmerk.election.count import Count
from waarmerk.formats import read
from waarmerk.seal import decision
from waarmerk.seal.container import DECISION, Signed
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.wire.digests import sha256

pytestmark = pytest.mark.browser
STEPS = 120
"""Presses of the tab key after which something should have been reached."""


class Person:
    """Somebody with a keyboard, inside."""

    def __init__(self, page: "playwright.Page", service: Service) -> None:
        self.page = page
        self.service = service
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))

    def open(self, path: str, lang: str = "nl") -> None:
        self.page.goto(f"{self.service.address}{path}?lang={lang}")

    def tab_to(self, name: str) -> None:
        """Press the tab key until a control of this name or id has the focus."""
        for _ in range(STEPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("[document.activeElement.id, document.activeElement.name]").count(name):
                return
        raise AssertionError(f"{name} is not reached by keyboard")

    def flaws(self) -> list[object]:
        self.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        # The policy of the service refuses a script in the page, also that of axe; the browser puts it beside the page.
        found = self.page.evaluate(f"(() => {{ {axe.AXE_SCRIPT} }})(); axe.run()")["violations"]
        return [(flaw["id"], [node["target"] for node in flaw["nodes"]][:3]) for flaw in found]


@pytest.fixture(scope="module")
def person(office: Office, service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("NO BROWSER TEST: there is no chromium on this machine, so no page was looked at for accessibility")
    folder = tmp_path_factory.mktemp("browser")
    with playwright.sync_playwright() as play:
        context = play.chromium.launch_persistent_context(folder, executable_path=chromium, headless=True, args=OPTIONS)
        yield Person(context.new_page(), service)
        context.close()


@pytest.fixture(scope="module")
def delivery(service: Service, person: Person, post: Post) -> str:
    """The address of a delivery that was examined; the person went in by keyboard."""
    person.page.goto(service.address + service.link)
    assert person.flaws() == []
    person.page.goto(service.address + service.link)
    for _ in range(STEPS):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.matches('main form button')"):
            break
    person.page.keyboard.press("Enter")
    person.page.wait_for_url(service.address + "/")
    put(service.address, post.result().sealed)
    row = re.compile(r'href="(/deliveries/[0-9a-f]{64})"><bdi>Rotterdam')

    def examined() -> bool:
        person.open("/")
        found = row.search(person.page.content())
        if found is None:
            return False
        person.open(found[1])
        return 'id="group-1"' in person.page.content()

    wait_for(examined)
    return person.page.evaluate("location.pathname")


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "path", ["/", "{delivery}", "{delivery}/findings", "/findings", "/decisions", "/enter/used", "/nowhere"]
)
def test_axe_finds_nothing_on_the_running_service(person: Person, delivery: str, path: str, lang: str) -> None:
    person.open(path.replace("{delivery}", delivery), lang)
    assert person.page.evaluate("document.documentElement.lang") == lang
    assert person.flaws() == []


def test_the_policy_of_the_service_refuses_nothing_of_its_own(person: Person, delivery: str) -> None:
    for path in ("/", delivery, "/findings", "/decisions"):
        person.said.clear()
        person.open(path)
        assert person.said == []


def test_a_delivery_is_compared_with_paper_by_keyboard_alone(person: Person, delivery: str) -> None:
    digest = sha256(eml(1, "0599", ELECTION)).upper()
    count = read(io.BytesIO(eml(1, "0599", ELECTION)), "telling.eml.xml")
    assert isinstance(count, Count)
    keyboard = person.page.keyboard

    # A wrong digit first: the summary says so and has the focus.
    person.open(delivery)
    person.tab_to("digest-person")
    keyboard.type("Anna")
    for group in range(16):
        keyboard.press("Tab")
        wrong = "0000" if digest[8:12] != "0000" else "1111"
        keyboard.type(wrong if group == 2 else digest[group * 4 : group * 4 + 4])
    with person.page.expect_navigation():
        keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.className") == "problems"
    assert person.page.get_attribute("#group-3", "aria-invalid") == "true"
    assert person.flaws() == []

    # Then the right one, from the link in the summary.
    person.tab_to("group-3")
    keyboard.press("Control+A")
    keyboard.type(digest[8:12])
    with person.page.expect_navigation():
        keyboard.press("Enter")
    assert person.page.query_selector("#group-3") is None

    # The totals, by somebody else.
    person.tab_to("totals-person")
    keyboard.type("Bram")
    for name, number in totals(count).items():
        person.tab_to(name)
        keyboard.type(str(number))
    with person.page.expect_navigation():
        keyboard.press("Enter")
    assert person.page.query_selector("input[type=file]") is not None
    for lang in ("nl", "en"):
        person.open(delivery, lang)
        assert person.flaws() == []
    person.tab_to("signature-1")


def test_two_persons_block_a_key_by_keyboard_alone(person: Person, delivery: str, post: Post, tmp_path: Path) -> None:
    key = Signature.parse(sign_with(post.keys["c"], b"", "x")).key.id
    keyboard, page = person.page.keyboard, person.page
    person.open(delivery)
    page.click("text=Is een sleutel kwijt of gestolen?")
    person.tab_to("lost-key")
    keyboard.type("Rotterdam (gsb:0599) · p2")
    while page.input_value("#lost-key") != key:
        keyboard.press("ArrowDown")
    person.tab_to("lost-reason")
    keyboard.type("gebeld: kwijt")
    with page.expect_navigation():
        keyboard.press("Enter")
    for name, said in (("x", "Nu tekent"), ("y", "Besloten")):
        assert person.flaws() == []
        with page.expect_download() as download:
            page.click("text=Download besluit.draft")
        drafted = Signed.from_bytes(Path(download.value.path()).read_bytes(), DECISION)
        (tmp_path / name).write_bytes(sign_with(post.keys[name], drafted.document, decision.NAMESPACE))
        page.set_input_files("#signature", tmp_path / name)
        page.focus("main form button")
        with page.expect_navigation():
            keyboard.press("Enter")
        assert said in page.inner_text("main")
    assert f"Sleutel van {post.sender.org}/p2: geblokkeerd" in page.inner_text("main")
