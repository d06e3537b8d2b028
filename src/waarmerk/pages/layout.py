"""How a page is put together: the frame around it, and the one Jinja environment.

Everything is escaped, always. Signs that would move or hide text (control and bidirectional characters, as found in names
that others wrote) become visible marks (security.md 5.6). No script, no inline style: the pages work under
``default-src 'none'; style-src 'self'``. Times are Dutch time, computed by rule, so a page is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from waarmerk.pages import catalogue
from waarmerk.pages.screens import Words, words
from waarmerk.pages.visible import visible


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page of one program: its addresses and what it is about."""

    style_url: str
    home_url: str
    other_language_url: str
    """This same page in the other language."""
    election: str = ""
    """Name of the election, for display."""
    authority: str = ""
    """Whose program this is, for display."""
    environment: str = "production"
    """``production``, ``exercise`` or ``test``; the last two get a banner on every page."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One hidden field of a form: the token against forged requests."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary above a form: words by key of ``screens-*.toml`` (``problem.…``) and the field it is about."""

    key: str
    field: str
    """The ``id`` of the field, as the page gives it."""
    detail: str = ""
    """What the words name: the number of a group, the name of a list."""


@dataclass(frozen=True, slots=True)
class SignWith:
    """What a person needs to sign a draft: the draft, the trust list that it names, and where security keys sign."""

    draft_url: str
    draft_name: str
    list_version: int
    pages: tuple[str, ...] = ()
    """Addresses of the page that signs, as the trust list names them."""

    @property
    def list_url(self) -> str:
        """Where the trust list is."""
        return f"/api/v1/trust-lists/{self.list_version}"


def render(template: str, lang: str, **values: object) -> str:
    """Return a whole page. ``values`` are its view models; a name that a template misses is our own mistake."""
    page = _environment().get_template(template)
    own = {"code_title": lambda code: _title(code, lang), "moment_text": lambda moment: moment_text(moment, lang)}
    return page.render(t=words(lang), lang=lang, **own, **values)


def style() -> str:
    """Return the style sheet, for whoever serves or embeds it."""
    return (files(__package__) / "style.css").read_text(encoding="utf-8")


def dutch_time(moment: datetime) -> datetime:
    """Return an aware moment in Dutch time by the rule of Directive 2000/84/EC: summer from the last Sundays, 01:00 UTC."""
    utc = moment.astimezone(UTC)
    summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return utc.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    day = last - timedelta(days=(last.weekday() + 1) % 7)
    return datetime(year, month, day.day, 1, tzinfo=UTC)


def _day(moment: date, t: Words) -> str:
    return t("time.day", day=moment.day, month=t(f"month.{moment.month}"), year=moment.year)


def moment_text(moment: datetime, lang: str) -> str:
    """Return a moment in Dutch time as text inside a sentence."""
    t, local = words(lang), dutch_time(moment)
    return f"{_day(local, t)}, {t('time.clock', clock=f'{local:%H:%M}')}"


def _moment(moment: datetime, lang: str) -> Markup:
    """``24 november 2026, 23.14 uur`` in a ``time`` element that machines can read too."""
    t = words(lang)
    local = dutch_time(moment)
    return Markup('<time datetime="{}"><span class="nowrap">{},</span> <span class="nowrap">{}</span></time>').format(
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _day(local, t), t("time.clock", clock=f"{local:%H:%M}")
    )


def _title(code: str, lang: str) -> str:
    return catalogue.text(code, lang).title


def _size(size: int, lang: str) -> str:
    if size < 1000:
        return words(lang).count("bytes", size)
    amount, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
    shown = f"{amount:.1f}"
    return f"{shown.replace('.', ',') if lang == 'nl' else shown} {unit}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(moment=_moment, filesize=_size)
    return environment


def _template(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
