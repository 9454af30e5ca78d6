"""Running dbt: load the seeds once, build and test a candidate, and keep what it said for the builds that follow.

dbt takes two seconds to import: only a worker process imports this module's functions' library, and only when models
or seeds have changed since dbt last spoke.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import yaml

from clauses.chantier.execution import (
    Noeud,
    Plan,
    ResultatConstruction,
    executer,
    porte_d_un_controle,
    porte_d_une_erreur,
)
from clauses.socle.project import CACHE, RACINE, empreinte_modeles, empreinte_seeds

CANDIDAT = "candidat.duckdb"  # the path of profiles.yml, relative to the working folder
# cautious: a test belongs to the seeds only when it looks at nothing else
SUR_LES_SEEDS = ("path:seeds", "--indirect-selection", "cautious")
TAILLE_DU_JOURNAL = 10_000_000  # bytes
_COMMENTAIRE_DBT = re.compile(r"^\s*/\*.*?\*/", re.DOTALL)
_manifeste: Any = None
_instructions: defaultdict[str, list[str]] = defaultdict(list)  # what dbt sent to the database, by node
_journal_dbt = logging.getLogger("clauses.dbt")


def importer() -> None:
    """Loads the library where it is needed, before it is known where the build takes place."""
    if _rien_a_demander():
        return
    import dbt.cli.main  # noqa: F401


def preparer(travail: Path, journaux: Path | None = None) -> Path:
    """Makes sure the reference tables are loaded; returns the database that holds them.

    `journaux`: where dbt writes its log (warnings and errors, rotated); in `travail` otherwise.
    The result is kept for the next refreshes, as long as the seeds do not change.
    """
    global _manifeste
    if not _rien_a_demander():
        _ouvrir_le_journal(journaux or travail)
        os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        travail.mkdir(parents=True, exist_ok=True)
        with _dans(travail):
            _manifeste = lire_manifeste(travail)
            return _base_de_references(travail)
    return _place_des_references()


def _rien_a_demander() -> bool:
    return _place_des_references().exists() and plan_conserve() is not None


def _ouvrir_le_journal(dossier: Path) -> None:
    dossier.mkdir(parents=True, exist_ok=True)
    fichier = RotatingFileHandler(
        dossier / "dbt.log", maxBytes=TAILLE_DU_JOURNAL, backupCount=1, encoding="utf-8", delay=True
    )
    fichier.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _journal_dbt.handlers = [fichier]
    _journal_dbt.propagate = False


def lire_manifeste(travail: Path) -> Any:
    """dbt's parse of the models as they are."""
    resultat = _invoquer(travail, "parse")
    if not resultat.success:
        raise RuntimeError(f"dbt parse failed: {resultat.exception}")
    return resultat.result


def references_conservees() -> Path | None:
    """The database of the reference tables, where an earlier refresh kept it."""
    conservee = _place_des_references()
    return conservee if conservee.exists() else None


def _place_des_references() -> Path:
    return CACHE / f"references-{empreinte_seeds()}.duckdb"


def plan_conserve() -> Plan | None:
    """What dbt said of the models as they are, where an earlier build kept it; null too when the file is damaged."""
    try:
        return Plan.de_json(_place_du_plan().read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place_du_plan() -> Path:
    versions = "-".join(version(paquet) for paquet in ("dbt-core", "dbt-duckdb"))
    return CACHE / f"plan-{empreinte_modeles()}-{versions}.json"


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
        if _conserver(travail / CANDIDAT, conservee):
            (travail / CANDIDAT).unlink()
        else:
            conservee = (travail / CANDIDAT).rename(travail / "references.duckdb")
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


def construire(travail: Path) -> ResultatConstruction:
    """Builds and tests every model in `travail`/candidat.duckdb: with what dbt last said of these models, or with dbt."""
    plan = plan_conserve()
    if plan is not None:
        return executer(plan, travail / CANDIDAT)
    resultat, plan = construire_par_dbt(travail)
    if not resultat.portes:  # after an error, dbt has not said all
        (travail / "plan.json").write_text(plan.en_json(), encoding="utf-8")
        _conserver(travail / "plan.json", _place_du_plan())
    return resultat


def construire_par_dbt(travail: Path, tests_unitaires: bool = False) -> tuple[ResultatConstruction, Plan]:
    """Has dbt itself build, and returns what it sent to the database; closes the database before returning.

    `tests_unitaires`: runs the models' unit tests too; they judge the code, not the data, and belong to `make test`.
    """
    _instructions.clear()
    sans = () if tests_unitaires else ("--exclude-resource-type", "unit_test")
    with _dans(travail):
        resultat = _invoquer(
            travail, "build", "--exclude", *SUR_LES_SEEDS, "--exclude-resource-type", "seed", *sans
        )
        _fermer()
    if resultat.exception is not None:
        raise RuntimeError(str(resultat.exception)) from resultat.exception
    durees = {r.node.name: r.execution_time for r in resultat.result}
    portes = [_porte(r) for r in resultat.result if r.status in ("fail", "error")]
    noeuds = [r.node for r in resultat.result if r.node.resource_type in ("model", "test")]
    return ResultatConstruction(portes, durees), _plan(noeuds)


def _porte(resultat: Any) -> str:
    noeud = resultat.node
    if resultat.status == "fail":
        return porte_d_un_controle(noeud.name, noeud.description, resultat.failures)
    return porte_d_une_erreur(noeud.name, str(resultat.message))


def _plan(noeuds: list[Any]) -> Plan:
    noms = {n.unique_id: n.name for n in noeuds}
    return Plan(
        [*_ouverture_du_profil(), *_ecrites("", ("create",))],
        [
            Noeud(
                noeud.name,
                noeud.description,
                est_controle := noeud.resource_type == "test",
                [noms[d] for d in noeud.depends_on.nodes if d in noms],
                # what is asked of the database besides (types of columns, constraints) was only for dbt to know
                _ecrites(noeud.unique_id, ("select", "with"))[-1:]
                if est_controle
                else _ecrites(noeud.unique_id, ("create", "comment")),
            )
            for noeud in noeuds
        ],
    )


def _ouverture_du_profil() -> list[str]:
    profil = yaml.safe_load((RACINE / "profiles.yml").read_text(encoding="utf-8"))
    candidat = profil["clauses"]["outputs"]["candidat"]
    return [
        *(f"attach '{base['path']}' as {base['alias']}" for base in candidat["attach"]),
        *(f"set {nom} = '{valeur}'" for nom, valeur in candidat["settings"].items()),
    ]


def _ecrites(noeud: str, verbes: tuple[str, ...]) -> list[str]:
    """What dbt sent for this node and that begins with one of these words, without its own comment before."""
    instructions = (_COMMENTAIRE_DBT.sub("", i).strip() for i in _instructions[noeud])
    return [i for i in instructions if i.lower().startswith(verbes)]


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
    if evenement.info.name == "SQLQuery":
        _instructions[evenement.data.node_info.unique_id].append(evenement.data.sql)
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
