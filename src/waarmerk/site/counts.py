"""The published count of an authority, read and examined by the same functions as everywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from waarmerk import checks, formats
from waarmerk.checks import Examined
from waarmerk.election.count import Count
from waarmerk.errors import Rejection
from waarmerk.publication import layout
from waarmerk.publication.read import Folder
from waarmerk.seal.manifest import PayloadFile
from waarmerk.site.published import Authority


@dataclass(frozen=True, slots=True)
class Counted:
    """What its current file holds; ``code`` when there is one that cannot be shown, both ``None`` when there is none."""

    count: Count | None = None
    examined: Examined | None = None
    code: str | None = None


def counted(folder: Folder, authority: Authority, removed: frozenset[str]) -> Counted:
    """Return the count that an authority published last, examined; nothing when it published none or it was taken down."""
    current = authority.current
    file = _count_file(current.manifest.public_files) if current and current.manifest else None
    if file is None or file.sha256 in removed:
        return Counted()
    folder.check_file(file.sha256, file.size)
    with folder.open(layout.document(file.sha256)) as stream:
        value = formats.read(stream, file.name)
    if isinstance(value, Rejection):
        return Counted(code=value.code)
    if not isinstance(value, Count):
        return Counted(code="E-EML-TYPE")
    # Rules only: pages that anyone makes again to the byte do not rest on floating point. `waarmerk check` says the rest.
    return Counted(value, checks.examine(value, checks.Context(statistics=False)))


def _count_file(files: tuple[PayloadFile, ...]) -> PayloadFile | None:
    """The EML count, or the CSV where there is no EML."""
    counts = [file for file in files if file.role.startswith("eml-510")]
    tables = [file for file in files if file.role == "csv-osv4-3"]
    return next(iter((*counts, *tables)), None)
