"""A gate that closes leaves the published warehouse as it was, says why in French, and the next run can pass."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from commande import DEPOTS, RACINE, Execution, Rafraichi, cube, lancer, lancer_a_part, lire

pytestmark = pytest.mark.lent
PROJET = ("clauses", "ingest", "expectations", "exports", "macros", "models", "seeds", "tests/dbt")
PHRASE = "Aucune structure ne peut déclarer d'heures ce trimestre"


@pytest.fixture(scope="module")
def projet_severe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one more control, that no data can satisfy, and a model that fails."""
    projet = tmp_path_factory.mktemp("projet")
    for dossier in PROJET:
        shutil.copytree(RACINE / dossier, projet / dossier, ignore=shutil.ignore_patterns("__pycache__"))
    for fichier in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(RACINE / fichier, projet / fichier)
    if (RACINE / "target" / "cache").exists():
        shutil.copytree(RACINE / "target" / "cache", projet / "target" / "cache")
    (projet / "tests" / "dbt" / "jamais_satisfait.sql").write_text(
        "select depot_id from {{ ref('fct_heures') }} limit 3\n", encoding="utf-8"
    )
    (projet / "tests" / "dbt" / "_jamais_satisfait.yml").write_text(
        f'version: 2\ndata_tests:\n  - name: jamais_satisfait\n    description: "{PHRASE}"\n',
        encoding="utf-8",
    )
    (projet / "models" / "intermediate" / "int_en_panne.sql").write_text(
        "select error('panne') as raison from {{ ref('stg_depots') }}\n", encoding="utf-8"
    )
    return projet


@pytest.fixture(scope="module")
def bloque(
    projet_severe: Path, espace_2023: Rafraichi, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Execution]:
    espace = espace_2023.copier(tmp_path_factory.mktemp("bloque") / "espace")
    return espace, lancer_a_part("actualiser", DEPOTS, "--espace", espace, projet=projet_severe)


def test_une_porte_fermee_laisse_l_entrepot_d_avant(
    bloque: tuple[Path, Execution], espace_2023: Rafraichi
) -> None:
    espace, execution = bloque
    assert execution.code == 4, execution.texte
    publie = (espace / "entrepot.duckdb").read_bytes()
    assert publie == (espace_2023.espace / "entrepot.duckdb").read_bytes()
    assert not (espace / ".travail").exists()


def test_la_raison_est_dite_en_francais(bloque: tuple[Path, Execution]) -> None:
    espace, execution = bloque
    lisible = " ".join(execution.sortie.split())
    assert "Publication arrêtée par un contrôle : rien n'est publié cette fois-ci" in lisible
    assert PHRASE in lisible
    assert "3 lignes en défaut" in lisible
    assert "Étape en erreur : int_en_panne" in lisible
    rapport = espace / "rapports" / f"{_numero(execution)}.html"
    assert PHRASE in rapport.read_text(encoding="utf-8").replace("&#39;", "'")
    derniers = lire(
        espace / "journal.duckdb",
        "select statut, fin from rafraichissements order by debut desc, fin desc limit 1",
    )
    assert derniers["statut"].to_list() == ["bloque"]


def _numero(execution: Execution) -> str:
    trouve = re.search(r"\d{8}-\d{6}-[0-9a-f]{4}", execution.sortie)
    assert trouve, execution.sortie
    return trouve[0]


def test_le_passage_suivant_publie(
    bloque: tuple[Path, Execution], echantillons: Rafraichi, tmp_path: Path
) -> None:
    """The deposits were loaded: once the control is mended, they are published without being read again."""
    espace = shutil.copytree(bloque[0], tmp_path / "espace")
    execution = lancer("actualiser", DEPOTS, "--espace", espace)
    assert execution.code == 0, execution.texte
    assert cube(espace).equals(cube(echantillons.espace))
