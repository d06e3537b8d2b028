"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Its name in tables and migrations."""

    name = "waarmerk.web"
    label = "waarmerk"
    default_auto_field = "django.db.models.BigAutoField"
