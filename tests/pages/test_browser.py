"""Every page in a real headless browser, under the policy that it is served with: accessible, narrow, by keyboard, silent."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import samples
from waarmerk.pages.layout import style

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="NO BROWSER TEST: playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.base", reason="NO BROWSER TEST: axe is not installed")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
OPTIONS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
NAMES = (
    "board-hostile", "findings", "delivery-wrong", "delivery-totals", "delivery-sign", "delivery-done", "delivery-blocked",
    "state-rejected", "entry-ready", "entry-used", "error-413", "overview", "authority-hostile", "verify", "check",
    "decisions-hostile", "decisions-pending",
)  # fmt: skip
"""One of every look; the others differ in a word and are judged by test_html."""
SITE = "http://pages.test"
NARROW = 320
"""CSS pixels at which nothing may be cut off (WCAG 1.4.10)."""


class Shown:
    """One browser page that gets everything from memory, and remembers what the console said."""

    def __init__(self, page: "playwright.Page") -> None:
        self.page = page
        self.said: list[str] = []
        self.pages = {
            f"{lang}/{name}": text for lang in ("nl", "en") for name, text in samples.every_page(lang).items()
        }
        page.on("console", lambda message: self.said.append(message.text))
        page.route("**/*", self._answer)

    def _answer(self, route: "playwright.Route") -> None:
        address = route.request.url.removeprefix(SITE).lstrip("/").split("?")[0]
        if address.endswith("style.css"):
            route.fulfill(body=style(), content_type="text/css")
        elif address in self.pages:
            own = {} if address.endswith("/check") else {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.pages[address], content_type="text/html; charset=utf-8", headers=own)
        else:
            route.fulfill(status=204)

    def open(self, name: str, *, width: int = 1280, lang: str = "nl", scheme: str = "light") -> "playwright.Page":
        self.said.clear()
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(f"{SITE}/{lang}/{name}")
        return self.page


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("NO BROWSER TEST: there is no chromium on this machine, so no page was looked at for accessibility")
    folder: Path = tmp_path_factory.mktemp("browser")
    with playwright.sync_playwright() as play:
        context = play.chromium.launch_persistent_context(folder, executable_path=chromium, headless=True, args=OPTIONS)
        yield Shown(context.new_page())
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(shown: Shown, name: str, scheme: str) -> None:
    page = shown.open(name, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.evaluate(axe.AXE_SCRIPT)
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_on_a_narrow_screen(shown: Shown, name: str, lang: str) -> None:
    page = shown.open(name, width=NARROW, lang=lang)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_refuses_nothing_of_our_own(shown: Shown, name: str) -> None:
    shown.open(name)
    assert shown.said == []


def test_the_first_key_leads_past_the_top(shown: Shown) -> None:
    page = shown.open("overview")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_every_control_can_be_reached_by_keyboard_and_is_seen(shown: Shown) -> None:
    page = shown.open("delivery-wrong")
    wanted = page.locator("main input:visible, main button:visible").count()
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        where, outline = page.evaluate(
            "[document.activeElement.id || document.activeElement.textContent,"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        if page.evaluate("document.activeElement.matches('main input, main button')"):
            assert outline == "solid"
            reached.add(where)
        if len(reached) == wanted:
            break
    assert len(reached) == wanted


def test_after_a_wrong_try_the_summary_has_the_focus(shown: Shown) -> None:
    page = shown.open("delivery-wrong")
    # A browser gives focus when it has drawn the page.
    page.wait_for_function("document.activeElement.className === 'problems'")
