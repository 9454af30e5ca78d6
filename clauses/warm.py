"""The two libraries that take seconds to import, each in a process of its own beside the main one.

dbt warms up while deposits are read; Great Expectations validates them while dbt builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

import polars as pl

from clauses.workers import Ouvrier
from expectations import adaptateur

_POLITESSE = 10  # the build is what everything waits for: validation takes the time that it leaves


class Ouvriers:
    """The two processes; the first is given, already importing dbt: everything waits for it in the end."""

    def __init__(self, pile: ExitStack, dbt: Ouvrier) -> None:
        self.dbt = dbt
        self._pile = pile
        self._gx: Ouvrier | None = None

    @property
    def gx(self) -> Ouvrier:
        if self._gx is None:
            self._gx = self._pile.enter_context(Ouvrier(adaptateur.precharger))
        return self._gx

    def valider(self, profils: Mapping[str, pl.DataFrame]) -> Ouvrier:
        """Starts the validation of a load; `attendre` gives the adapter's results."""
        self._gx = self._pile.enter_context(Ouvrier(adaptateur.valider, profils, politesse=_POLITESSE))
        return self._gx

    def congedier(self) -> None:
        """Nothing more is asked of them: they end while the report is written."""
        self.dbt.congedier()
        if self._gx is not None:
            self._gx.congedier()
