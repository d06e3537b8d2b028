"""All cores, in order, and one bar."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from waarmerk.machine import cores


def square(number: int) -> int:
    return number * number


def who(number: int) -> int:
    return os.getpid()


def fails_at_seven(number: int) -> int:
    if number == 7:
        raise LookupError(number)
    return number


@pytest.mark.parametrize("number", [0, 1, 2, 50])
def test_results_come_in_the_order_of_the_items(number: int) -> None:
    assert list(cores.each(square, range(number), cores=2)) == [n * n for n in range(number)]


def test_the_work_is_done_elsewhere() -> None:
    assert os.getpid() not in set(cores.each(who, range(8), cores=2))


def test_one_item_needs_no_process() -> None:
    assert list(cores.each(who, [1], cores=2)) == [os.getpid()]


def test_what_the_work_raises_is_raised_when_its_turn_comes() -> None:
    results = cores.each(fails_at_seven, range(20), cores=2)
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(LookupError):
        next(results)


def test_folders_are_walked_and_files_given_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("b.XML", "a/c.csv", "a/d.txt", "e.zip"):
        (tmp_path / name).write_bytes(b"")
    alone = tmp_path / "a/d.txt"
    found = list(cores.files([tmp_path, alone], (".xml", ".csv", ".zip")))
    assert [path.name for path in found] == ["c.csv", "b.XML", "e.zip", "d.txt"]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "QUIET", 0)
    screen = Screen()
    bar = cores.Progress(2, screen)
    bar.step("one")
    bar.step("two")
    bar.close()
    assert "1/2 one" in screen.getvalue()
    assert screen.getvalue().endswith("\r")


def test_nobody_watching_sees_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "QUIET", 0)
    out = io.StringIO()
    cores.Progress(1, out).step()
    assert out.getvalue() == ""
