"""Bringing up Django for one authority's folder, with its database in the present form."""

from __future__ import annotations

import os
from pathlib import Path

from waarmerk.errors import WrongUse


def prepare(folder: Path, org: str) -> None:
    """Say whose folder this process (and the worker that it starts) works for, and apply all changes of the database.

    No secret is among what is said. Safe to repeat.
    """
    os.environ["WAARMERK_FOLDER"] = str(folder)
    os.environ["WAARMERK_AS"] = org
    os.environ["DJANGO_SETTINGS_MODULE"] = "waarmerk.web.settings"
    try:
        import django
        from django.core.management import call_command
    except ImportError:
        raise WrongUse("the service is not installed: pip install 'waarmerk[service]'") from None
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
