"""Code lists of the open data: territories, tables and measures, modalities; each a CSV of its own."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from exports.edition.schema import lire_champs

LISTES = {liste: lire_champs(liste) for liste in ("territoires", "tableaux", "modalites")}


def ecrire_codes(
    dossier: Path,
    figures: pl.DataFrame,
    territoires: pl.DataFrame,
    tableaux: pl.DataFrame,
    nomenclatures: pl.DataFrame,
) -> None:
    """Writes LISTES as `dossier`/<name>.csv: only the codes that the figures use.

    Frames have the columns of marts.dim_territoire, referentiels.tableaux, and axe, code, libelle.
    """
    dossier.mkdir()
    modalites = pl.concat(
        [figures.select(axe=f"axe_{rang}", code=f"modalite_{rang}") for rang in (1, 2)]
    ).drop_nulls()
    cadres = {
        "territoires": territoires.join(figures, on=["niveau_territoire", "code_territoire"], how="semi"),
        "tableaux": tableaux.join(figures, on=["tableau", "mesure"], how="semi"),
        # an axis of months or horizons has numbers for codes: they are their own label
        "modalites": modalites.unique()
        .join(nomenclatures.select("axe", "code", "libelle"), on=["axe", "code"], how="left")
        .with_columns(pl.col("libelle").fill_null(pl.col("code"))),
    }
    for nom, cadre in cadres.items():
        colonnes = [champ.nom for champ in LISTES[nom]]
        cadre.select(colonnes).unique().sort(colonnes).write_csv(
            dossier / f"{nom}.csv", line_terminator="\n", null_value=""
        )
