"""The two processes beside the main one: one builds the candidate, the other validates with Great Expectations."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property

from clauses.chantier import dbt_build
from clauses.socle.workers import Ouvrier
from expectations import adaptateur


class Ouvriers:
    """They end with `pile`, or by themselves once dismissed.

    `gx`: the one that validates, when it is already importing its library; otherwise each starts when it is first called.
    """

    def __init__(self, pile: ExitStack, gx: Ouvrier | None = None) -> None:
        self._pile = pile
        self._appeles: list[Ouvrier] = []
        if gx is not None:
            self.gx = self._commencer(gx)

    @cached_property
    def constructeur(self) -> Ouvrier:
        return self._commencer(Ouvrier(dbt_build.importer))

    @cached_property
    def gx(self) -> Ouvrier:
        return self._commencer(Ouvrier(adaptateur.precharger))

    def _commencer(self, ouvrier: Ouvrier) -> Ouvrier:
        self._appeles.append(ouvrier)
        return self._pile.enter_context(ouvrier)

    def congedier(self) -> None:
        """Nothing more is asked of them: they end while the report is written."""
        for ouvrier in self._appeles:
            ouvrier.congedier()
