"""The three write verbs, each with its promise; whatever fails leaves the old bytes or none, never half."""

import os
from pathlib import Path

import pytest

from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_put_new_takes_a_free_name_only(tmp_path: Path) -> None:
    files.put_new(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        files.put_new(tmp_path / "a", b"two")
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"one", ["a"])


def test_put_same_is_content_with_the_same_bytes_and_with_no_others(tmp_path: Path) -> None:
    files.put_same(tmp_path / "a", b"one")
    files.put_same(tmp_path / "a", b"one")
    with pytest.raises(files.Differs):
        files.put_same(tmp_path / "a", b"two")
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"one", ["a"])


def test_replace_changes_a_head_pointer(tmp_path: Path) -> None:
    files.replace(tmp_path / "a", b"one")
    files.replace(tmp_path / "a", b"two", mode=files.PRIVATE)
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"two", ["a"])
    assert (tmp_path / "a").stat().st_mode & 0o777 == files.PRIVATE


@pytest.mark.parametrize("verb", [files.staged, files.replacing])
def test_a_block_that_fails_leaves_nothing(tmp_path: Path, verb: object) -> None:
    (tmp_path / "old").write_bytes(b"old")
    target = tmp_path / ("new" if verb is files.staged else "old")
    with pytest.raises(ZeroDivisionError), verb(target) as out:  # type: ignore[operator]
        out.write(b"half")
        raise ZeroDivisionError
    assert (names(tmp_path), (tmp_path / "old").read_bytes()) == (["old"], b"old")


@pytest.mark.parametrize("moment", ["fsync", "link"])
def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, moment, fail)
    with pytest.raises(OSError, match="No space"):
        files.put_new(tmp_path / "a", b"one")
    assert names(tmp_path) == []


def test_move_new_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    files.move_new(tmp_path / "a", tmp_path / "deep" / "b")
    assert ((tmp_path / "deep" / "b").read_bytes(), names(tmp_path)) == (b"one", ["deep"])
    (tmp_path / "c").write_bytes(b"other")
    with pytest.raises(files.Differs):
        files.move_new(tmp_path / "c", tmp_path / "deep" / "b")
    assert (tmp_path / "c").read_bytes() == b"other"


def test_only_regular_files_are_opened_and_never_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "absent", "."):
        with pytest.raises(WrongUse):
            files.open_regular(tmp_path / name)
    with pytest.raises(BadData, match="E-OUT-SIZE"):
        files.read_bounded(tmp_path / "secret", 5, "E-OUT-SIZE")
    assert files.read_bounded(tmp_path / "secret", 6, "E-OUT-SIZE") == b"secret"


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_put_same_waits_for_no_pipe_and_reads_no_device(tmp_path: Path, kind: str) -> None:
    make = {"pipe": os.mkfifo, "device": lambda path: path.symlink_to("/dev/zero"), "folder": Path.mkdir}
    make[kind](tmp_path / "a")  # type: ignore[operator]
    with pytest.raises(files.Differs):
        files.put_same(tmp_path / "a", b"one")


def test_a_result_takes_no_name_of_a_link_or_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WrongUse, match="exists"):
        files.output(tmp_path / "link", force=False)
    with pytest.raises(WrongUse, match="is a folder"):
        files.output(tmp_path / "folder", force=True)
    target = files.output(tmp_path / "new", force=False)
    (tmp_path / "new").write_bytes(b"somebody else was first")
    with pytest.raises(WrongUse, match="exists"):
        target.write(b"one")
