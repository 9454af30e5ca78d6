"""What a layout may say of an export of another tool, one thing at a time: small deposits, their rows known by hand."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import fabrique
import polars as pl
import pytest
import yaml
from fabrique import Valeur, siret

from clauses.socle.errors import ErreurUtilisateur
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


# --- sheets, headers, files ---------------------------------------------------------------------------------


def test_other_names_of_sheets_and_columns(tmp_path: Path) -> None:
    lot = lire(tmp_path, source())
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: "pointages"})
    assert heures(lot) == HEURES
    assert colonne(lot, "structure", "nom_structure") == ["Maison de l'emploi"]
    assert colonne(lot, "operations", "type_donneur_ordre") == ["COMMUNE"]
    assert colonne(lot, "entreprises", "siret") == [siret(1), siret(2)]
    assert colonne(lot, "beneficiaires", "niveau") == ["N3", "N3"]
    assert colonne(lot, "contrats", "date_debut") == [dt.date(2023, 12, 5)] * 2
    assert fabrique.comptes(lot)["Heures"] == (3, 3, 0, 0, 0)


def test_case_accents_and_signs_of_names_do_not_count(tmp_path: Path) -> None:
    grilles = source()
    grilles["POINTAGES"] = grilles.pop("Pointages")
    grilles["POINTAGES"][0] = ["EMBAUCHE", "lot", "Periode", "Faites :", "APPRISES"]
    assert heures(lire(tmp_path, grilles)) == HEURES


def test_titles_above_the_header(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"][:0] = [["Relevé du trimestre"], []]
    assert heures(lire(tmp_path, grilles)) == HEURES


def test_a_folder_of_csv(tmp_path: Path) -> None:
    dossier = tmp_path / "depots" / fabrique.NOM_BILAN
    dossier.mkdir(parents=True)
    for nom, lignes in source().items():
        (dossier / f"{nom.lower()}.csv").write_text(fabrique.texte_csv(lignes), encoding="utf-8")
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


def test_a_flat_csv_under_any_name(tmp_path: Path) -> None:
    lignes = fabrique.bilan()["Bilan"]
    autres = {entete: f"Zone {rang}" for rang, entete in enumerate(lignes[0])}
    dit = {nous: eux for nous, eux in autres.items() if nous != "Heures réalisées"}
    dit["Heures réalisées"] = {"colonne": autres["Heures réalisées"], "plus": autres["dont formation"]}
    description = {
        "layout": "plat",
        "complete": "bilan",
        "feuilles": [{"noms": ["*"], "tables": {"Bilan": dit}}],
    }
    chemin = tmp_path / "depots" / f"{fabrique.NOM_BILAN}.csv"
    fabrique.ecrire_csv({"": [{autres[e]: v for e, v in ligne.items()} for ligne in lignes]}, chemin)
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: "plat"})
    assert colonne(lot, "bilan", "heures") == [107.75 + 7.25] * 24
    assert colonne(lot, "bilan", "numero_contrat") == [f"C{i:02}" for i in range(1, 25)]


@pytest.mark.parametrize(
    ("cle", "attendus"),
    [
        ({}, [("COLONNE_INCONNUE", "Note"), ("TABLE_INCONNUE", None)]),
        ({"feuilles_ignorees": ["Accueil"]}, [("COLONNE_INCONNUE", "Note")]),
    ],
)
def test_what_is_not_described_is_said(
    cle: dict[str, Any], attendus: list[tuple[str, str | None]], tmp_path: Path
) -> None:
    grilles = source()
    for rang, ligne in enumerate(grilles["Pointages"]):
        ligne.append("Note" if rang == 0 else "vu")
    lot = lire(tmp_path, {"Accueil": [["Bonjour", "à tous"]], **grilles}, decrite(**cle))
    assert [(regle, nom) for _, regle, _, _, nom in fabrique.constats(lot)] == attendus


def test_what_is_left_out_on_purpose_is_not_said(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    for rang, ligne in enumerate(grilles["Pointages"]):
        ligne.append("Note" if rang == 0 else "vu")
    feuille(description, "Pointages")["ignorees"] = ["Note"]
    assert fabrique.constats(lire(tmp_path, grilles, description)) == []


# --- months in columns --------------------------------------------------------------------------------------


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


def test_months_in_columns_on_one_line(tmp_path: Path) -> None:
    """A month without hours is no row; zero is hours."""
    grilles = source()
    grilles["Pointages"] = [
        ["Embauche", "Lot", "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", 100, "80,5", None],
        ["C2", "M2", None, 0, 35],
    ]
    lot = lire(tmp_path, grilles, en_colonnes("{mois}"))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert heures(lot) == [
        ("C1", "M1", "2024-01", 100, None),
        ("C1", "M1", "2024-02", 80.5, None),
        ("C2", "M2", "2024-02", 0, None),
        ("C2", "M2", "2024-03", 35, None),
    ]


@pytest.mark.parametrize(
    "entetes",
    [
        ("01/2024", "02/2024", "03/2024"),
        ("2024-01", "2024-02", "2024-03"),
        (dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        ("Janvier", "Février", "Mars"),
        ("janv.", "févr.", "mars"),
        ("M01", "M02", "M03"),
    ],
    ids=str,
)
def test_how_a_month_is_written(entetes: tuple[Valeur, ...], tmp_path: Path) -> None:
    """Its year, when the header has none, is that of the deposit's period."""
    grilles = source()
    grilles["Pointages"] = [
        ["Embauche", "Lot", *entetes],
        ["C1", "M1", 100, "80,5", None],
        ["C2", "M2", None, None, 35],
    ]
    lot = lire(tmp_path, grilles, en_colonnes("{mois}"))
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


def test_a_month_that_the_period_has_twice_is_no_month(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] = [
        ["Embauche", "Lot", "Janvier", "Mai", "Juin"],
        ["C1", "M1", 100, 80, None],
        ["C2", "M2", None, None, 35],
    ]
    lot = lire(tmp_path, grilles, en_colonnes("{mois}"), "ABC_S59000_20230101_20240331_20240415")
    rejets = [(r, ligne) for g, r, _, ligne, _ in fabrique.constats(lot) if g == "rejet"]
    assert rejets == [("MOIS_ILLISIBLE", 2)]
    assert [ligne[2:4] for ligne in heures(lot)] == [("2023-05", 80), ("2023-06", 35)]


