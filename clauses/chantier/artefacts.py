"""dbt's two accounts of a build, kept beside its report: manifest.json (the models) and run_results.json (how each went).

Where dbt built, both are its own. Where its statements were sent again, the manifest is the one that it wrote when it last
spoke, and the results are put here in its schema: any tool that reads dbt's reads them, and `dbt --state` too.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from clauses.chantier.execution import Joue, Noeud, Plan

MANIFESTE = "manifest.json"
RESULTATS = "run_results.json"
SCHEMA = "https://schemas.getdbt.com/dbt/run-results/v6.json"


def run_results(plan: Plan, joues: Sequence[Joue], version_dbt: str) -> dict[str, Any]:
    """What became of each node of the plan, in dbt's schema. A node that was not begun, after an error, is `skipped`.

    `args.which` is `replay`, which no command of dbt is: who reads it knows that dbt did not carry it out.
    """
    faits = {j.noeud.identifiant: j for j in joues}
    fin = max((j.fin for j in joues), default=dt.datetime.now(dt.UTC))
    debut = min((j.debut for j in joues), default=fin)
    return {
        "metadata": {
            "dbt_schema_version": SCHEMA,
            "dbt_version": version_dbt,
            "generated_at": _instant(fin),
            "invocation_id": str(uuid.uuid4()),
            "invocation_started_at": _instant(debut),
            "env": {},
        },
        "results": [_resultat(n, faits.get(n.identifiant)) for n in plan.noeuds],
        "elapsed_time": (fin - debut).total_seconds(),
        "args": {"which": "replay"},
    }


def _resultat(noeud: Noeud, joue: Joue | None) -> dict[str, Any]:
    etapes = [] if joue is None else [("execute", joue.debut, joue.fin)]
    return {
        "unique_id": noeud.identifiant,
        "status": "skipped" if joue is None else joue.statut,
        "timing": [
            {"name": nom, "started_at": _instant(debut), "completed_at": _instant(fin)}
            for nom, debut, fin in etapes
        ],
        "thread_id": "replay",
        "execution_time": sum((fin - debut).total_seconds() for _, debut, fin in etapes),
        "adapter_response": {},
        "message": None if joue is None else joue.porte,
        "failures": None if joue is None else joue.lignes,
        "batch_results": None,
        "compiled": True,
        "compiled_code": None,  # in the manifest
        "relation_name": None,
    }


def _instant(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def garder(travail: Path, dossier: Path) -> None:
    """Moves the two accounts of the build in `travail` to `dossier`; those of them that it left."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom in (MANIFESTE, RESULTATS):
        with suppress(FileNotFoundError):  # dbt could not even begin
            shutil.move(travail / "target" / nom, dossier / nom)
