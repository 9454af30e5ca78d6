"""A small export of another tool, its description, and what is read of it: rows known by hand."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import fabrique
import polars as pl
import yaml
from fabrique import Valeur, siret

from ingest.layouts import Layout, charger_layouts
from ingest.pipeline import Lot

Grilles = dict[str, list[list[Valeur]]]
Heures = tuple[str, str, str, float | None, float | None]

# our column: their header
DECRITE: dict[str, Any] = yaml.safe_load("""
layout: pointages
complete: relationnel
feuilles:
- noms: [Maisons]
  tables:
    Structure: {Code structure: Réf maison, Nom de la structure: Appellation, Code commune: Ville}
- noms: [Affaires]
  tables:
    Opérations: {Code opération: Affaire, Donneur d'ordre: Pour qui, Type de donneur d'ordre: Genre,
      Code commune d'exécution: Où}
- noms: [Lots]
  tables:
    Marchés: {Code marché: Lot, Code opération: Affaire, Article juridique: Clause,
      Nature du marché: Famille, Secteur d'activité: Corps}
- noms: [Boîtes]
  tables:
    Entreprises: {Code marché: Lot, SIRET: Immatriculation, Type d'entreprise: Sorte}
- noms: [Gens]
  tables:
    Bénéficiaires: {N° bénéficiaire: Dossier, Nom: Patronyme, Prénom: Petit nom,
      Date de naissance: Venu au monde, Sexe: F ou H, Niveau de formation: Diplôme,
      Catégorie principale: Public, Prescripteur: Envoyé par}
- noms: [Embauches]
  tables:
    Contrats: {N° contrat: Embauche, N° bénéficiaire: Dossier, SIRET employeur: Immatriculation,
      Type d'employeur: Sorte, Type de contrat: Papier, Code ROME: Rome, Date de début: Arrivée}
- noms: [Pointages]
  tables:
    Heures: {N° contrat: Embauche, Code marché: Lot, Mois: Période, Heures travaillées: Faites,
      Heures de formation: Apprises}
""")
HEURES: list[Heures] = [
    ("C1", "M1", "2024-01", 100, 4),
    ("C1", "M1", "2024-02", 80.5, None),
    ("C2", "M2", "2024-03", 35, 7),
]


def source(personnes: int = 2) -> Grilles:
    """Two marchés of two companies, some persons, a contract each; of the first two persons, three months of hours."""
    rangs = range(1, personnes + 1)
    suite = ("F", "CAP", "RSA", "Mission locale")
    return {
        "Maisons": [["Réf maison", "Appellation", "Ville"], ["S59000", "Maison de l'emploi", "59350"]],
        "Affaires": [["Affaire", "Pour qui", "Genre", "Où"], ["O1", "Ville de Lille", "Commune", "59350"]],
        "Lots": [
            ["Lot", "Affaire", "Clause", "Famille", "Corps"],
            *([f"M{i}", "O1", "L2112-2", "Travaux", "Gros œuvre"] for i in (1, 2)),
        ],
        "Boîtes": [
            ["Lot", "Immatriculation", "Sorte"],
            *([f"M{i}", siret(i), "Entreprise"] for i in (1, 2)),
        ],
        "Gens": [
            [
                "Dossier",
                "Patronyme",
                "Petit nom",
                "Venu au monde",
                "F ou H",
                "Diplôme",
                "Public",
                "Envoyé par",
            ],
            *(
                [f"B{i}", f"Tel{'abcdefghijklmnopqrstuvwxyz'[i]}", "Dominique", f"{i:02}/05/1990", *suite]
                for i in rangs
            ),
        ],
        "Embauches": [
            ["Embauche", "Dossier", "Immatriculation", "Sorte", "Papier", "Rome", "Arrivée"],
            *(
                [f"C{i}", f"B{i}", siret(1 if i == 1 else 2), "Entreprise", "CDD", "F1703", "05/12/2023"]
                for i in rangs
            ),
        ],
        "Pointages": [
            ["Embauche", "Lot", "Période", "Faites", "Apprises"],
            ["C1", "M1", "2024-01", 100, 4],
            ["C1", "M1", "2024-02", "80,5", None],
            ["C2", "M2", "2024-03", 35, 7],
        ],
    }


def decrite(**cles: Any) -> dict[str, Any]:
    """The description with other keys."""
    return copy.deepcopy(DECRITE) | cles


def feuille(description: dict[str, Any], nom: str) -> dict[str, Any]:
    """What it says of one sheet."""
    (lue,) = (f for f in description["feuilles"] if nom in f.get("noms", ()))
    assert isinstance(lue, dict)
    return lue


def colonnes(description: dict[str, Any], table: str) -> dict[str, Any]:
    (lues,) = (f["tables"][table] for f in description["feuilles"] if table in f["tables"])
    assert isinstance(lues, dict)
    return lues


def layouts(tmp_path: Path, *descriptions: dict[str, Any]) -> list[Layout]:
    dossier = tmp_path / "layouts"
    dossier.mkdir(exist_ok=True)
    for rang, description in enumerate(descriptions):
        texte = yaml.safe_dump(description, allow_unicode=True, sort_keys=False)
        (dossier / f"format{rang}.yml").write_text(texte, encoding="utf-8")
    return charger_layouts(dossier)


def ecrire(grilles: Grilles, chemin: Path) -> Path:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(fabrique.xlsx(grilles))
    return chemin


def lire(
    tmp_path: Path, grilles: Grilles, description: dict[str, Any] | None = None, nom: str = fabrique.NOM_BILAN
) -> Lot:
    chemin = ecrire(grilles, tmp_path / "depots" / f"{nom}.xlsx")
    return fabrique.lire(chemin, layouts=layouts(tmp_path, description or DECRITE))


def heures(lot: Lot, depot: int = 0) -> list[Heures]:
    lues = lot.tables["heures"].filter(pl.col("depot") == depot)
    return sorted(
        lues.select(
            "numero_contrat",
            "code_marche",
            pl.col("mois").dt.to_string("%Y-%m"),
            "heures_travaillees",
            "heures_formation",
        ).rows()
    )


def colonne(lot: Lot, table: str, nom: str) -> list[Any]:
    return lot.tables[table].sort("depot", "ligne")[nom].to_list()


def messages(lot: Lot, regle: str) -> list[str]:
    tous = lot.constats.tous()
    return tous.filter(tous["regle"] == regle)["message"].to_list()


def regles(lot: Lot) -> list[tuple[str, str]]:
    """Severities and rules of all that is found."""
    return sorted({(gravite, regle) for gravite, regle, *_ in fabrique.constats(lot)})


def en_colonnes(heures_: str, formation: str | None = None) -> dict[str, Any]:
    """The description of a sheet of hours with its months in columns, by patterns of their headers."""
    description = decrite()
    lues = feuille(description, "Pointages")
    lues["mois_en_colonnes"] = {"heures": heures_, **({"formation": formation} if formation else {})}
    origines = lues["tables"]["Heures"]
    origines |= {"Mois": "{mois}", "Heures travaillées": "{heures}", "Heures de formation": "{formation}"}
    if formation is None:
        del origines["Heures de formation"]
    return description
