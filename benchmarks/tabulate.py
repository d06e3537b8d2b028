"""How long it takes to go from parsed counts to seats, and to all margins, for a made-up nation.

``python benchmarks/tabulate.py``: 20 districts, 340 municipalities, 9,860 stations, 26 lists. Aims: 2 s to seats, 10 s for margins.
"""

import time
from dataclasses import replace

from waarmerk.election.lists import by_contest
from waarmerk.simulate.election import CREATED, KINDS, election
from waarmerk.tabulation.add_up import Part
from waarmerk.tabulation.climb import climb
from waarmerk.tabulation.law import rules_for
from waarmerk.tabulation.levels import bodies
from waarmerk.tabulation.lots import Draw
from waarmerk.tabulation.margins import margins
from waarmerk.tabulation.party import parties_of
from waarmerk.tabulation.result import Result, establish
from waarmerk.tabulation.seats import LotNeeded

NATION = replace(KINDS["TK"], districts=20, municipalities=17, stations=(29, 29), parties=26, sizes=(35, 45))


def main() -> None:
    start = time.perf_counter()
    made = election(NATION, 1)
    parts = [Part(count, str(count.authority_id)) for count in made.counts]
    print(f"made up: {time.perf_counter() - start:.1f} s, {sum(len(c.units) for c in made.counts)} stations")

    start = time.perf_counter()
    found = climb(bodies(made.definition), parts, by_contest(made.lists), CREATED)
    added = time.perf_counter() - start
    assert found.top is not None
    assert found.agrees
    count = found.top.count
    parties, rules = parties_of(count), rules_for("TK", 150)
    draws: list[Draw] = []
    while isinstance(result := establish(rules, parties, draws), LotNeeded):
        draws.append(Draw(result.question.options, result.question.options[0]))
    assert isinstance(result, Result)
    seats = time.perf_counter() - start
    print(
        f"{count.ballot.size} candidates: added up in {added:.2f} s, seats and {len(result.elected)} persons in {seats:.2f} s"
    )

    start = time.perf_counter()
    all_of_them = margins(rules, parties, result.allotment)
    print(f"{len(all_of_them)} margins in {time.perf_counter() - start:.2f} s; the smallest: {all_of_them[0]}")


if __name__ == "__main__":
    main()
