"""The door to the pages until there are accounts: a one-time link, printed by ``serve``. No important act depends on it.

Only the hash of a link is stored. A GET shows a button; the POST of that button uses the link up and opens a session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from waarmerk.dossier.acts import Action, NewAct
from waarmerk.machine import clock
from waarmerk.office import links
from waarmerk.pages.entry import Entry, render_entry
from waarmerk.web.frame import frame, language, token
from waarmerk.web.service import house

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
INSIDE = "inside"
COMMAND = "waarmerk serve --as {org} --link"


def inside(view: View[P]) -> View[P]:
    """Let only those in who used a link; everyone else sees where to get one."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.session.get(INSIDE):
            return view(request, *args, **kwargs)
        return _door(request, "none", status=403)

    return guarded


def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of a one-time link, and its button."""
    if not links.place(settings.FOLDER, secret).is_file():
        return _door(request, "used" if links.used(settings.FOLDER, secret).is_file() else "invalid", status=403)
    if request.method != "POST":
        return _door(request, "ready")
    if not links.use(settings.FOLDER, secret):
        return _door(request, "used", status=403)
    request.session.cycle_key()
    request.session[INSIDE] = True
    house().record([NewAct(Action.LINK_USED, links.place(settings.FOLDER, secret).name[:16])], clock.now())
    return HttpResponseRedirect("/")


def _door(request: HttpRequest, state: str, status: int = 200) -> HttpResponse:
    ready = state == "ready"
    entry = Entry(
        frame=frame(request),
        state=state,
        command=COMMAND.format(org=settings.ORG),
        action=request.path if ready else "",
        csrf=token(request) if ready else None,
    )
    return HttpResponse(render_entry(entry, language(request)), status=status)
