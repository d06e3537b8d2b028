"""Bringing up Django for one authority's folder, with its database in the present form."""

from __future__ import annotations

import os
from pathlib import Path


def prepare(folder: Path, org: str) -> None:
    """Say whose folder this process (and the worker that it starts) works for, and apply all changes of the database.

    No secret is among what is said. Safe to repeat.
    """
    os.environ["WAARMERK_FOLDER"] = str(folder)
    os.environ["WAARMERK_AS"] = org
    os.environ["DJANGO_SETTINGS_MODULE"] = "waarmerk.web.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
