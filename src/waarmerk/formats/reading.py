"""The one door: a stream becomes a value or a refusal, decided by its content and never by its name.

``read`` returns what is in it; ``read_file`` also the digests (eml-nl.md 6.2): the raw SHA-256 always, over all bytes, and
the digest of the canonical form, which is the raw one where reading has proven that the bytes are their canonical form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from lxml import etree

from waarmerk.election.count import Count, Note
from waarmerk.election.definition import ElectionDefinition
from waarmerk.election.lists import CandidateLists
from waarmerk.election.places import PollingPlaces
from waarmerk.election.result import Result
from waarmerk.errors import BadData, Place, Rejection, WrongUse
from waarmerk.formats import candidates, count_grammar, definitions, osv43, results, stations, xmlstream
from waarmerk.formats.candidates import ListsBuilder
from waarmerk.formats.counts import CountBuilder
from waarmerk.formats.definitions import DefinitionBuilder
from waarmerk.formats.fastpath import Feeder
from waarmerk.formats.grammar import EML, Element
from waarmerk.formats.results import ResultBuilder
from waarmerk.formats.stations import PlacesBuilder
from waarmerk.formats.write_counts import without_units, write_510
from waarmerk.formats.xmlstream import Reader, local, refuse

BLOCK = 1024 * 1024
"""Bytes read at a time."""
HEAD = 64 * 1024
"""Bytes by which a file is recognised; the tenth line of the widest CSV begins before."""
MAX_CANONICAL = 16 * 1024 * 1024
"""Above this the canonical form is not computed: it needs the whole tree, about seven times the file (6.2)."""
NOT_COUNTED = frozenset({"210", "230a", "630", "510q", "510r", "510s"})
"""Messages that are recognised and said to be of no count (3.0)."""
CSV_ROW = re.compile(rb'(?:\A|\n)(?:\xef\xbb\xbf)?"?Lijstnummer"?[;\r\n]')


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An EML message that is recognised and has nothing to count; ``message`` is its id."""

    message: str


@dataclass(frozen=True, slots=True)
class NoResults:
    """A file that is neither EML nor OSV4-3 CSV; ``reason`` says what it seems to be."""

    reason: str


Document = Count | ElectionDefinition | PollingPlaces | CandidateLists | Result
Value = Document | NotCounted | NoResults
AnyBuilder = CountBuilder | DefinitionBuilder | PlacesBuilder | ListsBuilder | ResultBuilder

