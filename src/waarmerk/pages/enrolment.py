"""The page of an enrolment request: signed with ink, compared with the file by two registrars (security.md 3.9)."""

from __future__ import annotations

import segno

from waarmerk.pages import screens
from waarmerk.pages.sheet import Block, Code, Column, Paragraph, Picture, Sheet, Table, pdf
from waarmerk.seal.enrolment import Enrolment
from waarmerk.wire.digests import printed_key

WRITTEN = ("name", "function", "phone")
"""What stands on paper only: no file and no list names a person."""


def sheet(made: Enrolment, lang: str) -> bytes:
    """Return the page as PDF."""
    words = screens.words(lang, "terminal")
    about = {name: getattr(made, name) for name in ("org", "person", "election", "environment", "challenge")}
    known = tuple((words(f"enrol.{name}"), value) for name, value in about.items())
    by_hand = tuple((words(f"enrol.{name}"), "") for name in WRITTEN)
    code = segno.make(f"{made.org} {made.person} {made.key.text}", micro=False)
    blocks: tuple[Block, ...] = (
        Paragraph(words("enrol.what")),
        Table((Column.SHORT, Column.TEXT), (*known, (words("enrol.type"), made.key.type))),
        Paragraph(words("enrol.number")),
        Code(printed_key(made.key.id)),
        Picture(code.svg_inline(), words("enrol.code")),
        Table((Column.SHORT, Column.FIELD), by_hand),
        Paragraph(words("enrol.ink")),
        Table((Column.FIELD, Column.FIELD), (("", ""),), (words("enrol.signer"), words("enrol.chair"))),
        Paragraph(words("enrol.send")),
        Table((Column.FIELD, Column.FIELD), (("", ""),), (words("enrol.registrar"),) * 2),
    )
    return pdf(Sheet(words("enrol.title"), blocks), lang)
