"""What all writers of EML share: canonical bytes on one line, in the order and spelling of eml-nl.md 2.9.

Canonical XML 1.0 with comments: no declaration, empty elements as two tags, namespaces on the root in the order default,
ds, kr, (sb,) xal, xnl, attributes in alphabetical order, the few escapes that c14n makes. So the digest of the bytes is the
digest of the canonical form, and every existing program prints the same one.
"""

from __future__ import annotations

from datetime import datetime

from waarmerk.election.count import ElectionInfo
from waarmerk.formats.document import CANONICALIZATION
from waarmerk.formats.grammar import EML, PREFIXES

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


def text(value: str) -> str:
    """Return a text as canonical XML writes it."""
    return value.translate(_TEXT)


def tag(name: str, content: str = "", **attributes: str | None) -> str:
    """Return an element around content that is markup already; attributes that are ``None`` are left out."""
    given = "".join(
        f' {key}="{value.translate(_ATTRIBUTE)}"' for key, value in sorted(attributes.items()) if value is not None
    )
    return f"<{name}{given}>{content}</{name}>"


def leaf(name: str, value: str | None, **attributes: str | None) -> str:
    """Return an element with a text; nothing when there is none."""
    return "" if value is None else tag(name, text(value), **attributes)


def created_at(moment: datetime) -> str:
    """Return a time of creation as the official programs write it: local, with milliseconds, without a zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000")


def root(message: str, *, stations: bool = False) -> str:
    """Return the start tag of a message; ``stations``: whether it needs the namespace of 1.3 polling stations."""
    prefixes = sorted(prefix for prefix in PREFIXES if stations or prefix != "sb")
    declared = "".join(f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in prefixes)
    return f'<EML xmlns="{EML}"{declared} Id="{message}" SchemaVersion="5">'


def header(
    created: str, authority: tuple[str, str] | None, issued: str | None = None, version: str | None = None
) -> str:
    """Return the header: authority as (id, name), the dates as they are, the version of EML_NL from 1.3 on."""
    managing = ""
    if authority is not None:
        identifier = leaf("AuthorityIdentifier", authority[1], Id=authority[0])
        managing = tag("ManagingAuthority", identifier + tag("AuthorityAddress"))
    return (
        tag("TransactionId", "1")
        + managing
        + leaf("IssueDate", issued)
        + (tag("kr:Schema", Version=version) if version else "")
        + leaf("kr:CreationDateTime", created)
        + tag("ds:CanonicalizationMethod", Algorithm=CANONICALIZATION)
    )


def election(info: ElectionInfo, nomination: str | None = None) -> str:
    """Return ElectionIdentifier with its children in their order."""
    return tag(
        "ElectionIdentifier",
        leaf("ElectionName", info.name)
        + leaf("ElectionCategory", info.category)
        + leaf("kr:ElectionSubcategory", info.subcategory)
        + leaf("kr:ElectionDomain", info.domain, Id=info.domain_id)
        + leaf("kr:ElectionDate", info.date)
        + leaf("kr:NominationDate", nomination),
        Id=info.id,
    )


def contest(identifier: str, name: str | None) -> str:
    """Return ContestIdentifier."""
    return tag("ContestIdentifier", leaf("ContestName", name), Id=identifier)


def skeleton(markup: str) -> bytes:
    """Return markup as a template for numbers: its own per cent signs doubled, U+0000 where a number goes."""
    return markup.replace("%", "%%").replace("\0", "%d").encode("utf-8")
