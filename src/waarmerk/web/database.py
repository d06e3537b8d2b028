"""Bringing the database to the present form before anything serves."""

from __future__ import annotations


def prepare() -> None:
    """Apply all changes of the database; safe to repeat."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
