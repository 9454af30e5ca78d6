"""The published warehouse for Python users: `clauses.ouvrir("espace").indicateurs(tableau="T08", niveau="region")`."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import polars as pl

from clauses.chantier.warehouse import ouvrir_aux_requetes, ouvrir_publie
from clauses.socle.cube import CLE
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.workspace import Espace

_AXES = """
select axe, modalite, list(distinct tableau order by tableau) as tableaux
from (
    select axe_1 as axe, modalite_1 as modalite, tableau from marts.indicateurs
    union all
    select axe_2, modalite_2, tableau from marts.indicateurs
)
where axe is not null
group by all
order by all
"""


class Entrepot:
    """A published warehouse, read-only. Its file is open while it answers only: a refresh may replace it in between."""

    def __init__(self, espace: Espace) -> None:
        self._espace = espace
        ouvrir_publie(espace).close()

    def indicateurs(
        self,
        tableau: str | None = None,
        *,
        mesure: str | None = None,
        niveau: str | None = None,
        territoire: str | None = None,
        type_periode: str | None = None,
        periode: str | int | None = None,
    ) -> pl.DataFrame:
        """Figures of the cube: one row each, `libelle_territoire` first, then the columns of `marts.indicateurs`.

        `valeur` is in `unite` (hours, persons, contracts…) and counts what `base` says; `part` and `couverture` are in
        %; persons do not add up over territories, periods or axes. `niveau`: national, region, departement, epci,
        structure, perimetre. `territoire`: its code ("32"), which a region and a département may share: give `niveau`
        too. `type_periode`: annee, trimestre, cumul; `periode`: "2024",
        "2024-T3". What is not given is not filtered.

        Raises ErreurUtilisateur (VALEUR_INCONNUE) where the warehouse has nothing of that name.
        """
        donnes = zip(CLE, (tableau, mesure, niveau, territoire, type_periode, periode), strict=False)
        # a year may come as a number
        choix = {colonne: str(valeur) for colonne, valeur in donnes if valeur is not None}
        conditions = " and ".join(["true", *(f"i.{colonne} = ?" for colonne in choix)])
        with ouvrir_publie(self._espace) as base:
            for colonne, valeur in choix.items():
                _verifier(base, colonne, valeur)
            trouves: pl.DataFrame = base.execute(
                "select t.libelle as libelle_territoire, i.* from marts.indicateurs as i "
                "left join marts.dim_territoire as t using (niveau_territoire, code_territoire) "
                f"where {conditions} order by all",
                list(choix.values()),
            ).pl()
        return trouves

    def __repr__(self) -> str:
        return f"Entrepot({str(self._espace.racine)!r})"

    def sql(self, requete: str) -> pl.DataFrame:
        """The rows of a query. Raises ErreurUtilisateur (REQUETE_INVALIDE) with what the engine says of it."""
        with ouvrir_aux_requetes(self._espace) as base:
            try:
                base.execute(requete)
                lignes: pl.DataFrame = base.pl()
            # a duration or the like, which frames do not hold, is refused by polars
            except (duckdb.Error, pl.exceptions.PolarsError) as erreur:
                raise ErreurUtilisateur(
                    "REQUETE_INVALIDE", f"La requête n'a pas pu être exécutée : {erreur}"
                ) from None
        return lignes

    def tableaux(self) -> pl.DataFrame:
        """Tables of the cube and their measures: tableau, titre, axe_1, axe_2, mesure, unite, base, est_partition."""
        return self.sql("from referentiels.tableaux order by tableau, axe_1, axe_2, mesure")

    def axes(self) -> pl.DataFrame:
        """What `axe_1` and `axe_2` say, code by code: axe, modalite, tableaux (the list of those that have it)."""
        return self.sql(_AXES)


def ouvrir(espace: str | os.PathLike[str]) -> Entrepot:
    """The warehouse of a workspace. Raises ErreurUtilisateur: ENTREPOT_ABSENT, ENTREPOT_OCCUPE, ENTREPOT_ILLISIBLE."""
    return Entrepot(Espace(Path(espace).resolve()))


def _verifier(base: duckdb.DuckDBPyConnection, colonne: str, valeur: str) -> None:
    connues = [
        v for (v,) in base.execute(f"select distinct {colonne} from marts.indicateurs order by 1").fetchall()
    ]
    if valeur not in connues:
        montrees = ", ".join(connues[:60]) + (" …" if len(connues) > 60 else "")
        raise ErreurUtilisateur(
            "VALEUR_INCONNUE",
            f"L'entrepôt n'a aucun chiffre où {colonne} est « {valeur} ». Connus : {montrees}.",
        )
