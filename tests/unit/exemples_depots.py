"""Frames as the ledger gives them: five structures, 12 deposits accepted, 9 refused, 1 already loaded."""

from __future__ import annotations

import datetime as dt

import polars as pl

from exports.retours.rafraichissement import FORMES, HEURES, Rafraichissement

REFRAICHISSEMENT = "2025-03-11T090400Z"

ACCEPTES = [
    # depot_id, path, layout, structure, name, period, extraction
    (
        "d01",
        "32/2023/ABC_S59000_20230101_20231231_20240120.xlsx",
        "relationnel",
        "S59000",
        2023,
        dt.date(2024, 1, 20),
    ),
    (
        "d02",
        "32/2023/ABC_S62001_20230101_20231231_20240120",
        "relationnel",
        "S62001",
        2023,
        dt.date(2024, 1, 20),
    ),
    (
        "d03",
        "32/2023/ABC_S80002_20230101_20231231_20240120.xlsx",
        "bilan",
        "S80002",
        2023,
        dt.date(2024, 1, 20),
    ),
    (
        "d04",
        "11/2023/ABC_S75003_20230101_20231231_20240120.csv",
        "bilan",
        "S75003",
        2023,
        dt.date(2024, 1, 20),
    ),
    (
        "d05",
        "11/2023/ABC_S93004_20230101_20231231_20240120.zip",
        "relationnel",
        "S93004",
        2023,
        dt.date(2024, 1, 20),
    ),
    (
        "d06",
        "32/2024/ABC_S59000_20240101_20241231_20250120.xlsx",
        "relationnel",
        "S59000",
        2024,
        dt.date(2025, 1, 20),
    ),
    (
        "d07",
        "32/2024/ABC_S62001_20240101_20241231_20250120",
        "relationnel",
        "S62001",
        2024,
        dt.date(2025, 1, 20),
    ),
    (
        "d08",
        "32/2024/ABC_S80002_20240101_20241231_20250120.xlsx",
        "bilan",
        "S80002",
        2024,
        dt.date(2025, 1, 20),
    ),
    (
        "d09",
        "11/2024/ABC_S75003_20240101_20241231_20250120.csv",
        "bilan",
        "S75003",
        2024,
        dt.date(2025, 1, 20),
    ),
    (
        "d10",
        "11/2024/ABC_S93004_20240101_20241231_20250120.zip",
        "relationnel",
        "S93004",
        2024,
        dt.date(2025, 1, 20),
    ),
    (
        "d11",
        "32/2024/ABC_S59000_20241001_20241231_20250310.xlsx",
        "relationnel",
        "S59000",
        2024,
        dt.date(2025, 3, 10),
    ),
    (
        "d12",
        "11/2024/ABC_S93004_20241001_20241231_20250310.zip",
        "relationnel",
        "S93004",
        2024,
        dt.date(2025, 3, 10),
    ),
]

NOMS = {
    "S59000": "Maison de l'emploi de Lille",
    "S62001": "Plan local pour l'insertion & l'emploi du Béthunois",
    "S80002": "Amiens Métropole : service achats [clauses]",
    "S75003": "Ensemble Paris Emploi Compétences",
    "S93004": "Est Ensemble / Mission clauses",
    "S91X": "Maison de l'emploi 0 (59)",
}

REFUSES = [
    (
        "r1",
        "a-verifier/ABC_S99X_20240101_20241231_20250120.xlsx",
        "S99X",
        "ILLISIBLE",
        "Le classeur est abîmé ou incomplet et ne s'ouvre pas : refaire l'export et vérifier qu'il s'ouvre.",
    ),
    (
        "r2",
        "a-verifier/liste.csv",
        None,
        "FORMAT_INCONNU",
        "Les en-têtes « a », « b » ne sont ceux d'aucun format connu : vérifier le fichier.",
    ),
    (
        "r3",
        "a-verifier/ABC_S98X_20240101_20241231_20250120.csv",
        "S98X",
        "ILLISIBLE",
        "Le fichier est vide (0 octet) : refaire l'export.",
    ),
    (
        "r4",
        "a-verifier/export S91X.xlsx",
        "S91X",
        "COLONNE_MANQUANTE",
        "Table « Heures » : la colonne « Heures travaillées » manque ; lu « Hres travaillees ». "
        "Renommer la colonne, ou l'ajouter aux noms connus dans layouts.",
    ),
    (
        "r5",
        "a-verifier/export S92X.xlsx",
        "S92X",
        "TABLE_MANQUANTE",
        "La feuille « Contrats » manque : refaire l'export avec toutes ses tables.",
    ),
    (
        "r6",
        "a-verifier/export S93X.xlsx",
        "S93X",
        "TROP_DE_REJETS",
        "Table « Heures » : 31 lignes sur 120 (25,8 %) seraient écartées, 10 % au plus sont admis.",
    ),
    (
        "r7",
        "a-verifier/export S94X.xlsx",
        "S94X",
        "PERIODE_INVALIDE",
        "La période finit le 31/12/2022, avant de commencer le 01/01/2023 : la corriger.",
    ),
    (
        "r8",
        "a-verifier/export S95X.xlsx",
        "S95X",
        "EXTRACTION_INVALIDE",
        "La date d'extraction 31/12/2012 précède le début de la période (01/01/2023) : la corriger.",
    ),
    (
        "r9",
        "a-verifier/export S96X.xlsx",
        None,
        "IDENTITE_MANQUANTE",
        "La feuille « Informations » manque et le nom du fichier ne dit pas la période : le renommer "
        "ABC_S96X_20230101_20231231_20240120.xlsx.",
    ),
]

