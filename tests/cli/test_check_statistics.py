"""``check`` with the statistics: what is asked, how many questions, what an earlier election adds, what is at stake."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from waarmerk.checks.mistakes import KINDS, Size, plant
from waarmerk.cli import main
from waarmerk.election.count import Count, Figure
from waarmerk.formats import write_110a, write_510
from waarmerk.simulate.election import KINDS as ELECTIONS
from waarmerk.simulate.election import election
from waarmerk.simulate.municipality import summed

COUNCIL = replace(ELECTIONS["GR2"], stations=(24, 24), seats=45)
"""With so many seats few votes turn one."""
MADE = election(COUNCIL, 11)
KIND = {kind.name: kind for kind in KINDS}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)], catch_exceptions=False)


def said(*arguments: object) -> dict:
    return json.loads(run(*arguments, "--json").stdout)


def write(path: Path, count: Count) -> Path:
    path.write_bytes(b"".join(write_510(count)))
    return path


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, object]:
    made = plant(MADE.counts[0], KIND["digit-dropped"], np.random.default_rng(3), Size(50))
    assert made is not None
    return write(tmp_path / "telling.eml.xml", made.count), made


def test_the_cause_is_named_with_its_cells_and_how_sure(planted):
    path, made = planted
    found = said(path)
    top = next(f for f in found["findings"] if f["hypothesis"] == "digit-error")
    true = next(cell for cell in made.cells if cell.candidate and cell.unit == made.units[0])
    assert (top["unit"], top["list"], top["candidates"]) == (made.units[0], made.list, list(made.candidates))
    assert [(c["reported"], c["corrected"]) for c in top["cells"]] == [(true.reported, true.true)]
    assert top["score"] > 0
    assert 0.5 < top["probability"] <= 0.9
    assert top["votes_moved"] == made.moved
    law = next(f for f in found["findings"] if f["code"] == "L-01" and f["unit"] == made.units[0])
    assert "H-06" in law["see"]
    assert "L-01" in top["see"]


def test_without_statistics_only_rules_speak(planted):
    found = said(planted[0], "--no-statistics")
    assert not any(f["hypothesis"] for f in found["findings"])
    assert found["files"][0]["statistics"] is None


def test_the_report_says_what_was_compared_and_how_sure_that_is(planted):
    lines = run(planted[0]).stdout.splitlines()
    assert any("statistiek: 24 stembureaus vergeleken" in line for line in lines)
    about = said(planted[0])["files"][0]["statistics"]
    assert about["stations"] == 24
    assert set(about["audit"]) == {"own_number", "adjacent", "two", "control", "near_own", "precision"}
    assert len(about["parameters"]) == 16


@pytest.mark.parametrize(("budget", "most"), [(5, 1), (10, 2), (25, 6), (0.1, 1)])
def test_a_budget_bounds_the_questions_of_one_file(planted, budget, most):
    found = said(planted[0], "--budget", budget)
    flagged = [f for f in found["findings"] if f["code"].startswith("H-") and f["severity"] != "notice"]
    assert 1 <= len(flagged) <= most
    assert flagged[0]["hypothesis"] == "digit-error"


def test_a_budget_is_shared_by_all_files(tmp_path, planted):
    folder = tmp_path / "all"
    folder.mkdir()
    write(folder / "a.eml.xml", planted[1].count)
    for number in (21, 22, 23):
        write(folder / f"{number}.eml.xml", election(replace(COUNCIL, domain=f"Oord{number}"), number).counts[0])
    found = said(folder, "--budget", 2)
    flagged = [f for f in found["findings"] if f["code"].startswith("H-") and f["severity"] != "notice"]
    assert len(flagged) == 1  # two per hundred of 96 stations
    assert flagged[0]["unit"] == planted[1].units[0]
    assert sum(file["statistics"]["flagged"] for file in found["files"]) == 1


@pytest.mark.parametrize("budget", ["0", "-1", "101", "veel"])
def test_a_budget_that_cannot_be_is_refused(planted, budget):
    assert run(planted[0], "--budget", budget).exit_code == 2


def test_stations_of_an_earlier_election_are_found_again(tmp_path, planted):
    before = write(
        tmp_path / "earlier.eml.xml", replace(MADE.counts[0], election=replace(MADE.counts[0].election, id="GR2026"))
    )
    earlier = said(planted[0], "--earlier", before)["files"][0]["statistics"]["earlier"]
    assert (earlier["election"], earlier["found"], earlier["stations"]) == ("GR2026", 24, 24)
    assert sum(earlier["ways"].values()) == 24
    assert any(
        "eerdere verkiezing GR2026: 24 van 24" in line
        for line in run(planted[0], "--earlier", before).stdout.splitlines()
    )


def test_an_earlier_file_that_cannot_be_read_is_named(tmp_path, planted):
    (tmp_path / "bad.xml").write_text("<EML")
    said_ = run(planted[0], "--earlier", tmp_path / "bad.xml")
    assert said_.exit_code == 2
    assert "bad.xml" in said_.stderr


def test_what_is_at_stake_is_said_where_definition_and_total_are_given(tmp_path):
    made = plant(MADE.counts[0], KIND["lists-exchanged"], np.random.default_rng(8), Size(150))
    assert made is not None
    path = write(tmp_path / "telling.eml.xml", made.count)
    alone = [f["stakes"] for f in said(path)["findings"] if f["hypothesis"]]
    assert set(alone) <= {None}
    (tmp_path / "definitie.eml.xml").write_bytes(write_110a(MADE.definition))
    found = said(tmp_path)["findings"]
    exchanged = next(f for f in found if f["hypothesis"] == "lists-swapped" and f["unit"] == made.units[0])
    assert exchanged["stakes"] in ("seat", "person")


SMALL = replace(ELECTIONS["GR2"], stations=(6, 6))


def of(tmp_path: Path, stations: int, figure: Figure | None = None) -> list[str]:
    """What is said of a small count with so many stations with votes; with a figure that is wrong at the first two."""
    count = election(SMALL, 5).counts[0]
    parts = {name: getattr(count.votes, name).copy() for name in ("candidates", "lists", "figures")}
    for part in parts.values():
        part[stations:] = 0
    if figure is not None:
        parts["figures"][:2, figure] += 1
    votes = replace(count.votes, **parts)
    path = write(tmp_path / f"{stations}.eml.xml", replace(count, votes=votes, total=summed(votes)))
    return run(path).stdout.splitlines()


@pytest.mark.parametrize("stations", [0, 1, 2, 3])
def test_a_file_with_hardly_any_votes_is_told_so_and_nothing_is_claimed(tmp_path, stations):
    lines = of(tmp_path, stations)
    told = f"  Niet vergeleken, want er zijn te weinig stembureaus met stemmen: {stations} (H-01 tot en met H-16)."
    assert told in lines
    assert not any("naar verwachting" in line or "vergeleken, geen" in line for line in lines)


def test_where_totals_do_not_add_up_it_is_said_with_which_sums_was_reckoned(tmp_path):
    told = "gerekend met de som van de kandidaten"
    assert not any(told in line for line in of(tmp_path, 6))
    (line,) = (line for line in of(tmp_path, 6, Figure.COUNTED) if told in line)
    assert "bij 2 stembureaus" in line
    assert said(tmp_path / "6.eml.xml")["files"][0]["statistics"]["stations_resummed"] == 2


def test_no_question_is_ever_said_to_be_certain(planted):
    for line in run(planted[0]).stdout.splitlines():
        assert "naar verwachting 0,0" not in line
