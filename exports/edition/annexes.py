"""What the writers need besides the figures, read in a warehouse: names of territories, codes, tables, coverage."""

from __future__ import annotations

import duckdb
import polars as pl

from clauses.socle.cube import lire_axes


def lire_nomenclatures(base: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """axe, code, libelle, ordre: every code an axis of the cube may take."""
    dimensions = [
        f"select '{axe.axe}' as axe, code, libelle, ordre from marts.{axe.nomenclature}"
        for axe in lire_axes().values()
        if axe.nomenclature not in ("", "modalites", "dim_metier")
    ]
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
        "chiffres_publies": base.execute("from referentiels.chiffres_publies").pl(),
        "tableaux": base.execute("from referentiels.tableaux").pl(),
        "structures": base.execute("from marts.dim_structure").pl(),
        "depots_par_territoire": base.execute("from qualite.couverture_territoires").pl(),
        "couverture": base.execute("from qualite.couverture").pl(),
    }
