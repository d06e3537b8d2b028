"""The page at which a security key signs in a browser: one file that loads and sends nothing (security.md 3.10 a).

It carries its style and its script, each allowed by its hash. The script is the only one of the project; its words come from
``signing-*.toml``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files

from markupsafe import Markup

from waarmerk.pages.layout import Frame, render, style
from waarmerk.pages.screens import LANGUAGES, other, words

PAGES = {"nl": "index.html", "en": "en.html"}
"""File name by language, in one folder of one origin."""


def script() -> str:
    """Return the script of the page."""
    return (files(__package__) / "signing.js").read_text(encoding="utf-8")


def signing_pages() -> dict[str, str]:
    """Return every file of the page by its name."""
    return {PAGES[lang]: _page(lang) for lang in LANGUAGES}


def _page(lang: str) -> str:
    sheet, program, w = style(), script(), words(lang, "signing")
    policy = f"default-src 'none'; script-src {_hash(program)}; style-src {_hash(sheet)}; form-action 'none'; base-uri 'none'"
    return render(
        "signing.html",
        lang,
        frame=Frame(style_url="", home_url="#main", other_language_url=PAGES[other(lang)]),
        w=w,
        words=json.dumps(dict(w.table), ensure_ascii=False),
        policy=policy,
        sheet=Markup(sheet),  # noqa: S704  our own file, like the script; they alone are not escaped
        script=Markup(program),  # noqa: S704
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
