"""Bringing an envelope to its receiver, by network or by stick: the same bytes, and the receipt verified and filed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waarmerk.errors import BadData, Unreachable, WrongUse
from waarmerk.machine import files, http
from waarmerk.office.outbox import Outbox, travel_name
from waarmerk.seal import receipt
from waarmerk.seal.container import RECEIPT, Signed
from waarmerk.seal.limits import MAX_RECEIPT, MAX_SEALED, MAX_SIGNATURE, MAX_SIGNATURES
from waarmerk.seal.manifest import Manifest
from waarmerk.seal.receipt import Receipt
from waarmerk.seal.trust import TrustList

MAX_CONTAINER = MAX_RECEIPT + MAX_SIGNATURES * (MAX_SIGNATURE + 1_024) + 4_096

CODE = re.compile(r"E-[A-Z0-9]+(?:-[A-Z0-9]+)*")
MAX_SAID = 400
"""Signs of a server's own words that are shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """A receipt and where it was filed."""

    receipt: Receipt
    path: Path


def outbox_of(envelope: Path) -> Outbox:
    """Return the outbox that an envelope lies in."""
    return Outbox(envelope.parent)


def by_network(envelope: Path, address: str, trust: TrustList) -> Said | None:
    """Deliver an envelope, fetch its receipt, verify it and file it; ``None`` when it is stored and not yet opened.

    Raises ``BadData`` with the receiver's code, ``Unreachable`` when it must be tried again. Safe to repeat.
    """
    base = address.rstrip("/")
    digest = files.sha256(envelope)
    inbox = f"{base}/api/v1/inbox/{digest}"
    answer = http.request("GET", inbox)
    if "receipt" not in answer.value():
        with files.open_regular(envelope) as body:
            answer = http.request("PUT", inbox, body, length=envelope.stat().st_size)
    told = answer.value()
    if answer.status in (200, 201, 202) and "receipt" in told:
        return file(envelope, _receipt(base, told), trust)
    if answer.status == 202:
        return None
    raise _refused(base, answer)


def _refused(base: str, answer: http.Answer) -> BadData | Unreachable:
    """What an answer without a receipt means: our kind of refusal, or a server that cannot be used now."""
    told = answer.value()
    code = told.get("code")
    if answer.status in (429, 503) or not isinstance(code, str) or CODE.fullmatch(code) is None:
        return Unreachable(f"{base} ({answer.status} {str(code or '')[:MAX_SAID]})")
    return BadData(code, str(told.get("detail") or told.get("title") or "")[:MAX_SAID])


def _receipt(base: str, told: Mapping[str, Any]) -> bytes:
    """Fetch the container of a receipt, from the server that named it and from no other."""
    path = str(told["receipt"])
    answer = http.request("GET", base + path) if path.startswith("/") and path.isascii() else None
    if answer is None or answer.status != 200:
        raise Unreachable(f"{base}{path[:100]} ({answer.status if answer else '-'})")
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
        answer = http.request("PUT", f"{base}/api/v1/inbox/{files.sha256(path)}", body, length=size)
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
    if len(container) > MAX_CONTAINER:
        raise BadData("E-MAN-SIZE", f"a receipt has at most {MAX_CONTAINER} bytes")
    said = receipt.check(Signed.from_bytes(container, RECEIPT), trust)
    box = outbox_of(envelope)
    manifest = box.manifest_of(envelope)
    # Matched on the manifest: sealing again changes the sealed bytes (security.md 3.13).
    if said.manifest != manifest.sha256 or said.receiver != manifest.recipient:
        raise BadData(
            "E-RCP-OTHER", f"the receipt is about {said.manifest[:16]}, the envelope is {manifest.sha256[:16]}"
        )
    path = box.receipts(envelope, said.sequence)
    try:
        files.put_same(path, container)
    except files.Differs:
        raise BadData("E-RCP-FORK", f"{said.receiver} gave another receipt {said.sequence} before") from None
    return Said(said, path)


def by_stick(envelope: Path, folder: Path) -> Path:
    """Copy an envelope to a folder, read it back and compare; return the copy. Raises ``E-SYS-STORAGE``."""
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
    return target


def receipts_on_stick(envelope: Path, folder: Path, trust: TrustList) -> list[Said]:
    """File every receipt about an envelope that came back on a stick."""
    found = []
    for path in sorted(folder.glob("*.receipt-*.tar")):
        try:
            found.append(file(envelope, files.read_bounded(path, MAX_CONTAINER, "E-MAN-SIZE"), trust))
        except (BadData, WrongUse):
            continue
    return found
