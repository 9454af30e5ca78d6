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
