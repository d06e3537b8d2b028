"""``waarmerk demo``: a small election night on this machine, with the real commands and the real service.

Three municipalities of one district send their count to the central committee: Rotterdam's real one, a made-up one by stick,
and one whose first delivery was altered on the way. The committee accepts Rotterdam against paper, publishes, and a stranger
verifies. Each step is one sentence with its evidence.
"""

from __future__ import annotations

import functools
import html
import http.server
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from waarmerk.cli import echo, language, options, words
from waarmerk.errors import Unreachable, WrongUse
from waarmerk.machine import files, sshkeygen
from waarmerk.machine.http import Visitor

ELECTION, DISTRICT = "TK2023", "13:Rotterdam"
CSB = "csb:kiesraad"
CITY, SMALL, ALTERED = ("gsb:0599", "Rotterdam"), ("gsb:9901", "Voorbeelddam"), ("gsb:9902", "Proefdorp")
"""The last two do not exist: codes and names are made up, so that nobody is shown with figures that are not theirs."""
ORIGIN = "uitslag.example/tk2023"
EXAMPLE = "osv4-3_telling_tk2023_gemeente_rotterdam.zip"
DIGEST = re.compile("Vingerafdruk|Fingerprint")
PAPER = {
    "Toegelaten": "admitted", "Geldig": "valid", "Blanco": "blank", "Ongeldig": "invalid",
    "Admitted": "admitted", "Valid": "valid", "Blank": "blank", "Invalid": "invalid",
}  # fmt: skip
PATIENCE = 60
"""Seconds to wait for a service to answer or an examination to end."""


@click.command()
@click.option("--folder", type=options.FOLDER, help="Where everything is kept (default: a new temporary folder).")
@click.option("--no-serve", is_flag=True, help="End after the last step instead of keeping the pages open.")
def demo(folder: Path | None, no_serve: bool) -> None:
    """Show a whole small election night on this machine."""
    sshkeygen.require()
    place = folder or Path(tempfile.mkdtemp(prefix="waarmerk-demo-"))
    if place.exists() and any(place.iterdir()):
        raise WrongUse(f"{place} is not empty; give a new folder")
    place.mkdir(parents=True, exist_ok=True)
    night = Night(place.resolve())
    try:
        night.run()
        if not no_serve:
            night.keep_open()
    finally:
        night.close()


