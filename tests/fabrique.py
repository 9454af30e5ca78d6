"""Tiny deposits without any finding, as plain tables to be spoiled by a test, and their reading.

A deposit is a dict of tables, a table a list of rows, a row a dict of headers (as the export names them) to values.
Row `i` of a table (from 0) is line `i + 2` of its sheet or file. Every person and company is invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import polars as pl
import xlsxwriter

from clauses.socle.project import SEEDS
from ingest import pipeline
from ingest.codes import Codes, charger_codes
from ingest.discovery import decouvrir
from ingest.layouts import Layout, charger_layouts
from ingest.pipeline import Lot

Valeur = str | float | bool | dt.date | None
Ligne = dict[str, Valeur]
Tables = dict[str, list[Ligne]]

NOMBRE = 24  # rows of each table that matters: two rejected rows stay under the 10 % that refuse a deposit
STRUCTURE = "S59000"
NOM_BILAN = "ABC_S59000_20240101_20240331_20240415"
AUJOURD_HUI = dt.date(2024, 12, 31)
CLE = bytes(range(32))
MOIS = ("2024-01", "2024-02", "2024-03")


def siret(numero: int) -> str:
    """A valid SIRET: SIREN and whole number both pass the Luhn checksum."""
    siren = _avec_cle(f"{10_000_000 + numero}")
    return _avec_cle(siren + "0001")


def _avec_cle(chiffres: str) -> str:
    """Appends the Luhn digit: every second digit from the right of the result doubled, the sum a multiple of ten."""
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        double = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += double - 9 if double > 9 else double
    return chiffres + str(-somme % 10)


def relationnel() -> Tables:
    """One structure, January to March 2024: 24 operations, marchés, persons, contracts, one row of hours for each."""
    rangs = range(1, NOMBRE + 1)
    return {
        "Informations": [
            {"Clé": "Code structure", "Valeur": STRUCTURE},
            {"Clé": "Nom de la structure", "Valeur": "Maison de l'emploi, de l'insertion"},
            {"Clé": "Début de période", "Valeur": "01/01/2024"},
            {"Clé": "Fin de période", "Valeur": "31/03/2024"},
            {"Clé": "Date d'extraction", "Valeur": "15/04/2024"},
        ],
        "Structure": [
            {
                "Code structure": STRUCTURE,
                "Nom de la structure": "Maison de l'emploi, de l'insertion",
                "Nature juridique": "Association",
                "SIRET": siret(1),
                "Code commune": "59350",
                "Facilitateurs (nombre)": "3",
                "Facilitateurs (ETP)": "2,5",
                "Territoires d'intervention": "59 ; 200093201",
                "Financement communes et EPCI (%)": "30",
                "Financement département (%)": "20",
                "Financement région (%)": "10",
                "Financement FSE (%)": "20",
                "Financement État (%)": "10",
                "Financement privé (%)": "5",
                "Autres financements (%)": "5",
            }
        ],
        "Opérations": [
            {
                "Code opération": f"O{i:02}",
                "Intitulé de l'opération": f"Groupe scolaire n° {i}",
                "Donneur d'ordre": "Ville de Lille",
                "SIRET donneur d'ordre": siret(2),
                "Type de donneur d'ordre": "Commune",
                "Programme": "NPNRU",
                "Volet ANRU": None,
                "Code commune d'exécution": "59350",
                "Date de début": "01/09/2023",
                "Date de fin": "31/12/2024",
                "Heures travaillées prévues": "12000",
            }
            for i in rangs
        ],
        "Marchés": [
            {
                "Code marché": f"M{i:02}",
                "Code opération": f"O{i:02}",
                "N° lot": "1",
                "Objet du marché": "Gros œuvre",
                "Article juridique": "L2112-2",
                "Nature du marché": "Travaux",
                "Secteur d'activité": "Gros œuvre",
                "Code CPV": "45000000",
                "Montant HT (€)": "250000",
                "Date de notification": "01/10/2023",
                "Date de fin prévue": "30/09/2024",
                "Heures d'insertion prévues": "800",
                "Pénalité par heure (€)": "30",
            }
            for i in rangs
        ],
        "Entreprises": [
            {
                "Code marché": f"M{i:02}",
                "SIRET": siret(100 + i),
                "Raison sociale": f"Bâtisseurs {i}",
                "Type d'entreprise": "Entreprise",
                "Effectif": "42",
                "Rôle": "Titulaire",
                "Heures d'insertion engagées": "800",
            }
            for i in rangs
        ],
        "Bénéficiaires": [
            {
                "N° bénéficiaire": f"B{i:02}",
                "Nom": f"Quelconque{'abcdefghijklmnopqrstuvwxyz'[i]}",
                "Prénom": "Camille",
                "Date de naissance": f"{i:02}/05/1990",
                "Sexe": "F",
                "Code commune de résidence": "59350",
                "QPV (O/N)": "O",
                "Code QPV": "QP059013",
                "Niveau de formation": "CAP",
                "Catégorie principale": "RSA",
                "Autres catégories": None,
                "Prescripteur": "Mission locale",
                "Référent de parcours (O/N)": "O",
            }
            for i in rangs
        ],
        "Contrats": [
            {
                "N° contrat": f"C{i:02}",
                "N° bénéficiaire": f"B{i:02}",
                "SIRET employeur": siret(100 + i),
                "Type d'employeur": "Entreprise",
                "Modalité": "Embauche directe",
                "Type de contrat": "CDD",
                "Code ROME": "F1703",
                "Métier": "Maçonnerie",
                "Date de début": "05/12/2023",
                "Date de fin": "30/06/2024",
                "Tuteur (O/N)": "N",
            }
            for i in rangs
        ],
        "Heures": [
            {
                "N° contrat": f"C{i:02}",
                "Code marché": f"M{i:02}",
                "Mois": MOIS[i % 3],
                "Heures travaillées": "100,5",
                "Heures de formation": "7,25",
            }
            for i in rangs
        ],
        "Situations": [
            {
                "N° bénéficiaire": f"B{i:02}",
                "Horizon (mois)": "6",
                "Date du constat": "20/03/2024",
                "Situation": "CDI",
                "Qualification obtenue (O/N)": "N",
            }
            for i in (1, 2)
        ],
        "Animation": [
            {
                "Date": "12/02/2024",
                "Type d'événement": "Comité de pilotage",
                "Organisme": "Ville de Lille",
                "Type d'organisme": "Commune",
                "Participants": "12",
            }
        ],
    }


def bilan() -> Tables:
    """The same months as one flat table of 24 rows: a person, a contract, a marché and an operation each."""
    return {
        "Bilan": [
            {
                "Code structure": STRUCTURE,
                "Nom structure": "Maison de l'emploi",
                "Commune structure": "59350",
                "Maître d'ouvrage": "Ville de Lille",
                "SIRET MOA": siret(2),
                "Type MOA": "Commune",
                "Opération": f"Groupe scolaire n° {i}",
                "Programme": "NPNRU",
                "Commune d'exécution": "59350",
                "N° marché": f"M{i:02}",
                "Lot": "1",
                "Article CMP": "14",
                "Prestation": "Travaux",
                "Secteur": "Gros œuvre",
                "Montant du marché": "250 000,00 €",
                "Date notification": "01/10/2023",
                "Heures prévues": "800",
                "Entreprise": f"Bâtisseurs {i}",
                "SIRET entreprise": siret(100 + i),
                "Type entreprise": "Entreprise",
                "Effectif entreprise": "42",
                "Réf. participant": f"B{i:02}",
                "Nom": f"Quelconque{'abcdefghijklmnopqrstuvwxyz'[i]}",
                "Prénom": "Camille",
                "Né(e) le": f"{i:02}/05/1990",
                "Sexe": "F",
                "Commune participant": "59350",
                "ZUS/QPV": "O",
                "Niveau": "V",
                "Statut à l'entrée": "RSA",
                "Prescripteur": "Mission locale",
                "Réf. contrat": f"C{i:02}",
                "Type de contrat": "CDD",
                "Poste occupé": "Maçon",
                "ROME": "F1703",
                "Début contrat": "05/12/2023",
                "Fin contrat": "30/06/2024",
                "Mois": MOIS[i % 3],
                "Heures réalisées": "107,75",
                "dont formation": "7,25",
                "Situation à 6 mois": "CDI",
                "Situation à 12 mois": None,
                "Situation à 18 mois": None,
                "Situation à 24 mois": None,
            }
            for i in range(1, NOMBRE + 1)
        ]
    }


# --- writing -----------------------------------------------------------------------------------------------


def grille(lignes: Sequence[Ligne]) -> list[list[Valeur]]:
    """Header row (the headers of all rows, in order of appearance) and the rows below it."""
    entetes = list(dict.fromkeys(e for ligne in lignes for e in ligne))
    return [list(entetes), *([ligne.get(e) for e in entetes] for ligne in lignes)]


def xlsx(feuilles: Mapping[str, Sequence[Sequence[Valeur]]]) -> bytes:
    """A workbook of the given sheets, cells as Excel writes them: text, number, boolean, date."""
    tampon = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(tampon, options) as classeur:
        jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        for nom, lignes in feuilles.items():
            feuille = classeur.add_worksheet(nom)
            for i, ligne in enumerate(lignes):
                for j, valeur in enumerate(ligne):
                    if isinstance(valeur, dt.date):
                        feuille.write_datetime(i, j, valeur, jour)
                    elif valeur is not None:
                        feuille.write(i, j, valeur)
    return tampon.getvalue()


def texte_csv(lignes: Sequence[Sequence[Valeur]], separateur: str = ";") -> str:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=separateur, lineterminator="\r\n").writerows(
        [_en_texte(v) for v in ligne] for ligne in lignes
    )
    return tampon.getvalue()


def _en_texte(valeur: Valeur) -> str:
    if isinstance(valeur, dt.date):
        return f"{valeur:%d/%m/%Y}"
    return "" if valeur is None else str(valeur)


def ecrire_xlsx(tables: Tables, chemin: Path) -> Path:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(xlsx({nom: grille(lignes) for nom, lignes in tables.items()}))
    return chemin


def fichiers_csv(tables: Tables, encodage: str = "utf-8", separateur: str = ";") -> dict[str, bytes]:
    """File name → content, one per table."""
    return {
        f"{nom.lower()}.csv": texte_csv(grille(lignes), separateur).encode(encodage)
        for nom, lignes in tables.items()
    }


def ecrire_dossier(tables: Tables, dossier: Path, encodage: str = "utf-8", separateur: str = ";") -> Path:
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, contenu in fichiers_csv(tables, encodage, separateur).items():
        (dossier / nom).write_bytes(contenu)
    return dossier


def ecrire_zip(fichiers: dict[str, bytes], chemin: Path) -> Path:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in fichiers.items():
            archive.writestr(nom, contenu)
    return chemin


def ecrire_csv(tables: Tables, chemin: Path, encodage: str = "utf-8", separateur: str = ";") -> Path:
    """The one flat table as a file."""
    (lignes,) = tables.values()
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(texte_csv(grille(lignes), separateur).encode(encodage))
    return chemin


# --- reading -----------------------------------------------------------------------------------------------


@cache
def codes_livres() -> Codes:
    return charger_codes(SEEDS)


def lire(
    *chemins: Path,
    layouts: Sequence[Layout] | None = None,
    codes: Codes | None = None,
    aujourd_hui: dt.date = AUJOURD_HUI,
) -> Lot:
    """Reads deposits as a refresh does; ranks follow the order of `chemins`."""
    formats = charger_layouts() if layouts is None else layouts
    candidats = []
    for chemin in chemins:
        trouves, _ = decouvrir([chemin], formats)
        assert len(trouves) == 1, f"{chemin}: {len(trouves)} deposits"
        candidats += trouves
    return pipeline.lire(candidats, formats, codes or codes_livres(), CLE, aujourd_hui)


Lieu = tuple[str, str, str | None, int | None, str | None]


def constats(lot: Lot, depot: int = 0) -> list[Lieu]:
    """(gravite, regle, table, ligne, colonne) of a deposit's findings, sorted."""
    lignes = lot.constats.tous().filter(pl.col("depot") == depot)
    return sorted(
        lignes.select("gravite", "regle", "table", "ligne", "colonne").rows(),
        key=lambda ligne: tuple(str(v) for v in ligne),
    )


def comptes(lot: Lot, depot: int = 0) -> dict[str, tuple[int, int, int, int, int]]:
    """table → lues, chargees, rejetees, doublons, ignorees."""
    lignes = lot.comptes.filter(pl.col("depot") == depot).drop("depot")
    return {ligne[0]: ligne[1:] for ligne in lignes.iter_rows()}
