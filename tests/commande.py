"""Running the command as a user does, and looking at what it leaves in a workspace.

In this process wherever the process is not the subject: `lancer` saves some seconds of imports each time. What a kill, a
Ctrl-C, a full disk, other code or another home leaves is seen with `lancer_a_part`, or with `commande` and `environnement`.
"""

from __future__ import annotations

import io
import lzma
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pandas  # noqa: F401  # else the command would have the whole process do without it
import polars as pl
import pytest

from clauses import cli
from clauses.chantier import dbt_build, warm
from clauses.socle import workers
from expectations.adaptateur import precharger

RACINE = Path(__file__).parents[1]
ECHANTILLONS = RACINE / "tests" / "data" / "samples"
DEPOTS = ECHANTILLONS / "depots"
AUTRES_LOGICIELS = RACINE / "tests" / "data" / "autres-logiciels"
ATTENDU = ECHANTILLONS / "attendu"
_OUVRIER = workers.Ouvrier
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
    *arguments: object, ajouts: dict[str, str] | None = None, dossier: Path | None = None
) -> Execution:
    """Runs `clauses …` in this process, its workers included. No command may ever show a traceback."""
    debut = time.perf_counter()
    sortie, erreurs = (_flux() for _ in range(2))
    interruption = signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as tenu, mock.patch.dict(os.environ, environnement(ajouts), clear=True):
        tenu.chdir(dossier or RACINE)
        tenu.setattr(sys, "argv", ["clauses", *map(str, arguments)])
        tenu.setattr(sys, "stdout", sortie)
        tenu.setattr(sys, "stderr", erreurs)
        tenu.setattr(workers, "Ouvrier", _ouvrier)
        tenu.setattr(warm, "Ouvrier", _ouvrier)
        try:
            cli.main()
        except SystemExit as fin:
            code = int(fin.code or 0)
        finally:
            signal.signal(signal.SIGINT, interruption)
    return _fini(code, _contenu(sortie), _contenu(erreurs), debut)


def lancer_a_part(
    *arguments: object,
    ajouts: dict[str, str] | None = None,
    projet: Path = RACINE,
    dossier: Path | None = None,
    place: int | None = None,
) -> Execution:
    """Runs `clauses …` in a process of its own, from the code of `projet`.

    `place`: octets that no file may grow beyond, as on a full disk.
    """
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
        preexec_fn=lambda: place and resource.setrlimit(resource.RLIMIT_FSIZE, (place, place)),
    )
    return _fini(fini.returncode, fini.stdout, fini.stderr, debut)


def dit(execution: Execution, *attendus: str | int) -> None:
    """Asserts what a command said, line breaks aside; a number is the code it ended with."""
    lisible = " ".join(execution.texte.split())
    for attendu in attendus:
        if isinstance(attendu, int):
            assert execution.code == attendu, execution.texte
        else:
            assert attendu in lisible, execution.texte


def _fini(code: int, sortie: str, erreurs: str, debut: float) -> Execution:
    execution = Execution(code, sortie, erreurs, time.perf_counter() - debut)
    for trace in ("Traceback", "Exception ignored"):
        assert trace not in execution.texte, execution.texte
    return execution


def _flux() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace", write_through=True)


def _contenu(flux: io.TextIOWrapper) -> str:
    octets = flux.buffer
    assert isinstance(octets, io.BytesIO)
    return octets.getvalue().decode("utf-8", "replace")


def _ouvrier(preparer: Callable[..., Any], *arguments: Any) -> Any:
    """A worker without its process, but where dbt itself is to be asked: what it keeps in memory no test could undo."""
    sans_dbt = dbt_build.plan_conserve() is not None and dbt_build.references_conservees() is not None
    if preparer is precharger or (preparer is dbt_build.importer and sans_dbt):
        return SurPlace(preparer, *arguments)
    return _OUVRIER(preparer, *arguments)


class SurPlace:
    """What a worker of a refresh answers, found where it is asked: Great Expectations is imported once for all commands."""

    def __init__(self, preparer: Callable[..., Any], *arguments: Any) -> None:
        self._preparer: deque[tuple[Callable[..., Any], Any]] = deque([(preparer, arguments)])
        self._preparation: Any = None
        self._reponses: deque[tuple[bool, Any]] = deque()

    def __enter__(self) -> SurPlace:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def congedier(self) -> None:
        pass

    def appeler(self, fonction: Callable[..., Any], *arguments: Any) -> Any:
        self.demander(fonction, *arguments)
        return self.repondre()

    def demander(self, fonction: Callable[..., Any], *arguments: Any) -> None:
        self.attendre()
        try:
            self._reponses.append((True, fonction(*arguments)))
        except BaseException:
            self._reponses.append((False, traceback.format_exc()))

    def repondre(self) -> Any:
        reussi, valeur = self._reponses.popleft()
        if not reussi:
            raise workers.ErreurOuvrier(valeur)
        return valeur

    def attendre(self) -> Any:
        if self._preparer:
            fonction, arguments = self._preparer.popleft()
            self._preparation = fonction(*arguments)
        return self._preparation


@dataclass(frozen=True)
class Rafraichi:
    """A workspace and the refresh that made it."""

    espace: Path
    execution: Execution

    def copier(self, destination: Path) -> Path:
        return copier_espace(self.espace, destination)


def copier_espace(espace: Path, destination: Path) -> Path:
    shutil.copytree(espace, destination)
    return destination


def lire(base: Path, requete: str) -> pl.DataFrame:
    """Runs a query on a DuckDB file opened read-only."""
    with duckdb.connect(str(base), read_only=True) as connexion:
        return connexion.execute(requete).pl()


CLE_DU_CUBE = (
    *("tableau", "mesure", "niveau_territoire", "code_territoire", "type_periode", "periode"),
    *("axe_1", "modalite_1", "axe_2", "modalite_2"),
)
CUBE = (
    f"select {', '.join(CLE_DU_CUBE)}, round(valeur, 6) as valeur, round(part, 6) as part, unite, base "
    "from marts.indicateurs order by all"
)


def chiffres_attendus(fichier: Path) -> pl.DataFrame:
    """The figures that must come out of a sample, from a CSV compressed by xz; no modality is an empty text."""
    with lzma.open(fichier) as ouvert:
        lus = pl.read_csv(ouvert.read(), infer_schema=False)
    return lus.with_columns(pl.col("valeur").cast(pl.Float64), pl.col(CLE_DU_CUBE).fill_null(""))


def chiffres_obtenus(espace: Path) -> pl.DataFrame:
    """Those of a workspace, written likewise."""
    colonnes = ", ".join(f"coalesce({c}, '') as {c}" for c in CLE_DU_CUBE)
    return lire(espace / "entrepot.duckdb", f"select {colonnes}, valeur from marts.indicateurs")


def chiffres_faux(attendus: pl.DataFrame, obtenus: pl.DataFrame, tolerance: float) -> pl.DataFrame:
    """Those that are not what they must be; an absent row is a zero."""
    compares = attendus.join(obtenus, on=CLE_DU_CUBE, how="left", suffix="_obtenue", validate="1:1")
    return compares.filter((pl.col("valeur") - pl.col("valeur_obtenue").fill_null(0)).abs() >= tolerance)


def cube(espace: Path) -> pl.DataFrame:
    """Every figure of the published warehouse, in an order of its own."""
    return lire(espace / "entrepot.duckdb", CUBE)