class Night:
    """One election night in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.say, self.lang = words(), language()
        self.step = 0
        self.service: subprocess.Popen[str] | None = None
        self.address = ""
        self.board = ""
        self.city_envelope = folder
        self.started = time.monotonic()

    def run(self) -> None:
        """All steps, in order."""
        self.tell("start", folder=self.folder)
        self.keys_and_list()
        self.open_committee()
        self.city()
        self.by_stick()
        self.altered_on_the_way()
        visitor = self.look_at_board()
        self.accept(visitor)
        self.publish(visitor)
        self.verify()
        echo()
        self.tell("done", seconds=round(time.monotonic() - self.started))

    # --- the steps

    def keys_and_list(self) -> None:
        """Everyone makes a key; two of three root holders sign the list of whose signature counts."""
        self.head("keys")
        names = ["root-1", "root-2", "root-3", "kiesraad-1", "kiesraad-2"]
        names += [f"{name.lower()}-{number}" for _, name in (CITY, SMALL, ALTERED) for number in (1, 2)]
        for name in names:
            self.waarmerk("key", "new", "--person", "--no-passphrase", f"keys/{name}")
        for name in ("kiesraad/keys/werkplek.age", "kiesraad/keys/kluis.age"):
            self.waarmerk("key", "new", "--machine", name)
        for name in ("kiesraad/keys/receipt_ed25519", "keys/log"):
            self.waarmerk("key", "new", "--service", name)
        roots = [part for number in (1, 2, 3) for part in ("--root", f"keys/root-{number}")]
        self.waarmerk(
            "trust", "new", "-o", "trust-list.tar", "--card", "trust/root-card.json",
            "--election", ELECTION, "--environment", "exercise", *roots,
        )  # fmt: skip
        self.list_organisations()
        for number in (1, 3):
            self.waarmerk("trust", "sign", "trust-list.tar", "--key", f"keys/root-{number}", "--yes")
        for where in ("trust", "kiesraad/trust"):
            files.put_new(self.folder / where / "1.tar", (self.folder / "trust-list.tar").read_bytes())
        files.put_new(
            self.folder / "kiesraad/trust/root-card.json", (self.folder / "trust/root-card.json").read_bytes()
        )
        files.put_new(
            self.folder / "allowed_signers", self.waarmerk("trust", "allowed-signers", "trust-list.tar").encode()
        )
        self.tell("keys.done", path=self.folder / "allowed_signers")

    def list_organisations(self) -> None:
        """Who sends, who receives, who accepts, which log."""
        log = self.waarmerk("key", "show", "--log", ORIGIN, "keys/log").strip()
        recipients = ["--recipient", "kiesraad/keys/werkplek.age.pub", "--recipient", "kiesraad/keys/kluis.age.pub"]
        people = ["--person", "p1=keys/kiesraad-1", "--person", "p2=keys/kiesraad-2"]
        add = ("trust", "add", "trust-list.tar", "--org")
        self.waarmerk(*add, CSB, "--name", "Kiesraad", *people, "--roles", "accept", *recipients, "--log", log)
        self.waarmerk(*add, CSB, "--person", "dienst=kiesraad/keys/receipt_ed25519", "--roles", "receipt")
        for org, name in (CITY, SMALL, ALTERED):
            signers = [part for number in (1, 2) for part in ("--person", f"p{number}=keys/{name.lower()}-{number}")]
            self.waarmerk(*add, org, "--name", name, *signers, "--to", CSB, "--expected")

    def open_committee(self) -> None:
        """The committee's program starts, at a free port."""
        self.head("committee")
        port = free_port()
        self.address = f"http://localhost:{port}"
        command = [sys.executable, "-m", "waarmerk", "serve", "--as", CSB, "--folder", "kiesraad", "--port", str(port)]
        with (self.folder / "kiesraad" / "service.log").open("w") as log:
            self.service = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.service.stdout or ():
            if "/enter/" in line:
                self.board = line.split()[-1]
                break
        wait_for(lambda: Visitor(self.address).get("/healthz").status == 200)
        self.tell("committee.done", address=self.address)

    def city(self) -> None:
        """Rotterdam: the city's own file becomes EML, is checked, sealed by two people, and sent."""
        self.head("city")
        example = f"rotterdam/{EXAMPLE}"
        files.put_new(self.folder / example, find_example().read_bytes())
        self.waarmerk("convert", example, "rotterdam/telling.eml.xml", "--contest", DISTRICT)
        checked = self.waarmerk("check", example, "--protocol", "tk2025", accept=(1,))
        self.show("\n".join(checked.splitlines()[:12]))
        self.city_envelope = self.seal(CITY, "rotterdam/telling.eml.xml")
        self.show(self.send(self.city_envelope, self.address))
        self.tell("city.done")

    def by_stick(self) -> None:
        """A made-up municipality sends the same kind of envelope by stick."""
        self.head("stick")
        self.simulate(SMALL, seed=1)
        envelope = self.seal(SMALL, "voorbeelddam/telling.eml.xml")
        (self.folder / "stick").mkdir()
        self.send(envelope, "stick")
        self.show(self.waarmerk("receive", "stick", "--to", self.address))
        self.show(self.send(envelope, "stick"))
        self.tell("stick.done")

    def altered_on_the_way(self) -> None:
        """One byte is changed under way: refused with a code. The good envelope is received."""
        self.head("altered")
        self.simulate(ALTERED, seed=2)
        envelope = self.seal(ALTERED, "proefdorp/telling.eml.xml")
        (self.folder / "onderweg").mkdir()
        copied = bytearray(envelope.read_bytes())
        copied[len(copied) // 2] ^= 1
        (self.folder / "onderweg" / "veranderd.sealed").write_bytes(copied)
        self.show(self.waarmerk("receive", "onderweg", "--to", self.address, accept=(1,)))
        self.show(self.send(envelope, self.address))
        self.tell("altered.done")

    def look_at_board(self) -> Visitor:
        """The committee sees what came in and what is remarkable."""
        self.head("board")
        visitor = Visitor(self.address)
        entry = self.board.removeprefix(self.address)
        visitor.post(entry, form_of(visitor.get(entry).body.decode()))
        wait_for(lambda: re.search(r"[ >]209 [a-z]", visitor.get("/").body.decode()))
        page = visitor.get("/").body.decode()
        for where, title in re.findall(r'<p class="where">(.*?)</p>.<h3[^>]*>(.*?)</h3>', page, re.DOTALL)[:3]:
            self.show("· " + html.unescape(" ".join(re.sub(r"<[^>]+>", " ", f"{where} · {title}").split())))
        self.tell("board.done", findings=len(re.findall(r"<article", page)))
        return visitor

    def accept(self, visitor: Visitor) -> None:
        """Two people compare with paper: one types the digest, the other the totals; both sign."""
        self.head("accept")
        link = re.search(r'href="(/deliveries/[0-9a-f]{64})"><bdi>Rotterdam', visitor.get("/").body.decode())
        if link is None:
            raise RuntimeError("Rotterdam is not on the board")
        page, paper = link[1], Paper((self.folder / "papier" / "rotterdam.txt").read_text("utf-8"))
        hidden = form_of(visitor.get(page).body.decode())
        wrong = paper.digest[:-1] + ("0" if paper.digest[-1] != "0" else "1")
        answer = visitor.post(f"{page}/digest", {**hidden, "person": "Anna", "digest": wrong})
        self.show(f"· {answer.status}: " + self.say("demo.accept.wrong"))
        visitor.post(f"{page}/digest", {**hidden, "person": "Anna", "digest": paper.digest})
        visitor.post(f"{page}/totals", {**hidden, "person": "Bram", **paper.totals})
        for number in (1, 2):
            draft = self.folder / "kiesraad" / f"accept-{number}.draft"
            draft.write_bytes(visitor.get(f"{page}/accept.draft").body)
            self.waarmerk("sign", str(draft), "--key", f"keys/kiesraad-{number}", "--trust", "trust", "--yes")
        signed = {f"signature-{n}": (self.folder / "kiesraad" / f"accept-{n}.draft").read_bytes() for n in (1, 2)}
        done = visitor.post(f"{page}/accept", hidden, signed)
        if done.status != 200 or "accepted" not in done.body.decode():
            raise RuntimeError(f"Rotterdam was not accepted ({done.status})")
        self.show(self.send(self.city_envelope, self.address))
        self.tell("accept.done")

    def publish(self, visitor: Visitor) -> None:
        """What was accepted is added up and stands in a public log, with pages that anyone can mirror."""
        self.head("publish")
        totals = visitor.get("/").body.decode().split('id="totals"')[1].split('id="findings"')[0]
        self.show("· " + " ".join(re.sub(r"<[^>]+>", " ", totals.split("<table")[0]).split()[1:]).lstrip("> "))
        (self.folder / "aanvaard").mkdir()
        accepted = (self.folder / "rotterdam/telling.eml.xml").read_bytes()
        (self.folder / "aanvaard" / "rotterdam.eml.xml").write_bytes(accepted)
        added = self.waarmerk("tabulate", "aanvaard", "-o", "aanvaard/kieskring-13.xml").splitlines()
        self.show("\n".join(["· waarmerk tabulate aanvaard", *added[:7], "  …", *added[-2:]]))
        self.show(
            self.waarmerk(
                "publish", "public", "--as", CSB, "--folder", "kiesraad", "--log-key", "keys/log", "--origin", ORIGIN
            )
        )
        self.tell("publish.done", path=self.folder / "public")

    def verify(self) -> None:
        """A stranger checks one file and the whole folder, without network; one changed byte is found."""
        self.head("verify")
        file = self.folder / "rotterdam/telling.eml.xml"
        proof = self.folder / "public/proofs" / f"{files.sha256(file)}.tlog-proof"
        self.show(self.waarmerk("verify", str(file), str(proof), "--policy", "public/policy.txt"))
        self.show(self.waarmerk("verify", "public"))
        changed = bytearray(file.read_bytes())
        at = changed.index(b"<ValidVotes>") + len(b"<ValidVotes>")
        changed[at] = changed[at] ^ 1
        (self.folder / "veranderd.eml.xml").write_bytes(changed)
        self.show(
            self.waarmerk("verify", "veranderd.eml.xml", str(proof), "--policy", "public/policy.txt", accept=(1,))
        )
        self.tell("verify.done")

    # --- what the steps share

    def simulate(self, who: tuple[str, str], seed: int) -> None:
        """Make up the count of a municipality in Rotterdam's contest."""
        org, name = who
        self.waarmerk(
            "simulate", name.lower(), "--seed", str(seed), "--like", "rotterdam/telling.eml.xml",
            "--municipality", f"{org.removeprefix('gsb:')}:{name}",
        )  # fmt: skip

    def seal(self, who: tuple[str, str], path: str) -> Path:
        """Draft, two signatures, envelope; what the draft says is kept as the paper record."""
        org, name = who
        draft, outbox = f"{name.lower()}.draft", f"envelopes/{name.lower()}"
        record = self.waarmerk(
            "seal", path, "-o", draft, "--as", org, "--to", CSB, "--trust", "trust", "--outbox", outbox
        )
        files.put_new(self.folder / "papier" / f"{name.lower()}.txt", record.encode())
        for number in (1, 2):
            key = f"keys/{name.lower()}-{number}"
            self.waarmerk("sign", draft, "--key", key, "--trust", "trust", "--outbox", outbox, "--yes")
        return next((self.folder / outbox).rglob("*.sealed"))

    def send(self, envelope: Path, to: str) -> str:
        """Send an envelope, and keep the receipts that came back in one folder."""
        said = self.waarmerk("send", str(envelope.relative_to(self.folder)), "--to", to, "--trust", "trust")
        for receipt in envelope.parent.glob("*.receipt-*.tar"):
            name = envelope.relative_to(self.folder / "envelopes").parts[0]
            files.put_same(self.folder / "receipts" / f"{name}.{receipt.name}", receipt.read_bytes())
        return said

    def waarmerk(self, *arguments: str, accept: Sequence[int] = ()) -> str:
        """Run a real command in the folder and return what it printed; any other exit code ends the demo."""
        command = [sys.executable, "-m", "waarmerk", "--lang", self.lang, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, *accept):
            raise WrongUse(f"waarmerk {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def head(self, key: str) -> None:
        """Begin a step."""
        self.step += 1
        echo()
        click.secho(f"{self.step}. {self.say(f'demo.{key}.title')}", bold=True)

    def tell(self, key: str, **values: object) -> None:
        """Say one sentence."""
        echo(("   " if self.step and key != "done" else "") + self.say(f"demo.{key}", **values))

    def show(self, text: str) -> None:
        """Show evidence, indented."""
        for line in text.rstrip().splitlines():
            echo(f"   │ {line}")

    def keep_open(self) -> None:
        """Serve the public pages too and wait until somebody stops."""
        handler = functools.partial(Quiet, directory=str(self.folder / "public"))
        public = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), handler)
        threading.Thread(target=public.serve_forever, daemon=True).start()
        link = self.waarmerk(
            "serve", "--as", CSB, "--folder", "kiesraad", "--port", self.address.rsplit(":", 1)[1], "--link"
        )
        board = next(line.split()[-1] for line in link.splitlines() if "/enter/" in line)
        echo()
        self.tell("open", board=board, public=f"http://localhost:{public.server_address[1]}/")
        try:
            signal.pause()
        except KeyboardInterrupt:
            echo()

    def close(self) -> None:
        """Stop the service."""
        if self.service is not None:
            self.service.terminate()
            self.service.wait()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves static files without a line for each."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Paper:
    """The paper record as somebody reads it: the digest in 16 groups, and the totals."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self.digest = " ".join(re.findall(r"\b[0-9A-F]{4}\b", next(line for line in lines if DIGEST.match(line))))
        self.totals = {}
        for line in lines:
            words, _, number = line.rpartition(" ")
            number = re.sub("[.,]", "", number)
            found = re.match(r"\s+(\d+)  ", line)
            if found and number.isdigit():
                self.totals[f"list-{found[1]}"] = number
            elif words.strip() in PAPER and number.isdigit():
                self.totals[PAPER[words.strip()]] = number


def form_of(page: str) -> Mapping[str, str]:
    """Return the hidden field of the first form of a page."""
    found = re.search(r'name="(csrfmiddlewaretoken)" value="([^"]+)"', page)
    return {found[1]: found[2]} if found else {}


def find_example() -> Path:
    """Return Rotterdam's file as it ships with the project."""
    for folder in (Path.cwd(), *Path(__file__).resolve().parents):
        if (folder / "examples" / EXAMPLE).is_file():
            return folder / "examples" / EXAMPLE
    raise WrongUse(f"examples/{EXAMPLE} is not there: run the demo in a checkout of the project")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(holds: object) -> None:
    """Wait until something is so; ``Unreachable`` after :data:`PATIENCE` seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if callable(holds) and holds():
                return
        except Unreachable:
            pass
        time.sleep(0.1)
    raise Unreachable("the service did not answer in time")
