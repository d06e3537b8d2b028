"""Settings of the service. Everything that differs between two offices comes from its folder and from ``serve``."""

from __future__ import annotations

import os
from pathlib import Path

from waarmerk.machine import files

FOLDER = Path(os.environ["WAARMERK_FOLDER"])
ORG = os.environ["WAARMERK_AS"]
IDLE_SECONDS = 15 * 60
"""What is typed is kept by the browser; a forgotten screen is closed (security.md 5.3)."""
MAX_FORM = 262_144
"""Bytes of a form: two signatures and some typing. Envelopes go to the intake, which has limits of its own."""
KEPT = FOLDER / "keys" / "session_secret"


def _secret() -> str:
    """The key of sessions and form tokens: made once on this machine, never in an environment variable."""
    if not KEPT.is_file():
        import secrets

        files.put_new(KEPT, secrets.token_urlsafe(48).encode(), mode=files.PRIVATE)
    return KEPT.read_text("ascii")


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "waarmerk.web.urls"
WSGI_APPLICATION = "waarmerk.web.wsgi.application"
INSTALLED_APPS = ["django.contrib.sessions", "waarmerk.web"]
MIDDLEWARE = [
    "waarmerk.web.middleware.headers",
    "waarmerk.web.middleware.bounded_bodies",
    "waarmerk.web.middleware.same_origin",
    "waarmerk.web.middleware.refusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(FOLDER / "waarmerk.sqlite3"),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGE_CODE = "nl"
USE_I18N = False
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_FORM
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_FORM
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SESSION_COOKIE_NAME = "waarmerk"
SESSION_COOKIE_AGE = IDLE_SECONDS
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "waarmerk.web.middleware.forged"
LOGGING = {
    "version": 1,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    # A refusal is an answer and no news; a mistake of ours is printed by `problems.internal`.
    "loggers": {"django": {"handlers": ["none"], "propagate": False}},
}
