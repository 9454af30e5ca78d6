"""Which cells tell of too few: persons, employers, or a group wholly in one sensitive class."""

from __future__ import annotations

import polars as pl

from exports.secret import familles
from exports.secret.regles import Regles
from exports.secret.systeme import Systeme


def reperer(systeme: Systeme, regles: Regles) -> pl.DataFrame:
    """Columns id, personnes_minimum (the threshold of the cell) and primaire, in the order of the cells.

    Situations have no hours, hence no employer; « atomes » are never shown: they are not judged, they are hidden.
    """
    seuils = regles.seuils
    cellules = systeme.cellules.select(
        "id", "famille", "cle", "niveau", "personnes", "employeurs", "part_employeur"
    )
    classes = (
        cellules.select("cle")
        .unique()
        .with_columns(
            croisee=pl.col("cle").map_elements(lambda c: _croisee(c, regles), return_dtype=pl.Boolean),
            sensible=pl.col("cle").map_elements(
                lambda c: bool(_sensibles(c, regles)), return_dtype=pl.Boolean
            ),
        )
    )
    # the group is the whole of what remains when the sensitive modality is taken away
    egales = (
        systeme.liens.filter((pl.col("genre") == "modalites") | (pl.col("genre") == "bornes"))
        .select("parent", id="enfant")
        .join(cellules.select("id", "personnes", "cle"), on="id")
        .join(cellules.select(parent="id", personnes_parent="personnes", cle_parent="cle"), on="parent")
        .filter(pl.col("personnes") == pl.col("personnes_parent"))
    )
    plus_sensibles = (
        egales.select("cle", "cle_parent")
        .unique()
        .filter(
            pl.struct("cle", "cle_parent").map_elements(
                lambda s: bool(_sensibles(s["cle"], regles) - _sensibles(s["cle_parent"], regles)),
                return_dtype=pl.Boolean,
            )
        )
    )
    entieres = (
        egales.join(plus_sensibles, on=["cle", "cle_parent"], how="semi")
        .select("id")
        .unique()
        .with_columns(entiere=True)
    )
    return (
        cellules.join(classes, on="cle", how="left", maintain_order="left")
        .join(entieres, on="id", how="left", maintain_order="left")
        .with_columns(
            personnes_minimum=pl.when("croisee")
            .then(seuils.personnes_minimum_sensible)
            .otherwise(seuils.personnes_minimum)
            .cast(pl.Int64),
            entiere=pl.col("entiere").fill_null(False),
            employeurs_rares=(pl.col("famille") != "situations")
            & (
                (pl.col("employeurs") < seuils.employeurs_minimum)
                | (pl.col("part_employeur") > seuils.part_employeur_maximum)
            ),
        )
        .with_columns(
            primaire=(
                (pl.col("personnes") < pl.col("personnes_minimum"))
                | pl.col("employeurs_rares")
                | pl.col("entiere")
            )
            & (pl.col("niveau") != "atome")
        )
        .select("id", "personnes_minimum", "primaire", "entiere", "employeurs_rares")
    )


def _modalites(cle: str) -> list[tuple[str, str]]:
    return [(p.split("=", 1)[0], p.split("=", 1)[1]) for p in cle.split(familles.SEPARATEUR)] if cle else []


def _sensibles(cle: str, regles: Regles) -> set[tuple[str, str]]:
    return {m for m in _modalites(cle) if m in regles.sensibles}


def _croisee(cle: str, regles: Regles) -> bool:
    return len(_modalites(cle)) > 1 and bool(_sensibles(cle, regles))
