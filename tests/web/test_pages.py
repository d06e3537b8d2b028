"""The pages of the real service: who may enter, what a browser is told, what other sites cannot do (5.3; 85, 86, 105)."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.dossier.house import eml
from tests.office import Office, Service
from tests.web.post import ELECTION, Post, Reply, ask, put
from waarmerk.cli.demo import form_of, wait_for
from waarmerk.dossier.content import totals
from waarmerk.election.count import Count
from waarmerk.formats import read
from waarmerk.wire.digests import printed, sha256

HOSTILE = '<script>alert(1)</script>"\u202e'


@pytest.fixture(scope="module")
def page(service: Service, post: Post) -> Iterator[str]:
    """The address of a delivery that was examined; the person is inside."""
    service.enter()
    put(service.address, post.result().sealed)
    yield service.delivery("Rotterdam")


def cookies(service: Service) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in service.person._cookies.items())}


def submit(service: Service, path: str, body: bytes = b"", **headers: str) -> Reply:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(service.address, "POST", path, body, {**form, **cookies(service), **headers})


# --- the door


@pytest.mark.parametrize("path", ["/", "/findings", "/deliveries/" + "0" * 64, "/deliveries/" + "0" * 64 + "/files/a"])
def test_without_a_link_nobody_sees_a_page(service: Service, page: str, path: str) -> None:
    assert ask(service.address, "GET", path).status == 403
    assert ask(service.address, "GET", page).status == 403
    assert ask(service.address, "GET", page, headers={"Cookie": "waarmerk=forged"}).status == 403


def test_a_link_works_once(office: Office, service: Service, page: str) -> None:
    answer = ask(service.address, "GET", service.link)
    assert answer.status == 403
    assert "al gebruikt" in answer.body.decode()


def test_a_link_is_not_used_up_by_looking_at_it(office: Office, service: Service, page: str) -> None:
    made = office.waarmerk("serve", "--as", "csb:kiesraad", "--folder", "csb", "--link")
    link = re.search(r"/enter/\S+", made)
    assert link is not None
    assert [ask(service.address, "GET", link[0]).status for _ in range(3)] == [200, 200, 200]


def test_a_link_that_nobody_made_opens_nothing(service: Service) -> None:
    assert ask(service.address, "GET", "/enter/" + "a" * 43).status == 403


# --- what other sites cannot do


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "{own}", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "{own}", "Sec-Fetch-Site": "same-site"},
        {"Origin": "{own}", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=["no origin", "another", "null", "cross-site", "same-site", "no token"],
)
def test_attack_105_a_form_of_another_site_changes_nothing(
    service: Service, page: str, headers: dict[str, str]
) -> None:
    before = service.page(page)
    given = {name: value.replace("{own}", service.address) for name, value in headers.items()}
    fields = {"person": "Eve", "digest": sha256(eml(1, "0599", ELECTION))}
    if given.get("Sec-Fetch-Site") != "same-origin":
        # With the token of the form, so that only where the form came from can refuse it.
        fields |= form_of(service.page(page))
    answer = submit(service, f"{page}/digest", urlencode(fields).encode(), **given)
    assert answer.status == 403
    assert history(service.page(page)) == history(before)


def history(page: str) -> str:
    return page.rpartition('id="history"')[2]


def test_a_page_is_not_served_under_another_name(service: Service, page: str) -> None:
    answer = ask(service.address, "GET", "/", headers={**cookies(service), "Host": "evil.example"})
    assert answer.status == 400


def test_nothing_is_changed_by_looking(service: Service, page: str) -> None:
    before = ask(service.address, "GET", "/api/v1/status").value["act"]
    for path in ("", "/digest", "/totals", "/accept", "/accept.draft", "/findings"):
        ask(service.address, "GET", page + path, headers=cookies(service))
        ask(service.address, "HEAD", page + path, headers=cookies(service))
    assert ask(service.address, "GET", "/api/v1/status").value["act"] == before


@pytest.mark.parametrize("path", ["/", "/api/v1/status", "/nowhere", "/enter/x", "/style.css", "/openapi.json"])
def test_every_answer_has_the_headers(service: Service, path: str) -> None:
    for method in ("GET", "POST"):
        headers = ask(service.address, method, path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "same-origin"
        if path != "/style.css":
            assert headers["cache-control"] == "no-store"


def test_the_session_cookie_is_for_this_site_only(office: Office, service: Service, page: str) -> None:
    made = office.waarmerk("serve", "--as", "csb:kiesraad", "--folder", "csb", "--link")
    link = re.search(r"/enter/\S+", made)
    assert link is not None
    first = ask(service.address, "GET", link[0])
    hidden = form_of(first.body.decode())
    cookie = first.headers["set-cookie"].partition(";")[0]
    body = "&".join(f"{name}={value}" for name, value in hidden.items()).encode()
    own = {"Origin": service.address, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    entered = ask(service.address, "POST", link[0], body, own)
    assert (entered.status, entered.headers["location"]) == (302, "/")
    given = entered.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=Strict" in given
    assert given.partition(";")[0] != cookie


# --- what a delivery gives away, and what it does not


def test_files_are_saved_and_never_shown(service: Service, page: str) -> None:
    answer = ask(service.address, "GET", f"{page}/files/telling.eml.xml", headers=cookies(service))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.body == eml(1, "0599", ELECTION)
    assert ask(service.address, "GET", f"{page}/files/other.xml", headers=cookies(service)).status == 404


def test_both_languages_and_the_choice_is_kept(service: Service, page: str) -> None:
    assert '<html lang="nl">' in service.page(page)
    assert '<html lang="en">' in service.page(f"{page}?lang=en")
    assert '<html lang="en">' in service.page(page)
    assert '<html lang="nl">' in service.page(f"{page}?lang=nl")
    assert '<html lang="nl">' in service.page(f"{page}?lang=%3Cscript%3E")


def test_attack_85_63_digits_a_wrong_digit_and_five_tries(service: Service, page: str) -> None:
    digest = sha256(eml(1, "0599", ELECTION))
    assert printed(digest)[:9] not in service.page(page)
    assert digest not in service.page(page)
    hidden = form_of(service.page(page))
    short = service.person.post(f"{page}/digest", {**hidden, "person": "Dora", "digest": digest[:63]})
    assert short.status == 422
    wrong = f"{digest[:20]}{(int(digest[20], 16) + 1) % 16:x}{digest[21:]}"
    for number in range(5):
        answer = service.person.post(f"{page}/digest", {**hidden, "person": "Dora", "digest": wrong})
        text = answer.body.decode()
        assert (number, answer.status, text.count("aria-invalid")) == (number, 422, 1)
        assert 'id="group-6-wrong"' in text
        assert digest[20:24].upper() not in re.sub(r"<(code|dd)>.*?</\1>", "", text)
    sixth = service.person.post(f"{page}/digest", {**hidden, "person": "Dora", "digest": digest})
    assert sixth.status == 422
    assert "iemand anders" in sixth.body.decode()


def test_attack_85_twenty_wrong_digests_at_once_are_five_tries(service: Service, page: str) -> None:
    body = urlencode({**form_of(service.page(page)), "person": "Tegelijk", "digest": "0" * 64}).encode()
    before = ask(service.address, "GET", "/api/v1/status").value["act"]
    with ThreadPoolExecutor(20) as pool:
        tried = pool.map(lambda _: submit(service, f"{page}/digest", body, Origin=service.address), range(20))
        assert {answer.status for answer in tried} == {422}
    assert ask(service.address, "GET", "/api/v1/status").value["act"] == before + 5


def test_attack_86_one_person_does_not_do_both_parts(service: Service, page: str) -> None:
    import io

    digest = sha256(eml(1, "0599", ELECTION))
    hidden = form_of(service.page(page))
    count = read(io.BytesIO(eml(1, "0599", ELECTION)), "telling.eml.xml")
    assert isinstance(count, Count)
    figures = {name: str(number) for name, number in totals(count).items()}
    assert service.person.post(f"{page}/totals", {**hidden, "person": "Bram", **figures}).status == 200
    assert service.person.post(f"{page}/digest", {**hidden, "person": "Bram", "digest": digest}).status == 422
    assert service.person.post(f"{page}/digest", {**hidden, "person": "Anna", "digest": digest}).status == 200
    assert "accept.draft" in service.page(page)


def test_attack_110_hostile_text_is_shown_and_never_run(service: Service, page: str) -> None:
    hidden = form_of(service.page(page))
    answer = service.person.post(f"{page}/totals", {**hidden, "person": HOSTILE, "valid": HOSTILE})
    assert answer.status == 422
    assert "<script>alert" not in answer.body.decode()


@pytest.mark.parametrize(
    "uploads",
    [{}, {"signature-1": b""}, {"signature-1": b"junk", "signature-2": b"\xff" * 1000}, {"other": b"x" * 1000}],
)
def test_what_is_handed_in_as_a_signature_and_is_none(service: Service, page: str, uploads: dict[str, bytes]) -> None:
    wait_for(lambda: "accept.draft" in service.page(page))
    hidden = form_of(service.page(page))
    assert service.person.post(f"{page}/accept", hidden, uploads).status == 422


def test_a_form_that_is_too_large_is_refused(service: Service, page: str) -> None:
    assert submit(service, f"{page}/accept", bytes(300_000), Origin=service.address).status == 413
