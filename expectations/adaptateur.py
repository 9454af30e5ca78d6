"""The only door to Great Expectations: profiles in, one result per deposit and expectation out.

The library takes seconds to import: nothing here loads it before it is needed, and `precharger` may do it in
a thread while files are read. Nothing is written or sent: the context lives in memory, without pages.
"""

from __future__ import annotations

import importlib
import json
import logging
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl

from clauses.socle.nombres import nombre, sans_zeros
from clauses.socle.project import PAQUETS
from expectations.profil import EFFECTIF_MINIMAL, profiler_indicateurs

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition

SUITES = PAQUETS / "expectations" / "suites"
SUITE_INDICATEURS = "marts_indicateurs"

COLONNES_RESULTATS: dict[str, type[pl.DataType]] = {
    "depot": pl.String,
    "suite": pl.String,
    "expectation": pl.String,
    "severite": pl.String,
    "succes": pl.Boolean,
    "observe": pl.String,
    "attendu": pl.String,
    "message": pl.String,
    "casse": pl.Boolean,
}

# Positions of the failing rows and nothing of their content.
FORMAT_RESULTAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


# Statistical tests and charts: over a third of the library's import, for expectations that no suite has.
_SANS_USAGE = ("scipy.stats", "altair")


class _PlusTard(ModuleType):
    """Stands for a module until something is asked of it."""

    def __getattr__(self, attribut: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribut)


def precharger() -> None:
    """Import Great Expectations (2 to 4 s) ahead of need; safe in a thread beside polars work."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    for nom in _SANS_USAGE:
        sys.modules.setdefault(nom, _PlusTard(nom))
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    import great_expectations  # noqa: F401


def valider(profils: Mapping[str, pl.DataFrame], dossier: Path = SUITES) -> pl.DataFrame:
    """Judge profiles (by suite name, one row per deposit) with the suites of `dossier`.

    Returns one row per deposit and expectation, in the order of the suites. `succes` is null and `casse` true
    when the expectation itself could not be run, which says nothing of the data; a measure without value (too
    few rows) succeeds. Profiles without a suite, suites without a profile and empty profiles give no row.
    Raises ValueError or KeyError when a suite file is not well formed.
    """
    suites = {
        chemin.stem: json.loads(chemin.read_text(encoding="utf-8"))
        for chemin in sorted(dossier.glob("*.json"))
    }
    a_juger = {nom: suite for nom, suite in suites.items() if nom in profils and profils[nom].height}
    if not a_juger:
        return pl.DataFrame(schema=COLONNES_RESULTATS)
    precharger()
    lots = _definition_de_lot()
    lignes: list[dict[str, Any]] = []
    for nom, suite in a_juger.items():
        profil = profils[nom]
        echecs = _juger(lots, suite, profil)
        for expectation in suite["expectations"]:
            lignes += _resultats(nom, expectation, echecs.get(expectation["meta"]["code"]), profil)
    return pl.DataFrame(lignes, schema=COLONNES_RESULTATS)


def valider_indicateurs(cube: pl.DataFrame) -> pl.DataFrame:
    """Judge the built cube `marts.indicateurs`; same result as `valider`, with a null `depot`."""
    return valider({SUITE_INDICATEURS: profiler_indicateurs(cube)})


def _definition_de_lot() -> BatchDefinition[Any]:
    """Any frame given to it becomes a batch: the context is set up once, whatever the number of suites."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # The library's own in-memory default also makes a temporary directory for its pages: not wanted.
    configuration = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    contexte = gx.get_context(mode="ephemeral", project_config=configuration)
    source = contexte.data_sources.add_pandas("profils")
    return source.add_dataframe_asset("profil").add_batch_definition_whole_dataframe("profil")


def _juger(
    lots: BatchDefinition[Any], suite: dict[str, Any], profil: pl.DataFrame
) -> dict[str, frozenset[int]]:
    """Positions of the failing rows by expectation code; a code that is missing is a check that broke."""
    import great_expectations as gx
    import pandas as pd

    mesures = sorted({e["kwargs"]["column"] for e in suite["expectations"]} & set(profil.columns))
    try:
        donnees = pd.DataFrame({mesure: profil[mesure].cast(pl.Float64).to_numpy() for mesure in mesures})
        lot = lots.get_batch({"dataframe": donnees})
        resultats = lot.validate(gx.ExpectationSuite(**suite), result_format=FORMAT_RESULTAT).results
    except Exception:  # the check's own failure, whatever it is, and its text may quote values
        return {}
    # Without a list of rows it raised, or does not judge each row and cannot be brought back to deposits.
    return {
        resultat.expectation_config.meta["code"]: frozenset(resultat.result["unexpected_index_list"])
        for resultat in resultats
        if resultat.expectation_config is not None and "unexpected_index_list" in resultat.result
    }


def _resultats(
    suite: str, expectation: dict[str, Any], echecs: frozenset[int] | None, profil: pl.DataFrame
) -> list[dict[str, Any]]:
    meta = expectation["meta"]
    mesure = expectation["kwargs"]["column"]
    valeurs = profil[mesure].to_list() if mesure in profil.columns else [None] * profil.height
    resultats = []
    for position, (depot, valeur) in enumerate(zip(profil["depot_id"], valeurs, strict=True)):
        succes = None if echecs is None else position not in echecs
        observe = None if echecs is None else _observe(valeur, meta["unite"])
        resultats.append(
            {
                "depot": depot,
                "suite": suite,
                "expectation": meta["code"],
                "severite": meta["severite"],
                "succes": succes,
                "observe": observe,
                "attendu": meta["attendu"],
                "message": _message(meta, succes, observe),
                "casse": echecs is None,
            }
        )
    return resultats


def _observe(valeur: float | None, unite: str) -> str | None:
    return None if valeur is None else f"{_nombre(valeur)}\N{NO-BREAK SPACE}{unite}"


def _nombre(valeur: float) -> str:
    """French figures, two decimals, more for a small value that they would turn into zero."""
    decimales = 2 if valeur == 0 or abs(valeur) >= 0.1 else 1 - math.floor(math.log10(abs(valeur)))
    return sans_zeros(nombre(valeur, decimales))


def _message(meta: dict[str, str], succes: bool | None, observe: str | None) -> str:
    libelle = f"« {meta['libelle']} »"
    if succes is None:
        return (
            f"La vérification {libelle} n'a pas pu être faite : elle est à réparer, "
            "les données ne sont pas en cause."
        )
    if observe is None:
        return f"La vérification {libelle} est sans objet : moins de {EFFECTIF_MINIMAL} lignes à juger."
    constat = f"constaté {observe}, attendu {meta['attendu']}"
    if succes:
        return f"La vérification {libelle} est satisfaite : {constat}."
    return f"La vérification {libelle} n'est pas satisfaite : {constat}. {meta['que_faire']}"