@pytest.mark.parametrize("dessus", ["mois", "mesure"])
def test_months_in_columns_on_two_lines(dessus: str, tmp_path: Path) -> None:
    """Hours, training, both or none: a month of training alone has a row, of which the hours are to be filled."""
    grilles = source()
    mois = ["Janvier 2024", "Février 2024", "Mars 2024"]
    if dessus == "mois":
        haut = [None, None, mois[0], None, mois[1], None, mois[2], None]
        bas: list[Valeur] = ["Embauche", "Lot", *(["Faites", "Apprises"] * 3)]
        lignes: list[list[Valeur]] = [
            ["C1", "M1", 100, 4, "80,5", None, None, None],
            ["C2", "M2", None, None, None, None, 35, 7],
        ]
        description = en_colonnes("{mois} Faites", "{mois} Apprises")
    else:
        haut = [None, None, "Faites", None, None, "Apprises", None, None]
        bas = ["Embauche", "Lot", *mois, *mois]
        lignes = [["C1", "M1", 100, "80,5", None, 4, None, None], ["C2", "M2", None, None, 35, None, None, 7]]
        description = en_colonnes("Faites {mois}", "Apprises {mois}")
    grilles["Pointages"] = [list(haut), bas, *lignes]
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert heures(lot) == HEURES


def test_training_alone_is_not_lost(tmp_path: Path) -> None:
    grilles = source(24)
    grilles["Pointages"] = [
        ["Embauche", "Lot", "H 01/2024", "H 02/2024", "H 03/2024", "F 01/2024", "F 02/2024", "F 03/2024"],
        ["C1", "M1", 100, None, 20, 4, 6, None],
        *([f"C{i}", "M2", 10, 10, 10, None, None, None] for i in range(2, 25)),
    ]
    lot = lire(tmp_path, grilles, en_colonnes("H {mois}", "F {mois}"))
    vues = [ligne for ligne in heures(lot) if ligne[0] == "C1"]
    dites = [(r, ligne) for g, r, _, ligne, _ in fabrique.constats(lot) if g == "rejet"]
    assert vues == [("C1", "M1", "2024-01", 100, 4), ("C1", "M1", "2024-03", 20, None)]
    assert dites == [("VALEUR_MANQUANTE", 2)]  # our hours are to be filled, zero where there is none


def test_an_unreadable_cell_of_a_month_is_a_finding_with_its_line_and_header(tmp_path: Path) -> None:
    grilles = source(24)
    grilles["Pointages"] = [
        ["Embauche", "Lot", "janv. 2024", "févr. 2024", "mars 2024"],
        *([f"C{i}", "M2", 10, 10, 10] for i in range(1, 25)),
    ]
    grilles["Pointages"][5][3] = "une dizaine"
    lot = lire(tmp_path, grilles, en_colonnes("{mois}"))
    rejets = [c for c in fabrique.constats(lot) if c[0] == "rejet"]
    assert [(r, ligne) for _, r, _, ligne, _ in rejets] == [("NOMBRE_ILLISIBLE", 6)]
    assert len(heures(lot)) == 24 * 3 - 1
    (message,) = messages(lot, "NOMBRE_ILLISIBLE")
    assert "une dizaine" in message
    assert any(dit in f"{rejets[0][4]} {message}" for dit in ("févr. 2024", "2024-02", "février 2024"))


def test_two_columns_of_one_month_are_refused(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] = [["Embauche", "Lot", "janv. 2024", "01/2024"], ["C1", "M1", 100, 4]]
    lot = lire(tmp_path, grilles, en_colonnes("{mois}"))
    assert lot.refus[0][0] == "COLONNE_EN_DOUBLE"
    assert "« janv. 2024 »" in lot.refus[0][1]
    assert "« 01/2024 »" in lot.refus[0][1]


def test_totals_beside_and_below_months_are_not_counted(tmp_path: Path) -> None:
    grilles, description = source(), en_colonnes("{mois}")
    feuille(description, "Pointages")["ignorees"] = ["Ensemble"]
    grilles["Pointages"] = [
        ["Embauche", "Lot", "janv. 2024", "févr. 2024", "mars 2024", "Ensemble"],
        ["C1", "M1", 100, "80,5", None, "180,5"],
        ["C2", "M2", None, None, 35, 35],
        ["Total", None, 100, "80,5", 35, "215,5"],
    ]
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


def test_the_year_of_months_may_be_written(tmp_path: Path) -> None:
    """`annee`, where neither the header nor the period says it: a period from January to January."""
    grilles, description = source(), en_colonnes("{mois}")
    feuille(description, "Pointages")["annee"] = 2024
    grilles["Pointages"] = [
        ["Embauche", "Lot", "Janvier", "Février", "Mars"],
        ["C1", "M1", 100, "80,5", None],
        ["C2", "M2", None, None, 35],
    ]
    lot = lire(tmp_path, grilles, description, "ABC_S59000_20230101_20241231_20241231")
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


# --- sheets of one shape ------------------------------------------------------------------------------------


def par_mois() -> tuple[Grilles, dict[str, Any]]:
    """A sheet per month, named after it."""
    grilles, description = source(), decrite()
    lignes = grilles.pop("Pointages")
    for mois, rang in (("01-2024", 1), ("02-2024", 2), ("03-2024", 3)):
        contrat, marche, _, travail, formation = lignes[rang]
        grilles[mois] = [["Embauche", "Lot", "Faites", "Apprises"], [contrat, marche, travail, formation]]
    lues = feuille(description, "Pointages")
    lues["noms"] = ["*-2024"]
    lues["tables"]["Heures"]["Mois"] = "{feuille}"
    return grilles, description


def test_a_sheet_per_month(tmp_path: Path) -> None:
    lot = lire(tmp_path, *par_mois())
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


@pytest.mark.parametrize(
    "noms",
    [
        ("Janvier", "Février", "Mars"),  # of the only year of the deposit
        ("Heures janvier 2024", "Heures février 2024", "Heures mars 2024"),
        ("Relevé 2024-01", "Relevé 2024-02", "Relevé 2024-03"),
        ("Pointage janv. 24", "Pointage févr. 24", "Pointage mars 24"),
        ("01 Janvier", "02 Février", "03 Mars"),
        ("M01", "M02", "M03"),
    ],
)
def test_how_a_sheet_says_its_month(noms: tuple[str, ...], tmp_path: Path) -> None:
    grilles, description = par_mois()
    for rang, nom in enumerate(noms, start=1):
        grilles[nom] = grilles.pop(f"{rang:02d}-2024")
    next(f for f in description["feuilles"] if "Heures" in f["tables"])["noms"] = ["*"]
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


