"""Small deposits written by hand, in every container, for the tests that need to know or spoil each cell."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

Tableau = list[list[str]]  # header first, cells as text
Tables = dict[str, Tableau]

SIRETS = ("73282932000074", "35600000000048", "55210055400013")


@dataclass(frozen=True)
class Personne:
    nom: str
    prenom: str
    naissance: str
    sexe: str = "F"


PERSONNES = [
    Personne("Durand", "Alice", "17/04/1990"),
    Personne("Petit", "Karim", "02/11/1985", "H"),
    Personne("Moreau", "Léa", "23/08/2001"),
    Personne("N'Guyen-Le Goff", "Jean-Marc", "30/01/1972", "H"),
]


def tables_relationnelles(
    structure: str = "S59777", annee: int = 2024, personnes: list[Personne] | None = None
) -> Tables:
    """One operation, two marchés, one contract a person, hours every month of the year."""
    connues = PERSONNES if personnes is None else personnes
    mois = [f"{annee}-{m:02d}" for m in range(1, 13)]
    marche = ["M1", "M2"]
    return {
        "Informations": [
            ["Clé", "Valeur"],
            ["Code structure", structure],
            ["Nom de la structure", f"Structure {structure}"],
            ["Début de période", f"01/01/{annee}"],
            ["Fin de période", f"31/12/{annee}"],
            ["Date d'extraction", f"20/01/{annee + 1}"],
        ],
        "Structure": [
            ["Code structure", "Nom de la structure", "Code commune"],
            [structure, f"Structure {structure}", "59350"],
        ],
        "Opérations": [
            [
                "Code opération",
                "Intitulé de l'opération",
                "Donneur d'ordre",
                "SIRET donneur d'ordre",
                "Type de donneur d'ordre",
                "Code commune d'exécution",
            ],
            ["OP1", "École des tilleuls", "Ville de Lille", SIRETS[0], "Commune", "59350"],
        ],
        "Marchés": [
            [
                "Code marché",
                "Code opération",
                "Article juridique",
                "Nature du marché",
                "Secteur d'activité",
                "Montant HT (€)",
                "Date de notification",
            ],
            ["M1", "OP1", "L2112-2", "Travaux", "Bâtiment", "120 000,00 €", f"01/02/{annee - 1}"],
            ["M2", "OP1", "L2113-13", "Services", "Nettoyage", "35000", f"01/03/{annee - 1}"],
        ],
        "Entreprises": [
            ["Code marché", "SIRET", "Raison sociale", "Type d'entreprise", "Effectif"],
            ["M1", SIRETS[1], "Bâtisseurs du Nord", "ETTI", "12"],
            ["M2", SIRETS[2], "Propreté du Nord", "Entreprise classique", "60"],
        ],
        "Bénéficiaires": [
            [
                "N° bénéficiaire",
                "Nom",
                "Prénom",
                "Date de naissance",
                "Sexe",
                "Code commune de résidence",
                "QPV (O/N)",
                "Niveau de formation",
                "Catégorie principale",
                "Autres catégories",
                "Prescripteur",
            ],
            *(
                [
                    f"B{i}",
                    p.nom,
                    p.prenom,
                    p.naissance,
                    p.sexe,
                    "59350",
                    "O",
                    "CAP",
                    "DELD",
                    "RSA",
                    "Mission locale",
                ]
                for i, p in enumerate(connues)
            ),
        ],
        "Contrats": [
            [
                "N° contrat",
                "N° bénéficiaire",
                "SIRET employeur",
                "Type d'employeur",
                "Type de contrat",
                "Code ROME",
                "Date de début",
                "Date de fin",
            ],
            *(
                [f"C{i}", f"B{i}", SIRETS[1], "ETTI", "CTTI", "F1703", f"02/01/{annee}", f"31/12/{annee}"]
                for i, _ in enumerate(connues)
            ),
        ],
        "Heures": [
            ["N° contrat", "Code marché", "Mois", "Heures travaillées", "Heures de formation"],
            *(
                [f"C{i}", marche[i % 2], m, f"{20 + i}".replace(".", ","), "1,5"]
                for i, _ in enumerate(connues)
                for m in mois
            ),
        ],
        "Situations": [
            ["N° bénéficiaire", "Horizon (mois)", "Date du constat", "Situation"],
            *([f"B{i}", "6", f"15/07/{annee}", "CDI"] for i, _ in enumerate(connues)),
        ],
        "Animation": [
            ["Date", "Type d'événement", "Organisme", "Participants"],
            [f"12/05/{annee}", "Comité départemental", "Préfecture", "12"],
        ],
    }


def tableau_bilan(
    structure: str = "S80777", annee: int = 2024, personnes: list[Personne] | None = None
) -> Tableau:
    """The same in the flat layout: one row per contract, marché and month."""
    connues = PERSONNES if personnes is None else personnes
    lignes = [
        {
            "Code structure": structure,
            "Nom structure": f"Structure {structure}",
            "Commune structure": "80021",
            "Maître d'ouvrage": "Ville d'Amiens",
            "SIRET MOA": SIRETS[0],
            "Type MOA": "Commune",
            "Opération": "Médiathèque",
            "Programme": "NPNRU",
            "Commune d'exécution": "80021",
            "N° marché": "M1",
            "Article CMP": "14",
            "Prestation": "Travaux",
            "Secteur": "Bâtiment",
            "Montant du marché": "250 000,00",
            "Entreprise": "Bâtisseurs de Picardie",
            "SIRET entreprise": SIRETS[1],
            "Type entreprise": "ETT",
            "Réf. participant": f"P{i}",
            "Nom": p.nom,
            "Prénom": p.prenom,
            "Né(e) le": p.naissance,
            "Sexe": p.sexe,
            "Commune participant": "80021",
            "ZUS/QPV": "N",
            "Niveau": "V",
            "Statut à l'entrée": "RSA + DELD",
            "Prescripteur": "PLIE",
            "Réf. contrat": f"K{i}",
            "Type de contrat": "Intérim",
            "ROME": "F1703",
            "Début contrat": f"03/01/{annee}",
            "Mois": f"{annee}{m:02d}",
            "Heures réalisées": f"{30 + i},25",
            "dont formation": "2",
            "Situation à 6 mois": "CDD",
        }
        for i, p in enumerate(connues)
        for m in range(1, 13)
    ]
    return [list(lignes[0]), *(list(ligne.values()) for ligne in lignes)]


def nom_de_depot(structure: str, annee: int = 2024) -> str:
    return f"ABC_{structure}_{annee}0101_{annee}1231_{annee + 1}0120"


def texte_csv(tableau: Tableau, separateur: str = ";") -> str:
    flux = io.StringIO()
    csv.writer(flux, delimiter=separateur, lineterminator="\r\n").writerows(tableau)
    return flux.getvalue()


def ecrire_dossier(dossier: Path, tables: Tables, separateur: str = ";", encodage: str = "utf-8-sig") -> Path:
    dossier.mkdir(parents=True)
    for nom, tableau in tables.items():
        octets = texte_csv(tableau, separateur).encode(encodage, "replace")
        (dossier / f"{nom}.csv").write_bytes(octets)
    return dossier


def ecrire_zip(fichier: Path, tables: Tables) -> Path:
    fichier.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, tableau in tables.items():
            archive.writestr(f"{fichier.stem}/{nom}.csv", texte_csv(tableau))
    return fichier


def ecrire_classeur(fichier: Path, tables: Tables) -> Path:
    fichier.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(fichier) as classeur:
        for nom, tableau in tables.items():
            feuille = classeur.add_worksheet(nom)
            for rang, ligne in enumerate(tableau):
                feuille.write_row(rang, 0, ligne)
    return fichier


def ecrire_csv(fichier: Path, tableau: Tableau, encodage: str = "utf-8-sig") -> Path:
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_bytes(texte_csv(tableau).encode(encodage, "replace"))
    return fichier
