"""A flat file read again."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from exports.atelier.temoin import relecture_differente


def verifier_a_plat(fichier: Path, lues: pl.DataFrame, attendues: pl.DataFrame) -> None:
    """A flat file, read again: the same rows in the same order, to the last digit. Raises RELECTURE_DIFFERENTE."""
    if lues.columns != attendues.columns or lues.height != attendues.height:
        raise relecture_differente(
            fichier,
            f"{lues.height} lignes et {lues.width} colonnes au lieu de {attendues.height} et {attendues.width}",
        )
    fausses = pl.any_horizontal(
        (lues[colonne].ne_missing(attendues[colonne])).alias(colonne) for colonne in attendues.columns
    )
    rangs = pl.select(fausses.arg_true()).to_series()
    if rangs.len():
        raise relecture_differente(fichier, f"{rangs.len()} lignes, dont la {rangs[0] + 2}")
