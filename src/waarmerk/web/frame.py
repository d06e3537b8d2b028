"""What surrounds every page of this service: language, addresses, election."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from waarmerk.pages.layout import Frame, Hidden
from waarmerk.pages.screens import LANGUAGES, other
from waarmerk.web.service import house

COOKIE = "waarmerk_lang"


def language(request: HttpRequest) -> str:
    """Return the language of a request: asked in the address, remembered, or Dutch."""
    asked = request.GET.get("lang") or request.COOKIES.get(COOKIE) or LANGUAGES[0]
    return asked if asked in LANGUAGES else LANGUAGES[0]


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a page that goes on in the language that was asked for in its address."""
    if "lang" in request.GET:
        response.set_cookie(COOKIE, language(request), samesite="Strict", httponly=True)
    return response


def frame(request: HttpRequest) -> Frame:
    """Return the frame of a page."""
    trust = house().trust()
    org = trust.orgs.get(settings.ORG) if trust is not None else None
    return Frame(
        style_url="/style.css",
        home_url="/",
        other_language_url=f"{request.path}?{urlencode({'lang': other(language(request))})}",
        election=trust.election if trust is not None else "",
        authority=org.name if org is not None else settings.ORG,
        environment=trust.environment if trust is not None else "production",
    )


def token(request: HttpRequest) -> Hidden:
    """Return the hidden field that shows a form to be ours."""
    from django.middleware.csrf import get_token

    return Hidden("csrfmiddlewaretoken", get_token(request))
