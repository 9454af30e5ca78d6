"""What the writers need besides the figures, read in a warehouse: names of territories, codes, tables, coverage."""

from __future__ import annotations

import duckdb
import polars as pl

# axis of the cube: the dimension that names its codes
_DIMENSIONS = (
    "type_donneur_ordre",
    "tranche_montant",
    "secteur",
    "base_juridique",
    "type_employeur",
    "taille_entreprise",
    "categorie_public",
    "sexe",
    "origine",
    "niveau",
    "tranche_age",
    "prescripteur",
    "situation",
    "nature_marche",
    "type_contrat",
    "modalite",
    "type_evenement",
    "volet_anru",
)


def lire_nomenclatures(base: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """axe, code, libelle, ordre: every code an axis of the cube may take."""
    dimensions = [f"select '{axe}' as axe, code, libelle, ordre from marts.dim_{axe}" for axe in _DIMENSIONS]
    autres = [
        "select axe, code, libelle, ordre from referentiels.modalites",
        "select distinct 'metier_domaine' as axe, domaine as code, libelle_domaine as libelle, 1 as "
        "ordre from marts.dim_metier",
        "select distinct 'metier_famille' as axe, famille as code, libelle_famille as libelle, 1 as "
        "ordre from marts.dim_metier",
        "select unnest(['metier_domaine', 'metier_famille']) as axe, 'ND' as code, 'Métier non "
        "déterminé' as libelle, 99 as ordre",
    ]
    lignes: pl.DataFrame = base.execute(" union all ".join([*dimensions, *autres])).pl()
    return lignes.unique(["axe", "code"], keep="first", maintain_order=True)


def lire_annexes(base: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The frames of a Publication that the warehouse holds, by field name; the figures are the caller's."""
    return {
        "territoires": base.execute("from marts.dim_territoire").pl(),
        "periodes": base.execute("from marts.dim_periode").pl(),
        "nomenclatures": lire_nomenclatures(base),
        "tableaux": base.execute("from referentiels.tableaux").pl(),
        "structures": base.execute("from marts.dim_structure").pl(),
        "couverture": base.execute("from qualite.couverture").pl(),
    }
