"""Bringing an envelope to its receiver, by network or by stick: the same bytes, and the receipt verified and filed."""

from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from waarmerk.dossier.acts import Action, NewAct, plain
from waarmerk.errors import BadData, Unreachable, WrongUse
from waarmerk.machine import clock, files, http
from waarmerk.office import trust_folder
from waarmerk.office.outbox import Outbox, travel_name
from waarmerk.office.own_acts import SLACK, of_envelope
from waarmerk.office.store import PART
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed, largest
from waarmerk.seal.limits import MAX_SEALED
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.trust import TrustList

SHOWN = "Waarmerk-Receipt"
"""Header in which a sender shows the newest receipt that it has of a receiver, base64 of its container."""
NEWEST = ".newest-receipt.tar"
"""The same on a stick: the file beside the envelope."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two questions for a receipt."""
CODE = re.compile(r"E-[A-Z0-9]+(?:-[A-Z0-9]+)*")
MAX_SAID = 400
"""Signs of a server's own words that are shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """A receipt and where it was filed."""

    receipt: Receipt
    path: Path
    missing: tuple[Path, ...] = ()
    """Envelopes that the receiver gave receipts for and has no more: an old backup was put back there."""
    behind: bool = False
    """Whether the clock here is behind that of the receiver."""


class Later(Unreachable):
    """The receiver answered: not now. ``code`` says why where it is one of ours."""

    def __init__(self, text: str, code: str, seconds: float) -> None:
        super().__init__(text)
        self.code = code
        self.seconds = seconds


def outbox_of(envelope: Path) -> Outbox:
    """Return the outbox that an envelope lies in."""
    return Outbox(envelope.parent)


def by_network(
    envelope: Path,
    address: str,
    trust: TrustList,
    *,
    patience: float = 0,
    waiting: Callable[[str], None] = lambda code: None,
    wait: Callable[[float], None] = time.sleep,
) -> Said | None:
    """Deliver an envelope, wait for its receipt, verify it and file it; ``None`` when it is stored and not yet opened.

    Large ones go in parts, and go on where they were cut off. Raises ``BadData`` with the receiver's code, ``Unreachable``
    when it must be tried again, after ``patience`` seconds at most. Safe to repeat. ``waiting`` is told of each pause.
    """
    upload = _Upload(envelope, address.rstrip("/"))
    until, pause = time.monotonic() + patience, FIRST_PAUSE
    while True:
        left = until - time.monotonic()
        code = ""
        try:
            told = upload.once()
            _sent(envelope, address)
            if told is not None:
                return _filed(envelope, upload.base, told, trust)
            if left <= 0:
                return None
        except Later as later:
            if left <= 0:
                raise
            code, pause = later.code, max(pause, min(later.seconds, left))
        except Unreachable:
            # Whoever never answered is not there; whoever did was cut off, and the next try goes on from there.
            if left <= 0 or not upload.reached:
                raise
        waiting(code)
        wait(min(pause, max(left, 0)))
        pause = min(2 * pause, LONGEST_PAUSE)


def _sent(envelope: Path, to: str) -> None:
    """Record that an envelope left for an address, once."""
    acts, manifest, now = of_envelope(envelope), outbox_of(envelope).manifest_of(envelope).sha256, clock.now()
    details = {"to": plain(to)}
    if acts is None or any(a.action is Action.SENT and a.details == details for a in acts.about(manifest, now)):
        return
    acts.record([NewAct(Action.SENT, manifest, details)], now)


class _Upload:
    """One envelope on its way to one receiver."""

    def __init__(self, envelope: Path, base: str) -> None:
        self.base = base
        self.reached = False
        self._envelope = envelope
        self._size = envelope.stat().st_size
        self._inbox = f"{base}/api/v1/inbox/{files.sha256(envelope)}"
        self._shown = shown(outbox_of(envelope).newest_receipt())

    def once(self) -> dict[str, Any] | None:
        """Ask what is there and send what is not; return what was told, or ``None`` when it is stored and not opened."""
        answer = self._ask("GET", "")
        told = answer.value()
        if answer.status != 202 and "receipt" not in told:
            answer = self._in_parts(told.get("parts")) if self._size > PART else self._whole()
            told = answer.value()
        if answer.status in (200, 201, 202) and "receipt" in told:
            return told
        if answer.status == 202:
            return None
        raise _refused(self.base, answer)

    def _whole(self) -> http.Answer:
        with files.open_regular(self._envelope) as body:
            return self._ask("PUT", "", body, self._size)

    def _in_parts(self, there: object) -> http.Answer:
        have = set(there) if isinstance(there, list) else set()
        with files.open_regular(self._envelope) as body:
            for number in range(1, -(-self._size // PART) + 1):
                if number in have:
                    continue
                body.seek((number - 1) * PART)
                part = body.read(PART)
                answer = self._ask("PUT", f"/parts/{number}", io.BytesIO(part), len(part))
                if answer.status != 200 or "receipt" in answer.value():
                    return answer
        return self._ask("POST", "/complete")

    def _ask(self, method: str, path: str, body: BinaryIO | None = None, length: int = 0) -> http.Answer:
        answer = http.request(method, self._inbox + path, body, length=length, more=self._shown)
        self.reached = True
        return answer


def shown(receipt: Path | None) -> dict[str, str]:
    """Return the header that shows a receiver its own newest receipt (security.md 5.7)."""
    if receipt is None:
        return {}
    return {SHOWN: base64.b64encode(files.read_bounded(receipt, largest(RECEIPT), "E-MAN-SIZE")).decode("ascii")}


def _filed(envelope: Path, base: str, told: Mapping[str, Any], trust: TrustList) -> Said:
    said = file(envelope, _receipt(base, told), trust)
    wanted = set(told["missing"]) if isinstance(told.get("missing"), list) else set()
    ours = [path for path in sorted(envelope.parent.glob("*.sealed")) if path != envelope] if wanted else []
    box = outbox_of(envelope)
    return replace(said, missing=tuple(path for path in ours if box.manifest_of(path).sha256 in wanted))


def _refused(base: str, answer: http.Answer) -> BadData | Unreachable:
    """What an answer without a receipt means: our kind of refusal, or a server that cannot be used now."""
    told = answer.value()
    code = told.get("code")
    ours = isinstance(code, str) and CODE.fullmatch(code) is not None
    text = f"{base} ({answer.status} {str(code or '')[:MAX_SAID]})"
    if answer.status in (429, 503):
        after = answer.headers.get("retry-after", "")
        return Later(text, str(code) if ours else "", float(after) if after.isdigit() and len(after) < 6 else 0.0)
    if not ours:
        return Unreachable(text)
    return BadData(str(code), str(told.get("detail") or told.get("title") or "")[:MAX_SAID])


def _receipt(base: str, told: Mapping[str, Any]) -> bytes:
    """Fetch the container of a receipt, from the server that named it and from no other."""
    path = str(told["receipt"])
    answer = http.request("GET", base + path) if path.startswith("/") and path.isascii() else None
    if answer is None or answer.status != 200:
        raise Unreachable(f"{base}{path[:100]} ({answer.status if answer else '-'})")
    return answer.body


def head(address: str, election: str, org: str, epoch: int) -> bytes:
    """Fetch where a receiver says that our stream ends: a receipt, not yet verified. ``E-RCP-HEAD`` when it knows nothing of us."""
    answer = http.request("GET", f"{address.rstrip('/')}/api/v1/streams/{election}/{org}/{epoch}")
    if answer.status == 404:
        raise BadData("E-RCP-HEAD", f"{address} took nothing in from {org} yet: begin with number 1")
    if answer.status != 200:
        raise _refused(address, answer)
    return answer.body


def carry(path: Path, address: str) -> Said | None:
    """Bring one file of a stick to the intake and put its receipt beside it; ``None`` when it was stored and not yet opened.

    Nothing of it is believed here: the intake judges the bytes, whoever carried them. A refusal is ``BadData`` with its code.
    """
    base = address.rstrip("/")
    with files.open_regular(path) as body:
        size = path.stat().st_size
        if size > MAX_SEALED:
            raise BadData("E-OUT-SIZE", f"{size} bytes, at most {MAX_SEALED}")
        beside = path.with_suffix(NEWEST)
        more = shown(beside if beside.is_file() else None)
        answer = http.request("PUT", f"{base}/api/v1/inbox/{files.sha256(path)}", body, length=size, more=more)
    told = answer.value()
    if "receipt" not in told:
        if answer.status == 202:
            return None
        raise _refused(base, answer)
    container = _receipt(base, told)
    said = Receipt.from_bytes(Signed.from_bytes(container, RECEIPT).document)
    beside = path.with_suffix(f".receipt-{said.sequence}.tar")
    try:
        files.put_same(beside, container)
    except files.Differs:
        raise BadData("E-RCP-FORK", f"{beside.name} is there and is another receipt") from None
    return Said(said, beside)


def file(envelope: Path, container: bytes, trust: TrustList) -> Said:
    """Verify a receipt about an envelope of ours and file it beside it; ``E-RCP-OTHER`` for one about something else."""
    if len(container) > largest(RECEIPT):
        raise BadData("E-MAN-SIZE", f"a receipt has at most {largest(RECEIPT)} bytes")
    said = receipt.check(Signed.from_bytes(container, RECEIPT), trust)
    box = outbox_of(envelope)
    manifest = box.manifest_of(envelope)
    # Matched on the manifest: sealing again changes the sealed bytes (security.md 3.13).
    if said.manifest != manifest.sha256 or said.receiver != manifest.recipient:
        raise BadData(
            "E-RCP-OTHER", f"the receipt is about {said.manifest[:16]}, the envelope is {manifest.sha256[:16]}"
        )
    path, now = box.receipts(envelope, said.sequence), clock.now()
    known = path.exists()
    try:
        files.put_same(path, container)
    except files.Differs:
        raise BadData("E-RCP-FORK", f"{said.receiver} gave another receipt {said.sequence} before") from None
    acts = of_envelope(envelope)
    if acts is not None and not known:
        details = {"number": said.sequence, "sha256": said.sha256}
        acts.record([NewAct(Action.RECEIPT_FILED, said.manifest, details, result=said.verdict.value)], now)
        acts.raise_floor(said.received - SLACK, said.sha256, now)
    return Said(said, path, behind=now + SLACK < said.received)


def by_stick(envelope: Path, folder: Path, trust: Path) -> Path:
    """Copy an envelope to a folder, read it back and compare; return the copy. Raises ``E-SYS-STORAGE``.

    Beside it go the sender's newest trust list and its newest receipt of the receiver (security.md 3.15).
    """
    if not folder.is_dir():
        raise WrongUse(f"{folder} is neither a web address nor a folder that is there; is the stick in?")
    manifest: Manifest = outbox_of(envelope).manifest_of(envelope)
    target = folder / travel_name(manifest)
    if not target.exists():
        with files.open_regular(envelope) as source, files.staged(target) as out:
            while block := source.read(files.COPY_BLOCK):
                out.write(block)
    if not files.same_bytes(envelope, target):
        raise BadData("E-SYS-STORAGE", f"{target.name} on the stick has other bytes")
    _sent(envelope, str(folder))
    list_, receipt_ = trust_folder.versions(trust)[-1], outbox_of(envelope).newest_receipt()
    files.replace(folder / f"trust-list-{list_.stem}.tar", list_.read_bytes())
    if receipt_ is not None:
        files.replace(target.with_suffix(NEWEST), receipt_.read_bytes())
    return target


def receipts_on_stick(envelope: Path, folder: Path, trust: TrustList) -> list[Said]:
    """File every receipt about an envelope that came back on a stick."""
    found = []
    for path in sorted(folder.glob("*.receipt-*.tar")):
        try:
            found.append(file(envelope, files.read_bounded(path, largest(RECEIPT), "E-MAN-SIZE"), trust))
        except (BadData, WrongUse):
            continue
    return found
