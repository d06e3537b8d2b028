"""``waarmerk open``: open an envelope with this machine's key and lay out its files, after everything was judged."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from waarmerk.cli import echo, echo_json, options, words
from waarmerk.errors import WrongUse
from waarmerk.machine import clock, files
from waarmerk.office import trust_folder
from waarmerk.office.keeper import identities
from waarmerk.office.sealing import FolderSink, organisation
from waarmerk.seal import opening
from waarmerk.seal.opening import Judged, Receiver
from waarmerk.seal.signatures import Strength, strength_of


@click.command("open")
@click.argument("envelope", type=options.FILE)
@click.option("-o", "out", type=options.FOLDER, required=True, help="A new folder for the files.")
@options.sender
@options.trust
@click.option(
    "--keys", type=options.FOLDER, required=True, help="Folder with this machine's age identities (NAME.age)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was opened as JSON.")
def open_(envelope: Path, out: Path, org: str, trust: Path, keys: Path, as_json: bool) -> None:
    """Judge ENVELOPE as a receiver does and put its files into a new folder."""
    if out.exists():
        raise WrongUse(f"{out} exists; give a new folder")
    now = clock.now()
    known = trust_folder.load(trust)
    receiver = Receiver(organisation(org), known.environment, known, now, identities(keys))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".waarmerk-") as place:
        inside = Path(place) / "files"
        inside.mkdir()
        with files.open_regular(envelope) as sealed:
            judged = opening.extract(sealed, receiver, FolderSink(inside))
        (Path(place) / "manifest.json").write_bytes(judged.manifest.data)
        signatures = Path(place) / "sig"
        signatures.mkdir()
        for key_id, armored in judged.signed.signatures.items():
            (signatures / f"{key_id}.sshsig").write_bytes(armored)
        out.mkdir()
        for item in Path(place).iterdir():
            item.rename(out / item.name)
    _say(judged, out, as_json=as_json)


def _say(judged: Judged, out: Path, *, as_json: bool) -> None:
    manifest, say = judged.manifest, words()
    if as_json:
        value = {
            "manifest": manifest.sha256,
            "sender": manifest.sender,
            "sequence": manifest.sequence,
            "kind": manifest.kind.value,
            "files": [{"name": f.name, "role": f.role, "size": f.size, "sha256": f.sha256} for f in manifest.files],
            "signers": [
                {"key": s.key_id, "person": s.person, "hardware": s.hardware, "counts": s.counts}
                for s in judged.signers
            ],
            "strength": strength_of(judged.signers).level,
            "codes": list(judged.codes),
        }
        echo_json(value)
        return
    echo(say("open.opened", sender=manifest.sender, sequence=manifest.sequence, n=len(manifest.files), path=out))
    for signer in judged.signers:
        kind = say("open.hardware" if signer.hardware else "open.file")
        echo(say("open.signer", person=f"{manifest.sender}/{signer.person}", kind=kind))
    tell_strength(strength_of(judged.signers))


def tell_strength(made: Strength) -> None:
    """Say how strong signatures are."""
    echo(words("screens")(f"strength.{made.level}", hardware=made.hardware, persons=made.persons))
