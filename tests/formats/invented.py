"""Made-up counts of invented municipalities, small and any shape, with names that try the escapes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from waarmerk.election.count import (
    REASON_CODES,
    Ballot,
    Candidate,
    CandidateList,
    Count,
    ElectionInfo,
    Figure,
    Investigation,
    Votes,
)
from waarmerk.formats import names

INFO = ElectionInfo(
    "GR2030_Voorbeelddam", "Gemeenteraad Voorbeelddam 2030", "GR", "GR1", "Voorbeelddam", "9987", "2030-03-20"
)
CREATED = "2030-03-21T15:00:00.000"
CODES = list(REASON_CODES.values())
USUAL = [Figure.CAST, Figure.COUNTED, Figure.INVALID, Figure.BLANK, *CODES[:9], *CODES[12:]]
"""What a municipality without postal votes reports."""


def ballot(sizes: list[int], *, first: int = 1, list_names: list[str] | None = None) -> Ballot:
    lists, start = [], 0
    for index, size in enumerate(sizes):
        name = list_names[index] if list_names else f"Lijst {index}"
        lists.append(CandidateList(first + 2 * index, name, tuple(Candidate(i + 1) for i in range(size)), start))
        start += size
    return Ballot(tuple(lists))


def votes(on: Ballot, rows: int, seed: int, figures: list[Figure] = USUAL, *, largest: int = 1000) -> Votes:
    random = np.random.default_rng(seed)
    cells = random.integers(0, largest, (rows, on.size), dtype=np.int32)
    cells *= random.integers(0, 2, (rows, on.size), dtype=np.int32)
    lists = np.stack([cells[:, one.columns].sum(axis=1) for one in on.lists], axis=1).astype(np.int32)
    others = np.zeros((rows, len(Figure)), np.int32)
    reported = np.zeros((rows, len(Figure)), np.bool_)
    for figure in figures:
        others[:, figure] = random.integers(0, largest, rows)
        reported[:, figure] = True
    others[:, Figure.COUNTED] = lists.sum(axis=1)
    return Votes(cells, lists, others, np.ones_like(cells, np.bool_), np.ones_like(lists, np.bool_), reported)


def total(of: Votes) -> Votes:
    return Votes(
        of.candidates.sum(axis=0, keepdims=True).astype(np.int32),
        of.lists.sum(axis=0, keepdims=True).astype(np.int32),
        of.figures.sum(axis=0, keepdims=True).astype(np.int32),
        np.ones((1, of.candidates.shape[1]), np.bool_),
        np.ones((1, of.lists.shape[1]), np.bool_),
        np.array([[figure in USUAL for figure in Figure]]),
    )


def count(
    sizes: list[int] | None = None,
    stations: int = 2,
    *,
    seed: int = 1,
    message: str = "510b",
    station_names: list[str] | None = None,
    list_names: list[str] | None = None,
    investigations: tuple[Investigation, ...] = (),
    largest: int = 1000,
) -> Count:
    on = ballot(sizes or [2, 1], list_names=list_names)
    figures = votes(on, stations, seed, largest=largest)
    shown = station_names or [
        f"Stembureau Zaal {index} (postcode: 99{index % 90 + 10} ZZ)" for index in range(stations)
    ]
    return Count(
        message,
        INFO,
        "9987",
        "Voorbeelddam",
        "geen",
        None,
        CREATED,
        on,
        tuple(names.unit(f"9987::SB{index + 1}", name) for index, name in enumerate(shown)),
        figures,
        total(figures),
        "eml",
        (),
        investigations,
        canonical=True,
        canonicalization_method=True,
    )


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
    max_size=30,
).map(lambda text: " ".join(text.split()))
"""Names without control characters and without white space around them: what a token can be."""


@st.composite
def counts(draw: st.DrawFn) -> Count:
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    stations = draw(st.integers(0, 4))
    return count(
        sizes,
        stations,
        seed=draw(st.integers(0, 10_000)),
        station_names=[f"Stembureau {draw(TEXTS)}" for _ in range(stations)],
        list_names=[draw(TEXTS) for _ in sizes],
        largest=draw(st.sampled_from([2, 12, 1000, 2_000_000])),
        investigations=tuple(
            Investigation(index, "uitslag gecorrigeerd", draw(st.booleans()))
            for index in range(stations)
            if draw(st.booleans())
        ),
    )
