"""The figures in one long table, with Excel's filters: what an analyst takes away."""

from __future__ import annotations

import polars as pl

from exports.classeurs.charte import LIGNE_SOUS_TITRE, PREMIERE_LIGNE
from exports.classeurs.contexte import Contexte
from exports.classeurs.sous_territoires import codes_du_niveau
from exports.edition.libelles import libelle_mesure

FEUILLE = "Données"
LIGNES_EXCEL = 1_048_576
LIGNE_NOTE, DERNIERE_IMPRIMEE = LIGNE_SOUS_TITRE + 1, 7
NOTE = (
    "Cette table se lit et se filtre à l'écran : à l'impression du classeur, seul cet avis sort. Pour en imprimer des "
    "lignes : filtrez, sélectionnez-les, puis imprimez la sélection. Les mêmes chiffres sont dans les données ouvertes du "
    "paquet (indicateurs_excel.csv).\nStatut : A normal, P provisoire, E estimé, B rupture, U peu fiable, Q secret, O non "
    "disponible. Confidentialité : F libre, C confidentiel."
)
# column, title, width
COLONNES = (
    ("tableau", "Tableau", 9),
    ("mesure", "Mesure", 24),
    ("mesure_en_clair", "Mesure, en clair", 34),
    ("niveau_territoire", "Niveau", 12),
    ("code_territoire", "Code du territoire", 12),
    ("territoire", "Territoire", 26),
    ("type_periode", "Type de période", 10),
    ("periode", "Période", 10),
    ("axe_1", "Axe 1", 18),
    ("modalite_1", "Code 1", 16),
    ("libelle_1", "Libellé 1", 34),
    ("axe_2", "Axe 2", 16),
    ("modalite_2", "Code 2", 14),
    ("libelle_2", "Libellé 2", 30),
    ("valeur", "Valeur", 14),
    ("part", "Part (%)", 10),
    ("unite", "Unité", 16),
    ("statut_observation", "Statut", 8),
    ("confidentialite", "Confidentialité", 9),
)


def selectionner(c: Contexte) -> pl.DataFrame:
    """The rows: everything of the territory, by year below it, key figures only where they would be too many.

    The region's départements come with every table, its EPCI with the key figures; of a whole, the regions come
    with the tables of one axis, départements and EPCI with the key figures. The open data holds the rest.
    """
    cles = pl.col("tableau") == "CLES"
    niveaux = {"departement": pl.lit(True), "epci": cles}
    if c.niveau != "region":
        niveaux = {"region": pl.col("axe_2").is_null(), "departement": cles, "epci": cles}
    choix = (pl.col("niveau_territoire") == c.niveau) & (pl.col("code_territoire") == c.territoire)
    for niveau, lesquelles in niveaux.items():
        du_niveau = (pl.col("niveau_territoire") == niveau) & pl.col("code_territoire").is_in(
            codes_du_niveau(c, niveau)
        )
        choix |= du_niveau & (pl.col("type_periode") == "annee") & lesquelles
    rangs = {"national": 0, "ensemble": 0, "region": 1, "departement": 2, "epci": 3}
    return (
        c.publication.chiffres.filter(choix)
        .with_columns(rang=pl.col("niveau_territoire").replace_strict(rangs, return_dtype=pl.Int8))
        .sort(
            "rang",
            "code_territoire",
            "tableau",
            "mesure",
            "type_periode",
            "periode",
            "axe_1",
            "modalite_1",
            "axe_2",
            "modalite_2",
            nulls_last=False,
        )
    )


def mettre_en_clair(c: Contexte, lignes: pl.DataFrame) -> pl.DataFrame:
    """The columns of the sheet, in order, with the labels of territories, measures and codes."""
    paires = lignes.select("tableau", "mesure").unique()
    mesures = paires.with_columns(
        mesure_en_clair=pl.Series([libelle_mesure(t, m) for t, m in paires.iter_rows()], dtype=pl.String)
    )
    noms = c.publication.territoires.select("niveau_territoire", "code_territoire", territoire="libelle")
    lignes = lignes.join(mesures, on=["tableau", "mesure"], how="left", maintain_order="left")
    lignes = lignes.join(noms, on=["niveau_territoire", "code_territoire"], how="left", maintain_order="left")
    for n in (1, 2):
        couples = lignes.select(f"axe_{n}", f"modalite_{n}").drop_nulls().unique()
        libelles = [c.libelles.libelle(axe, code) for axe, code in couples.iter_rows()]
        couples = couples.with_columns(pl.Series(f"libelle_{n}", libelles, dtype=pl.String))
        lignes = lignes.join(couples, on=[f"axe_{n}", f"modalite_{n}"], how="left", maintain_order="left")
    return lignes.select(colonne for colonne, _, _ in COLONNES)


def ecrire_donnees(c: Contexte) -> None:
    """The sheet. A hidden figure is an empty cell with its status, never a zero."""
    lignes = mettre_en_clair(c, selectionner(c))
    place = LIGNES_EXCEL - PREMIERE_LIGNE - 1
    coupees = max(0, lignes.height - place)
    lignes = lignes.head(place)
    feuille = c.classeur.feuille(
        FEUILLE,
        "Données",
        f"{c.nom} et ses territoires",
        [largeur for _, _, largeur in COLONNES],
        figees=(PREMIERE_LIGNE + 1, 0),
    )
    coupure = (
        f" {coupees} lignes ne tiennent pas dans une feuille : elles sont dans les données ouvertes."
        if coupees
        else ""
    )
    c.classeur.paragraphe(
        feuille,
        LIGNE_NOTE,
        NOTE + coupure,
        DERNIERE_IMPRIMEE,
        sum(n for _, _, n in COLONNES[: DERNIERE_IMPRIMEE + 1]),
        "note",
    )
    c.classeur.table(feuille, PREMIERE_LIGNE, "Donnees", [titre for _, titre, _ in COLONNES], lignes)
    # thousands of rows are for filtering: printing the workbook prints this notice in their place
    feuille.print_area(0, 0, LIGNE_NOTE, DERNIERE_IMPRIMEE)
