"""Months and sheets of a described export: in columns, a sheet each, their year said elsewhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import fabrique
import pytest
from fabrique import Valeur
from pointages import (
    HEURES,
    Grilles,
    colonnes,
    decrite,
    en_colonnes,
    feuille,
    heures,
    layouts,
    lire,
    messages,
    source,
)

from clauses.socle.errors import ErreurUtilisateur

# --- months in columns --------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("entete", ["Maison", "Marseille", "Octet", "Décision", "Juin-ot"])
def test_words_that_begin_like_a_month_are_none(entete: str, tmp_path: Path) -> None:
    """The header of a column that is needed, beside months that are headers alone."""
    grilles, description = source(), en_colonnes("{mois}")
    grilles["Pointages"] = [
        [entete, "Lot", "Janvier", "Février", "Mars"],
        ["C1", "M1", 100, "80,5", None],
        ["C2", "M2", None, None, 35],
    ]
    colonnes(description, "Heures")["N° contrat"] = entete
    lot = lire(tmp_path, grilles, description)
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
