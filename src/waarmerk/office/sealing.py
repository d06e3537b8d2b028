"""From files to an envelope, at the sender: draft, signatures, seal (security.md 3.10). Personal keys stay with ``ssh-keygen``."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from waarmerk import __version__, formats
from waarmerk.checks import Context
from waarmerk.dossier import content
from waarmerk.dossier.acts import Action, NewAct
from waarmerk.dossier.stream import Stream
from waarmerk.election.count import Count
from waarmerk.election.ids import OrgId
from waarmerk.errors import BadData, Rejection, WrongUse
from waarmerk.machine import clock, files, sshkeygen
from waarmerk.office import keeper
from waarmerk.office.outbox import Outbox
from waarmerk.office.own_acts import OwnActs
from waarmerk.seal import age, decision, draft, enrolment, manifest, opening, receipt, signatures, trust
from waarmerk.seal.container import DECISION, ENROLMENT, MANIFEST, RECEIPT, TRUST_LIST, Signed, largest
from waarmerk.seal.draft import Draft
from waarmerk.seal.enrolment import Enrolment
from waarmerk.seal.limits import MAX_PAYLOAD_FILE, MAX_SIGNATURE
from waarmerk.seal.manifest import Kind, Manifest, PayloadFile, StreamId
from waarmerk.seal.sshsig import Signature, normalise
from waarmerk.seal.trust import Organisation, TrustList
from waarmerk.wire.shape import ZERO_HASH, format_time
from waarmerk.wire.sshkeys import PublicKey

SOFTWARE = {"name": "waarmerk", "version": __version__, "sha256": ZERO_HASH}
FILE_NAMES = {
    "csv-osv4-3": "telling.csv",
    "case": "vraag.json",
    "answer": "antwoord.json",
    "remarks": "opmerkingen.json",
}
"""Names inside the envelope say the role; what the file was called at the sender is nobody's business."""
NAMESPACES = {
    MANIFEST: manifest.NAMESPACE,
    RECEIPT: receipt.NAMESPACE,
    DECISION: decision.NAMESPACE,
    TRUST_LIST: trust.NAMESPACE,
    ENROLMENT: enrolment.NAMESPACE,
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who seals, under which trust list, into which outbox."""

    org: str
    trust: TrustList
    outbox: Outbox

    @property
    def body(self) -> Organisation:
        """The sender in the trust list; ``E-ADR-SENDER`` when it is not there."""
        if self.org not in self.trust.orgs:
            raise BadData("E-ADR-SENDER", f"{self.org} is not in the trust list")
        return self.trust.orgs[self.org]

    @property
    def acts(self) -> OwnActs:
        """The chain of acts of this outbox."""
        return OwnActs(self.outbox.folder)

    def at(self, now: datetime) -> datetime:
        """Return when keys are judged here."""
        return self.acts.judged_at(self.trust, now)


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with its files laid out, and what they contain."""

    draft: Draft
    sources: Mapping[str, Path]
    travels: bool = False
    """Whether it is encrypted to its sender's own people, as on a stick (security.md 3.10)."""

    def open_file(self, file: PayloadFile) -> BinaryIO:
        """Return a file of the draft as a stream."""
        return files.open_regular(self.sources[file.name])

    def content(self) -> content.Content:
        """Read the files again and examine them, exactly as the receiver will; raises ``BadData`` as it would."""
        return content.read(self.draft.manifest, self.open_file, Context())


def prepare(
    paths: Sequence[Path],
    sender: Sender,
    *,
    to: str,
    kind: Kind,
    session: int,
    reason: str,
    roles: Mapping[str, str],
    now: datetime,
) -> tuple[Opened, content.Content]:
    """Return the draft of a delivery, the next of its stream, and its content, checked as the receiver will check it."""
    payload, sources, election = _payload(paths, roles)
    stream = StreamId(sender.trust.environment, election or sender.trust.election, sender.org, to, sender.body.epoch)
    last = sender.outbox.last(stream)
    made = manifest.compose(
        {
            "transfer": secrets.token_hex(16),
            "environment": stream.environment,
            "election": stream.election,
            "sender": sender.org,
            "recipient": to,
            "epoch": stream.epoch,
            "sequence": last.sequence + 1,
            "previous": last.manifest,
            "kind": kind.value,
            "session": session,
            "supersedes": last.current if kind in manifest.REPLACING else "",
            "reason": reason,
            "created": format_time(now),
            "clock": "unsynchronised",
            "trust_list": {"version": sender.trust.version, "sha256": sender.trust.sha256},
            "software": SOFTWARE,
            "audit_head": sender.acts.sound(now)[0].head.sha256,
            "files": [
                {"name": f.name, "role": f.role, "size": f.size, "sha256": f.sha256}
                for f in sorted(payload, key=lambda f: f.name)
            ],
        }
    )
    if (sender.org, to) not in sender.trust.routes:
        raise BadData("E-ADR-ROUTE", f"{sender.org} does not send to {to}")
    content.check_meaning(made, Stream(last.sequence, last.manifest, last.current))
    opened = Opened(Draft.of(made), sources)
    read = opened.content()
    details = {"recipient": to, "sequence": made.sequence, "kind": kind.value}
    sender.acts.record([NewAct(Action.PREPARED, made.sha256, details)], now)
    return opened, read


def _payload(paths: Sequence[Path], roles: Mapping[str, str]) -> tuple[list[PayloadFile], dict[str, Path], str]:
    payload, sources, election = [], {}, ""
    for path in paths:
        role, of_election = (roles[path.name], "") if path.name in roles else _role_of(path)
        election = of_election or election
        name = FILE_NAMES.get(role) or (f"{'telling' if '510' in role else role.removeprefix('eml-')}.eml.xml")
        if role.startswith(("pv-", "note")):
            name = f"{role}{path.suffix.lower()}"
        if name in sources:
            raise WrongUse(f"{path}: there is already a file with role {role}")
        size = path.stat().st_size
        if size > MAX_PAYLOAD_FILE:
            raise BadData("E-OUT-SIZE", f"{path.name} has {size} bytes, at most {MAX_PAYLOAD_FILE}")
        payload.append(PayloadFile(name, role, size, files.sha256(path)))
        sources[name] = path
    return payload, sources, election


def _role_of(path: Path) -> tuple[str, str]:
    """Return role and election of a results file, from its content and never from its name."""
    with files.open_regular(path) as stream:
        read = formats.read(stream, path.name)
    if isinstance(read, Rejection):
        raise BadData(read.code, f"{path.name}: {read.reason}", read.place)
    if not isinstance(read, Count):
        raise WrongUse(
            f"{path.name} is not a count. A ZIP or CSV of the counting software: first `waarmerk convert`, or give the EML itself."
            f" For another file give its role: --role {path.name}=ROLE"
        )
    if read.source == "csv":
        return "csv-osv4-3", read.election.id or ""
    return f"eml-{read.message}", read.election.id or ""


def write_draft(opened: Opened, path: Path, body: Organisation, *, force: bool) -> None:
    """Write a draft whole or not at all, encrypted to its sender when it travels; refuses to overwrite another."""
    files.output(path, force=force)
    if not opened.travels:
        with files.replacing(path) as out:
            opened.draft.write(out, opened.open_file)
        return
    if not body.recipients:
        raise WrongUse(f"{body.id} has no receiving key in the trust list, so a draft cannot travel encrypted to it")
    with tempfile.TemporaryFile() as plain, files.replacing(path) as out:
        opened.draft.write(plain, opened.open_file)
        plain.seek(0)
        age.encrypt(plain, out, body.recipients)


@contextmanager
def open_draft(path: Path, keys: Path | None = None) -> Iterator[Opened]:
    """Lay out the files of a draft in a private folder for as long as the block lasts; raises ``BadData``.

    ``keys`` is the folder of this machine's identities: a draft that travelled is encrypted to its sender.
    """
    with tempfile.TemporaryDirectory(prefix="waarmerk-") as place, files.open_regular(path) as stream:
        sink = FolderSink(Path(place))
        travels = opening.scan(stream)
        if not travels:
            yield Opened(draft.read(stream, sink), sink.paths)
            return
        if keys is None:
            raise WrongUse(
                f"{path.name} is encrypted to its sender's own machines: say where their keys are with --keys"
            )
        with tempfile.TemporaryFile() as plain:
            age.decrypt(stream, plain, keeper.identities(keys))
            plain.seek(0)
            yield Opened(draft.read(plain, sink), sink.paths, travels)


class FolderSink:
    """Puts the files of a delivery into a folder under their names, which are harmless by their form."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.paths: dict[str, Path] = {}

    def create(self, file: PayloadFile) -> BinaryIO:
        """Return a stream for one file."""
        self.paths[file.name] = self._folder / file.name
        return self.paths[file.name].open("xb")


def container_of(path: Path) -> str:
    """Return which document a file that is to be signed holds: manifest, receipt, request …; ``E-OUT-TYPE`` for another."""
    with files.open_regular(path) as stream:
        start = stream.read(64)
    if start.startswith(age.VERSION):
        return MANIFEST
    for name in NAMESPACES:
        if start.startswith(name.encode() + b"\0"):
            return name
    raise BadData("E-OUT-TYPE", f"{path.name} is not a draft, an acceptance, a decision, a request or a trust list")


def read_signed(path: Path, name: str) -> Signed:
    """Return a container without files."""
    return Signed.from_bytes(files.read_bounded(path, largest(name), "E-MAN-SIZE"), name)


def enrolled(path: Path, listed: Mapping[str, str], org: str, challenge: str) -> Enrolment:
    """Return a person's request to be listed for a body in this list; raises ``E-TRU-ENROL`` and ``E-SIG-*``."""
    about = {name: listed[name] for name in ("environment", "election")}
    return enrolment.check(read_signed(path, ENROLMENT), **about, org=org, challenge=challenge)


def make_signature(document: bytes, key: Path, name: str) -> tuple[PublicKey, bytes]:
    """Have ``ssh-keygen`` sign a document, and check what it made."""
    return signature_of(document, sshkeygen.sign(document, key=key, namespace=NAMESPACES[name]), name)


def take_signature(document: bytes, path: Path, name: str) -> tuple[PublicKey, bytes]:
    """Read a signature that was made elsewhere, in a browser or by hand, and check that it is over this document."""
    return signature_of(document, files.read_bounded(path, MAX_SIGNATURE, "E-SIG-ARMOR"), name)


def signature_of(document: bytes, made: bytes, name: str) -> tuple[PublicKey, bytes]:
    """Return key and canonical file of a signature over this document, however it was wrapped; raises ``BadData``."""
    armored = normalise(made)
    signature = Signature.parse(armored)
    signature.verify(document, NAMESPACES[name])
    # What a receiver would refuse must not come into a draft.
    signature.check_touch("up")
    return signature.key, armored


def with_person(
    signed: Signed, key: PublicKey, armored: bytes, body: Organisation, role: str, now: datetime | None
) -> tuple[Signed, str]:
    """Return the document with a signature that counts now, and whose it is; ``E-SIG-…`` when it does not or adds nobody."""
    signer = signatures.judge_one(signed.document, key.id, armored, NAMESPACES[signed.name], body, role, now)
    if signer.why_not is not None:
        raise BadData("E-SIG-THRESHOLD", f"key {key.id} of {signer.person} does not count: {signer.why_not}")
    if signer.person in persons_of({other: b"" for other in signed.signatures if other != key.id}, body):
        raise BadData("E-SIG-SAMEPERSON", f"{signer.person} signed already; another person must sign now")
    return signed.with_signature(key.id, armored), signer.person


def signed_by_person(
    opened: Opened, key: PublicKey, armored: bytes, sender: Sender, *, here: bool, now: datetime
) -> tuple[Opened, str, bool]:
    """Return a draft with a signature that counts, whose it is, and whether both were made on this machine: also acts."""
    made, body = opened.draft.manifest, sender.body
    signed, person = with_person(opened.draft.signed, key, armored, body, made.kind, sender.at(now))
    same = sender.acts.signed(made.sha256, key.id, person, here=here, now=now)
    return replace(opened, draft=replace(opened.draft, signed=signed)), person, same


def with_own_key(request: Signed, key: PublicKey, armored: bytes) -> Signed:
    """Return an enrolment request with the signature of the key that it is about; raises ``E-TRU-ENROL`` and ``E-SIG-*``."""
    made, signed = Enrolment.from_bytes(request.document), request.with_signature(key.id, armored)
    about = {name: getattr(made, name) for name in ("environment", "election", "org", "challenge")}
    enrolment.check(signed, **about)
    return signed


def persons_of(made: Mapping[str, bytes], body: Organisation) -> list[str]:
    """Return the persons whose keys these signatures name; nothing is verified."""
    return sorted({body.keys[key_id].person for key_id in made if key_id in body.keys})


def missing_persons(signed: Signed, body: Organisation, role: str, now: datetime | None) -> int:
    """Return how many more persons must sign; the signatures are judged as the receiver will."""
    threshold = body.threshold.get(role, 2)
    try:
        signatures.judge(
            signed.document,
            signed.signatures,
            namespace=NAMESPACES[signed.name],
            org=body,
            role=role,
            threshold=threshold,
            now=now,
        )
    except BadData as error:
        if error.code != "E-SIG-THRESHOLD":
            raise
        persons = {body.keys[key_id].person for key_id in signed.signatures if key_id in body.keys}
        return threshold - len(persons)
    return 0


def envelope(opened: Opened, sender: Sender) -> Path:
    """Seal a fully signed draft to all recipients of the receiver and file it in the outbox: this uses up the number."""
    made: Manifest = opened.draft.manifest
    receiver = sender.trust.orgs.get(made.recipient)
    if receiver is None:
        raise BadData("E-ADR-RECIPIENT", f"{made.recipient} is not in the trust list")
    with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as sealed:
        opened.draft.write(plain, opened.open_file)
        plain.seek(0)
        age.encrypt(plain, sealed, receiver.recipients)
        sealed.seek(0)
        path = sender.outbox.put(opened.draft.signed, made, sealed)
    sender.acts.record([NewAct(Action.SEALED, made.sha256, {"sequence": made.sequence})], clock.now())
    return path


def organisation(text: str) -> str:
    """Return an organisation as typed by a person; ``WrongUse`` when it is not one."""
    try:
        return str(OrgId.parse(text))
    except BadData as error:
        raise WrongUse(f"{error.reason}: write gsb:0599, hsb:TK2023-13 or csb:kiesraad") from None
