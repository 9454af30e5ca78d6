"""dbt by hand on a workspace: a copy of what the last refresh built from, where dbt may do anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from clauses.chantier import dbt_build, warehouse
from clauses.chantier.reglages import lire_reglages
from clauses.chantier.state import lire_etat
from clauses.commandes.intake import maintenant
from clauses.socle.errors import ErreurUtilisateur
from clauses.socle.journal import Journal
from clauses.socle.project import RACINE, version_code
from clauses.socle.workers import Ouvrier
from clauses.socle.workspace import Espace
from exports.edition.millesimes import dernieres_publiees
from ingest.loading import fichiers_bruts
from ingest.references import schemas_bruts

PRETE = "empreinte"  # which published warehouse the copy is of
APRES_BUILD = ("show", "test")  # commands of dbt that read what an earlier one built


def lancer_dbt(arguments: Sequence[str], espace: Espace) -> int:
    """Runs `dbt ARGUMENTS` on the workspace and returns dbt's exit code: 0 done, 1 something failed, 2 misused.

    The published warehouse is only read: dbt works in `espace.dbt`. Raises ErreurUtilisateur without arguments, in a
    workspace that has published nothing, or where nothing is built yet of what is to be read.
    """
    if not arguments:
        raise ErreurUtilisateur(
            "COMMANDE_ABSENTE",
            "Que doit faire dbt ? D'abord : clauses dbt build ; ensuite, par exemple : clauses dbt show -s ind_t05",
        )
    if not _est_prete(espace):
        _preparer(espace)
        if arguments[0] in APRES_BUILD:
            raise ErreurUtilisateur(
                "RIEN_DE_CONSTRUIT",
                f"La copie de travail de dbt vient d'être préparée dans « {espace.dbt} » : aucun modèle n'y est encore "
                f"construit. Lancez d'abord : clauses dbt build --espace {espace.racine}",
            )
    dossiers = {
        "CLAUSES_DBT": espace.dbt,
        "DBT_PROJECT_DIR": RACINE,
        "DBT_PROFILES_DIR": RACINE,
        "DBT_TARGET_PATH": espace.dbt / "target",
        "DBT_LOG_PATH": espace.dbt / "logs",
    }
    programme = "from dbt.cli.main import cli; cli(prog_name='clauses dbt')"
    return subprocess.run(
        [sys.executable, "-c", programme, *arguments],
        env={**os.environ, **{nom: str(dossier) for nom, dossier in dossiers.items()}},
        check=False,
    ).returncode


def _est_prete(espace: Espace) -> bool:
    """Whether the copy is that of the published warehouse: a dbt at work while another was published makes files again."""
    try:
        return (espace.dbt / PRETE).read_text(encoding="utf-8") == warehouse.empreinte_publiee(
            espace.entrepot
        )
    except OSError:
        return False


def _preparer(espace: Espace) -> None:
    """Puts beside the published warehouse what it was built from: deposits (as views), ledger, reference tables."""
    with warehouse.ouvrir_publie(espace) as publie:
        ((arrete, empreinte),) = publie.execute(
            "select date_arrete, empreinte from qualite.construction"
        ).fetchall()
    reglages = lire_reglages(espace)
    with espace.verrouiller():
        journal = Journal(espace.journal, lecture_seule=True)
        etat = lire_etat(journal, arrete, reglages)
        espace.travail.mkdir(exist_ok=True)
        prepare = espace.travail / dbt_build.CANDIDAT
        warehouse.preparer_candidat(
            prepare,
            dbt_build.references_conservees() or _references(espace),
            fichiers_bruts(espace.brut, etat.acceptes),
            schemas_bruts(),
            journal,
            warehouse.Parametres("dbt", arrete, version_code(), maintenant(), etat.empreinte),
            etat.ajouts,
            dernieres_publiees(espace.millesimes),
        )
        shutil.rmtree(espace.dbt, ignore_errors=True)
        espace.dbt.mkdir(mode=0o700)  # as brut/, it holds birth dates
        os.replace(prepare, espace.dbt / dbt_build.CANDIDAT)
        (espace.dbt / PRETE).write_text(empreinte, encoding="utf-8")


def _references(espace: Espace) -> Path:
    with Ouvrier(dbt_build.preparer, espace.travail, espace.logs) as ouvrier:
        return Path(ouvrier.attendre())
