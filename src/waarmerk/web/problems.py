"""Refusals over HTTP: problem+json for programs, a page for people; both with our code, in Dutch and English."""

from __future__ import annotations

import json
import sys
import traceback

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from waarmerk.pages import catalogue, entry, screens
from waarmerk.web import frame

STATUS = {
    "E-OUT-SIZE": 413,
    "E-TRU-NONE": 503,
    "E-TRU-NEWER": 503,
    "E-SYS-STORAGE": 507,
    "E-SYS-INTERNAL": 500,
    "E-OUT-ADDRESS": 422,
}
"""HTTP status by code; every other refusal is 422 (security.md 3.15)."""
RETRY_SECONDS = 600
SAID = "waarmerk_said"
QUIET = ("E-OUT-", "E-TAR-", "E-MAN-", "E-ADR-", "E-SIG-")
"""Codes of steps before a delivery is authentic: nothing but the code is said, so that nobody learns by asking (3.18)."""


def answer(request: HttpRequest, code: str, reason: str, *, status: int | None = None) -> HttpResponse:
    """Return a refusal; without a ``code`` of ours the status is all there is to say (``HTTP-404``)."""
    number = status or STATUS.get(code, 422)
    if not request.path.startswith("/api/"):
        page = entry.render_error(frame.frame(request), number, frame.language(request), code or None)
        return _said(HttpResponse(page, status=number, content_type="text/html; charset=utf-8"), number)
    value: dict[str, object] = {"type": "about:blank", "status": number}
    if code:
        value |= {"code": code, "title": catalogue.text(code, "en").title, "title_nl": catalogue.text(code, "nl").title}
        value |= {"next_step": _step(code, "en"), "next_step_nl": _step(code, "nl")}
        if not code.startswith(QUIET):
            value["detail"] = reason
    else:
        value |= {"code": f"HTTP-{number}", "detail": reason}
        value |= {"title": _word(number, "title", "en"), "title_nl": _word(number, "title", "nl")}
        value |= {"next_step": _word(number, "next", "en"), "next_step_nl": _word(number, "next", "nl")}
    body = json.dumps(value, ensure_ascii=False).encode()
    response = HttpResponse(body, status=number, content_type="application/problem+json")
    if number in (429, 503):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return _said(response, number)


def internal(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the answer to a mistake of ours: logged for the operator, nothing of it told to the sender (security.md 5.9)."""
    traceback.print_exception(error, file=sys.stderr)
    return answer(request, "E-SYS-INTERNAL", type(error).__name__)


def _step(code: str, lang: str) -> str:
    return " ".join(step for steps in catalogue.text(code, lang).do.values() for step in steps)


def _word(status: int, part: str, lang: str) -> str:
    known = status if status in entry.STATUSES else 400 if status < 500 else 500
    return screens.words(lang)(f"error.{known}.{part}")


def _said(response: HttpResponse, status: int) -> HttpResponse:
    if status in (404, 405):
        setattr(response, SAID, True)
    return response


def is_said(response: HttpResponseBase) -> bool:
    """Whether an answer is one of ours already."""
    return hasattr(response, SAID)
