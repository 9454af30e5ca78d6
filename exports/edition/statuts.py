"""Whether a published figure is provisional, revised or final: a matter of the age of its period, told by a calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from clauses.socle.project import SEEDS

CALENDRIER = SEEDS / "publication" / "calendrier_statuts.csv"
TOUS = "*"


def lire_calendrier(fichier: Path = CALENDRIER) -> pl.DataFrame:
    """tableau (or *), type_periode, mois_provisoire, mois_revise."""
    return pl.read_csv(fichier, schema_overrides={"mois_provisoire": pl.Int32, "mois_revise": pl.Int32})


def fin_de_periode(periode: str) -> dt.date:
    """The last day of `2024`, of `2024-T3` or of the vintage `2024T3`."""
    annee, mois = int(periode[:4]), 3 * int(periode[-1]) if "T" in periode else 12
    return dt.date(annee + mois // 12, mois % 12 + 1, 1) - dt.timedelta(days=1)


def statuts(figures: pl.DataFrame, date_arrete: dt.date, calendrier: pl.DataFrame) -> pl.Series:
    """provisoire, revise or definitif for each row of `figures` (tableau, type_periode, periode), in its order.

    `date_arrete`: the vintage's. A table that the calendar does not name follows the line of `*`.
    """
    periodes = figures["periode"].unique().to_list()
    ages = pl.DataFrame(
        {"periode": periodes, "age": [_mois_revolus(fin_de_periode(p), date_arrete) for p in periodes]},
        schema={"periode": pl.String, "age": pl.Int32},
    )
    communs = calendrier.filter(pl.col("tableau") == TOUS).drop("tableau")
    cles = ["tableau", "type_periode"]
    return (
        figures.select(*cles, "periode")
        .join(calendrier, on=cles, how="left", maintain_order="left")
        .join(communs, on="type_periode", how="left", suffix="_commun", maintain_order="left")
        .join(ages, on="periode", how="left", maintain_order="left")
        .select(
            statut=pl.when(pl.col("age") < pl.coalesce("mois_provisoire", "mois_provisoire_commun"))
            .then(pl.lit("provisoire"))
            .when(pl.col("age") < pl.coalesce("mois_revise", "mois_revise_commun"))
            .then(pl.lit("revise"))
            .otherwise(pl.lit("definitif"))
        )["statut"]
    )


def _mois_revolus(debut: dt.date, fin: dt.date) -> int:
    """Whole months between the end of a period and a day: 0 when the day comes less than a month after."""
    lendemain = debut + dt.timedelta(days=1)
    return (fin.year - lendemain.year) * 12 + fin.month - lendemain.month - (fin.day < lendemain.day)