@pytest.mark.parametrize(
    "mois",
    [
        ("janvier", "février", "mars"),
        (1, 2, 3),
        ("01", "02", "03"),
        ("M1", "M2", "M3"),
    ],
)
def test_a_month_and_its_year_in_two_columns(mois: tuple[Valeur, ...], tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    pointages = grilles["Pointages"]
    rang = pointages[0].index("Période")
    grilles["Pointages"] = [[*pointages[0][:rang], "Mois", "Exercice", *pointages[0][rang + 1 :]]] + [
        [*ligne[:rang], ecrit, 2024, *ligne[rang + 1 :]]
        for ligne, ecrit in zip(pointages[1:], mois, strict=True)
    ]
    feuille(description, "Pointages")["tables"]["Heures"]["Mois"] = {"colonnes": ["Mois", "Exercice"]}
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


def test_months_of_a_column_without_a_year_are_of_the_only_year_of_the_deposit(tmp_path: Path) -> None:
    grilles = source()
    for ligne, ecrit in zip(grilles["Pointages"][1:], ("janvier", "février", "mars"), strict=True):
        ligne[2] = ecrit
    lot = lire(tmp_path, grilles)
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


def test_months_of_a_column_that_the_period_has_twice_are_said(tmp_path: Path) -> None:
    grilles = source()
    for ligne, ecrit in zip(grilles["Pointages"][1:], ("janvier", "mai", "juin"), strict=True):
        ligne[2] = ecrit
    lot = lire(tmp_path, grilles, nom="ABC_S59000_20230101_20240331_20240415")
    rejets = [(r, ligne) for g, r, _, ligne, _ in fabrique.constats(lot) if g == "rejet"]
    assert rejets == [("MOIS_ILLISIBLE", 2)]
    assert [ligne[2:4] for ligne in heures(lot)] == [("2023-05", 80.5), ("2023-06", 35)]


def test_what_the_star_of_a_sheet_name_stands_for(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    entetes, *lignes = grilles.pop("Pointages")
    for code in ("M1", "M2"):
        siennes = [
            [v for e, v in zip(entetes, ligne, strict=True) if e != "Lot"]
            for ligne in lignes
            if code in ligne
        ]
        grilles[f"Lot - {code}"] = [[e for e in entetes if e != "Lot"], *siennes]
    lues = feuille(description, "Pointages")
    lues["noms"] = ["lot - *"]
    lues["tables"]["Heures"]["Code marché"] = "{*}"
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot), heures(lot)) == ({}, [], HEURES)


def test_a_star_that_no_name_has_cannot_be_read(tmp_path: Path) -> None:
    description = decrite()
    feuille(description, "Pointages")["tables"]["Heures"]["Code marché"] = "{*}"
    with pytest.raises(ErreurUtilisateur) as erreur:
        layouts(tmp_path, description)
    assert "« {*} » n'est défini nulle part" in str(erreur.value)


def test_totals_below_each_month_are_not_counted(tmp_path: Path) -> None:
    grilles, description = par_mois()
    for nom, (travail, formation) in {"01-2024": (100, 4), "02-2024": (80.5, 0), "03-2024": (35, 7)}.items():
        grilles[nom].append(["Total", None, travail, formation])
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, heures(lot)) == ({}, HEURES)


def test_sheets_added_up_and_a_finding_that_says_which(tmp_path: Path) -> None:
    grilles, description = source(24), decrite()
    entetes = grilles.pop("Pointages")[0]
    for lieu, rangs in (("nord", range(1, 13)), ("sud", range(13, 25))):
        grilles[f"Pointages {lieu}"] = [entetes, *([f"C{i}", "M2", "2024-01", 10, None] for i in rangs)]
    grilles["Pointages sud"][3][3] = "beaucoup"
    feuille(description, "Pointages")["noms"] = ["Pointages *"]
    lot = lire(tmp_path, grilles, description)
    assert sum(ligne[3] or 0 for ligne in heures(lot)) == 23 * 10
    assert messages(lot, "NOMBRE_ILLISIBLE")[0].endswith("(feuille « Pointages sud », ligne 4)")
    assert [c for g, *_, c in fabrique.constats(lot) if g == "rejet"] == ["Faites"]


# --- one sheet, several tables ------------------------------------------------------------------------------


def reunie() -> tuple[Grilles, dict[str, Any]]:
    """The persons on the sheet of their contracts, the first with two contracts."""
    grilles, description = source(), decrite()
    personnes = {ligne[0]: ligne[1:] for ligne in grilles.pop("Gens")}
    grilles["Embauches"].append(["C3", *grilles["Embauches"][1][1:]])
    grilles["Embauches"] = [[*ligne, *personnes[ligne[1]]] for ligne in grilles["Embauches"]]
    gens = feuille(description, "Gens")
    description["feuilles"].remove(gens)
    embauches = feuille(description, "Embauches")
    embauches["tables"] |= gens["tables"]
    embauches["distinctes"] = ["Bénéficiaires"]
    return grilles, description


def test_a_sheet_that_feeds_two_tables(tmp_path: Path) -> None:
    lot = lire(tmp_path, *reunie())
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "beneficiaires", "numero_beneficiaire") == ["B1", "B2"]
    assert colonne(lot, "contrats", "numero_contrat") == ["C1", "C2", "C3"]
    assert colonne(lot, "contrats", "numero_beneficiaire") == ["B1", "B2", "B1"]


def test_lines_that_contradict_each_other_are_said(tmp_path: Path) -> None:
    """The last one that is filled counts."""
    grilles, description = reunie()
    place = grilles["Embauches"][0].index("Diplôme")
    assert [ligne[place] for ligne in grilles["Embauches"]] == ["Diplôme", "CAP", "CAP", "CAP"]
    grilles["Embauches"][3][place] = "Bac"
    grilles["Embauches"].append(["C4", *grilles["Embauches"][1][1:]])
    grilles["Embauches"][4][place] = None
    lot = lire(tmp_path, grilles, description)
    assert fabrique.constats(lot) == [("alerte", "VALEURS_CONTRAIRES", "Bénéficiaires", 2, "Diplôme")]
    assert "« B1 »" in messages(lot, "VALEURS_CONTRAIRES")[0]
    assert colonne(lot, "beneficiaires", "niveau") == ["N4", "N3"]


def test_a_contradiction_between_names_quotes_none(tmp_path: Path) -> None:
    grilles, description = reunie()
    grilles["Embauches"][3][grilles["Embauches"][0].index("Patronyme")] = "Zzyzwickx"
    lot = lire(tmp_path, grilles, description)
    (message,) = messages(lot, "VALEURS_CONTRAIRES")
    assert "Zzyzwickx" not in message
    assert "Telb" not in message


