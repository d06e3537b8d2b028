"""Two persons decide at the pages (security.md 3.8, 3.11, 3.14; attacks 63, 105, 125): drafted, signed one by one, carried out."""

import re
from urllib.parse import urlencode

import pytest

from tests.dossier.house import Sender
from tests.office import CITY, CSB, Office, Service
from tests.web.post import Post, ask, put
from tests.web.test_ways_out import decide
from waarmerk.cli.demo import form_of, wait_for
from waarmerk.seal.container import DECISION, Signed
from waarmerk.seal.decision import NAMESPACE
from waarmerk.seal.sshsig import Signature, sign_with

REASON = "gebeld met de afzender: de eerste geldt"


class Desk:
    """A person inside, and the keys of those who sign."""

    def __init__(self, service: Service, office: Office) -> None:
        self.service, self.post = service, Post(office)
        self.person = service.enter()

    def page(self) -> str:
        return self.service.page("/decisions")

    def send(self, path: str, uploads: dict[str, bytes] | None = None, **fields: str) -> tuple[int, str]:
        hidden = {"csrfmiddlewaretoken": form_of(self.page())["csrfmiddlewaretoken"]}
        answer = self.person.post(f"/decisions/{path}", {**hidden, **fields}, uploads)
        return answer.status, answer.body.decode()

    def draft(self, what: str, object_: str = "", **more: str) -> tuple[int, str]:
        return self.send("draft", what=what, object=object_, form="case-1", **{"reason": REASON, **more})

    def signature(self, name: str) -> bytes:
        """What a person makes of the draft that the page gives."""
        drafted = Signed.from_bytes(self.person.get("/decisions/besluit.draft").body, DECISION)
        return sign_with(self.post.keys[name], drafted.document, NAMESPACE)

    def hand_in(self, data: bytes) -> tuple[int, str]:
        return self.send("sign", {"signature": data})


@pytest.fixture(scope="module")
def desk(service: Service, office: Office) -> Desk:
    return Desk(service, office)


def test_attack_63_a_fork_is_cleared_at_the_page_by_two_persons_who_sign_one_after_the_other(desk: Desk) -> None:
    post, address = desk.post, desk.service.address
    first = post.result()
    put(address, first.sealed)
    post.sender = Sender(CITY, list=post.trust)
    other = post.result(session=2, seed=2)
    put(address, other.sealed)
    delivery = f"/deliveries/{first.manifest.sha256}"
    wait_for(lambda: "nagekeken" in desk.service.page(delivery))

    # Board and delivery lead to the page, and it says what is there.
    for path in ("/", delivery):
        assert 'href="/decisions"' in desk.service.page(path)
    assert "Twee leveringen met hetzelfde nummer" in desk.service.page("/")
    shown = desk.page()
    assert "Rotterdam: twee leveringen met nummer 1" in shown
    assert shown.count("Code om hardop te lezen") == 2

    status, shown = desk.draft("clear", first.manifest.sha256)
    assert status == 200 and REASON in shown and "nog niemand" in shown and "(nog 2 personen)" in shown
    assert "/api/v1/trust-lists/1" in shown

    # Who signed twice, whose key is not of here, what is over something else: each is refused, and nothing moved.
    refused = [
        (desk.signature("a"), "(E-SIG-UNKNOWN)"),
        (sign_with(post.keys["x"], b"something else", NAMESPACE), "(E-SIG-BAD)"),
        (b"no signature", "(E-SIG-ARMOR)"),
    ]
    for data, said in refused:
        status, shown = desk.hand_in(data)
        assert (status, said in shown, "nog niemand" in shown) == (422, True, True)
    mine = desk.signature("x")
    status, shown = desk.hand_in(mine)
    assert status == 200 and "(nog één persoon)" in shown and "<strong><bdi>p2</bdi></strong>" in shown
    assert "(nog één persoon)" in desk.hand_in(mine)[1], "the same signature again is no second person"
    assert "E-CHN-FROZEN" in desk.service.page(delivery)

    # A draft at a time; the second person may hand in the whole draft that `waarmerk sign` wrote.
    assert desk.draft("block", "1" * 32)[0] == 422
    drafted = Signed.from_bytes(desk.person.get("/decisions/besluit.draft").body, DECISION)
    second = drafted.with_signature(Signature.parse(desk.signature("y")).key.id, desk.signature("y"))
    status, shown = desk.hand_in(second.to_bytes())
    assert status == 200 and "Besloten" in shown and "Er wacht niets" in shown and "p1</bdi>, <bdi>p2" in shown
    assert "E-CHN-FROZEN" not in desk.service.page(delivery)
    assert desk.hand_in(mine)[0] == 422, "what was decided is signed no more"


