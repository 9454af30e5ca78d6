"""The workbook sent back to structures, read again with another library."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import exemples_depots as exemples
import openpyxl
import polars as pl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.retours import constats as module
from exports.retours.assemblage import assembler_constats
from exports.retours.constats import ecrire_constats

PREMIERE_LIGNE = 5  # title, sentence, note, header


@pytest.fixture
def classeur(tmp_path: Path) -> Workbook:
    chemin = ecrire_constats(
        tmp_path / "constats.xlsx", exemples.depots(), exemples.constats(), exemples.validations()
    )
    return openpyxl.load_workbook(chemin)


def lignes(feuille: Worksheet) -> list[tuple[object, ...]]:
    toutes = feuille.iter_rows(min_row=PREMIERE_LIGNE, values_only=True)
    return [ligne for ligne in toutes if ligne[8] is not None]


def test_one_sheet_per_structure_having_something_to_correct(classeur: Workbook) -> None:
    noms = classeur.sheetnames
    assert noms[:2] == ["Lisez-moi", "Résumé"]
    assert noms[-2:] == ["Structure non reconnue", "Règles"]
    codes = [nom.split()[0] for nom in noms[2:-2]]
    assert codes == [
        "S59000",
        "S62001",
        "S75003",
        "S91X",
        "S92X",
        "S93004",
        "S93X",
        "S94X",
        "S95X",
        "S98X",
        "S99X",
    ]
    assert all(len(nom) <= 31 and not set(nom) & set("[]:*?/\\'") for nom in noms)


def test_findings_quote_their_file_and_come_worst_first(classeur: Workbook) -> None:
    feuille = classeur["S59000 Maison de l’emploi de"]
    obtenues = [(x[0], x[1], x[2], x[3], x[8]) for x in lignes(feuille)]
    d01, d06, d11 = (exemples.ACCEPTES[i][1] for i in (0, 5, 10))
    assert obtenues == [
        ("Ligne écartée", d01, "Contrats", 6, "CLE_EN_DOUBLE"),
        ("Ligne écartée", d01, "Contrats", 27, "CLE_EN_DOUBLE"),
        ("Ligne écartée", d01, "Contrats", 40, "DATE_ILLISIBLE"),
        ("Ligne écartée", d01, "Heures", 9, "MOIS_ILLISIBLE"),
        ("Ligne écartée", d01, "Heures", 44, "HEURES_IMPOSSIBLES"),
        ("Ligne écartée", d01, "Heures", 45, "ORPHELIN"),
        ("Ligne écartée", d01, "Heures", 74, "HEURES_NEGATIVES"),
        ("Ligne écartée", d06, "Heures", 25, "MOIS_ILLISIBLE"),
        ("À vérifier", d01, None, None, "VALIDATION"),
        ("À vérifier", d01, "Heures", 108, "LIGNE_EN_DOUBLE"),
        ("À vérifier", d11, None, None, "RUPTURE_DE_SERIE"),
    ]
    assert feuille["A2"].value == "8 lignes écartées ; 3 points à vérifier."


def test_refused_deposits_say_what_to_do(classeur: Workbook) -> None:
    (refus,) = lignes(classeur["S91X Maison de l’emploi 0 (59)"])
    assert refus[0] == "Dépôt refusé"
    assert refus[1] == "a-verifier/export S91X.xlsx"
    assert "Renommer la colonne" in str(refus[6])
    assert {ligne[1] for ligne in lignes(classeur["Structure non reconnue"])} == {
        "a-verifier/liste.csv",
        "a-verifier/export S96X.xlsx",
    }


def test_text_never_becomes_a_formula(classeur: Workbook) -> None:
    valeurs = {cellule.value: cellule.data_type for cellule in classeur["S75003 Ensemble Paris Emploi"]["F"]}
    assert valeurs["=SOMME(A1)"] == "s"
    assert valeurs["12345678901234"] == "s"
    for feuille in classeur:
        assert all(cellule.data_type != "f" for ligne in feuille.iter_rows() for cellule in ligne)


def test_sheets_can_be_filtered_and_printed(classeur: Workbook) -> None:
    feuille = classeur["S93004 Est Ensemble Mission"]
    assert feuille.auto_filter.ref == "A4:I14"  # 17 findings, seven of which say again what another says
    assert feuille.freeze_panes == "A5"
    assert feuille.print_title_rows == "$4:$4"
    assert (feuille.page_setup.orientation, feuille.page_setup.paperSize) == ("landscape", 9)
    assert feuille.page_setup.fitToHeight == 0
    assert "&P" in feuille.oddFooter.right.text
    assert feuille["G5"].alignment.wrap_text
    assert feuille.column_dimensions["G"].width > 50


def test_severities_differ_without_colour(classeur: Workbook) -> None:
    cellules = [
        classeur["S91X Maison de l’emploi 0 (59)"]["A5"],
        classeur["S59000 Maison de l’emploi de"]["A5"],
        classeur["S93004 Est Ensemble Mission"]["A5"],
    ]
    assert [c.value for c in cellules] == ["Dépôt refusé", "Ligne écartée", "À vérifier"]
    gris = []
    for cellule in cellules:
        r, v, b = (int(cellule.fill.fgColor.rgb[i : i + 2], 16) for i in (2, 4, 6))
        gris.append((0.299 * r + 0.587 * v + 0.114 * b) / 255)
    assert gris[0] + 0.15 < gris[1] < gris[2] - 0.15
    assert [c.font.bold for c in cellules] == [True, True, False]


def test_summary_counts_each_structure_with_real_dates(classeur: Workbook) -> None:
    feuille = classeur["Résumé"]
    par_code = {ligne[0].value: ligne for ligne in feuille.iter_rows(min_row=4)}
    assert [cellule.value for cellule in par_code["S59000"][1:8]] == [
        "Maison de l'emploi de Lille", dt.datetime(2025, 3, 10), 3, 0, 8, 0, 3,
    ]  # fmt: skip
    assert par_code["S59000"][2].number_format == "dd/mm/yyyy"
    assert par_code["S59000"][8].hyperlink.location == "'S59000 Maison de l’emploi de'!A1"
    assert par_code["S80002"][8].value == "Rien à corriger"
    assert [cellule.value for cellule in par_code["–"][3:8]] == [0, 2, 0, 0, 0]


def test_a_full_sheet_goes_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIGNES_EXCEL", 10)  # 10 rows: 4 above, 5 findings, 1 note
    chemin = ecrire_constats(
        tmp_path / "c.xlsx", exemples.depots(), exemples.constats(), exemples.validations()
    )
    classeur = openpyxl.load_workbook(chemin)
    noms = [nom for nom in classeur.sheetnames if nom.startswith("S93004")]
    assert noms == [
        "S93004 Est Ensemble Mission",
        "S93004 Est Ensemble Mission (2)",
    ]
    assert all(classeur[nom].max_row <= 10 for nom in classeur.sheetnames if nom.startswith("S"))
    numeros = [str(ligne[3]) for nom in noms for ligne in lignes(classeur[nom])]
    assert numeros == [*(f"{n}, {n + 10}" for n in range(2, 9)), "9", "10", "11"]
    assert classeur[noms[0]]["A3"].value == f"Feuille 1 sur 2 ; suite sur la feuille « {noms[1]} »."
    assert classeur[noms[0]]["A10"].value == f"Suite sur la feuille « {noms[1]} »."
    assert classeur[noms[1]]["A3"].value == f"Feuille 2 sur 2 ; suite de la feuille « {noms[0]} »."


def test_rows_written_straight_to_disk_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    donnees = (exemples.depots(), exemples.constats(), exemples.validations())
    en_memoire = openpyxl.load_workbook(ecrire_constats(tmp_path / "a.xlsx", *donnees))
    monkeypatch.setattr(module, "CONSTATS_EN_MEMOIRE", 0)
    sur_disque = openpyxl.load_workbook(ecrire_constats(tmp_path / "b.xlsx", *donnees))
    assert en_memoire.sheetnames == sur_disque.sheetnames
    for nom in en_memoire.sheetnames:
        assert list(en_memoire[nom].values) == list(sur_disque[nom].values)


def test_sheet_names_stay_legal_and_different(tmp_path: Path) -> None:
    depots = exemples.depots().filter(pl.col("depot_id").is_in(["d01", "d02", "d04", "d06"]))
    noms = {
        "d01": ("A", "x" * 40),
        "d02": ("a", "X" * 50),
        "d04": ("[:*?/\\]", "'''"),
        "d06": ("RÈGLES", ""),
    }
    depots = depots.with_columns(
        structure_code=pl.col("depot_id").replace_strict({k: v[0] for k, v in noms.items()}),
        nom_structure=pl.col("depot_id").replace_strict({k: v[1] for k, v in noms.items()}),
    )
    constats = exemples.constats().filter(pl.col("depot_id").is_in(list(noms)))
    chemin = ecrire_constats(tmp_path / "c.xlsx", depots, constats, exemples.validations([]))
    feuilles = openpyxl.load_workbook(chemin).sheetnames
    assert len(feuilles) == 3 + 4
    assert len({nom.lower() for nom in feuilles}) == len(feuilles)
    assert all(1 <= len(nom) <= 31 and not set(nom) & set("[]:*?/\\'") for nom in feuilles)


def test_a_check_is_told_once_and_a_broken_one_never() -> None:
    depots = exemples.depots().filter(pl.col("depot_id").is_in(["r4", "r5"]))
    message = depots.filter(pl.col("depot_id") == "r4")["message"].item()
    validations = exemples.validations(
        [
            ("r4", "heures", "deja_dit", "critique", False, "3", "9", message, False),
            ("r4", "heures", "autre", "critique", False, "3", "entre 5 et 9", None, False),
            ("r5", "heures", "casse", "critique", False, None, None, "KeyError", True),
            ("r5", "heures", "reussi", "critique", True, "7", "entre 5 et 9", None, False),
        ]
    )
    tous = assembler_constats(depots, exemples.constats([]), validations)
    assert sorted(tous.select("depot_id", "gravite", "regle").iter_rows()) == [
        ("r4", "refus", "COLONNE_MANQUANTE"),
        ("r4", "refus", "VALIDATION"),
        ("r5", "refus", "TABLE_MANQUANTE"),
    ]
    assert tous.filter(pl.col("regle") == "VALIDATION")["message"].item() == (
        "Contrôle « autre » : vu : 3, attendu : entre 5 et 9."
    )


def test_a_refusal_in_both_tables_is_told_once() -> None:
    depots = exemples.depots().filter(pl.col("depot_id") == "r4")
    constats = exemples.constats(
        [("r4", "refus", "Heures", 1, "Heures travaillées", "COLONNE_MANQUANTE", "La colonne manque.", None)]
    )
    tous = assembler_constats(depots, constats, exemples.validations([]))
    assert tous["message"].to_list() == ["La colonne manque."]


def test_validations_of_the_ledger_need_no_message() -> None:
    sans = exemples.validations().drop("attendu", "message")
    tous = assembler_constats(exemples.depots(), exemples.constats([]), sans)
    (message,) = tous.filter(pl.col("regle") == "VALIDATION")["message"]
    assert message == "Contrôle « part_heures_formation » : vu : 31 %."


def test_a_value_too_long_for_a_cell_is_cut(tmp_path: Path) -> None:
    constats = exemples.constats([("d01", "alerte", "Heures", 2, "Mois", "CODE_INCONNU", "m", "é" * 40_000)])
    chemin = ecrire_constats(tmp_path / "c.xlsx", exemples.depots(), constats, exemples.validations([]))
    ((*_, valeur, _message, _heures, _regle),) = lignes(
        openpyxl.load_workbook(chemin)["S59000 Maison de l’emploi de"]
    )
    assert len(str(valeur)) == 32_767
    assert str(valeur).endswith("é…")


def test_nothing_to_correct_still_makes_a_workbook(tmp_path: Path) -> None:
    depots = exemples.depots().filter(pl.col("statut") == "accepte")
    chemin = ecrire_constats(tmp_path / "c.xlsx", depots, exemples.constats([]), exemples.validations([]))
    classeur = openpyxl.load_workbook(chemin)
    assert classeur.sheetnames == ["Lisez-moi", "Résumé", "Règles"]
    assert {ligne[8] for ligne in classeur["Résumé"].iter_rows(min_row=4, values_only=True)} == {
        "Rien à corriger"
    }


def test_an_unwritable_place_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ecrire_constats(
            tmp_path / "absent" / "c.xlsx", exemples.depots(), exemples.constats(), exemples.validations()
        )
