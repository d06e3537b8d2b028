"""What an EML message may contain: a tree of elements, written down per message and walked by ``xmlstream``.

An element says how often it stands in its parent, which attributes it has, what its text is and which method of the
message's builder is called when it begins or ends. Order is the order of writing; another order is noted, not refused
(eml-nl.md 2.9). Nothing in here knows XML: a grammar is data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

EML = "urn:oasis:names:tc:evs:schema:eml"
DS = "http://www.w3.org/2000/09/xmldsig#"
KR = "http://www.kiesraad.nl/extensions"
XAL = "urn:oasis:names:tc:ciq:xsdschema:xAL:2.0"
XNL = "urn:oasis:names:tc:ciq:xsdschema:xNL:2.0"
SB = "http://www.kiesraad.nl/sb-extensions"
RG = "http://www.kiesraad.nl/reportgenerator"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

PREFIXES = {"ds": DS, "kr": KR, "sb": SB, "xal": XAL, "xnl": XNL}
"""The usual prefixes; elements without one are OASIS elements. Reading never looks at prefixes."""
KNOWN_NAMESPACES = frozenset({EML, DS, KR, XAL, XNL, SB, RG, XSI, "http://www.w3.org/XML/1998/namespace"})
"""What may be declared, used or not (eml-nl.md 2.2); any other declaration is noted."""


class Text(Enum):
    """What stands between the tags when it is not other elements."""

    NONE = "none"
    """White space only."""
    ANY = "any"
    UNREAD = "unread"
    """Known, allowed and of no use to us, with everything below it: only the safety rules look at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of a message. ``begin`` gets the attributes, ``end`` the text: names of methods of the builder."""

    name: str
    children: tuple[Element, ...] = ()
    attributes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """Attributes without which the message means nothing."""
    many: bool = False
    must: bool = False
    """Refused when absent."""
    should: bool = False
    """Noted when absent."""
    newer: bool = False
    """Only in EML_NL 1.3; noted in an older file."""
    text: Text = Text.NONE
    begin: str = ""
    end: str = ""
    foreign: str = ""
    """Namespace of elements that may stand here without meaning for us; ``*`` for every one that is not known."""


def expand(name: str) -> str:
    """Return the name as the parser gives it: ``kr:Schema`` becomes ``http://www.kiesraad.nl/extensions Schema``."""
    prefix, colon, local = name.partition(":")
    return f"{PREFIXES[prefix]} {local}" if colon else f"{EML} {name}"


def element(
    name: str,
    *children: Element,
    ids: str = "",
    attributes: str = "",
    begin: str = "",
    end: str = "",
    foreign: str = "",
) -> Element:
    """Return an element of other elements; ``ids`` are attributes that it must have, ``attributes`` those that it may have."""
    required = tuple(ids.split())
    return Element(
        expand(name),
        children,
        required + tuple(attributes.split()),
        required,
        begin=begin,
        end=end,
        foreign=RG if foreign == "rg" else foreign,
    )


def leaf(name: str, end: str = "", *, ids: str = "", attributes: str = "", begin: str = "") -> Element:
    """Return an element of text only."""
    return replace(element(name, ids=ids, attributes=attributes, begin=begin, end=end), text=Text.ANY)


def unread(name: str) -> Element:
    """Return an element that is known and passed over with all that is in it."""
    return Element(expand(name), text=Text.UNREAD)


def must(child: Element) -> Element:
    """The parent is refused without it."""
    return replace(child, must=True)


def should(child: Element) -> Element:
    """The parent is noted without it."""
    return replace(child, should=True)


def many(child: Element) -> Element:
    """It may stand there more than once."""
    return replace(child, many=True)


def newer(child: Element) -> Element:
    """It belongs to EML_NL 1.3."""
    return replace(child, newer=True)
