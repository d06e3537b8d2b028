"""The one house of this process: its folder, keeper and chain, made when they are first needed."""

from __future__ import annotations

import atexit
from functools import cache

from django.conf import settings

from waarmerk.office.house import OfficeHouse
from waarmerk.web.chain import DatabaseChain


def beside() -> OfficeHouse:
    """Return the house for a process beside the service (`publish`): it reads, and begins nothing."""
    return OfficeHouse(settings.FOLDER, settings.ORG, DatabaseChain())


@cache
def house() -> OfficeHouse:
    """Return the house of the authority that this process serves; what a crash left undone is done now."""
    made = beside()
    made.store.tidy()
    atexit.register(made.stop)
    made.soon()
    made.watch()
    return made
