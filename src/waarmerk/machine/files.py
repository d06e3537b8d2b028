"""Three write verbs, each with its promise; after any of them returns, a power cut loses nothing.

``put_new``: the name was free and now holds these bytes. ``put_same``: the name holds exactly these bytes, whoever wrote
them. ``replace``: the name holds these bytes instead of what it held; for head pointers only. All write a temporary file,
sync it, link or rename it, sync the folder. A reader never sees half a file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from waarmerk.errors import BadData, WrongUse

PRIVATE = 0o600
PUBLIC = 0o644
COPY_BLOCK = 1 << 16


class Differs(RuntimeError):
    """A name that never changes is there with other bytes."""


def put_new(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write a file whose name is free; ``FileExistsError`` when it is not, and then nothing changed."""
    with staged(path, mode=mode) as out:
        out.write(data)


def put_same(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Make sure that the name holds these bytes; ``Differs`` when it holds others: nothing immutable is ever changed."""
    try:
        put_new(path, data, mode=mode)
    except FileExistsError:
        if not holds(path, data):
            raise Differs(f"{path} is there with other bytes") from None


def replace(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write a head pointer: the old bytes or the new ones are there at any moment, never none and never a mixture."""
    with replacing(path, mode=mode) as out:
        out.write(data)


@contextmanager
def staged(path: Path, *, mode: int = PUBLIC) -> Iterator[BinaryIO]:
    """Give a stream whose bytes get the name, if it is still free, when the block ends well; otherwise nothing is left.

    The large-file form of :func:`put_new`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        with _created(temporary, mode) as out:
            yield out
        os.link(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path, *, mode: int = PUBLIC) -> Iterator[BinaryIO]:
    """The large-file form of :func:`replace`: the name gets the new bytes when the block ends well, else it keeps the old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        with _created(temporary, mode) as out:
            yield out
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def passing(path: Path, *, mode: int = PUBLIC) -> Iterator[BinaryIO]:
    """As :func:`replacing` for what a power cut may take: nobody was told that it is there, so no disk is waited for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        with _created(temporary, mode, durable=False) as out:
            yield out
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def move_new(source: Path, target: Path) -> None:
    """Give a finished, synced file its final name on the same file system; fine when the target holds the same bytes.

    ``Differs`` when it holds others.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        if not same_bytes(source, target):
            raise Differs(f"{target} is there with other bytes") from None
    source.unlink()
    sync_folder(target.parent)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read from the disk."""
    running = hashlib.sha256()
    with open_regular(path) as stream:
        while block := stream.read(COPY_BLOCK):
            running.update(block)
    return running.hexdigest()


def holds(path: Path, data: bytes) -> bool:
    """Whether a regular file is there with these bytes; nobody waits for a pipe, and no more is read than ``data``."""
    try:
        with open_regular(path) as stream:
            return stream.read(len(data) + 1) == data
    except WrongUse:
        return False


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes, read again from the disk."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with open_regular(one) as first, open_regular(other) as second:
        while block := first.read(COPY_BLOCK):
            if block != second.read(COPY_BLOCK):
                return False
    return True


def output(path: Path, *, force: bool) -> Output:
    """Return where a command writes its result; ``WrongUse`` at once when the name is taken and nobody said ``--force``."""
    if os.path.lexists(path) and not force:
        raise WrongUse(f"{path} exists; nothing was overwritten (--force overwrites)")
    if path.is_dir():
        raise WrongUse(f"{path} is a folder; give the name of a file")
    return Output(path, force)


class Output:
    """A result file of a command: written whole or not at all."""

    def __init__(self, path: Path, force: bool) -> None:
        self.path = path
        self._force = force

    def write(self, data: bytes) -> None:
        """Write the result."""
        if self._force:
            replace(self.path, data)
            return
        try:
            put_new(self.path, data)
        except FileExistsError:
            raise WrongUse(f"{self.path} exists; nothing was overwritten (--force overwrites)") from None


def read_bounded(path: Path, limit: int, code: str) -> bytes:
    """Return a regular file of at most ``limit`` bytes; ``BadData`` with the code when it is larger or no file."""
    with open_regular(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise BadData(code, f"{path.name} is larger than {limit} bytes")
    return data


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading, never through a link to somewhere else; ``WrongUse`` names what is wrong."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise WrongUse(f"{path} is not there") from None
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise WrongUse(f"{path} is not a file")
    return os.fdopen(descriptor, "rb")


def sync(path: Path) -> None:
    """Make the bytes of a file durable that something else wrote."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.tmp")


@contextmanager
def _created(path: Path, mode: int, *, durable: bool = True) -> Iterator[BinaryIO]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(stream.fileno(), mode)
        yield stream
        stream.flush()
        if durable:
            os.fsync(stream.fileno())