CONSTATS = [
    (
        "d01",
        "rejet",
        "Contrats",
        6,
        "N° contrat",
        "CLE_EN_DOUBLE",
        "Le contrat C-0107 figure aussi ligne 27 avec d'autres valeurs : supprimer la ligne fausse.",
        "C-0107",
    ),
    (
        "d01",
        "rejet",
        "Contrats",
        27,
        "N° contrat",
        "CLE_EN_DOUBLE",
        "Le contrat C-0107 figure aussi ligne 6 avec d'autres valeurs : supprimer la ligne fausse.",
        "C-0107",
    ),
    (
        "d01",
        "rejet",
        "Contrats",
        40,
        "Date de début",
        "DATE_ILLISIBLE",
        "La date de début ne se lit pas : l'écrire sous la forme 31/12/2024.",
        "printemps",
    ),
    (
        "d01",
        "rejet",
        "Heures",
        9,
        "Mois",
        "MOIS_ILLISIBLE",
        "Le mois ne se lit pas : l'écrire sous la forme 2024-03.",
        "13/2023",
    ),
    (
        "d01",
        "rejet",
        "Heures",
        44,
        "Heures travaillées",
        "HEURES_IMPOSSIBLES",
        "Plus de 744 heures en un mois : vérifier s'il s'agit d'un cumul.",
        "1200",
    ),
    (
        "d01",
        "rejet",
        "Heures",
        45,
        "N° contrat",
        "ORPHELIN",
        "Le contrat C-9999 n'est pas dans la table Contrats : corriger son numéro.",
        "C-9999",
    ),
    (
        "d01",
        "rejet",
        "Heures",
        74,
        "Heures travaillées",
        "HEURES_NEGATIVES",
        "Heures négatives : reporter la régularisation sur son mois d'origine.",
        "-12",
    ),
    (
        "d01",
        "alerte",
        "Heures",
        108,
        None,
        "LIGNE_EN_DOUBLE",
        "Ligne identique à la ligne 107 : comptée une fois.",
        None,
    ),
    (
        "d02",
        "alerte",
        "Heures",
        226,
        "Heures travaillées",
        "HEURES_ELEVEES",
        "236 heures en un mois pour ce contrat : vérifier s'il s'agit d'un cumul.",
        "236",
    ),
    (
        "d04",
        "alerte",
        "Bilan",
        12,
        "Prestation",
        "CODE_INCONNU",
        "Libellé inconnu, classé « non déterminé » : le corriger ou l'ajouter à alias.csv.",
        "=SOMME(A1)",
    ),
    (
        "d04",
        "alerte",
        "Bilan",
        15,
        "SIRET entreprise",
        "SIRET_INVALIDE",
        "La clé de contrôle du SIRET est fausse : le vérifier.",
        "12345678901234",
    ),
    (
        "d06",
        "rejet",
        "Heures",
        25,
        "Mois",
        "MOIS_ILLISIBLE",
        "Le mois ne se lit pas : l'écrire sous la forme 2024-03.",
        "mars-avril",
    ),
    (
        "d09",
        "alerte",
        "Bilan",
        244,
        "Heures réalisées",
        "HEURES_ELEVEES",
        "231,5 heures en un mois pour ce contrat : vérifier s'il s'agit d'un cumul.",
        "231,5",
    ),
    (
        "d11",
        "alerte",
        None,
        None,
        None,
        "RUPTURE_DE_SERIE",
        "Les heures du 4e trimestre 2024 baissent de 61 % sur un an : vérifier.",
        None,
    ),
]
# One rule that fills many lines of one deposit, to be cut in the report and whole in the workbook.
CONSTATS += [
    (
        "d10",
        "alerte",
        "Bénéficiaires",
        ligne,
        "Code commune de résidence",
        "COMMUNE_INCONNUE",
        "Ce code n'est pas celui d'une commune : saisir le code INSEE, et non le code postal.",
        f"9300{ligne % 10}",
    )
    for ligne in range(2, 19)
]


