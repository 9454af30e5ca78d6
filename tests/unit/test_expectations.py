"""Profiles of deposits and their judgement by the suites; every expected figure is worked out by hand."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from expectations.adaptateur import SUITE_INDICATEURS, SUITES, valider, valider_indicateurs
from expectations.profil import profiler, profiler_indicateurs

RACINE = Path(__file__).parents[2]
FICHIERS = sorted(SUITES.glob("*.json"))
EXPECTATIONS: list[tuple[str, dict[str, Any]]] = [
    (fichier.stem, expectation)
    for fichier in FICHIERS
    for expectation in json.loads(fichier.read_text(encoding="utf-8"))["expectations"]
]
PAR_EXPECTATION = pytest.mark.parametrize(
    ("suite", "expectation"),
    EXPECTATIONS,
    ids=[f"{suite}-{expectation['meta']['code']}" for suite, expectation in EXPECTATIONS],
)
TABLES = [
    "structure",
    "operations",
    "marches",
    "entreprises",
    "beneficiaires",
    "contrats",
    "heures",
    "situations",
    "animation",
    "bilan",
]
SEVERITES = {"critical": "critique", "warning": "avertissement"}
CUBE_VIDE = pl.DataFrame(
    schema={
        "tableau": pl.String,
        "mesure": pl.String,
        "code_territoire": pl.String,
        "type_periode": pl.String,
        "valeur": pl.Float64,
        "part": pl.Float64,
    }
)


def resultat(resultats: pl.DataFrame, depot: str | None, suite: str, expectation: str) -> dict[str, Any]:
    """The one result of a deposit for an expectation of a suite."""
    return resultats.row(
        by_predicate=pl.col("depot").eq_missing(pl.lit(depot))
        & (pl.col("suite") == suite)
        & (pl.col("expectation") == expectation),
        named=True,
    )


def mesures(profils: dict[str, pl.DataFrame], table: str, depot: str) -> dict[str, Any]:
    return profils[table].row(by_predicate=pl.col("depot_id") == depot, named=True)


def heures(depot: str, lignes: int, travaillees: float, **colonnes: Any) -> pl.DataFrame:
    """`lignes` rows of hours, a contract each, on the marché M1 unless said."""
    valeurs = {"code_marche": "M1", "heures_formation": None} | colonnes
    return pl.DataFrame(
        {
            "depot_id": [depot] * lignes,
            "numero_contrat": [f"C{i}" for i in range(lignes)],
            "heures_travaillees": [float(travaillees)] * lignes,
            **{nom: v if isinstance(v, list) else [v] * lignes for nom, v in valeurs.items()},
        }
    )


def personnes(depot: str, formes: list[str | None]) -> pl.DataFrame:
    """One person per raw form of the sex: F and H are known, anything else is ND."""
    return pl.DataFrame(
        {
            "depot_id": [depot] * len(formes),
            "sexe": [forme if forme in ("F", "H") else "ND" for forme in formes],
            "sexe_brut": formes,
            "niveau": "N3",
            "niveau_brut": "CAP",
            "categorie_public": "RSA",
            "categorie_public_brut": "RSA",
            "prescripteur": "ML",
            "prescripteur_brut": "ML",
            "date_naissance": date(1990, 5, 4),
            "qpv": True,
            "identite_complete": True,
        },
        schema_overrides={"sexe_brut": pl.String},
    )


def contrats(depot: str, debuts: list[date]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "depot_id": [depot] * len(debuts),
            "type_employeur": "EI",
            "type_employeur_brut": "EI",
            "modalite": "ND",
            "modalite_brut": pl.Series([None] * len(debuts), dtype=pl.String),
            "type_contrat": "CDD",
            "type_contrat_brut": "CDD",
            "siret_employeur": "12345678900011",
            "code_rome": "ND",
            "date_debut": debuts,
        }
    )


def depots(*identifiants: str) -> pl.DataFrame:
    return pl.DataFrame({"depot_id": identifiants, "extraction": [date(2024, 1, 20)] * len(identifiants)})


# --- the suites as files ---


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda fichier: fichier.stem)
def test_suite_loads_and_is_written_in_canonical_form(fichier: Path) -> None:
    import great_expectations as gx

    texte = fichier.read_text(encoding="utf-8")
    suite = json.loads(texte)
    assert suite["name"] == fichier.stem
    lues = gx.ExpectationSuite(**suite).expectations
    assert [e.severity.value for e in lues] == [e["severity"] for e in suite["expectations"]] != []
    assert suite["notes"].startswith("Juge ")
    assert texte == json.dumps(suite, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    codes = [expectation["meta"]["code"] for expectation in suite["expectations"]]
    assert len(set(codes)) == len(codes)


@PAR_EXPECTATION
def test_expectation_is_documented_and_measures_an_existing_column(
    suite: str, expectation: dict[str, Any]
) -> None:
    meta, bornes = expectation["meta"], expectation["kwargs"]
    assert set(meta) == {"attendu", "code", "libelle", "que_faire", "unite"}
    assert all(meta.values())
    assert expectation["severity"] in SEVERITES
    profil = profiler_indicateurs(CUBE_VIDE) if suite == SUITE_INDICATEURS else profiler({})[suite]
    assert bornes["column"] in profil.columns
    # The sentence a person reads and the bound the machine applies are the same number.
    for borne in {"min_value", "max_value"} & set(bornes):
        nombre = f"{float(f'{bornes[borne]:.5g}'):,}".removesuffix(".0").replace(",", " ").replace(".", ",")
        assert nombre in meta["attendu"]


def test_only_extreme_findings_are_critical() -> None:
    critiques = {
        (suite, expectation["meta"]["code"])
        for suite, expectation in EXPECTATIONS
        if expectation["severity"] == "critical" and suite != SUITE_INDICATEURS
    }
    assert critiques == {
        ("heures", "moyenne_heures_impossible"),
        ("beneficiaires", "sexe_illisible"),
        ("contrats", "debuts_hors_bornes"),
        ("bilan", "moyenne_heures_impossible"),
        ("bilan", "sexe_illisible"),
        ("bilan", "debuts_hors_bornes"),
    }


# --- each expectation, on both sides of its bounds ---


@pytest.fixture(scope="module")
def jugements_aux_bornes() -> pl.DataFrame:
    """Every suite on four deposits: at its bounds, under the lower, over the upper, without a measure."""
    profils = {}
    for fichier in FICHIERS:
        colonnes: dict[str, list[Any]] = {"depot_id": ["aux_bornes", "dessous", "dessus", "sans_mesure"]}
        for expectation in json.loads(fichier.read_text(encoding="utf-8"))["expectations"]:
            bornes = expectation["kwargs"]
            bas, haut = bornes.get("min_value"), bornes.get("max_value")
            au_bord = haut if haut is not None else bas
            dessous = au_bord if bas is None else bas - 0.001
            dessus = au_bord if haut is None else haut + 0.001
            colonnes[bornes["column"]] = [au_bord, dessous, dessus, None]
        profils[fichier.stem] = pl.DataFrame(colonnes, strict=False)
    return valider(profils)


@PAR_EXPECTATION
def test_expectation_passes_at_its_bounds_and_fails_beyond(
    jugements_aux_bornes: pl.DataFrame, suite: str, expectation: dict[str, Any]
) -> None:
    def juge(depot: str) -> bool:
        ligne = resultat(jugements_aux_bornes, depot, suite, expectation["meta"]["code"])
        assert ligne["severite"] == SEVERITES[expectation["severity"]]
        assert not ligne["casse"]
        return bool(ligne["succes"])

    assert juge("aux_bornes")
    assert juge("sans_mesure")
    assert juge("dessous") == ("min_value" not in expectation["kwargs"])
    assert juge("dessus") == ("max_value" not in expectation["kwargs"])


# --- profiles worked out by hand ---


def marches(depot: str, codes: list[str], prevues: list[float | None], montant: float) -> pl.DataFrame:
    """Marchés by code, with their hours planned; one amount for all."""
    codees = ("base_juridique", "nature_marche", "secteur")
    return pl.DataFrame(
        {
            "depot_id": depot,
            "code_marche": codes,
            "heures_prevues": prevues,
            "montant_ht": montant,
            **dict.fromkeys(codees, "ND"),
            **dict.fromkeys([f"{codee}_brut" for codee in codees], "forme"),
        }
    )


def test_hours_profile() -> None:
    # 25 rows of 90 + 10 hours; 20 of them on M1 (4,000 h planned), 5 on M2 (nothing planned).
    tables = {
        "heures": heures("A", 25, 90, heures_formation=10.0, code_marche=["M1"] * 20 + ["M2"] * 5),
        "marches": marches("A", ["M1", "M2"], [4000.0, None], 1e5),
    }
    assert mesures(profiler(tables), "heures", "A") == {
        "depot_id": "A",
        "nombre_lignes": 25,
        "moyenne_heures_par_ligne": 100.0,
        "mediane_heures_par_ligne": 100.0,
        "part_heures_formation": 10.0,
        "heures_par_contrat_moyenne": 100.0,
        "ratio_heures_realisees_sur_prevues": 0.5,  # 20 × 100 / 4,000
    }


def test_hours_are_compared_with_plans_over_twenty_rows_at_least() -> None:
    tables = {
        "heures": heures("A", 25, 90, code_marche=["M1"] * 19 + ["M2"] * 6),
        "marches": marches("A", ["M1", "M2"], [4000.0, None], 1e5),
    }
    assert mesures(profiler(tables), "heures", "A")["ratio_heures_realisees_sur_prevues"] is None


def test_marches_companies_operations_and_structure_profiles() -> None:
    codes = [f"M{i}" for i in range(40)]
    tables = {
        # 24 of 40 marchés have planned hours: 500 h for 250,000 euros each.
        "marches": marches("A", codes, [500.0] * 24 + [None] * 16, 250_000.0),
        # Two companies commit to 600 h each on the first ten: 12,000 h for 5,000 h planned.
        "entreprises": pl.DataFrame(
            {
                "depot_id": "A",
                "code_marche": codes[:10] * 2 + codes[10:40],
                "heures_engagees": [600.0] * 20 + [None] * 30,
                "siret": ["12345678900011"] * 40 + [None] * 10,
                "type_entreprise": ["ND"] * 5 + ["EI"] * 45,
                "type_entreprise_brut": ["forme"] * 50,
            }
        ),
        "operations": pl.DataFrame(
            {
                "depot_id": "A",
                "type_donneur_ordre": ["ND"] * 5 + ["COMMUNE"] * 15,
                "type_donneur_ordre_brut": [None] * 5 + ["Ville"] * 15,
                "siret_donneur_ordre": [None] * 10 + ["12345678900011"] * 10,
                "commune_execution": [None] * 3 + ["59350"] * 17,
            }
        ),
        "structure": pl.DataFrame(
            {"depot_id": ["A"], "facilitateurs_nombre": [4.0], "facilitateurs_etp": [3.0]}
        ),
    }
    profils = profiler(tables)
    de_marches = mesures(profils, "marches", "A")
    assert de_marches["part_heures_prevues_absent"] == 40.0
    assert de_marches["part_nd_secteur"] == de_marches["part_forme_inconnue_secteur"] == 100.0
    assert de_marches["mediane_heures_prevues_par_100000_euros"] == 200.0
    entreprises = mesures(profils, "entreprises", "A")
    assert entreprises["ratio_heures_engagees_sur_prevues"] == pytest.approx(2.4)
    assert (entreprises["part_siret_absent"], entreprises["part_nd_type_entreprise"]) == (20.0, 10.0)
    assert mesures(profils, "operations", "A") == {
        "depot_id": "A",
        "nombre_lignes": 20,
        "part_nd_type_donneur_ordre": 25.0,
        "part_forme_inconnue_type_donneur_ordre": None,  # only 15 forms written
        "part_siret_donneur_ordre_absent": 50.0,
        "part_commune_execution_absent": 15.0,
    }
    assert mesures(profils, "structure", "A")["etp_par_facilitateur"] == 0.75


def test_measures_under_twenty_rows_are_null() -> None:
    profil = mesures(profiler({"heures": heures("A", 19, 500)}), "heures", "A")
    assert profil.pop("depot_id") == "A"
    assert profil.pop("nombre_lignes") == 19
    assert set(profil.values()) == {None}


def test_not_stated_is_a_gap_but_not_an_unknown_form() -> None:
    # 30 persons: 5 empty, 5 "not stated", 9 known, 11 in a form nobody knows: 11 of 20 forms, 21 of 30 ND.
    formes: list[str | None] = [None] * 5 + ["NC", "n.c.", "Non renseigné", "?", "Inconnu"]
    profil = mesures(
        profiler({"beneficiaires": personnes("A", formes + ["F"] * 9 + ["59350"] * 11)}), "beneficiaires", "A"
    )
    assert profil["part_forme_inconnue_sexe"] == pytest.approx(55.0)
    assert profil["part_nd_sexe"] == pytest.approx(70.0)
    assert profil["part_sans_naissance"] == 0.0


def test_contract_starts_are_bounded_by_1990_and_a_year_after_the_extraction() -> None:
    debuts = [date(1989, 12, 31), date(1990, 1, 1), date(2025, 1, 20), date(2025, 1, 21)] * 5
    profils = profiler({"contrats": contrats("A", debuts), "depots": depots("A")})
    assert mesures(profils, "contrats", "A")["part_debut_hors_bornes"] == 50.0
    # Without the date of extraction only the lower bound is known.
    sans_extraction = profiler({"contrats": contrats("A", debuts)})
    assert mesures(sans_extraction, "contrats", "A")["part_debut_hors_bornes"] == 25.0


def test_flat_layout_counts_each_person_contract_and_marche_once() -> None:
    # 20 persons with a contract each; the first has 81 rows, the others one: 100 rows, 1 ND person of 20.
    numeros = ["1"] * 81 + [str(i) for i in range(2, 21)]
    bilan = pl.DataFrame(
        {
            "depot_id": ["A"] * 100,
            "numero_beneficiaire": numeros,
            "numero_contrat": numeros,
            "numero_marche": numeros,
            "numero_lot": pl.Series([None] * 100, dtype=pl.String),
            "base_juridique": ["ND" if n == "1" else "CRITERE" for n in numeros],
            "montant_ht": 100_000.0,
            "heures_prevues": 200.0,
            "sexe": ["ND" if n == "1" else "F" for n in numeros],
            "categories_brut": "RSA",
            "date_naissance": date(1990, 1, 1),
            "qpv": False,
            "identite_complete": True,
            "code_rome": "F1702",
            "date_debut": [date(1980, 1, 1) if n == "1" else date(2023, 1, 1) for n in numeros],
            "heures": 40.0,
            "heures_formation": 4.0,
            "type_contrat": "CDD",
            **dict.fromkeys(("nature_marche", "secteur", "niveau", "categorie_public", "prescripteur"), "X"),
            **dict.fromkeys(("base_juridique_brut", "nature_marche_brut", "secteur_brut", "sexe_brut"), "x"),
            **dict.fromkeys(("niveau_brut", "prescripteur_brut", "type_contrat_brut"), "x"),
        }
    )
    profils = profiler({"bilan": bilan, "depots": depots("A")})
    profil = mesures(profils, "bilan", "A")
    assert profil["nombre_lignes"] == 100
    assert profil["part_nd_sexe"] == 5.0
    assert profil["part_nd_base_juridique"] == 5.0
    assert profil["part_debut_hors_bornes"] == 5.0
    assert profil["moyenne_heures_par_ligne"] == 40.0
    assert profil["part_heures_formation"] == 10.0
    assert profil["heures_par_contrat_moyenne"] == 200.0  # 4,000 h, 20 contracts
    assert profil["mediane_heures_prevues_par_100000_euros"] == 200.0
    assert profil["ratio_heures_realisees_sur_prevues"] == 1.0  # 4,000 done, 20 × 200 planned
    # A flat deposit is not a deposit of several tables that would lack its hours.
    assert profils["heures"].is_empty()


def test_absent_tables_give_empty_profiles_and_no_result() -> None:
    profils = profiler({})
    assert sorted(profils) == sorted(TABLES)
    assert all(profil.is_empty() for profil in profils.values())
    assert valider(profils).is_empty()


def test_deposit_without_hours_is_warned_about() -> None:
    profils = profiler({"beneficiaires": personnes("B", ["F"]), "heures": heures("A", 1, 10)})
    assert mesures(profils, "heures", "B")["nombre_lignes"] == 0
    resultats = valider({"heures": profils["heures"]})
    assert resultat(resultats, "A", "heures", "aucune_heure")["succes"]
    sans_heures = resultat(resultats, "B", "heures", "aucune_heure")
    assert (sans_heures["succes"], sans_heures["severite"], sans_heures["observe"]) == (
        False,
        "avertissement",
        "0\N{NO-BREAK SPACE}ligne(s)",
    )


# --- criticals, attribution, messages ---


def test_failure_is_attributed_to_its_deposit_with_what_to_do() -> None:
    tables = {"heures": pl.concat([heures("B", 20, 500), heures("A", 20, 62.5)])}
    resultats = valider({"heures": profiler(tables)["heures"]})
    bon = resultat(resultats, "A", "heures", "moyenne_heures_impossible")
    assert (bon["succes"], bon["casse"], bon["observe"]) == (True, False, "62,5\N{NO-BREAK SPACE}heures")
    assert resultat(resultats, "B", "heures", "moyenne_heures_impossible") == {
        "depot": "B",
        "suite": "heures",
        "expectation": "moyenne_heures_impossible",
        "severite": "critique",
        "succes": False,
        "observe": "500\N{NO-BREAK SPACE}heures",
        "attendu": "au plus 300 heures par ligne en moyenne",
        "message": "La vérification « Les heures d'une ligne sont celles d'un contrat sur un mois » "
        "n'est pas satisfaite : constaté 500\N{NO-BREAK SPACE}heures, "
        "attendu au plus 300 heures par ligne en moyenne. Vérifiez l'unité (heures, et non minutes ou jours) "
        "et que les lignes sont mensuelles et non cumulées, puis refaites l'export.",
        "casse": False,
    }
    # One row per deposit and expectation of the suite.
    attendues = len(json.loads((SUITES / "heures.json").read_text(encoding="utf-8"))["expectations"])
    assert resultats.group_by("depot").len().sort("depot").rows() == [("A", attendues), ("B", attendues)]


@pytest.mark.parametrize(
    ("formes", "refuse"),
    [
        pytest.param(["Lille"] * 11 + ["F"] * 9, True, id="more than half unknown"),
        pytest.param(["Lille"] * 10 + ["F"] * 10, False, id="exactly half"),
        pytest.param(["Lille"] * 19, False, id="too few persons"),
        pytest.param(["NC"] * 30, False, id="not stated"),
        pytest.param([None] * 30, False, id="empty"),
    ],
)
def test_swapped_sex_column_refuses(formes: list[str | None], refuse: bool) -> None:
    profils = profiler({"beneficiaires": personnes("A", formes)})
    ligne = resultat(
        valider({"beneficiaires": profils["beneficiaires"]}), "A", "beneficiaires", "sexe_illisible"
    )
    assert (ligne["severite"], ligne["succes"]) == ("critique", not refuse)


def test_contracts_started_at_impossible_dates_refuse() -> None:
    tables = {
        "contrats": pl.concat(
            [
                contrats("A", [date(1899, 12, 30)] * 10 + [date(2023, 3, 1)] * 10),
                contrats("B", [date(1899, 12, 30)] * 11 + [date(2023, 3, 1)] * 9),
            ]
        ),
        "depots": depots("A", "B"),
    }
    resultats = valider({"contrats": profiler(tables)["contrats"]})
    assert resultat(resultats, "A", "contrats", "debuts_hors_bornes")["succes"]
    assert not resultat(resultats, "B", "contrats", "debuts_hors_bornes")["succes"]


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [(12_345.678, "12\u202f345,68"), (0.00123, "0,0012"), (100.0, "100"), (0.0, "0")],
)
def test_observed_figures_are_written_in_french(valeur: float, texte: str) -> None:
    profil = pl.DataFrame({"depot_id": ["A"], "mediane_heures_prevues_par_100000_euros": [valeur]})
    ligne = resultat(valider({"marches": profil}), "A", "marches", "heures_prevues_sur_montant")
    assert ligne["observe"] == f"{texte}\N{NO-BREAK SPACE}heures pour 100 000 €"


# --- a check that breaks ---


def ecrire_suite(dossier: Path, *expectations: tuple[str, dict[str, Any]]) -> None:
    meta = {"attendu": "a", "libelle": "l", "que_faire": "q", "unite": "u"}
    suite = {
        "name": "heures",
        "expectations": [
            {"type": genre, "kwargs": kwargs, "severity": "critical", "meta": meta | {"code": f"e{rang}"}}
            for rang, (genre, kwargs) in enumerate(expectations)
        ],
    }
    (dossier / "heures.json").write_text(json.dumps(suite), encoding="utf-8")


def test_broken_expectation_is_not_a_failure_of_the_data(tmp_path: Path) -> None:
    ecrire_suite(
        tmp_path,
        ("expect_column_values_to_be_between", {"column": "colonne_disparue", "max_value": 1}),
        ("expect_column_max_to_be_between", {"column": "nombre_lignes", "max_value": 1}),
        ("expect_column_values_to_be_between", {"column": "nombre_lignes", "max_value": 5}),
    )
    resultats = valider({"heures": pl.DataFrame({"depot_id": ["A"], "nombre_lignes": [9]})}, tmp_path)
    assert resultats.select("expectation", "succes", "casse").rows() == [
        ("e0", None, True),
        ("e1", None, True),  # judges the column as a whole: it cannot accuse a deposit
        ("e2", False, False),
    ]
    assert "les données ne sont pas en cause" in resultats["message"][0]


def test_unknown_type_of_expectation_breaks_alone(tmp_path: Path) -> None:
    ecrire_suite(
        tmp_path,
        ("expect_something_unknown", {"column": "nombre_lignes"}),
        ("expect_column_values_to_be_between", {"column": "nombre_lignes", "max_value": 5}),
    )
    resultats = valider({"heures": pl.DataFrame({"depot_id": ["A"], "nombre_lignes": [9]})}, tmp_path)
    assert resultats.select("succes", "casse").rows() == [(None, True), (False, False)]


def test_profile_that_cannot_be_handed_over_breaks_its_suite_without_quoting_it(tmp_path: Path) -> None:
    ecrire_suite(
        tmp_path, ("expect_column_values_to_be_between", {"column": "nombre_lignes", "max_value": 5})
    )
    resultats = valider({"heures": pl.DataFrame({"depot_id": ["A"], "nombre_lignes": ["DURAND"]})}, tmp_path)
    assert resultats.select("succes", "casse", "observe").rows() == [(None, True, None)]
    assert "DURAND" not in resultats["message"][0]


# --- the built cube ---


def cube(heures_nationales: float, part: float) -> pl.DataFrame:
    return pl.DataFrame(
        [
            ("CLES", "heures", "FR", "cumul", heures_nationales, None),
            ("CLES", "heures", "FR", "annee", 70.0, None),
            ("CLES", "heures", "32", "cumul", 999.0, None),
            ("CLES", "heures_par_beneficiaire", "FR", "cumul", 377.0, None),
            ("T08", "heures", "FR", "cumul", 60.0, part),
        ],
        schema=CUBE_VIDE.schema,
        orient="row",
    )


def test_sound_cube_passes() -> None:
    resultats = valider_indicateurs(cube(100.0, 60.0))
    assert resultats["succes"].to_list() == [True] * 5
    assert resultats["depot"].null_count() == 5
    assert resultat(resultats, None, SUITE_INDICATEURS, "heures_nationales")["observe"] == (
        "100\N{NO-BREAK SPACE}heures"
    )


@pytest.mark.parametrize(
    ("heures_nationales", "part", "echecs"),
    [
        (0.0, 60.0, ["heures_nationales"]),
        (100.0, 100.1, ["part_maximum"]),
        (100.0, -0.1, ["part_minimum"]),
        (-5.0, 60.0, ["heures_nationales", "heures_negatives"]),
    ],
)
def test_unsound_cube_fails(heures_nationales: float, part: float, echecs: list[str]) -> None:
    resultats = valider_indicateurs(cube(heures_nationales, part))
    assert resultats.filter(~pl.col("succes"))["expectation"].to_list() == echecs


# --- the library kept in its place ---


def test_nothing_is_written_sent_or_logged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def interdit(*_: object) -> None:
        raise AssertionError("network used")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", interdit)
    avant = (tmp_path.stat().st_mtime_ns, list(tmp_path.iterdir()))
    with caplog.at_level(logging.INFO):
        # A measure that is missing makes the library log its own traceback, were it not silenced.
        valider({"heures": pl.DataFrame({"depot_id": ["A"], "nombre_lignes": [9]})})
    # A file made and removed again would have changed the folder's date.
    assert (tmp_path.stat().st_mtime_ns, list(tmp_path.iterdir())) == avant
    assert [trace for trace in caplog.records if trace.name.startswith("great_expectations")] == []
    assert capfd.readouterr() == ("", "")


def test_import_is_late_and_may_run_beside_polars() -> None:
    programme = """
