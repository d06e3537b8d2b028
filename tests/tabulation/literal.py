"""A second calculator for seats: slow, literal, one seat at a time, in whole numbers; written from the law's text alone.

It shares no code with the program. A tie that matters goes to ``lot(options)``, and is noted.
"""

from collections.abc import Callable


def seats_by_the_letter(
    votes: dict[int, int],
    seats: int,
    *,
    threshold: bool = False,
    majority: bool = True,
    averages: bool | None = None,
    candidates: dict[int, int] | None = None,
    lot: Callable[[list[int]], int] = min,
) -> tuple[dict[int, int], list[list[int]]]:
    """Return seats by list, and the options of every lot in order."""
    total = sum(votes.values())
    lots: list[list[int]] = []
    have = {}
    for n in sorted(votes):
        # P 6: as often as the quota total/seats is contained in the votes.
        have[n] = 0
        while votes[n] * seats >= (have[n] + 1) * total:
            have[n] += 1
    full = dict(have)
    history: list[tuple[str, int, int, int]] = []  # round, list, numerator, denominator
    large = seats >= 19 if averages is None else averages
    left = seats - sum(have.values())

    def room(n: int, exhausted_out: bool) -> bool:
        return not exhausted_out or candidates is None or n not in candidates or have[n] < candidates[n]

    def best(options: dict[int, tuple[int, int]], left: int) -> tuple[int, int, int]:
        top = []
        for n, (a, b) in options.items():
            if all(a * d >= c * b for c, d in options.values()):
                top.append(n)
        winner = top[0]
        if len(top) > left:
            lots.append(top)
            winner = lot(top)
        return winner, *options[winner]

    def one_more(left: int, out: bool) -> bool:
        def averages_of(allowed: list[int]) -> dict[int, tuple[int, int]]:
            return {n: (votes[n], have[n] + 1) for n in allowed if votes[n] > 0 and room(n, out)}

        options: dict[int, tuple[int, int]]
        if large:
            name, options = "average", averages_of([n for n in votes if not threshold or votes[n] * seats >= total])
        else:
            had = {n for r, n, _, _ in history if r == "remainder"}
            name = "remainder"
            options = {
                n: (votes[n] * seats % total, seats)
                for n in sorted(votes)
                if 4 * votes[n] * seats >= 3 * total and votes[n] > 0 and n not in had and room(n, out)
            }
            if not options:
                had = {n for r, n, _, _ in history if r == "single"}
                name, options = "single", averages_of([n for n in sorted(votes) if n not in had])
            if not options:
                name, options = "any", averages_of(sorted(votes))
        options = dict(sorted(options.items()))
        if not options:
            return False
        n, a, b = best(options, left)
        have[n] += 1
        history.append((name, n, a, b))
        return True

    while left > 0 and one_more(left, False):
        left -= 1
    if majority:
        for n in sorted(votes):
            if 2 * votes[n] > total and 2 * have[n] <= seats and history:
                name, last, a, b = history[-1]
                same = [m for r, m, c, d in history if r == name and c * b == a * d]
                loser = last
                if len(same) > 1:
                    lots.append(same)
                    loser = lot(same)
                have[loser] -= 1
                have[n] += 1
                del history[max(i for i, h in enumerate(history) if h[1] == loser)]
                history.append(("majority", n, 0, 1))
                break
    if candidates is not None:
        back = 0
        for n in sorted(votes):
            while n in candidates and have[n] > candidates[n]:
                have[n] -= 1
                back += 1
                mine = [i for i, h in enumerate(history) if h[1] == n]
                if mine:
                    del history[mine[-1]]
                else:
                    full[n] -= 1
        while back > 0 and one_more(back, True):
            back -= 1
    return have, lots
