"""Publishing is stopped before and after each of its writes; then the same call ends in the same folder, and nothing is torn."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.publication.town import NOW, Town, log_signer, snapshot
from waarmerk.machine import files
from waarmerk.publication.fsck import fsck
from waarmerk.publication.write import Batch, publish, state_file

VERBS = ("put_new", "put_same", "replace")


class Injected(BaseException):
    """The power goes: nothing may catch this."""


class Power:
    """Counts writes, and goes out at one of them, before or after it takes effect."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int | None, moment: str) -> None:
        self.count = 0
        self._at = at
        self._moment = moment
        self._inside = False
        for verb in VERBS:
            monkeypatch.setattr(files, verb, self._wrap(getattr(files, verb)))
        monkeypatch.setattr(files, "staged", self._wrap_staged(files.staged))

    def _goes_out(self, moment: str) -> bool:
        return self.count == self._at and moment == self._moment

    def _wrap(self, verb):  # type: ignore[no-untyped-def]
        def wrapped(*args, **kwargs):  # type: ignore[no-untyped-def]
            if self._inside:
                return verb(*args, **kwargs)
            self._before()
            self._inside = True
            try:
                verb(*args, **kwargs)
            finally:
                self._inside = False
            self._after()
            return None

        return wrapped

    def _wrap_staged(self, staged):  # type: ignore[no-untyped-def]
        @contextmanager
        def wrapped(*args, **kwargs) -> Iterator[object]:  # type: ignore[no-untyped-def]
            if self._inside:
                with staged(*args, **kwargs) as out:
                    yield out
                return
            self._before()
            with staged(*args, **kwargs) as out:
                yield out
            self._after()

        return wrapped

    def _before(self) -> None:
        self.count += 1
        if self._goes_out("before"):
            raise Injected

    def _after(self) -> None:
        if self._goes_out("after"):
            raise Injected


@pytest.fixture(scope="module")
def batches() -> tuple[Batch, Batch]:
    town = Town()
    return town.batch(b"<EML Id='510b'/>\n"), town.batch(b"<EML Id='510b' again/>\n")


def everything(public: Path) -> dict[str, bytes]:
    return {**snapshot(public), "memory": state_file(public).read_bytes()}


@pytest.fixture(scope="module")
def undisturbed(batches: tuple[Batch, Batch], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    public = tmp_path_factory.mktemp("undisturbed") / "public"
    for batch in batches:
        publish(public, batch, log_signer(), now=NOW)
    return everything(public)


def writes_of(batches: tuple[Batch, Batch], tmp_path: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        publish(tmp_path / "counted", batches[0], log_signer(), now=NOW)
        power = Power(patch, None, "")
        publish(tmp_path / "counted", batches[1], log_signer(), now=NOW)
        return power.count


WRITES = 13
"""The file, 2 documents and their containers, queue, 2 tiles, memory, checkpoint, proof, trust list, index."""


def test_the_faults_cover_every_write(batches: tuple[Batch, Batch], tmp_path: Path) -> None:
    assert writes_of(batches, tmp_path) == WRITES


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_publishing_survives_a_power_cut(
    batches: tuple[Batch, Batch], undisturbed: dict[str, bytes], tmp_path: Path, at: int, moment: str
) -> None:
    public = tmp_path / "public"
    publish(public, batches[0], log_signer(), now=NOW)
    signed = (public / "checkpoint").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        Power(patch, at, moment)
        with pytest.raises(Injected):
            publish(public, batches[1], log_signer(), now=NOW)
    torn = (public / "checkpoint").read_bytes()
    assert torn in (signed, undisturbed["checkpoint"])
    publish(public, batches[1], log_signer(), now=NOW)
    assert fsck(public) == []
    assert everything(public) == undisturbed


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_after_a_power_cut_another_batch_signs_no_second_past(
    batches: tuple[Batch, Batch], tmp_path: Path, at: int, moment: str
) -> None:
    public, town = tmp_path / "public", Town()
    publish(public, batches[0], log_signer(), now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        Power(patch, at, moment)
        with pytest.raises(Injected):
            publish(public, batches[1], log_signer(), now=NOW)
    town.batch(b"<EML Id='510b'/>\n")
    other, file = town.deliver(b"another correction")
    publish(public, Batch((town.receive(other, "rejected"),)), log_signer(), now=NOW)
    del file
    flaws = [flaw for flaw in fsck(public) if flaw.reason != "an object that no entry names"]
    assert flaws == []


def test_half_written_files_of_a_killed_run_are_removed(batches: tuple[Batch, Batch], tmp_path: Path) -> None:
    public = tmp_path / "public"
    publish(public, batches[0], log_signer(), now=NOW)
    left = public / "objects" / "sha256" / ".abc.0123456789ab.tmp"
    left.write_bytes(b"half")
    assert fsck(public) != []
    publish(public, batches[0], log_signer(), now=NOW)
    assert not left.exists()
