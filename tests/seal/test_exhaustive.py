"""Every bit, every cut, every swap, every concatenation of a small envelope is refused, and nothing of it stays on disk."""

import tempfile
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.seal.envelopes import SIGNERS, container, entries, manifest, seal, sha256
from tests.seal.stf import FOLDER, IDENTITY, NIGHT, PAYLOAD_1, TRUST, private, signed
from waarmerk.office import keeper
from waarmerk.seal.container import TRUST_LIST
from waarmerk.seal.opening import Conditions
from waarmerk.wire import ustar

FILES = {"a.csv": b"a;b", "telling.eml.xml": PAYLOAD_1}
DOCUMENT = manifest(
    files=[
        {"name": name, "role": role, "size": len(FILES[name]), "sha256": sha256(FILES[name])}
        for name, role in (("a.csv", "csv-osv4-3"), ("telling.eml.xml", "eml-510b"))
    ]
)
ENTRIES = entries(DOCUMENT, signed(DOCUMENT, *SIGNERS).signatures, FILES)
PLAIN = container(ENTRIES)
STARTS = [place for place in range(0, len(PLAIN), ustar.BLOCK) if PLAIN[place + 257 : place + 262] == b"ustar"]
PARTS = [PLAIN[start:end] for start, end in pairwise([*STARTS, len(PLAIN) - len(ustar.END), len(PLAIN)])]


MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of its own in it)
"""A hundred thousand folders are made and removed: not on a disk, where there is another place."""


@pytest.fixture(scope="module")
def desk() -> Iterator["Desk"]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Desk(Path(folder))


@pytest.fixture(autouse=True)
def nothing_stays(desk: "Desk") -> Iterator[None]:
    """After all that a test refused, the folder is as it was."""
    yield
    assert not desk.left()


class Desk:
    """The keeper of the central committee, in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("keys", "trust"):
            (folder / name).mkdir()
        (folder / "keys" / "desk.age").write_text(IDENTITY)
        secret = private("csb-service").private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        (folder / "keys" / keeper.RECEIPT_KEY).write_bytes(secret)
        (folder / "trust" / "root-card.json").write_bytes((FOLDER / "root-card-1.json").read_bytes())
        listed = signed(TRUST, "root1", "root2", "root3", namespace="stf-trustlist-v1", name=TRUST_LIST)
        (folder / "trust" / "1.tar").write_bytes(listed.to_bytes())
        self._keeper = keeper._Child(folder, "csb:kiesraad")
        self._sealed = folder / "x.sealed"
        self._sealed.touch()
        self._before = set(folder.rglob("*"))

    def answer(self, sealed: bytes) -> str:
        """The code; empty when the files are in the store."""
        self._sealed.write_bytes(sealed)
        question = keeper._question("extract", self._sealed, NIGHT, Conditions())
        return str(self._keeper.answer(question).get("refused", ""))

    def left(self) -> set[Path]:
        """What was not there before."""
        return set(self.folder.rglob("*")) - self._before

    def refuses(self, sealed: bytes, why: object) -> None:
        assert self.answer(sealed).startswith("E-"), why


def test_the_good_envelope_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.answer(seal(PLAIN)) == ""
    kept = {path.read_bytes() for path in desk.left() if path.parent.name == "files"}
    assert kept == set(FILES.values())
    assert len(PARTS) == 6 and b"".join(PARTS) == PLAIN


def test_every_swap_of_two_entries_is_refused(desk: Desk) -> None:
    for one, other in combinations(range(len(PARTS)), 2):
        swapped = list(PARTS)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        desk.refuses(seal(b"".join(swapped)), (one, other))
        if one < other < len(ENTRIES):
            # The data swapped under names that stay.
            items = list(ENTRIES)
            items[one], items[other] = (items[one][0], items[other][1]), (items[other][0], items[one][1])
            desk.refuses(seal(container(items)), (one, other))


def concatenations() -> Iterator[bytes]:
    """Two whole ones, and every beginning with every end of which the result is another."""
    sealed = seal(PLAIN)
    yield sealed + sealed
    yield PLAIN
    yield sealed + PLAIN
    yield PLAIN + sealed
    for cut in range(len(PARTS) + 1):
        for start in range(len(PARTS) + 1):
            if start != cut:
                yield seal(b"".join(PARTS[:cut] + PARTS[start:]))


def test_every_concatenation_is_refused(desk: Desk) -> None:
    for number, made in enumerate(concatenations()):
        desk.refuses(made, number)


@pytest.mark.slow
def test_every_bit_and_every_cut_of_an_envelope_is_refused(desk: Desk) -> None:
    sealed = seal(PLAIN)
    for place in range(len(sealed)):
        desk.refuses(sealed[:place], place)
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            desk.refuses(bytes(changed), (place, bit))


@pytest.mark.slow
def test_every_bit_and_every_cut_inside_the_seal_is_refused(desk: Desk) -> None:
    """As if somebody who knows the receiver's public key sealed it again."""
    for place in range(len(PLAIN)):
        desk.refuses(seal(PLAIN[:place]), place)
        for bit in range(8):
            changed = bytearray(PLAIN)
            changed[place] ^= 1 << bit
            desk.refuses(seal(bytes(changed)), (place, bit))
