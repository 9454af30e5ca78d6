"""What a document may not show of the persons, and what must be hidden with it so that no subtraction gives it back."""

from __future__ import annotations

from collections.abc import Sequence


def motif(effectifs: Sequence[int], minimums: Sequence[int], total: int) -> list[bool]:
    """Which cells of a breakdown are hidden, its total being shown and each cell having its own minimum.

    A cell from 1 to its minimum less one is hidden, then the smallest others until what the reader can work out
    (the sum of the hidden cells, each at least 1) leaves each of them free to be 1 or to reach its minimum. Where
    that is out of reach everything is hidden, zeros included.
    """
    if 0 < total < min(minimums, default=0):
        return [True] * len(effectifs)
    caches = [0 < n < m for n, m in zip(effectifs, minimums, strict=True)]
    if not any(caches):
        return caches
    exigence = max(m for m, cache_ in zip(minimums, caches, strict=True) if cache_)
    for i in sorted(range(len(effectifs)), key=lambda i: (effectifs[i], i)):
        if _protege(effectifs, caches, exigence):
            return caches
        if effectifs[i] > 0:
            caches[i] = True
    return caches if _protege(effectifs, caches, exigence) else [True] * len(effectifs)


def _protege(effectifs: Sequence[int], caches: Sequence[bool], exigence: int) -> bool:
    caches_ = [n for n, cache_ in zip(effectifs, caches, strict=True) if cache_]
    if len(caches_) < 2:
        return False
    return sum(caches_) - len(caches_) + 1 >= exigence


def tout_dans_une_classe(effectifs: Sequence[int]) -> bool:
    """Everyone in one class: the breakdown says of each person what it is about."""
    return sum(1 for n in effectifs if n > 0) == 1