def test_a_table_tied_to_a_row_of_hours_is_read_once(tmp_path: Path) -> None:
    """Marchés repeated on hours with their months in columns."""
    grilles, description = source(), en_colonnes("{mois}")
    marches = {ligne[0]: ligne[1:] for ligne in grilles.pop("Lots")}
    grilles["Pointages"] = [
        ["Embauche", "Lot", *marches["Lot"], "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", *marches["M1"], 100, "80,5", None],
        ["C2", "M2", *marches["M2"], None, None, 35],
    ]
    lots = feuille(description, "Lots")
    description["feuilles"].remove(lots)
    feuille(description, "Pointages")["tables"] |= lots["tables"]
    feuille(description, "Pointages")["distinctes"] = ["Marchés"]
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "marches", "code_marche") == ["M1", "M2"]
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


def test_a_marche_without_hours_is_read_from_a_sheet_of_hours(tmp_path: Path) -> None:
    """Its months are all empty: it has no row of hours, and exists all the same."""
    grilles, description = source(), en_colonnes("{mois}")
    marches = {ligne[0]: ligne[1:] for ligne in grilles.pop("Lots")}
    grilles["Pointages"] = [
        ["Embauche", "Lot", *marches["Lot"], "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", *marches["M1"], 100, "80,5", 35],
        ["C2", "M2", *marches["M2"], None, None, None],
    ]
    lots = feuille(description, "Lots")
    description["feuilles"].remove(lots)
    feuille(description, "Pointages")["tables"] |= lots["tables"]
    feuille(description, "Pointages")["distinctes"] = ["Marchés"]
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "marches", "code_marche") == ["M1", "M2"]
    assert colonne(lot, "entreprises", "code_marche") == ["M1", "M2"]


def test_a_table_made_of_two_others_is_said(tmp_path: Path) -> None:
    """The companies: the employers of those who worked on each marché."""
    grilles, description = source(), decrite()
    del grilles["Boîtes"]
    description["feuilles"].remove(feuille(description, "Boîtes"))
    lues = {
        "Code marché": "Code marché",
        "SIRET": "SIRET employeur",
        "Type d'entreprise": "Type d'employeur",
    }
    description["deduites"] = {"Entreprises": {"de": "Contrats", "avec": "Heures", "colonnes": lues}}
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, regles(lot)) == ({}, [("alerte", "TABLE_DEDUITE")])
    assert "« Entreprises »" in messages(lot, "TABLE_DEDUITE")[0]
    assert sorted(lot.tables["entreprises"].select("code_marche", "siret", "type_entreprise").rows()) == [
        ("M1", siret(1), "ENT"),
        ("M2", siret(2), "ENT"),
    ]


# --- columns ------------------------------------------------------------------------------------------------


def test_a_key_of_several_columns_is_the_same_in_two_deposits(tmp_path: Path) -> None:
    """Whatever the order of lines and columns, and what else is there."""
    description = decrite()
    colonnes(description, "Opérations")["Code opération"] = {"colonnes": ["Pour qui", "Où"]}
    colonnes(description, "Marchés")["Code opération"] = {"colonnes": ["Pour qui", "Où"]}
    premier, second = source(), source()
    del premier["Affaires"], premier["Lots"], second["Affaires"], second["Lots"]
    suite: list[Valeur] = ["L2112-2", "Travaux", "Gros œuvre"]
    premier["Affaires"] = [
        ["Pour qui", "Où", "Genre"],
        ["Ville de Lille", "59350", "Commune"],
        ["Ville de Douai", "59178", "Commune"],
    ]
    premier["Lots"] = [
        ["Lot", "Pour qui", "Où", "Clause", "Famille", "Corps"],
        ["M1", "Ville de Lille", "59350", *suite],
        ["M2", "Ville de Douai", "59178", *suite],
    ]
    second["Affaires"] = [
        ["Où", "Genre", "Pour qui"],
        ["59178", "Commune", "Ville de Douai"],
        ["59350", "Commune", "Ville de Lille"],
        ["59599", "Commune", "Ville de Tourcoing"],
    ]
    second["Lots"] = [
        ["Où", "Lot", "Pour qui", "Clause", "Famille", "Corps"],
        ["59178", "M2", "Ville de Douai", *suite],
        ["59350", "M1", "Ville de Lille", *suite],
    ]
    chemins = [
        ecrire(grilles, tmp_path / f"ABC_S59000_20240101_20240331_202404{jour}.xlsx")
        for grilles, jour in ((premier, 15), (second, 16))
    ]
    lot = fabrique.lire(*chemins, layouts=layouts(tmp_path, description))
    assert lot.refus == {}
    codes = {
        depot: dict(
            lot.tables["marches"].filter(pl.col("depot") == depot)["code_marche", "code_operation"].rows()
        )
        for depot in (0, 1)
    }
    assert codes[0] == codes[1]
    assert codes[0]["M1"] != codes[0]["M2"]
    operations = lot.tables["operations"].filter(pl.col("depot") == 0)
    assert set(operations["code_operation"]) == set(codes[0].values())


def test_constants(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    grilles["Lots"] = [[ligne[0], ligne[1], ligne[4]] for ligne in grilles["Lots"]]
    colonnes(description, "Marchés").update(
        {"Article juridique": {"valeur": "L2112-2"}, "Nature du marché": {"valeur": "Services"}}
    )
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "marches", "base_juridique") == ["COND_EXEC"] * 2
    assert colonne(lot, "marches", "nature_marche") == ["SERVICES"] * 2


@pytest.mark.parametrize(
    ("unite", "ecrites"),
    [
        ({"unite": "minutes"}, ("6000", 4830, 2100)),
        ({"unite": "jours"}, ("14,2857142857", 11.5, 5)),
        ({"unite": "jours", "heures_par_jour": 7.5}, (13.3333333, "10,7333333", 4.6666667)),
        ({"unite": "heures"}, (100, "80,5", "35")),
    ],
)
def test_units(unite: dict[str, Any], ecrites: tuple[Valeur, ...], tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    for ligne, ecrite in zip(grilles["Pointages"][1:], ecrites, strict=True):
        ligne[3] = ecrite
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", **unite}
    lues = [travail for _, _, _, travail, _ in heures(lire(tmp_path, grilles, description))]
    assert lues == pytest.approx([100, 80.5, 35], abs=0.001)


def test_few_minutes_are_few_hours(tmp_path: Path) -> None:
    """Small numbers are no durations of Excel, in days, once the description says that they are minutes."""
    grilles, description = source(), decrite()
    for ligne, ecrite in zip(grilles["Pointages"][1:], (96, 80.5, 28), strict=True):
        ligne[3] = ecrite
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", "unite": "minutes"}
    lues = [travail for _, _, _, travail, _ in heures(lire(tmp_path, grilles, description))]
    assert lues == pytest.approx([96 / 60, 80.5 / 60, 28 / 60], abs=0.001)


def test_minutes_in_months_in_columns(tmp_path: Path) -> None:
    grilles, description = source(), en_colonnes("{mois}")
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "{heures}", "unite": "minutes"}
    grilles["Pointages"] = [
        ["Embauche", "Lot", "janv. 2024", "févr. 2024", "mars 2024"],
        ["C1", "M1", 6000, 4830, None],
        ["C2", "M2", None, None, 2100],
    ]
    lot = lire(tmp_path, grilles, description)
    assert [ligne[:4] for ligne in heures(lot)] == [ligne[:4] for ligne in HEURES]


