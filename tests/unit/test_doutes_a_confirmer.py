"""The workbook's doubts: one that is left as it is, is not taken; a required one stops the command, by its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import openpyxl
import pytest
from commande import Execution, lancer
from exports_a_decrire import exporter, lire, proposees, renommer, uni
from fabrique import Ligne
from openpyxl.worksheet.worksheet import Worksheet

from clauses.socle.project import SEEDS
from ingest.codes import charger_codes
from ingest.layouts import charger_layouts

pytestmark = pytest.mark.lent  # each describes an export or two


def _douteux(i: int, ligne: Ligne) -> Ligne:
    """One name for all SIRETs, where a name is required."""
    entreprise = {"SIRET entreprise": fabrique.siret(100 + i), "Entreprise": "Actif"}
    return {**ligne, **entreprise}


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    depot = exporter(tmp_path, _douteux)
    dit = proposees(tmp_path, depot)["Entreprise"]
    assert dit[1] < 0.5
    assert "1 « Entreprise » pour 24 « SIRET entreprise »" in dit[2]
    return tmp_path / "correspondance.xlsx"


def corriger(classeur: Path, changer: Callable[[Worksheet], None], feuille: str = "Colonnes") -> Execution:
    ouvert = openpyxl.load_workbook(classeur)
    changer(ouvert[feuille])
    ouvert.save(classeur)
    return lancer("decrire", "--avec", classeur, "--espace", classeur.parent / "espace")


def _rangee(feuille: Worksheet, entete: str) -> int:
    return next(r for r in range(2, feuille.max_row + 1) if feuille.cell(r, 2).value == entete)


def test_a_required_doubt_stops_the_command(classeur: Path) -> None:
    rangs: list[int] = []

    def rien(feuille: Worksheet) -> None:
        rangs.append(_rangee(feuille, "Entreprise"))
        assert feuille.cell(rangs[0], 5).value == "à confirmer"

    execution = corriger(classeur, rien)
    assert execution.code == 2
    assert f"feuille Colonnes, ligne {rangs[0]}, « Entreprise » est à confirmer" in uni(execution)
    assert not (classeur.parent / "espace" / "layouts").exists()


def test_it_is_taken_once_confirmed(classeur: Path) -> None:
    def confirmer(feuille: Worksheet) -> None:
        feuille.cell(_rangee(feuille, "Entreprise"), 5).value = "oui"

    execution = corriger(classeur, confirmer)
    assert execution.code == 0, execution.texte
    lot = lire(classeur.parent, next((classeur.parent / "depots").iterdir()))
    assert set(lot.tables["bilan"]["raison_sociale"]) == {"Actif"}


def test_an_optional_doubt_that_nobody_confirms_is_not_taken(tmp_path: Path) -> None:
    def changer(_: int, ligne: Ligne) -> Ligne:
        return renommer(ligne, **{"Effectif entreprise": {"Total": "412"}})

    depot = exporter(tmp_path, changer)
    titre, confiance, _ = proposees(tmp_path, depot)["Total"]
    assert (titre, confiance < 0.75) == ("Bilan · Effectif entreprise", True)
    execution = corriger(tmp_path / "correspondance.xlsx", lambda _: None)
    assert execution.code == 0, execution.texte
    layout = next((tmp_path / "espace" / "layouts").glob("*.yml")).read_text(encoding="utf-8")
    assert "- Total" in layout  # among those left out
    assert "Effectif entreprise" not in layout


def test_a_word_of_a_list_may_be_several_codes(tmp_path: Path) -> None:
    """The list of publics of a flat export: a code chosen in a list, or several typed."""
    mots = {1: "Public A de la maison", 2: "Public B de la maison"}

    def changer(i: int, ligne: Ligne) -> Ligne:
        return {**ligne, "Statut à l'entrée": mots.get(1 + i % 6, "DELD")}

    depot = exporter(tmp_path, changer)
    proposees(tmp_path, depot)
    choisis = {mots[1]: "TH", mots[2]: "RSA + JEUNE"}

    def choisir(feuille: Worksheet) -> None:
        rangs = {str(feuille.cell(r, 3).value): r for r in range(2, feuille.max_row + 1)}
        assert str(feuille.cell(rangs["DELD"], 5).value).startswith("DELD — ")
        for mot, code in choisis.items():
            feuille.cell(rangs[mot], 5).value = code

    classeur = tmp_path / "correspondance.xlsx"

    def se_tromper(feuille: Worksheet) -> None:
        feuille.cell(2, 5).value = "RSA + RIEN"

    faux = corriger(classeur, se_tromper, "Valeurs")
    assert "« RSA + RIEN » n'est pas un de nos codes" in uni(faux)
    execution = corriger(classeur, choisir, "Valeurs")
    assert execution.code == 0, execution.texte
    lot = fabrique.lire(
        depot,
        layouts=charger_layouts(tmp_path / "espace" / "layouts"),
        codes=charger_codes(SEEDS, tmp_path / "espace" / "alias.csv"),
    )
    lus = lot.tables["bilan"].group_by("categorie_public", "autres_categories").len()
    assert set(lus.rows()) == {("TH", None, 4), ("RSA", "JEUNE", 4), ("DELD", None, 16)}


@pytest.mark.parametrize(("confirme", "lus"), [("à confirmer", {"ND"}), ("oui", {"CDD"})])
def test_a_word_that_resembles_another_is_taken_once_confirmed(
    confirme: str, lus: set[str], tmp_path: Path
) -> None:
    """Three contracts of 24: too few to be asked about without the workbook."""

    def changer(i: int, ligne: Ligne) -> Ligne:
        return {**ligne, "Type de contrat": "Contratt à durée déterminée" if i <= 3 else "CDI"}

    depot = exporter(tmp_path, changer)
    proposees(tmp_path, depot)

    def confirmer(feuille: Worksheet) -> None:
        rang = next(
            r for r in range(2, feuille.max_row + 1) if str(feuille.cell(r, 3).value).startswith("Contratt")
        )
        assert feuille.cell(rang, 6).value == "à confirmer"
        feuille.cell(rang, 6).value = confirme

    execution = corriger(tmp_path / "correspondance.xlsx", confirmer, "Valeurs")
    assert execution.code == 0, execution.texte
    fait = lancer("actualiser", depot, "--espace", tmp_path / "espace")
    assert fait.code == 0, fait.texte
    lu = lancer(
        "sql", "select distinct type_contrat from marts.fct_contrats where type_contrat <> 'CDI'", "--format", "csv",
        "--espace", tmp_path / "espace",
    )  # fmt: skip
    assert set(lu.sortie.split()[1:]) == lus
