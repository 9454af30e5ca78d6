"""Which stage runs, how far it is and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Suivi:
    """Tells the screen which stage runs and how far it is; keeps the time each took."""

    def __init__(self, annoncer: Callable[[str, int, int], None]) -> None:
        self._annoncer = annoncer
        self.durees: dict[str, float] = {}

    @contextmanager
    def etape(self, nom: str) -> Iterator[Callable[[int, int], None]]:
        debut = time.perf_counter()
        self._annoncer(nom, 0, 0)  # how much there is to do is not known yet
        yield lambda fait, total: self._annoncer(nom, fait, total)
        self._annoncer(nom, 1, 1)
        self.durees[nom] = self.durees.get(nom, 0.0) + time.perf_counter() - debut
