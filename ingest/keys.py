"""Duplicates, keys and parents: which rows are the same, which contradict each other, which hang in the air.

In words: docs/contrat-de-depot.md, rules LIGNE_EN_DOUBLE, CLE_EN_DOUBLE and ORPHELIN, « Précisions ».
"""

from __future__ import annotations

import polars as pl

from ingest.findings import Constats
from ingest.layouts import Table
from ingest.tables import Tables


def ecarter_les_doublons(table: Table, cadre: pl.DataFrame, constats: Constats) -> pl.DataFrame:
    """Identical rows count once; different rows with one key are all set aside. Rejected rows take no part."""
    hors = {"depot", "ligne", "rejet", "cle_donneur_ordre", "cle_operation"}
    comparees = [c for c in cadre.columns if c not in hors and not c.endswith(("_brut", "_generation"))]
    cles = _cles(table)
    valides = cadre.with_row_index("_rang").filter(~pl.col("rejet"))
    if cles:  # rows that are the same have the same key
        valides = valides.filter(pl.len().over("depot", *cles) > 1)
    valides = valides.select(
        "_rang",
        "depot",
        "ligne",
        *table.cle,
        *_repli(table),
        _contenu=pl.struct(map(_comparable, comparees)).hash(),
    )
    valides = valides.with_columns(_premiere=pl.col("ligne").min().over("depot", "_contenu"))
    repetees = valides.filter(pl.col("ligne") > pl.col("_premiere"))
    constats.ajouter(
        "alerte", "LIGNE_EN_DOUBLE", table.entete, repetees, detail=pl.col("_premiere").cast(pl.String)
    )
    en_conflit = valides.clear()
    if table.cle:
        uniques = valides.filter(pl.col("ligne") == pl.col("_premiere"))
        en_conflit = uniques.filter(pl.len().over("depot", *cles) > 1)
        entetes = " + ".join(table.colonne(c).entete for c in table.cle)
        constats.ajouter(
            "rejet",
            "CLE_EN_DOUBLE",
            table.entete,
            en_conflit,
            colonne=entetes,
            valeur=pl.concat_str(
                [pl.col(c).cast(pl.String).fill_null("") for c in table.cle], separator=" / "
            ),
        )
    # a repeated copy of a row set aside for its key stays a duplicate: the accounts still add up
    return cadre.with_columns(
        rejet=_aux_rangs(en_conflit["_rang"], cadre["rejet"]),
        doublon=_aux_rangs(repetees["_rang"], pl.repeat(False, cadre.height, dtype=pl.Boolean, eager=True)),
    )


def _aux_rangs(rangs: pl.Series, marques: pl.Series) -> pl.Series:
    """The same marks, and true at these ranks."""
    return marques.clone().scatter(rangs, True)


def _comparable(colonne: str) -> pl.Expr:
    """No training written and none done are the same row."""
    return pl.col(colonne).fill_null(0) if colonne == "heures_formation" else pl.col(colonne)


def _repli(table: Table) -> list[str]:
    return [r for r in table.cle_de_repli.values() if r not in table.cle]


def _cles(table: Table) -> list[pl.Expr]:
    return [
        pl.coalesce(c, table.cle_de_repli[c]).alias(c) if c in table.cle_de_repli else pl.col(c)
        for c in table.cle
    ]


def ecarter_les_orphelins(
    table: Table, cadre: pl.DataFrame, tables: Tables, declarees: dict[str, Table], constats: Constats
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rejects rows whose parent row is absent from the deposit, or rejected there; parents are settled first.

    Beside the rows, those whose parent is rejected (enjeux.CONSEQUENCES).
    """
    consequences = []
    for parent in table.parents:
        colonnes = list(parent.colonnes)
        if parent.table not in tables:
            continue
        connus = tables[parent.table].filter(~pl.col("rejet")).select("depot", *colonnes).unique()
        presents = cadre.join(
            connus.with_columns(_connu=True), on=["depot", *colonnes], how="left", maintain_order="left"
        )["_connu"].fill_null(False)
        remplis = cadre.select(pl.all_horizontal(pl.col(colonnes).is_not_null())).to_series()
        orphelin = ~presents & remplis & ~cadre["doublon"]
        constats.ajouter(
            "rejet",
            "ORPHELIN",
            table.entete,
            cadre.filter(orphelin),
            colonne=" + ".join(table.colonne(c).entete for c in colonnes),
            valeur=pl.concat_str([pl.col(c).cast(pl.String) for c in colonnes], separator=" / "),
            detail=declarees[parent.table].entete,
        )
        rejetes = (
            tables[parent.table]
            .filter("rejet")
            .group_by("depot", *colonnes)
            .agg(ligne_parent=pl.col("ligne").min())
        )
        consequences.append(
            cadre.filter(orphelin)
            .join(rejetes, on=["depot", *colonnes])
            .select(
                "depot",
                pl.lit(table.nom).alias("table"),
                "ligne",
                pl.lit(" + ".join(table.colonne(c).entete for c in colonnes)).alias("colonne"),
                pl.lit(parent.table).alias("parent"),
                "ligne_parent",
                seule=~pl.col("rejet"),
            )
        )
        cadre = cadre.with_columns(rejet=pl.col("rejet") | orphelin)
    return cadre, consequences
