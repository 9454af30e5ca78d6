"""What is kept of what dbt said: everything that makes the warehouse; the rest is named, or refused with its node."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from clauses.chantier import dbt_build
from clauses.chantier.execution import ResultatConstruction
from clauses.socle import project

MODELE = "model.essai.a"
CONTROLE = "test.essai.a_sans_trou.1234"
HOOK = "operation.essai.essai-on-run-start-0"
ECRITURES = [
    'create table "candidat"."marts"."a__dbt_tmp" as (with b as (select 1) select * from b)',
    'alter table "candidat"."marts"."a__dbt_tmp" rename to "a"',
    'comment on table "candidat"."marts"."a" is $$dit$$;',
    'drop table if exists "candidat"."marts"."a__dbt_backup" cascade',
]
QUESTION = (
    "select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (select 1)"
)
# what dbt asks for its own use, as it was seen to
POUR_DBT = [
    "BEGIN",
    "COMMIT",
    "select schema_name\n from system.information_schema.schemata\n where lower(catalog_name) = 'travail'",
    "select type from duckdb_databases() where lower(database_name)='candidat' and type != 'duckdb'",
    "select table_name, constraint_type from duckdb_constraints()",
    "DESCRIBE (select * from (select 1 as n) as __dbt_sbq where false limit 0)",
    "select column_name, column_type as data_type, cast(null as bigint) as numeric_scale from (describe a)",
]


def noeud(nom: str, *apres: str, severite: str = "ERROR") -> Any:
    return SimpleNamespace(
        unique_id=nom,
        name=nom.split(".")[2],
        resource_type=nom.split(".")[0],
        description="Dit.",
        depends_on=SimpleNamespace(nodes=list(apres)),
        config={"severity": severite} if nom.startswith("test") else {},
    )


NOEUDS = [noeud(MODELE), noeud(CONTROLE, MODELE)]


def dites(**ajouts: list[str]) -> dict[str, list[str]]:
    """A sound run, each statement under dbt's own comment, and what is added to a node."""
    saines = {"": ["create schema if not exists x", *POUR_DBT], MODELE: ECRITURES, CONTROLE: [QUESTION]}
    noms = {"modele": MODELE, "controle": CONTROLE, "aucun": ""}
    for nom, instructions in ajouts.items():
        saines[noms[nom]] = [*saines[noms[nom]], *instructions]
    return {nom: [f'/* {{"node_id": "{nom}"}} */\n{i}' for i in lues] for nom, lues in saines.items()}


def test_all_that_makes_the_warehouse_is_kept_in_order() -> None:
    plan = dbt_build.en_plan(NOEUDS, dites(modele=POUR_DBT, controle=POUR_DBT))
    assert plan.ouverture[-1] == "create schema if not exists x"
    assert plan.ouverture[:2] == ["attach ':memory:' as travail", "set wal_autocheckpoint = '1GB'"]
    modele, controle = plan.noeuds
    assert (modele.identifiant, modele.instructions, modele.apres) == (MODELE, ECRITURES, [])
    assert (controle.nom, controle.instructions, controle.apres) == ("a_sans_trou", [QUESTION], ["a"])


@pytest.mark.parametrize(
    "inconnue",
    ["insert into marts.a values (1)", "select * from brut.heures", "pragma threads=4", "copy a to 'a.csv'"],
)
@pytest.mark.parametrize("ou", ["modele", "controle", "aucun"])
def test_what_is_not_understood_is_refused_with_its_node(ou: str, inconnue: str) -> None:
    nom = {"modele": MODELE, "controle": CONTROLE, "aucun": "aucun modèle"}[ou]
    with pytest.raises(dbt_build.InstructionInconnue) as refus:
        dbt_build.en_plan(NOEUDS, dites(**{ou: [inconnue]}))
    assert nom in str(refus.value)
    assert inconnue in str(refus.value)


def test_what_comes_before_a_run_is_replayed_before_any_node() -> None:
    hook = {HOOK: ["begin", "create table journal_des_passages (n int)", "commit"]}
    plan = dbt_build.en_plan(NOEUDS, {**dites(), **hook})
    assert plan.ouverture[-1] == "create table journal_des_passages (n int)"