import sys, threading
import polars as pl
from expectations.adaptateur import precharger, valider
from expectations.profil import profiler
assert not {"great_expectations", "pandas"} & set(sys.modules), "imported too early"
fil = threading.Thread(target=precharger)
fil.start()
table = pl.DataFrame({"depot_id": ["A"] * 20, "numero_contrat": "C", "code_marche": "M",
                      "heures_travaillees": 500.0, "heures_formation": 0.0})
profils = profiler({"heures": table})
while fil.is_alive():
    assert profiler({"heures": table})["heures"].equals(profils["heures"])
print(valider({"heures": profils["heures"]}).filter(severite="critique")["succes"].to_list())
"""
    sortie = subprocess.run(
        [sys.executable, "-c", programme],
        cwd=RACINE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (sortie.stdout, sortie.stderr) == ("[False]\n", "")


def test_no_other_module_imports_the_library() -> None:
    importateurs = [
        chemin.relative_to(RACINE).as_posix()
        for dossier in ("clauses", "ingest", "expectations", "exports")
        for chemin in (RACINE / dossier).rglob("*.py")
        if "import great_expectations" in (texte := chemin.read_text(encoding="utf-8"))
        or "from great_expectations" in texte
    ]
    assert importateurs == ["expectations/adaptateur.py"]


def test_validating_loads_neither_statistics_nor_charts_and_both_remain_at_hand() -> None:
    code = """
import sys
import polars as pl
from expectations.adaptateur import precharger
precharger()
import scipy.stats, altair
assert "scipy.stats._distn_infrastructure" not in sys.modules and "altair.vegalite" not in sys.modules
assert round(scipy.stats.norm.cdf(0.0), 3) == 0.5
assert altair.Chart().to_dict
from scipy.stats import binom
assert round(binom.pmf(1, 2, 0.5), 3) == 0.5
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SUITES.parents[1])
