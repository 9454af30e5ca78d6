"""Running dbt: parse while the deposits are read, load the seeds once, build and test a candidate.

dbt takes two seconds to import: only a worker process imports this module's functions' library.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from clauses.project import CACHE, RACINE, empreinte_modeles, empreinte_seeds

CANDIDAT = "candidat.duckdb"  # the path of profiles.yml, relative to the working folder
# cautious: a test belongs to the seeds only when it looks at nothing else
SUR_LES_SEEDS = ("path:seeds", "--indirect-selection", "cautious")
TAILLE_DU_JOURNAL = 10_000_000  # bytes
_manifeste: Any = None
_journal_dbt = logging.getLogger("clauses.dbt")


@dataclass(frozen=True)
class ResultatDbt:
    """How a build went: the gates that closed (French, one sentence each), and seconds by node."""

    portes: list[str]
    durees: dict[str, float] = field(default_factory=dict)


def importer() -> None:
    """Loads the library, before it is known where the build takes place."""
    import dbt.cli.main  # noqa: F401

    from clauses import dbt_cadence

    dbt_cadence.regler()


def preparer(travail: Path, journaux: Path | None = None) -> Path:
    """Parses the project and makes sure the reference tables are loaded; returns the database that holds them.

    `journaux`: where dbt writes its log (warnings and errors, rotated); in `travail` otherwise.
    The result is kept for the next refreshes, as long as the seeds do not change.
    """
    global _manifeste
    _ouvrir_le_journal(journaux or travail)
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    # dbt builds two models at a time: cores that both would claim only wait for each other
    os.environ["CLAUSES_COEURS_PAR_MODELE"] = str(max(1, (os.cpu_count() or 1) // 2))
    travail.mkdir(parents=True, exist_ok=True)
    with _dans(travail):
        _manifeste = lire_manifeste(travail)
        return _base_de_references(travail)


def _ouvrir_le_journal(dossier: Path) -> None:
    dossier.mkdir(parents=True, exist_ok=True)
    fichier = RotatingFileHandler(
        dossier / "dbt.log", maxBytes=TAILLE_DU_JOURNAL, backupCount=1, encoding="utf-8", delay=True
    )
    fichier.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _journal_dbt.handlers = [fichier]
    _journal_dbt.propagate = False


def lire_manifeste(travail: Path) -> Any:
    """dbt's parse of the models as they are: kept under their fingerprint, since parsing costs seconds."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    conserve = CACHE / f"manifeste-{empreinte_modeles()}.msgpack"
    if conserve.exists():
        return Manifest.from_msgpack(conserve.read_bytes(), decoder=extended_mashumuro_decoder)
    resultat = _invoquer(travail, "parse")
    if not resultat.success:
        raise RuntimeError(f"dbt parse failed: {resultat.exception}")
    _conserver(travail / "target" / "partial_parse.msgpack", conserve)
    return resultat.result


def references_conservees() -> Path | None:
    """The database of the reference tables, where an earlier refresh kept it."""
    conservee = _place_des_references()
    return conservee if conservee.exists() else None


def _place_des_references() -> Path:
    return CACHE / f"references-{empreinte_seeds()}.duckdb"


def _base_de_references(travail: Path) -> Path:
    conservee = _place_des_references()
    if not conservee.exists():
        # seeds and their tests: once, not at every refresh
        for commande, *selection in (("seed",), ("test", "--select", *SUR_LES_SEEDS)):
            resultat = _invoquer(travail, commande, *selection)
            if not resultat.success:
                echecs = [r.message for r in resultat.result or () if r.status in ("fail", "error")]
                raise RuntimeError(f"dbt {commande} failed: {resultat.exception or echecs}")
        _fermer()
        if not _conserver(travail / CANDIDAT, conservee):
            conservee = travail / "references.duckdb"
            shutil.copy(travail / CANDIDAT, conservee)
        (travail / CANDIDAT).unlink()
    return conservee


def _conserver(source: Path, destination: Path) -> bool:
    """Keeps a file in the cache, in the place of that of an older fingerprint; false where it cannot be written."""
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        provisoire = destination.with_name(f"{destination.name}.{os.getpid()}")
        shutil.copy(source, provisoire)
        os.replace(provisoire, destination)
        sorte = destination.name.partition("-")[0]
        for ancien in destination.parent.glob(f"{sorte}-*{destination.suffix}"):
            if ancien != destination:
                ancien.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def construire(travail: Path, tests_unitaires: bool = False) -> ResultatDbt:
    """Builds and tests every model in `travail`/candidat.duckdb; closes the database before returning.

    `tests_unitaires`: runs the models' unit tests too; they judge the code, not the data, and belong to `make test`.
    """
    sans = () if tests_unitaires else ("--exclude-resource-type", "unit_test")
    with _dans(travail):
        resultat = _invoquer(
            travail, "build", "--exclude", *SUR_LES_SEEDS, "--exclude-resource-type", "seed", *sans
        )
        _fermer()
    if resultat.exception is not None:
        raise RuntimeError(str(resultat.exception)) from resultat.exception
    durees = {r.node.name: r.execution_time for r in resultat.result}
    return ResultatDbt([_porte(r) for r in resultat.result if r.status in ("fail", "error")], durees)


def _porte(resultat: Any) -> str:
    noeud = resultat.node
    quoi = " ".join((noeud.description or noeud.name).split())
    if resultat.status == "fail":
        return (
            f"Contrôle non satisfait : {quoi} ({resultat.failures} lignes en défaut ; contrôle {noeud.name})."
        )
    return f"Étape en erreur : {noeud.name} ({' '.join(str(resultat.message).split())[:300]})."


def _invoquer(travail: Path, commande: str, *options: str) -> Any:
    from dbt.cli.main import dbtRunner

    logging.getLogger("dbt").setLevel(logging.ERROR)
    arguments = [
        commande,
        "--project-dir",
        str(RACINE),
        "--profiles-dir",
        str(RACINE),
        "--target-path",
        str(travail / "target"),
        "--log-path",
        str(travail / "logs"),
        "--log-level",
        "none",
        "--no-use-colors",
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        "--no-populate-cache",
        "--quiet",
        "--no-write-json",  # a second of writing that nobody reads
        "--log-level-file",
        "none",  # dbt words every event for its file before it looks at its level: `_noter` writes the few that count
        *options,
    ]
    return dbtRunner(manifest=_manifeste, callbacks=[_noter]).invoke(arguments)


def _noter(evenement: Any) -> None:
    if evenement.info.level in ("warn", "error"):
        _journal_dbt.warning(evenement.info.msg)


def _fermer() -> None:
    """dbt keeps its database open in the process: it must be closed before the file is moved."""
    from dbt.adapters.factory import reset_adapters

    reset_adapters()
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _dans(dossier: Path) -> Iterator[None]:
    """The profile's path is relative: dbt runs from the working folder."""
    avant = Path.cwd()
    os.chdir(dossier)
    try:
        yield
    finally:
        os.chdir(avant)


def chauffer_le_cache() -> None:
    """Loads the reference tables and parses the models once, so that the first refresh is as fast as the next."""
    with tempfile.TemporaryDirectory() as dossier:
        preparer(Path(dossier))


if __name__ == "__main__":
    chauffer_le_cache()
