"""Running the command as a user does, and looking at what it leaves in a workspace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

RACINE = Path(__file__).parents[2]
ECHANTILLONS = RACINE / "tests" / "data" / "samples"
DEPOTS = ECHANTILLONS / "depots"
ATTENDU = ECHANTILLONS / "attendu"
DELAI = 600  # seconds after which a command is stuck


@dataclass(frozen=True)
class Execution:
    """How a command ended: exit code, standard output, standard error, seconds."""

    code: int
    sortie: str
    erreurs: str
    duree: float

    @property
    def texte(self) -> str:
        return self.sortie + self.erreurs


def commande(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "clauses.cli", *map(str, arguments)]


def environnement(ajouts: dict[str, str] | None = None, projet: Path = RACINE) -> dict[str, str]:
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CLAUSES_")}
    return {**propre, "PYTHONPATH": str(projet), "COLUMNS": "200", "TERM": "dumb", **(ajouts or {})}


def lancer(
    *arguments: object,
    ajouts: dict[str, str] | None = None,
    projet: Path = RACINE,
    dossier: Path | None = None,
) -> Execution:
    """Runs `clauses …` in a process of its own. No command may ever show a traceback."""
    debut = time.perf_counter()
    fini = subprocess.run(
        commande(*arguments),
        cwd=dossier or projet,
        env=environnement(ajouts, projet),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=DELAI,
        check=False,
    )
    execution = Execution(fini.returncode, fini.stdout, fini.stderr, time.perf_counter() - debut)
    assert "Traceback" not in execution.texte, execution.texte
    return execution


def copier_espace(espace: Path, destination: Path) -> Path:
    shutil.copytree(espace, destination)
    return destination


def lire(base: Path, requete: str) -> pl.DataFrame:
    """Runs a query on a DuckDB file opened read-only."""
    with duckdb.connect(str(base), read_only=True) as connexion:
        return connexion.execute(requete).pl()


CUBE = (
    "select tableau, mesure, niveau_territoire, code_territoire, type_periode, periode, axe_1, modalite_1, "
    "axe_2, modalite_2, round(valeur, 6) as valeur, round(part, 6) as part, unite, base "
    "from marts.indicateurs order by all"
)


def cube(espace: Path) -> pl.DataFrame:
    """Every figure of the published warehouse, in an order of its own."""
    return lire(espace / "entrepot.duckdb", CUBE)
