"""Made-up elections with mistakes in them: recorded to the last cell, and the same for the same seed."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tests.simulate.test_country import written
from waarmerk.checks.mistakes import KINDS as MISTAKES
from waarmerk.checks.mistakes import undo
from waarmerk.cli import main
from waarmerk.formats import read
from waarmerk.simulate import country
from waarmerk.simulate.election import KINDS, election
from waarmerk.simulate.mistaken import shared_out


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["simulate", str(folder), *map(str, arguments)])


def truth(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "mistakes.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_mistake_can_be_taken_out_again() -> None:
    right = election(KINDS["EP"], 3, 4.0)
    wrong, made = right.with_mistakes(3, 1)
    assert len(made) > len(MISTAKES) // 2
    counts = {count.authority_id: count for count in wrong.counts}
    for count, one in reversed(made):
        counts[count.authority_id] = undo(counts[count.authority_id], one)
    assert all(counts[count.authority_id].same(count) for count in right.counts)


def test_there_are_so_many_of_every_kind_as_far_as_there_is_room() -> None:
    shares = shared_out(1, [100] * 40, 2)
    kinds = [kind.name for share in shares for kind in share]
    assert sorted(kinds) == sorted(2 * [kind.name for kind in MISTAKES])
    assert [len(share) for share in shared_out(1, [5, 100], 9, rate=0.1)] == [1, 10]


def test_the_file_beside_the_results_says_what_they_report(tmp_path: Path) -> None:
    assert run(tmp_path, "--kind", "GR2", "--mistakes", 1, "--seed", 4).exit_code == 0
    (one,) = truth(tmp_path)
    with (tmp_path / str(one["file"])).open("rb") as stream:
        count = read(stream)
    cell = one["cells"][0]  # type: ignore[index]
    row = [unit.id for unit in count.units].index(cell["unit"])  # type: ignore[union-attr]
    lst = count.ballot.lists[count.ballot.index_of(cell["list"])]  # type: ignore[union-attr]
    assert count.votes.candidates[row, lst.start + cell["candidate"] - 1] == cell["reported"]  # type: ignore[union-attr]


def test_without_mistakes_there_is_no_such_file(tmp_path: Path) -> None:
    run(tmp_path, "--kind", "GR1")
    assert not (tmp_path / "mistakes.jsonl").exists()


def test_a_municipality_alone_has_the_mistakes_that_it_has_in_the_country(tmp_path: Path) -> None:
    code = country.part(0.006)[1].code
    run(tmp_path / "all", "--scale", "0.006", "--mistakes", 1)
    run(tmp_path / "one", "--scale", "0.006", "--mistakes", 1, "--only", code)
    everywhere, alone = (written(tmp_path / name) for name in ("all", "one"))
    mine = [line for line in truth(tmp_path / "all") if str(line["file"]).endswith(f"{code}.eml.xml")]
    assert truth(tmp_path / "one") == mine != []
    del alone["mistakes.jsonl"]
    assert alone.items() <= everywhere.items()