@pytest.mark.parametrize(
    ("origine", "attendues"),
    [
        ({"moins": "Apprises"}, [96, 80.5, 28]),
        ({"plus": "Apprises"}, [104, 80.5, 42]),
        ({"moins": "Apprises", "unite": "jours"}, [96 * 7, 80.5 * 7, 28 * 7]),
    ],
)
def test_hours_with_or_without_training(
    origine: dict[str, Any], attendues: list[float], tmp_path: Path
) -> None:
    description = decrite()
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", **origine}
    lot = lire(tmp_path, source(), description)
    assert [travail for _, _, _, travail, _ in heures(lot)] == pytest.approx(attendues, abs=1e-6)
    assert [formation for *_, formation in heures(lot)] == [4, None, 7]  # the unit is that of one column


def test_training_taken_away_in_months_in_columns(tmp_path: Path) -> None:
    grilles, description = source(), en_colonnes("T {mois}", "F {mois}")
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "{heures}", "moins": "{formation}"}
    grilles["Pointages"] = [
        ["Embauche", "Lot", "T 01/2024", "T 02/2024", "T 03/2024", "F 01/2024", "F 02/2024", "F 03/2024"],
        ["C1", "M1", 104, "80,5", None, 4, None, None],
        ["C2", "M2", None, None, 42, None, None, 7],
    ]
    assert heures(lire(tmp_path, grilles, description)) == HEURES


def test_training_that_cannot_be_read_makes_hours_that_cannot(tmp_path: Path) -> None:
    grilles, description = source(24), decrite()
    grilles["Pointages"] += [[f"C{i}", "M2", "2024-01", 10, 1] for i in range(3, 25)]
    grilles["Pointages"][1][4] = "quelques-unes"
    colonnes(description, "Heures")["Heures travaillées"] = {"colonne": "Faites", "moins": "Apprises"}
    lot = lire(tmp_path, grilles, description)
    assert {ligne for g, _, _, ligne, _ in fabrique.constats(lot) if g == "rejet"} == {2}
    assert all("quelques-unes" in m for m in messages(lot, "NOMBRE_ILLISIBLE"))
    assert len(heures(lot)) == 24


