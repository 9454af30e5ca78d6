"""What a row set aside costs in hours, whose fault it is, and how findings that say the same are told once."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from pathlib import Path

import fabrique
import polars as pl
import pytest
from commande import lancer

from exports.retours.assemblage import assembler_constats, heures_en_jeu, lignes_touchees, reunir

HEURES = 107.75  # of each of the 24 rows: 100,5 worked, 7,25 of training


def lire(tables: fabrique.Tables, dossier: Path, nom: str = "export.xlsx") -> pl.DataFrame:
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, dossier / nom))
    return lot.constats.tous().filter(pl.col("gravite") == "rejet")


def dits(constats: pl.DataFrame) -> set[tuple[str, int, str, float | None, str | None]]:
    return set(constats.select("table", "ligne", "regle", "heures", "cause").iter_rows())


def test_a_contract_set_aside_weighs_the_hours_that_wait_for_it(tmp_path: Path) -> None:
    tables = deepcopy(fabrique.relationnel())
    tables["Contrats"][2]["Date de début"] = "bientôt"  # C03: line 4
    tables["Heures"].append({**tables["Heures"][2], "Mois": "02/2024", "Heures travaillées": "50"})
    trouves = lire(tables, tmp_path)
    assert dits(trouves) == {
        ("Contrats", 4, "DATE_ILLISIBLE", HEURES + 57.25, None),
        ("Heures", 4, "ORPHELIN", None, "Contrats, ligne 4"),
        ("Heures", 26, "ORPHELIN", None, "Contrats, ligne 4"),
    }
    assert heures_en_jeu(trouves.with_columns(depot_id=pl.lit("d"))) == HEURES + 57.25


def test_weights_go_up_through_contracts_to_persons(tmp_path: Path) -> None:
    tables = deepcopy(fabrique.relationnel())
    # two different rows for B05: neither counts, nor its contract, nor the hours of the contract
    tables["Bénéficiaires"].append({**tables["Bénéficiaires"][4], "Sexe": "H"})
    trouves = lire(tables, tmp_path)
    assert dits(trouves) >= {
        ("Bénéficiaires", 6, "CLE_EN_DOUBLE", HEURES, None),
        ("Bénéficiaires", 26, "CLE_EN_DOUBLE", 0.0, None),
        ("Contrats", 6, "ORPHELIN", None, "Bénéficiaires, ligne 6"),
        ("Heures", 6, "ORPHELIN", None, "Contrats, ligne 6"),
    }
    assert heures_en_jeu(trouves.with_columns(depot_id=pl.lit("d"))) == HEURES


def test_each_finding_names_the_row_that_settles_it_and_a_row_weighs_once(tmp_path: Path) -> None:
    tables = deepcopy(fabrique.relationnel())
    tables["Contrats"][2]["Date de début"] = "bientôt"  # C03
    tables["Marchés"][2]["Code opération"] = "O99"  # M03, of the same row of hours
    tables["Heures"][3]["Mois"] = "06/2024"  # C04: its own fault
    tables["Contrats"][3]["Date de début"] = "bientôt"  # and its contract's
    trouves = lire(tables, tmp_path)
    assert dits(trouves.filter(pl.col("table") != "Entreprises")) == {
        ("Contrats", 4, "DATE_ILLISIBLE", HEURES, None),
        ("Contrats", 5, "DATE_ILLISIBLE", 0.0, None),
        ("Marchés", 4, "ORPHELIN", 0.0, None),
        ("Heures", 4, "ORPHELIN", None, "Contrats, ligne 4"),
        ("Heures", 4, "ORPHELIN", None, "Marchés, ligne 4"),
        ("Heures", 5, "MOIS_HORS_PERIODE", HEURES, None),
        ("Heures", 5, "ORPHELIN", None, "Contrats, ligne 5"),
    }
    assert heures_en_jeu(trouves) == 2 * HEURES


def test_what_is_absent_is_nobody_s_consequence_and_hours_that_cannot_be_weigh_nothing(
    tmp_path: Path,
) -> None:
    tables = deepcopy(fabrique.relationnel())
    tables["Heures"][0]["N° contrat"] = "C99"
    tables["Heures"][1]["Heures travaillées"] = "-12"
    tables["Heures"][2]["Heures travaillées"] = "7450"
    tables["Heures"][3]["Mois"] = "06/2024"
    assert dits(lire(tables, tmp_path)) == {
        ("Heures", 2, "ORPHELIN", HEURES, None),
        ("Heures", 3, "HEURES_NEGATIVES", 0.0, None),
        ("Heures", 4, "HEURES_IMPOSSIBLES", 0.0, None),
        ("Heures", 5, "MOIS_HORS_PERIODE", HEURES, None),
    }


def test_a_flat_export_weighs_its_own_rows(tmp_path: Path) -> None:
    tables = deepcopy(fabrique.bilan())
    (nom,) = tables
    colonne = next(c for c in tables[nom][0] if c.startswith("Mois"))
    tables[nom][7][colonne] = "06/2024"
    trouves = lire(tables, tmp_path, f"{fabrique.NOM_BILAN}.xlsx")
    assert trouves["regle"].to_list() == ["MOIS_HORS_PERIODE"]
    assert trouves["heures"].to_list() == [HEURES]


def constats(lignes: list[tuple[object, ...]]) -> pl.DataFrame:
    colonnes = {
        "depot_id": pl.String,
        "gravite": pl.String,
        "table": pl.String,
        "ligne": pl.Int32,
        "colonne": pl.String,
        "regle": pl.String,
        "message": pl.String,
        "valeur": pl.String,
        "heures": pl.Float64,
        "cause": pl.String,
    }
    return pl.DataFrame(lignes, schema=colonnes, orient="row")


DEPOTS = pl.DataFrame(
    [("d", "S1", "a.xlsx", "accepte", dt.date(2024, 1, 1), None, None)],
    schema=["depot_id", "structure_code", "chemin", "statut", "extraction", "regle", "message"],
    orient="row",
).with_columns(pl.col("regle", "message").cast(pl.String))
VALIDATIONS = pl.DataFrame(
    schema={
        "depot": pl.String,
        "suite": pl.String,
        "expectation": pl.String,
        "severite": pl.String,
        "succes": pl.Boolean,
        "observe": pl.String,
        "casse": pl.Boolean,
    }
)


def test_the_same_is_said_once_with_its_lines_and_the_cause_comes_first() -> None:
    mois = ("Mois", "MOIS_HORS_PERIODE", "m", "2025-01")
    lus = constats(
        [
            *(("d", "rejet", "Heures", n, *mois, 10.0, None) for n in (7, 4, 5, 6, 12)),
            ("d", "rejet", "Heures", 9, "N° contrat", "ORPHELIN", "o", "C3", None, "Contrats, ligne 30"),
            ("d", "rejet", "Contrats", 30, "Début", "DATE_ILLISIBLE", "d", "x", 80.0, None),
            ("d", "rejet", "Heures", 8, "Heures", "NOMBRE_ILLISIBLE", "n", "douze", 0.0, None),
            ("d", "alerte", "Heures", 2, "Mois", "CODE_INCONNU", "c", "z", None, None),
            ("d", "alerte", "Heures", 3, "Mois", "CODE_INCONNU", "c", "z", None, None),
            ("d", "alerte", "Heures", 3, "Mois", "CODE_INCONNU", "c", "y", None, None),
            ("d", "alerte", None, None, None, "RUPTURE_DE_SERIE", "r", None, None, None),
        ]
    )
    tous = assembler_constats(DEPOTS, lus, VALIDATIONS)
    obtenus = reunir(tous).select("regle", "lignes", "nombre", "heures", "cause").rows()
    assert obtenus == [
        ("DATE_ILLISIBLE", "30", 1, 80.0, None),
        ("MOIS_HORS_PERIODE", "4 à 7, 12", 5, 50.0, None),
        ("NOMBRE_ILLISIBLE", "8", 1, 0.0, None),
        ("ORPHELIN", "9", 1, 0.0, "Contrats, ligne 30"),
        ("RUPTURE_DE_SERIE", "", 1, 0.0, None),
        ("CODE_INCONNU", "2, 3", 2, 0.0, None),
        ("CODE_INCONNU", "3", 1, 0.0, None),
    ]
    # consequences bring nothing of their own, and a row of two findings is one
    rejets = tous.filter(pl.col("gravite") == "rejet")
    assert (heures_en_jeu(tous), lignes_touchees(rejets)) == (130.0, 8)
    assert lignes_touchees(tous.filter(pl.col("gravite") == "alerte")) == 3


def test_findings_of_an_older_ledger_weigh_nothing() -> None:
    lus = constats([("d", "rejet", "Heures", 2, "Mois", "MOIS_HORS_PERIODE", "m", "z", 5.0, None)])
    tous = assembler_constats(DEPOTS, lus.drop("heures", "cause"), VALIDATIONS)
    assert heures_en_jeu(tous) == 0
    assert reunir(tous)["lignes"].to_list() == ["2"]


@pytest.mark.parametrize("classeur", [False, True])
def test_what_is_sent_back_says_the_hours(classeur: bool, tmp_path: Path) -> None:
    tables = deepcopy(fabrique.relationnel())
    tables["Contrats"][2]["Date de début"] = "bientôt"
    depot = fabrique.ecrire_xlsx(tables, tmp_path / "export.xlsx")
    espace = tmp_path / "espace"
    assert lancer("actualiser", depot, "--espace", espace).code == 0
    if not classeur:
        texte = " ".join(lancer("constats", "--espace", espace).texte.split())
        assert "2 lignes écartées (108 heures en jeu)" in texte
        return
    options = ("constats", "--espace", espace, "--sortie", tmp_path / "retours", "--par-structure")
    assert lancer(*options).code == 0
    (courriel,) = (tmp_path / "retours").glob("*.txt")
    assert "à corriger en priorité (108 heures en jeu) :" in courriel.read_text(encoding="utf-8-sig")
