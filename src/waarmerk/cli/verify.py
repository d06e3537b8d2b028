"""``waarmerk verify``: is this what the public log has? For a file with its proof, or a whole public folder; without network."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import click

from waarmerk.cli import echo, echo_json, language
from waarmerk.errors import WrongUse
from waarmerk.ledger.policy import MAX_POLICY
from waarmerk.ledger.proof import MAX_PROOF_FILE
from waarmerk.machine import clock
from waarmerk.machine.files import COPY_BLOCK, open_regular, read_bounded
from waarmerk.pages.screens import Words, words
from waarmerk.publication import layout
from waarmerk.publication.report import Outcome, Report, Step
from waarmerk.publication.verify import verify_file

SHOWN = 20
"""Things that are wrong, shown in one step; ``--json`` has them all."""
MAX_STDIN = 256 << 20
"""Bytes taken from a pipe: the largest public file."""
MAX_CARD = 65_536


@click.command()
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("proof", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--policy", type=click.Path(path_type=Path, dir_okay=False), help="Which log and witnesses you trust.")
@click.option("--root-card", type=click.Path(path_type=Path, dir_okay=False), help="For a folder: the card you trust.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="Language of the sentences.")
@click.pass_context
def verify(
    ctx: click.Context,
    path: Path,
    proof: Path | None,
    policy: Path | None,
    root_card: Path | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Verify a published FILE with its PROOF, or a whole public FOLDER. Uses no network.

    Without PROOF it is looked for beside FILE, and in the public folder that FILE is part of.
    Exit code 0: verified; 1: not verified; 2: wrong use, or something could not be read.
    """
    say = words(lang or language(ctx), "verify")
    if path.is_dir():
        if proof is not None:
            raise WrongUse("a folder holds its own proofs; give only the folder")
        report = _folder(path, policy, root_card)
    else:
        report = _file(path, proof, policy, say)
    if as_json:
        echo_json(report.to_json(), indent=1)
    else:
        echo("\n".join(_text(report, say)))
    ctx.exit(report.exit_code)


def _folder(path: Path, policy: Path | None, root_card: Path | None) -> Report:
    # Loaded here: a single file is verified without seals, counts and pages.
    from waarmerk.publication.folder import Trusted, verify_folder
    from waarmerk.publication.read import Folder
    from waarmerk.publication.sums import wrong_sums
    from waarmerk.seal.trust import RootCard
    from waarmerk.site.build import pages

    if not (path / layout.CHECKPOINT).exists() and not (path / layout.TILES).is_dir():
        raise WrongUse(f"{path} is not a public folder: it has no {layout.CHECKPOINT}")
    trusted = Trusted(
        policy=read_bounded(policy, MAX_POLICY, "E-LOG-POLICY") if policy else None,
        card=RootCard.from_bytes(read_bounded(root_card, MAX_CARD, "E-MAN-SIZE")) if root_card else None,
    )
    return verify_folder(Folder(path), now=clock.now(), trusted=trusted, sums=wrong_sums, pages=lambda: pages(path))


def _file(path: Path, proof: Path | None, policy: Path | None, say: Words) -> Report:
    with _opened(path) as stream:
        found = proof or _proof_of(path, stream)
        trusted = policy or _policy_near(found)
        if trusted is None:
            raise WrongUse(f"no --policy was given, and there is no {layout.POLICY} near {found}")
        if policy is None:
            echo(say("policy-found", path=trusted), err=True)
        stream.seek(0)
        return verify_file(
            stream,
            read_bounded(found, MAX_PROOF_FILE, "E-LOG-PROOF"),
            read_bounded(trusted, MAX_POLICY, "E-LOG-POLICY"),
            now=clock.now(),
        )


def _opened(path: Path) -> BinaryIO:
    return BytesIO(sys.stdin.buffer.read(MAX_STDIN)) if str(path) == "-" else open_regular(path)


def _proof_of(path: Path, stream: BinaryIO) -> Path:
    """The proof beside a file, or that of its hash in the public folder around it."""
    beside = path.with_name(path.name + ".tlog-proof")
    if str(path) != "-" and beside.is_file():
        return beside
    digest = hashlib.sha256()
    while block := stream.read(COPY_BLOCK):
        digest.update(block)
    inside = path.resolve().parent / "../../.." / layout.proof(digest.hexdigest())
    if str(path) != "-" and inside.is_file():
        return inside.resolve()
    raise WrongUse(f"no proof was given, and there is no {beside.name} beside the file")


def _policy_near(proof: Path) -> Path | None:
    near = (proof.parent / layout.POLICY, proof.parent.parent / layout.POLICY)
    return next((path for path in near if path.is_file()), None)


def _text(report: Report, say: Words) -> Iterator[str]:
    for step in report.steps:
        yield from _step(report.subject, step, say)
    yield ""
    yield say(f"{report.subject}.{'verified' if report.ok else 'not-verified'}")
    if report.files:
        yield say("named", files=", ".join(report.files[:SHOWN]))


def _step(subject: str, step: Step, say: Words) -> Iterator[str]:
    title = say(f"{subject}.{step.name}.title")
    yield f"{step.number:>2}  {title} – {say(f'outcome.{step.outcome.value}')}"
    if step.outcome is Outcome.OK:
        values = {name: say.number(v) if isinstance(v, int) else v for name, v in step.evidence.items()}
        key = f"{subject}.{step.name}.ok"
        # A step can have other words for nothing: no witness, no pinned card.
        nothing = next((f"{key}-no-{n}" for n, v in step.evidence.items() if v == 0 and say.has(f"{key}-no-{n}")), None)
        yield f"    {say(nothing or key, **_defaults(values))}"
    for flaw in step.flaws[:SHOWN]:
        key = f"flaw.{flaw.code}"
        where = f"{flaw.file}: " if flaw.file else ""
        yield f"    {where}{say(key if say.has(key) else 'flaw.other')}"
        yield f"      {say('detail', reason=flaw.reason, code=flaw.code)}"
    if len(step.flaws) > SHOWN:
        yield f"    {say('more', number=say.number(len(step.flaws) - SHOWN))}"


def _defaults(values: Mapping[str, object]) -> dict[str, object]:
    """Entries of other types than a manifest lack some of what a sentence names."""
    return {"kind": "–", "sequence": "–", "epoch": "–", "supersedes": "", **values}
