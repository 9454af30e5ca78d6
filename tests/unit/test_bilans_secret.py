"""What a reader of a small table can work out about a hidden cell: never whether it is under the minimum."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from exports.bilans.secret import motif, tout_dans_une_classe

MINIMUM = 5


def valeurs_possibles(effectifs: list[int], caches: list[bool]) -> list[set[int]]:
    """By enumeration: for each hidden cell, the values that agree with the total and with every cell shown.

    The reader knows that zeros are shown, so a hidden cell is at least 1, unless the whole table is hidden.
    """
    reste = sum(n for n, cache in zip(effectifs, caches, strict=True) if cache)
    rangs = [i for i, cache in enumerate(caches) if cache]
    plus_petit = 0 if all(caches) else 1
    possibles: list[set[int]] = [set() for _ in effectifs]
    for essai in product(range(plus_petit, reste + 1), repeat=max(len(rangs) - 1, 0)):
        dernier = reste - sum(essai)
        if rangs and dernier >= plus_petit:
            for i, valeur in zip(rangs, (*essai, dernier), strict=True):
                possibles[i].add(valeur)
    return possibles


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(lambda x: sum(x) >= MINIMUM))
def test_a_hidden_small_count_may_be_anything_from_one_to_the_minimum(effectifs: list[int]) -> None:
    caches = motif(effectifs, [MINIMUM] * len(effectifs), sum(effectifs))
    petits = [0 < n < MINIMUM for n in effectifs]
    assert all(cache for cache, petit in zip(caches, petits, strict=True) if petit)
    if any(petits):
        possibles = valeurs_possibles(effectifs, caches)
        for n, petit, valeurs in zip(effectifs, petits, possibles, strict=True):
            if petit:
                assert min(valeurs) <= 1
                assert max(valeurs) >= MINIMUM, (effectifs, caches, n)
    else:
        assert not any(caches)


def test_one_small_cell_takes_another_with_it() -> None:
    assert motif([2, 30, 8], [5, 5, 5], 40) == [True, False, True]


def test_two_small_cells_whose_sum_tells_them_take_a_third() -> None:
    # 1 + 1 hidden, their sum known: each would be 1
    assert motif([1, 1, 20, 9], [5] * 4, 31) == [True, True, False, True]


def test_a_table_that_cannot_be_protected_is_hidden_whole() -> None:
    assert motif([3, 0, 0], [5] * 3, 3) == [True, True, True]
    assert motif([4, 12, 0], [5, 5, 5], 16) == [True, True, False]
    assert motif([8, 0], [11, 5], 8) == [True, True]


def test_a_sensitive_cell_has_a_higher_minimum() -> None:
    assert motif([8, 30, 20], [11, 5, 5], 58) == [True, False, True]
    assert motif([8, 30, 20], [5, 5, 5], 58) == [False, False, False]


def test_everyone_in_one_class() -> None:
    assert tout_dans_une_classe([0, 12, 0])
    assert not tout_dans_une_classe([1, 12])