def test_attack_125_a_key_is_blocked_at_the_page_and_the_command_sees_the_same(desk: Desk, office: Office) -> None:
    key = Signature.parse(sign_with(desk.post.keys["b"], b"", "x")).key.id
    row = re.search(rf'<option value="{key}">([^<]*)', desk.service.page(f"/decisions?org={CITY}"))
    assert row is not None and "Rotterdam (gsb:0599) · p2" in row[1]
    assert 'value="' + key not in desk.service.page(f"/decisions?org={CSB}")
    desk.draft("block", key)
    desk.hand_in(desk.signature("x"))
    at = ("--as", CSB, "--folder", "csb")
    assert "Op het bord wordt getekend (getekend door: p1)" in office.waarmerk("decide", "show", *at)
    assert "telt vanaf nu niet meer" in desk.hand_in(desk.signature("y"))[1]
    assert f"sleutel {key}" in office.waarmerk("decide", "show", *at)
    assert "De blokkade kan pas weg" in desk.page()
    # What would be nothing is not even drafted.
    for what in ("block", "unblock"):
        status, shown = desk.draft(what, key)
        assert (status, "(E-DEC-NOTHING)" in shown) == (422, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "block", "reason": " \t "}, "Schrijf op wat er is afgesproken"),
        ({"what": "allow", "hours": "73"}, "van 1 tot en met 72"),
        ({"what": "allow", "hours": ""}, "van 1 tot en met 72"),
        ({"what": "allow", "hours": "12"}, "(E-DEC-NOTHING)"),
        ({"what": "nothing"}, "Kies opnieuw"),
        ({"what": "clear", "object": "1"}, "(E-MAN-SCHEMA)"),
        ({"what": "block", "object": "1" * 32, "reason": "\u202e"}, "(E-MAN-STRING)"),
    ],
)
def test_what_cannot_be_decided_is_said_at_the_field(desk: Desk, fields: dict[str, str], said: str) -> None:
    rest = {name: text for name, text in fields.items() if name not in ("what", "object")}
    status, shown = desk.draft(fields["what"], fields.get("object", ""), **rest)
    assert (status, said in shown) == (422, True)
    assert "Dit besluit wordt getekend" not in desk.page()


def test_a_draft_is_withdrawn_and_nothing_was_decided(desk: Desk) -> None:
    key = Signature.parse(sign_with(desk.post.keys["c"], b"", "x")).key.id
    desk.draft("block", key)
    desk.hand_in(desk.signature("x"))
    assert "Dit besluit wordt getekend" not in desk.send("withdraw")[1]
    assert f'<option value="{key}">' in desk.page()
    assert desk.hand_in(b"x")[0] == 422


def test_attack_105_nobody_outside_drafts_or_signs(desk: Desk) -> None:
    address, key = desk.service.address, Signature.parse(sign_with(desk.post.keys["c"], b"", "x")).key.id
    fields = urlencode({"what": "block", "object": key, "reason": "x", "form": "lost"}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in desk.person._cookies.items())}
    own = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("draft", "sign", "withdraw"):
        for headers in ({**kind, **cookies, **own}, {**kind, **cookies, **evil}, {**kind, **own}):
            assert ask(address, "POST", f"/decisions/{path}", fields, headers).status == 403
    for path in ("", "/besluit.draft"):
        assert ask(address, "GET", f"/decisions{path}").status == 403
    assert "Dit besluit wordt getekend" not in desk.page()


def test_a_decision_recorded_by_command_overtakes_the_one_at_the_page(desk: Desk, office: Office) -> None:
    keys = [Signature.parse(sign_with(desk.post.keys[name], b"", "x")).key.id for name in ("a", "c")]
    desk.draft("block", keys[0])
    mine = desk.signature("x")
    assert "Dit besluit wordt getekend" in desk.page()
    decide(office, "block", keys[1])
    assert "Dit besluit wordt getekend" not in desk.page()
    assert desk.hand_in(mine)[0] == 422
    assert "nog niemand" in desk.draft("block", keys[0])[1], "another can be drafted at once"
