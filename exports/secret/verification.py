"""The proof, checked apart: does each table agree with everything published, in exact whole numbers?

It shares no code with what makes the tables: relations are read again one by one, by joins.
"""

from __future__ import annotations

import polars as pl

_MOUVEMENTS = 500_000  # moves of cells checked at a time


def prouver(
    cellules: pl.DataFrame, liens: pl.DataFrame, tables: pl.DataFrame, deplacements: pl.DataFrame
) -> pl.DataFrame:
    """For each cell where something is asked, whether valid tables prove it.

    cellules: id, famille, valeur, masquee, concernee, baisse, hausse (0: nothing asked).
    liens: relation, genre, parent, enfant, additive.
    tables: table, famille, total (rank of the table of family « total » that it follows, -1 for none).
    deplacements: table, id, deplacement; a cell without a row does not move.
    Returns id, prouvee (both directions) for the cells asked.
    """
    bons = tables.join(_fautives(cellules, liens, tables, deplacements), on="table", how="anti")
    # a move of totals stands when every family that they bind has a table that follows it
    liees = (
        liens.join(cellules.select(enfant="id", famille="famille", ici="concernee"), on="enfant")
        .join(cellules.select(parent="id", famille_parent="famille"), on="parent")
        .filter((pl.col("famille") != "total") & (pl.col("famille_parent") == "total") & pl.col("ici"))
    )
    familles = set(liees["famille"])
    suivies = bons.filter(pl.col("total") >= 0).group_by("total").agg(pl.col("famille").unique())
    complets = {total for total, presentes in suivies.iter_rows() if familles <= set(presentes)}
    du_total = bons.filter(pl.col("famille") == "total").with_columns(total=pl.col("table"))
    if not familles:
        complets = set(du_total["table"])
    retenues = pl.concat(
        [
            bons.filter(
                (pl.col("famille") != "total")
                & ((pl.col("total") < 0) | pl.col("total").is_in(list(complets)))
            ),
            du_total.filter(pl.col("table").is_in(list(complets))).select(bons.columns),
        ]
    )
    bouges = deplacements.join(retenues.select("table"), on="table", how="semi")
    demandes = cellules.filter((pl.col("baisse") > 0) | (pl.col("hausse") > 0)).select(
        "id", "baisse", "hausse"
    )
    extremes = bouges.group_by("id").agg(bas=pl.col("deplacement").min(), haut=pl.col("deplacement").max())
    return demandes.join(extremes, on="id", how="left", maintain_order="left").select(
        "id",
        prouvee=((pl.col("baisse") == 0) | (pl.col("bas") <= -pl.col("baisse")).fill_null(False))
        & ((pl.col("hausse") == 0) | (pl.col("haut") >= pl.col("hausse")).fill_null(False)),
    )


def _fautives(
    cellules: pl.DataFrame, liens: pl.DataFrame, tables: pl.DataFrame, deplacements: pl.DataFrame
) -> pl.DataFrame:
    """Column `table`: those that are not tables at all, once or more. Some tables at a time: memory is bounded."""
    # a table goes with the move of the totals that it follows
    suivies = pl.concat(
        [
            tables.select("table", "famille", suivie="table"),
            tables.filter(pl.col("total") >= 0).select("table", "famille", suivie="total"),
        ]
    )
    lots = (
        suivies.join(deplacements.group_by(suivie="table").len(), on="suivie", how="left")
        .group_by("table")
        .agg(pl.col("len").sum())
        .sort("table")
        .select("table", lot=pl.col("len").cum_sum() // _MOUVEMENTS)
    )
    return pl.concat(
        [
            _fautives_du_lot(
                cellules,
                liens,
                suivies.join(lot, on="table", how="semi")
                .join(deplacements.rename({"table": "suivie"}), on="suivie")
                .select("table", "famille", "id", "deplacement"),
            )
            for lot in lots.partition_by("lot", maintain_order=True)
        ]
        or [tables.select("table").clear()]
    )


def _fautives_du_lot(cellules: pl.DataFrame, liens: pl.DataFrame, bouges: pl.DataFrame) -> pl.DataFrame:
    """Those of `bouges` (table, famille of the table, id, deplacement) that move a cell twice, move one that is shown
    or of another family, go below zero, or break a relation of their family.
    """
    doubles = bouges.filter(pl.struct("table", "id").is_duplicated()).select("table")
    permis = (
        pl.col("masquee")
        & pl.col("concernee")
        & (pl.col("valeur") + pl.col("deplacement") >= 0)
        & ((pl.col("famille_cellule") == pl.col("famille")) | (pl.col("famille_cellule") == "total"))
    )
    interdites = (
        bouges.join(cellules.rename({"famille": "famille_cellule"}), on="id", how="left")
        .filter(~permis.fill_null(False))
        .select("table")
    )
    bouges = bouges.unique(["table", "id"])
    touchees = pl.concat(
        [
            bouges.join(liens.select("relation", id=cote).unique(), on="id").select(
                "table", "famille", "relation"
            )
            for cote in ("parent", "enfant")
        ]
    ).unique()
    mouvements = bouges.select("table", "id", "deplacement")
    relations = (
        touchees.join(liens, on="relation")
        .join(cellules.select("famille", "concernee", "valeur", enfant="id"), on=["enfant", "famille"])
        .join(cellules.select(parent="id", vp="valeur", cp="concernee"), on="parent")
        .filter(pl.col("concernee") & pl.col("cp"))
        .join(mouvements, left_on=["table", "enfant"], right_on=["table", "id"], how="left")
        .join(
            mouvements.rename({"deplacement": "dp"}),
            left_on=["table", "parent"],
            right_on=["table", "id"],
            how="left",
        )
        .with_columns(pl.col("deplacement", "dp").fill_null(0))
        .group_by("table", "relation")
        .agg(
            pl.col("genre", "additive", "vp", "dp").first(),
            somme=pl.col("valeur").sum(),
            somme_d=pl.col("deplacement").sum(),
            # no child goes above its parent, or further above than it was
            depasse=(
                pl.col("vp") + pl.col("dp") - pl.col("valeur") - pl.col("deplacement")
                < (pl.col("vp") - pl.col("valeur")).clip(upper_bound=0)
            ).any(),
        )
    )
    sous_la_somme = (pl.col("genre") != "bornes") & (
        pl.col("somme") + pl.col("somme_d") - pl.col("vp") - pl.col("dp")
        < (pl.col("somme") - pl.col("vp")).clip(upper_bound=0)
    )
    rompues = relations.filter(
        pl.when("additive")
        .then(pl.col("somme_d") != pl.col("dp"))
        .otherwise(sous_la_somme | pl.col("depasse"))
    ).select("table")
    return pl.concat([doubles, interdites, rompues]).unique()
