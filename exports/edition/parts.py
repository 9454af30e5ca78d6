"""Shares that add up to 100 when they are read, not only when they are computed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from clauses.socle.nombres import arrondir


def arrondir_a_100(parts: Sequence[float | None], decimales: int = 1) -> list[float | None]:
    """Shares (percent) rounded so that they add up to 100: the largest remainders are rounded up.

    Where a share is hidden (None) or they do not make 100, each is rounded on its own: filling up to 100 would
    tell what is hidden.
    """
    unite = 10**decimales
    if any(p is None for p in parts) or abs(sum(p for p in parts if p is not None) - 100) > 0.01:
        return [None if p is None else float(arrondir(p, decimales)) for p in parts]
    exactes = [Fraction(str(p)) * unite for p in parts if p is not None]
    entieres = [int(e) for e in exactes]
    manque = 100 * unite - sum(entieres)
    rangs = sorted(range(len(exactes)), key=lambda i: (entieres[i] - exactes[i], i))
    for i in rangs[:manque]:
        entieres[i] += 1
    return [e / unite for e in entieres]
