import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarmerk.errors import BadData
from waarmerk.tabulation.draw import draw


def test_three_lists_are_drawn() -> None:
    assert len(set(draw("4 2 6 1", "TK2023", "0599", range(1, 25)).lists)) == 3


def test_the_draw_can_be_repeated_with_sha256sum_and_sort() -> None:
    by_hand = sorted(range(1, 25), key=lambda n: hashlib.sha256(f"4 2 6 1/TK2023/0599/{n}".encode()).hexdigest())
    assert draw("4 2 6 1", "TK2023", "0599", range(1, 25)).lists == tuple(sorted(by_hand[:3]))


@given(st.permutations(list(range(1, 15))))
def test_order_of_lists_never_matters(lists: list[int]) -> None:
    assert draw("7", "GR2030", "9987", lists) == draw("7", "GR2030", "9987", range(1, 15))


def test_blanks_do_not_make_another_seed() -> None:
    assert draw(" 4  2 ", "TK2023", "0599", range(1, 9)) == draw("4 2", "TK2023", "0599", range(1, 9))


def test_each_authority_and_each_seed_has_its_own_draw() -> None:
    drawn = {draw(seed, "TK2023", f"{n:04d}", range(1, 25)).lists for seed in ("1", "2") for n in range(50)}
    assert len(drawn) > 90


def test_every_list_is_drawn_about_as_often() -> None:
    counted = Counter(n for seed in range(3_000) for n in draw(str(seed), "TK2023", "0599", range(1, 13)).lists)
    assert min(counted.values()) > 3_000 * 3 / 12 * 0.85
    assert max(counted.values()) < 3_000 * 3 / 12 * 1.15


def test_fewer_lists_than_three_are_all_drawn() -> None:
    assert draw("1", "GR2030", "9987", [4, 2]).lists == (2, 4)


@pytest.mark.parametrize("seed", ["", "   ", "a\nb", "é", "a/b", "x" * 201])
def test_a_seed_that_nobody_can_type_again_is_refused(seed: str) -> None:
    with pytest.raises(BadData) as raised:
        draw(seed, "TK2023", "0599", [1])
    assert raised.value.code == "E-DRAW-SEED"
