"""The figures that may be shown: the plan's rows of the cube, hidden where they must be, and a report without figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from clauses.socle.cube import CLE
from exports.secret import chiffres, protection, regles
from exports.secret.protection import Protection
from exports.secret.systeme import MAILLE, axes_de

SECONDES = 900.0  # a guard rail: the search stops by itself well before
_MAILLE_DU_CUBE = ["niveau_territoire", "code_territoire", "type_periode", "periode"]


@dataclass(frozen=True)
class FiguresProtegees:
    """`indicateurs`: columns of marts.indicateurs, statut_observation and confidentialite. `rapport`: see _rapport."""

    indicateurs: pl.DataFrame
    rapport: pl.DataFrame


def proteger(
    connexion: duckdb.DuckDBPyConnection,
    profil: str = "public",
    anterieures: Sequence[pl.DataFrame] = (),
    secondes: float = SECONDES,
    avancement: Callable[[int, int], None] = lambda fait, total: None,
) -> FiguresProtegees:
    """The rows of its plan that a profile may show, from the published warehouse, opened read-only.

    `anterieures`: the public figures of earlier vintages, each whole; what one of them hides stays hidden. Profile
    « restreint » has the cube as it is and hides nothing. Raises ErreurUtilisateur for an unknown profile, a warehouse
    without rules, or a plan of what no family counts (PLAN_SANS_FAMILLE). `avancement`: steps of the search done, in all.
    """
    regles.verifier_profil(profil)
    debut = time.monotonic()
    lues = regles.lire(connexion)
    if profil == "restreint":
        montrees = _a_nu(_lire_le_cube(connexion, "plan_restreint", "niveau_territoire, type_periode"))
        return FiguresProtegees(_ordonner(montrees), _rapport(montrees, None, time.monotonic() - debut))
    chiffres.verifier_plan(connexion.execute("from referentiels.tableaux").pl(), lues)
    cube = _lire_le_cube(connexion, "plan_publication", "tableau, niveau_territoire, type_periode")
    lignes = chiffres.decrire(chiffres.retenir(cube, lues), lues.sans_secret)
    del cube  # the search needs the memory that it holds
    cachees = [_cellules_masquees(chiffres.decrire(lignes, lues.sans_secret)) for lignes in anterieures]
    avant = pl.concat(cachees).unique(maintain_order=True) if cachees else None
    protegees = protection.proteger_cellules(connexion, lues, avant, secondes, avancement=avancement)
    montrees = _masquer(lignes, protegees, lues)
    return FiguresProtegees(_ordonner(montrees), _rapport(montrees, protegees, time.monotonic() - debut))


def tout_montrer(connexion: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every figure of the years and quarters, at every level, with the columns of a release: for the workspace alone."""
    return _ordonner(_a_nu(connexion.execute("from marts.indicateurs where type_periode <> 'cumul'").pl()))


def _a_nu(lignes: pl.DataFrame) -> pl.DataFrame:
    return _statuts(
        lignes.with_columns(masquee=pl.lit(False), avec_part=pl.lit(True), sans_preuve=pl.lit(False))
    )


def _lire_le_cube(connexion: duckdb.DuckDBPyConnection, plan: str, cles: str) -> pl.DataFrame:
    """The rows that a plan speaks of, in the order of the warehouse: all of a national cube are gigabytes."""
    cube: pl.DataFrame = connexion.execute(
        f"select i.* from marts.indicateurs as i semi join referentiels.{plan} using ({cles}) order by i.rowid"
    ).pl()
    return cube


def _cellules_masquees(lignes: pl.DataFrame) -> pl.DataFrame:
    """The cells that hidden rows told of (the last key of each: the others are totals, judged by their own rows), but for
    those that another row shows: a share is hidden with a small denominator, and its cell is not.
    """
    maille = dict(zip(MAILLE, _MAILLE_DU_CUBE, strict=True))
    cachees = lignes.filter(pl.col("confidentialite") == "C").select(
        pl.col("cellules").list.last().alias("cle"), **maille
    )
    montrees = lignes.filter(pl.col("confidentialite") == "F").select(cle="cellules", **maille).explode("cle")
    return cachees.unique(maintain_order=True).join(
        montrees.unique(), on=["cle", *MAILLE], how="anti", maintain_order="left"
    )


