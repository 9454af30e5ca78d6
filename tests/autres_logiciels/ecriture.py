"""Writing sheets as files: a workbook, CSV files in a folder or a zip, one CSV."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from fabrique import ecrire_xlsx, texte_csv

from . import monde
from .redaction import COLONNES, Cellule, Grille, Redacteur


def classeur(grilles: Sequence[Grille], chemin: Path) -> None:
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(chemin), options) as ecrit:
        jour = ecrit.add_format({"num_format": "dd/mm/yyyy"})
        for grille in grilles:
            feuille = ecrit.add_worksheet(grille.nom)
            for i, ligne in enumerate(grille.lignes):
                for j, valeur in enumerate(ligne):
                    if isinstance(valeur, dt.date):
                        feuille.write_datetime(i, j, valeur, jour)
                    elif isinstance(valeur, str):
                        feuille.write_string(i, j, valeur)
                    elif valeur is not None:
                        feuille.write_number(i, j, valeur)
            for haut, gauche, bas, droite in grille.fusions:
                feuille.merge_range(haut, gauche, bas, droite, grille.lignes[haut][gauche])


def dossier_de_csv(
    grilles: Sequence[Grille], chemin: Path, encodage: str, separateur: str, *, zip_: bool
) -> None:
    contenus = {f"{g.nom}.csv": _octets(g, encodage, separateur) for g in grilles}
    if zip_:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(chemin.with_name(chemin.name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for nom, contenu in contenus.items():
                archive.writestr(nom, contenu)
        return
    chemin.mkdir(parents=True, exist_ok=True)
    for nom, contenu in contenus.items():
        (chemin / nom).write_bytes(contenu)


def un_csv(grille: Grille, chemin: Path, encodage: str, separateur: str) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(_octets(grille, encodage, separateur))


def _octets(grille: Grille, encodage: str, separateur: str) -> bytes:
    return texte_csv(grille.lignes, separateur).encode(encodage, "replace")


def reference(
    depot: monde.Depot,
    chemin: Path,
    ecrivain: Redacteur,
    *,
    plat: bool,
    absentes: frozenset[str] = frozenset(),
) -> None:
    """The same deposit in our own contract, without the columns that the source does not say."""
    tables = {"Bilan": monde.plat(depot)} if plat else depot.tables
    ecrire_xlsx(
        {
            nom: [
                {
                    COLONNES[cle].entete: _en_clair(ecrivain, cle, valeur)
                    for cle, valeur in ligne.items()
                    if cle not in absentes
                }
                for ligne in lignes
            ]
            for nom, lignes in tables.items()
        },
        chemin,
    )


def _en_clair(ecrivain: Redacteur, cle: str, valeur: monde.Valeur) -> Cellule:
    """Without the conventions of the tool: a date is a date, a number a number, a code its first wording."""
    if isinstance(valeur, tuple):
        return " + ".join(ecrivain.libelle(str(COLONNES[cle].nomenclature), code) for code in valeur) or None
    if isinstance(valeur, str) and COLONNES[cle].nomenclature:
        return ecrivain.libelle(str(COLONNES[cle].nomenclature), valeur)
    return valeur
