"""Running dbt: load the seeds once, build and test a candidate, and keep what it said for the builds that follow.

dbt takes two seconds to import: only a worker process imports this module's functions' library, and only when models
or seeds have changed since dbt last spoke.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import duckdb
import yaml

from clauses.chantier.artefacts import MANIFESTE, RESULTATS, run_results
from clauses.chantier.execution import (
    Noeud,
    Plan,
    ResultatConstruction,
    executer,
    porte_d_un_controle,
    porte_d_une_erreur,
)
from clauses.socle.project import CACHE, RACINE, empreinte_construction, empreinte_modeles, empreinte_seeds

CANDIDAT = "candidat.duckdb"  # the path of profiles.yml, relative to the working folder
# cautious: a test belongs to the seeds only when it looks at nothing else
SUR_LES_SEEDS = ("path:seeds", "--indirect-selection", "cautious")
TAILLE_DU_JOURNAL = 10_000_000  # bytes
_COMMENTAIRE_DBT = re.compile(r"^\s*/\*.*?\*/", re.DOTALL)
# What a replay does without: dbt's own transactions, and what it asks the catalogue for its own use.
_SANS_REJEU = re.compile(
    r"begin$|commit$|describe \("
    r"|select\b.*\bfrom\s+(system\.information_schema\.\w+|duckdb_(databases|constraints|columns)\(\))"
    r"|select column_name, column_type as data_type,",
    re.IGNORECASE,
)
_REJOUEES = ("create", "comment", "alter", "drop")  # first words of what makes a warehouse
_manifeste: Any = None
_instructions: defaultdict[str, list[str]] = defaultdict(list)  # what dbt sent to the database, by node
_journal_dbt = logging.getLogger("clauses.dbt")


class InstructionInconnue(RuntimeError):
    """dbt sent what is neither to be sent again nor known to be of no use: the node, and its statement."""

    def __init__(self, noeud: str, instruction: str) -> None:
        super().__init__(
            f"dbt a envoyé pour {noeud or 'aucun modèle'} une instruction qu'une actualisation ne sait pas renvoyer telle "
            f"quelle : {' '.join(instruction.split())[:500]} (voir _SANS_REJEU et _REJOUEES ; « clauses actualiser "
            "--par-dbt » construit quand même)."
        )


def importer(par_dbt: bool = False) -> None:
    """Loads the library where it is needed, before it is known where the build takes place."""
    if _rien_a_demander(par_dbt):
        return
    import dbt.cli.main  # noqa: F401


def preparer(travail: Path, journaux: Path | None = None, par_dbt: bool = False) -> Path:
    """Makes sure the reference tables are loaded; returns the database that holds them.

    `journaux`: where dbt writes its log (warnings and errors, rotated); in `travail` otherwise. `par_dbt`: dbt itself
    will build. The result is kept for the next refreshes, as long as the seeds do not change.
    """
    global _manifeste
    if not _rien_a_demander(par_dbt):
        _ouvrir_le_journal(journaux or travail)
        os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        travail.mkdir(parents=True, exist_ok=True)
        with _dans(travail):
            _manifeste = lire_manifeste(travail)
            return _base_de_references(travail)
    return _place_des_references()


def _rien_a_demander(par_dbt: bool) -> bool:
    return not par_dbt and references_conservees() is not None and plan_conserve() is not None


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
    """The database of the reference tables, where an earlier refresh kept it; null too when the file is damaged."""
    conservee = _place_des_references()
    if not conservee.exists():
        return None
    try:
        duckdb.connect(str(conservee), read_only=True).close()
    except duckdb.Error:
        return None
    return conservee


def _place_des_references() -> Path:
    return CACHE / f"references-{empreinte_seeds()}.duckdb"


def plan_conserve() -> Plan | None:
    """What dbt said of the models as they are, where an earlier build kept it; null too when the file is damaged."""
    if not _place_de("manifeste").exists():
        return None
    try:
        plan = Plan.de_json(_place_de("plan").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return plan if plan.noeuds else None


def _place_de(sorte: str) -> Path:
    """Of the plan, or of dbt's manifest: named after all that makes them, the code that reads dbt included."""
    versions = "-".join(version(paquet) for paquet in ("dbt-core", "dbt-duckdb"))
    return CACHE / f"{sorte}-{empreinte_modeles()}-{empreinte_construction()}-{versions}.json"


def _base_de_references(travail: Path) -> Path:
    conservee = _place_des_references()
    if references_conservees() is None:
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


def construire(travail: Path, par_dbt: bool = False) -> ResultatConstruction:
    """Builds and tests every model in `travail`/candidat.duckdb: with what dbt last said of these models, or with dbt.

    Leaves dbt's two accounts in `travail`/target (see `artefacts`). A gate closes when dbt sent what cannot be sent again
    as it is; with `par_dbt` dbt builds whatever it sends, and nothing is kept.
    """
    plan = None if par_dbt else plan_conserve()
    if plan is not None:
        resultat = executer(plan, travail / CANDIDAT)
        cible = travail / "target"
        cible.mkdir(exist_ok=True)
        shutil.copyfile(_place_de("manifeste"), cible / MANIFESTE)
        rendu = run_results(plan, resultat.joues, version("dbt-core"))
        (cible / RESULTATS).write_text(json.dumps(rendu, ensure_ascii=False), encoding="utf-8")
        return resultat
    resultat, noeuds = construire_par_dbt(travail)
    if not par_dbt and not resultat.portes:  # after an error, dbt has not said all
        try:
            dit = en_plan(noeuds, _instructions)
        except InstructionInconnue as inconnue:
            return ResultatConstruction([str(inconnue)], [])
        (travail / "plan.json").write_text(dit.en_json(), encoding="utf-8")
        _conserver(travail / "target" / MANIFESTE, _place_de("manifeste"))
        _conserver(travail / "plan.json", _place_de("plan"))
    return resultat


