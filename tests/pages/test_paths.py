"""Paths in a report: short where that says enough, never two alike."""

from hypothesis import given
from hypothesis import strategies as st

from waarmerk.pages.paths import shown


def test_the_only_file_of_a_zip_goes_by_the_zip() -> None:
    assert shown(["/a/Telling.zip/Telling.xml"]) == {"/a/Telling.zip/Telling.xml": "/a/Telling.zip"}


def test_files_of_one_zip_go_by_its_name_and_theirs() -> None:
    paths = ["/a/b/All.zip/one.xml", "/a/b/All.zip/c/two.csv"]
    assert list(shown(paths).values()) == ["All.zip/one.xml", "All.zip/two.csv"]


def test_files_that_would_look_alike_keep_their_paths() -> None:
    paths = ["All.zip/a/one.xml", "All.zip/b/one.xml"]
    assert list(shown(paths).values()) == paths


@given(st.lists(st.from_regex(r"(a/)?([bc]\.zip/)?([de]\.zip/)?(f/)?[gh]\.xml", fullmatch=True), unique=True))
def test_two_files_are_never_shown_alike(paths: list[str]) -> None:
    assert len(set(shown(paths).values())) == len(paths)
