"""What all rules share: the frames they work on, the rows that count, how values are written in messages."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

Tables = dict[str, pl.DataFrame]
# column of rows of text whose cells were not in their place: null for all others, true where set aside, its finding given
ECARTEE = "_ecartee"


@dataclass(frozen=True)
class Noms:
    """Where a layout keeps what the rules speak of: the tables of hours, contracts and persons."""

    heures: str
    contrats: str
    beneficiaires: str


def gardees(cadre: pl.DataFrame) -> pl.DataFrame:
    """The rows that count."""
    return cadre.filter(~pl.col("rejet") & ~pl.col("doublon"))


def heures_totales(cadre: pl.DataFrame) -> pl.Expr:
    """Of each row of hours: those written, else worked and trained."""
    if "heures" in cadre.columns:
        return pl.col("heures")
    return pl.col("heures_travaillees") + pl.col("heures_formation").fill_null(0)


def en_nombre(valeur: pl.Expr) -> pl.Expr:
    """`1770,25`."""
    return valeur.round(2).cast(pl.String).str.replace(r"\.0$", "").str.replace(".", ",", literal=True)


def en_jour(date: pl.Expr) -> pl.Expr:
    """`31/12/2024`."""
    return date.dt.to_string("%d/%m/%Y")


def en_mois(date: pl.Expr) -> pl.Expr:
    """`2024-12`."""
    return date.dt.to_string("%Y-%m")
