"""The trust list on disk: a root card that two people checked from paper, and every version since the first.

``root-card.json``, ``1.tar``, ``2.tar`` … The whole chain is verified each time it is loaded: a folder that somebody changed
does not load.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path

from waarmerk.errors import BadData, WrongUse
from waarmerk.machine import files
from waarmerk.seal.container import TRUST_LIST, Signed, largest
from waarmerk.seal.limits import MAX_TRUST_LIST
from waarmerk.seal.trust import RootCard, TrustList, accept_all, nothing_moved
from waarmerk.wire.digests import sha256

CARD = "root-card.json"
NUMBER = re.compile(r"[0-9]{1,9}")
"""Name of a version; whatever else lies in the folder is none."""


def versions(folder: Path) -> list[Path]:
    """Return the files of all versions, the first first; ``E-TRU-CHAIN`` when one is missing."""
    found = sorted(
        (path for path in folder.glob("*.tar") if NUMBER.fullmatch(path.stem)), key=lambda path: int(path.stem)
    )
    if [int(path.stem) for path in found] != list(range(1, len(found) + 1)):
        raise BadData("E-TRU-CHAIN", f"a version of the trust list is missing in {folder.name}")
    return found


def read(path: Path) -> Signed:
    """Return one signed list as it is; nothing is believed yet."""
    return Signed.from_bytes(files.read_bounded(path, largest(TRUST_LIST), "E-MAN-SIZE"), TRUST_LIST)


def knowing(listed: TrustList, folder: Path) -> TrustList:
    """Return a list that nobody signed yet, judged on the versions before it as far as they lie in the folder."""
    before = folder / f"{listed.version - 1}.tar"
    if not before.is_file():
        return listed
    held = knowing(TrustList.from_bytes(read(before).document), folder)
    return nothing_moved(held, listed) if held.sha256 == listed.previous else listed


class Watched:
    """The newest version of a folder, verified again only when a file there changed: not for each upload, junk or not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: tuple[object, TrustList | None] | None = None

    def newest(self) -> TrustList | None:
        """Return the newest version; ``None`` when there is none yet."""
        found = versions(self._folder)
        files_ = [path for path in (*found, self._folder / CARD) if path.exists()]
        stamp = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files_)
        with self._lock:
            if self._known is None or self._known[0] != stamp:
                self._known = (stamp, load(self._folder) if found else None)
            return self._known[1]


def load(folder: Path) -> TrustList:
    """Return the newest version, each accepted on the one before and the first under the root card; ``E-TRU-*``."""
    return _accepted(folder, versions(folder))


def accept(path: Path, folder: Path) -> TrustList:
    """File a list as the next version of the folder if it may follow what is there; raises as :func:`load`: nothing changed.

    Another list of a version that is here, signed by enough roots (``E-TRU-HASH``), is kept beside it: it proves what the
    holders of the root keys did (attack 39).
    """
    found, offered = versions(folder), read(path)
    version = TrustList.from_bytes(offered.document).version
    try:
        # Compared with the list that has its number, however long ago that was accepted.
        accepted = _accepted(folder, [*found[:version], path])
    except BadData as error:
        if error.code == "E-TRU-HASH":
            data = offered.to_bytes()
            files.put_same(folder / f"{version}.{sha256(data)[:16]}.twin.tar", data)
        raise
    files.put_new(folder / f"{accepted.version}.tar", offered.to_bytes())
    return accepted


def _accepted(folder: Path, found: list[Path]) -> TrustList:
    card_path = folder / CARD
    if not card_path.is_file():
        raise WrongUse(f"{card_path} is not there: the trust folder holds root-card.json, 1.tar, 2.tar …")
    card = RootCard.from_bytes(files.read_bounded(card_path, MAX_TRUST_LIST, "E-MAN-SIZE"))
    return accept_all((read(path) for path in found), card)
