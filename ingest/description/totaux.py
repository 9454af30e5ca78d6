"""The sums that a source writes below its lines, beside what its lines add up to."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.description.langage import FEUILLE
from ingest.description.observation import DEPOT
from ingest.description.proposees import SEUIL, BlocPropose, Proposition
from ingest.nombres import lire_heures

TOLERANCE = 0.005  # of the sum


@dataclass(frozen=True)
class TotalEcrit:
    """A sum of hours in the unit of its column: `ecrit` by the file, `lignes` added up."""

    feuille: str
    entete: str
    ecrit: float
    lignes: float

    @property
    def concorde(self) -> bool:
        return _egaux(self.ecrit, self.lignes)


def _egaux(ecrit: float, lignes: float) -> bool:
    return abs(ecrit - lignes) <= TOLERANCE * max(1.0, abs(ecrit))


def totaux_ecrits(proposition: Proposition) -> list[TotalEcrit]:
    """Of the columns of hours that are sure, sheet by sheet; the largest sum of a sheet is that of all its lines, or all of
    them are, each of some of its lines."""
    totaux: list[TotalEcrit] = []
    for bloc in proposition.blocs:
        for entete in _colonnes_d_heures(bloc):
            sommes = _heures(bloc.vu.lignes, entete).group_by(DEPOT, FEUILLE).agg(lignes=pl.col("h").sum())
            ecrites = _heures(bloc.vu.totaux, entete).group_by(DEPOT, FEUILLE, maintain_order=True)
            par_feuille = ecrites.agg(tout=pl.col("h").max(), parties=pl.col("h").sum())
            reunies = par_feuille.join(sommes, on=[DEPOT, FEUILLE], how="left", maintain_order="left")
            for feuille, tout, parties, lignes in reunies.select(FEUILLE, "tout", "parties", "lignes").rows():
                somme = lignes or 0.0
                totaux.append(TotalEcrit(feuille, entete, parties if _egaux(parties, somme) else tout, somme))
    return totaux


def _colonnes_d_heures(bloc: BlocPropose) -> list[str]:
    entetes = [
        p.entete
        for p in bloc.colonnes
        if p.cible is not None and p.cible.colonne.type == "heures" and p.confiance >= SEUIL
    ]
    return entetes + [e for p in bloc.mesures.values() for e in bloc.vu.mois[p.entete]]


def _heures(lignes: pl.DataFrame, entete: str) -> pl.DataFrame:
    """Deposit, sheet and hours of the lines that have some."""
    if lignes.is_empty():
        return pl.DataFrame(schema={DEPOT: pl.Int32, FEUILLE: pl.String, "h": pl.Float64})
    return lignes.select(DEPOT, FEUILLE, h=lire_heures(lignes[entete].fill_null(""))).drop_nulls("h")
