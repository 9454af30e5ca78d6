"""Writes tables into their container, untidy as real exports are; the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from random import Random

import xlsxwriter

from clauses.demo.personnes import sans_accents
from clauses.demo.plume import Cellule, Forme, Ligne
from clauses.demo.tableaux import LOGICIEL, Tableau

HORODATAGE_ARCHIVE = (1980, 1, 1, 0, 0, 0)
HORODATAGE_CLASSEUR = datetime(2025, 1, 1)
ECART_EXCEL = date(1899, 12, 30).toordinal()
TABLES_AVEC_TOTAL = {"Heures": "Heures travaillées", "Bilan": "Heures réalisées"}

Lignes = list[list[Cellule]]


class Page:
    """A table as it will lie in a sheet or file: title lines, untidy headers, blank and total lines."""

    def __init__(self, tableau: Tableau, hasard: Random) -> None:
        self.nom = tableau.nom
        self._rangs: dict[int, int] = {}
        if tableau.nom == "Informations":
            self.lignes: Lignes = [list(tableau.colonnes), *tableau.lignes]
            return
        ordre = list(range(len(tableau.colonnes)))
        if hasard.random() < 0.35:
            coupe = hasard.randrange(1, len(ordre))
            ordre = ordre[coupe:] + ordre[:coupe]
        libre = hasard.random() < 0.25
        self.lignes = self._titres(tableau.nom, hasard)
        entetes: Ligne = [_entete(tableau.colonnes[i], hasard) for i in ordre]
        self.lignes.append([*entetes, "Champ libre"] if libre else entetes)
        corps = list(tableau.lignes)
        if hasard.random() < 0.6:
            hasard.shuffle(corps)
        avec_vides = len(corps) > 20 and hasard.random() < 0.4
        vides = hasard.sample(range(len(corps)), 2) if avec_vides else []
        en_ordre = ordre == sorted(ordre)
        for i, ligne in enumerate(corps):
            if i in vides:
                self.lignes.append([])
            self._rangs[id(ligne)] = len(self.lignes)
            ecrite = ligne if en_ordre else [ligne[j] for j in ordre]
            if libre:
                ecrite = [*ecrite, "vu" if hasard.random() < 0.1 else None]
            self.lignes.append(ecrite)
        if en_ordre and tableau.nom in TABLES_AVEC_TOTAL and hasard.random() < 0.5:
            self._ajouter_total(tableau)

    def _titres(self, nom: str, hasard: Random) -> Lignes:
        if hasard.random() >= 0.35:
            return []
        titres: Lignes = [[f"Export {nom} - {LOGICIEL}"], ["Document de démonstration"], []]
        return titres[: hasard.choice((1, 3))]

    def _ajouter_total(self, tableau: Tableau) -> None:
        total: Ligne = [None] * len(tableau.colonnes)
        total[0] = "Total"
        total[tableau.colonnes.index(TABLES_AVEC_TOTAL[tableau.nom])] = len(tableau.lignes) * 80
        self.lignes += [[], total]

    def rang(self, ligne: Ligne) -> int:
        """Where a row of the table lies, 0 for the first line of the page."""
        return self._rangs[id(ligne)]


def _entete(entete: str, hasard: Random) -> str:
    sort = hasard.random()
    if sort < 0.7:
        return entete
    if sort < 0.78:
        return entete.upper()
    if sort < 0.84:
        return sans_accents(entete).lower()
    if sort < 0.9:
        return f"{entete} *"
    if sort < 0.94:
        return f"  {entete} :"
    return entete.replace(" ", "\n", 1) if sort < 0.97 else entete.replace(" ", "  ")


def ecrire_depot(
    chemin: Path, forme: Forme, tableaux: list[Tableau], hasard: Random
) -> tuple[list[tuple[str, int, str]], int]:
    """Writes one deposit.

    Returns the rows that break a rule (table, line as the user sees it, rule) and the number of cells written
    (rows × columns of each table, headers included).
    """
    pages = [Page(t, hasard) for t in tableaux]
    if forme.contenant == "classeur":
        _ecrire_classeur(chemin, pages)
        lignes = [list(range(1, len(p.lignes) + 1)) for p in pages]
    else:
        textes = []
        lignes = []
        for page in pages:
            texte, numeros = _texte_csv(page, forme.separateur)
            textes.append((_nom_de_fichier(page.nom, hasard), texte.encode(forme.encodage)))
            lignes.append(numeros)
        _ecrire_csv(chemin, forme, textes, hasard)
    constats = [
        (t.nom, numeros[max(page.rang(ligne) for ligne in concernees)], regle)
        for t, page, numeros in zip(tableaux, pages, lignes, strict=True)
        for concernees, regle in t.reperes
    ]
    return constats, sum((len(t.lignes) + 1) * len(t.colonnes) for t in tableaux)


def _nom_de_fichier(table: str, hasard: Random) -> str:
    return (f"{sans_accents(table).lower()}.csv", f"{table}.csv")[hasard.random() < 0.3]


def _texte_csv(page: Page, separateur: str) -> tuple[str, list[int]]:
    """The text of a CSV file, and the line where each record starts."""
    tampon = io.StringIO(newline="")
    csv.writer(tampon, delimiter=separateur, lineterminator="\r\n").writerows(page.lignes)
    numeros = []
    suivante = 1
    for ligne in page.lignes:
        numeros.append(suivante)
        suivante += 1 + sum(c.count("\n") for c in ligne if type(c) is str and "\n" in c)
    return tampon.getvalue(), numeros


def _ecrire_csv(chemin: Path, forme: Forme, textes: list[tuple[str, bytes]], hasard: Random) -> None:
    if forme.contenant == "csv":
        chemin.write_bytes(textes[0][1])
    elif forme.contenant == "dossier":
        chemin.mkdir(parents=True)
        for nom, octets in textes:
            (chemin / nom).write_bytes(octets)
    else:
        dossier = f"{chemin.stem}/" if hasard.random() < 0.5 else ""
        with zipfile.ZipFile(chemin, "w") as archive:
            for nom, octets in textes:
                entree = zipfile.ZipInfo(dossier + nom, HORODATAGE_ARCHIVE)
                entree.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entree, octets)


def _ecrire_classeur(chemin: Path, pages: list[Page]) -> None:
    with xlsxwriter.Workbook(chemin, {"constant_memory": True}) as classeur:
        classeur.set_properties({"created": HORODATAGE_CLASSEUR, "comments": "Données fictives"})
        format_date = classeur.add_format({"num_format": "dd/mm/yyyy"})
        for page in pages:
            feuille = classeur.add_worksheet(page.nom)
            ecrire_texte, ecrire_nombre = feuille.write_string, feuille.write_number
            for i, ligne in enumerate(page.lignes):
                for j, cellule in enumerate(ligne):
                    if cellule is None:
                        continue
                    if type(cellule) is str:
                        ecrire_texte(i, j, cellule)
                    elif isinstance(cellule, date):
                        ecrire_nombre(i, j, cellule.toordinal() - ECART_EXCEL, format_date)
                    else:
                        ecrire_nombre(i, j, cellule)
