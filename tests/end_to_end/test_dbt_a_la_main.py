"""dbt by hand: all of it twice, a part of it, a look at a model, and the published warehouse as it was."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commande import RACINE, Rafraichi, cube, lancer_a_part, lire
from typer.testing import CliRunner

from clauses import cli
from clauses.commandes import dbt_a_la_main
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.workspace import Espace

# its own tests of the models' code are run by test_dbt_build.py
TOUT = ("build", "--exclude-resource-type", "unit_test")
EN_PARTIE = (
    "ind_t05+",
    "stg_depots",
    "int_indicateurs__faits_par_maille",
    "dim_structure",
    "tableaux",
    "fct_heures",
)


def resultats(espace: Path) -> dict[str, str]:
    rendu = json.loads((espace / ".dbt" / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {r["unique_id"].split(".")[2]: r["status"] for r in rendu["results"]}


def dbt(*arguments: str, espace: Path) -> subprocess.CompletedProcess[str]:
    """dbt's own command from the root of the repository, as after `make dev`."""
    ailleurs = {"CLAUSES_DBT": str(espace / ".dbt"), "DBT_TARGET_PATH": str(espace / ".dbt" / "target")}
    return subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), *arguments, "--log-path", str(espace / "logs")],
        cwd=RACINE,
        env={**os.environ, **ailleurs},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.lent
def test_dbt_works_by_hand_and_the_published_file_stays_as_it_was(
    echantillons: Rafraichi, tmp_path: Path
) -> None:
    espace = echantillons.copier(tmp_path / "espace")
    publie = (espace / "entrepot.duckdb").read_bytes()

    premier = lancer_a_part("dbt", *TOUT, "--espace", espace)
    assert premier.code == 0, premier.texte
    faits = resultats(espace)
    assert set(faits.values()) == {"success", "pass", "no-op"}  # nothing is to be done of an exposure
    assert {"ind_t05", "indicateurs", "dim_structure", "tableaux"} <= set(faits)

    # what a second run may stumble on is what the first one made: tables and views
    partie = dbt("build", "-s", *EN_PARTIE, "--exclude-resource-type", "unit_test", espace=espace)
    assert partie.returncode == 0, partie.stdout
    refaits = resultats(espace)
    assert {"ind_t05", "indicateurs", *EN_PARTIE[1:]} <= set(refaits)
    assert refaits.items() <= faits.items()
    assert "ind_t06" not in refaits

    # the tests that go with a part are those that need nothing else
    choisis = dbt("--quiet", "ls", "-s", "+ind_t05", "--resource-type", "test", espace=espace)
    assert choisis.returncode == 0, choisis.stdout
    assert "cle_unique_int_communes__resolues_code_lu" in choisis.stdout
    assert "heures_conservees" not in choisis.stdout

    montre = lancer_a_part("dbt", "show", "-s", "ind_t05", "--limit", "2", "--espace", espace)
    assert montre.code == 0, montre.texte
    assert "| T05" in montre.sortie

    refait = tmp_path / "refait"
    refait.mkdir()
    (espace / ".dbt" / "candidat.duckdb").rename(refait / "entrepot.duckdb")
    assert cube(refait).equals(cube(espace))
    assert (espace / "entrepot.duckdb").read_bytes() == publie


@pytest.mark.lent
def test_the_working_copy_goes_when_another_warehouse_is_published(
    espace_2023: Rafraichi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clauses.chantier import warehouse

    espace = Espace(espace_2023.copier(tmp_path / "espace"))
    monkeypatch.setattr(dbt_a_la_main.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))
    with pytest.raises(ErreurUtilisateur, match="clauses dbt build") as rien:
        dbt_a_la_main.lancer_dbt(["show", "-s", "ind_t05"], espace)
    assert rien.value.code == "RIEN_DE_CONSTRUIT"
    assert dbt_a_la_main.lancer_dbt(["build"], espace) == 0
    assert stat.S_IMODE(espace.dbt.stat().st_mode) == 0o700  # it holds birth dates
    (lus,) = lire(espace.dbt / "candidat.duckdb", "select count(*) from brut.heures").row(0)
    assert lus > 100
    assert not espace.travail.exists()
    warehouse.poser_indicateurs_publies(espace, None)
    assert not espace.dbt.exists()


@pytest.mark.parametrize(
    ("arguments", "code"), [([], "COMMANDE_ABSENTE"), (["build"], "ENTREPOT_ABSENT")], ids=str
)
def test_mistakes_are_told_in_french(arguments: list[str], code: str, tmp_path: Path) -> None:
    with pytest.raises(ErreurUtilisateur) as erreur:
        dbt_a_la_main.lancer_dbt(arguments, Espace(tmp_path / "nulle_part"))
    assert erreur.value.code == code
    assert not (tmp_path / "nulle_part").exists()


def test_all_that_is_not_the_workspace_is_for_dbt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recus: list[tuple[list[str], Path]] = []
    noter: Callable[[list[str], Espace], int] = lambda a, e: recus.append((a, e.racine)) or 1  # noqa: E731
    monkeypatch.setattr(dbt_a_la_main, "lancer_dbt", noter)
    arguments = [
        "dbt",
        "build",
        "-s",
        "ind_t05+",
        "--espace",
        str(tmp_path),
        "--full-refresh",
        "--threads",
        "1",
    ]
    assert CliRunner().invoke(cli.application, arguments).exit_code == 1
    assert recus == [(["build", "-s", "ind_t05+", "--full-refresh", "--threads", "1"], tmp_path)]
