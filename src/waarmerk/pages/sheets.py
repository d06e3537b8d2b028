"""Sheets for paper: the three lists to add up again by hand, and the figures of the committee's record (model P 22).

A sheet for re-adding shows no figure of the count: who adds must not know what should come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waarmerk.election.count import Count
from waarmerk.pages.catalogue import number
from waarmerk.pages.law import capital, derivation, party_name, word
from waarmerk.pages.sheet import Block, Column, Heading, Paragraph, Sheet, Table, pdf
from waarmerk.tabulation.draw import Draw
from waarmerk.tabulation.result import Result

PERSONS = 2
"""Who add up together."""


def recount(count: Count, drawn: Draw, lang: str) -> bytes:
    """Return the sheet on which the drawn lists are added up again over all units, one page or more for each list."""
    blocks = tuple(block for lst in drawn.lists for block in _recounted(count, drawn, lst, lang))
    return pdf(Sheet(word(lang, "sheet", "recount-title", area=count.authority_name), blocks), lang)


def _recounted(count: Count, drawn: Draw, lst: int, lang: str) -> Iterator[Block]:
    names = {one.number: one.name for one in count.ballot.lists}
    units = tuple((unit.id.rpartition("SB")[2], unit.name, "") for unit in count.units)
    total = ("", word(lang, "sheet", "sum"), "")
    head = (word(lang, "sheet", "number"), word(lang, "sheet", "station"), word(lang, "seats", "votes"))
    yield Heading(capital(party_name(lst, names, lang)), new_page=lst != drawn.lists[0])
    yield Paragraph(word(lang, "sheet", "recount-how"))
    yield Paragraph(word(lang, "sheet", "recount-seed", seed=drawn.seed))
    yield Table((Column.NUMBER, Column.TEXT, Column.BOX), (*units, total), head, sum=True)
    yield Paragraph(word(lang, "sheet", "signed"))
    who = (word(lang, "sheet", "name"), word(lang, "sheet", "signature"))
    yield Table((Column.FIELD, Column.FIELD), (("", ""),) * PERSONS, who)


def record(result: Result, names: Mapping[int, str], title: str, lang: str) -> bytes:
    """Return the figures that the committee's record needs: votes and seats per list, the derivation, the elected."""
    return pdf(
        Sheet(title, (*_shares(result, lang), *_derivation(result, names, lang), *_elected(result, names, lang))), lang
    )


def _shares(result: Result, lang: str) -> Iterator[Block]:
    yield Heading(word(lang, "seats", "title"))
    columns = (Column.NUMBER, Column.TEXT, *[Column.NUMBER] * 4)
    rows = tuple(
        (
            str(share.number),
            share.name,
            *(number(figure, lang) for figure in (share.votes, share.full, share.residual, share.seats)),
        )
        for share in result.allotment.shares
    )
    yield Table(columns, rows, _head(lang, "list", "name", "votes", "full", "residual", "seats"))


def _derivation(result: Result, names: Mapping[int, str], lang: str) -> Iterator[Block]:
    yield Heading(word(lang, "seats", "steps"))
    head = (word(lang, "sheet", "article"), word(lang, "sheet", "step"))
    rows = tuple((said.article, said.text) for said in derivation(result.steps, names, lang))
    yield Table((Column.SHORT, Column.TEXT), rows, head)


def _elected(result: Result, names: Mapping[int, str], lang: str) -> Iterator[Block]:
    if not result.elected:
        return
    yield Heading(word(lang, "seats", "elected"))
    columns = (Column.NUMBER, Column.TEXT, Column.SHORT, Column.NUMBER)
    rows = tuple(
        (
            str(person.party),
            person.name or person.key,
            word(lang, "seats", person.how.value),
            number(person.votes, lang),
        )
        for person in result.elected
    )
    yield Table(columns, rows, (*_head(lang, "list", "name"), word(lang, "sheet", "how"), *_head(lang, "votes")))


def _head(lang: str, *keys: str) -> tuple[str, ...]:
    return tuple(word(lang, "seats", key) for key in keys)
