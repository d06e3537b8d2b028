"""A receiver and its senders in memory: real bytes, real seals, real pipeline; no processes, no disk. Keys come from labels."""

import hashlib
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, BinaryIO

from tests.seal.stf import IDENTITY, RECIPIENT, private
from waarmerk.checks import Context
from waarmerk.checks.elsewhere import Sums, beside
from waarmerk.dossier import acceptance, content
from waarmerk.dossier.acts import Act, NewAct, record_all
from waarmerk.dossier.delivery import Delivery, Examination
from waarmerk.dossier.fold import Dossier, fold
from waarmerk.dossier.receive import Answer, Spooled, examine_waiting, receive
from waarmerk.dossier.stream import Stream
from waarmerk.election.count import Ballot, Candidate, CandidateList, Count, ElectionInfo
from waarmerk.election.finding import Severity
from waarmerk.errors import BadData
from waarmerk.formats import Contest, write_510, write_osv43
from waarmerk.office import trust_editing
from waarmerk.seal import age, manifest, opening
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.draft import Draft
from waarmerk.seal.manifest import Kind, Manifest, PayloadFile, StreamId
from waarmerk.seal.opening import Judged, Receiver
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.sshsig import Signature, sign_with
from waarmerk.seal.trust import TrustList
from waarmerk.simulate.municipality import municipality
from waarmerk.wire.digests import sha256
from waarmerk.wire.shape import ZERO_HASH, format_time
from waarmerk.wire.sshkeys import PublicKey

CSB, CITY, OTHER = "csb:kiesraad", "gsb:0599", "gsb:0363"
ELECTION = "TK2030"
START = datetime(2030, 3, 20, 20, 0, tzinfo=UTC)
NIGHT = datetime(2030, 3, 20, 23, 30, tzinfo=UTC)
EXPIRED = START + timedelta(days=61)
SOFTWARE = {"name": "waarmerk", "version": "0", "sha256": ZERO_HASH}
ROLES = (Kind.ANSWER, Kind.CORRIGENDUM, Kind.RESULT, Kind.TEST, Kind.WITHDRAWAL)


@cache
def public(label: str) -> PublicKey:
    return Signature.parse(sign_with(private(label), b"", "stf-manifest-v1")).key


def signed_by(document: Signed, namespace: str, *labels: str) -> Signed:
    for label in labels:
        document = document.with_signature(public(label).id, sign_with(private(label), document.document, namespace))
    return document


@cache
def trust(version: int = 1, revoked: tuple[str, ...] = ()) -> TrustList:
    """A list of two senders with three signers of two persons each, and a committee; later versions begin a month later."""
    roots = [public(f"root{n}") for n in (1, 2)]
    began = START + timedelta(days=30 * (version - 1))
    value = trust_editing.first(election=ELECTION, environment="exercise", roots=roots, threshold=2, days=60, now=began)
    for org in (CITY, OTHER):
        people = [_person(f"{org}/{key}", person, ROLES) for key, person in (("a", "p1"), ("b", "p2"), ("c", "p2"))]
        value = _with(value, org, people, to=[CSB])
    committee = [_person(f"{CSB}/{label}", label, ("accept",)) for label in ("x", "y")]
    committee.append(_person(f"{CSB}/x2", "x", ("accept",)))
    committee.append(_person("service", "svc", ("receipt",)))
    value = _with(value, CSB, committee, recipients=[RECIPIENT])
    for label in revoked:
        value = trust_editing.revoked(value, public(label).id, "lost", began)
    return TrustList.from_bytes(trust_editing.draft({**value, "version": version}).document)


def _person(label: str, person: str, roles: Sequence[str]) -> trust_editing.NewPerson:
    return trust_editing.NewPerson(person, public(label), roles)


def _with(value: dict[str, Any], org: str, people: Sequence[trust_editing.NewPerson], **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"recipients": [], "to": [], "expected": bool(more.get("to")), "name": org, **more}
    return trust_editing.with_org(value, org, persons=people, **given)


