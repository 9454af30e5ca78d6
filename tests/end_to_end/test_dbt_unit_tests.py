"""The models' own unit tests (YAML, beside the models): dbt runs them all in one build over the sample deposits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import yaml
from conftest import Rafraichi

from clauses import dbt_build, warehouse
from clauses.journal import Journal
from clauses.perimetres import SCHEMA
from clauses.workers import Ouvrier
from clauses.workspace import Espace
from ingest.loading import fichiers_bruts
from ingest.references import schemas_bruts

MODELES = Path(__file__).parents[2] / "models"


def _declares() -> set[str]:
    return {
        test["name"]
        for fichier in MODELES.rglob("*.yml")
        for test in (yaml.safe_load(fichier.read_text(encoding="utf-8")) or {}).get("unit_tests", [])
    }


def test_every_unit_test_of_the_models_passes(echantillons: Rafraichi, tmp_path: Path) -> None:
    espace = Espace(echantillons.espace)
    with Ouvrier(dbt_build.preparer, tmp_path) as ouvrier:
        references = ouvrier.attendre()
        journal = Journal(espace.journal, lecture_seule=True)
        acceptes = journal.lire(
            "select depot_id, extraction from depots where statut = 'accepte' order by ordre"
        )
        warehouse.preparer_candidat(
            tmp_path / dbt_build.CANDIDAT,
            references,
            fichiers_bruts(espace.brut, acceptes["depot_id"].to_list()),
            schemas_bruts(),
            journal,
            warehouse.Parametres(
                "test", acceptes["extraction"].max(), "test", dt.datetime(2026, 1, 1), "empreinte"
            ),
            pl.DataFrame(schema=dict.fromkeys(("nomenclature", "forme", "code"), pl.String)),
            pl.DataFrame(schema=SCHEMA),
            None,
        )
        resultat = ouvrier.appeler(dbt_build.construire, tmp_path, True)
    assert resultat.portes == []
    assert len(_declares()) > 15
    assert _declares() <= set(resultat.durees)