def test_words_of_the_source(tmp_path: Path) -> None:
    """Compared as words are: without case nor accents; those that nothing explains are said."""
    grilles, description = source(24), decrite()
    place = grilles["Gens"][0].index("Diplôme")
    for rang, mot in enumerate(("Brevet maison", "BREVET  MAISON", "Bac", "Rien de tel"), 1):
        grilles["Gens"][rang][place] = mot
    colonnes(description, "Bénéficiaires")["Niveau de formation"] = {
        "colonne": "Diplôme",
        "valeurs": {"brevet maison": "N5", "Bac": "INFRA3"},
    }
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "beneficiaires", "niveau")[:5] == ["N5", "N5", "INFRA3", "ND", "N3"]
    assert fabrique.constats(lot) == [("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "Diplôme")]


# --- codes that the deposit explains ------------------------------------------------------------------------

LISTES = {"feuille": "Clefs", "table": "Onglet", "champ": "Zone", "code": "Num", "libelle": "Sens"}


def codee(avec_table: bool) -> tuple[Grilles, dict[str, Any]]:
    """Companies and employers as codes, « 01 » of each being something else where the list says of which sheet it is."""
    grilles, description = source(), decrite()
    for nom in ("Boîtes", "Embauches"):
        place = grilles[nom][0].index("Sorte")
        for ligne in grilles[nom][1:]:
            ligne[place] = "01"
    grilles["Clefs"] = [
        ["Onglet", "Zone", "Num", "Sens"],
        ["Boîtes", "Sorte", "01", "Entreprise"],
        ["Embauches", "Sorte", "01", "ETTI"],
        ["Embauches", "Sorte", "02", "Entreprise"],
    ]
    description["listes"] = dict(LISTES)
    if not avec_table:
        grilles["Clefs"] = [ligne[1:] for ligne in (grilles["Clefs"][0], *grilles["Clefs"][2:])]
        del description["listes"]["table"]
    return grilles, description


@pytest.mark.parametrize(("avec_table", "entreprises"), [(True, "ENT"), (False, "ETTI")])
def test_lists_of_codes(avec_table: bool, entreprises: str, tmp_path: Path) -> None:
    lot = lire(tmp_path, *codee(avec_table))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI"] * 2
    assert colonne(lot, "entreprises", "type_entreprise") == [entreprises] * 2


@pytest.mark.parametrize("ecrit", [1, 1.0, "1", "01"])
def test_codes_whose_leading_zeros_are_lost(ecrit: Valeur, tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    for ligne in grilles["Embauches"][1:]:
        ligne[grilles["Embauches"][0].index("Sorte")] = ecrit
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI"] * 2


def test_a_code_that_no_list_has_is_said(tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    grilles["Embauches"][2][grilles["Embauches"][0].index("Sorte")] = "77"
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI", "ND"]
    assert fabrique.constats(lot) == [("alerte", "CODE_INCONNU", "Contrats", 3, "Sorte")]
    assert "« 77 »" in messages(lot, "CODE_INCONNU")[0]


def test_a_list_serves_the_sister_column(tmp_path: Path) -> None:
    """Other categories have the codes of the main one, several in a cell."""
    grilles, description = source(), decrite()
    place = grilles["Gens"][0].index("Public")
    for ligne, codes in zip(grilles["Gens"], ("Second public", "01 + 03", "2"), strict=True):
        ligne[place] = "Public" if codes == "Second public" else "02"
        ligne.append(codes)
    grilles["Clefs"] = [
        ["Onglet", "Zone", "Num", "Sens"],
        *(
            ["Gens", "Public", f"0{i}", mot]
            for i, mot in enumerate(("DELD", "RSA", "Travailleur handicapé"), 1)
        ),
    ]
    description["listes"] = dict(LISTES)
    colonnes(description, "Bénéficiaires")["Autres catégories"] = "Second public"
    lot = lire(tmp_path, grilles, description)
    assert colonne(lot, "beneficiaires", "categorie_public") == ["RSA", "RSA"]
    autres = colonne(lot, "beneficiaires", "autres_categories")
    assert sorted(autres[0].strip(";").split(";")) == ["DELD", "TH"]


def test_each_deposit_has_its_own_lists(tmp_path: Path) -> None:
    chemins = []
    for jour, mot in ((15, "ETTI"), (16, "Entreprise d'insertion")):
        grilles, description = codee(avec_table=True)
        grilles["Clefs"][2][3] = mot
        chemins.append(ecrire(grilles, tmp_path / f"ABC_S59000_20240101_20240331_202404{jour}.xlsx"))
    lot = fabrique.lire(*chemins, layouts=layouts(tmp_path, description))
    assert colonne(lot, "contrats", "type_employeur") == ["ETTI", "ETTI", "EI", "EI"]


def test_a_deposit_that_lacks_its_lists_is_not_read_as_codes(tmp_path: Path) -> None:
    grilles, description = codee(avec_table=True)
    del grilles["Clefs"]
    lot = lire(tmp_path, grilles, description)
    assert list(lot.refus) == [0]


# --- who deposits and when ----------------------------------------------------------------------------------

Identites = list[tuple[str, dt.date, dt.date, dt.date]]
TRIMESTRE: Identites = [("S59000", dt.date(2024, 1, 1), dt.date(2024, 3, 31), dt.date(2024, 4, 15))]


def identites(lot: Lot) -> Identites:
    return [(i.structure_code, i.debut, i.fin, i.extraction) for i in lot.identites.values()]


def test_identity_in_cells(tmp_path: Path) -> None:
    grilles: Grilles = {
        "Paramètres": [
            ["Paramètres du relevé"],
            ["Maison", "S59000"],
            ["Du", dt.date(2024, 1, 1)],
            ["Au", "31/03/2024"],
            ["Tiré le", "2024-04-15"],
        ],
        **source(),
    }
    lieux = {
        cle: f"Paramètres!B{2 + i}" for i, cle in enumerate(("code_structure", "debut", "fin", "extraction"))
    }
    description = decrite(identite=lieux, feuilles_ignorees=["Paramètres"])
    lot = lire(tmp_path, grilles, description, "export")
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_identity_in_a_column(tmp_path: Path) -> None:
    grilles, description = (
        source(),
        decrite(identite={"code_structure": "Réf maison", "extraction": "Tiré le"}),
    )
    for ligne, jour in zip(grilles["Affaires"], ("Tiré le", "15/04/2024"), strict=True):
        ligne.append(jour)
    feuille(description, "Affaires")["ignorees"] = ["Tiré le"]
    description["noms_de_depot"] = ["Relevé {annee} T{trimestre}"]
    lot = lire(tmp_path, grilles, description, "Relevé 2024 T1")
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


@pytest.mark.parametrize(
    ("patron", "nom", "debut", "fin"),
    [
        ("{code_structure} {annee} {extraction}", "S59000 2024 20241231", (1, 1), (12, 31)),
        ("{code_structure} T{trimestre} {annee} {extraction}", "S59000 T2 2024 20241231", (4, 1), (6, 30)),
        ("*_{code_structure}_{annee}{mois}_{extraction}", "Suivi_S59000_202402_2024-12-31", (2, 1), (2, 29)),
        (
            "{code_structure} du {debut} au {fin} ({extraction})",
            "s59000 DU 01-02-2024 AU 31-03-2024 (20241231)",
            (2, 1),
            (3, 31),
        ),
        ("{annee}/{code_structure}/export {extraction}", "2024/S59000/export 20241231", (1, 1), (12, 31)),
    ],
)
def test_identity_in_the_name_of_the_deposit(
    patron: str, nom: str, debut: tuple[int, int], fin: tuple[int, int], tmp_path: Path
) -> None:
    ecrire(source(), tmp_path / "depots" / f"{nom}.xlsx")
    description = decrite(noms_de_depot=["autre chose", patron])
    lot = fabrique.lire(tmp_path / "depots", layouts=layouts(tmp_path, description))
    ((structure, *jours),) = identites(lot)  # whatever becomes of hours out of the period
    assert structure.upper() == "S59000"
    assert jours == [dt.date(2024, *debut), dt.date(2024, *fin), dt.date(2024, 12, 31)]


def test_a_structure_that_no_sheet_holds(tmp_path: Path) -> None:
    grilles, description = source(), decrite()
    del grilles["Maisons"]
    dite = {
        "Code structure": {"identite": "code_structure"},
        "Nom de la structure": {"valeur": "Maison de l'emploi"},
        "Code commune": {"valeur": "59350"},
    }
    description["feuilles"][0] = {"tables": {"Structure": dite}}
    lot = lire(tmp_path, grilles, description)
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    lue = lot.tables["structure"].select("code_structure", "nom_structure", "commune").rows()
    assert lue == [("S59000", "Maison de l'emploi", "59350")]


def test_the_structure_of_the_name_is_not_that_of_the_cells(tmp_path: Path) -> None:
    grilles = source()
    grilles["Maisons"][1][0] = "S62000"
    lot = lire(tmp_path, grilles, decrite(identite={"code_structure": "Réf maison"}))
    regle, message = lot.refus[0]
    assert regle == "IDENTITE_MANQUANTE"
    assert "« S62000 »" in message
    assert "« S59000 »" in message


def test_the_structure_of_the_name_is_not_that_of_the_table(tmp_path: Path) -> None:
    """Nothing is said of where the identity is: it is that of the name, and its table of structures says another."""
    grilles = source()
    grilles["Maisons"][1][0] = "S62000"
    lot = lire(tmp_path, grilles)
    assert any("S62000" in m for m in lot.constats.tous()["message"])


# --- depots.csv ---------------------------------------------------------------------------------------------

LISTE = "chemin;code structure;début;fin;extraction\n"
DITE = "releve.xlsx;S59000;01/01/2024;31/03/2024;15/04/2024\n"


def avec_liste(tmp_path: Path, liste: str, grilles: Grilles, encodage: str = "utf-8") -> Path:
    dossier = tmp_path / "depots"
    ecrire(grilles, dossier / "releve.xlsx")
    (dossier / "depots.csv").write_text(liste, encoding=encodage)
    return dossier


@pytest.mark.parametrize(
    ("liste", "encodage"),
    [
        (LISTE + DITE, "utf-8"),
        (LISTE + DITE, "cp1252"),
        ((LISTE + DITE).replace(";", ","), "utf-8-sig"),
        (LISTE + "\n" + DITE.replace("releve", "./releve"), "utf-8"),
        (
            "Fichier;Structure;Du;Au;Extrait le\nreleve.xlsx;S59000;2024-01-01;2024-03-31;2024-04-15\n",
            "utf-8",
        ),
    ],
    ids=["utf-8", "cp1252", "virgules", "ligne vide", "autres mots"],
)
def test_identity_in_depots_csv(liste: str, encodage: str, tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, liste, source(), encodage)
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_depots_csv_serves_an_ordinary_deposit_too(tmp_path: Path) -> None:
    grilles = {nom: fabrique.grille(lignes) for nom, lignes in fabrique.relationnel().items()}
    del grilles["Informations"]
    lot = fabrique.lire(avec_liste(tmp_path, LISTE + DITE, grilles))
    assert (lot.refus, identites(lot)) == ({}, TRIMESTRE)


def test_depots_csv_that_contradicts_the_cells(tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, LISTE + DITE.replace("S59000", "S62000"), source())
    description = decrite(identite={"code_structure": "Réf maison"})
    lot = fabrique.lire(dossier, layouts=layouts(tmp_path, description))
    assert lot.refus[0][0] == "IDENTITE_MANQUANTE"
    assert "depots.csv" in lot.refus[0][1]


@pytest.mark.parametrize(
    ("lignes", "ou"),
    [
        (DITE + ";S59000;01/01/2024;31/03/2024;15/04/2024\n", "ligne 3"),
        (DITE + "autre.xlsx;S59000;01/01/2024;31/03/2024;15/04/2024\n", "ligne 3, « autre.xlsx »"),
        (DITE + "\n" + DITE, "ligne 4, « releve.xlsx »"),
        (DITE + "./releve.xlsx;S62000;;;\n", "ligne 3, « ./releve.xlsx »"),
    ],
    ids=["sans chemin", "chemin inconnu", "chemin deux fois", "chemin deux fois, écrit autrement"],
)
def test_what_is_wrong_in_depots_csv_is_said_with_its_line(lignes: str, ou: str, tmp_path: Path) -> None:
    dossier = avec_liste(tmp_path, LISTE + lignes, source())
    with pytest.raises(ErreurUtilisateur) as erreur:
        fabrique.lire(dossier, layouts=layouts(tmp_path, DECRITE))
    assert erreur.value.code == "DEPOTS_CSV_INVALIDE"
    assert ou in erreur.value.message


# --- which layout -------------------------------------------------------------------------------------------


def test_a_required_column_that_vanished(tmp_path: Path) -> None:
    grilles = source()
    grilles["Lots"] = [[*ligne[:2], *ligne[3:]] for ligne in grilles["Lots"]]
    lot = lire(tmp_path, grilles)
    regle, message = lot.refus[0]
    assert regle == "COLONNE_MANQUANTE"
    assert "« Clause »" in message
    assert "« Lots »" in message
    assert "« Article juridique »" in message


def test_an_optional_column_that_vanished_is_empty(tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] = [ligne[:4] for ligne in grilles["Pointages"]]
    lot = lire(tmp_path, grilles)
    assert lot.refus == {}
    assert [formation for *_, formation in heures(lot)] == [None, None, None]


def test_a_sheet_that_vanished_is_named(tmp_path: Path) -> None:
    grilles = source()
    del grilles["Boîtes"]
    lot = lire(tmp_path, grilles)
    assert lot.refus[0][0] == "TABLE_MANQUANTE"
    assert "« Entreprises »" in lot.refus[0][1]


@pytest.mark.parametrize("nom", ["relationnel", "bilan"])
def test_an_ordinary_deposit_is_read_as_such(nom: str, tmp_path: Path) -> None:
    tables = getattr(fabrique, nom)()
    chemin = fabrique.ecrire_xlsx(tables, tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, DECRITE))
    assert (lot.refus, fabrique.constats(lot), lot.layouts) == ({}, [], {0: nom})


def les_notres(heures_: dict[str, Any]) -> dict[str, Any]:
    """The description of an export with our own sheets and headers but for its hours."""
    feuilles: list[dict[str, Any]] = [
        {"noms": [nom], "tables": {nom: {entete: entete for entete in lignes[0]}}}
        for nom, lignes in fabrique.relationnel().items()
        if nom not in ("Informations", "Heures")
    ]
    return {"layout": "presque", "complete": "relationnel", "feuilles": [*feuilles, heures_]}


def test_an_ordinary_deposit_is_not_taken_by_a_description_that_resembles_it(tmp_path: Path) -> None:
    """Nearly all headers are ours, and the months of hours in columns, which this deposit has not."""
    origines = {"N° contrat": "N° contrat", "Code marché": "Code marché", "Mois": "{mois}"}
    description = les_notres(
        {
            "noms": ["Heures"],
            "mois_en_colonnes": {"heures": "{mois}"},
            "tables": {"Heures": {**origines, "Heures travaillées": "{heures}"}},
        }
    )
    chemin = fabrique.ecrire_xlsx(fabrique.relationnel(), tmp_path / "export.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, fabrique.constats(lot)) == ({}, [])
    assert lot.tables["heures"]["heures_travaillees"].sum() == 24 * 100.5


def test_a_described_deposit_that_resembles_ours_is_read_as_described(tmp_path: Path) -> None:
    origines = {"N° contrat": "N° contrat", "Code marché": "Code marché", "Mois": "Mois"}
    description = les_notres(
        {
            "noms": ["Heures"],
            "tables": {
                "Heures": {**origines, "Heures travaillées": {"colonne": "Minutes", "unite": "minutes"}}
            },
        }
    )
    tables = fabrique.relationnel()
    for ligne in tables["Heures"]:
        del ligne["Heures de formation"], ligne["Heures travaillées"]
        ligne["Minutes"] = 90
    chemin = fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, description))
    assert (lot.refus, lot.layouts) == ({}, {0: "presque"})
    assert lot.tables["heures"]["heures_travaillees"].to_list() == [1.5] * 24


def test_a_described_source_that_is_not_described_is_not_guessed(tmp_path: Path) -> None:
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    assert fabrique.lire(chemin).refus[0][0] in ("FORMAT_INCONNU", "TABLE_MANQUANTE")


def test_two_descriptions_that_fit_as_well_are_refused(tmp_path: Path) -> None:
    autre = decrite(layout="relevés")
    colonnes(autre, "Heures")["Heures travaillées"] = {"colonne": "Faites", "unite": "minutes"}
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, DECRITE, autre))
    regle, message = lot.refus[0]
    assert regle == "FORMAT_INCONNU"
    assert "« pointages » et « relevés »" in message


