"""The picture of the rounds: for every list a bar of its seats, full ones and rest seats in the order in which they were given."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from waarmerk.pages.law import derivation, exact, party_name, word
from waarmerk.tabulation.result import Result
from waarmerk.tabulation.steps import Kind, Step

SEAT, GAP, LEFT, ROW = 14, 3, 230, 22
"""Size of a seat, space between, width of the names, height of a row, in pixels of the picture."""
LONGEST = 32
"""Characters of a name beside the bars."""
AWARDS = (Kind.AVERAGE, Kind.REMAINDER, Kind.UNIQUE_AVERAGE)
STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
svg{max-width:100%;height:auto}text{font:12px system-ui,sans-serif;fill:#1b1b1b}
.full{fill:#154273}.rest{fill:#fff;stroke:#154273;stroke-width:1.5}.order{font-size:9px;text-anchor:middle}
table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
"""


def page(result: Result, names: Mapping[int, str], title: str, lang: str) -> str:
    """Return a whole page: the picture, and below it every step with its article. No script, nothing from elsewhere."""
    steps = "".join(
        f"<tr><th scope=row>{escape(sentence.article)}<td>{escape(sentence.text)}"
        for sentence in derivation(result.steps, names, lang)
    )
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main><h1>{escape(title)}</h1>"
        f"<p>{escape(word(lang, 'picture', 'how'))}</p>{picture(result, names, lang)}"
        f"<h2>{escape(word(lang, 'seats', 'steps'))}</h2><table>{steps}</table></main></html>\n"
    )


def picture(result: Result, names: Mapping[int, str], lang: str) -> str:
    """Return the bars as SVG; a rest seat carries the number of its turn, and its average or remainder as a title."""
    shares = [share for share in result.allotment.shares if share.seats]
    most = max((share.seats for share in shares), default=0)
    width, height = LEFT + most * (SEAT + GAP) + 60, len(shares) * ROW + 10
    rows = "".join(
        _row(index, share.number, share.full, share.seats, result, names, lang) for index, share in enumerate(shares)
    )
    label = escape(word(lang, "picture", "label"))
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{label}">{rows}</svg>'


def _row(index: int, number: int, full: int, seats: int, result: Result, names: Mapping[int, str], lang: str) -> str:
    y = index * ROW + 4
    whole = party_name(number, names, lang)
    name = f"<title>{escape(whole)}</title>{escape(shortened(whole))}"
    cells = "".join(_seat(at, y, "full") for at in range(full))
    won = [step for step in result.steps if step.kind in AWARDS and step.party == number]
    for place, at in enumerate(range(full, seats)):
        cells += _seat(at, y, "rest", won[place] if place < len(won) else None, lang)
    count = f'<text x="{LEFT + seats * (SEAT + GAP) + 6}" y="{y + 12}">{seats}</text>'
    return f'<text x="0" y="{y + 12}">{name}</text>{cells}{count}'


def shortened(name: str) -> str:
    """Return a name that fits beside the bars; the whole one is its title."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _seat(at: int, y: int, kind: str, step: Step | None = None, lang: str = "nl") -> str:
    x = LEFT + at * (SEAT + GAP)
    square = f'<rect class="{kind}" x="{x}" y="{y}" width="{SEAT}" height="{SEAT}">'
    if step is None:
        return f"{square}</rect>"
    value = escape(word(lang, "picture", step.kind.value, value=exact(step.figures["value"], lang)))
    turn = step.figures["seat"]
    return f'{square}<title>{value}</title></rect><text class="order" x="{x + SEAT / 2}" y="{y + 10}">{turn}</text>'
