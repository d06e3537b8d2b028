"""What holds for every request: bounded bodies, headers, the same origin for every change, refusals in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from waarmerk.errors import BadData
from waarmerk.web import problems

Next = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
LENGTH = re.compile(r"[0-9]{1,18}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def bounded_bodies(following: Next) -> Next:
    """Refuse a body without length, and one over the limit of forms anywhere but at the intake, before a byte is read."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() or (
            length and LENGTH.fullmatch(length) is None
        ):
            return problems.answer(request, "", "Content-Length is required", status=411)
        intake = request.method == "PUT" and request.path.startswith("/api/v1/inbox/")
        if not intake and int(length or 0) > settings.MAX_FORM:
            return problems.answer(request, "E-OUT-SIZE", f"at most {settings.MAX_FORM} bytes here", status=413)
        return following(request)

    return handle


def headers(following: Next) -> Next:
    """Add the headers of security.md 5.3 to every answer."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = following(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not `no-referrer` (security.md 5.3): under it browsers send `Origin: null` with a form, and `same_origin` refuses it.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return handle


def same_origin(following: Next) -> Next:
    """Refuse a page under another name, and a change that another site started; the intake knows no cookie and is exempt."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API):
            return following(request)
        try:
            host = request.get_host()
        except DisallowedHost:
            return problems.answer(request, "", "another host", status=400)
        if request.method not in SAFE:
            origin = request.headers.get("Origin", "")
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if origin != f"{request.scheme}://{host}" or site != "same-origin":
                return forged(request, "another origin")
        return following(request)

    return handle


def refusals(following: Next) -> Next:
    """Turn a refusal, or a mistake of ours, into an answer in plain words; nothing else leaves a view."""

    class Handler:
        def __call__(self, request: HttpRequest) -> HttpResponseBase:
            response = following(request)
            if response.status_code in (404, 405) and not problems.is_said(response):
                return problems.answer(request, "", "", status=response.status_code)
            return response

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if isinstance(error, BadData):
                return problems.answer(request, error.code, error.reason)
            if isinstance(error, Http404):
                return problems.answer(request, "", "", status=404)
            if isinstance(error, RequestDataTooBig):
                return problems.answer(request, "", str(error), status=413)
            if isinstance(error, SuspiciousOperation | MultiPartParserError):
                return problems.answer(request, "", str(error), status=400)
            return problems.internal(request, error)

    return Handler()


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer where Django itself refuses to read a request, before any view."""
    return problems.answer(request, "", str(exception), status=400)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form that this program did not send, or whose token is too old."""
    return problems.answer(request, "", reason, status=403)
