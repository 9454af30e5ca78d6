"""Rows of a flat deposit that are of another structure than the one that deposits it."""

from __future__ import annotations

import polars as pl

from ingest.findings import Constats
from ingest.layouts import Table


def ecarter_les_autres_structures(
    table: Table, cadre: pl.DataFrame, depots: pl.DataFrame, constats: Constats
) -> pl.DataFrame:
    """Rejects rows that name another structure: they would be counted as this one's. `depots`: depot, structure_code."""
    avec = cadre.join(depots.select("depot", "structure_code"), on="depot", how="left", maintain_order="left")
    autre = (_compare("code_structure") != _compare("structure_code")).fill_null(False)
    constats.ajouter(
        "rejet",
        "AUTRE_STRUCTURE",
        table.entete,
        avec.filter(autre),
        colonne=table.colonne("code_structure").entete,
        valeur=pl.col("code_structure"),
        detail=pl.col("structure_code"),
    )
    return cadre.with_columns(rejet=pl.col("rejet") | avec.select(autre).to_series())


def _compare(nom: str) -> pl.Expr:
    """A code without case, signs around it nor zeros in front."""
    return pl.col(nom).str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "").str.strip_chars_start("0")