def test_of_two_descriptions_the_one_that_fits_best(tmp_path: Path) -> None:
    autre = decrite(layout="relevés")
    colonnes(autre, "Heures")["Heures travaillées"] = "Autrement dites"
    chemin = ecrire(source(), tmp_path / f"{fabrique.NOM_BILAN}.xlsx")
    lot = fabrique.lire(chemin, layouts=layouts(tmp_path, autre, DECRITE))
    assert (lot.refus, lot.layouts, heures(lot)) == ({}, {0: "pointages"}, HEURES)


# --- findings -----------------------------------------------------------------------------------------------


def test_a_finding_quotes_the_header_and_the_line_of_the_source(tmp_path: Path) -> None:
    grilles = source(24)
    grilles["Pointages"][:0] = [["Relevé"], []]
    grilles["Pointages"] += [[f"C{i}", "M2", "2024-01", 10, None] for i in range(3, 25)]
    grilles["Pointages"][7][3] = "beaucoup"  # line 8
    grilles["Gens"][4][grilles["Gens"][0].index("F ou H")] = "peut-être"
    lot = lire(tmp_path, grilles)
    assert fabrique.constats(lot) == [
        ("alerte", "CODE_INCONNU", "Bénéficiaires", 5, "F ou H"),
        ("rejet", "NOMBRE_ILLISIBLE", "Heures", 8, "Faites"),
    ]
    assert "« Faites »" in messages(lot, "NOMBRE_ILLISIBLE")[0]


