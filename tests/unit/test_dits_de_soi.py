"""What labels of a deposit are about, and what the text beside them says: who deposits and when, or nothing."""

from __future__ import annotations

import pytest

from ingest.description.dits_de_soi import ce_que_dit, cles_de, se_dit_seul
from ingest.layouts import charger_layouts
from ingest.provenance import lire_informations

DEUX_JOURS = "du 01/01/2024 au 31/03/2024"


@pytest.mark.parametrize(
    ("libelle", "valeur", "cles"),
    [
        ("Code structure", "S59000", {"code_structure"}),
        ("Code organisme :", "S59000", {"code_structure"}),
        ("codeStructure", "S59000", {"code_structure"}),
        ("CODE_STE", "S59000", {"code_structure"}),
        ("N° de la structure porteuse", "59", {"code_structure"}),
        ("Structure", "S59000", {"code_structure"}),
        ("Structure", "PLIE de Lille", {"nom_structure"}),
        ("Organisme", "PLIE 59", {"nom_structure"}),
        ("Nom de l'organisme", "PLIE", {"nom_structure"}),
        ("codeInseeStructure", "59350", {"commune"}),
        ("Code INSEE", "2A004", {"commune"}),
        ("Code commune", "Lille", set()),
        ("periodeDebut", "2024-01-01", {"debut"}),
        ("Début de période", "01/01/2024", {"debut"}),
        ("Période du", "01/01/2024", {"debut"}),
        ("au", "31/03/2024", {"fin"}),
        ("Arrêté au", "31/03/2024", {"fin"}),
        ("Période analysée", DEUX_JOURS, {"debut", "fin"}),
        ("Période", "01/01/2024", set()),  # which of the two?
        ("Période", "année 2024", set()),
        ("dateExport", "15/04/2024", {"extraction"}),
        ("Date d'édition", "15/04/2024 08:30", {"extraction"}),
        ("Extrait le", "2024-04-15", {"extraction"}),
        ("Date de fin de marché", "15/04/2024", set()),
        ("Édité par", "15/04/2024", set()),
        ("Code", "Libellé", set()),
        ("Code structure", "01/01/2024", set()),
        ("Code postal", "59000", set()),
    ],
)
def test_what_a_label_and_its_value_say(libelle: str, valeur: str, cles: set[str]) -> None:
    assert set(cles_de(libelle, valeur)) == cles


@pytest.mark.parametrize(
    ("texte", "dites"),
    [
        ("Édité le 15/04/2024", {"extraction": "15/04/2024"}),
        (f"Période {DEUX_JOURS}", {"debut": "01/01/2024", "fin": "31/03/2024"}),
        ("Période : 2024-01-01 - 2024-03-31", {"debut": "2024-01-01", "fin": "2024-03-31"}),
        ("Code structure : S59000", {"code_structure": "S59000"}),
        ("Export du 15 avril 2024", {"extraction": "15 avril 2024"}),
        ("Réunion du 15/04/2024", {}),
        ("Suivi des clauses", {}),
    ],
)
def test_a_cell_that_holds_its_label(texte: str, dites: dict[str, str]) -> None:
    seul = se_dit_seul(texte)
    cles = cles_de(*seul) if seul else {}
    assert {cle: ce_que_dit(cle, texte) for cle in cles} == dites


def test_of_two_days_no_extraction_is_made() -> None:
    assert ce_que_dit("extraction", DEUX_JOURS) is None
    assert ce_que_dit("debut", "du 01/01/2024 au 31/03/2024, puis du 01/05/2024") is None


@pytest.mark.parametrize(
    ("lignes", "dites"),
    [
        ([("Structure", "PLIE de Lille"), ("Code structure", "S59")], ("S59", "PLIE de Lille")),
        ([("Code structure", "S59"), ("Structure", "PLIE de Lille")], ("S59", "PLIE de Lille")),
        ([("Structure", "S59")], ("S59", None)),
        ([("Structure", "S59"), ("Nom de la structure", "PLIE")], ("S59", "PLIE")),
    ],
)
def test_structure_is_her_name_where_her_code_is_said(
    lignes: list[tuple[str, str]], dites: tuple[str, str | None]
) -> None:
    """A sheet Informations: « Structure » is her code for want of another label."""
    layout = next(la for la in charger_layouts() if la.informations is not None)
    lues, autres = lire_informations(layout, lignes)
    assert (lues.get("code_structure"), lues.get("nom_structure")) == dites
    assert autres == {}
