"""What must be filled and which columns must exist (docs/contrat-de-depot.md), copied by hand, not from the layouts."""

from __future__ import annotations

from pathlib import Path

import fabrique

from ingest.layouts import charger_layouts

VALEURS_OBLIGATOIRES = [
    ("Structure", "Code structure"),
    ("Opérations", "Code opération"),
    ("Marchés", "Code marché"),
    ("Marchés", "Code opération"),
    ("Entreprises", "Code marché"),
    ("Bénéficiaires", "N° bénéficiaire"),
    ("Contrats", "N° contrat"),
    ("Contrats", "N° bénéficiaire"),
    ("Contrats", "Date de début"),
    ("Heures", "N° contrat"),
    ("Heures", "Code marché"),
    ("Heures", "Mois"),
    ("Heures", "Heures travaillées"),
    ("Situations", "N° bénéficiaire"),
    ("Situations", "Horizon (mois)"),
    ("Animation", "Date"),
    *(
        ("Bilan", entete)
        for entete in (
            "Réf. contrat",
            "Réf. participant",
            "N° marché",
            "Mois",
            "Heures réalisées",
            "Début contrat",
            "Opération",
        )
    ),
]
COLONNES_REQUISES = {
    "Structure": ["Code structure", "Nom de la structure", "Code commune"],
    "Opérations": [
        "Code opération",
        "Donneur d'ordre",
        "Type de donneur d'ordre",
        "Code commune d'exécution",
    ],
    "Marchés": [
        "Code marché",
        "Code opération",
        "Article juridique",
        "Nature du marché",
        "Secteur d'activité",
    ],
    "Entreprises": ["Code marché", "SIRET", "Type d'entreprise"],
    "Bénéficiaires": [
        "N° bénéficiaire",
        "Nom",
        "Prénom",
        "Date de naissance",
        "Sexe",
        "Niveau de formation",
        "Catégorie principale",
        "Prescripteur",
    ],
    "Contrats": [
        "N° contrat",
        "N° bénéficiaire",
        "SIRET employeur",
        "Type d'employeur",
        "Type de contrat",
        "Code ROME",
        "Date de début",
    ],
    "Heures": ["N° contrat", "Code marché", "Mois", "Heures travaillées"],
    "Situations": ["N° bénéficiaire", "Horizon (mois)", "Situation"],
    "Animation": ["Date", "Type d'événement"],
}
BILAN_FACULTATIVES = {
    "Lot",
    "Programme",
    "Date notification",
    "Heures prévues",
    "SIRET entreprise",
    "SIRET MOA",
    "Effectif entreprise",
    "ZUS/QPV",
    "Poste occupé",
    "Fin contrat",
    "dont formation",
    "Situation à 6 mois",
    "Situation à 12 mois",
    "Situation à 18 mois",
    "Situation à 24 mois",
}


def test_required_values_are_those_the_contract_marks(tmp_path: Path) -> None:
    chemins = []
    for rang, (table, entete) in enumerate(VALEURS_OBLIGATOIRES):
        tables = fabrique.bilan() if table == "Bilan" else fabrique.relationnel()
        tables[table][-1][entete] = None
        nom = fabrique.NOM_BILAN if table == "Bilan" else "export"
        chemins.append(fabrique.ecrire_xlsx(tables, tmp_path / str(rang) / f"{nom}.xlsx"))
        derniere = len(tables[table]) + 1
        VALEURS_OBLIGATOIRES[rang] = (table, entete)
        assert derniere >= 2
    lot = fabrique.lire(*chemins)
    for rang, (table, entete) in enumerate(VALEURS_OBLIGATOIRES):
        ligne = {"Structure": 2, "Animation": 2, "Situations": 3}.get(table, 25)
        assert ("rejet", "VALEUR_MANQUANTE", table, ligne, entete) in fabrique.constats(lot, rang)
        assert fabrique.comptes(lot, rang)[table][2] == 1
    declarees = {
        (t.entete, c.entete) for la in charger_layouts() for t in la.tables for c in t.colonnes if c.valeur
    }
    assert declarees == set(VALEURS_OBLIGATOIRES)


def test_required_columns_are_those_the_contract_marks(tmp_path: Path) -> None:
    entetes_bilan = list(fabrique.bilan()["Bilan"][0])
    requises = COLONNES_REQUISES | {"Bilan": [e for e in entetes_bilan if e not in BILAN_FACULTATIVES]}
    attendues = [(t, e) for t, entetes in requises.items() for e in entetes]
    chemins = []
    for rang, (table, entete) in enumerate(attendues):
        tables = fabrique.bilan() if table == "Bilan" else fabrique.relationnel()
        for ligne in tables[table]:
            del ligne[entete]
        nom = fabrique.NOM_BILAN if table == "Bilan" else "export"
        if table == "Bilan":
            chemins.append(fabrique.ecrire_csv(tables, tmp_path / str(rang) / f"{nom}.csv"))
        else:
            chemins.append(fabrique.ecrire_zip(fabrique.fichiers_csv(tables), tmp_path / f"{rang}.zip"))
    lot = fabrique.lire(*chemins)
    for rang, (table, entete) in enumerate(attendues):
        assert fabrique.constats(lot, rang) == [("refus", "COLONNE_MANQUANTE", table, 1, entete)]


def test_columns_that_are_not_required_may_be_absent(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    for table, entetes in COLONNES_REQUISES.items():
        tables[table] = [{e: ligne[e] for e in entetes} for ligne in tables[table]]
    plat = fabrique.bilan()
    plat["Bilan"] = [{e: v for e, v in li.items() if e not in BILAN_FACULTATIVES} for li in plat["Bilan"]]
    lot = fabrique.lire(
        fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx"),
        fabrique.ecrire_csv(plat, tmp_path / f"{fabrique.NOM_BILAN}.csv"),
    )
    assert (fabrique.constats(lot, 0), fabrique.constats(lot, 1)) == ([], [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5
    assert lot.tables["bilan"]["heures"].sum() == 24 * 107.75