BALLOT = Ballot(
    tuple(
        CandidateList(number, f"Lijst {number}", tuple(Candidate(n, f"Persoon {n}") for n in (1, 2, 3)), 3 * number - 3)
        for number in (1, 2)
    )
)


@cache
def count(seed: int = 1, authority: str = "0599", election: str = ELECTION) -> Count:
    return municipality(
        seed, authority, "Voorbeelddam", election=ElectionInfo(election, election, "TK", "TK", date="2030-03-20"),
        contest=Contest("13", "Rotterdam"), stations=2, ballot=BALLOT, created="2030-03-20T22:30:00.000",
    )  # fmt: skip


@cache
def eml(seed: int = 1, authority: str = "0599", election: str = ELECTION) -> bytes:
    return b"".join(write_510(count(seed, authority, election)))


def csv(seed: int = 1) -> bytes:
    return b"".join(write_osv43(count(seed)))


@dataclass(frozen=True)
class Sent:
    """One sealed delivery of a sender."""

    manifest: Manifest
    sealed: bytes

    @property
    def spooled(self) -> Spooled:
        return Spooled(sha256(self.sealed), len(self.sealed))


@dataclass
class Sender:
    """Makes deliveries of one stream; what it says of the one before can be given."""

    org: str = CITY
    sequence: int = 0
    previous: str = ZERO_HASH
    list: TrustList = field(default_factory=trust)

    def send(self, kind: str = "result", *, files: Mapping[str, bytes] | None = None, **said: Any) -> Sent:
        made = self.draft(kind, files=files, **said)
        self.sequence, self.previous = made.sequence, made.sha256
        return seal(made, files_of(self.org, kind, files))

    def draft(self, kind: str = "result", *, files: Mapping[str, bytes] | None = None, **said: Any) -> Manifest:
        named = files_of(self.org, kind, files)
        payload = [
            {"name": name_of(role), "role": role, "size": len(data), "sha256": sha256(data)}
            for role, data in sorted(named.items(), key=lambda item: name_of(item[0]))
        ]
        transfer = hashlib.sha256(repr((self.org, self.sequence, self.previous, sorted(said.items()))).encode())
        fields = {
            "transfer": transfer.hexdigest()[:32], "environment": "exercise", "election": ELECTION, "sender": self.org,
            "recipient": CSB, "epoch": 1, "sequence": self.sequence + 1, "previous": self.previous, "kind": kind,
            "session": 1, "supersedes": "", "reason": "", "created": format_time(NIGHT), "clock": "unsynchronised",
            "trust_list": {"version": self.list.version, "sha256": self.list.sha256}, "software": SOFTWARE,
            "audit_head": ZERO_HASH, "files": payload,
        }  # fmt: skip
        return manifest.compose({**fields, **said})


def name_of(role: str) -> str:
    return (
        "telling.csv" if role.startswith("csv") else "telling.eml.xml" if role.startswith("eml-510") else f"{role}.txt"
    )


def files_of(org: str, kind: str, files: Mapping[str, bytes] | None) -> Mapping[str, bytes]:
    if files is not None:
        return files
    return {} if kind == "withdrawal" else {"eml-510b": eml(1, org.removeprefix("gsb:"))}


def seal(made: Manifest, files: Mapping[str, bytes], *, signers: Sequence[str] = ("a", "b")) -> Sent:
    """Sign and seal a manifest with any files under its names; every call gives other sealed bytes."""
    labels = [f"{made.sender}/{key}" for key in signers]
    signed = signed_by(Draft.of(made).signed, manifest.NAMESPACE, *labels)
    plain, sealed = io.BytesIO(), io.BytesIO()
    Draft(made, signed).write(plain, lambda file: io.BytesIO(files[file.role]))
    plain.seek(0)
    age.encrypt(plain, sealed, [RECIPIENT])
    return Sent(made, sealed.getvalue())