@pytest.mark.parametrize(
    "nom",
    ["operation.essai.essai-on-run-end-0", "operation.essai.nettoyer", "snapshot.essai.b", "seed.essai.c"],
)
def test_what_has_no_place_in_a_replay_is_refused(nom: str) -> None:
    # what ends a run may be written from how the run went: it is not a thing to keep
    with pytest.raises(dbt_build.InstructionInconnue, match=nom):
        dbt_build.en_plan(NOEUDS, {**dites(), nom: ["create table fin (n int)"]})


def test_unit_tests_judge_the_code_and_are_not_replayed() -> None:
    assert dbt_build.en_plan(NOEUDS, {**dites(), "unit_test.essai.a.cas": ["create table x (n int)"]}) == (
        dbt_build.en_plan(NOEUDS, dites())
    )


def test_hooks_of_a_model_are_replayed_with_it_or_refused() -> None:
    plan = dbt_build.en_plan(NOEUDS, dites(modele=["create index i on marts.a (n)"]))
    assert plan.noeuds[0].instructions[-1] == "create index i on marts.a (n)"
    with pytest.raises(dbt_build.InstructionInconnue, match="grant select"):
        dbt_build.en_plan(NOEUDS, dites(modele=["grant select on marts.a to public"]))


def test_what_is_not_understood_closes_a_gate_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_build, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(dbt_build, "_instructions", dites(modele=["pragma threads=4"]))
    monkeypatch.setattr(dbt_build, "construire_par_dbt", lambda _: (ResultatConstruction([], ["a"]), NOEUDS))
    (porte,) = dbt_build.construire(tmp_path).portes
    assert MODELE in porte
    assert "pragma threads=4" in porte
    assert "--par-dbt" in porte
    assert not (tmp_path / "cache").exists()


def test_damaged_files_of_the_cache_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_build, "CACHE", tmp_path)
    assert dbt_build.plan_conserve() is dbt_build.references_conservees() is None
    dbt_build._place_de("manifeste").write_text("{}", encoding="utf-8")
    entier = dbt_build.en_plan(NOEUDS, dites()).en_json()
    for texte, lu in (
        (entier, True),
        (entier[:-9], False),
        ("[]", False),
        ('{"ouverture": [], "noeuds": []}', False),
    ):
        dbt_build._place_de("plan").write_text(texte, encoding="utf-8")
        assert (dbt_build.plan_conserve() is not None) is lu
    references = dbt_build._place_des_references()
    with duckdb.connect(str(references)) as base:
        base.execute("create table a as select range as n from range(100000)")
    assert dbt_build.references_conservees() == references
    with references.open("r+b") as fichier:
        fichier.truncate(100_000)
    assert dbt_build.references_conservees() is None


def test_a_test_that_only_warns_closes_no_gate() -> None:
    plan = dbt_build.en_plan([NOEUDS[0], noeud(CONTROLE, MODELE, severite="warn")], dites())
    assert [n.bloquant for n in plan.noeuds] == [True, False]


@pytest.mark.parametrize(
    "change", ["clauses/chantier/execution.py", "clauses/chantier/dbt_build.py", "models/a.sql"]
)
def test_the_plan_is_named_after_the_models_and_the_code(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chemin in (*project._CONSTRUCTION, "dbt_project.yml", "profiles.yml"):
        (tmp_path / chemin).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.RACINE / chemin, tmp_path / chemin)
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(project, "RACINE", tmp_path)
    monkeypatch.setattr(project, "_MODELES", ("models", "dbt_project.yml", "profiles.yml"))

    def noms() -> set[str]:
        project.empreinte_modeles.cache_clear()
        project.empreinte_construction.cache_clear()
        return {dbt_build._place_de(sorte).name for sorte in ("plan", "manifeste")}

    try:
        avant = noms()
        assert noms() == avant
        with (tmp_path / change).open("a", encoding="utf-8") as flux:
            flux.write("\n")
        assert not noms() & avant
    finally:
        monkeypatch.undo()
        noms()
