"""What the WSGI server calls. WSGI on purpose: under ASGI Django reads a whole body before any view (security.md 3.15)."""

from __future__ import annotations

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waarmerk.web.settings")


class Utf8Request(WSGIRequest):
    """A request whose address and forms are UTF-8: no sender chooses a codec of Python (``hex``) that then fails."""

    @property
    def encoding(self) -> None:
        """Nothing but what the settings say, which is UTF-8."""

    @encoding.setter
    def encoding(self, value: str) -> None:
        """What ``Content-Type`` says is not believed; this runs before any middleware could answer."""


class Utf8Handler(WSGIHandler):
    """The handler of the service."""

    request_class = Utf8Request


django.setup(set_prefix=False)
application = Utf8Handler()
