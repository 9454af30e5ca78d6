"""Small exports for `clauses decrire`, one thing changed in each, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fabrique
import openpyxl
from commande import Execution, lancer
from fabrique import Ligne

from ingest.layouts import charger_layouts
from ingest.pipeline import Lot

NOM = fabrique.NOM_BILAN
Changer = Callable[[int, Ligne], Ligne]


def renommer(ligne: Ligne, **noms: Ligne) -> Ligne:
    """Other headers, or several of them for one; the order stays."""
    rendue: Ligne = {}
    for entete, valeur in ligne.items():
        rendue |= noms.get(entete, {entete: valeur})
    return rendue


def exporter(dossier: Path, changer: Changer, nom: str = NOM, feuille: str = "Suivi") -> Path:
    """A flat export of 24 lines, changed line by line."""
    lignes = [changer(i, dict(ligne)) for i, ligne in enumerate(fabrique.bilan()["Bilan"], start=1)]
    return fabrique.ecrire_xlsx({feuille: lignes}, dossier / "depots" / f"{nom}.xlsx")


def accepter(dossier: Path, depot: Path) -> Execution:
    return lancer("decrire", depot, "--espace", dossier / "espace", "--accepter")


def uni(execution: Execution) -> str:
    """What it said, on one line."""
    return " ".join(execution.texte.split())


def proposees(dossier: Path, depot: Path) -> dict[str, tuple[str, float, str]]:
    """Header → our column, confidence and why, as the workbook says."""
    classeur = dossier / "correspondance.xlsx"
    execution = lancer("decrire", depot, "--espace", dossier / "espace", "--sortie", classeur)
    assert execution.code == 0, execution.texte
    rangees = openpyxl.load_workbook(classeur)["Colonnes"].iter_rows(min_row=2, values_only=True)
    return {str(r[1]): (str(r[3]), float(r[5] or 0), str(r[6])) for r in rangees}  # type: ignore[arg-type]


def lire(dossier: Path, depot: Path) -> Lot:
    return fabrique.lire(depot, layouts=charger_layouts(dossier / "espace" / "layouts"))


def mois_lus(lot: Lot) -> dict[str, int]:
    lus = lot.tables["bilan"]["mois"].dt.to_string("%Y-%m").value_counts()
    return dict(lus.rows())


PAR_MOIS = {"2024-01": 8, "2024-02": 8, "2024-03": 8}  # three months in turn on 24 lines


def sans_informations() -> fabrique.Tables:
    return {nom: lignes for nom, lignes in fabrique.relationnel().items() if nom != "Informations"}


def relationnel(dossier: Path, table: str, changer: Changer) -> Path:
    tables = fabrique.relationnel()
    tables[table] = [changer(i, dict(ligne)) for i, ligne in enumerate(tables[table], start=1)]
    return fabrique.ecrire_xlsx(tables, dossier / "depots" / f"{NOM}.xlsx")
