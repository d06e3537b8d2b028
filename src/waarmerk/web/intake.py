"""The intake (security.md 3.15): envelopes by PUT under their own digest, receipts, streams, trust lists. No cookie, no account.

Trust comes from the envelope alone; anyone may carry it.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from waarmerk import __version__
from waarmerk.dossier.delivery import Held
from waarmerk.dossier.receive import Answer, NotYet, Spooled
from waarmerk.errors import BadData
from waarmerk.machine import clock
from waarmerk.machine.pace import paced
from waarmerk.office import trust_folder
from waarmerk.office.sending import SHOWN
from waarmerk.office.store import PART, PARTS
from waarmerk.seal.container import RECEIPT, largest
from waarmerk.seal.manifest import StreamId
from waarmerk.seal.receipt import Receipt, Verdict
from waarmerk.web import problems
from waarmerk.web.limits import LIMITS, address_of
from waarmerk.web.openapi import DOCUMENT
from waarmerk.web.service import house

SECONDS_PER_MIB = 60
"""A body that comes slower is given up (security.md 5.4)."""
UPLOADS = 224
"""Bodies that are read at a time; a page always finds one of the other threads (``cli.serve``)."""
UPLOADING = threading.BoundedSemaphore(UPLOADS)
CONTAINER = "application/x-tar"
MAX_SHOWN = 2 * largest(RECEIPT)
"""Letters of a receipt in a header."""


@csrf_exempt
def inbox(request: HttpRequest, digest: str) -> HttpResponse:
    """``PUT`` an envelope, or ``GET`` what is known of it."""
    if request.method == "PUT":
        return _counted(request, digest, lambda: _put(request, digest))
    if request.method != "GET":
        return problems.answer(request, "", "", status=405)
    ours = house()
    manifest = ours.dossier().sealed.get(digest)
    if manifest is not None:
        return _known(digest)
    if ours.store.spooled(digest).is_file() or ours.store.waiting(digest).is_file():
        # Perhaps what it waited for is there now: keys, a clock that was set, a decision of two persons.
        ours.soon()
        return _stored(digest)
    parts = ours.store.parts(digest)
    if parts:
        return JsonResponse({"state": "parts", "sha256": digest, "part_size": PART, "parts": parts})
    raise Http404


@csrf_exempt
def part(request: HttpRequest, digest: str, number: str) -> HttpResponse:
    """``PUT`` one part of an envelope: 8 MiB each, the last may be smaller; safe to repeat (security.md 3.15)."""
    if request.method != "PUT":
        return problems.answer(request, "", "", status=405)
    return _counted(request, digest, lambda: _part(request, digest, int(number)))


@csrf_exempt
def complete(request: HttpRequest, digest: str) -> HttpResponse:
    """``POST``: all parts are there; from here on as one ``PUT``."""
    if request.method != "POST":
        return problems.answer(request, "", "", status=405)
    return _counted(request, digest, lambda: _complete(request, digest))


def _counted(request: HttpRequest, digest: str, handle: Callable[[], HttpResponse]) -> HttpResponse:
    """Handle a body unless its address was refused too much lately; count it when it is refused before it is authentic."""
    address = address_of(request)
    if LIMITS.exceeded(address):
        return problems.answer(request, "", "too much was refused from this address", status=429)
    try:
        return handle()
    except NotYet as wait:
        if wait.code == "E-SYS-KEYS":
            # Nobody has judged it: it may be junk, and must not fill the room of others.
            LIMITS.count(address, uploads=0, size=int(request.META.get("CONTENT_LENGTH") or 0))
        return _stored(digest, wait.code)
    except BadData as error:
        # What is ours to repair counts for nobody; a newer list is fetched by the receiver, so only its bytes count.
        if not error.code.startswith("E-SYS-") and error.code != "E-TRU-NONE":
            uploads = 0 if error.code == "E-TRU-NEWER" else 1
            LIMITS.count(address, uploads=uploads, size=int(request.META.get("CONTENT_LENGTH") or 0))
        raise


def _put(request: HttpRequest, digest: str) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH")
    if not length:
        return problems.answer(request, "", "Content-Length is required", status=411)
    ours = house()
    _adopt(request)
    with ours.store.arriving(digest):
        if digest not in ours.dossier().sealed:
            with _uploading() as free:
                if not free:
                    return _busy(request)
                ours.store.spool(_blocks(request), length=int(length), digest=digest)
        return _told(ours.receive(Spooled(digest, int(length)), clock.now()))


def _part(request: HttpRequest, digest: str, number: int) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH")
    if not length:
        return problems.answer(request, "", "Content-Length is required", status=411)
    ours = house()
    if digest in ours.dossier().sealed:
        return _known(digest)
    if number > PARTS:
        raise BadData("E-OUT-SIZE", f"part {number}, at most {PARTS}")
    with _uploading() as free:
        if not free:
            return _busy(request)
        ours.store.spool_part(_blocks(request), number, length=int(length), digest=digest)
    # Until they are complete nobody knows whose these are.
    LIMITS.count(address_of(request), uploads=0, size=int(length))
    return JsonResponse({"state": "parts", "sha256": digest, "part_size": PART, "parts": ours.store.parts(digest)})


def _complete(request: HttpRequest, digest: str) -> HttpResponse:
    ours = house()
    if digest in ours.dossier().sealed:
        return _known(digest)
    _adopt(request)
    with ours.store.arriving(digest):
        length = ours.store.join(digest)
        told = _told(ours.receive(Spooled(digest, length), clock.now()))
    LIMITS.count(address_of(request), uploads=0, size=-length)
    return told


def _known(digest: str) -> HttpResponse:
    """What is told of bytes that have their answer already."""
    dossier = house().dossier()
    manifest = dossier.sealed[digest]
    return _told(Answer(manifest, True, dossier.newest_receipt(manifest)))


def _adopt(request: HttpRequest) -> None:
    """A sender shows the newest receipt that it has of us: after an old backup was put back we know less than it does."""
    shown = request.headers.get(SHOWN, "")
    if shown and len(shown) <= MAX_SHOWN:
        try:
            house().adopt(base64.b64decode(shown, validate=True), clock.now())
        except ValueError:
            return


@contextmanager
def _uploading() -> Iterator[bool]:
    free = UPLOADING.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            UPLOADING.release()


def _busy(request: HttpRequest) -> HttpResponse:
    return problems.answer(request, "", "too many uploads at a time", status=429)


def _stored(digest: str, code: str = "") -> HttpResponse:
    """Say that the bytes are kept and no receipt can be given yet."""
    return JsonResponse({"state": "stored", "sha256": digest, **({"code": code} if code else {})}, status=202)


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    try:
        yield from paced(request.read, seconds=SECONDS_PER_MIB)
    except TimeoutError:
        raise BadData("E-OUT-AUTH", "the body came slower than it may") from None
    except OSError:
        raise BadData("E-OUT-AUTH", "the sender stopped in the middle") from None


def _told(answer: Answer) -> HttpResponse:
    """Return what the sender is told: 201 new, 200 known, 202 held."""
    said = answer.receipt
    status = 202 if said.verdict is Verdict.HELD else 200 if answer.known else 201
    numbers = [r.sha256 for r in house().dossier().receipts[answer.manifest]]
    address = f"/api/v1/receipts/{answer.manifest}/{numbers.index(said.sha256) + 1}"
    value: dict[str, object] = {
        "manifest": answer.manifest,
        "verdict": said.verdict.value,
        "codes": list(said.codes),
        "receipt": address,
        "sequence": said.stream_sequence,
    }
    missing = house().dossier().missing(said.sender)
    if missing:
        # We gave receipts for these and have them no more: an old backup was put back (security.md 5.7).
        value["missing"] = list(missing)
    return JsonResponse(value, status=status, headers={"Location": address})


@csrf_exempt
@require_safe
def receipts(request: HttpRequest, manifest: str, number: str = "") -> HttpResponse:
    """The newest, or n-th, receipt about a delivery."""
    said = house().dossier().receipts.get(manifest, [])
    which = int(number or len(said))
    if not 1 <= which <= len(said):
        raise Http404
    return _receipt(said[which - 1])


@csrf_exempt
@require_safe
def streams(request: HttpRequest, election: str, sender: str, epoch: int) -> HttpResponse:
    """The signed head of a stream: the newest receipt of the last consumed manifest."""
    trust = house().trust()
    dossier = house().dossier()
    stream = StreamId(trust.environment if trust else "", election, sender, settings.ORG, epoch)
    manifest = dossier.stream(stream).manifest
    if manifest not in dossier.receipts:
        raise Http404
    return _receipt(dossier.newest_receipt(manifest))


def _receipt(said: Receipt) -> HttpResponse:
    name = f'attachment; filename="{said.manifest[:8]}.receipt-{said.sequence}.tar"'
    return HttpResponse(house().receipt(said), content_type=CONTAINER, headers={"Content-Disposition": name})


@csrf_exempt
@require_safe
def trust_lists(request: HttpRequest, version: str) -> HttpResponse:
    """One version of the trust list, or the newest."""
    found = trust_folder.versions(house().folder / "trust")
    number = len(found) if version == "latest" else int(version)
    if not 1 <= number <= len(found):
        raise Http404
    return HttpResponse(found[number - 1].read_bytes(), content_type=CONTAINER)


@csrf_exempt
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What a sender or monitor may know: who listens, under which list, how many are in which state."""
    trust = house().trust()
    states: dict[str, int] = {}
    for state in house().dossier().deliveries.values():
        states[state.word] = states.get(state.word, 0) + 1
    waiting = [state for state in house().dossier().deliveries.values() if isinstance(state, Held)]
    value = {
        "authority": settings.ORG,
        "software": __version__,
        "trust_list": trust.version if trust else 0,
        "election": trust.election if trust else "",
        "environment": trust.environment if trust else "",
        "deliveries": states,
        "held": len(waiting),
        "stored": len(house().store.all_waiting()),
        "refused": dict(house().store.refused_codes()),
        "alarms": len(house().dossier().alarms),
        "act": house().dossier().head.sequence,
    }
    return JsonResponse(value)


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers and its database can be read."""
    house().dossier()
    return HttpResponse("ok\n", content_type="text/plain")


@csrf_exempt
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of these addresses for programs."""
    return JsonResponse(DOCUMENT)
