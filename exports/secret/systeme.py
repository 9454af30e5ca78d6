"""The cells of a release as one system: every relation that anyone can write between them.

A relation says that a parent is the sum of its children (hours), or lies between the largest of them and their sum
(distinct persons). Kinds: « modalites » (within a maille), « territoires », « periodes », and « bornes » (a child never
above its parent, and no more).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from exports.secret import contributeurs, familles
from exports.secret.regles import Regles

MAILLE = ["niveau", "territoire", "type_periode", "periode"]


@dataclass(frozen=True)
class Systeme:
    """`cellules`: one row per cell, `id` its rank; `liens`: (relation, genre, parent, enfant), ids of cells.

    `lieux` and `parentes` are what the relations come from, so that cells may be added.
    """

    cellules: pl.DataFrame
    liens: pl.DataFrame
    lieux: pl.DataFrame
    parentes: pl.DataFrame

    @cached_property
    def totaux(self) -> npt.NDArray[np.int64]:
        """By cell, the cell that is the total of its maille; -1 where there is none."""
        totaux = self.cellules.filter(pl.col("famille") == "total").select(*MAILLE, total="id")
        trouves = self.cellules.select(MAILLE).join(totaux, on=MAILLE, how="left", maintain_order="left")
        return trouves["total"].fill_null(-1).to_numpy()

    @cached_property
    def liens_par_famille(self) -> dict[str, pl.DataFrame]:
        """`liens` by the family of the child, relations numbered in their order."""
        numerotes = self.liens.with_columns(
            pl.col("relation").rank("dense").cast(pl.Int64),
            famille=self.cellules["famille"].gather(self.liens["enfant"]),
        )
        return {str(f): part for (f,), part in numerotes.partition_by("famille", as_dict=True).items()}


def construire(connexion: duckdb.DuckDBPyConnection, regles: Regles) -> Systeme:
    """The whole system of a warehouse that is open."""
    cellules = contributeurs.compter(connexion, regles)
    sommes = {
        f"somme={somme}": [
            f"{axe}={code}"
            for (code,) in connexion.execute(f"select code from marts.dim_{axe} where {drapeau}").fetchall()
        ]
        for somme, (axe, drapeau) in familles.SOMMES.items()
    }
    situations = {
        nom: [
            c
            for (c,) in connexion.execute(
                f"select code from marts.dim_situation where {condition}"
            ).fetchall()
        ]
        for nom, condition in familles.SOMMES_SITUATIONS.items()
        if nom != "cdi"
    }
    return relier(cellules, contributeurs.lieux(connexion), _parentes(cellules, sommes, situations))


def relier(cellules: pl.DataFrame, lieux: pl.DataFrame, parentes: pl.DataFrame) -> Systeme:
    """The system of given cells: places (see contributeurs.lieux) and kinships of keys within a maille.

    `parentes`: cle_parent, cle, genre, groupe (children of one group share the parent).
    """
    cellules = cellules.with_row_index("id").with_columns(pl.col("id").cast(pl.Int64))
    ids = cellules.select("id", "cle", *MAILLE)
    modalites = (
        ids.join(parentes, on="cle")
        .join(ids.rename({"id": "parent", "cle": "cle_parent"}), on=["cle_parent", *MAILLE])
        .select(
            "genre",
            "parent",
            enfant="id",
            relation=pl.concat_str("genre", "groupe", "parent", separator="/"),
        )
    )
    territoires = (
        ids.join(lieux, left_on=["niveau", "territoire"], right_on=["niveau_enfant", "enfant"])
        .join(
            ids.rename({"id": "parent_id"}),
            left_on=["niveau_parent", "parent", "cle", "type_periode", "periode"],
            right_on=["niveau", "territoire", "cle", "type_periode", "periode"],
        )
        .select(
            genre=pl.lit("territoires"),
            parent="parent_id",
            enfant="id",
            relation=pl.concat_str(pl.lit("territoires/"), "parent_id"),
        )
    )
    annees = ids.filter(pl.col("type_periode") == "annee")
    trimestres = ids.filter(pl.col("type_periode") == "trimestre").with_columns(
        annee=pl.col("periode").str.slice(0, 4)
    )
    periodes = trimestres.join(
        annees.rename({"id": "parent"}),
        left_on=["cle", "niveau", "territoire", "annee"],
        right_on=["cle", "niveau", "territoire", "periode"],
    ).select(
        genre=pl.lit("periodes"),
        parent="parent",
        enfant="id",
        relation=pl.concat_str(pl.lit("periodes/"), "parent"),
    )
    liens = pl.concat(
        [m.select("relation", "genre", "parent", "enfant") for m in (modalites, territoires, periodes)]
    )
    return Systeme(cellules, liens.sort("relation", "enfant"), lieux, parentes)


def ajouter_zeros(systeme: Systeme, mailles: pl.DataFrame, entieres: pl.Series) -> Systeme:
    """The system with cells of zero hours that have to be hidden too: their absence would tell.

    Where the total of a maille is hidden (`mailles`, columns MAILLE), every key that its parent territory has. Beside a
    group wholly in one class (`entieres`, ids), the other classes that the parent territory has. Added at the end, so
    that ids do not change.
    """
    cellules = systeme.cellules
    parents = systeme.lieux.rename({"niveau_enfant": "niveau", "enfant": "territoire"})
    presentes = cellules.select(
        "famille", "cle", "type_periode", "periode", niveau_parent="niveau", parent="territoire"
    )
    # which keys a level shows at all
    prevues = cellules.select("niveau", "type_periode", axes=axes_de("cle")).unique()
    possibles = presentes.with_columns(axes=axes_de("cle")).filter(pl.col("famille") != "situations")
    de_mailles = (
        mailles.join(parents, on=["niveau", "territoire"])
        .join(possibles, on=["niveau_parent", "parent", "type_periode", "periode"])
        .join(prevues, on=["niveau", "type_periode", "axes"], how="semi")
    )
    liens = systeme.liens.filter(
        (pl.col("genre") == "modalites") & pl.col("enfant").is_in(entieres.implode())
    )
    soeurs = (
        liens.select(id="parent", groupe=pl.col("relation").str.split("/").list.get(1))
        .unique()
        .join(cellules.select("id", *MAILLE, cle_parent="cle"), on="id")
        .join(systeme.parentes.filter(pl.col("genre") == "modalites"), on=["cle_parent", "groupe"])
        .join(parents, on=["niveau", "territoire"])
        .join(possibles, on=["cle", "niveau_parent", "parent", "type_periode", "periode"])
    )
    colonnes = ["famille", "cle", *MAILLE]
    nouvelles = (
        pl.concat([de_mailles.select(colonnes), soeurs.select(colonnes)])
        .unique()
        .join(cellules, on=["cle", *MAILLE], how="anti")
        .sort(colonnes)
        .with_columns(
            heures=pl.lit(0, pl.Int64),
            personnes=pl.lit(0, pl.Int64),
            employeurs=pl.lit(0, pl.Int64),
            part_employeur=pl.lit(0.0),
        )
    )
    toutes = pl.concat([cellules.drop("id"), nouvelles.select(cellules.drop("id").columns)])
    return relier(toutes, systeme.lieux, systeme.parentes)


def axes_de(colonne: str) -> pl.Expr:
    """The axes of a key, its codes left out: « sexe » for « sexe=F »."""
    return pl.col(colonne).str.replace_all(r"=[^|]*", "")


def _parentes(
    cellules: pl.DataFrame, sommes: dict[str, list[str]], situations: dict[str, list[str]]
) -> pl.DataFrame:
    """Which key is the sum of which within a maille."""
    lignes: list[tuple[str, str, str, str]] = []
    cles = cellules.select("famille", "cle").unique().sort("famille", "cle").rows()
    for famille, cle in cles:
        parties = [p.split("=", 1) for p in cle.split(familles.SEPARATEUR)] if cle else []
        axes = [p[0] for p in parties]
        if famille == "situations":
            horizon, reste = cle.split(familles.SEPARATEUR)
            if axes[1] == "situation":
                lignes += [
                    (f"{horizon}|somme={nom}", cle, "modalites", nom)
                    for nom, codes in situations.items()
                    if parties[1][1] in codes
                ]
            elif reste != "somme=echus":
                lignes.append((f"{horizon}|somme=echus", cle, "bornes", ""))
        elif axes == ["profil"]:
            lignes.append((familles.TOTAL, cle, "bornes", ""))
            lignes += [(cle, classe, "bornes", "") for classe in familles.PROFILS[parties[0][1]]]
        elif axes == ["somme"]:
            lignes.append((familles.TOTAL, cle, "bornes", ""))
            lignes += [(cle, modalite, "modalites", "") for modalite in sommes[cle]]
        elif axes == ["metier_famille"]:
            domaine = "ND" if parties[0][1] == "ND" else parties[0][1][:1]
            lignes.append((f"metier_domaine={domaine}", cle, "modalites", "metier_famille"))
        elif len(axes) == 1:
            lignes.append((familles.TOTAL, cle, "modalites", axes[0]))
        elif len(axes) == 2:
            premier, second = cle.split(familles.SEPARATEUR)
            lignes += [(premier, cle, "modalites", axes[1]), (second, cle, "modalites", axes[0])]
    return pl.DataFrame(lignes, schema=["cle_parent", "cle", "genre", "groupe"], orient="row")
