"""Files that are not what a command asks for, and a child process in which a command meets them all."""

import io
import json
import os
import random
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.dossier.house import CITY, ELECTION, public, signed_by, trust
from tests.seal.stf import IDENTITY, private
from waarmerk.office import trust_editing
from waarmerk.seal.container import TRUST_LIST, Signed
from waarmerk.wire import ustar

HUGE = 200 << 20
"""Bytes of zeros; sparse, so that they take no room."""
ZEROS = 700 << 20
"""The largest of them: nearly a whole envelope (attack 118)."""
STANZAS = 100_000
NESTED = 10_000
DOCUMENTS = ("manifest", "receipt", "trust-list", "decision")


def folder_of_an_office(folder: Path) -> None:
    """Keys, a trust list and a root card, made in this process."""
    roots = [public(f"root{n}") for n in (1, 2)]
    card = trust_editing.card(election=ELECTION, environment="exercise", roots=roots, threshold=2)
    signed = signed_by(Signed(TRUST_LIST, trust().data, {}), "stf-trustlist-v1", "root1", "root2")
    (folder / "trust").mkdir()
    (folder / "trust" / "root-card.json").write_bytes(card)
    (folder / "trust" / "1.tar").write_bytes(signed.to_bytes())
    for name, label in (("a", f"{CITY}/a"), ("root-1", "root1")):
        key = folder / "keys" / name
        key.parent.mkdir(exist_ok=True)
        key.write_bytes(private(label).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        key.chmod(0o600)
        key.with_name(f"{name}.pub").write_text(f"{public(label).text} x\n")
    (folder / "machine").mkdir()
    (folder / "machine" / "desk.age").write_text(IDENTITY)
    (folder / "stick").mkdir()
    (folder / "policy.txt").write_text("quorum none\n")


def entry(name: str, data: bytes) -> bytes:
    """A container with one document of any bytes, and nothing wrong with the container."""
    out = io.BytesIO()
    ustar.write_entry(out, name, data)
    return out.getvalue() + ustar.END


def fill(folder: Path) -> None:
    """Put every animal into a folder of its own, ``zoo/``."""
    zoo = folder / "zoo"
    zoo.mkdir()
    noise = random.Random(1).randbytes(65_536)  # noqa: S311 -- the same bytes each time
    plain = {
        "empty.xml": b"", "empty.csv": b"", "empty.zip": b"", "one.xml": b"a", "one.csv": b"a", "one.sealed": b"a",
        "noise.xml": noise, "noise.csv": noise, "noise.zip": noise, "noise.sealed": noise,
        "paper.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + noise, "paper.xml": b"%PDF-1.7\n" + noise,
        "wrong.json": b'{"format":"stf-receipt/1","verdict":"received"}', "deep.json": b"[" * 200_000,
        "manifest.tar": b"manifest.json\0" + bytes(5_000), "receipt.tar": b"receipt.json\0" + bytes(5_000),
        "list.tar": b"trust-list.json\0" + noise, "line.csv": b"x" * 3_000_000, "text.xml": "Geen telling \u00e9\n".encode(),
        "other.xml": b"<?xml version='1.0'?><html/>", "entity.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><EML>&b;</EML>",
        "deep.xml": b"<a>" * 100_000, "nul.csv": b'"Verkiezing";;"a"\n\0', "age.sealed": b"age-encryption.org/v1\n-> X25519 a\n",
        "stanzas.sealed": b"age-encryption.org/v1\n" + b"-> X25519 a\nQUJD\n" * STANZAS, "nested.json": b"[" * NESTED,
        "endless.sealed": b"age-encryption.org/v1\n-> X25519 " + b"a" * 10_000_000,
        **{f"nested-{name}.tar": entry(f"{name}.json", b"[" * NESTED) for name in DOCUMENTS},
        "decision.tar": entry("decision.json", b'{"format":"stf-decision/1"}'), "open.tar": entry("manifest.json", b"{}"),
    }  # fmt: skip
    for name, data in plain.items():
        (zoo / name).write_bytes(data)
    for name in ("huge.xml", "huge.csv", "huge.zip", "zeros.sealed", "huge.tar"):
        with (zoo / name).open("wb") as out:
            out.truncate(ZEROS if name == "zeros.sealed" else HUGE)
    with zipfile.ZipFile(zoo / "odd.zip", "w") as archive:
        archive.writestr("../../escape.xml", b"<EML/>")
    with zipfile.ZipFile(zoo / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", bytes(50 << 20))
    with tarfile.open(zoo / "odd.tar", "w") as archive_:
        for name in ("manifest.json", "../escape", "/etc/passwd"):
            archive_.addfile(tarfile.TarInfo(name), io.BytesIO())
    (zoo / "folder.xml").mkdir()
    (zoo / "link.xml").symlink_to(zoo / "other.xml")
    (zoo / "loop.xml").symlink_to(zoo / "loop.xml")
    os.mkfifo(zoo / "pipe.xml")
    (zoo / "closed.xml").write_bytes(b"<EML/>")
    (zoo / "closed.xml").chmod(0)


PATIENCE = 30
"""Seconds for one command and all animals; whatever is not done then hangs."""
ABSENT = ("missing.xml", "no/such/folder.xml")


def animals(folder: Path) -> list[str]:
    """Every name, also of what is not there; a closed file is open to an administrator."""
    names = [path.name for path in sorted((folder / "zoo").iterdir())]
    closed = os.access(folder / "zoo" / "closed.xml", os.R_OK)
    return [f"zoo/{name}" for name in [*names, *ABSENT] if not (closed and name == "closed.xml")]


def meet(folder: Path, command: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """Run a command (``@`` is the animal) on every animal, in one child; return what happened each time."""
    question = json.dumps([[part.replace("@", name) for part in command] for name in names])
    command_ = [sys.executable, "-m", "tests.cli.zoo"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(
        command_, cwd=folder, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        try:
            out, _ = child.communicate(question, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
    met = [json.loads(line) for line in out.splitlines()]
    if len(met) < len(names):
        met.append(
            {"arguments": [*command, names[len(met)]], "code": "never", "out": "", "err": "", "seconds": 0, "kib": 0}
        )
    return met


def _child() -> None:
    import contextlib
    import importlib

    from waarmerk.cli import COMMANDS, main

    runs = json.load(sys.stdin)
    importlib.import_module(f"waarmerk.cli.{COMMANDS[runs[0][0]]}")
    answers = sys.stdout
    for arguments in runs:
        out, err = io.StringIO(), io.StringIO()
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, sum(os.times()[:4])
        code: object = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main.main(["--lang", "nl", *arguments], prog_name="waarmerk")
            except SystemExit as end:
                code = end.code
            except BaseException as error:
                code = repr(error)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        said = {"arguments": arguments, "code": code, "out": out.getvalue()[-3000:], "err": err.getvalue()[-3000:]}
        print(json.dumps({**said, "seconds": sum(os.times()[:4]) - began, "kib": grown}), file=answers, flush=True)


if __name__ == "__main__":
    _child()
