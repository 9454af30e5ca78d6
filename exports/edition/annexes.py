"""What the writers need besides the figures, read in a warehouse: names of territories, codes, tables, coverage."""

from __future__ import annotations

import duckdb
import polars as pl


def lire_annexes(base: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The frames of a Publication that the warehouse holds, by field name; the figures are the caller's."""
    return {
        "territoires": base.execute("from marts.dim_territoire").pl(),
        "periodes": base.execute("from marts.dim_periode").pl(),
        "nomenclatures": base.execute("from marts.modalites_des_axes").pl(),
        "chiffres_publies": base.execute("from referentiels.chiffres_publies").pl(),
        "tableaux": base.execute("from referentiels.tableaux").pl(),
        "structures": base.execute("from marts.dim_structure").pl(),
        "depots_par_territoire": base.execute("from qualite.couverture_territoires").pl(),
        "couverture": base.execute("from qualite.couverture").pl(),
    }
