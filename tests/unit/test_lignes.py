"""Lines that are no data are left out; a line that may be a row never is: it counts, or is set aside with its finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import fabrique
import pytest
from fabrique import Valeur

from ingest.pipeline import Lot

HT = "Heures travaillées"
SANS_DONNEES: list[tuple[str, list[Valeur]]] = [
    ("Heures", ["C01 Total", None, None, 100.5]),
    ("Heures", ["Somme C01", None, None, 100.5, 7.25]),
    ("Heures", ["C01 Somme", None, None, "100,50"]),
    ("Heures", [None, "M01 Total", None, 100.5]),
    ("Heures", [None, None, "2024-01 : total", 804]),
    ("Heures", ["C01", "Total", None, 100.5]),
    ("Heures", ["TOTAL GÉNÉRAL", None, None, "2 412,00 h"]),
    ("Heures", ["Nombre de lignes", None, None, 24]),
    ("Heures", ["Moyenne", None, None, 100.5]),
    ("Heures", ["Page 1/3", None, None, None, "Édité le 20/01/2025"]),
    ("Heures", ["Édité le 20/01/2025 - page 1/1"]),
    ("Heures", [None, None, None, None, None, "Page 1"]),
    ("Heures", ["Les heures de formation sont données par l'organisme"]),
    ("Heures", ["* hors absences"]),
    ("Heures", ["© 2025"]),
    ("Heures", ["\x1a"]),
    ("Heures", ["Édité le", "20/01/2025"]),
    ("Heures", [None, None, None, 2412]),
    ("Heures", [None, None, None, 2412, 174]),
    ("Structure", ["Édité par le logiciel de suivi"]),
    ("Opérations", ["Fin du document"]),
    ("Opérations", ["Total", None, None, 24]),
    ("Opérations", ["O01 Total", None, None, None, None, None, None, None, None, None, 12000]),
    ("Bénéficiaires", ["Page 2 sur 2"]),
    ("Bénéficiaires", ["Total", 24]),
    ("Animation", ["Export du 15/04/2024"]),
    ("Contrats", ["Source : service insertion"]),
    ("Marchés", ["Total", None, None, None, None, None, None, None, 6000000, None, None, 19200]),
]
# the line, and the rules that set it aside: none when it counts
LIGNES: list[tuple[str, list[Valeur], set[str]]] = [
    ("Heures", ["C01 Total", "M02", "2024-02", 12], {"ORPHELIN"}),
    ("Heures", ["C01", "M02", "2024-02", 12], set()),
    ("Heures", ["C01", None, None, 12], {"VALEUR_MANQUANTE"}),
    ("Heures", [None, None, None, 12], {"VALEUR_MANQUANTE"}),
    ("Heures", [None, None, None, 2400], {"VALEUR_MANQUANTE", "HEURES_IMPOSSIBLES"}),
    ("Heures", [None, None, "2024-02", 2412], {"VALEUR_MANQUANTE", "HEURES_IMPOSSIBLES"}),
    ("Heures", ["Source 12", None, None, 12], {"VALEUR_MANQUANTE", "ORPHELIN"}),
    ("Heures", ["Page 12", "M01", None, 12], {"VALEUR_MANQUANTE", "ORPHELIN"}),
    ("Heures", [None, None, None, "#REF!"], {"VALEUR_MANQUANTE", "CELLULE_EN_ERREUR"}),
    ("Heures", ["C01", None, None, "formule non calculée"], {"VALEUR_MANQUANTE", "FORMULE_SANS_VALEUR"}),
    ("Contrats", ["C99"], {"VALEUR_MANQUANTE"}),
    ("Bénéficiaires", [None, "Total", "Jean", "12/05/1990", "H"], {"VALEUR_MANQUANTE"}),
    ("Bénéficiaires", ["B99 Total", "Total", "Jean", "12/05/1990", "H"], set()),
    ("Entreprises", ["M01", fabrique.siret(300), "Total Énergies", "Entreprise"], set()),
    ("Entreprises", [None, fabrique.siret(300), "Total Énergies", "Entreprise"], {"VALEUR_MANQUANTE"}),
    ("Opérations", ["O99", "Total des travaux", "Ville de Lille", None, "Commune"], set()),
]


def lire(tmp_path: Path, table: str, *lignes: Sequence[Valeur]) -> Lot:
    grilles = {nom: fabrique.grille(lues) for nom, lues in fabrique.relationnel().items()}
    grilles[table] += [list(ligne) for ligne in lignes]
    (tmp_path / "export.xlsx").write_bytes(fabrique.xlsx(grilles))
    return fabrique.lire(tmp_path / "export.xlsx")


@pytest.mark.parametrize(("table", "ligne"), SANS_DONNEES)
def test_lines_that_are_no_data_are_ignored_and_counted(
    table: str, ligne: list[Valeur], tmp_path: Path
) -> None:
    lot = lire(tmp_path, table, ligne)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    _, _, rejetees, doublons, ignorees = fabrique.comptes(lot)[table]
    assert (rejetees, doublons, ignorees) == (0, 0, 1)
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


@pytest.mark.parametrize(("table", "ligne", "regles"), LIGNES)
def test_a_line_that_may_be_a_row_is_never_ignored(
    table: str, ligne: list[Valeur], regles: set[str], tmp_path: Path
) -> None:
    lot = lire(tmp_path, table, ligne)
    assert {r for gravite, r, *_ in fabrique.constats(lot) if gravite == "rejet"} == regles
    _, _, rejetees, _, ignorees = fabrique.comptes(lot)[table]
    assert (rejetees, ignorees) == (int(bool(regles)), 0)


def test_sums_below_each_group_and_below_all(tmp_path: Path) -> None:
    """Without any label: the sum since the last one, and the sum of the whole sheet."""
    grilles = {nom: fabrique.grille(lues) for nom, lues in fabrique.relationnel().items()}
    entete, *lignes = grilles["Heures"]
    groupes = [lignes[:10], lignes[10:]]
    avec = [li for g in groupes for li in [*g, [None, None, None, 100.5 * len(g), 7.25 * len(g)]]]
    grilles["Heures"] = [entete, *avec, [None, None, None, 2412, 174]]
    (tmp_path / "export.xlsx").write_bytes(fabrique.xlsx(grilles))
    lot = fabrique.lire(tmp_path / "export.xlsx")
    assert fabrique.constats(lot) == []
    assert fabrique.comptes(lot)["Heures"] == (27, 24, 0, 0, 3)


def test_one_line_never_refuses_a_small_table(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    for nom in ("Opérations", "Marchés", "Entreprises", "Bénéficiaires", "Contrats", "Heures", "Situations"):
        tables[nom] = tables[nom][:3]
    tables["Heures"][0][HT] = "beaucoup"
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "un" / "export.xlsx"))
    assert lot.refus == {}
    assert fabrique.comptes(lot)["Heures"] == (3, 2, 1, 0, 0)
    tables["Heures"][1][HT] = "beaucoup"
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "deux" / "export.xlsx"))
    assert lot.refus[0][0] == "TROP_DE_REJETS"
