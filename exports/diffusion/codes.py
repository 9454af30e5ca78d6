"""Code lists of the open data: territories, tables and measures, modalities; each a CSV of its own."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from exports.edition.schema import Champ

LISTES: dict[str, tuple[Champ, ...]] = {
    "territoires": (
        Champ("niveau_territoire", "string", "Niveau du territoire", True),
        Champ("code_territoire", "string", "Code du territoire", True),
        Champ("libelle", "string", "Nom du territoire", True),
    ),
    "tableaux": (
        Champ("tableau", "string", "Code du tableau", True),
        Champ("titre", "string", "Titre du tableau", True),
        Champ("axe_1", "string", "Premier axe de ventilation"),
        Champ("axe_2", "string", "Second axe de ventilation"),
        Champ("mesure", "string", "Ce qui est compté", True),
        Champ("unite", "string", "Unité de la valeur", True),
        Champ("base", "string", "Ce sur quoi porte la valeur, à citer avec elle", True),
    ),
    "modalites": (
        Champ("axe", "string", "Axe de ventilation", True),
        Champ("code", "string", "Code de la modalité", True),
        Champ("libelle", "string", "Libellé de la modalité", True),
    ),
}


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
