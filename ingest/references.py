"""What the seeds say that reading needs: known communes, départements, EPCI; and the columns of brut/."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from clauses.socle.project import SEEDS
from ingest.layouts import Colonne, Table, charger_layouts

RAPPROCHEMENTS = "rapprochements"
TypePolars = pl.DataType | type[pl.DataType]
_TYPES: dict[str, TypePolars] = {
    "date": pl.Date,
    "naissance": pl.Date,
    "mois": pl.Date,
    "nombre": pl.Float64,
    "heures": pl.Float64,
    "pourcentage": pl.Float64,
    "horizon": pl.Int32,
    "oui_non": pl.Boolean,
}


@dataclass(frozen=True)
class Territoires:
    """The COG of the seeds: the present commune of every code there ever was, the names of today's communes; known
    départements and EPCI. `quartiers`: the priority districts of the generations that the seed holds, by their first
    two letters.
    """

    communes: dict[str, str]
    noms_de_commune: dict[str, str]
    quartiers: dict[str, frozenset[str]]
    zones: frozenset[str]


@lru_cache(maxsize=1)
def charger_territoires() -> Territoires:
    """Reads the COG seeds once per process."""

    def lire(fichier: str) -> pl.DataFrame:
        return pl.read_csv(SEEDS / "territoires" / fichier, infer_schema=False)

    zones = pl.concat([lire(fichier).select("code") for fichier in ("departements.csv", "epci.csv")])
    return Territoires(
        communes=dict(lire("communes_passage.csv").select("code_ancien", "code_actuel").iter_rows()),
        noms_de_commune=dict(lire("communes.csv").select("code", "libelle").iter_rows()),
        quartiers={
            generation: frozenset(codes["code"])
            for (generation,), codes in lire("qpv.csv").group_by(pl.col("code").str.head(2))
        },
        zones=frozenset(zones["code"]),
    )


@lru_cache(maxsize=2)
def charger_regions() -> dict[str, str]:
    """The name of each region by its code."""
    return _par_code("regions.csv", "libelle")


def regions_des_departements() -> dict[str, str]:
    """The region of each département, by codes."""
    return _par_code("departements.csv", "region")


def _par_code(fichier: str, valeur: str) -> dict[str, str]:
    lues = pl.read_csv(SEEDS / "territoires" / fichier, infer_schema=False)
    return dict(lues.select("code", valeur).iter_rows())


def colonnes_typees(colonne: Colonne) -> dict[str, TypePolars]:
    """The columns of brut/ that one declared column gives. Names are never among them."""
    if colonne.type == "identite":
        return {}
    if colonne.type == "nomenclature":
        typees: dict[str, TypePolars] = {
            colonne.nom: pl.String,
            f"{colonne.nom}_brut": pl.String,
        }
        if colonne.nomenclature == "base_juridique":
            typees[f"{colonne.nom}_generation"] = pl.String
        return typees
    if colonne.type == "liste":
        codes = [c for c in (colonne.principale, colonne.reste or colonne.nom) if c]
        return dict.fromkeys([*codes, f"{colonne.nom}_brut"], pl.String)
    return {colonne.nom: _TYPES.get(colonne.type, pl.String)}


def schema_brut(table: Table) -> dict[str, TypePolars]:
    """Columns and types of brut/<id>/<table>.parquet, in order."""
    schema: dict[str, TypePolars] = {"depot_id": pl.String, "ligne": pl.Int32}
    for colonne in table.colonnes:
        schema |= colonnes_typees(colonne)
    if any(c.type == "naissance" for c in table.colonnes):
        schema |= {"id_personne": pl.String, "identite_complete": pl.Boolean}
    if any(c.groupe for c in table.colonnes):  # a flat table, whose operations have no code
        schema |= {"cle_donneur_ordre": pl.String, "cle_operation": pl.String}
    return schema


@lru_cache(maxsize=1)
def schemas_bruts() -> dict[str, dict[str, TypePolars]]:
    """The schema of every table that may stand in brut/, by name: those of the shipped layouts, and the linking keys."""
    tables = {table.nom: schema_brut(table) for layout in charger_layouts() for table in layout.tables}
    cles: dict[str, TypePolars] = {
        "depot_id": pl.String,
        "id_personne": pl.String,
        "regle": pl.String,
        "cle": pl.Int64,
    }
    return tables | {RAPPROCHEMENTS: cles}
