"""A delivery that does not count is said in words: what, why, and whom to call; by network and by stick."""

from pathlib import Path

from tests.office import Office


def test_a_second_delivery_with_the_same_number_is_refused_in_words(tmp_path: Path) -> None:
    office = Office(tmp_path)
    note = ("--kind", "test", "--role", "note.txt=note")
    sealed = []
    for outbox in ("desk", "copy"):
        (tmp_path / "note.txt").write_text(f"een proef van {outbox}")
        sealed.append(office.envelope("note.txt", outbox=outbox, more=note))
    with office.service() as committee:
        send = [("send", str(envelope), "--to", committee.address, "--trust", "trust") for envelope in sealed]
        good = office.waarmerk(*send[0])
        assert "ontvangen" in good and "U kunt naar huis" in good
        refused = office.waarmerk(*send[1], code=1)
        assert "geweigerd" in refused and "U kunt naar huis" not in refused
        assert "Twee leveringen met hetzelfde nummer (E-CHN-FORK)" in refused
        assert "Bel de ontvanger" in refused

        (tmp_path / "stick").mkdir()
        (tmp_path / "stick" / "x.sealed").write_bytes(sealed[1].read_bytes())
        brought = office.waarmerk("receive", "stick", "--to", committee.address, code=1)
        assert "x.sealed: geweigerd" in brought and "Twee leveringen met hetzelfde nummer" in brought

        shown = office.waarmerk("receipt", "show", str(next((tmp_path / "stick").glob("*.tar"))), "--trust", "trust")
        assert "geweigerd" in shown and "Bel de ontvanger" in shown
