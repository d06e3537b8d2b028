"""Any file given to any command: an exit code, words, a next step; nothing written, nothing late, nothing large (issue 3)."""

from pathlib import Path

import pytest

from tests.cli.zoo import animals, fill, folder_of_an_office, meet
from tests.dossier.house import eml

SECONDS = 2.0
"""Of the processor, so that a busy machine says nothing about the program; a wait without end meets the zoo's own limit."""
MIB = 100
TRUST = ("--trust", "trust")
CITY, CSB = ("--as", "gsb:0599"), ("--as", "csb:kiesraad")
COMMANDS = {
    "check": ("check", "@"),
    "check --json": ("check", "@", "--json"),
    "convert to EML": ("convert", "@", "out.xml"),
    "convert to CSV": ("convert", "@", "out.csv"),
    "convert with lists": ("convert", "good.xml", "@", "out.csv"),
    "seal": ("seal", "@", "-o", "out.draft", *CITY, "--to", "csb:kiesraad", *TRUST, "--outbox", "outbox"),
    "sign": ("sign", "@", "--key", "keys/a", *TRUST, "--outbox", "outbox", "--yes"),
    "sign with it as key": ("sign", "good.draft", "--key", "@", *TRUST, "--outbox", "outbox", "--yes"),
    "open": ("open", "@", "-o", "out", *CSB, *TRUST, "--keys", "machine"),
    "send": ("send", "@", "--to", "stick", *TRUST),
    "send to nobody": ("send", "@", "--to", "http://localhost:1", *TRUST),
    "receipt show": ("receipt", "show", "@"),
    "receipt show, verified": ("receipt", "show", "@", *TRUST),
    "receipt continue": ("receipt", "continue", "@", *CITY, *TRUST, "--outbox", "outbox"),
    "decide record": ("decide", "record", "@", "--as", "csb:kiesraad", "--folder", "csb"),
    "trust show": ("trust", "show", "@"),
    "trust sign": ("trust", "sign", "@", "--key", "keys/root-1", "--yes"),
    "trust add": ("trust", "add", "@", "--org", "gsb:0001", "--name", "x", "--person", "p1=keys/a"),
    "key show": ("key", "show", "@"),
    "verify": ("verify", "@", "--policy", "policy.txt"),
    "verify with it as proof": ("verify", "good.xml", "@", "--policy", "policy.txt"),
    "verify with it as policy": ("verify", "good.xml", "good.xml", "--policy", "@"),
    "tabulate": ("tabulate", "@", "-o", "out.xml"),
    "seats": ("seats", "@", "--seats", "9"),
    "simulate": ("simulate", "made", "--like", "@", "--municipality", "9901:Voorbeelddam"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    folder_of_an_office(made)
    fill(made)
    (made / "good.xml").write_bytes(eml())
    return made


@pytest.fixture(scope="module")
def draft(folder: Path) -> None:
    """A good draft, for commands that need one besides."""
    (told,) = meet(
        folder,
        ("seal", "@", "-o", "good.draft", *CITY, "--to", "csb:kiesraad", *TRUST, "--outbox", "outbox"),
        ["good.xml"],
    )
    assert told["code"] == 0, told


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything that is there, with size and time of change; folders only by name."""
    found = {}
    for path in folder.rglob("*"):
        stat = path.lstat()
        found[str(path.relative_to(folder))] = (0, 0) if path.is_dir() else (stat.st_size, stat.st_mtime_ns)
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_something_else_is_refused_in_words(folder: Path, draft: None, name: str) -> None:
    before = listing(folder)
    flaws = []
    # `verify` reads a file of any size to its end: that is what it is for.
    met = [animal for animal in animals(folder) if not (name == "verify" and "zeros" in animal)]
    for told in meet(folder, COMMANDS[name], met):
        wrong = [
            *([f"code {told['code']}"] if told["code"] not in (1, 2) else []),
            *(["a traceback"] if "Traceback" in told["err"] + told["out"] else []),
            *([told["err"]] if "WAARMERK_DEBUG" in told["err"] else []),
            *(["no words"] if not (told["err"] + told["out"]).strip() else []),
            *([f"{told['seconds']:.1f} s"] if told["seconds"] > SECONDS else []),
            *([f"{told['kib'] >> 10} MiB"] if told["kib"] > MIB << 10 else []),
        ]
        if wrong:
            flaws.append((" ".join(told["arguments"]), wrong))
    assert flaws == []
    assert listing(folder) == before
