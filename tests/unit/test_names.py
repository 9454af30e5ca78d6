"""Names typed anywhere are found, hashed or masked; ordinary words are not."""

from __future__ import annotations

import re
from pathlib import Path

import fabrique
import polars as pl
import pytest

from ingest.names import noms_ecrits, sont_un_nom_entier, tiennent_un_nom

PERSONNES = pl.DataFrame(
    {
        "depot": pl.Series([0, 0, 0, 0, 1], dtype=pl.Int32),
        "nom": ["BENALI-MERCIER", "Ly", "D'Ormesson", "Dupont Paul", "Girard"],
        "prenom": ["Samira", "Bo", "Zoé", None, "France"],
    }
)


def _depots(textes: list[str], depot: int) -> pl.Series:
    return pl.repeat(depot, len(textes), dtype=pl.Int32, eager=True)


@pytest.mark.parametrize(
    ("depot", "code", "tenu"),
    [
        (0, "CDD MERCIER 12", True),
        (0, "benali_001", True),
        (0, "2024/Samira", True),
        (0, "SMERCIER12", False),  # the initial of a part of the name: not looked for
        (0, "ORMESSON-1", True),
        (0, "zoe.dormesson", True),
        (0, "DORMESSONZOE3", True),
        (0, "ZDORMESSON", True),
        (0, "DUPONT 3", True),
        # short names: alone they would be every code's letters
        (0, "LY-001", False),
        (0, "BO12", False),
        (0, "Ly Bo 3", True),
        (0, "LY", True),
        # letters of a longer word
        (0, "SAMIRAL-3", False),
        (0, "ZOEA", False),
        (0, "M00001", False),
        # another deposit's names
        (0, "GIRARD-1", False),
        (1, "GIRARD-1", True),
        (1, "FRANCE-2024", True),
    ],
)
def test_a_code_that_holds_a_name(depot: int, code: str, tenu: bool) -> None:
    trouves = tiennent_un_nom(_depots([code], depot), pl.Series([code]), noms_ecrits(PERSONNES))
    assert trouves.to_list() == [tenu]


def test_words_that_say_something_else_are_no_name_there() -> None:
    textes = pl.Series(["Pôle emploi France", "France", "suivi par Girard", None])
    trouves = tiennent_un_nom(_depots([""] * 4, 1), textes, noms_ecrits(PERSONNES), {"FRANCE"})
    assert trouves.to_list() == [False, True, True, False]


@pytest.mark.parametrize(
    ("texte", "entier"),
    [
        ("Benali-Mercier Samira", True),
        ("SAMIRA BENALI MERCIER", True),
        ("Mme BENALI-MERCIER, Samira (3)", True),
        ("Ly Bo", True),
        ("Dupont Paul", True),
        ("M. BENALI MERCIER", True),
        ("M Benali-Mercier", True),
        ("Benali-Mercier S.", True),
        ("s. benali mercier", True),
        ("M. Benali-Mercier S", True),
        ("Benali-Merciers", False),
        ("Madame Samira", True),
        ("Benali-Mercier", False),
        ("Rue Samira Benali-Mercier", False),
        ("Samira", False),
    ],
)
def test_a_text_that_is_a_whole_name(texte: str, entier: bool) -> None:
    trouves = sont_un_nom_entier(_depots([texte], 0), pl.Series([texte]), noms_ecrits(PERSONNES))
    assert trouves.to_list() == [entier]


def test_a_hashed_code_still_joins_its_rows_and_those_of_another_deposit(tmp_path: Path) -> None:
    chemins = []
    for rang, code in enumerate(("CDD QUELCONQUEF Camille", "'cdd quelconquef camille.", "Camille")):
        tables = fabrique.relationnel()
        tables["Contrats"][4]["N° contrat"] = tables["Heures"][4]["N° contrat"] = code
        chemins.append(fabrique.ecrire_dossier(tables, tmp_path / str(rang)))
    lot = fabrique.lire(*chemins)
    caches = {
        nom: [
            lot.tables[nom].filter(pl.col("depot") == rang)["numero_contrat"].unique().sort().to_list()[-1]
            for rang in range(3)
        ]
        for nom in ("contrats", "heures")
    }
    assert caches["contrats"] == caches["heures"]
    assert caches["contrats"][0] == caches["contrats"][1] != caches["contrats"][2]
    assert all(re.fullmatch(r"masque-[0-9a-f]{12}", code) for code in caches["contrats"])
    assert lot.tables["heures"].height == 3 * fabrique.NOMBRE


@pytest.mark.parametrize(
    ("entete", "autre"),
    [("Date de naissance", "née à Zwyqart"), ("Sexe", "Zwyqart"), ("Nom", "25/05/1990")],
)
def test_a_name_of_a_row_that_slipped_is_kept_nowhere(tmp_path: Path, entete: str, autre: str) -> None:
    """`Zwyqart` is in no other row: only what stands out of place tells that it is a name."""
    tables = fabrique.relationnel()
    personne = tables["Bénéficiaires"][3]
    personne |= {
        "Nom": "Zwyqart",
        "Date de naissance": None,
        "Sexe": "25/05/1990",
        "Code commune de résidence": "F",
    }
    personne[entete] = autre
    if entete == "Nom":
        personne |= {"N° bénéficiaire": "Zwyqart", "Prénom": "Zwyqart"}
    if entete == "Sexe":
        personne["Prénom"] = "25/05/1990"
    tables["Contrats"][0]["N° contrat"] = tables["Heures"][0]["N° contrat"] = "CDI Zwyqart"
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "d.xlsx"))
    assert "LIGNE_DECALEE" in {regle for _, regle, *_ in fabrique.constats(lot)}
    cadres = [*lot.tables.values(), lot.constats.tous(), lot.constats.formes_inconnues()]
    assert not [c for cadre in cadres for c in cadre.iter_columns() if "zwyqart" in str(c.to_list()).lower()]


def test_a_sheet_and_a_header_named_after_a_person_are_not_quoted(tmp_path: Path) -> None:
    tables = fabrique.relationnel()
    tables["Heures"][0]["Suivi QUELCONQUEF"] = "x"
    tables["Camille Quelconquef"] = [{"a": "1"}]
    lot = fabrique.lire(fabrique.ecrire_xlsx(tables, tmp_path / "d.xlsx"))
    dits = lot.constats.tous()
    assert set(dits["regle"]) == {"COLONNE_INCONNUE", "TABLE_INCONNUE"}
    assert "quelconque" not in str(dits.rows()).lower()
