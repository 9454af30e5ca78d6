"""The sheets of one deposit, each read once; their cells cleaned of what surrounds a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ingest.nettoyage import nettoyer, nettoyer_texte
from ingest.reading import ClasseurLu, Feuille

LIGNES_D_EN_TETE = 30


@dataclass(frozen=True)
class FeuilleLue(Feuille):
    """A sheet as read, and the rows where its header is looked for, their number first."""

    tete: list[tuple[Any, ...]] = field(default_factory=list)

    def rangee(self, rang: int) -> tuple[str | None, ...]:
        """One of these rows: cleaned, empty text as None."""
        return _depouillee(self.tete[rang])

    @property
    def remplie(self) -> bool:
        """Whether it has a filled cell."""
        if any(any(self.rangee(rang)) for rang in range(len(self.tete))):
            return True
        suite = depouiller(self.cellules.lazy().slice(LIGNES_D_EN_TETE).drop("ligne")).collect()
        return any(colonne.null_count() < len(colonne) for colonne in suite)


class Feuilles:
    """Reads each sheet at most once."""

    def __init__(self, classeur: ClasseurLu) -> None:
        self._classeur = classeur
        self._lues: dict[str, FeuilleLue] = {}
        self.noms = classeur.noms

    def lire(self, nom: str) -> FeuilleLue:
        if nom not in self._lues:
            lue = self._classeur.lire(nom)
            tete = lue.cellules.head(LIGNES_D_EN_TETE).rows()
            self._lues[nom] = FeuilleLue(nom, lue.cellules, lue.plages, tete)
        return self._lues[nom]


def rangees(cellules: pl.DataFrame) -> Iterator[tuple[str | None, ...]]:
    """Rows without their number, cleaned, empty text as None: few rows cost less here than as a query."""
    return map(_depouillee, cellules.iter_rows())


def _depouillee(rangee: tuple[Any, ...]) -> tuple[str | None, ...]:
    return tuple(map(nettoyer_texte, rangee[1:]))


def depouiller(cellules: pl.LazyFrame) -> pl.LazyFrame:
    """All cells cleaned, empty text as null."""
    return cellules.with_columns(nettoyer(pl.selectors.string()).name.keep())