class MemorySink:
    def __init__(self) -> None:
        self.files: dict[str, io.BytesIO] = {}

    def create(self, file: PayloadFile) -> BinaryIO:
        self.files[file.sha256] = _Kept()
        return self.files[file.sha256]


class _Kept(io.BytesIO):
    def close(self) -> None:
        """Stay readable."""


class Injected(RuntimeError):
    """A failure that a test asked for."""


class MemoryHouse:
    """The world of a receiver in memory. ``fail_at`` names a port call; ``moment`` whether it fails before or after it acted."""

    def __init__(self, list_: TrustList | None = None) -> None:
        self.org = CSB
        self.software = dict(SOFTWARE)
        self.list = list_ or trust()
        self.now = NIGHT
        self.spool: dict[str, bytes] = {}
        self.sealed: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        self.acts: list[Act] = []
        self.said: dict[str, bytes] = {}
        self.sums: dict[str, Sums | None] = {}
        self.due = False
        self.fail_at, self.moment = "", ""
        self.keyless, self.behind = False, set[str]()
        self._dossier = Dossier()
        self._lock = threading.RLock()

    # --- what a test does

    def take(self, sent: Sent) -> Answer:
        """Receive and examine, as the service does."""
        answer = self.hand_in(sent)
        self.catch_up()
        return answer

    def hand_in(self, sent: Sent) -> Answer:
        self.spool[sent.spooled.sha256] = sent.sealed
        return receive(sent.spooled, self, self.now)

    def catch_up(self) -> None:
        examine_waiting(self, self.now)

    def restart(self) -> None:
        """Forget everything that was not durable."""
        self.fail_at = ""
        self._dossier = fold(self.acts)

    def state(self, sent: Sent) -> Delivery:
        return self.dossier().deliveries[sent.manifest.sha256]

    def word(self, sent: Sent) -> str:
        return self.state(sent).word

    def receipts(self, sent: Sent) -> list[Receipt]:
        return self.dossier().receipts[sent.manifest.sha256]

    def stream(self, org: str = CITY) -> Stream:
        return self.dossier().stream(StreamId("exercise", ELECTION, org, CSB, 1))

    def counted(self) -> list[str]:
        return [state.arrival.manifest.sha256 for state in self.dossier().counted()]

    def compare_with_paper(self, sent: Sent, first: str = "Anna", second: str = "Bram") -> None:
        """Both type what is on paper, right at once."""
        file = sent.manifest.count_file
        assert file is not None
        compared, act = acceptance.type_digest(self.dossier(), sent.manifest.sha256, file.sha256, first)
        assert compared.equal
        self.record([act], self.now)
        totals = totals_of(self, sent)
        compared, act = acceptance.type_totals(self.dossier(), sent.manifest.sha256, totals, totals, second)
        assert compared.equal
        self.record([act], self.now)

    def fix_draft(self, sent: Sent) -> None:
        act = acceptance.draft(
            self.dossier(), sent.manifest.sha256, org=self.org, trust=self.list, software=self.software, now=self.now
        )
        self.record([act], self.now)

    def accept(self, sent: Sent, *labels: str) -> None:
        """Compare with paper, have two persons sign, record."""
        if sent.manifest.count_file is not None:
            self.compare_with_paper(sent)
            self.fix_draft(sent)
        draft = acceptance.draft_of(self.dossier(), sent.manifest.sha256)
        files = [signed_by(draft, "stf-receipt-v1", f"{CSB}/{label}").to_bytes() for label in labels or ("x", "y")]
        self.sign(sent, files)

    def sign(self, sent: Sent, files: Sequence[bytes]) -> None:
        act, signed = acceptance.accept(
            self.dossier(), sent.manifest.sha256, files, org=self.org, trust=self.list, now=self.now
        )
        self.said[signed.sha256] = signed.to_bytes()
        self.record([act], self.now)

    # --- the port

    def trust(self) -> TrustList | None:
        return self.list

    def dossier(self) -> Dossier:
        for act in self.acts[self._dossier.head.sequence :]:
            self._dossier.apply(act)
        return self._dossier

    def no_keys(self) -> bool:
        return self.keyless

    def behind_mark(self, sender: str) -> bool:
        return sender in self.behind

    def judge(self, spooled: Spooled, trust: TrustList, now: datetime) -> Judged:
        with self._step("judge"):
            return opening.judge(io.BytesIO(self._bytes(spooled)), self._receiver(trust, now))

    def extract(self, spooled: Spooled, trust: TrustList, now: datetime, manifest: Manifest) -> None:
        with self._step("extract"):
            sink = MemorySink()
            opening.extract(io.BytesIO(self._bytes(spooled)), self._receiver(trust, now), sink)
            self.files |= {digest: stream.getvalue() for digest, stream in sink.files.items()}

    def keep(self, spooled: Spooled) -> None:
        with self._step("keep"):
            self.sealed[spooled.sha256] = self._bytes(spooled)
            self.spool.pop(spooled.sha256, None)

    def record(self, acts: Sequence[NewAct], now: datetime) -> None:
        with self._step("record"):
            self.acts += list(record_all(acts, self.dossier().head, now))

    def alone(self) -> AbstractContextManager[object]:
        return self._lock

    def soon(self) -> None:
        with self._step("soon"):
            self.due = True

    def say(self, receipt: Receipt) -> None:
        with self._step("say"):
            made = signed_by(Signed(RECEIPT, receipt.data, {}), "stf-receipt-v1", "service").to_bytes()
            if receipt.verdict.value != "accepted":
                assert self.said.setdefault(receipt.sha256, made) == made

    def examine(self, manifest: Manifest) -> Examination:
        with self._step("examine"):
            others = [self.sums.get(other) for other in self.dossier().beside(manifest)]
            read = content.read(
                manifest,
                lambda file: io.BytesIO(self.files[file.sha256]),
                Context(),
                lambda count: beside(Sums.of(count), others),
            )
            if read.count is None or read.examined is None or read.examined.statistics is None:
                return Examination(ZERO_HASH, 0, 0, 0, 0)
            self.sums[manifest.sha256] = Sums.of(read.count)
            found = [finding.severity for finding in read.examined.findings]
            numbers = {severity.word: found.count(severity) for severity in Severity}
            said = read.examined.statistics
            return Examination(ZERO_HASH, **numbers, stations=said.stations + said.elsewhere)

    def stations_behind(self) -> dict[str, int]:
        found = {}
        for key, state in self.dossier().deliveries.items():
            own = self.sums.get(key)
            others = beside(own, (self.sums.get(other) for other in self.dossier().beside(state.arrival.manifest)))
            if own:
                found[key] = own.stations + (others.stations if others else 0)
        return found

    def _bytes(self, spooled: Spooled) -> bytes:
        return self.sealed.get(spooled.sha256) or self.spool[spooled.sha256]

    def _receiver(self, trust: TrustList, now: datetime) -> Receiver:
        given = self.dossier().standing.conditions(trust, self.now)
        return Receiver(self.org, "exercise", trust, now, age.parse_identities(IDENTITY), given)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        fails, self.fail_at = self.fail_at == name, "" if self.fail_at == name else self.fail_at
        if fails and self.moment == "before":
            raise Injected(name)
        yield
        if fails:
            raise Injected(name)


def totals_of(house: MemoryHouse, sent: Sent) -> dict[str, int]:
    """The totals on paper: those of the file that was sent."""
    read = content.read(sent.manifest, lambda file: io.BytesIO(house.files[file.sha256]), Context())
    assert read.count is not None
    return content.totals(read.count)


def code_of(call: Any, *arguments: Any, **more: Any) -> str:
    """The code with which something is refused."""
    try:
        call(*arguments, **more)
    except BadData as error:
        return error.code
    raise AssertionError("nothing was refused")


def with_election(count: Count, election: str) -> Count:
    return replace(count, election=replace(count.election, id=election))
