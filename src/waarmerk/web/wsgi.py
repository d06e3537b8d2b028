"""What the WSGI server calls. WSGI on purpose: under ASGI Django reads a whole body before any view (security.md 3.15)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waarmerk.web.settings")
application = get_wsgi_application()
