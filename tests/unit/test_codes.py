"""From written forms to codes: every form met in the field, lists of categories, legal bases of three generations."""

from __future__ import annotations

import csv
from pathlib import Path

import fabrique
import polars as pl
import pytest

from clauses.socle.project import SEEDS
from ingest.codes import charger_codes, forme_normale

FORMES = Path(__file__).parents[1] / "data" / "formes-rencontrees.csv"


def rencontrees() -> list[tuple[str, str, str]]:
    with FORMES.open(encoding="utf-8", newline="") as fichier:
        return [(li["nomenclature"], li["code"], li["forme"]) for li in csv.DictReader(fichier)]


def code(nomenclature: str, forme: str) -> str | None:
    (lu,) = fabrique.codes_livres().lire(nomenclature, pl.Series([forme])).to_list()
    assert lu is None or isinstance(lu, str)
    return lu


def test_every_form_met_in_the_field_has_its_code() -> None:
    formes = rencontrees()
    assert len(formes) > 200
    assert [(n, f, c, code(n, f)) for n, c, f in formes if code(n, f) != c] == []


@pytest.mark.parametrize(
    "deformer", [str.upper, str.lower, lambda f: f"  {f} ", lambda f: f.replace(" ", "  ")]
)
def test_case_and_spaces_of_a_form_do_not_count(deformer: object) -> None:
    assert callable(deformer)
    manquees = [(n, f) for n, c, f in rencontrees() if code(n, deformer(f)) != c]
    assert manquees == []


@pytest.mark.parametrize(
    "forme", ["F", "f", "Femme", "FEMME", "Mme", "Mme.", "2", "Féminin", "feminin", "Madame"]
)
def test_women(forme: str) -> None:
    assert code("sexe", forme) == "F"


@pytest.mark.parametrize("forme", ["H", "Homme", "M.", "M", "1", "Masculin", "MASCULIN", "Monsieur"])
def test_men(forme: str) -> None:
    assert code("sexe", forme) == "H"


@pytest.mark.parametrize(
    ("forme", "attendu", "generation"),
    [
        ("14", "COND_EXEC", "2006"),
        ("art. 14", "COND_EXEC", "2006"),
        ("Article 14 du CMP 2006", "COND_EXEC", "2006"),
        ("14 + 53-1", "COND_EXEC_CRITERE", "2006"),
        ("14 et 53-1", "COND_EXEC_CRITERE", "2006"),
        ("53-1 + 14", "COND_EXEC_CRITERE", "2006"),
        ("Art.30", "MARCHE_INSERTION", "2006"),
        ("38", "COND_EXEC", "2015"),
        ("38 et 52", "COND_EXEC_CRITERE", "2015"),
        ("36-1", "RESERVE_HANDICAP", "2015"),
        ("36 II", "RESERVE_IAE", "2015"),
        ("art. 36-II", "RESERVE_IAE", "2015"),
        ("L.2112-2", "COND_EXEC", "2019"),
        ("L2112-2", "COND_EXEC", "2019"),
        ("L. 2112-2", "COND_EXEC", "2019"),
        ("l 2112-2", "COND_EXEC", "2019"),
        ("L2113-13", "RESERVE_IAE", "2019"),
        ("L2113-13-1", "RESERVE_PENITENTIAIRE", "2019"),
        ("L2113-12 et L2113-13", "RESERVE_MIXTE", "2019"),
        ("L2112-2 + R2152-7", "COND_EXEC_CRITERE", "2019"),
        ("R2123-1 3°", "MARCHE_INSERTION", "2019"),
        ("R. 2123-1-3", "MARCHE_INSERTION", "2019"),
        ("art.38 ordonnance n°2015-899 du 23 juillet 2015", "COND_EXEC", "2015"),
        ("Art. 28 du décret n° 2016-360 du 25 mars 2016", "MARCHE_INSERTION", "2015"),
        ("14.0", "COND_EXEC", None),  # a spreadsheet's number, as other software writes it
        ("14 + 52", "COND_EXEC_CRITERE", None),  # of two generations
        ("Concession", "CONCESSION", None),
        ("14 + 999", None, None),  # half understood is not understood
        ("L9999-9", None, None),
        ("13", None, None),
        ("selon le code", None, None),
    ],
)
def test_legal_bases(forme: str, attendu: str | None, generation: str | None) -> None:
    assert code("base_juridique", forme) == attendu
    assert fabrique.codes_livres().lire_generations(pl.Series([forme])).to_list() == [generation]


