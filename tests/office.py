"""An exercise with keys and a trust list, for tests that need one: real keys of ``ssh-keygen``, real commands, a real service."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from click.testing import CliRunner

from waarmerk.cli import main
from waarmerk.cli.demo import form_of, free_port, wait_for
from waarmerk.errors import Unreachable
from waarmerk.machine.http import Visitor

CSB, CITY = "csb:kiesraad", "gsb:0599"
ORIGIN = "uitslag.example/tk2023"


class Office:
    """A folder in which everyone of an exercise has keys, with a trust list that two of three roots signed."""

    def __init__(self, folder: Path, election: str = "TK2023", city: str = CITY, name: str = "Rotterdam") -> None:
        self.folder = folder
        self.city = city
        for key in ("root-1", "root-2", "root-3", "a", "b", "c", "x", "y"):
            self.waarmerk("key", "new", "--person", "--no-passphrase", f"keys/{key}")
        for key in ("csb/keys/desk.age", "csb/keys/safe.age"):
            self.waarmerk("key", "new", "--machine", key)
        for key in ("csb/keys/receipt_ed25519", "keys/log"):
            self.waarmerk("key", "new", "--service", key)
        roots = [part for n in (1, 2, 3) for part in ("--root", f"keys/root-{n}")]
        start = ("trust", "new", "-o", "list.tar", "--card", "trust/root-card.json", "--election", election)
        self.waarmerk(*start, "--environment", "exercise", *roots)
        add = ("trust", "add", "list.tar", "--org")
        log = self.waarmerk("key", "show", "--log", ORIGIN, "keys/log").strip()
        recipients = ("--recipient", "csb/keys/desk.age.pub", "--recipient", "csb/keys/safe.age.pub")
        people = ("--person", "p1=keys/x", "--person", "p2=keys/y")
        self.waarmerk(*add, CSB, "--name", "Kiesraad", *people, "--roles", "accept", *recipients, "--log", log)
        self.waarmerk(*add, CSB, "--person", "svc=csb/keys/receipt_ed25519", "--roles", "receipt")
        signers = ("--person", "p1=keys/a", "--person", "p2=keys/b", "--person", "p2=keys/c")
        self.waarmerk(*add, city, "--name", name, *signers, "--to", CSB, "--expected")
        for n in (1, 3):
            self.waarmerk("trust", "sign", "list.tar", "--key", f"keys/root-{n}", "--yes")
        self.publish_list(1)

    def publish_list(self, version: int) -> None:
        """Give everyone a version of the list."""
        for place in ("trust", "csb/trust"):
            (self.folder / place).mkdir(parents=True, exist_ok=True)
            source = self.folder / ("list.tar" if version == 1 else f"{version}.tar")
            (self.folder / place / f"{version}.tar").write_bytes(source.read_bytes())
            card = (self.folder / "trust" / "root-card.json").read_bytes()
            (self.folder / place / "root-card.json").write_bytes(card)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real command in the folder."""
        command = [sys.executable, "-m", "waarmerk", *arguments]
        environment = {**os.environ, "WAARMERK_LANG": "nl"}
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env=environment)

    def waarmerk(self, *arguments: str, code: int = 0) -> str:
        """Run the real command and return what it printed; the exit code must be as said."""
        done = self.run(*arguments)
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def envelope(
        self, *files: str, keys: tuple[str, str] = ("a", "b"), outbox: str = "outbox", more: tuple[str, ...] = ()
    ) -> Path:
        """Seal files with two signatures and return the envelope."""
        draft = f"{outbox}.draft"
        before = set((self.folder / outbox).rglob("*.sealed"))
        start = ("seal", *files, "-o", draft, "--force", "--as", self.city, "--to", CSB)
        self.waarmerk(*start, "--trust", "trust", "--outbox", outbox, *more)
        for key in keys:
            self.waarmerk("sign", draft, "--key", f"keys/{key}", "--trust", "trust", "--outbox", outbox, "--yes")
        return next(iter(set((self.folder / outbox).rglob("*.sealed")) - before))

    @contextmanager
    def service(self) -> Iterator["Service"]:
        """Run the committee's program for as long as the block lasts."""
        port = free_port()
        command = [sys.executable, "-m", "waarmerk", "serve", "--as", CSB, "--folder", "csb", "--port", str(port)]
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            link = next(line.split()[-1] for line in process.stdout if "/enter/" in line)
            address = f"http://localhost:{port}"
            wait_for(lambda: Visitor(address).get("/healthz").status == 200)
            yield Service(address, link, process)
        finally:
            process.terminate()
            process.wait()


class Quick(Office):
    """The same office with its commands run in this process, because most of a command's time is the start of Python."""

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command in the folder; ``typed`` is what a person types."""
        with chdir(self.folder):
            done = CliRunner().invoke(main, arguments, input=typed, env={"WAARMERK_LANG": "nl"})
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


class Service:
    """A committee's program that runs, and a person at its pages."""

    def __init__(self, address: str, link: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process
        self.person = Visitor(address)
        self.link = link.removeprefix(address)

    def enter(self) -> Visitor:
        """Use the one-time link."""
        page = self.person.get(self.link)
        self.person.post(self.link, form_of(page.body.decode()))
        return self.person

    def page(self, path: str) -> str:
        """Return a page as text."""
        return self.person.get(path).body.decode()

    def delivery(self, name: str) -> str:
        """Return the address of an authority's delivery, from the board, once it was examined."""
        row = re.compile(rf'href="(/deliveries/[0-9a-f]{{64}})"><bdi>{name}')
        wait_for(lambda: row.search(self.page("/")))
        found = row.search(self.page("/"))
        if found is None:
            raise Unreachable(name)
        wait_for(lambda: "nagekeken" in self.page(found[1]) or "geweigerd" in self.page(found[1]))
        return found[1]