def depots() -> pl.DataFrame:
    lignes = [
        (
            i,
            c,
            f"sha-{i}",
            layout,
            s,
            NOMS[s],
            dt.date(an, 10 if e.month == 3 else 1, 1),
            dt.date(an, 12, 31),
            e,
            "accepte",
            None,
            None,
        )
        for i, c, layout, s, an, e in ACCEPTES
    ]
    lignes += [
        (i, c, f"sha-{i}", None, s, NOMS.get(s or ""), None, None, None, "refuse", regle, message)
        for i, c, s, regle, message in REFUSES
    ]
    lignes.append(
        (
            "j1",
            "11/copie de S75003.csv",
            "sha-d09",
            "bilan",
            "S75003",
            NOMS["S75003"],
            dt.date(2024, 1, 1),
            dt.date(2024, 12, 31),
            dt.date(2025, 1, 20),
            "deja_charge",
            None,
            None,
        )
    )
    complets = [
        (*ligne, dt.datetime(2025, 3, 11, 9, 5), REFRAICHISSEMENT, ordre)
        for ordre, ligne in enumerate(lignes, 1)
    ]
    schema = {
        "depot_id": pl.String,
        "chemin": pl.String,
        "sha256": pl.String,
        "layout": pl.String,
        "structure_code": pl.String,
        "nom_structure": pl.String,
        "debut": pl.Date,
        "fin": pl.Date,
        "extraction": pl.Date,
        "statut": pl.String,
        "regle": pl.String,
        "message": pl.String,
        "charge_le": pl.Datetime,
        "rafraichissement": pl.String,
        "ordre": pl.Int32,
    }
    cadre = pl.DataFrame(complets, schema=schema, orient="row")
    return cadre.with_columns(en_vigueur=pl.col("statut") != "deja_charge")


def depots_tables() -> pl.DataFrame:
    lignes = []
    for depot_id, _chemin, layout, *_ in ACCEPTES:
        if layout == "bilan":
            lignes.append((depot_id, "Bilan", 1316, 1310, 0, 2, 4))
        else:
            contrats_ecartes, heures_ecartees = {"d01": (3, 4), "d06": (0, 1)}.get(depot_id, (0, 0))
            lignes.append((depot_id, "Marchés", 12, 12, 0, 0, 0))
            lignes.append((depot_id, "Contrats", 64, 63 - contrats_ecartes, contrats_ecartes, 0, 1))
            lignes.append((depot_id, "Heures", 207, 204 - heures_ecartees, heures_ecartees, 1, 2))
    champs = ("lues", "chargees", "rejetees", "doublons", "ignorees")
    schema = {"depot_id": pl.String, "table": pl.String, **dict.fromkeys(champs, pl.Int64)}
    return pl.DataFrame(lignes, schema=schema, orient="row")


def constats(lignes: list[tuple[object, ...]] | None = None) -> pl.DataFrame:
    schema = {
        "depot_id": pl.String,
        "gravite": pl.String,
        "table": pl.String,
        "ligne": pl.Int32,
        "colonne": pl.String,
        "regle": pl.String,
        "message": pl.String,
        "valeur": pl.String,
    }
    return pl.DataFrame(CONSTATS if lignes is None else lignes, schema=schema, orient="row")


def validations(lignes: list[tuple[object, ...]] | None = None) -> pl.DataFrame:
    ordinaires: list[tuple[object, ...]] = [
        (
            "d01",
            "heures",
            "part_heures_formation",
            "avertissement",
            False,
            "31 %",
            "au plus 25 %",
            "La formation fait 31 % des heures, 25 % au plus sont attendus.",
            False,
        ),
        ("d02", "contrats", "contrats_par_marche", "critique", True, "4,2", "entre 1 et 50", None, False),
        ("d03", "bilan", "heures_prevues_et_realisees", "avertissement", False, None, None, None, True),
        (
            None,
            "indicateurs",
            "part_femmes_france",
            "avertissement",
            False,
            "3 %",
            "entre 5 % et 40 %",
            None,
            False,
        ),
    ]
    schema = {
        "depot": pl.String,
        "suite": pl.String,
        "expectation": pl.String,
        "severite": pl.String,
        "succes": pl.Boolean,
        "observe": pl.String,
        "attendu": pl.String,
        "message": pl.String,
        "casse": pl.Boolean,
    }
    return pl.DataFrame(ordinaires if lignes is None else lignes, schema=schema, orient="row")


def rafraichissement(**autres: object) -> Rafraichissement:
    """The record of the refresh that took them."""
    champs: dict[str, object] = {
        "identifiant": REFRAICHISSEMENT,
        "debut": dt.datetime(2025, 3, 11, 9, 4),
        "fin": dt.datetime(2025, 3, 11, 9, 5, 12),
        "date_arrete": dt.date(2025, 3, 10),
        "statut": "publie",
        "depots": depots(),
        "depots_tables": depots_tables(),
        "constats": constats(),
        "validations": validations(),
        "heures": heures(
            ("32", "Hauts-de-France", 101_250.5, 128_409.0), ("11", "Île-de-France", 80_000.0, 79_500.0)
        ),
        "formes": formes(
            ("categorie_public", "Jeune suivi ML", 14),
            ("secteur", "Voirie, réseaux", 41),
            ("prescripteur", "<b>CCAS</b>", 2),
        ),
    }
    return Rafraichissement(**(champs | autres))  # type: ignore[arg-type]


def heures(*regions: tuple[str, str, float | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(regions, schema=HEURES, orient="row")


def formes(*lues: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(lues, schema=FORMES, orient="row")
