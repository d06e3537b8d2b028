"""Where the static pages lie in the public folder, and how one leads to another: relative, so that a stick works too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from waarmerk.pages.screens import LANGUAGES, other

STYLE = "style.css"
FIRST = "index.html"


@dataclass(frozen=True, slots=True)
class Place:
    """One page: its language and its address within that language; Dutch stands at the top, English under ``en/``."""

    lang: str
    name: str = FIRST

    @classmethod
    def of(cls, lang: str, org: str) -> Self:
        """The page of an authority: ``a/gsb-0599/index.html``."""
        return cls(lang, f"a/{org.replace(':', '-')}/{FIRST}")

    @property
    def path(self) -> str:
        """Its address in the public folder."""
        return self.name if self.lang == LANGUAGES[0] else f"{self.lang}/{self.name}"

    @property
    def other(self) -> Self:
        """The same page in the other language."""
        return type(self)(other(self.lang), self.name)

    def to(self, address: str) -> str:
        """Return the way from this page to an address in the folder."""
        return "../" * self.path.count("/") + address

    def page(self, name: str) -> str:
        """Return the way to another page in the same language."""
        return self.to(type(self)(self.lang, name).path)
