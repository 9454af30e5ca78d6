"""What a row set aside costs: its hours, and those of the rows that only wait for it; what it waits for itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from ingest.findings import SEUILS
from ingest.layouts import Layout
from ingest.tables import Tables, heures_totales

# rows set aside for nothing but the row of another table that was: names of tables, lines
CONSEQUENCES = pl.Schema(
    {
        "depot": pl.Int32,
        "table": pl.String,
        "ligne": pl.Int32,
        "parent": pl.String,
        "ligne_parent": pl.Int32,
    }
)


def peser(
    layout: Layout, heures: str, tables: Tables, consequences: Sequence[pl.DataFrame]
) -> list[pl.DataFrame]:
    """By table: depot, table (as users call it), ligne, heures, cause (« Contrats, ligne 12 », null where it is its own).

    `heures`: the table of hours; `consequences`: frames of CONSEQUENCES. Hours that cannot be (negative, more than a
    month holds) weigh nothing.
    """
    entetes = {t.nom: t.entete for t in layout.tables}
    liens = pl.concat([pl.DataFrame(schema=CONSEQUENCES), *(c.cast(CONSEQUENCES) for c in consequences)])
    recues: dict[str, list[pl.DataFrame]] = defaultdict(list)
    faits = []
    for table in reversed(layout.tables):  # children first: parents stand before them
        if table.nom not in tables:
            continue
        ecartees = tables[table.nom].filter("rejet")
        propres = _credibles(heures_totales(ecartees)) if table.nom == heures else pl.lit(0.0)
        pesees = (
            pl.concat(
                [
                    ecartees.select(pl.col("depot", "ligne").cast(pl.Int32), heures=propres.cast(pl.Float64)),
                    *recues[table.nom],
                ]
            )
            .group_by("depot", "ligne")
            .agg(pl.col("heures").sum())
            .join(liens.filter(pl.col("table") == table.nom).drop("table"), on=["depot", "ligne"], how="left")
        )
        for parent in pesees["parent"].drop_nulls().unique():
            recues[parent].append(
                pesees.filter(pl.col("parent") == parent).select("depot", "heures", ligne="ligne_parent")
                .select("depot", "ligne", "heures")
            )  # fmt: skip
        cause = pl.format(
            "{}, ligne {}", pl.col("parent").replace_strict(entetes, default=None), "ligne_parent"
        )
        faits.append(
            pesees.select("depot", pl.lit(table.entete).alias("table"), "ligne", "heures", cause=cause)
        )
    return faits


def _credibles(heures: pl.Expr) -> pl.Expr:
    return pl.when(heures.is_between(0, SEUILS["heures_impossibles"])).then(heures).otherwise(0)