MESSAGES: dict[str, tuple[Element, Callable[[str], AnyBuilder]]] = {
    "110a": (definitions.GRAMMAR, lambda message: DefinitionBuilder()),
    "110b": (stations.GRAMMAR, lambda message: PlacesBuilder()),
    "230b": (candidates.GRAMMAR, ListsBuilder),
    "230c": (candidates.GRAMMAR, ListsBuilder),
    "510a": (count_grammar.GRAMMAR, CountBuilder),
    "510b": (count_grammar.GRAMMAR, CountBuilder),
    "510c": (count_grammar.GRAMMAR, CountBuilder),
    "510d": (count_grammar.GRAMMAR, CountBuilder),
    "520": (results.GRAMMAR, lambda message: ResultBuilder()),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read. ``sha256_canonical`` is ``None`` for a CSV, and where there is none or it was not computed."""

    name: str
    value: Value | Rejection
    size: int
    sha256: str
    sha256_canonical: str | None


class _Stop(Exception):
    """The root has said that there is nothing more to read; carries the value."""

    def __init__(self, value: NotCounted | NoResults) -> None:
        super().__init__()
        self.value = value


class Hashed:
    """A stream that hashes what is read from it, and can look ahead."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, none at the end."""
        block, self._ahead = self._ahead, b""
        if not block:
            block = self._stream.read(size if size > 0 else BLOCK)
            self._digest.update(block)
            self.size += len(block)
        if 0 < size < len(block):
            block, self._ahead = block[:size], block[size:]
        return block

    def peek(self, size: int) -> bytes:
        """Return the next ``size`` bytes without using them up; fewer at the end."""
        blocks: list[bytes] = []
        while sum(len(block) for block in blocks) < size and (block := self.read(size)):
            blocks.append(block)
        self._ahead = b"".join(blocks)
        return self._ahead

    def drain(self, limit: int) -> None:
        """Read on to the end, but not beyond ``limit`` bytes."""
        while self.size <= limit and self.read(BLOCK):
            pass

    def hexdigest(self) -> str:
        """Return the SHA-256 of the bytes that were read."""
        return self._digest.hexdigest()


def read(stream: BinaryIO, name: str = "", *, fast: bool = True) -> Value | Rejection:
    """Return what a stream holds. ``name`` is for display only; nothing is decided by it.

    ``fast=False`` uses the general reader for every byte; the answer is the same.
    """
    return read_file(stream, name, fast=fast).value


def read_file(stream: BinaryIO, name: str = "", *, fast: bool = True) -> Reading:
    """Return what a stream holds and its digests. The canonical digest may read a seekable stream a second time."""
    start = stream.tell() if stream.seekable() else None
    hashed = Hashed(stream)
    xml = _Xml(fast=fast)
    try:
        value: Value | Rejection = _value(hashed, xml)
    except BadData as error:
        value = error.rejection
    try:
        hashed.drain(xmlstream.MAX_BYTES)
    except BadData as error:
        # A damaged member of a ZIP, found behind the end of what was read.
        value = error.rejection
    digest = hashed.hexdigest()
    if isinstance(value, Rejection | NotCounted | NoResults) or (isinstance(value, Count) and value.source == "csv"):
        return Reading(name, value, hashed.size, digest, None)
    document, canonical = _canonical(value, xml, digest, hashed.size, stream, start)
    return Reading(name, document, hashed.size, digest, canonical)


def _value(hashed: Hashed, xml: _Xml) -> Value:
    head = hashed.peek(HEAD)
    if _is_xml(head):
        return xml.read(hashed)
    if CSV_ROW.search(b"".join(head.splitlines(keepends=True)[: osv43.HEAD_LINES])):
        return osv43.read(hashed)
    return NoResults("empty" if not head else "neither XML nor an OSV4-3 CSV")


def _is_xml(head: bytes) -> bool:
    start = head.removeprefix(xmlstream.BOM).lstrip()
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<" in head[2:6]
    return (
        start.startswith(b"<")
        or wide
        or head.startswith(b"\x4c\x6f\xa7\x94")
        or (b"\0" in head[:4] and b"<" in head[:4])
    )


class _Xml:
    """Reads one XML file, and knows afterwards whether its bytes were canonical."""

    def __init__(self, *, fast: bool) -> None:
        self._builder: AnyBuilder | None = None
        self._reader = Reader(self._open_root)
        self._feeder = Feeder(self._reader, fast=fast)

    def _open_root(self, name: str, attributes: Mapping[str, str]) -> tuple[Element, AnyBuilder]:
        grammar, self._builder = _grammar(name, attributes)
        return grammar, self._builder

    def read(self, hashed: Hashed) -> Value:
        """Return what the file holds; raises ``BadData``."""
        try:
            while block := hashed.read(BLOCK):
                self._feeder.feed(block)
            self._feeder.close()
        except _Stop as stop:
            return stop.value
        if self._builder is None:
            raise BadData("E-XML-WELLFORMED", "no root element", Place(line=1, column=1))
        return self._builder.value(self._reader.notes)

    def canonical(self, count: Count) -> bool:
        """Whether our writer makes the bytes of this count; for proven units the total has shown it.

        Their names are in canonical spelling, and all else in them is bytes of the total: writing what is left is enough.
        """
        if self._reader.laid_out or self._reader.notes:
            return False
        return _rewritten(without_units(count, self._feeder.proven)) == self._feeder.seen()


def _grammar(name: str, attributes: Mapping[str, str]) -> tuple[Element, AnyBuilder]:
    if local(name) != "EML":
        raise _Stop(NoResults(f"XML with root {local(name)[:60]}"))
    if name != f"{EML} EML":
        refuse("E-XML-ROOT", f"the root is in the namespace {name.rpartition(' ')[0][:80]!r}")
    message = attributes.get("Id", "")
    if message in NOT_COUNTED:
        raise _Stop(NotCounted(message))
    if message not in MESSAGES:
        refuse("E-XML-ROOT", f"unknown message {message[:40]!r}")
    grammar, builder = MESSAGES[message]
    return grammar, builder(message)


def _canonical(
    document: Document, xml: _Xml, digest: str, size: int, stream: BinaryIO, start: int | None
) -> tuple[Document, str | None]:
    """Return the document knowing whether its bytes are canonical, and the canonical digest (6.2, rule 1)."""
    about = document if isinstance(document, Count) else document.head
    if not about.canonicalization_method:
        return document, None
    if isinstance(document, Count) and xml.canonical(document):
        return _with_canonical(document, canonical=True), digest
    found = None
    if size <= MAX_CANONICAL and start is not None:
        stream.seek(start)
        found = canonical_digest(stream.read(size))
    return _with_canonical(document, found == digest, note=NOT_CANONICAL if found != digest else None), found


def _with_canonical(document: Document, canonical: bool, note: Note | None = None) -> Document:
    about = document if isinstance(document, Count) else document.head
    notes = (*about.notes, note) if note else about.notes
    if isinstance(document, Count):
        return replace(document, canonical=canonical, notes=notes)
    return replace(document, head=replace(document.head, canonical=canonical, notes=notes))


NOT_CANONICAL = Note("CanonicalizationMethod in a file that is not shown to be its canonical form")


def _rewritten(count: Count) -> str | None:
    """Return the digest of the count as our writer writes it: equal to the raw one, it proves the canonical form."""
    digest = hashlib.sha256()
    try:
        for piece in write_510(count):
            digest.update(piece)
    except WrongUse:
        return None
    return digest.hexdigest()


def canonical_digest(data: bytes) -> str | None:
    """Return the SHA-256 of the canonical form (c14n 1.0 with comments) of a document that the reader has passed.

    ``None`` where there is no such form: a namespace that is no absolute address has none.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        collect_ids=False,
        recover=False,
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
        return hashlib.sha256(etree.tostring(tree, method="c14n", with_comments=True)).hexdigest()
    except etree.LxmlError:
        return None
