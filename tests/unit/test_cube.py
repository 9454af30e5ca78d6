"""Axes and tables have one home, two seeds: models, other seeds and texts agree with them."""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml

from clauses.socle.cube import CLE

RACINE = Path(__file__).parents[2]
MODELES = RACINE / "models"
# where an axis is named: file, columns
CITATIONS = {
    "seeds/indicateurs/tableaux.csv": ("axe_1", "axe_2"),
    "seeds/indicateurs/modalites.csv": ("axe",),
    "seeds/secret/plan_publication.csv": ("axe_1",),
    "seeds/secret/modalites_sensibles.csv": ("axe",),
    "seeds/secret/regroupements_publication.csv": ("axe",),
    "seeds/chiffres_publies.csv": ("axe_1",),
    "exports/modeles/site/blocs.csv": ("axe_1", "axe_2"),
}
# persons followed by horizon are not counted from the hours
SANS_FAITS = {"T18"}


@cache
def lire(chemin: str) -> list[dict[str, str]]:
    with (RACINE / chemin).open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


AXES = {x["axe"]: x for x in lire("seeds/indicateurs/axes.csv")}
TABLEAUX = lire("seeds/indicateurs/tableaux.csv")
CODES = sorted({x["tableau"] for x in TABLEAUX})


@cache
def colonnes_des_modeles() -> dict[str, set[str]]:
    fichiers = (MODELES / "marts" / "coeur").glob("*.yml")
    declares = [m for f in fichiers for m in yaml.safe_load(f.read_text(encoding="utf-8"))["models"]]
    return {m["name"]: {c["name"] for c in m["columns"]} for m in declares}


def test_the_key_of_the_cube_is_what_its_model_says() -> None:
    fichier = MODELES / "marts" / "indicateurs" / "_indicateurs.yml"
    (cube,) = (
        m for m in yaml.safe_load(fichier.read_text(encoding="utf-8"))["models"] if m["name"] == "indicateurs"
    )
    assert cube["config"]["meta"]["cle"] == list(CLE)
    assert [c["name"] for c in cube["columns"]][: len(CLE)] == list(CLE)


@pytest.mark.parametrize("chemin", CITATIONS)
def test_every_axis_named_is_an_axis(chemin: str) -> None:
    cites = {x[colonne] for x in lire(chemin) for colonne in CITATIONS[chemin]} - {""}
    assert cites <= set(AXES)


def test_an_axis_has_its_codes_where_it_says() -> None:
    assert {x["axe"] for x in lire("seeds/indicateurs/modalites.csv")} == {
        axe for axe, x in AXES.items() if x["nomenclature"] == "modalites"
    }
    for x in AXES.values():
        if x["nomenclature"] not in ("", "modalites"):
            assert (RACINE / "seeds" / "nomenclatures" / f"{x['nomenclature']}.csv").exists(), x["axe"]


def test_an_axis_is_in_the_star_where_it_says_and_its_codes_are_tested_there() -> None:
    test = (RACINE / "tests" / "dbt" / "codes_connus.sql").read_text(encoding="utf-8")
    testees = set(re.findall(r"\('(\w+)', '(\w+)', '(\w+)'\)", test))
    for axe, x in AXES.items():
        if x["colonne"]:
            table, colonne = x["colonne"].split(".")
            assert colonne in colonnes_des_modeles()[table], axe
            if x["nomenclature"].startswith("dim_") and x["nomenclature"] != "dim_metier":
                assert (table, colonne, x["nomenclature"]) in testees, axe


def test_the_facts_have_the_axes_of_the_numbered_tables() -> None:
    sql = (MODELES / "intermediate" / "int_indicateurs__faits.sql").read_text(encoding="utf-8")
    (attributs,) = re.findall(r"set attributs = (\[.*?\])", sql, re.DOTALL)
    faits = {*ast.literal_eval(attributs), "tranche_age"}  # of the period, joined apart
    for x in TABLEAUX:
        if x["tableau"].startswith("T") and x["tableau"] not in SANS_FAITS:
            assert {x["axe_1"], x["axe_2"]} - {""} <= faits, x["tableau"]


