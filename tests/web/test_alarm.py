"""An alarm reaches people, junk does not (security.md 3.18; attack 48): through the keeper, into the chain, onto the board."""

from tests.office import CSB, Office, Service
from tests.web.post import Post, ask, put
from waarmerk.seal.sshsig import Signature, sign_with


def test_attack_48_an_alarm_stands_on_the_board_and_only_broken_signatures_do_not(
    service: Service, office: Office, post: Post
) -> None:
    note = {"note": b"x"}
    made = post.sender.draft("test", files=note, election="TK2023")
    person = service.enter()

    def status() -> tuple[int, int]:
        value = ask(service.address, "GET", "/api/v1/status").value
        return value["alarms"], value["refused"].get("E-SIG-BAD", 0)

    junk = put(service.address, post.seal(made, note, keys=(), broken=("a", "b")).sealed)
    assert (junk.status, junk.value["code"], status()) == (422, "E-SIG-BAD", (0, 1))
    assert "Alarm" not in service.page("/")

    altered = put(service.address, post.seal(made, note, broken=("c",)).sealed)
    # The sender of the bytes learns the code, and not that somebody was woken.
    assert {**altered.value, "status": 0} == {**junk.value, "status": 0}
    assert status() == (1, 2)
    page = person.get("/").body.decode()
    assert "Alarm: bel de afzender" in page and "E-SIG-BAD: De inhoud past niet bij het zegel" in page
    shown = office.waarmerk("decide", "show", "--as", CSB, "--folder", "csb")
    key = Signature.parse(sign_with(post.keys["a"], b"", "x")).key.id
    assert made.sha256 in shown and key in shown and "E-SIG-BAD" in shown