@pytest.mark.parametrize("mot", ["Total", None])
def test_a_total_at_the_bottom_is_not_counted(mot: str | None, tmp_path: Path) -> None:
    grilles = source()
    grilles["Pointages"] += [[mot, None, None, "215,5", 11]]
    lot = lire(tmp_path, grilles)
    assert (lot.refus, heures(lot)) == ({}, HEURES)
    assert [c for c in fabrique.constats(lot) if c[0] != "alerte"] == []


# --- descriptions that cannot be used -----------------------------------------------------------------------


def mauvaise(texte: str, mieux: str) -> str:
    """The description as text, a piece of it replaced."""
    ecrite = yaml.safe_dump(DECRITE, allow_unicode=True, sort_keys=False)
    assert texte in ecrite
    return ecrite.replace(texte, mieux, 1)


def _ligne(texte: str, mot: str) -> int:
    return 1 + next(i for i, ligne in enumerate(texte.splitlines()) if mot in ligne)


@pytest.mark.parametrize(
    ("texte", "mieux"),
    [
        ("feuilles:", "tables_ignorees: [x]\nfeuilles:"),
        ("  tables:\n    Heures:", "  sauf: [x]\n  tables:\n    Heures:"),
        ("Période\n", "Période\n      Mois: Autre\n"),
        ("Faites\n", "{colonne: Faites, unités: minutes}\n"),
    ],
    ids=["clé", "clé d'une feuille", "clé deux fois", "clé d'une colonne"],
)
def test_an_unknown_or_repeated_key_is_said_with_its_line(texte: str, mieux: str, tmp_path: Path) -> None:
    ecrite = mauvaise(texte, mieux)
    mot = next(m for m in ("tables_ignorees", "sauf", "unités", "Mois: Autre") if m in ecrite)
    (tmp_path / "x.yml").write_text(ecrite, encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as erreur:
        charger_layouts(tmp_path)
    assert erreur.value.code == "LAYOUT_INVALIDE"
    assert str(_ligne(ecrite, mot)) in erreur.value.message
    assert f"« {mot.split(':')[0]} »" in erreur.value.message


@pytest.mark.parametrize(
    ("texte", "mieux", "mot"),
    [
        ("    Heures:", "    Pointage:", "« Pointage »"),
        ("      Mois:", "      Moi:", "« Moi »"),
        ("Faites\n", "{colonne: Faites, unite: secondes}\n", "« secondes »"),
        ("Faites\n", "{colonne: Faites, unite: jours, heures_par_jour: sept}\n", "sept"),
        ("Faites\n", "{unite: minutes}\n", "colonne"),
        ("Faites\n", "{colonne: Faites, valeur: '3'}\n", "valeur"),
        ("Faites\n", "{identite: siret}\n", "« siret »"),
        ("Faites\n", "12\n", "« 12 »"),
        ("Période\n", "'{mois}'\n", "« {mois} »"),
        ("Faites\n", "'{heures}'\n", "« {heures} »"),
        ("feuilles:", "identite: {siret: Maisons!B2}\nfeuilles:", "« siret »"),
        ("feuilles:", "noms_de_depot: ['{code_structure} {semestre}']\nfeuilles:", "« semestre »"),
        (
            "feuilles:",
            "deduites: {Entreprises: {de: Contrat, avec: Heures, colonnes: {SIRET: SIRET}}}\nfeuilles:",
            "« Contrat »",
        ),
        (
            "feuilles:",
            "deduites: {Entreprises: {de: Contrats, avec: Heures, colonnes: {Siren: SIRET}}}\nfeuilles:",
            "« Siren »",
        ),
        ("feuilles:", "listes: {feuille: Clefs, code: Num}\nfeuilles:", "libelle"),
        ("complete: relationnel", "complete: relationel", "« relationel »"),
        ("layout: pointages", "layout: bilan", "« bilan »"),
        (
            "- noms:\n  - Pointages\n",
            "- noms: [Pointages]\n  distinctes: [Contrats]\n",
            "« Contrats »",
        ),
        (
            "- noms:\n  - Pointages\n",
            "- noms: [Pointages]\n  mois_en_colonnes: {heures: Heures}\n",
            "« Heures »",
        ),
    ],
)
def test_a_description_that_cannot_be_used_names_the_word(
    texte: str, mieux: str, mot: str, tmp_path: Path
) -> None:
    (tmp_path / "x.yml").write_text(mauvaise(texte, mieux), encoding="utf-8")
    with pytest.raises(ErreurUtilisateur) as erreur:
        charger_layouts(tmp_path)
    assert erreur.value.code == "LAYOUT_INVALIDE"
    assert mot in erreur.value.message


def test_one_name_may_be_written_without_a_list(tmp_path: Path) -> None:
    """Or is an error: the letters of the name are no names."""
    grilles, description = source(), decrite()
    grilles["Modèle"] = [grilles["Pointages"][0], ["C1", "M1", "2024-03", 999, None]]
    feuille(description, "Pointages")["noms"] = "Pointages"
    try:
        lues = heures(lire(tmp_path, grilles, description))
    except ErreurUtilisateur:
        return
    assert lues == HEURES