def _masquer(lignes: pl.DataFrame, protegees: Protection, lues: regles.Regles) -> pl.DataFrame:
    cellules = protegees.systeme.cellules.with_columns(
        masquee=pl.Series(protegees.masquees | protegees.retirees)
    )
    secteurs = (
        cellules.filter(pl.col("cle").str.starts_with("secteur="))
        .group_by(MAILLE)
        .agg(pl.col("masquee").any(), pl.col("personnes").sum())
        .with_columns(cle=pl.lit("secteur=*"))
    )
    connues = pl.concat(
        [
            cellules.select("cle", *MAILLE, "masquee", "personnes"),
            secteurs.select("cle", *MAILLE, "masquee", "personnes"),
        ]
    )
    lignes = lignes.with_row_index("rang")
    maille = dict(zip(MAILLE, _MAILLE_DU_CUBE, strict=True))
    cles_des_lignes = list(maille.values())
    etats = connues.rename({**maille, "cle": "cellule"})
    comptees = etats.select("niveau_territoire", "type_periode", axes=axes_de("cellule")).unique()
    # no cell: nobody in it, if that is what is said (a zero), or in a part of a share whose kind of cell is counted
    # there; any other figure without a cell was judged by nobody, like one that nobody describes (« ? »)
    inconnue = (pl.col("cellule") == "?") | (
        pl.col("valeur").ne_missing(0) & ~(pl.col("est_rapport") & pl.col("comptee").fill_null(False))
    )
    telles = (
        lignes.select("rang", *cles_des_lignes, "valeur", "est_rapport", cellule="cellules")
        .explode("cellule")
        .with_columns(axes=axes_de("cellule"))
        .join(etats, on=["cellule", *cles_des_lignes], how="left")
        .join(
            comptees.with_columns(comptee=True), on=["axes", "niveau_territoire", "type_periode"], how="left"
        )
        .group_by("rang")
        .agg(pl.col("masquee").fill_null(inconnue).any())
    )
    bases = lignes.select("rang", *cles_des_lignes, cellule="base_cle").join(
        etats.rename({"masquee": "base_masquee", "personnes": "base_personnes"}),
        on=["cellule", *cles_des_lignes],
        how="left",
    )
    lignes = (
        lignes.join(telles, on="rang", how="left", maintain_order="left")
        .join(
            bases.select("rang", "base_masquee", "base_personnes"),
            on="rang",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            avec_part=pl.col("base_cle").is_null()
            | (
                ~pl.col("base_masquee").fill_null(True)
                & (pl.col("base_personnes").fill_null(0) >= lues.seuils.denominateur_minimum)
            )
        )
        .with_columns(
            # a measure that tells of no cell is not judged; anything else is hidden unless found to be shown
            masquee=(pl.col("cellules").list.len() > 0)
            & (pl.col("masquee").fill_null(True) | (pl.col("est_rapport") & ~pl.col("avec_part")))
        )
        .drop("rang", "base_masquee", "base_personnes")
    )
    lignes = pl.concat([lignes, _zeros(lignes, cellules)], how="diagonal")
    sans_preuve = (
        cellules.filter(pl.Series(protegees.retirees) | pl.col("id").is_in(_non_prouvees(protegees)))
        .select("cle", *MAILLE)
        .rename(maille)
    )
    lignes = lignes.with_columns(cle=pl.col("cellules").list.last()).join(
        sans_preuve.with_columns(sans_preuve=pl.lit(True)),
        on=["cle", *cles_des_lignes],
        how="left",
        maintain_order="left",
    )
    return _statuts(lignes)


def _non_prouvees(protegees: Protection) -> list[int]:
    """Cells that the audit does not find proved, whatever the search believed."""
    preuves = pl.concat(protection.eprouver(protegees).values())
    return preuves.filter(~pl.col("prouvee"))["id"].unique().to_list()


