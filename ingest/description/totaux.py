"""The sums that a source writes below its lines, beside what its lines add up to."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.description.langage import FEUILLE
from ingest.description.observation import DEPOT
from ingest.description.proposees import SEUIL, BlocPropose, Proposition
from ingest.lignes import disent_un_total
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
        return abs(self.ecrit - self.lignes) <= TOLERANCE * max(1.0, abs(self.ecrit))


def totaux_ecrits(proposition: Proposition) -> list[TotalEcrit]:
    """Of the columns of hours that are sure, sheet by sheet; the largest sum of a sheet is that of all its lines."""
    totaux: list[TotalEcrit] = []
    for bloc in proposition.blocs:
        libelles = bloc.vu.lignes.select(pl.exclude(DEPOT, FEUILLE))
        sont_des_totaux = pl.Series([False] * libelles.height, dtype=pl.Boolean)
        for textes in libelles:
            sont_des_totaux = sont_des_totaux | disent_un_total(textes)
        if not sont_des_totaux.any():
            continue
        for entete in _colonnes_d_heures(bloc):
            lues = bloc.vu.lignes.select(
                DEPOT, FEUILLE, h=lire_heures(bloc.vu.lignes[entete].fill_null("")), t=sont_des_totaux
            ).drop_nulls("h")
            for (_, feuille), lignes in lues.group_by(DEPOT, FEUILLE, maintain_order=True):
                ecrits = lignes.filter("t")["h"]
                if not ecrits.is_empty():
                    somme = float(lignes.filter(~pl.col("t"))["h"].sum())
                    totaux.append(TotalEcrit(str(feuille), entete, max(ecrits.to_list()), somme))
    return totaux


def _colonnes_d_heures(bloc: BlocPropose) -> list[str]:
    entetes = [
        p.entete
        for p in bloc.colonnes
        if p.cible is not None and p.cible.colonne.type == "heures" and p.confiance >= SEUIL
    ]
    return entetes + [e for p in bloc.mesures.values() for e in bloc.vu.mois[p.entete]]
