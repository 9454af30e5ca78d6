"""The two libraries that take seconds to import, each warming up in its own process while deposits are read."""

from __future__ import annotations

from contextlib import ExitStack

from clauses import dbt_build
from clauses.workers import Ouvrier
from clauses.workspace import Espace
from expectations import adaptateur


class Ouvriers:
    """The two warm processes, started at most once."""

    def __init__(self, pile: ExitStack, espace: Espace) -> None:
        self._pile = pile
        self._espace = espace
        self._dbt: Ouvrier | None = None
        self._gx: Ouvrier | None = None

    def chauffer(self) -> None:
        if self._dbt is None:
            self._dbt = self._pile.enter_context(
                Ouvrier(dbt_build.preparer, self._espace.travail, self._espace.logs)
            )
            self._gx = self._pile.enter_context(Ouvrier(adaptateur.precharger))

    def congedier(self) -> None:
        """Nothing more is asked of them: they end while the report is written."""
        for ouvrier in (self._dbt, self._gx):
            if ouvrier is not None:
                ouvrier.congedier()

    @property
    def dbt(self) -> Ouvrier:
        assert self._dbt is not None
        return self._dbt

    @property
    def gx(self) -> Ouvrier:
        assert self._gx is not None
        return self._gx