def test_the_models_of_the_numbered_tables_count_what_the_seed_says() -> None:
    dites, ecrites = defaultdict(set), defaultdict(set)
    for x in TABLEAUX:
        if x["tableau"].startswith("T") and x["tableau"] not in SANS_FAITS:
            dites[x["tableau"]].add((tuple(a for a in (x["axe_1"], x["axe_2"]) if a), x["mesure"]))
    for fichier in (MODELES / "marts" / "indicateurs" / "tableaux").glob("ind_t*.sql"):
        appels = re.findall(
            r"cube_tableau\('(T\d\d)', (\[.*?\]), (\[.*?\])\)", fichier.read_text(encoding="utf-8")
        )
        for tableau, axes, mesures in appels:
            assert fichier.stem == f"ind_{tableau.lower()}"
            ecrites[tableau] |= {(tuple(ast.literal_eval(axes)), m) for m in ast.literal_eval(mesures)}
    assert ecrites == dites


@pytest.mark.parametrize(("lettre", "dossier"), [("t", "tableaux"), ("s", "suivi")])
def test_the_cube_unites_one_model_per_table(lettre: str, dossier: str) -> None:
    macro = (RACINE / "macros" / "cube_tableaux.sql").read_text(encoding="utf-8")
    unis = re.findall(rf"'({lettre}\d\d)'", macro)
    modeles = sorted((MODELES / "marts" / "indicateurs" / dossier).glob(f"ind_{lettre}??.sql"))
    assert unis == [f.stem.removeprefix("ind_") for f in modeles]
    assert unis == [code.lower() for code in CODES if code.startswith(lettre.upper())]


def test_the_labels_of_an_axis_are_those_of_its_nomenclature() -> None:
    macro = (RACINE / "macros" / "cube_axes.sql").read_text(encoding="utf-8")
    nommes = dict(re.findall(r"'(\w+)': '(dim_\w+)'", macro))
    # métiers give two axes, and what has no nomenclature of its own is in `modalites`
    assert nommes == {
        x["axe"]: x["nomenclature"]
        for x in lire("seeds/indicateurs/axes.csv")
        if x["nomenclature"] not in ("", "modalites", "dim_metier")
    }


def test_every_block_of_the_pages_shows_a_figure_of_the_cube() -> None:
    site = "exports/modeles/site"
    themes = {x["theme"] for x in lire(f"{site}/themes.csv")} | {""}
    connus = {(x["tableau"], x["mesure"], x["axe_1"]) for x in TABLEAUX}
    for x in lire(f"{site}/blocs.csv"):
        assert x["theme"] in themes
        for mesure in x["mesure"].split("/"):
            assert (x["tableau"], mesure, x["axe_1"]) in connus, x["sujet"]
    for x in lire(f"{site}/cartes.csv"):
        assert (x["tableau"], x["mesure"], "") in connus, x["sujet"]
    for x in lire(f"{site}/comparaisons.csv"):
        assert {("CLES", x["mesure"], ""), ("CLES", x["effectif"], "")} <= connus, x["sujet"]


def test_texts_say_up_to_the_last_table() -> None:
    derniers = {lettre: max(code for code in CODES if code.startswith(lettre)) for lettre in "TS"}
    en_retard, vus = [], 0
    for dossier in ("models", "macros", "seeds", "exports", "docs", "CONTRIBUTING.md"):
        chemin = RACINE / dossier
        for fichier in [chemin] if chemin.is_file() else chemin.rglob("*.*"):
            if fichier.suffix in (".md", ".yml", ".sql", ".py"):
                for lettre, dernier in re.findall(
                    r"\b([TS])01 (?:à|to) ([TS]\d\d)\b", fichier.read_text(encoding="utf-8")
                ):
                    vus += 1
                    if dernier != derniers[lettre]:
                        en_retard.append(f"{fichier.relative_to(RACINE)}: {dernier}")
    assert vus > 10
    assert not en_retard, "\n".join(sorted(set(en_retard)))
