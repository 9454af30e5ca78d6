"""dbt itself over the sample deposits: the models' own unit tests (YAML, beside the models), and what it said of them.

Refreshes send again the statements that dbt left when it was last asked: they must be those it would send today, and
build the same warehouse to the last row, type, constraint and description.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml
from commande import DEPOTS, Rafraichi, cube, lancer_a_part

from clauses.chantier import dbt_build, warehouse
from clauses.chantier.execution import Plan, ResultatConstruction, executer
from clauses.chantier.installation import construire_a_vide
from clauses.chantier.state import Etat
from clauses.socle.journal import Journal
from clauses.socle.workers import Ouvrier
from clauses.socle.workspace import Espace
from ingest.loading import fichiers_bruts
from ingest.references import schemas_bruts

pytestmark = pytest.mark.lent
MODELES = Path(__file__).parents[2] / "models"


@dataclass(frozen=True)
class Construction:
    """The same deposits built twice: by dbt, and from the plan that an empty build left."""

    resultat: ResultatConstruction
    par_dbt: Path
    dit: Plan
    rejoue: ResultatConstruction
    par_plan: Path
    conserve: Plan


def _construire_par_dbt(dossier: Path) -> tuple[ResultatConstruction, Plan]:
    resultat, noeuds = dbt_build.construire_par_dbt(dossier, tests_unitaires=True)
    return resultat, dbt_build.en_plan(noeuds, dbt_build._instructions)


@pytest.fixture(scope="module")
def construction(echantillons: Rafraichi, tmp_path_factory: pytest.TempPathFactory) -> Construction:
    assert construire_a_vide() == []
    conserve = dbt_build.plan_conserve()
    assert conserve is not None
    dossier = tmp_path_factory.mktemp("dbt")
    candidat = dossier / dbt_build.CANDIDAT
    autre = dossier / "autre" / dbt_build.CANDIDAT
    autre.parent.mkdir()
    espace = Espace(echantillons.espace)
    with Ouvrier(dbt_build.preparer, dossier) as ouvrier:
        journal = Journal(espace.journal, lecture_seule=True)
        acceptes = journal.lire(
            "select depot_id, extraction from depots where statut = 'accepte' order by ordre"
        )
        warehouse.preparer_candidat(
            candidat,
            ouvrier.attendre(),
            fichiers_bruts(espace.brut, acceptes["depot_id"].to_list()),
            schemas_bruts(),
            journal,
            warehouse.Parametres(
                "test", acceptes["extraction"].max(), "test", dt.datetime(2026, 1, 1), "empreinte"
            ),
            Etat("test", None, []).ajouts,
            None,
        )
        shutil.copy(candidat, autre)
        resultat, dit = ouvrier.appeler(_construire_par_dbt, dossier)
    return Construction(resultat, candidat, dit, executer(conserve, autre), autre, conserve)


def _declares() -> set[str]:
    return {
        test["name"]
        for fichier in MODELES.rglob("*.yml")
        for test in (yaml.safe_load(fichier.read_text(encoding="utf-8")) or {}).get("unit_tests", [])
    }


def test_every_unit_test_of_the_models_passes(construction: Construction) -> None:
    assert construction.resultat.portes == []
    assert len(_declares()) > 15
    assert _declares() <= set(construction.resultat.faits)


def test_dbt_says_the_same_of_any_deposits(construction: Construction) -> None:
    dits, conserves = ({n.nom: n for n in p.noeuds} for p in (construction.dit, construction.conserve))
    assert conserves.keys() == dits.keys()
    assert len(dits) > 100
    for nom, noeud in dits.items():
        assert conserves[nom] == noeud
        assert noeud.instructions, nom
    assert sorted(construction.conserve.ouverture) == sorted(construction.dit.ouverture)


def test_every_node_that_dbt_builds_is_built(construction: Construction) -> None:
    assert construction.rejoue.portes == []
    assert set(construction.rejoue.faits) == set(construction.resultat.faits) - _declares()


def test_both_accounts_are_kept_beside_the_report_and_dbt_reads_them(echantillons: Rafraichi) -> None:
    from dbt.artifacts.schemas.manifest import WritableManifest
    from dbt.artifacts.schemas.run import RunResultsArtifact

    (rapport,) = (echantillons.espace / "rapports").glob("*.html")
    manifeste = WritableManifest.read_and_check_versions(str(rapport.with_suffix("") / "manifest.json"))
    rendu = RunResultsArtifact.read_and_check_versions(str(rapport.with_suffix("") / "run_results.json"))
    modeles = {nom for nom, noeud in manifeste.nodes.items() if noeud.resource_type == "model"}
    assert {r.unique_id for r in rendu.results if r.status == "success"} == modeles
    controles = {r.unique_id for r in rendu.results if r.status == "pass"}
    assert len(controles) > 20
    assert controles <= set(manifeste.nodes)
    assert len(rendu.results) == len(modeles) + len(controles)


@pytest.mark.lent
def test_dbt_itself_may_build_again_and_says_the_same(echantillons: Rafraichi, tmp_path: Path) -> None:
    espace = echantillons.copier(tmp_path / "espace")
    avant, rapports = cube(espace), set((espace / "rapports").iterdir())
    execution = lancer_a_part("actualiser", DEPOTS, "--espace", espace, "--par-dbt")
    assert execution.code == 0, execution.texte
    assert cube(espace).equals(avant)
    (compte,) = (f for f in set((espace / "rapports").iterdir()) - rapports if f.is_dir())
    rendu = json.loads((compte / "run_results.json").read_text(encoding="utf-8"))
    assert rendu["args"]["which"] == "build"  # dbt's own account
    assert {r["status"] for r in rendu["results"]} == {"success", "pass"}
    assert (compte / "manifest.json").exists()


def _tables(base: duckdb.DuckDBPyConnection, nom: str) -> set[str]:
    requete = f"select schema_name || '.' || table_name from duckdb_tables() where database_name = '{nom}'"
    return {t for (t,) in base.execute(requete).fetchall()}


def _lignes(base: duckdb.DuckDBPyConnection, nom: str, table: str) -> str:
    """All columns; figures to nine decimals, since the last bits of a sum depend on the order of its terms."""
    colonnes = ", ".join(
        f'round("{colonne}", 9)' if sorte == "DOUBLE" else f'"{colonne}"'
        for colonne, sorte, *_ in base.execute(f"describe {nom}.{table}").fetchall()
    )
    return f"select {colonnes} from {nom}.{table}"


def test_the_warehouse_is_the_one_that_dbt_builds(construction: Construction) -> None:
    with duckdb.connect() as base:
        base.execute(f"attach '{construction.par_dbt}' as par_dbt (read_only)")
        base.execute(f"attach '{construction.par_plan}' as par_plan (read_only)")
        tables = _tables(base, "par_dbt")
        assert {"marts.indicateurs", "qualite.depots", "marts.fct_heures"} <= tables
        assert _tables(base, "par_plan") == tables
        for table in sorted(tables):
            for de, a in (("par_dbt", "par_plan"), ("par_plan", "par_dbt")):
                seules = (
                    f"select count(*) from ({_lignes(base, de, table)} except all {_lignes(base, a, table)})"
                )
                assert base.execute(seules).fetchone() == (0,), f"{table}: rows of {de} only"
        for catalogue, colonnes in {
            "duckdb_tables()": "schema_name, table_name, comment",
            "duckdb_columns()": "schema_name, table_name, column_name, data_type, is_nullable, comment",
            "duckdb_constraints()": "schema_name, table_name, constraint_type, constraint_text",
        }.items():
            par_dbt, par_plan = (
                base.execute(
                    f"select {colonnes} from {catalogue} where database_name = '{nom}' order by all"
                ).fetchall()
                for nom in ("par_dbt", "par_plan")
            )
            assert par_dbt == par_plan
            assert len(par_dbt) > 20, catalogue