def liste(texte: str) -> tuple[list[str], str | None]:
    ((codes, inconnues),) = fabrique.codes_livres().lire_liste("categorie_public", pl.Series([texte])).rows()
    return codes, inconnues


@pytest.mark.parametrize("separateur", [" + ", "/", " / ", ",", ", ", ";"])
def test_separators_of_lists(separateur: str) -> None:
    deld, th = code("categorie_public", "DELD"), code("categorie_public", "TH")
    assert deld is not None
    assert th is not None
    assert liste(f"DELD{separateur}TH") == ([deld, th], None)
    assert liste(f"TH{separateur}DELD") == ([th, deld], None)
    assert liste(f"TH{separateur}TH{separateur}") == ([th], None)


def test_the_longest_known_form_wins_and_signs_are_kept() -> None:
    senior = code("categorie_public", "+50 ans")
    assert senior is not None
    assert liste("+50 ans") == ([senior], None)
    rsa = code("categorie_public", "RSA")
    assert liste("RSA + +50 ans") == ([rsa, senior], None)
    assert liste("RSA, +50 ans") == ([rsa, senior], None)


def test_unknown_parts_of_a_list_are_said_and_the_others_kept() -> None:
    rsa = code("categorie_public", "RSA")
    assert liste("RSA + Mystère") == ([rsa, "ND"], "Mystère")
    assert liste("Énigme / Mystère") == (["ND"], "Énigme + Mystère")


@pytest.mark.parametrize(
    ("ecrite", "normale"),
    [
        ("+50 ans", "+50 ans"),
        ("+ 50 ans", "+50 ans"),
        ("50 ans", "50 ans"),
        ("-26 ans", "-26 ans"),
        ("< 26 ans", "<26 ans"),
        ("≥ 50 ans", ">50 ans"),
        ("36-1", "36 1"),
        ("Œuvre d'Art n° 3", "oeuvre d art n 3"),
        ("CDD (+ 6 mois)", "cdd +6 mois"),
        ("demandeur d’emploi – longue durée", "demandeur d emploi longue duree"),
    ],
)
def test_how_forms_are_compared(ecrite: str, normale: str) -> None:
    assert forme_normale(ecrite) == normale


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("entete", ["nomenclature;forme;code\n", ""])
def test_aliases_of_the_workspace_as_spreadsheets_save_them(
    encodage: str, entete: str, tmp_path: Path
) -> None:
    """With or without a header: the report proposes lines to paste."""
    fichier = tmp_path / "alias.csv"
    fichier.write_bytes(f"{entete}secteur;Rénovation énergétique d'été;BATIMENT\n".encode(encodage))
    lus = charger_codes(SEEDS, fichier).lire("secteur", pl.Series(["rénovation ÉNERGÉTIQUE d'été"]))
    assert lus.to_list() == ["BATIMENT"]


@pytest.mark.parametrize("separateur", [" + ", " / ", ";", ", "])
def test_two_words_that_a_separator_parts_are_two(separateur: str) -> None:
    """« RSA jeune » is one benefit; « RSA + jeune », two publics."""
    assert liste(f"RSA{separateur}JEUNE") == (["RSA", "JEUNE"], None)
    assert liste("RSA jeune") == (["RSA"], None)


@pytest.mark.parametrize("forme", ["En CDI", "en cdi", "EN  CDI"])
def test_a_situation_that_one_is_in(forme: str) -> None:
    assert code("situation", forme) == code("situation", "CDI") == "CDI"
