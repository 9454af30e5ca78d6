"""The two libraries that take seconds to import, each warming up in its own process while deposits are read."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from clauses import dbt_build
from clauses.workers import Ouvrier
from expectations import adaptateur


class Ouvriers:
    """The two warm processes, started at most once."""

    def __init__(self, pile: ExitStack, travail: Path) -> None:
        self._pile = pile
        self._travail = travail
        self._dbt: Ouvrier | None = None
        self._gx: Ouvrier | None = None

    def chauffer(self) -> None:
        if self._dbt is None:
            self._dbt = self._pile.enter_context(Ouvrier(dbt_build.preparer, self._travail))
            self._gx = self._pile.enter_context(Ouvrier(adaptateur.precharger))

    @property
    def dbt(self) -> Ouvrier:
        assert self._dbt is not None
        return self._dbt

    @property
    def gx(self) -> Ouvrier:
        assert self._gx is not None
        return self._gx
