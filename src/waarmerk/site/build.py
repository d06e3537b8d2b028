"""``pages`` makes every static page of a public folder; ``build`` writes them beside the log; ``different`` compares.

The pages follow from the logged files only: no clock, no network, no setting. The same folder gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from waarmerk.machine import files
from waarmerk.pages import layout as style
from waarmerk.pages import public
from waarmerk.pages.screens import LANGUAGES
from waarmerk.publication.read import Folder
from waarmerk.site import published, views
from waarmerk.site.addresses import STYLE, Place
from waarmerk.site.counts import Counted, counted


def pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every page as (address in the folder, bytes); ``BadData`` names the file of the log that cannot be used."""
    public_folder = Folder(folder)
    said = published.read(public_folder)
    counts: dict[str, Counted] = {
        authority.org: counted(public_folder, authority, said.removed) for authority in said.authorities
    }
    election = views.election_name(said, counts.values())
    yield STYLE, style.style().encode()
    for lang in LANGUAGES:
        top = Place(lang)
        yield top.path, public.render_overview(views.overview(said, counts, top, election), lang).encode()
        about = Place(lang, "verify.html")
        yield about.path, public.render_verify(views.verify(said, about, election), lang).encode()
        for authority in said.authorities:
            own = Place.of(lang, authority.org)
            page = views.authority(said, authority, counts[authority.org], own, election)
            yield own.path, public.render_authority(page, lang).encode()


def build(folder: Path) -> tuple[str, ...]:
    """Write the pages into the public folder and return their addresses; a page that is the same is not written again."""
    made = []
    for address, data in pages(folder):
        target = folder / address
        if not files.holds(target, data):
            files.replace(target, data)
        made.append(address)
    return tuple(made)


def different(folder: Path) -> tuple[str, ...]:
    """Return the addresses of pages that are missing or not what the folder's own log gives."""
    return tuple(address for address, data in pages(folder) if not files.holds(folder / address, data))
