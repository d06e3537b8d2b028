"""During the night a delivery is examined again when much more came in to compare it with (checks.md 3.5)."""

from tests.dossier.house import CITY, OTHER, MemoryHouse, Sender, Sent, eml
from waarmerk.dossier.delivery import Accepted, Received
from waarmerk.dossier.fold import fold


def stations(house: MemoryHouse, sent: Sent) -> int:
    state = house.state(sent)
    assert isinstance(state, Received | Accepted)
    assert state.examination is not None
    return state.examination.stations


def again(house: MemoryHouse) -> list[str]:
    return [act.object for act in house.acts if act.action == "examined-again"]


def test_the_first_is_examined_again_when_twice_as_much_is_there_and_then_no_more() -> None:
    house, one, two = MemoryHouse(), Sender(CITY), Sender(OTHER)
    first = one.send()
    house.take(first)
    assert stations(house, first) == 2
    second = two.send()
    house.take(second)
    assert [stations(house, sent) for sent in (first, second)] == [4, 4]
    house.catch_up()
    assert again(house) == [first.manifest.sha256]
    assert fold(house.acts).deliveries == house.dossier().deliveries


def test_what_was_accepted_stays_accepted_and_a_correction_of_its_own_is_no_comparison() -> None:
    house, one = MemoryHouse(), Sender(CITY)
    first = one.send()
    house.take(first)
    house.accept(first)
    house.take(one.send("corrigendum", supersedes=first.manifest.sha256, reason="recount", files={"eml-510b": eml(2)}))
    assert again(house) == []
    house.take(Sender(OTHER).send())
    assert first.manifest.sha256 in again(house)
    assert house.word(first) == "accepted"
    assert house.counted() == [first.manifest.sha256]


def test_an_examination_that_fails_the_second_time_leaves_the_first() -> None:
    house = MemoryHouse()
    first = Sender(CITY).send()
    house.take(first)
    house.files[first.manifest.files[0].sha256] = b"<damaged"
    house.take(Sender(OTHER).send())
    assert (house.word(first), stations(house, first), again(house)) == ("received", 2, [])
