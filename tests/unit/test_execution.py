"""Building from the statements that dbt left: in which order, two at a time, and what closes a gate."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from clauses.chantier import dbt_build
from clauses.chantier.artefacts import run_results
from clauses.chantier.execution import NOEUDS_A_LA_FOIS, Joue, Noeud, Plan, executer

OUVERTURE = ["attach ':memory:' as travail", "create schema travail.etapes"]


def modele(nom: str, *apres: str, sql: str | None = None) -> Noeud:
    corps = sql or " union all ".join(
        ["select 1 as n", *(f"select n from travail.etapes.{a}" for a in apres)]
    )
    sql = f"create table travail.etapes.{nom} as {corps}"
    return Noeud(f"model.essai.{nom}", f"Étape {nom}.", False, list(apres), [sql])


def controle(nom: str, apres: str, lignes: int, bloquant: bool = True) -> Noeud:
    fautes = f"{lignes} as failures, {lignes} <> 0 as should_warn, {lignes} <> 0 as should_error"
    requete = f"select {fautes} from travail.etapes.{apres} limit 1"
    return Noeud(f"test.essai.{nom}", f"Vrai de\n {apres}", True, [apres], [requete], bloquant)


@pytest.fixture
def candidat(tmp_path: Path) -> Path:
    return tmp_path / "candidat.duckdb"


def test_each_model_is_built_after_those_it_reads(candidat: Path) -> None:
    noeuds = [
        modele("cube", "b", "c"),
        modele("c", "a"),
        modele("b", "a"),
        Noeud(
            "model.essai.mart",
            "",
            False,
            ["cube"],
            [
                "create table mart as select sum(n) as n from travail.etapes.cube",
                "comment on table mart is 'dit'",
            ],
        ),
        modele("a"),
    ]
    resultat = executer(Plan(OUVERTURE, noeuds), candidat)
    assert resultat.portes == []
    assert set(resultat.faits) == {"a", "b", "c", "cube", "mart"}
    with duckdb.connect(str(candidat), read_only=True) as base:  # closed: another connection may open it
        assert base.execute("select n from mart").fetchall() == [(5,)]  # cube: 1 + (1 + 1) twice
        assert base.execute("select comment from duckdb_tables()").fetchall() == [("dit",)]


def test_the_longest_chain_comes_first_and_tests_hold_nothing_back(
    candidat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clauses.chantier.execution.NOEUDS_A_LA_FOIS", 1)
    noeuds = [
        modele("aa_feuille", "a"),
        controle("sur_a", "a", 0),
        modele("cube", "c"),
        modele("a"),
        modele("b", "a"),
        modele("c", "b"),
    ]
    ordre = executer(Plan(OUVERTURE, noeuds), candidat).faits
    assert ordre == ["a", "b", "c", "aa_feuille", "cube", "sur_a"]


def test_two_nodes_are_built_at_a_time(candidat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble = threading.Barrier(NOEUDS_A_LA_FOIS, timeout=10)
    plus = threading.Semaphore(NOEUDS_A_LA_FOIS)
    from clauses.chantier import execution

    jouer = execution._jouer

    def surveille(curseur: duckdb.DuckDBPyConnection, noeud: Noeud) -> Joue:
        assert plus.acquire(blocking=False), "a third one was begun"
        try:
            ensemble.wait()  # breaks, and fails, unless as many are under way together
            return jouer(curseur, noeud)
        finally:
            plus.release()

    monkeypatch.setattr(execution, "_jouer", surveille)
    noeuds = [modele(nom) for nom in ("a", "b", "c", "d")]
    assert len(executer(Plan(OUVERTURE, noeuds), candidat).faits) == 4


def test_every_test_at_fault_closes_its_gate_in_french(candidat: Path) -> None:
    noeuds = [modele("a"), controle("z_faux", "a", 3), controle("vrai", "a", 0), controle("b_faux", "a", 1)]
    assert executer(Plan(OUVERTURE, noeuds), candidat).portes == [
        "Contrôle non satisfait : Vrai de a (1 ligne en défaut ; contrôle b_faux).",
        "Contrôle non satisfait : Vrai de a (3 lignes en défaut ; contrôle z_faux).",
    ]


def test_an_error_stops_what_follows_and_leaves_nothing_of_its_node(candidat: Path) -> None:
    casse = Noeud(
        "model.essai.casse", "", False, ["a"], ["create table moitie as select 1", "select * from nulle_part"]
    )
    noeuds = [modele("a"), casse, modele("suite", "casse", sql="select 1 as n")]
    resultat = executer(Plan(OUVERTURE, noeuds), candidat)
    assert len(resultat.portes) == 1
    assert [(j.noeud.nom, j.statut) for j in resultat.joues] == [("a", "success"), ("casse", "error")]
    assert resultat.portes[0].startswith("Étape en erreur : casse (Catalog Error: Table with name nulle_part")
    assert "\n" not in resultat.portes[0]
    assert set(resultat.faits) == {"a"}
    with duckdb.connect(str(candidat), read_only=True) as base:
        assert base.execute("select count(*) from duckdb_tables()").fetchall() == [(0,)]


def test_a_test_that_warns_closes_no_gate(candidat: Path) -> None:
    noeuds = [
        modele("a"),
        controle("prevenu", "a", 2, bloquant=False),
        controle("calme", "a", 0, bloquant=False),
    ]
    resultat = executer(Plan(OUVERTURE, noeuds), candidat)
    assert resultat.portes == []
    assert {j.noeud.nom: j.statut for j in resultat.joues} == {
        "a": "success",
        "prevenu": "warn",
        "calme": "pass",
    }


def test_the_account_of_a_replay_is_what_was_carried_out(candidat: Path) -> None:
    casse = Noeud("model.essai.casse", "", False, ["a"], ["select * from nulle_part"])
    noeuds = [modele("a"), controle("faux", "a", 3), casse, modele("suite", "casse", sql="select 1 as n")]
    plan = Plan(OUVERTURE, noeuds)
    rendu = run_results(plan, executer(plan, candidat).joues, "1.11")
    # the test may or may not be begun when the error comes
    assert {r["unique_id"]: r["status"] for r in rendu["results"]} in (
        {
            "model.essai.a": "success",
            "test.essai.faux": faux,
            "model.essai.casse": "error",
            "model.essai.suite": "skipped",
        }
        for faux in ("fail", "skipped")
    )
    a, *_, suite = rendu["results"]
    assert a["timing"][0]["started_at"] < a["timing"][0]["completed_at"]
    assert 0 < a["execution_time"] <= rendu["elapsed_time"]
    assert (suite["timing"], suite["execution_time"]) == ([], 0)
    assert rendu["args"] == {"which": "replay"}


def test_a_plan_is_kept_as_text_and_read_again(candidat: Path) -> None:
    plan = Plan(OUVERTURE, [modele("a"), controle("vérifié", "a", 0)])
    assert Plan.de_json(plan.en_json()) == plan


def test_a_damaged_plan_is_no_plan_and_dbt_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_build, "CACHE", tmp_path)
    place = dbt_build._place_de("plan")
    dbt_build._place_de("manifeste").touch()
    assert dbt_build.plan_conserve() is None
    plan = Plan(OUVERTURE, [modele("a")])
    place.write_text(plan.en_json(), encoding="utf-8")
    assert dbt_build.plan_conserve() == plan
    for abime in (plan.en_json()[:40], "", "{}", "[1]", '{"ouverture": [], "noeuds": [{}]}'):
        place.write_text(abime, encoding="utf-8")
        assert dbt_build.plan_conserve() is None, abime
    place.write_bytes(b"\xff\xfe\x00")
    assert dbt_build.plan_conserve() is None
