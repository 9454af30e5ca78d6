"""Codes of one deposit written in several ways: a reference takes the writing of the row it points to.

The same rule between the deposits of a structure: models/staging/stg_codes_retenus.sql. In words:
docs/contrat-de-depot.md, « Les codes ».
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ingest.layouts import Layout, Table
from ingest.tables import Tables


def sans_signes(code: pl.Expr) -> pl.Expr:
    """No case, no sign around it: `'m-01.` and `M-01` are one."""
    nu = code.str.to_uppercase().str.replace_all(r"^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$", "")
    return pl.when(nu != "").then(nu).otherwise(code)


def sans_zeros(code: pl.Expr) -> pl.Expr:
    """The same, a number without the zeros before it, nor what an export that took it for one added: `59 001`, `59001.0`."""
    nu = sans_signes(code)
    groupe = nu.str.contains(r"^[0-9]{1,3}(?: [0-9]{3})+$")
    nombre = pl.when(groupe).then(nu.str.replace_all(" ", "", literal=True)).otherwise(nu)
    return nombre.str.replace(r"^0*([0-9]+?)(?:[.]0)?$", "$1")


def accorder_les_codes(layout: Layout, tables: Tables) -> Tables:
    """Typed tables in, the same out, each code in one writing. Codes that the deposit keeps apart stay two."""
    tables = dict(tables)
    if layout.plat:
        (table,) = layout.tables
        if table.nom in tables:
            tables[table.nom] = _unir(tables[table.nom], layout.temoins)
        return tables
    for table in layout.tables:
        for parent in table.parents:
            if table.nom in tables and parent.table in tables and len(parent.colonnes) == 1:
                (colonne,) = parent.colonnes
                tables[table.nom] = _renvoyer(table, tables[table.nom], tables[parent.table], colonne)
    return tables


def _renvoyer(table: Table, cadre: pl.DataFrame, parents: pl.DataFrame, colonne: str) -> pl.DataFrame:
    """References without a parent of that very code take the only one that differs by case, signs or zeros."""
    cle = ["depot", colonne]
    connus = parents.select(cle).drop_nulls().unique()
    perdus = cadre.select(cle).drop_nulls().unique().join(connus, on=cle, how="anti")
    if perdus.is_empty():
        return cadre
    connus = connus.filter(pl.col("depot").is_in(perdus["depot"].unique().implode()))
    trouves = pl.concat(
        _seuls(connus, colonne, forme(pl.col(colonne)))
        .join(perdus.with_columns(_forme=forme(pl.col(colonne))), on=["depot", "_forme"])
        .select(*cle, "_ecrit")
        for forme in (sans_signes, sans_zeros)
    ).unique(cle, keep="first", maintain_order=True)
    return _reecrire(cadre, colonne, trouves)


def _seuls(connus: pl.DataFrame, colonne: str, forme: pl.Expr) -> pl.DataFrame:
    """depot, _forme, _ecrit: the forms that one code only has."""
    return connus.select("depot", _forme=forme, _ecrit=pl.col(colonne)).filter(
        pl.len().over("depot", "_forme") == 1
    )


def _unir(cadre: pl.DataFrame, temoins: Mapping[str, str | None]) -> pl.DataFrame:
    """In a flat table every row repeats its codes: two writings are one code, unless what they name tells them apart.

    `temoins`: code → the column that is the same wherever the code is, if there is one.
    """
    for colonne, temoin in temoins.items():
        ecrits = (
            cadre.filter(pl.col(colonne).is_not_null())
            .group_by("depot", colonne, maintain_order=True)
            .agg(_temoin=pl.col(temoin or colonne).drop_nulls().first() if temoin else pl.lit(None))
            .with_columns(zeros=sans_zeros(pl.col(colonne)), signes=sans_signes(pl.col(colonne)))
            .filter(pl.len().over("depot", "zeros") > 1)
        )
        if ecrits.is_empty():
            continue
        un = {f: pl.col("_temoin").drop_nulls().n_unique().over("depot", f) <= 1 for f in ("zeros", "signes")}
        forme = (
            pl.when(un["zeros"])
            .then(pl.struct(pl.lit(0), forme="zeros"))
            .when(un["signes"])
            .then(pl.struct(pl.lit(1), forme="signes"))
            .otherwise(pl.struct(pl.lit(2), forme=colonne))
        )
        formes = ecrits.with_columns(_forme=forme)
        ecrit = pl.col(colonne).first().over("depot", "_forme")
        cadre = _reecrire(cadre, colonne, formes.select("depot", colonne, _ecrit=ecrit))
    return cadre


def _reecrire(cadre: pl.DataFrame, colonne: str, ecrits: pl.DataFrame) -> pl.DataFrame:
    """`ecrits`: depot, the column's code, _ecrit."""
    return (
        cadre.join(ecrits, on=["depot", colonne], how="left", maintain_order="left")
        .with_columns(pl.coalesce("_ecrit", colonne).alias(colonne))
        .drop("_ecrit")
    )
