"""A plain PDF writer for sheets on paper: text and lines on A4, the two fonts that every reader has, the same bytes each time.

The fonts know West European letters; a letter beyond them is printed without its mark (ş as s), for paper only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
MARGIN = 50
ENCODING = "cp1252"
FONTS = ("Helvetica", "Helvetica-Bold")


@dataclass(slots=True)
class Page:
    """One page; the origin is at the lower left, sizes in points."""

    operations: list[bytes] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, size: float = 10, *, bold: bool = False) -> None:
        """Print words from a place on the base line."""
        font = b"F2" if bold else b"F1"
        self.operations.append(b"BT /%s %s Tf %s %s Td (%s) Tj ET" % (font, _n(size), _n(x), _n(y), _escaped(words)))

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.5) -> None:
        """Draw a straight line."""
        self.operations.append(b"%s w %s %s m %s %s l S" % tuple(_n(n) for n in (width, x1, y1, x2, y2)))

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an empty box to write in."""
        self.operations.append(b"0.5 w %s %s %s %s re S" % tuple(_n(n) for n in (x, y, width, height)))


def document(pages: Sequence[Page], title: str) -> bytes:
    """Return a PDF of these pages."""
    kids = b" ".join(b"%d 0 R" % (6 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        *(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name.encode()
            for name in FONTS
        ),
        b"<< /Title (%s) >>" % _escaped(title),
    ]
    for index, page in enumerate(pages):
        content = b"\n".join(page.operations)
        objects.append(_page(7 + 2 * index))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _page(content: int) -> bytes:
    fonts = b"<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
    size = b"[0 0 %d %d]" % (WIDTH, HEIGHT)
    return b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources %s /Contents %d 0 R >>" % (size, fonts, content)


def _file(objects: Sequence[bytes]) -> bytes:
    data = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)


def _escaped(words: str) -> bytes:
    data = "".join(_known(sign) for sign in words).encode(ENCODING, "replace")
    return (
        data.replace(b"\\", b"\\\\")
        .replace(b"(", b"\\(")
        .replace(b")", b"\\)")
        .replace(b"\r", b" ")
        .replace(b"\n", b" ")
    )


def _known(sign: str) -> str:
    """Return a sign as the fonts know it; without its marks where they do not."""
    try:
        sign.encode(ENCODING)
    except UnicodeEncodeError:
        return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return sign


def _n(number: float) -> bytes:
    return (b"%.2f" % number).rstrip(b"0").rstrip(b".")
