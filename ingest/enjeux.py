"""What a row set aside costs: its hours, and those of the rows that only wait for it; what it waits for itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from ingest.findings import SEUILS
from ingest.layouts import Layout
from ingest.tables import Tables, heures_totales

# rows whose parent row is set aside: names of tables, lines, the columns that name the parent, whether nothing else was
# wrong with them before
CONSEQUENCES = pl.Schema(
    {
        "depot": pl.Int32,
        "table": pl.String,
        "ligne": pl.Int32,
        "colonne": pl.String,
        "parent": pl.String,
        "ligne_parent": pl.Int32,
        "seule": pl.Boolean,
    }
)


def peser(
    layout: Layout, heures: str, tables: Tables, consequences: Sequence[pl.DataFrame]
) -> list[pl.DataFrame]:
    """By table: depot, table (as users call it), ligne, heures: those of the row and of all that wait for it, null where it
    waits for another itself.

    `heures`: the table of hours; `consequences`: frames of CONSEQUENCES. Hours that cannot be (negative, more than a
    month holds) weigh nothing.
    """
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
            .join(
                liens.filter((pl.col("table") == table.nom) & pl.col("seule"))
                .unique(["depot", "ligne"], keep="first", maintain_order=True)
                .select("depot", "ligne", "parent", "ligne_parent"),
                on=["depot", "ligne"],
                how="left",
            )
        )
        for parent in pesees["parent"].drop_nulls().unique():
            recues[parent].append(
                pesees.filter(pl.col("parent") == parent).select(
                    "depot", pl.col("ligne_parent").alias("ligne"), "heures"
                )
            )
        faits.append(
            pesees.select(
                "depot",
                pl.lit(table.entete).alias("table"),
                "ligne",
                heures=pl.when(pl.col("parent").is_null()).then("heures"),
            )
        )
    return faits


def causes(layout: Layout, consequences: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """By table and parent: depot, table, ligne, colonne (headers), cause: « Contrats, ligne 12 »."""
    entetes = {t.nom: t.entete for t in layout.tables}
    return [
        c.select(
            "depot",
            pl.col("table").replace_strict(entetes),
            "ligne",
            "colonne",
            cause=pl.format("{}, ligne {}", pl.col("parent").replace_strict(entetes), "ligne_parent"),
        )
        for c in consequences
        if c.height
    ]


def _credibles(heures: pl.Expr) -> pl.Expr:
    return pl.when(heures.is_between(0, SEUILS["heures_impossibles"])).then(heures).otherwise(0)
