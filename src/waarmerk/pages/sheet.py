"""A sheet for paper: from what stands on it to the bytes of a PDF that a screen reader can read too (PDF/UA-1).

Typst sets it by the template ``sheet.typ``, with the fonts that typst carries. The words go in as JSON and are never read as
typst, so a name stays a name. The sheet has no date and no clock: the same sheet has the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import typst

from waarmerk.pages.law import word
from waarmerk.pages.visible import visible

STANDARD: Final = "ua-1"
PROBE = b'#set document(title: "x")\n#sys.inputs.sign *#sys.inputs.sign*'


class Column(StrEnum):
    """What a column of a table holds, and so how wide it is."""

    SHORT = "short"
    """A few words: as wide as these."""
    NUMBER = "number"
    """The same, to the right."""
    TEXT = "text"
    """Words: the width that is left."""
    BOX = "box"
    """A box to write a figure in; its cells are empty."""
    FIELD = "field"
    """A large box, for a name or a signature; its cells are empty."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a part; its words stand at the foot of its pages."""

    text: str
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Signs to compare or copy one by one, all of one width, in a frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as many in each as there are columns; the head is repeated on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    sum: bool = False
    """Whether the last row is the sum of the others."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of ours as SVG (a QR code), ``width`` in millimetres; ``alt`` says it to who cannot see it."""

    svg: str
    alt: str
    width: int = 40


Block = Heading | Paragraph | Code | Table | Picture


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of one page or more."""

    title: str
    blocks: tuple[Block, ...]


def pdf(sheet: Sheet, lang: str) -> bytes:
    """Return the sheet as PDF, PDF/UA-1; a sign that the fonts do not know is printed as its number."""
    said = {
        "title": _printable(sheet.title),
        "lang": lang,
        "of": word(lang, "sheet", "of"),
        "blocks": [_described(block) for block in sheet.blocks],
    }
    return _compiled((files(__package__) / "sheet.typ").read_bytes(), {"sheet": json.dumps(said)})


def _described(block: Block) -> dict[str, object]:
    values = {field.name: getattr(block, field.name) for field in fields(block)}
    plain = {name: value if name == "svg" else _printable(value) for name, value in values.items()}
    return {"kind": type(block).__name__.lower(), **plain}


def _printable(value: object) -> object:
    if isinstance(value, tuple):
        return [_printable(one) for one in value]
    if not isinstance(value, str):
        return value
    words = " ".join(str(visible(value)).split())
    return "".join(sign if sign.isascii() or _has_shape(sign) else f"⟨U+{ord(sign):04X}⟩" for sign in words)


@cache
def _has_shape(sign: str) -> bool:
    """Whether the fonts know a sign: a sheet with one that they do not know would be no PDF/UA, and lose it in print."""
    try:
        _compiled(PROBE, {"sign": sign})
    except typst.TypstError:
        return False
    return True


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _compiled(source: bytes, inputs: Mapping[str, str]) -> bytes:
    return typst.compile(source, format="pdf", font_paths=_fonts(), sys_inputs=dict(inputs), pdf_standards=STANDARD)
