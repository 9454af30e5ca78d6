"""The sheets others ask for: figures where there are some, labelled blanks where only people know."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from publication_fictive import LIGNES, RACINE, chiffre, publication

from exports.classeurs.fiches import ecrire_comite, ecrire_retour_instruction, lignes_de
from exports.classeurs.une_page import A_RETENIR, CHIFFRES_CLES, ecrire_une_page
from exports.edition.libelles import axe_en_clair, libelle_mesure

TABLEAUX = list(
    csv.DictReader((RACINE / "seeds/indicateurs/tableaux.csv").open(encoding="utf-8", newline=""))
)


def rang(feuille: Worksheet, libelle: str, colonne: int = 0) -> list[object]:
    return next([c.value for c in r] for r in feuille.iter_rows() if r[colonne].value == libelle)


@pytest.mark.parametrize("fiche", ["comite", "instruction"])
def test_every_line_names_a_figure_of_the_cube_or_is_a_blank(fiche: str) -> None:
    connus = {(x["tableau"], x["mesure"], x["axe_1"] or None) for x in TABLEAUX}
    for ligne in lignes_de(fiche):
        assert ligne.libelle or ligne.modalite == "*"
        assert not ligne.tableau or (ligne.tableau, ligne.mesure, ligne.axe) in connus, ligne


def test_every_measure_and_axis_of_the_cube_has_a_name() -> None:
    for x in TABLEAUX:
        assert libelle_mesure(x["tableau"], x["mesure"]) != x["mesure"], x["mesure"]
        for axe in {x["axe_1"], x["axe_2"]} - {""}:
            assert axe_en_clair(axe) != axe
    for mesure, _ in (*CHIFFRES_CLES, *A_RETENIR):
        assert mesure in {x["mesure"] for x in TABLEAUX if x["tableau"] == "CLES"}


def test_a_committee_reads_its_departement_and_not_the_region_of_the_same_code(tmp_path: Path) -> None:
    gers = {**chiffre("CLES", "heures", "32", "2024", 77.0), "niveau_territoire": "departement"}
    fiche = load_workbook(ecrire_comite(publication([*LIGNES, gers]), "32", tmp_path))["Fiche"]
    assert rang(fiche, "Heures d'insertion")[1:6] == [77, "nd", "nd", "nd", 6000]
    assert "Gers" in fiche["A3"].value
    assert rang(fiche, "Réseaux de l'IAE, du handicap et de l'ESS associés (nommez-les)")[1:6] == [None] * 5


def test_the_return_of_the_instruction_fills_what_figures_say(tmp_path: Path) -> None:
    suivi = [
        chiffre("S01", "cdi", "32", annee, n, axe_1="horizon", modalite_1="6")
        for annee, n in (("2024", 30.0), ("2023", 50.0))
    ]
    fiche = load_workbook(ecrire_retour_instruction(publication([*LIGNES, *suivi]), "32", tmp_path))["Fiche"]
    # counts of cohorts that have not had the same time do not compare
    assert rang(fiche, "Personnes en CDI à 6 mois")[1:6] == [30, 50, None, None, "nd"]
    assert rang(fiche, "Bâtiment")[1:6] == [500, 400, 100, 25, 5000]
    assert rang(fiche, "Nettoyage et propreté")[1:5] == [500, "s", "s", "s"]
    assert rang(fiche, "Collectivités territoriales ayant participé")[1:6] == [None] * 5
    assert fiche["A1"].value == "DONNÉES FICTIVES"
    assert fiche.print_area
    assert fiche.print_title_rows


def test_what_the_release_leaves_out_is_a_blank_and_not_a_missing_figure(tmp_path: Path) -> None:
    diffuse = chiffre("S07", "organismes", "FR", "2024", 8.0)
    fiche = load_workbook(ecrire_retour_instruction(publication([*LIGNES, diffuse]), "32", tmp_path))["Fiche"]
    # one measure of S07 is published, for France only; the other nowhere
    assert rang(fiche, "Organismes ayant participé aux événements déclarés")[1:6] == [
        "nd",
        "nd",
        "nd",
        "nd",
        8,
    ]
    assert rang(fiche, "Événements déclarés")[1:6] == [None] * 5
    assert rang(fiche, "ETP financés")[1:6] == [None] * 5
    assert rang(fiche, "d. Calendrier")[1:6] == ["À remplir", *[None] * 4]
    assert fiche.page_setup.orientation == "landscape"


def test_one_page_of_key_figures(tmp_path: Path) -> None:
    feuille = load_workbook(ecrire_une_page(publication(), "32", tmp_path))["Chiffres clés"]
    assert rang(feuille, "heures réalisées", 1)[0:3] == [1500, "heures réalisées", 50]
    assert rang(feuille, "bénéficiaires de la clause", 1)[0] == 12
    assert "heures réalisées par des femmes" in rang(feuille, "heures : durée moyenne d'une mission", 1)
    assert feuille.page_setup.orientation == "landscape"
    assert feuille.sheet_properties.pageSetUpPr.fitToPage
    assert feuille.page_setup.fitToHeight in (None, 1)  # left out, it is 1
