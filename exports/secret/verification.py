"""The proof, checked apart: does each table agree with everything published, in exact whole numbers?

It shares no code with what makes the tables: relations are read again one by one, by joins.
"""

from __future__ import annotations

import polars as pl


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
    bons = tables.filter(
        pl.col("table").map_elements(
            lambda t: _est_valide(cellules, liens, tables, deplacements, t), return_dtype=pl.Boolean
        )
        if tables.height
        else pl.lit(True)
    )
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


def _est_valide(
    cellules: pl.DataFrame, liens: pl.DataFrame, tables: pl.DataFrame, deplacements: pl.DataFrame, table: int
) -> bool:
    """True when the table moves only hidden cells, none below zero, and breaks no relation of its family."""
    famille, total = tables.filter(pl.col("table") == table).select("famille", "total").row(0)
    suivies = [table] if total < 0 else [table, total]
    bouges = deplacements.filter(pl.col("table").is_in(suivies)).select("id", "deplacement")
    if bouges["id"].n_unique() != bouges.height:
        return False
    vues = bouges.join(cellules, on="id", how="left")
    permis = pl.col("masquee") & pl.col("concernee") & (pl.col("valeur") + pl.col("deplacement") >= 0)
    if not vues.select(permis.fill_null(False).all()).item():
        return False
    if not set(vues["famille"]) <= {famille, "total"}:
        return False
    touchees = pl.concat(
        [
            liens.join(bouges.select(parent="id"), on="parent", how="semi").select("relation"),
            liens.join(bouges.select(enfant="id"), on="enfant", how="semi").select("relation"),
        ]
    ).unique()
    apres = (
        cellules.select("id", "famille", "concernee", "valeur")
        .join(bouges, on="id", how="left")
        .with_columns(pl.col("deplacement").fill_null(0))
    )
    relations = (
        liens.join(touchees, on="relation", how="semi")
        .join(apres.rename({"id": "enfant"}), on="enfant")
        .join(apres.select(parent="id", vp="valeur", dp="deplacement", cp="concernee"), on="parent")
        .filter(pl.col("concernee") & pl.col("cp") & (pl.col("famille") == famille))
        .group_by("relation")
        .agg(
            pl.col("genre", "additive", "vp", "dp").first(),
            somme=pl.col("valeur").sum(),
            somme_d=pl.col("deplacement").sum(),
            # by how much each child stays under its parent, before and after
            marge=(pl.col("vp") - pl.col("valeur")).clip(upper_bound=0),
            marge_apres=pl.col("vp") + pl.col("dp") - pl.col("valeur") - pl.col("deplacement"),
        )
    )
    if not relations.height:
        return True
    additives = relations.filter(pl.col("additive"))
    if not (additives["somme_d"] == additives["dp"]).all():
        return False
    autres = relations.filter(~pl.col("additive"))
    sous_la_somme = autres.filter(
        (pl.col("genre") != "bornes")
        & (
            pl.col("somme") + pl.col("somme_d") - pl.col("vp") - pl.col("dp")
            < (pl.col("somme") - pl.col("vp")).clip(upper_bound=0)
        )
    )
    depassent = autres.explode("marge", "marge_apres").filter(pl.col("marge_apres") < pl.col("marge"))
    return sous_la_somme.height == 0 and depassent.height == 0