def construire_par_dbt(
    travail: Path, tests_unitaires: bool = False
) -> tuple[ResultatConstruction, list[Any]]:
    """Has dbt itself build, and returns the nodes that it built; closes the database before returning.

    `tests_unitaires`: runs the models' unit tests too; they judge the code, not the data, and belong to `make test`.
    """
    _instructions.clear()
    sans = [f"--exclude-resource-type={sorte}" for sorte in ("seed", "exposure")]
    if not tests_unitaires:
        sans.append("--exclude-resource-type=unit_test")
    with _dans(travail):
        resultat = _invoquer(travail, "build", "--exclude", *SUR_LES_SEEDS, *sans, "--write-json")
        _fermer()
    if resultat.exception is not None:
        raise RuntimeError(str(resultat.exception)) from resultat.exception
    portes = [_porte(r) for r in resultat.result if r.status in ("fail", "error")]
    noeuds = [r.node for r in resultat.result]
    return ResultatConstruction(portes, [n.name for n in noeuds]), noeuds


def _porte(resultat: Any) -> str:
    noeud = resultat.node
    if resultat.status == "fail":
        return porte_d_un_controle(noeud.name, noeud.description, resultat.failures)
    return porte_d_une_erreur(noeud.name, str(resultat.message))


def en_plan(noeuds: Sequence[Any], instructions: Mapping[str, Sequence[str]]) -> Plan:
    """What dbt built and what it sent for it, by node ("" for none), as statements to send again.

    Raises InstructionInconnue for whatever is neither to be sent again nor known to be of no use.
    """
    construits = {n.unique_id: n for n in noeuds if n.resource_type in ("model", "test")}
    ouverture = [*_ouverture_du_profil(), *_a_rejouer("", instructions.get("", ()))]
    for nom, envoyees in instructions.items():
        # unit tests judge the code, not the data; the hook that comes before every node is part of the opening
        sorte = nom.split(".")[0]
        if sorte == "operation" and "-on-run-start-" in nom:
            ouverture += _a_rejouer(nom, envoyees)
        elif nom and sorte != "unit_test" and nom not in construits:
            raise InstructionInconnue(nom, next(iter(envoyees), ""))
    return Plan(
        ouverture,
        [
            Noeud(
                nom,
                noeud.description,
                noeud.resource_type == "test",
                [construits[d].name for d in noeud.depends_on.nodes if d in construits],
                _a_rejouer(nom, instructions.get(nom, ()), noeud.resource_type == "test"),
                str(noeud.config.get("severity", "error")).lower() == "error",
            )
            for nom, noeud in construits.items()
        ],
    )


def _ouverture_du_profil() -> list[str]:
    profil = yaml.safe_load((RACINE / "profiles.yml").read_text(encoding="utf-8"))
    candidat = profil["clauses"]["outputs"]["candidat"]
    return [
        *(f"attach '{base['path']}' as {base['alias']}" for base in candidat["attach"]),
        *(f"set {nom} = '{valeur}'" for nom, valeur in candidat["settings"].items()),
    ]


def _a_rejouer(nom: str, envoyees: Sequence[str], est_controle: bool = False) -> list[str]:
    """The statements of a node to send again: its one question for a data test, all that it writes otherwise."""
    # dbt's own comment comes before each
    lues = [_COMMENTAIRE_DBT.sub("", i).strip() for i in envoyees]
    gardees = [i for i in lues if not _SANS_REJEU.match(" ".join(i.split()))]
    verbes = ("select", "with") if est_controle else _REJOUEES
    for instruction in gardees:
        if not instruction.lower().startswith(verbes):
            raise InstructionInconnue(nom, instruction)
    if est_controle and len(gardees) != 1:
        raise InstructionInconnue(nom, "; ".join(gardees))
    return gardees


def _invoquer(travail: Path, commande: str, *options: str) -> Any:
    from dbt.cli.main import dbtRunner

    logging.getLogger("dbt").setLevel(logging.ERROR)
    arguments = [
        commande,
        *(f"--project-dir={RACINE}", f"--profiles-dir={RACINE}", "--target=candidat"),
        *(f"--target-path={travail / 'target'}", f"--log-path={travail / 'logs'}"),
        # dbt words every event for its file before it looks at its level: `_noter` writes the few that count
        *("--quiet", "--log-level=none", "--log-level-file=none", "--no-use-colors"),
        *("--no-send-anonymous-usage-stats", "--no-version-check", "--no-populate-cache"),
        *([] if "--write-json" in options else ["--no-write-json"]),  # a second of writing
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
