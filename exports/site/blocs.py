"""Which figures stand on which pages, in which shape (data: modeles/site/blocs.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clauses.socle.donnees import lire_lignes
from clauses.socle.project import MODELES_DES_ECRITS

MODELES = MODELES_DES_ECRITS / "site"


@dataclass(frozen=True)
class Bloc:
    """One line of blocs.csv. `mesures`: one, or the two sides of a double chart. `vedette`: the code it speaks of."""

    theme: str
    forme: str
    tableau: str
    mesures: tuple[str, ...]
    axe_1: str
    axe_2: str | None
    sujet: str
    des: str
    pages: frozenset[str]
    vedette: str | None

    @property
    def code(self) -> str:
        """`T05-base_juridique-heures`."""
        return f"{self.tableau}-{self.axe_1}-{'-'.join(self.mesures)}"

    def fichier(self, page: str) -> str:
        """Its CSV: all the published rows of the table on these axes, for the territory."""
        axes = "-".join(a for a in (self.axe_1, self.axe_2) if a)
        return f"csv/{page}_{self.tableau}_{axes}.csv"


@cache
def lire_blocs() -> tuple[Bloc, ...]:
    """In the order of the pages."""
    return tuple(
        Bloc(
            mesures=tuple(x.pop("mesure").split("/")),
            axe_2=x.pop("axe_2") or None,
            pages=frozenset(x.pop("pages").split()),
            vedette=x.pop("vedette") or None,
            **x,
        )
        for x in lire_lignes(MODELES / "blocs.csv")
    )