def _zeros(lignes: pl.DataFrame, cellules: pl.DataFrame) -> pl.DataFrame:
    """Rows for hidden cells where there is nobody: without them, a row would tell that there is someone."""
    nulles = cellules.filter(
        pl.col("masquee") & (pl.col("personnes") == 0) & ~pl.col("niveau").is_in(["atome"])
    ).rename(dict(zip(MAILLE, _MAILLE_DU_CUBE, strict=True)))
    sortes = (
        lignes.filter(pl.col("tableau").str.starts_with("T"))
        .with_columns(cle=pl.col("cellules").list.last())
        .select(
            "cle",
            "tableau",
            "mesure",
            "axe_1",
            "modalite_1",
            "axe_2",
            "modalite_2",
            "unite",
            "base",
            "niveau_territoire",
            "type_periode",
            "cellules",
            "base_cle",
            "est_rapport",
        )
        .unique(["cle", "tableau", "mesure", "niveau_territoire", "type_periode"], maintain_order=True)
    )
    return (
        nulles.select("cle", *_MAILLE_DU_CUBE)
        .join(sortes, on=["cle", "niveau_territoire", "type_periode"], maintain_order="left")
        .drop("cle")
        .with_columns(masquee=pl.lit(True), avec_part=pl.lit(False))
    )


def _statuts(lignes: pl.DataFrame) -> pl.DataFrame:
    """Values of hidden rows erased, changes that would give them back too, and what the public is told of each row."""
    visible = ~pl.col("masquee")
    lignes = lignes.with_columns(
        valeur_vraie=pl.col("valeur"),
        valeur=pl.when(visible).then("valeur"),
        part=pl.when(visible & pl.col("avec_part")).then("part"),
    )
    serie = [colonne for colonne in CLE if colonne != "periode"]
    rang = (
        pl.when(pl.col("type_periode") == "annee")
        .then(pl.col("periode").str.slice(0, 4).cast(pl.Int32))
        .otherwise(
            4 * pl.col("periode").str.slice(0, 4).cast(pl.Int32)
            + pl.col("periode").str.slice(6, 1).cast(pl.Int32, strict=False)
        )
    )
    lignes = lignes.with_columns(rang=rang)
    vues = lignes.select(*serie, "rang", vue=visible)
    par_an = pl.when(pl.col("type_periode") == "annee").then(1).otherwise(4)
    for ecart, recul in (("ecart_periode", pl.lit(1)), ("ecart_annee", par_an)):
        lignes = (
            lignes.with_columns(rang_avant=pl.col("rang") - recul)
            .join(
                vues.rename({"rang": "rang_avant"}),
                on=[*serie, "rang_avant"],
                how="left",
                nulls_equal=True,
                maintain_order="left",
            )
            .with_columns(pl.when(visible & pl.col("vue").fill_null(False)).then(ecart).alias(ecart))
            .drop("vue", "rang_avant")
        )
    return lignes.with_columns(
        fiabilite=pl.when(visible).then("fiabilite"),
        statut_observation=pl.when(~visible)
        .then(pl.lit("Q"))
        .when(pl.col("valeur").is_null())
        .then(pl.lit("O"))
        .when(pl.col("fiabilite") == "U")
        .then(pl.lit("U"))
        .otherwise(pl.lit("A")),
        confidentialite=pl.when(visible).then(pl.lit("F")).otherwise(pl.lit("C")),
    ).drop("rang")


_COLONNES = [
    *CLE,
    *("valeur", "part", "unite", "base", "ecart_periode", "ecart_annee", "fiabilite", "couverture"),
    *("statut_observation", "confidentialite"),
]


def _ordonner(lignes: pl.DataFrame) -> pl.DataFrame:
    return lignes.select(_COLONNES).sort(CLE)


def _rapport(lignes: pl.DataFrame, protegees: Protection | None, secondes: float) -> pl.DataFrame:
    """Counts by table and level, never a value of a hidden cell: lignes, masquees, sans_preuve, the share still shown.

    sans_preuve counts the rows that the audit does not find proved, hidden with their whole table: for the inside only.
    part_personnes and part_heures (0 to 1) are over the cells of the table; secondes is of the whole.
    """

    def part(mesure: str) -> pl.Expr:
        ici = pl.col("mesure") == mesure
        total = pl.col("valeur_vraie").filter(ici).sum()
        return pl.when(total > 0).then(pl.col("valeur").filter(ici).sum() / total)

    cellules = lignes.group_by("tableau", "niveau_territoire").agg(
        lignes=pl.len(),
        masquees=(pl.col("confidentialite") == "C").sum(),
        sans_preuve=pl.col("sans_preuve").fill_null(False).sum(),
        part_personnes=part("beneficiaires"),
        part_heures=part("heures"),
    )
    return cellules.sort("tableau", "niveau_territoire").with_columns(secondes=pl.lit(round(secondes, 1)))
